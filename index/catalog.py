"""The catalog: one SQLite file that holds every document and chunk, and the keyword index as tables of the same file.

It is the truth. A change is one transaction that also raises ``generation``, so readers see all of it or none, and
know when to look again. Rollback journal and ``synchronous=FULL``: SQLite before 3.51.3 can corrupt under WAL.

A document is live while its file is there and nobody has withdrawn it: only then it has chunks. Its row outlives both,
with what staff decided about it, and every text that it ever had stays in ``versions``, so that old citations open.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.document import Document, LeftOut, Metadata
from corpus.errors import StateError
from corpus.naming import bears
from index.chunk import Chunk
from index.schema import SCHEMA, prepare, version_of, words_of

TIERS = ("public", "internal")
CURE = (
    "put a backup back with `dafu restore` in a new home, or delete the file and run `dafu sync`, "
    "which loses what staff decided about documents"
)

_LIVE = "present AND withdrawn IS NULL"
_ENTRY = "id, path, source, sha256, tier, version, words, coalesce(withdrawn, ''), replaced_by, synced"
_DOCUMENT = "d.id, d.path, d.metadata, v.text, v.body, v.layout, d.replaced_by"
_JOINED = "documents d JOIN versions v ON v.document = d.id AND v.version = d.version"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalog knows of a document besides its text.

    ``sha256`` is of the file, ``version`` of the text, ``words`` of the text without layout; ``withdrawn`` says since
    when, and is empty while the document may be quoted.
    """

    id: str
    path: str
    source: str
    sha256: str
    tier: str
    version: str = ""
    words: str = ""
    withdrawn: str = ""
    replaced_by: str | None = None
    synced: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What staff decided about a document, kept whatever happens to its file."""

    access: str | None = None
    edits: Mapping[str, Any] | None = None
    withdrawn: str | None = None

    def applied(self, declared: Metadata) -> Metadata:
        """The metadata that counts: what was edited over what the file says."""
        merged = Metadata.from_dict({**asdict(declared), **(self.edits or {})})
        return replace(merged, access=self.access or merged.access)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be taken in, and why; ``code`` and ``facts`` say it to a page of another language."""

    path: str
    reason: str
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a document's history."""

    at: str
    what: str
    who: str
    detail: str
    version: str


@dataclass(frozen=True, slots=True)
class Version:
    """One text that a document had, numbered from 1."""

    version: str
    number: int
    since: str
    title: str


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
        with self._mended_errors():
            version = prepare(self.connection)
        if version != SCHEMA:
            raise StateError(
                f"{self._path} is of version {version}, this program reads {SCHEMA}; run `dafu sync` in a new home"
            )

    def damaged(self, error: Exception) -> StateError:
        """The error to raise when SQLite cannot read the file."""
        return StateError(f"{self._path} cannot be read ({error}); {CURE}")

    @contextmanager
    def _mended_errors(self) -> Iterator[None]:
        """Errors of the file, not of our statements, as a line that names the cure."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if "full" in str(error):
                raise StateError(
                    f"there is no space left for {self._path}; free some and run `dafu sync` again, nothing is lost"
                ) from error
            if "readonly" in str(error):
                raise StateError(f"{self._path} cannot be written; give yourself the right to do so") from error
            if "locked" in str(error):
                raise StateError(f"{self._path} is in use by another program; end it and try again") from error
            if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
                raise self.damaged(error) from error
            raise

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction that raises the generation; it is rolled back when the block raises."""
        with self._mended_errors(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            self._set(connection, "generation", str(self.generation() + 1))

    def generation(self) -> int:
        """How often the catalog has changed."""
        return int(self.get("generation") or 0)

    # What is remembered besides documents

    def get(self, key: str) -> str | None:
        """A remembered value, such as the encoder's fingerprint."""
        row = self._one("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row[0]) if row else None

    def remember(self, key: str, value: str) -> None:
        """Remember a value."""
        with self._mended_errors(), self.connection as connection:
            self._set(connection, key, value)

    def keep(self, connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
        """Remember values together, inside a ``change``."""
        for key, value in values.items():
            self._set(connection, key, value)

    @staticmethod
    def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def sources(self) -> tuple[Path, ...]:
        """The remembered sources, in the order given."""
        return tuple(Path(os.fsdecode(row[0])) for row in self._all("SELECT path FROM sources ORDER BY position"))

    def remember_sources(self, sources: Iterable[Path]) -> None:
        """Make these the sources of the home."""
        with self._mended_errors(), self.connection as connection:
            connection.execute("DELETE FROM sources")
            connection.executemany(
                "INSERT INTO sources (path) VALUES (?)", [(_stored(str(source)),) for source in sources]
            )

    def moved(self, sources: Mapping[str, str]) -> None:
        """Note the source that each of some documents is in now."""
        with self._mended_errors(), self.connection as connection:
            connection.executemany(
                "UPDATE documents SET source = ? WHERE id = ?", [(_stored(s), i) for i, s in sources.items()]
            )

    def move_source(self, old: Path, new: Path) -> None:
        """Note that a source has another place on this machine."""
        with self._mended_errors(), self.connection as connection:
            for table, column in (("sources", "path"), ("documents", "source")):
                move = f"UPDATE {table} SET {column} = ? WHERE {column} = ?"  # noqa: S608 (our columns)
                connection.execute(move, (_stored(str(new)), _stored(str(old))))

    def failures(self) -> tuple[Failure, ...]:
        """The files that the last sync could not take in."""
        rows = self._all("SELECT path, reason, code, facts FROM failures ORDER BY path")
        return tuple(Failure(path, reason, code, json.loads(facts)) for path, reason, code, facts in rows)

    def synced(self, failures: Iterable[Failure]) -> None:
        """Note that a sync has ended, and what it could not take in."""
        rows = {one.path: (one.path, one.reason, one.code, _json(dict(one.facts))) for one in failures}
        with self._mended_errors(), self.connection as connection:
            connection.execute("DELETE FROM failures")
            connection.executemany("INSERT INTO failures VALUES (?, ?, ?, ?)", list(rows.values()))
            self._set(connection, "synced", now())

    # Documents

    def entries(self) -> dict[str, Entry]:
        """Every document whose file is there, withdrawn ones too, by id."""
        rows = self._all(f"SELECT {_ENTRY} FROM documents WHERE present ORDER BY id")  # noqa: S608 (our columns)
        return {row[0]: _entry(row) for row in rows}

    def entry(self, identifier: str) -> Entry | None:
        """What is known of one document, gone or not."""
        row = self._one(f"SELECT {_ENTRY} FROM documents WHERE id = ?", (identifier,))  # noqa: S608 (our columns)
        return _entry(row) if row else None

    def tier(self, identifier: str) -> str | None:
        """The access tier of the document with this id, or none."""
        row = self._one("SELECT tier FROM documents WHERE id = ?", (identifier,))
        return str(row[0]) if row else None

    def standing(self, identifier: str) -> str:
        """``live``, ``withdrawn``, ``removed`` (its file is gone) or ``unknown``."""
        row = self._one("SELECT present, withdrawn FROM documents WHERE id = ?", (identifier,))
        if row is None:
            return "unknown"
        return "removed" if not row[0] else "withdrawn" if row[1] else "live"

    def document(self, identifier: str) -> Document | None:
        """The live document with this id, or none."""
        row = self._one(f"SELECT {_DOCUMENT} FROM {_JOINED} WHERE d.id = ? AND {_LIVE}", (identifier,))  # noqa: S608
        return self._document(row) if row else None

    def held(self, identifier: str) -> Document | None:
        """The document in its last version, even if it was withdrawn or its file is gone; for staff."""
        row = self._one(f"SELECT {_DOCUMENT} FROM {_JOINED} WHERE d.id = ?", (identifier,))  # noqa: S608 (our columns)
        return self._document(row) if row else None

    def version(self, identifier: str, version: str) -> Document | None:
        """The document as it was in a version (see ``version_of``), whatever has become of it."""
        select = (
            "SELECT document, path, metadata, text, body, layout, NULL FROM versions WHERE document = ? AND version = ?"
        )
        row = self._one(select, (identifier, version))
        return self._document(row) if row else None

    def versions(self, identifier: str) -> tuple[Version, ...]:
        """Every text that a document had, the oldest first."""
        select = "SELECT version, number, since, metadata FROM versions WHERE document = ? ORDER BY number"
        rows = self._all(select, (identifier,))
        return tuple(Version(name, number, since, json.loads(meta)["title"]) for name, number, since, meta in rows)

    def documents(self) -> Iterator[Document]:
        """Every live document in order of its id."""
        for row in self._all(f"SELECT {_DOCUMENT} FROM {_JOINED} WHERE {_LIVE} ORDER BY d.id"):  # noqa: S608
            yield self._document(row)

    def metadata(self, *, withdrawn: bool = False) -> dict[str, Metadata]:
        """What is known of each live document (or withdrawn one too) besides what others say of it, by id."""
        which = "present" if withdrawn else _LIVE
        rows = self._all(f"SELECT id, metadata FROM documents WHERE {which} ORDER BY id")  # noqa: S608 (our columns)
        return {identifier: _metadata(stored) for identifier, stored in rows}

    def bearing(self, numbers: Sequence[str], tiers: Sequence[str]) -> tuple[str, ...]:
        """The live documents of some tiers that bear one of the numbers (see ``corpus.naming``), by id."""
        select = f"SELECT id, tier, metadata FROM documents WHERE {_LIVE} AND metadata LIKE ? ORDER BY id"  # noqa: S608
        rows = [row for one in numbers for row in self._all(select, (f"%{one.rpartition('-')[2]}%",))]
        held = {name: _metadata(stored) for name, tier, stored in rows if tier in tiers}
        return tuple(name for name, known in held.items() if any(bears(known, one) for one in numbers))

    def titles(self, tiers: Sequence[str]) -> dict[str, str]:
        """Title of each live document of some tiers, by id."""
        select = f"SELECT id, tier, json_extract(metadata, '$.title') FROM documents WHERE {_LIVE} ORDER BY id"  # noqa: S608
        return {identifier: title for identifier, tier, title in self._all(select) if tier in tiers}

    def with_articles(self, identifiers: Iterable[str]) -> tuple[str, ...]:
        """Those of some documents that are built of articles (第一条)."""
        select = "SELECT 1 FROM chunks WHERE document = ? AND heading LIKE '%\"第%条%' LIMIT 1"
        return tuple(one for one in identifiers if self._one(select, (one,)))

    def edited(self) -> frozenset[str]:
        """The documents whose metadata staff have edited."""
        return frozenset(row[0] for row in self._all("SELECT id FROM documents WHERE edits != '{}'"))

    def duplicates(self) -> dict[str, tuple[str, ...]]:
        """For each document the others whose files are there and that have the same words."""
        same: dict[str, list[str]] = {}
        for entry in self.entries().values():
            same.setdefault(entry.words, []).append(entry.id)
        groups = [group for group in same.values() if len(group) > 1]
        return {one: tuple(other for other in group if other != one) for group in groups for one in group}

    def left_out(self) -> dict[str, tuple[LeftOut, ...]]:
        """What the readers of the live documents' files left out, by id; those read whole are not among them."""
        select = (
            f"SELECT d.id, json_extract(v.layout, '$.left_out') FROM {_JOINED} WHERE {_LIVE}"  # noqa: S608
            " AND json_array_length(v.layout, '$.left_out') > 0 ORDER BY d.id"
        )
        return {name: tuple(LeftOut(*one) for one in json.loads(stored)) for name, stored in self._all(select)}

    def declared(self, identifier: str) -> Metadata | None:
        """What a document's file says of itself, before anything was edited."""
        row = self._one("SELECT declared FROM documents WHERE id = ?", (identifier,))
        return _metadata(row[0]) if row else None

    def decisions(self, identifier: str) -> Decisions:
        """What staff decided about a document."""
        row = self._one("SELECT access, edits, withdrawn FROM documents WHERE id = ?", (identifier,))
        return Decisions(row[0], json.loads(row[1]), row[2]) if row else Decisions()

    def history(self, identifier: str) -> tuple[Event, ...]:
        """What happened to a document, the latest first."""
        select = "SELECT at, what, who, detail, version FROM events WHERE document = ? ORDER BY number DESC"
        return tuple(Event(*row) for row in self._all(select, (identifier,)))

    def put(
        self,
        connection: sqlite3.Connection,
        document: Document,
        entry: Entry,
        chunks: Sequence[Chunk],
        *,
        declared: Metadata | None = None,
    ) -> None:
        """Store a document with its chunks in place of what was there, inside a ``change``; what staff decided stays.

        ``declared`` is what the file says where ``document.metadata`` has edits over it.
        """
        connection.execute("DELETE FROM chunks WHERE document = ?", (document.id,))
        effective = _json(asdict(document.metadata))
        version = version_of(document.text)
        values = {
            "id": document.id,
            "path": document.path,
            "source": _stored(entry.source),
            "sha256": entry.sha256,
            "tier": entry.tier,
            "declared": _json(asdict(declared)) if declared else effective,
            "metadata": effective,
            "version": version,
            "words": words_of(document.text, document.body),
            "synced": now(),
            "present": 1,
        }
        _upsert(connection, "documents", "id", values)
        self._put_version(connection, document, version, effective)
        self._put_chunks(connection, entry.tier, chunks)

    @staticmethod
    def _put_version(connection: sqlite3.Connection, document: Document, version: str, metadata: str) -> None:
        count = "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE document = ?"
        layout = {
            "pages": document.pages,
            "left_out": [(one.what, one.count) for one in document.left_out],
        }
        values = {
            "document": document.id,
            "version": version,
            "path": document.path,
            "metadata": metadata,
            "body": document.body,
            "layout": _json(layout),
            "text": document.text,
        }
        first = {"number": connection.execute(count, (document.id,)).fetchone()[0], "since": now()}
        _upsert(connection, "versions", "document, version", values, first)

    @staticmethod
    def _put_chunks(connection: sqlite3.Connection, tier: str, chunks: Sequence[Chunk]) -> None:
        for one in chunks:
            row = (one.key, one.document, tier, one.start, one.end, _json(one.heading), one.head, one.body, one.page)
            connection.execute("INSERT INTO chunks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def remove(self, connection: sqlite3.Connection, identifier: str) -> None:
        """Note that a document's file is gone and forget its chunks, inside a ``change``."""
        connection.execute("DELETE FROM chunks WHERE document = ?", (identifier,))
        connection.execute("UPDATE documents SET present = 0 WHERE id = ?", (identifier,))

    def decide(self, connection: sqlite3.Connection, identifier: str, decisions: Decisions) -> None:
        """Keep what staff decided about a document, inside a ``change``."""
        connection.execute(
            "UPDATE documents SET access = ?, edits = ?, withdrawn = ? WHERE id = ?",
            (decisions.access, _json(decisions.edits or {}), decisions.withdrawn, identifier),
        )

    def retier(self, connection: sqlite3.Connection, identifier: str, tier: str) -> None:
        """Say who may read the texts of a document whose file is gone, inside a ``change``."""
        connection.execute("UPDATE documents SET tier = ? WHERE id = ? AND NOT present", (tier, identifier))

    def replaced(self, connection: sqlite3.Connection, pairs: Mapping[str, str]) -> None:
        """Keep which document each superseded one was replaced by, inside a ``change``."""
        connection.execute("UPDATE documents SET replaced_by = NULL WHERE replaced_by IS NOT NULL")
        connection.executemany("UPDATE documents SET replaced_by = ? WHERE id = ?", [(n, o) for o, n in pairs.items()])

    def note(
        self, connection: sqlite3.Connection, identifier: str, what: str, *, who: str = "", detail: str = ""
    ) -> None:
        """Write a line of a document's history, inside a ``change``."""
        connection.execute(
            "INSERT INTO events (document, at, what, who, detail, version)"
            " SELECT id, ?, ?, ?, ?, version FROM documents WHERE id = ?",
            (now(), what, who, detail, identifier),
        )

    # Chunks

    def chunk_keys(self, tier: str) -> set[str]:
        """Keys of every chunk of a tier."""
        return {row[0] for row in self._all("SELECT key FROM chunks WHERE tier = ?", (tier,))}

    def chunk_counts(self) -> dict[str, int]:
        """How many chunks each document has."""
        return dict(self._all("SELECT document, count(*) FROM chunks GROUP BY document"))

    def keys_of(self, tier: str, identifiers: Iterable[str]) -> set[str]:
        """Keys of the chunks of some documents in a tier."""
        select = "SELECT key FROM chunks WHERE document = ? AND tier = ?"
        return {row[0] for identifier in identifiers for row in self._all(select, (identifier, tier))}

    def chunks(self, keys: Sequence[str]) -> dict[str, Chunk]:
        """Chunks by key; unknown keys are left out."""
        marks = ",".join("?" * len(keys))
        select = f'SELECT key, document, start, "end", heading, head, body, page FROM chunks WHERE key IN ({marks})'  # noqa: S608 (only marks)
        return {row[0]: _chunk(row) for row in self._all(select, tuple(keys))}

    def chunks_of(self, identifier: str) -> tuple[Chunk, ...]:
        """Every chunk of a document."""
        select = 'SELECT key, document, start, "end", heading, head, body, page FROM chunks WHERE document = ?'
        return tuple(_chunk(row) for row in self._all(select, (identifier,)))

    def count(self) -> tuple[int, int]:
        """How many live documents and chunks there are."""
        row = self._one(f"SELECT (SELECT count(*) FROM documents WHERE {_LIVE}), (SELECT count(*) FROM chunks)")  # noqa: S608
        return (int(row[0]), int(row[1])) if row else (0, 0)

    # The file

    def check(self) -> str:
        """``ok``, or what is wrong with the file or between its tables."""
        found = str(self.connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        if found != "ok":
            return found
        strays = self._one(
            f"SELECT count(*) FROM chunks WHERE document NOT IN (SELECT id FROM documents WHERE {_LIVE})"  # noqa: S608
        )[0]
        textless = self._one(
            "SELECT count(*) FROM documents d WHERE NOT EXISTS"
            " (SELECT 1 FROM versions v WHERE v.document = d.id AND v.version = d.version)"
        )[0]
        if strays:
            return f"{strays} chunks are of no live document"
        return f"{textless} documents have no text" if textless else "ok"

    def close(self) -> None:
        """Close this thread's connection."""
        self.connection.close()
        self._local = threading.local()

    def _document(self, row: Any) -> Document:
        identifier, path, metadata, text, body, layout, replaced_by = row
        read = _metadata(metadata)
        if replaced_by:
            read = self._with_successor(read, replaced_by)
        stored = json.loads(layout)
        left_out = tuple(LeftOut(*one) for one in stored.get("left_out", ()))
        return Document(identifier, path, read, text, body, tuple(stored.get("pages", ())), left_out)

    def _with_successor(self, metadata: Metadata, successor: str) -> Metadata:
        row = self._one("SELECT metadata FROM documents WHERE id = ?", (successor,))
        if row is None:
            return metadata
        newer = _metadata(row[0])
        named = metadata.superseded_by or newer.title
        return replace(metadata, superseded_by=named, superseded_on=newer.effective or newer.issued)

    def _one(self, select: str, values: Sequence[object] = ()) -> Any:
        rows = self._all(select, values)
        return rows[0] if rows else None

    def _all(self, select: str, values: Sequence[object] = ()) -> list[Any]:
        with self._mended_errors():
            return self.connection.execute(select, values).fetchall()


def _stored(path: str) -> str | bytes:
    """A path as it is stored: SQLite takes no text that is not UTF-8, which a folder's name may be."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def _entry(row: Any) -> Entry:
    identifier, path, source, *rest = row
    return Entry(identifier, path, os.fsdecode(source), *rest)


def now() -> str:
    """The present second in UTC, as the catalog writes it: ``2026-03-01T08:30:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _upsert(
    connection: sqlite3.Connection,
    table: str,
    key: str,
    values: Mapping[str, object],
    first: Mapping[str, object] | None = None,
) -> None:
    """Insert a row, or set its values where the key is there; ``first`` are values that only a new row gets."""
    row = {**values, **(first or {})}
    places = ", ".join(f":{name}" for name in row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in key.split(", "))
    columns = ", ".join(row)
    connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT ({key}) DO UPDATE SET {updates}",  # noqa: S608
        row,
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _metadata(stored: str) -> Metadata:
    return Metadata.from_dict(json.loads(stored))


def _chunk(row: Any) -> Chunk:
    key, document, start, end, heading, head, body, page = row
    return Chunk(key, document, start, end, tuple(json.loads(heading)), head, body, page)
