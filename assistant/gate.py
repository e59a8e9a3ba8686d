"""Answer or abstain: a fitted probability that the best evidence answers, and what the documents say they lack."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.score import Candidate, coverage
from corpus.normalise import fold
from index.bigrams import terms

# All are absolute: the scores of a search say which passage is nearest, never whether it is near.
FEATURES = ("coverage_chunk", "common_run", "cosine")
# A document's own word that it does not hold something.
NOT_COVERED = re.compile(
    r"未收录|不收录|没有收录|没有可靠来源|没有读到|没有读过|未读到|不作介绍|不作判断|未见(?:官方)?公布|尚未公布|未公布|没有公布|没有依据|没有统计|未作统计|"
    r"不掌握|未涉及|未作规定|没有交代|未注明|没有注明|没有说明|未载明|没有写到|不详|只列名称|只有转述"
)


def gate_features(ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> tuple[float, ...]:
    """Features of a question's best candidates in the order of ``FEATURES``; ``ranked`` is not empty."""
    best = ranked[0]
    chunk = frozenset(terms(f"{best.unit.text} {best.unit.context} {best.hit.text}"))
    return (coverage(rarity, chunk), best.feature("common_run"), best.feature("cosine"))


def declared_gap(ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> Candidate | None:
    """The candidate in which a document itself says that it lacks what is asked, if none says more of the question.

    A remark on what a document leaves out answers nothing; where it speaks of the very thing asked, it is why the
    question can't be answered.
    """
    gaps = [one for one in ranked[:12] if NOT_COVERED.search(fold(one.unit.text))]
    others = [one for one in ranked if not NOT_COVERED.search(fold(one.unit.text))]
    if not gaps:
        return None
    best = max(gaps, key=lambda one: (_said(one, rarity), one.score))
    rival = max((_said(one, rarity) for one in others[:8]), default=0.0)
    return best if _said(best, rarity) >= max(0.5, rival) else None


def _said(candidate: Candidate, rarity: Mapping[str, float]) -> float:
    return coverage(rarity, frozenset(terms(f"{candidate.unit.text} {candidate.unit.context}")))
