"""The tables as the newest migration leaves them; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime

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


users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("display", String, nullable=False),
    Column("role", String, nullable=False),
    Column("password", String, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("email", String, nullable=False, server_default=""),
)

failures = Table(
    "failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("failures_key", "key", "at"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token", String, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("address", String, nullable=False),
    Column("opened", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Index("sign_ins_user", "user"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
    Column("created", Moment, nullable=False),
    Column("used", Moment),
    Column("revoked", Moment),
    Index("tokens_user", "user"),
)

documents = Table(
    "document_versions",
    metadata,
    Column("document", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("tier", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("kept", Moment, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("title", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("unread", Boolean, nullable=False),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Column("gone", Moment),
    Index("conversations_owner", "owner", "changed"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("question", String, nullable=False),
    Column("standalone", String, nullable=False),
    Column("state", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("answer", JSON(none_as_null=True)),
    Column("found", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("error", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("shared", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("conversation", "position", name="turns_position"),
    Index("turns_outcome", "outcome", "changed"),
)

cited = Table(
    "turn_documents",
    metadata,
    Column("turn", ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("document", String, primary_key=True),
    Column("version", String, primary_key=True),
    Index("turn_documents_document", "document", "version"),
)

given = Table(
    "given",
    metadata,
    Column("document", String, primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("title", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("added", Moment, nullable=False),
    Column("gone", Moment),
    Index("given_conversation", "conversation", "added"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", String, primary_key=True),
    Column("turn", ForeignKey("turns.id", ondelete="SET NULL")),
    Column("person", ForeignKey("users.id", ondelete="SET NULL")),
    Column("verdict", String, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("text", String, nullable=False),
    Column("asked", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    UniqueConstraint("turn", "person", name="feedback_once"),
    Index("feedback_verdict", "verdict", "changed"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", String, primary_key=True),
    Column("turn", ForeignKey("turns.id", ondelete="SET NULL")),
    Column("asker", ForeignKey("users.id", ondelete="SET NULL")),
    Column("note", String, nullable=False),
    Column("state", String, nullable=False),
    Column("asked", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Index("handovers_state", "state", "changed"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String, primary_key=True),
    Column("turn", ForeignKey("turns.id", ondelete="SET NULL")),
    Column("handover", ForeignKey("handovers.id", ondelete="SET NULL")),
    Column("feedback", ForeignKey("feedback.id", ondelete="SET NULL")),
    Column("question", String, nullable=False),
    Column("text", String, nullable=False),
    Column("citations", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("author", String, nullable=False),
    Column("approver", String, nullable=False),
    Column("remark", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("approved", Moment),
    Column("access", String, nullable=False, server_default=""),
    Column("courtesies", JSON, nullable=False, server_default="[]"),
    Index("reviews_state", "state", "changed"),
    Index("reviews_turn", "turn"),
)

review_items = Table(
    "review_items",
    metadata,
    Column("review", ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True),
    Column("item", String, primary_key=True),
    Index("review_items_item", "item"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("key", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("due", String, nullable=False),
    Column("changed", Moment, nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("thing", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("seen", Moment, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("holder", String, nullable=False),
    Column("held", Moment),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("removed", Moment),
)

draft_versions = Table(
    "draft_versions",
    metadata,
    Column("draft", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("title", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("author", String, nullable=False),
    Column("saved", Moment, nullable=False),
)

candidates = Table(
    "candidates",
    metadata,
    Column("id", String, primary_key=True),
    Column("origin", String, nullable=False, unique=True),
    Column("case", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("object", String, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("audit_object", "object", "at"),
)
