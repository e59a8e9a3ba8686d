"""Ranking measures through ``ir-measures``. A hit is relevant when its span overlaps a gold quote of its document."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from corpus.errors import InputError
from evals.metrics.places import GoldPlace
from index.hit import Hit

DEPTH = 10
"""Hits looked at; what stands below rank 10 counts as not found."""

_MEASURES = {"hit@1": "Success@1", "hit@5": "Success@5", "mrr@10": "RR@10", "ndcg@10": "nDCG@10"}


def retrieval(hits: Sequence[Hit], gold: Sequence[GoldPlace]) -> dict[str, float]:
    """``hit@1``, ``hit@5`` (Success@k), ``mrr@10`` (RR@10) and ``ndcg@10`` of one question.

    The relevant items are the hits that overlap a gold quote and, so that the ideal ranking knows what is missing,
    every gold quote that no hit overlaps.
    """
    hits = hits[:DEPTH]
    keys = [f"hit:{rank}" for rank in range(len(hits))]
    relevant = [key for key, hit in zip(keys, hits, strict=True) if any(_covers(hit, place) for place in gold)]
    missing = [f"gold:{n}" for n, place in enumerate(gold) if not any(_covers(hit, place) for hit in hits)]
    library = ir_measures()
    judged = [library.Qrel("q", key, 1) for key in (*relevant, *missing)]
    ranked = [library.ScoredDoc("q", key, float(DEPTH - rank)) for rank, key in enumerate(keys)]
    wanted = [library.parse_measure(theirs) for theirs in _MEASURES.values()]
    found = {str(one.measure): float(one.value) for one in library.iter_calc(wanted, judged, ranked)}
    return {name: found[theirs] for name, theirs in _MEASURES.items()}


def ir_measures() -> ModuleType:
    """The library, which comes with the development tools.

    Raises:
        InputError: it is not installed.
    """
    try:
        import ir_measures as library  # noqa: PLC0415 (evals can be imported without it)
    except ImportError as error:
        raise InputError("ir-measures is not installed; run `make install`") from error
    return library


def _covers(hit: Hit, place: GoldPlace) -> bool:
    return place.overlaps(hit.document, hit.start, hit.end)
