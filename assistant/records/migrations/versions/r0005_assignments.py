"""Who answers a question that waits for staff, and until when; which sentences of an answer need no evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "assignments",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("due", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
    )
    op.add_column("reviews", sa.Column("courtesies", sa.JSON, nullable=False, server_default="[]"))
