"""Answer or abstain: a fitted probability that the best evidence answers, and what the documents say they lack."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.constraints import Violation, split
from assistant.demands import counted, demand
from assistant.question import Question, years
from assistant.score import Candidate, coverage, weighed_coverage
from assistant.units import Unit
from corpus.normalise import fold
from corpus.places import places
from corpus.quantities import facts
from index.bigrams import term_set

# All are absolute: the scores of a search say which passage is nearest, never whether it is near.
FEATURES = ("coverage_chunk", "common_run", "cosine")
READ_FEATURES = (*FEATURES, "read", "read_passage")
_BETTER = 0.25  # share of the question's terms
_LOOKED = 12  # candidates among which a gap is looked for
_VALUE = 1.25  # what a candidate that holds the value asked for counts against a gap
# A document's own word that it does not hold something.
NOT_COVERED = re.compile(
    r"未收录|不收录|没有收录|没有可靠来源|没有读到|没有读过|未读到|不作介绍|不作判断|未见(?:官方)?公布|尚未公布|未公布|没有公布|没有依据|没有统计|未作统计|"
    r"不掌握|未涉及|未作规定|没有交代|未注明|没有注明|没有说明|未载明|没有写到|不详|只列名称|只有转述"
)


def gate_features(ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> tuple[float, ...]:
    """Features of a question's best candidates in the order of ``FEATURES``; ``ranked`` is not empty."""
    best = ranked[0]
    chunk = term_set(f"{best.unit.text} {best.unit.context} {best.hit.text}")
    return (coverage(rarity, chunk), best.feature("common_run"), best.cosine)


def read_gate_features(ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> tuple[float, ...]:
    """``gate_features`` and what a Reader says, in the order of ``READ_FEATURES``."""
    best = ranked[0].read
    return (*gate_features(ranked, rarity), best.sentence, best.passage)


def declares_gap(unit: Unit) -> bool:
    """Whether a sentence says that its document lacks something; a table's cell does not speak for its row."""
    return unit.block.kind != "table_row" and bool(NOT_COVERED.search(fold(unit.text)))


def ruled_out(question: Question, ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> bool:
    """Whether a question is refused whatever the fitted gate says: its demands are not met, or a document lacks it."""
    met, failed = split(question, ranked)
    return (
        not met
        or speaks_better(failed, met)
        or counts_unknown(question, ranked)
        or declared_gap(question, ranked, failed, rarity) is not None
    )


def counts_unknown(question: Question, ranked: Sequence[Candidate]) -> bool:
    """Whether a question counts what none of the passages names: a number of something else would be told."""
    wanted = term_set(counted(question.folded)) if demand(question) == "number" else frozenset()
    passages = {one.hit.chunk: one for one in ranked}.values()
    return bool(wanted) and not any(wanted & term_set(f"{one.unit.context} {one.hit.text}") for one in passages)


def speaks_better(failed: Sequence[tuple[Candidate, Violation]], met: Sequence[Candidate]) -> bool:
    """Whether what fails a demand speaks of the question's subject, and what meets it of something else."""
    best = max(met[:5], key=lambda one: one.feature("coverage")).feature("coverage")
    return any(
        one.score > met[0].score and one.feature("coverage") > best + _BETTER and not declares_gap(one.unit)
        for one, _ in failed[:5]
    )


def only_declares_gap(unit: Unit, rarity: Mapping[str, float]) -> bool:
    """Whether a sentence says nothing of a question but that the document lacks it."""
    return declares_gap(unit) and not _tells_more(unit, rarity)


def declared_gap(
    question: Question,
    ranked: Sequence[Candidate],
    failed: Sequence[tuple[Candidate, Violation]],
    rarity: Mapping[str, float],
) -> Candidate | None:
    """The candidate in which a document itself says that it lacks what is asked, if none says more of the question.

    A remark on what a document leaves out answers nothing; where it speaks of the very thing asked, it is why the
    question can't be answered. ``failed`` are those of the ranked that do not meet its demands.
    """
    lacks = {one.unit.key: found for one, found in failed}
    subject = _subject(question, rarity)
    near = [one for one in ranked[:_LOOKED] if not _elsewhere(one, lacks.get(one.unit.key))]
    if not near or not subject:
        return None
    best = max(near, key=lambda one: (_missed(question, one.unit, subject), one.score))
    missed = _missed(question, best.unit, subject)
    rivals = [one for one in ranked[:8] if not declares_gap(one.unit) and one.unit.key != best.unit.key]
    holds = {one.unit.key for one in rivals if one.unit.key not in lacks} if demand(question) else set()
    said = max((_said(one, subject, holds=one.unit.key in holds) for one in rivals), default=0.0)
    first = next((one for one in ranked if one.unit.key not in lacks), ranked[0])
    if _is_gap(question, first, subject):
        return first
    return best if missed >= max(0.45, said) else None


def _said(one: Candidate, subject: Mapping[str, float], *, holds: bool) -> float:
    """Share of the question that a candidate says; one that also ``holds`` the value asked for says more."""
    return weighed_coverage(subject, *_words(one.unit)) * (_VALUE if holds else 1.0)


def _is_gap(question: Question, best: Candidate, subject: Mapping[str, float]) -> bool:
    """Whether the best candidate says of the question that it is left out, and nothing more of it besides."""
    if best.unit.block.kind == "table_row":
        return any(question.years & years(one) for one in _lacking(best.unit))
    return declares_gap(best.unit) and _missed(question, best.unit, subject) > 0


def _subject(question: Question, rarity: Mapping[str, float]) -> dict[str, float]:
    """The question's terms without its years and places, which every gap about the same would share."""
    rest = re.sub(r"(?:19|20)\d\d年?", " ", question.folded)
    for place in places(rest):
        rest = re.sub(rf"{place.name}[省市区县]?", " ", rest)
    kept = term_set(rest)
    return {term: weight for term, weight in rarity.items() if term in kept}


def _elsewhere(one: Candidate, found: Violation | None) -> bool:
    """Whether a candidate speaks of another place, year or document than the question, by what it fails to meet."""
    if found is None or found.kind not in {"place", "year", "document"}:
        return False
    return found.kind != "year" or bool(years(fold(one.unit.text)))


def _missed(question: Question, unit: Unit, rarity: Mapping[str, float]) -> float:
    """Share of the question that stands in the very clauses that tell of a gap."""
    lacking = _lacking(unit)
    if not lacking or _tells_more(unit, rarity):
        return 0.0
    if unit.block.kind == "table_row" and not question.years & years(" ".join(lacking)):
        return 0.0
    subject = _clauses(unit)[0] if unit.block.kind == "table_row" else ""
    own = term_set(" ".join((subject, *lacking)))
    return weighed_coverage(rarity, own, _words(unit)[1])


def _clauses(unit: Unit) -> list[str]:
    """A row's cells, any other text's clauses, folded."""
    return re.split("[,:]" if unit.block.kind == "table_row" else "[;]", fold(unit.text))


def _lacking(unit: Unit) -> list[str]:
    return [clause for clause in _clauses(unit) if NOT_COVERED.search(clause)]


def _tells_more(unit: Unit, rarity: Mapping[str, float]) -> bool:
    """Whether a sentence that names a gap states something of the question besides: two dates, and that they differ."""
    if unit.block.kind == "table_row":
        return False
    clauses = re.split("[,;。]", fold(unit.text))
    lacking = " ".join(one for one in clauses if NOT_COVERED.search(one))
    told = " ".join(one for one in clauses if not NOT_COVERED.search(one) and not one.startswith("截至"))
    found = facts(told)
    states = bool(found.dates or any(not one.ordinal for one in found.quantities))
    return states and coverage(rarity, term_set(told)) > coverage(rarity, term_set(lacking))


def _words(unit: Unit) -> tuple[frozenset[str], frozenset[str]]:
    return term_set(unit.text), term_set(unit.context)
