"""Citation recall and precision, sentence by sentence as in ALCE (Gao et al., EMNLP 2023).

ALCE asks a natural-language-inference model whether the cited passages entail a sentence. Here exact quotes and a
Verifier decide: only a citation that is an exact slice of its document is evidence at all; a claim that equals what it
cites is supported; any other claim is supported if the verifier says so of its quotes together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add

from assistant.answer import Answer, Citation, Claim
from assistant.verify.verdict import Context, Verifier
from corpus.document import Document
from evals.metrics.matching import comparable
from evals.metrics.retrieval import GoldPlace


def is_exact(citation: Citation, documents: Mapping[str, Document]) -> bool:
    """Whether ``document.text[start:end] == quote`` holds in the document as it was read from its source."""
    quote = citation.quote
    document = documents.get(quote.document)
    in_bounds = document is not None and 0 <= quote.start < quote.end <= len(document.text)
    return in_bounds and document is not None and document.text[quote.start : quote.end] == quote.text


def cited(claim: Claim, answer: Answer, documents: Mapping[str, Document]) -> tuple[Citation, ...]:
    """The citations of a claim that exist and are exact, in the claim's order."""
    numbered = {citation.n: citation for citation in answer.citations}
    found = (numbered[n] for n in claim.citations if n in numbered)
    return tuple(citation for citation in found if is_exact(citation, documents))


def supports(citations: Sequence[Citation], claim: str, verifier: Verifier) -> bool:
    """Whether the citations together prove the claim; no citations prove nothing."""
    if not citations:
        return False
    quotes = [citation.quote.text for citation in citations]
    if comparable(claim) in {*map(comparable, quotes), comparable("\n".join(quotes))}:
        return True
    contexts = [Context.of(citation.source, citation.heading) for citation in citations]
    return verifier.verify(claim, quotes, reduce(add, contexts)).supported


def unsupported(answer: Answer, documents: Mapping[str, Document], verifier: Verifier) -> tuple[Claim, ...]:
    """The claims that their citations together do not support.

    Citation recall is the share of the others: 1 for one supported of one, 0.5 for one of two.
    """
    return tuple(
        claim for claim in answer.claims if not supports(cited(claim, answer, documents), claim.text, verifier)
    )


def citation_precision(answer: Answer, documents: Mapping[str, Document], verifier: Verifier) -> float:
    """Share of the answer's citation marks that are needed.

    A mark is needed if its claim is supported at all, and either the quote alone supports it or the claim's other
    quotes without it do not. Marks of an unsupported claim, and marks that lead nowhere, are not. No marks at all: 0.
    """
    marks = sum(len(claim.citations) for claim in answer.claims)
    return sum(_needed(claim, answer, documents, verifier) for claim in answer.claims) / marks if marks else 0.0


def gold_citations(answer: Answer, gold: Sequence[GoldPlace]) -> float:
    """Share of the cited quotes that overlap a gold quote. A table's header and further evidence lower it: no gate."""
    quotes = [citation.quote for citation in answer.citations]
    hits = sum(any(place.overlaps(quote.document, quote.start, quote.end) for place in gold) for quote in quotes)
    return hits / len(quotes) if quotes else 0.0


def _needed(claim: Claim, answer: Answer, documents: Mapping[str, Document], verifier: Verifier) -> int:
    citations = cited(claim, answer, documents)
    if not supports(citations, claim.text, verifier):
        return 0
    if len(citations) == 1:
        return 1
    count = 0
    for at, citation in enumerate(citations):
        others = (*citations[:at], *citations[at + 1 :])
        alone = supports([citation], claim.text, verifier)
        count += alone or not supports(others, claim.text, verifier)
    return count
