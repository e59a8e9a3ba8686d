"""Questions with their candidates, once as they are found and once with the passage that answers taken away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.evidence import EvidenceFinder
from assistant.question import read_question
from assistant.score import Candidate
from corpus.normalise import fold
from evals.bench.data import BenchSet
from index.encoder import Encoder
from index.hit import Hit
from index.static import StaticRetriever

HITS = 30


@dataclass(frozen=True, slots=True)
class Example:
    """The ranked candidates of a question, which of them hold the answer, and whether any passage answers."""

    candidates: tuple[Candidate, ...]
    holds_answer: tuple[bool, ...]
    rarity: dict[str, float]
    answerable: bool


def examples(bench: BenchSet, encoder: Encoder) -> Iterator[Example]:
    """Two examples a question: with its passages, and without them."""
    retriever = StaticRetriever(bench.documents, encoder)
    finder = EvidenceFinder(encoder)
    for query in bench.queries:
        hits = retriever.search(query.question, HITS + 10)
        without = [hit for hit in hits if hit.document not in query.relevant]
        for found, answerable in ((hits, True), (without, False)):
            ranked, rarity = finder.rank(read_question(query.question), _renumbered(found[:HITS]))
            holds = tuple(
                answerable
                and one.unit.source.id in query.relevant
                and any(fold(answer) in fold(one.unit.text) for answer in query.answers)
                for one in ranked
            )
            if ranked:
                yield Example(tuple(ranked), holds, rarity, answerable)


def _renumbered(hits: Sequence[Hit]) -> list[Hit]:
    return [replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1)]
