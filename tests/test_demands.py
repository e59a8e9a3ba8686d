"""What a question asks for, and whether a text holds it."""

import pytest

from assistant.demands import asked_unit, demand, holds
from assistant.question import read_question
from corpus.document import Metadata
from corpus.naming import bears, is_number_alone, numbered
from corpus.normalise import fold


@pytest.mark.parametrize(
    ("asked", "kind", "unit"),
    [
        ("去年新建了多少所中小学", "number", "所"),
        ("基金盘子多少亿", "number", "元"),
        ("备案的港牌车有多少台", "number", "台"),
        ("占经济几成", "number", "%"),
        ("一共多少订单", "number", ""),
        ("条例何时施行", "date", ""),
        ("几时开幕", "date", "时"),
        ("几天之内要公布", "period", "日"),
        ("这几年进展怎样", None, "年"),
        ("有哪几条措施", None, "条"),
        ("是不是到了6000亿", None, ""),
        ("How many firms are there?", "number", ""),
    ],
)
def test_what_is_asked_for(asked: str, kind: str | None, unit: str):
    """A value, where the words leave no doubt; a list and a yes or no are none."""
    question = read_question(asked)
    assert demand(question) == kind
    assert asked_unit(question.folded) == unit


@pytest.mark.parametrize(
    ("asked", "text", "held"),
    [
        ("新建了多少所中小学", "培育专精特新企业750家。", False),
        ("有多少所大学", "香港5所高校在此落户。", True),
        ("港牌车有多少台", "备案港牌车超过40辆。", True),
        ("有多少家企业", "专精特新企业突破750家。", True),
        ("发了多少钱", "入池企业6家。", False),
        ("发了多少钱", "发行规模4200万元。", True),
        ("有几座楼", "分园由两座大楼组成。", True),
        ("排第几、有多少", "深圳位列第三。", False),
        ("何时施行", "自2026年3月1日起施行。", True),
        ("何时施行", "条例共九章。", False),
        ("多久答复", "20个工作日内答复。", True),
    ],
)
def test_only_a_value_of_that_kind_will_do(asked: str, text: str, held: bool):
    """Units that count the same stand for one another; a number of something else does not."""
    question = read_question(asked)
    kind = demand(question)
    assert kind is not None
    assert holds(question, kind, text) is held


@pytest.mark.parametrize(
    ("asked", "numbers", "only"),
    [
        ("第20250021号", ("20250021",), True),
        ("20250021号建议的答复", ("20250021",), True),
        ("第20250035号建议说了什么时间？", ("20250035",), False),
        ("署贸函〔2024〕236号", ("署贸函2024-236",), True),
        ("新增1100亿元", (), False),
        ("2025年第20号公告", (), False),
    ],
)
def test_a_document_is_named_by_its_number(asked: str, numbers: tuple[str, ...], only: bool):
    """A suggestion's number or a 文号; an amount, a year or a short serial number is none."""
    assert numbered(fold(asked)) == numbers
    assert is_number_alone(fold(asked)) is only


@pytest.mark.parametrize("asked", ["请问财税〔2024〕5号通篇有几条", "财税〔2024〕5号", "按财税[2024]第5号"])
def test_words_before_an_agency_are_not_its_name(asked: str):
    """请问财税 is 财税."""
    (number,) = numbered(fold(asked))
    assert bears(Metadata("通知", doc_no="财税〔2024〕5号"), number)
    assert not bears(Metadata("通知", doc_no="财税〔2024〕15号"), number)
