"""One database of a home: an SQLite file, its tables made or brought up to date when it is opened.

The catalog and the records are one each. Reads and writes are separate transactions; there is one writer at a time.
SQLite keeps a rollback journal and ``synchronous=FULL``: before 3.51.3 it can corrupt under WAL with two writers.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    LargeBinary,
    MetaData,
    Table,
    cast,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from corpus import limits
from corpus.errors import StateError

_MIGRATING_SECONDS = 120
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_CURES = {  # of what is wrong with the disk, not with the file
    sqlite3.SQLITE_READONLY: "give yourself the right to write it",
    sqlite3.SQLITE_IOERR: "look at the disk, then try again; what was saved before is kept",
    sqlite3.SQLITE_CANTOPEN: "give yourself the right to write there, or look at the disk",
}


class BusyError(StateError):
    """Another program holds a database for longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a database is to hold: its tables, the folder of the migrations to them, and the newest of these.

    ``cure`` is what helps where the file is damaged; ``busy`` how many seconds another program's writing is waited for.
    """

    metadata: MetaData
    migrations: Path
    revision: str
    cure: str
    busy: float
    pragmas: tuple[str, ...] = ()


class Database:
    """Opens the database, for several threads and processes at once."""

    def __init__(self, path: Path | None, design: Design) -> None:
        """Open the file, creating or migrating it first where needed; ``None`` keeps everything in memory.

        Raises:
            StateError: it is damaged, or a newer version of this program wrote it.
        """
        self.path = path
        self._design = design
        self._engine = engine(path, design)
        self._turn = threading.Lock()  # SQLite lets whoever asks at the right moment write; here nobody is passed by
        self._local = threading.local()
        with self._told():
            if revision(self._engine) != design.revision:
                self._prepare()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, as of one moment; within another one of this thread, that one."""
        around: Connection | None = getattr(self._local, "connection", None)
        if around is not None:
            yield around
            return
        with self._told(), self._engine.connect() as connection, connection.begin(), self._within(connection):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; it waits for another writer, and is rolled back when the block raises."""
        if not self._turn.acquire(timeout=limits.TURN_SECONDS):
            raise self._busy()
        try:
            with (
                self._told(),
                self._engine.connect().execution_options(immediate=True) as connection,
                connection.begin(),
                self._within(connection),
            ):
                yield connection
        finally:
            self._turn.release()

    @contextmanager
    def _within(self, connection: Connection) -> Iterator[None]:
        self._local.connection = connection
        try:
            yield
        finally:
            self._local.connection = None

    def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> list[Any]:
        """What one statement finds."""
        with self.reading() as connection:
            return list(connection.execute(statement, values))

    def listed(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """What a plain statement finds for values listed where it says ``?``: a list that varies is slow to compile."""
        with self.reading() as connection:
            marks = ",".join("?" * len(values))
            return list(connection.exec_driver_sql(statement.replace("?", marks), tuple(values)))

    def first(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """The first row that a statement finds."""
        with self.reading() as connection:
            return connection.execute(statement, values).first()

    def check(self) -> str:
        """``ok``, or what is wrong with the file."""
        with self.reading() as connection:
            return str(connection.execute(text("PRAGMA quick_check(1)")).scalar())

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _prepare(self) -> None:
        """Make the tables of a new database; migrate an old one."""
        with self._migrating():
            found = revision(self._engine)
            if found is None:
                with self.writing() as connection:
                    self._design.metadata.create_all(connection)
                    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                    connection.execute(
                        text("INSERT INTO alembic_version VALUES (:number)"), {"number": self._design.revision}
                    )
            elif found != self._design.revision:
                self._migrate(found)

    def _migrate(self, found: str) -> None:
        from index.migrations import revisions, upgrade  # noqa: PLC0415 (half a second, seldom needed)

        if found not in revisions(self._design.migrations):
            raise StateError(f"{self.path} was written by a newer Dafu ({found}); install that version")
        upgrade(self._engine, self._design.migrations, found)

    @contextmanager
    def _migrating(self) -> Iterator[None]:
        """Be the only process that changes the tables."""
        lock = FileLock(self.path.with_suffix(".lock"), timeout=_MIGRATING_SECONDS) if self.path else nullcontext()
        try:
            with lock:
                yield
        except Timeout as error:
            raise StateError(f"another process is changing {self.path}; wait for it to end and try again") from error
        except OSError as error:
            raise StateError(f"{self.path} cannot be migrated ({error.strerror}); look at the disk") from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the file, not of our statements, as a line that names the cure."""
        try:
            yield
        except IntegrityError:
            raise
        except PoolTimeout as error:
            raise self._busy() from error
        except DatabaseError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
            if code in _LOCKED:
                raise self._busy() from error
            if code == sqlite3.SQLITE_FULL:
                raise StateError(
                    f"there is no space left for {self.path}; free some space and try again, nothing is lost"
                ) from error
            cure = _CURES.get(code, self._design.cure)
            raise StateError(f"{self.path} cannot be read or written ({error.orig}); {cure}") from error

    def _busy(self) -> BusyError:
        """Without the folder: a browser is told it too."""
        name = self.path.name if self.path else "the database"
        return BusyError(
            f"{name} is locked by another program; try again in a moment, or end the program that holds it"
        )


def engine(path: Path | None, design: Design) -> Engine:
    """An engine whose connections have the settings that keep the file whole."""
    pool: dict[str, Any] = {"poolclass": StaticPool}
    if path is not None:
        pool = {"pool_size": 8, "max_overflow": 56, "pool_timeout": design.busy}
    made = create_engine(
        f"sqlite:///{path or ''}",
        json_serializer=partial(json.dumps, ensure_ascii=False),
        connect_args={"timeout": design.busy, "check_same_thread": False},
        **pool,
    )
    pragmas = ("journal_mode = DELETE", "synchronous = FULL", *design.pragmas)
    event.listen(made, "connect", partial(_connected, pragmas if path else ()))
    event.listen(made, "begin", _begun)
    return made


def revision(engine: Engine) -> str | None:
    """The migration that the file stands at; none for an empty file."""
    with engine.connect() as connection:
        if inspect(connection).has_table("alembic_version"):
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
        numbered = connection.execute(text("PRAGMA user_version")).scalar()  # as catalogs were before
        return f"{numbered:04}" if numbered else None


def put(connection: Connection, table: Table, values: Mapping[str, Any], *, first: Mapping[str, Any] = {}) -> None:
    """Insert a row, or set its values where its primary key is there; ``first`` are values that only a new row gets."""
    connection.execute(_upsert(table, tuple(values)), {**values, **first})


def put_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row unless one with a key of it is there."""
    connection.execute(_upsert(table, ()), dict(values))


@lru_cache(maxsize=64)
def _upsert(table: Table, names: tuple[str, ...]) -> Insert:
    row, keys = insert(table), list(table.primary_key)
    updates = {name: row.excluded[name] for name in names if table.c[name] not in set(keys)}
    return row.on_conflict_do_update(index_elements=keys, set_=updates) if updates else row.on_conflict_do_nothing()


def append(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], column: str) -> None:
    """Insert rows; where the primary key of one is there, its bytes go behind those that the column has."""
    row = insert(table)
    longer = cast(table.c[column].op("||")(row.excluded[column]), LargeBinary)
    values = [dict(zip(table.columns.keys(), one, strict=True)) for one in rows]
    if values:
        connection.execute(
            row.on_conflict_do_update(index_elements=list(table.primary_key), set_={column: longer}), values
        )


def _connected(pragmas: Iterable[str], connection: Any, record: object) -> None:  # noqa: ARG001 (SQLAlchemy's signature)
    connection.isolation_level = None  # pysqlite begins by itself, too late and never for DDL: _begun does it
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
