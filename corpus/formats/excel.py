"""XLSX → one heading and one table for each sheet that is shown, cells as they are shown. The door to openpyxl."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.sheet import write_sheet
from corpus.formats.writer import Writer

_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_NUMBER = re.compile(r"[#0?][#0?,]*(?:\.(?P<decimals>[0#?]+))?")
_LITERAL = re.compile(r'"([^"]*)"')


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which say nothing about the cells
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        writer = Writer(limits.output)
        cells, caption = 0, ""
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # what a file claims of its size is often wrong, and sometimes a trap
            rows = list(_rows(sheet, limits, cells))
            cells += sum(len(row) for row in rows)
            if rows:
                writer.heading(2, sheet.title)
                first = write_sheet(writer, rows)
                caption = caption or first
    return writer.parsed({"title": str(book.properties.title or caption)})


def _rows(sheet: Any, limits: Limits, cells: int) -> Iterator[list[str]]:
    """The rows with anything in them, without the empty cells at their ends."""
    for row in sheet.iter_rows():
        cells += 1 + len(row)
        if cells > limits.cells:
            raise Unreadable("cells", limit=limits.cells)
        shown = [show(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
        while shown and not shown[-1].strip():
            shown.pop()
        if shown:
            yield shown


def show(value: Any, number_format: str) -> str:
    """A cell as the sheet shows it, as far as its format matters to what it says: percent, decimals, dates."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return _show_moment(value, number_format)
    if isinstance(value, (int, float)):
        return _show_number(value, number_format or "General")
    return str(value)


def _show_moment(value: datetime, number_format: str) -> str:
    if "年" in number_format:
        return f"{value.year}年{value.month}月" + (f"{value.day}日" if "d" in number_format.lower() else "")
    if (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="minutes")


def _show_number(value: float, number_format: str) -> str:
    section = number_format.split(";", maxsplit=1)[0]
    bare = _QUOTED.sub("", section)
    found = _NUMBER.search(bare)
    if not found or bare.strip().lower() == "general" or "e" in bare.lower():
        return _plain(value)
    percent = "%" in bare
    try:
        number = _rounded(Decimal(repr(value)) * (100 if percent else 1), found.group("decimals") or "")
    except InvalidOperation:
        return _plain(value)
    text = f"{number:,f}" if "," in found.group() else f"{number:f}"
    digit = min(section.find(one) for one in "#0?" if one in section)
    before, after = ("".join(_LITERAL.findall(part)) for part in (section[:digit], section[digit:]))
    return f"{before}{text}{'%' if percent else ''}{after}"


def _plain(value: float) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _rounded(exact: Decimal, decimals: str) -> Decimal:
    """Rounded to what a format shows: ``0.0#`` is one or two decimals."""
    rounded = exact.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    least = rounded.quantize(Decimal(1).scaleb(-decimals.count("0")), ROUND_HALF_UP)
    return least if least == rounded else rounded
