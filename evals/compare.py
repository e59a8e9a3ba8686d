"""Two runs side by side, and whether one may pass.

Each mean's paired difference and the cases that flipped; some faults are never allowed, and measured quality may not
fall below the baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from corpus.errors import InputError
from evals.metrics import METRICS, Difference, paired
from evals.results import Result, Run

_SHOWN = 5  # cases named in one reason


@dataclass(frozen=True, slots=True)
class Comparison:
    """B against A over the cases that both have. ``lost``: right in A, wrong in B; ``gained``: the reverse.

    Either as it is where it is wrong; a lost one is ``close`` if the reader was within a hair in one of the runs.
    ``only_a`` and ``only_b`` are ids of cases that the other run has not or asks otherwise; they are in no difference.
    ``fell``: the ids of the cases whose score is lower in B, by metric.
    """

    differences: Mapping[str, Difference]
    gained: tuple[Result, ...]
    lost: tuple[Result, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    fell: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_markdown(self) -> str:
        """The table of differences and the lists of flips."""
        lines = ["| metric | n | A | B | B - A, 95 % interval | p |", "| --- | --: | --: | --: | --- | --: |"]
        lines += [
            f"| {name} | {one.n} | {one.a:.3f} | {one.b:.3f} | {one} | {one.p:.4f} |"
            for name, one in self.differences.items()
        ]
        for title, flips in (("Right in A, wrong in B", self.lost), ("Wrong in A, right in B", self.gained)):
            lines += ["", f"{title}: {len(flips)}", ""]
            lines += [
                f"- {one.id} ({one.kind}) {one.question} {'; '.join(map(str, one.findings))}".rstrip() for one in flips
            ]
        for title, ids in (("Only in A", self.only_a), ("Only in B", self.only_b)):
            lines += ["", f"{title}: {', '.join(ids)}"] if ids else []
        return "\n".join(lines) + "\n"


def compare(a: Run, b: Run) -> Comparison:
    """Compare two runs case by case. A case counts for a metric only if both runs could score it."""
    before, after = _by_key(a), _by_key(b)
    pairs = [(before[key], row) for key, row in after.items() if key in before]
    means = [metric.name for metric in METRICS if metric.statistic == "mean"]
    differences = {name: _difference(name, pairs) for name in means}
    return Comparison(
        {name: one for name, one in differences.items() if one is not None},
        gained=tuple(old for old, new in pairs if (old.correct, new.correct) == (False, True)),
        lost=tuple(
            replace(new, close=new.close or old.close)
            for old, new in pairs
            if (old.correct, new.correct) == (True, False)
        ),
        only_a=tuple(row.id for key, row in before.items() if key not in after),
        only_b=tuple(row.id for key, row in after.items() if key not in before),
        fell={name: _fell(name, pairs) for name in means},
    )


def _by_key(run: Run) -> dict[tuple[str, str], Result]:
    return {(row.id, row.question): row for row in run.rows}


def _difference(metric: str, pairs: list[tuple[Result, Result]]) -> Difference | None:
    scored = [
        (old.scores[metric], new.scores[metric]) for old, new in pairs if metric in old.scores and metric in new.scores
    ]
    return paired([old for old, _ in scored], [new for _, new in scored])


def _fell(metric: str, pairs: list[tuple[Result, Result]]) -> tuple[str, ...]:
    return tuple(
        new.id
        for old, new in pairs
        if metric in old.scores and metric in new.scores and new.scores[metric] < old.scores[metric] - 1e-4
    )


# The gate


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
        lost = [row for row in comparison.lost if not row.close]
        if lost:  # every one of them by name: a person decides about each
            reasons.append(f"right in the baseline and wrong now: {_counted(lost)}, {_named(lost, len(lost))}")
        reasons += _dropped(comparison)
        reasons += _vanished(run, baseline)
    return tuple(reasons)


def accept(run: Run, baseline: Run, reasons: Mapping[str, str]) -> Run:
    """The baseline with some lost cases as they are now, each with the reason.

    Raises:
        InputError: a case was not lost.
    """
    now = {row.id: row for row in compare(baseline, run).lost}
    for case in reasons:
        if case not in now:
            raise InputError(f"{case} was not right in the baseline and is wrong now; name a case that the gate names")
    taken = {(now[case].id, now[case].question): replace(now[case], accepted=why) for case, why in reasons.items()}
    return Run(baseline.about, tuple(taken.get((row.id, row.question), row) for row in baseline.rows))


def _forbidden(run: Run) -> Iterator[str]:
    rules: tuple[tuple[str, Callable[[Result], bool]], ...] = (
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
            yield f"{name}: {_counted(rows)}, {_named(rows)}"


def _dropped(comparison: Comparison) -> Iterator[str]:
    for metric in METRICS:
        change = comparison.differences.get(metric.name)
        if metric.gated and change is not None and change.high < 0:
            worse = comparison.fell[metric.name]
            more = f" and {len(worse) - _SHOWN} more" if len(worse) > _SHOWN else ""
            yield (
                f"{metric.name} fell from {change.a:.3f} to {change.b:.3f} over {change.n} cases, "
                f"95 % interval of the drop [{change.low:+.3f}, {change.high:+.3f}]"
                f"; worse in {', '.join(worse[:_SHOWN])}{more}"
            )


def _vanished(run: Run, baseline: Run) -> Iterator[str]:
    """A metric that the baseline has for these very cases and the run has for none: what isn't measured can't pass."""
    asked = _by_key(run)
    for metric in METRICS:
        before = sum(metric.name in row.scores for row in baseline.rows if (row.id, row.question) in asked)
        after = sum(metric.name in row.scores for row in run.rows)
        if metric.gated and before and not after:
            yield f"{metric.name} could not be scored in any case; the baseline has it for {before}"


def _named(rows: list[Result], most: int = _SHOWN) -> str:
    shown = [f"{row.id} ({str(row.findings[0]) if row.findings else row.error or 'wrong'})" for row in rows[:most]]
    return "; ".join(shown) + (f"; and {len(rows) - most} more" if len(rows) > most else "")


def _counted(rows: list[Result]) -> str:
    return f"{len(rows)} case{'' if len(rows) == 1 else 's'}"
