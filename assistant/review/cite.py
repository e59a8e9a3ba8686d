"""A place selected in a document → a citation: trimmed, whole rows where it lies in a table, always an exact slice."""

from __future__ import annotations

from assistant.records import StaffCitation, document_version
from corpus.document import Block, Document
from corpus.errors import InputError
from corpus.structure import blocks

LONGEST = 2_000  # characters; a longer quote proves nothing in particular


def cite(document: Document, start: int, end: int) -> StaffCitation:
    """The citation of ``text[start:end]``.

    Raises:
        InputError: it is empty, too long, or lies outside of what may be quoted.
    """
    start, end = _trimmed(document, *_whole_rows(document, max(start, document.body), min(end, len(document.text))))
    if start >= end:
        raise InputError("nothing is selected; select some words of the document")
    if end - start > LONGEST:
        raise InputError(f"{end - start} characters are selected; select at most {LONGEST}")
    return StaffCitation(document.id, start, end, document.text[start:end], document_version(document))


def cited_document(document: Document | None, citation: StaffCitation) -> Document | None:
    """The document, if its text there is what was cited."""
    fits = document is not None and document.text[citation.start : citation.end] == citation.quote
    return document if fits else None


def block_at(document: Document, offset: int) -> Block | None:
    """The block that an offset lies in."""
    return next((block for block in blocks(document) if block.start <= offset < block.end), None)


def _whole_rows(document: Document, start: int, end: int) -> tuple[int, int]:
    """A cell means nothing without its row."""
    first, last = block_at(document, start), block_at(document, max(start, end - 1))
    if first is not None and first.kind.startswith("table"):
        start = first.start
    if last is not None and last.kind.startswith("table"):
        end = last.end
    return start, end


def _trimmed(document: Document, start: int, end: int) -> tuple[int, int]:
    words = document.text[start:end]
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))
