"""The cells of a sheet → its title lines, tables and notes.

Blank rows and columns divide the tables of a sheet, unless what follows goes on with the table above. Each table has
its titles above it (rows with one cell only), its header rows, its rows, and its notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from corpus.formats.figures import is_figure
from corpus.formats.headers import Cell, spread
from corpus.formats.refusals import Unreadable
from corpus.formats.writer import Writer

Merge = tuple[int, int, int, int]  # top, left, bottom, right, each counted from 0 and included

_NOTE = re.compile(
    r"[（(]?(?:注|备注|说明|附注|数据来源|资料来源|来源|填表|填报|制表|审核|联系人|负责人|单位负责人)|[※*]"
)
_ANNEX = re.compile(r"附\s*[件表]\s*\d*\s*[：:]?")
_SIGNED = re.compile(r"[：:]")
_NUMBERED = re.compile(r"序号|编号|排名|名次|年份|年度|时间|日期")
_LONG = 25  # characters of a cell alone in its row, which is then a note rather than a label
_STOREYS = 4  # of a header
_FORM = 100  # rows; longer is no form

_Rows = list[list[str]]


def write_sheet(writer: Writer, rows: Iterable[Sequence[str]], limit: int, merges: Iterable[Merge] = ()) -> str:
    """Write one sheet, and return its caption: the first line above its table, if there is only one or it is as wide.

    Raises:
        Unreadable: it would take more than ``limit`` cells.
    """
    return _Sheet(writer, rows, limit, merges).write()


class _Sheet:
    """A grid on which each merged cell says its words in all its places; ``_origin`` is where it begins."""

    def __init__(self, writer: Writer, rows: Iterable[Sequence[str]], limit: int, merges: Iterable[Merge]) -> None:
        self._writer = writer
        self._limit = limit
        self._captions: list[str] = []
        self._has_title = False  # whether the first caption is as wide as the sheet
        self._grid: _Rows = [list(row) for row in rows]
        self._width = max(map(len, self._grid), default=0)
        self._origin: dict[tuple[int, int], tuple[int, int]] = {}
        for merge in merges:
            self._spread(merge)

    def write(self) -> str:
        self._write_bands(0, len(self._grid), 0, self._width)
        return self._captions[0] if len(self._captions) == 1 or self._has_title else ""

    def _spread(self, merge: Merge) -> None:
        top, left, bottom, right = merge
        words = self._at(top, left)
        if not words.strip():
            return
        for row in range(top, min(bottom + 1, len(self._grid))):
            cells = self._grid[row]
            last = min(right + 1, self._width)
            cells += [""] * (last - len(cells))
            for column in range(left, last):
                cells[column] = words
                self._origin[row, column] = (top, left)
                if len(self._origin) > self._limit:
                    raise Unreadable("cells", limit=self._limit)

    def _at(self, row: int, column: int) -> str:
        cells = self._grid[row] if row < len(self._grid) else []
        return cells[column] if column < len(cells) else ""

    def _words(self, row: int, left: int, right: int) -> dict[tuple[int, int], str]:
        """The cells of a row that say something, each once."""
        found: dict[tuple[int, int], str] = {}
        for column, text in enumerate(self._grid[row][left:right], start=left):
            if text.strip():
                found.setdefault(self._origin.get((row, column), (row, column)), text)
        return found

    def _write_bands(self, top: int, bottom: int, left: int, right: int) -> None:
        """What blank rows divide, one after the other."""
        filled = [row for row in range(top, bottom) if self._words(row, left, right)]
        bands: list[list[int]] = []
        for row in filled:
            if bands and bands[-1][-1] == row - 1:
                bands[-1].append(row)
            else:
                bands.append([row])
        whole: list[list[int]] = []
        for band in bands:
            if whole and self._goes_on(whole[-1], band, left, right):
                whole[-1] += band
            else:
                whole.append(band)
        for band in whole:
            self._write_band(band, left, right)

    def _goes_on(self, above: list[int], band: list[int], left: int, right: int) -> bool:
        """Whether a band has no header of its own, so that it belongs to the table above."""
        first = self._words(band[0], left, right)
        header = next((row for row in above if len(self._words(row, left, right)) > 1), None)
        if len(first) < 2 or header is None:
            return False
        if any(map(is_figure, first.values())):
            return True
        said = {column: text for (_, column), text in self._words(header, left, right).items()}
        repeats = any(said.get(column) == text for (_, column), text in first.items())
        columns = {column for _, column in first}
        below = (self._words(row, left, right).items() for row in band[1:])
        heads = any(is_figure(text) and at[1] in columns for row in below for at, text in row)
        return not repeats and not heads

    def _write_band(self, rows: list[int], left: int, right: int) -> None:
        """Titles, then one table, or several beside each other."""
        first = rows[0]
        while rows and len(words := self._words(rows[0], left, right)) == 1:
            ((at, text),) = words.items()
            self._has_title = self._has_title or (not self._captions and self._origin.get((rows[0], right - 1)) == at)
            self._captions += [text.strip()] if rows[0] == first else []
            self._writer.paragraph(text)
            rows = rows[1:]
            if _ANNEX.fullmatch(text.strip()) and self._captions[-1:] == [text.strip()]:  # 附件2 above a title is none
                self._captions.pop()
                first = rows[0] if rows else first
        if not rows:
            return
        parts = list(self._parts(rows, left, right))
        if len(parts) > 1 and all(self._stands_alone(rows, *part) for part in parts):
            for part in parts:
                self._write_bands(rows[0], rows[-1] + 1, *part)
        elif parts:
            self._write_table(rows, parts[0][0], parts[-1][1])

    def _parts(self, rows: list[int], left: int, right: int) -> Iterator[tuple[int, int]]:
        """The runs of columns with something in them."""
        filled = {
            column
            for row in rows
            for column, text in enumerate(self._grid[row][left:right], start=left)
            if text.strip()
        }
        for column in sorted(filled):
            if column - 1 not in filled:
                end = column
                while end in filled:
                    end += 1
                yield column, end

    def _stands_alone(self, rows: list[int], left: int, right: int) -> bool:
        """Whether columns are a table of their own: a header without figures, and labels in the first column."""
        own = [row for row in rows if self._words(row, left, right)]
        if right - left < 2 or len(own) < 2:
            return False
        header = next((row for row in own if len(self._words(row, left, right)) > 1), own[0])
        labels = [self._at(row, left) for row in own if row > header]
        named = any(text.strip() and not is_figure(text) for text in labels)
        heads = not any(map(is_figure, self._words(header, left, right).values()))
        return heads and (named or bool(_NUMBERED.search(self._at(header, left))))

    def _write_table(self, rows: list[int], left: int, right: int) -> None:
        if len(rows) * (right - left) > self._limit:
            raise Unreadable("cells", limit=self._limit)
        while len(rows) > 1 and self._is_signed(rows[0], left, right, shorter_than=rows[1]):
            self._writer.paragraph("\u3000".join(self._words(rows[0], left, right).values()))
            rows = rows[1:]
        notes: list[int] = []
        while len(rows) > 2 and self._is_note(rows[-1], left, right):
            notes.insert(0, rows[-1])
            rows = rows[:-1]
        headers = self._headers(rows, left, right)
        grid, of_form = spread(self._cells(rows, left, right)) if len(rows) <= _FORM else ([], headers)
        if of_form:
            self._writer.table(
                (self._shown(row, left, right, header=number < headers) for number, row in enumerate(rows)), headers
            )
        else:
            self._writer.table(grid, headers=0)
        for row in notes:
            self._writer.paragraph(" ".join(self._words(row, left, right).values()))

    def _cells(self, rows: list[int], left: int, right: int) -> list[list[Cell]]:
        """The cells of each row that begin in it."""
        places = [[self._origin.get((row, at), (row, at)) for at in range(left, right)] for row in rows]
        covered = Counter(at for row in places for at in row)
        found: list[list[Cell]] = []
        for row, own in zip(rows, places, strict=True):
            across = Counter(at for at in own if at[0] == row)
            found.append([(self._at(*at), wide, covered[at] // wide) for at, wide in across.items()])
        return found

    def _is_signed(self, row: int, left: int, right: int, shorter_than: int) -> bool:
        """Whether a row above the header only says who reports (填报单位：甲局 … 单位：万元)."""
        words = self._words(row, left, right)
        return len(words) < len(self._words(shorter_than, left, right)) and all(map(_SIGNED.search, words.values()))

    def _is_note(self, row: int, left: int, right: int) -> bool:
        words = self._words(row, left, right)
        if len(words) > 1:
            first = next(iter(words.values())).strip()
            signed = all(_SIGNED.search(text) and not is_figure(text) for text in words.values())
            return signed or bool(_NOTE.match(first) and _SIGNED.search(first))
        ((at, text),) = words.items()
        merged = self._origin.get((row, right - 1)) == at
        return bool(_NOTE.match(text.strip())) or merged or len(text) > _LONG

    def _headers(self, rows: list[int], left: int, right: int) -> int:
        """How many rows are the header: a cell over several of them, or a cell over several columns, says so."""
        count = 1
        while count < min(_STOREYS, len(rows) - 1) and self._has_storey(rows[count - 1], rows[count], left, right):
            count += 1
        return count

    def _has_storey(self, row: int, below: int, left: int, right: int) -> bool:
        """Whether the header goes on below one of its rows; figures are none."""
        columns = range(left, right)
        new = [self._at(below, at) for at in columns if self._origin.get((below, at), (below, 0))[0] == below]
        if any(map(is_figure, new)) or not any(text.strip() for text in new):
            return False
        if any(
            (at := self._origin.get((row, column))) and at == self._origin.get((below, column)) for column in columns
        ):
            return True
        spans = any((at := self._origin.get((row, column))) and at[1] != column for column in columns)
        gaps = any(not self._at(row, at).strip() and self._at(below, at).strip() for at in columns if at > left)
        named = bool(self._at(row, left).strip())  # or the first column has its name on the lower storey
        return (spans or gaps) and not (named and self._at(below, left).strip())

    def _shown(self, row: int, left: int, right: int, *, header: bool) -> list[str]:
        """A row on the grid: a cell over several columns says its words once, in a header over each of them."""
        if not header and not self._origin:
            return self._grid[row][left:right]
        cells: list[str] = []
        for column in range(left, right):
            text = self._at(row, column)
            if header and not text.strip() and cells and (row, column) not in self._origin:
                below = self._at(row + 1, column)
                text = cells[-1] if below.strip() and not is_figure(below) and row + 1 < len(self._grid) else text
            elif not header and self._origin.get((row, column), (row, column))[1] != column and column > left:
                text = ""
            cells.append(text)
        return cells
