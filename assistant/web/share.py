"""How many questions of one person are answered at the same time, so that nobody takes every place."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.records import Person
from corpus import limits
from corpus.errors import InputError

BUSY = "busy"  # what is kept of a question that was one too many


class BusyError(InputError):
    """This person has as many questions under way as one may have."""


class Share:
    """Places taken now, by person. Where nobody signs in, the one person stands for everyone at the machine."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Places taken by anybody."""
        with self._lock:
            return sum(self._taken.values())

    @contextmanager
    def place(self, person: Person) -> Iterator[None]:
        """A place while it lasts.

        Raises:
            BusyError: the person has taken all of theirs.
        """
        most = limits.TOGETHER if person.local else limits.EACH
        with self._lock:
            if self._taken[person.id] >= most:
                raise BusyError(f"you have {most} questions under way; wait for one of them to be answered")
            self._taken[person.id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[person.id] -= 1
                if not self._taken[person.id]:
                    del self._taken[person.id]
