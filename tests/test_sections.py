"""A question that names a section is not answered from the one beside it."""

import pytest

from assistant.question import read_question
from assistant.reading import Read, Reading
from assistant.reading.demands import agreeing
from assistant.reading.sections import beside
from assistant.units import units_of_document
from corpus.parse import parse_text

PLAN = parse_text(
    "某县产业实施方案\n\n一、总体要求\n\n坚持绿色发展。\n\n二、主要任务\n\n（一）茶叶\n\n推广气象保险，财政承担八成。\n\n"
    "（二）柑橘\n\n建设冷藏库，每立方米补助150元，茶叶企业可以租用。\n\n（三）普通花卉基地\n\n办好花卉市场。\n\n"
    "三、保障措施\n\n（一）加强领导\n\n每月调度一次。\n",
    "plan",
)


@pytest.mark.parametrize(
    ("question", "off"),
    [
        ("柑橘种植户买气象保险，财政承担多少？", {"（一）茶叶", "（三）普通花卉基地"}),
        ("茶葉買氣象保險，財政承擔多少？", {"（三）普通花卉基地"}),  # the section on oranges speaks of tea
        ("财政承担多少保费？", set()),
        ("柑橘和茶叶各补多少？", {"（三）普通花卉基地"}),
        ("发展产业有哪些措施？", set()),  # 措施 is a third of what tells 保障措施 from the others
        ("保障措施有哪些？", {"一、总体要求", "（一）茶叶", "（二）柑橘", "（三）普通花卉基地"}),
    ],
)
def test_a_section_stands_beside_the_one_that_is_named(question, off):
    """By terms that no other heading of the storey has."""
    found = beside(question, units_of_document(PLAN))
    assert {path[-1] for _, path in found} == off


def test_what_stands_in_another_section_is_no_answer():
    """However sure it is; a section that the question names, or no section at all, changes nothing."""
    units = units_of_document(PLAN)
    reading = Reading(0.9, answered=True, units=tuple(Read(one, 0.9, 1) for one in units if "气象保险" in one.text))
    assert agreeing(read_question("茶叶买气象保险，财政承担多少？"), reading).answered
    assert agreeing(read_question("买气象保险，财政承担多少？"), reading).answered
    found = agreeing(read_question("柑橘种植户买气象保险，财政承担多少？"), reading)
    assert not found.answered
    assert found.units == reading.units  # still the nearest


def test_the_number_of_an_article_names_no_section():
    """养一条狗 was read as a question about 第十一条, the only one of its chapter whose number ends in 一."""
    articles = "".join(f"第{number}条　养犬人应当遵守第{number}项规定。\n\n" for number in ("九", "十", "十一", "十二"))
    law = parse_text(f"某市养犬条例\n\n第一章 总则\n\n{articles}", "law")
    assert beside("养一条狗要多少钱？", units_of_document(law)) == frozenset()
