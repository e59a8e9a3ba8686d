"""Documents → searchable: chunks, vectors, keywords, their fusion, and the catalog that is the truth behind them."""

from typing import TYPE_CHECKING

from corpus.lazy import attributes

if TYPE_CHECKING:
    from index.chunk import Chunk
    from index.hit import Hit, LegScore, Retriever
    from index.searcher import Searcher, StaticRetriever
    from index.storage.store import Store
    from index.sync import SyncReport

__all__ = [
    "Chunk",
    "Hit",
    "LegScore",
    "Retriever",
    "Searcher",
    "StaticRetriever",
    "Store",
    "SyncReport",
]

__getattr__ = attributes(
    __name__,
    {
        "chunk": "Chunk",
        "hit": "Hit LegScore Retriever",
        "searcher": "Searcher StaticRetriever",
        "storage.store": "Store",
        "sync": "SyncReport",
    },
)
