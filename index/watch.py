"""Follow folders: when files in them have come to rest, sync. The only module that imports watchfiles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import watch as changes_of

from corpus.errors import DafuError
from index.encoder import Encoder
from index.store import Store
from index.sync import SyncReport, sync

_REST_MS = 1_000  # a folder without changes for so long has come to rest
_LONGEST_MS = 30_000  # one that never rests is read that often
_LOOK_MS = 500  # how often the end, and sources that come or go, are looked for
_WAIT = 600.0  # seconds for another sync to end

Told = Callable[[SyncReport | DafuError], None]


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
    stop = stop or threading.Event()
    store.uploads.mkdir(exist_ok=True)
    while not stop.is_set():
        places = _there(sources, store)
        first = True  # after the watching has begun, so that no change falls between
        for changes in changes_of(
            *places,
            stop_event=stop,
            yield_on_timeout=True,
            step=rest_ms,
            debounce=_LONGEST_MS,
            rust_timeout=_LOOK_MS,
        ):
            if changes or first:
                _sync(store, sources, encoder, told)
            first = False
            if _there(sources, store) != places:
                break


def _there(sources: Sequence[Path], store: Store) -> list[Path]:
    return [place for place in (*sources, store.uploads) if place.exists()]


def _sync(store: Store, sources: Sequence[Path], encoder: Encoder | None, told: Told) -> None:
    try:
        told(sync(store, sources, encoder, keep_missing=True, wait=_WAIT))
    except DafuError as error:
        told(error)
