"""Sources → store: read what changed, embed only words that are new, forget what is gone.

The order makes a crash harmless at any point: vectors are added first, then one catalog transaction makes the change
visible, then vectors that nothing refers to are dropped. A vector without a chunk is never returned by a search, and
the next run removes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.document import Document
from corpus.errors import DafuError, InputError
from corpus.parse import SUFFIXES, read_document
from index.catalog import TIERS, Entry
from index.chunk import Chunk, chunk
from index.encoder import Encoder
from index.models.registry import Progress
from index.store import Store, fingerprint

_BATCH = 64  # chunks embedded between two steps of the progress bar
_GROUP = 200  # documents made visible by one transaction


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be taken in, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by documents; ``embedded`` counts chunks."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    embedded: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As ``dafu sync --json`` prints it."""
        failed = [{"path": one.path, "reason": one.reason} for one in self.failed]
        counts = {"added": self.added, "changed": self.changed, "removed": self.removed, "unchanged": self.unchanged}
        return {**counts, "failed": failed}


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    root: Path
    sha256: str


@dataclass(slots=True)
class _Plan:
    """What the sources hold against what the catalog holds."""

    documents: list[tuple[Document, Entry]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)


def sync(
    store: Store,
    sources: Sequence[Path],
    encoder: Encoder | None,
    *,
    yes: bool = False,
    progress: Progress = lambda *_: None,
) -> SyncReport:
    """Make the store hold what the sources hold; without an encoder only the keyword leg is filled.

    Raises:
        InputError: a source is missing, two files have one id, or more than half of the documents would go without
            ``yes``.
    """
    with store.writing():
        _mend(store, encoder, progress)
        known = store.catalog.entries()
        plan = _plan(sources, known)
        if known and len(plan.removed) * 2 > len(known) and not yes:
            raise InputError(
                f"{len(plan.removed)} of {len(known)} documents would be removed; repeat with --yes if that is meant"
            )
        embedded = 0
        for at in range(0, len(plan.documents), _GROUP):
            embedded += _take_in(store, plan.documents[at : at + _GROUP], encoder, progress)
        _forget(store, plan.removed)
        store.catalog.remember_sources(sources)
    new = sum(document.id not in known for document, _ in plan.documents)
    changed = len(plan.documents) - new
    return SyncReport(new, changed, len(plan.removed), plan.unchanged, tuple(plan.failed), embedded)


def _mend(store: Store, encoder: Encoder | None, progress: Progress) -> None:
    """Bring vectors and keywords in step with the catalog, after a crash, a deleted folder or another encoder."""
    store.refresh()
    catalog = store.catalog
    if encoder is not None and catalog.get("fingerprint") not in {None, fingerprint(encoder.fingerprint)}:
        store.vectors.clear()
    for tier in TIERS:
        chunks = catalog.chunk_keys(tier)
        if store.keywords.count(tier) != len(chunks):
            with catalog.change() as connection:
                store.keywords.rebuild(connection, tier)
        if encoder is None:
            continue
        vectors = store.vectors.keys(tier)
        store.vectors.drop(tier, vectors - chunks)
        missing = sorted(chunks - vectors)
        for at in range(0, len(missing), _GROUP):
            found = catalog.chunks(missing[at : at + _GROUP])
            _embed(store, tier, list(found.values()), encoder, progress)
    if encoder is not None and catalog.get("fingerprint") != fingerprint(encoder.fingerprint):
        with catalog.change():
            catalog.remember("fingerprint", fingerprint(encoder.fingerprint))


def _plan(sources: Sequence[Path], known: Mapping[str, Entry]) -> _Plan:
    plan = _Plan()
    seen: dict[str, Path] = {}
    for file in _files(sources, plan):
        identifier = file.path.relative_to(file.root).with_suffix("").as_posix()
        if identifier in seen:
            raise InputError(f"{seen[identifier]} and {file.path} have the same id {identifier!r}; rename one of them")
        seen[identifier] = file.path
        entry = known.get(identifier)
        if entry and entry.sha256 == file.sha256 and entry.path == file.path.relative_to(file.root).as_posix():
            plan.unchanged += 1
            continue
        try:
            document = read_document(file.path, file.root)
        except DafuError as error:
            plan.failed.append(Failure(str(file.path), str(error)))
            continue
        entry = Entry(document.id, document.path, str(file.root), file.sha256, document.metadata.access)
        plan.documents.append((document, entry))
    plan.removed = [identifier for identifier in known if identifier not in seen]
    return plan


def _files(sources: Sequence[Path], plan: _Plan) -> Iterable[_File]:
    """Every readable file of the sources, hidden ones aside; a type that cannot be read is a failure, not an end."""
    for source in sources:
        if not source.exists():
            raise InputError(f"{source} does not exist; check the path")
        root = source if source.is_dir() else source.parent
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if not path.is_file() or any(part.startswith(".") for part in path.relative_to(root).parts):
                continue
            if path.suffix.lower() not in SUFFIXES:
                plan.failed.append(Failure(str(path), f"this file type cannot be read; convert it to {_types()}"))
                continue
            try:
                yield _File(path, root, hashlib.sha256(path.read_bytes()).hexdigest())
            except OSError as error:
                plan.failed.append(Failure(str(path), f"{error.strerror}; check its permissions"))


def _types() -> str:
    return ", ".join(sorted(SUFFIXES))


def _take_in(
    store: Store, documents: Sequence[tuple[Document, Entry]], encoder: Encoder | None, progress: Progress
) -> int:
    """Embed the new words of some documents and make them visible; how many chunks were embedded."""
    chunks = {document.id: chunk(document) for document, _ in documents}
    before = {tier: store.catalog.keys_of(tier, chunks) for tier in TIERS}
    embedded = 0
    if encoder is not None:
        for tier in TIERS:
            new = [c for d, e in documents if e.tier == tier for c in chunks[d.id] if c.key not in before[tier]]
            embedded += _embed(store, tier, new, encoder, progress)
    with store.catalog.change() as connection:
        for document, entry in documents:
            store.keywords.drop(connection, document.id)
            store.catalog.put(connection, document, entry, chunks[document.id])
            store.keywords.put(connection, entry.tier, chunks[document.id])
    for tier in TIERS:
        store.vectors.drop(tier, before[tier] - store.catalog.keys_of(tier, chunks))
    return embedded


def _embed(store: Store, tier: str, chunks: Sequence[Chunk], encoder: Encoder, progress: Progress) -> int:
    for at in range(0, len(chunks), _BATCH):
        some = chunks[at : at + _BATCH]
        vectors = encoder.encode([one.text for one in some], "passage")
        store.vectors.put(tier, {one.key: vector for one, vector in zip(some, vectors, strict=True)})
        progress("embedding", min(at + _BATCH, len(chunks)), len(chunks))
    return len(chunks)


def _forget(store: Store, identifiers: Sequence[str]) -> None:
    if not identifiers:
        return
    gone = {tier: store.catalog.keys_of(tier, identifiers) for tier in TIERS}
    with store.catalog.change() as connection:
        for identifier in identifiers:
            store.keywords.drop(connection, identifier)
            store.catalog.remove(connection, identifier)
    for tier in TIERS:
        store.vectors.drop(tier, gone[tier])
