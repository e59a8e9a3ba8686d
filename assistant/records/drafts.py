"""Drafts of replies: every save is a version, and nobody overwrites what they have not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from assistant.records.audit import note
from assistant.records.database import RecordsDatabase, fresh_id
from assistant.records.people import Person
from assistant.records.tables import draft_versions, drafts
from corpus.errors import InputError

HELD_FOR = timedelta(minutes=5)  # a lock that is not renewed ends: its holder may have gone home


class ConflictError(InputError):
    """Somebody else saved since this was read."""

    def __init__(self, who: str, when: datetime) -> None:
        super().__init__(f"{who} saved a newer version at {when.isoformat(timespec='minutes')}; reload before saving")
        self.who, self.when = who, when


class HeldError(ConflictError):
    """Somebody else edits this now."""

    def __init__(self, who: str, when: datetime) -> None:
        InputError.__init__(self, f"{who} edits this draft now; take it over before saving")
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


class Drafts:
    """The drafts of an office; all its staff see them."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def new(self, by: Person, title: str, body: Mapping[str, Any]) -> Draft:
        """A new draft, held by its author."""
        moment, identifier = self._database.now(), fresh_id()
        values = {"id": identifier, "title": title, "owner": by.name, "body": dict(body), "revision": 1}
        with self._database.writing() as connection:
            held = {"holder": by.name, "held": moment, "created": moment, "changed": moment}
            connection.execute(insert(drafts).values(**values, **held))
            self._version(connection, identifier, by)
            note(self._database, connection, by.name, "draft.new", f"draft:{identifier}", detail={"title": title})
            return _one(connection, identifier, moment)

    def all(self) -> tuple[Draft, ...]:
        """Every draft, changed last first."""
        query = select(drafts).where(drafts.c.removed.is_(None)).order_by(drafts.c.changed.desc())
        with self._database.reading() as connection:
            return tuple(_draft(row, self._database.now()) for row in connection.execute(query))

    def get(self, identifier: str) -> Draft | None:
        """One draft."""
        try:
            with self._database.reading() as connection:
                return _one(connection, identifier, self._database.now())
        except InputError:
            return None

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
            HeldError: somebody else edits it now.
            ConflictError: somebody else saved meanwhile.
            InputError: it is gone.
        """
        moment = self._database.now()
        with self._database.writing() as connection:
            before = _one(connection, identifier, moment)
            if before.holder not in {"", by.name}:
                raise HeldError(before.holder, before.held or moment)
            if before.revision != revision:
                raise ConflictError(_author(connection, before), before.changed)
            values = {"body": dict(body), "title": title or before.title, "revision": revision + 1, "changed": moment}
            held = {"holder": by.name, "held": moment}
            connection.execute(update(drafts).where(drafts.c.id == identifier).values(**values, **held))
            if amends and _author(connection, before) == by.name:
                connection.execute(delete(draft_versions).where(_version_of(before)))
            self._version(connection, identifier, by)
            return _one(connection, identifier, moment)

    def hold(self, by: Person, identifier: str, *, take: bool = False) -> Draft:
        """Say that one edits it now; call again every minute. ``holder`` tells who does if it is somebody else.

        Raises:
            InputError: it is gone.
        """
        moment = self._database.now()
        with self._database.writing() as connection:
            before = _one(connection, identifier, moment)
            if take or before.holder in {"", by.name}:
                held = {"holder": by.name, "held": moment}
                connection.execute(update(drafts).where(drafts.c.id == identifier).values(held))
            if take and before.holder not in {"", by.name}:
                detail = {"from": before.holder}
                note(self._database, connection, by.name, "draft.take", f"draft:{identifier}", detail=detail)
            return _one(connection, identifier, moment)

    def release(self, by: Person, identifier: str) -> None:
        """Stop editing."""
        mine = (drafts.c.id == identifier) & (drafts.c.holder == by.name)
        with self._database.writing() as connection:
            connection.execute(update(drafts).where(mine).values(holder="", held=None))

    def versions(self, identifier: str) -> tuple[DraftVersion, ...]:
        """Every saved version, newest first."""
        query = select(draft_versions).where(draft_versions.c.draft == identifier)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(draft_versions.c.revision.desc()))
            return tuple(DraftVersion(*row) for row in rows)

    def remove(self, by: Person, identifier: str) -> None:
        """Put a draft away; its versions stay for the record."""
        with self._database.writing() as connection:
            removed = update(drafts).where(drafts.c.id == identifier).values(removed=self._database.now())
            connection.execute(removed)
            note(self._database, connection, by.name, "draft.remove", f"draft:{identifier}")

    def _version(self, connection: Connection, identifier: str, by: Person) -> None:
        now = _one(connection, identifier, self._database.now())
        values = {"draft": now.id, "revision": now.revision, "title": now.title, "body": dict(now.body)}
        statement = insert(draft_versions).values(**values, author=by.name, saved=self._database.now())
        connection.execute(statement)


def _one(connection: Connection, identifier: str, moment: datetime) -> Draft:
    there = (drafts.c.id == identifier) & drafts.c.removed.is_(None)
    row = connection.execute(select(drafts).where(there)).first()
    if row is None:
        raise InputError("this draft is no longer there; reload the list")
    return _draft(row, moment)


def _author(connection: Connection, draft: Draft) -> str:
    return str(connection.execute(select(draft_versions.c.author).where(_version_of(draft))).scalar())


def _version_of(draft: Draft) -> ColumnElement[bool]:
    return (draft_versions.c.draft == draft.id) & (draft_versions.c.revision == draft.revision)


def _draft(row: Any, moment: datetime) -> Draft:
    held = row.held if row.held is not None and moment - row.held <= HELD_FOR else None
    holder = row.holder if held else ""
    moments = (row.created, row.changed)
    return Draft(row.id, row.title, row.owner, row.body, row.revision, holder, held, *moments)
