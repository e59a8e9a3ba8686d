"""CSV and TSV → one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from corpus.decoding import decoded
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.sheet import write_sheet
from corpus.formats.writer import Writer

_DELIMITERS = ("\t", ",", ";", "，")
_SAMPLE = 20  # lines


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    text = decoded(path.read_bytes())
    writer = Writer(limits.output)
    try:
        write_sheet(writer, _counted(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), limits))
    except csv.Error as error:
        raise Unreadable("damaged") from error
    return writer.parsed()


def _delimiter(text: str) -> str:
    """What divides the first lines most evenly: the csv module's own guess fails on Chinese text."""
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()]
    return max(_DELIMITERS, key=lambda one: min((line.count(one) for line in lines), default=0))


def _counted(rows: Iterator[list[str]], limits: Limits) -> Iterator[list[str]]:
    cells = 0
    for row in rows:
        cells += len(row)
        if cells > limits.cells:
            raise Unreadable("cells", limit=limits.cells)
        yield row
