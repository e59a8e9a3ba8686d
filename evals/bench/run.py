"""A set through every system: index it in a throw-away home, ask, measure, time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus.normalise import simplify
from evals.bench.data import BenchSet, Query
from evals.bench.measures import DEPTH, measure
from evals.bench.report import Column
from evals.bench.systems import DENSE_ONLY, Ranker, fill, open_bm25, open_search
from index.encoder import Encoder

TIMED = 100  # questions asked once more for the latency of a column, each column others
_ANSWER_DEPTH = 5  # passages wanted when timing, as an answer wants them


def bench(data: BenchSet, encoder: Encoder, live: Encoder | None = None) -> list[Column]:
    """The columns BM25, dense and search, in this order; the last is compared with the others.

    ``live`` embeds the questions that are timed, where ``encoder`` remembers them.
    """
    with tempfile.TemporaryDirectory(prefix="dafu-bench-") as home:
        store = fill(Path(home), data.documents, encoder)
        asked: Mapping[str, tuple[Ranker, Ranker]] = {
            "BM25": (bm25 := open_bm25(data.documents), bm25),
            "dense": (open_search(store, encoder, DENSE_ONLY), open_search(store, live or encoder, DENSE_ONLY)),
            "search": (open_search(store, encoder), open_search(store, live or encoder)),
        }
        # All at once is cheaper than one by one as they are asked.
        encoder.encode([simplify(query.question) for query in data.queries], "query")
        timed = [data.queries[at :: len(asked)][:TIMED] for at in range(len(asked))]  # an encoder remembers questions
        return [_column(name, data.queries, some, *asked[name]) for name, some in zip(asked, timed, strict=True)]


def _column(name: str, queries: Sequence[Query], timed: Sequence[Query], ranker: Ranker, live: Ranker) -> Column:
    values = measure(queries, [ranker(query.question, DEPTH) for query in queries])
    return Column(name, values, [_milliseconds(live, query.question) for query in timed])


def _milliseconds(ranker: Ranker, question: str) -> float:
    began = time.perf_counter()
    ranker(question, _ANSWER_DEPTH)
    return (time.perf_counter() - began) * 1_000
