"""What the system says around the claims, each computed from the evidence: counts, corrections, dates, validity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answer import Note
from assistant.constraints import TARGET, asks_target, unit_years
from assistant.evidence import Group, Selection
from assistant.question import Question, years
from assistant.standing import standing_notes
from assistant.texts import say
from corpus.document import Document
from corpus.normalise import fold
from corpus.quantities import Quantity, quantities

_RELATIVE = re.compile(r"今年|本年|去年|上年|明年|前年")


def opening_notes(question: Question, selection: Selection, as_of: str) -> Iterator[Note]:
    """The notes that stand before the first claim; ``as_of`` is the ISO date that the answer is given for."""
    if question.language == "en":
        yield Note("scope", say("frame", "en"))
    yield from _corrections(question, selection)
    yield from _counts(question, selection)
    yield from _relative_year(question, selection)
    yield from _plans(question, selection)
    if len({_dated(group.units[0].source) for group in selection.groups}) > 1 and len(selection.groups) > 1:
        yield Note("conflict", say("dates_differ", question.language))
    yield from standing_notes((unit.source for unit in selection.units), question.language, as_of)


def closing_notes(question: Question, selection: Selection) -> Iterator[Note]:
    """The notes that stand behind the last claim: what the documents do not say of a compound question."""
    for part in selection.missing:
        yield Note("missing", say("missing", question.language, part=part.rstrip("？?")))


def group_note(question: Question, group: Group) -> Note:
    """The line above the claims of one document where several documents answer."""
    document = group.units[0].source
    date = _dated(document)
    return Note(
        "group", say("group", question.language, title=document.metadata.title, date=f"（{date}）" if date else "")
    )


def _dated(document: Document) -> str:
    meta = document.metadata
    return meta.issued or meta.as_of


def _corrections(question: Question, selection: Selection) -> Iterator[Note]:
    """What the question takes for granted and the evidence has otherwise: 资料为10条，非20条 (or 2023年，非2022年)."""
    if selection.violation is not None:
        year = re.sub(r"的(?:目标|计划|情况)$", "", selection.violation.held)
        yield Note("correction", say("correction", question.language, held=year, asked=selection.violation.asked))
    held = [q for unit in selection.units for q in quantities(fold(unit.text))]
    texts = fold(" ".join(unit.text for unit in selection.units))
    for asked in quantities(question.folded):
        same = [one for one in held if one.unit == asked.unit and asked.unit]
        if asked.ordinal or not same or any(one.value == asked.value for one in same):
            continue
        rival = _counterpart(question.folded, asked, texts, same)
        if rival is not None:
            yield Note("correction", say("correction", question.language, held=rival.text, asked=asked.text))


def _counterpart(folded: str, asked: Quantity, texts: str, same: Sequence[Quantity]) -> Quantity | None:
    """The quantity in the evidence that counts what the asked one counts: the words after it are the same."""
    thing = re.match(r"[\u4e00-\u9fff]{2}", folded[asked.end :].lstrip("的"))
    if not thing:
        return same[0] if len(same) == 1 else None
    for one in same:
        at = texts.find(one.text)
        if at >= 0 and thing.group() in texts[at : at + len(one.text) + 12]:
            return one
    return None


def _counts(question: Question, selection: Selection) -> Iterator[Note]:
    """How many items the text says there are, and how many of them stand below."""
    if not question.asks_list:
        return
    stated = _stated_count(question, selection)
    listed = [group for group in selection.groups if group.stated]
    if stated is not None:
        held = _listed_for(stated, selection)
        unit = stated.unit
        total = int(stated.value)
        key = "count_some" if held else "count_stated"
        yield Note("count", say(key, question.language, total=total, held=held, unit=unit))
    elif len(listed) == 1 and len(selection.groups) == 1 and listed[0].stated:
        yield Note("count", say("count_all", question.language, total=listed[0].stated))


def _stated_count(question: Question, selection: Selection) -> Quantity | None:
    """An exact count of the very things asked for (10条专项措施), in a sentence that does not enumerate them itself."""
    asked = re.search(
        r"措施|举措|政策|条款|任务|原则|图谱|条件|方向|定位|路径|要求|规定|项目|平台|领域|目标", question.folded
    )
    if not asked:
        return None
    for unit in selection.units:
        folded = fold(unit.text)
        for one in quantities(folded):
            near = folded[one.end : one.end + 24]
            if _counts_listed_things(one) and asked.group() in near[:8] and "、" not in near:
                return one
    return None


def _counts_listed_things(one: Quantity) -> bool:
    return one.is_count and one.value > 1 and one.unit in {"条", "项", "张", "类", "个", "大", "点", "种"}


def _listed_for(stated: Quantity, selection: Selection) -> int:
    """How many items are listed by enumerations among the chosen groups, beside the sentence that states the count."""
    listed = sum(group.stated or 0 for group in selection.groups if group.stated)
    return listed if listed < stated.value else 0


def _plans(question: Question, selection: Selection) -> Iterator[Note]:
    """A target is not a result: where nothing but targets answers a question that did not ask for one, it says so."""
    if asks_target(question) or not all(TARGET.search(fold(unit.text)) for unit in selection.units):
        return
    named = sorted({year for unit in selection.units for year in years(fold(unit.text))})
    spoken = "、".join(f"{year}年" for year in named) if len(named) == 1 else ""
    yield Note("plan", say("plan", question.language, year=spoken))


def _relative_year(question: Question, selection: Selection) -> Iterator[Note]:
    """今年 is the year of the matching document, and the answer says which that is."""
    word = _RELATIVE.search(question.folded)
    if not word or question.years:
        return
    found = {year for unit in selection.units for year in (years(fold(unit.text)) or unit_years(unit))}
    if len(found) == 1:
        yield Note("scope", say("relative_year", question.language, word=word.group(), year=found.pop()))
