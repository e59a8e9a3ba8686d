"""Where one text stands in another when spelling, spacing and script don't matter but the bounds of a number do."""

from __future__ import annotations

import re

from corpus.normalise import fold, join_lines
from corpus.quantities import bare

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def without_thousands(text: str) -> str:
    """1,100 as 1100. Only the half-width comma: the full-width one parts sentences."""
    return _THOUSANDS.sub("", text)


def comparable(text: str) -> str:
    """A raw slice or a sentence with lines joined, folded, and without blanks, quotation marks and thousands commas."""
    return bare(fold(without_thousands(join_lines(text))))


def holds(text: str, form: str) -> bool:
    """Whether ``form`` stands in ``text``, both made comparable; 10条 does not stand in 110条, nor 3 in 3.5."""
    wanted = comparable(form)
    before = r"(?<!\d)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if wanted[-1:].isdigit() else ""
    return bool(wanted) and re.search(before + re.escape(wanted) + after, comparable(text)) is not None
