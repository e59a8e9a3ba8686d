"""Sources → store: read what changed, keep what did not, forget what is gone. See ``index.intake`` for the way in."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.document import Document, LeftOut
from corpus.errors import DafuError, InputError
from corpus.formats.refusals import FileError, printable
from corpus.parse import READER_VERSION, read_document
from index.chunk import CHUNKER_VERSION, chunk
from index.encoder import Encoder
from index.folders import File, failure, look
from index.intake import Filing, Intake, filed_again, supersessions
from index.models.pinned import OnProgress
from index.storage.catalog import TIERS, Entry, Failure
from index.storage.store import Store, fingerprint

_LOG = logging.getLogger(__name__)
_GROUP = 50  # documents made visible by one transaction, and what a crash makes us embed again at most
_AWAY = "this source is away; its documents are kept as they are"
_CHUNKS = 200  # chunks embedded at once where only vectors are missing


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by documents; ``embedded`` counts texts that went through the encoder.

    A renamed document is one removed and one added; ``renamed`` counts them. ``duplicates`` are the documents with the
    words of others, by id. ``left_out`` is what the files of all documents hold besides their texts, with their paths.
    ``clashes`` are the ids of files that only their suffix, or their source, tells apart.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    embedded: int = 0
    renamed: int = 0
    duplicates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: tuple[tuple[str, LeftOut], ...] = ()
    clashes: tuple[tuple[str, ...], ...] = ()

    @property
    def touched(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.added or self.changed or self.removed)

    def to_dict(self) -> dict[str, Any]:
        """As ``dafu sync --json`` prints it."""
        failed = [{"path": one.path, "reason": one.reason} for one in self.failed]
        counts = {"added": self.added, "changed": self.changed, "removed": self.removed, "unchanged": self.unchanged}
        return {**counts, "failed": failed, "left_out": told(self.left_out)}


def told(left_out: Iterable[tuple[str, LeftOut]]) -> list[dict[str, Any]]:
    """What the readers of files left out, as JSON has it."""
    return [{"path": path, "what": one.what, "count": one.count} for path, one in left_out]


def left_out(store: Store) -> tuple[tuple[str, LeftOut], ...]:
    """What the readers of the live documents' files left out, with the paths of these."""
    entries = store.catalog.entries()
    return tuple((entries[name].path, one) for name, some in store.catalog.left_out().items() for one in some)


@dataclass(slots=True)
class _Plan:
    """What the sources hold against what the catalog holds.

    ``renamed`` gives the old id of a new one, ``moved`` the source that an unchanged file now is in.
    """

    read: list[File] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    clashes: tuple[tuple[str, ...], ...] = ()


def sync(
    store: Store,
    sources: Sequence[Path],
    encoder: Encoder | None,
    *,
    yes: bool = False,
    keep_missing: bool = False,
    wait: float = 0,
    progress: OnProgress = lambda *_: None,
) -> SyncReport:
    """Make the store hold what the sources and the uploads hold; without an encoder only the keyword leg is filled.

    With ``keep_missing`` a source that is away (a drive that is not mounted, a folder of another machine) is told as a
    failure, and its documents are kept as they are.

    Raises:
        InputError: a source is missing, or more than half of the documents would go without ``yes``.
        StateError: another sync is running, and still is after ``wait`` seconds.
    """
    sources = tuple(dict.fromkeys(sources))
    with store.syncing(wait=wait):
        intake = Intake(store, encoder, progress)
        _mend(store, intake, encoder)
        known = store.catalog.entries()
        away = [one for one in sources if keep_missing and not os.path.lexists(one)]
        anew = store.catalog.get("reader") != READER_VERSION
        plan = _plan(store, [one for one in sources if one not in away], known, anew=anew)
        _keep(plan, known, away)
        plan.failed += [Failure(printable(str(one)), _AWAY, "away") for one in away]
        _find_renamed(plan, known)
        if not yes:
            _refuse_to_empty(plan, known, [one for one in store.catalog.sources() if one not in sources])
        store.catalog.remember_sources(sources)  # now: a sync without PATH must go on with them after a crash
        counts = _read(store, intake, plan, known, progress)
        kept = set(plan.renamed.values())
        for some in _groups([one for one in plan.removed if one not in kept], _GROUP):
            intake.file([], removed=some)
        _finish(store, plan, encoder)
    return SyncReport(
        counts["added"] + counts["renamed"],
        counts["changed"],
        len(plan.removed),
        plan.unchanged,
        tuple(plan.failed),
        intake.embedded,
        counts["renamed"],
        store.catalog.duplicates(),
        left_out(store),
        plan.clashes,
    )


# Before: what a crash, a deleted folder, another encoder or another chunker left


def _mend(store: Store, intake: Intake, encoder: Encoder | None) -> None:
    with store.writing():
        if encoder is not None:
            _mend_vectors(store, fingerprint(encoder.fingerprint))
        for tier in TIERS:
            if store.keywords.count(tier) != len(store.catalog.chunk_keys(tier)):
                with store.catalog.change() as connection:
                    store.keywords.rebuild(connection, tier)
    _mend_chunks(store, intake)
    if encoder is not None:
        _embed_missing(store, intake)


def _mend_vectors(store: Store, wanted: str) -> None:
    """Empty vectors that are damaged or of another encoder; after a crash between the two marks the next run does."""
    catalog = store.catalog
    if catalog.get("fingerprint") == wanted and not catalog.get("clearing") and store.is_sound():
        return
    if catalog.get("fingerprint") is not None:
        catalog.remember("clearing", "yes")
        store.vectors.clear()
    with catalog.change() as connection:
        catalog.keep(connection, {"fingerprint": wanted, "clearing": ""})


def _mend_chunks(store: Store, intake: Intake) -> None:
    """Cut documents anew that another chunker cut, from their stored texts."""
    if store.catalog.get("chunker") == CHUNKER_VERSION:
        return
    identifiers = list(store.catalog.entries())
    for some in _groups(identifiers, _GROUP):
        intake.file([one for one in filed_again(store, some) if _cut_otherwise(store, one)])
    store.catalog.remember("chunker", CHUNKER_VERSION)


def _cut_otherwise(store: Store, filing: Filing) -> bool:
    held = store.catalog.document(filing.document.id)
    if held is None:
        return False
    stored = {key for tier in TIERS for key in store.catalog.keys_of(tier, [held.id])}
    return stored != {one.key for one in chunk(held)}


def _embed_missing(store: Store, intake: Intake) -> None:
    for tier in TIERS:
        missing = sorted(store.catalog.chunk_keys(tier) - store.vectors.keys(tier))
        for some in _groups(missing, _CHUNKS):
            intake.complete(tier, some)


# What there is to do


def _plan(store: Store, sources: Sequence[Path], known: Mapping[str, Entry], *, anew: bool) -> _Plan:
    """With ``anew`` every file is read, as when files are read otherwise than before."""
    found = look([*sources, *([store.uploads] if store.uploads.is_dir() else [])])
    plan = _Plan(failed=found.failed, clashes=found.clashes)
    for file in found.files:
        entry = known.get(file.id)
        same = entry is not None and (not file.sha256 or (entry.sha256, entry.path) == (file.sha256, file.relative))
        if same and not (anew and file.sha256):
            plan.unchanged += 1
            plan.moved.update({file.id: str(file.root)} if entry and entry.source != str(file.root) else {})
        elif file.sha256:
            plan.read.append(file)
    there = {file.id for file in found.files}
    plan.removed = [identifier for identifier in known if identifier not in there]
    _keep(plan, known, found.unseen)
    return plan


def _keep(plan: _Plan, known: Mapping[str, Entry], places: Iterable[Path]) -> None:
    """Let the documents be whose files lie in places that cannot be looked at."""
    for place in places:
        kept = {one for one in plan.removed if _lies_in(known[one], place)}
        plan.removed = [one for one in plan.removed if one not in kept]
        plan.unchanged += len(kept)


def _lies_in(entry: Entry, place: Path) -> bool:
    path, folder = printable(f"{entry.source}/{entry.path}"), printable(str(place))
    return path == folder or path.startswith(f"{folder}/")


def _find_renamed(plan: _Plan, known: Mapping[str, Entry]) -> None:
    """Pair the ids that are gone with new ones whose file has the same content, each once."""
    gone: dict[str, list[str]] = {}
    for identifier in plan.removed:
        gone.setdefault(known[identifier].sha256, []).append(identifier)
    for file in plan.read:
        if file.id not in known and gone.get(file.sha256):
            plan.renamed[file.id] = gone[file.sha256].pop(0)


def _refuse_to_empty(plan: _Plan, known: Mapping[str, Entry], left: Sequence[Path]) -> None:
    """Refuse to remove most of the documents; ``left`` are the sources that are no longer given."""
    going = len(plan.removed) - len(plan.renamed)
    if known and going * 2 > len(known):
        keep = f"name {', '.join(printable(str(one)) for one in left)} too" if left else "put their files back"
        raise InputError(
            f"{going} of {len(known)} documents would be removed; {keep} to keep them, "
            "or repeat with --yes if that is meant"
        )


# Doing it


def _read(store: Store, intake: Intake, plan: _Plan, known: Mapping[str, Entry], progress: OnProgress) -> Counter[str]:
    """How many documents were added, changed and renamed."""
    counts = Counter[str]()
    done = 0
    for files in _groups(plan.read, _GROUP):
        filings = [one for file in files for one in _filing(store, file, plan, known)]
        intake.file(filings)
        counts.update(one.event for one in filings)
        done += len(files)
        progress("documents", done, len(plan.read))
    return counts


def _filing(store: Store, file: File, plan: _Plan, known: Mapping[str, Entry]) -> Iterator[Filing]:
    """The file's document; none where it cannot be read, which is told in the plan, or where it is as it was."""
    try:
        document = replace(_document(file), id=file.id)
    except DafuError as error:
        plan.failed.append(failure(file.path, error))
        plan.renamed.pop(file.id, None)
        return
    entry = Entry(document.id, document.path, str(file.root), file.sha256, document.metadata.access)
    if _is_stored(store, document, known.get(file.id), entry):
        plan.unchanged += 1
        return
    renamed = plan.renamed.get(file.id)
    event = "renamed" if renamed else "changed" if file.id in known else "added"
    yield Filing(document, entry, event, detail=renamed or "", renamed=renamed)


def _document(file: File) -> Document:
    """The file's document; a fault of this program is told of the file as well, for the others must be read."""
    try:
        return read_document(file.path, file.root)
    except DafuError:
        raise
    except Exception as error:
        _LOG.exception("%s cannot be read", printable(str(file.path)))
        raise FileError(file.path.name, "fault", {"what": type(error).__name__}) from error


def _is_stored(store: Store, document: Document, held: Entry | None, entry: Entry) -> bool:
    """Whether a file that was read again says what is stored of it."""
    if held is None or (held.sha256, held.path, held.source) != (entry.sha256, entry.path, entry.source):
        return False
    stored, declared = store.catalog.held(document.id), store.catalog.declared(document.id)
    return stored is not None and declared is not None and replace(stored, metadata=declared) == document


def _finish(store: Store, plan: _Plan, encoder: Encoder | None) -> None:
    """Drop vectors that a crash left without a chunk, and remember what is to be known of this sync."""
    with store.writing():
        if encoder is not None:
            for tier in TIERS:
                store.vectors.drop(tier, store.vectors.keys(tier) - store.catalog.chunk_keys(tier))
        link(store)
        store.catalog.moved(plan.moved)
        store.catalog.remember("reader", READER_VERSION)
        store.catalog.synced(plan.failed)


def link(store: Store) -> None:
    """Keep which document replaced which, where that has changed; the writer's lock must be held."""
    catalog = store.catalog
    pairs = supersessions(catalog.metadata())
    kept = {one.id: one.replaced_by for one in catalog.entries().values() if one.replaced_by}
    if pairs != kept:
        with catalog.change() as connection:
            catalog.replaced(connection, pairs)


def _groups(items: Sequence[Any], size: int) -> Iterable[Any]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
