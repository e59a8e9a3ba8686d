"""How a question names an article and a document."""

from __future__ import annotations

import pytest

from corpus.citing import Cited, asked_articles

TITLES = {
    "heat": "青岛市供热条例",
    "road": "中华人民共和国道路运输条例",
    "ningbo": "宁波市生活垃圾分类管理条例",
    "jiaxing": "嘉兴市生活垃圾分类管理条例",
    "labour": "劳动合同法",
    "criminal": "刑事诉讼法",
    "reading": "最高人民法院关于适用《刑事诉讼法》的解释",
    "parking": "上海市停车管理规定",
    "ships": "广西壮族自治区水路运输条例",
    "dogs": "广西壮族自治区养犬管理条例",
    "park": "关于印发《深圳市公园管理办法（试行）》的通知",
}


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("第十条规定了什么", [Cited(10)]),
        ("第12条和第十四条", [Cited(12), Cited(14)]),
        ("第三条至第五条", [Cited(3), Cited(4), Cited(5)]),
        ("第十、十二条", [Cited(10), Cited(12)]),
        ("第十条第二款第（三）项", [Cited(10, 0, 2, 3)]),
        ("第十条第二款和第三款", [Cited(10, 0, 2), Cited(10, 0, 3)]),
        ("第一千零二条之一", [Cited(1002, 1)]),
    ],
)
def test_articles_are_read_as_people_number_them(question, cited):
    asked = asked_articles(question)
    assert asked is not None
    assert [one for mention in asked.mentions for one in mention.cited] == cited


def test_a_count_of_measures_is_no_article():
    assert asked_articles("海关推出的10条措施是什么") is None


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("《青岛市供热条例》第十条规定了什么？", ["heat"]),
        ("请问青岛供热条例第10条是怎么说的", ["heat"]),
        ("供热条例第3条", ["heat"]),
        ("我在青岛开公司，青岛市供热条例里第十条讲什么", ["heat"]),
        ("第十条讲什么，青岛供热条例的", ["heat"]),
        ("道路运输条例第三条", ["road"]),
        ("我国道路运输条例第三条", ["road"]),
        ("宁波垃圾分类条例第十条", ["ningbo"]),
        ("垃圾分类条例第十条", ["ningbo", "jiaxing"]),
        ("最高人民法院关于适用《刑事诉讼法》的解释第十条", ["reading"]),
        ("根据《刑事诉讼法》的规定，第十条是什么", ["criminal"]),
        ("上海停车管理规定第三条", ["parking"]),
        ("深圳公园管理办法第五条", ["park"]),
        ("青岛条例第十条怎么规定的", ["heat"]),
        ("深圳的办法第五条讲什么", ["park"]),
        ("广西条例第五条", ["ships", "dogs"]),
        ("广西水运条例第五条", ["ships"]),
    ],
)
def test_a_document_is_named_by_its_title_in_full_in_short_or_without_its_place(question, documents):
    asked = asked_articles(question)
    assert asked is not None
    assert [list(one.documents) for one in asked.named(TITLES)] == [documents]


@pytest.mark.parametrize(
    "question",
    [
        "深圳市供热条例第十条",
        "深圳供热条例第十条",
        "深圳市《供热条例》第十条",
        "浙江省道路运输条例第三条",
        "青岛办法第三条",
        "兰州条例第三条",
        "劳动法第三条",
        "合同法第三条",
        "最高法关于审理《刑事诉讼法》的批复第十条",
    ],
)
def test_another_law_is_not_taken_for_the_one_that_is_named(question):
    asked = asked_articles(question)
    assert asked is not None
    assert [one.how for one in asked.named(TITLES)] == ["unknown"]


def test_each_of_two_laws_has_its_own_articles():
    asked = asked_articles("劳动合同法第三条和青岛市供热条例第五条规定了什么")
    assert asked is not None
    assert [one.documents for one in asked.named(TITLES)] == [("labour",), ("heat",)]


def test_who_asks_what_an_article_says_of_something_does_not_ask_for_all_of_it():
    whole, within = asked_articles("供热条例第十条的内容是什么"), asked_articles("供热条例第十条规定的罚款是多少")
    assert whole is not None
    assert within is not None
    assert (whole.is_whole(TITLES), within.is_whole(TITLES)) == (True, False)
