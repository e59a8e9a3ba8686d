"""Plain text whose lines a program broke at one width: full lines go on, short ones end their paragraph."""

from __future__ import annotations

import pytest

from corpus.normalise import join_lines
from corpus.parse import parse_text
from corpus.structure import blocks
from corpus.wrapping import columns, wrapping

TITLE = "云岭市人民政府关于生活垃圾分类的通告"
PARAGRAPHS = (
    "为加强城市生活垃圾分类管理，改善人居环境，根据《中华人民共和国固体废物污染环境防治法》等有关规定，现将有关事项通告如下：",
    "一、自2025年7月1日起，本市建成区内的机关、企业事业单位、住宅小区全面实行生活垃圾分类投放，分为可回收物、有害垃圾、厨余垃圾和其他垃圾四类。",
    "（一）住宅小区实行定时定点投放，投放时间为每日7时至9时、18时至21时，各县（区）可以根据实际情况适当调整，但每日投放总时长不得少于4小时。",
    "2.个人未按照规定分类投放生活垃圾且拒不改正的，处100元以上500元以下罚款；单位未分类投放的，处5万元以上50万元以下罚款。",
    "四、本通告自2025年7月1日起施行。",
)


def broken(text: str, width: int, measure) -> str:
    lines = [""]
    for character in text:
        if measure(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return "\n".join(lines)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("indent", ["", "　　"])
@pytest.mark.parametrize(("width", "measure"), [(28, len), (33, len), (41, len), (56, columns), (77, columns)])
def test_paragraphs_are_whole_at_every_width(width, measure, indent, gap):
    text = gap.join([TITLE, *(broken(indent + one, width, measure) for one in PARAGRAPHS)])
    document = parse_text(text, "d.txt")
    said = [(block.kind, join_lines(document.text[block.start : block.end])) for block in blocks(document)]
    assert said == [("heading", TITLE), ("paragraph", PARAGRAPHS[0]), *(("item", one) for one in PARAGRAPHS[1:])]


def test_a_heading_of_one_short_line_stays_one():
    text = "\n".join([TITLE, *(broken(f"　　{one}", 30, len) for one in ("一、工作情况", *PARAGRAPHS[2:4]))])
    assert [block.kind for block in blocks(parse_text(text, "d.txt"))] == ["heading", "heading", "item", "item"]


@pytest.mark.parametrize(
    "lines",
    [
        ["一、本通告自2025年7月1日起施行并向社会公布。", "二、本通告由市城市管理局负责解释和组织实施。"] * 3,
        ["1路        2           1           22:30", "2路        2           1           21:00"] * 3,
        ["甲局负责人张三", "乙局负责人李四"] * 4,
        list(PARAGRAPHS),
        [],
    ],
    ids=["items", "table", "names", "paragraphs", "nothing"],
)
def test_lines_of_one_length_that_nobody_broke_are_told_from_broken_ones(lines):
    assert wrapping(lines) is None
