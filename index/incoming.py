"""Files given on the page → the home's uploads: read at once, found by nobody until staff have said what they are."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from corpus import limits
from corpus.document import Document, Metadata
from corpus.errors import InputError
from corpus.formats.refusals import FileError
from corpus.parse import SUFFIXES, read_document
from corpus.private import private_folder
from index.encoder import Encoder
from index.intake import Filing, Intake
from index.storage.catalog import TIERS, Entry
from index.storage.store import UPLOADS, Store
from index.storage.versions import edits_of
from index.sync import link

LARGEST_MB = limits.UPLOAD >> 20
_LONGEST = 200  # bytes of a file name; most file systems stop at 255
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u2028\u2029\u202a-\u202e\u2066-\u2069]')
_PLACE = ".incoming-"  # hidden: no sync sees it
_SAID = "metadata.json"  # beside the file that waits, what it says of itself; no upload has a name of this type


@dataclass(frozen=True, slots=True)
class Clash:
    """Another file that has the id a new one would have: its path, and a name under which the new one has its own.

    One that was uploaded too may be replaced; ``same`` is whether the names are the same to the suffix.
    """

    other: str
    free: str
    replaceable: bool
    same: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A file that was given and read, and waits: under which token, what it says of itself, what is there already."""

    token: str
    name: str
    document: str
    metadata: Metadata
    clash: Clash | None = None

    @property
    def replaces(self) -> bool:
        """Whether it is a new version of a document, unless somebody says otherwise."""
        return self.clash is not None and self.clash.same


def hold(store: Store, given: Path, name: str) -> Held:
    """Read a file that was given and keep it aside under a name, so that it can be said what it is.

    Raises:
        InputError: name, type, size or content are refused. A ``FileError`` has a code.
    """
    clean = _clean(name)
    if given.stat().st_size > LARGEST_MB << 20:
        facts = {"size": max(LARGEST_MB + 1, given.stat().st_size >> 20), "limit": LARGEST_MB}
        raise FileError(clean, "size", facts)
    private_folder(store.uploads)
    place = Path(tempfile.mkdtemp(prefix=_PLACE, dir=store.uploads))
    try:
        shutil.copyfile(given, place / clean)
        document = read_document(place / clean, place)
        said = {"name": clean, "document": document.id, "metadata": asdict(document.metadata)}
        (place / _SAID).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        discard(store, place.name)
        raise InputError(f"{clean} cannot be kept ({error.strerror}); free some space and try again") from error
    except BaseException:
        discard(store, place.name)
        raise
    return Held(place.name, clean, document.id, document.metadata, _clash(store, document.id, clean))


def read_aside(given: Path, name: str) -> Document:
    """The Document in a file that was given under a name, which is kept nowhere.

    Raises:
        InputError: name, type, size or content are refused. A ``FileError`` has a code.
    """
    clean = _clean(name)
    with tempfile.TemporaryDirectory(prefix="dafu-given-") as folder:
        try:
            copied = Path(shutil.copyfile(given, Path(folder) / clean))
        except OSError as error:
            raise InputError(f"{clean} cannot be read ({error.strerror}); free some space and try again") from error
        return read_document(copied, Path(folder))


def held(store: Store, token: str) -> Held | None:
    """The file that waits under a token."""
    if not re.fullmatch(re.escape(_PLACE) + r"\w+", token):
        return None
    try:
        said = json.loads((store.uploads / token / _SAID).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # taken or discarded, by whomever; or the write was cut off
        return None
    name, metadata = said["name"], Metadata.from_dict(said["metadata"])
    if not (store.uploads / token / name).is_file():  # taken; a crash left what it says of itself
        return None
    return Held(token, name, said["document"], metadata, _clash(store, said["document"], name))


def waiting(store: Store) -> tuple[Held, ...]:
    """Every file that waits for what is to be said of it."""
    return tuple(found for one in places(store.home) if (found := held(store, one.name)))


def places(home: Path) -> list[Path]:
    """Where files wait in a home, each in a folder of its own."""
    return sorted((home / UPLOADS).glob(f"{_PLACE}*")) if (home / UPLOADS).exists() else []


def take(
    store: Store,
    encoder: Encoder | None,
    token: str,
    said: Mapping[str, Any],
    access: str,
    *,
    replacing: bool | None = None,
    who: str = "",
) -> Document:
    """Make a file that waits searchable, as what staff say that it is (over what it says itself) and for whom.

    Where another file has its name it is the new version of that document (``replacing``), or gets a name of its own;
    if nobody says which, it is a new version if the names are the same to the suffix.
    What is decided is on record before the file lies where a sync finds it: at no moment is it seen by more people.

    Raises:
        InputError: nothing waits there any more, it cannot be read, what it is to replace was not uploaded, no such
            access.
    """
    waits = held(store, token)
    if waits is None:
        raise InputError("this file does not wait here any more; send it again")
    if access not in TIERS:
        raise InputError(f"access is {access!r}; write one of {', '.join(TIERS)}")
    place, name, clash = store.uploads / token, waits.name, waits.clash
    replacing = waits.replaces if replacing is None else replacing
    if clash is not None and not replacing:
        name = Path(shutil.copyfile(place / name, place / clash.free)).name
    elif clash is not None and not clash.replaceable:
        raise InputError(f"{clash.other} lies in a folder of the office; replace it there, or take {name} in beside it")
    document = read_document(place / name, place)
    digest = hashlib.sha256((place / name).read_bytes()).hexdigest()
    entry = Entry(document.id, document.path, str(store.uploads), digest, access)
    before = store.catalog.decisions(document.id).edits or {}
    decided = {"access": access, "edits": edits_of(document.metadata, {**before, **said})}
    event = "changed" if clash is not None and replacing else "added"
    Intake(store, encoder).file([Filing(document, entry, event, who, name, decided)])
    try:
        (place / name).replace(store.uploads / name)
        if clash is not None and replacing and not clash.same:
            (store.uploads / clash.other).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{name} cannot be kept ({error.strerror}); look at the disk and try again") from error
    discard(store, token)
    with store.writing():
        link(store)
    return document


def discard(store: Store, token: str) -> None:
    """Forget a file that waits."""
    if re.fullmatch(re.escape(_PLACE) + r"\w+", token):
        shutil.rmtree(store.uploads / token, ignore_errors=True)


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


def _clash(store: Store, identifier: str, name: str) -> Clash | None:
    """The file that has the id of one with this name, if there is one."""
    stems = {one.stem: one.name for one in store.uploads.iterdir() if one.is_file() and not one.name.startswith(".")}
    if (store.uploads / name).is_file():
        return Clash(name, _free(store, name, stems), replaceable=True, same=True)
    beside, entry = stems.get(Path(name).stem), store.catalog.entries().get(identifier)
    if beside is not None:
        return Clash(beside, _free(store, name, stems), replaceable=True, same=False)
    if entry is not None and Path(entry.source) != store.uploads:
        return Clash(entry.path, _free(store, name, stems), replaceable=False, same=False)
    return None


def _free(store: Store, name: str, stems: Container[str]) -> str:
    """The name with a number that no other file has: 通知（2）.docx."""
    taken, path = store.catalog.entries(), Path(name)
    names = (f"{path.stem}（{number}）" for number in count(2))
    return next(one for one in names if one not in stems and one not in taken) + path.suffix
