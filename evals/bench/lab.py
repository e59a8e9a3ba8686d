"""``python -m evals.bench.lab --data DIR``: named ways to rank, side by side, each against the default by paired test.

A set is indexed once; a configuration says which legs count, and how. ``--suites`` asks the project's own questions
instead: only to prove, never to choose. What each lever gave is written down in LEVERS.md beside this file.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

import corpus
from corpus.errors import InputError
from corpus.normalise import is_english, simplify
from evals.bench.ranking import DEPTH, Column, measure, to_markdown
from evals.bench.sets import DEFAULT_CACHE, BenchSet, CachedEncoder, MemoryIndex, Query, load, run, show_embedding
from evals.metrics.retrieval import gold_places
from evals.runner import read_documents
from evals.suite import load as load_suite
from evals.suite import suite_names
from index.bigrams import keyword_terms
from index.chunk import chunk
from index.encoder import load_default_encoder
from index.fusion import FusionWeights, fuse
from index.keywords import Bm25
from index.legs import Vectors

_POOL = 100  # chunks that each leg proposes


@dataclass(frozen=True, slots=True)
class Configuration:
    """How much each leg counts and how the keyword leg scores; without any it is the product's default."""

    weights: FusionWeights = field(default_factory=FusionWeights)
    bm25: Bm25 = field(default_factory=Bm25)


CONFIGURATIONS: Mapping[str, Configuration] = {
    "keywords": Configuration(weights=FusionWeights(keyword=1.0, keyword_english=1.0, shared=1e-9)),
    "dense": Configuration(weights=FusionWeights(keyword=0.0, keyword_english=0.0)),
    "keywords .55": Configuration(weights=FusionWeights(keyword=0.55)),
    "keywords .65": Configuration(weights=FusionWeights(keyword=0.65)),
    "keywords .85": Configuration(weights=FusionWeights(keyword=0.85)),
    "no head": Configuration(bm25=Bm25(head=0.0)),
    "head .5": Configuration(bm25=Bm25(head=0.5)),
    "no rare characters": Configuration(bm25=Bm25(rare=0.0)),
    "no floor": Configuration(bm25=Bm25(floor=0.0)),
    "default": Configuration(),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question with what every configuration needs of it: its terms and its vector."""

    query: Query
    terms: tuple[str, ...]
    english: bool
    vector: Vectors


class Bench:
    """A set in memory. ``whole`` ranks its documents, else its chunks."""

    def __init__(self, data: BenchSet, cache: Path, *, whole: bool = True) -> None:
        self._data, self._whole = data, whole
        self._cached = CachedEncoder(load_default_encoder(), cache, show_embedding)
        words = [simplify(query.question) for query in data.queries]
        self._asked = [
            Prepared(query, tuple(keyword_terms(text)), is_english(text), vector)
            for query, text, vector in zip(data.queries, words, self._cached.encode(words, "query"), strict=True)
        ]
        self._memories: dict[Bm25, MemoryIndex] = {}

    def column(self, name: str, configuration: Configuration) -> Column:
        """How a configuration does; milliseconds without embedding the question."""
        memory = self._memories.get(configuration.bm25) or self._open(configuration.bm25)
        rankings, milliseconds = [], []
        for asked in self._asked:
            began = time.perf_counter()
            keys = rank(asked, memory, configuration)
            milliseconds.append((time.perf_counter() - began) * 1_000)
            rankings.append((memory.documents(keys) if self._whole else keys)[:DEPTH])
        return Column(name, measure(self._data.queries, rankings), milliseconds)

    def _open(self, bm25: Bm25) -> MemoryIndex:
        self._memories[bm25] = memory = MemoryIndex(self._data.documents, self._cached, bm25=bm25)
        return memory


def rank(asked: Prepared, memory: MemoryIndex, configuration: Configuration) -> list[str]:
    """Keys of chunks, best first."""
    weight = configuration.weights.for_share(memory.share(asked.terms), english=asked.english)
    fused = fuse(memory.lexical(asked.terms, _POOL), memory.dense(asked.vector, _POOL), weight)
    return [one.key for one in sorted(fused, key=lambda one: (-one.score, one.key))]


def own_questions() -> BenchSet:
    """The suites' questions that stand alone and have gold; relevant are the chunks that overlap it."""
    documents = read_documents(Path(corpus.__file__).parent / "documents")
    cases = [case for name in suite_names() for case in load_suite(name) if case.answerable and case.gold]
    chunks = [one for document in documents.values() for one in chunk(document)]
    queries = []
    for case in cases:
        places = gold_places(case.gold, documents)
        keys = [one.key for one in chunks if any(gold.overlaps(one.document, one.start, one.end) for gold in places)]
        if keys and not case.history:
            queries.append(Query(case.id, case.question, tuple(keys)))
    return BenchSet("own suites", tuple(documents.values()), tuple(queries))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of a set.")
@click.option("--suites", is_flag=True, help="The project's own questions instead of a set.")
@click.option("--split", help="Ask only the questions of this split.")
@click.option("--queries", type=click.IntRange(min=1), help="Ask only so many questions, drawn with a fixed seed.")
@click.option("--distractors", is_flag=True, help="Index distractors.jsonl too.")
@click.option("--only", multiple=True, type=click.Choice(list(CONFIGURATIONS)), help="These beside the default.")
@click.option("--cache", default=DEFAULT_CACHE, type=click.Path(path_type=Path), help="Folder that keeps the vectors.")
def main(
    *,
    data: Path | None,
    suites: bool,
    split: str | None,
    queries: int | None,
    distractors: bool,
    only: Sequence[str],
    cache: Path,
) -> None:
    """Print a table of the configurations."""
    if (data is None) != suites:
        raise InputError("name a set with --data, or ask the project's own questions with --suites")
    chosen = own_questions() if data is None else load(data, split=split, queries=queries, distractors=distractors)
    bench = Bench(chosen, cache, whole=not suites)
    names = [*(name for name in CONFIGURATIONS if name in (only or CONFIGURATIONS) and name != "default"), "default"]
    columns = [bench.column(name, CONFIGURATIONS[name]) for name in names]
    click.echo(to_markdown(chosen.name, len(chosen.documents), columns))


if __name__ == "__main__":
    run(main)
