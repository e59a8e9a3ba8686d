"""Plain text → the width at which its lines were broken, where a program broke them whatever stood there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_NARROWEST = 16  # characters; lines of one length that are shorter are a list
_LINES = 3  # of the full width at the least
_SHARE = 0.3  # of all lines that have it: the last one of each paragraph, titles and lists have not
_LONGER = 0.05  # of all lines that are longer, as addresses on the web are
_SLACK = 2  # narrow columns that are left free where a wide character or a mark did not fit
_CLOSED = re.compile(r"[。！？；：!?;:][”’」』）)》】\"']*$")
_ENDED = 0.34  # of the full lines that end a clause, at the most: in a list most do
_GAP = re.compile(r"\S(?:[ \u3000]{2,}|\t)\s*\S")  # between columns
_WORD = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How a text is broken into lines: its full width, in columns or characters, and whether paragraphs are indented.

    ``margin`` is how far the lines are from the left that begin no paragraph.
    """

    measure: Callable[[str], int]
    width: int
    margin: int
    indented: bool

    def is_full(self, line: str, following: str) -> bool:
        """Whether the first word of the next line, or a mark with the one before it, had no room on a line."""
        word = _WORD.match(following.lstrip())
        free = self.width - self.measure(line)
        return -_SLACK <= free <= max(_SLACK, len(word.group()) if word else 0)

    def is_longer(self, line: str) -> bool:
        """Whether a line is none of those that were broken."""
        return self.measure(line) > self.width + _SLACK

    def begins(self, line: str) -> bool:
        """Whether a line begins a paragraph by its indent."""
        return self.indented and _indent(line) > self.margin


def wrapping(lines: Sequence[str]) -> Wrapping | None:
    """That of a text by its lines, with their indents and without spaces at their ends; none where none is seen."""
    found = [one for measure in (len, columns) if (one := _by(measure, lines))]
    return max(found, default=(0, None), key=lambda one: one[0])[1]


def columns(line: str) -> int:
    """How wide a line is where Chinese characters are two columns wide."""
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in line)


def _by(measure: Callable[[str], int], lines: Sequence[str]) -> tuple[int, Wrapping] | None:
    """How many lines are as wide as that, and the wrapping."""
    widths = [measure(one) for one in lines]
    counts = Counter(widths)
    width = max(counts, key=lambda one: (sum(counts[one - step] for step in range(_SLACK)), one), default=0)
    full = [n for n, one in enumerate(widths) if 0 <= width - one <= _SLACK and not _GAP.search(lines[n])]
    longer = sum(one > width + _SLACK for one in widths)
    ended = sum(bool(_CLOSED.search(lines[n])) for n in full)
    few = len(full) < max(_LINES, _SHARE * len(lines)) or longer > _LONGER * len(lines)
    if few or any(len(lines[n]) < _NARROWEST for n in full):
        return None
    indents = [_indent(one) for one in lines]
    margin = min(indents)
    behind = [indents[n + 1] for n in full if n + 1 < len(lines)]
    indented = sum(one > margin for one in indents) >= 2 and sum(one == margin for one in behind) * 2 > len(behind)
    if not indented and ended > _ENDED * len(full):
        return None
    return counts[width] + counts[width - 1], Wrapping(measure, width, margin, indented)


def _indent(line: str) -> int:
    return columns(line[: len(line) - len(line.lstrip())])
