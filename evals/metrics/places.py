"""Where gold quotes stand in the documents, and what overlaps them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.document import Document
from evals.suite import GoldQuote


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
