"""The history has a line for each run, and shows only runs of the same thing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evals.report import curves
from evals.results import Point, append, point, read_history
from tests.fakes.toy_system import toy_run

ONE = Point(
    "2026-11-24T08:00:00+00:00", "extractive", "abc", cases=420, passed=True, values={"correct": 0.5, "refused": 0.7}
)


def test_a_run_is_one_line(tmp_path: Path):
    """All 48 cases of the toy suite are right: correct is 1, and the gate let it pass."""
    made = point(toy_run(tmp_path / "r.jsonl"), ())
    assert (made.cases, made.passed, made.values["correct"], made.generator) == (48, True, 1.0, "toy")
    append(tmp_path / "h", made)
    append(tmp_path / "h", replace(made, passed=False))
    assert read_history(tmp_path / "h") == (made, replace(made, passed=False))


def test_runs_of_something_else_are_left_out(tmp_path: Path):
    """Another generator and a part of the suites are no earlier state; a broken line harms no other."""
    for other in (ONE, replace(ONE, generator="local/x"), replace(ONE, cases=33)):
        append(tmp_path, other)
    with (tmp_path / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    append(tmp_path, ONE)
    assert read_history(tmp_path, "extractive", 420) == (ONE, ONE)
    assert len(read_history(tmp_path)) == 4
    assert read_history(tmp_path / "none") == ()


def test_a_single_run_has_no_curve():
    """Two points make a line; a metric that one of them lacks is not drawn."""
    assert curves([ONE]) == ""
    later = replace(ONE, values={"correct": 0.6})
    assert "0.600 整题答对" in curves([ONE, later])
    assert "不能答的没有答" not in curves([ONE, later])
