"""Vector stores: Chroma on disk (the only module that imports chromadb), and an array for passages in memory."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from corpus.errors import StateError
from index.legs import Scored, Vectors

if TYPE_CHECKING:
    import chromadb
    from chromadb.api.types import GetResult

_BATCH = 5_000  # Chroma refuses more than 5,461 at once
T = TypeVar("T")


class MemoryVectors:
    """Exact search over an array; nothing is kept when the process ends."""

    def __init__(self) -> None:
        self._tiers: dict[str, dict[str, Vectors]] = {}

    def search(self, vector: Vectors, k: int, tiers: Sequence[str]) -> list[Scored]:
        """See ``VectorStore``."""
        stored = {key: one for tier in tiers for key, one in self._tiers.get(tier, {}).items()}
        if not stored:
            return []
        scores = np.stack(list(stored.values())) @ vector
        return sorted((Scored(key, float(s)) for key, s in zip(stored, scores, strict=True)), key=_best_first)[:k]

    def put(self, tier: str, vectors: Mapping[str, Vectors]) -> None:
        """See ``VectorStore``."""
        self._tiers.setdefault(tier, {}).update(vectors)

    def drop(self, tier: str, keys: Iterable[str]) -> None:
        """See ``VectorStore``."""
        for key in keys:
            self._tiers.get(tier, {}).pop(key, None)

    def get(self, tier: str, keys: Iterable[str]) -> dict[str, Vectors]:
        """See ``VectorStore``."""
        stored = self._tiers.get(tier, {})
        return {key: stored[key] for key in keys if key in stored}

    def keys(self, tier: str) -> set[str]:
        """See ``VectorStore``."""
        return set(self._tiers.get(tier, {}))


class _Opened(NamedTuple):
    """A client, and its collections by access tier."""

    client: Any
    collections: Mapping[str, chromadb.Collection]


class ChromaVectors:
    """One cosine collection an access tier, because metadata filters scan every row.

    The folder is opened, and Chroma imported, when the first vector is wanted: most commands want none.

    Every use raises StateError if Chroma cannot read what is there.
    """

    def __init__(self, path: Path, before: Callable[[], None] = lambda: None) -> None:
        """Keep the vectors in the folder ``path``, created if needed; ``before`` looks at what is there first."""
        self._path = path
        self._before = before
        self._opened: _Opened | None = None
        self._opening = threading.Lock()

    @property
    def _collections(self) -> Mapping[str, chromadb.Collection]:
        with self._opening:
            if self._opened is None:
                self._before()
                self._opened = self._open()
            return self._opened.collections

    @property
    def is_open(self) -> bool:
        """Whether the folder has been opened."""
        return self._opened is not None

    def _open(self) -> _Opened:
        import chromadb  # noqa: PLC0415 (heavy)
        from chromadb.config import Settings  # noqa: PLC0415
        from chromadb.errors import ChromaError  # noqa: PLC0415

        settings = Settings(anonymized_telemetry=False, allow_reset=False, is_persistent=True)
        try:
            client = chromadb.PersistentClient(path=str(self._path), settings=settings)
            made = {
                tier: client.get_or_create_collection(
                    tier, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
                )
                for tier in ("public", "internal")
            }
        except (ChromaError, ValueError, OSError, json.JSONDecodeError) as error:
            raise self._damaged(error) from error
        return _Opened(client, made)

    def _damaged(self, error: Exception) -> StateError:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        return StateError(
            f"{self._path} cannot be read ({words}); delete it and run `dafu sync` to rebuild the vectors"
        )

    def reopen(self) -> None:
        """See what another process wrote: a client of Chroma does not notice by itself."""
        with self._opening:
            if self._opened:
                self._opened.client.clear_system_cache()
                self._opened = self._open()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Chroma's errors as a line that names the cure."""
        from chromadb.errors import ChromaError  # noqa: PLC0415

        try:
            yield
        except (ChromaError, OSError) as error:
            words = str(error).lower()
            if "full" in words or "no space" in words:
                raise StateError(
                    f"there is no space left for {self._path}; free some and run `dafu sync` again, nothing is lost"
                ) from error
            raise self._damaged(error) from error

    def search(self, vector: Vectors, k: int, tiers: Sequence[str]) -> list[Scored]:
        """See ``VectorStore``."""
        found: list[Scored] = []
        for tier in tiers:
            collection = self._collections[tier]
            with self._errors():
                found.extend(self._nearest(collection, vector, k))
        return sorted(found, key=_best_first)[:k]

    @staticmethod
    def _nearest(collection: chromadb.Collection, vector: Vectors, k: int) -> list[Scored]:
        result = collection.query(query_embeddings=[_plain(vector)], n_results=k, include=["distances"])
        distances = (result["distances"] or [[]])[0]
        return [Scored(key, 1.0 - float(d)) for key, d in zip(result["ids"][0], distances, strict=True)]

    def put(self, tier: str, vectors: Mapping[str, Vectors]) -> None:
        """See ``VectorStore``."""
        for batch in _batches(vectors.items()):
            with self._errors():
                self._collections[tier].upsert(
                    ids=[key for key, _ in batch], embeddings=[_plain(one) for _, one in batch]
                )

    def drop(self, tier: str, keys: Iterable[str]) -> None:
        """See ``VectorStore``."""
        for batch in _batches(keys):
            with self._errors():
                self._collections[tier].delete(ids=batch)

    def get(self, tier: str, keys: Iterable[str]) -> dict[str, Vectors]:
        """See ``VectorStore``."""
        found: dict[str, Vectors] = {}
        for batch in _batches(keys):
            with self._errors():
                result = self._collections[tier].get(ids=batch, include=["embeddings"])
            stored = np.asarray(result["embeddings"], np.float32)
            found.update(zip(result["ids"], stored, strict=True))
        return found

    def keys(self, tier: str) -> set[str]:
        """See ``VectorStore``."""
        with self._errors():
            found: GetResult = self._collections[tier].get(include=[])
        return set(found["ids"])

    def close(self) -> None:
        """Let go of the files."""
        with self._opening:
            if self._opened:
                self._opened.client.close()

    def clear(self) -> None:
        """Forget everything, as when another encoder is to fill the store."""
        with self._opening:
            if self._opened:
                self._opened.client.clear_system_cache()
            shutil.rmtree(self._path, ignore_errors=True)
            self._opened = self._open()


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in runs that Chroma accepts."""
    waiting = iter(items)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _best_first(hit: Scored) -> tuple[float, str]:
    return (-hit.score, hit.key)


def _plain(vector: Vectors) -> Any:
    """The vector as Chroma's types have it: theirs name no float32 array that mypy accepts."""
    return vector
