"""A language model's opinion stands beside the measures, and no gate reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.llm.client import ChatClient, Endpoint
from corpus.errors import GenerationError
from evals.compare import gate
from evals.judge import ModelJudge
from evals.report import markdown
from evals.results import Run
from evals.runner import run
from tests.fakes import chat_server as fake
from tests.fakes.toy_system import toy_cases, toy_run, toy_system

RIGHT = {"reason": "要点齐全。", "verdict": "right"}
WRONG = {"reason": "没有说出数字。", "verdict": "wrong"}


def judged(server: fake.ChatServer, folder: Path, cases: int = 5) -> Run:
    judge = ModelJudge(ChatClient(Endpoint(server.base_url, "fake", first_token_seconds=30, total_seconds=30)))
    return run({"toy": toy_cases()[:cases]}, replace(toy_system(), judge=judge), folder / "r.jsonl")


def test_the_judge_sees_question_facts_sources_and_answer(tmp_path):
    """As data on one line of JSON, under a schema that has it give its reason first."""
    with fake.ChatServer(fake.says(RIGHT)) as server:
        judged(server, tmp_path, cases=1)
    asked = fake.user_data(server.requests[0])
    assert asked["question"] == "东湖区2024年新增企业有多少家？"
    assert asked["facts"] == "120家"
    assert asked["sources"] == ["2024年东湖区新增企业120家，增长7.5%。"]
    assert "120家" in asked["answer"]
    schema = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == ["reason", "verdict"]


def test_only_answers_that_are_due_are_judged(tmp_path):
    """Five cases, of which the fifth is refused as it should be: four opinions, kept with their reasons."""
    with fake.ChatServer(fake.says(RIGHT), fake.says(WRONG)) as server:
        got = judged(server, tmp_path)
    assert [row.scores.get("judge") for row in got.rows] == [1, 0, 0, 0, None]
    assert got.rows[0].trace["judge"] == {"score": 1.0, "reason": "要点齐全。"}
    assert got.summary()["judge"].value == 0.25
    assert len(server.requests) == 4


def test_an_opinion_gates_nothing(tmp_path):
    """All answers are called wrong, where the run before had an opinion of each as right: the gate still passes."""
    with fake.ChatServer(fake.says(RIGHT)) as server:
        before = judged(server, tmp_path)
    with fake.ChatServer(fake.says(WRONG)) as server:
        after = judged(server, tmp_path)
    assert after.summary()["judge"].value == 0
    assert gate(after, before) == ()


@pytest.mark.parametrize("behaviour", [fake.says({"reason": "", "verdict": "great"}), fake.broken, fake.fails(500)])
def test_a_judge_that_fails_could_not_score(behaviour, tmp_path):
    """Counted apart, as neither right nor wrong; the other measures stand."""
    with fake.ChatServer(behaviour) as server:
        got = judged(server, tmp_path, cases=1)
    assert "judge" in got.rows[0].unscored
    assert "judge" not in got.rows[0].scores
    assert got.rows[0].correct
    assert got.summary()["judge"] is None


def test_an_unknown_verdict_is_told():
    with fake.ChatServer(fake.says({"reason": "", "verdict": "great"})) as server:
        judge = ModelJudge(ChatClient(Endpoint(server.base_url, "fake")))
        answer = toy_system().asker.ask(toy_cases()[0].question)
        with pytest.raises(GenerationError, match=r"'great'.*right, partly, wrong"):
            judge.judge(toy_cases()[0], answer)


def test_the_report_shows_opinions_only_where_there_are_any(tmp_path):
    with fake.ChatServer(fake.says(RIGHT)) as server:
        got = judged(server, tmp_path)
    assert "| 模型评判 | judge | 1.000 |" in markdown(got)
    assert "模型评判" not in markdown(toy_run(tmp_path / "plain.jsonl"))
