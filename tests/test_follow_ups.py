"""What of an earlier question stays in force in the next one, and what does not."""

from collections.abc import Sequence

import pytest

from assistant import Assistant
from assistant.question import is_elliptic
from assistant.reading import Read, Reading
from assistant.reading.cross import Calibration, CrossReader
from assistant.reading.passages import passages
from index import Hit, StaticRetriever
from tests.fakes.reading import SharedCharacters, characters

PASSAGES = ["全市共有图书馆32座。", "2024年全市新建公园5座。", "2025年全市新建公园9座。"]


def asked(question: str, *history: str) -> str:
    reader = CrossReader(SharedCharacters(), characters, Calibration(threshold=0.2))
    return Assistant(StaticRetriever(PASSAGES, encoder=None), reader=reader).ask(question, history).text


def test_a_number_that_was_asked_for_before_is_not_asked_for_again():
    """A question about a document that is not there does not make the next one a question about it."""
    assert "国发〔2099〕1号" in asked("国发〔2099〕1号写了什么？")
    assert "32座" in asked("全市共有图书馆多少座？", "国发〔2099〕1号写了什么？")


def test_a_year_of_the_question_comes_before_that_of_the_one_before():
    """2024年呢？ after a question about 2025 is about 2024 alone."""
    text = asked("2024年全市新建公园多少座？", "2025年全市新建公园多少座？")
    assert "5座" in text
    assert "9座" not in text


class Scripted:
    """A reader that is as sure as it is told, by itself and after another question; it finds the first unit."""

    name = "scripted"

    def __init__(self, alone: float, together: float) -> None:
        self.alone, self.together = alone, together

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:  # noqa: ARG002 (see ``Reader``)
        sure = self.together if history else self.alone
        unit = next(passages(hits)).units[0]
        return Reading(sure, answered=True, units=(Read(unit, sure, 1),), reader=self.name)


@pytest.mark.parametrize(
    ("question", "alone", "together", "joined"),
    [
        ("那公园呢？", 0.8, 0.3, True),  # asks for nothing by itself
        ("全市一共新建多少座公园？", 0.5, 0.8, True),  # surer behind the other
        ("全市一共新建多少座公园？", 0.8, 0.3, False),
        ("全市去年一共新建了多少座公园？", 0.7, 0.8, False),  # says all by itself
        ("How many new parks did the city build?", 0.7, 0.73, False),
    ],
)
def test_a_question_goes_on_where_little_is_said_and_both_are_surer(question, alone, together, joined):
    """What is surer is not all: an ellipsis asks nothing by itself, a long question says what it is about."""
    asker = Assistant(StaticRetriever(PASSAGES, encoder=None), reader=Scripted(alone, together))
    answer = asker.ask(question, ["图书馆有多少座？"])
    assert ("图书馆" in answer.standalone_question) is joined


def test_an_ellipsis_goes_on_from_the_question_that_says_what_is_asked():
    """Behind another ellipsis it is the question before that one."""
    asker = Assistant(StaticRetriever(PASSAGES, encoder=None), reader=Scripted(0.5, 0.5))
    answer = asker.ask("那体育馆呢？", ["图书馆有多少座？", "公园呢？"])
    assert answer.standalone_question == "图书馆有多少座；那体育馆呢？"


@pytest.mark.parametrize(
    ("question", "elliptic"),
    [
        ("85岁的呢？", True),
        ("那二级的嘞", True),
        ("公园有多少座呢？", False),
        ("谁来管呢", False),
        ("公园多少座？", False),
    ],
)
def test_a_question_is_elliptic_where_only_its_last_particle_asks(question, elliptic):
    """多少座呢 says what it asks for."""
    assert is_elliptic(question) is elliptic
