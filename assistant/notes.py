"""What the system says around the claims, each computed from the evidence: counts, corrections, dates, validity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.answer import Note
from assistant.compose import Group
from assistant.locale import message
from assistant.question import Language, Question, years
from assistant.units import Unit
from corpus.document import STAFF_ANSWER, Document, Metadata
from corpus.normalise import fold
from corpus.quantities import Quantity, quantities
from corpus.validity import Force, force

_RELATIVE = re.compile(r"今年|本年|去年|上年|明年|前年")
_COUNTERS = frozenset({"条", "项", "张", "类", "个", "大", "点", "种"})  # units that count the items of a list


def opening_notes(question: Question, groups: Sequence[Group], as_of: str, *, unsure: bool = False) -> Iterator[Note]:
    """The notes that stand before the first claim; ``as_of`` is the ISO date that the answer is given for.

    Of answers to kept-back questions and on documents unread before .49 are right where ``unsure`` (n=104), of the
    others .76 (n=279).
    """
    units = [unit for group in groups for unit in group.units]
    if unsure:
        yield Note("unsure", message("nt.unsure", language=question.language))
    if question.language == "en":
        yield Note("scope", message("nt.frame", language="en"))
    yield from _corrections(question, units)
    yield from _counts(question, groups)
    yield from _relative_year(question, units)
    if len(groups) > 1 and len({_dated(group.source) for group in groups}) > 1:
        yield Note("conflict", message("nt.dates_differ", language=question.language))
    yield from standing_notes((group.source for group in groups), question.language, as_of)
    yield from _unsourced((group.source for group in groups), question.language)


def closing_notes(question: Question, missing: Sequence[str]) -> Iterator[Note]:
    """The notes that stand behind the last claim: the parts of the question that nothing answers."""
    for part in missing:
        yield Note("missing", message("nt.missing", part.rstrip("？?"), language=question.language))


def group_note(question: Question, group: Group) -> Note:
    """The line above the claims of one document where several documents answer."""
    date = _dated(group.source)
    title = group.source.metadata.title or group.source.id
    return Note("group", message("answer.group", title, f"（{date}）" if date else "", language=question.language))


def standing_notes(documents: Iterable[Document], language: Language, as_of: str) -> Iterator[Note]:
    """A note for each document, once, that is not in force on the day (an ISO date)."""
    for document in dict.fromkeys(documents):
        worth = force(document.metadata, as_of)
        if worth != "in_force":
            yield Note("superseded", _told(document.metadata, worth, language))


def _unsourced(documents: Iterable[Document], language: Language) -> Iterator[Note]:
    """A note for each answer of staff, once, that names nothing it rests on: its words prove what staff said alone."""
    for document in dict.fromkeys(documents):
        if document.metadata.kind == STAFF_ANSWER and not document.metadata.source:
            yield Note("scope", message("nt.unsourced", document.metadata.title, language=language))


def _told(metadata: Metadata, worth: Force, language: Language) -> str:
    """With the date and the successor as far as they are known; a status that people wrote is given as it stands."""
    title, by = metadata.title, metadata.superseded_by
    dates = {"expired": metadata.expires, "superseded": metadata.superseded_on, "not_yet": metadata.effective}
    date = dates.get(worth, "")
    if worth == "superseded" and by:
        if date:
            return message("nt.superseded_by_on", title, date, by, language=language)
        return message("nt.superseded_by", title, by, language=language)
    if worth == "expired" and date and not metadata.status:
        return message("nt.expired_on", title, date, language=language)
    if worth == "not_yet":
        return message("nt.not_yet", title, date, language=language)
    return message("nt.superseded", title, metadata.status, language=language)


def _dated(document: Document) -> str:
    return document.metadata.issued or document.metadata.as_of


def _corrections(question: Question, units: Sequence[Unit]) -> Iterator[Note]:
    """What the question takes for granted and the evidence has otherwise: 资料为10条，非20条."""
    held = [q for unit in units for q in quantities(fold(unit.text))]
    texts = fold(" ".join(unit.text for unit in units))
    for asked in quantities(question.folded):
        same = [one for one in held if one.unit == asked.unit and asked.unit]
        if asked.ordinal or not same or any(_agree(one, asked) for one in same):
            continue
        rival = _counterpart(question.folded, asked, texts, same)
        if rival is not None:
            yield Note("correction", message("nt.correction", rival.text, asked.text, language=question.language))


def _agree(held: Quantity, asked: Quantity) -> bool:
    """Whether a number is the one that the evidence has, or within its bound: 12年 beside 满10年不满20年."""
    within = {"min": asked.value >= held.value, "max": asked.value <= held.value}
    return held.value == asked.value or within.get(held.bound, False)


def _counterpart(folded: str, asked: Quantity, texts: str, same: Sequence[Quantity]) -> Quantity | None:
    """The quantity in the evidence that counts what the asked one counts: the words after it are the same."""
    thing = re.match(r"[\u4e00-\u9fff]{2}", folded[asked.end :].lstrip("的"))
    if not thing:
        return None
    for one in same:
        at = texts.find(one.text)
        if at >= 0 and thing.group() in texts[at : at + len(one.text) + 12]:
            return one
    return None


def _counts(question: Question, groups: Sequence[Group]) -> Iterator[Note]:
    """How many items the text says there are, and how many of them stand below; not where more items stand in them."""
    listed = [group for group in groups if group.count and not _is_nested(group)]
    if not listed:
        return
    stated = _stated(question, groups)
    held = sum(group.count or 0 for group in listed)
    if stated is not None and held < stated.value:
        values = (int(stated.value), stated.unit, held)
        yield Note("count", message("nt.count_some", *values, language=question.language))
    elif len(groups) == 1 and listed[0].count:
        yield Note("count", message("nt.count_all", listed[0].count, language=question.language))


def _is_nested(group: Group) -> bool:
    """Whether items of the list enumerate in turn, so that no one number counts what is seen."""
    items = {unit.block.start for unit in group.units if unit.block.kind == "item"}
    return group.count is not None and len(items) > group.count + 1  # an article that leads the list is an item too


def _stated(question: Question, groups: Sequence[Group]) -> Quantity | None:
    """An exact count, in a chosen sentence, of the very things that the question names: 10条专项措施."""
    for unit in (unit for group in groups for unit in group.units):
        folded = fold(unit.text)
        for one in quantities(folded):
            named = folded[one.end : one.end + 6]
            pairs = (named[at : at + 2] for at in range(len(named) - 1))
            if one.is_count and one.value > 1 and one.unit in _COUNTERS and any(p in question.folded for p in pairs):
                return one
    return None


def _relative_year(question: Question, units: Sequence[Unit]) -> Iterator[Note]:
    """今年 is the year of the matching document, and the answer says which that is."""
    word = _RELATIVE.search(question.folded)
    if not word or question.years:
        return
    found = {year for unit in units for year in years(fold(unit.text))}
    if len(found) == 1:
        yield Note("scope", message("nt.relative_year", word.group(), found.pop(), language=question.language))
