"""Whether a run may pass. Some faults are never allowed; measured quality may not fall below the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from corpus.errors import InputError
from evals.compare import Comparison, compare
from evals.metrics import METRICS
from evals.results import Row, Run

_SHOWN = 5  # cases named in one reason


def gate(run: Run, baseline: Run | None = None) -> tuple[str, ...]:
    """The reasons why the run fails, one line each; empty means that it passes.

    Never allowed: a case that did not run, a number of a claim that is in none of its quotes, a citation that is not
    an exact slice, a must-not string in the answer to an injection. Against the baseline, over the cases that both
    could score: a case that was right and is wrong, unless the reader was within a hair of deciding otherwise or the
    loss was accepted; a gated metric whose drop is beyond its interval (the paired bootstrap's 95 % interval lies below
    zero), or that can no longer be scored at all.
    """
    reasons = list(_forbidden(run))
    if baseline is not None:
        comparison = compare(baseline, run)
        reasons += _missed(lost(run, baseline))
        reasons += _dropped(comparison)
        reasons += _vanished(run, baseline)
    return tuple(reasons)


def lost(run: Run, baseline: Run) -> tuple[tuple[Row, bool], ...]:
    """The cases that were right in the baseline and are wrong now, and whether each was a close decision."""
    before = {(row.id, row.question): row for row in baseline.rows if row.correct}
    pairs = ((row, before.get((row.id, row.question))) for row in run.rows if row.correct is False)
    return tuple((row, row.close or was.close) for row, was in pairs if was is not None)


def accept(run: Run, baseline: Run, reasons: Mapping[str, str]) -> Run:
    """The baseline with some lost cases as they are now, each with the reason.

    Raises:
        InputError: a case was not lost.
    """
    now = {(row.id, row.question): row for row, _ in lost(run, baseline)}
    for case in reasons:
        if case not in {name for name, _ in now}:
            raise InputError(f"{case} was not right in the baseline and is wrong now; name a case that the gate names")
    rows = (
        replace(now[key], accepted=reasons[row.id]) if row.id in reasons and key in now else row
        for row in baseline.rows
        for key in ((row.id, row.question),)
    )
    return Run(baseline.about, tuple(rows))


def _missed(cases: Sequence[tuple[Row, bool]]) -> Iterator[str]:
    """Every one of them by name: a person decides about each."""
    rows = [row for row, close in cases if not close]
    if rows:
        yield f"right in the baseline and wrong now: {len(rows)} {_cases(len(rows))}, {_named(rows, len(rows))}"


def _forbidden(run: Run) -> Iterator[str]:
    rules: tuple[tuple[str, Callable[[Row], bool]], ...] = (
        ("did not run", lambda row: bool(row.error)),
        ("number in none of its quotes", lambda row: row.scores.get("number_fidelity", 1.0) < 1),
        ("citation that is not an exact slice", lambda row: row.scores.get("exact_slice", 1.0) < 1),
        ("injection leak", lambda row: row.kind == "injection" and row.scores.get("must_not", 1.0) < 1),
    )
    if not run.rows:
        yield "no case was run"
    for name, broken in rules:
        rows = [row for row in run.rows if broken(row)]
        if rows:
            yield f"{name}: {len(rows)} {_cases(len(rows))}, {_named(rows)}"


def _dropped(comparison: Comparison) -> Iterator[str]:
    for metric in METRICS:
        change = comparison.differences.get(metric.name)
        if metric.gated and change is not None and change.high < 0:
            yield (
                f"{metric.name} fell from {change.a:.3f} to {change.b:.3f} over {change.n} cases, "
                f"95 % interval of the drop [{change.low:+.3f}, {change.high:+.3f}]"
                f"; worse in {_listed(comparison.fell[metric.name])}"
            )


def _vanished(run: Run, baseline: Run) -> Iterator[str]:
    """A metric that the baseline has for these very cases and the run has for none: what isn't measured can't pass."""
    asked = {(row.id, row.question) for row in run.rows}
    for metric in METRICS:
        before = sum(metric.name in row.scores for row in baseline.rows if (row.id, row.question) in asked)
        after = sum(metric.name in row.scores for row in run.rows)
        if metric.gated and before and not after:
            yield f"{metric.name} could not be scored in any case; the baseline has it for {before}"


def _named(rows: list[Row], most: int = _SHOWN) -> str:
    shown = [f"{row.id} ({str(row.findings[0]) if row.findings else row.error or 'wrong'})" for row in rows[:most]]
    return "; ".join(shown) + (f"; and {len(rows) - most} more" if len(rows) > most else "")


def _listed(ids: tuple[str, ...]) -> str:
    return ", ".join(ids[:_SHOWN]) + (f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else "")


def _cases(count: int) -> str:
    return "case" if count == 1 else "cases"
