"""What the review desk needs: everything that an answer of staff answers, who may see it, and who has what open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, and take over what each answer was about so far."""
    op.add_column("reviews", sa.Column("access", sa.String, nullable=False, server_default=""))
    op.create_table(
        "review_items",
        sa.Column("review", sa.String, sa.ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("item", sa.String, primary_key=True),
    )
    op.create_index("review_items_item", "review_items", ["item"])
    op.create_table(
        "presence",
        sa.Column("thing", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("seen", sa.String, nullable=False),
    )
    for kind in ("turn", "handover", "feedback"):
        op.execute(f"INSERT INTO review_items SELECT id, '{kind}:' || {kind} FROM reviews WHERE {kind} IS NOT NULL")  # noqa: S608
