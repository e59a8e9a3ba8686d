"""Whether the files of the vectors are what was written: a torn one would end the process that opens it.

Chroma reads its graph (``*.bin``) without looking at it: a file of zeros is a segmentation fault, or search that finds
other passages. So their sums are kept in the catalog, and where they differ, as after a crash, another process looks
first: ``python -m index.storage.sound FOLDER`` ends with 0 if every vector is whole and found by itself, with 3 if not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np

from corpus.errors import StateError

KEY = "vector files"  # under which the catalog remembers the sums
_DAMAGED = 3  # exit status; Python's own for a traceback is 1
_BLOCK = 1 << 20
_SECONDS = 900.0  # for the other process; a million vectors take some minutes
_BATCH = 2_000  # vectors looked at together
_ASKED = 20  # of them that are searched for in each batch; a graph without its links finds few
_FOUND = 0.8  # share of these that must be found: the graph is approximate


class Sums:
    """Size and checksum of each file of the graph; only those are read that changed since they were last read here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[tuple[int, int], int]] = {}

    def now(self) -> str:
        """They as JSON, by the paths of the files."""
        files = sorted(path for path in self._folder.glob("*/*") if path.is_file())
        return json.dumps({path.relative_to(self._folder).as_posix(): self._of(path) for path in files})

    def _of(self, path: Path) -> list[int]:
        found = path.stat()
        state = found.st_size, found.st_mtime_ns
        if self._known.get(str(path), (None, 0))[0] != state:
            self._known[str(path)] = state, _sum(path)
        return [found.st_size, self._known[str(path)][1]]


def shrunk(before: str, now: str) -> bool:
    """Whether a file is smaller than it was: what Chroma writes only grows."""
    sizes = json.loads(now)
    return any(name in sizes and sizes[name][0] < size for name, (size, _) in json.loads(before).items())


def looks_whole(folder: Path) -> bool:
    """Whether another process could read every vector and find it; one that was ended by a signal met damage.

    Raises:
        StateError: it could not look.
    """
    command = [sys.executable, "-P", "-m", "index.storage.sound", str(folder)]
    paths = (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    try:
        ran = subprocess.run(  # noqa: S603 (our own module)
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, env=environ
        )
    except subprocess.TimeoutExpired:
        return False
    if ran.returncode > 0 and ran.returncode != _DAMAGED:
        why = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StateError(f"the vectors below {folder} could not be looked at ({why}); try again")
    return ran.returncode == 0


def _sum(path: Path) -> int:
    found = 0
    with path.open("rb") as opened:
        while block := opened.read(_BLOCK):
            found = zlib.crc32(block, found)
    return found


def _all_found(folder: Path) -> bool:
    from index.storage.catalog import TIERS  # noqa: PLC0415
    from index.vectors import ChromaVectors  # noqa: PLC0415

    vectors = ChromaVectors(folder)
    asked = found = 0
    for tier in TIERS:
        keys = sorted(vectors.keys(tier))
        for at in range(0, len(keys), _BATCH):
            some = vectors.get(tier, keys[at : at + _BATCH])
            stored = np.stack(list(some.values())) if some else np.zeros((0, 1))
            if len(some) != len(keys[at : at + _BATCH]) or not (np.linalg.norm(stored, axis=1) > 0).all():
                return False
            for key in list(some)[:: max(1, len(some) // _ASKED)]:
                nearest = vectors.search(some[key], 1, [tier])
                asked, found = asked + 1, found + bool(nearest and nearest[0].score > 1 - 1e-3)
    return found >= _FOUND * asked


if __name__ == "__main__":
    try:
        whole = _all_found(Path(sys.argv[1]))
    except StateError:
        whole = False
    sys.exit(0 if whole else _DAMAGED)
