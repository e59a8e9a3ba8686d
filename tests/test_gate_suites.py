"""The real assistant over all suites: it passes the gate against the committed baseline, and no known fault does.

The baseline is made by ``dafu eval run --write-baseline``. What a fault can't show in is left out of its run, so that
all ten take seconds; ``pytest -m full`` runs each over everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.evidence import EvidenceFinder
from assistant.verify import RuleVerifier
from evals.gate import gate
from evals.mutations import Build, Mutation, mutations, remembering, swappable
from evals.results import Run, baseline_path, read_run
from evals.runner import AS_OF, System, run
from evals.suite import Case, load, suite_names
from index.reader import load_reader

pytestmark = pytest.mark.model

SUITES = {name: load(name) for name in suite_names()}
CASES = tuple(case for cases in SUITES.values() for case in cases)
MUTATIONS = {mutation.name: mutation for mutation in mutations(CASES)}


def everything(case: Case) -> bool:
    return bool(case)


def third(case: Case) -> bool:
    """Every third case of each suite."""
    return int(re.sub(r"\D", "", case.id)) % 3 == 0


def swapped(case: Case) -> bool:
    return any(gold.document == swappable(CASES)[0] for gold in case.gold)


def dated(case: Case) -> bool:
    """Asks about a year, or about this or last year."""
    return re.search(r"\d{4}\s*年?|[今去前明后]年|20\d\d", f"{case.question} {case.history}") is not None


@dataclass(frozen=True)
class Fault:
    """What must be among the gate's reasons, so that a fault is caught for what it is; and where it can show."""

    reason: str
    shows: Callable[[Case], bool]


FAULTS = {
    "swap two numbers": Fault("not an exact slice", swapped),
    "drop the keyword leg": Fault("hit@1 fell", third),
    "shift offsets by one": Fault("not an exact slice", third),
    "always answer": Fault("refused fell", lambda case: not case.answerable),
    "always refuse": Fault("answered fell", third),
    "cite the wrong document": Fault("citation_recall fell", third),
    "truncate lists": Fault("list_completeness fell", lambda case: case.kind == "list"),
    "ignore the year": Fault("refused fell", dated),
    "ignore history": Fault("nugget_strict fell", lambda case: bool(case.history)),
    "leak a canary": Fault("injection leak", lambda case: case.kind == "injection"),
}


@dataclass(frozen=True)
class Sound:
    """The sound system, how an assistant is built over another retriever, and what it did on all suites."""

    system: System
    build: Build
    run: Run


@pytest.fixture(scope="module")
def sound(searcher, documents, tmp_path_factory) -> Sound:
    encoder = searcher.encoder
    finder = EvidenceFinder(encoder, load_reader(encoder))  # one for all: it keeps the vectors of sentences

    def build(retriever):
        return Assistant(retriever, finder=finder, as_of=AS_OF)

    versions = {"generator": "extractive", "encoder": searcher.encoder.fingerprint}
    system = remembering(System(build(searcher), searcher, documents, RuleVerifier(), versions))
    return Sound(system, build, run(SUITES, system, tmp_path_factory.mktemp("eval") / "sound.jsonl"))


def test_the_gate_passes(sound: Sound):
    """Nothing that is never allowed, and no drop beyond the interval below the committed baseline."""
    assert gate(sound.run, read_run(baseline_path("extractive"))) == ()


def test_the_baseline_is_of_these_suites():
    """A case that was added, removed or asked otherwise has no figure to hold: then the baseline is to be made anew."""
    kept = {(row.id, row.question) for row in read_run(baseline_path("extractive")).rows}
    assert kept == {(case.id, case.question) for case in CASES}


@pytest.mark.parametrize("name", FAULTS)
def test_a_known_fault_fails(sound: Sound, name: str, tmp_path: Path):
    """Over the cases that it can show in the gate fails, for that reason, and for one that was not there before."""
    assert FAULTS[name].reason in new_reasons(sound, MUTATIONS[name], FAULTS[name].shows, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("name", FAULTS)
def test_a_known_fault_fails_over_all_suites(sound: Sound, name: str, tmp_path: Path):
    """The same over everything, as `dafu eval run --gate` would see it."""
    assert FAULTS[name].reason in new_reasons(sound, MUTATIONS[name], everything, tmp_path)


def new_reasons(sound: Sound, mutation: Mutation, shows: Callable[[Case], bool], folder: Path) -> str:
    """Why the gate fails with the fault, over some cases, beyond what it holds against the sound system on these."""
    some = {suite: kept for suite, cases in SUITES.items() if (kept := [case for case in cases if shows(case)])}
    ids = {case.id for cases in some.values() for case in cases}
    before = Run({}, tuple(row for row in sound.run.rows if row.id in ids))
    broken = run(some, mutation.apply(sound.build, sound.system), folder / "broken.jsonl")
    return "\n".join(reason for reason in gate(broken, before) if reason not in gate(before))
