"""A question that asks several things is answered part by part, and what nothing answers is said."""

import pytest

from assistant import Assistant
from assistant.compound import parts
from index import StaticRetriever


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("全市共有多少座图书馆？", ("全市共有多少座图书馆？",)),
        ("甲园和乙园的绿道长度各是多少？", ("甲园的绿道长度是多少？", "乙园的绿道长度是多少？")),
        (
            "养老服务：对老人的和对机构的各有什么补贴？",
            ("养老服务，对老人的有什么补贴？", "养老服务，对机构的有什么补贴？"),
        ),
        ("图书馆几点开门？周末开不开？", ("图书馆几点开门？", "图书馆周末开不开？")),
        (
            "人才住房方面，已经做了什么？下一步怎么做？",
            ("人才住房方面，已经做了什么？", "人才住房方面，下一步怎么做？"),
        ),
        ("在什么情况下，会取消补贴资格？", ("在什么情况下，会取消补贴资格？",)),
        ("有哪些措施，分别怎么说的？", ("有哪些措施，分别怎么说的？",)),
        ("1965年几内亚独立后，货币叫什么？", ("1965年几内亚独立后，货币叫什么？",)),
        ("各区都有哪些措施", ("各区都有哪些措施",)),
        ("How many libraries are there, and who runs them?", ("How many libraries are there, and who runs them?",)),
    ],
)
def test_parts(question: str, expected: tuple[str, ...]):
    """Two subjects of one question, two clauses that ask, and what only looks like them."""
    assert parts(question) == expected


@pytest.fixture
def assistant() -> Assistant:
    passages = ["全市共有图书馆32座，其中区级图书馆9座。", "甲园的绿道总长度是45公里。", "乙园的绿道总长度是78公里。"]
    return Assistant(StaticRetriever(passages))


@pytest.mark.model
def test_each_part_is_answered(assistant: Assistant):
    """Two documents, one sentence of each."""
    answer = assistant.ask("甲园和乙园的绿道总长度各是多少？")
    assert [claim.text for claim in answer.claims] == ["甲园的绿道总长度是45公里。", "乙园的绿道总长度是78公里。"]


@pytest.mark.model
def test_what_nothing_answers_is_said(assistant: Assistant):
    """A part without evidence does not take the other with it, and is not passed over."""
    answer = assistant.ask("全市共有多少座图书馆？停车场收费标准由谁制定？")
    assert [claim.text for claim in answer.claims] == ["全市共有图书馆32座，其中区级图书馆9座。"]
    assert [note.text for note in answer.notes if note.kind == "missing"] == [
        "关于“停车场收费标准由谁制定”，资料未涉及。"
    ]
