"""Syncs beside the serving: asked for by whoever changed something, or made when files in a folder have come to rest.

The only module that imports watchfiles.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from watchfiles import watch as changes_of

from corpus.errors import DafuError, StateError
from corpus.private import private_folder
from index.encoder import Encoder
from index.storage.store import Store
from index.sync import SyncReport, sync

_LOG = logging.getLogger("dafu")
_WAIT = 600.0  # seconds for a sync of another process to end


@dataclass(frozen=True, slots=True)
class SyncState:
    """What is going on: ``running``, how far (``done`` of ``total`` documents or texts); how, when the last ended."""

    running: bool = False
    doing: str = ""
    done: int = 0
    total: int = 0
    report: SyncReport | None = None
    error: str = ""
    ended: float = 0.0


class BackgroundSync:
    """Syncs a store in a thread of its own; asking while one runs makes another follow it."""

    def __init__(
        self,
        store: Store,
        sources: Callable[[], Sequence[Path]],
        encoder: Encoder | None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """``sources`` is asked at each sync, ``after`` is called behind each that ended well."""
        self._store, self._sources, self._encoder, self._after = store, sources, encoder, after
        self._lock = threading.Lock()
        self._again = False
        self._state = SyncState()

    @property
    def state(self) -> SyncState:
        """What is going on now."""
        return self._state

    def ask(self) -> None:
        """Sync soon."""
        with self._lock:
            if self._state.running:
                self._again = True
                return
            self._state = replace(self._state, running=True, doing="", done=0, total=0)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                sources = self._sources()
                report = sync(
                    self._store, sources, self._encoder, keep_missing=True, wait=_WAIT, progress=self._progress
                )
                self._after()
                ended = SyncState(report=report, ended=time.time())
                _LOG.info("sync", extra={"event": _told(report)})
            except DafuError as error:
                ended = SyncState(error=str(error), ended=time.time())
                _LOG.warning("sync failed", extra={"event": {"reason": str(error)}})
            except BaseException:
                self._state = SyncState(error="the sync stopped by a fault of this program; see its log")
                raise
            with self._lock:
                if not self._again:
                    self._state = ended
                    return
                self._again = False

    def _progress(self, description: str, done: int, total: int) -> None:
        self._state = replace(self._state, doing=description, done=done, total=total)


def _told(report: SyncReport) -> dict[str, int]:
    """Counts alone: names of files can be as telling as what is in them."""
    names = ("added", "changed", "removed", "unchanged")
    return {**{name: getattr(report, name) for name in names}, "failed": len(report.failed)}


_REST_MS = 1_000  # a folder without changes for so long has come to rest
_LONGEST_MS = 30_000  # one that never rests is read that often
_LOOK_MS = 500  # how often the end, and sources that come or go, are looked for
_TURN_SECONDS = 2.0  # between two looks whether another process still follows
_ANYWAY = 60.0  # seconds after which files are looked at in any case: drives of a network do not tell of changes

Told = Callable[[SyncReport | DafuError], None]
Places = Callable[[], Sequence[Path]]


def watch(
    store: Store,
    sources: Sequence[Path],
    encoder: Encoder | None,
    *,
    told: Told,
    stop: threading.Event | None = None,
    rest_ms: int = _REST_MS,
) -> None:
    """Sync now, and whenever the sources or the uploads change, until ``stop`` is set; blocks.

    ``told`` is called after each sync with its report, or with the error that kept it from ending: too many files gone
    at once must not end the watching, nor must a folder that is away for a while.
    """
    private_folder(store.uploads)

    def changed() -> None:
        try:
            told(sync(store, sources, encoder, keep_missing=True, wait=_WAIT))
        except DafuError as error:
            told(error)

    follow(lambda: (*sources, store.uploads), changed, stop=stop or threading.Event(), rest_ms=rest_ms)


def follow(
    places: Places,
    changed: Callable[[], None],
    *,
    stop: threading.Event,
    rest_ms: int = _REST_MS,
    anyway: float = _ANYWAY,
) -> None:
    """Call ``changed`` now, and whenever files in the places have changed and come to rest, until ``stop``; blocks.

    Places may come and go. Where the system tells of no changes the files are compared every ``anyway`` seconds.
    """
    while not stop.is_set():
        there = _there(places)
        first, looked, seen = True, time.monotonic(), _seen(there)
        for changes in changes_of(
            *there,
            stop_event=stop,
            yield_on_timeout=True,
            step=rest_ms,
            debounce=_LONGEST_MS,
            rust_timeout=_LOOK_MS,
            ignore_permission_denied=True,
        ):
            told = bool(changes) or first  # the first time after the watching has begun: no change falls between
            if told or time.monotonic() - looked > anyway:
                before, seen, looked = seen, _seen(there), time.monotonic()
                if told or seen != before:
                    changed()
            first = False
            if _there(places) != there:
                break


def _there(places: Places) -> list[Path]:
    return [place for place in places() if place.exists()]


def _seen(places: Sequence[Path]) -> int:
    """What the files are by their names, sizes and times."""
    return hash(tuple(one for place in places for one in _files(place)))


def _files(place: Path) -> Iterator[tuple[str, int, int]]:
    for folder, _, names in os.walk(place) if place.is_dir() else [(str(place.parent), [], [place.name])]:
        for name in sorted(names):
            try:
                found = (Path(folder) / name).stat()
            except OSError:
                continue
            yield f"{folder}/{name}", found.st_size, found.st_mtime_ns


def follow_in_turn(
    places: Places, changed: Callable[[], None], turn: Callable[[], AbstractContextManager[None]], stop: threading.Event
) -> None:
    """Follow while ``turn`` is held; where another process has it, it is waited for, so that one always follows."""
    while not stop.is_set():
        try:
            with turn():
                follow(places, changed, stop=stop)
        except StateError:  # another has it, or the database is away for a while
            stop.wait(_TURN_SECONDS)


@contextmanager
def beside(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """While it lasts, ``work`` runs in a thread of its own; the event tells it to end."""
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(stop,), daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(10)
