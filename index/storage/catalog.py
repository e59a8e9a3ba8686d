"""The catalog: one database that holds every document and chunk, and the keyword index as tables beside them.

It is the truth. A change is one transaction that also raises ``generation``, so readers see all of it or none, and
know when to look again.

A document is live while its file is there and nobody has withdrawn it: only then it has chunks. Its row outlives both,
with what staff decided about it, and every text that it ever had stays in ``versions``, so that old citations open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Connection,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from corpus.document import Document, LeftOut, Metadata
from corpus.naming import bears
from index.chunk import Chunk
from index.storage.database import Database, put
from index.storage.schema import (
    DESIGN,
    TIERS,
    chunks,
    documents,
    events,
    failures,
    meta,
    sources,
    version_of,
    versions,
    words_of,
)

__all__ = ["TIERS", "Catalog", "Change", "Decisions", "Entry", "Failure", "Lately", "Version", "now"]

K = TypeVar("K")
V = TypeVar("V")

# Statements of every search, built once; "of" names a document.
_d, _v, _c = documents.c, versions.c, chunks.c
_LIVE = (_d.present == 1) & _d.withdrawn.is_(None)
_OF = _d.id == bindparam("of")
_VALUE = select(meta.c.value).where(meta.c.key == bindparam("key"))
_ENTRY = select(
    _d.id,
    _d.path,
    _d.source,
    _d.sha256,
    _d.tier,
    _d.version,
    _d.words,
    func.coalesce(_d.withdrawn, ""),
    _d.replaced_by,
    _d.synced,
)
_STANDING = select(_d.tier, _d.present, _d.withdrawn, _d.declared, _d.metadata, _d.access, _d.edits).where(_OF)
_newer = documents.alias("newer")
_DOCUMENT = (
    select(_d.id, _d.path, _d.metadata, _v.text, _v.body, _v.layout, _newer.c.metadata)
    .join_from(documents, versions, (_v.document == _d.id) & (_v.version == _d.version))
    .outerjoin(_newer, _newer.c.id == _d.replaced_by)
)
_HELD = _DOCUMENT.where(_OF)
_LIVE_ONE = _HELD.where(_LIVE)
_LIVE_SOME = _DOCUMENT.where(_LIVE, _d.id.in_(bindparam("some", expanding=True)))
_ALL_LIVE = _DOCUMENT.where(_LIVE).order_by(_d.id)
_CHUNK = select(_c.key, _c.document, _c.start, _c.end, _c.heading, _c.head, _c.body, _c.page)
_BY_KEYS = _CHUNK.where(_c.key.in_(bindparam("keys", expanding=True)))
_CHUNKS_OF = _CHUNK.where(_c.document == bindparam("of"))
_KEYS_OF = select(_c.key).where(_c.document.in_(bindparam("of", expanding=True)), _c.tier == bindparam("tier"))
_VERSION = select(_d.version).where(_OF)
_NEXT = select(func.coalesce(func.max(_v.number), 0) + 1).where(_v.document == bindparam("of"))
_NOTE = insert(events)
_DECIDE = update(documents).where(_OF)
_FORGET = delete(chunks).where(_c.document == bindparam("of"))
_TITLES = (
    select(_d.id, _d.metadata["title"].as_string())
    .where(_LIVE, _d.tier.in_(bindparam("tiers", expanding=True)))
    .order_by(_d.id)
)


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
class Change:
    """One line of a document's history, with the number of the version that it concerns."""

    at: str
    what: str
    who: str
    detail: str
    version: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """One text that a document had, numbered from 1."""

    version: str
    number: int
    since: str
    title: str


class Catalog:
    """Reads and writes the catalog; several threads and processes may use it at once."""

    def __init__(self, place: Path | str | None) -> None:
        """Open a file or an address of PostgreSQL, with its tables; ``None``: in memory, for one thread at a time."""
        self.database = Database(place, DESIGN)
        self._rows, self._first = self.database.rows, self.database.first

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """One transaction that raises the generation; it is rolled back when the block raises."""
        with self.database.writing() as connection:
            yield connection
            self.keep(connection, {"generation": str(self.generation() + 1)})

    def generation(self) -> int:
        """How often the catalog has changed."""
        return int(self.get("generation") or 0)

    # What is remembered besides documents

    def get(self, key: str) -> str | None:
        """A remembered value, such as the encoder's fingerprint."""
        row = self._first(_VALUE, {"key": key})
        return str(row[0]) if row else None

    def remember(self, key: str, value: str) -> None:
        """Remember a value."""
        with self.database.writing() as connection:
            self.keep(connection, {key: value})

    @staticmethod
    def keep(connection: Connection, values: Mapping[str, str]) -> None:
        """Remember values together, inside a ``change``."""
        for key, value in values.items():
            put(connection, meta, {"key": key, "value": value})

    def sources(self) -> tuple[Path, ...]:
        """The remembered sources, in the order given."""
        return tuple(Path(row[0]) for row in self._rows(select(sources.c.path).order_by(sources.c.position)))

    def remember_sources(self, given: Iterable[Path]) -> None:
        """Make these the sources of the home."""
        with self.database.writing() as connection:
            connection.execute(delete(sources))
            _insert(connection, sources, [{"path": str(one)} for one in given])

    def moved(self, places: Mapping[str, str]) -> None:
        """Note the source that each of some documents is in now."""
        with self.database.writing() as connection:
            for identifier, place in places.items():
                connection.execute(update(documents).where(_d.id == identifier).values(source=place))

    def move_source(self, old: Path, new: Path) -> None:
        """Note that a source has another place on this machine."""
        with self.database.writing() as connection:
            for column in (sources.c.path, _d.source):
                moved = update(column.table).where(column == str(old)).values({column.name: str(new)})
                connection.execute(moved)

    def failures(self) -> tuple[Failure, ...]:
        """The files that the last sync could not take in."""
        return tuple(Failure(*row) for row in self._rows(select(failures).order_by(failures.c.path)))

    def synced(self, failed: Iterable[Failure]) -> None:
        """Note that a sync has ended, and what it could not take in."""
        with self.database.writing() as connection:
            connection.execute(delete(failures))
            _insert(connection, failures, [asdict(one) for one in {one.path: one for one in failed}.values()])
            self.keep(connection, {"synced": now()})

    # Documents

    def entries(self) -> dict[str, Entry]:
        """Every document whose file is there, withdrawn ones too, by id."""
        return {row[0]: Entry(*row) for row in self._rows(_ENTRY.where(_d.present == 1).order_by(_d.id))}

    def entry(self, identifier: str) -> Entry | None:
        """What is known of one document, gone or not."""
        row = self._first(_ENTRY.where(_OF), {"of": identifier})
        return Entry(*row) if row else None

    def tier(self, identifier: str) -> str | None:
        """The access tier of the document with this id, or none."""
        row = self._first(_STANDING, {"of": identifier})
        return str(row.tier) if row else None

    def standing(self, identifier: str) -> str:
        """``live``, ``withdrawn``, ``removed`` (its file is gone) or ``unknown``."""
        row = self._first(_STANDING, {"of": identifier})
        if row is None:
            return "unknown"
        return "removed" if not row.present else "withdrawn" if row.withdrawn else "live"

    def document(self, identifier: str) -> Document | None:
        """The live document with this id, or none."""
        return _read_one(self._first(_LIVE_ONE, {"of": identifier}))

    def live(self, identifiers: Iterable[str]) -> Iterator[Document]:
        """Those of some documents that are live, read together."""
        return map(_read, self._rows(_LIVE_SOME, {"some": list(identifiers)}))

    def held(self, identifier: str) -> Document | None:
        """The document in its last version, even if it was withdrawn or its file is gone; for staff."""
        return _read_one(self._first(_HELD, {"of": identifier}))

    def version(self, identifier: str, version: str) -> Document | None:
        """The document as it was in a version (see ``version_of``), whatever has become of it."""
        found = select(_v.document, _v.path, _v.metadata, _v.text, _v.body, _v.layout, null())
        return _read_one(self._first(found.where(_v.document == identifier, _v.version == version)))

    def versions(self, identifier: str) -> tuple[Version, ...]:
        """Every text that a document had, the oldest first."""
        found = select(_v.version, _v.number, _v.since, _v.metadata["title"].as_string())
        return tuple(Version(*row) for row in self._rows(found.where(_v.document == identifier).order_by(_v.number)))

    def documents(self) -> Iterator[Document]:
        """Every live document in order of its id."""
        return map(_read, self._rows(_ALL_LIVE))

    def metadata(self, *, withdrawn: bool = False) -> dict[str, Metadata]:
        """What is known of each live document (or withdrawn one too) besides what others say of it, by id."""
        found = select(_d.id, _d.metadata).where((_d.present == 1) if withdrawn else _LIVE).order_by(_d.id)
        return {identifier: Metadata.from_dict(stored) for identifier, stored in self._rows(found)}

    def bearing(self, numbers: Sequence[str], tiers: Sequence[str]) -> tuple[str, ...]:
        """The live documents of some tiers that bear one of the numbers (see ``corpus.naming``), by id."""
        like = [cast(_d.metadata, Text).like(f"%{one.rpartition('-')[2]}%") for one in numbers]
        found = select(_d.id, _d.metadata).where(_LIVE, _d.tier.in_(tiers), or_(*like)).order_by(_d.id)
        held = {name: Metadata.from_dict(stored) for name, stored in self._rows(found)} if like else {}
        return tuple(name for name, known in held.items() if any(bears(known, one) for one in numbers))

    def titles(self, tiers: Sequence[str]) -> dict[str, str]:
        """Title of each live document of some tiers, by id."""
        return dict(self._rows(_TITLES, {"tiers": list(tiers)}))

    def with_articles(self, identifiers: Iterable[str]) -> tuple[str, ...]:
        """Those of some documents that are built of articles (第一条)."""
        built = cast(_c.heading, Text).like('%"第%条%')
        found = select(_c.document).where(_c.document == bindparam("of"), built).limit(1)
        return tuple(one for one in identifiers if self._first(found, {"of": one}))

    def edited(self) -> frozenset[str]:
        """The documents whose metadata staff have edited."""
        return frozenset(row[0] for row in self._rows(select(_d.id).where(cast(_d.edits, Text) != "{}")))

    def duplicates(self) -> dict[str, tuple[str, ...]]:
        """For each document the others whose files are there and that have the same words."""
        same: dict[str, list[str]] = {}
        for entry in self.entries().values():
            same.setdefault(entry.words, []).append(entry.id)
        groups = [group for group in same.values() if len(group) > 1]
        return {one: tuple(other for other in group if other != one) for group in groups for one in group}

    def left_out(self) -> dict[str, tuple[LeftOut, ...]]:
        """What the readers of the live documents' files left out, by id; those read whole are not among them."""
        found = _ALL_LIVE.with_only_columns(_d.id, _v.layout["left_out"])
        return {name: tuple(LeftOut(*one) for one in stored) for name, stored in self._rows(found) if stored}

    def declared(self, identifier: str) -> Metadata | None:
        """What a document's file says of itself, before anything was edited."""
        row = self._first(_STANDING, {"of": identifier})
        return Metadata.from_dict(row.declared) if row else None

    def decisions(self, identifier: str) -> Decisions:
        """What staff decided about a document."""
        row = self._first(_STANDING, {"of": identifier})
        return Decisions(row.access, row.edits, row.withdrawn) if row else Decisions()

    def history(self, identifier: str) -> tuple[Change, ...]:
        """What happened to a document, the latest first."""
        e = events.c
        found = select(e.at, e.what, e.who, e.detail, e.version, _v.number).where(e.document == identifier)
        found = found.outerjoin(versions, (_v.document == e.document) & (_v.version == e.version))
        return tuple(Change(*row) for row in self._rows(found.order_by(e.number.desc())))

    def put(
        self,
        connection: Connection,
        document: Document,
        entry: Entry,
        pieces: Sequence[Chunk],
        *,
        declared: Metadata | None = None,
    ) -> None:
        """Store a document with its chunks in place of what was there, inside a ``change``; what staff decided stays.

        ``declared`` is what the file says where ``document.metadata`` has edits over it.
        """
        connection.execute(_FORGET, {"of": document.id})
        effective = asdict(document.metadata)
        version = version_of(document.text)
        values = {
            "id": document.id,
            "path": document.path,
            "source": entry.source,
            "sha256": entry.sha256,
            "tier": entry.tier,
            "declared": asdict(declared) if declared else effective,
            "metadata": effective,
            "version": version,
            "words": words_of(document.text, document.body),
            "synced": now(),
            "present": 1,
        }
        put(connection, documents, values)
        self._put_version(connection, document, version, effective)
        _insert(connection, chunks, [{**asdict(one), "tier": entry.tier} for one in pieces])

    @staticmethod
    def _put_version(connection: Connection, document: Document, version: str, metadata: dict[str, Any]) -> None:
        values = {
            "document": document.id,
            "version": version,
            "path": document.path,
            "metadata": metadata,
            "body": document.body,
            "layout": {"pages": document.pages, "left_out": [(one.what, one.count) for one in document.left_out]},
            "text": document.text,
        }
        number = connection.scalar(_NEXT, {"of": document.id})
        put(connection, versions, values, first={"number": number, "since": now()})

    @staticmethod
    def remove(connection: Connection, identifier: str) -> None:
        """Note that a document's file is gone and forget its chunks, inside a ``change``."""
        connection.execute(_FORGET, {"of": identifier})
        connection.execute(update(documents).where(_d.id == identifier).values(present=0))

    @staticmethod
    def decide(connection: Connection, identifier: str, decisions: Decisions) -> None:
        """Keep what staff decided about a document, inside a ``change``."""
        values = {**asdict(decisions), "edits": dict(decisions.edits or {})}
        connection.execute(_DECIDE, {**values, "of": identifier})

    @staticmethod
    def retier(connection: Connection, identifier: str, tier: str) -> None:
        """Say who may read the texts of a document whose file is gone, inside a ``change``."""
        connection.execute(update(documents).where(_d.id == identifier, _d.present == 0).values(tier=tier))

    @staticmethod
    def replaced(connection: Connection, pairs: Mapping[str, str]) -> None:
        """Keep which document each superseded one was replaced by, inside a ``change``."""
        connection.execute(update(documents).where(_d.replaced_by.is_not(None)).values(replaced_by=None))
        for old, new in pairs.items():
            connection.execute(update(documents).where(_d.id == old).values(replaced_by=new))

    @staticmethod
    def note(connection: Connection, identifier: str, what: str, *, who: str = "", detail: str = "") -> None:
        """Write a line of a document's history, inside a ``change``."""
        version = connection.scalar(_VERSION, {"of": identifier})
        if version is not None:
            values = {"document": identifier, "at": now(), "what": what, "who": who, "detail": detail}
            connection.execute(_NOTE, {**values, "version": version})

    # Chunks

    def chunk_keys(self, tier: str) -> set[str]:
        """Keys of every chunk of a tier."""
        return {row[0] for row in self._rows(select(_c.key).where(_c.tier == tier))}

    def chunk_counts(self) -> dict[str, int]:
        """How many chunks each document has."""
        return {row[0]: row[1] for row in self._rows(select(_c.document, func.count()).group_by(_c.document))}

    def keys_of(self, tier: str, identifiers: Iterable[str]) -> set[str]:
        """Keys of the chunks of some documents in a tier."""
        return {row[0] for row in self._rows(_KEYS_OF, {"tier": tier, "of": list(identifiers)})}

    def chunks(self, keys: Sequence[str]) -> dict[str, Chunk]:
        """Chunks by key; unknown keys are left out."""
        return {row[0]: _chunk(row) for row in self._rows(_BY_KEYS, {"keys": list(keys)})}

    def chunks_of(self, identifier: str) -> tuple[Chunk, ...]:
        """Every chunk of a document."""
        return tuple(_chunk(row) for row in self._rows(_CHUNKS_OF, {"of": identifier}))

    def count(self) -> tuple[int, int]:
        """How many live documents and chunks there are."""
        live = self._rows(select(func.count()).select_from(documents).where(_LIVE))
        return live[0][0], self._rows(select(func.count()).select_from(chunks))[0][0]

    def check(self) -> str:
        """``ok``, or what is wrong with the file or between its tables."""
        found = self.database.check()
        if found != "ok":
            return found
        live = select(_d.id).where(_LIVE)
        strays = len(self._rows(select(_c.key).where(_c.document.not_in(live))))
        said = select(_v.version).where(_v.document == _d.id, _v.version == _d.version)
        textless = len(self._rows(select(_d.id).where(~said.exists())))
        if strays:
            return f"{strays} chunks are of no live document"
        return f"{textless} documents have no text" if textless else "ok"

    def close(self) -> None:
        """Close every connection."""
        self.database.close()


class Lately(Generic[K, V]):
    """What was read lately, in one generation of the catalog; what is missing is read together."""

    def __init__(self, most: int, read: Callable[[list[K]], Mapping[K, V]]) -> None:
        """Keep about so many values; ``read`` finds those of some keys that have one."""
        self._most, self._read = most, read
        self._known: tuple[int, dict[K, V]] = (-1, {})

    def __call__(self, keys: Iterable[K], generation: int) -> dict[K, V]:
        """The values of the keys, each once, that have one."""
        wanted = dict.fromkeys(keys)
        known = self._known[1] if self._known[0] == generation else {}
        missing = [key for key in wanted if key not in known]
        if missing:
            kept, read = known if len(known) + len(missing) <= self._most else {}, self._read(missing)
            self._known = (generation, {**kept, **read})
            known = {**known, **read}
        return {key: known[key] for key in wanted if key in known}


def _read(row: Any) -> Document:
    """The document of a row, with what replaced it."""
    identifier, path, stored, text, body, layout, newer = row
    metadata = Metadata.from_dict(stored)
    if newer is not None:
        by = Metadata.from_dict(newer)
        named, since = metadata.superseded_by or by.title, by.effective or by.issued
        metadata = replace(metadata, superseded_by=named, superseded_on=since)
    left_out = tuple(LeftOut(*one) for one in layout.get("left_out", ()))
    return Document(identifier, path, metadata, text, body, tuple(layout.get("pages", ())), left_out)


def _read_one(row: Any) -> Document | None:
    return _read(row) if row is not None else None


def now() -> str:
    """The present second in UTC, as the catalog writes it: ``2026-03-01T08:30:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _chunk(row: Any) -> Chunk:
    key, document, start, end, heading, *rest = row
    return Chunk(key, document, start, end, tuple(heading), *rest)
