"""What of an earlier question stays in force in the next one, and what does not."""

from assistant import Assistant
from assistant.reading.cross import Calibration, CrossReader
from index import StaticRetriever
from tests.fakes.reading import SharedCharacters, characters

PASSAGES = ["全市共有图书馆32座。", "2024年全市新建公园5座。", "2025年全市新建公园9座。"]


def asked(question: str, *history: str) -> str:
    reader = CrossReader(SharedCharacters(), characters, Calibration(threshold=0.2))
    return Assistant(StaticRetriever(PASSAGES, encoder=None), reader=reader).ask(question, history).text


def test_a_number_that_was_asked_for_before_is_not_asked_for_again():
    """A question about a document that is not there does not make the next one a question about it."""
    assert "2099" in asked("国发〔2099〕1号写了什么？")
    assert "32座" in asked("全市共有图书馆多少座？", "国发〔2099〕1号写了什么？")


def test_a_year_of_the_question_comes_before_that_of_the_one_before():
    """2024年呢？ after a question about 2025 is about 2024 alone."""
    text = asked("2024年全市新建公园多少座？", "2025年全市新建公园多少座？")
    assert "5座" in text
    assert "9座" not in text
