"""``dafu backup`` and ``restore``: a home as one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.compose import bundled_documents, warn
from assistant.cli.options import home_option, settings
from index.backup import backup as write_backup
from index.backup import restore as read_backup
from index.store import Store

_OURS = frozenset({"endpoint_key", "tls_cert", "tls_key"})  # settings that stay on this machine
_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@home_option
def backup(file: Path, home: Path | None) -> None:
    """Write the home (index, records, uploads, settings without keys) to FILE, also while it is served."""
    kept = write_backup(Store(settings(home=home).home), file, bundled=bundled_documents(), secrets=_OURS)
    print(f"{kept.documents} documents, {kept.chunks} chunks, {kept.uploads} uploads in {file}")
    if kept.left_out:
        warn(f"left out, set them again after a restore: {', '.join(kept.left_out)}")


@click.command()
@click.argument("file", type=_FILE)
@home_option
def restore(file: Path, home: Path | None) -> None:
    """Make an empty home hold what a backup FILE holds."""
    target = settings(home=home).home
    kept = read_backup(file, target, bundled=bundled_documents())
    print(f"{kept.documents} documents, {kept.chunks} chunks, {kept.uploads} uploads in {target}")
    for source in kept.missing:
        warn(f"{source} is not on this machine; its documents are kept, `dafu sync PATH` names another folder")


COMMANDS = (backup, restore)
