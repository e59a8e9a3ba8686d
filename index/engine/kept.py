"""Files beside a model that are made of it and can be made again."""

from __future__ import annotations

import os
from pathlib import Path

ENGINES = "engines"  # the folder, inside a model's, of what is made of it


def keep(path: Path, content: bytes) -> bool:
    """Write a file that can be made again, whole or not at all; false where the folder is not ours to write."""
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        return False
    return True
