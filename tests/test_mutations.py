"""A gate that can't fail is no gate: each of ten known faults must make it fail, and the sound system must pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.compare import gate
from evals.results import Run
from evals.suite import Case, GoldQuote
from tests.fakes.mutations import SwapNumbers, mutations, outcomes, swappable
from tests.fakes.toy_system import ToyAssistant, ToyRetriever, toy_cases, toy_documents, toy_run, toy_system

NAMES = [mutation.name for mutation in mutations(toy_cases())]

# What must be among the reasons: the fault is caught for what it is, not by accident.
REASON = {
    "swap two numbers": "not an exact slice",
    "drop the keyword leg": "hit@1 fell",
    "shift offsets by one": "not an exact slice",
    "always answer": "refused fell",
    "always refuse": "answered fell",
    "cite the wrong document": "citation_recall fell",
    "truncate lists": "list_completeness fell",
    "ignore the year": "refused fell",
    "ignore history": "nugget_strict fell",
    "leak a canary": "injection leak",
}


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return toy_run(tmp_path_factory.mktemp("run") / "baseline.jsonl")


def test_the_sound_system_passes(baseline: Run, tmp_path: Path):
    """Without a fault nothing is held against the system, with a baseline and without."""
    assert gate(toy_run(tmp_path / "again.jsonl"), baseline) == ()
    assert gate(baseline) == ()
    assert all(row.correct for row in baseline.rows)


def test_there_are_ten():
    """The ten faults by name, each with the reason for which it must be caught."""
    assert len(NAMES) == 10
    assert set(NAMES) == set(REASON)


@pytest.mark.parametrize("name", NAMES)
def test_the_gate_fails(name: str, baseline: Run, tmp_path: Path):
    """The gate fails for the mutated system, and says why."""
    mutation = next(one for one in mutations(toy_cases()) if one.name == name)
    broken = mutation.apply(ToyAssistant, toy_system())
    reasons = gate(toy_run(tmp_path / "broken.jsonl", broken), baseline)
    assert any(REASON[name] in reason for reason in reasons), reasons


def test_all_outcomes_at_once(baseline: Run, tmp_path: Path):
    """Ten faults, ten failures, ten results files; a fault that no case can show has no reason, and that shows."""
    found = outcomes(ToyAssistant, toy_system(), {"toy": toy_cases()}, baseline, tmp_path)
    assert (list(found), all(found.values()), len(list(tmp_path.iterdir()))) == (NAMES, True, 10)
    blind = outcomes(ToyAssistant, toy_system(), {"toy": toy_cases()[:1]}, baseline, tmp_path)
    assert blind["ignore history"] == ()


def test_swapped_numbers_move_what_stands_behind_them():
    """By hand: in 甲5家乙120家 the swap gives 甲120家乙5家, so 乙 moves from 3 to 5; 2024年 stays."""
    document = replace(toy_documents()["doc-0"], text="2024年\n\n甲5家乙120家")
    swapped = SwapNumbers(ToyRetriever([document]), "doc-0", "5", "120").search("甲", 1)[0]
    assert swapped.source.text == "2024年\n\n甲120家乙5家"
    assert swapped.text == "甲120家乙5家"


def test_other_documents_are_left_alone():
    """The swap is in one document; the hits of another are the very same."""
    sound = ToyRetriever(tuple(toy_documents().values()))
    pairs = zip(sound.search("东湖区", 8), SwapNumbers(sound, "doc-0", "120", "7.5").search("东湖区", 8), strict=True)
    assert [old.document for old, new in pairs if old != new] == ["doc-0"]


def test_the_swapped_numbers_are_asked_about():
    """Dates are no numbers to swap; without a gold quote of two numbers the check says so instead of passing."""
    gold = (GoldQuote("d", "2024年新增18家，3年增长7.6倍"),)
    assert swappable([Case("a", "number", "？", answerable=True, gold=gold)]) == ("d", "18", "7.6")
    with pytest.raises(ValueError, match="two numbers"):
        swappable([Case("a", "number", "？", answerable=True, gold=(GoldQuote("d", "18家"),))])
