"""A quote as it is read: lines joined, the cells of a table row apart."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.answer import Citation
from corpus.document import Document
from corpus.normalise import join_lines
from corpus.structure import blocks

Span = tuple[int, int]

_PIPE = re.compile(r"(?<!\\)\|")


def shown_quote(citation: Citation) -> str:
    """The words of a quote for people; the raw slice stays what is proved."""
    return shown_slice(citation.source, citation.quote.start, citation.quote.end)


def shown_slice(document: Document, start: int, end: int) -> str:
    """The words of a document's slice for people."""
    if not any(one.start <= start < one.end and one.kind.startswith("table") for one in blocks(document)):
        return join_lines(document.text[start:end])
    return "｜".join(join_lines(document.text[a:b]) for a, b in cells(document.text, start, end))


def cells(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The trimmed spans of the cells of a Markdown table row ``text[start:end]``."""
    row = text[start:end]
    bars = [found.start() for found in _PIPE.finditer(row)]
    edges = [-1, *bars, len(row)]
    spans = [_trim(text, start + a + 1, start + b) for a, b in pairwise(edges)]
    first, last = row.lstrip().startswith("|"), row.rstrip().endswith("|")
    return tuple(spans[1 if first else 0 : len(spans) - 1 if last else len(spans)])


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
