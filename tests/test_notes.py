"""What is said before the claims: how many items there are, and what a question takes for granted."""

from __future__ import annotations

import pytest

from assistant.compose import Group
from assistant.notes import opening_notes
from assistant.question import read_question
from assistant.units import units_of_document, units_of_enumeration
from assistant.web.chat.evidence import EVIDENCE
from corpus.outline import enumerations
from corpus.parse import parse_text


def notes(question: str, *groups: Group) -> list[str]:
    return [one.text for one in opening_notes(read_question(question), groups, "2025-01-01")]


@pytest.mark.parametrize(("source", "told"), [("", 1), ("《校园安全办法》", 0)])
def test_an_answer_of_staff_that_names_no_source_says_so(source, told):
    """Quoted later it looked like any document, though nothing but staff's word stands behind it."""
    front = f"---\ntitle: 人工答复：校门几点关\nkind: staff_answer\nsource: {source}\n---\n\n"
    group = Group(units_of_document(parse_text(f"{front}校门每晚九点关闭。\n", "answer.md")))
    assert notes("校门几点关", group) == ["《人工答复：校门几点关》是人工答复，未附依据，请核实后再用。"] * told
    shown = str(EVIDENCE.meta_lines(group.source.metadata))
    assert shown.count('data-i="d.unsourced"') == told


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ("（一）校门上锁；\n（二）来客登记。\n", ["共2项，以下逐项列出。"]),
        ("（一）陪餐。陪餐人应当：\n1. 先吃；\n2. 记录。\n（二）留样。\n", []),
    ],
)
def test_items_that_enumerate_in_turn_are_not_counted(items, told):
    """共2项 used to stand above four numbered lines."""
    document = parse_text(f"某校办法\n\n第一条 学校应当做到下列事项：\n{items}", "school.txt")
    outer = max(enumerations(document), key=lambda one: one.end - one.start)
    assert notes("学校应当做到什么", Group(units_of_enumeration(document, outer), len(outer.items))) == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("满12年年休假几天", []),
        ("满2年年休假几天", ["资料为满10年，非满2年。"]),
    ],
)
def test_a_number_within_a_bound_is_no_error_of_the_question(question, told):
    document = parse_text("某厂办法\n\n工作满10年年休假为10天。\n", "leave.txt")
    assert notes(question, Group(units_of_document(document))) == told
