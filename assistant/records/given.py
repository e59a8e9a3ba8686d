"""Files that somebody puts into a conversation: read for it alone, seen by its owner alone, gone with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Column, Connection, Select, delete, func, insert, select, update

from assistant.records.cited import DOCUMENT, GIVEN, freeze_citations
from assistant.records.conversations import mine, require, thawed
from assistant.records.parts import RecordsPart
from assistant.records.tables import conversations, given, turns
from corpus import limits
from corpus.document import STAFF_ANSWER, Document
from corpus.errors import InputError


class TooMuchGivenError(InputError):
    """The files of this conversation would be too many or too long."""


class GivenFiles(RecordsPart):
    """The files of conversations. Those in somebody else's are as if they were not there."""

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
        query = _own(owner, given.c.document, given.c.title).where(given.c.conversation == conversation)
        return tuple((row.document, row.title) for row in self._database.rows(query.order_by(given.c.added)))

    def of(self, owner: str, conversation: str) -> tuple[Document, ...]:
        """The files in one of a person's conversations, in the order given."""
        query = _own(owner, given.c.body).where(given.c.conversation == conversation)
        rows = self._database.rows(query.order_by(given.c.added))
        return tuple(DOCUMENT.validate_python(row.body) for row in rows)

    def get(self, owner: str, document: str) -> Document | None:
        """A file in one of a person's conversations, by its id."""
        row = self._database.first(_own(owner, given.c.body).where(given.c.document == document))
        return None if row is None else DOCUMENT.validate_python(row.body)

    def has(self, owner: str, document: str) -> bool:
        """Whether it is in one of a person's conversations."""
        return self._database.first(_own(owner, given.c.document).where(given.c.document == document)) is not None

    def remove(self, owner: str, document: str) -> None:
        """Take a file out of its conversation, with the answers that cite it; it can be brought back until purged.

        Raises:
            InputError: the person has no such file.
        """
        self._set_aside(owner, document, self._database.now())

    def bring_back(self, owner: str, document: str) -> None:
        """Undo ``remove``.

        Raises:
            InputError: it was purged meanwhile.
        """
        self._set_aside(owner, document, None)

    def purge(self, after: timedelta = limits.UNDO) -> bool:
        """Delete for good what was removed so long ago, and every answer that cites it; whether there was any."""
        with self._database.writing() as connection:
            away = select(given.c.document, given.c.conversation).where(given.c.gone <= self._database.now() - after)
            rows = connection.execute(away).all()
            for row in rows:
                _forget(connection, row.conversation, row.document)
                connection.execute(delete(given).where(given.c.document == row.document))
        return bool(rows)

    def _set_aside(self, owner: str, document: str, gone: datetime | None) -> None:
        own = select(conversations.c.id).where(mine(owner))
        here = (given.c.document == document) & given.c.conversation.in_(own)
        if not self._execute(update(given).where(here).values(gone=gone)):
            raise InputError("this file is no longer there; add it again")


def _own(owner: str, *columns: Column[Any]) -> Select[Any]:
    """Of the files in conversations of a person that are not deleted."""
    joined = select(*columns).join(conversations, conversations.c.id == given.c.conversation)
    return joined.where(mine(owner) & given.c.gone.is_(None))


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
