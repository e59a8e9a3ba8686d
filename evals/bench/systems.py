"""What is compared: BM25 over whole passages as the plain baseline, and the product's own search with its settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from corpus.document import Document
from corpus.normalise import simplify
from index.bigrams import terms
from index.catalog import Catalog, Entry
from index.chunk import Chunk, chunk
from index.encoder import Encoder
from index.fusion import FusionWeights
from index.keywords import Bm25, PostingKeywords
from index.searcher import Searcher
from index.store import Store, fingerprint

DENSE_ONLY = FusionWeights(keyword=0.0, keyword_english=0.0)
_GROUP = 1_000  # documents a transaction
_SPARE = 4  # hits asked for each passage wanted: several chunks may be of one passage


class Ranker(Protocol):
    """Ranks passages for a question."""

    def __call__(self, question: str, depth: int) -> list[str]:
        """Ids of at most ``depth`` passages, best first."""
        ...


def open_bm25(documents: Sequence[Document]) -> Ranker:
    """BM25 (k1 1.2, b 0.75) over the character bigrams of whole passages, title and all; in memory."""
    catalog = Catalog(None)
    keywords = PostingKeywords(catalog, bm25=Bm25(k1=1.2, b=0.75, head=0.0, floor=0.0, rare=0.0))
    with catalog.change() as connection:
        for document in documents:
            words = document.text if document.body else f"{document.metadata.title} {document.text}"
            whole = Chunk(document.id, document.id, 0, len(document.text), (), "", words)
            catalog.put(connection, document, _entry(document), [whole])
            keywords.put(connection, "public", [whole])

    def rank(question: str, depth: int) -> list[str]:
        return [hit.key for hit in keywords.search(terms(simplify(question)), depth, ("public",))]

    return rank


def fill(home: Path, documents: Sequence[Document], encoder: Encoder) -> Store:
    """A new home that holds the documents, as a sync would leave it."""
    store = Store(home, create=True)
    for at in range(0, len(documents), _GROUP):
        some = {document: chunk(document) for document in documents[at : at + _GROUP]}
        chunks = [one for made in some.values() for one in made]
        vectors = encoder.encode([one.text for one in chunks], "passage")
        store.vectors.put("public", {one.key: vector for one, vector in zip(chunks, vectors, strict=True)})
        with store.catalog.change() as connection:
            for document, made in some.items():
                store.catalog.put(connection, document, _entry(document), made)
            store.keywords.put(connection, "public", chunks)
    store.catalog.remember("fingerprint", fingerprint(encoder.fingerprint))
    return store


def open_search(store: Store, encoder: Encoder | None, weights: FusionWeights | None = None) -> Ranker:
    """The product's search over a filled home; a passage stands where its first chunk stands."""
    searcher = Searcher.open(store, encoder, weights=weights)

    def rank(question: str, depth: int) -> list[str]:
        hits = searcher.search(question, _SPARE * depth)
        return list(dict.fromkeys(hit.document for hit in hits))[:depth]

    return rank


def _entry(document: Document) -> Entry:
    return Entry(document.id, document.path, "", "", "public")
