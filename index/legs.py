"""What a vector store is, an access tier at a time, and what both legs of the search give."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Scored(NamedTuple):
    """A chunk's key and its score; higher is better."""

    key: str
    score: float


class VectorStore(ABC):
    """Keeps one vector a chunk and finds the nearest by cosine."""

    @abstractmethod
    def search(self, vector: Vectors, k: int, tiers: Sequence[str]) -> list[Scored]:
        """At most ``k`` chunks of the given access tiers, by cosine similarity, best first."""

    @abstractmethod
    def put(self, tier: str, vectors: Mapping[str, Vectors]) -> None:
        """Store vectors by key, replacing those that are there."""

    @abstractmethod
    def drop(self, tier: str, keys: Iterable[str]) -> None:
        """Forget keys; unknown ones are passed over."""

    @abstractmethod
    def get(self, tier: str, keys: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those keys that are there."""

    @abstractmethod
    def keys(self, tier: str) -> set[str]:
        """All keys of a tier."""

    @abstractmethod
    def clear(self) -> None:
        """Forget everything, as when another encoder is to fill the store."""

    def reopen(self) -> None:  # noqa: B027 (most stores see it anyway)
        """See what another process wrote."""

    def close(self) -> None:  # noqa: B027 (not every store has any)
        """Let go of files and connections."""
