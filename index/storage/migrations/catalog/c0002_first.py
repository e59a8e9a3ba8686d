"""The catalog as version 0.1 made it, numbered in the file; there is nothing before it."""

revision = "0002"
down_revision = None


def upgrade() -> None:
    """Nothing: the tables are there."""
