"""Articles by number: what one says, and what follows from breaching it (违反本条例第十二条规定的，处……罚款)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.units import Unit, span_unit, units_of_block, whole_unit
from corpus.citing import KIND, LAST, Cited, asked_articles
from corpus.document import Block, Document
from corpus.markers import strip_marker
from corpus.normalise import simplify
from corpus.outline import Article, article, articles, enumerations
from index.bigrams import question_terms, term_set
from index.hit import Hit

FOLLOWED = 3  # of the nearest hits
_OWN = rf"(?:本(?:{KIND.pattern}))?"
_BREACHED, _AND = re.compile(rf"(?:违反|有){_OWN}$"), re.compile(rf"(?:或者?)?{_OWN}")
_ALONE = re.compile(r"(?:的?规定|所列[^,。;]*|[^,。;]*之一)?的,")
_NAMED = re.compile(r"(?:违反|有)(?:本[^第，。]{1,4})?第[^，。]*?(?=的[，,])")
_NUMBER = re.compile(r"^第\S{1,7}条\s*")


@dataclass(frozen=True, slots=True)
class Consequence:
    """A block that says what follows from breaching articles of its document; ``alone``: by their numbers alone."""

    block: Block
    cited: tuple[Cited, ...]
    alone: tuple[Cited, ...]


@lru_cache(maxsize=64)
def consequences(document: Document) -> tuple[Consequence, ...]:
    """The blocks of a document's articles that say what follows from breaching others."""
    each = ((block, document.text[block.start : block.end]) for one in articles(document) for block in one.blocks)
    return tuple(Consequence(block, cited, breached(text)) for block, text in each if (cited := breached(text, ".*")))


def breached(text: str, behind: str = _ALONE.pattern) -> tuple[Cited, ...]:
    """The articles of its own document that a text names as breached, here those of which it says no more."""
    asked = asked_articles(text)
    mentions = asked.mentions if asked else ()
    after = [*(one.before for one in mentions[1:]), asked.rest if asked else ""]
    found: list[Cited] = []
    some: list[Cited] = []
    for mention, rest in zip(mentions, after[: len(mentions)], strict=True):
        if not (some and _AND.fullmatch(mention.before)):
            some = []
        if some or _BREACHED.search(mention.before):
            some += mention.cited
        if some and re.match(behind, rest):
            found += some
    return tuple(dict.fromkeys(found))


def following(document: Document, asked: Cited) -> tuple[Unit, ...]:
    """What a document says to follow from breaching an article, as its blocks stand."""
    found = (one.block for one in consequences(document) if any(_same(own, asked) for own in one.cited))
    return tuple(unit for block in found for unit in block_units(document, block))


def _same(one: Cited, other: Cited) -> bool:
    """Whether two name the same article, and no different parts of it."""
    parts = ((one.paragraph, other.paragraph), (one.item, other.item))
    return (one.number, one.sub) == (other.number, other.sub) and all(a == b or 0 in {a, b} for a, b in parts)


def with_consequences(hits: Sequence[Hit]) -> list[Hit]:
    """The hits, behind each of the nearest what follows from breaching what it says."""
    found: list[Hit] = []
    for hit in hits:
        own = (hit, *_following(hit)) if hit.rank <= FOLLOWED else (hit,)
        found += [one for one in own if not any(_holds(before, one) for before in found)]
    return found


def _holds(hit: Hit, other: Hit) -> bool:
    return hit.document == other.document and hit.start <= other.start and other.end <= hit.end


def _following(hit: Hit) -> Iterator[Hit]:
    for one in consequences(hit.source):
        places = (unit.spans[-1] for cited in one.alone for unit in cited_units(hit.source, cited))
        if any(start < hit.end and hit.start < end for start, end in places):
            block = one.block
            yield replace(
                hit,
                chunk=f"{hit.document}:{block.start}",
                start=block.start,
                end=block.end,
                heading=block.heading,
                page=block.page,
            )


def told(unit: Unit, asked: str) -> str:
    """A unit's text as it is read: where it names others by number alone, with what the nearest of them says."""
    named = [one for cited in breached(unit.text) for one in cited_units(unit.source, cited)]
    named = [one for one in named if not one.text.endswith("：")] or named  # the lead of items stands before each
    if not named:
        return unit.replying
    terms = frozenset(question_terms(simplify(asked)))
    nearest = max(named, key=lambda one: len(terms & term_set(simplify(one.text))))
    deed = _NUMBER.sub("", nearest.lead) + _NUMBER.sub("", strip_marker(nearest.text)).rstrip("。；")
    return _NAMED.sub(lambda found: f"{found.group()}，{deed}", unit.text, count=1)


def of_other_deed(asked: str, unit: Unit) -> bool:
    """Whether a unit says what follows from some items of a list, and a question names others by words of theirs."""
    terms = frozenset(question_terms(simplify(asked)))
    beside = False
    for cited in breached(unit.text, ".*") if "第" in unit.text else ():
        items = [one for one in cited_units(unit.source, replace(cited, item=0)) if one.lead]
        own = {one.key for one in cited_units(unit.source, cited)}
        said = {one.key: term_set(simplify(one.text)) for one in items}
        counted = Counter(term for words in said.values() for term in words)
        named = {key for key, words in said.items() if any(counted[term] == 1 for term in words & terms)}
        if not cited.item or not named or named & own:
            return False
        beside = True
    return beside


def cited_units(document: Document, cited: Cited) -> tuple[Unit, ...]:
    """A whole article, its 款 or its 项 with the lead; nothing where the document has no such."""
    found = (
        next(reversed(articles(document)), None) if cited.number == LAST else article(document, cited.number, cited.sub)
    )
    if found is None:
        return ()
    chosen: Sequence[Block] = found.blocks
    if cited.paragraph:
        paragraphs = found.paragraphs
        at = len(paragraphs) if cited.paragraph == LAST else cited.paragraph
        chosen = paragraphs[at - 1] if at <= len(paragraphs) else ()
    if cited.item and chosen:
        return _item_units(document, found, chosen, cited.item)
    return tuple(unit for block in chosen for unit in block_units(document, block))


def _item_units(document: Document, within: Article, chosen: Sequence[Block], number: int) -> tuple[Unit, ...]:
    start, end = chosen[0].start, chosen[-1].end
    for one in enumerations(document):
        if start <= one.items[0].start < end and one.heading == within.blocks[-1].heading:
            own = one.items[-1:] if number == LAST else one.items
            item = next((item for item in own if number in {LAST, item.number}), None)
            lead = (span_unit(document, *one.lead),) if one.lead else ()
            return (*lead, *(whole_unit(document, block) for block in item.blocks)) if item else ()
    return ()


def block_units(document: Document, block: Block) -> tuple[Unit, ...]:
    """A block as it stands, a row in words."""
    if block.kind in {"table_header", "table_row"}:
        return units_of_block(document, block)
    return (whole_unit(document, block),)
