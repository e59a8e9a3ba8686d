"""A model's sentences come out the same from the record: with the model gone, on any machine, after an interruption."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.generate import Evidence, Worded
from corpus.errors import GenerationError, InputError
from evals.replies import NotRecordedError, Recorder, Replay, read_replies
from index import StaticRetriever

PASSAGES = ["全市共有图书馆32座，其中区级图书馆9座。", "全市共有公园18个，2024年新增公园3个。"]
QUESTION = "全市有多少座图书馆？"


class Model:
    """Says the evidence in its own words, counts how often, and fails when told to."""

    name = "local/fake"

    def __init__(self, error: str = "") -> None:
        self.asked: list[str] = []
        self.error = error

    def generate(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Worded]:
        self.asked.append(question)
        for one in evidence:
            yield Worded(one.text.replace("32", "三十二"), (one.n,))
        if self.error:
            raise GenerationError(self.error)


def ask(generator: object, question: str = QUESTION) -> dict[str, object]:
    answer = Assistant(StaticRetriever(PASSAGES), generator, as_of="2026-11-24").ask(question)
    return answer.to_dict() | {"timings_ms": 0}


def test_a_replay_needs_no_model(tmp_path: Path):
    """The answer from the record is the answer that was recorded, the generator's name included."""
    recorded = ask(Recorder(Model(), tmp_path / "r.jsonl"))
    assert recorded["generator"] == "local/fake"
    assert "三十二座" in str(recorded["text"])
    assert ask(Replay(tmp_path / "r.jsonl")) == recorded


def test_what_is_recorded_is_not_asked_again(tmp_path: Path):
    """A second recorder over the same file asks the model nothing; another question it does ask."""
    ask(Recorder(Model(), tmp_path / "r.jsonl"))
    model = Model()
    again = Recorder(model, tmp_path / "r.jsonl")
    ask(again)
    assert model.asked == []
    ask(again, "2024年新增了几个公园？")
    assert len(model.asked) == 1


def test_a_failure_is_recorded_with_what_came_before_it(tmp_path: Path):
    """A model that hung on a slow machine hangs in the replay as well: same notes, same claims."""
    recorded = ask(Recorder(Model("did not finish within 60.0 s"), tmp_path / "r.jsonl"))
    assert [note["kind"] for note in recorded["notes"]] == ["fallback"]
    assert ask(Replay(tmp_path / "r.jsonl")) == recorded


def test_what_was_not_recorded_ends_the_case(tmp_path: Path):
    """No silent fallback to the evidence as it stands: the case could not be scored."""
    ask(Recorder(Model(), tmp_path / "r.jsonl"))
    with pytest.raises(NotRecordedError, match="no reply was recorded for '2024年新增了几个公园？'"):
        ask(Replay(tmp_path / "r.jsonl"), "2024年新增了几个公园？")


def test_a_cut_off_line_is_dropped_and_another_file_refused(tmp_path: Path):
    """An interruption leaves at most half a line at the end; anything else is not a record."""
    path = tmp_path / "r.jsonl"
    ask(Recorder(Model(), path))
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + whole[:40], encoding="utf-8")
    assert len(read_replies(path)) == 1
    path.write_text(json.dumps({"a": 1}) + "\n" + whole, encoding="utf-8")
    with pytest.raises(InputError, match="1: not a recorded reply"):
        read_replies(path)
    with pytest.raises(InputError, match="no recorded replies"):
        Replay(tmp_path / "none.jsonl")
