"""The keyword leg: BM25F over character bigrams and rare characters, postings in the catalog's file, summed by numpy.

SQLite keeps, for each term, which chunks hold it; a search reads the few terms of the question and adds up. Over
60,000 chunks that is ten times as fast as FTS5, which steps through every posting, twice. Postings change in the
catalog's own transaction, so a crash leaves them as they were.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from index.bigrams import characters
from index.bigrams import terms as terms_of
from index.catalog import TIERS, Catalog
from index.chunk import Chunk
from index.legs import Scored

# How often a chunk's body has the term, whether its head has it, and how many terms its body has.
_POSTING = np.dtype([("chunk", "<u4"), ("body", "u1"), ("head", "u1"), ("length", "<u2")])
_BLOCK = 2_048  # chunk numbers whose postings of a term share a row: adding a chunk rewrites 16 kB at most
_CACHED_TERMS, _CACHED_COUNTS = 512, 8_192

_TABLES = """
CREATE TABLE IF NOT EXISTS postings_{tier} (
    term TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (term, block)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lengths_{tier} (chunk INTEGER PRIMARY KEY, length INTEGER NOT NULL);
"""

Postings = npt.NDArray[Any]  # of _POSTING


@dataclass(frozen=True, slots=True)
class Bm25:
    """BM25F (Robertson et al., CIKM 2004) with BM25+'s floor (Lv & Zhai, CIKM 2011) under what the body has.

    A title is in the head of each of its document's chunks: counted as often as it stands there, or allowed to change
    a chunk's length, it would raise a chunk that says nothing above one that answers. So the head counts once,
    and a term in the body is worth ``floor`` more than any other, however long the body.
    """

    k1: float = 1.2
    b: float = 0.5
    head: float = 1.0
    floor: float = 1.0
    rare: float = (
        0.1  # share of the chunks: what fewer have counts as a single character too, so 税 finds 纳税 and 税款
    )

    def scores(self, found: Postings, mean_length: float) -> npt.NDArray[np.float64]:
        """One term's share of each chunk's score, before rarity: 0 to ``k1 + 1 + floor``."""
        norm = 1 - self.b + self.b * found["length"] / max(mean_length, 1.0)
        frequency = found["body"] / norm + self.head * found["head"]
        saturated = frequency * (self.k1 + 1) / (frequency + self.k1)
        return np.asarray(saturated + self.floor * (found["body"] > 0), np.float64)


class PostingKeywords:
    """Incremental and persistent, in the catalog's file; see ``KeywordLeg``."""

    def __init__(self, catalog: Catalog, *, bm25: Bm25 | None = None) -> None:
        """Use the catalog's file, adding the tables if they are not there yet."""
        self._catalog, self._bm25 = catalog, bm25 or Bm25()
        self._read = lru_cache(_CACHED_TERMS)(self._read_term)
        self._count = lru_cache(_CACHED_COUNTS)(self._count_term)
        self._sizes = lru_cache(8)(self._read_sizes)
        self._create()

    def _create(self) -> None:
        known = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'postings_%' OR name LIKE 'lengths_%'"
        try:
            connection = self._catalog.connection
            if connection.execute(known).fetchone()[0] < 2 * len(TIERS):
                connection.executescript("".join(_TABLES.format(tier=tier) for tier in TIERS))
        except sqlite3.DatabaseError as error:
            raise self._catalog.damaged(error) from error

    def put(self, connection: sqlite3.Connection, tier: str, chunks: Iterable[Chunk]) -> None:
        """Index chunks that the catalog already holds, inside its ``change``."""
        number = "SELECT number FROM chunks WHERE key = ?"
        self._add(
            connection, tier, ((*connection.execute(number, (c.key,)).fetchone(), c.head, c.body) for c in chunks)
        )

    def _add(self, connection: sqlite3.Connection, tier: str, rows: Iterable[tuple[int, str, str]]) -> None:
        added: dict[tuple[str, int], list[tuple[int, int, int, int]]] = defaultdict(list)
        lengths = []
        for number, head, body in rows:
            length = 0
            for term, in_body, in_head, length in _counts(head, body):
                added[term, number // _BLOCK].append((number, in_body, in_head, length))
            lengths.append((number, length))
        appended = "ON CONFLICT DO UPDATE SET data = CAST(data || excluded.data AS BLOB)"
        append = f"INSERT INTO postings_{tier} VALUES (?, ?, ?) {appended}"  # noqa: S608 (a tier)
        packed = ((*place, np.array(found, _POSTING).tobytes()) for place, found in sorted(added.items()))
        connection.executemany(append, packed)
        connection.executemany(f"INSERT INTO lengths_{tier} VALUES (?, ?)", lengths)  # noqa: S608 (a tier)

    def drop(self, connection: sqlite3.Connection, document: str) -> None:
        """Forget a document's chunks, before the catalog forgets them, inside its ``change``."""
        gone: dict[tuple[str, str, int], list[int]] = defaultdict(list)
        select = "SELECT number, tier, head, body FROM chunks WHERE document = ?"
        for number, tier, head, body in connection.execute(select, (document,)).fetchall():
            connection.execute(f"DELETE FROM lengths_{tier} WHERE chunk = ?", (number,))  # noqa: S608 (a tier)
            for term, *_ in _counts(head, body):
                gone[tier, term, number // _BLOCK].append(number)
        for (tier, term, block), numbers in gone.items():
            self._remove(connection, tier, (term, block), numbers)

    @staticmethod
    def _remove(connection: sqlite3.Connection, tier: str, place: tuple[str, int], numbers: Sequence[int]) -> None:
        where = f"postings_{tier} WHERE term = ? AND block = ?"
        row = connection.execute(f"SELECT data FROM {where}", place).fetchone()  # noqa: S608 (a tier)
        found = np.frombuffer(row[0] if row else b"", _POSTING)
        left = found[~np.isin(found["chunk"], numbers)]
        connection.execute(f"DELETE FROM {where}", place)  # noqa: S608 (a tier)
        if len(left):
            connection.execute(f"INSERT INTO postings_{tier} VALUES (?, ?, ?)", (*place, left.tobytes()))  # noqa: S608 (a tier)

    def rebuild(self, connection: sqlite3.Connection, tier: str) -> None:
        """Index every chunk of a tier anew, inside a ``change``."""
        for table in ("postings", "lengths"):
            connection.execute(f"DELETE FROM {table}_{tier}")  # noqa: S608 (a tier)
        self._add(connection, tier, connection.execute("SELECT number, head, body FROM chunks WHERE tier = ?", (tier,)))

    def count(self, tier: str) -> int:
        """How many chunks of a tier are indexed."""
        return int(self._catalog.connection.execute(f"SELECT count(*) FROM lengths_{tier}").fetchone()[0])  # noqa: S608 (a tier)

    def search(self, terms: Sequence[str], k: int, tiers: Sequence[str], documents: Sequence[str] = ()) -> list[Scored]:
        """See ``KeywordLeg``; the score is BM25F, larger is better, and a question's term counts once."""
        generation = self._catalog.generation()
        total, mean = self._sizes(tuple(tiers), generation)
        own = self._numbers(documents) if documents else None
        numbers, weights = [], []
        for term, frequency in self._found(terms, total, tiers, generation).items():
            found = self._postings(term, tiers, generation)
            found = found if own is None else found[np.isin(found["chunk"], own)]
            numbers.append(found["chunk"])
            weights.append(_idf(total, frequency) * self._bm25.scores(found, mean))
        return self._best(np.concatenate(numbers), np.concatenate(weights), k) if numbers else []

    def _numbers(self, documents: Sequence[str]) -> list[int]:
        select = "SELECT number FROM chunks WHERE document = ?"
        return [row[0] for identifier in documents for row in self._rows(select, (identifier,))]

    def _found(self, terms: Sequence[str], total: int, tiers: Sequence[str], generation: int) -> dict[str, int]:
        """The terms, and the rare ones of their characters, that any chunk has, and how many chunks have each."""
        most = self._bm25.rare * total
        whole = {term: self._frequency(term, tiers, generation) for term in terms}
        single = {one: self._frequency(one, tiers, generation) for term in terms for one in characters(term)}
        rare = {term: frequency for term, frequency in single.items() if frequency <= most}
        return {term: frequency for term, frequency in (rare | whole).items() if frequency}

    def _frequency(self, term: str, tiers: Sequence[str], generation: int) -> int:
        return sum(self._count(term, tier, generation) for tier in tiers)

    def _best(self, numbers: npt.NDArray[np.uint32], weights: npt.NDArray[np.float64], k: int) -> list[Scored]:
        if not len(numbers):
            return []
        scores = np.bincount(numbers, weights)
        order = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        best = {int(n): float(scores[n]) for n in order if scores[n] > 0}
        marks = ",".join("?" * len(best))
        select = f"SELECT number, key FROM chunks WHERE number IN ({marks})"  # noqa: S608 (only marks)
        rows = self._rows(select, tuple(best))
        return sorted((Scored(str(key), best[n]) for n, key in rows), key=lambda hit: (-hit.score, hit.key))

    def rarity(self, terms: Sequence[str], tiers: Sequence[str]) -> Mapping[str, float]:
        """Inverse document frequency of each term over the tiers, in nats; a term that no chunk holds is 0."""
        generation = self._catalog.generation()
        total, _ = self._sizes(tuple(tiers), generation)
        return {term: _idf(total, self._frequency(term, tiers, generation)) for term in terms}

    def _postings(self, term: str, tiers: Sequence[str], generation: int) -> Postings:
        return np.concatenate([self._read(term, tier, generation) for tier in tiers] or [np.zeros(0, _POSTING)])

    def _read_term(self, term: str, tier: str, generation: int) -> Postings:  # noqa: ARG002 (part of the cache's key)
        rows = self._rows(f"SELECT data FROM postings_{tier} WHERE term = ?", (term,))  # noqa: S608 (a tier)
        return np.frombuffer(b"".join(row[0] for row in rows), _POSTING)

    def _count_term(self, term: str, tier: str, generation: int) -> int:  # noqa: ARG002 (part of the cache's key)
        """How many chunks have the term; SQLite knows a row's length without reading it."""
        select = f"SELECT total(length(data)) FROM postings_{tier} WHERE term = ?"  # noqa: S608 (a tier)
        return int(self._rows(select, (term,))[0][0]) // _POSTING.itemsize

    def _read_sizes(self, tiers: tuple[str, ...], generation: int) -> tuple[int, float]:  # noqa: ARG002 (part of the cache's key)
        """How many chunks the tiers hold, and their mean length in terms."""
        select = " UNION ALL ".join(f"SELECT count(*), total(length) FROM lengths_{tier}" for tier in tiers)  # noqa: S608 (tiers)
        rows = self._rows(select, ()) if tiers else []
        total = sum(int(count) for count, _ in rows)
        return total, sum(float(length) for _, length in rows) / max(total, 1)

    def _rows(self, select: str, values: Sequence[object]) -> list[Any]:
        try:
            return self._catalog.connection.execute(select, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._catalog.damaged(error) from error


def _counts(head: str, body: str) -> Iterator[tuple[str, int, int, int]]:
    """Each distinct term, how often the body and whether the head has it, and the body's length in terms."""
    words = terms_of(body)
    in_head, in_body = set(terms_of(head) + characters(head)), Counter(words + characters(body))
    length = min(len(words), 65_535)
    for term in in_head | in_body.keys():
        yield term, min(in_body[term], 255), int(term in in_head), length


def _idf(total: int, frequency: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
