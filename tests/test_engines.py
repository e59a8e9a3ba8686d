"""One contract over the keyword engines that are compared; those that are not installed are passed over."""

from __future__ import annotations

import pytest

from corpus.errors import InputError
from evals.bench import load
from evals.bench.engines import ENGINES, Fts5, Postings, compare, survive
from index.bigrams import terms
from tests.test_bench import PASSAGES, QUESTIONS, write

TEXTS = {"p1": "海水养殖的补贴标准", "p2": "新建道路，改造桥梁", "p3": "新增公办学位"}


@pytest.fixture(params=ENGINES)
def open_engine(request, tmp_path):
    if request.param in {"tantivy", "bm25s"}:
        pytest.importorskip(request.param)
    return lambda: ENGINES[request.param](tmp_path)


def test_finds_by_terms_best_first(open_engine):
    engine = open_engine()
    engine.put(TEXTS)
    assert engine.search(terms("改造桥梁和道路"), 1) == ["p2"]
    assert engine.search(terms("犇骉"), 3) == []


def test_a_passage_is_replaced(open_engine):
    """Its old words are not found any more, its new ones are, and the others stay."""
    engine = open_engine()
    engine.put(TEXTS)
    engine.put({"p2": "建成地铁"})
    assert engine.search(terms("桥梁"), 3) == []
    assert engine.search(terms("地铁"), 3) == ["p2"]
    assert engine.search(terms("学位"), 3) == ["p3"]


def test_what_was_put_lasts(open_engine):
    open_engine().put(TEXTS)
    assert open_engine().search(terms("公办学位"), 3) == ["p3"]


@pytest.mark.parametrize("name", ["postings", "fts5"])
def test_a_kill_leaves_all_of_a_change_or_nothing(name, tmp_path):
    """SQLite's transaction holds for both; a kill at once comes before anything is written."""
    assert survive(name, tmp_path, {f"d{n}": f"第{n}条" for n in range(50)}, [0.0]) == "whole after 1 kills"


def test_figures_of_an_engine(tmp_path):
    write(tmp_path / "corpus.jsonl", PASSAGES)
    write(tmp_path / "queries.jsonl", QUESTIONS)
    [(name, found)] = compare(load(tmp_path), ["postings"], kills=0)
    assert name == "postings"
    assert found["hit@1 / hit@5 / MRR@10"] == "1.000 / 1.000 / 1.000"
    assert found["killed"] == "whole after 0 kills"


def test_an_engine_that_is_missing_names_the_cure(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "tantivy", None)
    with pytest.raises(InputError, match="pip install tantivy"):
        ENGINES["tantivy"](tmp_path)


def test_both_of_ours_are_there():
    assert (ENGINES["postings"], ENGINES["fts5"]) == (Postings, Fts5)
