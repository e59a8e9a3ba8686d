"""What a sheet shows is what is read: numbers in their formats, tables apart, merged cells, nothing that is hidden."""

import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from corpus import Document, read_document
from corpus.formats.sheets.cells import show
from corpus.structure import blocks
from index.chunk import chunk

CASES = Path(__file__).parent / "data" / "cases"
OFFICE = shutil.which("soffice")


def read(name: str) -> Document:
    return read_document(CASES / name, CASES)


def rows(document: Document) -> list[str]:
    """The rows of all tables, headers with a # before them."""
    lines = document.text.split("\n")
    after = [*lines[1:], ""]
    return [
        "#" * below.startswith("| ---") + " ".join(cell.strip() for cell in line.strip("| ").split("|"))
        for line, below in zip(lines, after, strict=True)
        if line.startswith("| ") and not line.startswith("| ---")
    ]


def left_out(document: Document) -> dict[str, int]:
    return {one.what: one.count for one in document.left_out}


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (12345678, '#,##0,"千元"', "12,346千元"),
        (23456789, '0.00,,"百万元"', "23.46百万元"),
        (345678, '0!.0,"万元"', "34.6万元"),
        (56789, '0"."0,"万元"', "5.7万元"),
        (87654321, "#,##0,", "87,654"),
        (123456, '0!.0000"亿"', "12.3456亿"),
        (345678, '0\\!.0,"万元"', "34.6万元"),
        (70, '[>=90]0"（优）";[>=60]0"（及格）";0"（差）"', "70（及格）"),
        (-1234.5, "#,##0.00_);[Red](#,##0.00)", "(1,234.50)"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (7, "000", "007"),
        (12, '"第"0"号"', "第12号"),
        (0.1234, "0.0%", "12.3%"),
        (0.75, "# ??/??", "3/4"),
        (45000, 'G/通用格式"元"', "45000元"),
        (0.1 + 0.2, "General", "0.3"),
        (-5, "yyyy-mm-dd", "-5"),
        (float("inf"), "0.00", "INF"),
        (20250021, "General", "20250021"),
        (45306, 'yyyy"年"m"月"d"日"', "2024年1月15日"),
        (45306, '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "二〇二四年一月十五日"),
        (45306, '[DBNum2][$-804]yyyy"年"m"月"d"日"', "贰零贰肆年壹月壹拾伍日"),
        (12345, '[DBNum2][$-804]General"元整"', "壹万贰仟叁佰肆拾伍元整"),
        (105, "[DBNum1][$-804]General", "一百零五"),
        (105, "[DBNum1][$-804]0", "一〇五"),
        (1234.5, "[DBNum2][$-804]0.00", "壹贰叁肆.伍零"),
        (105, "[DBNum3][$-804]0", "１０５"),
        (-100010, "[DBNum1]G/通用格式", "-十万零一十"),
        (200050010, "[DBNum1]General", "二亿零五万零一十"),
        (10.05, "[DBNum2]General", "壹拾.零伍"),
        (0, "[DBNum2]General", "零"),
        (45306, "[$-804]aaaa", "星期一"),
        (45306, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2024年1月15日"),
        (0.75, '[$-804]上午/下午h"时"mm"分"', "下午6时00分"),
        (1.5, "[h]:mm", "36:00"),
        ("甲", '@"（公示）"', "甲（公示）"),
    ],
)
def test_a_number_reads_as_the_sheet_shows_it(value: object, code: str, shown: str):
    assert show(value, code) == shown


def test_scaled_numbers_keep_to_their_unit():
    assert [row.split()[1] for row in rows(read("scale.xlsx"))[1:]] == [
        "12,346千元",
        "23.46百万元",
        "34.6万元",
        "456789012.00元",
        "5.7万元",
        "87,654",
        "125.00百万元",
    ]


def test_formats_that_are_only_numbered_are_dates():
    assert rows(read("ids.xlsx")) == ["#事项 日期 月", "开工 2024年1月15日 2024年1月"]


def test_merged_cells_are_said_in_every_row_and_two_storeys_are_one_header():
    document = read("vmerge.xlsx")
    assert document.metadata.title == "各区公园统计表（2024年）"
    found = rows(document)
    assert found[0] == "#区 街道 公园数量（座） 公园面积（公顷） 备注"
    assert found[2].split()[:4] == ["福田区", "园岭街道", "3", "40.2"]
    assert found[5].split()[:4] == ["罗湖区", "东门街道", "1", "2.5"]


def test_a_header_of_three_storeys_whose_last_is_years():
    assert rows(read("three.xlsx"))[0].split()[1:3] == ["各年度上半年2023", "各年度上半年2024"]


def test_the_first_column_may_be_named_on_the_lower_storey(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    for row in ([None, "2023年", None, "2024年"], ["区", "计划", "完成", "计划"], ["福田", 1, 2, 3]):
        sheet.append(row)
    sheet.merge_cells("B1:C1")
    book.save(tmp_path / "a.xlsx")
    document = read_document(tmp_path / "a.xlsx", tmp_path)
    assert rows(document) == ["#区 2023年计划 2023年完成 2024年计划", "福田 1 2 3"]


def test_a_blank_row_ends_a_table_that_has_its_own_header_below():
    found = rows(read("twotables.xlsx"))
    assert found == ["#区 学校数", "福田区 88", "#区 医院数 床位", "福田区 21 9000", "罗湖区 18 7000"]


def test_a_blank_row_inside_a_table_ends_nothing_and_its_notes_are_no_rows():
    document = read("groups.xlsx")
    assert rows(document) == ["#项目 投资 负责人", "甲项目 100 张三", "乙项目 200 李四", "丙项目 300 王五", "合计 600"]
    assert document.text.endswith("\n\n注：数据截至2024年底。\n\n制表人：张三 审核人：李四\n")


def test_a_group_of_rows_that_begins_with_words_is_no_table_of_its_own(tmp_path: Path):
    (tmp_path / "a.csv").write_text("单位,金额\n甲局,50\n\n乙局,待定\n丙局,100\n", encoding="utf-8")
    assert rows(read_document(tmp_path / "a.csv", tmp_path)) == ["#单位 金额", "甲局 50", "乙局 待定", "丙局 100"]


def test_tables_beside_each_other_are_apart():
    found = rows(read("side.xlsx"))
    assert found[:2] == ["#区 学校数", "福田区 88"]
    assert found[3:5] == ["#街道 医院数 床位", "东门街道 3 900"]


def test_what_is_hidden_is_left_out_and_told():
    document = read("hidden.xlsx")
    assert rows(document) == ["#企业 补助金额（万元）", "甲公司 50", "丙公司 30"]
    assert left_out(document) == {"hidden columns": 1, "hidden rows": 1}


def test_a_merged_cell_whose_first_row_is_hidden_is_still_said():
    assert rows(read("hiddenmerge.xlsx"))[1:] == ["公园 乙园 4", "公园 丙园 5", "合计  12"]


def test_marks_of_cells():
    """Struck, raised and white text, a comment, a hidden sheet."""
    document = read("marks.xlsx")
    found = rows(document)
    assert "补贴 5万元" in found
    assert "水厂 1.2×10⁶立方米" in found
    assert "深底 7元" in found, "white on blue is seen"
    assert "秘密电话" not in document.text
    assert left_out(document) == {"comments": 1, "hidden sheets": 1, "hidden text": 4, "struck text": 4}


def test_a_title_over_the_whole_sheet_is_the_documents_and_a_signed_row_no_row(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    for row, values in {
        2: ["民生实事汇总表"],
        3: [None, None, "单位：万元"],
        4: ["项目", "责任单位", "投资"],
        5: ["新建公园", "城管局", 1200],
        7: ["附表：公园明细"],
        8: ["公园", "面积", "街道"],
        9: ["莲花山", 180, "莲花"],
        11: ["填表人：张三", "审核人：李四", "2025年7月1日"],
    }.items():
        for column, value in enumerate(values, start=2):
            sheet.cell(row, column, value)
    sheet.merge_cells("B2:D2")
    book.save(tmp_path / "a.xlsx")
    document = read_document(tmp_path / "a.xlsx", tmp_path)
    assert document.metadata.title == "民生实事汇总表"
    assert rows(document) == ["#项目 责任单位 投资", "新建公园 城管局 1200", "#公园 面积 街道", "莲花山 180 莲花"]
    assert document.text.endswith("\n\n填表人：张三 审核人：李四 2025年7月1日\n")


def test_each_sheet_stands_under_its_own_name_and_title(tmp_path: Path):
    """Names begin with numbers as headings do, and one sheet ends in headings that are none of the next one's."""
    book = Workbook()
    book.remove(book.active)
    for name, values in {
        "1.收支": [
            ["2024年收支情况表"],
            ["部门", "支出"],
            ["教育局", 326],
            ["附件1"],
            ["部门", "人数"],
            ["水务局", 58],
        ],
        "二、接待": [["2024年接待情况表"], ["部门", "接待"], ["卫健委", 66]],
        "说明": [["数据截至2024年底。"]],
    }.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(values, start=1):
            for column, cell in enumerate(cells, start=1):
                sheet.cell(row + (row > 3), column, cell)
    book.save(tmp_path / "甲市部门决算公开.xlsx")
    document = read_document(tmp_path / "甲市部门决算公开.xlsx", tmp_path)
    assert document.metadata.title == "甲市部门决算公开"
    under = {one.heading for one in blocks(document) if one.kind in {"table_row", "paragraph"}}
    assert under == {("1.收支", "2024年收支情况表"), ("1.收支", "附件1"), ("二、接待", "2024年接待情况表"), ("说明",)}
    assert all("收支" not in one.head for one in chunk(document) if "1.收支" not in one.heading)


def test_the_number_of_an_annex_is_no_title(tmp_path: Path):
    book = Workbook()
    for row in (["附件2"], ["行政处罚公示"], ["当事人", "罚款"], ["甲厂", 300]):
        book.active.append(row)
    book.save(tmp_path / "附件2.xlsx")
    assert read_document(tmp_path / "附件2.xlsx", tmp_path).metadata.title == "行政处罚公示"


def test_a_blackened_cell_is_hidden(tmp_path: Path):
    book = Workbook()
    for row in (["当事人", "处罚"], ["李某花", "五百元"]):
        book.active.append(row)
    book.active["A2"].font = Font(color="FF000000")
    book.active["A2"].fill = PatternFill("solid", fgColor="FF000000")
    book.active["B2"].fill = PatternFill("solid", fgColor="FFFFFF00")
    book.save(tmp_path / "a.xlsx")
    document = read_document(tmp_path / "a.xlsx", tmp_path)
    assert rows(document)[1] == "五百元"
    assert left_out(document) == {"hidden text": 3}


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_formulas_without_values_are_calculated():
    document = read("formula.xlsx")
    assert rows(document)[-1] == "合计 2000"
    assert not document.left_out


def test_formulas_without_values_are_told_where_nothing_calculates(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert left_out(read("formula.xlsx")) == {"formulas without a value": 1}


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.full
@pytest.mark.parametrize("name", ["scale.xls", "marks.ods"])
def test_old_and_open_formats_read_as_the_new_one(name: str):
    assert rows(read(name)) == rows(read(f"{name.partition('.')[0]}.xlsx"))


def test_the_words_of_a_text_box_stand_below_its_sheet():
    assert read("box.xlsx").text.endswith("| 南山区 | 7 |\n\n注意：数据为初步<统计>。\n")


def test_a_title_above_a_csv_table():
    document = read("title.csv")
    assert document.metadata.title == "2024年各区图书馆统计"
    assert rows(document) == ["#区 数量 面积,平方米", "福田区 12 34,500", "罗湖区 9 21,000"]


SPREADSHEETS = {
    "semicolon": "区;数量\n福田区;1,5\n罗湖区;2,5\n",
    "tab": "区\t数量\n福田区\t1,5\n罗湖区\t2,5\n",
    "declared": "sep=;\n区;数量\n福田区;1,5\n罗湖区;2,5\n",
    "titled": '各区统计,\n单位：个,\n区,数量\n福田区,"1,5"\n罗湖区,"2,5"\n',
    "blank lines": '\n各区统计\n\n区,数量\n福田区,"1,5"\n\n罗湖区,"2,5"\n',
    "ragged": '区,数量\n福田区,"1,5",\n罗湖区,"2,5"\n',
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("text", SPREADSHEETS.values(), ids=SPREADSHEETS.keys())
def test_csv_as_programs_write_it(tmp_path: Path, text: str, encoding: str):
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert rows(read_document(tmp_path / "a.csv", tmp_path)) == ["#区 数量", "福田区 1,5", "罗湖区 2,5"]


def test_a_csv_cell_of_several_lines_is_one_cell(tmp_path: Path):
    (tmp_path / "a.csv").write_text('事项,材料\n登记,"申请表\n身份证"\n变更,"说明\n章程"\n', encoding="utf-8")
    assert rows(read_document(tmp_path / "a.csv", tmp_path))[1:] == ["登记 申请表身份证", "变更 说明章程"]


def test_csv_digits_that_a_program_keeps_as_text(tmp_path: Path):
    (tmp_path / "a.csv").write_text('名称,编号\n甲,="007"\n乙,"=""008"""\n', encoding="utf-8")
    assert rows(read_document(tmp_path / "a.csv", tmp_path))[1:] == ["甲 007", "乙 008"]


def test_two_storeys_of_a_csv_header(tmp_path: Path):
    (tmp_path / "a.csv").write_text("区,公园,,备注\n,数量,面积,\n福田区,5,120.5,\n罗湖区,6,1.5,新\n", encoding="utf-8")
    assert rows(read_document(tmp_path / "a.csv", tmp_path))[0] == "#区 公园数量 公园面积 备注"
    (tmp_path / "a.csv").write_text(",公园,,备注\n区,数量,面积,\n福田区,5,120.5,\n罗湖区,6,1.5,新\n", encoding="utf-8")
    assert rows(read_document(tmp_path / "a.csv", tmp_path))[0] == "#区 公园数量 公园面积 备注"
