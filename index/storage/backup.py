"""A home → one file, while it is served; one file → a home that answers the same.

A zip archive: the SQLite files as of one moment each, the vectors of the catalog's chunks, the uploads, templates and
evals of the home, and the settings without secrets; the archive has a sum of each. Folders that are sources are not
in it: the catalog holds their texts, so a restored home answers without them. Passwords and tokens are in it as hashes,
who is signed in is not; the file can be read by its owner alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from corpus import limits
from corpus.errors import InputError, StateError
from corpus.private import private_file, private_folder
from index.storage.catalog import TIERS, Catalog, now
from index.storage.sound import KEY, Sums
from index.storage.store import CATALOG, UPLOADS, Store
from index.vectors import ChromaVectors

FORMAT = 2
MANIFEST = "manifest.json"
SETTINGS = "settings.toml"
_BLOCK = 1 << 20
_VECTORS = 2_000  # vectors held in memory at once
_FOLDERS = (UPLOADS, "templates", "evals")  # of a home, that hold files of people
_NAME = re.compile(rf"[\w.-]+\.sqlite|{re.escape(SETTINGS)}|vectors/\w+\.(?:f32|json)|(?:{'|'.join(_FOLDERS)})/.+")
_PASSING = {"records.sqlite": ("sign_ins", "presence", "failures")}  # tables that mean nothing on another machine


@dataclass(frozen=True, slots=True)
class BackupContents:
    """What a backup holds, or a restore brought back."""

    documents: int
    chunks: int
    uploads: int
    left_out: tuple[str, ...] = ()
    missing: tuple[Path, ...] = ()


def backup(store: Store, file: Path, *, bundled: Path, secrets: frozenset[str] = frozenset()) -> BackupContents:
    """Write a home to ``file``; readers and writers go on meanwhile.

    ``bundled`` is where the documents that come with the program are, a place that differs between machines; settings
    named in ``secrets`` are left out.

    Raises:
        InputError: the file exists or cannot be written.
        StateError: a database of the home cannot be copied.
    """
    if file.exists():
        raise InputError(f"{file} exists; name another file")
    part = file.with_name(file.name + ".part")
    try:
        part.touch(mode=0o600)
        part.chmod(0o600)  # where one was left behind
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6, strict_timestamps=False) as archive:
            kept = _write(archive, store, bundled, secrets)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}); name another place") from error
    except sqlite3.Error as error:
        raise StateError(f"{store.home} cannot be copied ({error}); look at the disk, then try again") from error
    finally:
        with suppress(OSError):  # a disk that refuses this too has told of it above
            part.unlink(missing_ok=True)
    return kept


def restore(file: Path, home: Path, *, bundled: Path) -> BackupContents:
    """Make ``home``, which must be empty or not there, hold what a backup holds; all of it or nothing.

    Raises:
        InputError: the home holds something already or cannot be written, or the file is no backup.
        StateError: the file is damaged, or a later program wrote it.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InputError(f"{home} is not empty; name an empty folder with --home")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    except OSError as error:
        raise _unwritten(home, error) from error
    try:
        with _opened(file) as archive:
            before = _extract(archive, new)
        kept = _finish(file, new, before, bundled)
        shutil.rmtree(new / "vectors", ignore_errors=True)
        if home.exists():
            home.rmdir()
        new.rename(home)
    except OSError as error:
        raise _unwritten(home, error) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return kept


def _unwritten(home: Path, error: OSError) -> InputError:
    return InputError(f"{home} cannot be written ({error.strerror or error}); name another folder with --home")


# Writing


def _write(archive: zipfile.ZipFile, store: Store, bundled: Path, secrets: frozenset[str]) -> BackupContents:
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=store.home) as folder:
        with store.writing():  # so that the vectors are those of the catalog's chunks
            copies = [_copy(path, Path(folder)) for path in sorted(store.home.glob("*.sqlite"))]
            for tier in TIERS:
                _write_vectors(archive, store, tier)
        for copy in copies:
            archive.write(copy, copy.name)
        documents, chunks = Catalog(Path(folder) / CATALOG).count()
    files = [path for name in _FOLDERS for path in sorted((store.home / name).rglob("*")) if path.is_file()]
    for path in files:
        archive.write(path, path.relative_to(store.home).as_posix())
    left_out = _write_settings(archive, store.home / SETTINGS, secrets)
    archive.writestr(MANIFEST, json.dumps({"format": FORMAT, "made": now(), "bundled": str(bundled)}))
    return BackupContents(documents, chunks, sum(path.is_relative_to(store.uploads) for path in files), left_out)


def _copy(path: Path, folder: Path) -> Path:
    """An SQLite file as of one moment, whoever is writing to it, without what passes."""
    target = folder / path.name
    source, copy = sqlite3.connect(path, timeout=30), sqlite3.connect(target)
    source.backup(copy)
    for table in _PASSING.get(path.name, ()):
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 (our names)
    copy.commit()
    copy.execute("VACUUM")
    copy.close()
    source.close()
    return target


def _write_vectors(archive: zipfile.ZipFile, store: Store, tier: str) -> None:
    keys = sorted(store.catalog.chunk_keys(tier) & store.vectors.keys(tier))
    with archive.open(f"vectors/{tier}.f32", "w", force_zip64=True) as entry:
        for at in range(0, len(keys), _VECTORS):
            some = keys[at : at + _VECTORS]
            found = store.vectors.get(tier, some)
            entry.write(np.stack([found[key] for key in some]).astype("<f4").tobytes())
    archive.writestr(f"vectors/{tier}.json", json.dumps(keys, ensure_ascii=False))


def _write_settings(archive: zipfile.ZipFile, path: Path, secrets: frozenset[str]) -> tuple[str, ...]:
    """The settings as they are written or, where some are secret, the values of the rest; the names of those left out.

    Nothing is kept of a file that cannot be read: nobody knows what in it is secret.
    """
    if not path.is_file():
        return ()
    text = path.read_text(encoding="utf-8")
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        text, said = "", {}
    hidden = tuple(name for name in said if name in secrets)
    if hidden:
        kept = {name: value for name, value in said.items() if name not in secrets}
        text = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in kept.items())
    archive.writestr(SETTINGS, text)
    return hidden


# Reading


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise StateError(f"{file} is damaged ({error}); use another backup") from error
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror or error}); check the path") from error


def _extract(archive: zipfile.ZipFile, folder: Path) -> Path:
    """Unpack all files; where the documents that come with the program were on the other machine."""
    bundled = _manifest(archive)
    _check_size(archive, folder)
    for name in archive.namelist():
        if name == MANIFEST:
            continue
        if not _NAME.fullmatch(name) or ".." in PurePosixPath(name).parts or "\\" in name:
            raise StateError(f"the backup names a file {name!r} that is none of ours; use another backup")
        target = folder / name
        for above in reversed(PurePosixPath(name).parents):
            private_folder(folder / above)
        private_file(target)
        with archive.open(name) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, _BLOCK)
    return bundled


def _check_size(archive: zipfile.ZipFile, folder: Path) -> None:
    """Refuse what unpacks to more than a home has, to far more than it is packed, or to more than there is room for."""
    parts = archive.infolist()
    unpacked, packed = sum(one.file_size for one in parts), sum(one.compress_size for one in parts)
    bomb = unpacked > limits.PACKED_FREE and unpacked > limits.PACKED_RATIO * packed
    if bomb or unpacked > limits.UNPACKED:
        size = f"{unpacked >> 20} MB, {unpacked // max(packed, 1)} times what they are packed"
        raise StateError(f"the files of {archive.filename} have {size}; no backup of ours does, use another one")
    if unpacked > shutil.disk_usage(folder).free:
        raise InputError(f"{folder.parent} has no room for {unpacked >> 20} MB; free some, or name another --home")


def _manifest(archive: zipfile.ZipFile) -> Path:
    try:
        listed = archive.getinfo(MANIFEST).file_size <= limits.MANIFEST
        manifest: Any = json.loads(archive.read(MANIFEST)) if listed else {}
        version, bundled = int(manifest["format"]), Path(manifest["bundled"])
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise InputError(
            f"{archive.filename} is no backup of a Dafu home; give a file that `dafu backup` wrote"
        ) from error
    if version > FORMAT:
        raise StateError(f"a later program wrote this backup (format {version}); restore it with that one")
    if CATALOG not in archive.namelist():
        raise StateError(f"{CATALOG} is missing from the backup; use another one")
    return bundled


def _finish(file: Path, home: Path, before: Path, bundled: Path) -> BackupContents:
    """Fill the vectors, and say where the program's own documents are on this machine."""
    try:
        catalog = Catalog(home / CATALOG)
        vectors = ChromaVectors(home / "chroma")
        for tier in TIERS:
            _read_vectors(home / "vectors", tier, catalog, vectors)
        vectors.close()
        catalog.remember(KEY, Sums(home / "chroma").now())
        catalog.move_source(before, bundled)
        missing = tuple(source for source in catalog.sources() if not source.exists())
        documents, chunks = catalog.count()
        catalog.close()
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, FileNotFoundError) as error:
        raise StateError(f"{file} is damaged ({type(error).__name__}); use another backup") from error
    uploads = sum(path.is_file() for path in (home / UPLOADS).rglob("*"))
    return BackupContents(documents, chunks, uploads, missing=missing)


def _read_vectors(folder: Path, tier: str, catalog: Catalog, vectors: ChromaVectors) -> None:
    keys = json.loads((folder / f"{tier}.json").read_text(encoding="utf-8"))
    if not keys:
        return
    stored = np.memmap(folder / f"{tier}.f32", "<f4", "r").reshape(len(keys), -1)
    chunks = catalog.chunk_keys(tier)
    for at in range(0, len(keys), _VECTORS):
        some = zip(keys[at : at + _VECTORS], np.array(stored[at : at + _VECTORS], np.float32), strict=True)
        vectors.put(tier, {key: vector for key, vector in some if key in chunks})
