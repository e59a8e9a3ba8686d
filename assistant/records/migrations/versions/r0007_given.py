"""Files that somebody puts into a conversation: their texts belong to it and go with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "given",
        sa.Column("document", sa.String, primary_key=True),
        sa.Column("conversation", sa.String, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("added", sa.String, nullable=False),
        sa.Column("gone", sa.String),
    )
    op.create_index("given_conversation", "given", ["conversation", "added"])
