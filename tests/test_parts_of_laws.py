"""Chapters, the last of something, several items, English; and questions that go on from one for an article."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.reading.structure import read_structure
from assistant.reading.words import WordReader
from corpus.parse import parse_text
from index import StaticRetriever
from tests.test_reading_structure import hits, said

PARKING = parse_text(
    "雁山区停车场管理规定\n\n雁政规〔2023〕4号\n\n第一章 总  则\n\n第一条 为了改善交通，制定本规定。\n\n"
    "第二条 停车场包括公共停车场和专用停车场。\n\n第二章 经营\n\n第三条 经营者应当履行下列义务：\n"
    "（一）公示收费标准；\n（二）配备消防设施；\n（三）不得擅自停业。\n\n停业应当提前三十日告知。\n\n"
    "第四条 短时停车免费。\n\n第三章 附  则\n\n第五条 本规定自2023年5月1日起施行。\n\n"
    "雁山区人民政府办公室\n2023年3月28日\n",
    "parking.txt",
)
DOGS = parse_text(
    "清溪市养犬管理条例\n\n第一章 总则\n\n第一条 为了规范养犬，制定本条例。\n\n第二章 规范\n\n"
    "第二条 犬吠扰民的，应当制止。\n\n第三条 每户限养一只。\n\n第四条 本条例自2025年1月1日起施行。\n",
    "dogs.txt",
)
ASKED = [
    ("养犬条例第一章和第二章", [f"第{n}条" for n in "一二三四"]),
    ("养犬条例总则部分规定了哪些内容？", ["第一条 为了规范养犬，制定本条例。"]),
    ("停车场管理规定的最后一条是什么？", ["第五条 本规定自2023年5月1日起施行。"]),
    ("停车场管理规定第三条最后一款", ["停业应当提前三十日告知。"]),
    (
        "停车场管理规定第三条第（一）（三）项",
        ["第三条 经营者应当履行下列义务：", "（一）公示收费标准；", "（三）不得擅自停业。"],
    ),
    ("What does Article 3 of 清溪市养犬管理条例 say?", ["第三条 每户限养一只。"]),
]


@pytest.mark.parametrize(("question", "parts"), ASKED)
def test_a_part_of_a_law_is_given_whole_and_alone(question, parts):
    given = said(read_structure(question, hits(PARKING, DOGS)))
    assert [one[: len(part)] for one, part in zip(given, parts, strict=True)] == parts


def test_a_chapter_ends_where_the_next_one_begins():
    given = said(read_structure("雁山区停车场管理规定第二章", hits(PARKING, DOGS)))
    assert (given[0][:3], given[-1][:3], len(given)) == ("第三条", "第四条", 6)


def test_a_chapter_that_a_law_does_not_have_is_told():
    absent = read_structure("停车场管理规定第九章讲了什么", hits(PARKING, DOGS))
    assert absent is not None
    assert (absent.units, absent.missing) == ((), ((PARKING, "第九章"),))


@pytest.mark.parametrize(
    "question",
    ["停车场管理规定第二章规定的罚款是多少？", "总则有哪些内容？", "养犬条例的罚则是什么？", "最后一条措施是什么？"],
)
def test_what_asks_more_or_of_no_law_in_particular_is_left_to_the_reader(question):
    assert read_structure(question, hits(PARKING, DOGS)) is None


GOING_ON = [
    (["停车场管理规定第三条第一项是什么？"], "那第二项呢？", "（二）配备消防设施；"),
    (["停车场管理规定第三条规定了什么？"], "下一条呢？", "第四条 短时停车免费。"),
    (["养犬条例第一条规定了什么？", "下一条呢？"], "再下一条呢？", "第三条 每户限养一只。"),
    (["停车场管理规定第三条规定了什么？"], "上一条呢？", "第二条 停车场包括公共停车场和专用停车场。"),
    (["养犬条例第四条规定了什么？"], "不是，我问的是停车场管理规定", "第四条 短时停车免费。"),
    (["停车场管理规定什么时候施行？"], "文号呢？", "雁政规〔2023〕4号"),
    (["停车场管理规定什么时候施行？"], "谁发布的？", "雁山区人民政府办公室"),
    (["停车场管理规定什么时候施行？"], "那养犬管理条例呢？", "第四条 本条例自2025年1月1日起施行。"),
    (["停车场管理规定第一章讲了什么？"], "第三章呢？", "第五条 本规定自2023年5月1日起施行。"),
]


@pytest.mark.parametrize(("before", "question", "last"), GOING_ON)
def test_a_question_goes_on_from_one_for_an_article(before, question, last):
    answer = Assistant(StaticRetriever([PARKING, DOGS], encoder=None), reader=WordReader()).ask(question, before)
    assert (answer.reader, answer.claims[-1].text) == ("structure", last)


def test_several_things_held_of_a_document_are_answered_together():
    asked = "停车场管理规定什么时候印发的，文号是多少？"
    answer = Assistant(StaticRetriever([PARKING, DOGS], encoder=None), reader=WordReader()).ask(asked)
    assert [claim.text for claim in answer.claims] == ["2023年3月28日", "雁政规〔2023〕4号"]


def test_a_section_of_a_reply_is_named_by_what_the_suggestion_is_about():
    """The title of a reply often names a number alone."""
    reply = parse_text(
        "关于第118号提案的答复\n\n高建平委员：\n\n您提出的《关于发展社区助餐服务的提案》收悉，现答复如下：\n\n一、主要做法\n\n"
        "一是补助食堂；二是优惠就餐。\n\n二、下一步打算\n\n1. 新建食堂二十个；\n2. 推行刷脸支付。\n",
        "reply.txt",
    )
    given = said(read_structure("社区助餐服务的主要做法有哪些？", hits(reply, PARKING)))
    assert given == ["一是补助食堂；", "二是优惠就餐。"]
    assert read_structure("社区医疗服务的主要做法有哪些？", hits(reply, PARKING)) is None
