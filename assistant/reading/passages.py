"""Hits → what a reader reads: their units that say something, each once, under the words that stand above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.units import Unit, units_of_hit
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit with its units, and title, headings and lead as ``head``."""

    hit: Hit
    units: tuple[Unit, ...]
    head: str


def passages(hits: Sequence[Hit]) -> Iterator[Passage]:
    """The hits with units that no earlier one had; greetings, thanks and signatures say nothing."""
    seen: set[tuple[str, tuple[int, int]]] = set()
    for hit in hits:
        units = tuple(one for one in units_of_hit(hit) if one.key not in seen and one.role == "text")
        seen.update(one.key for one in units)
        if units:
            head = " ".join(part for part in (hit.title, *hit.heading, units[0].lead) if part)
            yield Passage(hit, units, head)
