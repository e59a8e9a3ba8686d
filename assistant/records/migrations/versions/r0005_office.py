"""Who answers a question until when, which sentences need no evidence, which answers are shown to others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table and the columns."""
    op.create_table(
        "assignments",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("due", sa.String, nullable=False),
        sa.Column("changed", sa.String, nullable=False),
    )
    op.add_column("reviews", sa.Column("courtesies", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("turns", sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false()))
