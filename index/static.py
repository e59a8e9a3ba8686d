"""A Retriever over passages in memory, so that text from anywhere can be answered over."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.document import Document
from corpus.parse import parse_text
from index.catalog import Catalog, Entry
from index.chunk import chunk
from index.encoder import Encoder, load_default_encoder
from index.hit import Hit
from index.keywords import PostingKeywords
from index.searcher import Searcher
from index.vectors import MemoryVectors


class StaticRetriever:
    """Searches a list of texts as a home's documents are searched; passage ``n`` (from 1) is document ``passage-n``."""

    def __init__(self, passages: Sequence[str | Document], encoder: Encoder | None = None) -> None:
        """Index the passages, texts or whole Documents; without an encoder the default one is loaded, once a process.

        Raises:
            InputError: a passage is empty, or the default encoder is not prepared.
        """
        encoder = encoder or load_default_encoder()
        catalog, vectors = Catalog(None), MemoryVectors()
        keywords = PostingKeywords(catalog)
        documents = [
            one if isinstance(one, Document) else parse_text(one, f"passage-{n}")
            for n, one in enumerate(passages, start=1)
        ]
        chunks = [one for document in documents for one in chunk(document)]
        with catalog.change() as connection:
            for document in documents:
                entry = Entry(document.id, document.path, "", "", "public")
                catalog.put(connection, document, entry, [one for one in chunks if one.document == document.id])
            keywords.put(connection, "public", chunks)
        embedded = encoder.encode([one.text for one in chunks], "passage")
        vectors.put("public", {one.key: vector for one, vector in zip(chunks, embedded, strict=True)})
        self._searcher = Searcher(catalog, keywords, vectors, encoder=encoder)

    @property
    def encoder(self) -> Encoder | None:
        """What embeds the questions."""
        return self._searcher.encoder

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """See ``Retriever``."""
        return self._searcher.search(query, k)

    def document(self, identifier: str) -> Document | None:
        """A passage as a Document, or none."""
        return self._searcher.document(identifier)
