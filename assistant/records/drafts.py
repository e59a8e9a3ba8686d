"""Drafts of replies: every save is a version, and nobody overwrites what they have not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from assistant.records.parts import RecordsPart, required
from assistant.records.people import Person
from assistant.records.tables import draft_versions, drafts
from corpus.errors import InputError

HELD_FOR = timedelta(minutes=5)  # a lock that is not renewed ends: its holder may have gone home


class ConflictError(InputError):
    """Somebody else saved since this was read, or edits it now (``held``)."""

    def __init__(self, who: str, when: datetime, *, held: bool = False) -> None:
        saved = f"{who} saved a newer version at {when.isoformat(timespec='minutes')}; reload before saving"
        super().__init__(f"{who} edits this draft now; take it over before saving" if held else saved)
        self.who, self.when = who, when


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: ``body`` is whatever the drafting part keeps, as JSON; ``holder`` the name of who edits it now."""

    id: str
    title: str
    owner: str
    body: Mapping[str, Any]
    revision: int
    holder: str
    held: datetime | None
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """A draft as it was saved once."""

    draft: str
    revision: int
    title: str
    body: Mapping[str, Any]
    author: str
    saved: datetime


class Drafts(RecordsPart):
    """The drafts of an office; all its staff see them."""

    def new(self, by: Person, title: str, body: Mapping[str, Any]) -> Draft:
        """A new draft, held by its author."""
        held = {"holder": by.name, "held": self._records.now()}
        with self._records.writing():
            identifier = self._insert(drafts, title=title, owner=by.name, body=dict(body), revision=1, **held)
            self._note(by.name, "draft.new", f"draft:{identifier}", {"title": title})
            return self._kept(by, identifier)

    def all(self) -> tuple[Draft, ...]:
        """Every draft, changed last first."""
        return self._found(select(drafts).order_by(drafts.c.changed.desc()))

    def get(self, identifier: str) -> Draft | None:
        """One draft."""
        return next(iter(self._found(select(drafts).where(drafts.c.id == identifier))), None)

    def save(
        self,
        by: Person,
        identifier: str,
        body: Mapping[str, Any],
        revision: int,
        title: str = "",
        *,
        amends: bool = False,
    ) -> Draft:
        """Save over the revision that was read, and hold the draft on.

        ``amends``: one goes on with what one saved last, as when typing; that version is not kept beside this one.

        Raises:
            ConflictError: somebody else edits it now, or saved meanwhile.
            InputError: it is gone.
        """
        moment = self._records.now()
        with self._records.writing():
            before = self._one(identifier)
            last = (draft_versions.c.draft == identifier) & (draft_versions.c.revision == before.revision)
            kept = self._records.first(select(draft_versions.c.author).where(last))
            author = str(kept and kept.author)
            if before.holder not in {"", by.name}:
                raise ConflictError(before.holder, before.held or moment, held=True)
            if before.revision != revision:
                raise ConflictError(author, before.changed)
            values = {"body": dict(body), "title": title or before.title, "revision": revision + 1, "changed": moment}
            self._update(drafts, drafts.c.id == identifier, **values, holder=by.name, held=moment)
            if amends and author == by.name:
                self._delete(draft_versions, last)
            return self._kept(by, identifier)

    def hold(self, by: Person, identifier: str, *, take: bool = False) -> Draft:
        """Say that one edits it now; call again every minute. ``holder`` tells who does if it is somebody else.

        Raises:
            InputError: it is gone.
        """
        with self._records.writing():
            before = self._one(identifier)
            others = before.holder not in {"", by.name}
            if take or not others:
                self._update(drafts, drafts.c.id == identifier, holder=by.name, held=self._records.now())
            if take and others:
                self._note(by.name, "draft.take", f"draft:{identifier}", {"from": before.holder})
            return self._one(identifier)

    def release(self, by: Person, identifier: str) -> None:
        """Stop editing."""
        self._update(drafts, (drafts.c.id == identifier) & (drafts.c.holder == by.name), holder="", held=None)

    def versions(self, identifier: str) -> tuple[DraftVersion, ...]:
        """Every saved version, newest first."""
        query = select(draft_versions).where(draft_versions.c.draft == identifier)
        return self._read(DraftVersion, query.order_by(draft_versions.c.revision.desc()))

    def remove(self, by: Person, identifier: str) -> None:
        """Put a draft away; its versions stay for the record."""
        with self._records.writing():
            self._update(drafts, drafts.c.id == identifier, removed=self._records.now())
            self._note(by.name, "draft.remove", f"draft:{identifier}")

    def _kept(self, by: Person, identifier: str) -> Draft:
        """The draft as it stands, which is kept as a version too."""
        now = self._one(identifier)
        values = {"draft": now.id, "revision": now.revision, "title": now.title, "body": dict(now.body)}
        self._insert(draft_versions, **values, author=by.name, saved=self._records.now())
        return now

    def _one(self, identifier: str) -> Draft:
        return required(self.get(identifier), "this draft is no longer there; reload the list")

    def _found(self, query: Select[Any]) -> tuple[Draft, ...]:
        """Those that were not put away; whoever has not said for a while that they edit one holds it no longer."""
        since = self._records.now() - HELD_FOR
        found = self._read(Draft, query.where(drafts.c.removed.is_(None)))
        return tuple(one if one.held and one.held >= since else replace(one, holder="", held=None) for one in found)
