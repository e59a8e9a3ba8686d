"""Files given on the page → the home's uploads folder, if they can be read and are in nobody's way."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.formats.refusals import FileError
from corpus.parse import SUFFIXES, read_document
from index.store import Store

LARGEST_MB = 50
_LONGEST = 200  # bytes of a file name; most file systems stop at 255
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u2028\u2029\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True, slots=True)
class Accepted:
    """An upload that was taken: its id, and whether it is a new text of a document that was uploaded before."""

    document: str
    replaces: bool


def accept(store: Store, given: Path, name: str) -> Accepted:
    """Put a file among the uploads under a name; it is read once before, so that what cannot be read never arrives.

    The next sync takes it in. A file of the same name replaces the one uploaded before.

    Raises:
        InputError: name, type, size or content are refused, or another file has its id. A ``FileError`` has a code.
    """
    clean = _clean(name)
    if given.stat().st_size > LARGEST_MB << 20:
        facts = {"size": max(LARGEST_MB + 1, given.stat().st_size >> 20), "limit": LARGEST_MB}
        raise FileError(clean, "size", facts)
    store.uploads.mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".incoming-", dir=store.uploads))  # hidden: no sync sees it
    try:
        held = place / clean
        shutil.copyfile(given, held)
        document = read_document(held, place)
        replaces = _check_id(store, document.id, clean)
        held.replace(store.uploads / clean)
    except OSError as error:
        raise InputError(f"{clean} cannot be kept ({error.strerror}); free some space and try again") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return Accepted(document.id, replaces)


def _clean(name: str) -> str:
    """The name as a file may have it here: no path, no control characters, not hidden, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = _FORBIDDEN.sub("_", last).strip().lstrip(".~")
    suffix = Path(clean).suffix
    if suffix.lower() not in SUFFIXES or not clean.removesuffix(suffix):
        raise FileError(clean or "?", "type", {"types": ", ".join(sorted(SUFFIXES))})
    stem = clean.removesuffix(suffix)
    while len((stem + suffix).encode()) > _LONGEST:
        stem = stem[:-1]
    return stem + suffix


def _check_id(store: Store, identifier: str, name: str) -> bool:
    """Refuse an id that another file has; whether this is the file that has it."""
    beside = [one.name for one in store.uploads.iterdir() if one.is_file() and one.stem == Path(name).stem]
    others = [one for one in beside if one != name and not one.startswith(".")]
    entry = store.catalog.entries().get(identifier)
    if entry is not None and Path(entry.source) != store.uploads:
        others.append(entry.path)
    if others:
        raise TakenError(name, others[0])
    return name in beside


class TakenError(InputError):
    """Another file has the id that this one would have."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(f"{name}: {other} has the same id; rename one of them")
        self.other = other
