"""Two runs side by side: each mean's paired difference, and the cases that flipped each way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from evals.metrics import METRICS, Difference, Finding, paired
from evals.results import Row, Run


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that is right in one run and wrong in the other, with what was found wrong with it."""

    id: str
    kind: str
    question: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """B against A over the cases that both have. ``lost``: right in A, wrong in B; ``gained``: the reverse.

    ``only_a`` and ``only_b`` are ids of cases that the other run has not or asks otherwise; they are in no difference.
    ``fell``: the ids of the cases whose score is lower in B, by metric.
    """

    differences: Mapping[str, Difference]
    gained: tuple[Flip, ...]
    lost: tuple[Flip, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    fell: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self) | {"differences": {name: asdict(one) for name, one in self.differences.items()}}

    def to_markdown(self) -> str:
        """The table of differences and the lists of flips."""
        lines = ["| metric | n | A | B | B - A | 95 % interval | p |", "| --- | --: | --: | --: | --: | --- | --: |"]
        lines += [_line(name, one) for name, one in self.differences.items()]
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
        gained=tuple(_flip(old, old) for old, new in pairs if (old.correct, new.correct) == (False, True)),
        lost=tuple(_flip(new, new) for old, new in pairs if (old.correct, new.correct) == (True, False)),
        only_a=tuple(row.id for key, row in before.items() if key not in after),
        only_b=tuple(row.id for key, row in after.items() if key not in before),
        fell={name: _fell(name, pairs) for name in means},
    )


def _by_key(run: Run) -> dict[tuple[str, str], Row]:
    return {(row.id, row.question): row for row in run.rows}


def _difference(metric: str, pairs: list[tuple[Row, Row]]) -> Difference | None:
    scored = [
        (old.scores[metric], new.scores[metric]) for old, new in pairs if metric in old.scores and metric in new.scores
    ]
    return paired([old for old, _ in scored], [new for _, new in scored])


def _fell(metric: str, pairs: list[tuple[Row, Row]]) -> tuple[str, ...]:
    return tuple(
        new.id
        for old, new in pairs
        if metric in old.scores and metric in new.scores and new.scores[metric] < old.scores[metric] - 1e-4
    )


def _flip(row: Row, wrong: Row) -> Flip:
    return Flip(row.id, row.kind, row.question, wrong.findings)


def _line(name: str, one: Difference) -> str:
    figures = f"{one.a:.3f} | {one.b:.3f} | {one.value:+.3f} | [{one.low:+.3f}, {one.high:+.3f}] | {one.p:.4f}"
    return f"| {name} | {one.n} | {figures} |"
