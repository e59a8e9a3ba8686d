"""The ten papers and ten books, with words from the documents that come with the project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from corpus import read_document
from evals.pasted.papers import Book, Box, Cell, Columns, Grid, Heading, ItemList, Paper, Part, Text, Value

_DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
_SENTENCE = re.compile(r"[^。！？\n#|>*\[\]_]{18,90}[。！？]")


def sentences() -> Iterator[str]:
    """Sentences of the documents, one after the other, without end."""
    while True:
        for path in sorted(_DOCUMENTS.iterdir()):
            document = read_document(path, _DOCUMENTS)
            yield from _SENTENCE.findall(document.text[document.body :])


def papers() -> list[Paper]:
    """Ten papers, each with something of its own."""
    said = sentences()

    def text(count: int = 3) -> Text:
        return Text("".join(islice(said, count)))

    def texts(count: int) -> list[Part]:
        return [text() for _ in range(count)]

    def short() -> str:
        return next(said).rstrip("。！？")

    nested = ItemList([short(), ItemList([short(), ItemList([short(), short()]), short()], "a", ")"), short()], "1")
    chinese = ItemList([next(said), next(said), next(said)], "一, 二, 三, ...", "、")
    merged = Grid(
        [
            [Cell("区域", down=2), Cell("公园", across=2), Cell("学校", across=2)],
            ["数量（座）", "面积（公顷）", "数量（所）", "学位（个）"],
            [Cell("福田区", down=2), "12", "345.6", "88", "91,200"],
            ["18", "210.4", "61", "70,500"],
            ["罗湖区", Cell("正在统计", across=2), "77", "64,300"],
            [Cell("注：数据截至2025年底，由各区报送。", across=5)],
        ],
        headers=2,
    )
    long = Grid([["序号", "项目名称", "责任单位"], *([str(n), short(), f"第{n}科"] for n in range(1, 61))])
    notes = [Text([short(), ("note", short()), "，", short(), ("note", next(said)), "。"]) for _ in range(4)]
    powers: Sequence[Part] = (
        Text(["日处理能力为1.2×10", ("sup", "6"), "立方米，面积3500m", ("sup", "2"), "，CO", ("sub", "2"), "减排8%。"]),
        Text([("bold", "第一条"), "　", next(said), ("link", "有关规定"), "另行公布。", ("br", ""), next(said)]),
        Text(["联系人：王某某", ("br", ""), "电话：0755-12345678", ("br", ""), "邮箱：gov@example.org"]),
    )
    articles = [Text(f"第{n}条 {next(said)}{next(said)}") for n in "一二三四五六七八九十"]
    return [
        Paper("letter", [Heading("关于区八届人大五次会议第20250031号建议的答复"), Text("尊敬的代表："), *texts(12)]),
        Paper(
            "lists", [Heading("办理情况清单"), text(), nested, text(), chinese, ItemList([short(), short()]), text()]
        ),
        Paper("notes", [Heading("带注释的报告"), *notes, Heading("二、说明", 2), *texts(4)]),
        Paper("merged", [Heading("各区公园和学校情况"), text(), merged, text(), Heading("二、下一步", 2), text()]),
        Paper("boxes", [Heading("工作简报"), text(), Box([short(), short()]), *texts(3), Box([short()]), *texts(2)]),
        Paper("heads", [Heading("实施方案"), *texts(40)], head="深圳市某局文件", foot="内部资料"),
        Paper("columns", [Heading("公报"), text(), Columns([text() for _ in range(14)]), text()]),
        Paper("powers", [Heading("符号与联系方式"), *powers, text()]),
        Paper("long", [Heading("重点项目表"), text(), long, text()]),
        Paper(
            "law",
            [
                Heading("某某条例"),
                Heading("第一章 总则", 2),
                *articles[:5],
                Heading("第二章 附则", 2),
                *articles[5:],
                Text("English text and 中文 mixed: GDP grew by 5.2% in 2025, see http://www.sz.gov.cn/ for details."),
            ],
        ),
    ]


def _row(*values: Value) -> list[Value]:
    return list(values)


def books() -> list[Book]:
    """Ten books, each with something of its own."""
    said = sentences()
    areas = ("福田区", "罗湖区", "南山区", "盐田区", "宝安区", "龙岗区")

    def rows(*formats: tuple[str, str]) -> list[list[Value]]:
        return [[area, *((n * 1234.37 + 7, code, form(n)) for code, form in _made(formats))] for n, area in _areas()]

    def _areas() -> Iterator[tuple[int, str]]:
        return enumerate(areas, start=1)

    def _made(formats: Sequence[tuple[str, str]]) -> Iterator[tuple[str, _Form]]:
        return ((code, _Form(spec)) for code, spec in formats)

    whole, grouped, cents = ("0", ".0f"), ("#,##0", ",.0f"), ("0.00", ".2f")
    plain: list[Sequence[Value]] = [["区", "数量", "金额（万元）"], *rows(whole, grouped)]
    shares: list[Sequence[Value]] = [
        ["区", "占比"],
        *(_row(area, (n / 37, "0.0%", f"{n / 37 * 100:.1f}%")) for n, area in _areas()),
    ]
    codes: list[Sequence[Value]] = [
        ["编码", "区"],
        *(_row((n * 37, "000000", f"{n * 37:06d}"), area) for n, area in _areas()),
    ]
    merged: list[Sequence[Value]] = [
        [Cell("各区情况汇总表", across=3)],
        ["区", "数量", "金额"],
        *rows(whole, cents),
        [Cell("注：由各区报送。", across=3)],
    ]
    lines: list[Sequence[Value]] = [
        ["序号", "意见", "答复"],
        *([str(n), f"{next(said)}\n{next(said)}", next(said)] for n in range(1, 9)),
    ]
    storeys: list[Sequence[Value]] = [
        ["区", Cell("公园", across=2), Cell("学校", across=2)],
        ["", "数量", "面积", "数量", "学位"],
        *([area, str(n), f"{n}.5", str(n + 1), f"{n}00"] for n, area in _areas()),
    ]
    two: list[Sequence[Value]] = [*plain, [], ["街道", "电话"], ["园岭街道", "0755-82000001"], ["莲花街道", "0755-8"]]
    quoted: list[Sequence[Value]] = [
        ["名称", "内容"],
        ['甲"乙"丙', "一,二;三\t四"],
        ["=不是公式", "@某某"],
        ["-", "——"],
    ]
    wide: list[Sequence[Value]] = [[f"{month}月" for month in range(1, 13)], [str(month * 3) for month in range(1, 13)]]
    letter: list[Sequence[Value]] = [["填报单位：某某局", "", "单位：万元"], ["项目", "预算", "决算"], ["甲", "1", "2"]]
    return [
        Book("plain", [("表一", plain)]),
        Book("shares", [("占比", shares), ("编码", codes)]),
        Book("codes", [("编码", codes)]),
        Book("merged", [("汇总", merged)]),
        Book("lines", [("意见", lines)]),
        Book("storeys", [("两层", storeys)]),
        Book("two", [("两表", two)]),
        Book("quoted", [("引号", quoted)]),
        Book("wide", [("逐月", wide)]),
        Book("letter", [("填报", letter), ("表一", plain)]),
    ]


class _Form:
    """How Python writes a number that a sheet shows in a format."""

    def __init__(self, spec: str) -> None:
        self._spec = spec

    def __call__(self, n: int) -> str:
        return format(n * 1234.37 + 7, self._spec)
