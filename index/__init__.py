"""Documents → searchable: chunks, vectors, keywords, their fusion, and the catalog that is the truth behind them."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.chunk import Chunk
    from index.hit import Hit, LegScore, Retriever
    from index.searcher import Searcher
    from index.static import StaticRetriever
    from index.store import Store
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

_HOMES = {  # a name is imported when it is asked for: a command that uses none of them does not wait for all
    "Chunk": "index.chunk",
    "Hit": "index.hit",
    "LegScore": "index.hit",
    "Retriever": "index.hit",
    "Searcher": "index.searcher",
    "StaticRetriever": "index.static",
    "Store": "index.store",
    "SyncReport": "index.sync",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
