"""What of a right answer is there: nuggets, forbidden strings, length."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer
from evals.metrics.matching import comparable, holds
from evals.suite import Case, Nugget


def has_nugget(answer: Answer, nugget: Nugget) -> bool:
    """Whether any form of the nugget stands in one claim's text. Notes, quotes and nearest passages don't count."""
    return any(holds(claim.text, form) for claim in answer.claims for form in nugget.forms)


def nugget_recall(answer: Answer, nuggets: Sequence[Nugget]) -> float:
    """Share of the nuggets (at least one) that the answer has; a refusal has none."""
    return sum(has_nugget(answer, nugget) for nugget in nuggets) / len(nuggets)


def violations(answer: Answer, case: Case) -> tuple[str, ...]:
    """The must-not strings in what a person reads: claims, notes, the words of a refusal; not its nearest passages."""
    said = [part.text for part in answer.parts] + ([answer.abstention.detail] if answer.abstention else [])
    return tuple(text for text in case.must_not if any(holds(line, text) for line in said))


def length_ratio(answer: Answer, case: Case) -> float:
    """Characters of the claims over characters of the gold quotes, blanks and marks aside; 1 is as long as the gold."""
    said = sum(len(comparable(claim.text)) for claim in answer.claims)
    return said / sum(len(comparable(gold.quote)) for gold in case.gold)
