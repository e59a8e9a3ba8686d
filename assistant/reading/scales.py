"""A number of a question as the range of a scale that it falls in: 91岁 as 90—94周岁, where a table or list has it.

The unit of a table's ranges may stand in the cells, in the column's name (年用水量（立方米）) or in the caption.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from assistant.reading.rows import TOTAL
from corpus.document import Block, Document
from corpus.markers import strip_marker
from corpus.normalise import fold, join_lines, row_cells
from corpus.outline import enumerations
from corpus.quantities import Quantity, quantities
from corpus.structure import blocks
from index.bigrams import term_set
from index.hit import Hit

Place = tuple[str, tuple[int, int]]
"""A document's id and a row of it."""

_HITS = 6  # that are looked at, as many as a reader reads
_INCLUDED = re.compile(r"\((?:不?含)(?:本数)?\)|含(?=以[上下内])")
_OPEN = re.compile("^(?:超|逾|突破|多于|大于|高于|不满|未满|不足|不到|未达|少于|低于|小于)")
_LABEL = re.compile("^[^:：,，;；。]+")
_RANGES = 2  # that make a scale
_IN_NAME = re.compile(r"\(([^()]+)\)$|(年龄)")
_IN_CAPTION = re.compile(r"单位:\s*([^\s,;()]+)")
_LAST_DIGIT = re.compile(r"\d(?=\D*$)")
_SQUARE = re.compile("(?<=[\\d.])平(?:方)?(?![方米公均台安])")  # 85平
_CUBIC = re.compile("(?<=[\\d.])方(?![米案式便])")  # 500方水
_PERIODS = re.compile(r"(?<!\d{4})年(?!龄)|月")


@dataclass(frozen=True, slots=True)
class Range:
    """A range of numbers of one unit with its words; ``low`` and ``high`` with whether they belong to it.

    ``row`` is the place of its row, where it is one of a table.
    """

    text: str
    unit: str
    low: float | Fraction = -math.inf
    high: float | Fraction = math.inf
    with_low: bool = True
    with_high: bool = True
    row: tuple[int, int] | None = None

    def holds(self, value: Fraction) -> bool:
        """Whether a number lies in it."""
        above = value > self.low or (self.with_low and value == self.low)
        return above and (value < self.high or (self.with_high and value == self.high))


@dataclass(frozen=True, slots=True)
class Scale:
    """The ranges of a column or list, its place, and the name of the column."""

    ranges: tuple[Range, ...]
    start: int
    end: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class InScale:
    """A question with its number as a range, and the rows of such scales which do not hold the number."""

    question: str
    others: frozenset[Place] = frozenset()


def in_scale(question: str, hits: Sequence[Hit]) -> InScale:
    """The question, folded, with its number as the one range that holds it, of the nearest scale of its unit.

    The question itself where no range or more than one does, or where it names a range or bound of its own.
    """
    words = _CUBIC.sub("立方米", _SQUARE.sub("平方米", fold(question)))
    others: frozenset[Place] = frozenset()
    for asked in _asked(words):
        near = list(_near(asked, words, hits[:_HITS]))
        if not near:
            continue
        named = ((document.id, one) for document, ranges in near for one in ranges)
        others = frozenset((name, one.row) for name, one in named if one.row and not one.holds(asked.value))
        held = [one for one in near[0][1] if one.holds(asked.value)]
        if len(held) == 1:
            text = f"{words[: asked.start].removesuffix('年')}{held[0].text}{words[asked.end :]}"
            return InScale(text, others)
    return InScale(question, others)


def _asked(words: str) -> Iterator[Quantity]:
    found = [one for one in quantities(words) if one.unit and not (one.spoken and one.value == 1)]  # 一平米多少钱
    for one in found:
        alone = sum(other.unit == one.unit for other in found) == 1
        if alone and not one.ordinal and (not one.bound or one.text.startswith("满")):
            yield one
            if one.text.endswith("吨"):  # of water
                yield replace(one, unit="立方米", value=one.value / 1000)
            if one.unit == "度":  # of electricity
                yield replace(one, unit="千瓦时")


def _near(asked: Quantity, words: str, hits: Iterable[Hit]) -> Iterator[tuple[Document, Sequence[Range]]]:
    """The scales of a quantity's unit that stand in the hits, nearest first, of one hit that of the column named best.

    What is a year's is not looked for in months.
    """
    terms, periods = term_set(words), set(_PERIODS.findall(words))
    for hit in hits:
        found = [
            one
            for one in _scales(hit.source)
            if one.start < hit.end
            and hit.start < one.end
            and one.ranges[0].unit == asked.unit
            and not ((own := set(_PERIODS.findall(one.name))) and periods and not own & periods)
        ]
        found.sort(key=lambda one: -len(term_set(one.name) & terms))
        yield from ((hit.source, one.ranges) for one in found)


@lru_cache(maxsize=64)
def _scales(document: Document) -> tuple[Scale, ...]:
    """Runs of ranges down the columns of tables; lists of items that begin with ranges."""
    found: list[Scale] = []
    tables: dict[tuple[int, int], list[Block]] = defaultdict(list)
    for block in blocks(document):
        if block.kind == "table_row" and block.header:
            tables[block.header].append(block)
    for header, rows in tables.items():
        names, cells = _cells(document, *header), [_cells(document, row.start, row.end) for row in rows]
        for at, name in enumerate(names):
            body = [(row, own) for row, own in zip(rows, cells, strict=True) if at < len(own)]
            found.extend(_of_column(body, at, name))
    for one in enumerations(document):
        labels = [_LABEL.match(fold(strip_marker(document.text[item.start : item.end]))) for item in one.items]
        ranges = [own for label in labels if label and (own := _range(label.group()))]
        if len(ranges) >= _RANGES and len({own.unit for own in ranges}) == 1:
            found.append(Scale(tuple(ranges), one.start, one.end))
    return tuple(found)


def _of_column(body: Sequence[tuple[Block, Sequence[str]]], at: int, name: str) -> Iterator[Scale]:
    """The scales of a column, by its name and what their rows have in common to its left.

    Ranges of one unit below each other that do not overlap, where they are most of the column or each begins where the
    one before ends.
    """
    said = [(row, cells) for row, cells in body if cells[at] and not TOTAL.match(cells[at])]
    unit = _unit(name, body[0][0].heading) if body else ""
    found = [(row, cells, _ranging(cells[at], unit)) for row, cells in said]
    most = 2 * sum(one is not None for _, _, one in found) > len(said)
    for run in _runs(found):
        ranges = [replace(one, row=(row.start, row.end)) for row, _, one in run]
        if len(ranges) >= _RANGES and (most or all(_meet(a, b) for a, b in pairwise(ranges))):
            shared = [
                cells[0] for cells in zip(*(cells[:at] for _, cells, _ in run), strict=True) if len({*cells}) == 1
            ]
            yield Scale(tuple(ranges), run[0][0].start, run[-1][0].end, " ".join((*shared, name)))


def _runs(
    found: Iterable[tuple[Block, Sequence[str], Range | None]],
) -> Iterator[list[tuple[Block, Sequence[str], Range]]]:
    """The rows with ranges up to one that is none, is of another unit or overlaps with one before."""
    run: list[tuple[Block, Sequence[str], Range]] = []
    for row, cells, one in found:
        if run and (one is None or any(one.unit != other.unit or _overlap(one, other) for _, _, other in run)):
            yield run
            run = []
        if one is not None:
            run.append((row, cells, one))
    if run:
        yield run


def _overlap(one: Range, other: Range) -> bool:
    return one.low < other.high and other.low < one.high


def _meet(one: Range, other: Range) -> bool:
    """Whether two ranges adjoin: 0—260 and 261—400, 90以上 and 80—90."""
    return 0 <= other.low - one.high <= 1 or 0 <= one.low - other.high <= 1


def _unit(name: str, heading: Sequence[str]) -> str:
    """The unit of a column's figures, in its name or in the table's caption; 年龄 is in 岁."""
    if found := _IN_NAME.search(name):
        return found[1] or "岁"
    caption = _IN_CAPTION.search(fold(heading[-1])) if heading else None
    return caption[1] if caption else ""


def _ranging(cell: str, unit: str) -> Range | None:
    """The range that a cell is, with the column's unit where it has none of its own."""
    own = _range(cell)
    return own if own or not unit else _range(_LAST_DIGIT.sub(rf"\g<0>{unit}", _INCLUDED.sub("", cell)))


def _cells(document: Document, start: int, end: int) -> list[str]:
    return [fold(join_lines(cell)).strip() for cell in row_cells(document.text[start:end])]


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
