"""Which hits come first: the scores of both legs as one, and what is in force before others near in score."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.validity import force, in_force
from index.hit import Hit, LegScore
from index.legs import Scored


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How much the keyword leg counts, from 0 (dense alone) to 1, for a question that shares its words or does not.

    Chosen on half of the questions about government notices, where .75 puts the right document first more often than
    .55 (.789 and .763, n=190; on the other half .862 and .848); the fewer of its terms the documents hold, the less.
    Names and numbers of an English question find a little, its other words noise.
    """

    keyword: float = 0.75
    keyword_english: float = 0.2
    shared: float = 0.6

    def for_share(self, share: float, *, english: bool = False) -> float:
        """The keyword leg's weight for a question of whose terms the documents hold ``share`` (0 to 1)."""
        known = min(1.0, max(0.0, share / self.shared))
        return (self.keyword_english if english else self.keyword) * known


@dataclass(frozen=True, slots=True)
class Fused:
    """A chunk's key, its fused score (0 to 1) and where each leg had it."""

    key: str
    score: float
    legs: Mapping[str, LegScore]


def fuse(lexical: Sequence[Scored], dense: Sequence[Scored], keyword_weight: float) -> list[Fused]:
    """Keyword scores over their maximum, dense scores between their least and greatest, weighted; best first."""
    keyword = _over_maximum(lexical)
    vector = _between_extremes(dense)
    legs = _ranks("lexical", lexical), _ranks("dense", dense)
    fused = []
    for key in dict.fromkeys([hit.key for hit in (*lexical, *dense)]):
        score = keyword_weight * keyword.get(key, 0.0) + (1 - keyword_weight) * vector.get(key, 0.0)
        fused.append(Fused(key, score, {name: scores[key] for name, scores in legs if key in scores}))
    return sorted(fused, key=lambda one: (-one.score, one.key))


def _over_maximum(hits: Sequence[Scored]) -> dict[str, float]:
    top = max((hit.score for hit in hits), default=0.0)
    return {hit.key: hit.score / top for hit in hits} if top > 0 else {}


def _between_extremes(hits: Sequence[Scored]) -> dict[str, float]:
    scores = [hit.score for hit in hits]
    if not scores:
        return {}
    low, high = min(scores), max(scores)
    return {hit.key: (hit.score - low) / (high - low) if high > low else 1.0 for hit in hits}


def _ranks(name: str, hits: Sequence[Scored]) -> tuple[str, dict[str, LegScore]]:
    return name, {hit.key: LegScore(rank, hit.score) for rank, hit in enumerate(hits, start=1)}


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
