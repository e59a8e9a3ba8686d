"""First questions: made of what documents say, and what staff answered; each one is answered before it is shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.suggest import _answers, _tried, related_questions, shareable, suggestions, ways_of_asking
from corpus import parse_text
from tests.fakes.assistant import FakeAssistant, cite, library, scripted

MEASURES = "河套合作区的通关便利措施有哪些？"
REPLY = """\
---
title: 关于第20250099号建议的答复
kind: reply
---

# 关于第20250099号建议的答复

## 一、强化多元投资主体联动

一是设立基金。二是引导社会资本。三是对接银行。

## 二、福田区2024年

一是修路。二是种树。

## 三、发展目标

2025年，全市GDP为38731.80亿元。办理路径有三条：甲、乙、丙。《深圳经济特区示例促进条例》自2022年11月1日起施行。

## 四、口径说明

一是不计外市。二是不计港澳。
"""


@pytest.fixture
def reply():
    return parse_text(REPLY, "reply.md")


@pytest.fixture
def questions(reply):
    return {one.question: one for one in _tried(reply)}


def test_near_a_refusal_stand_ways_of_asking_that_are_answered(reply):
    """Those that share most words first; what is not answered from its own place is not offered."""
    made = {one.question: one for one in _tried(reply)}
    answers = {question: replace(_proved(question, reply, one), question=question) for question, one in made.items()}
    fake = FakeAssistant(library(), answers)
    near = [Citation(1, reply.quote(*made["办理路径有哪三条？"].place), reply)]
    asked = "示例促进条例几时开始施行？"
    assert [question for question, _ in ways_of_asking(fake, asked, near)] == [
        "《深圳经济特区示例促进条例》什么时候施行？",
        "办理路径有哪三条？",
        "强化多元投资主体联动有哪些措施？",
    ]
    del answers["办理路径有哪三条？"]
    assert len(ways_of_asking(FakeAssistant(library(), answers), asked, near)) == 2
    assert ways_of_asking(fake, asked, []) == []


def _proved(question, document, made):
    """An answer that cites as many places there as the question needs."""
    start, end = made.place
    cut = [start, *(start + n for n in range(1, made.items)), end]
    quotes = [Citation(n, document.quote(a, b), document) for n, (a, b) in enumerate(pairwise(cut), 1)]
    return Answer(question, question, tuple(Claim(one.quote.text, (one.n,)) for one in quotes), tuple(quotes))


def test_questions_read_as_somebody_would_ask_them(questions):
    """Of measures, of what is counted, of dates; nothing of a heading that only names a year, or of what is left."""
    assert list(questions) == [
        "强化多元投资主体联动有哪些措施？",
        "办理路径有哪三条？",
        "《深圳经济特区示例促进条例》什么时候施行？",
    ]


def test_whose_figure_it_is_is_asked_or_nothing():
    """全市 alone names no city; its heading may."""
    text = "# 数据\n\n## 一、{}参照数据\n\n2025年，全市GDP为38731.80亿元，增长5.5%。\n"
    asked = {name: [one.question for one in _tried(parse_text(text.format(name), "a.md"))] for name in ("", "深圳市")}
    assert asked == {"": [], "深圳市": ["深圳市2025年GDP是多少？"]}


def test_every_bundled_document_makes_sound_questions():
    """No part of a sentence is left hanging in one."""
    for document in library().values():
        for one in _tried(document):
            assert one.question.endswith("？")
            assert 8 <= len(one.question) <= 45
            assert not any(words in one.question for words in ("包括哪些内容", "摘编", "口径", "说明"))


def answer(question, document, *words):
    """An answer that quotes these words of a document."""
    citations = tuple(cite(document, n, one) for n, one in enumerate(words, 1))
    return Answer(question, question, tuple(Claim(c.quote.text, (c.n,)) for c in citations), citations)


def test_a_question_is_shown_only_where_its_own_place_answers_it(reply, questions):
    """Of a list more than one item must come; from elsewhere, or refused, it is not shown."""
    made = questions["强化多元投资主体联动有哪些措施？"]
    good = answer(made.question, reply, "一是设立基金。", "二是引导社会资本。")
    assert _answers(good, reply, made)
    assert not _answers(answer(made.question, reply, "一是设立基金。"), reply, made)
    assert not _answers(answer(made.question, reply, "一是修路。", "二是种树。"), reply, made)
    refused = replace(good, parts=(), citations=(), abstention=Abstention("no_evidence", "没有"))
    assert not _answers(refused, reply, made)
    assistant = FakeAssistant({}, {made.question: good})
    assistant._answer = lambda question: good if question == made.question else refused
    assert suggestions(assistant, [reply]) == [(made.question, reply.metadata.title)]


def test_what_staff_answered_stands_first_and_is_asked_again():
    """Two at most, each once, with the document that answers; what is no longer answered is left out."""
    found = suggestions(scripted(), [], [MEASURES, MEASURES, "福田区2024年GDP是多少？", "我的工资有多少？"])
    assert found == [(MEASURES, "关于区八届人大五次会议第20250021号建议的答复")]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("皇岗口岸什么时候启用？", True),
        ("第20250021号建议的答复讲了什么？", True),
        ("那数据呢？", False),
        ("我反映的路灯什么时候修？", False),
        ("13800138000是谁的电话？", False),
        ("为什么" * 20, False),
    ],
)
def test_a_question_that_tells_of_its_asker_is_not_shown_to_others(question, shown):
    """Nor one that leans on what came before it."""
    assert shareable(question) == shown


def test_further_questions_come_from_what_the_answer_did_not_cite(reply, questions):
    """Each is put to the assistant first; what the answer rests on already is not offered again."""
    made = questions["强化多元投资主体联动有哪些措施？"]
    good = answer(made.question, reply, "一是设立基金。", "二是引导社会资本。")
    assistant = FakeAssistant({}, {})
    assistant._answer = lambda question: good if question == made.question else answer(question, reply)
    cited = answer("别的？", reply, "一是修路。").citations
    assert related_questions(assistant, "别的？", cited) == [(made.question, reply.metadata.title)]
    assert related_questions(assistant, "别的？", good.citations) == []


def test_sections_and_rows_of_any_document_make_further_questions():
    """Of a notice with ordinary headings and a table; what has only a nearest passage is not offered."""
    text = (
        "# 示例市加装电梯方案\n\n## 一、实施范围\n\n四层及以上的住宅可以申请。\n\n## 二、补助标准\n\n"
        "| 楼层 | 金额（万元） |\n| --- | --- |\n| 六层 | 20 |\n\n## 三、申领时间\n\n验收后6个月内申领。\n"
    )
    document = parse_text(text, "a.md")
    asked = {
        "《示例市加装电梯方案》对实施范围是怎么说的？": answer("", document, "四层及以上的住宅可以申请。"),
        "六层的金额是多少？": answer("", document, "| 六层 | 20 |"),
        "《示例市加装电梯方案》对申领时间是怎么说的？": answer("", document, "验收后6个月内申领。"),
    }
    cited = [Citation(1, document.quote(0, 5), document)]
    assistant = FakeAssistant({}, asked)
    assistant._answer = lambda question: asked[question]
    assert {question for question, _ in related_questions(assistant, "几层可以装？", cited)} == set(asked)
    nearest = Note("fallback", "以下是资料中最接近的原文")
    for question, one in asked.items():
        asked[question] = replace(one, parts=(nearest, *one.parts))
    assert related_questions(assistant, "几层可以装？", cited) == []
