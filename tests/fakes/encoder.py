"""An Encoder without a model: texts that share character bigrams get similar vectors."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from index.encoder import Kind, Vectors


class HashEncoder:
    """Counts of character bigrams (and the text's edges), hashed into 64 bins, as unit vectors.

    ``history`` keeps every call as ``(texts, kind)``.
    """

    def __init__(self, dimensions: int = 64) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"hash-bigrams/{dimensions}"
        self.history: list[tuple[tuple[str, ...], Kind]] = []

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """As the protocol says; the kind makes no difference."""
        self.history.append((tuple(texts), kind))
        counts = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            edged = f"\x02{text}\x03"
            for at in range(len(edged) - 1):
                counts[row, zlib.crc32(edged[at : at + 2].encode()) % self.dimensions] += 1
        unit: Vectors = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return unit
