"""Quality and speed of search on other people's sets: questions whose passages are known.

A set is a folder with ``corpus.jsonl`` {id, text[, title]} and ``queries.jsonl`` {id, question, relevant[, answers,
split]}; ``distractors.jsonl``, where there is one, holds further passages that answer none of the questions.
"""

from evals.bench.cache import CachedEncoder
from evals.bench.data import BenchSet, Query, load
from evals.bench.measures import MEASURES, measure
from evals.bench.report import Column, to_markdown
from evals.bench.run import bench
from evals.bench.systems import Ranker, open_bm25, open_search

__all__ = [
    "MEASURES",
    "BenchSet",
    "CachedEncoder",
    "Column",
    "Query",
    "Ranker",
    "bench",
    "load",
    "measure",
    "open_bm25",
    "open_search",
    "to_markdown",
]
