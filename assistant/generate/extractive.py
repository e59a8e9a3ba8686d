"""The generator that needs no model: every sentence is the evidence itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.generate import Evidence, Worded


class ExtractiveGenerator:
    """Says each piece of evidence in its own words."""

    name = "extractive"

    def generate(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Worded]:
        """See ``Generator``; the question only decided what the evidence is."""
        del question
        for one in evidence:
            yield Worded(one.text, (one.n,))
