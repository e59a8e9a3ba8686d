"""What helps to read a whole document: its outline, and where words stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup

from assistant.web.chat.source import SOURCE, Span, title_apart
from corpus.document import Document
from corpus.markers import article_number
from corpus.normalise import fold_with_offsets, join_lines

_FOUND = 500  # places that are marked; more help nobody
_DEEP = 4  # levels of headings that are told apart
_SHORT = 20  # characters of an article beside its number
_CLAUSE = re.compile("[，。；：:,;]")
_WORTH = 3  # entries from which on an outline helps


def outline(document: Document) -> Markup | None:
    """Headings and articles as links to where they stand; None where there are too few to need it."""
    entries = list(_entries(document))
    return SOURCE.outline(entries) if len(entries) >= _WORTH else None


def find_words(document: Document, words: str) -> list[Span]:
    """Where words stand, whatever their width, case, script (Traditional or not) and line breaks."""
    text, offsets = _folded(document)
    wanted = _dense(words)[0]
    found: list[Span] = []
    at = text.find(wanted) if wanted else -1
    while at >= 0 and len(found) < _FOUND:
        last = at + len(wanted) - 1
        found.append((offsets[at], offsets[last] + 1))
        at = text.find(wanted, last + 1)
    return found


def _entries(document: Document) -> Iterator[tuple[int, str, int]]:
    """Offset, words and level (from 0) of each entry, the title left out."""
    _, listed = title_apart(document)
    for paragraph in listed:
        block = paragraph.parts[0]
        words = join_lines(document.text[block.start : block.end])
        if paragraph.kind == "heading":
            yield block.start, words, min(len(block.heading), _DEEP)
        elif block.marker and article_number(block.marker):
            rest = _CLAUSE.split(words[len(block.marker) :].strip())[0]
            told = rest if len(rest) <= _SHORT else rest[:_SHORT] + "…"
            yield block.start, f"{block.marker} {told}", min(len(block.heading) - 1, _DEEP)


@lru_cache(maxsize=8)  # somebody who types looks through one document many times
def _folded(document: Document) -> tuple[str, list[int]]:
    text, offsets = _dense(document.text[document.body :])
    return text, [document.body + at for at in offsets]


def _dense(text: str) -> tuple[str, list[int]]:
    """Folded and without what separates nothing: spaces and line breaks."""
    folded, offsets = fold_with_offsets(text)
    kept = [at for at, one in enumerate(folded) if not one.isspace()]
    return "".join(folded[at] for at in kept), [offsets[at] for at in kept]
