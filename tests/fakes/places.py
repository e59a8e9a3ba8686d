"""Both places of a database: a module that imports ``database`` runs its tests over an SQLite file and PostgreSQL."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["file", "server"])
def database(request: pytest.FixtureRequest) -> str:
    """Nothing, for a file in the home, or the address of an empty database."""
    return "" if request.param == "file" else request.getfixturevalue("server_database")
