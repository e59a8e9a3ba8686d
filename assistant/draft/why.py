"""Why a sentence is believed: each number, date, document number and quoted term of it, and the quote it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.draft.letter import Sentence
from corpus.normalise import fold, join_lines
from corpus.quantities import Facts, bare, facts


@dataclass(frozen=True, slots=True)
class Fact:
    """Something in a sentence that can be right or wrong, and which of its quotes (from 0) has it; none: nowhere.

    A quote has what stands in it, or in its document's title, number, date and headings above it.
    """

    words: str
    quote: int | None


def explain(sentence: Sentence) -> tuple[Fact, ...]:
    """What has to be found in the quotes, in order of the sentence, each thing once."""
    quotes = [fold(join_lines(cite.quote.text)) for cite in sentence.cites]
    around = [
        fold("\n".join((c.metadata.title, c.metadata.doc_no, c.metadata.issued, *c.heading))) for c in sentence.cites
    ]
    held = [_values(facts(quote)) | _values(facts(other)) for quote, other in zip(quotes, around, strict=True)]
    found = facts(fold(sentence.text))
    places = sorted(_outermost(tuple(_things(found))), key=lambda thing: thing.start)
    items = dict.fromkeys(Fact(thing.text, _place(thing, held, quotes)) for thing in places)
    # The check knows more ways of writing than this table does: what it lets pass is not called missing here.
    missing = {remark.words for remark in sentence.remarks}
    return tuple(one for one in items if one.quote is not None or one.words in missing or not sentence.proved)


def _things(found: Facts) -> Iterator[Any]:
    for group in (found.quantities, found.dates, found.document_numbers, found.codes, found.terms):
        yield from group


def _outermost(things: Sequence[Any]) -> Iterator[Any]:
    """Without what lies inside something else: the code 1+10+4 in a quoted term."""
    for one in things:
        if not any(o is not one and o.start <= one.start and one.end <= o.end for o in things):
            yield one


def _place(thing: Any, held: Sequence[frozenset[Any]], quotes: Sequence[str]) -> int | None:
    value = _value(thing)
    for n, (values, quote) in enumerate(zip(held, quotes, strict=True)):
        if value in values or bare(thing.text) in bare(quote):
            return n
    return None


def _values(found: Facts) -> frozenset[Any]:
    return frozenset(_value(thing) for thing in _things(found))


def _value(thing: Any) -> Any:
    """What makes two of them equal, however they are written."""
    if hasattr(thing, "value"):
        return thing.value, thing.unit
    if hasattr(thing, "month"):
        return thing.year, thing.month, thing.day, thing.part
    return thing.form if hasattr(thing, "form") else bare(thing.text)
