"""What the question demands and evidence must meet: its years, its places, a result rather than a plan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.question import Question, years
from assistant.score import Candidate
from assistant.units import Unit
from corpus.document import Document
from corpus.normalise import fold
from corpus.places import Place, places

PLAN = re.compile(
    r"目标|计划|规划|力争|争取|拟(?!合)|预计|将(?=[^军来领士官])|下一步|到20\d\d年(?:底)?[，要将]|打算|有望"
)
_RESULT = re.compile(
    r"实际|完成了|完成情况|实现了|达到了|达成|已经|兑现|做到了|到位了|建成了|落实了多少|最终|actually|achieved|completed|already"
)
TARGET = re.compile(r"目标|计划(?!单列)|力争|预计|\btargets?\b|\bplan(?:s|ned)?\b")
_ZONE = re.compile(r"合作区|园区|口岸|片区|新区|街道|保税区|科学城|科学园")


@dataclass(frozen=True, slots=True)
class Violation:
    """What a piece of evidence fails to meet, as asked and as the evidence has it."""

    kind: Literal["year", "place", "result", "plan"]
    asked: str
    held: str


def violation(question: Question, candidate: Candidate) -> Violation | None:
    """The first demand of the question that the candidate fails, or none."""
    return _year(question, candidate.unit) or _place(question, candidate) or _modality(question, candidate.unit)


def asks_target(question: Question) -> bool:
    """Whether the question is about a target or plan and not about what came of it."""
    return bool(TARGET.search(question.folded))


def split(
    question: Question, candidates: Iterable[Candidate]
) -> tuple[list[Candidate], list[tuple[Candidate, Violation]]]:
    """The candidates that meet every demand, and the others with what they fail, each in the order given."""
    met: list[Candidate] = []
    failed: list[tuple[Candidate, Violation]] = []
    for candidate in candidates:
        found = violation(question, candidate)
        if found is None:
            met.append(candidate)
        else:
            failed.append((candidate, found))
    return met, failed


def detail(found: Violation) -> str:
    """The violation in a sentence for people."""
    if found.kind == "year":
        return f"您问的是{found.asked}；资料中相关的段落写的是{found.held}，没有{found.asked}的内容。"
    if found.kind == "place":
        held = f"资料写的是{found.held}" if found.held else "资料没有写到"
        return (
            f"您问的是{found.asked}，{held}，不能当作{found.asked}的情况。" if found.held else f"{held}{found.asked}。"
        )
    if found.kind == "plan":
        return "您问的是目标；资料中相关的段落写的是实际情况，不能当作目标。"
    return "资料只写了目标或计划，没有写实际完成情况，不能当作结果。"


def unit_years(unit: Unit) -> frozenset[int]:
    """The years a unit speaks of: its own, else those before it in its block, else of headings, else of the date."""
    document, block = unit.source, unit.block
    own = years(fold(unit.text))
    if own:
        return own
    before = years(fold(document.text[block.start : unit.spans[-1][0]]))
    around = years(fold(unit.context))
    meta = document.metadata
    return before or around or years(fold(f"{meta.issued or meta.as_of}"))


def _year(question: Question, unit: Unit) -> Violation | None:
    if not question.years:
        return None
    held = unit_years(unit)
    spoken = years(fold(" ".join((unit.text, unit.context, unit.source.text[unit.block.start : unit.block.end]))))
    if not held or question.years & (held | spoken if not years(fold(unit.text)) else held):
        return None
    plan = "目标" if "目标" in unit.text else "计划" if PLAN.search(unit.text) else "情况"
    return Violation("year", _listed(question.years), f"{_listed(held)}的{plan}")


def _listed(found: Iterable[int]) -> str:
    return "、".join(f"{year}年" for year in sorted(found))


def _place(question: Question, candidate: Candidate) -> Violation | None:
    asked = demanded_places(question.folded)
    if not asked:
        return None
    unit, hit = candidate.unit, candidate.hit
    near = fold(" ".join((unit.text, unit.context, unit.source.metadata.issuer, unit.source.text[hit.start : hit.end])))
    own = {place.name for place in places(fold(unit.text))}
    scope = _scope(unit.source)
    for place in asked:
        if place.name in own or (place.name in near and not _sibling(place, own)):
            continue
        if scope is not None and (scope.name == place.name) and not _sibling(place, own):
            continue
        held = next((name for name in own), scope.name if scope else "")
        return Violation("place", _spoken(place, question.text), "" if held == place.name else held)
    return None


def demanded_places(folded: str) -> tuple[Place, ...]:
    """The places an answer must be about: the most particular ones named.

    A larger place that only locates a zone (深圳河套合作区) is none.
    """
    found = places(folded)
    inner = {above for place in found for above in place.within}
    zone = bool(_ZONE.search(folded))
    return tuple(place for place in found if place.name not in inner and not (zone and place.level < 3))


def _sibling(place: Place, names: Iterable[str]) -> bool:
    """Whether a text names another place of the same level instead."""
    others = [other for name in names for other in places(name)]
    return any(other.level == place.level and other.name != place.name for other in others)


@lru_cache(maxsize=512)
def _scope(document: Document) -> Place | None:
    """The place a document is about: the one it names most, title first."""
    titled = places(fold(document.metadata.title))
    if titled:
        return titled[-1]
    text = fold(document.text[document.body :])
    counts = Counter({place: text.count(place.name) for place in places(text)})
    return counts.most_common(1)[0][0] if counts else None


def _spoken(place: Place, text: str) -> str:
    found = re.search(rf"{place.name}(?:省|市|区|县|特别行政区)?", text)
    return found.group() if found else place.name


def _modality(question: Question, unit: Unit) -> Violation | None:
    """A target is no result, and a result no target."""
    if asks_target(question):
        spoken = fold(f"{unit.text} {' '.join(unit.block.heading)} {unit.context}")
        return None if PLAN.search(spoken) else Violation("plan", "", "")
    if _RESULT.search(question.folded) and TARGET.search(fold(unit.text)):
        return Violation("result", "", "")
    return None


def nearest_demand(failed: Sequence[tuple[Candidate, Violation]]) -> Violation:
    """The violation of the candidate that would answer best."""
    return max(failed, key=lambda pair: pair[0].score)[1]
