"""How many questions are answered at the same time, so that nobody takes every place and the rest goes on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from assistant.records import Person
from corpus import limits
from corpus.errors import InputError

T = TypeVar("T")
BUSY = "busy"  # what is kept of a question that was one too many


class TooManyError(InputError):
    """This person has as many questions under way as one may have."""


class Share:
    """Places taken now, by person. Where nobody signs in, the one person stands for everyone at the machine."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.threads = CapacityLimiter(limits.TOGETHER)  # the server's other threads are for what is quick

    async def slowly(self, act: Callable[[], T]) -> T:
        """Do what may take seconds in one of the threads that are kept for that."""
        return await to_thread.run_sync(act, limiter=self.threads)

    @property
    def taken(self) -> int:
        """Places taken by anybody."""
        with self._lock:
            return sum(self._taken.values())

    @contextmanager
    def place(self, person: Person) -> Iterator[None]:
        """A place while it lasts.

        Raises:
            TooManyError: the person has taken all of theirs.
        """
        most = limits.TOGETHER if person.local else limits.EACH
        with self._lock:
            if self._taken[person.id] >= most:
                raise TooManyError(f"you have {most} questions under way; wait for one of them to be answered")
            self._taken[person.id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[person.id] -= 1
                if not self._taken[person.id]:
                    del self._taken[person.id]
