"""Which hits come first: what is in force on the day, or was in the year asked about, before others near in score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from corpus.validity import force, in_force
from index.hit import Hit

CLAIM = (
    0.85  # of its score that a passage keeps which is not in force: the old text of a rule scores as the new one does
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|\b)")


def today() -> str:
    """The office's own day, as an ISO date."""
    return date.today().isoformat()  # noqa: DTZ011 (the office's own day)


def in_force_first(hits: Sequence[Hit], question: str, on: str) -> list[Hit]:
    """The hits with what each is worth on the day, those not in force after others that score nearly as high.

    What was in force in a year that the question names keeps its score: whoever asks about 2019 wants the rule of 2019.
    """
    asked = tuple(year for year in _YEAR.findall(question) if year < on)
    judged = [_judged(hit, asked, on) for hit in hits]
    judged.sort(key=lambda hit: -hit.score)
    return [replace(hit, rank=rank) for rank, hit in enumerate(judged, start=1)]


def _judged(hit: Hit, asked: Sequence[str], on: str) -> Hit:
    metadata = hit.source.metadata
    worth = force(metadata, on)
    if worth == "in_force":
        return hit
    kept = 1.0 if any(in_force(metadata, year) for year in asked) else CLAIM
    return replace(hit, score=hit.score * kept, force=worth)
