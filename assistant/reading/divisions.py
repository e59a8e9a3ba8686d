"""A part, chapter or section of a document, by its number (第三章) or its heading (总则, 申请材料)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.reading.explained import left_over
from assistant.reading.meant import known, meant
from corpus.citing import only_frames
from corpus.document import Block, Document
from corpus.markers import leading_marker, ordinal
from corpus.normalise import fold, join_lines
from corpus.structure import blocks
from index.hit import Hit

_NUMBER = r"(?:[一二三四五六七八九十百零〇]+|\d{1,3})"
_NUMBERED = re.compile(rf"第({_NUMBER})(编|篇|章|节|部分)")
_STYLES: Mapping[str, str] = {"编": "part", "篇": "part", "章": "chapter", "节": "section", "部分": "一、"}
_PARTS = re.compile(r"(?:这|该|那)?(?:一?[章节]|部分)")
_AND = re.compile("以及|[和与及、,]")
_SHORTEST = 2  # characters of a heading that is asked for


@dataclass(frozen=True, slots=True)
class Division:
    """What stands under a heading, up to the next one that is as deep; none where the document has no such."""

    document: Document
    name: str
    blocks: tuple[Block, ...]


def read_division(question: str, hits: Sequence[Hit]) -> Division | None:
    """The division that a question asks for, and nothing in particular that it says; or none."""
    words = re.sub(r"\s+", "", fold(question))
    documents = {hit.document: hit.source for hit in hits}
    numbered = list(_NUMBERED.finditer(words))
    return _by_number(words, numbered, documents) if numbered else _by_heading(words, documents)


def _by_number(words: str, numbered: Sequence[re.Match[str]], documents: Mapping[str, Document]) -> Division | None:
    paths = list(_paths(words, numbered))
    if sum(map(len, paths)) < len(numbered) or not only_frames(words[numbered[-1].end() :]):
        return None
    having = {name: one for name, one in documents.items() if _counted(one, _STYLES[paths[-1][-1][2]])}
    chosen = meant(words[: numbered[0].start()], "", having)
    if len(chosen) != 1:
        return None
    places = [_place(chosen[0], path) for path in paths]
    under = tuple(block for place in places if place is not None for block in _under(chosen[0], place))
    return Division(chosen[0], words[numbered[0].start() : numbered[-1].end()], under)


def _paths(words: str, numbered: Sequence[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """第二章第一节 is one path, 第三章和第四章 are two; nothing behind other words between them."""
    path: list[re.Match[str]] = []
    for one in numbered:
        between = words[path[-1].end() : one.start()] if path else ""
        if path and between:
            yield path
            path = []
            if not _AND.fullmatch(between):
                return
        path.append(one)
    yield path


def _place(document: Document, path: Sequence[re.Match[str]]) -> int | None:
    """Index of the heading at the end of a path."""
    start: int | None = 0
    for one in path:
        start = _heading(document, _STYLES[one[2]], ordinal(one[1]), start or 0)
        if start is None:
            return None
    return start


def _counted(document: Document, style: str) -> bool:
    return any(_style(document, one) == style for one in blocks(document))


def _style(document: Document, block: Block) -> str:
    marker = leading_marker(document.text[block.start : block.end]) if block.kind == "heading" else None
    return marker.style if marker else ""


def _heading(document: Document, style: str, number: int, start: int) -> int | None:
    """Index of the heading of that number, from a place on; where it is counted anew, the first."""
    for at, block in enumerate(blocks(document)[start:], start):
        if _style(document, block) == style:
            marker = leading_marker(document.text[block.start : block.end])
            if marker and marker.number == number:
                return at
    return None


def _under(document: Document, at: int) -> tuple[Block, ...]:
    """The blocks under a heading, those under others below it too, without the headings."""
    structure = blocks(document)
    own = structure[at]
    path = (*own.heading, join_lines(document.text[own.start : own.end]))
    under = takewhile(lambda one: one.heading[: len(path)] == path, structure[at + 1 :])
    return tuple(one for one in under if one.kind != "heading")


def _by_heading(words: str, documents: Mapping[str, Document]) -> Division | None:
    """The one division whose heading a question names, where all its other words name the document."""
    found = [one for document in documents.values() for one in _named(words, document)]
    longest = max((len(one.name) for one in found), default=0)
    best = [one for one in found if len(one.name) == longest]
    return best[0] if len(best) == 1 and best[0].blocks else None


def _named(words: str, document: Document) -> Iterator[Division]:
    for at, block in enumerate(blocks(document)):
        if block.kind != "heading":
            continue
        text = re.sub(r"\s+", "", fold(document.text[block.start : block.end]))
        marker = leading_marker(text)
        name = text[len(marker.text) :] if marker else text
        if len(name) < _SHORTEST or name not in words or name in fold(document.metadata.title):
            continue
        rest = words.replace(name, "｜", 1)
        if rest.replace("｜", "") and not left_over(_PARTS.sub("", rest).replace("｜", ""), known(document)):
            yield Division(document, name, _under(document, at))
