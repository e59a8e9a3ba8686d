"""The tables of a page: cells that strokes enclose; without them, pieces below each other with figures in a column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from corpus.formats.layout.lines import lines_of, rows_of
from corpus.formats.layout.shapes import Glyph, Rule, Table, TextLine

_NEAR = 3.0  # points between strokes that meet
_SHORTEST = 6.0  # points of a stroke that can be a cell's side
_COVERED = 0.6  # of a cell's side that strokes have to cover
_BETWEEN = 0.5  # of the size, between words on both sides of a stroke that is not there
_MOST = 6_000  # strokes on a page; more is a drawing


@dataclass(frozen=True, slots=True)
class _Grid:
    """The edges of columns (left to right) and rows (top to bottom) of one group of strokes that meet."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    rules: tuple[Rule, ...]

    def holds(self, glyph: Glyph) -> bool:
        middle = (glyph.left + glyph.right) / 2
        return self.columns[0] <= middle <= self.columns[-1] and self.rows[-1] <= glyph.middle <= self.rows[0]


def tables_of(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> tuple[list[Table], list[Glyph]]:
    """The tables of a page, and the characters that are in none."""
    tables: list[Table] = []
    rest = list(glyphs)
    for grid in _grids(rules):
        inside = [one for one in rest if grid.holds(one)]
        if inside:
            rest = [one for one in rest if not grid.holds(one)]
            tables.append(_table(grid, inside))
    return tables, rest


def _grids(rules: Sequence[Rule]) -> list[_Grid]:
    """A grid for each group of strokes with at least two columns and one row."""
    usable = [one for one in rules if max(one.right - one.left, one.top - one.bottom) >= _SHORTEST]
    if not 4 <= len(usable) <= _MOST:
        return []
    found = (_grid(group) for group in _groups(usable))
    return [grid for grid in found if len(grid.columns) > 2 and len(grid.rows) > 1]


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Strokes that meet, directly or through others."""
    parent = list(range(len(rules)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    order = sorted(range(len(rules)), key=lambda n: rules[n].left)
    open_: list[int] = []
    for n in order:
        open_ = [m for m in open_ if rules[m].right + _NEAR >= rules[n].left]
        for m in open_:
            if rules[m].bottom - _NEAR <= rules[n].top and rules[n].bottom - _NEAR <= rules[m].top:
                parent[root(n)] = root(m)
        open_.append(n)
    groups: dict[int, list[Rule]] = defaultdict(list)
    for n, rule in enumerate(rules):
        groups[root(n)].append(rule)
    return list(groups.values())


def _grid(rules: Sequence[Rule]) -> _Grid:
    """With the ends of its horizontal strokes as outer edges, which tables without side lines need."""
    across = [one for one in rules if one.is_horizontal]
    down = [one for one in rules if not one.is_horizontal]
    sides = [min(one.left for one in across), max(one.right for one in across)] if across else []
    columns = _snapped([*((one.left + one.right) / 2 for one in down), *(sides if down else [])])
    rows = _snapped((one.bottom + one.top) / 2 for one in across)
    return _Grid(tuple(columns), tuple(reversed(rows)), tuple(rules))


def _snapped(values: Iterable[float]) -> list[float]:
    snapped: list[float] = []
    for value in sorted(values):
        if not snapped or value - snapped[-1] > _NEAR:
            snapped.append(value)
    return snapped


def _table(grid: _Grid, glyphs: Sequence[Glyph]) -> Table:
    inside: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    cells = _cells(grid)
    for glyph in glyphs:
        at = (_row_at(grid.rows, glyph.middle), _column_at(grid.columns, (glyph.left + glyph.right) / 2))
        inside[cells[at]].append(glyph)
    extents: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), (top, left) in cells.items():
        down, across = extents.get((top, left), (1, 1))
        extents[top, left] = (max(down, row - top + 1), max(across, column - left + 1))
    rows = []
    for row in range(len(grid.rows) - 1):
        starts = [(row, column) for column in range(len(grid.columns) - 1) if cells[row, column] == (row, column)]
        whole = len(starts) == 1 and extents[row, 0][0] == 1
        divided = _divided(inside[row, 0], grid.columns, empty=min(row, 1)) if whole else ()
        rows.append(divided or tuple((_text(inside[at]), extents[at][1], extents[at][0]) for at in starts))
    return Table(tuple(rows), grid.columns, grid.rows[-1], grid.rows[0])


def _divided(glyphs: Sequence[Glyph], columns: Sequence[float], *, empty: int) -> tuple[tuple[str, int, int], ...]:
    """The cells of a row without strokes inside, whose words stand in the columns of the other rows; or nothing.

    ``empty`` is how many may be: on top only a head that names every column is one, and 单位：… 日期：… is none.
    """
    cells: list[list[Glyph]] = [[] for _ in columns[1:]]
    for glyph in glyphs:
        cells[_column_at(columns, (glyph.left + glyph.right) / 2)].append(glyph)
    lines = [line for cell in cells for line in lines_of(cell)]
    beside = [(a, b) for a, b in pairwise(sorted(lines, key=lambda one: (round(one.base), one.left))) if _level(a, b)]
    few = sum(map(bool, cells)) < max(2, len(cells) - empty)
    if few or not beside or any(b.left - a.right < _BETWEEN * a.size for a, b in beside):
        return ()
    return tuple((_text(cell), 1, 1) for cell in cells)


def _level(a: TextLine, b: TextLine) -> bool:
    return abs(a.base - b.base) < 0.5 * a.size


def _text(glyphs: Sequence[Glyph]) -> str:
    return "\n".join(line.text for line in lines_of(glyphs))


def _row_at(edges: Sequence[float], at: float) -> int:
    return next(n for n in range(len(edges) - 1) if at >= edges[n + 1] or n == len(edges) - 2)


def _column_at(edges: Sequence[float], at: float) -> int:
    return next(n for n in range(len(edges) - 1) if at <= edges[n + 1] or n == len(edges) - 2)


def _cells(grid: _Grid) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid the place at which its cell begins; cells grow right, then down, to a stroke."""
    begins: dict[tuple[int, int], tuple[int, int]] = {}
    down, across = _strokes(grid)
    for row in range(len(grid.rows) - 1):
        for column in range(len(grid.columns) - 1):
            if (row, column) in begins:
                continue
            right = column + 1
            while right < len(grid.columns) - 1 and (row, right) not in begins and (row, right) not in down:
                right += 1
            below = row + 1
            while below < len(grid.rows) - 1 and not any((below, c) in across for c in range(column, right)):
                below += 1
            for at in ((r, c) for r in range(row, below) for c in range(column, right)):
                begins.setdefault(at, (row, column))
    return begins


def _strokes(grid: _Grid) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Places with a stroke on their left side, and places with one on their upper side."""
    left: dict[tuple[int, int], float] = defaultdict(float)
    upper: dict[tuple[int, int], float] = defaultdict(float)
    rows = [(grid.rows[n + 1], grid.rows[n]) for n in range(len(grid.rows) - 1)]
    columns = [(grid.columns[n], grid.columns[n + 1]) for n in range(len(grid.columns) - 1)]
    for rule in grid.rules:
        if rule.is_horizontal:
            edge = _nearest(grid.rows, (rule.bottom + rule.top) / 2)
            for column, (low, high) in enumerate(columns):
                upper[edge, column] += _overlap(low, high, rule.left, rule.right)
        else:
            edge = _nearest(grid.columns, (rule.left + rule.right) / 2)
            for row, (low, high) in enumerate(rows):
                left[row, edge] += _overlap(low, high, rule.bottom, rule.top)
    return {at for at, share in left.items() if share >= _COVERED}, {
        at for at, share in upper.items() if share >= _COVERED
    }


def _nearest(edges: Sequence[float], at: float) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - at))


def _overlap(low: float, high: float, start: float, end: float) -> float:
    """The share of ``low..high`` that ``start..end`` covers, a little more allowed where strokes just fail to meet."""
    return max(0.0, min(high, end + 1) - max(low, start - 1)) / max(high - low, 0.1)


_ROWS = 3  # that stand below each other before it is called a table
_APART = 0.6  # of the size, between two columns at the least
_NEXT = 4.0  # of the size, from row to row at the most
_WRAPPED = 0.8  # of the distance from row to row: what stands closer goes on with the cell above
_LEADING = 2.0  # of the size, from line to line of a cell at the most
_PROSE = 8  # characters a cell, on average in every column: those are columns of text
_FIGURES = 0.5  # of a column's cells that hold a digit: names in columns are a list, not a table
_DIGIT = re.compile(r"\d")

_Row = Sequence[TextLine]


@dataclass(slots=True)
class _Run:
    """Rows of one table so far: the lines of each cell, and how far its columns reach."""

    columns: list[tuple[float, float]]
    rows: list[list[list[TextLine]]]
    gaps: list[float] = field(default_factory=list)

    @property
    def pitch(self) -> float:
        """The usual distance from the last line of a row to the next row, in points; none before the second row."""
        return median(self.gaps) if self.gaps else 0.0

    def takes(self, row: _Row) -> bool:
        """Add a row, or the rest of the row above, if its pieces stand in the columns."""
        size, places = row[0].size, [self._column(piece) for piece in row]
        known = [one for one in places if one is not None]
        if len(known) < len(places) or len(set(known)) < len(known):
            return False
        gap = min(line.base for cell in self.rows[-1] for line in cell) - row[0].base
        if not 0 < gap <= _NEXT * size:
            return False
        wrapped = bool(self.pitch) and gap < _WRAPPED * self.pitch and gap < _LEADING * size
        if not wrapped:
            if len(row) < 2:
                return False
            self.rows.append([[] for _ in self.columns])
            self.gaps.append(gap)
        for piece, at in zip(row, known, strict=True):
            self.rows[-1][at].append(piece)
            left, right = self.columns[at]
            self.columns[at] = (min(left, piece.left), max(right, piece.right))
        return True

    def _column(self, piece: TextLine) -> int | None:
        """The column that a piece stands in without coming near another one, or none."""
        apart = _APART * piece.size
        meets = [
            at
            for at, (left, right) in enumerate(self.columns)
            if piece.left < right + apart and left < piece.right + apart
        ]
        over = [at for at in meets if piece.left < self.columns[at][1] and self.columns[at][0] < piece.right]
        return over[0] if len(meets) == 1 and over else None

    def table(self) -> Table | None:
        """It as a table, if it is one."""
        cells = [["\n".join(line.text for line in cell) for cell in row] for row in self.rows]
        columns = list(zip(*cells, strict=True))
        prose = all(sum(map(len, column)) >= _PROSE * len(column) for column in columns)
        if len(cells) < _ROWS or prose or not any(_holds_figures(column[1:]) for column in columns[1:]):
            return None
        lines = [line for row in self.rows for cell in row for line in cell]
        edges = (*(left for left, _ in self.columns), max(right for _, right in self.columns))
        rows = tuple(tuple((text, 1, 1) for text in row) for row in cells)
        return Table(rows, edges, min(one.bottom for one in lines), max(one.top for one in lines), ruled=False)


def _holds_figures(cells: Iterable[str]) -> bool:
    said = [cell for cell in cells if cell]
    return bool(said) and sum(bool(_DIGIT.search(cell)) for cell in said) >= _FIGURES * len(said)


def aligned_tables(lines: Sequence[TextLine]) -> tuple[list[Table], list[TextLine]]:
    """The tables among the lines of a page, and the lines that are in none."""
    tables: list[Table] = []
    rest = list(lines)
    for run in _runs(rows_of(lines)):
        table = run.table()
        if table is not None:
            tables.append(table)
            inside = {id(line) for row in run.rows for cell in row for line in cell}
            rest = [line for line in rest if id(line) not in inside]
    return tables, rest


def _runs(rows: Sequence[_Row]) -> Iterable[_Run]:
    run: _Run | None = None
    for row in rows:
        if run is not None and run.takes(row):
            continue
        if run is not None:
            yield run
        run = _begun(row)
    if run is not None:
        yield run


def _begun(row: _Row) -> _Run | None:
    """A run that begins with a row of several pieces."""
    if len(row) < 2:
        return None
    return _Run([(one.left, one.right) for one in row], [[[one] for one in row]])
