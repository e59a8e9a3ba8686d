"""Asking some documents alone (``templates/scope.html``): what there is to choose from, and what was chosen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from assistant.web.html import Macros
from corpus.document import Metadata
from corpus.normalise import fold

MOST = 500  # documents that one question can be asked of
_LISTED = 100
_LONGEST = 300  # characters of a document's id


@dataclass(frozen=True, slots=True)
class Listed:
    """A document that somebody may ask: its id, and what it is chosen by."""

    id: str
    title: str
    kind: str = ""
    date: str = ""

    @classmethod
    def of(cls, identifier: str, metadata: Metadata) -> Listed:
        """By its metadata."""
        return cls(identifier, metadata.title, metadata.kind, metadata.issued or metadata.as_of)

    @property
    def folder(self) -> str:
        """Where its file lies below its source; empty at the top."""
        return self.id.rpartition("/")[0]

    @property
    def year(self) -> str:
        """Of its date."""
        return self.date[:4]


@dataclass(frozen=True, slots=True)
class ShelfFilter:
    """By what documents are chosen; what is empty chooses nothing."""

    text: str = ""
    kind: str = ""
    year: str = ""
    folder: str = ""

    def meets(self, one: Listed) -> bool:
        """Whether a document is among them."""
        words = fold(f"{one.title} {one.id}")
        return (
            all(word in words for word in fold(self.text).split())
            and self.kind in {"", one.kind}
            and self.year in {"", one.year}
            and (not self.folder or f"{one.folder}/".startswith(f"{self.folder}/"))
        )


def chosen(sent: Any) -> tuple[tuple[str, str], ...]:
    """The documents that a page's script sent, each with its title; what is of another shape is left out."""
    found = sent if isinstance(sent, list) else []
    pairs = (one for one in found[:MOST] if isinstance(one, list) and len(one) == 2)
    return tuple((str(name)[:_LONGEST], str(title)[:_LONGEST]) for name, title in pairs)


def shelf(every: Sequence[Listed], wanted: ShelfFilter) -> Markup:
    """The documents there are, by what is looked for, each with a box to tick."""
    found = [one for one in every if wanted.meets(one)]
    pairs = json.dumps([[one.id, one.title] for one in found[:MOST]], ensure_ascii=False)
    return SCOPE.shelf(every, found, wanted, pairs)


def _folders(every: Iterable[Listed]) -> list[str]:
    """Every folder that holds documents, with those above it."""
    found: set[str] = set()
    for one in every:
        parts = one.folder.split("/") if one.folder else []
        found.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return sorted(found)


SCOPE = Macros("scope", LISTED=_LISTED, MOST=MOST, folders=_folders)
