"""First questions for an empty page: from the documents that are there, and from what staff answered for everyone.

Where a question was refused, others near it are offered in the same way. Whatever is suggested was put to the
assistant before, and answered from the very place that it is made of.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from assistant.answer import Answer, Citation
from assistant.conversation import Answers
from corpus.document import Block, Document
from corpus.markers import strip_marker
from corpus.normalise import fold, join_lines, row_cells, simplify
from corpus.outline import enumerations
from corpus.places import places
from corpus.structure import blocks, sentences
from index.bigrams import question_terms

Span = tuple[int, int]
Suggestion = tuple[str, str]  # a question, and the title of the document that it comes from

_FROM_USE = 2  # of the suggestions at most so many are questions that staff answered
_TRIES = 4  # questions of one document that are put to the assistant
_WAYS = 3  # other ways of asking that are offered
_PATIENCE = 8.0  # seconds after which no further one is tried
_MOST_TRIED = 12  # of them that are put to the assistant
_SHORTEST, _LONGEST = 6, 40  # characters of a question that somebody typed
_PERSONAL = re.compile(r"我|咱|本人|(?<!\d)\d{7,}(?![\d号])|@|电话|手机|微信|身份证|住址|病|工资|投诉|举报|呢[？?]?$")
_ABOUT_ITSELF = re.compile(r"说明|概况|出处|提示|参考|附则|口径|收录|摘编|前[一二三四五六七八九十\d]+条")
# A heading that says what is being done (强化多元投资主体联动) and one that counts things (三大定位)
_DOING = re.compile(
    r"(?:强化|突破|推动|推进|加强|加快|完善|优化|构建|打造|支持|促进|提升|深化|健全|培育|落实|创新|拓展|扩大|引导|鼓励|"
    r"保障|改善|统筹|激发|释放|聚焦)[\u4e00-\u9fff“”A-Za-z0-9+]{4,14}"
)
_COUNTED = re.compile(
    r"[两二三四五六七八九十](?:大|个|项|条|类|种)?[\u4e00-\u9fff]{0,6}"
    r"(?:定位|目标|任务|原则|方向|特点|体系|工程|行动|举措|措施|路径|引擎|支柱|集群)"
)
_ASKABLE = re.compile(r"[\u4e00-\u9fff“”A-Za-z0-9]{3,16}")  # a heading that names one thing
_FIGURE = re.compile(r"[\d,.]*\d%?")
_DIGEST = re.compile(r"[（(][^）)]*[）)]|摘编|要点|有关数据|数据|情况")
# Sentences that answer a plain question: 法定路径有三条, 《条例》自2022年11月1日施行, 2025年，全市GDP为38731.80亿元
_HAS_SOME = re.compile(
    r"(?:^|。)([\u4e00-\u9fff“”A-Za-z0-9、，]{4,24}?)共?有([两三四五六七八九十]|\d{1,2})(条|项|类|种|个方面)(?![\u4e00-\u9fff])"
)
_IN_FORCE = re.compile(r"(《[^《》]{6,40}》)[^。；《》]{0,14}?\d{4}年\d{1,2}月\d{1,2}日起?(施行|实施|生效)")
_VALUE = re.compile(
    r"(20\d\d年)(上半年|下半年|底)?，?(全[市区省])?([\u4e00-\u9fff]{0,10}(?:GDP|增加值|投入|目标|总数|总量|产值|规模|增速|数量|面积))"
    r"(?:约?为|达到?|是)约?\d"
)


@dataclass(frozen=True, slots=True)
class _Made:
    """A question, and where what answers it stands; ``items`` is how many places there an answer must cite."""

    question: str
    place: Span
    items: int = 1


def suggestions(
    assistant: Answers,
    documents: Iterable[Document],
    asked: Iterable[str] = (),
    wanted: int = 4,
) -> list[Suggestion]:
    """At most ``wanted`` questions, the first ones out of ``asked``, then one a document in the order given."""
    found: list[Suggestion] = []
    for question in filter(shareable, asked):
        title = _first_title(assistant.ask(question))
        if title and all(fold(question) != fold(known) for known, _ in found):
            found.append((question, title))
        if len(found) == min(_FROM_USE, wanted):
            break
    for document in documents:
        if len(found) >= wanted:
            break
        known = {question for question, _ in found}
        tried = (one for one in _tried(document) if one.question not in known)
        made = next((one for one in tried if _answers(assistant.ask(one.question), document, one)), None)
        if made:
            found.append((made.question, document.metadata.title))
    return found


def ways_of_asking(assistant: Answers, question: str, nearest: Sequence[Citation]) -> list[Suggestion]:
    """At most three questions near one that was refused, each of which has an answer in the documents that came near.

    The likest come first: those that share most words with the question, then those made of the very passages.
    """
    return _answered(assistant, ((one, source) for one, source, _ in _near(question, nearest)))


def related_questions(assistant: Answers, question: str, cited: Sequence[Citation]) -> list[Suggestion]:
    """At most three further questions that the documents of an answer answer, from places that it does not cite."""
    return _answered(assistant, ((one, source) for one, source, held in _near(question, cited) if not held))


def _near(question: str, nearest: Sequence[Citation]) -> list[tuple[_Made, Document, bool]]:
    """Questions of these documents, the likest first, and whether they are made of one of the passages."""
    terms = frozenset(question_terms(simplify(question)))
    sources = {citation.source.id: citation.source for citation in nearest}
    made = [
        (len(terms & frozenset(question_terms(one.question))), _holds(one, source, nearest), one, source)
        for source in sources.values()
        for one in {m.question: m for m in _all_of(source)}.values()
        if fold(one.question) != fold(question)
    ]
    made.sort(key=lambda row: (-row[0], not row[1]))
    return [(one, source, held) for _, held, one, source in made]


def _answered(assistant: Answers, made: Iterable[tuple[_Made, Document]]) -> list[Suggestion]:
    """The first three that have an answer from the place that each is made of, as far as patience goes."""
    found: list[Suggestion] = []
    until = time.monotonic() + _PATIENCE
    for one, source in islice(made, _MOST_TRIED):
        if len(found) == _WAYS or time.monotonic() > until:
            break
        if _answers(assistant.ask(one.question), source, one):
            found.append((one.question, source.metadata.title))
    return found


def _holds(made: _Made, source: Document, nearest: Sequence[Citation]) -> bool:
    start, end = made.place
    return any(one.source.id == source.id and start <= one.quote.start < end for one in nearest)


def shareable(question: str) -> bool:
    """Whether a question that somebody typed may be shown to others: it stands alone and tells nothing of a person."""
    return _SHORTEST <= len(question) <= _LONGEST and "\n" not in question and not _PERSONAL.search(question)


def _first_title(answer: Answer) -> str:
    """The title of the document that an answer quotes first; empty where it is none, or not proved throughout."""
    proved = answer.answered and all(claim.verdict == "supported" for claim in answer.claims)
    return answer.citations[0].source.metadata.title if proved and answer.citations else ""


def _answers(answer: Answer, document: Document, made: _Made) -> bool:
    """Whether the answer rests on the place that the question was made of, all of it that is needed.

    What only stands nearest, or leaves something open, is no answer to offer a question for.
    """
    if any(note.kind in {"fallback", "unsure", "missing"} for note in answer.notes):
        return False
    start, end = made.place
    quotes = [one.quote for one in answer.citations if one.source.id == document.id]
    return answer.answered and sum(start <= quote.start < end for quote in quotes) >= made.items


def _tried(document: Document) -> list[_Made]:
    """The likeliest questions of a document: lists of its own measures, then what single sentences answer."""
    made = {one.question: one for one in (*_of_lists(document), *_of_sentences(document))}
    return list(made.values())[:_TRIES]


def _of_lists(document: Document) -> Iterator[_Made]:
    """Questions after the headings of the document's enumerations, the longest enumeration first."""
    for one in sorted(enumerations(document), key=lambda e: -len(e.items)):
        heading = re.split(r"[，（(：]", strip_marker(one.heading[-1]))[0] if one.heading else ""
        place = one.items[0].start, one.items[-1].end
        if _ABOUT_ITSELF.search(heading):
            continue
        if _DOING.fullmatch(heading):
            yield _Made(f"{heading}有哪些措施？", place, 2)
        elif _COUNTED.fullmatch(heading):
            subject = _DIGEST.sub("", document.metadata.title).strip()
            yield _Made(f"{subject}的{heading}是什么？", place, 2)


def _all_of(document: Document) -> Iterator[_Made]:
    """Every question of a document: those of ``_tried``, then what its rows and its sections are about."""
    yield from _of_lists(document)
    yield from _of_sentences(document)
    yield from _of_rows(document)
    yield from _of_sections(document)


def _of_rows(document: Document) -> Iterator[_Made]:
    """For each figure in a table what it is, by the words that its row begins with and its column's name."""
    for block in blocks(document):
        if block.header is None:
            continue
        names = [_DIGEST.sub("", one).strip() for one in row_cells(document.text[slice(*block.header)])]
        cells = [one.strip() for one in row_cells(document.text[block.start : block.end])]
        if len(names) != len(cells):
            continue
        keys = [one for one in cells if one and not any(map(str.isdigit, one))]
        for name, cell in zip(names, cells, strict=True):
            if keys and name and _FIGURE.fullmatch(cell):
                yield _Made(f"{keys[0]}的{name}是多少？", (block.start, block.end))


def _of_sections(document: Document) -> Iterator[_Made]:
    """For each section that has words of its own what it says of its heading."""
    said = (one for one in blocks(document) if one.kind in {"paragraph", "item"} and one.heading)
    for path, group in groupby(said, key=lambda one: one.heading):
        some, heading = list(group), strip_marker(path[-1]).strip()
        if _ASKABLE.fullmatch(heading) and not _ABOUT_ITSELF.search(heading):
            title = document.metadata.title.strip("《》")
            yield _Made(f"《{title}》对{heading}是怎么说的？", (some[0].start, some[-1].end))


def _of_sentences(document: Document) -> Iterator[_Made]:
    for block in blocks(document):
        if block.kind == "heading" or any(_ABOUT_ITSELF.search(one) for one in block.heading[1:]):
            continue
        for start, end in sentences(document.text, block.start, block.end):
            words = strip_marker(join_lines(document.text[start:end]).strip())
            yield from (_Made(question, (block.start, block.end)) for question in _asked_of(words, block, document))


def _asked_of(words: str, block: Block, document: Document) -> Iterator[str]:
    for subject, number, unit in _HAS_SOME.findall(words):
        yield f"{subject}有哪{number}{unit}？"
    for law, begins in _IN_FORCE.findall(words):
        yield f"{law}什么时候{begins}？"
    for year, part, whole, thing in _VALUE.findall(words):
        place = _place(block, document)
        if place and (whole or not places(fold(thing))):
            yield f"{place}{year}{part}{thing}是多少？"


def _place(block: Block, document: Document) -> str:
    """Whose figures a sentence tells: the place that its nearest heading names."""
    for words in (*reversed(block.heading), document.metadata.title):
        found = re.search(r"[\u4e00-\u9fff]{2,6}?[省市区县]", words)
        if found and places(fold(found.group())):
            return found.group()
    return ""
