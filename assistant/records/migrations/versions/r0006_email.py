"""Where a person may be written to, if anywhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column."""
    op.add_column("users", sa.Column("email", sa.String, nullable=False, server_default=""))
