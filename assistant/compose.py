"""Reading → what an answer is made of: the units that answer, of an enumeration every item, by document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.question import asks_one, asks_several
from assistant.reading.reader import Read
from assistant.reading.references import breached
from assistant.reading.structure import StructureReading
from assistant.units import Span, Unit, enumerations_of, span_unit, units_of_enumeration
from corpus.document import Document
from corpus.markers import strip_marker
from corpus.normalise import fold
from corpus.outline import Enumeration
from index.bigrams import term_set

MOST = 4  # units that stand by themselves
GROUPS = 4  # documents
ALSO = 0.8  # share of the best unit's sureness that a further one of its document needs
ALSO_ONE = 0.9  # the same where one thing is asked for
ELSEWHERE = 0.9  # and one of another document
ROW = 0.9  # and a row of a table: rows are as alike as can be, and each says all that it says
FOLLOWS = 0.95  # and what follows from breaching an article, beside that article
ITEM = 0.2  # share of the best unit's odds that counts an item of an enumeration as one that answers
SUREST = 0.95  # beyond it odds say nothing
LABEL = 4  # characters of a lead that says nothing of its items (说明：); 3 of 3,372 in laws and notices are so short
LISTED, MOSTLY = 2, 0.5  # number and share of such items where all of it is asked for
# The same of a longer list for a question after one thing. Of 54 kept-back ones that one item answers .85 have it
# either way, with 2.6 sentences beside it instead of 3.0; of 26 that want a whole list .69 have it either way.
SHORT, ITEM_OF_ONE, MOSTLY_OF_ONE = 3, 0.5, 0.67
_SIMILAR = 0.7  # a unit that shares this part of its terms with one already taken says nothing new
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_CLAUSE = re.compile(r"[，,；;、]")


@dataclass(frozen=True, slots=True)
class Group:
    """Units of one document as they are given; ``count`` is how many items there are where they are a whole list."""

    units: tuple[Unit, ...]
    count: int | None = None

    @property
    def source(self) -> Document:
        """The document."""
        return self.units[0].source


def of_structure(found: StructureReading) -> tuple[Group, ...]:
    """What structure alone answers, a group for each document."""
    return tuple(
        Group(own, found.count)
        for document in found.documents
        if (own := tuple(unit for unit in found.units if unit.source.id == document.id))
    )


def of_reading(read: Sequence[Read], asked: str = "", *, surest: bool = False) -> tuple[Group, ...]:
    """The surest unit and those nearly as sure, each enumeration of which several items answer whole.

    The surest document stands first, or the one that took its place. In it its own order holds behind the surest unit:
    where that is no item, it comes first. Of 361 kept-back answers with several sentences the first one is right so for
    .471, and for .385 in the document's order alone. Of rows that are as sure, those whose own words are in the
    question as ``asked``, if any are. Of a part of a question ``surest`` gives the surest unit, or its list, alone.
    """
    if not read:
        return ()
    best = read[0]
    also = ALSO_ONE if asks_one(asked) else ALSO
    sure = [one.unit for one in read if one.sure >= (1.0 if surest else _least(one.unit, best.unit, also)) * best.sure]
    sure = _newer_first(_named_rows(sure, term_set(fold(asked))))
    taken: list[Unit] = []
    groups: dict[str, Group] = {}
    alone = 0
    for unit in sure:
        if _repeats(unit, taken):
            continue
        found = _enumeration(unit, read, sure, asked)
        if found is None and unit is not best.unit and unit.text.rstrip().endswith(("：", ":")):
            continue  # introduces a list of which no item is sure
        if found is None:
            if alone >= MOST:
                continue
            alone += 1
        own = units_of_enumeration(unit.source, found) if found else _under_lead(unit)
        before = groups.get(unit.source.id)
        if before is None and len(groups) == GROUPS:
            continue
        fresh = tuple(one for one in own if before is None or not _covers(before.units, one))
        taken += own
        units = (*(before.units if before else ()), *fresh)
        count = len(found.items) if found and before is None else None
        groups[unit.source.id] = Group(tuple(sorted(units, key=lambda one: one.spans[-1])), count)
    first, *others = groups.values()
    top = sure[0]
    if top.block.kind == "item" or _enumeration(top, read, sure, asked):
        return (first, *others)
    led = sorted(first.units, key=lambda one: one.key != top.key)
    return (replace(first, units=tuple(led)), *others)


def _least(unit: Unit, best: Unit, also: float) -> float:
    if unit.block.kind == "table_row":
        return ROW
    if breached(unit.text):
        return FOLLOWS
    near = unit.source.id == best.source.id or _replaces(unit.source, best.source)
    return also if near else ELSEWHERE


def _replaces(document: Document, other: Document) -> bool:
    """Whether one document took the place of another, which names it by id, title or number."""
    metadata = document.metadata
    return bool(other.metadata.superseded_by) and other.metadata.superseded_by in {
        document.id,
        metadata.title,
        metadata.doc_no,
    }


def _newer_first(units: Sequence[Unit]) -> list[Unit]:
    """What was replaced by a document that answers too comes behind it."""
    return sorted(units, key=lambda unit: any(_replaces(one.source, unit.source) for one in units))


def _named_rows(units: Sequence[Unit], asked: frozenset[str]) -> list[Unit]:
    """Without the rows that the question tells from others of their table: 第三阶梯 where it asks for 第二阶梯."""
    rows = [one for one in units if one.block.kind == "table_row"]
    words = {one.key: term_set(fold(one.source.text[slice(*one.spans[-1])])) for one in rows}
    left: set[tuple[str, Span]] = set()
    for _, some in groupby(sorted(rows, key=_table), key=_table):
        own = list(some)
        telling = asked - term_set(fold(own[0].source.metadata.title))
        counted = Counter(term for one in own for term in words[one.key])
        named = {
            one.key for one in own if len(own) > 1 and any(counted[term] == 1 for term in words[one.key] & telling)
        }
        left |= {one.key for one in own} - named if named else set()
    return [one for one in units if one.key not in left]


def _table(unit: Unit) -> tuple[str, Span]:
    return unit.source.id, unit.block.header or (0, 0)


def _odds(sure: float) -> float:
    """Shares of odds tell likely items of a passage from hardly likely ones where shares of sureness do not."""
    return min(sure, SUREST) / (1 - min(sure, SUREST))


def merged(parts: Iterable[Sequence[Group]]) -> tuple[Group, ...]:
    """The groups of several parts of a question, each document once and nothing twice, in the order of the parts."""
    groups: dict[str, Group] = {}
    for group in (group for part in parts for group in part):
        before = groups.get(group.source.id)
        if before is None:
            groups[group.source.id] = group
            continue
        fresh = tuple(one for one in group.units if not _covers(before.units, one))
        groups[group.source.id] = replace(before, units=(*before.units, *fresh), count=None if fresh else before.count)
    return tuple(groups.values())


def _enumeration(unit: Unit, read: Sequence[Read], sure: Sequence[Unit], asked: str) -> Enumeration | None:
    """The innermost enumeration that a unit belongs to of which most items are likely, or its lead alone.

    Where the lead is the best unit it has all of its items, or the only likely one that is sure, if one thing is asked
    for. Where a question for several things says the heading that it stands under, all of it is asked for.
    """
    best, surest = read[0].unit, _places(unit.source, sure)
    for one in enumerations_of(unit):
        strict = len(one.items) > SHORT and asks_one(asked)
        share, mostly = (ITEM_OF_ONE, MOSTLY_OF_ONE) if strict else (ITEM, MOSTLY)
        places = _places(unit.source, _likely(read, share))
        items = _items_among(one, places)
        leads = any(_leads(one, place) for place in places)
        first = best.source.id == unit.source.id and _leads(one, best.spans[-1])
        if (
            (leads and not items)
            or (first and (items != 1 or not _items_among(one, surest) or asks_several(asked)))
            or (items >= LISTED and items >= mostly * len(one.items))
            or (items and _is_named(one, asked))
        ):
            return one
    return None


def _likely(read: Sequence[Read], share: float) -> list[Unit]:
    """Those with so much of the best one's odds."""
    return [one.unit for one in read if _odds(one.sure) >= share * _odds(read[0].sure)]


def _is_named(one: Enumeration, asked: str) -> bool:
    """Whether a question for several things says the heading of an enumeration, or a clause of it."""
    clauses = _CLAUSE.split(fold(strip_marker(one.heading[-1]))) if one.heading and asks_several(asked) else ()
    return any(len(clause) > LABEL and clause in fold(asked) for clause in clauses)


def _leads(one: Enumeration, place: Span) -> bool:
    return one.lead is not None and place[0] < one.lead[1] and one.lead[0] < place[1]


def _items_among(one: Enumeration, places: Sequence[Span]) -> int:
    """In how many items of an enumeration one of the places lies."""
    return sum(any(item.start <= start < item.end for start, _ in places) for item in one.items)


def _places(document: Document, units: Sequence[Unit]) -> list[Span]:
    return [one.spans[-1] for one in units if one.source.id == document.id]


def _under_lead(unit: Unit) -> tuple[Unit, ...]:
    """The unit behind the sentence that introduces it: 有下列情形之一的，处以罚款： is what an item is an item of."""
    lead = unit.block.lead
    if unit.block.kind != "item" or lead is None or not unit.source.text[slice(*lead)].rstrip().endswith(("：", ":")):
        return (unit,)
    above = span_unit(unit.source, *lead)
    return (above, unit) if above.role == "text" and len(above.text.strip()) > LABEL else (unit,)


def _covers(units: Sequence[Unit], one: Unit) -> bool:
    start, end = one.spans[-1]
    return any(a <= start and end <= b for unit in units for a, b in (unit.spans[-1],))


def _repeats(unit: Unit, taken: Sequence[Unit]) -> bool:
    """Whether a unit is there already or says what was said: most of its terms, and no figure that was not there."""
    own, figures = term_set(unit.text), set(_FIGURE.findall(fold(unit.text)))
    return any(
        (unit.source.id == one.source.id and _covers([one], unit))
        or (len(own & term_set(one.text)) >= _SIMILAR * len(own) and figures <= set(_FIGURE.findall(fold(one.text))))
        for one in taken
    )
