"""How 资料 looks: the list with its filter, one document with what staff can do about it, and the place for uploads."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from assistant.locale import is_message
from assistant.web.chat.source import source_view
from assistant.web.html import Macros, el, say
from corpus.document import Document, Metadata
from corpus.normalise import fold
from corpus.parse import SUFFIXES
from corpus.validity import force
from index.incoming import LARGEST_MB, Held
from index.storage.catalog import Change, Decisions, Entry, Failure, Version
from index.storage.schema import version_of

FIELDS = (  # in reading order
    "title",
    "kind",
    "doc_no",
    "issuer",
    "issued",
    "effective",
    "expires",
    "status",
    "as_of",
    "supersedes",
    "superseded_by",
    "source",
)
ASKED = ("title", "kind", "doc_no", "issuer", "issued")  # of a file before it is searched
_KINDS = ("reply", "document", "notice", "policy", "plan", "report", "law", "brief")  # a staff answer is made elsewhere


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A document in the list."""

    entry: Entry
    metadata: Metadata
    chunks: int
    marks: frozenset[str]

    def meets(self, wanted: Mapping[str, str]) -> bool:
        """Whether it is among those that a filter asks for."""
        words = fold(f"{self.metadata.title} {self.metadata.doc_no} {self.entry.path}")
        return (
            all(word in words for word in fold(wanted.get("text", "")).split())
            and wanted.get("kind", "") in {"", self.metadata.kind}
            and wanted.get("access", "") in {"", self.entry.tier}
            and (not wanted.get("state") or wanted["state"] in self.marks)
        )


def marks(entry: Entry, metadata: Metadata, *, kept: Collection[str], on: str) -> frozenset[str]:
    """The words by which a document can be filtered; ``kept`` are those that the catalog keeps of it."""
    found = {"withdrawn" if entry.withdrawn else "live", force(metadata, on)}
    if entry.replaced_by:
        found = (found - {"in_force"}) | {"superseded"}
    return frozenset(found).union(kept)


def latest_first(rows: Iterable[ShelfRow]) -> list[ShelfRow]:
    """What was taken in last stands first: it is what one looks for after an upload."""
    return sorted(rows, key=lambda row: row.entry.synced, reverse=True)


@dataclass(frozen=True, slots=True)
class Asking:
    """An upload that waits for what is to be said of it: the fields as they stand, and who is to see it.

    ``replacing`` is whether it is the new version of the document whose name it has.
    """

    held: Held
    fields: Mapping[str, str]
    access: str = "internal"
    wrong: str = ""
    replacing: bool = False


def failure_text(failure: Failure) -> Markup:
    """Why a file was not taken in, in the reader's language where the reason has a code."""
    key = f"file.{failure.code}"
    if not is_message(key):
        return el("span", failure.reason)
    return say(key, failure.facts.get("other", failure.facts.get("limit", "")))


@dataclass(frozen=True, slots=True)
class DocumentSheet:
    """One document, all that is shown of it."""

    document: Document
    entry: Entry
    declared: Metadata
    decisions: Decisions
    shown: Document
    versions: Sequence[Version]
    history: Sequence[Change]
    same: Sequence[str] = ()
    affected: Sequence[str] = ()
    told: str = ""
    wrong: str = ""

    def inputs(self) -> Iterator[tuple[str, str, str, bool]]:
        """Each field of its form: its name, what stands in it, what the file says, and whether it was edited."""
        effective, declared = asdict(self.document.metadata), asdict(self.declared)
        edits = self.decisions.edits or {}
        effective["superseded_by"] = edits.get("superseded_by", declared["superseded_by"])  # not a successor's word
        for name in FIELDS:
            yield name, written(effective[name]), written(declared[name]), name in edits

    @property
    def numbers(self) -> tuple[int, int]:
        """Which of its versions is shown, and which is the newest."""
        numbers = {version.version: version.number for version in self.versions}
        return numbers.get(version_of(self.shown.text), 0), numbers.get(self.entry.version, 1)


def written(value: Any) -> str:
    """A value of metadata as it stands in the form."""
    return value if isinstance(value, str) else "\n".join(value)


def _kinds(chosen: str, said: str) -> Iterable[str]:
    """The kinds that a document can be said to be, with the one that its file says; none only where it has none."""
    return dict.fromkeys((*_KINDS, said or chosen, chosen))


SHELF = Macros(
    "shelf",
    ASKED=ASKED,
    LARGEST_MB=LARGEST_MB,
    SUFFIXES=sorted(SUFFIXES),
    WIDE={"title", "source", "supersedes"},
    failure_text=failure_text,
    file_name=lambda path: PurePath(path).name,
    is_message=is_message,
    kinds=_kinds,
    moment=lambda at: at[:16].replace("T", " "),  # a UTC moment of the catalog, to the minute
    moments=time.monotonic_ns,
    source_view=source_view,
)
