"""Who has what open right now, so that two people do not work at the same thing without knowing it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from assistant.records.database import Database
from assistant.records.people import Person
from assistant.records.tables import presence

HERE_FOR = timedelta(seconds=90)  # a page tells every half minute that it is still open


class Presence:
    """Who has which thing (``kind:id``) open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def here(self, person: Person, thing: str) -> tuple[str, ...]:
        """Say that somebody has it open, and nothing else any more; the names of the others."""
        moment = self._database.now()
        with self._database.writing() as connection:
            stale = (presence.c.seen < moment - HERE_FOR) | (presence.c.name == person.name)
            connection.execute(delete(presence).where(stale))
            statement = insert(presence).values(thing=thing, name=person.name, seen=moment)
            connection.execute(statement)
            others = select(presence.c.name).where((presence.c.thing == thing) & (presence.c.name != person.name))
            return tuple(connection.execute(others.order_by(presence.c.name)).scalars())

    def gone(self, person: Person) -> None:
        """Say that somebody has closed the page."""
        with self._database.writing() as connection:
            connection.execute(delete(presence).where(presence.c.name == person.name))
