"""The keyword leg: BM25F over character bigrams and rare characters, postings in the catalog's tables, summed by numpy.

The database keeps, for each term, which chunks hold it; a search reads the few terms of the question and adds up. Over
60,000 chunks that is ten times as fast as FTS5, which steps through every posting, twice. Postings change in the
catalog's own transaction, so a crash leaves them as they were.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from index.bigrams import characters
from index.bigrams import terms as terms_of
from index.chunk import Chunk
from index.legs import Scored
from index.storage.catalog import Catalog, Lately
from index.storage.database import append
from index.storage.schema import TIERS, lengths, postings
from index.storage.schema import chunks as chunk_table

# How often a chunk's body has the term, whether its head has it, and how many terms its body has.
_POSTING = np.dtype([("chunk", "<u4"), ("body", "u1"), ("head", "u1"), ("length", "<u2")])
_BLOCK = 2_048  # chunk numbers whose postings of a term share a row: adding a chunk rewrites 16 kB at most
_CACHED_TERMS, _CACHED_COUNTS = 512, 8_192
_TOGETHER = 10_000  # terms that one statement names

# Statements, built once.
_c = chunk_table.c
_NUMBER = select(_c.number).where(_c.key == bindparam("of"))
_KEYS = "SELECT number, key FROM chunks WHERE number IN (?)"
_OF = select(_c.number, _c.tier, _c.head, _c.body).where(_c.document == bindparam("of"))


class _Tier:
    """The statements over one tier's tables."""

    def __init__(self, postings: Table, lengths: Table) -> None:
        terms = postings.c.term.in_(bindparam("terms", expanding=True))
        here = (postings.c.term == bindparam("of")) & (postings.c.block == bindparam("in"))
        self.postings, self.lengths = postings, lengths
        self.data = f"SELECT term, data FROM {postings} WHERE term IN (?)"  # noqa: S608 (our tables)
        self.count = f"SELECT term, sum(length(data)) FROM {postings} WHERE term IN (?) GROUP BY term"  # noqa: S608
        self.placed = select(postings).where(terms, postings.c.block.in_(bindparam("blocks", expanding=True)))
        self.cut = update(postings).where(here).values(data=bindparam("left"))
        self.empty = delete(postings).where(here)
        self.forget = delete(lengths).where(lengths.c.chunk == bindparam("number"))
        self.size = select(func.count(), func.coalesce(func.sum(lengths.c.length), 0))


_TIERS = {tier: _Tier(postings[tier], lengths[tier]) for tier in TIERS}

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
    """Incremental and persistent, in the catalog's database."""

    def __init__(self, catalog: Catalog, *, bm25: Bm25 | None = None) -> None:
        """Use the catalog's tables."""
        self._catalog, self._bm25 = catalog, bm25 or Bm25()
        self._rows, self._listed = catalog.database.rows, catalog.database.listed
        self._counts = {tier: Lately(_CACHED_COUNTS, partial(self._read_counts, tier)) for tier in TIERS}
        self._postings = {tier: Lately(_CACHED_TERMS, partial(self._read_postings, tier)) for tier in TIERS}
        self._sizes = Lately(len(TIERS), self._read_sizes)

    def put(self, connection: Connection, tier: str, chunks: Iterable[Chunk]) -> None:
        """Index chunks that the catalog already holds, inside its ``change``."""
        rows = ((connection.execute(_NUMBER, {"of": c.key}).scalar_one(), c.head, c.body) for c in chunks)
        self._add(connection, tier, rows)

    def _add(self, connection: Connection, tier: str, rows: Iterable[tuple[int, str, str]]) -> None:
        added: dict[tuple[str, int], list[tuple[int, int, int, int]]] = defaultdict(list)
        sizes = []
        for number, head, body in rows:
            length = 0
            for term, in_body, in_head, length in _counts(head, body):
                added[term, number // _BLOCK].append((number, in_body, in_head, length))
            sizes.append({"chunk": number, "length": length})
        packed = [(*place, np.array(found, _POSTING).tobytes()) for place, found in sorted(added.items())]
        append(connection, _TIERS[tier].postings, packed, "data")
        if sizes:
            connection.execute(insert(_TIERS[tier].lengths), sizes)

    def drop(self, connection: Connection, document: str) -> None:
        """Forget a document's chunks, before the catalog forgets them, inside its ``change``."""
        gone: dict[str, dict[int, set[str]]] = defaultdict(dict)
        for number, tier, head, body in connection.execute(_OF, {"of": document}).all():
            gone[tier][number] = {term for term, *_ in _counts(head, body)}
        for tier, terms in gone.items():
            connection.execute(_TIERS[tier].forget, [{"number": number} for number in terms])
            self._remove(connection, tier, list(terms), sorted(set().union(*terms.values())))

    @staticmethod
    def _remove(connection: Connection, tier: str, numbers: list[int], terms: Sequence[str]) -> None:
        gone = {block: np.zeros(_BLOCK, bool) for block in {number // _BLOCK for number in numbers}}
        for number in numbers:
            gone[number // _BLOCK][number % _BLOCK] = True
        for at in range(0, len(terms), _TOGETHER):
            wanted = {"terms": terms[at : at + _TOGETHER], "blocks": sorted(gone)}
            cut: list[dict[str, Any]] = []
            emptied: list[dict[str, Any]] = []
            for term, block, data in connection.execute(_TIERS[tier].placed, wanted).all():
                stored = np.frombuffer(data, _POSTING)
                left = stored[~gone[block][stored["chunk"] % _BLOCK]]
                place = {"of": term, "in": block}
                (cut if len(left) else emptied).append({**place, "left": left.tobytes()} if len(left) else place)
            for statement, rows in ((_TIERS[tier].cut, cut), (_TIERS[tier].empty, emptied)):
                if rows:
                    connection.execute(statement, rows)

    def rebuild(self, connection: Connection, tier: str) -> None:
        """Index every chunk of a tier anew, inside a ``change``."""
        for table in (_TIERS[tier].postings, _TIERS[tier].lengths):
            connection.execute(delete(table))
        found = select(_c.number, _c.head, _c.body).where(_c.tier == tier)
        self._add(connection, tier, (tuple(row) for row in connection.execute(found)))

    def count(self, tier: str) -> int:
        """How many chunks of a tier are indexed."""
        return int(self._rows(_TIERS[tier].size)[0][0])

    def search(self, terms: Sequence[str], k: int, tiers: Sequence[str], documents: Sequence[str] = ()) -> list[Scored]:
        """At most ``k`` chunks of the given access tiers, or of some documents in them, best first.

        The score is BM25F, larger is better, and a question's term counts once.
        """
        with self._catalog.database.reading():
            return self._search(terms, k, tiers, documents)

    def _search(self, terms: Sequence[str], k: int, tiers: Sequence[str], documents: Sequence[str]) -> list[Scored]:
        generation = self._catalog.generation()
        tiers = [tier for tier in tiers if self._size([tier], generation)[0]]  # an empty one is not asked for terms
        total, mean = self._size(tiers, generation)
        within = select(_c.number).where(_c.document.in_(documents))
        own = [row[0] for row in self._rows(within)] if documents else None
        frequencies = self._found(terms, total, tiers, generation)
        kept = {tier: self._postings[tier](frequencies, generation) for tier in tiers}
        numbers, weights = [], []
        for term, frequency in frequencies.items():
            found = np.concatenate([kept[tier][term] for tier in tiers])
            found = found if own is None else found[np.isin(found["chunk"], own)]
            numbers.append(found["chunk"])
            weights.append(_idf(total, frequency) * self._bm25.scores(found, mean))
        return self._best(np.concatenate(numbers), np.concatenate(weights), k) if numbers else []

    def _found(self, terms: Sequence[str], total: int, tiers: Sequence[str], generation: int) -> dict[str, int]:
        """The terms, and the rare ones of their characters, that any chunk has, and how many chunks have each."""
        singles = [one for term in terms for one in characters(term)]
        known = self._frequencies([*terms, *singles], tiers, generation)
        rare = {one: known[one] for one in singles if known[one] <= self._bm25.rare * total}
        return {term: frequency for term, frequency in (rare | {t: known[t] for t in terms}).items() if frequency}

    def _frequencies(self, terms: Sequence[str], tiers: Sequence[str], generation: int) -> dict[str, int]:
        counted = [self._counts[tier](terms, generation) for tier in tiers if self._size([tier], generation)[0]]
        return {term: sum(one[term] for one in counted) for term in terms}

    def _best(self, numbers: npt.NDArray[np.uint32], weights: npt.NDArray[np.float64], k: int) -> list[Scored]:
        if not len(numbers):
            return []
        scores = np.bincount(numbers, weights)
        order = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        best = {int(n): float(scores[n]) for n in order if scores[n] > 0}
        rows = self._listed(_KEYS, list(best))
        return sorted((Scored(str(key), best[n]) for n, key in rows), key=lambda hit: (-hit.score, hit.key))

    def rarity(self, terms: Sequence[str], tiers: Sequence[str]) -> Mapping[str, float]:
        """Inverse document frequency of each term over the tiers, in nats; a term that no chunk holds is 0."""
        generation = self._catalog.generation()
        total, _ = self._size(tiers, generation)
        return {term: _idf(total, found) for term, found in self._frequencies(terms, tiers, generation).items()}

    def _size(self, tiers: Sequence[str], generation: int) -> tuple[int, float]:
        """How many chunks the tiers hold, and their mean length in terms."""
        found = self._sizes(tiers, generation).values()
        total = sum(count for count, _ in found)
        return total, sum(length for _, length in found) / max(total, 1)

    def _read_postings(self, tier: str, terms: Sequence[str]) -> dict[str, Postings]:
        found: dict[str, list[bytes]] = {term: [] for term in terms}
        for term, data in self._listed(_TIERS[tier].data, terms):
            found[term].append(data)
        return {term: np.frombuffer(b"".join(data), _POSTING) for term, data in found.items()}

    def _read_counts(self, tier: str, terms: Sequence[str]) -> dict[str, int]:
        """How many chunks have each term; a database knows a value's length without reading it."""
        found = {term: int(length) for term, length in self._listed(_TIERS[tier].count, terms)}
        return {term: found.get(term, 0) // _POSTING.itemsize for term in terms}

    def _read_sizes(self, tiers: Sequence[str]) -> dict[str, tuple[int, float]]:
        found = {tier: self._rows(_TIERS[tier].size)[0] for tier in tiers}
        return {tier: (count, float(total)) for tier, (count, total) in found.items()}


def _counts(head: str, body: str) -> Iterator[tuple[str, int, int, int]]:
    """Each distinct term, how often the body and whether the head has it, and the body's length in terms."""
    words = terms_of(body)
    in_head, in_body = set(terms_of(head) + characters(head)), Counter(words + characters(body))
    length = min(len(words), 65_535)
    for term in in_head | in_body.keys():
        yield term, min(in_body[term], 255), int(term in in_head), length


def _idf(total: int, frequency: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
