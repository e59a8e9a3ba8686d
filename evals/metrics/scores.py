"""One case's answer → its scores: which measures apply, what they are, and what could not be scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.answer import Answer, Citation, Claim
from assistant.locale import is_message, message
from assistant.verify.verdict import Verifier
from corpus.document import Document
from evals.metrics.citations import citation_precision, cited, gold_citations, is_exact, unsupported
from evals.metrics.fidelity import fabricated, numbers
from evals.metrics.matching import has_nugget, length_ratio, nugget_recall, violations
from evals.metrics.retrieval import gold_places, retrieval
from evals.metrics.statistics import Statistic
from evals.suite import Case
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure: its key in the results, whether the gate watches it, and how it is summed up."""

    name: str
    gated: bool = True
    statistic: Statistic = "mean"

    @property
    def label(self) -> str:
        """As people read it: by its text, or by its name as long as it has none."""
        return message(self.key) if is_message(self.key) else self.name

    @property
    def key(self) -> str:
        """The key of its text."""
        return f"cs.m.{self.name}"


METRICS: tuple[Metric, ...] = (
    Metric("correct"),
    Metric("nugget_vital"),
    Metric("nugget_all"),
    Metric("nugget_strict"),
    Metric("list_completeness"),
    Metric("answered"),
    Metric("refused"),
    Metric("must_not"),
    Metric("citation_recall"),
    Metric("citation_precision"),
    Metric("number_fidelity"),
    Metric("exact_slice"),
    Metric("gold_citation", gated=False),
    Metric("hit@1"),
    Metric("hit@5"),
    Metric("mrr@10"),
    Metric("ndcg@10"),
    Metric("length_ratio", gated=False, statistic="median"),
    Metric("judge", gated=False),
    Metric("fell_back", gated=False),
    Metric("ms", gated=False, statistic="median"),
)

_RETRIEVAL = ("hit@1", "hit@5", "mrr@10", "ndcg@10")
_ANSWERABLE = ("nugget_vital", "nugget_all", "nugget_strict", "answered")


FlawKind = Literal["forbidden", "slice", "number", "unproved", "answered", "refused", "lacks", "error"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with an answer; ``text`` is the string, number, claim or place concerned."""

    kind: FlawKind
    text: str = ""

    def __str__(self) -> str:
        return message(f"cs.f.{self.kind}", self.text, language="en")


@dataclass(frozen=True, slots=True)
class Scores:
    """``values`` by metric; ``unscored``: metric → why it could not be scored; ``findings``: what is wrong.

    A metric in neither does not apply to the case: an unanswerable question has no nuggets, a refusal no citations.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    unscored: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Flaw, ...] = ()


def score(
    case: Case, answer: Answer, hits: Sequence[Hit], documents: Mapping[str, Document], verifier: Verifier
) -> Scores:
    """Every measure that applies to this case. ``documents`` are the originals by id, read apart from the system."""
    values = _said(case, answer, documents)
    values |= {"answered": float(answer.answered)} if case.answerable else {"refused": float(not answer.answered)}
    unscored: dict[str, str] = {}
    unproved = unsupported(answer, documents, verifier)
    if answer.answered:
        values["citation_recall"] = 1 - len(unproved) / len(answer.claims)
        values["citation_precision"] = citation_precision(answer, documents, verifier)
        if answer.generator != "extractive":  # where the model failed, quotes stand in for what it had not said
            values["fell_back"] = float(any(note.kind == "fallback" for note in answer.notes))
    if case.answerable:
        values |= _nuggets(case, answer)
        lost = [quote.document for quote in case.gold if not gold_places([quote], documents)[0].spans]
        if lost:
            reason = f"a gold quote does not stand in {lost[0]}"
            unscored |= dict.fromkeys((*_RETRIEVAL, *(["gold_citation"] if answer.answered else [])), reason)
        else:
            values |= _found(case, answer, hits, documents)
    values["correct"] = float(_is_correct(case, values))
    return Scores(values, unscored, tuple(_findings(case, answer, documents, unproved)))


def unscored(case: Case, reason: str) -> Scores:
    """The scores of a case that did not run: every measure that would surely apply could not be scored."""
    names = ("correct", "must_not", *((*_ANSWERABLE, *_RETRIEVAL) if case.answerable else ("refused",)))
    lists = ("list_completeness",) if case.kind == "list" and case.answerable else ()
    return Scores(unscored=dict.fromkeys((*names, *lists), reason), findings=(Flaw("error", reason),))


def _said(case: Case, answer: Answer, documents: Mapping[str, Document]) -> dict[str, float]:
    values = {"must_not": float(not violations(answer, case))}
    shown = _shown(answer)
    if shown:
        values["exact_slice"] = sum(is_exact(citation, documents) for citation in shown) / len(shown)
    said = sum(len(numbers(claim.text)) for claim in answer.claims)
    if said:
        wrong = sum(len(_fabricated(claim, answer, documents)) for claim in answer.claims)
        values["number_fidelity"] = 1 - wrong / said
    return values


def _nuggets(case: Case, answer: Answer) -> dict[str, float]:
    """A list's completeness is the share of all its items; strict is all or nothing over the vital nuggets."""
    vital = nugget_recall(answer, case.vital)
    everything = nugget_recall(answer, case.nuggets)
    values = {"nugget_vital": vital, "nugget_all": everything, "nugget_strict": float(vital == 1)}
    return values | ({"list_completeness": everything} if case.kind == "list" else {})


def _found(case: Case, answer: Answer, hits: Sequence[Hit], documents: Mapping[str, Document]) -> dict[str, float]:
    places = gold_places(case.gold, documents)
    values = retrieval(hits, places)
    if answer.answered:
        values |= {"gold_citation": gold_citations(answer, places), "length_ratio": length_ratio(answer, case)}
    return values


def _is_correct(case: Case, values: Mapping[str, float]) -> bool:
    """Refused where it must be; else answered with every vital nugget, every claim proved, nothing forbidden."""
    clean = all(
        values.get(name, 1.0) == 1 for name in ("must_not", "exact_slice", "number_fidelity", "citation_recall")
    )
    return clean and (values["nugget_strict"] if case.answerable else values["refused"]) == 1


def _shown(answer: Answer) -> tuple[Citation, ...]:
    return (*answer.citations, *(answer.abstention.nearest if answer.abstention else ()))


def _fabricated(claim: Claim, answer: Answer, documents: Mapping[str, Document]) -> tuple[str, ...]:
    citations = cited(claim, answer, documents)
    context = (
        text
        for citation in citations
        for text in (
            citation.source.metadata.title,
            citation.source.metadata.issued,
            citation.source.metadata.as_of,
            *citation.heading,
        )
    )
    return fabricated(claim.text, [citation.quote.text for citation in citations], context)


def _findings(
    case: Case, answer: Answer, documents: Mapping[str, Document], unproved: Sequence[Claim]
) -> Iterator[Flaw]:
    yield from (Flaw("forbidden", text) for text in violations(answer, case))
    for citation in _shown(answer):
        if not is_exact(citation, documents):
            quote = citation.quote
            yield Flaw("slice", f"[{citation.n}] {quote.document}[{quote.start}:{quote.end}]")
    for claim in answer.claims:
        yield from (Flaw("number", f"{text} ({claim.text})") for text in _fabricated(claim, answer, documents))
    yield from (Flaw("unproved", claim.text) for claim in unproved)
    if not case.answerable and answer.answered:
        yield Flaw("answered")
    elif case.answerable and not answer.answered:
        yield Flaw("refused")
    elif case.answerable:
        yield from (Flaw("lacks", nugget.forms[0]) for nugget in case.vital if not has_nugget(answer, nugget))
