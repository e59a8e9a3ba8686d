"""Documents → Chunks: runs of Blocks under one heading, the units that are indexed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from corpus.document import Block, Document
from corpus.normalise import join_lines, simplify
from corpus.structure import blocks, sentences

CHUNKER_VERSION = "12"
TARGET = 320  # characters: a run of blocks is closed when the next would take it past this
OPENING = 40  # characters that stand for the title of a document that has none
LIMIT = 480  # characters: a single block longer than this is cut between sentences


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run ``document.text[start:end]`` under one heading path.

    ``key`` is unique in the index and stays the same while document and words stay the same, wherever the run moves.
    ``head`` (title, headings, what introduces the run) and ``body`` are the words that both legs index.
    """

    key: str
    document: str
    start: int
    end: int
    heading: tuple[str, ...]
    head: str
    body: str
    page: int | None = None

    @property
    def text(self) -> str:
        """The words that are embedded: head, then body, in Simplified characters, as questions are."""
        return simplify(f"{self.head}\n{self.body}")


def chunk(document: Document) -> tuple[Chunk, ...]:
    """The document's Chunks in order; headings are in the ``head`` of the chunks below them, furniture is in none.

    A document of headings only is one chunk each, so that nothing with text is left out.
    """
    content = [block for block in blocks(document) if block.kind != "heading"]
    says = any(block.kind != "furniture" for block in content)
    seen: Counter[str] = Counter()
    made = []
    start, title, others = _titles(document)
    parts = groupby(content if says else blocks(document), lambda one: (one.heading, says and one.kind == "furniture"))
    for (heading, aside), under in parts:
        for run in [] if aside else _runs(document.text, list(under)):
            above = title if _first_character(document.text, run) == start else others
            made.append(_chunk(document, above, heading, run, seen))
    return tuple(made)


def _runs(text: str, under: Sequence[Block]) -> Iterator[list[Block]]:
    run: list[Block] = []
    for block in (piece for one in under for piece in _pieces(text, one)):
        if run and block.end - run[0].start > TARGET:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _pieces(text: str, block: Block) -> Iterator[Block]:
    """The block itself, or, when it is too long, runs of its sentences."""
    if block.end - block.start <= LIMIT or block.kind in {"table_row", "table_header"}:
        yield block
        return
    start, end = block.start, block.start
    for _, stop in sentences(text, block.start, block.end):
        if end > start and stop - start > TARGET:
            yield _cut(block, start, end)
            start = end
        end = stop
    yield _cut(block, start, block.end)


def _cut(block: Block, start: int, end: int) -> Block:
    return Block(block.kind, start, end, block.heading, block.marker, block.lead, block.header, block.page)


def _titles(document: Document) -> tuple[int, str, str]:
    """Where the words begin, the title for the chunk there, and that for the others.

    Where the title is no more than the file's name the others have the words that the document begins with as well,
    which say what they are about; a heading, such as the name of a sheet, says it of what is below it alone.
    """
    title, body = document.metadata.title, document.text[document.body :]
    first = document.body + len(body) - len(body.lstrip())
    headed = next((block.kind == "heading" for block in blocks(document)), False)
    if title and (headed or title != PurePath(document.path).stem or title in body):
        return first, title, title
    return first, title, f"{title} {join_lines(document.text[first : first + OPENING])}".strip()


def _first_character(text: str, run: Sequence[Block]) -> int:
    start = run[0].start
    while text[start].isspace():
        start += 1
    return start


def _chunk(document: Document, title: str, heading: tuple[str, ...], run: Sequence[Block], seen: Counter[str]) -> Chunk:
    start, end = _first_character(document.text, run), run[-1].end
    outside = {span for block in run for span in (block.lead, block.header) if span and not start <= span[0] < end}
    introduced = [join_lines(document.text[slice(*span)]) for span in sorted(outside)]
    head = " ".join([title, *heading, *introduced]).strip()
    body = join_lines(document.text[start:end])
    digest = hashlib.sha256(f"{head}\n{body}".encode()).hexdigest()[:16]
    seen[digest] += 1
    suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
    return Chunk(f"{document.id}#{digest}{suffix}", document.id, start, end, heading, head, body, run[0].page)
