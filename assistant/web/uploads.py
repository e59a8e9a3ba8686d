"""Files that a page's script sends, until they are taken in: each belongs to who sent it, within a share of the day."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR

from fastapi import HTTPException

from assistant.records import Person
from corpus import limits

PATH = "/ui/upload"
_DAY = 24 * 3600.0
_PREFIX = "dafu-uploads-"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A file that waits."""

    person: str
    path: Path
    at: float


class Uploads:
    """What was sent and not taken in yet, in a folder that this server alone can read and that goes with it.

    Where a server is killed its folder stays; the next one to receive a file removes it, a day later.
    """

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._waiting: dict[str, _Sent] = {}
        self._sizes: dict[str, list[tuple[float, int]]] = defaultdict(list)  # when and how much each person sent
        self._lock = threading.Lock()

    async def receive(self, person: Person, blocks: AsyncIterator[bytes]) -> str:
        """Keep a file; the name under which its sender may have it taken in.

        Raises:
            HTTPException: it is too large (413), or the person sent too much today (429).
        """
        self._clean()
        self._admit(person)
        name = secrets.token_hex(16)
        path = self._place() / name
        try:
            size = await _written(path, blocks)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise HTTPException(507, f"the file cannot be kept ({error.strerror}); free some space") from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        with self._lock:
            self._sizes[person.id].append((time.monotonic(), size))
            self._waiting[name] = _Sent(person.id, path, time.monotonic())
        return name

    @contextmanager
    def taken(self, person: Person, name: str) -> Iterator[Path | None]:
        """The file of that name if this person sent it, else none; afterwards it is gone."""
        with self._lock:
            found = self._waiting.get(name)
            mine = self._waiting.pop(name) if found is not None and found.person == person.id else None
        try:
            yield mine.path if mine else None
        finally:
            if mine:
                mine.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the folder; files that wait in it are lost."""
        with self._lock:
            folder, self._folder = self._folder, None
            self._waiting.clear()
        if folder is not None:
            folder.cleanup()

    def _admit(self, person: Person) -> None:
        with self._lock:
            since = time.monotonic() - _DAY
            today = self._sizes[person.id] = [one for one in self._sizes[person.id] if one[0] > since]
            too_many = len(today) >= limits.UPLOADS_A_DAY
            too_much = sum(size for _, size in today) >= limits.UPLOAD_BYTES_A_DAY
        if too_many or too_much:
            raise HTTPException(429, "you have sent as much as one person may send in a day; go on tomorrow")

    def _clean(self) -> None:
        """Forget what nobody had taken in."""
        with self._lock:
            before = time.monotonic() - limits.UPLOAD_KEPT.total_seconds()
            old = [name for name, one in self._waiting.items() if one.at < before]
            gone = [self._waiting.pop(name) for name in old]
        for one in gone:
            one.path.unlink(missing_ok=True)
        _sweep(self._folder)

    def _place(self) -> Path:
        with self._lock:
            if self._folder is None or not Path(self._folder.name).is_dir():
                self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX)  # readable by its owner alone
            return Path(self._folder.name)


def _sweep(own: tempfile.TemporaryDirectory[str] | None) -> None:
    """Remove folders of servers that were killed: ours by their owner, and unchanged for a day."""
    before = time.time() - _DAY
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            seen = folder.lstat()
            mine = S_ISDIR(seen.st_mode) and seen.st_uid == os.geteuid()
            if mine and seen.st_mtime < before and (own is None or folder != Path(own.name)):
                shutil.rmtree(folder)


async def _written(path: Path, blocks: AsyncIterator[bytes]) -> int:
    """Write a file as it comes; its size."""
    size = 0
    with path.open("xb") as opened:
        async for block in blocks:
            size += len(block)
            if size > limits.UPLOAD:
                raise HTTPException(413, f"the file is larger than {limits.UPLOAD >> 20} MB")
            opened.write(block)
    return size
