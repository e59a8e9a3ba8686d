"""The records' database, and the values that its tables hold."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Dialect, MetaData, String, TypeDecorator

from corpus import limits
from index.storage.database import Database, Design

FILE = "records.sqlite"
metadata = MetaData()
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


class RecordsDatabase(Database):
    """The records' database, and what tells the time."""

    def __init__(self, place: Path | str, clock: Clock = now) -> None:
        """Open a file or an address of PostgreSQL; see ``index.storage.database``."""
        super().__init__(place, DESIGN)
        self.now = clock
