"""What the question demands and evidence must meet: years, places, a result or a plan, the value asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.demands import demand, holds
from assistant.question import Question, years
from assistant.score import Candidate
from assistant.units import Unit
from corpus.document import Document
from corpus.naming import names, numbered
from corpus.normalise import fold
from corpus.places import Place, places
from corpus.quantities import Quantity, quantities
from corpus.structure import blocks

PLAN = re.compile(
    r"目标|计划|规划|力争|争取|拟(?!合)|预计|将(?=[^军来领士官])|下一步|到20\d\d年(?:底)?[，要将]|打算|有望"
)
_RESULT = re.compile(
    r"实际|完成了|完成情况|实现了|达到了|达成|已经|兑现|做到了|到位了|建成了|落实了多少|最终|actually|achieved|completed|already"
)
TARGET = re.compile(r"目标|(?<!支持)(?<!专项)(?<!行动)计划(?!单列)|力争|预计|\btargets?\b|\bplan(?:s|ned)?\b")
_PLACE_LABEL = re.compile(r"([\u4e00-\u9fff]{2,6})(?:一侧|方面)?[。:]")
_WHOLES = {"全国": 0, "全省": 1, "全市": 2}  # the level of the place that each means
_WHOLE = re.compile(r"(?:^|[,，。；;:])(全国|全省|全市)(?!第|首|排|领先|前|唯一|各|范围|人大)")
_ZONED = re.compile(r"([\u4e00-\u9fff]{2,4}?)(合作区|口岸|新区|街道|保税区|机场|自贸区|开发区|度假区)")
# Words before 合作区 and the like that name none.
_ANY_ZONE = re.compile(
    r"[这那哪该本各些个几座的新旧老两双有在到从去和与及条路陆水空]$|深港|跨境|全部|所有|其他|国际|一线|二线"
)
_CONFIRMS = re.compile(
    r"(?:听说|听讲|据说).*\?|(?:吧|对吗|是吗|对吧|没错吧|是不是|是否|对不对|不是[^?]{2,30}吗)[,，?]|吧(?:$|[,，])|(?:吗|吧)\??$"
)
_ZONE = re.compile(r"合作区|园区|口岸|片区|新区|街道|保税区|科学城|科学园")


@dataclass(frozen=True, slots=True)
class Violation:
    """What a piece of evidence fails to meet, as asked and as the evidence has it."""

    kind: Literal["year", "place", "result", "plan", "number", "date", "period", "document", "article"]
    asked: str
    held: str


def violation(question: Question, candidate: Candidate) -> Violation | None:
    """The first demand of the question that the candidate fails, or none."""
    unit = candidate.unit
    return (
        _document(question, unit)
        or _year(question, unit)
        or _place(question, candidate)
        or _zone(question, candidate)
        or _article(question, candidate)
        or _modality(question, unit)
        or _value(question, unit)
    )


def asks_target(question: Question) -> bool:
    """Whether the question is about a target or plan and not about what came of it."""
    return bool(TARGET.search(question.folded))


def confirms(question: Question) -> bool:
    """Whether the question wants to hear that what it says is so."""
    return bool(_CONFIRMS.search(question.folded))


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


def _document(question: Question, unit: Unit) -> Violation | None:
    missing = next((one for one in numbered(question.folded) if not names(unit.source, one)), None)
    return Violation("document", missing, "") if missing else None


def _value(question: Question, unit: Unit) -> Violation | None:
    """A question of how many or when is answered by nothing without a number of that unit, or a date."""
    kind = demand(question)
    return Violation(kind, "", "") if kind and not holds(question, kind, unit.text) else None


def _year(question: Question, unit: Unit) -> Violation | None:
    if not question.years:
        return None
    held = unit_years(unit)
    spoken = years(fold(f"{unit.text} {unit.context}")) | _section_years(unit.source, unit.block.heading)
    if not held or question.years & (held | spoken if not years(fold(unit.text)) else held):
        return None
    plan = "目标" if "目标" in unit.text else "计划" if PLAN.search(unit.text) else "情况"
    return Violation("year", _listed(question.years), f"{_listed(held)}的{plan}")


@lru_cache(maxsize=2_048)
def _section_years(document: Document, heading: tuple[str, ...]) -> frozenset[int]:
    """The years that the blocks under a heading speak of: a sentence without one may mean any of them."""
    own = (document.text[one.start : one.end] for one in blocks(document) if one.heading == heading)
    return years(fold(" ".join(own)))


def _listed(found: Iterable[int]) -> str:
    return "、".join(f"{year}年" for year in sorted(found))


def _place(question: Question, candidate: Candidate) -> Violation | None:
    asked = demanded_places(question.folded)
    if not asked:
        return None
    unit, hit = candidate.unit, candidate.hit
    labelled = _labelled(unit)
    near = fold(" ".join((unit.text, unit.context, unit.source.metadata.issuer, unit.source.text[hit.start : hit.end])))
    own = {place.name for place in places(fold(unit.text))}
    scope = _scope(unit.source)
    for place in asked:
        if labelled is not None and labelled.name != place.name and place.name not in labelled.within:
            return Violation("place", _spoken(place, question.text), labelled.name)
        wider = _wider(place, fold(unit.text))
        if wider and place.name not in own:
            return Violation("place", _spoken(place, question.text), wider)
        if place.name in own or (place.name in near and not _sibling(place, own)):
            continue
        if scope is not None and (scope.name == place.name) and not _sibling(place, own):
            continue
        held = next((name for name in own), scope.name if scope else "")
        return Violation("place", _spoken(place, question.text), "" if held == place.name else held)
    return None


def _labelled(unit: Unit) -> Place | None:
    """The place that a sentence begins with as a label (深圳。截至…): all of it is about that place."""
    label = _PLACE_LABEL.match(fold(unit.text))
    named = places(label.group(1)) if label else ()
    return named[-1] if len(named) == 1 else None


def _wider(place: Place, folded: str) -> str:
    """The larger whole that a sentence gives its figures for (全市GDP is no district's); empty if there is none."""
    found = (match.group(1) for match in _WHOLE.finditer(folded))
    return next((whole for whole in found if _WHOLES[whole] < place.level), "")


@lru_cache(maxsize=256)  # asked of every candidate of a question
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


def _zone(question: Question, candidate: Candidate) -> Violation | None:
    """A zone, port or town that the question names and the passage does not: 前海 of 前海合作区."""
    for found in _ZONED.finditer(question.folded):
        name = found.group(1)
        if not _ANY_ZONE.search(name) and name[-2:] not in _near(candidate):
            return Violation("place", f"{name if len(name) < 4 else name[-2:]}{found.group(2)}", "")
    return None


def _article(question: Question, candidate: Candidate) -> Violation | None:
    """An article that the question numbers (第六条) and the passage does not."""
    asked = _articles(question.folded)
    held = {(one.value, one.unit) for one in _articles(_near(candidate))} if asked else set()
    missing = next((one for one in asked if (one.value, one.unit) not in held), None)
    return Violation("article", missing.text, "") if missing else None


@lru_cache(maxsize=256)
def _articles(folded: str) -> tuple[Quantity, ...]:
    """The articles that a folded text numbers."""
    return tuple(one for one in quantities(folded) if one.ordinal and one.unit in {"条", "款"})


def _near(candidate: Candidate) -> str:
    """What a candidate says, under what it stands, and its passage, folded."""
    unit, hit = candidate.unit, candidate.hit
    return fold(f"{unit.context} {unit.source.text[unit.block.start : unit.block.end]} {hit.text}")


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
