"""A table's cells with their spans → rows on a grid, and how many of them are its header.

A form has none: it says labels and values in turns (法定时限 | 30个工作日 | 承诺时限 | 5个工作日), so that a row of it
would be a wrong header for the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.formats.figures import is_figure

Cell = tuple[str, int, int]  # its text, and how many columns and rows it covers

_FIGURE = re.compile(r"[-+−]?[\d.,，]+\s*[%‰]?|[-—/]")
_HEADER = 3  # rows of one that has no wide cell, at the most
_CODE = re.compile(r"(?=.*\d)[\dA-Za-z./—-]{5,}")  # 530100-0021
_SENTENCE = re.compile("[。；]")
_LABEL_LENGTH = 20
_UNIT = re.compile(r"\s*(?:[（(].*[）)]|.{0,3})\s*", re.DOTALL)  # （万元） below the name of a column


def spread(rows: Sequence[Sequence[Cell]], marked: int = 0, *, labelled: bool = False) -> tuple[list[list[str]], int]:
    """A table's cells ``(text, columns, rows)`` on a grid, and how many of its rows are headers: none in a form.

    A cell over several rows is said in each of them, so that each row can be quoted alone; one over several columns
    only in the header. ``marked`` rows at the top are known to be headers; a ``labelled`` table is known to be a form.
    """
    if not marked and (labelled or _is_form(rows)):
        high = any(down > 1 for row in rows for _, _, down in row)
        return _on_grid(rows, 0) if high else [[text for text, _, _ in row] for row in rows], 0
    headers = max(_headers(rows), marked)
    headers = headers if headers < len(rows) else 1
    return _on_grid(rows, headers), headers


def _on_grid(rows: Sequence[Sequence[Cell]], headers: int) -> list[list[str]]:
    grid: list[list[str]] = []
    hanging: dict[int, tuple[str, int]] = {}
    for number, row in enumerate(rows):
        line: list[str] = []
        cells = iter(row)
        while True:
            while len(line) in hanging:
                text, left = hanging.pop(len(line))
                if left > 1:
                    hanging[len(line)] = (text, left - 1)
                line.append(text)
            cell = next(cells, None)
            if cell is None:
                break
            text, across, down = cell
            for step in range(across):
                shown = text if step == 0 or number < headers else ""
                if down > 1:
                    hanging[len(line)] = (shown, down - 1)
                line.append(shown)
        for column in sorted(at for at in hanging if at >= len(line)):
            text, left = hanging.pop(column)
            line += [""] * (column - len(line)) + [text]
            if left > 1:
                hanging[column] = (text, left - 1)
        grid.append(line)
    return grid


def _is_form(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether no row is a header: the first label is one over several rows, or labels and values take turns."""
    body = [row for row in rows[_captions(rows) :] if row]
    return len(body) > 1 and (_has_label_over_rows(body) or _takes_turns(body))


def _has_label_over_rows(body: Sequence[Sequence[Cell]]) -> bool:
    """Whether only the first cells of the first row are high, and what is beside them is not divided further down.

    Below the cells beside them would be units in a header: 项目 over two rows, 金额 over （万元）.
    """
    first = body[0]
    high = max(down for _, _, down in first)
    low = next((at for at, (_, _, down) in enumerate(first) if down == 1), 0)
    if not 0 < low < len(first) or any(down > 1 for _, _, down in first[low:]):
        return False
    beside = [first[low:], *body[1:high]]
    divided = any(across > 1 for row in beside for _, across, _ in row) or len({len(row) for row in beside}) > 1
    return not divided and not all(_UNIT.fullmatch(text) for row in beside[1:] for text, _, _ in row)


def _takes_turns(body: Sequence[Sequence[Cell]]) -> bool:
    """Whether every row says labels and values in turns, and the first one has a value that names no column."""
    said = [[text.strip() for text, _, _ in row] for row in body]
    labels = [text for row in said for text in row[::2] if text]
    values = [text for text in said[0][1::2] if text]
    if any(len(row) % 2 or not row[0] for row in said) or len(set(labels)) < len(labels):
        return False
    return all(map(_is_label, labels)) and any(map(_is_value, values))


def _is_label(text: str) -> bool:
    return len(text) <= _LABEL_LENGTH and not is_figure(text) and not _is_value(text)


def _is_value(text: str) -> bool:
    """Whether a cell cannot be the name of a column: a figure, a code, a sentence."""
    return is_figure(text) or bool(_CODE.fullmatch(text) or _SENTENCE.search(text))


def _captions(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows at the top are one wide cell."""
    captions = 0
    while captions < len(rows) and len(rows[captions]) == 1 and rows[captions][0][1] > 1:
        captions += 1
    return captions


def _headers(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows at the top are headers: captions, and the one below them or as many as its cells are high."""
    captions = _captions(rows)
    below = rows[captions : captions + 2]
    high = max((down for _, _, down in below[0]), default=1) if below else 1
    if high > 1 and _is_group(rows[captions : captions + high]):
        return captions + 1
    return captions + (2 if high == 1 and len(below) > 1 and _divides(*below) else high)


def _is_group(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether rows are those of a key that is said once for all of them, as at the top of a page: none is a header."""
    beside = [(text, across) for row in rows for text, across, down in row if down < len(rows)]
    told = len(rows) > _HEADER or any(_FIGURE.fullmatch(text) for text, _ in beside)
    return told and all(across == 1 for _, across in beside)


def _divides(above: Sequence[Cell], row: Sequence[Cell]) -> bool:
    """Whether a row only divides the wide cells of the header above it, and says nothing below the others."""
    wide = [(text, across) for text, across, _ in above for _ in range(across)]
    narrow = [text for text, across, _ in row for _ in range(across)]
    if len(wide) != len(narrow) or not any(across > 1 for _, across in wide):
        return False
    return all(
        bool(text) and not _FIGURE.fullmatch(text) if across > 1 else bool(text) != bool(header)
        for (header, across), text in zip(wide, narrow, strict=True)
    )
