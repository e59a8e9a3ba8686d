"""Cases of the perturbation set: where the sentences come from, and how a case is written down."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from corpus import blocks, join_lines, parse_text, read_document, sentences
from corpus.document import Document

Half = Literal["tune", "test"]
UNTOUCHED = ("verbatim", "trimmed", "joined", "traditional", "renumbered", "paraphrase")


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a document with what stands around it."""

    document: str
    quote: str
    context: tuple[str, ...] = ()
    year: int | None = None

    @property
    def half(self) -> Half:
        """Which half the document belongs to: by its name alone, so that new documents move nothing."""
        return "tune" if hashlib.sha256(self.document.encode()).digest()[0] % 2 else "test"


@dataclass(frozen=True, slots=True)
class Case:
    """A claim on quotes, and whether it is borne out. ``kind``: what was done to the supported claim."""

    document: str
    half: Half
    kind: str
    supported: bool
    claim: str
    quotes: tuple[str, ...]
    context: tuple[str, ...] = ()
    year: int | None = None

    def to_json(self) -> str:
        """One line of JSONL."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of a JSONL file."""
    for row in read_rows(path):
        yield Case(**{**row, "quotes": tuple(row["quotes"]), "context": tuple(row["context"])})


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def document_sources(folder: Path) -> Iterator[Source]:
    """Every sentence of the documents below ``folder``, with its title and headings."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".md", ".txt"}):
        yield from _sources(read_document(path, folder), None)


def bench_sources(folder: Path, limit: int) -> Iterator[Source]:
    """Sentences of the first ``limit`` passages of a set ``corpus.jsonl`` of {id, text, title}."""
    for number, row in enumerate(read_rows(folder / "corpus.jsonl")):
        if number >= limit:
            return
        text = re.sub(r"^[^:：\n]{4,60}条[:：]", "", row["text"])
        name = f"{folder.name}/{row['id']}"
        yield from _sources(parse_text(text, name + ".txt"), str(row.get("title", "")))


def _sources(document: Document, title: str | None) -> Iterator[Source]:
    meta = document.metadata
    for block in blocks(document):
        if block.kind in {"heading", "table_header", "table_row"}:
            continue
        heading = block.heading if title is None else (title,)
        around = (meta.title, meta.issuer, meta.doc_no, *heading) if title is None else heading
        for start, end in sentences(document.text, block.start, block.end):
            quote = document.text[start:end]
            if 8 <= len(join_lines(quote)) <= 160:
                yield Source(document.id, quote, tuple(t for t in around if t), _year(meta.issued or meta.as_of))


def _year(date: str) -> int | None:
    return int(date[:4]) if date[:4].isdigit() else None


def write_cases(path: Path, cases: Iterable[Case]) -> int:
    """Writes the cases as JSONL and returns their number."""
    lines = [case.to_json() for case in cases]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return len(lines)
