"""What a vector store is, an access tier at a time, and what both legs of the search give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Scored(NamedTuple):
    """A chunk's key and its score; higher is better."""

    key: str
    score: float


class VectorStore(Protocol):
    """Keeps one vector a chunk and finds the nearest by cosine."""

    def search(self, vector: Vectors, k: int, tiers: Sequence[str]) -> list[Scored]:
        """At most ``k`` chunks of the given access tiers, by cosine similarity, best first."""
        ...

    def put(self, tier: str, vectors: Mapping[str, Vectors]) -> None:
        """Store vectors by key, replacing those that are there."""
        ...

    def drop(self, tier: str, keys: Iterable[str]) -> None:
        """Forget keys; unknown ones are passed over."""
        ...

    def get(self, tier: str, keys: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those keys that are there."""
        ...

    def keys(self, tier: str) -> set[str]:
        """All keys of a tier."""
        ...


class KeptVectors(VectorStore, Protocol):
    """Vectors that outlive the process."""

    def reopen(self) -> None:
        """See what another process wrote."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
