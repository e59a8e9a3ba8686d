"""A set indexed in memory: its chunks, their keyword leg and their vectors, for trying rankings and for training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.document import Document
from index.catalog import Catalog, Entry
from index.chunk import Chunk, chunk
from index.encoder import Encoder, Vectors
from index.keywords import Bm25, PostingKeywords
from index.legs import Scored

TIER = "public"


class MemoryIndex:
    """The chunks of some documents, searched by words and by vectors; vectors exactly, without a graph."""

    def __init__(self, documents: Sequence[Document], encoder: Encoder, *, bm25: Bm25 | None = None) -> None:
        made = {document: chunk(document) for document in documents}
        self.chunks: tuple[Chunk, ...] = tuple(one for some in made.values() for one in some)
        self.place = {one.key: at for at, one in enumerate(self.chunks)}
        self.vectors: Vectors = encoder.encode([one.text for one in self.chunks], "passage")
        self.catalog = Catalog(None)
        self.keywords = PostingKeywords(self.catalog, bm25=bm25)
        with self.catalog.change() as connection:
            for document, some in made.items():
                self.catalog.put(connection, document, Entry(document.id, document.path, "", "", TIER), some)
            self.keywords.put(connection, TIER, self.chunks)

    def lexical(self, terms: Sequence[str], k: int) -> list[Scored]:
        """The keyword leg's best."""
        return self.keywords.search(terms, k, (TIER,))

    def dense(self, question: Vectors, k: int) -> list[Scored]:
        """The nearest by cosine."""
        scores = self.vectors @ question
        best = np.argsort(-scores, kind="stable")[:k]
        return [Scored(self.chunks[at].key, float(scores[at])) for at in best]

    def share(self, terms: Sequence[str]) -> float:
        """Which part of the terms any chunk holds."""
        rarity = self.keywords.rarity(terms, (TIER,))
        return sum(value > 0 for value in rarity.values()) / len(terms) if terms else 0.0

    def documents(self, keys: Sequence[str]) -> list[str]:
        """The documents of ranked chunks; one stands where its first chunk stands."""
        return list(dict.fromkeys(self.chunks[self.place[key]].document for key in keys))
