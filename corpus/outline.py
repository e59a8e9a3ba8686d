"""What a document is built of above its Blocks: articles with their 款 and 项, enumerations with all their items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from corpus.document import Block, Document
from corpus.markers import article_number, leading_marker
from corpus.structure import blocks

Span = tuple[int, int]

_CONTAINING = frozenset({"part", "chapter", "section", "annex", "一、"})


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Blocks that follow one another."""

    blocks: tuple[Block, ...]

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return self.blocks[0].start

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.blocks[-1].end


@dataclass(frozen=True, slots=True)
class Article(_Stretch):
    """An article: its blocks, whole and in order, and its number (第十条之一 is 10 and 1)."""

    number: int
    sub: int

    @property
    def marker(self) -> str:
        """第十条 as it stands."""
        return self.blocks[0].marker

    @property
    def paragraphs(self) -> tuple[tuple[Block, ...], ...]:
        """Its 款, each a paragraph with the items under it."""
        found: list[list[Block]] = []
        for block in self.blocks:
            if not found or (block.kind not in {"item", "table_row"} and not _opens(found[-1])):
                found.append([])
            found[-1].append(block)
        return tuple(tuple(one) for one in found)


@dataclass(frozen=True, slots=True)
class Item(_Stretch):
    """An item of an enumeration: its blocks (its own, what it enumerates in turn, further paragraphs of it)."""

    @property
    def number(self) -> int:
        """What its enumerator counts, or 0 where it has none."""
        return _counted(self.blocks[0])[0]


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items in the document's order; ``lead`` is the sentence that introduces them, where there is one."""

    items: tuple[Item, ...]
    heading: tuple[str, ...]
    lead: Span | None = None

    @property
    def start(self) -> int:
        """Where it begins, with its lead."""
        return self.lead[0] if self.lead else self.items[0].start

    @property
    def end(self) -> int:
        """Where its last item ends."""
        return self.items[-1].end


@lru_cache(maxsize=512)
def articles(document: Document) -> tuple[Article, ...]:
    """The document's articles in order; a line that begins with the number of another article is none.

    Numbers rise, or begin again at one: behind 第十条, 第三条 at the start of a line only speaks of that article.
    """
    structure = blocks(document)
    starts: list[int] = []
    last = (0, 0)
    for at, block in enumerate(structure):
        number = _article_of(document, block)
        if number and (number > last or number == (1, 0)):
            starts.append(at)
            last = number
    found = []
    for start, stop in pairwise([*starts, len(structure)]):
        number = _article_of(document, structure[start]) or (0, 0)
        found.append(Article(tuple(_inside(document, structure[start:stop])), *number))
    return tuple(found)


def article(document: Document, number: int, sub: int = 0) -> Article | None:
    """The article of that number; where a document has several series of articles, that of the longest that has it."""
    series: list[list[Article]] = []
    for one in articles(document):
        if not series or (one.number, one.sub) == (1, 0):
            series.append([])
        series[-1].append(one)
    found = [(len(some), one) for some in series for one in some if (one.number, one.sub) == (number, sub)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _article_of(document: Document, block: Block) -> tuple[int, int] | None:
    """The number of the article that a block begins, if it does."""
    if block.kind == "heading":
        marker = leading_marker(document.text[block.start : block.end])
        return article_number(marker.text) if marker and marker.style == "第一条" else None
    return article_number(block.marker) if block.kind == "item" else None


def _inside(document: Document, some: Sequence[Block]) -> Iterator[Block]:
    """The blocks up to where the article ends: at a chapter, a signature or an annex."""
    yield some[0]
    for block in some[1:]:
        marker = leading_marker(document.text[block.start : block.end])
        styles = _CONTAINING if block.kind == "heading" else {"annex"}
        ends = marker.style in styles if marker else block.kind == "heading"
        if ends or block.kind in {"signature", "salutation", "furniture"}:
            return
        yield block


def _opens(some: Sequence[Block]) -> bool:
    """Whether a 款 has only its article's heading so far, and its words are still to come."""
    return len(some) == 1 and some[0].kind == "heading"


@lru_cache(maxsize=512)
def enumerations(document: Document) -> tuple[Enumeration, ...]:
    """Every enumeration of two items or more, also those inside an item of another, in order of their first items."""
    structure = blocks(document)
    found: dict[Span | int, list[int]] = {}  # where the items begin, by their lead, else by the first of them
    for at, block in enumerate(structure):
        if block.kind == "item" and article_number(block.marker) is None:
            found.setdefault(block.lead or _first(structure, at, found), []).append(at)
    made = []
    for starts in found.values():
        if len(starts) > 1:
            stops = [*starts[1:], _stop(structure, starts[-1])]
            items = tuple(Item(structure[a:b]) for a, b in zip(starts, stops, strict=True))
            first = structure[starts[0]]
            made.append(Enumeration(items, first.heading, first.lead))
    return tuple(sorted(made, key=lambda one: one.items[0].start))


def _first(structure: Sequence[Block], at: int, found: Mapping[Span | int, Sequence[int]]) -> int:
    """The first item of the enumeration that an item without a lead goes on with, or the item itself."""
    block = structure[at]
    number, style = _counted(block)
    for first, others in reversed([(key, some) for key, some in found.items() if isinstance(key, int)]):
        last = structure[others[-1]]
        if last.heading != block.heading:
            break
        before, alike = _counted(last)
        between = structure[others[-1] + 1 : at]
        if alike == style and (
            number == before + 1 > 1 or (number != 1 and all(one.kind == "item" and one.lead for one in between))
        ):
            return first
    return at


def _counted(block: Block) -> tuple[int, str]:
    marker = leading_marker(block.marker)
    return (marker.number, marker.style) if marker else (0, "")


def _stop(structure: Sequence[Block], at: int) -> int:
    """Where the last item of an enumeration ends: behind what it enumerates itself."""
    stop = at + 1
    while stop < len(structure):
        lead = structure[stop].lead
        if structure[stop].kind != "item" or lead is None or lead[0] < structure[at].start:
            break
        stop += 1
    return stop
