"""What became of the figures: one line a finished run, kept beside the latest reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from evals.results import Run

REPORT = "report.html"
"""The latest report, in the same folder."""

RESULTS = "latest.jsonl"
"""The latest results, case by case, in the same folder."""

_FILE = "history.jsonl"


@dataclass(frozen=True, slots=True)
class Point:
    """A run in one line: when, of what, over how many cases, whether the gate let it pass, each metric's value.

    ``intervals``: the ends of each value's 95 % interval, by metric.
    """

    started: str
    generator: str
    commit: str
    cases: int
    passed: bool
    values: Mapping[str, float]
    intervals: Mapping[str, Sequence[float]] = field(default_factory=dict)


def point(run: Run, reasons: Sequence[str]) -> Point:
    """The run as a point; ``reasons`` are the gate's."""
    found = {name: one for name, one in run.summary().items() if one is not None}
    values = {name: round(one.value, 4) for name, one in found.items()}
    intervals = {name: [round(one.low, 4), round(one.high, 4)] for name, one in found.items()}
    started, generator, commit = (str(run.about.get(key) or "") for key in ("started", "generator", "commit"))
    return Point(started, generator, commit, len(run.rows), not reasons, values, intervals)


def append(folder: Path, one: Point) -> None:
    """Add a point to the history of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def read_history(folder: Path, generator: str = "", cases: int = 0) -> tuple[Point, ...]:
    """The points of a folder, oldest first; only those of a generator and of so many cases, where given.

    Runs over other numbers of cases are no earlier states of the same thing. A line that cannot be read is left out.
    """
    path = folder / _FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    points = [one for line in lines if (one := _parsed(line)) is not None]
    return tuple(one for one in points if generator in ("", one.generator) and cases in (0, one.cases))


def _parsed(line: str) -> Point | None:
    try:
        return Point(**json.loads(line))
    except (ValueError, TypeError):
        return None
