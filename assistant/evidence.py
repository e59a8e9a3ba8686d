"""Question + hits → the few sentences that answer, each with its places; or that nothing does.

The path: every sentence of the hits becomes a candidate; a fitted model scores it by its words; a Reader reads the
nearest passages, and a second model scores again; demands of the question (year, place, result) strike candidates
out; a fitted gate decides whether the best of the rest answers at all; then the answer takes the best, what adds to
it, and for a list question every item of the enumeration concerned.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

import numpy as np

from assistant.constraints import Violation, confirms, nearest_demand, split
from assistant.fitted import Gate, Models, load_models
from assistant.gate import (
    counts_unknown,
    declared_gap,
    gate_features,
    only_declares_gap,
    read_gate_features,
    speaks_better,
)
from assistant.lists import Enumeration, asked_items, enumerations, together
from assistant.question import Question, asks_of_itself
from assistant.read_together import with_readings
from assistant.score import Candidate, candidates, content_terms, holds_kind, rarities, term_sets
from assistant.units import Unit, item_unit, units_of_block, units_of_hit
from corpus.document import Document
from corpus.naming import is_number_alone
from corpus.normalise import fold, simplify
from corpus.structure import blocks
from index.bigrams import term_set
from index.encoder import Encoder, Vectors, as_published
from index.hit import Hit
from index.reader import Reader

_CACHED = 20_000  # vectors of sentences kept in memory: 30 MB
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_GREETING = 20  # characters up to which a paragraph greets or names, and says nothing
_OPENING = 2  # sentences that say what a document is
_SIMILAR = 0.7  # a sentence that shares this part of its terms with one already taken says nothing new


@dataclass(frozen=True, slots=True)
class Group:
    """Chosen units of one document that belong together; ``stated`` is how many items their enumeration has."""

    units: tuple[Unit, ...]
    stated: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What answers the question, best document first, or why nothing does, with the nearest candidates.

    ``violation`` is the demand that nothing meets, or, where there are groups, what the question takes for granted and
    they have otherwise; ``missing`` are the parts of a compound question that nothing answers.
    """

    groups: tuple[Group, ...] = ()
    refusal: Literal["no_evidence", "constraint", "not_covered"] | None = None
    detail: str = ""
    violation: Violation | None = None
    gap: Unit | None = None
    nearest: tuple[Candidate, ...] = ()
    probability: float = 0.0
    missing: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[Unit, ...]:
        """All chosen units in order."""
        return tuple(unit for group in self.groups for unit in group.units)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many hits are looked at, how many of them are read, and what an answer takes, as shares of the best score."""

    hits: int = 10
    read: int = 6
    sentences: int = 3
    addition: float = 0.6
    other_list: float = 0.65
    floor: float = 0.12


def merged(parts: Sequence[tuple[str, Selection]]) -> Selection:
    """One Selection from those of a question's parts: what answers any of them, without saying anything twice."""
    answered = [selection for _, selection in parts if selection.refusal is None]
    if not answered:
        return parts[0][1]
    taken: list[Unit] = []
    groups: list[Group] = []
    for group in (group for selection in answered for group in selection.groups):
        fresh = tuple(unit for unit in group.units if not _repeats(unit, taken))
        taken.extend(fresh)
        if fresh:
            groups.append(replace(group, units=fresh))
    return Selection(
        tuple(groups),
        nearest=answered[0].nearest,
        probability=min(selection.probability for selection in answered),
        missing=tuple(text for text, selection in parts if selection.refusal is not None),
    )


class EvidenceFinder:
    """Chooses evidence. With an encoder meaning counts, with a reader what is said of it; without, only words do."""

    def __init__(
        self,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        *,
        models: Models | None = None,
        limits: Limits | None = None,
    ) -> None:
        """``models`` are the card's by default, for what is read where there is a reader, else for words alone."""
        self._vectors = _SentenceVectors(as_published(encoder)) if encoder else None
        self._reader = reader
        self._words = load_models() if reader or models is None else models
        self._models = models or load_models(reading=reader is not None)
        self._limits = limits or Limits()

    def select(self, question: Question, hits: Sequence[Hit]) -> Selection:
        """The evidence for a question among its hits."""
        ranked, rarity = self.rank(question, hits)
        if not ranked or asks_of_itself(question.folded):
            return Selection(refusal="no_evidence", nearest=tuple(ranked[:3]))
        met, failed = split(question, ranked)
        if is_number_alone(question.folded) and met:
            return _opening(met[0].hit.source, ranked)
        gap = declared_gap(question, ranked, failed, rarity)
        if gap is not None:
            return Selection(refusal="not_covered", detail=gap.unit.text, gap=gap.unit, nearest=tuple(ranked[:3]))
        probability = self._probability(question, met, rarity)
        if counts_unknown(question, ranked):
            return self._lacking(Violation("number", "", ""), ranked)
        if met and probability >= self._gate(question).threshold and not speaks_better(failed, met):
            return Selection(self._choose(question, met, rarity), probability=probability, nearest=tuple(met[:3]))
        return self._refuse(question, ranked, (met, failed), rarity, probability)

    def rank(self, question: Question, hits: Sequence[Hit]) -> tuple[list[Candidate], dict[str, float]]:
        """Every unit of the first hits with its score, best first, and how telling each term of the question is."""
        found = _distinct(hits[: self._limits.hits])
        passages = term_sets([f"{hit.title} {' '.join(hit.heading)} {hit.text}" for hit in hits])
        rarity = rarities(content_terms(question), passages)
        scored = candidates(question, found, self._cosines(question, found), rarity)
        ranked = _ranked(replace(one, score=self._words.sentence.probability(one.features)) for one in scored)
        if self._reader is None or not self._reads(question) or not ranked:
            return ranked, rarity
        read = with_readings(question, ranked, self._reader, self._limits.read)
        model = self._models.sentence
        return _ranked(replace(one, score=model.probability(one.read_features)) for one in read), rarity

    def _cosines(self, question: Question, found: Sequence[tuple[Unit, Hit]]) -> list[float]:
        if self._vectors is None or not found:
            return [0.0] * len(found)
        vectors = self._vectors.passages([simplify(unit.meaning) for unit, _ in found])
        return [float(value) for value in vectors @ self._vectors.question(simplify(question.text))]

    def _reads(self, question: Question) -> bool:
        """Whether the reader is asked: across languages it tells less than the vectors do."""
        return self._reader is not None and question.language != "en"

    def _gate(self, question: Question) -> Gate:
        return (self._models if self._reads(question) else self._words).gate_for(question.language)

    def _probability(self, question: Question, ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> float:
        features = read_gate_features if self._reads(question) else gate_features
        return self._gate(question).model.probability(features(ranked, rarity)) if ranked else 0.0

    def _refuse(
        self,
        question: Question,
        ranked: Sequence[Candidate],
        parted: tuple[Sequence[Candidate], Sequence[tuple[Candidate, Violation]]],
        rarity: Mapping[str, float],
        probability: float,
    ) -> Selection:
        """A demand of the question is the reason where the evidence would have been accepted without it.

        Who only wants to have a year confirmed is told the right one instead.
        """
        met, failed = parted
        others = [one for one, _ in failed]
        named = [violation for _, violation in failed if violation.kind in {"document", "article"}]
        if named and not met:
            return self._lacking(named[0], ranked)
        without = Selection(refusal="no_evidence", nearest=tuple(ranked[:3]), probability=probability)
        if not others or self._probability(question, others, rarity) < self._gate(question).threshold:
            return without
        found = nearest_demand(failed)
        if found.kind == "year" and confirms(question):
            wrong = [one for one, violation in failed if violation.kind == "year"]
            return replace(without, groups=self._choose(question, wrong, rarity), refusal=None, violation=found)
        return replace(without, refusal="constraint", violation=found)

    @staticmethod
    def _lacking(found: Violation, ranked: Sequence[Candidate]) -> Selection:
        return Selection(refusal="constraint", violation=found, nearest=tuple(ranked[:3]))

    def _choose(self, question: Question, met: Sequence[Candidate], rarity: Mapping[str, float]) -> tuple[Group, ...]:
        answers = [one for one in met if not only_declares_gap(one.unit, rarity)] or list(met)
        answers = [one for one in answers if holds_kind(question, fold(one.unit.text)) is not False] or answers
        return self._lists(answers, rarity) if question.asks_list else self._sentences(answers)

    def _sentences(self, ranked: Sequence[Candidate]) -> tuple[Group, ...]:
        """The best sentence, and those that are nearly as good and say something else."""
        limit, chosen = self._limits, [ranked[0]]
        least = max(limit.floor, limit.addition * ranked[0].score)
        for one in ranked[1:]:
            if len(chosen) == limit.sentences or one.score < least:
                break
            if not _repeats(one.unit, [c.unit for c in chosen]):
                chosen.append(one)
        return _by_document([one.unit for one in chosen])

    def _lists(self, ranked: Sequence[Candidate], rarity: Mapping[str, float]) -> tuple[Group, ...]:
        """The enumeration that the best candidate belongs to, then those of other documents that answer as well."""
        least = max(self._limits.floor, self._limits.other_list * ranked[0].score)
        groups: list[Group] = []
        taken: list[Unit] = []
        for one in ranked:
            if one.score < least or len(groups) == 4:
                break
            if _repeats(one.unit, taken):
                continue
            group = self._group(one, rarity, demanding=bool(groups))
            fresh = tuple(unit for unit in group.units if not _repeats(unit, taken))
            if fresh:
                groups.append(replace(group, units=fresh))
                taken.extend(fresh)
        return _reply_first(groups)

    def _group(self, one: Candidate, rarity: Mapping[str, float], *, demanding: bool) -> Group:
        document = one.unit.source
        enumeration = _enumeration_of(one.unit)
        if enumeration is None:
            return Group((one.unit,))
        selective = len(asked_items(document, enumeration, rarity)) < len(enumeration.items)
        wider = (enumeration,) if demanding or selective else together(document, enumeration, rarity)
        units = tuple(item_unit(document, block) for e in wider for block in asked_items(document, e, rarity))
        whole = len(wider) == 1 and len(units) == len(enumeration.items)
        if not any(unit.key[1][0] <= one.unit.key[1][0] < unit.key[1][1] for unit in units):
            units = (one.unit, *units) if _leads(one.unit, enumeration) else (one.unit,)
        return Group(units, enumeration.count if whole and len(units) > 1 else None)


def _opening(document: Document, ranked: Sequence[Candidate]) -> Selection:
    """The first sentences of a document: what it is."""
    paragraphs = [block for block in blocks(document) if block.kind == "paragraph"]
    said = [unit for block in paragraphs for unit in units_of_block(document, block) if len(unit.text) > _GREETING]
    return Selection((Group(tuple(said[:_OPENING])),), probability=1.0, nearest=tuple(ranked[:3]))


def _ranked(scored: Iterable[Candidate]) -> list[Candidate]:
    return sorted(scored, key=lambda one: (-one.score, one.unit.key))


def _reply_first(groups: Sequence[Group]) -> tuple[Group, ...]:
    """One group a document, replies before others; a count stands only where one enumeration is all of it."""
    merged: dict[str, Group] = {}
    for group in groups:
        name = group.units[0].source.id
        merged[name] = Group((*merged[name].units, *group.units)) if name in merged else group
    return tuple(sorted(merged.values(), key=lambda group: group.units[0].source.metadata.kind != "reply"))


def _leads(unit: Unit, enumeration: Enumeration) -> bool:
    return (
        enumeration.lead is not None and unit.key[1][0] >= enumeration.lead[0] and unit.key[1][1] <= enumeration.lead[1]
    )


def _enumeration_of(unit: Unit) -> Enumeration | None:
    """The enumeration that the unit is an item of, or that it introduces."""
    start = unit.spans[-1][0]
    for one in enumerations(unit.source):
        inside = any(block.start <= start < block.end for block in one.items)
        if inside or (one.lead is not None and one.lead[0] <= start < one.lead[1]):
            return one
    return None


def _distinct(hits: Sequence[Hit]) -> list[tuple[Unit, Hit]]:
    found: dict[tuple[str, tuple[int, int]], tuple[Unit, Hit]] = {}
    for hit in hits:
        for unit in units_of_hit(hit):
            found.setdefault(unit.key, (unit, hit))
    return list(found.values())


def _repeats(unit: Unit, taken: Sequence[Unit]) -> bool:
    """Whether a unit says what was said: most of its terms, and no figure that was not there."""
    own, figures = term_set(unit.text), set(_FIGURE.findall(unit.text))
    return any(
        len(own & term_set(one.text)) >= _SIMILAR * len(own) and figures <= set(_FIGURE.findall(one.text))
        for one in taken
    )


def _by_document(units: Sequence[Unit]) -> tuple[Group, ...]:
    grouped: OrderedDict[str, list[Unit]] = OrderedDict()
    for unit in units:
        grouped.setdefault(unit.source.id, []).append(unit)
    return tuple(Group(tuple(sorted(some, key=lambda unit: unit.spans[-1]))) for some in grouped.values())


class _SentenceVectors:
    """Vectors of sentences, kept while the process runs: the same ones come up again and again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def question(self, text: str) -> Vectors:
        vector: Vectors = self._encoder.encode([text], "query")[0]
        return vector

    def passages(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found |= dict(zip(new, self._encoder.encode(new, "passage"), strict=True))
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > _CACHED:
                self._kept.popitem(last=False)
        return np.stack([found[text] for text in texts])
