"""The catalog's tables, and the steps that bring a file of an earlier version to them without losing anything."""

from __future__ import annotations

import hashlib
import sqlite3

SCHEMA = 3
OLDEST = 2  # the first version that held real homes

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (position INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, tier TEXT NOT NULL,
    declared TEXT NOT NULL, metadata TEXT NOT NULL, version TEXT NOT NULL, words TEXT NOT NULL, synced TEXT NOT NULL,
    present INTEGER NOT NULL DEFAULT 1, withdrawn TEXT, access TEXT, edits TEXT NOT NULL DEFAULT '{}', replaced_by TEXT
) WITHOUT ROWID;
CREATE TABLE versions (
    document TEXT NOT NULL, version TEXT NOT NULL, number INTEGER NOT NULL, path TEXT NOT NULL,
    metadata TEXT NOT NULL, body INTEGER NOT NULL, layout TEXT NOT NULL, text TEXT NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (document, version)
);
CREATE TABLE events (
    number INTEGER PRIMARY KEY, document TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL,
    detail TEXT NOT NULL, version TEXT NOT NULL
);
CREATE INDEX events_document ON events (document);
CREATE TABLE failures (
    path TEXT PRIMARY KEY, reason TEXT NOT NULL, code TEXT NOT NULL, facts TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document TEXT NOT NULL, tier TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, head TEXT NOT NULL, body TEXT NOT NULL,
    page INTEGER
);
CREATE INDEX chunks_document ON chunks (document);
"""

_KEPT = ("meta", "sources", "chunks")  # tables that version 2 has as they are
_FROM_2 = """
INSERT INTO documents (id, path, source, sha256, tier, declared, metadata, version, words, synced)
    SELECT id, path, source, sha256, tier, metadata, metadata, version_of(text), words_of(text, body), synced
    FROM documents_2;
INSERT INTO versions
    SELECT id, version_of(text), 1, path, metadata, body, '{}', text, synced FROM documents_2;
INSERT INTO events (document, at, what, who, detail, version)
    SELECT id, synced, 'added', '', '', version_of(text) FROM documents_2;
INSERT OR REPLACE INTO meta SELECT 'chunker', substr(value, instr(value, 'chunker/') + 8) FROM meta
    WHERE key = 'fingerprint' AND instr(value, 'chunker/') > 0;
DROP TABLE documents_2;
"""


def version_of(text: str) -> str:
    """The name of a version: a short hash of the text, so two with the same name have the same offsets."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def words_of(text: str, body: int) -> str:
    """A hash of the words alone: documents with the same one say the same, whatever their layout or front matter."""
    return hashlib.sha256("".join(text[body:].split()).encode()).hexdigest()[:32]


def prepare(connection: sqlite3.Connection) -> int:
    """Create the tables or bring them up to date in one transaction; the version that the file then has.

    A version that this program cannot read is left as it is.
    """
    if _version(connection) == SCHEMA:
        return SCHEMA
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        found = _version(connection)  # another process may have been faster
        if found == 0:
            _run(connection, TABLES)
        elif found == OLDEST:
            _migrate(connection)
        elif found != SCHEMA:
            return found
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    return SCHEMA


def _migrate(connection: sqlite3.Connection) -> None:
    connection.create_function("version_of", 1, version_of, deterministic=True)
    connection.create_function("words_of", 2, words_of, deterministic=True)
    connection.execute("ALTER TABLE documents RENAME TO documents_2")
    for statement in _statements(TABLES):
        if not statement.startswith("CREATE INDEX chunks") and statement.split()[2] not in _KEPT:
            connection.execute(statement)
    _run(connection, _FROM_2)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Execute statement by statement: ``executescript`` would commit first."""
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> list[str]:
    return [one.strip() for one in script.split(";\n") if one.strip()]
