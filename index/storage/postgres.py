"""A database as a schema on PostgreSQL: one writer at a time as on SQLite, locks of sessions, errors as one line each.

Every transaction that writes takes the schema's advisory lock first, so what the program relies on holds on both.
Transactions that read see one moment, and wait for nobody.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, NullPool, String, Table, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from corpus import limits
from corpus.errors import BusyError, InputError, StateError

_POOL = (
    5  # connections a process keeps for each schema, and as many more at need; PostgreSQL takes 100 in all by default
)
_CURES = {  # by the class of the SQLSTATE or by itself
    "28": "correct user and password in the setting `database`",
    "3D": "make the database, `createdb` does so, or correct the setting `database`",
    "42501": "give the user the right to create schemas: GRANT CREATE ON DATABASE … TO …",
    "53100": "free some space on its disk and try again, nothing is lost",
    "53": "give it more memory or connections (max_connections)",
}
_UNREACHED = "start it, or correct the setting `database`; nothing is lost"


class Server:
    """A schema on PostgreSQL; has the methods of ``SqliteFile``."""

    def __init__(self, url: str, schema: str, *, busy: float) -> None:
        """``busy``: seconds that another writer is waited for.

        Raises:
            InputError: this is no address of PostgreSQL, or psycopg is missing.
        """
        self._url, self._schema, self._busy = address(url), schema, busy
        self.name = f"{self._url.host or 'PostgreSQL'}/{self._url.database} ({schema})"
        self._locks = self._made(poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def engine(self) -> Engine:
        """An engine whose transactions read one moment, or write one after the other."""
        pool = {"pool_size": _POOL, "max_overflow": _POOL, "pool_timeout": limits.TURN_SECONDS, "pool_pre_ping": True}
        made = self._made(isolation_level="REPEATABLE READ", **pool)
        event.listen(made, "begin", self._begun)
        return made

    def _made(self, **options: object) -> Engine:
        return server_engine(self._url, {"options": f"-csearch_path={self._schema}"}, **options)

    def _begun(self, connection: Connection) -> None:
        if connection.get_execution_options().get("immediate"):
            wait, key = round(self._busy * 1_000), self._key("turn")
            # the lock before the first look: what the writer before us did must be seen
            connection.exec_driver_sql(
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
                f"SET LOCAL lock_timeout = {wait}; SELECT pg_advisory_xact_lock({key})"
            )

    def _key(self, name: str) -> int:
        return zlib.crc32(f"dafu {self._schema} {name}".encode())

    def listed(self, statement: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """With one array, so that the statement is the same each time and is planned once."""
        return statement.replace("IN (?)", "= ANY(%s)"), (list(values),)

    def numbered(self, connection: Connection) -> str | None:  # noqa: ARG002 (files alone were ever numbered)
        """None: whatever is here has alembic's table."""
        return None

    def create(self, connection: Connection, metadata: MetaData) -> None:
        """Make the schema and its tables, whose texts are in the order of their code points as on SQLite."""
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")
        metadata.create_all(connection)
        for table in metadata.sorted_tables:
            texts = [one for one in table.columns if isinstance(one.type.dialect_impl(connection.dialect), String)]
            quoted = map(connection.dialect.identifier_preparer.quote, (one.name for one in texts))
            changes = ", ".join(f'ALTER COLUMN {one} TYPE text COLLATE "C"' for one in quoted)
            if changes:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} {changes}")

    def numbered_on(self, connection: Connection, table: Table) -> None:
        """Set the sequence of a table that has one."""
        column = table.autoincrement_column
        if column is not None:
            last = f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {table.name})"  # noqa: S608 (our names)
            sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
            connection.exec_driver_sql(f"SELECT setval({sequence}, {last}, false)")

    def check(self, connection: Connection) -> str:
        """``ok``, as far as a client can see."""
        connection.execute(text("SELECT 1"))
        return "ok"

    @contextmanager
    def locked(self, name: str, wait: float, busy: str) -> Iterator[None]:
        """Hold an advisory lock as long as the block lasts, or until this process or its connection ends."""
        try:
            connection = self._locks.connect()
        except DatabaseError as error:
            raise self.told(error) from error
        with connection:
            try:
                connection.exec_driver_sql(f"SET lock_timeout = {max(1, round(wait * 1_000))}")
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({self._key(name)})")
            except DatabaseError as error:
                told = self.told(error)
                raise BusyError(busy) if isinstance(told, BusyError) else told from error
            yield

    def told(self, error: DatabaseError) -> StateError:
        """An error of the server, not of our statements, as a line that names the cure."""
        state = getattr(error.orig, "sqlstate", None)
        said = (str(error.orig).strip().splitlines() or [""])[0]
        if state == "55P03":
            return self.busy()
        if error.connection_invalidated or state is None or state[:2] in {"08", "57"}:
            cure = next((cure for part, cure in _SAID.items() if part in said), _UNREACHED)
            return StateError(f"the database {self.name} cannot be reached ({said}); {cure}")
        cure = _CURES.get(state) or _CURES.get(state[:2], "look at the server's log")
        return StateError(f"the database {self.name} cannot be read or written ({said}); {cure}")

    def busy(self) -> BusyError:
        """That another writer holds the schema for too long."""
        return BusyError("the database is locked by another program; try again in a moment")


_SAID = {  # what libpq says where no SQLSTATE comes with it
    "authentication failed": _CURES["28"],
    "no password": _CURES["28"],
    "role ": _CURES["28"],
    "does not exist": _CURES["3D"],
}


def server_engine(url: URL, connecting: Mapping[str, str], **options: Any) -> Engine:
    """An engine on PostgreSQL; ``connecting`` is for psycopg.

    Raises:
        InputError: psycopg is missing.
    """
    given = {"application_name": "dafu", "connect_timeout": 10, **connecting}
    try:
        return create_engine(
            url, json_serializer=partial(json.dumps, ensure_ascii=False), connect_args=given, **options
        )
    except ModuleNotFoundError as error:
        raise InputError("PostgreSQL needs psycopg; run `pip install 'dafu[server]'`") from error


def address(url: str, setting: str = "database") -> URL:
    """The address of a database on PostgreSQL, for psycopg; ``setting`` is where it was written.

    Raises:
        InputError: it is none.
    """
    try:
        found = make_url(url)
    except ArgumentError:
        found = None
    if found is None or found.drivername not in {"postgresql", "postgres", "postgresql+psycopg"} or not found.database:
        raise InputError(f"the setting {setting!r} is no address; write postgresql://USER:PASSWORD@HOST/DATABASE")
    return found.set(drivername="postgresql+psycopg")
