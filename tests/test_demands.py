"""What stays a rule of reading: a question's years, and a document's own word that it lacks something."""

from assistant.question import read_question
from assistant.reading import Read, Reading
from assistant.reading.demands import agreeing
from assistant.units import units_of_document
from corpus.parse import parse_text

DIGEST = parse_text(
    "某区数据摘编\n\n全市2024年生产总值为3.68万亿元。某区2024年的精确数没有可靠来源，未收录。"
    "某区2024年税收为120亿元。\n",
    "digest",
)


def reading(*sure: float) -> Reading:
    found = [Read(unit, value, 1) for unit, value in zip(units_of_document(DIGEST), sure, strict=True)]
    return Reading(max(sure), answered=True, units=tuple(sorted(found, key=lambda one: -one.sure)))


def test_a_gap_that_is_about_as_sure_as_the_surest_is_a_refusal():
    """What stands near in the same document is not given in its place; the gap is the first that is shown."""
    found = agreeing(read_question("某区2024年生产总值是多少"), reading(0.7, 0.6, 0.1))
    assert not found.answered
    assert found.refusal == "not_covered"
    assert "未收录" in found.units[0].unit.text


def test_a_gap_that_is_hardly_meant_refuses_nothing():
    """A sentence about something else that is not held."""
    assert agreeing(read_question("某区2024年税收是多少"), reading(0.2, 0.3, 0.9)).answered
