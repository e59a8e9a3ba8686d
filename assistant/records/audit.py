"""Who did what to which thing, and when. Entries are only ever added, and go when their time is over (``keeping``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from assistant.records.parts import RecordsPart
from assistant.records.tables import audit

_NEWEST = select(audit).order_by(audit.c.id.desc())


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done: ``who`` is a sign-in name, ``object`` written ``kind:id``."""

    at: datetime
    who: str
    what: str
    object: str
    detail: Mapping[str, Any]


class Audit(RecordsPart):
    """The audit log."""

    def add(self, who: str, what: str, thing: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write down that ``who`` did ``what`` (a verb such as ``document.withdraw``) to ``thing`` (``kind:id``)."""
        with self._database.writing() as connection:
            self._note(connection, who, what, thing, detail)

    def of(self, thing: str, limit: int = 200) -> tuple[Event, ...]:
        """What was done to one thing, newest first."""
        return self._read(Event, _NEWEST.where(audit.c.object == thing).limit(limit))

    def latest(self, limit: int = 200) -> tuple[Event, ...]:
        """What was done last, newest first."""
        return self._read(Event, _NEWEST.limit(limit))
