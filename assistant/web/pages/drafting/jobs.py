"""Drafting that goes on while the page that asked for it may be closed: progress to look at, and a way to stop it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence

from assistant.draft.drafter import Step
from assistant.draft.letter import Letter
from corpus.errors import DafuError

_LOG = logging.getLogger(__name__)
_LOOK = 0.2  # seconds between two looks at a job


class Job:
    """One letter, or one section of it, in the making. ``titles``: of the requests that it is about."""

    def __init__(self, titles: Sequence[str], work: Iterator[Step | Letter], keep: Callable[[Letter], None]) -> None:
        self.titles, self.step = tuple(titles), Step(0, len(titles), "")
        self.fault: Exception | None = None
        self.stopped = False
        self._work, self._keep = work, keep
        self._worker = threading.Thread(target=self._run, daemon=True)
        self._worker.start()

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._worker.is_alive()

    def stop(self) -> None:
        """Leave it at the next sentence; the letter stays as it was."""
        self.stopped = True

    def steps(self) -> Iterator[Step]:
        """Each step that is new, until it is over or stopped."""
        shown: Step | None = None
        while self.running and not self.stopped:
            if self.step != shown:
                shown = self.step
                yield shown
            self._worker.join(_LOOK)

    def _run(self) -> None:
        try:
            for step in self._work:
                if self.stopped:
                    return
                if isinstance(step, Letter):
                    self._keep(step)
                else:
                    self.step = step
        except DafuError as fault:
            self.fault = fault
        except Exception as fault:  # noqa: BLE001 (the page tells that it failed, the log why)
            _LOG.exception("a letter could not be drafted")
            self.fault = fault


class Jobs:
    """The jobs of this process by the draft that each is for; a draft has one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Job] = {}

    def of(self, draft: str) -> Job | None:
        """The job that goes on for a draft."""
        with self._lock:
            found = self._running.get(draft)
            return found if found is not None and found.running and not found.stopped else None

    def start(self, draft: str, make: Callable[[], Job]) -> Job:
        """A job for a draft, unless one goes on already: then that one."""
        with self._lock:
            self._running = {name: job for name, job in self._running.items() if job.running}
            there = self._running.get(draft)
            if there is None or there.stopped:
                there = self._running[draft] = make()
            return there
