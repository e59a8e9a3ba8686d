"""How well each Unit answers a question: features that hold in any domain, and the fitted weights that join them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.question import Question, years
from assistant.units import Unit
from corpus.normalise import fold
from index.bigrams import term_set
from index.hit import Hit

FEATURES = (
    "coverage",
    "focus",
    "common_run",
    "cosine_below_best",
    "type_match",
    "type_missing",
    "year_met",
    "year_other",
    "length",
)
READ_FEATURES = (*FEATURES, "read")
# What title, headings and lead say of the question counts for the sentences below them, but less than their own words.
_CONTEXT = 0.7
Matrix = npt.NDArray[np.float32]

# Bigrams with one of these bind words and tell nothing of the subject.
_BINDING = frozenset("的了是在和与及或对为有中等也都就而之其被把从到于由以")
_NUMBER = re.compile(
    r"\d|[三四五六七八九十百千万亿]+(?:个|家|项|条|人|年|倍|成|次|位|名|元|类|种|座|所|层|级|岁)|[一二两](?:成|倍|亿|万|家|条)"
)
_COUNTER = re.compile(
    r"(?:多少|几)(个|家|条|项|名|人|位|亩|平方公里|平方米|公里|公顷|亿元|万元|元|倍|次|件|天|年|批|栋|所|座|种|类|页|章)"
)
_DATE = re.compile(
    r"\d{4}\s*年|\d{1,2}\s*月|\d+\s*(?:日|天|个月|年|小时)|[一二三四五六七八九十]+(?:个月|年|天|日|个工作日)|世纪|年代"
)
_BODY = re.compile(r"[局委部会厅院社司校署办]|公司|大学|机构|政府|中心|法院|先生|教授|博士|主席|总统|皇帝|将军")
_PLACE = re.compile(r"[省市区县镇村路街国洲岛山河湖港]|位于|坐落|地处")
_ANSWERS = {"number": _NUMBER, "date": _DATE, "who": _BODY, "where": _PLACE}


@dataclass(frozen=True, slots=True)
class Read:
    """A reader's log-odds that a unit answers, and that anything in its passage does.

    What was not read came too late in the ranking to answer.
    """

    sentence: float = -8.0
    passage: float = -8.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Unit with its hit, its cosine to the question, its features in the order of ``FEATURES``, and its score.

    The score, 0 until it is computed, is the probability that the unit answers.
    """

    unit: Unit
    hit: Hit
    cosine: float
    features: tuple[float, ...]
    score: float = 0.0
    read: Read = Read()

    def feature(self, name: str) -> float:
        """One feature by its name."""
        return self.features[FEATURES.index(name)]

    @property
    def read_features(self) -> tuple[float, ...]:
        """The features in the order of ``READ_FEATURES``."""
        return (*self.features, self.read.sentence)


def content_terms(question: Question) -> tuple[str, ...]:
    """The question's terms that say what it is about."""
    content = tuple(t for t in question.terms if not (len(t) == 2 and _BINDING & set(t)) and t not in _BINDING)
    return content or question.terms


def term_sets(texts: Sequence[str]) -> list[frozenset[str]]:
    """The distinct terms of each text."""
    return [term_set(text) for text in texts]


def rarities(content: Sequence[str], passages: Sequence[frozenset[str]]) -> dict[str, float]:
    """How telling each term is among the passages found: the rarer among them the more.

    A term that none of them holds counts as much as the others do on average: it may be what is asked for, or only
    an asker's own way of saying it.
    """
    counts = Counter(term for passage in passages for term in passage)
    held = {term: math.log(1 + (len(passages) + 1) / (counts[term] + 0.5)) for term in content if counts[term]}
    average = sum(held.values()) / len(held) if held else 1.0
    return {term: held.get(term, average) for term in content}


def coverage(rarity: Mapping[str, float], held: frozenset[str]) -> float:
    """Share of the terms, by rarity, that a text holds; 0 for a question without terms."""
    total = sum(rarity.values())
    return sum(weight for term, weight in rarity.items() if term in held) / total if total else 0.0


def weighed_coverage(rarity: Mapping[str, float], own: frozenset[str], context: frozenset[str]) -> float:
    """``coverage`` by a unit's own words, and less by those of the headings above it."""
    words = coverage(rarity, own)
    return words + _CONTEXT * (coverage(rarity, own | context) - words)


def candidates(
    question: Question, found: Sequence[tuple[Unit, Hit]], cosines: Sequence[float], rarity: Mapping[str, float]
) -> list[Candidate]:
    """The units with their features; ``cosines`` are those of question and unit, in the same order."""
    best = max(cosines, default=0.0)
    return [
        Candidate(unit, hit, cosine, _features(question, unit, best - cosine, rarity))
        for (unit, hit), cosine in zip(found, cosines, strict=True)
    ]


def _features(question: Question, unit: Unit, below_best: float, rarity: Mapping[str, float]) -> tuple[float, ...]:
    own = term_set(unit.text)
    context = term_set(unit.context)
    folded = fold(unit.text)
    matches = holds_kind(question, folded)
    stated = years(folded)
    return (
        weighed_coverage(rarity, own, context),
        float(bool(question.focus) and question.focus in fold(unit.meaning)),
        common_run(question.folded, folded) / max(1, min(len(question.folded), 12)),
        below_best,
        float(matches is True),
        float(matches is False),
        float(bool(question.years & stated)),
        float(bool(question.years and stated and not question.years & stated)),
        min(len(unit.text), 200) / 100,
    )


def holds_kind(question: Question, folded: str) -> bool | None:
    """Whether a text holds what the question asks for: a number (of what is counted), a date, a body, a place.

    ``None`` for a kind that can't be seen in words.
    """
    pattern = _ANSWERS.get(question.kind)
    if pattern is None:
        return None
    counted = _COUNTER.search(question.folded) if question.kind == "number" else None
    if counted and counted.group(1) != "个":
        return bool(re.search(rf"[\d一二三四五六七八九十百千万亿余多两]\s*(?:余|多)?{counted.group(1)}", folded))
    return bool(pattern.search(folded))


def common_run(a: str, b: str) -> int:
    """Length of the longest run of characters that both texts hold."""
    best, row = 0, [0] * (len(b) + 1)
    for character in a:
        following = [0] * (len(b) + 1)
        for at, other in enumerate(b):
            if character == other:
                following[at + 1] = row[at] + 1
                best = max(best, following[at + 1])
        row = following
    return best
