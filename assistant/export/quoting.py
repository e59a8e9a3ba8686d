"""A quote as it is read: lines joined, the cells of a table row apart."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.answer import Citation
from corpus.normalise import join_lines
from corpus.structure import blocks

Span = tuple[int, int]

_PIPE = re.compile(r"(?<!\\)\|")


def shown_quote(citation: Citation) -> str:
    """The words of a quote for people; the raw slice stays what is proved."""
    document, quote = citation.source, citation.quote
    if not _in_table(citation):
        return join_lines(quote.text)
    return "｜".join(join_lines(document.text[a:b]) for a, b in cells(document.text, quote.start, quote.end))


def cells(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The trimmed spans of the cells of a Markdown table row ``text[start:end]``."""
    row = text[start:end]
    bars = [found.start() for found in _PIPE.finditer(row)]
    edges = [-1, *bars, len(row)]
    spans = [_trim(text, start + a + 1, start + b) for a, b in pairwise(edges)]
    first, last = row.lstrip().startswith("|"), row.rstrip().endswith("|")
    return tuple(spans[1 if first else 0 : len(spans) - 1 if last else len(spans)])


def _in_table(citation: Citation) -> bool:
    start = citation.quote.start
    return any(b.start <= start < b.end and b.kind.startswith("table") for b in blocks(citation.source))


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
