"""CSV and TSV → the tables and lines of one sheet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from corpus.decoding import decoded
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.sheets.grid import write_sheet
from corpus.formats.writer import Writer

_DELIMITERS = (",", "\t", ";", "，", "|")
_SAMPLE = 50  # rows
_SAMPLE_SIZE = 200_000  # characters
_DECLARED = re.compile(r"sep=(.)\r?\n")  # a first line for Excel
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)  # what keeps Excel from taking 007 for a number


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    text = decoded(path.read_bytes())
    writer = Writer(limits.output)
    declared = _DECLARED.match(text)
    try:
        delimiter = declared.group(1) if declared else max(_DELIMITERS, key=lambda one: _fit(text, one))
        caption = write_sheet(writer, _rows(text[declared.end() if declared else 0 :], delimiter, limits), limits.cells)
    except csv.Error as error:
        raise Unreadable("damaged") from error
    return writer.parsed({"title": caption})


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have as many cells as most that have several, and how many cells these are."""
    try:
        widths = Counter(len(row) for row in islice(_read(text[:_SAMPLE_SIZE], delimiter), _SAMPLE))
    except csv.Error:  # a field that is longer than any is, for it is divided by something else
        return 0, 0
    width, count = max(((n, c) for n, c in widths.items() if n > 1), key=lambda one: (one[1], one[0]), default=(1, 0))
    return count, width


def _read(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _rows(text: str, delimiter: str, limits: Limits) -> Iterator[list[str]]:
    cells = 0
    for row in _read(text, delimiter):
        cells += len(row)
        if cells > limits.cells:
            raise Unreadable("cells", limit=limits.cells)
        yield [_AS_TEXT.sub(r"\1", cell) if cell.startswith("=") else cell for cell in row]
