"""The records' database, and what its parts share: rows are read as dataclasses, what is done goes into the log."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Executable, Row, Select, insert

from assistant.records.tables import audit, metadata
from corpus import limits
from index.storage.database import Database, Design

T = TypeVar("T")
FILE = "records.sqlite"
DESIGN = Design(
    "records",
    metadata,
    Path(__file__).parent / "migrations" / "versions",
    "0007",
    "restore a backup",
    busy=limits.BUSY_SECONDS,
    pragmas=("foreign_keys = ON", "secure_delete = ON"),
)

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def fresh_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(8)


class RecordsDatabase(Database):
    """The records' database, and what tells the time."""

    def __init__(self, place: Path | str, clock: Clock = now) -> None:
        """Open a file or an address of PostgreSQL; see ``index.storage.database``."""
        super().__init__(place, DESIGN)
        self.now = clock


class RecordsPart:
    """One kind of what is kept, over the database that all kinds share."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database

    def _read(self, kind: type[T], query: Select[Any]) -> tuple[T, ...]:
        """What a query finds, each row as a dataclass."""
        return tuple(value_of(kind, row) for row in self._database.rows(query))

    def _get(self, kind: type[T], query: Select[Any]) -> T | None:
        """The first that a query finds."""
        return next(iter(self._read(kind, query)), None)

    def _execute(self, statement: Executable) -> int:
        """Carry out one statement by itself; how many rows it changed."""
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount

    def _note(
        self, connection: Connection, who: str, what: str, thing: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Write down, in the transaction of the deed, that ``who`` did ``what`` to ``thing`` (``kind:id``)."""
        values = {"at": self._database.now(), "who": who, "what": what, "object": thing, "detail": dict(detail or {})}
        connection.execute(insert(audit).values(values))


def value_of(kind: type[T], row: Row[Any], **others: Any) -> T:
    """A row as a dataclass: each field from the column of its name, or from ``others``; JSON as what the field is."""
    made: T = _adapter(kind).validate_python({**row._mapping, **others})  # type: ignore[arg-type]  # noqa: SLF001
    return made


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> Any:
    return TypeAdapter(kind)
