"""The steps from one state of the tables to the next. A released step is never changed; a change is a further step."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def revisions() -> tuple[str, ...]:
    """Every step this program knows, oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return tuple(step.revision for step in scripts.walk_revisions())[::-1]


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the file to a step, in one transaction."""
    with engine.connect().execution_options(immediate=True) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # a table made anew must not cascade
        connection.rollback()
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        finally:
            connection.invalidate()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
