"""A home → one file, while it is served; one file → a home that answers the same.

A zip archive: the SQLite files as of one moment each, the vectors of the catalog's chunks, the uploads, templates and
evals of the home, the settings without secrets, and a manifest with the hash of each. Folders that are sources are not
in it: the catalog holds their texts, so a restored home answers without them. Passwords and tokens are in it as hashes,
who is signed in is not; the file can be read by its owner alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import numpy as np

from corpus import limits
from corpus.errors import InputError, StateError
from corpus.private import private_file, private_folder
from index.storage.catalog import TIERS, Catalog, now
from index.storage.sound import KEY, Sums
from index.storage.store import CATALOG, UPLOADS, Store
from index.vectors import ChromaVectors

FORMAT = 1
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
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            kept = _write(_Writer(archive), store, bundled, secrets)
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
            manifest = _extract(archive, new)
        kept = _finished(file, new, manifest, bundled)
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


class _Writer:
    """Adds files to an archive and keeps the hash of each."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.hashes: dict[str, str] = {}

    def add(self, name: str, blocks: Iterator[bytes]) -> None:
        digest = hashlib.sha256()
        with self.archive.open(name, "w", force_zip64=True) as entry:
            for block in blocks:
                digest.update(block)
                entry.write(block)
        self.hashes[name] = digest.hexdigest()


def _write(writer: _Writer, store: Store, bundled: Path, secrets: frozenset[str]) -> BackupContents:
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=store.home) as folder:
        with store.writing():  # so that the vectors are those of the catalog's chunks
            copies = [_copy(path, Path(folder)) for path in sorted(store.home.glob("*.sqlite"))]
            _write_vectors(writer, store)
        for copy in copies:
            writer.add(copy.name, _blocks(copy))
        documents, chunks = Catalog(Path(folder) / CATALOG).count()
    files = [path for name in _FOLDERS for path in sorted((store.home / name).rglob("*")) if path.is_file()]
    for path in files:
        writer.add(path.relative_to(store.home).as_posix(), _blocks(path))
    uploads = [path for path in files if path.is_relative_to(store.uploads)]
    left_out = _write_settings(writer, store.home / SETTINGS, secrets)
    manifest = {"format": FORMAT, "made": now(), "bundled": str(bundled), "files": writer.hashes}
    writer.archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return BackupContents(documents, chunks, len(uploads), left_out)


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


def _write_vectors(writer: _Writer, store: Store) -> None:
    for tier in TIERS:
        keys = sorted(store.catalog.chunk_keys(tier) & store.vectors.keys(tier))
        writer.add(f"vectors/{tier}.f32", _vectors(store, tier, keys))
        writer.add(f"vectors/{tier}.json", iter([json.dumps(keys, ensure_ascii=False).encode()]))


def _vectors(store: Store, tier: str, keys: list[str]) -> Iterator[bytes]:
    for at in range(0, len(keys), _VECTORS):
        some = keys[at : at + _VECTORS]
        found = store.vectors.get(tier, some)
        yield np.stack([found[key] for key in some]).astype("<f4").tobytes()


def _write_settings(writer: _Writer, path: Path, secrets: frozenset[str]) -> tuple[str, ...]:
    """The settings but for the secret ones; the names of those left out."""
    if not path.is_file():
        return ()
    text = path.read_text(encoding="utf-8")
    said = _settings(text)
    hidden = [name for name in said if name in secrets]
    writer.add(SETTINGS, iter([_without(text, said, hidden).encode()]))
    return tuple(hidden)


def _without(text: str, said: Mapping[str, Any], hidden: list[str]) -> str:
    """The file without the lines of some settings; where such a setting takes several lines, the values of the rest."""
    lines = text.splitlines(keepends=True)
    names = [line.partition("=")[0].strip().strip("\"'") for line in lines]
    written = "".join(line for name, line in zip(names, lines, strict=True) if name not in hidden)
    kept = {name: value for name, value in said.items() if name not in hidden}
    told = [str(said[name]) for name in hidden if said[name]]
    if said and _settings(written) == kept and not any(secret in written for secret in told):
        return written
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in kept.items())


def _settings(text: str) -> dict[str, Any]:
    """What a settings file says; nothing where it says nothing that can be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK):
            yield block


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


def _extract(archive: zipfile.ZipFile, folder: Path) -> Mapping[str, Any]:
    manifest = _manifest(archive)
    _check_size(archive, folder)
    for name, expected in manifest["files"].items():
        if not _NAME.fullmatch(name) or ".." in PurePosixPath(name).parts or "\\" in name:
            raise StateError(f"the backup names a file {name!r} that is none of ours; use another backup")
        target = folder / name
        for above in reversed(PurePosixPath(name).parents):
            private_folder(folder / above)
        private_file(target)
        with archive.open(name) as packed, target.open("wb") as unpacked:
            found = _unpack(packed, unpacked)
        if found != expected:
            raise StateError(f"{name} in the backup is damaged; use another backup")
    return manifest


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


def _manifest(archive: zipfile.ZipFile) -> Mapping[str, Any]:
    try:
        listed = archive.getinfo(MANIFEST).file_size <= limits.MANIFEST
        manifest: Mapping[str, Any] = json.loads(archive.read(MANIFEST)) if listed else {}
        version, files = int(manifest["format"]), dict(manifest["files"])
        str.encode(manifest["bundled"])
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise InputError(
            f"{archive.filename} is no backup of a Dafu home; give a file that `dafu backup` wrote"
        ) from error
    if version > FORMAT:
        raise StateError(f"a later program wrote this backup (format {version}); restore it with that one")
    there = frozenset(archive.namelist())
    absent = [name for name in (*files, CATALOG) if name not in there]
    if absent:
        raise StateError(f"{absent[0]} is missing from the backup; use another one")
    return manifest


def _unpack(packed: IO[bytes], unpacked: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := packed.read(_BLOCK):
        digest.update(block)
        unpacked.write(block)
    return digest.hexdigest()


def _finished(file: Path, home: Path, manifest: Mapping[str, Any], bundled: Path) -> BackupContents:
    try:
        return _finish(home, manifest, bundled)
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        FileNotFoundError,
        sqlite3.Error,
    ) as error:
        raise StateError(f"{file} is damaged ({type(error).__name__}); use another backup") from error


def _finish(home: Path, manifest: Mapping[str, Any], bundled: Path) -> BackupContents:
    """Fill the vectors, and say where the program's own documents are on this machine."""
    catalog = Catalog(home / CATALOG)
    vectors = ChromaVectors(home / "chroma")
    for tier in TIERS:
        _read_vectors(home / "vectors", tier, catalog, vectors)
    vectors.close()
    catalog.remember(KEY, Sums(home / "chroma").now())
    catalog.move_source(Path(manifest["bundled"]), bundled)
    missing = tuple(source for source in catalog.sources() if not source.exists())
    documents, chunks = catalog.count()
    catalog.close()
    uploads = sum(name.startswith(f"{UPLOADS}/") for name in manifest["files"])
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
