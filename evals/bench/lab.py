"""``python -m evals.bench.lab --data DIR``: named ways to rank, side by side, each against the default by paired test.

A set is indexed once; a configuration says which legs count, and how. ``--suites`` asks the project's own questions
instead: only to prove, never to choose. What each lever gave is written down in LEVERS.md beside this file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import click
import numpy as np

import corpus
from corpus.errors import InputError
from corpus.normalise import fold, is_english, simplify
from corpus.structure import sentences
from evals.bench.cache import CachedEncoder
from evals.bench.console import DEFAULT_CACHE, run, show_embedding
from evals.bench.data import BenchSet, Query, load
from evals.bench.measures import DEPTH, measure
from evals.bench.memory import TIER, MemoryIndex
from evals.bench.report import Column, to_markdown
from evals.metrics.places import gold_places
from evals.runner import read_documents
from evals.suite import load as load_suite
from evals.suite import suite_names
from index.bigrams import keyword_terms, terms
from index.chunk import chunk
from index.encoder import load_default_encoder
from index.fusion import FusionWeights, fuse
from index.keywords import Bm25
from index.legs import Scored, Vectors

_POOL = 100  # chunks that each leg proposes
_RANKED = 60  # of them that the further levers see
Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Configuration:
    """The levers of a ranking; without any it is the product's default.

    ``feedback`` moves a question's vector towards its first so many chunks. The other numbers are weights, added to
    the fused score (0 to 1): the best sentence by its share of the question's rare terms, the share that the whole
    chunk holds, terms near each other, and numbers or years that the question has and the chunk lacks.
    """

    weights: FusionWeights = field(default_factory=FusionWeights)
    bm25: Bm25 = field(default_factory=Bm25)
    join: Literal["scores", "ranks"] = "scores"
    feedback: int = 0
    sentence: float = 0.0
    coverage: float = 0.0
    proximity: float = 0.0
    numbers: float = 0.0


CONFIGURATIONS: Mapping[str, Configuration] = {
    "keywords": Configuration(weights=FusionWeights(keyword=1.0, keyword_english=1.0, shared=1e-9)),
    "dense": Configuration(weights=FusionWeights(keyword=0.0, keyword_english=0.0)),
    "reciprocal ranks": Configuration(join="ranks"),
    "keywords .55": Configuration(weights=FusionWeights(keyword=0.55)),
    "keywords .65": Configuration(weights=FusionWeights(keyword=0.65)),
    "keywords .85": Configuration(weights=FusionWeights(keyword=0.85)),
    "no head": Configuration(bm25=Bm25(head=0.0)),
    "head .5": Configuration(bm25=Bm25(head=0.5)),
    "no rare characters": Configuration(bm25=Bm25(rare=0.0)),
    "no floor": Configuration(bm25=Bm25(floor=0.0)),
    "feedback 3": Configuration(feedback=3),
    "sentence .2": Configuration(sentence=0.2),
    "coverage .2": Configuration(coverage=0.2),
    "proximity .1": Configuration(proximity=0.1),
    "numbers .2": Configuration(numbers=0.2),
    "default": Configuration(),
}


@dataclass(frozen=True, slots=True)
class Asked:
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
            Asked(query, tuple(keyword_terms(text)), is_english(text), vector)
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


def rank(asked: Asked, memory: MemoryIndex, configuration: Configuration) -> list[str]:
    """Keys of chunks, best first."""
    lexical = memory.lexical(asked.terms, _POOL)
    dense = memory.dense(asked.vector, _POOL)
    if configuration.feedback:
        dense = memory.dense(_moved(asked.vector, dense, memory, configuration.feedback), _POOL)
    weight = configuration.weights.for_share(memory.share(asked.terms), english=asked.english)
    if configuration.join == "ranks":
        scores = _reciprocal(lexical, dense)
    else:
        scores = {one.key: one.score for one in fuse(lexical, dense, weight)}
    ordered = sorted(scores, key=lambda key: (-scores[key], key))
    first = {key: scores[key] for key in ordered[:_RANKED]}
    for name, lever in LEVERS.items():
        share = getattr(configuration, name)
        if share:
            first = {key: score + share * lever(asked, memory, key) for key, score in first.items()}
    return [*sorted(first, key=lambda key: (-first[key], key)), *ordered[_RANKED:]]


def _moved(question: Vectors, dense: Sequence[Scored], memory: MemoryIndex, count: int) -> Vectors:
    """Rocchio's: the question and, at half weight, the mean of what it found."""
    found = np.mean([memory.vectors[memory.place[one.key]] for one in dense[:count]], axis=0)
    moved: Vectors = question + 0.5 * found
    return moved


def _reciprocal(*legs: Sequence[Scored]) -> Scores:
    scores: Scores = {}
    for leg in legs:
        for at, one in enumerate(leg, start=1):
            scores[one.key] = scores.get(one.key, 0.0) + 1 / (60 + at)
    return scores


def _covered(words: str, asked: Asked, memory: MemoryIndex) -> float:
    rarity = memory.keywords.rarity(asked.terms, (TIER,))
    held = set(terms(words))
    return sum(value for term, value in rarity.items() if term in held) / (sum(rarity.values()) or 1.0)


def _coverage(asked: Asked, memory: MemoryIndex, key: str) -> float:
    return _covered(memory.chunks[memory.place[key]].text, asked, memory)


def _sentence(asked: Asked, memory: MemoryIndex, key: str) -> float:
    body = simplify(memory.chunks[memory.place[key]].body)
    return max((_covered(body[a:b], asked, memory) for a, b in sentences(body, 0, len(body))), default=0.0)


def _proximity(asked: Asked, memory: MemoryIndex, key: str) -> float:
    """How much of the question's terms stands within any forty characters."""
    body = fold(memory.chunks[memory.place[key]].text)
    places = sorted((at, term) for term in asked.terms if (at := body.find(term)) >= 0)
    near = [len({term for at, term in places if start <= at < start + 40}) for start, _ in places]
    return max(near, default=0) / max(len(asked.terms), 1)


def _numbers(asked: Asked, memory: MemoryIndex, key: str) -> float:
    """0 if the chunk has every number of the question, down to -1."""
    wanted = [term for term in asked.terms if term[0].isdigit()]
    held = set(terms(memory.chunks[memory.place[key]].text))
    return -sum(term not in held for term in wanted) / max(len(wanted), 1)


LEVERS: Mapping[str, Callable[[Asked, MemoryIndex, str], float]] = {
    "sentence": _sentence,
    "coverage": _coverage,
    "proximity": _proximity,
    "numbers": _numbers,
}


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
