"""The lab: each lever does what its name says, and the project's own questions become a set of chunks."""

from __future__ import annotations

import numpy as np
import pytest

from evals.bench.lab import CONFIGURATIONS, Configuration, Prepared, own_questions, rank
from evals.bench.sets import MemoryIndex, load
from index.bigrams import keyword_terms
from index.chunk import chunk
from index.fusion import FusionWeights
from tests.fakes.encoder import HashEncoder
from tests.test_bench import PASSAGES, QUESTIONS, write


@pytest.fixture
def memory(tmp_path):
    write(tmp_path / "corpus.jsonl", PASSAGES)
    write(tmp_path / "queries.jsonl", QUESTIONS)
    return MemoryIndex(load(tmp_path).documents, HashEncoder())


def asked(memory: MemoryIndex, question: str, towards: str | None = None) -> Prepared:
    """A question whose vector is that of the document ``towards``, or its own."""
    vector = HashEncoder().encode([question], "query")[0]
    for at, one in enumerate(memory.chunks):
        if one.document == towards:
            vector = memory.vectors[at]
    return Prepared(None, tuple(keyword_terms(question)), english=False, vector=vector)


def first(memory: MemoryIndex, one: Prepared, **levers) -> str:
    return memory.documents(rank(one, memory, Configuration(**levers)))[0]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_configuration_ranks_each_chunk_once(memory, name):
    keys = rank(asked(memory, "改造桥梁几座"), memory, CONFIGURATIONS[name])
    assert len(keys) == len(set(keys))
    assert set(keys) <= {one.key for one in memory.chunks}


def test_weights_choose_between_the_legs(memory):
    """Words name p2, the vector p3."""
    one = asked(memory, "改造桥梁几座", towards="p3")
    assert first(memory, one, weights=FusionWeights(keyword=1.0)) == "p2"
    assert first(memory, one, weights=FusionWeights(keyword=0.0)) == "p3"


def test_dense_search_is_exact(memory):
    question = HashEncoder().encode(["公办学位"], "query")[0]
    hits = memory.dense(question, 2)
    assert [hit.score for hit in hits] == sorted(memory.vectors @ question, reverse=True)[:2]
    assert np.isclose(hits[0].score, max(memory.vectors @ question))


def test_own_questions_stand_alone_and_name_chunks():
    data = own_questions()
    keys = {one.key for document in data.documents for one in chunk(document)}
    assert len(data.queries) > 200
    assert all(query.relevant and set(query.relevant) <= keys for query in data.queries)
