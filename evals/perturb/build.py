"""Builds the set: ``python -m evals.perturb.build [--documents DIR ...] [--laws FILE] [--data DIR ...] --out FILE``.

The set that is kept beside this file is of the project's own documents and of laws and regulations, whose words are
free: whole ones in folders of ``--documents``, and as rows of one article each in ``--laws``, which fill those kinds
that the others have too few sentences for. ``--data`` adds folders with a ``corpus.jsonl``; their sentences aren't ours
to keep, so send that to another ``--out``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Literal

from corpus import InputError, blocks, join_lines, parse_text, read_document, sentences
from corpus.document import Document, Metadata
from corpus.normalise import fold
from evals.perturb.forms import FORMS, picked, resolved
from evals.perturb.wrong import CHANGES, ERRORS, HELD_OUT, gap, items, names

HERE = Path(__file__).parent
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
class Example:
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


def read_cases(path: Path) -> Iterator[Example]:
    """The cases of a JSONL file."""
    for row in read_rows(path):
        yield Example(**{**row, "quotes": tuple(row["quotes"]), "context": tuple(row["context"])})


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


def write_cases(path: Path, cases: Iterable[Example]) -> int:
    """Writes the cases as JSONL and returns their number."""
    lines = [case.to_json() for case in cases]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return len(lines)


def main() -> None:
    """Writes the set and prints how many cases of each kind it has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, action="append", default=[])
    parser.add_argument("--laws", type=Path, default=None)
    parser.add_argument("--articles", type=int, default=6_000, help="rows taken of --laws")
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--passages", type=int, default=120, help="passages taken of each --data folder")
    parser.add_argument("--per-kind", type=int, default=60, help="most cases of one kind and half")
    parser.add_argument("--out", type=Path, default=HERE / "cases.jsonl")
    options = parser.parse_args()
    folders = options.documents or [Path("corpus/documents")]
    sources = [one for folder in folders for one in document_sources(folder)]
    lists = [one for folder in folders for one in list_sources(folder)]
    for folder in options.data:
        sources.extend(bench_sources(folder, options.passages))
    told = list(paraphrases(HERE / "paraphrases.jsonl", options.data, sources))
    more = list(article_sources(options.laws, options.articles)) if options.laws else []
    cases = build(sources, told, options.per_kind, lists, more)
    print(write_cases(options.out, cases), "cases")  # noqa: T201


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence told in other words, which it bears out; where it was ``misread`` it doesn't."""

    source: Source
    claim: str
    half: Half
    misread: bool = False


def paraphrases(path: Path, folders: Sequence[Path], sources: Sequence[Source]) -> Iterator[Told]:
    """The sentences told in other words, those of ``--data`` folders only where the folder is given.

    A row names its document, the half it belongs to, who told it (``hand``, ``model``), and, where a person who read it
    found that it is not true to its sentence, ``why``. It has the ``quote`` where the document is ours; else
    ``starts``, the first characters of the sentence.
    """
    given = {folder.name for folder in folders}
    for row in read_rows(path):
        folder, _, inside = row["document"].partition("/")
        if inside and folder not in given:
            continue
        yield Told(_source_of(row, sources), row["claim"], row["half"], misread="why" in row)


def _source_of(row: dict[str, Any], sources: Sequence[Source]) -> Source:
    for source in sources:
        shown = join_lines(source.quote)
        if source.document == row["document"] and (
            shown == row.get("quote") or ("starts" in row and shown.startswith(row["starts"]))
        ):
            return source
    raise InputError(f"{row['document']}: no sentence fits the paraphrase “{row['claim'][:20]}”; mend its row")


def build(
    sources: Sequence[Source],
    told: Sequence[Told],
    per_kind: int,
    lists: Sequence[Source] = (),
    more: Sequence[Source] = (),
) -> list[Example]:
    """All cases, at most ``per_kind`` of each kind and half, none of a kind like another, chosen by a fixed seed.

    ``more`` is taken from where there are too few without.
    """
    rng = random.Random(20250021)  # noqa: S311 - a fixed choice, not a secret
    true = [one for one in told if not one.misread]
    misread = [_wrong(one, "misread", one.claim) for one in told if one.misread]
    every = [
        *_untouched(sources, true, lists, rng),
        *_perturbed(sources, true, rng),
        *_hostile(sources, rng),
        *_apart(sources, lists, rng),
        *misread,
    ]
    further = [*_untouched(more, (), (), rng), *_perturbed(more, (), rng)]
    kept: list[Example] = []
    for kind in sorted({case.kind for case in every}):
        seen: set[str] = set()
        for half in ("tune", "test"):
            some = [case for case in every if (case.kind, case.half) == (kind, half)]
            rng.shuffle(some)
            some += [case for case in further if (case.kind, case.half) == (kind, half)]
            unlike = {case.skeleton: case for case in reversed(some) if case.skeleton not in seen}
            most = per_kind * (1 + (kind in HELD_OUT))
            chosen = some if kind in {"paraphrase", "misread"} else [*reversed(unlike.values())][:most]
            seen |= {case.skeleton for case in chosen}
            kept.extend(chosen)
    return kept


def _hostile(sources: Sequence[Source], rng: random.Random) -> Iterator[Example]:
    """What is said is turned against itself; a kind that is held out belongs to one half only."""
    for source, others in _together(sources, rng):
        text = join_lines(source.quote)
        for kind, change in CHANGES.items():
            for wrong in change(text, rng, others):
                half: Half = "test" if kind in HELD_OUT else source.half
                if wrong.strip("。；") not in text or len(wrong) < 0.9 * len(text):
                    yield replace(_wrong(Told(source, "", half), kind, wrong), half=half)


def _apart(sources: Sequence[Source], lists: Sequence[Source], rng: random.Random) -> Iterator[Example]:
    """What holds only together told apart: a sentence without the one it goes on from, items of a list without all."""
    for source, others in _together(sources, rng):
        for wrong, quote in gap(join_lines(source.quote), rng, others):
            yield _wrong(Told(replace(source, quote=quote), "", source.half), "gap", wrong)
    for source in lists:
        for wrong, quote in items(source.quote, rng):
            yield _wrong(Told(replace(source, quote=quote), "", source.half), "items", wrong)


def _together(sources: Sequence[Source], rng: random.Random) -> Iterator[tuple[Source, list[str]]]:
    """Each sentence with the others of its document, shuffled."""
    by_document: dict[str, list[str]] = {}
    for source in sources:
        by_document.setdefault(source.document, []).append(join_lines(source.quote))
    for source in sources:
        text = join_lines(source.quote)
        others = [one for one in by_document[source.document] if one != text]
        yield source, rng.sample(others, len(others))


def _perturbed(sources: Sequence[Source], told: Sequence[Told], rng: random.Random) -> Iterator[Example]:
    titles = tuple(
        sorted({s.context[0] for s in sources if "/" in s.document and s.context and 2 <= len(s.context[0]) <= 6})
    )
    for each in [*(Told(s, join_lines(s.quote), s.half) for s in sources), *told]:
        for kind, make in ERRORS.items():
            for wrong in make(each.claim, rng):
                yield _wrong(each, kind, wrong)
        title = each.source.context[0] if each.source.context else ""
        for wrong in names(each.claim, rng, titles, title):
            yield _wrong(each, "name", wrong)
    for first, second in pairwise(sources):
        if first.document == second.document and not _alike(first.quote, second.quote):
            yield _wrong(Told(first, "", first.half), "unrelated", join_lines(second.quote))


def _untouched(
    sources: Sequence[Source], told: Sequence[Told], lists: Sequence[Source], rng: random.Random
) -> Iterator[Example]:
    for source, others in _together(sources, rng):
        text = join_lines(source.quote)
        for kind, form in FORMS.items():
            for claim, quote in form(text, rng, others):
                yield _right(Told(replace(source, quote=quote), claim, source.half), kind)
        for claim, quote in resolved(text, rng, source.issuer, source.title.strip("《》"), source.year):
            yield _right(Told(replace(source, quote=quote), claim, source.half), "resolved")
    for source in lists:
        for claim, quote in picked(source.quote, rng):
            yield _right(Told(replace(source, quote=quote), claim, source.half), "picked")
    for first, second in pairwise(sources):
        leads_in = join_lines(first.quote).endswith(("：", ":"))
        leans = re.search("[其此该这但述]", join_lines(second.quote)[:40])
        if first.document == second.document and not leads_in and not leans:
            text = join_lines(first.quote).rstrip("。；") + "；" + join_lines(second.quote)
            yield _right(Told(first, text, first.half), "joined", second.quote)
    for each in told:
        yield _right(each, "paraphrase")


def _right(told: Told, kind: str, *more: str) -> Example:
    source = told.source
    quotes = (source.quote, *more)
    return Example(source.document, told.half, kind, True, told.claim, quotes, *_around(source))  # noqa: FBT003


def _wrong(told: Told, kind: str, claim: str) -> Example:
    source = told.source
    quotes = (source.quote,)
    return Example(source.document, told.half, kind, False, claim, quotes, *_around(source))  # noqa: FBT003


def _around(source: Source) -> tuple[tuple[str, ...], int | None, str, str]:
    return source.context, source.year, source.issuer, source.title


def _alike(a: str, b: str) -> bool:
    """Whether two sentences share so much that one may bear out the other."""
    first, second = set(fold(a)), set(fold(b))
    return len(first & second) > 0.45 * min(len(first), len(second))


if __name__ == "__main__":
    main()
