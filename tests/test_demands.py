"""What stays a rule of reading: a question's years, and a document's own word that it lacks something."""

import pytest

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


ROWS = parse_text(
    "进度表\n\n| 指标 | 2024年年中 | 2025年8月 |\n| --- | --- | --- |\n"
    "| 科技企业 | 未收录 | 447家 |\n| 研发中心 | 8个 | 未收录 |\n| 高校 | 未收录 | 未收录 |\n",
    "rows.md",
)


@pytest.mark.parametrize(
    ("question", "row", "answered"),
    [
        ("2025年8月有多少科技企业", 0, True),
        ("2024年年中有多少科技企业", 0, False),
        ("有几个研发中心", 1, True),
        ("2025年有几个研发中心", 1, False),
        ("有几所高校", 2, False),
    ],
)
def test_a_row_lacks_only_what_its_asked_cells_lack(question: str, row: int, answered: bool):
    """One empty cell says nothing of the other year."""
    unit = [one for one in units_of_document(ROWS) if one.block.kind == "table_row"][row]
    found = agreeing(read_question(question), Reading(0.9, answered=True, units=(Read(unit, 0.9, 1),)))
    assert found.answered == answered


def test_a_sentence_lacks_only_what_it_says_of_the_asked_year():
    """An expected figure of one year stands beside the missing ones of both."""
    text = "某区简报\n\n6000亿元是2025年的预计，某区2024年、2025年的精确数都没有可靠来源，未收录。\n"
    (unit,) = units_of_document(parse_text(text, "brief"))
    read = Reading(0.9, answered=True, units=(Read(unit, 0.9, 1),))
    assert agreeing(read_question("某区2025年生产总值到了多少"), read).answered
    assert not agreeing(read_question("某区2024年生产总值是多少"), read).answered


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("建成五十年以上，未公布为文物保护单位，且具有下列特征之一的建筑，可以列入保护名录。", False),
        ("发票未载明商品名称，买受人拒绝付款的，人民法院应予支持。", False),
        ("合同没有写明交付期限的，按照出卖人通知的日期履行。", False),
        ("未公布收费标准的培训机构不得收取学费。", False),
        ("第二批名单尚未公布，请关注市教育局网站。", True),
        ("文件没有写明办理时限。", True),
        ("租金标准由各街道自定，本手册未收录。", True),
    ],
)
def test_a_condition_is_no_gap(text: str, gap: bool):
    """What is not published or not written is the case that a law provides for."""
    unit, *_ = units_of_document(parse_text(f"某市规定\n\n{text}\n", "rules"))
    found = agreeing(read_question("有什么规定"), Reading(0.9, answered=True, units=(Read(unit, 0.9, 1),)))
    assert found.answered is not gap


REPORT = parse_text(
    "某县工作报告\n\n一、2024年工作完成情况\n\n全年完成投资5亿元，比2023年增长3%。受益人口6万人。2023年受益人口5万人。\n\n"
    "二、2025年工作安排\n\n全年计划投资6亿元。\n",
    "report",
)


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("2024年完成投资多少", ["全年完成投资5亿元，比2023年增长3%。", "受益人口6万人。"]),
        ("2025年投资多少", ["全年计划投资6亿元。"]),
        ("2023年有多少人受益", ["全年完成投资5亿元，比2023年增长3%。", "2023年受益人口5万人。"]),
        ("2022年投资多少", []),
        (
            "投资多少",
            ["全年完成投资5亿元，比2023年增长3%。", "受益人口6万人。", "2023年受益人口5万人。", "全年计划投资6亿元。"],
        ),
    ],
)
def test_a_sentence_is_of_the_year_of_its_heading_unless_it_begins_with_its_own(question: str, answered: list[str]):
    """What is compared with stays said; what is of another year does not answer."""
    units = [one for one in units_of_document(REPORT) if one.block.kind == "paragraph" and one.role == "text"]
    own = [one for one in units if "年" in one.text or "人口" in one.text][-4:]
    found = agreeing(
        read_question(question), Reading(0.9, answered=True, units=tuple(Read(one, 0.9, 1) for one in own))
    )
    assert [one.unit.text for one in found.units if found.answered] == answered


@pytest.mark.parametrize(("sure", "answered"), [(0.5, True), (0.4, False)])
def test_what_is_of_the_year_stands_beside_what_is_surer_of_another(sure: float, answered: bool):
    """It needs to be as sure as an answer must be, not nearly as sure as the sentence about another year.

    A refusal does not say that the documents have nothing of that year.
    """
    other, asked = (next(one for one in units_of_document(REPORT) if word in one.text) for word in ("5亿", "6亿"))
    found = agreeing(
        read_question("2025年投资多少"),
        Reading(0.8, answered=True, margin=0.35, units=(Read(other, 0.8, 1), Read(asked, sure, 1))),
    )
    assert (found.answered, found.refusal) == (answered, "no_evidence")


def test_a_reading_on_another_scale_is_left_alone_where_no_year_is_asked_for():
    """A reader's numbers for units need not be on the scale of its number for the whole."""
    units = tuple(Read(one, 0.2, 1) for one in units_of_document(REPORT))
    found = agreeing(read_question("投资多少"), Reading(0.9, answered=True, margin=0.1, units=units))
    assert (found.answered, found.units) == (True, units)


@pytest.mark.parametrize(("asked", "unsure"), [("哪项指标2025年8月最多", True), ("科技企业2025年8月有多少", False)])
def test_a_row_that_was_read_for_the_most_is_not_sure(asked, unsure):
    """A reader compares no rows: it gave 96 beds as the most of a table with 150."""
    found = [Read(unit, 0.9 - at / 10, 1) for at, unit in enumerate(units_of_document(ROWS))]
    assert agreeing(read_question(asked), Reading(0.9, answered=True, units=tuple(found))).unsure is unsure
