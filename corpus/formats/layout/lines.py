"""Characters → lines, in the order in which they are read, columns one after the other."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from corpus.formats.characters import subscript, superscript
from corpus.formats.layout.shapes import Element, Glyph, Table, TextLine

WIDE = re.compile("[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—]")
_BASELINE = 0.4  # of the size: characters whose baselines differ less stand on one line
_WORD_GAP = 0.2  # of the size, between letters; between Chinese characters a space is a whole one
_WIDE_GAP = 0.8
_WRITTEN_GAP = 0.1  # where a space was written, it only has to be there
_PIECE_GAP = 2.5  # of the size: beyond, it is another column or cell
_GUTTER = 0.7  # of the size, where several rows in a row have it
_SMALL = 0.9  # of its line's size: a character that may be raised or lowered
_HIGHEST = 0.7  # of the size, above the baseline: so far a raised character may be from it
_LOWEST = 0.5
_RAISED = 0.18  # of the size, above the baseline
_LOWERED = 0.06
_LEAST = 0.1  # of the height of a line that one in the column beside it shares with it
_CELL = 6.0  # points between a cell's words and its stroke, which stands out of the column
_COLUMN_ROWS = 4  # that stand side by side before it is called columns
_COLUMN_WORDS = 8  # characters a line on each side has at the least, on average; less is a list of values

_VisualRow = list[Element]


def lines_of(glyphs: Sequence[Glyph]) -> list[TextLine]:
    """Pieces of lines from top to bottom, left to right; a wide gap divides a line into pieces."""
    rows: list[list[Glyph]] = []
    largest: Glyph | None = None  # of the last row
    for glyph in sorted(glyphs, key=lambda one: (-one.middle, one.left)):
        if largest and abs(largest.middle - glyph.middle) <= _BASELINE * max(glyph.size, largest.size):
            rows[-1].append(glyph)
            largest = glyph if glyph.size > largest.size else largest
        else:
            rows.append([glyph])
            largest = glyph
    ordered = [sorted(row, key=lambda one: one.left) for row in _with_raised(rows)]
    gutters = _narrow_gutters(_with_offset(ordered))
    return [line for row in ordered for line in _pieces(row, gutters) if line.text.strip()]


def _with_raised(rows: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """Rows with the small ones that are too near to the row above or below to be one of their own: its raised text."""
    kept: list[list[Glyph]] = []
    for row in rows:
        if kept and _is_raised(row, kept[-1]):
            kept[-1] += row
        elif kept and _is_raised(kept[-1], row):
            kept[-1] = row + kept[-1]
        else:
            kept.append(row)
    return kept


def _is_raised(row: Sequence[Glyph], beside: Sequence[Glyph]) -> bool:
    small, large = (max(one, key=lambda glyph: glyph.size) for one in (row, beside))
    off = (small.base - large.base) / large.size
    return small.size <= _SMALL * large.size and -_LOWEST <= off <= _HIGHEST


def _with_offset(rows: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """Rows with those to their right or left that are a part of a line lower: columns need not share their lines."""
    kept: list[list[Glyph]] = []
    alone = False
    for row in rows:
        if alone and _is_offset(kept[-1], row):
            kept[-1] = sorted([*kept[-1], *row], key=lambda one: one.left)
            alone = False
        else:
            kept.append(row)
            alone = True
    return kept


def _is_offset(above: Sequence[Glyph], row: Sequence[Glyph]) -> bool:
    apart = above[-1].right < row[0].left or row[-1].right < above[0].left
    return apart and above[0].base - row[0].base < (1 - _LEAST) * above[0].size


def _narrow_gutters(rows: Sequence[Sequence[Glyph]]) -> list[float]:
    """Where columns of text are divided by less than what divides pieces: by a gap that rows below each other share."""
    gaps = [list(_wide_gaps(row)) for row in rows]
    places = sorted({(left + right) / 2 for row in gaps for left, right, said in row if said})
    runs, most = [0] * len(places), [0] * len(places)  # of rows that have a gap at a place
    for row, inside in zip(rows, gaps, strict=True):
        at = bisect_right(places, row[0].left)
        for left, right, said in inside:
            start, end = bisect_right(places, left), bisect_left(places, right)
            runs[at:start] = [0] * (start - at)
            if said:
                runs[start:end] = [one + 1 for one in runs[start:end]]
                most[start:end] = map(max, most[start:end], runs[start:end])
            at = end
        end = bisect_left(places, row[-1].right)
        runs[at:end] = [0] * (end - at)
    return [place for place, one in zip(places, most, strict=True) if one >= _COLUMN_ROWS]


def _wide_gaps(row: Sequence[Glyph]) -> Iterator[tuple[float, float, bool]]:
    """The gaps of a row, and whether there is text on both sides of it."""
    for number, (a, b) in enumerate(pairwise(row), start=1):
        if b.left > a.right and b.left - a.right > _GUTTER * max(a.size, b.size):
            yield a.right, b.left, _COLUMN_WORDS <= number <= len(row) - _COLUMN_WORDS


def _pieces(row: Sequence[Glyph], gutters: Sequence[float]) -> Iterator[TextLine]:
    piece: list[Glyph] = []
    for glyph in row:
        if piece and glyph.left > piece[-1].right:
            gap = (glyph.left - piece[-1].right) / max(glyph.size, piece[-1].size)
            over = gap > _GUTTER and bisect_right(gutters, piece[-1].right) < bisect_left(gutters, glyph.left)
            if gap > _PIECE_GAP or over:
                yield _line(piece)
                piece = []
        if not (piece and _is_printed_twice(piece[-1], glyph)):
            piece.append(glyph)
    if piece:
        yield _line(piece)


def _is_printed_twice(before: Glyph, glyph: Glyph) -> bool:
    """Bold is at times made by printing a character again, a little to the side."""
    return before.text == glyph.text and abs(before.left - glyph.left) < 0.15 * glyph.size


def _line(piece: Sequence[Glyph]) -> TextLine:
    sizes = median(one.size for one in piece)
    text = _marked_text(piece)
    largest = max(piece, key=lambda one: one.size)
    return TextLine(text, piece[0].left, max(one.right for one in piece), largest.base, sizes)


def _marked_text(piece: Sequence[Glyph]) -> str:
    """The characters with their spaces; raised and lowered ones in their form."""
    size = max(one.size for one in piece)
    base = max(piece, key=lambda one: one.size).base
    text, before = "", None
    level = all(one.size > _SMALL * size for one in piece)
    for step, run in [(0, iter(piece))] if level else groupby(piece, key=lambda one: _step(one, size, base)):
        words = space = ""
        for glyph in run:
            gap = _gap(before, glyph) if before else ""
            space, words = (space, words + gap + glyph.text) if words else (gap, glyph.text)
            before = glyph
        text += space + (words if step == 0 else superscript(words) if step > 0 else subscript(words))
    return text


def _step(glyph: Glyph, size: float, base: float) -> int:
    """1 for a raised character, -1 for a lowered one: smaller than its line, and off its baseline."""
    if glyph.size > _SMALL * size or WIDE.match(glyph.text):
        return 0
    off = (glyph.base - base) / size
    return 1 if off > _RAISED else -1 if off < -_LOWERED else 0


def _gap(before: Glyph, glyph: Glyph) -> str:
    gap = glyph.left - before.right
    if glyph.spaced and gap > _WRITTEN_GAP * glyph.size:
        return " "
    wide = WIDE.match(before.text) or WIDE.match(glyph.text)
    return " " if gap > (_WIDE_GAP if wide else _WORD_GAP) * max(before.size, glyph.size) else ""


def in_order(elements: Sequence[Element]) -> list[list[Element]]:
    """The elements of a page in reading order, a list for each column or stretch between columns.

    Pieces that stand side by side and are no columns become one line.
    """
    rows = list(_rows(elements))
    gutter = _gutter(rows)
    if gutter is None:
        offset = list(_rows(elements, offset=True))
        gutter = _gutter(offset)
        rows = rows if gutter is None else offset
    if gutter is None:
        return [_in_lines(elements)] if rows else []
    ordered: list[list[Element]] = []
    for inside, run in groupby(rows, key=lambda row: not _crosses(row, gutter)):
        some = list(run)
        if inside and sum(_both(row, gutter) for row in some) >= _COLUMN_ROWS:
            for side in _sides(some, gutter):
                ordered += in_order(side)
        else:
            ordered.append(_in_lines([one for row in some for one in row]))
    return ordered


def _in_lines(elements: Sequence[Element]) -> list[Element]:
    return [one for row in _rows(elements) for one in _joined(row)]


def rows_of(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Pieces of lines that stand beside each other, from left to right; the rows from top to bottom."""
    return [[one for one in row if isinstance(one, TextLine)] for row in _rows(lines)]


def _rows(elements: Sequence[Element], *, offset: bool = False) -> Iterator[_VisualRow]:
    """Elements that stand beside each other, from top to bottom; with ``offset`` also those a part of a line lower."""
    row: _VisualRow = []
    beside = _beside_offset if offset else _beside
    for one in sorted(elements, key=lambda e: (-e.top, e.left)):
        if row and (isinstance(one, Table) or isinstance(row[0], Table) or not beside(row[0], one)):
            yield sorted(row, key=lambda e: e.left)
            row = []
        row.append(one)
    if row:
        yield sorted(row, key=lambda e: e.left)


def _beside(a: Element, b: Element) -> bool:
    return min(a.top, b.top) - max(a.bottom, b.bottom) > 0.5 * min(a.top - a.bottom, b.top - b.bottom)


def _beside_offset(a: Element, b: Element) -> bool:
    apart = a.right < b.left or b.right < a.left
    return _beside(a, b) or (apart and min(a.top, b.top) - max(a.bottom, b.bottom) > _LEAST * (a.top - a.bottom))


def _gutter(rows: Sequence[_VisualRow]) -> float | None:
    """The middle of the gap that most rows have in common, where it divides columns of text."""
    gaps = [gap for row in rows for gap in _gaps(row)]
    lows, highs = sorted(low for low, _ in gaps), sorted(high for _, high in gaps)
    best, most = None, 0
    for left, right in gaps:
        at = (left + right) / 2
        count = bisect_left(lows, at) - bisect_right(highs, at)
        if count > most:
            best, most = at, count
    if best is None or most < _COLUMN_ROWS:
        return None
    both = [row for row in rows if _both(row, best)]
    for side in _sides(both, best):
        words = [len(one.text) for one in side if isinstance(one, TextLine)]
        if not words or sum(words) < _COLUMN_WORDS * len(words):
            return None
    return best


def _gaps(row: _VisualRow) -> Iterator[tuple[float, float]]:
    for a, b in pairwise(row):
        if isinstance(a, TextLine) and isinstance(b, TextLine) and b.left - a.right > _GUTTER * a.size:
            yield a.right, b.left


def _crosses(row: _VisualRow, gutter: float) -> bool:
    """Whether something stands across the gap; the strokes of a table may stand out of its column a little."""
    return any(one.left + _out(one) < gutter < one.right - _out(one) for one in row)


def _out(one: Element) -> float:
    return _CELL if isinstance(one, Table) else 0.0


def _both(row: _VisualRow, gutter: float) -> bool:
    return not _crosses(row, gutter) and row[0].right < gutter < row[-1].left


def _sides(rows: Sequence[_VisualRow], gutter: float) -> tuple[list[Element], list[Element]]:
    left = [one for row in rows for one in row if one.right - _out(one) <= gutter]
    return left, [one for row in rows for one in row if one.right - _out(one) > gutter]


def _joined(row: _VisualRow) -> Iterator[Element]:
    texts = [one for one in row if isinstance(one, TextLine)]
    if len(texts) == len(row) and len(row) > 1:
        text = " ".join(one.text for one in texts)
        yield TextLine(text, texts[0].left, texts[-1].right, texts[0].base, texts[0].size)
    else:
        yield from row
