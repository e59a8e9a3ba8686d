"""Vector stores: Chroma, on disk or by its server (the only module that imports it), and an array in memory."""

from __future__ import annotations

import shutil
import threading
from abc import abstractmethod
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

import numpy as np

from corpus.errors import InputError, StateError
from index.legs import Scored, Vectors, VectorStore

if TYPE_CHECKING:
    import chromadb
    from chromadb.api.types import GetResult

_BATCH = 5_000  # Chroma refuses more than 5,461 at once
T = TypeVar("T")


class MemoryVectors(VectorStore):
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

    def clear(self) -> None:
        """See ``VectorStore``."""
        self._tiers.clear()


class _Opened(NamedTuple):
    """A client, and its collections by access tier."""

    client: Any
    collections: Mapping[str, chromadb.Collection]


class _Chroma(VectorStore):
    """One cosine collection an access tier, because metadata filters scan every row.

    Nothing is opened, nor Chroma imported, before the first vector is wanted: most commands want none.

    Every use raises StateError if Chroma cannot read what is there.
    """

    def __init__(self) -> None:
        self._opened: _Opened | None = None
        self._opening = threading.Lock()

    @abstractmethod
    def _open(self) -> _Opened:
        """Open what is there, made first where it is not."""

    @abstractmethod
    def _told(self, error: Exception) -> StateError:
        """An error of Chroma as a line that names the cure."""

    @property
    def _collections(self) -> Mapping[str, chromadb.Collection]:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened.collections

    @property
    def is_open(self) -> bool:
        """Whether it has been opened."""
        return self._opened is not None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Chroma's errors as a line that names the cure."""
        import httpx  # noqa: PLC0415 (as heavy as Chroma, which uses it)
        from chromadb.errors import ChromaError  # noqa: PLC0415

        try:
            yield
        except (ChromaError, OSError, ValueError, httpx.HTTPError) as error:
            raise self._told(error) from error

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
        """Let go of files and connections."""
        with self._opening:
            if self._opened:
                self._opened.client.close()
                self._opened = None


class ChromaVectors(_Chroma):
    """Chroma's files in a folder."""

    def __init__(self, path: Path, before: Callable[[], None] = lambda: None) -> None:
        """Keep the vectors in the folder ``path``, created if needed; ``before`` looks at what is there first."""
        super().__init__()
        self._path = path
        self._before = before

    def _open(self) -> _Opened:
        self._before()
        return self._files()

    def _files(self) -> _Opened:
        import chromadb  # noqa: PLC0415 (heavy)

        with self._errors():
            client = chromadb.PersistentClient(path=str(self._path), settings=_settings(is_persistent=True))
            return _Opened(client, _collections_of(client))

    def _told(self, error: Exception) -> StateError:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        if "full" in words.lower() or "no space" in words.lower():
            return StateError(
                f"there is no space left for {self._path}; free some and run `dafu sync` again, nothing is lost"
            )
        return StateError(
            f"{self._path} cannot be read ({words}); delete it and run `dafu sync` to rebuild the vectors"
        )

    def reopen(self) -> None:
        """See what another process wrote: a client of Chroma does not notice by itself."""
        with self._opening:
            if self._opened:
                self._opened.client.clear_system_cache()
                self._opened = self._files()

    def clear(self) -> None:
        """See ``VectorStore``."""
        with self._opening:
            if self._opened:
                self._opened.client.clear_system_cache()
            shutil.rmtree(self._path, ignore_errors=True)
            self._opened = self._files()


class ChromaServerVectors(_Chroma):
    """Chroma's server (``chroma run``), at an address that none but this program and its like can reach."""

    def __init__(self, url: str) -> None:
        """``url``: ``http://HOST:PORT`` or ``https://…``; with ``USER:PASSWORD@`` where a proxy asks for them.

        Raises:
            InputError: it is no such address.
        """
        super().__init__()
        self._url = urlsplit(url)
        if not self._url.hostname:
            raise InputError("the setting 'vectors' is no address; write http://HOST:PORT of a Chroma server")

    def _open(self) -> _Opened:
        import chromadb  # noqa: PLC0415 (heavy)

        url, secure = self._url, self._url.scheme == "https"
        headers = {}
        if url.username:
            said = f"{unquote(url.username)}:{unquote(url.password or '')}"
            headers["Authorization"] = f"Basic {b64encode(said.encode()).decode()}"
        with self._errors():
            client = chromadb.HttpClient(
                host=str(url.hostname),
                port=url.port or (443 if secure else 80),
                ssl=secure,
                headers=headers,
                settings=_settings(),
            )
            return _Opened(client, _collections_of(client, "dafu-"))

    def _told(self, error: Exception) -> StateError:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        where = f"{self._url.hostname}:{self._url.port or self._url.scheme}"
        return StateError(
            f"the Chroma server at {where} cannot be used ({words}); start it (`chroma run`), "
            "or correct the setting `vectors`; what it lost `dafu sync` makes anew"
        )

    def clear(self) -> None:
        """See ``VectorStore``."""
        names = [one.name for one in self._collections.values()]
        with self._opening, self._errors():
            if self._opened:
                for name in names:
                    self._opened.client.delete_collection(name)
            self._opened = None


def vectors_at(url: str) -> VectorStore:
    """The vectors of the setting ``vectors``.

    Raises:
        InputError: the address is none.
    """
    if url.startswith("postgres"):
        from index.pgvector import PostgresVectors  # noqa: PLC0415 (seldom needed)

        return PostgresVectors(url)
    if url.startswith(("http://", "https://")):
        return ChromaServerVectors(url)
    raise InputError("the setting 'vectors' is no address; write http://HOST:PORT or postgresql://…")


def _settings(**more: Any) -> Any:
    from chromadb.config import Settings  # noqa: PLC0415 (heavy)

    return Settings(anonymized_telemetry=False, allow_reset=False, **more)


def _collections_of(client: Any, prefix: str = "") -> Mapping[str, chromadb.Collection]:
    configuration = {"hnsw": {"space": "cosine"}}
    return {
        tier: client.get_or_create_collection(f"{prefix}{tier}", configuration=configuration, embedding_function=None)
        for tier in ("public", "internal")
    }


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
