"""Sources → store: read what changed, keep what did not, forget what is gone. See ``index.intake`` for the way in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.document import LeftOut
from corpus.errors import DafuError, InputError
from corpus.formats.refusals import FileError
from corpus.parse import SUFFIXES, is_sidecar, read_document, sidecar_of
from index.catalog import TIERS, Entry, Failure
from index.chunk import CHUNKER_VERSION, chunk
from index.encoder import Encoder
from index.intake import Filing, Intake, filed_again, supersessions
from index.models.registry import Progress
from index.store import Store, fingerprint

_GROUP = 50  # documents made visible by one transaction, and what a crash makes us embed again at most
_CHUNKS = 200  # chunks embedded at once where only vectors are missing


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by documents; ``embedded`` counts texts that went through the encoder.

    A renamed document is one removed and one added; ``renamed`` counts them. ``duplicates`` are the documents with the
    words of others, by id. ``left_out`` is what the files of all documents hold besides their texts, with their paths.
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


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    root: Path
    sha256: str

    @property
    def relative(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    @property
    def id(self) -> str:
        return Path(self.relative).with_suffix("").as_posix()


@dataclass(slots=True)
class _Plan:
    """What the sources hold against what the catalog holds.

    ``renamed`` gives the old id of a new one, ``moved`` the source that an unchanged file now is in.
    """

    read: list[_File] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)


@dataclass(slots=True)
class _Counts:
    added: int = 0
    changed: int = 0
    renamed: int = 0


def sync(
    store: Store,
    sources: Sequence[Path],
    encoder: Encoder | None,
    *,
    yes: bool = False,
    keep_missing: bool = False,
    wait: float = 0,
    progress: Progress = lambda *_: None,
) -> SyncReport:
    """Make the store hold what the sources and the uploads hold; without an encoder only the keyword leg is filled.

    With ``keep_missing`` a source that is away (a drive that is not mounted, a folder of another machine) is told as a
    failure, and its documents are kept as they are.

    Raises:
        InputError: a source is missing, two files of the sources have one id, or more than half of the documents would
            go without ``yes``.
        StateError: another sync is running, and still is after ``wait`` seconds.
    """
    with store.syncing(wait=wait):
        intake = Intake(store, encoder, progress)
        _mend(store, intake, encoder)
        known = store.catalog.entries()
        there = [one for one in sources if one.exists() or not keep_missing]
        plan = _plan(store, there, known)
        _keep(plan, known, [one for one in sources if one not in there])
        _find_renamed(plan, known)
        _refuse_to_empty(plan, known, yes=yes)
        store.catalog.remember_sources(sources)  # now: a sync without PATH must go on with them after a crash
        counts = _read(intake, plan, known, progress)
        kept = set(plan.renamed.values())
        _remove(intake, [one for one in plan.removed if one not in kept])
        _finish(store, plan, encoder)
    return SyncReport(
        counts.added,
        counts.changed,
        len(plan.removed),
        plan.unchanged,
        tuple(plan.failed),
        intake.embedded,
        counts.renamed,
        store.catalog.duplicates(),
        left_out(store),
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
    """Empty vectors of another encoder; a crash between the two marks makes the next run do so again."""
    catalog = store.catalog
    if catalog.get("fingerprint") == wanted and not catalog.get("clearing"):
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


def _plan(store: Store, sources: Sequence[Path], known: Mapping[str, Entry]) -> _Plan:
    plan = _Plan()
    files: dict[str, _File] = {}
    for file in _files(sources, plan):
        if file.id in files:
            raise InputError(f"{files[file.id].path} and {file.path} have the same id {file.id!r}; rename one of them")
        files[file.id] = file
    for file in _files([store.uploads] if store.uploads.is_dir() else [], plan):
        other = files.setdefault(file.id, file)
        if other is not file:
            reason = f"{other.path} has the same id {file.id!r}; rename one of them"
            plan.failed.append(Failure(str(file.path), reason, "same_id", {"other": str(other.path)}))
    for file in files.values():
        entry = known.get(file.id)
        if entry and (entry.sha256, entry.path) == (file.sha256, file.relative):
            plan.unchanged += 1
            plan.moved.update({file.id: str(file.root)} if entry.source != str(file.root) else {})
        else:
            plan.read.append(file)
    plan.removed = [identifier for identifier in known if identifier not in files]
    return plan


def _keep(plan: _Plan, known: Mapping[str, Entry], missing: Sequence[Path]) -> None:
    """Let the documents of missing sources be."""
    for source in missing:
        plan.failed.append(Failure(str(source), "this source is away; its documents are kept as they are", "away"))
        kept = {one for one in plan.removed if _comes_from(known[one], source)}
        plan.removed = [one for one in plan.removed if one not in kept]
        plan.unchanged += len(kept)


def _comes_from(entry: Entry, source: Path) -> bool:
    return Path(entry.source) == source or Path(entry.source) / entry.path == source


def _find_renamed(plan: _Plan, known: Mapping[str, Entry]) -> None:
    """Pair the ids that are gone with new ones whose file has the same content, each once."""
    gone: dict[str, list[str]] = {}
    for identifier in plan.removed:
        gone.setdefault(known[identifier].sha256, []).append(identifier)
    for file in plan.read:
        if file.id not in known and gone.get(file.sha256):
            plan.renamed[file.id] = gone[file.sha256].pop(0)


def _refuse_to_empty(plan: _Plan, known: Mapping[str, Entry], *, yes: bool) -> None:
    going = len(plan.removed) - len(plan.renamed)
    if known and going * 2 > len(known) and not yes:
        raise InputError(f"{going} of {len(known)} documents would be removed; repeat with --yes if that is meant")


def _files(sources: Sequence[Path], plan: _Plan) -> Iterator[_File]:
    """Every readable file of the sources, hidden ones aside; a type that cannot be read is a failure, not an end."""
    for source in sources:
        if not source.exists():
            raise InputError(f"{source} does not exist; check the path")
        root = source if source.is_dir() else source.parent
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if _passed_over(path.relative_to(root)):
                continue
            try:
                if path.is_file():
                    yield _file(path, root)
            except FileError as error:
                plan.failed.append(_failure(path, error))
            except OSError as error:
                plan.failed.append(_failure(path, FileError(path.name, "missing", {"why": error.strerror})))


def _passed_over(relative: Path) -> bool:
    """Whether a file is none of ours: hidden, an office program's lock (``~$name``), or a sidecar."""
    return is_sidecar(relative) or any(part.startswith((".", "~$")) for part in relative.parts)


def _file(path: Path, root: Path) -> _File:
    if path.suffix.lower() not in SUFFIXES:
        raise FileError(path.name, "type", {"types": ", ".join(sorted(SUFFIXES))})
    digest = hashlib.sha256()
    for one in filter(None, (path, sidecar_of(path))):  # a change of the sidecar is a change of the document
        with one.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return _File(path, root, digest.hexdigest())


# Doing it


def _read(intake: Intake, plan: _Plan, known: Mapping[str, Entry], progress: Progress) -> _Counts:
    counts = _Counts()
    done = 0
    for files in _groups(plan.read, _GROUP):
        filings = [one for file in files for one in _filing(file, plan, known)]
        intake.file(filings)
        counts.renamed += sum(one.event == "renamed" for one in filings)
        counts.changed += sum(one.event == "changed" for one in filings)
        counts.added += sum(one.event in {"added", "renamed"} for one in filings)
        done += len(files)
        progress("documents", done, len(plan.read))
    return counts


def _filing(file: _File, plan: _Plan, known: Mapping[str, Entry]) -> Iterator[Filing]:
    """The file's document; none where it cannot be read, which is told in the plan."""
    try:
        document = read_document(file.path, file.root)
    except DafuError as error:
        plan.failed.append(_failure(file.path, error))
        plan.renamed.pop(file.id, None)
        return
    entry = Entry(document.id, document.path, str(file.root), file.sha256, document.metadata.access)
    renamed = plan.renamed.get(file.id)
    event = "renamed" if renamed else "changed" if file.id in known else "added"
    yield Filing(document, entry, event, detail=renamed or "", renamed=renamed)


def _failure(path: Path, error: DafuError) -> Failure:
    if isinstance(error, FileError):
        return Failure(str(path), str(error), error.code, error.facts)
    return Failure(str(path), str(error))


def _remove(intake: Intake, identifiers: Sequence[str]) -> None:
    for some in _groups(identifiers, _GROUP):
        intake.file([], removed=some)


def _finish(store: Store, plan: _Plan, encoder: Encoder | None) -> None:
    """Drop vectors that a crash left without a chunk, and remember what is to be known of this sync."""
    with store.writing():
        if encoder is not None:
            for tier in TIERS:
                store.vectors.drop(tier, store.vectors.keys(tier) - store.catalog.chunk_keys(tier))
        link(store)
        store.catalog.moved(plan.moved)
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
