"""Folders and files that their owner alone reads: a home holds what people asked, whatever the shell's umask."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def private_folder(path: Path) -> None:
    """Make a folder, or close one that is there, so that nobody else on the machine looks into it.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close(path)


def private_file(path: Path) -> None:
    """Make an empty file, or close one that is there, so that nobody else on the machine reads it.

    Raises:
        OSError: it cannot be made.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    _close(path)


def _close(path: Path) -> None:
    mode = path.stat().st_mode
    if mode & 0o077:
        with suppress(PermissionError):  # somebody else's, who decides
            path.chmod(mode & 0o700)
