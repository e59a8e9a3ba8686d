"""Ways to rank a set's passages, and how good and fast each is: BM25 over whole passages, vectors alone, search."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.document import Document
from corpus.normalise import simplify
from evals.bench.sets import BenchSet, Query
from evals.metrics import estimate, paired, percentile, ranked
from index.bigrams import terms
from index.chunk import Chunk
from index.encoder import Encoder
from index.fusion import FusionWeights
from index.intake import Filing, Intake
from index.keywords import Bm25, PostingKeywords
from index.searcher import Searcher
from index.storage.catalog import Catalog, Entry
from index.storage.store import Store, fingerprint

MEASURES = {  # what ir-measures calls them
    "hit@1": "Success@1",
    "hit@3": "Success@3",
    "hit@5": "Success@5",
    "hit@10": "Success@10",
    "MRR@10": "RR@10",
    "nDCG@10": "nDCG@10",
    "recall@20": "R@20",
}
DEPTH = 20
DENSE_ONLY = FusionWeights(keyword=0.0, keyword_english=0.0)
_TIER = "public"
_GROUP = 1_000  # documents a transaction
_SPARE = 4  # hits asked for each passage wanted: several chunks may be of one passage
_TIMED = 100  # questions asked for the latency of a column
_ANSWER_DEPTH = 5  # passages wanted when timing, as an answer wants them


def measure(queries: Sequence[Query], rankings: Sequence[Sequence[str]]) -> Mapping[str, list[float]]:
    """Each measure's value for each question, in the order of the questions."""
    return ranked(MEASURES, rankings, [query.relevant for query in queries])


Ranker = Callable[[str, int], list[str]]
"""The ids of at most so many passages for a question, best first."""


def open_bm25(documents: Sequence[Document]) -> Ranker:
    """BM25 (k1 1.2, b 0.75) over the character bigrams of whole passages, title and all; in memory."""
    catalog = Catalog(None)
    keywords = PostingKeywords(catalog, bm25=Bm25(k1=1.2, b=0.75, head=0.0, floor=0.0, rare=0.0))
    with catalog.change() as connection:
        for document in documents:
            words = document.text if document.body else f"{document.metadata.title} {document.text}"
            whole = Chunk(document.id, document.id, 0, len(document.text), (), "", words)
            catalog.put(connection, document, _entry(document), [whole])
            keywords.put(connection, _TIER, [whole])

    def rank(question: str, depth: int) -> list[str]:
        return [hit.key for hit in keywords.search(terms(simplify(question)), depth, (_TIER,))]

    return rank


def fill(home: Path, documents: Sequence[Document], encoder: Encoder) -> Store:
    """A new home that holds the documents, as a sync would leave it."""
    store = Store(home, create=True)
    intake = Intake(store, encoder)
    for at in range(0, len(documents), _GROUP):
        intake.file([Filing(one, _entry(one)) for one in documents[at : at + _GROUP]])
    store.catalog.remember("fingerprint", fingerprint(encoder.fingerprint))
    return store


def _entry(document: Document) -> Entry:
    return Entry(document.id, document.path, "", "", _TIER)


def open_search(store: Store, encoder: Encoder, weights: FusionWeights | None = None) -> Ranker:
    """The product's search over a filled home; a passage stands where its first chunk stands."""
    searcher = Searcher.open(store, encoder, weights=weights)

    def rank(question: str, depth: int) -> list[str]:
        hits = searcher.search(question, _SPARE * depth)
        return list(dict.fromkeys(hit.document for hit in hits))[:depth]

    return rank


def bench(data: BenchSet, encoder: Encoder) -> list[Column]:
    """The columns BM25, dense and search, in this order; the last is compared with the others."""
    with tempfile.TemporaryDirectory(prefix="dafu-bench-") as home:
        store = fill(Path(home), data.documents, encoder)
        rankers: Mapping[str, Ranker] = {
            "BM25": open_bm25(data.documents),
            "dense": open_search(store, encoder, DENSE_ONLY),
            "search": open_search(store, encoder),
        }
        # Before any was asked, and each column others: an encoder remembers questions.
        some = [data.queries[at :: len(rankers)][:_TIMED] for at in range(len(rankers))]
        times = [
            [_milliseconds(rank, query.question) for query in queries]
            for rank, queries in zip(rankers.values(), some, strict=True)
        ]
        values = [
            measure(data.queries, [rank(query.question, DEPTH) for query in data.queries]) for rank in rankers.values()
        ]
        return list(map(Column, rankers, values, times))


def _milliseconds(ranker: Ranker, question: str) -> float:
    began = time.perf_counter()
    ranker(question, _ANSWER_DEPTH)
    return (time.perf_counter() - began) * 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """One system's values, by measure and question, and the milliseconds that its questions took."""

    name: str
    values: Mapping[str, Sequence[float]]
    milliseconds: Sequence[float]


def to_markdown(title: str, passages: int, columns: Sequence[Column]) -> str:
    """A table of all columns; the last is compared with each of the others."""
    names = [column.name for column in columns]
    questions = len(next(iter(columns[0].values.values())))
    lines = [f"## {title}: {passages} passages, {questions} questions", "", _row(["", *names])]
    lines.append(_row(["---"] * (1 + len(columns))))
    lines += [
        _row([measure, *(str(estimate(column.values[measure]) or "–") for column in columns)])
        for measure in columns[0].values
    ]
    lines.append(_row(["ms p50 / p95", *(_latency(column.milliseconds) for column in columns)]))
    return "\n".join([*lines, "", *_differences(columns), ""])


def to_dict(title: str, passages: int, columns: Sequence[Column]) -> dict[str, Any]:
    """For ``--json``: each column's estimates, and the last one's differences to the others."""
    last = columns[-1]
    return {
        "set": title,
        "passages": passages,
        "columns": {
            column.name: {measure: _dict(estimate(values)) for measure, values in column.values.items()}
            | {"ms": {"p50": percentile(column.milliseconds, 50), "p95": percentile(column.milliseconds, 95)}}
            for column in columns
        },
        "differences": {
            other.name: {m: _dict(paired(other.values[m], values)) for m, values in last.values.items()}
            for other in columns[:-1]
        },
    }


def _differences(columns: Sequence[Column]) -> Iterator[str]:
    last = columns[-1]
    for other in columns[:-1]:
        for measure in ("hit@1", "hit@5", "MRR@10"):
            found = paired(other.values[measure], last.values[measure])
            if found:
                yield f"{last.name} − {other.name}, {measure}: {found}, p = {found.p:.4f}"


def _latency(milliseconds: Sequence[float]) -> str:
    return f"{percentile(milliseconds, 50):.1f} / {percentile(milliseconds, 95):.1f}" if milliseconds else "–"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _dict(found: Any) -> dict[str, Any] | None:
    return asdict(found) if found else None
