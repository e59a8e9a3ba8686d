"""The measures of a ranking, question by question; ir-measures computes them (imported here alone)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.errors import InputError
from evals.bench.data import Query

# The names of the table, and what ir-measures calls them.
MEASURES = {
    "hit@1": "Success@1",
    "hit@3": "Success@3",
    "hit@5": "Success@5",
    "hit@10": "Success@10",
    "MRR@10": "RR@10",
    "nDCG@10": "nDCG@10",
    "recall@20": "R@20",
}
DEPTH = 20


def measure(queries: Sequence[Query], rankings: Sequence[Sequence[str]]) -> Mapping[str, list[float]]:
    """Each measure's value for each question, in the order of the questions.

    Raises:
        InputError: ir-measures is not installed.
    """
    try:
        import ir_measures  # noqa: PLC0415 (part of the development tools)
    except ImportError as error:
        raise InputError("ir-measures is not installed; run `pip install ir-measures`") from error
    parsed = {name: ir_measures.parse_measure(theirs) for name, theirs in MEASURES.items()}
    qrels = [ir_measures.Qrel(str(at), one, 1) for at, query in enumerate(queries) for one in query.relevant]
    run = [
        ir_measures.ScoredDoc(str(at), one, -float(rank))
        for at, ranking in enumerate(rankings)
        for rank, one in enumerate(ranking)
    ]
    values = {
        (found.measure, found.query_id): found.value for found in ir_measures.iter_calc(parsed.values(), qrels, run)
    }
    return {name: [float(values.get((m, str(at)), 0.0)) for at in range(len(queries))] for name, m in parsed.items()}
