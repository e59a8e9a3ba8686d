"""The tables as the newest migration leaves them; a test compares the two."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    false,
)

metadata = MetaData()


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


Columns = list[Column[Any]]


def _table(name: str, *parts: Columns | tuple[str, ...] | UniqueConstraint) -> Table:
    """A table of columns, with an id where none of them is a key; a tuple names the columns of an index."""
    columns = [column for part in parts if isinstance(part, list) for column in part]
    indexes = [Index(f"{name}_{part[0]}", *part) for part in parts if isinstance(part, tuple)]
    others = [part for part in parts if isinstance(part, UniqueConstraint)]
    with_id = [] if any(column.primary_key for column in columns) else key("id", default=fresh_id)
    return Table(name, metadata, *with_id, *columns, *others, *indexes)


def _kind(of: Any, *, nullable: bool = False, **options: Any) -> Callable[..., Columns]:
    """What makes columns of a kind, by their names."""
    return lambda *names, **more: [Column(name, of, nullable=nullable, **options, **more) for name in names]


def own(name: str, table: str, *, key: bool = False) -> Columns:
    """What a row belongs to, and goes with."""
    return [Column(name, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, primary_key=key)]


def about(name: str, table: str) -> Columns:
    """What a row is about, and outlasts."""
    return [Column(name, ForeignKey(f"{table}.id", ondelete="SET NULL"))]


def fresh_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(8)


key, numbered = _kind(String, primary_key=True), _kind(Integer, primary_key=True)
text, empty, unique = _kind(String), _kind(String, server_default=""), _kind(String, unique=True)
number, flag, off = _kind(Integer), _kind(Boolean), _kind(Boolean, server_default=false())
json, empty_list = _kind(JSON), _kind(JSON, server_default="[]")
moment, maybe = _kind(Moment), _kind(Moment, nullable=True)

users = _table(
    "users",
    unique("name"),
    text("display", "role", "password"),
    flag("disabled"),
    moment("created", "changed"),
    empty("email"),
)
failures = _table("failures", numbered("id"), text("key"), moment("at"), ("key", "at"))
sign_ins = _table("sign_ins", key("token"), own("user", "users"), text("address"), moment("opened", "seen"), ("user",))
tokens = _table(
    "tokens", own("user", "users"), text("name"), unique("hash"), moment("created"), maybe("used", "revoked"), ("user",)
)
documents = _table("document_versions", key("document", "version"), text("tier"), json("body"), moment("kept"))
conversations = _table(
    "conversations",
    own("owner", "users"),
    text("title"),
    moment("created", "changed"),
    flag("unread"),
    off("pinned"),
    maybe("gone"),
    ("owner", "changed"),
)
turns = _table(
    "turns",
    own("conversation", "conversations"),
    number("position"),
    text("question", "standalone", "state", "outcome"),
    [Column("answer", JSON(none_as_null=True))],
    json("found", "versions"),
    text("error"),
    moment("created", "changed"),
    off("shared"),
    UniqueConstraint("conversation", "position", name="turns_position"),
    ("outcome", "changed"),
)
cited = _table("turn_documents", own("turn", "turns", key=True), key("document", "version"), ("document", "version"))
given = _table(
    "given",
    key("document"),
    own("conversation", "conversations"),
    text("title"),
    json("body"),
    moment("added"),
    maybe("gone"),
    ("conversation", "added"),
)
feedback = _table(
    "feedback",
    about("turn", "turns"),
    about("person", "users"),
    text("verdict"),
    json("reasons"),
    text("text"),
    json("asked"),
    moment("created", "changed"),
    UniqueConstraint("turn", "person", name="feedback_once"),
    ("verdict", "changed"),
)
handovers = _table(
    "handovers",
    about("turn", "turns"),
    about("asker", "users"),
    text("note", "state"),
    json("asked"),
    moment("created", "changed"),
    ("state", "changed"),
)
reviews = _table(
    "reviews",
    about("turn", "turns"),
    about("handover", "handovers"),
    about("feedback", "feedback"),
    text("question", "text"),
    json("citations"),
    text("state", "author", "approver", "remark"),
    number("revision"),
    moment("created", "changed"),
    maybe("approved"),
    empty("access"),
    empty_list("courtesies"),
    ("state", "changed"),
    ("turn",),
)
review_items = _table("review_items", own("review", "reviews", key=True), key("item"), ("item",))
assignments = _table("assignments", key("key"), text("owner", "due"), moment("changed"))
presence = _table("presence", key("thing", "name"), moment("seen"))
drafts = _table(
    "drafts",
    text("title", "owner"),
    json("body"),
    number("revision"),
    text("holder"),
    maybe("held"),
    moment("created", "changed"),
    maybe("removed"),
)
draft_versions = _table(
    "draft_versions",
    own("draft", "drafts", key=True),
    numbered("revision"),
    text("title"),
    json("body"),
    text("author"),
    moment("saved"),
)
candidates = _table(
    "candidates", unique("origin"), json("case"), text("state", "decided_by"), moment("created", "changed")
)
audit = _table("audit", numbered("id"), moment("at"), text("who", "what", "object"), json("detail"), ("object", "at"))
