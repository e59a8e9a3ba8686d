"""Builds the set: ``python -m evals.perturb.build [--documents DIR] [--data DIR ...] --out FILE``.

Without ``--data`` it takes the project's own documents, and gives the set that is kept beside this file. ``--data``
adds folders with a ``corpus.jsonl``; their sentences aren't ours to keep, so send that to another ``--out``.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus import InputError, join_lines
from corpus.normalise import fold
from evals.perturb import errors, forms
from evals.perturb.cases import UNTOUCHED, Case, Half, Source, bench_sources, document_sources, read_rows, write_cases

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
_FORMS: dict[str, Callable[[str], Iterator[str]]] = {
    "verbatim": forms.verbatim,
    "trimmed": forms.trimmed,
    "traditional": forms.in_traditional,
    "renumbered": forms.renumbered,
}


def main() -> None:
    """Writes the set and prints how many cases of each kind it has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, default=Path("corpus/documents"))
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--passages", type=int, default=120, help="passages taken of each --data folder")
    parser.add_argument("--per-kind", type=int, default=110, help="most cases of one kind and half")
    parser.add_argument("--out", type=Path, default=HERE / "cases.jsonl")
    options = parser.parse_args()
    sources = list(document_sources(options.documents))
    for folder in options.data:
        sources.extend(bench_sources(folder, options.passages))
    told = list(paraphrases(HERE / "paraphrases.jsonl", options.data, sources))
    cases = build(sources, told, options.per_kind)
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


def build(sources: Sequence[Source], told: Sequence[Told], per_kind: int) -> list[Case]:
    """All cases, at most ``per_kind`` of each kind and half, chosen by a fixed seed."""
    rng = random.Random(20250021)  # noqa: S311 - a fixed choice, not a secret
    true = [one for one in told if not one.misread]
    misread = [_wrong(one, "misread", one.claim) for one in told if one.misread]
    every = [*_untouched(sources, true), *_perturbed(sources, true, rng), *misread]
    kept: list[Case] = []
    for kind in sorted({case.kind for case in every}):
        for half in ("tune", "test"):
            some = [case for case in every if (case.kind, case.half) == (kind, half)]
            rng.shuffle(some)
            kept.extend(some[: _limit(kind, per_kind)])
    return kept


def _limit(kind: str, per_kind: int) -> int | None:
    """Everything that a person wrote or read; of the other untouched forms a quarter of ``per_kind``."""
    return None if kind in {"paraphrase", "misread"} else max(20, per_kind // 4) if kind in UNTOUCHED else per_kind


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


def _untouched(sources: Sequence[Source], told: Sequence[Told]) -> Iterator[Case]:
    for source in sources:
        for kind, make in _FORMS.items():
            for text in make(join_lines(source.quote)):
                yield _right(Told(source, text, source.half), kind)
    for first, second in pairwise(sources):
        if first.document == second.document:
            text = join_lines(first.quote).rstrip("。；") + "；" + join_lines(second.quote)
            yield _right(Told(first, text, first.half), "joined", second.quote)
    for each in told:
        yield _right(each, "paraphrase")


def _right(told: Told, kind: str, *more: str) -> Case:
    source = told.source
    quotes = (source.quote, *more)
    return Case(source.document, told.half, kind, True, told.claim, quotes, source.context, source.year)  # noqa: FBT003


def _wrong(told: Told, kind: str, claim: str) -> Case:
    source = told.source
    quotes = (source.quote,)
    return Case(source.document, told.half, kind, False, claim, quotes, source.context, source.year)  # noqa: FBT003


def _alike(a: str, b: str) -> bool:
    """Whether two sentences share so much that one may bear out the other."""
    first, second = set(fold(a)), set(fold(b))
    return len(first & second) > 0.45 * min(len(first), len(second))


if __name__ == "__main__":
    main()
