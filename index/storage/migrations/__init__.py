"""The steps from one state of a database to the next. A released step is never changed; a change is a further step."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect


def revisions(folder: Path) -> tuple[str, ...]:
    """Every step that a folder holds, oldest first."""
    scripts = ScriptDirectory.from_config(_config(folder))
    return tuple(step.revision for step in scripts.walk_revisions())[::-1]


def upgrade(engine: Engine, folder: Path, found: str | None = None, to: str = "head") -> None:
    """Bring a database that stands at the step ``found`` to another, in one transaction."""
    with engine.connect().execution_options(immediate=True) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # a table made anew must not cascade
            connection.rollback()
        config = _config(folder)
        config.attributes["connection"] = connection
        try:
            if found and not inspect(connection).has_table("alembic_version"):
                connection.rollback()
                command.stamp(config, found)
            connection.rollback()
            command.upgrade(config, to)
        finally:
            connection.invalidate()


def _config(folder: Path) -> Config:
    config = Config()
    for option, value in (("script_location", Path(__file__).parent), ("version_locations", folder)):
        config.set_main_option(option, str(value).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config
