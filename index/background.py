"""A sync beside the serving: asked for by whoever changed something, one at a time, and what it does can be seen."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import DafuError
from index.encoder import Encoder
from index.store import Store
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
