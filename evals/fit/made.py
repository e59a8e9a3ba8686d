"""Lessons made by script: counterfactual questions, clozes, enumerations, reports and tables, denials, follow-ups."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
    """A part of a question that can be exchanged for another of its kind."""

    kind: str
    start: int
    end: int
    text: str


def anchors(question: str, sentence: str) -> list[Anchor]:
    """What a question names that the sentence which answers it names as well."""
    found = [Anchor("year", one.start(), one.end(), one.group()) for one in _YEAR.finditer(question)]
    found += [
        Anchor("number", one.start(), one.end(), one.group())
        for one in _NUMBER.finditer(question)
        if not any(a.start <= one.start() < a.end for a in found)
    ]
    at = 0
    for word, tag in jieba.posseg.lcut(question):
        kind = _NAMES.get(tag)
        if kind and len(word) >= 2 and not _ASKING_WORD.search(word):
            found.append(Anchor(kind, at, at + len(word), word))
        at += len(word)
    return [one for one in found if fold(one.text) in fold(sentence)]


def names(text: str) -> dict[str, list[str]]:
    """What a text names, by kind."""
    found: dict[str, list[str]] = defaultdict(list)
    found["year"] = _YEAR.findall(text)
    found["number"] = [one for one in _NUMBER.findall(text) if one not in found["year"]]
    for word, tag in jieba.posseg.lcut(text):
        kind = _NAMES.get(tag)
        if kind and len(word) >= 2:
            found[kind].append(word)
    return found


class Counterfactuals:
    """Answerable lessons → the same question with one thing exchanged, which nothing in the window answers.

    The other value stands in the passage in another role where one does, else it comes from another passage.
    """

    def __init__(self, lessons: Sequence[Lesson], chance: random.Random) -> None:
        self._chance = chance
        self._pool: dict[str, list[str]] = defaultdict(list)
        for lesson in chance.sample(lessons, min(1_500, len(lessons))):
            for kind, words in names("".join(lesson.sentences)).items():
                self._pool[kind] += words

    def __call__(self, lesson: Lesson, kinds: frozenset[str]) -> Lesson | None:
        """The lesson with one anchor of one of ``kinds`` exchanged, if it has any."""
        if not lesson.answers:
            return None
        gold = "".join(lesson.sentences[at] for at in sorted(lesson.answers))
        able = [one for one in anchors(lesson.question, gold) if one.kind in kinds]
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
        here = [
            one
            for one in names("".join(lesson.sentences))[anchor.kind]
            if _differ(one, anchor.text) and _differ(one, lesson.question) and not self._answers(one, rest, lesson)
        ]
        near = sorted({*here} - {anchor.text})
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


# Reports and tables: the same thing of several years, places and kinds, planned and done

_PLACES = [
    f"{a}{b}"
    for a in "东西南北江河清安宁永长新龙石白金云海平丰"
    for b in ("山区", "城区", "湖区", "川市", "阳市", "州市", "江县", "岭县", "田镇")
]
_THINGS = (
    ("养老床位", "张"),
    ("学位", "个"),
    ("公园", "座"),
    ("医院", "家"),
    ("道路", "公里"),
    ("公共停车位", "个"),
    ("充电桩", "个"),
    ("图书馆", "座"),
    ("保障性住房", "套"),
    ("就业岗位", "个"),
    ("示范项目", "个"),
    ("绿化面积", "公顷"),
    ("老旧小区", "个"),
    ("高新技术企业", "家"),
    ("专项资金", "万元"),
    ("固定资产投资", "亿元"),
    ("财政补贴", "万元"),
    ("污水管网", "公里"),
    ("社区服务站", "个"),
    ("公交线路", "条"),
    ("加装电梯", "台"),
    ("志愿者", "名"),
    ("家庭医生", "名"),
    ("技术人员", "名"),
    ("体育场地", "处"),
    ("农贸市场", "个"),
    ("5G基站", "个"),
    ("检查企业", "家"),
    ("执法案件", "件"),
    ("信访事项", "件"),
)
_KINDS = (
    ("市级", "区级", "省级", "国家级"),
    ("小学", "初中", "高中", "幼儿园"),
    ("公办", "民办"),
    ("居民用", "工业用", "商业用", "农业用"),
    ("博士", "硕士", "本科", "大专"),
    ("一类", "二类", "三类"),
    ("城镇", "农村"),
    ("国有", "民营", "外资"),
    ("男性", "女性"),
    ("大型", "中型", "小型", "微型"),
    ("新建", "改建", "扩建"),
    ("东部", "西部", "中部"),
    ("地铁", "公交", "出租车", "网约车"),
    ("住院", "门诊"),
    ("老年", "儿童", "青年"),
    ("陆路", "水路", "航空"),
    ("线上", "线下"),
    ("进口", "出口"),
    ("首次", "再次"),
)
_STATED = {
    "plan": (
        "{year}年，{place}计划{verb}{kind}{thing}{value}{unit}。",
        "{place}{year}年{kind}{thing}目标为{value}{unit}。",
        "力争到{year}年底，{place}{kind}{thing}达到{value}{unit}。",
        "{place}拟于{year}年{verb}{kind}{thing}{value}{unit}。",
    ),
    "done": (
        "{year}年，{place}已{verb}{kind}{thing}{value}{unit}。",
        "截至{year}年底，{place}{kind}{thing}共{value}{unit}。",
        "{place}{year}年实际{verb}{kind}{thing}{value}{unit}。",
        "{year}年{place}完成{kind}{thing}{value}{unit}，同比增长{other}%。",
    ),
}
_ASKED = {
    "plan": (
        "{place}{year}年计划{verb}{kind}{thing}多少{unit}？",
        "{year}年{place}{kind}{thing}的目标是多少",
        "{place}打算在{year}年{verb}多少{unit}{kind}{thing}？",
        "到{year}年{place}{kind}{thing}要达到多少{unit}",
    ),
    "done": (
        "{place}{year}年实际{verb}{kind}{thing}多少{unit}？",
        "{year}年{place}{kind}{thing}有多少{unit}？",
        "{place}{year}年完成了多少{unit}{kind}{thing}",
        "{year}年底{place}{kind}{thing}达到多少？",
        "截至{year}年{place}已经{verb}了几{unit}{kind}{thing}？",
    ),
}
_VERBS = ("新增", "建成", "完成", "新建", "改造", "安排", "投入")
_SIDE = (
    "会议强调，要压实责任，确保各项任务落到实处。",
    "下一步，我局将会同有关部门抓好落实。",
    "相关工作由区发展改革局牵头负责。",
    "具体名单以公示为准。",
    "工作进展情况按季度报送。",
    "各街道要结合实际制定实施方案。",
)


@dataclass(frozen=True, slots=True)
class _Fact:
    mode: str
    place: str
    year: int
    kind: str
    thing: str
    unit: str
    verb: str
    value: str


def reports(count: int, chance: random.Random) -> Iterator[Lesson]:
    """Short reports; of their questions half are answered by one sentence, half differ from every one in one thing."""
    for _ in range(count):
        kinds = chance.choice(_KINDS)
        thing, unit = chance.choice(_THINGS)
        places, years = chance.sample(_PLACES, 3), chance.sample(range(2016, 2031), 3)
        base = _Fact(
            chance.choice(("plan", "done")),
            places[0],
            years[0],
            chance.choice((*kinds, "")),
            thing,
            unit,
            chance.choice(_VERBS),
            str(chance.randint(2, 990)),
        )
        facts = [base]
        for _ in range(chance.randint(1, 4)):
            facts.append(_varied(chance.choice(facts), kinds, places, years, chance))
        facts = _distinct(facts)
        sentences = [_say(one, chance) for one in facts] + chance.sample(_SIDE, chance.randint(0, 2))
        order = chance.sample(range(len(sentences)), len(sentences))
        if chance.random() < 0.5:
            asked = chance.choice(facts)
        else:
            asked = _varied(chance.choice(facts), kinds, places, years, chance, other=True)
        gold = [at for at, one in enumerate(facts) if _key(one) == _key(asked)]
        question = chance.choice(_ASKED[asked.mode]).format(**_slots(asked, chance))
        shown = tuple(sentences[at] for at in order)
        answers = frozenset(order.index(at) for at in gold)
        head = f"{places[0]}人民政府工作报告" if chance.random() < 0.4 else ""
        yield Lesson("report", question, shown, answers, head)


def _slots(fact: _Fact, chance: random.Random) -> Mapping[str, object]:
    return {
        "place": fact.place,
        "year": fact.year,
        "kind": fact.kind,
        "thing": fact.thing,
        "unit": fact.unit,
        "verb": fact.verb,
        "value": fact.value,
        "other": f"{chance.randint(1, 300) / 10}",
    }


def _say(fact: _Fact, chance: random.Random) -> str:
    return chance.choice(_STATED[fact.mode]).format(**_slots(fact, chance))


def _key(fact: _Fact) -> tuple[object, ...]:
    return (fact.mode, fact.place, fact.year, fact.kind, fact.thing)


def _distinct(facts: Sequence[_Fact]) -> list[_Fact]:
    return list({_key(one): one for one in facts}.values())


def _varied(
    fact: _Fact,
    kinds: Sequence[str],
    places: Sequence[str],
    years: Sequence[int],
    chance: random.Random,
    *,
    other: bool = False,
) -> _Fact:
    """The fact with one thing changed, for the passage or for a question about what it does not hold."""
    value = str(chance.randint(2, 990))
    change = chance.choice(("mode", "place", "year", "kind", "thing"))
    if change == "mode":
        return replace(fact, mode="done" if fact.mode == "plan" else "plan", value=value)
    if change == "place":
        return replace(fact, place=chance.choice(_PLACES if other else places), value=value)
    if change == "year":
        year = fact.year + chance.choice((-2, -1, 1, 2)) if other else chance.choice(years)
        return replace(fact, year=year, value=value)
    if change == "kind":
        return replace(fact, kind=chance.choice([one for one in kinds if one != fact.kind]), value=value)
    thing, unit = chance.choice(_THINGS)
    return replace(fact, thing=thing, unit=unit, value=value)


def tables(count: int, chance: random.Random) -> Iterator[Lesson]:
    """Rows as they are shown, under their headers, asked by key and column; some keys and columns are not there."""
    for _ in range(count):
        columns = chance.sample(_THINGS, chance.randint(2, 4))
        by_year = chance.random() < 0.3
        keys = chance.sample(_PLACES, chance.randint(3, 6))
        if chance.random() < 0.4:
            keys = [f"{chance.choice(kind)}{chance.choice(_THINGS)[0]}" for kind in chance.sample(_KINDS, len(keys))]
        names_ = [f"{chance.randint(2018, 2026)}年{name}" if by_year else f"{name}（{unit}）" for name, unit in columns]
        if chance.random() < 0.4:
            columns, names_ = [*columns, ("责任单位", "")], [*names_, "责任单位"]
        bodies = [
            "区住房建设局",
            "区教育局",
            "市交通运输局",
            "区民政局",
            "区卫生健康局",
            "区残联",
            "区城管局",
            "市水务局",
        ]
        rows = []
        for key in keys:
            cells = [
                f"{name}为{chance.choice(bodies)}" if name == "责任单位" else f"{name}{chance.randint(1, 9000)}"
                for name in names_
            ]
            rows.append(f"{key}：{'，'.join(cells)}。")
        at, column = chance.randrange(len(keys)), chance.randrange(len(columns))
        key, (name, unit) = keys[at], columns[column]
        year = re.match(r"\d+年", names_[column])
        name = f"{year.group() if year else ''}{name}"
        answers = frozenset({at})
        if chance.random() < 0.5:
            answers = frozenset()
            if chance.random() < 0.6:
                key = chance.choice([one for one in _PLACES if one not in keys])
            else:
                name, unit = chance.choice([one for one in _THINGS if one not in columns])
        forms = (
            (f"{key}由哪个单位负责？", f"{key}的责任单位是谁")
            if name == "责任单位"
            else (f"{key}{name}是多少？", f"{key}有多少{unit}{name}", f"{key}的{name}", f"{name}{key}多少{unit}？")
        )
        yield Lesson("table", chance.choice(forms), tuple(rows), answers, "")


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
