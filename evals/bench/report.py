"""The table: each measure with its 95 % interval, and how search differs from each baseline, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.metrics import estimate, paired


@dataclass(frozen=True, slots=True)
class Column:
    """One system's values, by measure and question, and the milliseconds that its questions took."""

    name: str
    values: Mapping[str, Sequence[float]]
    milliseconds: Sequence[float]


def to_markdown(title: str, passages: int, columns: Sequence[Column]) -> str:
    """A table of all columns; the last is compared with each of the others."""
    names = [column.name for column in columns]
    questions = len(next(iter(columns[0].values.values())))
    lines = [f"## {title}: {passages} passages, {questions} questions", "", _row(["", *names])]
    lines.append(_row(["---"] * (1 + len(columns))))
    lines += [
        _row([measure, *(_estimate(column.values[measure]) for column in columns)]) for measure in columns[0].values
    ]
    lines.append(_row(["ms p50 / p95", *(_latency(column.milliseconds) for column in columns)]))
    return "\n".join([*lines, "", *_differences(columns), ""])


def to_dict(title: str, passages: int, columns: Sequence[Column]) -> dict[str, Any]:
    """For ``--json``: each column's estimates, and the last one's differences to the others."""
    last = columns[-1]
    return {
        "set": title,
        "passages": passages,
        "columns": {
            column.name: {measure: _dict(estimate(values)) for measure, values in column.values.items()}
            | {"ms": {"p50": percentile(column.milliseconds, 50), "p95": percentile(column.milliseconds, 95)}}
            for column in columns
        },
        "differences": {
            other.name: {m: _dict(paired(other.values[m], values)) for m, values in last.values.items()}
            for other in columns[:-1]
        },
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile; 0 without values."""
    ordered = sorted(values)
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)] if ordered else 0.0


def _differences(columns: Sequence[Column]) -> Iterator[str]:
    last = columns[-1]
    for other in columns[:-1]:
        for measure in ("hit@1", "hit@5", "MRR@10"):
            found = paired(other.values[measure], last.values[measure])
            if found:
                interval = f"[{found.low:+.3f}, {found.high:+.3f}]"
                yield f"{last.name} − {other.name}, {measure}: {found.value:+.3f} {interval}, p = {found.p:.4f}"


def _estimate(values: Sequence[float]) -> str:
    found = estimate(values)
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" if found else "–"


def _latency(milliseconds: Sequence[float]) -> str:
    return f"{percentile(milliseconds, 50):.1f} / {percentile(milliseconds, 95):.1f}" if milliseconds else "–"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _dict(found: Any) -> dict[str, Any] | None:
    return asdict(found) if found else None
