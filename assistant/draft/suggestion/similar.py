"""Earlier suggestions that ask for much the same: what was answered then may save the work now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.draft.suggestion.suggestion import Suggestion
from index.bigrams import terms

MOST = 3
_LEAST = 0.12  # of the words of both: below it suggestions of one city share no more than its names


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier suggestion under the id of its draft, and which share of the words of both (0 to 1) they have."""

    id: str
    suggestion: Suggestion
    share: float


def similar(suggestion: Suggestion, earlier: Iterable[tuple[str, Suggestion]]) -> tuple[Similar, ...]:
    """The earlier suggestions nearest to one, the nearest first; the same text handed in again has share 1."""
    own = _words(suggestion)
    found = (Similar(name, other, _share(own, _words(other))) for name, other in earlier)
    return tuple(sorted((one for one in found if one.share >= _LEAST), key=lambda one: -one.share)[:MOST])


def _words(suggestion: Suggestion) -> frozenset[str]:
    asked = (text for one in suggestion.requests for text in (one.title, one.text))
    return frozenset(terms("\n".join((suggestion.topic, *asked))))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / ((len(one) + len(other)) or 1)
