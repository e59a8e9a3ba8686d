"""Where characters stand on a page → what is said: paragraphs over breaks, and tables that have no strokes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from corpus.formats.layout.lines import lines_of
from corpus.formats.layout.pages import write_pages
from corpus.formats.layout.shapes import Glyph, Rule, Sheet
from corpus.formats.writer import Writer

SIZE = 10.0
LINE = 15.0
ROW = 24.0


def glyphs(text: str, left: float, base: float) -> list[Glyph]:
    """A piece of a line; letters and digits are half as wide as characters."""
    found = []
    for character in text:
        width = SIZE * (0.55 if character.isascii() else 1.0)
        found.append(Glyph(character, left, left + width, base, SIZE))
        left += width
    return found


def sheet(*pieces: tuple[str, float, float]) -> Sheet:
    return Sheet(595, 842, tuple(one for piece in pieces for one in glyphs(*piece)))


def grid(rows: Sequence[Sequence[str]], lefts: Sequence[float], top: float = 700.0) -> list[tuple[str, float, float]]:
    """Rows of pieces, each where its column begins; an empty one is none."""
    return [
        (text, left, top - n * ROW) for n, row in enumerate(rows) for text, left in zip(row, lefts, strict=True) if text
    ]


def written(*sheets: Sheet) -> str:
    writer = Writer(10_000)
    write_pages([replace(one, number=number) for number, one in enumerate(sheets)], writer)
    return writer.text


FIGURES = [("项目", "2024年", "2025年目标"), ("研发投入", "32亿元", "40亿元"), ("专利", "4.2万件", "5万件")]
TABLE = (
    "| 项目 | 2024年 | 2025年目标 |\n| --- | --- | --- |\n| 研发投入 | 32亿元 | 40亿元 |\n| 专利 | 4.2万件 | 5万件 |"
)


def test_a_table_without_strokes_is_a_table():
    above = ("全区主要指标如下，其中研发投入为全社会口径，专利为有效发明专利。", 90, 740)
    assert written(sheet(above, *grid(FIGURES, (90, 234, 378)))).endswith(f"\n\n{TABLE}")


def test_columns_may_be_set_to_the_right_and_have_gaps():
    pieces = [("镇", 90, 700), ("亩数", 230, 700), ("金额", 380, 700)]
    pieces += [("东镇", 90, 676), ("120", 233.5, 676), ("36000", 372.5, 676)]
    pieces += [("西镇", 90, 652), ("27000", 372.5, 652)]
    assert written(sheet(*pieces)).endswith("| 东镇 | 120 | 36000 |\n| 西镇 |  | 27000 |")


def test_a_cell_over_two_lines_is_one_cell():
    pieces = grid([("项目", "金额"), ("研发", "32亿元"), ("专利授权", "5万件")], (90, 300))
    pieces.append(("和维护", 90, 700 - 2 * ROW - 13))
    assert written(sheet(*pieces)).endswith("| 专利授权和维护 | 5万件 |")


def test_cells_of_several_lines_leave_the_rows_apart():
    """As Word sets them, with a distance between rows that lines of a cell have not."""
    rows = [
        ("区域", "首小时", ["说明"]),
        ("一类区域", "5", ["二环以内主干道，", "其余时间", "免费停放"]),
        ("二类区域", "3", ["二环至", "三环"]),
        ("三类区域", "2", ["三环以外"]),
    ]
    pieces, base = list[tuple[str, float, float]](), 700.0
    for key, price, remark in rows:
        pieces += [(key, 90, base), (price, 200, base)]
        pieces += [(line, 300, base - 18 * number) for number, line in enumerate(remark)]
        base -= 18 * (len(remark) - 1) + 27
    assert written(sheet(*pieces)) == (
        "| 区域 | 首小时 | 说明 |\n| --- | --- | --- |\n| 一类区域 | 5 | 二环以内主干道，其余时间免费停放 |\n"
        "| 二类区域 | 3 | 二环至三环 |\n| 三类区域 | 2 | 三环以外 |"
    )


def test_a_table_goes_on_over_a_page_break_and_its_header_is_said_once():
    more = [FIGURES[0], ("企业", "1650家", "1800家"), ("园区", "10个", "12个"), ("人才", "9人", "8人")]
    first, second = sheet(*grid(FIGURES, (90, 234, 378), 120)), sheet(*grid(more, (90, 234, 378)))
    assert (
        written(first, second) == f"{TABLE}\n| 企业 | 1650家 | 1800家 |\n| 园区 | 10个 | 12个 |\n| 人才 | 9人 | 8人 |"
    )


def test_names_and_columns_of_text_are_no_tables():
    names = [("张三", "李四", "王五"), ("赵六", "钱七", "孙八"), ("周九", "吴十", "郑一")]
    prose = [
        (f"这是左边一栏里写到的第{n}句话，它说得很长", f"右边一栏里的第{n}句话也很长很长，说到2025年") for n in range(6)
    ]
    assert "|" not in written(sheet(*grid(names, (90, 234, 378))))
    assert "|" not in written(sheet(*grid(prose, (40, 310))))


def test_a_sentence_goes_on_where_a_quotation_could_not_be_broken():
    """The first line ends early, for what follows holds together: 设“1+10+4”外."""
    lines = ("一是成立管理机构，统筹地块集中招引行动，落实各项要求。二是建", 90, 700)
    rest = ("设“1+10+4”外商服务站网络，提供多语种的投资服务，面向全区各街道的企业代表", 90, 700 - LINE)
    last = ("三十家。", 90, 700 - 2 * LINE)
    assert "二是建设“1+10+4”外商" in written(sheet(lines, rest, last))


def test_a_sentence_goes_on_where_a_number_behind_a_mark_could_not_be_broken():
    """Programs keep 中，2023 together, so that the line before ends three characters early."""
    lines = ("一是成立管理机构，统筹地块集中招引行动，落实各项工作的要求，其", 90, 700)
    rest = ("中，2023年完工项目两百三十六个，超过年度目标，提供多语种的投资服务，", 90, 700 - LINE)
    last = ("三十家。", 90, 700 - 2 * LINE)
    assert "其中，2023年完工" in written(sheet(lines, rest, last))


def test_a_short_line_that_ends_its_sentence_ends_its_paragraph():
    lines = ("以上各项由区里负责，年底前完成验收，并于下一年第一季度公布。", 90, 700)
    rest = ("“十四五”期间继续投入，提供多语种的投资服务，面向全区各街道的全部企业代表人", 90, 700 - LINE)
    assert "公布。\n\n“十四五”" in written(sheet(lines, rest, ("三十家。", 90, 700 - 2 * LINE)))


def test_a_page_of_many_words_takes_time_by_their_number():
    """Gaps are looked for that rows share; a page made to have thousands of them took minutes."""
    words = [(row, word) for row in range(100) for word in range(60)]
    glyphs = [
        Glyph("字", word * 10 + row % 7 * 0.1 + word * row % 11 * 0.1 + n, word * 10 + n + 1, 1000 - row * 2, 1.0)
        for row, word in words
        for n in range(8)
    ]
    started = time.process_time()
    assert len(lines_of(glyphs)) >= 100
    assert time.process_time() - started < 5


def test_a_number_that_a_line_cuts_is_whole():
    first = "全市用水量降至二十三立方米，再生水利用量为一千三百万吨，比2"
    rest = ("020年下降18.4%。", 90, 700 - LINE)
    assert written(sheet((first, 90, 700), rest)) == f"{first}020年下降18.4%。"


def text_lines(texts: Sequence[str], left: float, top: float) -> list[tuple[str, float, float]]:
    return [(text, left, top - n * LINE) for n, text in enumerate(texts)]


COLUMN = (
    "各单位应当做好流感等传染病的健康教育，每",
    "学期开展宣传不少于二次，覆盖率达到九成以",
    "上，并于月底前报送市局体卫艺科。",
)


def test_columns_below_lines_of_the_whole_width_have_margins_of_their_own():
    """Also where they go on alone on the next page; a page number below the gap is whole."""
    title = ("云岭市传染病防控要点", 250, 730)
    lead = text_lines(
        ["为做好本年春季的传染病防控工作保障师生身体健康结合本市的实际制定本要点请各学校和幼儿园", "认真落实。"],
        90,
        702,
    )
    sides = [[("一、流感", left, 660), *text_lines(COLUMN * 3, left, 660 - LINE)] for left in (90, 310)]
    first = sheet(title, *lead, *sides[0], *sides[1], ("— 1 —", 292, 40))
    second = sheet(("二、水痘", 90, 730), *text_lines(COLUMN * 3, 90, 730 - LINE), ("— 2 —", 292, 40))
    column = ["一、流感", *["".join(COLUMN)] * 3]
    assert written(first, second).split("\n\n") == [
        title[0],
        "".join(text for text, _, _ in lead),
        *column,
        *column,
        "二、水痘",
        *column[1:],
    ]


def test_a_signature_alone_on_its_page_is_apart_from_its_date():
    page = text_lines(
        ["全市用水量降至二十三立方米再生水利用量为一千三百万吨管网漏损率控制在一成以内"] * 5 + ["以内。"], 90, 700
    )
    signed = sheet(("云岭市水务局", 400, 700), ("2025年12月1日", 395, 700 - LINE))
    assert written(sheet(*page), signed).split("\n\n")[1:] == ["云岭市水务局", "2025年12月1日"]


def test_columns_whose_lines_are_not_level_are_read_one_after_the_other():
    """Headings, tables and paragraphs that stand apart move the lines of one column against those of the other."""
    left = text_lines(COLUMN * 3, 90, 700)
    right = [*text_lines(["二、水痘"], 310, 714), *text_lines(COLUMN * 3, 310, 692)]
    paragraphs = ["".join(COLUMN)] * 3
    assert written(sheet(*left, *right)).split("\n\n") == [*paragraphs, "二、水痘", *paragraphs]


def test_lines_of_a_column_end_where_the_text_does_not_where_a_wider_table_does():
    cells = [(("镇", 94), ("亩数", 244), ("金额", 484)), (("甲", 94), ("120", 244), ("3600", 484))]
    words = [(text, left, 500 - 20 * n) for n, row in enumerate(cells) for text, left in row]
    across = [Rule(90, y, 560, y) for y in (474, 494, 514)]
    down = [Rule(x, 474, x, 514) for x in (90, 240, 480, 560)]
    page = replace(sheet(*text_lines(COLUMN * 3, 90, 700), *words), rules=(*across, *down))
    assert written(page).split("\n\n")[:3] == ["".join(COLUMN)] * 3
