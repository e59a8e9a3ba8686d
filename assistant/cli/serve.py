"""``dafu serve``: everything that is needed, then the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assistant.cli.options import GENERATORS, home_option, settings

_LOOPBACK = "127.0.0.1,::1"
_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--host", help="Address to listen on; others than this machine need users and encryption.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option("--generator", type=GENERATORS, help="Who words the answer.")
@click.option("--tls-cert", type=_FILE, help="Certificate (PEM) to encrypt with.")
@click.option("--tls-key", type=_FILE, help="Its key (PEM, without a password).")
@click.option(
    "--behind-proxy",
    is_flag=False,
    flag_value=_LOOPBACK,
    metavar="[ADDRESSES]",
    help="A proxy encrypts; its addresses, by default this machine's. It must send Host and X-Forwarded-Proto.",
)
@home_option
def serve(home: Path | None, **given: Any) -> None:
    """Prepare the model, sync the documents and serve the page."""
    from assistant.cli.page import open_page  # noqa: PLC0415 (the page's library takes seconds to import)

    open_page(settings(home=home, **given))


COMMANDS = (serve,)
