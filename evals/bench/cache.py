"""Vectors of texts that were embedded before, so that trying another ranking costs seconds."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encoder, Kind, Vectors

_BATCH = 256  # texts embedded between two commits: what a stopped run loses


class CachedEncoder:
    """An Encoder that keeps what the other one made in ``folder``, one SQLite file a fingerprint, in half precision."""

    def __init__(self, encoder: Encoder, folder: Path, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """``progress`` is told how many of the missing texts are embedded, and of how many."""
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]", "_", encoder.fingerprint)
        self._encoder, self._progress = encoder, progress
        self._file = sqlite3.connect(folder / f"{name}.sqlite", timeout=60)
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        self.dimensions, self.fingerprint = encoder.dimensions, encoder.fingerprint

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """As the protocol says; the longest texts first, so that a batch has little padding."""
        keys = [hashlib.sha256(f"{kind}\n{text}".encode()).digest()[:16] for text in texts]
        found = self._find(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        todo = sorted(missing.items(), key=lambda item: -len(item[1]))
        for at in range(0, len(todo), _BATCH):
            some = todo[at : at + _BATCH]
            made = self._encoder.encode([text for _, text in some], kind).astype(np.float16)
            rows = [(key, vector.tobytes()) for (key, _), vector in zip(some, made, strict=True)]
            with self._file:
                self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            found.update(rows)
            self._progress(at + len(some), len(todo))
        stored = np.frombuffer(b"".join(found[key] for key in keys), np.float16)
        return _unit(stored.astype(np.float32).reshape(len(texts), self.dimensions))

    def _find(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        select = "SELECT vector FROM vectors WHERE text = ?"
        rows = ((key, self._file.execute(select, (key,)).fetchone()) for key in dict.fromkeys(keys))
        return {key: row[0] for key, row in rows if row}


def _unit(vectors: Vectors) -> Vectors:
    """Unit length again after half precision."""
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return unit
