"""Saved answers whose quoted words have changed, or whose document may not be quoted any more, for staff to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from assistant.records import Records, SavedTurn
from corpus.document import Quote
from index.storage.catalog import Catalog
from index.storage.versions import QuoteState, quote_state

MOST = 100  # answers that are listed
_SOUND = frozenset({"same", "moved"})


@dataclass(frozen=True, slots=True)
class Outdated:
    """A saved answer and a document that it quotes in words that are not there any more."""

    question: str
    document: str
    title: str
    state: QuoteState


def outdated(records: Records, catalog: Catalog, most: int = MOST) -> tuple[Outdated, ...]:
    """At most so many, each question once for each document: answers to representatives, and those of staff."""
    found: dict[Outdated, None] = {}
    for one in chain(_in_turns(records, catalog), _in_reviews(records, catalog)):
        found[one] = None
        if len(found) == most:
            break
    return tuple(found)


def affected(records: Records, catalog: Catalog, document: str) -> list[str]:
    """The questions of the latest answers that quote words of one document which are not there any more."""
    citing = records.turns.citing(document)
    return list(dict.fromkeys(one.question for turn in citing for one in _of_turn(turn, document, catalog)))


def _in_turns(records: Records, catalog: Catalog) -> Iterator[Outdated]:
    for document, version in records.turns.cited():
        entry = catalog.entry(document)
        if entry is None or (entry.version == version and catalog.standing(document) == "live"):
            continue
        for turn in records.turns.citing(document, version, MOST):
            yield from _of_turn(turn, document, catalog)


def _in_reviews(records: Records, catalog: Catalog) -> Iterator[Outdated]:
    for review in records.reviews.all(("approved",)):
        quotes = (Quote(one.document, one.start, one.end, one.quote) for one in review.citations)
        yield from _of_quotes(review.question, quotes, catalog)


def _of_turn(turn: SavedTurn, document: str, catalog: Catalog) -> Iterator[Outdated]:
    cited = turn.answer.citations if turn.answer else ()
    yield from _of_quotes(turn.question, (one.quote for one in cited if one.source.id == document), catalog)


def _of_quotes(question: str, quotes: Iterable[Quote], catalog: Catalog) -> Iterator[Outdated]:
    for quote in quotes:
        held = catalog.held(quote.document)
        state = quote_state(catalog, quote.document, quote.start, quote.end, quote.text)
        if held is not None and state not in _SOUND:
            yield Outdated(question, quote.document, held.metadata.title, state)
