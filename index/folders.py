"""Sources → files: what lies in the folders, under which id; what cannot be looked at is told, not taken for gone."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.errors import DafuError, InputError
from corpus.formats.refusals import FileError, printable
from corpus.parse import SUFFIXES, document_id, document_path, is_sidecar, sidecar_of
from index.storage.catalog import Failure


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source; ``sha256`` is of its content, and empty where that cannot be read."""

    path: Path
    root: Path
    sha256: str
    id: str = ""

    @property
    def relative(self) -> str:
        """Its path below the source."""
        return document_path(self.path, self.root)

    def name(self, length: int) -> str:
        """What it can be called: the path below the source, with its suffix, with ever more of the source before it."""
        if length == 0:
            return document_id(self.relative)
        above = self.root.parts[1:]
        if length > len(above) + 1:
            return f"{self.relative}~{hashlib.sha256(os.fsencode(self.path)).hexdigest()[:8]}"
        return printable("/".join((*above[len(above) + 1 - length :], self.relative)))


@dataclass(slots=True)
class Contents:
    """What the sources hold; documents of ``unseen`` places may still be there."""

    files: list[File] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    unseen: list[Path] = field(default_factory=list)

    @property
    def clashes(self) -> tuple[tuple[str, ...], ...]:
        """The ids of files that would have one and the same, had they not got their suffix back."""
        groups: dict[str, list[str]] = {}
        for file in self.files:
            groups.setdefault(file.name(0), []).append(file.id)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def look(sources: Iterable[Path]) -> Contents:
    """Every file of the sources, hidden ones aside, each with an id of its own.

    Raises:
        InputError: a source does not exist.
    """
    found = Contents()
    files: dict[Path, File] = {}
    for source in sources:
        if not os.path.lexists(source):
            raise InputError(f"{printable(str(source))} does not exist; check the path")
        root = source if source.is_dir() else source.parent
        for path in sorted(_paths(source, found)):
            if path not in files and not _passed_over(path.relative_to(root)):
                file = _file(path, root, found)
                files.update({path: file} if file else {})
    found.files = _named(list(files.values()))
    return found


def failure(path: Path, error: DafuError) -> Failure:
    """That a file could not be taken in."""
    code, facts = (error.code, error.facts) if isinstance(error, FileError) else ("", {})
    return Failure(printable(str(path)), str(error), code, facts)


def _paths(source: Path, found: Contents) -> Iterator[Path]:
    """What lies in a folder; a folder inside that cannot be opened, or that is a link to elsewhere, is told."""

    def closed(error: OSError) -> None:
        folder = Path(error.filename)
        found.unseen.append(folder)
        found.failed.append(failure(folder, FileError(folder.name, "folder", {"why": error.strerror})))

    if not source.is_dir():
        yield source
        return
    for folder, folders, names in os.walk(source, onerror=closed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            link = Path(folder, name)
            if link.is_symlink() and not link.resolve().is_relative_to(source.resolve()):
                found.failed.append(failure(link, FileError(name, "link", {})))
        yield from (Path(folder, name) for name in names)


def _passed_over(relative: Path) -> bool:
    """Whether a file is none of ours: hidden, an office program's lock (``~$name``), or a sidecar."""
    return is_sidecar(relative) or any(part.startswith((".", "~$")) for part in relative.parts)


def _file(path: Path, root: Path, found: Contents) -> File | None:
    """The file with its content's hash; none where no document can be in it, which is told."""
    refused = _refusal(path)
    if refused is not None:
        found.failed.append(failure(path, refused))
        return None
    try:
        return File(path, root, _hash(path))
    except OSError as error:
        found.failed.append(failure(path, FileError(path.name, "missing", {"why": error.strerror})))
        return File(path, root, "")


def _refusal(path: Path) -> FileError | None:
    if path.suffix.lower() not in SUFFIXES:
        return FileError(path.name, "type", {"types": ", ".join(sorted(SUFFIXES))})
    if not path.exists():
        return FileError(path.name, "missing", {"why": "a link to nothing"})
    return None if path.is_file() else FileError(path.name, "special", {})


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    for one in filter(None, (path, sidecar_of(path))):  # a change of the sidecar is a change of the document
        with one.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _named(files: Sequence[File]) -> list[File]:
    """Files under the shortest names that no two of them share."""
    lengths = [0] * len(files)
    while True:
        names = [file.name(length) for file, length in zip(files, lengths, strict=True)]
        held = Counter(names)
        if max(held.values(), default=1) == 1:
            return [replace(file, id=name) for file, name in zip(files, names, strict=True)]
        lengths = [length + (held[name] > 1) for length, name in zip(lengths, names, strict=True)]
