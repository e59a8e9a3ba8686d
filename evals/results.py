"""The results of a run as JSONL: a first line about the run, then a line a case with its scores and its trace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from evals.metrics import METRICS, Estimate, Flaw, estimate
from evals.suite import KINDS

_FORMAT = "dafu-eval/1"


@dataclass(frozen=True, slots=True)
class Result:
    """One case of a run. ``trace`` holds the whole case, hits, answer, error and time; a baseline leaves it out.

    ``close``: the reader was within a hair of deciding otherwise; ``accepted``: why a baseline holds a loss.
    ``scores`` by metric; ``unscored``: metric → why; ``findings``: what is wrong; ``error``: why the case
    did not run, empty if it did.
    """

    id: str
    suite: str
    kind: str
    question: str
    scores: Mapping[str, float]
    unscored: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Flaw, ...] = ()
    error: str = ""
    close: bool = False
    accepted: str = ""
    trace: Mapping[str, Any] = field(default_factory=dict)

    @property
    def correct(self) -> bool | None:
        """Whether the whole case is right; None if it could not be scored."""
        return None if "correct" not in self.scores else self.scores["correct"] == 1

    def to_dict(self) -> dict[str, Any]:
        """The row as its JSON line, empty parts left out."""
        named = {name: getattr(self, name) for name in ("id", "suite", "kind", "question", "scores")}
        rest = {
            "unscored": self.unscored,
            "findings": [[one.kind, one.text] for one in self.findings],
            "error": self.error,
            "close": self.close,
            "accepted": self.accepted,
            "trace": self.trace,
        }
        return named | {name: value for name, value in rest.items() if value}


@dataclass(frozen=True, slots=True)
class Run:
    """A run: what was run (versions of program, commit, model, documents; suites; generator) and its rows in order."""

    about: Mapping[str, Any]
    rows: tuple[Result, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the rows, in the order of the suites' definition."""
        there = {row.kind for row in self.rows}
        return tuple(kind for kind in KINDS if kind in there)

    def of_kind(self, kind: str) -> Run:
        """The rows of one kind."""
        return Run(self.about, tuple(row for row in self.rows if row.kind == kind))

    def summary(self) -> dict[str, Estimate | None]:
        """Each metric over all the rows that it applies to; None where no row was scored."""
        return {
            metric.name: estimate(
                [row.scores[metric.name] for row in self.rows if metric.name in row.scores],
                metric.statistic,
                sum(metric.name in row.unscored for row in self.rows),
            )
            for metric in METRICS
        }


def header_line(about: Mapping[str, Any]) -> str:
    """The first line of a results file."""
    return json.dumps({"format": _FORMAT} | dict(about), ensure_ascii=False)


def row_line(row: Result) -> str:
    """A case's line of a results file."""
    return json.dumps(row.to_dict(), ensure_ascii=False)


def read_run(path: Path) -> Run:
    """A results file, a baseline too.

    Raises:
        InputError: it is missing, or not a results file.
    """
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); name a results file of `dafu eval run`"
        ) from error
    except ValueError as error:
        raise InputError(f"{path}: not JSONL ({error}); name a results file of `dafu eval run`") from error
    if not lines or not isinstance(lines[0], dict) or lines[0].get("format") != _FORMAT:
        raise InputError(f"{path}: does not begin with {_FORMAT!r}; name a results file of `dafu eval run`")
    return Run({key: value for key, value in lines[0].items() if key != "format"}, tuple(map(_row, lines[1:])))


def read_unfinished(path: Path, about: Mapping[str, Any]) -> tuple[Result, ...]:
    """The rows that an interrupted run of the very same program, model and documents left; none if it was another.

    A line that was cut off while it was written is left out.
    """
    try:
        header, *lines = path.read_text(encoding="utf-8").split("\n")
        begun = json.loads(header)
    except (OSError, ValueError):
        return ()
    if not isinstance(begun, dict) or _identity(begun) != _identity(json.loads(header_line(about))):
        return ()
    rows = []
    for line in lines:
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, TypeError):
            break
    return tuple(rows)


def _identity(header: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in header.items() if key not in {"started", "commit"}}


def baseline_path(generator: str) -> Path:
    """Where the committed baseline of a generator is, if there is one."""
    return Path(__file__).parent / "baseline" / f"{generator}.jsonl"


def write_baseline(run: Run, path: Path) -> None:
    """The run without traces and times, small and stable enough to be committed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in _baseline_lines(run)), encoding="utf-8")


def _baseline_lines(run: Run) -> Iterable[str]:
    yield header_line({key: value for key, value in run.about.items() if key not in {"started", "commit"}})
    for row in run.rows:
        scores = {name: _short(value) for name, value in row.scores.items() if name != "ms"}
        bare = replace(row, scores=scores, trace={})
        yield json.dumps(bare.to_dict(), ensure_ascii=False, separators=(",", ":"))


def _short(score: float) -> float:
    """1.0 as 1, and as many digits as two machines agree on."""
    return int(score) if score == int(score) else round(score, 4)


def _row(line: Mapping[str, Any]) -> Result:
    return Result(**{**line, "findings": tuple(Flaw(*one) for one in line.get("findings", ()))})


# What became of the figures: one line a finished run, kept beside the latest reports

REPORT = "report.md"
"""The latest report, in the same folder."""

RESULTS = "latest.jsonl"
"""The latest results, case by case, in the same folder."""

_HISTORY = "history.jsonl"


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
    with (folder / _HISTORY).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def read_history(folder: Path) -> tuple[Point, ...]:
    """The points of a folder, oldest first; a line that cannot be read is left out."""
    path = folder / _HISTORY
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return tuple(one for line in lines if (one := _parsed(line)) is not None)


def _parsed(line: str) -> Point | None:
    try:
        return Point(**json.loads(line))
    except (ValueError, TypeError):
        return None
