"""The bench: sets are read strictly, vectors are kept, figures are the ones that a hand computes."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

import evals.bench.__main__ as command
from corpus.errors import InputError
from evals.bench import stack
from evals.bench.ranking import Column, bench, fill, measure, open_bm25, open_search, to_dict, to_markdown
from evals.bench.sets import CachedEncoder, Query, load
from evals.metrics import percentile
from tests.fakes.encoder import HashEncoder

PASSAGES = [
    {"id": "p1", "title": "渔业条例第一条", "text": "渔业条例第一条：海水养殖的补贴标准是每亩三百元。"},
    {"id": "p2", "text": "新建道路十二公里，改造桥梁三座。"},
    {"id": "p3", "text": "新增公办学位五千个，其中小学三千个。"},
]
QUESTIONS = [
    {"id": "q1", "question": "海水养殖补贴多少钱？", "relevant": ["p1"], "split": "train"},
    {"id": "q2", "question": "改造了几座桥梁？", "relevant": ["p2"], "split": "test"},
    {"id": "q3", "question": "小學學位有多少？", "relevant": ["p3"], "split": "test"},
]


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "toy"
    folder.mkdir()
    write(folder / "corpus.jsonl", PASSAGES)
    write(folder / "queries.jsonl", QUESTIONS)
    write(folder / "distractors.jsonl", [{"id": "d1", "text": "另一件事。"}])
    return folder


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


# Reading


def test_a_set_is_its_passages_and_the_questions_of_a_split(data):
    everything, test = load(data), load(data, split="test", distractors=True)
    assert [one.id for one in everything.documents] == ["p1", "p2", "p3"]
    assert [one.id for one in test.documents] == ["p1", "p2", "p3", "d1"]
    assert [one.id for one in test.queries] == ["q2", "q3"]


def test_a_title_that_the_text_repeats_is_searched_once(data):
    """It stands in the head of each chunk; the text behind it is the passage."""
    [first, *_] = load(data).documents
    assert first.metadata.title == "渔业条例第一条"
    assert first.text[first.body :] == "海水养殖的补贴标准是每亩三百元。"


def test_a_sample_of_questions_is_always_the_same(data):
    assert load(data, queries=2).queries == load(data, queries=2).queries
    assert len(load(data, queries=2).queries) == 2


def test_what_cannot_be_read_is_named(data, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "missing")
    with pytest.raises(InputError, match="no question of split 'dev'"):
        load(data, split="dev")
    write(data / "queries.jsonl", [{"id": "q1", "question": "?"}])
    with pytest.raises(InputError, match="line 1 lacks one of"):
        load(data)


# Measures


def test_measures_by_hand():
    """Ranks 1, 2 and none: hits, reciprocal ranks and gains as their definitions give them."""
    queries = [Query("a", "?", ("x",)), Query("b", "?", ("y", "z")), Query("c", "?", ("w",))]

    values = measure(queries, [["x", "y"], ["x", "y"], ["x"]])

    assert values["hit@1"] == [1, 0, 0]
    assert values["hit@3"] == [1, 1, 0]
    assert values["MRR@10"] == [1, 0.5, 0]
    assert values["recall@20"] == [1, 0.5, 0]
    ideal = 1 + 1 / math.log2(3)  # y and z at ranks 1 and 2; y alone was found, at rank 2
    assert values["nDCG@10"] == pytest.approx([1, 1 / math.log2(3) / ideal, 0])


def test_a_question_with_an_empty_ranking_counts_as_missed():
    assert measure([Query("a", "?", ("x",))], [[]])["MRR@10"] == [0.0]


# Vectors that are kept


def test_a_text_is_embedded_once_for_each_kind(tmp_path):
    encoder = HashEncoder()
    first = CachedEncoder(encoder, tmp_path)
    made = first.encode(["甲乙", "丙丁", "甲乙"], "passage")
    for _ in range(2):  # a question's vector may be another with the same fingerprint
        first.encode(["甲乙"], "query")
    again = CachedEncoder(encoder, tmp_path).encode(["丙丁", "甲乙"], "passage")

    assert [(sorted(texts), kind) for texts, kind in encoder.history] == [
        (["丙丁", "甲乙"], "passage"),
        (["甲乙"], "query"),
        (["甲乙"], "query"),
    ]
    assert np.array_equal(again, made[[1, 0]])
    assert np.allclose(made, HashEncoder().encode(["甲乙", "丙丁", "甲乙"], "passage"), atol=1e-3)


def test_another_model_has_vectors_of_its_own(tmp_path):
    CachedEncoder(HashEncoder(), tmp_path).encode(["甲"], "passage")
    other = HashEncoder(dimensions=32)
    assert CachedEncoder(other, tmp_path).encode(["甲"], "passage").shape == (1, 32)
    assert len(other.history) == 1


# Systems


def test_bm25_ranks_whole_passages(data):
    ranker = open_bm25(load(data).documents)
    assert ranker("改造了几座桥梁？", 5) == ["p2"]
    assert ranker("小學學位", 5) == ["p3"]


def test_search_ranks_a_passage_where_its_first_chunk_stands(data, tmp_path):
    """A passage of many chunks is in the ranking once."""
    long = "海水养殖的补贴标准是每亩三百元，按年发放。" * 60
    write(data / "corpus.jsonl", [{"id": "long", "text": long}, *PASSAGES])
    ranker = open_search(fill(tmp_path / "home", load(data).documents, HashEncoder()), HashEncoder())
    ranking = ranker("海水养殖补贴", 4)
    assert sorted(ranking) == ["long", "p1", "p2", "p3"]


def test_a_toy_set_through_all_columns(data):
    columns = bench(load(data), HashEncoder())
    assert [column.name for column in columns] == ["BM25", "dense", "search"]
    assert all(column.values["hit@1"] == [1, 1, 1] for column in (columns[0], columns[2]))
    assert [len(column.milliseconds) for column in columns] == [1, 1, 1]


# The table


def test_the_table_has_intervals_and_the_paired_difference():
    """Search is right where BM25 is wrong in one of two questions: +.500, over resamples from 0 to 1."""
    bm25 = Column("BM25", {"hit@1": [1.0, 0.0], "hit@5": [1.0, 1.0], "MRR@10": [1.0, 0.5]}, [1.0, 3.0])
    search = Column("search", {"hit@1": [1.0, 1.0], "hit@5": [1.0, 1.0], "MRR@10": [1.0, 1.0]}, [])

    table = to_markdown("toy", 3, [bm25, search])

    assert table.startswith("## toy: 3 passages, 2 questions")
    assert "| hit@1 | 0.500 [0.000, 1.000] | 1.000 [1.000, 1.000] |" in table
    assert "| ms p50 / p95 | 1.0 / 3.0 | – |" in table
    assert "search − BM25, hit@1: +0.500 [+0.000, +1.000], p = 1.0000" in table
    assert to_dict("toy", 3, [bm25, search])["differences"]["BM25"]["MRR@10"]["b"] == 1.0


@pytest.mark.parametrize(("percent", "value"), [(50, 2), (95, 4), (100, 4), (1, 1)])
def test_percentile_is_the_nearest_rank(percent, value):
    assert percentile([4, 1, 3, 2], percent) == value


def test_the_command_prints_the_table(data, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "load_default_encoder", HashEncoder)
    arguments = ["--data", str(data), "--split", "test", "--cache", str(tmp_path / "cache")]
    done = CliRunner().invoke(command.main, arguments)
    assert done.exit_code == 0
    assert "## toy test: 3 passages, 2 questions" in done.stdout
    assert json.loads(CliRunner().invoke(command.main, [*arguments, "--json"]).stdout)["set"] == "toy test"


# Beside another stack


def test_the_table_says_how_far_dafu_is_ahead():
    """Twice the time is 2.0×; what is no cost has no such figure."""
    theirs = dict.fromkeys(stack._FIGURES, 2.0)
    rows = {"tutorial": theirs, "dafu": dict.fromkeys(stack._FIGURES, 1.0)}
    assert "| search p50, ms | 2.0 | 1.0 | 2.0× |" in stack.table(rows)
    assert "| right document @1 | 2.000 | 1.000 |  |" in stack.table(rows)


def test_both_stacks_get_the_same_passages_and_questions(data):
    """First the passages that are asked about, then others, up to so many."""
    some, queries = stack.passages(data, 2, 10)
    assert [one.id for one in some] == ["p1", "p2"]
    assert [one.id for one in queries] == ["q1", "q2"]
