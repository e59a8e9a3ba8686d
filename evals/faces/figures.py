"""The right side of 评测: the latest figures with their history, and the cases that are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from assistant.locale import is_message
from assistant.web.html import Macros
from assistant.web.known import spoken
from corpus.errors import InputError
from corpus.normalise import join_lines
from evals.metrics import METRICS
from evals.proposals import gold_lines, nugget_lines, proposal
from evals.results import REPORT, RESULTS, Point, Result, read_run
from evals.suite import KINDS, Case

_SHARES = frozenset(metric.name for metric in METRICS) - {"length_ratio", "ms", "fell_back"}
_WIDTH, _HEIGHT = 96, 24  # of a curve, in pixels


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric of the latest run beside the runs before it; ``curve`` are the points of a line."""

    key: str
    name: str
    value: str
    bounds: str
    change: str
    curve: tuple[str, ...]


def figures(history: Sequence[Point], results: Path | None) -> Markup:
    """The latest run: whether it is good, its figures, how they came about, and what went wrong in it."""
    if not history:
        return Markup("")
    last = history[-1]
    same = [one for one in history if (one.generator, one.cases) == (last.generator, last.cases)]
    return PAGE_PARTS.figures(last, list(_rows(last, same)), len(same), _wrong(results, last))


def _rows(last: Point, same: Sequence[Point]) -> Iterator[MetricRow]:
    before = same[-2].values if len(same) > 1 else {}
    for metric in METRICS:
        name = metric.name
        if name not in last.values:
            continue
        value = last.values[name]
        low, high = last.intervals.get(name, (value, value))
        bounds = f"{_shown(name, low)}–{_shown(name, high)}" if low < high else ""
        change = value - before.get(name, value)
        told = f"{change:+.3f}" if name in _SHARES else f"{change:+,.0f}"
        curve = _curve([one.values[name] for one in same if name in one.values])
        yield MetricRow(metric.key, name, _shown(name, value), bounds, told if abs(change) >= 0.0005 else "=", curve)


def _shown(name: str, value: float) -> str:
    return f"{value:.3f}" if name in _SHARES or value < 10 else f"{value:,.0f}"


def _curve(values: Sequence[float]) -> tuple[str, ...]:
    """The values of all runs as a line."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = _WIDTH / max(len(values) - 1, 1)
    points = ((n * step, _HEIGHT - 3 - (value - low) / span * (_HEIGHT - 6)) for n, value in enumerate(values))
    return tuple(f"{x:.1f},{y:.1f}" for x, y in points)


def _wrong(results: Path | None, last: Point) -> list[Result] | None:
    """The cases of the latest run that are wrong or could not be run; none where its results are not there."""
    if results is None or not (results / RESULTS).is_file():
        return None
    try:
        found = read_run(results / RESULTS)
    except InputError:
        return None
    if (str(found.about.get("started")), len(found.rows)) != (last.started, last.cases):
        return None  # of another run
    return [row for row in found.rows if row.error or row.correct is False]


def _history(case: Mapping[str, Any]) -> list[str]:
    return [one if isinstance(one, str) else str(one.get("question", "")) for one in case.get("history", ())]


def _nuggets(case: Mapping[str, Any]) -> Iterator[str]:
    for nugget in case.get("nuggets", ()):
        forms = nugget.get("forms", ()) if isinstance(nugget, dict) else (str(nugget),)
        yield " / ".join(map(str, forms))


def _form_of(case: Case) -> dict[str, Any]:
    """The form as it stands before anybody typed."""
    return {
        "question": case.question,
        "kind": case.kind,
        "answerable": case.answerable,
        "nuggets": nugget_lines(case),
        "gold": gold_lines(case),
        "must_not": "\n".join(case.must_not),
        "note": case.note,
    }


PAGE_PARTS = Macros(
    "page",
    "evals",
    KINDS=KINDS,
    MOST=100,  # failures listed
    REPORT=REPORT,
    form_of=_form_of,
    history=_history,
    is_message=is_message,
    join_lines=join_lines,
    nuggets=_nuggets,
    proposal=proposal,
    quote=quote,
    spoken=spoken,
)
