"""PDF: what is on the page is read, in order and in its form; what a reader does not see is left out and counted."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    TextStringObject,
)
from reportlab.lib.colors import Color, black, grey, red, white, yellow
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.formats.parser import Limits, Parsed
from corpus.formats.pdf import parse
from corpus.parse import read_document
from corpus.structure import blocks
from tests.conftest import CASES

FONT = "STSong-Light"
BODY = [
    "全市共有公园三十二座，其中区级公园九座，社区公园二十三座，另有在建项目",
    "若干。今年计划新建社区公园十五座，由市城管局牵头负责，各区政府配合实施，",
    "年底前完成。建设资金由市区两级财政按照六四的比例共同分担并足额安排。",
]
TEXT = "".join(BODY)


@pytest.fixture
def drawn(tmp_path) -> Callable[..., Parsed]:
    """Reads what a function draws on a canvas."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))

    def read(draw: Callable[[Canvas], object], size=A4) -> Parsed:
        canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=size)
        canvas.setFont(FONT, 14)
        draw(canvas)
        canvas.save()
        return parse(tmp_path / "a.pdf", Limits())

    return read


def lines(canvas: Canvas, texts=BODY, *, left=80, top=700, size=14.0, step=24):
    canvas.setFont(FONT, size)
    for number, text in enumerate(texts):
        canvas.drawString(left, top - number * step, text)


def left_out(parsed: Parsed) -> dict[str, int]:
    return {one.what: one.count for one in parsed.left_out}


# What people expect of the files that were read wrongly


CASE_TEXTS = {
    "mixed90": ["关于绿地的通知\n\n全市绿地面积为二百平方公里，由市城管局管理。"],
    "pdf_table": ["各区公园数量统计表\n\n| 区 | 公园数量 | 总面积 |\n| --- | --- | --- |\n| 福田区 | 12座 | 345公顷 |"],
    "replies": [
        f"关于第2025002{n}号建议的答复\n\n尊敬的代表：\n\n您提出{said}"
        for n, said in ((1, "增加"), (2, "改造"), (4, "增设"))
    ],
    "watermark_h": ["建设资金由市区两级财政按照六四的比例"],
    "form": ["申请单位： Lianhua Community\n", "申请金额（万元）： 86\n", "☑ 承诺以上信息属实"],
    "gbktitle": ["关于调整居民水价的通知"],
    "redacted": ["行政处罚决定公示\n\n当事人：\n\n因占道经营被罚款五百元。"],
    "radicals": ["居民生活用水价格", "长期不变", "水务部门", "车辆清洗"],
}


@pytest.mark.parametrize("name", CASE_TEXTS)
def test_a_case_is_read_as_a_person_expects(name):
    text = read_document(CASES / f"{name}.pdf", CASES).text
    assert [one for one in CASE_TEXTS[name] if one not in text] == []


def test_what_the_cases_leave_out_is_told():
    assert [left_out(parse(CASES / f"{one}.pdf", Limits())) for one in ("watermark_h", "redacted", "replies")] == [
        {"watermark": 4},
        {"covered text": 26},
        {},
    ]


def test_a_title_in_another_encoding_is_read():
    assert read_document(CASES / "gbktitle.pdf", CASES).metadata.title == "关于调整居民水价的通知"


def test_the_cases_are_found_by_ordinary_words(dafu, tmp_path):
    """From the folder to the search, and what was left out is told by the sync."""
    home = tmp_path / "home"
    report = dafu("sync", CASES, "--home", home, "--json", keywords=True).json
    assert {"path": "redacted.pdf", "what": "covered text", "count": 26} in report["left_out"]
    assert "440300190001010000" not in dafu("show", "redacted", "--home", home, keywords=True).out
    for words, document in (("居民", "radicals"), ("绿地面积", "mixed90"), ("农贸市场", "replies")):
        hits = dafu("search", words, "--home", home, "--json", keywords=True).json["hits"]
        assert document in {hit["document"] for hit in hits}, words


# Pages and texts that are turned


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_as_it_is_shown(drawn, turned):
    """Whatever way its contents lie in the file."""

    def draw(canvas):
        canvas.setPageRotation(turned)
        width, height = A4
        if turned:
            canvas.rotate(turned)
            canvas.translate(*{90: (0, -height), 180: (-width, -height), 270: (-width, 0)}[turned])
        lines(canvas, top=500)

    parsed = drawn(draw)
    assert (parsed.text, left_out(parsed)) == (f"{TEXT}\n", {})


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_text_that_is_turned_on_its_page_is_read(drawn, turned):
    """A wide table on an upright page; what stands upright comes first."""

    def draw(canvas):
        lines(canvas, ["附表说明"], top=800)
        canvas.translate(*{90: (560, 60), 180: (560, 600), 270: (60, 700)}[turned])
        canvas.rotate(turned)
        lines(canvas, left=10, top=80)

    assert drawn(draw).text == f"附表说明\n\n{TEXT}\n"


# Marks


@pytest.mark.parametrize(("small", "up", "down"), [(8, 6, 3), (11.7, 5.2, 4.4), (12.4, 6.2, 6.2)])
def test_raised_and_lowered_characters_have_their_form(drawn, small, up, down):
    """Word makes them small, web programs hardly smaller and by half their size off the line."""

    def draw(canvas):
        text = canvas.beginText(80, 700)
        for words, size, rise in (
            ("处理能力为1.2×10", 14, 0),
            ("6", small, up),
            ("立方米，占地3500m", 14, 0),
            ("2", small, up),
            ("，减排CO", 14, 0),
            ("2", small, -down),
            ("五吨。", 14, 0),
        ):
            text.setFont(FONT, size)
            text.setRise(rise)
            text.textOut(words)
        canvas.drawText(text)

    assert drawn(draw).text == "处理能力为1.2×10⁶立方米，占地3500m²，减排CO₂五吨。\n"


def test_struck_text_is_left_out_and_an_underline_is_not(drawn):
    def draw(canvas):
        lines(canvas, ["每人补贴3万元5万元，有效期三年。"])
        canvas.line(136, 705, 157 + 7, 705)
        canvas.line(164, 697, 192, 697)

    parsed = drawn(draw)
    assert "每人补贴5万元，有效期三年" in parsed.text.replace("贴元", "贴")  # nor is there a gap in their place
    assert left_out(parsed)["struck text"] in {3, 4}


# What is not seen


def picture(colour) -> ImageReader:
    held = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(held, "PNG")
    held.seek(0)
    return ImageReader(held)


COVERS = {
    "black box": lambda canvas: canvas.rect(120, 696, 70, 18, fill=1, stroke=0),
    "white box": lambda canvas: (canvas.setFillColor(white), canvas.rect(120, 696, 70, 18, fill=1, stroke=0)),
    "picture": lambda canvas: canvas.drawImage(picture("black"), 120, 696, 70, 18),
}


@pytest.mark.parametrize("cover", COVERS)
def test_text_under_something_opaque_is_left_out(drawn, cover):
    """What is written on the cover is read, if it can be seen there."""

    def draw(canvas):
        lines(canvas, ["当事人李某花因占道经营被罚款五百元。"])
        COVERS[cover](canvas)
        canvas.setFillColor(red)
        lines(canvas, ["某某"], left=130)

    parsed = drawn(draw)
    assert "李某花" not in parsed.text
    assert "某某" in parsed.text
    assert left_out(parsed) == {"covered text": 5}


def test_a_seal_on_the_signature_covers_nothing(drawn):
    """A picture that is seen through but for its ring."""
    held = io.BytesIO()
    seal = Image.new("RGBA", (80, 80))
    ImageDraw.Draw(seal).ellipse((4, 4, 76, 76), outline=(220, 0, 0, 255), width=4)
    seal.save(held, "PNG")

    def draw(canvas):
        lines(canvas, ["市发展和改革委员会二〇二四年五月六日。"])
        canvas.drawImage(ImageReader(held), 90, 660, 80, 80, mask="auto")

    parsed = drawn(draw)
    assert parsed.text == "市发展和改革委员会二〇二四年五月六日。\n"
    assert not left_out(parsed)


def test_text_that_a_remark_strikes_out_is_left_out(drawn, tmp_path):
    """A reader's annotation, of which the file holds no picture; programs draw it all the same."""
    drawn(lambda canvas: lines(canvas, ["每次收费30元20元，凭证领取。"]))
    writer = PdfWriter(PdfReader(tmp_path / "a.pdf"))
    four = [FloatObject(one) for one in (136, 712, 164, 712, 136, 698, 164, 698)]
    writer.add_annotation(
        0,
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/StrikeOut"),
                NameObject("/Rect"): RectangleObject((136, 698, 164, 712)),
                NameObject("/QuadPoints"): ArrayObject(four),
            }
        ),
    )
    writer.write(tmp_path / "b.pdf")
    parsed = parse(tmp_path / "b.pdf", Limits())
    assert parsed.text == "每次收费20元，凭证领取。\n"
    assert left_out(parsed) == {"struck text": 3}


def test_a_highlight_covers_nothing(drawn):
    def draw(canvas):
        canvas.setFillColor(yellow)
        canvas.rect(80, 696, 70, 18, fill=1, stroke=0)
        canvas.setFillColor(black)
        lines(canvas, BODY[:1])
        canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
        canvas.rect(150, 696, 70, 18, fill=1, stroke=0)

    parsed = drawn(draw)
    assert (parsed.text, left_out(parsed)) == (f"{BODY[0]}\n", {})


def test_text_in_the_colour_of_its_ground_is_hidden(drawn):
    """White on white, black on black; white on black is a heading."""

    def draw(canvas):
        lines(canvas, ["看得见的正文。"])
        canvas.setFillColor(white)
        lines(canvas, ["白底白字"], top=600)
        canvas.setFillColor(black)
        canvas.rect(70, 480, 300, 80, fill=1, stroke=0)
        lines(canvas, ["黑底黑字"], top=500)
        canvas.setFillColor(white)
        lines(canvas, ["黑底白字"], top=540)

    parsed = drawn(draw)
    assert parsed.text == "看得见的正文。\n\n黑底白字\n"
    assert left_out(parsed) == {"hidden text": 8}


def test_a_layer_that_is_off_is_not_read(tmp_path):
    """One that is on is."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(tmp_path / "plain.pdf"), pagesize=A4)
    lines(canvas, ["看得见的正文。"])
    canvas.showPage()
    for text in ("开着的图层。", "关着的图层。"):
        lines(canvas, [text], top=600)
        canvas.showPage()
    canvas.save()
    writer = PdfWriter(PdfReader(tmp_path / "plain.pdf"))
    groups = [
        writer._add_object(
            DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject(name)})
        )
        for name in ("开", "关")
    ]
    for page, group in zip(writer.pages[1:], groups, strict=True):
        content = DecodedStreamObject()
        content.set_data(b"/OC /L BDC\n" + page.get_contents().get_data() + b"\nEMC")
        page[NameObject("/Contents")] = writer._add_object(content)
        page["/Resources"][NameObject("/Properties")] = DictionaryObject({NameObject("/L"): group})
    default = DictionaryObject({NameObject("/OFF"): ArrayObject(groups[1:])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject(groups), NameObject("/D"): default}
    )
    writer.write(tmp_path / "a.pdf")
    parsed = parse(tmp_path / "a.pdf", Limits())
    assert "开着的图层" in parsed.text
    assert "关着" not in parsed.text
    assert left_out(parsed) == {"hidden text": 6}


def tiled(canvas):
    canvas.setFillColor(Color(0.8, 0.8, 0.8))
    for top in (705, 681, 657):
        lines(canvas, ["内部资料　内部资料"], left=87, top=top)


def diagonal(canvas):
    canvas.saveState()
    canvas.setFillColor(grey)
    canvas.translate(200, 500)
    canvas.rotate(45)
    lines(canvas, ["内部资料"], left=0, top=0, size=60)
    canvas.restoreState()


def translucent(canvas):
    canvas.setFillColor(Color(1, 0, 0, alpha=0.3))
    lines(canvas, ["内部资料"], left=150, top=670, size=50)


@pytest.mark.parametrize("under", [False, True])
@pytest.mark.parametrize("mark", [tiled, diagonal, translucent])
def test_a_watermark_is_not_woven_into_the_words(drawn, mark, under):
    """Painted before the text or after it."""

    def draw(canvas):
        if under:
            mark(canvas)
        canvas.setFillColor(black)
        lines(canvas)
        if not under:
            mark(canvas)

    parsed = drawn(draw)
    assert parsed.text == f"{TEXT}\n"
    assert list(left_out(parsed)) == ["watermark"]


def test_a_letterhead_and_a_pale_note_are_no_watermarks(drawn):
    def draw(canvas):
        canvas.setFillColor(red)
        lines(canvas, ["深圳市城市管理局文件"], top=780, size=36)
        canvas.setFillColor(black)
        lines(canvas)
        canvas.setFillColor(grey)
        lines(canvas, ["注：数据截至年底。"], top=500, size=9)

    parsed = drawn(draw)
    assert [one in parsed.text for one in ("深圳市城市管理局文件", TEXT, "注：数据截至年底。")] == [True] * 3
    assert left_out(parsed) == {}


# Forms and notes


def test_free_text_and_fields_without_an_appearance_are_read(tmp_path):
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(tmp_path / "form.pdf"), pagesize=A4)
    lines(canvas, ["申请表", "申请单位：", "同意"], step=60)
    canvas.acroForm.textfield(name="unit", value="Lianhua", x=200, y=630, width=200, height=20)
    canvas.acroForm.checkbox(name="no", checked=False, x=130, y=578, size=16)
    canvas.save()
    writer = PdfWriter(PdfReader(tmp_path / "form.pdf"))
    for annotation in writer.pages[0]["/Annots"]:
        held = annotation.get_object()
        if held.get("/T") == "unit":
            del held["/AP"]
    writer.add_annotation(0, FreeText(text="手写批注：拟同意。", rect=(80, 400, 400, 430)))
    writer.write(tmp_path / "a.pdf")
    text = parse(tmp_path / "a.pdf", Limits()).text
    assert "申请单位： Lianhua" in text
    assert "手写批注：拟同意。" in text
    assert "☐" in text


def test_files_inside_are_counted(tmp_path):
    writer = PdfWriter(PdfReader(CASES / "gbktitle.pdf"))
    writer.add_attachment("附表.xlsx", b"x")
    writer.write(tmp_path / "a.pdf")
    assert left_out(parse(tmp_path / "a.pdf", Limits())) == {"embedded files": 1}


# Running heads


def test_running_heads_go_and_what_begins_a_page_stays(drawn):
    """A page number in them changes; 附件1, 附件2, titles that differ by a number, and salutations are of the text."""
    openings = ["附件1", "附件2", "关于第3号建议的答复"]

    def draw(canvas):
        for number, opening in enumerate(openings, start=1):
            lines(canvas, [f"深圳市绿道建设方案（2025年）  第{number}页"], top=800, size=9)
            lines(canvas, ["11/29/26, 9:21 PM"], left=60, top=20, size=8)
            lines(canvas, [opening, "尊敬的代表："], top=760)
            lines(canvas, top=712)
            lines(canvas, ["特此函复。"], top=640)
            lines(canvas, [f"— {number} —"], left=280, top=40, size=9)
            canvas.showPage()

    text = drawn(draw).text
    assert "第1页" not in text
    assert "9:21" not in text
    assert "—" not in text
    assert [text.count(one) for one in (*openings, "尊敬的代表：", "特此函复。")] == [1, 1, 1, 3, 3]


def test_a_running_head_as_large_and_as_near_as_the_text_goes(drawn):
    """Word's own are: half an inch above paragraphs that stand apart by as much as a line."""

    def draw(canvas):
        for number in range(1, 4):
            lines(canvas, ["甲市重点项目汇编"], top=796, size=11)
            lines(
                canvas, [f"第{number}段说明本季度进展。", "各区按月报告，由市发改委汇总。"], top=760, step=25, size=11
            )
            lines(canvas, [f"甲市发改委 打印日期：2025-01-10 第{number}"], top=40, size=11)
            canvas.showPage()

    assert (
        drawn(draw).text
        == "\n\n".join(f"第{n}段说明本季度进展。\n\n各区按月报告，由市发改委汇总。" for n in (1, 2, 3)) + "\n"
    )


def test_a_running_head_no_further_off_than_a_line_goes_and_heads_of_columns_stay(drawn):
    """Odd and even pages have other ones; what is all that stands above a table is said once."""
    numbers = ["一", "二", "三", "四"]

    def draw(canvas):
        for number, one in enumerate(numbers):
            lines(canvas, ["甲市人民政府公报" if number % 2 else "甲市公报 2025年第8期"], top=780)
            lines(canvas, [f"本段说明{one}季度进展情况，由各区政府按月报告，", "由市发改委汇总。"], top=756)
            canvas.showPage()

    assert (
        drawn(draw).text
        == "\n\n".join(f"本段说明{one}季度进展情况，由各区政府按月报告，由市发改委汇总。" for one in numbers) + "\n"
    )

    def draw_table(canvas):
        for one in numbers:
            lines(canvas, ["学位供给情况"], top=790)
            for left, words in ((80, "学校"), (250, "班级"), (400, "备注")):
                lines(canvas, [words, f"{one}小", "甲乙"], left=left, top=766)
            canvas.showPage()

    text = drawn(draw_table).text
    assert [text.count(word) for word in ("学校", "班级", "备注")] == [4, 4, 4]

    def draw_ruled(canvas):
        for one in numbers[:2]:
            lines(canvas, ["学位供给情况"], top=790)
            ruled(canvas, [("学校", "班级"), (f"{one}小", "六个")], top=780)
            canvas.showPage()

    assert (
        drawn(draw_ruled).text == "学位供给情况\n\n| 学校 | 班级 |\n| --- | --- |\n| 一小 | 六个 |\n| 二小 | 六个 |\n"
    )


def test_a_line_on_the_right_and_short_paragraphs_run_into_nothing(drawn):
    """Where nothing is indented, and one line ends a sentence at what would be the margin, had it been full."""
    said = [
        "支持标准",
        "改建的床位每张补助六千元，分三年拨付给机构。",
        "监督管理",
        "每年三月通过平台网上申报，逾期的一律不受理。",
    ]

    def draw(canvas):
        canvas.setFont(FONT, 14)
        canvas.drawString(480, 760, "（A类）")
        lines(canvas, ["公开属性：主动公开", *said], top=730)

    assert drawn(draw).text == "\n\n".join(["（A类）", "公开属性：主动公开", *said]) + "\n"


# Tables and columns


def ruled(canvas, rows, top=700, lefts=(80, 160, 400), heights=None):
    lefts, y = (*lefts, 500), top
    for number, row in enumerate(rows):
        height = heights[number] if heights else 24
        for left, right, cell in zip(lefts, lefts[1:], row, strict=False):
            canvas.rect(left, y - height, right - left, height)
            for at, line in enumerate(cell.split("\n")):
                canvas.drawString(left + 4, y - 17 - 18 * at, line)
        y -= height


def test_a_row_over_a_page_break_is_one_row(drawn):
    head = ["序号", "事项", "责任单位"]

    def draw(canvas):
        ruled(canvas, [head, ["1", "建设口袋公园", "市城管局"], ["2", "改造农贸市场，", "市场监管局"]], top=120)
        canvas.showPage()
        canvas.setFont(FONT, 14)
        ruled(canvas, [head, ["", "年底前完成", ""], ["3", "增设充电桩", "市发改委"]], top=780)

    assert drawn(draw).text == (
        "| 序号 | 事项 | 责任单位 |\n| --- | --- | --- |\n| 1 | 建设口袋公园 | 市城管局 |\n"
        "| 2 | 改造农贸市场，年底前完成 | 市场监管局 |\n| 3 | 增设充电桩 | 市发改委 |\n"
    )


def test_a_key_of_several_rows_goes_on_over_a_page_break(drawn):
    schools = ["甲小", "乙小", "丙小", "丁小", "戊小"]

    def group(canvas, key, rows, top):
        canvas.rect(80, top - 24 * len(rows), 80, 24 * len(rows))
        canvas.drawString(84, top - 17, key)
        for number, row in enumerate(rows):
            for left, right, cell in zip((160, 400), (400, 500), row, strict=True):
                canvas.rect(left, top - 24 * (number + 1), right - left, 24)
                canvas.drawString(left + 4, top - 24 * number - 17, cell)

    def draw(canvas):
        ruled(canvas, [("区", "学校", "学位")], top=178)
        group(canvas, "东区", [(one, "300") for one in schools[:4]], 154)
        canvas.showPage()
        canvas.setFont(FONT, 14)
        group(canvas, "", [(one, "200") for one in schools], 780)
        group(canvas, "西区", [(one, "100") for one in schools[:2]], 660)

    rows = [("东区", one, 300) for one in schools[:4]] + [("东区", one, 200) for one in schools]
    rows += [("西区", one, 100) for one in schools[:2]]
    table = "".join(f"| {key} | {school} | {places} |\n" for key, school, places in rows)
    assert drawn(draw).text == f"| 区 | 学校 | 学位 |\n| --- | --- | --- |\n{table}"

    def draw_alone(canvas):
        group(canvas, "东区", [(one, "200") for one in schools], 780)

    assert drawn(draw_alone).text.count("| 东区 |") == len(schools)


def test_rows_without_strokes_inside_have_the_columns_of_the_others(drawn):
    """Word's list with a dark head and a stroke above and below every other row; one wide cell stays one."""

    def draw(canvas):
        canvas.rect(80, 700, 420, 24)
        canvas.drawString(84, 707, "单位：甲市")
        canvas.drawString(404, 707, "2025年")
        for top, row in ((700, ("区域", "价格", "说明")), (652, ("二类区域", "3", "二环外"))):
            canvas.rect(80, top - 24, 420, 24)
            for left, cell in zip((80, 160, 400), row, strict=True):
                canvas.drawString(left + 4, top - 17, cell)
        ruled(canvas, [("一类区域", "5", "二环内")], top=676)
        canvas.rect(80, 604, 420, 24)
        canvas.drawString(100, 611, "以上价格自二〇二五年一月一日起执行")

    assert drawn(draw).text == (
        "单位：甲市2025年\n\n| 区域 | 价格 | 说明 |\n| --- | --- | --- |\n"
        "| 一类区域 | 5 | 二环内 |\n| 二类区域 | 3 | 二环外 |\n"
        "| 以上价格自二〇二五年一月一日起执行 |  |  |\n"
    )


@pytest.mark.parametrize(
    ("columns", "gutter", "size"), [(2, 60, 14.0), (2, 14, 14.0), (2, 11, 14.0), (3, 12, 10.0)], ids=str
)
def test_columns_are_read_one_after_the_other(drawn, columns, gutter, size):
    """Word puts two characters between columns, browsers and LibreOffice one or less."""
    texts = [
        [
            f"第{name}栏第一行写的是公园的建设",
            "和资金的安排，它的第二行接着说",
            "第三行讲各区分工，一共有五行的",
            "第四行讲监督，由两级财政来承担",
            "到此结束。",
        ]
        for name in "一二三"[:columns]
    ]

    def draw(canvas):
        for number, text in enumerate(texts):
            lines(canvas, text, left=60 + number * (15 * size + gutter), size=size, step=1.5 * size)

    assert drawn(draw).text == "\n\n".join("".join(text) for text in texts) + "\n"


def test_a_wide_page_is_read(drawn):
    assert drawn(lambda canvas: lines(canvas, top=400), landscape(A4)).text == f"{TEXT}\n"


def test_the_title_above_a_table_takes_none_of_its_rows():
    document = read_document(CASES / "pdf_table.pdf", CASES)
    assert document.metadata.title == "各区公园数量统计表"
    kinds = [block.kind for block in blocks(document)]
    assert kinds.count("table_header") == 1
    assert kinds.count("table_row") == 3


def test_offsets_of_pages_are_kept():
    parsed = parse(CASES / "mixed90.pdf", Limits())
    assert parsed.text[parsed.pages[1] :].startswith("关于绿地的通知")
