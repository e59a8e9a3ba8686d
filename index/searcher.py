"""A question → Hits: both legs, their fusion, and the chunks with their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from corpus.document import Document
from corpus.normalise import simplify
from index.bigrams import question_terms
from index.catalog import TIERS, Catalog
from index.encoder import Encoder
from index.fusion import Fused, FusionWeights, fuse
from index.hit import Hit
from index.keywords import FtsKeywords
from index.legs import VectorStore
from index.store import Store

CANDIDATES = 100  # chunks that each leg proposes


class Searcher:
    """The default Retriever: keyword and dense legs over one catalog, for the access tiers it is made for."""

    def __init__(
        self,
        catalog: Catalog,
        keywords: FtsKeywords,
        vectors: VectorStore,
        *,
        encoder: Encoder | None,
        store: Store | None = None,
        tiers: Sequence[str] = TIERS,
        weights: FusionWeights | None = None,
    ) -> None:
        """Without an encoder search is the keyword leg alone."""
        self._catalog, self._keywords, self._vectors = catalog, keywords, vectors
        self._encoder, self._store = encoder, store
        self._tiers, self._weights = tuple(tiers), weights or FusionWeights()
        self._document = lru_cache(maxsize=2_000)(self._load)

    @classmethod
    def open(
        cls,
        store: Store,
        encoder: Encoder | None,
        *,
        tiers: Sequence[str] = TIERS,
        weights: FusionWeights | None = None,
    ) -> Searcher:
        """Search a home's store.

        Raises:
            StateError: the store was filled with another encoder.
        """
        if encoder is not None:
            store.require_fingerprint(encoder.fingerprint)
        return cls(
            store.catalog, store.keywords, store.vectors, encoder=encoder, store=store, tiers=tiers, weights=weights
        )

    def search(self, query: str, k: int) -> list[Hit]:
        """At most ``k`` hits, best first; a question in Traditional characters is searched in Simplified."""
        generation = self._store.refresh() if self._store else 0
        words = simplify(query)
        terms = question_terms(words)
        lexical = self._keywords.search(terms, max(k, CANDIDATES), self._tiers)
        if self._encoder is None:
            fused = fuse(lexical, [], 1.0)
        else:
            vector = self._encoder.encode([words], "query")[0]
            dense = self._vectors.search(vector, max(k, CANDIDATES), self._tiers)
            fused = fuse(lexical, dense, self._weights.for_share(self._share(terms)))
        return self._hits(fused, k, generation)

    def document(self, identifier: str) -> Document | None:
        """A document that this searcher may see, or none."""
        return self._catalog.document(identifier) if self._catalog.tier(identifier) in self._tiers else None

    def _share(self, terms: Sequence[str]) -> float:
        """Which part of the question's terms the documents hold at all."""
        rarity: Mapping[str, float] = self._keywords.rarity(terms, self._tiers)
        return sum(value > 0 for value in rarity.values()) / len(terms) if terms else 0.0

    def _hits(self, fused: Sequence[Fused], k: int, generation: int) -> list[Hit]:
        chunks = self._catalog.chunks([one.key for one in fused[: 2 * k]])
        hits: list[Hit] = []
        for one in fused:
            chunk = chunks.get(one.key)
            document = self._document(chunk.document, generation) if chunk else None
            if chunk is None or document is None:  # a vector that outlived its chunk: the next sync removes it
                continue
            place = (chunk.key, chunk.start, chunk.end, chunk.heading, chunk.page)
            hits.append(Hit(len(hits) + 1, one.score, document, *place, one.legs))
            if len(hits) == k:
                break
        return hits

    def _load(self, identifier: str, generation: int) -> Document | None:  # noqa: ARG002 (part of the cache's key)
        return self._catalog.document(identifier)
