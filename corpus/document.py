"""A Document and the places in it. All offsets are character offsets (code points) into ``Document.text``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "table_header", "table_row"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document besides its text; an empty string means that the source does not say."""

    title: str
    kind: str = ""
    doc_no: str = ""
    issuer: str = ""
    issued: str = ""
    effective: str = ""
    expires: str = ""
    status: str = ""
    access: str = "public"
    as_of: str = ""
    source: str = ""
    addressees: tuple[str, ...] = ()

    @property
    def is_digest(self) -> bool:
        """Whether this is a digest (摘编) rather than an original text."""
        return "摘编" in self.title or self.kind in {"brief", "digest"}


@dataclass(frozen=True, slots=True)
class Document:
    """One source file: id, path below its source, metadata and canonical text.

    ``body`` is where the searchable text begins (after front matter, which counts in offsets but is never quoted).
    """

    id: str
    path: str
    metadata: Metadata
    text: str
    body: int = 0

    def quote(self, start: int, end: int) -> Quote:
        """The raw slice ``[start:end]`` with its place."""
        return Quote(self.id, start, end, self.text[start:end])


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row, with the headings above it, outermost first.

    ``marker`` is the enumerator it begins with (一是, （一）, 第三条); ``lead`` the span of the words that
    introduce the enumeration it belongs to; ``header`` the span of a table row's header row.
    """

    kind: BlockKind
    start: int
    end: int
    heading: tuple[str, ...] = ()
    marker: str = ""
    lead: tuple[int, int] | None = None
    header: tuple[int, int] | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim place: ``document.text[start:end] == text``, raw; line breaks are joined only where it is shown."""

    document: str
    start: int
    end: int
    text: str
