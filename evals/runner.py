"""Suites → results: each case is asked, searched and scored, and written down as soon as it is done."""

from __future__ import annotations

import hashlib
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.conversation import Answers
from assistant.verify.verdict import Verifier
from corpus.document import Document
from corpus.errors import GenerationError
from corpus.parse import SUFFIXES, read_document
from evals.judge import ModelJudge
from evals.metrics import Scores, score, unscored
from evals.metrics.retrieval import DEPTH, ir_measures
from evals.results import Result, Run, header_line, read_unfinished, row_line
from evals.suite import Case, case_to_dict
from index.hit import Retriever

AS_OF = "2026-11-24"
"""Answers of a run are given for this day, whenever it runs: 今年 and what is in force must not move a figure."""

HAIR = 0.02
"""Of sureness: two processors may differ by as much, so a decision within it is no loss of the program's."""

Progress = Callable[[int, int], None]
"""Called with the number of cases done and the number there are."""


_PACKAGES = ("corpus", "index", "assistant", "evals/metrics")
_DECIDES = frozenset({".py", ".json", ".txt", ".toml", ".yaml"})


@dataclass(frozen=True, slots=True)
class System:
    """What is measured and what it is measured against.

    ``documents`` are the originals by id, read from their files and not from the index, so that a wrong offset or a
    changed character in the index shows. ``versions`` adds what only the caller knows: encoder, generator. A ``judge``
    is asked about answers that are given where one is due.
    """

    asker: Answers
    retriever: Retriever
    documents: Mapping[str, Document]
    verifier: Verifier
    versions: Mapping[str, Any] = field(default_factory=dict)
    judge: ModelJudge | None = None


def read_documents(folder: Path) -> dict[str, Document]:
    """Every document below a folder, by id; DafuError if one cannot be read."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return {document.id: document for document in (read_document(path, folder) for path in paths)}


def run(
    suites: Mapping[str, Sequence[Case]],
    system: System,
    out: Path,
    *,
    workers: int = 1,
    resume: bool = False,
    progress: Progress = lambda *_: None,
) -> Run:
    """Run the suites and write the results to ``out`` line by line, in the order of the suites whatever the workers do.

    A case that raises is a row with its traceback that could not be scored; the gate fails on it. With ``resume`` a
    case that ``out`` has from an interrupted run of the same program, models and documents is not asked again.

    Raises:
        InputError: ir-measures is not installed.
    """
    ir_measures()  # missing, it would fail every case instead of the run
    about = _about(suites, system)
    cases = [(suite, case) for suite, members in suites.items() for case in members]
    out.parent.mkdir(parents=True, exist_ok=True)
    kept = {(row.suite, row.id): row for row in read_unfinished(out, about) if not row.error} if resume else {}
    rows: list[Result] = []
    with out.open("w", encoding="utf-8") as file:
        file.write(header_line(about) + "\n")
        for row in _rows(cases, system, workers, kept):
            rows.append(row)
            file.write(row_line(row) + "\n")
            file.flush()
            progress(len(rows), len(cases))
    return Run(about, tuple(rows))


def run_case(suite: str, case: Case, system: System) -> Result:
    """Ask and score one case, with its full trace."""
    began = time.perf_counter()
    try:
        answer = system.asker.ask(case.question, case.history)
        ms = round((time.perf_counter() - began) * 1000, 1)
        hits = list(system.retriever.search(answer.standalone_question, DEPTH))
        scores = score(case, answer, hits, system.documents, system.verifier)
    except Exception as error:  # noqa: BLE001 (kept with its traceback, counted apart, and the gate fails on it)
        reason = f"{type(error).__name__}: {error}"
        trace = {"case": case_to_dict(case), "traceback": traceback.format_exc()}
        return _row(suite, case, unscored(case, reason), trace, error=reason)
    timed = replace(scores, values={**scores.values, "ms": ms})
    judged, opinion = _judged(timed, case, answer, system.judge)
    told = {"case": case_to_dict(case), "answer": answer.to_dict(), "hits": [hit.to_dict() for hit in hits]}
    row = _row(suite, case, judged, told | opinion)
    return replace(row, close=answer.margin < HAIR)


def _judged(scores: Scores, case: Case, answer: Answer, judge: ModelJudge | None) -> tuple[Scores, dict[str, Any]]:
    """The scores with the judge's, and its opinion for the trace; a judge that fails could not score the case."""
    if judge is None or not (case.answerable and answer.answered):
        return scores, {}
    try:
        opinion = judge.judge(case, answer)
    except GenerationError as error:
        return replace(scores, unscored={**scores.unscored, "judge": str(error)}), {}
    return replace(scores, values={**scores.values, "judge": opinion.score}), {"judge": asdict(opinion)}


def _row(suite: str, case: Case, scores: Scores, trace: Mapping[str, Any], error: str = "") -> Result:
    parts = (scores.values, scores.unscored, scores.findings)
    return Result(case.id, suite, case.kind, case.question, *parts, error, trace=trace)


def _rows(
    cases: Sequence[tuple[str, Case]], system: System, workers: int, kept: Mapping[tuple[str, str], Result]
) -> Iterator[Result]:
    def one(pair: tuple[str, Case]) -> Result:
        suite, case = pair
        row = kept.get((suite, case.id))
        return row if row and row.trace.get("case") == case_to_dict(case) else run_case(suite, case, system)

    if workers <= 1:
        yield from map(one, cases)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, cases)


def _about(suites: Mapping[str, Sequence[Case]], system: System) -> dict[str, Any]:
    hashes = {name: hashlib.sha256(one.text.encode()).hexdigest() for name, one in sorted(system.documents.items())}
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "suites": {name: len(cases) for name, cases in suites.items()},
        "dafu": version("dafu"),
        "commit": _commit(),
        "program": _program(),
        **system.versions,
        "documents": hashes,
    }


def _program() -> str:
    """A hash over everything that decides an answer or a score: two runs with the same one can be told as one."""
    root, found = Path(__file__).parent.parent, hashlib.sha256()
    paths = (path for package in _PACKAGES for path in (root / package).rglob("*") if path.suffix in _DECIDES)
    for path in sorted(paths):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _commit() -> str | None:
    """The commit that this program was checked out from, with ``+`` where files differ from it; None outside of git."""
    root = Path(__file__).parent.parent
    if not (root / ".git").exists():
        return None
    try:
        return _git(root, "rev-parse", "--short=12", "HEAD") + ("+" if _git(root, "status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):  # git is not installed, or the repository has no commit yet
        return None


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
