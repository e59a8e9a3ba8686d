"""The records' SQLite file: connections, transactions, and the migrations that run when it is opened."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Dialect, Engine, String, TypeDecorator, create_engine, event, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from corpus import limits
from corpus.errors import StateError

FILE = "records.sqlite"
REVISION = "0005"  # the newest migration
_LOCK_SECONDS = 120

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_BUSY = "the records are locked by another program; try again in a moment, or end the program that holds them"

_CURES = {  # of what is wrong with the disk, not with the file
    sqlite3.SQLITE_FULL: "free some space and try again, nothing is lost",
    sqlite3.SQLITE_READONLY: "give yourself the right to write it",
    sqlite3.SQLITE_IOERR: "look at the disk, then try again; what was saved before is kept",
    sqlite3.SQLITE_CANTOPEN: "give yourself the right to write there, or look at the disk",
}

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def fresh_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(8)


class Moment(TypeDecorator[datetime]):
    """A point in time, kept as ISO 8601 in UTC, so that it sorts as text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (its signature)
        """To the text that is kept."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the text that is kept."""
        return None if value is None else datetime.fromisoformat(value)


class BusyRecordsError(StateError):
    """Another program holds the records for longer than anybody waits."""


class Database:
    """One records file. Reads and writes are separate transactions; there is one writer at a time."""

    def __init__(self, path: Path, clock: Clock = now) -> None:
        """Open the file, creating or migrating it first where needed.

        Raises:
            StateError: it is damaged, or a newer version of this program wrote it.
        """
        self.path = path
        self.now = clock
        self._engine = engine(path)
        self._turn = threading.Lock()  # SQLite lets whoever asks at the right moment write; here nobody is passed by
        with self._told():
            self._prepare()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; it waits for another writer, and is rolled back when the block raises."""
        if not self._turn.acquire(timeout=limits.TURN_SECONDS):
            raise BusyRecordsError(_BUSY)
        try:
            with (
                self._told(),
                self._engine.connect().execution_options(immediate=True) as connection,
                connection.begin(),
            ):
                yield connection
        finally:
            self._turn.release()

    def check(self) -> str:
        """``ok``, or what SQLite finds wrong with the file."""
        with self.reading() as connection:
            return str(connection.execute(text("PRAGMA quick_check(1)")).scalar())

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _prepare(self) -> None:
        if revision(self._engine) == REVISION:
            return
        lock = FileLock(self.path.with_suffix(".lock"), timeout=_LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout as error:
            raise StateError(f"another process is changing {self.path}; wait for it to end and try again") from error
        except OSError as error:
            raise StateError(f"{self.path} cannot be migrated ({error.strerror}); look at the disk") from error
        try:
            self._migrate()
        finally:
            lock.release()

    def _migrate(self) -> None:
        from assistant.records.migrations import revisions, upgrade  # noqa: PLC0415 (half a second, seldom needed)

        found = revision(self._engine)
        if found is not None and found not in revisions():
            raise StateError(f"{self.path} was written by a newer Dafu ({found}); install that version")
        upgrade(self._engine)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except PoolTimeout as error:
            raise BusyRecordsError(_BUSY) from error
        except DatabaseError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
            if code in _LOCKED:
                raise BusyRecordsError(_BUSY) from error
            cure = _CURES.get(code, "restore a backup")
            raise StateError(f"{self.path}: {error.orig}; {cure}") from error


def engine(path: Path) -> Engine:
    """An engine whose connections have the settings that keep the file whole."""
    made = create_engine(
        f"sqlite:///{path}",
        pool_size=8,
        max_overflow=56,
        pool_timeout=limits.BUSY_SECONDS,
        json_serializer=partial(json.dumps, ensure_ascii=False),
        connect_args={"timeout": limits.BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(made, "connect", _connected)
    event.listen(made, "begin", _begun)
    return made


def revision(engine: Engine) -> str | None:
    """The migration that the file stands at; none for an empty file."""
    with engine.connect() as connection:
        there = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if there else None


def _connected(connection: Any, record: object) -> None:  # noqa: ARG001 (SQLAlchemy's signature)
    connection.isolation_level = None  # pysqlite begins by itself, too late and never for DDL: _begun does it
    for pragma in ("journal_mode = DELETE", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
