"""Asking documents beside those of the home: both are searched, either can be asked alone."""

from __future__ import annotations

import pytest

from corpus import parse_text
from corpus.errors import InputError
from index.searcher import JoinedRetriever, in_memory

SAID = "蓝鹊谷驿站共设充电泊位286个，由区城市管理局负责日常维护。"
STATION = parse_text(f"关于蓝鹊谷驿站建设情况的说明\n\n{SAID}\n", "驿站.txt")
QUESTION = "蓝鹊谷驿站设了多少个充电泊位？"


@pytest.mark.model
def test_both_are_searched(searcher):
    """The nearer one's best come first, ranks are whole, and a document of either can be asked alone."""
    beside = JoinedRetriever(in_memory([STATION], searcher.encoder), searcher)
    hits = beside.search(QUESTION, 6)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5, 6]
    assert [hit.document == "驿站" for hit in hits] == [True, False, False, False, False, False]
    home = [hit.document for hit in beside.search("皇岗口岸什么时候启用？", 6)]
    assert home.index("驿站") == 3
    assert beside.document("驿站") == STATION
    assert beside.document("huanggang-port") is not None
    assert {hit.document for hit in beside.within(["驿站"]).search("泊位", 6)} == {"驿站"}
    assert {hit.document for hit in beside.within(["huanggang-port"]).search("泊位", 6)} == {"huanggang-port"}
    both = beside.within(["驿站", "huanggang-port"]).search("泊位", 6)
    assert {hit.document for hit in both} == {"驿站", "huanggang-port"}
    with pytest.raises(InputError, match="no document"):
        beside.within(["驿站", "nowhere"])


def test_no_encoder_is_needed():
    """As in a home without one."""
    assert [hit.document for hit in in_memory([STATION], None).search("充电泊位", 3)] == ["驿站"]


@pytest.mark.model
def test_a_file_and_the_home_are_both_answered_from(assistant):
    """The home alone does not know the file, and afterwards knows as little of it as before."""
    assert not assistant.ask(QUESTION).answered
    beside = assistant.beside([STATION])
    answer = beside.ask(QUESTION)
    assert [one.quote.text for one in answer.citations] == [SAID]
    home = "海关总署推出了多少条专项措施？"
    assert beside.ask(home).text == assistant.ask(home).text
    assert beside.within(["驿站"]).ask(QUESTION).text == answer.text
    assert not beside.within(["驿站"]).ask(home).answered
    assert not assistant.ask(QUESTION).answered
