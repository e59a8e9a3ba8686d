"""What the parts of the records have in common: rows are read as dataclasses, what is done goes into the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Executable, Row, Select, insert

from assistant.records.database import RecordsDatabase
from assistant.records.tables import audit

T = TypeVar("T")


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
