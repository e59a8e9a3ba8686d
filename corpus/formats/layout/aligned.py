"""Pieces of lines → tables without strokes: rows whose pieces stand below each other, with figures in a column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from corpus.formats.layout.lines import rows_of
from corpus.formats.layout.shapes import Table, TextLine

_ROWS = 3  # that stand below each other before it is called a table
_APART = 0.6  # of the size, between two columns at the least
_NEXT = 4.0  # of the size, from row to row at the most
_WRAPPED = 0.8  # of the distance from row to row: what stands closer goes on with the cell above
_PROSE = 8  # characters a cell, on average in every column: those are columns of text
_FIGURES = 0.5  # of a column's cells that hold a digit: names in columns are a list, not a table
_DIGIT = re.compile(r"\d")

_Row = Sequence[TextLine]


@dataclass(slots=True)
class _Run:
    """Rows of one table so far: the lines of each cell, and how far its columns reach."""

    columns: list[tuple[float, float]]
    rows: list[list[list[TextLine]]]
    bases: list[float] = field(default_factory=list)

    @property
    def pitch(self) -> float:
        """The usual distance from row to row, in points; none before the second row."""
        return median([a - b for a, b in pairwise(self.bases)]) if len(self.bases) > 1 else 0.0

    def takes(self, row: _Row) -> bool:
        """Add a row, or the rest of the row above, if its pieces stand in the columns."""
        size, places = row[0].size, [self._column(piece) for piece in row]
        known = [one for one in places if one is not None]
        if len(known) < len(places) or len(set(known)) < len(known):
            return False
        gap = min(line.base for cell in self.rows[-1] for line in cell) - row[0].base
        if not 0 < gap <= _NEXT * size:
            return False
        wrapped = bool(self.pitch) and gap < _WRAPPED * self.pitch and gap < 1.6 * size
        if not wrapped:
            if len(row) < 2:
                return False
            self.rows.append([[] for _ in self.columns])
            self.bases.append(row[0].base)
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
    return _Run([(one.left, one.right) for one in row], [[[one] for one in row]], [row[0].base])
