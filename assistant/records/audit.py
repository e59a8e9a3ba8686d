"""Who did what to which thing, and when. Entries are only ever added, and go when their time is over (``keeping``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from assistant.records.database import RecordsDatabase
from assistant.records.tables import audit


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done: ``who`` is a sign-in name, ``object`` written ``kind:id``."""

    at: datetime
    who: str
    what: str
    object: str
    detail: Mapping[str, Any]


class Audit:
    """The audit log."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def add(self, who: str, what: str, thing: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write down that ``who`` did ``what`` (a verb such as ``document.withdraw``) to ``thing`` (``kind:id``)."""
        with self._database.writing() as connection:
            note(self._database, connection, who, what, thing, detail=detail)

    def of(self, thing: str, limit: int = 200) -> tuple[Event, ...]:
        """What was done to one thing, newest first."""
        return self._read(select(audit).where(audit.c.object == thing), limit)

    def latest(self, limit: int = 200) -> tuple[Event, ...]:
        """What was done last, newest first."""
        return self._read(select(audit), limit)

    def _read(self, query: Any, limit: int) -> tuple[Event, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(audit.c.id.desc()).limit(limit))
            return tuple(Event(row.at, row.who, row.what, row.object, row.detail) for row in rows)


def note(
    database: RecordsDatabase,
    connection: Connection,
    who: str,
    what: str,
    thing: str,
    *,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an entry in the same transaction as the deed."""
    values = {"at": database.now(), "who": who, "what": what, "object": thing, "detail": dict(detail or {})}
    connection.execute(insert(audit).values(values))
