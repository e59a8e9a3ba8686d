"""Faults at the n-th write: an SQLite connection and a vector store that stop the process, or fail as a full disk does.

A fuse counts every statement that writes, every commit and every vector write of one store. ``Crash`` is no
``Exception``, so nothing in the product can catch it; what was not committed is gone, as after a kill. Nothing waits
for the disk here: what matters is what the process had done, not what the machine had.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sqlite3.dbapi2
from collections.abc import Callable, Iterator

from corpus.errors import StateError
from index.vectors import MemoryVectors


class Crash(BaseException):
    """The process is gone."""


def crash() -> None:
    raise Crash


def full_disk() -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


class Fuse:
    """Counts steps, and does something at one of them."""

    def __init__(self) -> None:
        self.steps = 0
        self.at = -1
        self.act: Callable[[], None] = crash

    def set(self, at: int, act: Callable[[], None] = crash) -> None:
        self.steps, self.at, self.act = 0, at, act

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.act()


class FusedCursor(sqlite3.Cursor):
    """A cursor whose every statement that writes is a step."""

    def execute(self, statement, *values):
        if not statement.lstrip().startswith(("SELECT", "PRAGMA")):
            self.connection.fuse.step()
        return super().execute(statement, *values)

    def executemany(self, *arguments):
        self.connection.fuse.step()
        return super().executemany(*arguments)


class FusedConnection(sqlite3.Connection):
    """A connection whose every statement and commit is a step."""

    fuse: Fuse

    def cursor(self, factory=FusedCursor):
        return super().cursor(factory)

    def execute(self, statement, *values):
        if statement == "PRAGMA synchronous = FULL":
            statement = "PRAGMA synchronous = OFF"
        return super().execute(statement, *values)

    def commit(self):
        self.fuse.step()
        super().commit()
        if self.fuse.act is crash:  # a disk is full before a commit, not after it
            self.fuse.step()


@contextlib.contextmanager
def fused(fuse: Fuse) -> Iterator[None]:
    """Every connection opened inside has the fuse."""
    connect = sqlite3.dbapi2.connect
    factory = type("Connection", (FusedConnection,), {"fuse": fuse})
    sqlite3.dbapi2.connect = lambda *given, **named: connect(*given, **{"factory": factory, **named})
    try:
        yield
    finally:
        sqlite3.dbapi2.connect = connect


class KeptVectors(MemoryVectors):
    """Vectors that outlive a crash, as those on a disk do; a crash may come in the middle of a batch."""

    def __init__(self, fuse: Fuse | None = None) -> None:
        super().__init__()
        self.fuse = fuse or Fuse()

    def put(self, tier, vectors):
        items = list(vectors.items())
        for part in (items[: len(items) // 2], items[len(items) // 2 :]):
            self._step()
            super().put(tier, dict(part))
        self._step()

    def _step(self):
        try:
            self.fuse.step()
        except sqlite3.OperationalError as error:
            raise StateError(f"there is no space left ({error})") from error

    def drop(self, tier, keys):
        listed = list(keys)
        for part in (listed[: len(listed) // 2], listed[len(listed) // 2 :]):
            self._step()
            super().drop(tier, part)

    def clear(self):
        for tier in ("public", "internal"):
            self._step()
            super().drop(tier, list(self.keys(tier)))
