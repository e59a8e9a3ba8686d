"""Questions with their candidates: as found, with the sentence that answers taken away, and without its passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.evidence import EvidenceFinder
from assistant.fitted import Gate, Logistic, Models
from assistant.question import Question, read_question
from assistant.score import FEATURES, READ_FEATURES, Candidate
from corpus.document import Document
from corpus.normalise import fold
from corpus.structure import sentences
from evals.bench.data import BenchSet, Query
from index.encoder import Encoder
from index.hit import Hit
from index.reader import Reader
from index.static import StaticRetriever

HITS = 30
View = Literal["whole", "without sentence", "without passage"]


@dataclass(frozen=True, slots=True)
class Example:
    """The ranked candidates of a question, which of them hold the answer, and what was taken away."""

    question: Question
    candidates: tuple[Candidate, ...]
    holds_answer: tuple[bool, ...]
    rarity: dict[str, float]
    view: View

    @property
    def answerable(self) -> bool:
        """Whether nothing was taken away."""
        return self.view == "whole"


def examples(bench: BenchSet, encoder: Encoder, reader: Reader | None = None) -> Iterator[Example]:
    """Three examples a question, one for each View."""
    retriever = StaticRetriever(bench.documents, encoder)
    finder = EvidenceFinder(encoder, reader, models=_unfitted(READ_FEATURES if reader else FEATURES))
    for query in bench.queries:
        hits = retriever.search(query.question, HITS + 10)
        views: dict[View, list[Hit]] = {
            "whole": hits,
            "without sentence": [_without(hit, query) for hit in hits],
            "without passage": [hit for hit in hits if hit.document not in query.relevant],
        }
        for view, found in views.items():
            example = _example(finder, query, found, view)
            if example is not None:
                yield example


def _unfitted(features: tuple[str, ...]) -> Models:
    """Models that find every candidate alike: what is fitted here must not depend on what was fitted before."""
    gate = Gate(Logistic((), (), 0.0), 1.0)
    return Models(Logistic(features, (0.0,) * len(features), 0.0), gate, gate)


def _example(finder: EvidenceFinder, query: Query, hits: Sequence[Hit], view: View) -> Example | None:
    numbered = [replace(hit, rank=rank) for rank, hit in enumerate(hits[:HITS], start=1)]
    question = read_question(query.question)
    ranked, rarity = finder.rank(question, numbered)
    holds = tuple(
        view == "whole" and one.unit.source.id in query.relevant and _holds(one.unit.text, query) for one in ranked
    )
    return Example(question, tuple(ranked), holds, rarity, view) if ranked else None


def _holds(text: str, query: Query) -> bool:
    return any(fold(answer) in fold(text) for answer in query.answers)


def _without(hit: Hit, query: Query) -> Hit:
    """The hit in its document with every sentence that holds the answer made blank, so that all offsets stay."""
    if hit.document not in query.relevant:
        return hit
    document, text = hit.source, hit.source.text
    for start, end in sentences(text, document.body, len(text)):
        if _holds(text[start:end], query):
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return replace(hit, source=Document(document.id, document.path, document.metadata, text, document.body))
