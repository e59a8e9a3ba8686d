"""Lessons made by script of others and of texts: counterfactuals, clozes, enumerations, denials, follow-ups."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import jieba.posseg

from corpus.normalise import fold, simplify
from evals.fit.lessons import Lesson, Near, cut, runs

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|$|\D)")
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")
_NAMES = {
    "ns": "place",
    "nr": "name",
    "nrt": "name",
    "nrfg": "name",
    "nt": "body",
    "nz": "body",
    "n": "noun",
    "vn": "noun",
}
_UNITS = "元人个家座项张套件公里米吨亩户次辆台岁天日年月％%倍所间处名位条万亿"
_COUNTED = re.compile(rf"(?:\d[\d,.]*|[一二三四五六七八九十百]+)(?=[{_UNITS}])[万亿]?([{_UNITS}])")
_IDLE = re.compile(
    r"第[\d一二三四五六七八九十百]|一[人个名家次项条]|[“”]$|^[”」]"
)  # an article's number, 一 that counts nothing
_LISTED = re.compile(r"^[（(][一二三四五六七八九十]+[）)]")
HELD_KIND = "body"  # counterfactuals of this kind are made for judging alone
_ASKING_WORD = re.compile("什么|哪|谁|几|多少|何|如何|怎|方面|东西|情况|时候|时间|地方|问题|原因|名称")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A part of a text that can be exchanged for another of its kind."""

    kind: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.start + len(self.text)


def named(text: str) -> Iterator[Anchor]:
    """What a text names: years, numbers, names and nouns."""
    years = [Anchor("year", one.start(), one.group()) for one in _YEAR.finditer(text)]
    yield from years
    for one in _NUMBER.finditer(text):
        if not any(year.start <= one.start() < year.end for year in years):
            yield Anchor("number", one.start(), one.group())
    at = 0
    for word, tag in jieba.posseg.lcut(text):
        kind = _NAMES.get(tag)
        if kind and len(word) >= 2:
            yield Anchor(kind, at, word)
        at += len(word)


class Counterfactuals:
    """Answerable lessons → the same question with one thing exchanged, which nothing in the window answers.

    The other value stands in the passage in another role where one does, else it comes from another passage.
    """

    def __init__(self, lessons: Sequence[Lesson], chance: random.Random) -> None:
        self._chance = chance
        self._pool: dict[str, list[str]] = defaultdict(list)
        for lesson in chance.sample(lessons, min(1_500, len(lessons))):
            for one in named("".join(lesson.sentences)):
                self._pool[one.kind].append(one.text)

    def __call__(self, lesson: Lesson, kinds: frozenset[str]) -> Lesson | None:
        """The lesson with one anchor of one of ``kinds`` exchanged, if it has any."""
        if not lesson.answers:
            return None
        gold = "".join(lesson.sentences[at] for at in sorted(lesson.answers))
        shared = (one for one in named(lesson.question) if fold(one.text) in fold(gold))
        able = [one for one in shared if one.kind in kinds and not _ASKING_WORD.search(one.text)]
        if not able:
            return None
        anchor = self._chance.choice(able)
        other = self._other(lesson, anchor, gold)
        if other is None:
            return None
        text = lesson.question[: anchor.start] + other + lesson.question[anchor.end :]
        return replace(lesson, source=f"counter-{anchor.kind}", question=text, answers=frozenset())

    def _other(self, lesson: Lesson, anchor: Anchor, gold: str) -> str | None:
        rest = _pairs(lesson.question[: anchor.start] + " " + lesson.question[anchor.end :])
        here = {one.text for one in named("".join(lesson.sentences)) if one.kind == anchor.kind} - {anchor.text}
        near = sorted(
            one
            for one in here
            if _differ(one, anchor.text) and _differ(one, lesson.question) and not self._answers(one, rest, lesson)
        )
        if near and (self._chance.random() < 0.7):
            return self._chance.choice(near)
        if anchor.kind == "year":
            return str(int(anchor.text) + self._chance.choice((-3, -2, -1, 1, 2, 3)))
        if anchor.kind == "number":
            return _another_number(anchor.text, self._chance)
        pool = (
            [one for one in self._chance.sample(self._pool[anchor.kind], 12) if _differ(one, gold)]
            if len(self._pool[anchor.kind]) >= 12
            else []
        )
        return pool[0] if pool else None

    @staticmethod
    def _answers(other: str, rest: frozenset[str], lesson: Lesson) -> bool:
        """Whether a sentence that names the other value shares much of the question: it might answer that one."""
        for sentence in lesson.sentences:
            if other in sentence and len(rest & _pairs(sentence)) > 0.35 * max(1, len(rest)):
                return True
        return False


def _another_number(text: str, chance: random.Random) -> str:
    if "." in text:
        return f"{float(text) * chance.choice((0.5, 1.5, 2)):.1f}"
    value = int(text)
    return str(max(1, value + chance.choice((-5, -3, -2, -1, 1, 2, 3, 5)) * (10 if value > 99 else 1)))


def _differ(one: str, other: str) -> bool:
    return one not in other and other not in one


def _pairs(text: str) -> frozenset[str]:
    plain = re.sub(r"[^\w]|的|了|是", " ", fold(text))
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1) if " " not in plain[at : at + 2])


# Clozes: a clause with a number becomes a question for it


def clozes(head: str, sentences: Sequence[str], chance: random.Random, source: str) -> Iterator[Lesson]:
    """At most one question a window, made from a clause that holds one number and names what is counted."""
    able = []
    for at, sentence in enumerate(sentences):
        for clause in re.split(r"[，,。；：]", sentence):
            numbers = list(_COUNTED.finditer(clause))
            if len(numbers) == 1 and 9 <= len(clause) <= 40 and numbers[0].start() >= 5 and not _IDLE.search(clause):
                able.append((at, clause))
    if not able:
        return
    at, clause = chance.choice(able)
    clause = re.sub(r"^(?:[（(].{1,3}[）)]|并|由|对|其中|以及|的|和)+", "", clause)
    found = _COUNTED.search(clause)
    if found is None:
        return
    subject, unit, rest = clause[: found.start()], found.group(1), clause[found.end() :]
    question = chance.choice(
        (
            f"{subject}多少{unit}{rest}？",
            f"{subject}是多少{unit}",
            f"{subject}几{unit}{rest}",
            f"{subject}有多少{unit}？",
        )
    )
    question = question.replace("多少年", chance.choice(("多少年", "几年"))).replace("多少日", "多少天")
    yield Lesson(source, question, tuple(sentences), frozenset({at}), head)


# Enumerations of laws, asked by their lead

_ASKING = (
    "{lead}有哪些？",
    "哪些{lead}？",
    "{lead}包括什么",
    "{lead}都有哪些情形？",
    "{head}里{lead}具体是什么？",
    "什么情况下{lead}？",
    "{lead}",
    "{lead}要满足哪些？",
)


def enumerations(title: str, text: str, chance: random.Random) -> Iterator[Lesson]:
    """A question for an article whose lead ends in a colon; lead and items answer."""
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines):
        items = []
        for following in lines[number + 1 :]:
            if not _LISTED.match(following):
                break
            items.append(following)
        if len(items) < 2 or not line.rstrip().endswith(("：", ":")):
            continue
        lead = re.sub(r"^.*?第.{1,8}条[：　 ]?", "", line).rstrip("：:")
        subject = re.sub(r"^.*[。；]", "", lead)
        subject = re.sub(
            r"有?(?:下列|以下)(?:情形|行为|条件|材料|事项|职责|情况|规定|措施|内容|要求)?(?:之一)?(?:的)?", "", subject
        )
        subject = subject.replace("应当", chance.choice(("应当", "", "要"))).strip("，,的：")
        if not 4 <= len(subject) <= 40:
            continue
        question = chance.choice(_ASKING).format(lead=subject, head=re.sub(r"第.*条$", "", title))
        before = [one for other in lines[:number] for one in cut(other)]
        own = [*cut(lead + "："), *items]
        after = [one for other in lines[number + 1 + len(items) :] for one in cut(other)]
        sentences = [*before, *own, *after]
        gold = frozenset(range(len(before), len(before) + len(own)))
        yield from _fitting(Lesson("enumeration", question, tuple(sentences), gold, title))


def _fitting(lesson: Lesson, span: int = 420) -> Iterator[Lesson]:
    """The lesson cut at ``span`` characters, with the answers that remain."""
    length, kept = 0, 0
    for one in lesson.sentences:
        length += len(one)
        if length > span:
            break
        kept += 1
    answers = frozenset(at for at in lesson.answers or () if at < kept)
    if len(answers) >= 2:
        yield replace(lesson, sentences=lesson.sentences[:kept], answers=answers)


# Denials: a sentence that says no answers whether


_DENIED = re.compile(r"(?P<a>[^，。；：]{2,24}?)(?P<no>不得|不予|不需要|无需|未|不)(?P<b>[^，。；：]{2,20})[。；]?$")


def denials(head: str, sentences: Sequence[str], chance: random.Random) -> Iterator[Lesson]:
    """At most one question a window that a sentence denies."""
    able = []
    for at, sentence in enumerate(sentences):
        for clause in re.split(r"[，。；：]", sentence):
            found = _DENIED.match(clause)
            if found and not re.search(r"^[（(“”一二三四五或并且]|断", clause):
                able.append((at, found))
    if not able:
        return
    at, found = chance.choice(able)
    a, b = found["a"].strip(), found["b"].strip()
    asked = {
        "不得": (f"{a}可以{b}吗？", f"{a}能不能{b}", f"{a}是否可以{b}？"),
        "不予": (f"{a}会{b}吗？", f"{a}是否{b}？"),
        "不需要": (f"{a}需要{b}吗？", f"{a}要不要{b}"),
        "无需": (f"{a}需要{b}吗？", f"{a}要不要{b}"),
        "未": (f"{a}是否{b}？", f"{a}有没有{b}"),
        "不": (f"{a}是否{b}？", f"{a}{b}吗"),
    }[found["no"]]
    yield Lesson("denial", chance.choice(asked), tuple(sentences), frozenset({at}), head)


# Follow-ups: the earlier question in front


def follow_ups(lessons: Sequence[Lesson], chance: random.Random) -> Iterator[Lesson]:
    """Questions about the same passage in a row; what both name is left out of the second, or a word points to it."""
    by_head: dict[str, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        if lesson.head and lesson.source in {"squad2_zh", "drcd", "cmrc2018"}:
            by_head[lesson.head].append(lesson)
    for head, own in by_head.items():
        for lesson in own:
            other = chance.choice(own)
            if other.question == lesson.question:
                continue
            shared = _shared(lesson.question, other.question) or (head if head in lesson.question else "")
            if len(shared) < 2:
                continue
            first = other.question if shared in other.question else f"{shared}是什么？"
            shorter = lesson.question.replace(shared, chance.choice(("", "它", "那里", "其", "那")), 1)
            yield replace(lesson, source="follow-up", history=first, question=chance.choice(("那", "", "")) + shorter)


def _shared(one: str, other: str) -> str:
    """The longest run of letters or characters that two questions share, if it is a name by jieba's reckoning."""
    words = {word for word, tag in jieba.posseg.lcut(other) if tag in _NAMES and len(word) >= 2}
    return max((word for word, tag in jieba.posseg.lcut(one) if word in words and tag in _NAMES), key=len, default="")


def distracted(lessons: Sequence[Lesson], count: int, chance: random.Random) -> Iterator[Lesson]:
    """Lessons behind an earlier question about something else: a new topic is a new topic."""
    for lesson in chance.sample(lessons, min(count, len(lessons))):
        yield replace(lesson, source="new-topic", history=chance.choice(lessons).question)


# Laws and notices: text of the kind the product is for


def from_texts(path: Path, chance: random.Random, limit: int, skip: frozenset[str] = frozenset()) -> Iterator[Lesson]:
    """Clozes, denials and enumerations from a file of ``{"id", "text", "title"}``."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["id"] not in skip]
    for row in chance.sample(rows, min(limit, len(rows))):
        text, title = simplify(row["text"]), simplify(row.get("title", ""))
        body = re.sub(r"^[^：]{0,60}第[^：]{1,8}条[^：]{0,6}：", "", text)
        yield from enumerations(title, text, chance)
        head = title or text[:30]
        for run in runs(cut(body)):
            made = list(clozes(head, run, chance, "cloze")) if chance.random() < 0.7 else []
            made += list(denials(head, run, chance)) if chance.random() < 0.25 else []
            yield from made


def near_misses(lessons: Sequence[Lesson], chance: random.Random, limit: int) -> Iterator[Lesson]:
    """Questions of made lessons over the window of another that is near in words and does not hold what was asked."""
    near = Near(["".join(one.sentences) for one in lessons])
    for lesson in chance.sample(lessons, min(limit, len(lessons))):
        asked = _pairs(lesson.question)
        gold = {lesson.sentences[at] for at in lesson.answers or ()}
        others = [
            other
            for other in (lessons[at] for at in near(lesson.question, 8))
            if not gold & {*other.sentences} and len(asked & _pairs("".join(other.sentences))) < 0.7 * len(asked)
        ]
        if others:
            other = chance.choice(others[:3])
            source = f"{lesson.source}-near"
            yield replace(lesson, source=source, sentences=other.sentences, answers=frozenset(), head=other.head)
