"""The layers that questions go through: they start as the published ones, and training brings questions to answers."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

import index
from evals.bench import load
from evals.bench.data import Query
from evals.bench.memory import MemoryIndex
from evals.fit.questions import Lessons, Taught, said, train
from index.encoder import QUESTIONS as WEIGHTS
from index.encoder import SentenceTransformerEncoder, as_published, load_default_encoder
from index.interaction import HIDDEN, LOWER, UPPER, upper_of
from index.questions import load_tower, raised, save_upper
from tests.fakes.encoder import HashEncoder
from tests.test_bench import PASSAGES, QUESTIONS, write

TEXTS = ["税率是多少？", "", "What is the tax rate of the zone?", "一"]


@pytest.fixture(scope="module")
def network() -> BertModel:
    torch.manual_seed(1)
    size = {"hidden_size": HIDDEN, "num_attention_heads": 12, "intermediate_size": 1536}
    return BertModel(BertConfig(vocab_size=50, num_hidden_layers=LOWER + UPPER, **size)).eval()


def test_a_question_does_not_depend_on_the_company_it_is_embedded_in(network):
    """Padding beside a longer question adds nothing."""
    short, long = torch.randn(5, HIDDEN), torch.randn(9, HIDDEN)
    upper = upper_of(network).eval()
    with torch.inference_mode():
        together, alone = raised(upper, [short, long])[0], raised(upper, [short])[0]
    assert torch.allclose(together, alone, atol=1e-5)
    assert float(together.norm()) == pytest.approx(1, abs=1e-5)


def test_layers_of_questions_are_a_copy(network):
    """Training them leaves the layers of passages alone."""
    upper = upper_of(network)
    with torch.no_grad():
        next(upper.parameters()).add_(1.0)
    again = upper_of(network)
    assert not torch.equal(next(upper.parameters()), next(again.parameters()))


def test_training_brings_a_question_to_the_passage_that_answers(tmp_path, network):
    """Passages' vectors are given; after some steps the right ones are nearer than before."""
    write(tmp_path / "corpus.jsonl", PASSAGES)
    write(tmp_path / "queries.jsonl", QUESTIONS)
    bench = load(tmp_path)
    states = {query.question: torch.randn(6, HIDDEN) for query in bench.queries}
    lessons = Lessons(bench.queries, MemoryIndex(bench.documents, HashEncoder(HIDDEN)), states)

    class Encoder:
        pass

    encoder = Encoder()
    encoder.network = network
    before = Taught(network).eval().loss(lessons, random.Random(1))
    taught = Taught(network)
    taught.upper = train([lessons], encoder, steps=12)
    after = taught.eval().loss(lessons, random.Random(1))
    assert float(after.detach()) < float(before.detach())


def test_what_is_said_in_answer_is_asked_as_well():
    """Sentence by sentence, on the same passages; greetings and scraps are not."""
    answer = "您好，根据有关法律的规定回答如下。有经营能力的公民经过登记可以成为个体工商户；是的。"
    (one,) = said(Query("q1", "谁可以成为个体工商户？", ("705",), (answer,)))
    assert one == Query("q1", "有经营能力的公民经过登记可以成为个体工商户", ("705",))


@pytest.mark.model
def test_untrained_layers_give_the_published_vectors(tmp_path):
    """Cosine 1 for any question, also an empty one, whatever stands beside it; in full precision, so on any machine."""
    plain = SentenceTransformerEncoder(load_default_encoder(tuned=False).folder, precision="fp32")
    save_upper(upper_of(plain.network), tmp_path / "same.safetensors")
    tower = load_tower(plain.token_ids, plain.network, tmp_path / "same.safetensors")
    cosines = (plain.encode(TEXTS, "query") * tower.encode(TEXTS)).sum(1)
    assert cosines.min() > 0.9999


@pytest.mark.model
def test_passages_are_embedded_as_published():
    """An index made without the trained layers serves with them: same vectors, same fingerprint."""
    plain, tuned = load_default_encoder(tuned=False), load_default_encoder(tuned=True)
    assert tuned.fingerprint == plain.fingerprint
    assert tuned.questions != plain.questions == ""
    assert np.array_equal(plain.encode(TEXTS, "passage"), tuned.encode(TEXTS, "passage"))
    assert (plain.encode(TEXTS[:1], "query") * tuned.encode(TEXTS[:1], "query")).sum() < 0.99


@pytest.mark.model
def test_a_single_question_and_many_are_embedded_alike():
    """In full precision: in half of it, padding beside a longer question moves a vector by up to .006."""
    folder, weights = load_default_encoder().folder, Path(index.__file__).parent / "weights" / WEIGHTS
    tuned = SentenceTransformerEncoder(folder, precision="fp32", questions=weights)
    many = tuned.encode(TEXTS, "query")
    alone = np.concatenate([tuned.encode([text], "query") for text in TEXTS])
    assert (many * alone).sum(1).min() > 0.9999


@pytest.mark.model
def test_what_is_fitted_to_cosines_has_the_published_ones():
    """Search asks through the trained layers, whatever chooses and refuses through those that it was fitted to."""
    plain, tuned = load_default_encoder(tuned=False), load_default_encoder()
    assert as_published(plain) is plain
    own = as_published(tuned)
    assert own.fingerprint == tuned.fingerprint
    assert np.array_equal(own.encode(TEXTS, "query"), plain.encode(TEXTS, "query"))
    assert np.array_equal(own.encode(TEXTS, "passage"), tuned.encode(TEXTS, "passage"))
    assert as_published(HashEncoder()).encode(["一"], "query").shape == (1, HashEncoder().dimensions)
