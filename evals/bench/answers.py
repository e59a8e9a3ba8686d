"""``python -m evals.bench.answers --data DIR``: what answering gives on public sets, and on written ones kept back.

Each question is asked twice over the same ranking: as it is, and with every passage that holds the answer taken out,
where only a refusal is right. The first hit stands beside it: an answer engine must give no less than the search
beneath it. Hits are worked out once and kept, so that another way of reading costs only its own time.
"""

from __future__ import annotations

import hashlib
import pickle
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.reading import reader_named
from corpus.normalise import fold, join_lines, simplify
from evals.bench.sets import DEFAULT_CACHE, BenchSet, CachedEncoder, Query, load, run, show_embedding
from evals.fit import written
from evals.fit.lessons import kept, read_labels
from evals.metrics import estimate, paired
from index.chunk import CHUNKER_VERSION
from index.encoder import load_default_encoder
from index.fusion import FusionWeights
from index.hit import Hit
from index.searcher import Searcher, in_memory

_SEED = 20250021
_POOL, _KEPT = 60, 8  # hits that are asked for, and kept
SETS = {"notices": "notices", "drcd": "drcd_dev", "cmrc2018": "cmrc2018_dev"}  # folders of --data
WRITTEN = "written"  # the set of evals/fit


@dataclass(frozen=True, slots=True)
class Searched:
    """A question with its hits, and those that are left when no passage holds the answer."""

    query: Query
    hits: tuple[Hit, ...]
    without: tuple[Hit, ...]


def searched(name: str, questions: Sequence[Query], bench: BenchSet, cache: Path) -> list[Searched]:
    """The hits of questions over a set, by the product's default search; from a file where it was asked before."""
    encoder = load_default_encoder()
    cached = CachedEncoder(encoder, cache, show_embedding)
    vectors = cached.encode([simplify(query.question) for query in questions], "query")
    made = repr((encoder.fingerprint, CHUNKER_VERSION, FusionWeights(), [query.id for query in questions]))
    made += hashlib.sha256(vectors.round(3).tobytes()).hexdigest()
    path = cache / f"hits-{name}-{hashlib.sha256(made.encode()).hexdigest()[:12]}.pickle"
    if path.is_file():
        kept: list[Searched] = pickle.loads(path.read_bytes())  # noqa: S301 (its own file)
        return kept
    searcher = in_memory(bench.documents, cached)
    found = [_searched(query, searcher) for query in questions]
    path.write_bytes(pickle.dumps(found))
    return found


def _searched(query: Query, searcher: Searcher) -> Searched:
    hits = searcher.search(query.question, _POOL)
    gold = [fold(join_lines(answer)) for answer in query.answers]
    left = [
        hit
        for hit in hits
        if hit.document not in query.relevant and not any(one in fold(join_lines(hit.text)) for one in gold)
    ]
    return Searched(query, tuple(hits[:_KEPT]), tuple(left[:_KEPT]))


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether a folded text has one of the answers: in one piece, or, of a long one, four fifths of its pieces."""
    for answer in answers:
        gold = fold(join_lines(answer))
        if gold in text:
            return True
        pieces = [gold[at : at + 8] for at in range(0, len(gold) - 7, 8)]
        if len(gold) > 40 and sum(piece in text for piece in pieces) >= 0.8 * len(pieces):
            return True
    return False


def questions(name: str, bench: BenchSet, labels: Path | None, count: int | None) -> list[Query]:
    """A set's questions; of those whose passages a reader learns from, the kept-back split alone."""
    found = [query for query in bench.queries if query.answers]
    if name == "notices":  # half of its documents teach the reader
        found = [query for query in found if kept({"relevant": list(query.relevant)}, "test")]
    if name not in {"notices", WRITTEN} and labels is not None:
        own = (row for row in read_labels(labels) if (row["split"], row["source"]) == ("test", name))
        held = {simplify(row["question"]) for row in own}
        found = [query for query in found if simplify(query.question) in held]
    if count is not None and count < len(found):
        found = random.Random(_SEED).sample(found, count)  # noqa: S311 (a sample, not a secret)
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: each 1 or 0."""

    answered: float
    right: float
    first: float
    refused: float


class _Fixed:
    """A retriever that has its hits already."""

    encoder = None

    def __init__(self) -> None:
        self.hits: Sequence[Hit] = ()

    def search(self, query: str, k: int) -> Sequence[Hit]:  # noqa: ARG002 (see ``Retriever``)
        return self.hits[:k]


def outcome(one: Searched, ask: Callable[[str, Sequence[Hit]], Answer]) -> Outcome:
    """Ask with and without the passages that answer."""
    answer = ask(one.query.question, one.hits)
    said = " ".join(fold(join_lines(c.quote.text)) for c in answer.citations) if answer.answered else ""
    first = fold(join_lines(one.hits[0].text)) if one.hits else ""
    return Outcome(
        float(answer.answered),
        float(holds(said, one.query.answers)),
        float(holds(first, one.query.answers)),
        float(not ask(one.query.question, one.without).answered),
    )


def table(rows: Mapping[str, Sequence[Outcome]]) -> str:
    """Each set's figures with n and 95 % intervals."""
    lines = [
        "| set | n | answered | right | refused without | first hit holds it | right − first hit |",
        "|" + " --- |" * 7,
    ]
    for name, outcomes in rows.items():
        fields = ("answered", "right", "refused", "first")
        cells = [estimate([getattr(one, field) for one in outcomes]) for field in fields]
        difference = paired([one.first for one in outcomes], [one.right for one in outcomes])
        lines.append(f"| {name} | {len(outcomes)} | {' | '.join(str(one or '–') for one in (*cells, difference))} |")
    return "\n".join(lines)


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of the sets.")
@click.option("--labels", type=click.Path(path_type=Path), help="reader.jsonl.gz, whose test split is asked.")
@click.option("--only", multiple=True, type=click.Choice([WRITTEN, *SETS]), help="These sets alone.")
@click.option("--queries", type=click.IntRange(min=1), help="Ask only so many questions of each, with a fixed seed.")
@click.option("--reader", default="auto", help="The reader: cross, words.")
@click.option("--cache", default=DEFAULT_CACHE, type=click.Path(path_type=Path), help="Folder that keeps hits.")
def main(
    *, data: Path, labels: Path | None, only: Sequence[str], queries: int | None, reader: str, cache: Path
) -> None:
    """Print a table of the sets."""
    fixed = _Fixed()
    assistant = Assistant(fixed, reader=reader_named(reader))

    def ask(question: str, hits: Sequence[Hit]) -> Answer:
        fixed.hits = hits
        return assistant.ask(question)

    rows: dict[str, list[Outcome]] = {}
    for name in only or [WRITTEN, *SETS]:
        bench = written.bench() if name == WRITTEN else load(data / SETS[name])
        found = searched(name, questions(name, bench, labels, queries), bench, cache)
        rows[name] = [outcome(one, ask) for one in found]
    click.echo(table(rows))


if __name__ == "__main__":
    run(main)
