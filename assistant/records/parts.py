"""What the parts of the records share: statements, rows as dataclasses, and the log of what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Executable, Row, Select, Table, delete, insert, select, update

from assistant.records.tables import audit
from corpus.errors import InputError
from index.storage.database import put_new

if TYPE_CHECKING:
    from assistant.records import Records

T = TypeVar("T")


class RecordsPart:
    """One kind of what is kept. Statements within ``self._records.writing()`` are one transaction."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def _read(self, kind: type[T], query: Select[Any]) -> tuple[T, ...]:
        """What a query finds, each row as a dataclass."""
        return tuple(value_of(kind, row) for row in self._records.rows(query))

    def _get(self, kind: type[T], query: Select[Any]) -> T | None:
        """The first that a query finds."""
        return next(iter(self._read(kind, query)), None)

    def _insert(self, table: Table, **values: Any) -> Any:
        """Add a row, ``created`` and ``changed`` now where it has these; its key."""
        with self._records.writing() as connection:
            done = connection.execute(insert(table).values(self._dated(table, values)))
            return next(iter(done.inserted_primary_key or ()))

    def _insert_new(self, table: Table, **values: Any) -> None:
        """Add a row as ``_insert`` does, unless one with a key of it is there."""
        with self._records.writing() as connection:
            put_new(connection, table, self._dated(table, values))

    def _update(self, table: Table, which: ColumnElement[bool], **values: Any) -> int:
        """Set values of some rows; of how many."""
        return self._execute(update(table).where(which).values(values))

    def _delete(self, table: Table, which: ColumnElement[bool]) -> int:
        """Delete some rows; how many."""
        return self._execute(delete(table).where(which))

    def _execute(self, statement: Executable) -> int:
        with self._records.writing() as connection:
            return connection.execute(statement).rowcount

    def _dated(self, table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
        moment = values.get("changed", self._records.now())
        return {**dict.fromkeys({"created", "changed"} & set(table.c.keys()), moment), **values}

    def _note(self, who: str, what: str, thing: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write down, in the transaction of the deed, that ``who`` did ``what`` to ``thing`` (``kind:id``)."""
        self._insert(audit, at=self._records.now(), who=who, what=what, object=thing, detail=dict(detail or {}))


def value_of(kind: type[T], row: Row[Any], **others: Any) -> T:
    """A row as a dataclass: each field from the column of its name, or from ``others``; JSON as what the field is."""
    made: T = _adapter(kind).validate_python({**row._mapping, **others})  # type: ignore[arg-type]  # noqa: SLF001
    return made


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> Any:
    return TypeAdapter(kind)


def required(found: T | None, told: str) -> T:
    """What was found, or how many.

    Raises:
        InputError: nothing was; it says what was ``told``.
    """
    if not found:
        raise InputError(told)
    return found


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done: ``who`` is a sign-in name, ``object`` written ``kind:id``."""

    at: datetime
    who: str
    what: str
    object: str
    detail: Mapping[str, Any]


class Audit(RecordsPart):
    """The audit log: entries are only ever added, and go when their time is over (``keeping``)."""

    def add(self, who: str, what: str, thing: str, detail: Mapping[str, Any] | None = None) -> None:
        """Write down that ``who`` did ``what`` (a verb such as ``document.withdraw``) to ``thing`` (``kind:id``)."""
        self._note(who, what, thing, detail)

    def of(self, thing: str = "", limit: int = 200) -> tuple[Event, ...]:
        """What was done to one thing, or to any, newest first."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        return self._read(Event, query.where(audit.c.object == thing) if thing else query)
