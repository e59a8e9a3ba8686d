"""Rows of a sheet → title lines, then a table whose first full row is the header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from corpus.formats.writer import Writer


def write_sheet(writer: Writer, rows: Iterable[Sequence[str]]) -> str:
    """Write one sheet, and return its caption: rows at the top with a single cell say what it is (单位：万元)."""
    rest = (list(row) for row in rows if any(cell.strip() for cell in row))
    head: list[str] | None = None
    caption = ""
    for row in rest:
        words = [cell for cell in row if cell.strip()]
        if len(words) > 1:
            head = row
            break
        writer.paragraph(words[0])
        caption = caption or words[0].strip()
    if head is not None:
        writer.table(chain([head], rest))
    return caption
