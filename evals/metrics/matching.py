"""What of a right answer is there, when spelling, spacing and script don't matter but the bounds of a number do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer
from corpus.normalise import fold, join_lines
from corpus.quantities import bare
from evals.suite import Case, Nugget

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def without_thousands(text: str) -> str:
    """1,100 as 1100. Only the half-width comma: the full-width one parts sentences."""
    return _THOUSANDS.sub("", text)


def comparable(text: str) -> str:
    """A raw slice or a sentence with lines joined, folded, and without blanks, quotation marks and thousands commas."""
    return bare(fold(without_thousands(join_lines(text))))


def holds(text: str, form: str) -> bool:
    """Whether ``form`` stands in ``text``, both made comparable; 10条 does not stand in 110条, nor 3 in 3.5."""
    wanted = comparable(form)
    before = r"(?<!\d)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if wanted[-1:].isdigit() else ""
    return bool(wanted) and re.search(before + re.escape(wanted) + after, comparable(text)) is not None


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
