"""What staff work on: feedback, hand-overs, reviews, drafts, candidates for the suites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _feedback()
    _handovers()
    _reviews()
    _drafts()
    _draft_versions()
    _candidates()


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("turn", sa.String, sa.ForeignKey("turns.id", ondelete="SET NULL")),
        sa.Column("person", sa.String, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
        sa.UniqueConstraint("turn", "person", name="feedback_once"),
    )
    op.create_index("feedback_verdict", "feedback", ["verdict", "changed"])


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("turn", sa.String, sa.ForeignKey("turns.id", ondelete="SET NULL")),
        sa.Column("asker", sa.String, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
    )
    op.create_index("handovers_state", "handovers", ["state", "changed"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("turn", sa.String, sa.ForeignKey("turns.id", ondelete="SET NULL")),
        sa.Column("handover", sa.String, sa.ForeignKey("handovers.id", ondelete="SET NULL")),
        sa.Column("feedback", sa.String, sa.ForeignKey("feedback.id", ondelete="SET NULL")),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("citations", sa.JSON, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("approver", sa.String, nullable=False),
        sa.Column("remark", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
        sa.Column("approved", sa.String),
    )
    op.create_index("reviews_state", "reviews", ["state", "changed"])
    op.create_index("reviews_turn", "reviews", ["turn"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("held", sa.String),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
        sa.Column("removed", sa.String),
    )


def _draft_versions() -> None:
    op.create_table(
        "draft_versions",
        sa.Column("draft", sa.String, sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("saved", sa.String, nullable=False),
    )


def _candidates() -> None:
    op.create_table(
        "candidates",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("origin", sa.String, nullable=False, unique=True),
        sa.Column("case", sa.JSON, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
    )
