"""A home's index: the catalog with its keyword tables, the vectors beside it, and what keeps the two in step."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import InputError, StateError
from index.catalog import TIERS, Catalog
from index.chunk import CHUNKER_VERSION
from index.keywords import PostingKeywords
from index.vectors import ChromaVectors

_LOCK_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a store, and what mends it."""

    what: str
    cure: str


class Store:
    """Opens ``home``; readers and one writer may use it at once, from several processes."""

    def __init__(self, home: Path, *, create: bool = False) -> None:
        """Open the index below ``home``.

        Raises:
            InputError: there is none, and ``create`` is off.
            StateError: it cannot be read.
        """
        if home.exists() and not home.is_dir():
            raise InputError(f"{home} is a file, not a Dafu home; name a folder with --home")
        if not create and not (home / "catalog.sqlite").is_file():
            raise InputError(f"{home} holds no index; run `dafu sync --home {home}` first")
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.catalog = Catalog(home / "catalog.sqlite")
        self.keywords = PostingKeywords(self.catalog)
        self.vectors = ChromaVectors(home / "chroma")
        self._seen = self.catalog.generation()
        self._reopening = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one writer's lock.

        Raises:
            StateError: another process has held it for ten minutes.
        """
        try:
            with FileLock(self.home / "write.lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise StateError(f"another process is writing to {self.home}; wait for it to end and try again") from error

    def refresh(self) -> int:
        """Look at the catalog's generation and reopen the vectors when another process has changed them."""
        generation = self.catalog.generation()
        if generation != self._seen:
            with self._reopening:
                if generation != self._seen:
                    self.vectors.reopen()
                    self._seen = generation
        return generation

    def require_fingerprint(self, encoder: str) -> None:
        """Refuse vectors that another encoder or chunker made.

        Raises:
            StateError: with the cure.
        """
        stored = self.catalog.get("fingerprint")
        if stored is not None and stored != fingerprint(encoder):
            raise StateError(
                f"the index was made with {stored}, not {fingerprint(encoder)}; "
                "run `dafu sync` to embed the documents again, or set the encoder back"
            )

    def faults(self, encoder: str | None = None) -> list[Fault]:
        """What is wrong: an unreadable catalog, another encoder, vectors or keywords out of step with the chunks."""
        state = self.catalog.check()
        if state != "ok":
            return [Fault(f"the catalog is damaged: {state}", "delete catalog.sqlite and run `dafu sync`")]
        found = []
        stored = self.catalog.get("fingerprint")
        if encoder is not None and stored is not None and stored != fingerprint(encoder):
            found.append(Fault(f"the index was made with {stored}, not {fingerprint(encoder)}", "run `dafu sync`"))
        for tier in TIERS:
            chunks, vectors = self.catalog.chunk_keys(tier), self.vectors.keys(tier)
            if stored is not None and chunks - vectors:
                found.append(Fault(f"{len(chunks - vectors)} {tier} chunks have no vector", "run `dafu sync`"))
            if vectors - chunks:
                found.append(Fault(f"{len(vectors - chunks)} {tier} vectors have no chunk", "run `dafu sync`"))
            keywords = self.keywords.count(tier)
            if keywords != len(chunks):
                found.append(
                    Fault(f"{keywords} of {len(chunks)} {tier} chunks are in the keyword index", "run `dafu sync`")
                )
        return found


def fingerprint(encoder: str) -> str:
    """What must agree between the stored vectors and a search: encoder and chunker."""
    return f"{encoder} chunker/{CHUNKER_VERSION}"
