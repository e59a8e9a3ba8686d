"""One database of a home: an SQLite file, or a schema on PostgreSQL; its tables are made or migrated when it is opened.

The catalog and the records are one each. Reads and writes are separate transactions; there is one writer at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Executable, LargeBinary, MetaData, Table, cast, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from corpus import limits
from corpus.errors import InputError, StateError
from index.storage.sqlite import SqliteFile

if TYPE_CHECKING:
    from index.storage.postgres import Server

_MIGRATING_SECONDS = 120
_ROWS = 1_000  # copied together


@dataclass(frozen=True, slots=True)
class Design:
    """What a database is to hold: its tables, the folder of the migrations to them, and the newest of these.

    ``name`` is that of its schema on PostgreSQL; ``cure`` is what helps where the file is damaged; ``busy`` how many
    seconds another program's writing is waited for.
    """

    name: str
    metadata: MetaData
    migrations: Path
    revision: str
    cure: str
    busy: float
    pragmas: tuple[str, ...] = ()


class Database:
    """Opens the database, for several threads and processes at once."""

    def __init__(self, place: Path | str | None, design: Design) -> None:
        """Open a file or an address of PostgreSQL, with its tables; ``None`` keeps everything in memory.

        Raises:
            InputError: this is no such address.
            StateError: it is damaged or cannot be reached, or a newer version of this program wrote it.
        """
        self._design = design
        self._place = _place(place, design)
        self._engine = self._place.engine()
        self._turn = threading.Lock()  # SQLite lets whoever asks at the right moment write; here nobody is passed by
        self._local = threading.local()
        with self._told():
            if self._revision() != design.revision:
                self._prepare()

    @property
    def shared(self) -> bool:
        """Whether it is on a server, where several programs may serve it."""
        return not isinstance(self._place, SqliteFile)

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
        """A transaction that writes; it waits for another writer, and is rolled back when the block raises.

        Within another one of this thread it is a part of that.
        """
        around: Connection | None = getattr(self._local, "connection", None)
        if around is not None and around.get_execution_options().get("immediate"):
            yield around
            return
        if not self._turn.acquire(timeout=limits.TURN_SECONDS):
            raise self._place.busy()
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
        """What a plain statement finds where it says ``IN (?)``: a list that varies is slow to compile."""
        with self.reading() as connection:
            return list(connection.exec_driver_sql(*self._place.listed(statement, values)))

    def first(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """The first row that a statement finds."""
        with self.reading() as connection:
            return connection.execute(statement, values).first()

    def check(self) -> str:
        """``ok``, or what is wrong with it."""
        with self.reading() as connection:
            return self._place.check(connection)

    def locked(self, name: str, *, wait: float, busy: str) -> AbstractContextManager[None]:
        """Hold one of the locks that the programs at this database share.

        Raises:
            BusyError: another program has it for longer than ``wait`` seconds; it says ``busy``.
            StateError: it cannot be made.
        """
        return self._place.locked(name, wait, busy)

    def fill(self, source: Database) -> None:
        """Take over every row of another database of the same design, where this one is still empty.

        Raises:
            InputError: it is not.
        """
        with source.reading() as old, self.writing() as new:
            tables = self._design.metadata.sorted_tables
            if any(new.execute(select(table).limit(1)).first() for table in tables):
                raise InputError(f"{self._place.name} holds something already; name an empty database")
            for table in tables:
                rows = old.execution_options(yield_per=_ROWS).execute(select(table)).mappings()
                while some := [dict(row) for row in rows.fetchmany(_ROWS)]:
                    new.execute(insert(table), some)
                self._place.numbered_on(new, table)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _revision(self) -> str | None:
        """The migration that the tables stand at; none where there are none."""
        with self._engine.connect() as connection:
            if inspect(connection).has_table("alembic_version"):
                return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
            return self._place.numbered(connection)

    def _prepare(self) -> None:
        """Make the tables of a new database; migrate an old one."""
        busy = f"another process is changing {self._place.name}; wait for it to end and try again"
        with self.locked(self._design.name, wait=_MIGRATING_SECONDS, busy=busy):
            found = self._revision()
            if found is None:
                with self.writing() as connection:
                    self._place.create(connection, self._design.metadata)
                    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                    connection.execute(
                        text("INSERT INTO alembic_version VALUES (:number)"), {"number": self._design.revision}
                    )
            elif found != self._design.revision:
                self._migrate(found)

    def _migrate(self, found: str) -> None:
        from index.storage.migrations import revisions, upgrade  # noqa: PLC0415 (half a second, seldom needed)

        known = revisions(self._design.migrations)
        if found < min(known):
            told = f"{self._place.name} is older than version 0.1 ({found})"
            raise StateError(f"{told}; open it with the version that wrote it, or begin with an empty home")
        if found not in known:
            raise StateError(f"{self._place.name} was written by a newer Dafu ({found}); install that version")
        upgrade(self._engine, self._design.migrations, found)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the file, not of our statements, as a line that names the cure."""
        try:
            yield
        except IntegrityError:
            raise
        except PoolTimeout as error:
            raise self._place.busy() from error
        except DatabaseError as error:
            raise self._place.told(error) from error


def _place(place: Path | str | None, design: Design) -> SqliteFile | Server:
    """Where a database is: both have the same methods."""
    if not isinstance(place, str):
        return SqliteFile(place, busy=design.busy, cure=design.cure, pragmas=design.pragmas)
    from index.storage.postgres import Server  # noqa: PLC0415 (seldom needed)

    return Server(place, f"dafu_{design.name}", busy=design.busy)


def engine(path: Path | None, design: Design) -> Engine:
    """An engine on a file, whatever tables it has."""
    return _place(path, design).engine()


def put(connection: Connection, table: Table, values: Mapping[str, Any], *, first: Mapping[str, Any] = {}) -> None:
    """Insert a row, or set its values where its primary key is there; ``first`` are values that only a new row gets."""
    connection.execute(_upsert(connection.dialect.name, table, tuple(values)), {**values, **first})


def put_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row unless one with a key of it is there."""
    connection.execute(_upsert(connection.dialect.name, table, ()), dict(values))


@lru_cache(maxsize=64)
def _upsert(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    row, keys = _insert(dialect, table), list(table.primary_key)
    updates = {name: row.excluded[name] for name in names if table.c[name] not in set(keys)}
    return row.on_conflict_do_update(index_elements=keys, set_=updates) if updates else row.on_conflict_do_nothing()


def append(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], column: str) -> None:
    """Insert rows; where the primary key of one is there, its bytes go behind those that the column has."""
    row = _insert(connection.dialect.name, table)
    longer = cast(table.c[column].op("||")(row.excluded[column]), LargeBinary)
    values = [dict(zip(table.columns.keys(), one, strict=True)) for one in rows]
    if values:
        connection.execute(
            row.on_conflict_do_update(index_elements=list(table.primary_key), set_={column: longer}), values
        )


def _insert(dialect: str, table: Table) -> Any:
    """The statement of the dialect, which both spell alike."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 (seldom needed)

    return postgresql.insert(table)
