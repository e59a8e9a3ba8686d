"""Files that somebody puts into a conversation: read for it alone, seen by its owner alone, gone with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from assistant.records.conversations import mine, require, thawed
from assistant.records.database import RecordsDatabase
from assistant.records.documents import DOCUMENT, GIVEN, freeze_citations
from assistant.records.tables import conversations, given, turns
from corpus import limits
from corpus.document import STAFF_ANSWER, Document
from corpus.errors import InputError


class TooMuchGivenError(InputError):
    """The files of this conversation would be too many or too long."""


class GivenFiles:
    """The files of conversations. Those in somebody else's are as if they were not there."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def add(self, owner: str, conversation: str, read: Document) -> Document:
        """Put a file that was read into a conversation; the Document under its id there.

        Whatever it says of itself, it is no answer of staff and takes no document's place.

        Raises:
            InputError: the person has no such conversation, or (``TooMuchGivenError``) its files would be too much.
        """
        with self._database.writing() as connection:
            require(connection, owner, conversation)
            here = given.c.conversation == conversation
            there = here & given.c.gone.is_(None)
            size = func.coalesce(func.sum(func.length(given.c.body["text"].as_string())), 0)
            number, length = connection.execute(select(func.count(), size).where(there)).one()
            if number >= limits.GIVEN_FILES or length + len(read.text) > limits.GIVEN:
                raise TooMuchGivenError(
                    f"a conversation takes {limits.GIVEN_FILES} files of {limits.GIVEN} characters in all; "
                    "begin a new one, or put in the part that matters"
                )
            taken = set(connection.execute(select(given.c.document).where(here)).scalars())
            kind = "" if read.metadata.kind == STAFF_ANSWER else read.metadata.kind
            metadata = replace(read.metadata, kind=kind, access=GIVEN, supersedes=())
            document = replace(read, id=_free(f"{GIVEN}/{conversation}/{read.id}", taken), metadata=metadata)
            values = {"document": document.id, "conversation": conversation, "title": metadata.title}
            body = DOCUMENT.dump_python(document, mode="json")
            connection.execute(insert(given).values(**values, body=body, added=self._database.now()))
        return document

    def titles(self, owner: str, conversation: str) -> tuple[tuple[str, str], ...]:
        """Id and title of each file in one of a person's conversations, in the order given."""
        query = _own(select(given.c.document, given.c.title), owner).where(given.c.conversation == conversation)
        with self._database.reading() as connection:
            return tuple((row.document, row.title) for row in connection.execute(query.order_by(given.c.added)))

    def of(self, owner: str, conversation: str) -> tuple[Document, ...]:
        """The files in one of a person's conversations, in the order given."""
        query = _own(select(given.c.body), owner).where(given.c.conversation == conversation)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(given.c.added)).scalars()
            return tuple(DOCUMENT.validate_python(body) for body in rows)

    def get(self, owner: str, document: str) -> Document | None:
        """A file in one of a person's conversations, by its id."""
        query = _own(select(given.c.body), owner).where(given.c.document == document)
        with self._database.reading() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else DOCUMENT.validate_python(body)

    def has(self, owner: str, document: str) -> bool:
        """Whether it is in one of a person's conversations."""
        query = _own(select(given.c.document), owner).where(given.c.document == document)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def remove(self, owner: str, document: str) -> None:
        """Take a file out of its conversation, with the answers that cite it; it can be brought back until purged.

        Raises:
            InputError: the person has no such file.
        """
        self._set_aside(owner, document, aside=True)

    def bring_back(self, owner: str, document: str) -> None:
        """Undo ``remove``.

        Raises:
            InputError: it was purged meanwhile.
        """
        self._set_aside(owner, document, aside=False)

    def purge(self, after: timedelta = limits.UNDO) -> bool:
        """Delete for good what was removed so long ago, and every answer that cites it; whether there was any."""
        with self._database.writing() as connection:
            away = select(given.c.document, given.c.conversation).where(given.c.gone <= self._database.now() - after)
            rows = connection.execute(away).all()
            for row in rows:
                _forget(connection, row.conversation, row.document)
                connection.execute(delete(given).where(given.c.document == row.document))
        return bool(rows)

    def _set_aside(self, owner: str, document: str, *, aside: bool) -> None:
        own = select(conversations.c.id).where(mine(owner))
        here = (given.c.document == document) & given.c.conversation.in_(own)
        gone = self._database.now() if aside else None
        with self._database.writing() as connection:
            if not connection.execute(update(given).where(here).values(gone=gone)).rowcount:
                raise InputError("this file is no longer there; add it again")


def _own(query: Select[tuple[str]] | Select[tuple[str, str]], owner: str) -> Select[tuple[str, str]]:
    """Those in conversations of a person that are not deleted."""
    joined = query.join(conversations, conversations.c.id == given.c.conversation)
    return joined.where(mine(owner) & given.c.gone.is_(None))  # type: ignore[return-value]


def _free(wanted: str, taken: Iterable[str]) -> str:
    """The id, with a number if there is another file of the name."""
    names = (wanted if number == 1 else f"{wanted}（{number}）" for number in count(1))
    return next(one for one in names if one not in set(taken))


def _forget(connection: Connection, conversation: str, document: str) -> None:
    """Leave nothing of a file in the turns of its conversation, but that there was an answer."""
    for turn in thawed(connection, connection.execute(select(turns).where(turns.c.conversation == conversation)).all()):
        kept = turn.seen(lambda one: one.id != document)
        within = [one for one in turn.versions.get("within", ()) if one[0] != document]
        versions = {**turn.versions, "within": within, "withheld": kept.withheld}
        values: dict[str, Any] = {"found": freeze_citations(kept.found), "versions": versions}
        if kept.withheld:
            values["answer"] = None
        connection.execute(update(turns).where(turns.c.id == turn.id).values(values))
