"""A home's index: the catalog with its keyword tables, the vectors beside it, and what keeps the two in step."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import BusyError, InputError, StateError
from corpus.private import private_file, private_folder
from index.chunk import CHUNKER_VERSION
from index.keywords import PostingKeywords
from index.legs import VectorStore
from index.storage.catalog import TIERS, Catalog
from index.storage.schema import CURE
from index.storage.sound import KEY, Sums, looks_whole, shrunk
from index.vectors import ChromaVectors

_LOCK_SECONDS = 600
_ASKED_SECONDS = 0.2  # a process that only asks whether a sync is running holds its lock for less
_VECTORS = 2_000  # held in memory at once
CATALOG = "catalog.sqlite"
UPLOADS = "uploads"
STAFF_ANSWERS = "staff-answers"  # the folder of the uploads where approved answers lie


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a store, and what mends it."""

    what: str
    cure: str


class Store:
    """Opens ``home``; readers and writers may use it at once, from several processes; writers take turns."""

    def __init__(
        self, home: Path, *, create: bool = False, vectors: VectorStore | None = None, database: str = ""
    ) -> None:
        """Open the index below ``home``, with Chroma's vectors there unless others are given.

        ``database`` is the address of PostgreSQL where the catalog is kept there and not in a file of the home.

        Raises:
            InputError: there is none, and ``create`` is off.
            StateError: it cannot be read.
        """
        if home.exists() and not home.is_dir():
            raise InputError(f"{home} is a file, not a Dafu home; name a folder with --home")
        if not create and not database and not (home / CATALOG).is_file():
            raise InputError(f"{home} holds no index; run `dafu sync --home {home}` first")
        _make(home, catalog=not database, vectors=vectors is None)
        self.home = home
        if create:
            self._require_writable()
        self.catalog = Catalog(database or home / CATALOG)
        self.keywords = PostingKeywords(self.catalog)
        self._vectors = vectors
        self._sums = Sums(home / "chroma")
        self._is_whole = False  # as far as this process has looked
        self._syncing = False
        self._seen = self.catalog.generation()
        self._reopening = threading.Lock()

    @property
    def writable(self) -> bool:
        """Whether this home can be changed; if not, Chroma cannot even read its vectors, for it writes as it opens."""
        places = (self.home, self.home / CATALOG, self.home / "chroma", self.home / "chroma" / "chroma.sqlite3")
        return all(os.access(one, os.W_OK) for one in places if one.exists())

    def _require_writable(self) -> None:
        if not self.writable:
            raise StateError(f"{self.home} cannot be written; give yourself the right to, or name another with --home")

    @property
    def vectors(self) -> VectorStore:
        """The vectors, opened when they are first needed.

        Raises:
            StateError: they cannot be read.
        """
        with self._reopening:
            if self._vectors is None:
                self._require_writable()
                self._vectors = ChromaVectors(self.home / "chroma", self._require_sound)
            return self._vectors

    def is_sound(self) -> bool:
        """Whether the files of the vectors are as they were left, or at least whole; else opening may end the process.

        A store that has opened them has looked already, and so has another process that is syncing now.
        """
        if self._vectors is not None and (not isinstance(self._vectors, ChromaVectors) or self._vectors.is_open):
            return True
        self._is_whole = self._is_whole or self._as_noted() or self._is_syncing_elsewhere() or self._looks_whole()
        return self._is_whole

    def _as_noted(self) -> bool:
        return self._sums.now() == (self.catalog.get(KEY) or "{}")

    def _is_syncing_elsewhere(self) -> bool:
        """Whether another process is in the middle of a sync, or has just ended it; it notes the files when it ends."""
        if self._syncing or not self.writable:
            return False
        try:
            with self.catalog.database.locked("sync", wait=0, busy=""):
                pass
        except BusyError:
            return True
        return self._as_noted()

    def _looks_whole(self) -> bool:
        before, found = self.catalog.get(KEY) or "{}", self._sums.now()
        if shrunk(before, found) or not looks_whole(self.home / "chroma"):
            return False
        if self.writable:
            self.catalog.remember(KEY, found)  # so that the next process does not look again
        return True

    def _require_sound(self) -> None:
        if not self.is_sound():
            raise StateError(f"the vectors below {self.home / 'chroma'} are damaged; run `dafu sync` to make them anew")

    def _note_sums(self) -> None:
        """Remember the files of the vectors, if this process may have changed them; a sync does so at its end."""
        changed = isinstance(self._vectors, ChromaVectors) and self._vectors.is_open and not self._syncing
        if changed and not self._as_noted():
            self.catalog.remember(KEY, self._sums.now())

    @property
    def uploads(self) -> Path:
        """The folder of the files given on the page: always a source."""
        return self.home / UPLOADS

    @contextmanager
    def syncing(self, *, wait: float = 0) -> Iterator[None]:
        """Hold the lock that one sync at a time has, waiting for it at most so many seconds.

        Raises:
            StateError: another sync has it, or the home cannot be written.
        """
        self._require_writable()
        busy = f"another sync of {self.home} is running; wait for it to end and try again"
        with self.catalog.database.locked("sync", wait=max(wait, _ASKED_SECONDS), busy=busy):
            self._syncing = True
            try:
                yield
                self._syncing = False
                with self.writing():
                    pass  # which notes the files of the vectors
            finally:
                self._syncing = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one writer's lock, for one step: a long sync gives it back between two groups of documents.

        Raises:
            StateError: another process has held it for ten minutes, or the home cannot be written.
        """
        self._require_writable()
        busy = f"another process is writing to {self.home}; wait for it to end and try again"
        with self.catalog.database.locked("write", wait=_LOCK_SECONDS, busy=busy):
            self.refresh()
            yield
            self._note_sums()
            self._seen = self.catalog.generation()  # ours: nobody else could write

    def refresh(self) -> int:
        """Look at the catalog's generation and reopen the vectors when another process has changed them."""
        generation = self.catalog.generation()
        if generation != self._seen:
            with self._reopening:
                if generation != self._seen:
                    if self._vectors is not None:
                        self._vectors.reopen()
                    self._seen = generation
        return generation

    def fill(self, source: Store) -> None:
        """Take over all that another store holds, where this one is empty; a vector is not made anew.

        Raises:
            InputError: this one is not empty.
        """
        with source.writing():  # so that the vectors are those of the catalog's chunks
            self.catalog.database.fill(source.catalog.database)
            for tier in TIERS:
                keys = sorted(source.vectors.keys(tier))
                for at in range(0, len(keys), _VECTORS):
                    self.vectors.put(tier, source.vectors.get(tier, keys[at : at + _VECTORS]))

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
            return [Fault(f"the catalog is damaged: {state}", CURE)]
        if not self.writable:
            return [Fault(f"{self.home} cannot be written", "give yourself the right to")]
        stored = self.catalog.get("fingerprint")
        found = []
        if encoder is not None and stored is not None and stored != fingerprint(encoder):
            found.append(Fault(f"the index was made with {stored}, not {fingerprint(encoder)}", "run `dafu sync`"))
        if not self.is_sound():
            return [*found, Fault(f"the vectors below {self.home / 'chroma'} are damaged", "run `dafu sync`")]
        try:
            return found + [fault for tier in TIERS for fault in self._tier_faults(tier, dense=stored is not None)]
        except StateError as error:
            if isinstance(self.vectors, ChromaVectors):
                raise
            what, _, cure = str(error).partition("; ")
            return [*found, Fault(what, cure)]

    def _tier_faults(self, tier: str, *, dense: bool) -> Iterator[Fault]:
        chunks, vectors, keywords = self.catalog.chunk_keys(tier), self.vectors.keys(tier), self.keywords.count(tier)
        if dense and chunks - vectors:
            yield Fault(f"{len(chunks - vectors)} {tier} chunks have no vector", "run `dafu sync`")
        if vectors - chunks:
            yield Fault(f"{len(vectors - chunks)} {tier} vectors have no chunk", "run `dafu sync`")
        if keywords != len(chunks):
            yield Fault(f"{keywords} of {len(chunks)} {tier} chunks are in the keyword index", "run `dafu sync`")


def fingerprint(encoder: str) -> str:
    """What must agree between the stored vectors and a search: encoder and chunker."""
    return f"{encoder} chunker/{CHUNKER_VERSION}"


def _make(home: Path, *, catalog: bool, vectors: bool) -> None:
    try:
        private_folder(home)
        if vectors:
            private_folder(home / "chroma")
        if catalog:
            private_file(home / CATALOG)
    except OSError as error:
        raise InputError(f"{home} cannot be made ({error.strerror}); name another folder with --home") from error
