"""The catalog: one SQLite file that holds every document and chunk, and the keyword index as tables of the same file.

It is the truth. A change is one transaction that also raises ``generation``, so readers see all of it or none, and
know when to look again. Rollback journal and ``synchronous=FULL``: SQLite before 3.51.3 can corrupt under WAL.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.document import Document, Metadata
from corpus.errors import StateError
from index.chunk import Chunk

SCHEMA = 2
TIERS = ("public", "internal")

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (position INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, tier TEXT NOT NULL,
    metadata TEXT NOT NULL, body INTEGER NOT NULL, text TEXT NOT NULL, synced TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document TEXT NOT NULL, tier TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, head TEXT NOT NULL, body TEXT NOT NULL,
    page INTEGER
);
CREATE INDEX chunks_document ON chunks (document);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalog knows of a document besides its text."""

    id: str
    path: str
    source: str
    sha256: str
    tier: str


class Catalog:
    """Reads and writes the catalog file; each thread has a connection of its own."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, creating it if needed; ``None`` keeps everything in memory, for one thread at a time."""
        self._path = path
        self._local = threading.local()
        self._shared = sqlite3.connect(":memory:", check_same_thread=False) if path is None else None
        self._prepare()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        if self._shared is not None:
            return self._shared
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(str(self._path), timeout=30)
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def _prepare(self) -> None:
        try:
            version = self.connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                self._create()
            elif version != SCHEMA:
                raise StateError(
                    f"{self._path} is of version {version}, this program reads {SCHEMA}; run `dafu sync` in a new home"
                )
        except sqlite3.DatabaseError as error:
            raise self.damaged(error) from error

    def _create(self) -> None:
        with self.connection as connection:
            connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")

    def damaged(self, error: Exception) -> StateError:
        """The error to raise when SQLite cannot read the file."""
        return StateError(f"{self._path} cannot be read ({error}); delete it and run `dafu sync` to rebuild the index")

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction that raises the generation; it is rolled back when the block raises."""
        with self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            self._set(connection, "generation", str(self.generation() + 1))

    def generation(self) -> int:
        """How often the catalog has changed."""
        return int(self.get("generation") or 0)

    def get(self, key: str) -> str | None:
        """A remembered value, such as the encoder's fingerprint."""
        row = self._one("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row[0]) if row else None

    def remember(self, key: str, value: str) -> None:
        """Remember a value."""
        with self.connection as connection:
            self._set(connection, key, value)

    @staticmethod
    def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def sources(self) -> tuple[Path, ...]:
        """The remembered sources, in the order given."""
        return tuple(Path(row[0]) for row in self._all("SELECT path FROM sources ORDER BY position"))

    def remember_sources(self, sources: Iterable[Path]) -> None:
        """Make these the sources of the home."""
        with self.connection as connection:
            connection.execute("DELETE FROM sources")
            connection.executemany("INSERT INTO sources (path) VALUES (?)", [(str(source),) for source in sources])

    def entries(self) -> dict[str, Entry]:
        """Every document by id."""
        rows = self._all("SELECT id, path, source, sha256, tier FROM documents ORDER BY id")
        return {row[0]: Entry(*row) for row in rows}

    def tier(self, identifier: str) -> str | None:
        """The access tier of the document with this id, or none."""
        row = self._one("SELECT tier FROM documents WHERE id = ?", (identifier,))
        return str(row[0]) if row else None

    def document(self, identifier: str) -> Document | None:
        """The document with this id, or none."""
        row = self._one("SELECT id, path, metadata, text, body FROM documents WHERE id = ?", (identifier,))
        return Document(row[0], row[1], _metadata(row[2]), row[3], row[4]) if row else None

    def documents(self) -> Iterator[Document]:
        """Every document in order of its id."""
        for row in self._all("SELECT id, path, metadata, text, body FROM documents ORDER BY id"):
            yield Document(row[0], row[1], _metadata(row[2]), row[3], row[4])

    def put(self, connection: sqlite3.Connection, document: Document, entry: Entry, chunks: Sequence[Chunk]) -> None:
        """Store a document with its chunks in place of what was there, inside a ``change``."""
        self.remove(connection, document.id)
        metadata = json.dumps(asdict(document.metadata), ensure_ascii=False)
        values = (
            document.id,
            document.path,
            entry.source,
            entry.sha256,
            entry.tier,
            metadata,
            document.body,
            document.text,
        )
        connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, datetime('now'))", values)
        for one in chunks:
            heading = json.dumps(one.heading, ensure_ascii=False)
            row = (one.key, one.document, entry.tier, one.start, one.end, heading, one.head, one.body, one.page)
            connection.execute("INSERT INTO chunks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def remove(self, connection: sqlite3.Connection, identifier: str) -> None:
        """Forget a document and its chunks, inside a ``change``."""
        connection.execute("DELETE FROM chunks WHERE document = ?", (identifier,))
        connection.execute("DELETE FROM documents WHERE id = ?", (identifier,))

    def chunk_keys(self, tier: str) -> set[str]:
        """Keys of every chunk of a tier."""
        return {row[0] for row in self._all("SELECT key FROM chunks WHERE tier = ?", (tier,))}

    def keys_of(self, tier: str, identifiers: Iterable[str]) -> set[str]:
        """Keys of the chunks of some documents in a tier."""
        select = "SELECT key FROM chunks WHERE document = ? AND tier = ?"
        return {row[0] for identifier in identifiers for row in self._all(select, (identifier, tier))}

    def chunks(self, keys: Sequence[str]) -> dict[str, Chunk]:
        """Chunks by key; unknown keys are left out."""
        marks = ",".join("?" * len(keys))
        select = f'SELECT key, document, start, "end", heading, head, body, page FROM chunks WHERE key IN ({marks})'  # noqa: S608 (only marks)
        return {row[0]: _chunk(row) for row in self._all(select, tuple(keys))}

    def count(self) -> tuple[int, int]:
        """How many documents and chunks there are."""
        row = self._one("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)", ())
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def check(self) -> str:
        """``ok``, or what SQLite finds wrong with the file."""
        return str(self.connection.execute("PRAGMA quick_check(1)").fetchone()[0])

    def close(self) -> None:
        """Close this thread's connection."""
        self.connection.close()
        self._local = threading.local()

    def _one(self, select: str, values: Sequence[object]) -> Any:
        rows = self._all(select, values)
        return rows[0] if rows else None

    def _all(self, select: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self.connection.execute(select, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self.damaged(error) from error


def _metadata(stored: str) -> Metadata:
    values = json.loads(stored)
    values["addressees"] = tuple(values["addressees"])
    return Metadata(**values)


def _chunk(row: Any) -> Chunk:
    key, document, start, end, heading, head, body, page = row
    return Chunk(key, document, start, end, tuple(json.loads(heading)), head, body, page)
