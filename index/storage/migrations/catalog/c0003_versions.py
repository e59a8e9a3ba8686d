"""Every text that a document had, what staff decided, what happened to it, and files that could not be taken in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from index.storage.schema import TIERS, version_of, words_of

revision = "0003"
down_revision = "0002"

_TABLES = (
    """CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, tier TEXT NOT NULL,
    declared TEXT NOT NULL, metadata TEXT NOT NULL, version TEXT NOT NULL, words TEXT NOT NULL, synced TEXT NOT NULL,
    present INTEGER NOT NULL DEFAULT 1, withdrawn TEXT, access TEXT, edits TEXT NOT NULL DEFAULT '{}', replaced_by TEXT
) WITHOUT ROWID""",
    """CREATE TABLE versions (
    document TEXT NOT NULL, version TEXT NOT NULL, number INTEGER NOT NULL, path TEXT NOT NULL,
    metadata TEXT NOT NULL, body INTEGER NOT NULL, layout TEXT NOT NULL, text TEXT NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (document, version)
)""",
    """CREATE TABLE events (
    number INTEGER PRIMARY KEY, document TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL,
    detail TEXT NOT NULL, version TEXT NOT NULL
)""",
    "CREATE INDEX events_document ON events (document)",
    """CREATE TABLE failures (
    path TEXT PRIMARY KEY, reason TEXT NOT NULL, code TEXT NOT NULL, facts TEXT NOT NULL
) WITHOUT ROWID""",
)
_KEYWORDS = (  # which a file may have already
    """CREATE TABLE IF NOT EXISTS postings_{tier} (
    term TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (term, block)
) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS lengths_{tier} (chunk INTEGER PRIMARY KEY, length INTEGER NOT NULL)",
)


def upgrade() -> None:
    """Make the tables, and take over what each document says as its first version."""
    op.rename_table("documents", "documents_2")
    for statement in (*_TABLES, *(one.format(tier=tier) for tier in TIERS for one in _KEYWORDS)):
        op.execute(statement)
    connection = op.get_bind()
    for row in connection.execute(text("SELECT id, text, body FROM documents_2")).all():
        names = {"id": row.id, "version": version_of(row.text), "words": words_of(row.text, row.body)}
        for statement in _FILLED:
            connection.execute(text(statement), names)
    op.execute(_CHUNKER)
    op.drop_table("documents_2")


_FILLED = (
    """INSERT INTO documents (id, path, source, sha256, tier, declared, metadata, version, words, synced)
    SELECT id, path, source, sha256, tier, metadata, metadata, :version, :words, synced
    FROM documents_2 WHERE id = :id""",
    """INSERT INTO versions
    SELECT id, :version, 1, path, metadata, body, '{}', text, synced FROM documents_2 WHERE id = :id""",
    """INSERT INTO events (document, at, what, who, detail, version)
    SELECT id, synced, 'added', '', '', :version FROM documents_2 WHERE id = :id""",
)
_CHUNKER = """INSERT OR REPLACE INTO meta SELECT 'chunker', substr(value, instr(value, 'chunker/') + 8) FROM meta
    WHERE key = 'fingerprint' AND instr(value, 'chunker/') > 0"""
