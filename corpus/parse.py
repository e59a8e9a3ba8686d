"""Files → Documents: decode or parse, take the front matter apart, read what the text says of itself."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.decoding import decode
from corpus.document import Document, LeftOut
from corpus.formats.parser import Parsed
from corpus.formats.process import ParserProcess, shared_process
from corpus.formats.refusals import FileError, Unreadable, printable
from corpus.formats.registry import SUFFIXES, content_of, format_of
from corpus.metadata import SIDECAR, front_matter, metadata_of, sidecar
from corpus.structure import unread

__all__ = [
    "READER_VERSION",
    "SUFFIXES",
    "decode",
    "document_id",
    "document_path",
    "is_sidecar",
    "parse_text",
    "read_document",
    "sidecar_of",
]

READER_VERSION = "13"  # raised when files are read otherwise than before: the next sync then reads them again
_MEGABYTE = 2**20


def read_document(path: Path, root: Path, process: ParserProcess | None = None) -> Document:
    """The Document in a file below ``root``; its id is that path without the suffix, with forward slashes.

    ``process`` parses what is not text; without one, one that is shared and kept does.

    Raises:
        InputError: the file is missing, of an unknown type, empty, damaged, protected, too large or too slow to read,
            or its metadata cannot be used. It is a ``FileError``, with a code, where the file is to blame.
    """
    relative = document_path(path, root)
    process = process or shared_process()
    try:
        _check_place(path, root)
        form = format_of(path.suffix.lower(), content_of(path, process.limits))
        beside = _sidecar(path, root, process.limits.text_size)
        _check_size(path, process.limits.text_size if form.is_text else process.limits.size)
        if form.is_text:
            return parse_text(decode(path.read_bytes(), path.name), relative, beside)
        return _document(process.parse(path, form), relative, beside)
    except Unreadable as reason:
        raise reason.of(path.name) from reason
    except OSError as error:
        raise FileError(str(path), "missing", {"why": error.strerror or "it is gone"}) from error


def parse_text(text: str, path: str, beside: Mapping[str, Any] | None = None) -> Document:
    """A Document of a decoded text; ``path`` decides its id, and whether it is read as Markdown.

    ``beside`` is what a sidecar declares; the text's own front matter is believed first.
    """
    if not text.strip():
        raise FileError(path, "empty", {})
    if any("\ud800" <= one <= "\udfff" for one in text):  # half a character, which no file can hold
        raise FileError(path, "encoding", {})
    declared, body = front_matter(text, path)
    if not text[body:].strip():
        raise FileError(path, "no_text", {})
    stem = document_id(path)
    metadata = metadata_of(text[body:], (declared, beside or {}), {}, stem)
    left_out = tuple(_unread(text, body)) if path.lower().endswith((".md", ".markdown")) else ()
    return Document(stem, path, metadata, text, body, left_out=left_out)


def _unread(text: str, body: int) -> Iterator[LeftOut]:
    """What of a Markdown text is in none of its blocks."""
    hidden, struck = (len(re.sub(r"\s", "", words)) for words in unread(text, body))
    if hidden:
        yield LeftOut("hidden text", hidden)
    if struck:
        yield LeftOut("struck text", struck)


def _document(parsed: Parsed, path: str, beside: Mapping[str, Any]) -> Document:
    stem = document_id(path)
    metadata = metadata_of(parsed.text, (beside,), parsed.properties, stem)
    return Document(stem, path, metadata, parsed.text, 0, parsed.pages, parsed.left_out)


def document_path(path: Path, root: Path) -> str:
    """The path of a document's file below its source, with forward slashes."""
    return printable(path.relative_to(root).as_posix())


def document_id(path: str) -> str:
    """The id of a document whose file has this path below its source, if no other file would have it too."""
    return path.rsplit(".", 1)[0] if "." in path.rsplit("/", 1)[-1] else path


def is_sidecar(path: Path) -> bool:
    """Whether a file holds metadata of another one, and is no document itself."""
    return path.name.lower().endswith(SIDECAR)


def sidecar_of(path: Path) -> Path | None:
    """The file with a document's metadata beside it: ``report.pdf.meta.yaml``, else ``report.meta.yaml``."""
    places = (path.with_name(path.name + SIDECAR), path.with_name(path.stem + SIDECAR))
    return next((place for place in places if place.is_file()), None)


def _sidecar(path: Path, root: Path, limit: int) -> dict[str, Any]:
    """What the file beside a document declares; it has to lie below the root, and be of a size, as the document has."""
    beside = sidecar_of(path)
    if beside is None:
        return {}
    _check_place(beside, root)
    _check_size(beside, limit)
    return sidecar(decode(beside.read_bytes(), beside.name), beside.name)


def _check_place(path: Path, root: Path) -> None:
    """An ordinary file, and one that is really below the root: a link must not bring in what lies elsewhere."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise Unreadable("link")
    if not stat.S_ISREG(path.stat().st_mode):
        raise Unreadable("special")


def _check_size(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit * _MEGABYTE:
        raise Unreadable("size", size=round(size / _MEGABYTE), limit=limit)
