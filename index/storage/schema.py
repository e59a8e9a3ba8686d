"""The catalog's tables, as the newest migration leaves them; a test compares the two."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from sqlalchemy import (
    JSON,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.ext.compiler import compiles

from index.storage.database import Design

TIERS = ("public", "internal")
CURE = (
    "put a backup back with `dafu restore` in a new home, or delete the file and run `dafu sync`, "
    "which loses what staff decided about documents"
)


class Json(JSON):
    """JSON, which SQLite keeps as text."""


@compiles(Json, "sqlite")
def _as_text(*_: object, **__: object) -> str:
    return "TEXT"


class PathText(TypeDecorator[str]):
    """A path: text, or the bytes of a folder's name that is not UTF-8, which PostgreSQL keeps quoted behind a ``%``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """To what is kept."""
        try:
            (value or "").encode()
        except UnicodeEncodeError:
            raw = os.fsencode(value or "")
            return raw if dialect.name == "sqlite" else f"%{quote(raw)}"
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """From what is kept."""
        if isinstance(value, str) and value.startswith("%"):  # no path of ours does: they are whole
            value = unquote_to_bytes(value[1:])
        return None if value is None else os.fsdecode(value)


def _texts(*names: str) -> Iterator[Column[str]]:
    return (Column(name, Text, nullable=False) for name in names)


metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)
sources = Table(
    "sources",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("path", PathText, nullable=False, unique=True),
)
documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    *_texts("path"),
    Column("source", PathText, nullable=False),
    *_texts("sha256", "tier"),
    Column("declared", Json, nullable=False),
    Column("metadata", Json, nullable=False),
    *_texts("version", "words", "synced"),
    Column("present", Integer, nullable=False, server_default="1"),
    Column("withdrawn", Text),
    Column("access", Text),
    Column("edits", Json, nullable=False, server_default="{}"),
    Column("replaced_by", Text),
    sqlite_with_rowid=False,
)
versions = Table(
    "versions",
    metadata,
    Column("document", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    *_texts("path"),
    Column("metadata", Json, nullable=False),
    Column("body", Integer, nullable=False),
    Column("layout", Json, nullable=False),
    *_texts("text", "since"),
)
events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True),
    *_texts("document", "at", "what", "who", "detail", "version"),
    Index("events_document", "document"),
)
failures = Table(
    "failures",
    metadata,
    Column("path", Text, primary_key=True),
    *_texts("reason", "code"),
    Column("facts", Json, nullable=False),
    sqlite_with_rowid=False,
)
chunks = Table(
    "chunks",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    *_texts("document", "tier"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", Json, nullable=False),
    *_texts("head", "body"),
    Column("page", Integer),
    Index("chunks_document", "document"),
)
# The keyword index, see ``index.keywords``: which chunks hold a term, and how many terms each chunk has.
postings = {
    tier: Table(
        f"postings_{tier}",
        metadata,
        Column("term", Text, nullable=False),
        Column("block", Integer, nullable=False),
        Column("data", LargeBinary, nullable=False),
        PrimaryKeyConstraint("term", "block"),
        sqlite_with_rowid=False,
    )
    for tier in TIERS
}
lengths = {
    tier: Table(
        f"lengths_{tier}",
        metadata,
        Column("chunk", Integer, primary_key=True),
        Column("length", Integer, nullable=False),
    )
    for tier in TIERS
}

DESIGN = Design("catalog", metadata, Path(__file__).parent / "migrations" / "catalog", "0003", CURE, busy=30)


def version_of(text: str) -> str:
    """The name of a version: a short hash of the text, so two with the same name have the same offsets."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def words_of(text: str, body: int) -> str:
    """A hash of the words alone: documents with the same one say the same, whatever their layout or front matter."""
    return hashlib.sha256("".join(text[body:].split()).encode()).hexdigest()[:32]
