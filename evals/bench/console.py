"""What the tools here show people: how far an embedding has come, and an error in one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click
from platformdirs import user_cache_path

from corpus.errors import DafuError

DEFAULT_CACHE = user_cache_path("dafu", appauthor=False) / "bench"


def show_embedding(done: int, total: int) -> None:
    """One line that goes on until it is done."""
    click.echo(f"\rembedding {done} of {total}", nl=done == total, err=True)


def run(command: Callable[[], Any]) -> None:
    """A tool as a program: an error that is meant for people is one line, and the exit status 2."""
    try:
        command()
    except DafuError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
