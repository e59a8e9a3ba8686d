"""A number of a question as the range of a scale that it falls in: 91岁 as 90—94周岁, where a table or list has it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from assistant.reading.rows import TOTAL
from corpus.document import Block, Document
from corpus.markers import strip_marker
from corpus.normalise import fold, join_lines
from corpus.outline import enumerations
from corpus.quantities import Quantity, quantities
from corpus.structure import blocks
from index.hit import Hit

_HITS = 6  # that are looked at, as many as a reader reads
_INCLUDED = re.compile(r"\((?:不?含)(?:本数)?\)|含(?=以[上下内])")
_OPEN = re.compile("^(?:超|逾|突破|多于|大于|高于|不满|未满|不足|不到|未达|少于|低于|小于)")
_LABEL = re.compile("^[^:：,，;；。]+")
_RANGES = 2  # that make a scale


@dataclass(frozen=True, slots=True)
class Range:
    """A range of numbers of one unit with its words; ``low`` and ``high`` with whether they belong to it."""

    text: str
    unit: str
    low: float | Fraction = -math.inf
    high: float | Fraction = math.inf
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Fraction) -> bool:
        """Whether a number lies in it."""
        above = value > self.low or (self.with_low and value == self.low)
        return above and (value < self.high or (self.with_high and value == self.high))


@dataclass(frozen=True, slots=True)
class Scale:
    """The ranges of a column or list, and its place."""

    ranges: tuple[Range, ...]
    start: int
    end: int


def in_scale(question: str, hits: Sequence[Hit]) -> str:
    """The question, folded, with its number as the one range that holds it, of the nearest scale of its unit.

    The question itself where no range or more than one does, or where it names a range or bound of its own.
    """
    words = fold(question)
    for asked in _asked(words):
        near = next(_near(asked.unit, hits[:_HITS]), None)
        held = [one for one in near.ranges if one.holds(asked.value)] if near else []
        if len(held) == 1:
            return f"{words[: asked.start].removesuffix('年')}{held[0].text}{words[asked.end :]}"
    return question


def _asked(words: str) -> Iterator[Quantity]:
    found = [one for one in quantities(words) if one.unit]
    for one in found:
        alone = sum(other.unit == one.unit for other in found) == 1
        exact = not one.ordinal and (not one.bound or one.text.startswith("满"))
        if alone and exact and not (one.spoken and one.value == 1):
            yield one


def _near(unit: str, hits: Iterable[Hit]) -> Iterator[Scale]:
    """The scales of a unit that stand in the hits, nearest first."""
    for hit in hits:
        for one in _scales(hit.source):
            if one.start < hit.end and hit.start < one.end and one.ranges[0].unit == unit:
                yield one


@lru_cache(maxsize=64)
def _scales(document: Document) -> tuple[Scale, ...]:
    """The columns of tables that hold ranges and nothing else but 合计, and lists with items that begin with one."""
    found: list[Scale | None] = []
    tables: dict[tuple[int, int], list[Block]] = defaultdict(list)
    for block in blocks(document):
        if block.kind == "table_row" and block.header:
            tables[block.header].append(block)
    for rows in tables.values():
        cells = [_cells(document, row) for row in rows]
        for column in zip(*cells, strict=False):
            said = [one for one in column if one and not TOTAL.match(one)]
            ranges = [own for one in said if (own := _range(one))]
            if len(ranges) == len(said):
                found.append(_scale(ranges, rows[0].start, rows[-1].end))
    for one in enumerations(document):
        labels = [_LABEL.match(fold(strip_marker(document.text[item.start : item.end]))) for item in one.items]
        found.append(_scale([r for label in labels if label and (r := _range(label.group()))], one.start, one.end))
    return tuple(one for one in found if one)


def _scale(ranges: Sequence[Range], start: int, end: int) -> Scale | None:
    alike = len({one.unit for one in ranges}) == 1
    return Scale(tuple(ranges), start, end) if alike and len(ranges) >= _RANGES else None


def _cells(document: Document, row: Block) -> list[str]:
    text = document.text[row.start : row.end].strip().strip("|")
    return [fold(join_lines(cell)).strip() for cell in text.split("|")]


def _range(text: str) -> Range | None:
    """The one range that words name: between two numbers, from one or up to one; none where they name just a number."""
    found = [one for one in quantities(_INCLUDED.sub("", text)) if one.unit]
    if not found or len({one.unit for one in found}) > 1:
        return None
    first, last = found[0], found[-1]
    low = first if first.bound in {"from", "min"} else None
    high = last if last.bound in {"to", "max"} else None
    if not (low or high) or len(found) != (low is not None) + (high is not None):
        return None
    return Range(
        text[max(0, text.find(first.text)) :].partition("的")[0],
        first.unit,
        low.value if low else -math.inf,
        high.value if high else math.inf,
        with_low=not (low and _OPEN.match(low.text)),
        with_high=not (high and _OPEN.match(high.text)),
    )
