"""A Document and the places in it. All offsets are character offsets (code points) into ``Document.text``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

STAFF_ANSWER = "staff_answer"  # the kind of what staff answered and approved, and of nothing else
BlockKind = Literal["heading", "paragraph", "item", "table_header", "table_row", "salutation", "signature", "furniture"]
Omission = Literal[
    "hidden rows",
    "hidden columns",
    "hidden sheets",
    "formulas without a value",
    "comments",
    "embedded files",
    "headers and footers",
    "pages without text",
    "pictures",
    "hidden text",  # this and what follows is counted in characters
    "covered text",
    "struck text",
    "deleted text",
    "watermark",
    "unreadable characters",
    "text lost in conversion",
]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document besides its text; an empty string means that the source does not say.

    ``addressees`` are the persons a reply speaks to, ``recipients`` the bodies it is sent to (主送), ``suggestion`` the
    number of the suggestion it answers (20250021), ``attachments`` the names of its annexes. ``supersedes`` and
    ``superseded_by`` name other documents by id, title or document number; ``superseded_on`` is since when. Dates are
    ISO, as far as they are known.
    """

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
    recipients: tuple[str, ...] = ()
    suggestion: str = ""
    attachments: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    superseded_by: str = ""
    superseded_on: str = ""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Metadata:
        """From what ``asdict`` and JSON made of one, also of an older version: lists become tuples, unknown keys go."""
        known = {one.name for one in fields(cls)}
        kept: dict[str, Any] = {key: value for key, value in values.items() if key in known}
        kept |= {key: tuple(value) for key, value in kept.items() if isinstance(value, list)}
        return cls(**kept)

    @property
    def is_digest(self) -> bool:
        """Whether this is a digest (摘编) rather than an original text."""
        return "摘编" in self.title or self.kind in {"brief", "digest"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the reader of a file left out of its text, and how much of it: rows, files, or characters of a text."""

    what: Omission
    count: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source file: id, path below its source, metadata and canonical text.

    ``body`` is where the searchable text begins (after front matter, which counts in offsets but is never quoted).
    ``pages`` are the offsets at which the pages begin, the first one first; empty where the format has no pages.
    """

    id: str
    path: str
    metadata: Metadata
    text: str
    body: int = 0
    pages: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def quote(self, start: int, end: int) -> Quote:
        """The raw slice ``[start:end]`` with its place."""
        return Quote(self.id, start, end, self.text[start:end])


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row, with the headings above it, outermost first.

    A letter's salutation and its signature, with date and labels (联系人：), are blocks of their own kinds, and
    furniture is what a register or a web page has around a text (浏览次数：, 分享到：).
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


def page_of(pages: tuple[int, ...], offset: int) -> int | None:
    """The page, from 1, that an offset is on, given where the pages begin; none without pages."""
    return max(1, bisect_right(pages, offset)) if pages else None
