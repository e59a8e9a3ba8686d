"""A database as an SQLite file: settings that keep it whole, its locks, its errors as one line each.

It keeps a rollback journal and ``synchronous=FULL``: before 3.51.3 SQLite can corrupt under WAL with two writers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from corpus.errors import BusyError, StateError

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_CURES = {  # of what is wrong with the disk, not with the file
    sqlite3.SQLITE_READONLY: "give yourself the right to write it",
    sqlite3.SQLITE_IOERR: "look at the disk, then try again; what was saved before is kept",
    sqlite3.SQLITE_CANTOPEN: "give yourself the right to write there, or look at the disk",
}


class SqliteFile:
    """An SQLite file, or memory; ``postgres.Server`` is the other place of a database, with the same methods."""

    def __init__(self, path: Path | None, *, busy: float, cure: str, pragmas: Iterable[str] = ()) -> None:
        """``busy``: seconds that another program is waited for; ``cure``: what helps where the file is damaged."""
        self.path = path
        self.name = path.name if path else "the database"  # without its folder: a browser is told it too
        self._busy, self._cure, self._pragmas = busy, cure, tuple(pragmas)

    def engine(self) -> Engine:
        """An engine whose connections have the settings that keep the file whole."""
        pool: dict[str, Any] = {"poolclass": StaticPool}
        if self.path is not None:
            pool = {"pool_size": 8, "max_overflow": 56, "pool_timeout": self._busy}
        made = create_engine(
            f"sqlite:///{self.path or ''}",
            json_serializer=partial(json.dumps, ensure_ascii=False),
            connect_args={"timeout": self._busy, "check_same_thread": False},
            **pool,
        )
        pragmas = ("journal_mode = DELETE", "synchronous = FULL", *self._pragmas)
        event.listen(made, "connect", partial(_connected, pragmas if self.path else ()))
        event.listen(made, "begin", _begun)
        return made

    def listed(self, statement: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """A plain statement with ``IN (?)`` for so many values, as the driver has it, and its parameters."""
        return statement.replace("?", ",".join("?" * len(values))), tuple(values)

    def numbered(self, connection: Connection) -> str | None:
        """The migration that a file without alembic's table stands at, as catalogs were numbered before."""
        found = connection.execute(text("PRAGMA user_version")).scalar()
        return f"{found:04}" if found else None

    def create(self, connection: Connection, metadata: MetaData) -> None:
        """Make the tables of an empty file."""
        metadata.create_all(connection)

    def numbered_on(self, connection: Connection, table: Table) -> None:
        """Go on numbering behind rows that were put in with their numbers: SQLite looks at them."""

    def check(self, connection: Connection) -> str:
        """``ok``, or what is wrong with the file."""
        return str(connection.execute(text("PRAGMA quick_check(1)")).scalar())

    @contextmanager
    def locked(self, name: str, wait: float, busy: str) -> Iterator[None]:
        """Hold a lock file beside the database; after ``wait`` seconds a BusyError says ``busy``."""
        if self.path is None:
            yield
            return
        lock = FileLock(self.path.with_name(f"{name}.lock"))
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise BusyError(busy) from error
        except OSError as error:
            raise StateError(
                f"{self.path.parent} cannot be written ({error.strerror}); look at the disk, then try again"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def told(self, error: DatabaseError) -> StateError:
        """An error of the file, not of our statements, as a line that names the cure."""
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in _LOCKED:
            return self.busy()
        if code == sqlite3.SQLITE_FULL:
            return StateError(f"there is no space left for {self.path}; free some space and try again, nothing is lost")
        return StateError(f"{self.path} cannot be read or written ({error.orig}); {_CURES.get(code, self._cure)}")

    def busy(self) -> BusyError:
        """That another program holds the file for too long."""
        return BusyError(
            f"{self.name} is locked by another program; try again in a moment, or end the program that holds it"
        )


def _connected(pragmas: Iterable[str], connection: Any, record: object) -> None:  # noqa: ARG001 (SQLAlchemy's signature)
    connection.isolation_level = None  # pysqlite begins by itself, too late and never for DDL: _begun does it
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
