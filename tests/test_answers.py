"""The assistant with its real parts: what it answers, what it refuses, and that it never leaves the machine."""

import socket
from itertools import pairwise

import pytest

from assistant import Assistant, Claim, Note
from assistant.conversation import Progress, Turn
from assistant.rewrite import standalone
from corpus import InputError
from index import StaticRetriever
from tests.fakes.encoder import HashEncoder

pytestmark = pytest.mark.model


def test_no_address_outside_the_machine_is_contacted(assistant, monkeypatch):
    """With every socket blocked a question is still answered."""

    def refuse(*address):
        raise AssertionError(f"a socket was opened: {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert assistant.ask("海关总署推出了多少条专项措施？").answered


@pytest.mark.parametrize("number", ["20", "12", "30"])
def test_a_wrong_number_in_the_question_is_corrected(assistant, number):
    """The text's number is told, and never the question's as if it were so."""
    answer = assistant.ask(f"海关总署推出{number}条专项措施，分别是什么")
    assert any(note.kind == "correction" and "10条" in note.text for note in answer.notes)
    assert all(f"{number}条" not in claim.text for claim in answer.claims)


@pytest.mark.parametrize(
    "question", ["2026年战略性新兴产业增加值的目标是多少？", "罗湖区专精特新企业2025年的目标是多少家？"]
)
def test_another_year_or_district_is_refused(assistant, question):
    """2026 is not 2025, and 罗湖 is not 福田."""
    answer = assistant.ask(question)
    assert not answer.answered
    assert answer.abstention.nearest


def test_a_declared_gap_is_the_reason(assistant):
    """Where a document says that it lacks the figure, that sentence is shown."""
    answer = assistant.ask("福田区2024年GDP是多少？")
    assert answer.abstention.reason == "not_covered"
    assert "未收录" in answer.abstention.detail


def test_a_list_is_whole_and_counted(assistant):
    """All items of the enumeration, in order, and how many they are."""
    answer = assistant.ask("突破要素跨境流动壁垒有哪些做法")
    assert [claim.text[:4] for claim in answer.claims] == ["推动通关", "数据跨境", "资金跨境"]
    assert Note("count", "共3项，以下逐项列出。") in answer.notes


def test_a_traditional_question_gets_a_traditional_answer_with_quotes_as_they_are(assistant):
    """The claim is converted, the quote never."""
    answer = assistant.ask("突破要素跨境流動壁壘有哪些做法")
    assert "海關總署" in answer.claims[0].text
    assert "海关总署" in answer.citations[0].quote.text


def test_progress_comes_before_sentences_and_sentences_stand(assistant):
    """Evidence first, then claims that only grow."""
    steps = list(assistant.stream("突破要素跨境流动壁垒有哪些做法"))
    assert steps[0] == Progress("search")
    assert steps[1].evidence
    grown = [step.parts for step in steps[2:]]
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(grown))
    assert sum(isinstance(part, Claim) for part in grown[-1]) == 3


def test_passages_from_anywhere_are_answered_over():
    """StaticRetriever: a list of texts and any encoder."""
    passages = ["全市共有图书馆32座，其中区级图书馆9座。", "体育馆于2019年5月建成，设座位八千个。"]
    answer = Assistant(StaticRetriever(passages)).ask("全市有多少座图书馆？")
    assert answer.answered
    assert "32座" in answer.text
    quote = answer.citations[0].quote
    assert passages[0][quote.start : quote.end] == quote.text
    assert StaticRetriever(passages, HashEncoder()).search("体育馆什么时候建成", 1)[0].document == "passage-2"


def test_an_empty_question_is_refused(assistant):
    """With a line for people."""
    with pytest.raises(InputError, match="empty"):
        assistant.ask("  ")


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (["福田区专精特新企业2025年的目标是多少"], "2026年呢？", "福田区专精特新企业2026年的目标是多少"),
        (["深圳2024年GDP多少？"], "那2025年的呢？", "深圳2025年GDP多少？"),
        (["福田区专精特新企业2025年的目标是多少"], "南山区呢", "南山区专精特新企业2025年的目标是多少"),
        (["河套合作区取得了哪些成果"], "它今年的目标呢", "河套合作区今年的目标是什么？"),
        (["皇岗口岸什么时候启用"], "香港园区什么时候开园？", "香港园区什么时候开园？"),
        (["河套合作区的统筹机构做什么"], "一共多少个地块", "河套合作区一共多少个地块"),
        (["河套合作区的通关便利措施有哪些"], "那数据方面呢？", "河套合作区的数据方面的措施有哪些"),
    ],
)
def test_a_follow_up_is_made_whole(history, question, whole):
    """A pronoun, a swapped part, a bare predicate; and a new topic stays as it is."""
    assert standalone(question, [Turn(one) for one in history]).text == whole


def test_a_number_alone_finds_its_reply(assistant):
    """第20250021号 is answered with what that reply is about; a number that no document has, with that."""
    answer = assistant.ask("第20250021号")
    assert answer.answered
    assert {one.quote.document for one in answer.citations} == {"reply-20250021"}
    assert "收悉" in answer.claims[0].text
    refused = assistant.ask("第20259999号建议是怎么答复的？")
    assert "没有编号为20259999的文件" in refused.abstention.detail


@pytest.mark.parametrize("question", ["福田区2025年新建了多少所中小学", "福田区有多少家医院", "前海合作区的面积多大？"])
def test_a_number_of_something_else_is_no_answer(assistant, question):
    """Neither a target of firms nor a gap about something else answers how many schools there are."""
    answer = assistant.ask(question)
    assert not answer.answered
    assert answer.abstention.reason != "not_covered"


def test_a_year_to_be_confirmed_is_corrected(assistant):
    """Who takes 2022 for granted is told 2023, with its place."""
    answer = assistant.ask("国务院的河套规划是2022年印发的吧？")
    assert any(note.kind == "correction" and "2023年" in note.text for note in answer.notes)


def test_a_cell_of_the_year_asked_is_the_answer_or_the_gap():
    """A row answers by the cell of the year; where that is empty, the row says so."""
    rows = (
        "| 指标 | 2024年 | 2025年 |",
        "| --- | --- | --- |",
        "| 科技企业 | 未收录 | 447家 |",
        "| 平台 | 10个 | 未收录 |",
    )
    table = "\n".join(("# 进展", "", *rows, ""))
    small = Assistant(StaticRetriever([table], HashEncoder()))
    assert small.ask("2024年科技企业有多少家？").abstention.reason == "not_covered"
    assert small.ask("2025年的平台有多少个？").abstention.reason == "not_covered"


def test_a_year_swaps_the_year_of_the_question_before():
    """那2026年的目标呢 after a question for the target of 2025 asks the same of 2026."""
    whole = standalone("那2026年的目标呢？", [Turn("福田2025年专精特新企业目标多少？")]).text
    assert whole == "福田2026年专精特新企业目标多少？"


def test_a_whole_is_not_one_of_its_parts(assistant):
    """The country's firms are not the district's."""
    answer = assistant.ask("福田区有多少家国家级专精特新小巨人企业？")
    assert "1.76万" not in answer.text
