"""The documents that saved answers cite, each version once, so that an old answer's offsets always fit its text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from assistant.records.database import Database
from assistant.records.tables import documents
from corpus.document import Document
from index.schema import version_of

_DOCUMENT = TypeAdapter(Document)


def document_version(document: Document) -> str:
    """A short hash of the text: two documents with the same one have the same offsets."""
    return _version(document.text)


@lru_cache(maxsize=256)  # every place that an answer cites asks for it, at every step of the answer
def _version(text: str) -> str:
    return version_of(text)


class DocumentVersions:
    """Versions of documents, as they were when they were cited."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, some: Iterable[Document]) -> None:
        """Keep these versions; what is kept already costs nothing but a look."""
        with self._database.writing() as connection:
            keep(self._database, connection, some)

    def get(self, document: str, version: str, tiers: Iterable[str]) -> Document | None:
        """A document in a version, if it is kept and was in one of the access tiers."""
        with self._database.reading() as connection:
            return versions_of(connection, [(document, version)], tuple(tiers)).get((document, version))


def keep(database: Database, connection: Connection, some: Iterable[Document]) -> None:
    """Keep versions inside a transaction; the access is what it was the last time."""
    for document in some:
        values = {
            "document": document.id,
            "version": document_version(document),
            "tier": document.metadata.access,
            "body": _DOCUMENT.dump_python(document, mode="json"),
            "kept": database.now(),
        }
        statement = insert(documents).values(values)
        same = {"tier": statement.excluded.tier}
        differs = documents.c.tier != statement.excluded.tier
        connection.execute(statement.on_conflict_do_update(set_=same, where=differs))


def beyond(connection: Connection, wanted: Iterable[tuple[str, str]], tiers: Iterable[str]) -> set[tuple[str, str]]:
    """Those of the kept versions, by document and version, that are in none of the tiers."""
    keys, allowed = set(wanted), set(tiers)
    query = select(documents.c.document, documents.c.version, documents.c.tier)
    rows = connection.execute(query.where(documents.c.document.in_({document for document, _ in keys})))
    return {(row.document, row.version) for row in rows if row.tier not in allowed} & keys


def versions_of(
    connection: Connection, wanted: Iterable[tuple[str, str]], tiers: tuple[str, ...] | None = None
) -> dict[tuple[str, str], Document]:
    """Kept versions by document and version, those of some tiers or all."""
    found: dict[tuple[str, str], Document] = {}
    for document, version in set(wanted):
        there = (documents.c.document == document) & (documents.c.version == version)
        row: Any = connection.execute(select(documents).where(there)).first()
        if row is not None and (tiers is None or row.tier in tiers):
            found[document, version] = _DOCUMENT.validate_python(row.body)
    return found
