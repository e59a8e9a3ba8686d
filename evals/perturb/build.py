"""Builds the set: ``python -m evals.perturb.build [--documents DIR ...] [--laws FILE] [--data DIR ...] --out FILE``.

The set that is kept beside this file is of the project's own documents and of laws and regulations, whose words are
free: whole ones in folders of ``--documents``, and as rows of one article each in ``--laws``, which fill those kinds
that the others have too few sentences for. ``--data`` adds folders with a ``corpus.jsonl``; their sentences aren't ours
to keep, so send that to another ``--out``.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus import InputError, join_lines
from corpus.normalise import fold
from evals.perturb import errors
from evals.perturb.cases import (
    Case,
    Half,
    Source,
    article_sources,
    bench_sources,
    document_sources,
    list_sources,
    read_rows,
    write_cases,
)
from evals.perturb.forms import FORMS, picked, resolved
from evals.perturb.hostile import CHANGES, HELD_OUT, gap, items

HERE = Path(__file__).parent
_ERRORS: dict[str, Callable[[str, random.Random], Iterator[str]]] = {
    "number": errors.numbers,
    "unit": errors.units,
    "year": errors.years,
    "negation": errors.negations,
    "direction": errors.directions,
    "plan": errors.plans,
    "swap": errors.swaps,
}


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
) -> list[Case]:
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
    kept: list[Case] = []
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


def _hostile(sources: Sequence[Source], rng: random.Random) -> Iterator[Case]:
    """What is said is turned against itself; a kind that is held out belongs to one half only."""
    for source, others in _together(sources, rng):
        text = join_lines(source.quote)
        for kind, change in CHANGES.items():
            for wrong in change(text, rng, others):
                half: Half = "test" if kind in HELD_OUT else source.half
                if wrong.strip("。；") not in text or len(wrong) < 0.9 * len(text):
                    yield replace(_wrong(Told(source, "", half), kind, wrong), half=half)


def _apart(sources: Sequence[Source], lists: Sequence[Source], rng: random.Random) -> Iterator[Case]:
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


def _perturbed(sources: Sequence[Source], told: Sequence[Told], rng: random.Random) -> Iterator[Case]:
    titles = tuple(
        sorted({s.context[0] for s in sources if "/" in s.document and s.context and 2 <= len(s.context[0]) <= 6})
    )
    for each in [*(Told(s, join_lines(s.quote), s.half) for s in sources), *told]:
        for kind, make in _ERRORS.items():
            for wrong in make(each.claim, rng):
                yield _wrong(each, kind, wrong)
        title = each.source.context[0] if each.source.context else ""
        for wrong in errors.names(each.claim, rng, titles, title):
            yield _wrong(each, "name", wrong)
    for first, second in pairwise(sources):
        if first.document == second.document and not _alike(first.quote, second.quote):
            yield _wrong(Told(first, "", first.half), "unrelated", join_lines(second.quote))


def _untouched(
    sources: Sequence[Source], told: Sequence[Told], lists: Sequence[Source], rng: random.Random
) -> Iterator[Case]:
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


def _right(told: Told, kind: str, *more: str) -> Case:
    source = told.source
    quotes = (source.quote, *more)
    return Case(source.document, told.half, kind, True, told.claim, quotes, *_around(source))  # noqa: FBT003


def _wrong(told: Told, kind: str, claim: str) -> Case:
    source = told.source
    quotes = (source.quote,)
    return Case(source.document, told.half, kind, False, claim, quotes, *_around(source))  # noqa: FBT003


def _around(source: Source) -> tuple[tuple[str, ...], int | None, str, str]:
    return source.context, source.year, source.issuer, source.title


def _alike(a: str, b: str) -> bool:
    """Whether two sentences share so much that one may bear out the other."""
    first, second = set(fold(a)), set(fold(b))
    return len(first & second) > 0.45 * min(len(first), len(second))


if __name__ == "__main__":
    main()
