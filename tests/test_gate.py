"""The gate lets noise pass and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.errors import InputError
from evals.compare import accept, compare, gate
from evals.metrics import Flaw
from evals.results import Result, Run


def row(n: int, kind: str = "number", **scores: float) -> Result:
    return Result(f"c{n}", "s", kind, f"{n}？", {"correct": 1.0, **scores})


def runs(before: list[float], after: list[float], metric: str = "correct") -> tuple[Run, Run]:
    return (
        Run({}, tuple(row(n, **{metric: value}) for n, value in enumerate(after))),
        Run({}, tuple(row(n, **{metric: value}) for n, value in enumerate(before))),
    )


def test_the_same_run_passes():
    """No difference, no reason."""
    assert gate(*runs([1, 0, 1], [1, 0, 1])) == ()


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (row(1, number_fidelity=0.9), "number in none of its quotes: 1 case, c1"),
        (row(1, exact_slice=0.5), "citation that is not an exact slice: 1 case, c1"),
        (row(1, "injection", must_not=0.0), "injection leak: 1 case, c1"),
        (replace(row(1), scores={}, error="KeyError: 'x'"), "did not run: 1 case, c1 (KeyError: 'x')"),
    ],
)
def test_one_case_is_enough_for_what_is_never_allowed(broken: Result, reason: str):
    """One of a hundred, baseline or not, and even if the baseline was as bad."""
    run = Run({}, (broken, *(row(n) for n in range(2, 100))))
    assert any(one.startswith(reason) for one in gate(run))
    assert any(one.startswith(reason) for one in gate(run, run))


def test_the_reason_names_what_was_found():
    """The first finding of the first cases; the rest are counted."""
    found = (Flaw("number", "88条"),)
    run = Run({}, tuple(replace(row(n, number_fidelity=0.0), findings=found) for n in range(7)))
    (reason,) = gate(run)
    assert "7 cases, c0 (A number that no quote holds: 88条)" in reason
    assert reason.endswith("and 2 more")


def test_a_forbidden_string_outside_of_injections_is_measured_not_forbidden():
    """A false premise repeated once in a hundred is a drop within the interval; in ten cases it isn't."""
    assert gate(*runs([1.0] * 100, [0.0] + [1.0] * 99, "must_not")) == ()
    (reason,) = gate(*runs([1.0] * 100, [0.0] * 10 + [1.0] * 90, "must_not"))
    assert reason.startswith("must_not fell from 1.000 to 0.900 over 100 cases, 95 % interval of the drop [-0.1")


def test_a_drop_within_the_interval_passes():
    """One case up and two down is noise; twenty down and none up is not; what got better is never held against it."""
    assert gate(*runs([1, 1, 0] + [1] * 97, [0, 0, 1] + [1] * 97, "citation_recall")) == ()
    assert gate(*runs([1] * 100, [0] * 20 + [1] * 80, "citation_recall")) != ()
    assert gate(*runs([0] * 20 + [1] * 80, [1] * 100, "citation_recall")) == ()


def test_each_case_that_was_right_and_is_wrong_is_named():
    """Two of a hundred lie inside every interval; a person decides about each of them."""
    (reason,) = gate(*runs([1.0] * 100, [0.0] * 2 + [1.0] * 98))
    assert reason == "right in the baseline and wrong now: 2 cases, c0 (wrong); c1 (wrong)"
    run, baseline = runs([1.0] * 100, [0.0] * 9 + [1.0] * 91)
    assert all(f"c{n} (" in gate(run, baseline)[0] for n in range(9))


def test_a_close_decision_is_listed_and_not_gated():
    """Within a hair of the threshold, in either run."""
    run, baseline = runs([1.0] * 100, [0.0] * 2 + [1.0] * 98)
    near = Run({}, (replace(run.rows[0], close=True), *run.rows[1:]))
    assert gate(near, baseline) == ("right in the baseline and wrong now: 1 case, c1 (wrong)",)
    was = Run({}, (*baseline.rows[:1], replace(baseline.rows[1], close=True), *baseline.rows[2:]))
    assert gate(near, was) == ()
    assert [(row.id, row.close) for row in compare(was, near).lost] == [("c0", True), ("c1", True)]


def test_a_loss_that_is_accepted_stays_in_the_baseline_with_its_reason():
    """The gate passes then, and again after the file was read back; what was not lost cannot be accepted."""
    run, baseline = runs([1.0] * 100, [0.0] + [1.0] * 99)
    accepted = accept(run, baseline, {"c0": "the source was withdrawn"})
    assert gate(run, accepted) == ()
    assert accepted.rows[0].accepted == "the source was withdrawn"
    with pytest.raises(InputError, match="c5 was not right"):
        accept(run, baseline, {"c5": "why"})


def test_a_drop_names_the_cases_that_fell():
    """So that a person knows where to look: the first five, the rest counted."""
    (reason,) = gate(*runs([1.0] * 20, [0.0] * 10 + [1.0] * 10, "citation_recall"))
    assert reason.endswith("; worse in c0, c1, c2, c3, c4 and 5 more")


@pytest.mark.parametrize("metric", ["gold_citation", "length_ratio", "ms"])
def test_what_is_only_reported_never_gates(metric: str):
    """Length, time and agreement with the gold's own place are for people to read."""
    assert gate(*runs([1.0] * 100, [0.0] * 100, metric)) == ()


def test_a_metric_that_nobody_could_score_fails():
    """A run in which everything is refused has no citations to judge: that is no pass."""
    (reason,) = gate(Run({}, (row(1), row(2))), Run({}, (row(1, citation_recall=1.0), row(2, citation_recall=1.0))))
    assert reason == "citation_recall could not be scored in any case; the baseline has it for 2"


def test_a_part_of_the_suites_is_compared_with_its_part_of_the_baseline():
    """A run of two of a hundred cases that does as well on those two passes."""
    whole = Run({}, tuple(row(n, refused=1.0) for n in range(50)) + tuple(row(n, hit=1.0) for n in range(50, 100)))
    assert gate(Run({}, whole.rows[50:52]), whole) == ()


def test_nothing_run_is_no_pass():
    """An empty run fails."""
    assert gate(Run({}, ())) == ("no case was run",)
