"""Documents → store: the one way in, whether a file changed or staff decided something about it.

The order makes a crash harmless at any point: vectors are added first, then one catalog transaction makes the change
visible, then vectors that nothing refers to are dropped. A vector without a chunk is never returned by a search, and
the next sync takes it over or removes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from corpus.document import STAFF_ANSWER, Document, Metadata
from index.chunk import Chunk, chunk
from index.encoder import Encoder
from index.legs import Vectors
from index.models.pinned import OnProgress
from index.storage.catalog import TIERS, Decisions, Entry
from index.storage.store import STAFF_ANSWERS, Store

_BATCH = 64  # texts embedded between two steps of the progress bar


@dataclass(frozen=True, slots=True)
class Filing:
    """A document as its file has it, where it comes from, what is to be noted in its history.

    ``changed`` is what staff decide now (fields of ``Decisions``), over what they decided before. ``renamed`` is the id
    that the document had.
    """

    document: Document
    entry: Entry
    event: str = ""
    who: str = ""
    detail: str = ""
    changed: Mapping[str, Any] = field(default_factory=dict)
    renamed: str | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    """A filing with what staff decided applied: its effective metadata and tier, and no chunks once withdrawn."""

    filing: Filing
    document: Document
    tier: str
    decisions: Decisions
    chunks: tuple[Chunk, ...]


class Intake:
    """Files documents, embedding only words that no stored vector stands for."""

    def __init__(self, store: Store, encoder: Encoder | None, progress: OnProgress = lambda *_: None) -> None:
        """Without an encoder only the keyword leg is filled."""
        self._store, self._encoder, self._progress = store, encoder, progress
        self._fresh: dict[str, Vectors] = {}
        self._places: dict[str, tuple[str, str]] | None = None
        self.embedded = 0

    def file(self, filings: Sequence[Filing], removed: Sequence[str] = ()) -> None:
        """Make documents, and the removal of others, visible at once.

        Embedding, which takes long, is done before the writer's lock is taken.
        """
        settled = [self._settled(filing, _decisions(self._store, filing)) for filing in filings]
        self._embed(chunk for one in settled for chunk in one.chunks)
        with self._store.writing():
            settled = [self._settled_now(one) for one in settled]
            gone = [*removed, *(one.renamed for one in filings if one.renamed)]
            touched = [*(one.document.id for one in settled), *gone]
            before = {tier: self._store.catalog.keys_of(tier, touched) for tier in TIERS}
            for tier in TIERS:
                self._put_vectors(tier, [c for one in settled if one.tier == tier for c in one.chunks])
            self._commit(settled, gone, removed)
            for tier in TIERS:
                self._drop(tier, before[tier] - self._store.catalog.keys_of(tier, touched))
        self._fresh.clear()

    def complete(self, tier: str, keys: Iterable[str]) -> None:
        """Embed chunks that the catalog has and the vectors lack."""
        chunks = list(self._store.catalog.chunks(list(keys)).values())
        self._embed(chunks)
        with self._store.writing():
            still = self._store.catalog.chunks([one.key for one in chunks])
            self._put_vectors(tier, list(still.values()))
        self._fresh.clear()

    def _settled_now(self, settled: _Settled) -> _Settled:
        """As it is if staff decided something meanwhile."""
        decisions = _decisions(self._store, settled.filing)
        return settled if decisions == settled.decisions else self._settled(settled.filing, decisions)

    def _settled(self, filing: Filing, decisions: Decisions) -> _Settled:
        document = replace(filing.document, metadata=decisions.applied(filing.document.metadata))
        if document.metadata.kind == STAFF_ANSWER and not self._approved(filing):
            document = replace(document, metadata=replace(document.metadata, kind="document"))
        chunks = () if decisions.withdrawn else chunk(document)
        return _Settled(filing, document, document.metadata.access, decisions, chunks)

    def _approved(self, filing: Filing) -> bool:
        """Whether the file is one that an approval wrote: what a document says of itself is not believed here."""
        ours = filing.entry.source == str(self._store.uploads)
        return ours and filing.document.id.startswith(f"{STAFF_ANSWERS}/")

    def _embed(self, chunks: Iterable[Chunk]) -> None:
        """Embed the words that neither a stored vector nor a fresh one stands for, each once."""
        if self._encoder is None:
            return
        known = self._known()
        new = {words(c.key): c.text for c in chunks if words(c.key) not in known and words(c.key) not in self._fresh}
        waiting = list(new.items())
        for at in range(0, len(waiting), _BATCH):
            some = waiting[at : at + _BATCH]
            vectors = self._encoder.encode([text for _, text in some], "passage")
            self._fresh.update(zip((name for name, _ in some), vectors, strict=True))
            self.embedded += len(some)
            self._progress("embedding", min(at + _BATCH, len(waiting)), len(waiting))

    def _known(self) -> dict[str, tuple[str, str]]:
        """For the words of each stored vector a place where one is: tier and key."""
        if self._places is None:
            found = self._store.vectors
            self._places = {words(key): (tier, key) for tier in TIERS for key in found.keys(tier)}
        return self._places

    def _put_vectors(self, tier: str, chunks: Sequence[Chunk]) -> None:
        if self._encoder is None or not chunks:
            return
        keys = [one.key for one in chunks]
        there = self._store.vectors.get(tier, keys)
        missing = [one for one in chunks if one.key not in there]
        if not missing:
            return
        copied = self._copies(missing)
        self._embed(one for one in missing if words(one.key) not in copied)
        vectors = {one.key: copied.get(words(one.key), self._fresh.get(words(one.key))) for one in missing}
        self._store.vectors.put(tier, {key: vector for key, vector in vectors.items() if vector is not None})
        self._known().update({words(key): (tier, key) for key in vectors})

    def _copies(self, chunks: Sequence[Chunk]) -> dict[str, Vectors]:
        """The stored vectors of the words of some chunks; a place where another process removed one is forgotten."""
        known = self._known()
        wanted = {words(one.key) for one in chunks} & known.keys()
        found: dict[str, Vectors] = {}
        for tier in TIERS:
            keys = [known[one][1] for one in wanted if known[one][0] == tier]
            got = self._store.vectors.get(tier, keys) if keys else {}
            found.update({words(key): vector for key, vector in got.items()})
        for one in wanted - found.keys():
            del known[one]
        return found

    def _commit(self, settled: Sequence[_Settled], gone: Sequence[str], removed: Sequence[str]) -> None:
        catalog, keywords = self._store.catalog, self._store.keywords
        with catalog.change() as connection:
            for identifier in gone:
                keywords.drop(connection, identifier)
                catalog.remove(connection, identifier)
            for identifier in removed:
                catalog.note(connection, identifier, "removed")
            for one in settled:
                self._commit_one(connection, one)

    def _commit_one(self, connection: Connection, one: _Settled) -> None:
        catalog, filing, identifier = self._store.catalog, one.filing, one.document.id
        self._store.keywords.drop(connection, identifier)
        entry = replace(filing.entry, tier=one.tier)
        catalog.put(connection, one.document, entry, one.chunks, declared=filing.document.metadata)
        catalog.decide(connection, identifier, one.decisions)
        if filing.renamed:  # what staff decided goes with the file
            catalog.decide(connection, filing.renamed, Decisions())
            catalog.note(connection, filing.renamed, "renamed", detail=identifier)
        if filing.event:
            catalog.note(connection, identifier, filing.event, who=filing.who, detail=filing.detail)
        self._store.keywords.put(connection, one.tier, one.chunks)

    def _drop(self, tier: str, keys: set[str]) -> None:
        if keys:
            self._store.vectors.drop(tier, keys)
            known = self._places or {}
            for key in keys:
                if known.get(words(key)) == (tier, key):
                    del known[words(key)]


def words(key: str) -> str:
    """What a chunk's key says of its words: chunks with the same are embedded alike."""
    return key.rpartition("#")[2].partition("-")[0]


def _decisions(store: Store, filing: Filing) -> Decisions:
    return replace(store.catalog.decisions(filing.renamed or filing.document.id), **filing.changed)


def filed_again(store: Store, identifiers: Iterable[str]) -> Iterator[Filing]:
    """Filings of documents as they are stored, to be chunked or decided on anew."""
    for identifier in identifiers:
        document, entry = store.catalog.held(identifier), store.catalog.entry(identifier)
        declared = store.catalog.declared(identifier)
        if document is not None and entry is not None and declared is not None:
            yield Filing(replace(document, metadata=declared), entry)


def supersessions(documents: Mapping[str, Metadata]) -> dict[str, str]:
    """Which document replaced which, by id, from what either says: its ``supersedes`` or its ``superseded_by``."""
    named: dict[str, str] = {}
    for identifier, metadata in documents.items():
        for name in (identifier, metadata.doc_no, metadata.title):
            if name:
                named.setdefault(name, identifier)
    pairs = {}
    for identifier, metadata in documents.items():
        olds = [named[name] for name in metadata.supersedes if name in named]
        pairs.update({old: identifier for old in olds if old != identifier})
        newer = named.get(metadata.superseded_by, identifier)
        pairs.update({identifier: newer} if newer != identifier else {})
    return pairs
