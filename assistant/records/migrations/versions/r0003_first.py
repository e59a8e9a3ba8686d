"""The records as version 0.1 made them; there is nothing before it."""

revision = "0003"
down_revision = None


def upgrade() -> None:
    """Nothing: the tables are there."""
