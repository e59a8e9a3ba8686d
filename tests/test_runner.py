"""A run asks every case once, keeps all that is needed to argue about it, and comes out the same again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer
from corpus.errors import GenerationError, InputError
from evals.compare import compare
from evals.results import Result, Run, read_run, write_baseline
from evals.runner import read_documents, run
from evals.suite import parse_case
from tests.fakes.toy_system import ToyAssistant, toy_cases, toy_documents, toy_run, toy_system


class Failing(ToyAssistant):
    """Fails on the questions that hold a word."""

    def __init__(self, retriever: object, word: str) -> None:
        super().__init__(retriever)
        self.word = word

    def ask(self, question: str, history: Sequence[object] = ()) -> Answer:
        if self.word in question:
            raise GenerationError("the language model hung")
        return super().ask(question, history)


def timeless(rows: Sequence[Result]) -> list[Result]:
    return [replace(row, scores={name: one for name, one in row.scores.items() if name != "ms"}) for row in rows]


def test_every_case_is_asked_once_with_its_history(tmp_path: Path):
    """In the order of the suites, each with its own history."""
    system = toy_system()
    done: list[tuple[int, int]] = []
    suites = {"one": toy_cases()[:3], "two": toy_cases()[3:5]}
    got = run(suites, system, tmp_path / "r.jsonl", progress=lambda at, of: done.append((at, of)))
    assert [row.id for row in got.rows] == ["num-0", "list-0", "fu-0", "inj-0", "year-0"]
    assert [row.suite for row in got.rows] == ["one"] * 3 + ["two"] * 2
    assert system.asker.asked == [(case.question, case.history) for case in toy_cases()[:5]]
    assert done == [(at, 5) for at in range(1, 6)]


def test_the_file_is_the_run(tmp_path: Path):
    """What is read back equals what was returned: scores, findings, traces and versions."""
    got = toy_run(tmp_path / "deep" / "r.jsonl")
    assert read_run(tmp_path / "deep" / "r.jsonl") == got


def test_workers_change_nothing_but_time(tmp_path: Path):
    """One worker, four workers, a second time: the same rows in the same order."""
    runs = [toy_run(tmp_path / f"{n}.jsonl", workers=workers) for n, workers in enumerate((1, 4, 1))]
    assert timeless(runs[0].rows) == timeless(runs[1].rows) == timeless(runs[2].rows)


def test_the_trace_is_complete(tmp_path: Path):
    """Case, answer and hits are kept whole; the first line says which documents and versions were measured."""
    got = toy_run(tmp_path / "r.jsonl")
    row = got.rows[2]
    assert parse_case(row.trace["case"]) == toy_cases()[2]
    assert row.trace["answer"]["standalone_question"] == "东湖区新增企业有多少家？"
    assert [hit["rank"] for hit in row.trace["hits"]] == list(range(1, 9))
    assert row.scores["ms"] >= 0
    text = toy_documents()["doc-0"].text
    assert got.about["documents"]["doc-0"] == hashlib.sha256(text.encode()).hexdigest()
    assert got.about["suites"] == {"toy": 48}
    assert {"dafu", "commit", "started", "encoder", "generator"} <= set(got.about)


def test_lines_are_written_as_they_come(tmp_path: Path):
    """After each case its line is in the file: a run that is cut off leaves what it did."""
    path, lines = tmp_path / "r.jsonl", []
    run(
        {"toy": toy_cases()[:3]},
        toy_system(),
        path,
        progress=lambda *_: lines.append(len(path.read_text().split("\n"))),
    )
    assert lines == [3, 4, 5]  # the first line, one a case, and the empty end


def test_a_case_that_fails_is_neither_wrong_nor_zero(tmp_path: Path):
    """Eight of 48 raise: they are unscored with their traceback, the others are scored as ever."""
    system = toy_system()
    got = toy_run(tmp_path / "r.jsonl", replace(system, asker=Failing(system.retriever, "2024年")))
    correct = got.summary()["correct"]
    assert correct is not None
    assert (correct.value, correct.n, correct.unscored) == (1.0, 40, 8)
    row = got.rows[0]
    assert (row.error, row.correct) == ("GenerationError: the language model hung", None)
    assert "in ask" in row.trace["traceback"]
    assert str(row.findings[0]) == "It could not be run: GenerationError: the language model hung"


def test_a_baseline_has_no_traces_and_no_times(tmp_path: Path):
    """Small, and the same for the same scores; compared with its own run nothing differs."""
    got = toy_run(tmp_path / "r.jsonl")
    write_baseline(got, tmp_path / "a.jsonl")
    write_baseline(toy_run(tmp_path / "r2.jsonl"), tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    baseline = read_run(tmp_path / "a.jsonl")
    assert {len(row.trace) for row in baseline.rows} == {0}
    compared = compare(baseline, got)
    assert {one.value for one in compared.differences.values()} == {0.0}
    assert "ms" not in compared.differences
    assert (compared.gained, compared.lost, compared.only_a, compared.only_b) == ((), (), (), ())


def test_comparing_by_hand():
    """A: right, right, wrong, and c only there. B: wrong, right, right, and d only there. One flip each way."""

    def row(name: str, right: float) -> Result:
        return Result(name, "s", "number", f"{name}？", {"correct": right})

    a = Run({}, (row("x", 1), row("y", 1), row("z", 0), row("c", 1)))
    b = Run({}, (row("x", 0), row("y", 1), row("z", 1), row("d", 0)))
    got = compare(a, b)
    assert ([one.id for one in got.lost], [one.id for one in got.gained]) == (["x"], ["z"])
    assert (got.only_a, got.only_b) == (("c",), ("d",))
    change = got.differences["correct"]
    assert (change.a, change.b, change.value, change.n) == (pytest.approx(2 / 3), pytest.approx(2 / 3), 0, 3)
    assert "- x (number) x？" in got.to_markdown()


def test_a_case_that_is_asked_otherwise_is_another_case():
    """The same id with another question is not compared."""
    a = Run({}, (Result("x", "s", "number", "甲？", {"correct": 1}),))
    b = Run({}, (Result("x", "s", "number", "乙？", {"correct": 0}),))
    assert compare(a, b).differences == {}


@pytest.mark.parametrize("content", [None, "", "{", "[]\n", '{"format": "other"}\n'])
def test_what_is_no_results_file_is_said_in_one_line(tmp_path: Path, content: str | None):
    """Missing, empty, damaged or foreign: an error that names file and cure."""
    path = tmp_path / "r.jsonl"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=r"r\.jsonl.*dafu eval run") as caught:
        read_run(path)
    assert "\n" not in str(caught.value)


def test_originals_are_read_from_their_files(tmp_path: Path):
    """By id, and only what can be a document."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("题目\n\n正文。\n", encoding="utf-8")
    (tmp_path / "b.xyz").write_text("?")
    assert list(read_documents(tmp_path)) == ["sub/a"]


def test_an_interrupted_run_goes_on(tmp_path: Path):
    """Twenty rows and half a line are left: with resume only the other cases are asked, and the rows are the same."""
    path = tmp_path / "r.jsonl"
    whole = toy_run(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([*lines[:21], lines[21][:50]]), encoding="utf-8")
    system = toy_system()
    again = run({"toy": toy_cases()}, system, path, resume=True)
    assert timeless(again.rows) == timeless(whole.rows)
    assert system.asker.asked == [(case.question, case.history) for case in toy_cases()[20:]]
    assert read_run(path) == again


def test_another_program_or_case_is_not_resumed(tmp_path: Path):
    """A changed document begins anew; a changed case is asked again, and so is one that failed."""
    path = tmp_path / "r.jsonl"
    system = toy_system()
    failing = replace(system, asker=Failing(system.retriever, "东湖区2024年"))
    run({"toy": toy_cases()}, failing, path)
    changed = (toy_cases()[0], replace(toy_cases()[1], note="other"), *toy_cases()[2:])
    run({"toy": changed}, system, path, resume=True)
    assert [question for question, _ in system.asker.asked] == [case.question for case in changed[:2]]
    other = toy_system()
    documents = {**other.documents, "new": next(iter(toy_documents().values()))}
    run({"toy": changed}, replace(other, documents=documents), path, resume=True)
    assert len(other.asker.asked) == len(changed)
