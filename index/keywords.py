"""The keyword leg: BM25 over character bigrams by SQLite FTS5, in tables of the catalog: both change together."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from index.bigrams import terms
from index.catalog import Catalog
from index.chunk import Chunk
from index.legs import Scored


class FtsKeywords:
    """Incremental and persistent; k1 = 1.2 and b = 0.75 are FTS5's own."""

    def __init__(self, catalog: Catalog, *, head_weight: float = 1.0) -> None:
        """``head_weight`` is how much a term in title and headings counts, against one in the body."""
        self._catalog = catalog
        self._head_weight = head_weight

    def put(self, connection: sqlite3.Connection, tier: str, chunks: Iterable[Chunk]) -> None:
        """Index chunks that the catalog already holds, inside its ``change``."""
        insert = f"INSERT INTO keywords_{tier} (rowid, head, body) SELECT number, ?, ? FROM chunks WHERE key = ?"  # noqa: S608 (a tier)
        connection.executemany(insert, ((" ".join(terms(c.head)), " ".join(terms(c.body)), c.key) for c in chunks))

    def drop(self, connection: sqlite3.Connection, document: str) -> None:
        """Forget a document's chunks, before the catalog forgets them, inside its ``change``."""
        for number, tier in connection.execute("SELECT number, tier FROM chunks WHERE document = ?", (document,)):
            connection.execute(f"DELETE FROM keywords_{tier} WHERE rowid = ?", (number,))  # noqa: S608 (a tier)

    def search(self, terms: Sequence[str], k: int, tiers: Sequence[str]) -> list[Scored]:
        """See ``KeywordLeg``; the score is BM25, larger is better."""
        query = " OR ".join(f'"{term}"' for term in terms)
        if not query:
            return []
        found = [hit for tier in tiers for hit in self._search(query, k, tier)]
        return sorted(found, key=lambda hit: (-hit.score, hit.key))[:k]

    def _search(self, query: str, k: int, tier: str) -> list[Scored]:
        table = f"keywords_{tier}"
        select = f"""
            SELECT chunks.key, best.score FROM
                (SELECT rowid, bm25({table}, ?, 1.0) AS score FROM {table}
                    WHERE {table} MATCH ? ORDER BY score LIMIT ?) AS best
                JOIN chunks ON chunks.number = best.rowid ORDER BY best.score, chunks.key
        """  # noqa: S608 (the table is named after a tier)
        try:
            rows = self._catalog.connection.execute(select, (self._head_weight, query, k)).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._catalog.damaged(error) from error
        return [Scored(str(key), -float(score)) for key, score in rows]

    def count(self, tier: str) -> int:
        """How many chunks of a tier are indexed."""
        row = self._catalog.connection.execute(f"SELECT count(*) FROM keywords_{tier}").fetchone()  # noqa: S608 (a tier)
        return int(row[0])

    def rebuild(self, connection: sqlite3.Connection, tier: str) -> None:
        """Index every chunk of a tier anew, inside a ``change``."""
        connection.execute(f"DELETE FROM keywords_{tier}")  # noqa: S608 (a tier)
        rows = connection.execute("SELECT number, head, body FROM chunks WHERE tier = ?", (tier,)).fetchall()
        insert = f"INSERT INTO keywords_{tier} (rowid, head, body) VALUES (?, ?, ?)"  # noqa: S608 (a tier)
        connection.executemany(insert, ((n, " ".join(terms(head)), " ".join(terms(body))) for n, head, body in rows))

    def rarity(self, terms: Sequence[str], tiers: Sequence[str]) -> Mapping[str, float]:
        """Inverse document frequency of each term over the tiers, in nats; a term that no chunk holds is 0."""
        total = sum(self.count(tier) for tier in tiers)
        return {term: _idf(total, sum(self._frequency(term, tier) for tier in tiers)) for term in terms}

    def _frequency(self, term: str, tier: str) -> int:
        select = f"SELECT doc FROM vocabulary_{tier} WHERE term = ?"  # noqa: S608 (a tier)
        row = self._catalog.connection.execute(select, (term,)).fetchone()
        return int(row[0]) if row else 0


def _idf(total: int, frequency: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
