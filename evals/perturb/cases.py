"""Cases of the perturbation set: where the sentences come from, and how a case is written down."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from corpus import blocks, join_lines, parse_text, read_document, sentences
from corpus.document import Document, Metadata

Half = Literal["tune", "test"]
UNTOUCHED = (
    "verbatim", "spacing", "width", "traditional", "punctuation", "marked", "renumbered", "resolved", "left_out",
    "picked", "parts", "joined",
)  # fmt: skip
"""The kinds of a closed list of edits that leave a claim true; ``paraphrase`` is true and outside of it."""
_LIST = re.compile(r"[^\n]+[：:]\n+(?:（[一二三四五六七八九十]{1,3}）[^\n]+\n+){2,}")


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a document with what stands around it."""

    document: str
    quote: str
    context: tuple[str, ...] = ()
    year: int | None = None
    issuer: str = ""
    title: str = ""

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
    issuer: str = ""
    title: str = ""

    @property
    def skeleton(self) -> str:
        """The claim without its numbers: two of one kind that are alike but for these count once."""
        return re.sub(r"[\W\d〇零一二三四五六七八九十百千万亿]", "", self.claim)

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


def list_sources(folder: Path) -> Iterator[Source]:
    """Every list of the documents below ``folder`` that a line with a colon leads in, whole."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".md", ".txt"}):
        document = read_document(path, folder)
        for found in _LIST.finditer(document.text, document.body):
            if len(found[0]) <= 600:
                yield Source(document.id, found[0].strip(), (document.metadata.title,))


def bench_sources(folder: Path, limit: int) -> Iterator[Source]:
    """Sentences of the first ``limit`` passages of a set ``corpus.jsonl`` of {id, text, title}."""
    for number, row in enumerate(read_rows(folder / "corpus.jsonl")):
        if number >= limit:
            return
        text = re.sub(r"^[^:：\n]{4,60}条[:：]", "", row["text"])
        name = f"{folder.name}/{row['id']}"
        yield from _sources(parse_text(text, name + ".txt"), str(row.get("title", "")))


def article_sources(path: Path, limit: int) -> Iterator[Source]:
    """Sentences of the first ``limit`` rows of laws {title, text} whose titles name law and article, by their laws."""
    for row in islice(read_rows(path), limit):
        law = re.sub(r"第[零〇一二三四五六七八九十百千]+条.*", "", row["title"])
        text = row["text"].removeprefix(row["title"]).lstrip("：:")
        yield from _sources(parse_text(text, f"{law}.txt"), law)


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
                known = tuple(t for t in around if t)
                yield Source(document.id, quote, known, _year(meta.issued or meta.as_of), _issuer(meta), meta.title)


def _issuer(meta: Metadata) -> str:
    """Who issued a document; a regulation that does not say so, the congress of the place it is called by."""
    place = re.match(r"[\u4e00-\u9fff]{2,3}[省市](?=.*(?:条例|规定|办法)$)", meta.title)
    return meta.issuer or (f"{place[0]}人民代表大会常务委员会" if place else "")


def _year(date: str) -> int | None:
    return int(date[:4]) if date[:4].isdigit() else None


def write_cases(path: Path, cases: Iterable[Case]) -> int:
    """Writes the cases as JSONL and returns their number."""
    lines = [case.to_json() for case in cases]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return len(lines)
