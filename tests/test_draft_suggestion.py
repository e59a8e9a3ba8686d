"""A suggestion is read and split into its requests, and the split can be changed."""

from pathlib import Path

import pytest

from assistant.draft.aspects import aspects
from assistant.draft.check import Checker
from assistant.draft.drafter import Drafter
from assistant.draft.office import Office
from assistant.draft.requests import merge, move, read_suggestion, remove, rename, reword, split
from assistant.draft.suggestion import Suggestion
from assistant.draft.template import Template
from assistant.web.pages.drafting.desk import Desk
from corpus.errors import InputError
from tests.fakes.assistant import FakeAssistant, library

SUGGESTIONS = Path(__file__).parent / "data" / "suggestions"


def read(name: str) -> Suggestion:
    return read_suggestion((SUGGESTIONS / f"{name}.txt").read_text(encoding="utf-8"))


def test_what_a_suggestion_says_of_itself():
    """Title, number, meeting, every representative (their names without blanks) and the date are found."""
    one = read("covered")
    assert one.title == "关于让河套合作区科研要素流得更顺、让福田未来产业长得更壮的建议"
    assert (one.number, one.session, one.date) == ("20260037", "区八届人大六次会议", "2026年2月26日")
    assert one.representatives == ("周雨桐", "罗振邦", "程洁")
    assert read("partly").number == "20260112"
    assert read("partly").date == "二〇二六年三月二日"
    assert read("uncovered").representatives == ("梁少芬", "古伟")
    assert read("uncovered").topic == "改善老旧小区停车和养老服务"


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ("建议如下：\n一、修路。路坏了。\n二、种树。\n以上建议，请研究。", ["修路", "种树"]),
        ("（一）修好断头路。\n（二）多种行道树。\n", ["修好断头路", "多种行道树"]),
        ("1.修好断头路\n说明一段。\n2.多种行道树\n", ["修好断头路", "多种行道树"]),
        ("为此建议：一是修好断头路；二是多种行道树；三是放几张长椅。", ["修好断头路", "多种行道树", "放几张长椅"]),
        (
            "一、基本情况\n路很旧。\n二、存在问题\n树很少。\n三、意见建议\n（一）修好断头路。\n（二）多种行道树。",
            ["修好断头路", "多种行道树"],
        ),
        ("路很旧。建议修好断头路。已经十年没修了。希望多种行道树。", ["修好断头路", "多种行道树"]),
        ("第1条路坏了。请区政府尽快修好断头路。", ["尽快修好断头路"]),
    ],
)
def test_requests_by_their_markers(body, titles):
    """Numbered parts, 一是 in a sentence and sentences that ask are requests; background and farewell are none."""
    found = [request.title for request in read_suggestion(f"关于道路的建议\n\n{body}").requests]
    assert found == titles


@pytest.mark.parametrize("text", ["", " \n", "路很旧，树很少。", "建议" + "很" * 60_000])
def test_what_cannot_be_split_is_refused_with_a_cure(text):
    """Nothing, nothing that asks, and a text beyond all measure are told in one line."""
    with pytest.raises(InputError) as told:
        read_suggestion(text)
    assert "\n" not in str(told.value)


def test_the_split_can_be_changed():
    """Merging, splitting, moving, renaming, rewording and removing keep every other request as it was."""
    one = read("covered")
    joined = merge(one, 1, 3)
    assert [r.id for r in joined.requests] == [1, 2, 4]
    assert one.requests[2].text in joined.requests[0].text
    at = one.requests[0].text.index("建议简化")
    cut = split(one, 1, at)
    assert [r.id for r in cut.requests] == [1, 5, 2, 3, 4]
    assert cut.requests[0].text + cut.requests[1].text == one.requests[0].text
    assert [r.id for r in move(one, 4, 0).requests] == [4, 1, 2, 3]
    assert [r.id for r in move(one, 1, 99).requests] == [2, 3, 4, 1]
    assert rename(one, 2, " 数据  跨境 ").requests[1].title == "数据 跨境"
    assert reword(one, 2, "建议别的。").requests[1].text == "建议别的。"
    assert [r.id for r in remove(one, 2).requests] == [1, 3, 4]
    assert Desk().filled(Desk(suggestion=cut).body).suggestion == cut


@pytest.mark.parametrize(
    "change",
    [
        lambda s: merge(s, 1, 1),
        lambda s: merge(s, 1, 9),
        lambda s: split(s, 1, 0),
        lambda s: rename(s, 1, "  "),
        lambda s: reword(s, 1, ""),
        lambda s: remove(Suggestion(s.text, requests=s.requests[:1]), 1),
    ],
)
def test_changes_that_make_no_sense_are_refused(change):
    """A request is not merged with itself, cut at its edge, left without words, or the last one taken away."""
    with pytest.raises(InputError):
        change(read("covered"))


def test_what_a_request_names():
    """Each action is a thing of its own; what it is for and why it is wanted are none."""
    requests = {r.title: aspects(r) for name in ("covered", "partly", "uncovered") for r in read(name).requests}
    assert requests["政府引导基金要真正带动社会资本"] == ("设立区级产业引导基金，带动社会资本投向未来产业",)
    assert requests["把企业梯队建起来"] == (
        "分层培育企业梯队",
        "支持专精特新企业、独角兽企业发展",
        "建立专精特新企业家子女入学绿色通道",
    )
    assert all("路两边" not in thing for things in requests.values() for thing in things)


def test_a_heading_and_what_a_request_is_for_are_not_asked():
    """The heading of a request stands above what it names, which is asked without 希望 and without 让…."""
    text = (
        "关于园区的建议（市二届人大三次会议第66号）\n一、过关再快一些。新口岸什么时候启用；希望一号通道延长开放时间。\n"
        "二、把条例讲清楚。建议说明条例何时施行，让企业心里有数。"
    )
    one = read_suggestion(text)
    assert [aspects(request) for request in one.requests] == [
        ("新口岸什么时候启用", "一号通道延长开放时间"),
        ("说明条例何时施行",),
    ]
    assert (one.number, one.session) == ("66", "市二届人大三次会议")


@pytest.mark.parametrize(
    ("line", "office"),
    [
        ("主办单位：市住房和城乡建设局", "市住房和城乡建设局"),
        ("承办单位: 市水务局（会办：市财政局）", "市水务局"),
        ("主办单位要加强协调。", ""),
    ],
)
def test_who_is_to_answer_signs(line, office):
    """The suggestion names the office, and 〔承办单位名称〕 stood in the letter all the same; a set name goes first."""
    suggestion = read_suggestion(f"关于路灯的建议\n\n{line}\n\n一、增设路灯。\n\n二、修好长椅。\n")
    assert suggestion.office == office
    assert [one.title for one in suggestion.requests] == ["增设路灯", "修好长椅"]
    for own in ("", "市城管局"):
        drafter = Drafter(FakeAssistant(library(), {}, 0), Checker("2026-01-01"), Template.open(None), Office(own))
        signed = next(one.text for one in drafter.draft(suggestion).paragraphs if one.style == "sign")
        assert signed == (own or office or "〔承办单位名称〕")
