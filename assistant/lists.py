"""Enumerations of a document, and which of their items a list question concerns: all of them, or those it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.score import coverage
from corpus.document import Block, Document
from corpus.markers import leading_marker, strip_marker
from corpus.normalise import join_lines
from corpus.structure import blocks
from index.bigrams import term_set

_SELECTIVE = 0.12  # an item that adds this share of the question's terms is asked for itself, not for its list


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items in order; ``count`` is how many there are at the outermost level, ``heading`` and ``lead`` name them."""

    items: tuple[Block, ...]
    count: int
    heading: tuple[str, ...]
    lead: tuple[int, int] | None = None


@lru_cache(maxsize=512)
def enumerations(document: Document) -> tuple[Enumeration, ...]:
    """Every run of items or table rows under one heading, two items or more."""
    return tuple(one for run in _runs(blocks(document)) if (one := _enumeration(run)).count > 1)


def _runs(structure: Sequence[Block]) -> Iterator[list[Block]]:
    run: list[Block] = []
    for block in structure:
        listed = block.kind in {"item", "table_row"}
        if run and (
            not listed or block.heading != run[-1].heading or block.kind != run[-1].kind or _restarts(block, run)
        ):
            yield run
            run = []
        if listed:
            run.append(block)
    if run:
        yield run


def _restarts(block: Block, run: Sequence[Block]) -> bool:
    """Whether an outermost enumeration begins again at its first number."""
    if block.kind == "table_row":
        return block.header != run[-1].header
    return block.marker == run[0].marker and block.lead == run[0].lead


def _enumeration(run: Sequence[Block]) -> Enumeration:
    leads = {block.lead for block in run if block.lead}
    items = tuple(block for block in run if (block.start, block.end) not in leads)
    style = _style(run[0])
    outer = sum(_style(block) == style for block in run)
    lead = run[0].lead if len({block.lead for block in run}) == 1 else None
    return Enumeration(items, outer, run[0].heading, lead)


def _style(block: Block) -> str:
    marker = leading_marker(block.marker)
    return marker.style if marker else block.kind


def asked_items(document: Document, found: Enumeration, rarity: Mapping[str, float]) -> tuple[Block, ...]:
    """The items that the question concerns.

    What the title, headings and lead already say of the question holds for all items; where single items add to it,
    only those are asked for.
    """
    named = term_set(_named(document, found))
    base = coverage(rarity, named)
    gains = [coverage(rarity, named | term_set(_words(document, block))) - base for block in found.items]
    best = max(gains, default=0.0)
    if best < _SELECTIVE:
        return found.items
    return tuple(block for block, gain in zip(found.items, gains, strict=True) if gain >= 0.6 * best)


def together(document: Document, found: Enumeration, rarity: Mapping[str, float]) -> tuple[Enumeration, ...]:
    """The enumerations under the outermost heading that says as much of the question as all headings together."""
    title = document.metadata.title
    full = coverage(rarity, term_set(" ".join((title, *found.heading))))
    for depth in range(1, len(found.heading)):
        if coverage(rarity, term_set(" ".join((title, *found.heading[:depth])))) >= full - 1e-9:
            above = found.heading[:depth]
            if coverage(rarity, term_set(above[-1])) > 0:
                return tuple(one for one in enumerations(document) if one.heading[:depth] == above)
    return (found,)


def _named(document: Document, found: Enumeration) -> str:
    lead = join_lines(document.text[slice(*found.lead)]) if found.lead else ""
    return " ".join((document.metadata.title, *found.heading, lead))


def _words(document: Document, block: Block) -> str:
    own = strip_marker(join_lines(document.text[block.start : block.end]))
    return own if block.lead is None else f"{join_lines(document.text[slice(*block.lead)])} {own}"
