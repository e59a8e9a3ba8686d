"""Proof by construction: a claim is supported when it is what its quotes state, after edits that keep the truth.

The edits are a closed list. White space, width, Traditional characters and punctuation; a number, date or unit in
another notation (``tokens``). A connective or list mark at the start dropped, whole sentences left out, items of a list
picked with their lead, parts that ``；`` divides where each has its own subject (``statements``). 我局, 本市, 今年
and the like resolved to what the document's metadata names (``resolve``), the document's own number put first.
Everything else is unverified, with each difference in its place (``difference``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from assistant.verify.derivation import derived
from assistant.verify.difference import differences
from assistant.verify.facts import missing_facts
from assistant.verify.statements import statements
from assistant.verify.tokens import PAUSE, ReadText, keys, read
from assistant.verify.verdict import Context, Finding, Verdict
from corpus.normalise import traditional

# What makes the text around it be shown in another order than it is written.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class RuleVerifier:
    """Verifies by aligning claim and quotes; no model, no network, a few milliseconds a claim."""

    def verify(self, claim: str, quotes: Sequence[str], context: Context = Context()) -> Verdict:  # noqa: B008
        """The verdict on ``claim``, given the raw slices it cites (a table row after its header row)."""
        own = claim.strip()
        if own and any(own in {quote.strip(), traditional(quote.strip())} for quote in quotes):
            return Verdict(supported=True)
        said = read(claim)
        if not said.tokens or not any(quote.strip() for quote in quotes):
            return Verdict(supported=False, findings=(Finding("empty", claim, 0, len(claim)),))
        hidden = _hidden(said.shown, quotes)
        if hidden is not None:
            return Verdict(supported=False, findings=(Finding("invisible", said.shown[hidden], hidden, hidden + 1),))
        stated = statements(quotes, context)
        named = _named(said, context)
        if derived(said, stated) or (named and derived(said, stated, named)):
            return Verdict(supported=True)
        read_quotes = [read(quote) for quote in quotes]
        findings = (*missing_facts(said, read_quotes, context), *differences(said, read_quotes, stated))
        return Verdict(supported=False, findings=tuple(sorted(dict.fromkeys(findings), key=lambda one: one.start)))


def _named(said: ReadText, context: Context) -> int:
    """How many tokens of the claim only name the document that its quotes stand in (依据国发〔2023〕12号，)."""
    name = (*keys(read(f"依据{context.doc_no}").tokens), PAUSE) if context.doc_no else ()
    return len(name) if keys(said.tokens[: len(name)]) == name else 0


def _hidden(shown: str, quotes: Sequence[str]) -> int | None:
    """Where the claim has a character that isn't seen and that no quote has, or one that turns the text around it."""
    known = frozenset("".join(quotes)) - _TURNING
    return next((at for at, one in enumerate(shown) if unicodedata.category(one) == "Cf" and one not in known), None)
