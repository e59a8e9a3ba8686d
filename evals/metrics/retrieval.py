"""Ranking measures through ``ir-measures``. A hit is relevant when its span overlaps a gold quote of its document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from corpus.document import Document
from corpus.errors import InputError
from evals.suite import GoldQuote
from index.hit import Hit

DEPTH = 10
"""Hits looked at; what stands below rank 10 counts as not found."""

_MEASURES = {"hit@1": "Success@1", "hit@5": "Success@5", "mrr@10": "RR@10", "ndcg@10": "nDCG@10"}


@dataclass(frozen=True, slots=True)
class GoldPlace:
    """A gold quote's document and every span (start, end) at which it stands there; none if the document changed."""

    document: str
    spans: tuple[tuple[int, int], ...]

    def overlaps(self, document: str, start: int, end: int) -> bool:
        """Whether ``[start, end)`` of that document has at least one character in common with the gold quote."""
        return document == self.document and any(start < last and first < end for first, last in self.spans)


def gold_places(gold: Iterable[GoldQuote], documents: Mapping[str, Document]) -> tuple[GoldPlace, ...]:
    """The places of each gold quote, in the order given."""
    return tuple(GoldPlace(quote.document, _spans(quote, documents)) for quote in gold)


def _spans(gold: GoldQuote, documents: Mapping[str, Document]) -> tuple[tuple[int, int], ...]:
    document = documents.get(gold.document)
    if document is None:
        return ()
    return tuple((m.start(), m.end()) for m in re.compile(re.escape(gold.quote)).finditer(document.text))


def retrieval(hits: Sequence[Hit], gold: Sequence[GoldPlace]) -> dict[str, float]:
    """``hit@1``, ``hit@5`` (Success@k), ``mrr@10`` (RR@10) and ``ndcg@10`` of one question.

    The relevant items are the hits that overlap a gold quote and, so that the ideal ranking knows what is missing,
    every gold quote that no hit overlaps.
    """
    hits = hits[:DEPTH]
    keys = [f"hit:{rank}" for rank in range(len(hits))]
    covers = [[place.overlaps(hit.document, hit.start, hit.end) for place in gold] for hit in hits]
    relevant = [key for key, covered in zip(keys, covers, strict=True) if any(covered)]
    missing = [f"gold:{n}" for n in range(len(gold)) if not any(covered[n] for covered in covers)]
    return {name: one for name, [one] in ranked(_MEASURES, [keys], [[*relevant, *missing]]).items()}


def ranked(
    measures: Mapping[str, str], rankings: Sequence[Sequence[str]], relevant: Sequence[Sequence[str]]
) -> dict[str, list[float]]:
    """Each measure's value for each question, in the order of the questions.

    Args:
        measures: by our name, what ir-measures calls each.
        rankings: for each question the keys that were found, best first.
        relevant: for each question the keys that should be.

    Raises:
        InputError: ir-measures is not installed.
    """
    library = ir_measures()
    parsed = {name: library.parse_measure(theirs) for name, theirs in measures.items()}
    judged = [library.Qrel(str(at), key, 1) for at, keys in enumerate(relevant) for key in keys]
    found = [
        library.ScoredDoc(str(at), key, -float(rank))
        for at, keys in enumerate(rankings)
        for rank, key in enumerate(keys)
    ]
    values = {(one.measure, one.query_id): one.value for one in library.iter_calc(parsed.values(), judged, found)}
    return {
        name: [float(values.get((one, str(at)), 0.0)) for at in range(len(relevant))] for name, one in parsed.items()
    }


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
