"""The source viewer: a Document as numbered paragraphs, headings and tables, with exact characters marked by offset.

Its outline, and the places of words in it, help to read the whole of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from markupsafe import Markup, escape

from assistant.export import cells
from assistant.web.html import Macros, el, labelled, say, say_or
from corpus.document import Block, Document, Metadata
from corpus.markers import article_number
from corpus.normalise import fold, fold_with_offsets, join_lines
from corpus.structure import blocks
from corpus.validity import force

Span = tuple[int, int]
ParagraphKind = Literal["heading", "text", "table"]

_BREAK = re.compile(r"[ \t\u3000]*\r?\n\s*")
_EMPHASIS = re.compile(r"\*\*|__|`")
_WIDE = re.compile(r"[\u2018-\u201d\u2026\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")
_URL = re.compile(r"https?://[^\s，。；、（）<>\"']+")
_OVER = re.compile("失效|废止|取代")
_FOUND = 500  # places that are marked; more help nobody
_DEEP = 4  # levels of headings that are told apart
_SHORT = 20  # characters of an article beside its number
_CLAUSE = re.compile("[，。；：:,;]")
_WORTH = 3  # entries from which on an outline helps


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """What a reader counts as one: a heading (``number`` 0), a paragraph with its inline items, or a whole table."""

    kind: ParagraphKind
    number: int
    parts: tuple[Block, ...]

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.parts[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.parts[-1].end


@lru_cache(maxsize=256)  # asked for by every number of an answer, at every step of it
def paragraphs(document: Document) -> tuple[ShownParagraph, ...]:
    """The document's paragraphs in order, those that are no headings numbered from 1."""
    found: list[ShownParagraph] = []
    number = 0
    for block in blocks(document):
        if found and _belongs(document.text, found[-1], block):
            found[-1] = replace(found[-1], parts=(*found[-1].parts, block))
            continue
        kind = _kind(block)
        number += kind != "heading"
        found.append(ShownParagraph(kind, number if kind != "heading" else 0, (block,)))
    return tuple(found)


def paragraph_at(document: Document, offset: int) -> ShownParagraph | None:
    """The paragraph that holds an offset, or the last one before it."""
    listed = paragraphs(document)
    before = bisect_right(listed, offset, key=lambda paragraph: paragraph.start)
    return listed[before - 1] if before else None


def notices(meta: Metadata, standing: str) -> Markup:
    """What has become of a document since it was cited, and whether it is in force today."""
    return SOURCE.notices(meta, standing, force(meta, datetime.now().astimezone().date().isoformat()))


def anchor(start: int) -> str:
    """The id of the heading or paragraph that begins at an offset."""
    return f"at{start}"


def source_view(
    document: Document, quotes: Sequence[Span], notice: Markup | None = None, outline: Markup | None = None
) -> Markup:
    """The whole document, the places ``quotes`` marked with their numbers from 0 in ``data-q``."""
    title, rest = title_apart(document)
    return SOURCE.view(document, title, rest, quotes, notice, outline)


def slice_view(document: Document, start: int, end: int) -> Markup:
    """The raw characters of a slice, those that are not to be read hidden; ``data-s`` tells a script where they begin.

    Every element with ``data-s`` holds exactly the characters from there on, so that a selection has exact offsets.
    """
    return el("p", *_sliced(document, start, end), class_="slice", data_s=start, lang="zh-Hans")


def kind(meta: Metadata) -> Markup:
    """The kind of a document in words, and that a digest is one."""
    named = say_or(meta.kind or "—", f"kind.{meta.kind}")
    return named + "，" + say("d.digest") if meta.is_digest else named


def dates(meta: Metadata) -> Markup | None:
    """Issue, effect and end of a document in words; None when its text states none of them."""
    stated = (("d.issued", meta.issued), ("d.effective", meta.effective), ("d.expires", meta.expires))
    told = [say(key, date, class_="nw") for key, date in stated if date]
    return Markup("，").join(told) if told else None


def status_class(meta: Metadata) -> str:
    """The class of a status: one that is over is told in amber."""
    return "st warn" if _OVER.search(meta.status) else "st"


def linked(text: str) -> Markup:
    """A text with its web addresses as links, opened apart and without telling where from."""
    pieces: list[Markup | str] = []
    at = 0
    for found in _URL.finditer(text):
        address = found.group()
        link = el("a", address, href=address, target="_blank", rel="noreferrer noopener", class_="url")
        pieces += [text[at : found.start()], link]
        at = found.end()
    return Markup("").join([*pieces, text[at:]])


def outline(document: Document) -> Markup | None:
    """Headings and articles as links to where they stand; None where there are too few to need it."""
    entries = list(_entries(document))
    return SOURCE.outline(entries) if len(entries) >= _WORTH else None


def find_words(document: Document, words: str) -> list[Span]:
    """Where words stand, whatever their width, case, script (Traditional or not) and line breaks."""
    text, offsets = _folded(document)
    wanted = _dense(words)[0]
    found: list[Span] = []
    at = text.find(wanted) if wanted else -1
    while at >= 0 and len(found) < _FOUND:
        last = at + len(wanted) - 1
        found.append((offsets[at], offsets[last] + 1))
        at = text.find(wanted, last + 1)
    return found


def _entries(document: Document) -> Iterator[tuple[int, str, int]]:
    """Offset, words and level (from 0) of each entry, the title left out."""
    _, listed = title_apart(document)
    for paragraph in listed:
        block = paragraph.parts[0]
        words = join_lines(document.text[block.start : block.end])
        if paragraph.kind == "heading":
            yield block.start, words, min(len(block.heading), _DEEP)
        elif block.marker and article_number(block.marker):
            rest = _CLAUSE.split(words[len(block.marker) :].strip())[0]
            told = rest if len(rest) <= _SHORT else rest[:_SHORT] + "…"
            yield block.start, f"{block.marker} {told}", min(len(block.heading) - 1, _DEEP)


@lru_cache(maxsize=8)  # somebody who types looks through one document many times
def _folded(document: Document) -> tuple[str, list[int]]:
    text, offsets = _dense(document.text[document.body :])
    return text, [document.body + at for at in offsets]


def _dense(text: str) -> tuple[str, list[int]]:
    """Folded and without what separates nothing: spaces and line breaks."""
    folded, offsets = fold_with_offsets(text)
    kept = [at for at, one in enumerate(folded) if not one.isspace()]
    return "".join(folded[at] for at in kept), [offsets[at] for at in kept]


def _kind(block: Block) -> ParagraphKind:
    if block.kind == "heading":
        return "heading"
    return "table" if block.kind in {"table_header", "table_row"} else "text"


def _belongs(text: str, before: ShownParagraph, block: Block) -> bool:
    """Whether a block goes on with the paragraph before it: a further row, or an item on the same line."""
    kind = _kind(block)
    if kind == "heading" or kind != before.kind:
        return False
    between = text[before.end : block.start]
    return "\n\n" not in between if kind == "table" else "\n" not in between


def title_apart(document: Document) -> tuple[ShownParagraph | None, Sequence[ShownParagraph]]:
    """The title as it stands in the text, if it does, and the paragraphs below it."""
    listed = paragraphs(document)
    if listed and listed[0].kind == "heading":
        words = document.text[listed[0].start : listed[0].end]
        if _bare(words) == _bare(document.metadata.title):
            return listed[0], listed[1:]
    return None, listed


def _bare(text: str) -> str:
    return re.sub(r"\s", "", fold(text))


def _paged(document: Document, listed: Sequence[ShownParagraph]) -> Iterator[tuple[int, ShownParagraph]]:
    """The paragraphs, each with the number of the page that begins there, or 0."""
    shown = 0
    for paragraph in listed:
        page = bisect_right(document.pages, paragraph.start)
        yield (page if page > shown else 0), paragraph
        shown = max(page, shown)


def _marked(document: Document, start: int, end: int, quotes: Sequence[Span]) -> Markup:
    """The text of a span, cut wherever a quote begins or ends; the pieces inside quotes are marks."""
    pieces = []
    cuts = {start, end, *(at for span in quotes for at in span if start < at < end)}
    edges = sorted(cuts)
    for a, b in pairwise(edges):
        inside = [str(n) for n, span in enumerate(quotes) if span[0] <= a and b <= span[1]]
        words = Markup("").join(_readable(document, a, b))
        pieces.append(el("mark", words, data_q=" ".join(inside)) if inside else words)
    return Markup("").join(pieces)


def _sliced(document: Document, start: int, end: int) -> Iterator[Markup]:
    """Block by block, each on a line, the cells of a row apart; what marks them up in the file is kept, not shown."""
    text, at = document.text, start
    for block in blocks(document):
        if block.end <= start or block.start >= end:
            continue
        a, b = max(start, block.start), min(end, block.end)
        yield from _between(text, at, a, first=at == start)
        at = b
        if _kind(block) != "table":
            yield from _readable(document, a, b)
            continue
        done = a
        for number, (left, right) in enumerate(cells(text, a, b)):
            yield from _hidden(text, done, left)
            if number:
                yield el("i", class_="bar")
            yield from _readable(document, left, right)
            done = right
        yield from _hidden(text, done, b)
    yield from _between(text, at, end, first=True)


def _between(text: str, start: int, end: int, *, first: bool) -> Iterator[Markup]:
    """What stands between two blocks, and that a line ends there."""
    yield from _hidden(text, start, end)
    if "\n" in text[start:end] and not first:
        yield el("br")


def _hidden(text: str, start: int, end: int) -> Iterator[Markup]:
    if start < end:
        yield el("span", text[start:end], class_="x")


def _readable(document: Document, start: int, end: int) -> Iterator[Markup]:
    """Raw characters with what is not to be read (line breaks of the export, emphasis marks) kept but not shown."""
    text = document.text
    at = start
    for a, b in _unread(document, start, end):
        yield escape(text[at:a])
        yield el("span", text[a:b], class_="x")
        if text.count("\n", a, b) > 1:
            yield el("i", class_="pb", **labelled("pb", attribute="title"))
        at = b
    yield escape(text[at:end])


def _unread(document: Document, start: int, end: int) -> Iterable[Span]:
    text = document.text
    breaks = [found.span() for found in _BREAK.finditer(text, start, end)]
    joined = [
        span for span in breaks if _WIDE.search(text[max(span[0] - 1, 0) : span[0]] + text[span[1] : span[1] + 1])
    ]
    marks = _EMPHASIS.finditer(text, start, end) if document.path.lower().endswith((".md", ".markdown")) else ()
    return sorted([*joined, *(found.span() for found in marks)])


SOURCE = Macros(
    "source",
    anchor=anchor,
    cells=cells,
    dates=dates,
    kind=kind,
    linked=linked,
    marked=_marked,
    paged=_paged,
    status_class=status_class,
)
