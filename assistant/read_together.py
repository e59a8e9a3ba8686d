"""Reading the nearest passages together with the question: what words alone can't tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.question import Question
from assistant.score import Candidate, Read
from corpus.normalise import simplify
from index.hit import Hit
from index.reader import Passage, Reader


def with_readings(question: Question, ranked: Sequence[Candidate], reader: Reader, hits: int) -> list[Candidate]:
    """The candidates, those of the first ``hits`` passages in their order with what the reader says of them."""
    nearest = _nearest([one.hit for one in ranked], hits)
    inside = {key: [one for one in ranked if one.hit.chunk == key] for key in nearest}
    for some in inside.values():
        some.sort(key=lambda one: one.unit.spans[-1])
    passages = [_passage(nearest[key], some) for key, some in inside.items()]
    found: dict[tuple[str, tuple[int, int]], Read] = {}
    for some, reading in zip(inside.values(), reader.read(simplify(question.text), passages), strict=True):
        for one, logit in zip(some, reading.sentences, strict=True):
            found[one.unit.key] = Read(logit, reading.passage)
    return [replace(one, read=found.get(one.unit.key, Read())) for one in ranked]


def _nearest(hits: Sequence[Hit], count: int) -> dict[str, Hit]:
    distinct = {hit.chunk: hit for hit in reversed(hits)}
    order = list(dict.fromkeys(hit.chunk for hit in hits))[:count]
    return {key: distinct[key] for key in order}


def _passage(hit: Hit, units: Sequence[Candidate]) -> Passage:
    lead = units[0].unit.lead
    head = " ".join(part for part in (hit.title, *hit.heading[-1:], lead) if part)
    return Passage(simplify(head), tuple(simplify(one.unit.text) for one in units))
