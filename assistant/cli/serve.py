"""``dafu serve``: everything that is needed, then the page."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.options import GENERATORS, home_option, settings


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option("--generator", type=GENERATORS, help="Who words the answer.")
@home_option
def serve(host: str | None, port: int | None, generator: str | None, home: Path | None) -> None:
    """Prepare the model, sync the documents and serve the page."""
    from assistant.cli.page import open_page  # noqa: PLC0415 (the page's library takes seconds to import)

    open_page(settings(home=home, host=host, port=port, generator=generator))


COMMANDS = (serve,)
