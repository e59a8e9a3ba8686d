"""XLSX → a heading and the tables of each sheet that is shown, cells as they are shown. The door to openpyxl."""

from __future__ import annotations

import io
import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet._reader import WorkSheetParser

from corpus.document import Omission
from corpus.formats.characters import subscript, superscript
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.sheets.cells import BUILT_IN, show
from corpus.formats.sheets.grid import write_sheet
from corpus.formats.writer import Writer

_Place = tuple[int, int]  # a row and a column
_Cell = tuple[Any, int]  # a value and a style

_WHITE = "FFFFFF"
_COLUMNS = 16_384
_RAISED = {"superscript": superscript, "subscript": subscript}
_YES = {"1", "true"}
_PARAGRAPH = re.compile(rb"<a:p>.*?</a:p>|<a:p\s.*?</a:p>", re.DOTALL)
_WORDS = re.compile(rb"<a:t(?:\s[^>]*)?>([^<]*)</a:t>")
_COMMENT = re.compile(rb"<(?:\w+:)?comment\s")
_UNCALCULATED = re.compile(  # a formula without a value; one whose result is a text may have an empty one
    rb"<(?:\w+:)?c\b(?![^>]*\st=\"str\")[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a cell's style says of its words."""

    code: str
    struck: bool
    white: bool


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    BUILTIN_FORMATS.update(BUILT_IN)  # as Chinese programs mean them
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which say nothing about the cells
        return _Book(path, limits).read()


class _Book:
    """A workbook, read sheet by sheet as openpyxl reads it, but for what it does not tell of one that it streams."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._reader = ExcelReader(path, read_only=True, data_only=True, keep_links=False, rich_text=True)
        self._reader.read()
        self._writer = Writer(limits.output)
        self._limits = limits
        self._looks: dict[int, _Look] = {}
        self._cells = 0

    def read(self) -> Parsed:
        """All sheets that are shown."""
        archive, captions = self._reader.archive, set[str]()
        for sheet, part in self._reader.parser.find_sheets():
            if part.target not in self._reader.valid_files or "chartsheet" in part.Type:
                continue
            if sheet.state != "visible":
                self._writer.leave_out("hidden sheets")
                continue
            captions.add(self._read_sheet(sheet.name, archive.read(part.target)))
            self._read_boxes(get_rels_path(part.target))
        for name in archive.namelist():
            if name.startswith("xl/comments"):
                self._writer.leave_out("comments", len(_COMMENT.findall(archive.read(name))))
        archive.close()
        captions.discard("")
        only = captions.pop() if len(captions) == 1 else ""  # of several each is that of its sheet
        return self._writer.parsed({"title": str(self._reader.wb.properties.title or only)})

    def _read_sheet(self, name: str, part: bytes) -> str:
        """Write a sheet; its caption."""
        self._writer.leave_out("formulas without a value", len(_UNCALCULATED.findall(part)))
        book = self._reader.wb
        parser = WorkSheetParser(
            io.BytesIO(part), self._reader.shared_strings, data_only=True, epoch=book.epoch, rich_text=True
        )
        cells = self._filled(parser)
        down = _Lines((row for row, _ in cells), _hidden_rows(parser))
        across = _Lines((column for _, column in cells), _hidden_columns(parser))
        self._writer.leave_out("hidden rows", down.left_out)
        self._writer.leave_out("hidden columns", across.left_out)
        shown = {
            (down.places[row], across.places[column]): self._words(*cell)
            for (row, column), cell in cells.items()
            if row in down.places and column in across.places
        }
        merges = []
        for merge in parser.merged_cells.mergeCell if parser.merged_cells else ():
            rows, columns = down.within(merge.min_row, merge.max_row), across.within(merge.min_col, merge.max_col)
            first = cells.get((merge.min_row, merge.min_col))
            if rows and columns and first:
                shown.setdefault((rows[0], columns[0]), self._words(*first))
                merges.append((rows[0], columns[0], rows[-1], columns[-1]))
        if not shown:
            return ""
        self._writer.heading(2, name)
        return write_sheet(self._writer, _rows(shown, self._limits), self._limits.cells, merges)

    def _read_boxes(self, relations: str) -> None:
        """The words of text boxes and shapes that lie over a sheet."""
        if relations not in self._reader.valid_files:
            return
        for related in get_dependents(self._reader.archive, relations):
            if related.Type.endswith("/drawing") and related.target in self._reader.valid_files:
                for paragraph in _PARAGRAPH.findall(self._reader.archive.read(related.target)):
                    self._writer.paragraph(unescape(b"".join(_WORDS.findall(paragraph)).decode()))

    def _filled(self, parser: Any) -> dict[_Place, _Cell]:
        cells: dict[_Place, _Cell] = {}
        for _, row in parser.parse():
            self._cells += 1 + len(row)
            if self._cells > self._limits.cells:
                raise Unreadable("cells", limit=self._limits.cells)
            for cell in row:
                if cell["value"] is not None:
                    cells[cell["row"], cell["column"]] = cell["value"], cell["style_id"]
        return cells

    def _words(self, value: Any, style: int) -> str:
        look = self._look(style)
        if isinstance(value, CellRichText):
            return "".join(self._piece(one, look) for one in value)
        words = show(value, look.code, mac=self._reader.wb.epoch == CALENDAR_MAC_1904)
        if look.struck:
            return self._left_out("struck text", words)
        return self._left_out("hidden text", words or str(value)) if look.white or not words else words

    def _piece(self, piece: Any, look: _Look) -> str:
        """A part of a cell, in a font of its own or in the cell's."""
        font = getattr(piece, "font", None)
        if font.strike if font else look.struck:
            return self._left_out("struck text", str(piece))
        if look.white and not font:
            return self._left_out("hidden text", str(piece))
        return _RAISED.get(font.vertAlign if font else "", str)(str(piece))

    def _left_out(self, what: Omission, words: str) -> str:
        self._writer.leave_out(what, len(words.strip()))
        return ""

    def _look(self, style: int) -> _Look:
        if style not in self._looks:
            cell = ReadOnlyCell(self._reader.wb.worksheets[0], 1, 1, None, "n", style)
            color = cell.font.color
            white = color is not None and (
                color.theme == 0 if color.type == "theme" else _WHITE in str(color.rgb).upper()
            )
            filled = cell.fill.fill_type
            same = filled == "solid" and color is not None and color == cell.fill.fgColor  # blackened
            self._looks[style] = _Look(cell.number_format, bool(cell.font.strike), same or (white and not filled))
        return self._looks[style]


class _Lines:
    """The rows or columns that say something and are shown, close together; a gap of any size is one blank line."""

    def __init__(self, filled: Iterable[int], hidden: AbstractSet[int]) -> None:
        every = set(filled)
        self.left_out = len(every & hidden)
        self._numbers = sorted(every - hidden)
        self.places: dict[int, int] = {}
        at = 0
        for before, number in pairwise([0, *self._numbers]):
            at += any(one not in hidden for one in range(before + 1, number))
            self.places[number] = at
            at += 1

    def within(self, first: int, last: int) -> list[int]:
        """The places of the first and the last line in a range, if there are any."""
        start, end = bisect_left(self._numbers, first), bisect_right(self._numbers, last)
        return [self.places[self._numbers[at]] for at in (start, end - 1)] if start < end else []


def _hidden_rows(parser: Any) -> frozenset[int]:
    return frozenset(int(row) for row, values in parser.row_dimensions.items() if _is_hidden(values, "ht"))


def _hidden_columns(parser: Any) -> frozenset[int]:
    hidden = (one for one in parser.column_dimensions.values() if _is_hidden(one, "width"))
    return frozenset(at for one in hidden for at in range(int(one["min"]), min(int(one["max"]), _COLUMNS) + 1))


def _is_hidden(values: Mapping[str, str], size: str) -> bool:
    return values.get("hidden") in _YES or values.get(size) in {"0", "0.0"}


def _rows(cells: Mapping[_Place, str], limits: Limits) -> list[list[str]]:
    """The cells on a grid; rows end with their last cell."""
    rows: list[list[str]] = [[] for _ in range(max((row for row, _ in cells), default=-1) + 1)]
    size = 0
    for (row, column), words in sorted(cells.items()):
        size += column + 1 - len(rows[row])
        if size > limits.cells:
            raise Unreadable("cells", limit=limits.cells)
        rows[row] += [""] * (column - len(rows[row])) + [words]
    return rows
