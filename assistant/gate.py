"""Answer or abstain: a fitted probability that the best evidence answers, and what the documents say they lack."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.question import Question, years
from assistant.score import Candidate, coverage, weighed_coverage
from assistant.units import Unit
from corpus.normalise import fold
from index.bigrams import terms

# All are absolute: the scores of a search say which passage is nearest, never whether it is near.
FEATURES = ("coverage_chunk", "common_run", "cosine")
READ_FEATURES = (*FEATURES, "read", "read_passage")
# A document's own word that it does not hold something.
NOT_COVERED = re.compile(
    r"未收录|不收录|没有收录|没有可靠来源|没有读到|没有读过|未读到|不作介绍|不作判断|未见(?:官方)?公布|尚未公布|未公布|没有公布|没有依据|没有统计|未作统计|"
    r"不掌握|未涉及|未作规定|没有交代|未注明|没有注明|没有说明|未载明|没有写到|不详|只列名称|只有转述"
)


def gate_features(ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> tuple[float, ...]:
    """Features of a question's best candidates in the order of ``FEATURES``; ``ranked`` is not empty."""
    best = ranked[0]
    chunk = frozenset(terms(f"{best.unit.text} {best.unit.context} {best.hit.text}"))
    return (coverage(rarity, chunk), best.feature("common_run"), best.cosine)


def read_gate_features(ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> tuple[float, ...]:
    """``gate_features`` and what a Reader says, in the order of ``READ_FEATURES``."""
    best = ranked[0].read
    return (*gate_features(ranked, rarity), best.sentence, best.passage)


def declares_gap(unit: Unit) -> bool:
    """Whether a sentence says that its document lacks something; a table's cell does not speak for its row."""
    return unit.block.kind != "table_row" and bool(NOT_COVERED.search(fold(unit.text)))


def declared_gap(question: Question, ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> Candidate | None:
    """The candidate in which a document itself says that it lacks what is asked, if none says more of the question.

    A remark on what a document leaves out answers nothing; where it speaks of the very thing asked, it is why the
    question can't be answered.
    """
    best = max(ranked[:12], key=lambda one: (_missed(question, one.unit, rarity), one.score))
    missed = _missed(question, best.unit, rarity)
    rivals = [one for one in ranked[:8] if not declares_gap(one.unit) and one.unit.key != best.unit.key]
    said = max((weighed_coverage(rarity, *_words(one.unit)) for one in rivals), default=0.0)
    return best if missed >= max(0.45, said) else None


def _missed(question: Question, unit: Unit, rarity: Mapping[str, float]) -> float:
    """Share of the question that stands in the very clauses that tell of a gap."""
    separator = "[，：]" if unit.block.kind == "table_row" else "[；;]"
    clauses = re.split(separator, fold(unit.text))
    lacking = [clause for clause in clauses if NOT_COVERED.search(clause)]
    if not lacking:
        return 0.0
    if unit.block.kind == "table_row" and not question.years & years(" ".join(lacking)):
        return 0.0
    subject = clauses[0] if unit.block.kind == "table_row" else ""
    own = frozenset(terms(" ".join((subject, *lacking))))
    return weighed_coverage(rarity, own, _words(unit)[1])


def _words(unit: Unit) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(terms(unit.text)), frozenset(terms(unit.context))
