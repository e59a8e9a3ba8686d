"""The report shows what the run holds, escaped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.compare import compare
from evals.metrics import Flaw
from evals.report import markdown
from evals.results import Run, append, point, read_history
from tests.fakes.mutations import mutations
from tests.fakes.toy_system import ToyAssistant, toy_cases, toy_run, toy_system


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return toy_run(tmp_path_factory.mktemp("run") / "a.jsonl")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Run:
    mutation = next(one for one in mutations(toy_cases()) if one.name == "ignore the year")
    return toy_run(tmp_path_factory.mktemp("run") / "b.jsonl", mutation.apply(ToyAssistant, toy_system()))


def test_wrong_cases_stand_with_question_and_fault(broken: Run):
    """A case whose year was ignored: its question, and that it was answered."""
    row = next(row for row in broken.rows if row.id == "year-0")
    line = next(line for line in markdown(broken).splitlines() if line.startswith("- year-0："))
    assert row.question in line
    assert "资料没有写，却答了" in line


def test_right_cases_are_not_listed(sound: Run):
    """A run without a fault lists no case, and says so."""
    assert markdown(sound).rstrip().endswith("无。")


def test_the_tables_hold_the_summary(broken: Run):
    """Refused is 8 of 16: the years are ignored, the names are not."""
    refused = broken.summary()["refused"]
    assert refused is not None
    assert (refused.value, refused.n) == (0.5, 16)
    assert "| 不能答的没有答 | refused | 0.500 |" in markdown(broken)
    head, _, *kinds = markdown(broken).partition("## 分类\n\n")[2].partition("\n\n")[0].splitlines()
    assert head.startswith("| 类别 | 题数 | 整题答对 |")
    assert [line.count("|") for line in kinds] == [head.count("|")] * len(broken.kinds)


def test_what_comes_from_outside_is_escaped(broken: Run):
    """A question, a finding and a version that hold HTML are shown, not obeyed."""
    evil = '<img src=x onerror="alert(1)">|`'
    bad = replace(
        broken.rows[0], id=evil, question=evil, scores={"correct": 0.0}, findings=(Flaw("lacks", evil),), trace={}
    )
    shown = markdown(Run({"generator": evil}, (bad,)), reasons=(evil,))
    assert "<img" not in shown
    assert shown.count("&lt;img") == 5
    assert shown.count("\\|\\`") == 5


def test_a_case_that_did_not_run_is_listed_first_with_its_error(broken: Run):
    """Neither right nor wrong, and the gravest."""
    error = (Flaw("error", "TimeoutError: 60 s"),)
    failed = replace(broken.rows[-1], scores={}, unscored={"correct": "x"}, error="60 s", findings=error)
    listed = markdown(Run({}, (*broken.rows[:-1], failed))).partition("## 有误各例\n\n")[2]
    assert listed.startswith(f"- {failed.id}：")
    assert "TimeoutError: 60 s" in listed.splitlines()[0]


def test_the_verdict_is_shown_when_there_is_one(sound: Run):
    """Reasons, none of them, or no gate at all."""
    assert "关卡未通过" in markdown(sound, reasons=("refused fell",))
    assert "关卡通过" in markdown(sound, reasons=())
    assert "关卡" not in markdown(sound)


def test_flips_are_listed(sound: Run, broken: Run):
    """All eight questions about another year went from right to wrong."""
    assert "Right in A, wrong in B: 8" in markdown(broken, compared=compare(sound, broken))


def test_a_run_is_one_line_of_the_history(tmp_path: Path):
    """All 48 cases of the toy suite are right: correct is 1, and the gate let it pass. A broken line harms no other."""
    made = point(toy_run(tmp_path / "r.jsonl"), ())
    assert (made.cases, made.passed, made.values["correct"], made.generator) == (48, True, 1.0, "toy")
    append(tmp_path / "h", made)
    with (tmp_path / "h" / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    append(tmp_path / "h", replace(made, passed=False))
    assert read_history(tmp_path / "h") == (made, replace(made, passed=False))
    assert read_history(tmp_path / "none") == ()
