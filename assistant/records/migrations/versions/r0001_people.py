"""People, how they sign in, their conversations, the documents these cite, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _users()
    _failures()
    _sign_ins()
    _tokens()
    _document_versions()
    _conversations()
    _turns()
    _turn_documents()
    _audit()


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("display", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
    )


def _failures() -> None:
    op.create_table(
        "failures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_index("failures_key", "failures", ["key", "at"])


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("user", sa.String, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("opened", sa.String, nullable=False),
        sa.Column("seen", sa.String, nullable=False),
    )
    op.create_index("sign_ins_user", "sign_ins", ["user"])


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("user", sa.String, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False, unique=True),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("used", sa.String),
        sa.Column("revoked", sa.String),
    )
    op.create_index("tokens_user", "tokens", ["user"])


def _document_versions() -> None:
    op.create_table(
        "document_versions",
        sa.Column("document", sa.String, primary_key=True),
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("tier", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("kept", sa.String, nullable=False),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
        sa.Column("unread", sa.Boolean, nullable=False),
    )
    op.create_index("conversations_owner", "conversations", ["owner", "changed"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("conversation", sa.String, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("standalone", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True)),
        sa.Column("found", sa.JSON, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("error", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
        sa.UniqueConstraint("conversation", "position", name="turns_position"),
    )
    op.create_index("turns_outcome", "turns", ["outcome", "changed"])


def _turn_documents() -> None:
    op.create_table(
        "turn_documents",
        sa.Column("turn", sa.String, sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("document", sa.String, primary_key=True),
        sa.Column("version", sa.String, primary_key=True),
    )
    op.create_index("turn_documents_document", "turn_documents", ["document", "version"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("object", sa.String, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_index("audit_object", "audit", ["object", "at"])
