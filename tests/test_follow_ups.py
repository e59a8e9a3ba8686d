"""What of an earlier question stays in force in the next one, and what does not."""

from collections.abc import Sequence

import pytest

from assistant import Assistant
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
        ("那公园呢？", 0.7, 0.65, True),  # short, and hardly less sure
        ("那公园呢？", 0.8, 0.65, False),
        ("全市去年一共新建了多少座公园？", 0.7, 0.73, False),  # says all by itself, and hardly surer
        ("全市去年一共新建了多少座公园？", 0.7, 0.8, True),
        ("And the parks?", 0.7, 0.65, True),
        ("How many new parks did the city build?", 0.7, 0.73, False),
    ],
)
def test_a_short_question_leans_on_the_one_before(question, alone, together, joined):
    """What is surer counts, with a lean: few words go on from what was asked, many say it themselves."""
    asker = Assistant(StaticRetriever(PASSAGES, encoder=None), reader=Scripted(alone, together))
    answer = asker.ask(question, ["图书馆有多少座？"])
    assert ("图书馆" in answer.standalone_question) is joined
