"""Documents → searchable: chunks, vectors, keywords, their fusion, and the catalog that is the truth behind them."""

from index.chunk import Chunk, chunk
from index.hit import Hit, LegScore, Retriever
from index.searcher import Searcher
from index.static import StaticRetriever
from index.store import Store
from index.sync import SyncReport, sync

__all__ = [
    "Chunk",
    "Hit",
    "LegScore",
    "Retriever",
    "Searcher",
    "StaticRetriever",
    "Store",
    "SyncReport",
    "chunk",
    "sync",
]
