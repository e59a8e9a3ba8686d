"""Rows of tables in words, and under the header that is theirs, from every format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from assistant.units import show_row, units_of_document
from assistant.verify import RuleVerifier
from corpus import Document, read_document
from corpus.parse import parse_text
from corpus.structure import blocks
from tests.formats.wordfiles import docx, p, table, tc


def said(document: Document) -> list[str]:
    """Its rows in words."""
    return [one.text for one in units_of_document(document) if one.block.kind == "table_row"]


def sheet(path: Path, rows: Sequence[Sequence[object]]) -> Document:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return read_document(path, path.parent)


@pytest.mark.parametrize(
    ("name", "cell", "shown"),
    [
        ("2021", "315.2", "2021为315.2"),
        ("2021年", "315.2", "2021年315.2"),
        ("PM2.5", "25", "PM2.5为25"),
        ("CO₂", "3.1", "CO₂为3.1"),
        ("2021", "-1.2", "2021为-1.2"),
        ("2021", "未统计", "2021未统计"),
        ("台数", "12", "台数12"),
    ],
)
def test_a_column_named_by_a_number_or_a_latin_word_does_not_run_on_into_its_cells(name: str, cell: str, shown: str):
    table = f"| 指标 | {name} |\n| --- | --- |\n| 常住人口 | {cell} |\n"
    assert [one.text for one in units_of_document(parse_text(table, "a.md"))] == [f"常住人口：{shown}。"]


def test_a_table_right_behind_another_one_has_its_own_header(tmp_path: Path):
    posts = table(["岗位", "人数"], ["教师", "40"])
    places = table(["区县", "考点"], ["五华区", "一中"])
    docx(tmp_path / "a.docx", p("招聘岗位") + posts + p("") + places)
    assert said(read_document(tmp_path / "a.docx", tmp_path)) == ["教师：人数40。", "五华区：考点为一中。"]


def test_tables_beside_each_other_in_a_sheet_have_their_own_headers_and_one_list_its_title(tmp_path: Path):
    rows = [
        ("低保公示名单", None, None, None, None),
        ("姓名", "月金额", None, "姓名", "月金额"),
        ("张三", 710, None, "李四", 650),
        ("王五", 820, None, "赵六", 590),
    ]
    listed = sheet(tmp_path / "a.xlsx", rows)
    assert said(listed) == ["张三：月金额710。", "王五：月金额820。", "李四：月金额650。", "赵六：月金额590。"]
    assert {one.heading[-1] for one in blocks(listed) if one.kind == "table_row"} == {"低保公示名单"}
    debt = [("地区", "余额", None, "指标", "数值"), ("市本级", 312.6, None, "债务率", "85%")]
    assert said(sheet(tmp_path / "b.xlsx", debt)) == ["市本级：余额312.6。", "债务率：数值85%。"]


@pytest.mark.parametrize(
    ("between", "last"),
    [
        ([("二、轨道交通",), ("线路", "里程", "车站数")], "1号线：里程46.4，车站数35。"),
        ([("线路", "2023年", "车站数")], "1号线：2023年46.4，车站数35。"),
        ([("二、轨道交通",), ("线路", "里程", "未统计")], "1号线：里程46.4，未统计35。"),
    ],
)
def test_a_header_inside_a_sheet_begins_another_table(between: list[tuple[str]], last: str, tmp_path: Path):
    rows = [("类别", "2023年", "2024年"), ("国道", 880, 880), *between, ("1号线", 46.4, 35)]
    document = sheet(tmp_path / "a.xlsx", rows)
    assert said(document) == ["国道：2023年880，2024年880。", last]
    under = [one.heading for one in blocks(document) if one.kind == "table_row"]
    assert under[1] == (*under[0], *([str(between[0][0])] if len(between) > 1 else []))


@pytest.mark.parametrize(
    "row",
    [
        ("县道", "未统计", "未统计"),  # says the same of two columns
        ("最长的路", "国道", "省道"),  # has no title above it
        ("县道", "在建", 12),
    ],
)
def test_a_row_of_words_among_figures_begins_no_table(row: tuple[str], tmp_path: Path):
    rows = [("类别", "2023年", "2024年"), ("国道", 880, 880), row, ("省道", 46.4, 35)]
    assert said(sheet(tmp_path / "a.xlsx", rows))[-1] == "省道：2023年46.4，2024年35。"


def test_rows_under_a_name_of_their_group_stay_in_their_table(tmp_path: Path):
    rows = [("指标", "单位", "2023年"), ("一、机构",), ("医院", "个", 120), ("二、人员",), ("医师", "人", 9800)]
    assert said(sheet(tmp_path / "a.xlsx", rows))[-1] == "医师：单位为人，2023年9800。"


def test_a_header_that_comes_once_more_is_no_row(tmp_path: Path):
    docx(tmp_path / "a.docx", table(["学校", "人数"], ["一中", "40"], ["学校", "人数"], ["二中", "36"]))
    document = read_document(tmp_path / "a.docx", tmp_path)
    assert said(document) == ["一中：人数40。", "二中：人数36。"]
    assert [one.kind for one in blocks(document)] == ["table_header", "table_row", "table_row"]


SHADED = '<w:shd w:fill="D9D9D9"/>'
BEGUN, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (
            [
                ["事项名称", "首次登记", "事项编码", "530100-0021"],
                ["法定时限", "30个工作日", "承诺时限", "5个工作日"],
                ["收费标准", tc("每件80元", '<w:gridSpan w:val="3"/>')],
            ],
            [
                "事项名称：首次登记；事项编码：530100-0021。",
                "法定时限：30个工作日；承诺时限：5个工作日。",
                "收费标准：每件80元。",
            ],
        ),
        (
            [["申请条件", "具有本市户籍；无房。"], ["租金标准", "每平方米8.5元"]],
            ["申请条件：具有本市户籍；无房。", "租金标准：每平方米8.5元。"],
        ),
        (
            [[tc("事项", SHADED), "设立登记"], [tc("收费", SHADED), "免费"]],
            ["事项：设立登记。", "收费：免费。"],
        ),
        (
            [
                [tc("基本要素", BEGUN), "事项名称", "食品经营许可"],
                [tc("", GOES_ON), "法定时限", "20个工作日"],
                ["办理要求", "收费", "不收费"],
            ],
            [
                "基本要素，事项名称：食品经营许可。",
                "基本要素，法定时限：20个工作日。",
                "办理要求，收费：不收费。",
            ],
        ),
    ],
)
def test_no_row_of_a_form_is_the_header_of_the_others(rows: list[list[str]], shown: list[str], tmp_path: Path):
    docx(tmp_path / "a.docx", p("办事指南") + table(*rows))
    document = read_document(tmp_path / "a.docx", tmp_path)
    assert said(document) == shown
    assert {one.header for one in blocks(document) if one.kind == "table_row"} == {None}
    quoted = [unit.quotes[0].text for unit in units_of_document(document) if unit.block.kind == "table_row"]
    assert quoted == [line for line in document.text.split("\n") if line.startswith("|")]


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ([["收入项目", "预算数", "支出项目", "预算数"], ["财政拨款", "3200", "基本支出", "2100"]], "基本支出"),
        ([["预警级别", "1小时", "3小时", "6小时"], ["准备转移", "35", "60", "80"]], "3小时60"),
        ([["事项", "时限"], ["户口登记", "当场办结"], ["补领", "5个工作日"]], "时限5个工作日"),
        ([[tc("区县", BEGUN), "金额"], [tc("", GOES_ON), "（万元）"], ["五华区", "12"]], "金额（万元）12"),
        ([["区县", "面积", "人口"], [tc("东部", BEGUN), "一区", "12"], [tc("", GOES_ON), "二区", "9"]], "人口9"),
        ([[tc("区县", SHADED), tc("人数", SHADED)], [tc("五华区", SHADED), "12"]], "人数12"),
    ],
)
def test_a_header_stays_one_where_labels_and_values_do_not_take_turns(rows: list[list[str]], last: str, tmp_path: Path):
    docx(tmp_path / "a.docx", p("情况") + table(*rows))
    assert last in said(read_document(tmp_path / "a.docx", tmp_path))[-1]


def test_a_web_form_with_header_cells_in_front_and_a_sheet_have_no_header(tmp_path: Path):
    cells = [("事项名称", "设立登记"), ("收费", "免费")]
    rows = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in cells)
    (tmp_path / "a.html").write_text(f"<h1>办事指南</h1><table>{rows}</table>")
    assert said(read_document(tmp_path / "a.html", tmp_path)) == ["事项名称：设立登记。", "收费：免费。"]
    form = sheet(tmp_path / "b.xlsx", [("名称", "市一院", "床位", 800), ("等级", "三级乙等", "电话", "0871-6531")])
    assert said(form) == ["名称：市一院；床位：800。", "等级：三级乙等；电话：0871-6531。"]


@pytest.mark.parametrize("caption", ["续表1", "续表1（二）", "表1 各校招生计划（续）", "（接上页）"])
def test_a_table_that_goes_on_without_a_header_is_under_that_of_the_table_before(caption: str, tmp_path: Path):
    begun = table(["学校", "统招生", "合计"], ["一中", "400", "600"])
    rest = table(["八中", "200", "300"], ["全市", "1500", "2190"])
    docx(tmp_path / "a.docx", p("招生计划") + p("表1 各校招生计划") + begun + p(caption) + rest)
    shown = ["一中：统招生400，合计600。", "八中：统招生200，合计300。", "全市：统招生1500，合计2190。"]
    assert said(read_document(tmp_path / "a.docx", tmp_path)) == shown


@pytest.mark.parametrize(
    ("caption", "first", "shown"),
    [
        ("续表1", ["学校", "往届生", "2024年"], "八中：往届生200，2024年300。"),
        ("续表1", ["学校", "统招生", "合计"], "八中：统招生200，合计300。"),
        ("表2 床位", ["床位", "2023", "2024"], "八中：2023为200，2024为300。"),
    ],
)
def test_a_table_that_goes_on_with_a_header_is_under_its_own(
    caption: str, first: list[str], shown: str, tmp_path: Path
):
    begun = table(["学校", "统招生", "合计"], ["一中", "400", "600"])
    docx(tmp_path / "a.docx", p("招生计划") + begun + p(caption) + table(first, ["八中", "200", "300"]))
    assert said(read_document(tmp_path / "a.docx", tmp_path))[-1] == shown


def test_a_table_in_a_cell_ends_before_the_words_below_it(tmp_path: Path):
    inside = f"<w:tc>{p('租金见下表：')}{table(['地段', '月租金'], ['二类', '6.2'])}{p('低保家庭减半。')}</w:tc>"
    last = f"<w:tc>{table(['网上', '窗口'])}{p('')}</w:tc>"
    docx(tmp_path / "a.docx", p("指南") + table(["事项", "说明"], ["租金", inside], ["办理", last]))
    shown = ["租金：说明为租金见下表：地段，月租金；二类，6.2。低保家庭减半。", "办理：说明为网上，窗口。"]
    assert said(read_document(tmp_path / "a.docx", tmp_path)) == shown


@pytest.mark.parametrize(
    ("above", "shown"),
    [
        (["表1 资金安排", "单位：万元"], "教育：金额4200，占比20。单位：万元。"),
        (["表1 资金安排（单位：万元）"], "教育：金额4200，占比20。单位：万元。"),
        (["表1 资金安排", "（金额单位：元/户）"], "教育：金额4200，占比20。金额单位：元/户。"),
        (["表1 资金安排", "单位：万元、%"], "教育：金额4200，占比20。单位：万元、%。"),
        (["表1 资金安排", "填报单位：市财政局"], "教育：金额4200，占比20。"),
        (["单位：万元", "本表由财政局编制，一年一次。"], "教育：金额4200，占比20。"),
    ],
)
def test_a_row_says_what_its_table_is_measured_in_as_it_stands_above_it(above: list[str], shown: str, tmp_path: Path):
    rows = table(["类别", "金额", "占比"], ["教育", "4200", "20"])
    docx(tmp_path / "a.docx", p("资金安排情况") + "".join(map(p, above)) + rows)
    (row,) = units_of_document(read_document(tmp_path / "a.docx", tmp_path))[-1:]
    assert row.text == shown
    assert [quote.text for quote in row.quotes[-2:]] == ["| 类别 | 金额 | 占比 |", "| 教育 | 4200 | 20 |"]
    assert "".join(quote.text for quote in row.quotes[:-2]) == shown.split("。")[1]
    assert RuleVerifier().verify(row.text, [quote.text for quote in row.quotes]).supported


@pytest.mark.parametrize(
    ("name", "cell", "measured"),
    [
        ("预算数", "420.50", True),
        ("2024年", "420", True),
        ("上年同期", "420", True),
        ("金额", "—", False),
        ("金额", "20万元", False),
        ("金额（万元）", "20", False),
        ("人数", "20", False),
        ("完成率", "20", False),
        ("年份", "2024", False),
    ],
)
def test_no_count_share_or_number_with_a_unit_is_said_to_be_measured_in_it(name: str, cell: str, measured: bool):
    header, row = f"| 类别 | {name} |", f"| 教育 | {cell} |"
    assert ("。单位：亿元。" in show_row(header, row, measured="单位：亿元")) == measured
