"""The hits of a set's questions, worked out once and kept, with and without the passages that hold the answer."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document
from corpus.normalise import fold, is_english, join_lines, simplify
from evals.bench.cache import CachedEncoder
from evals.bench.console import show_embedding
from evals.bench.data import BenchSet, Query
from evals.bench.memory import MemoryIndex
from evals.fit.lessons import kept
from index.bigrams import keyword_terms
from index.chunk import CHUNKER_VERSION
from index.encoder import load_default_encoder
from index.fusion import FusionWeights, fuse
from index.hit import Hit
from index.legs import Vectors

_SEED = 20250021
_POOL, _KEPT = 60, 8  # chunks that each leg proposes; hits that are kept
SETS = {"notices": "notices", "drcd": "drcd_dev", "cmrc2018": "cmrc2018_dev"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its hits, and those that are left when no passage holds the answer."""

    query: Query
    hits: tuple[Hit, ...]
    without: tuple[Hit, ...]


def asked(name: str, questions: Sequence[Query], bench: BenchSet, cache: Path) -> list[Asked]:
    """The hits of questions over a set, by the product's default search; from a file where it was asked before."""
    encoder = load_default_encoder()
    made = repr((encoder.fingerprint, CHUNKER_VERSION, FusionWeights(), [query.id for query in questions]))
    path = cache / f"hits-{name}-{hashlib.sha256(made.encode()).hexdigest()[:12]}.pickle"
    if path.is_file():
        kept: list[Asked] = pickle.loads(path.read_bytes())  # noqa: S301 (its own file)
        return kept
    cached = CachedEncoder(encoder, cache, show_embedding)
    memory = MemoryIndex(bench.documents, cached)
    documents = {document.id: document for document in bench.documents}
    vectors = cached.encode([simplify(query.question) for query in questions], "query")
    found = [_asked(query, vector, memory, documents) for query, vector in zip(questions, vectors, strict=True)]
    path.write_bytes(pickle.dumps(found))
    return found


def _asked(query: Query, vector: Vectors, memory: MemoryIndex, documents: Mapping[str, Document]) -> Asked:
    words = simplify(query.question)
    terms = keyword_terms(words)
    weight = FusionWeights().for_share(memory.share(terms), english=is_english(words))
    hits: list[Hit] = []
    for one in fuse(memory.lexical(terms, _POOL), memory.dense(vector, _POOL), weight):
        chunk = memory.chunks[memory.place[one.key]]
        place = (chunk.key, chunk.start, chunk.end, chunk.heading)
        hits.append(Hit(len(hits) + 1, one.score, documents[chunk.document], *place))
    gold = [fold(join_lines(answer)) for answer in query.answers]
    left = [
        hit
        for hit in hits
        if hit.document not in query.relevant and not any(one in fold(join_lines(hit.text)) for one in gold)
    ]
    return Asked(query, tuple(hits[:_KEPT]), tuple(left[:_KEPT]))


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
    if name != "notices" and labels is not None:
        held = {simplify(row["question"]) for row in _rows(labels) if row["split"] == "test" and row["source"] == name}
        found = [query for query in found if simplify(query.question) in held]
    if count is not None and count < len(found):
        found = random.Random(_SEED).sample(found, count)  # noqa: S311 (a sample, not a secret)
    return found


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)
