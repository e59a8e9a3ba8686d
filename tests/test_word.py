"""What Word shows of a document is what is read, and what is left out is told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from corpus import blocks, read_document
from corpus.document import Document
from corpus.formats.parser import Limits
from corpus.formats.word import converted
from tests.formats.wordfiles import NS, docx, field, p, r, table, tc

STRUCK, HIDDEN, WHITE = "<w:strike/>", "<w:vanish/>", '<w:color w:val="FFFFFF"/>'
UP, DOWN = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
DELETED = '<w:rPr><w:del w:id="1" w:author="甲"/></w:rPr>'


def read(tmp_path: Path, body: str, parts: dict | None = None, **options) -> Document:
    return read_document(docx(tmp_path / "a.docx", body, parts, **options), tmp_path)


def lines(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def told(document: Document) -> dict[str, int]:
    return {one.what: one.count for one in document.left_out}


def sdt(content: str, props: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{props}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def box(checked: int, sign: str) -> str:
    """A box of a form, with the sign that Word draws."""
    return sdt(r(sign), f'<w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox>')


def form(inside: str) -> str:
    return f"<w:ffData>{inside}</w:ffData>"


def m(name: str, **parts: str) -> str:
    """A part of a formula."""
    inside = "".join(
        f"<m:{one}>{words if words.startswith('<') else t(words)}</m:{one}>" for one, words in parts.items()
    )
    return f"<m:{name}>{inside}</m:{name}>"


def t(words: str) -> str:
    return f"<m:r><m:t>{words}</m:t></m:r>"


def math(*inside: str) -> str:
    return f"<m:oMath>{''.join(inside)}</m:oMath>"


ENTRIES = '<w:listEntry w:val="甲"/><w:listEntry w:val="乙"/>'
SUM = '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{}</m:sub><m:sup>{}</m:sup><m:e>{}</m:e></m:nary>'.format
BOXED = f"<w:txbxContent>{p('乙')}</w:txbxContent>"
NEW_BOX = f"<w:drawing><wps:txbx>{BOXED}</wps:txbx></w:drawing>"
OLD_BOX = f"<w:pict><v:shape><v:textbox>{BOXED}</v:textbox></v:shape></w:pict>"
CHOICE = f'<mc:Choice Requires="wps">{NEW_BOX}</mc:Choice><mc:Fallback>{OLD_BOX}</mc:Fallback>'
BOTH = f"<mc:AlternateContent>{CHOICE}</mc:AlternateContent>"
WORD_ART = '<w:pict><v:shape><v:textpath string="水务局文件"/></v:shape></w:pict>'
SHEET = '<w:object><v:shape><v:imagedata/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/></w:object>'
PARAGRAPHS = {
    "struck": (p("每人", r("3万元", STRUCK), "5万元。"), "每人5万元。", {"struck text": 3}),
    "struck twice": (p("每人", r("3万元", "<w:dstrike/>"), "5万元。"), "每人5万元。", {"struck text": 3}),
    "not struck": (p(r("3万元", '<w:strike w:val="0"/>')), "3万元", {}),
    "hidden": (p("公开", r("内部", HIDDEN), "。"), "公开。", {"hidden text": 2}),
    "white": (p("公开", r("内部", WHITE), "。"), "公开。", {"hidden text": 2}),
    "white on blue": (p(r("标题", f'{WHITE}<w:shd w:fill="1F4E79"/>')), "标题", {}),
    "white on a blue paragraph": (p(r("标题", WHITE), props='<w:shd w:fill="1F4E79"/>'), "标题", {}),
    "tiny": (p("公开", r("内部", '<w:sz w:val="2"/>'), "。"), "公开。", {"hidden text": 2}),
    "raised": (p("1.2×10", r("6", UP), "立方米"), "1.2×10⁶立方米", {}),
    "raised in two runs": (p("10", r("1", UP), r("2", UP)), "10¹²", {}),
    "raised by hand": (p("10", r("6", '<w:position w:val="10"/><w:sz w:val="14"/>'), "吨"), "10⁶吨", {}),
    "raised at full size": (p("10", r("2", '<w:position w:val="8"/>'), "倍"), "10²倍", {}),
    "raised a little": (p("10", r("2", '<w:position w:val="2"/>'), "倍"), "102倍", {}),
    "lowered by hand": (p("O", r("3", '<w:position w:val="-6"/><w:sz w:val="14"/>'), "浓度"), "O₃浓度", {}),
    "lowered": (p("CO", r("2", DOWN), "排放"), "CO₂排放", {}),
    "note mark": (p("见公报", r("[1]", UP), "。"), "见公报[1]。", {}),
    "inserted": (p("为", '<w:ins w:id="1">' + r("3元") + "</w:ins>"), "为3元", {}),
    "deleted": (
        p("为", '<w:del w:id="1"><w:r><w:delText>2元</w:delText></w:r></w:del>', "3元"),
        "为3元",
        {"deleted text": 2},
    ),
    "moved": (p('<w:moveFrom w:id="1">' + r("甲") + "</w:moveFrom>", "乙"), "乙", {}),
    "moved here": (p('<w:moveTo w:id="1">' + r("甲") + "</w:moveTo>", "乙"), "甲乙", {}),
    "end deleted": (p("六十五岁以上", props=DELETED) + p("免费乘车。"), "六十五岁以上免费乘车。", {}),
    "end hidden": (p("六十五岁以上", props=f"<w:rPr>{HIDDEN}</w:rPr>") + p("免费。"), "六十五岁以上免费。", {}),
    "sym": (p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "同意"), "☑同意", {}),
    "sym of two": (p('<w:r><w:sym w:font="Wingdings 2" w:char="0052"/></w:r>', "同意"), "☑同意", {}),
    "letters of a symbol font": (p(r("þ", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), "同意"), "☑同意", {}),
    "Symbol": (p("数量", r("\uf0b3", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'), "3"), "数量≥3", {}),
    "unknown": (p("数\uf0b3量"), "数量", {"unreadable characters": 1}),
    "box": (p(box(1, "☒"), "是", box(0, "☐"), "否"), "☑是☐否", {}),
    "box with a sign of Wingdings": (
        p(
            sdt(
                r("\uf0fe", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'),
                '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>',
            ),
            "是",
        ),
        "☑是",
        {},
    ),
    "blackened": (
        p(
            "当事人",
            r("李某花", '<w:color w:val="000000"/><w:highlight w:val="black"/>'),
            r("，住址", '<w:color w:val="000000"/><w:highlight w:val="yellow"/>'),
            r("东门", '<w:color w:val="1f4e79"/><w:shd w:val="clear" w:fill="1F4E79"/>'),
            "。",
        ),
        "当事人，住址。",
        {"hidden text": 5},
    ),
    "blackened in a colour": (
        p(
            r("甲", '<w:color w:val="000080"/><w:highlight w:val="darkBlue"/>'),
            r("乙", '<w:color w:val="00FF00"/><w:highlight w:val="green"/>'),
            r("丙", '<w:color w:val="00FF00"/><w:highlight w:val="darkGreen"/>'),
        ),
        "丙",
        {"hidden text": 2},
    ),
    "old box": (
        p(
            field("FORMCHECKBOX", form=form('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')),
            "是",
            field("FORMCHECKBOX", form=form('<w:checkBox><w:default w:val="0"/></w:checkBox>')),
            "否",
        ),
        "☑是☐否",
        {},
    ),
    "old list": (
        p(
            "级别：",
            field("FORMDROPDOWN", form=form(f'<w:ddList><w:result w:val="1"/>{ENTRIES}</w:ddList>')),
        ),
        "级别：乙",
        {},
    ),
    "old text": (p("姓名：", field("FORMTEXT", "张三", form("<w:textInput/>"))), "姓名：张三", {}),
    "list": (p("级别：", sdt(r("甲级"), "<w:dropDownList/>")), "级别：甲级", {}),
    "free text": (p("姓名：", sdt(r("张三"), "<w:text/>"), "。"), "姓名：张三。", {}),
    "only asked for": (p("姓名：", sdt(r("单击此处输入"), "<w:showingPlcHdr/>"), "。"), "姓名：。", {}),
    "field": (p("共", field("=SUM(ABOVE)", "35"), "座"), "共35座", {}),
    "field in a field": (
        p(
            "值",
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>',
            field("REF x", "7"),
            '<w:r><w:instrText> = 7 "对"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            "对",
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        ),
        "值对",
        {},
    ),
    "field that never ends": (
        p("甲", '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>X</w:instrText></w:r>') + p("乙"),
        "甲\n\n乙",
        {},
    ),
    "EQ fraction": (p("按", field(r"EQ \f(3,4)"), "配套"), "按3/4配套", {}),
    "EQ circle": (p(field(r"eq \o\ac(○,3)"), "修缮"), "③修缮", {}),
    "EQ reading": (p(field(r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(zhèn),圳)"), "市"), "圳市", {}),
    "EQ power": (p("10", field(r"EQ \s\up5(7)"), "吨"), "10⁷吨", {}),
    "SYMBOL": (p("数量", field(r'SYMBOL 179 \f "Symbol" \s 12'), "3"), "数量≥3", {}),
    "button": (p("姓名", field("MACROBUTTON NoMacro 张三")), "姓名张三", {}),
    "ruby": (
        p("<w:r><w:ruby><w:rt>" + r("zhèn") + "</w:rt><w:rubyBase>" + r("圳") + "</w:rubyBase></w:ruby></w:r>", "市"),
        "圳市",
        {},
    ),
    "fraction": (p("按", math(m("f", num="3", den="4")), "配套"), "按3/4配套", {}),
    "mixed number": (p(math(t("1"), m("f", num="3", den="4")), "倍"), "1 3/4倍", {}),
    "fraction of a product": (p(math(m("f", num="a", den="2c"))), "a/(2c)", {}),
    "long fraction": (p(math(m("f", num="a+b", den="2"))), "(a+b)/2", {}),
    "power": (p(math(t("2×"), m("sSup", e="10", sup="7"))), "2×10⁷", {}),
    "index": (p(math(m("sSub", e="x", sub="1"))), "x₁", {}),
    "root": (p(math(m("rad", deg="", e="x+1"))), "√(x+1)", {}),
    "third root": (p(math(m("rad", deg="3", e="8"))), "∛8", {}),
    "brackets": (p(math(m("d", e="a+b"))), "(a+b)", {}),
    "sum": (p(math(SUM(t("i=1"), t("n"), t("i")))), "∑_(i=1)^(n) i", {}),
    "text box": (p("甲", f"<w:r>{BOTH}</w:r>"), "甲\n\n乙", {}),
    "old text box": (p("甲", f"<w:r>{OLD_BOX}</w:r>"), "甲\n\n乙", {}),
    "WordArt": (p(f"<w:r>{WORD_ART}</w:r>"), "水务局文件", {}),
    "picture": (p("甲", '<w:r><w:drawing><a:blip r:embed="rId9"/></w:drawing></w:r>'), "甲", {"pictures": 1}),
    "embedded": (p("甲", f"<w:r>{SHEET}</w:r>"), "甲", {"embedded files": 1}),
    "block control": (sdt(p("一段") + p("又一段")), "一段\n\n又一段", {}),
}  # fmt: skip


@pytest.mark.parametrize(("body", "shown", "omitted"), PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_a_paragraph_is_read_as_word_shows_it(body: str, shown: str, omitted: dict[str, int], tmp_path: Path):
    document = read(tmp_path, body)
    assert document.text == f"{shown}\n"
    assert told(document) == omitted


GRID = [["区", "街道", "数量"], ["福田", "园岭", "3"], ["罗湖", "东门", "5"]]
SPAN, DOWN_FROM, DOWN_ON = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
TABLES = {
    "two storeys": (
        table([tc("区", DOWN_FROM), tc("公园", SPAN)], [tc("", DOWN_ON), "数量", "面积"], ["福田", "12", "34"]),
        ["| 区 | 公园数量 | 公园面积 |", "| 福田 | 12 | 34 |"],
    ),
    "two storeys, nothing merged down": (
        table([tc("", ""), tc("公园", SPAN)], ["区", "数量", "面积"], ["福田", "12", "34"]),
        ["| 区 | 公园数量 | 公园面积 |", "| 福田 | 12 | 34 |"],
    ),
    "a caption above two storeys": (
        table(
            [tc("公园情况", '<w:gridSpan w:val="3"/>')],
            [tc("区", DOWN_FROM), tc("公园", SPAN)],
            [tc("", DOWN_ON), "数量", "面积"],
            ["福田", "12", "34"],
        ),
        ["公园情况", "| 区 | 公园数量 | 公园面积 |", "| 福田 | 12 | 34 |"],
    ),
    "a wide header over figures": (
        table(["项目", tc("金额", SPAN)], ["供水", "12", "34"]),
        ["| 项目 | 金额 | 金额 |", "| 供水 | 12 | 34 |"],
    ),
    "merged down": (
        table(GRID[0], [tc("福田", DOWN_FROM), "园岭", "3"], [tc("", DOWN_ON), "南园", "5"]),
        ["| 区 | 街道 | 数量 |", "| 福田 | 园岭 | 3 |", "| 福田 | 南园 | 5 |"],
    ),
    "merged across, the older way": (
        table([tc("区", ""), tc("公园", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>")], ["福田", "12", "34"]),
        ["| 区 | 公园 | 公园 |", "| 福田 | 12 | 34 |"],
    ),
    "a table in a cell": (
        table(["场站", "情况"], ["甲", f"<w:tc>{table(['区', '面积'], ['福田', '12'])}{p('')}</w:tc>"]),
        ["| 场站 | 情况 |", "| 甲 | 区，面积；福田，12 |"],
    ),
    "boxes in cells": (
        table(
            ["事项", "是否"],
            ["公开", sdt(tc("☒", ""), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>')],
        ),
        ["| 事项 | 是否 |", "| 公开 | ☑ |"],
    ),
    "a header in white on its style's blue": (
        table([f"<w:tc>{p(r(one, WHITE))}</w:tc>" for one in GRID[0]], *GRID[1:], props='<w:tblStyle w:val="Blue"/>'),
        ["| 区 | 街道 | 数量 |", "| 福田 | 园岭 | 3 |", "| 罗湖 | 东门 | 5 |"],
    ),
}  # fmt: skip
STYLES = (
    f"<w:styles {NS}><w:style w:type='table' w:styleId='Blue'><w:name w:val='Blue'/><w:tblStylePr w:type='firstRow'>"
    "<w:tcPr><w:shd w:fill='4472C4'/></w:tcPr></w:tblStylePr></w:style>"
    "<w:style w:type='character' w:styleId='Old'><w:name w:val='删去'/><w:rPr><w:strike/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='a5'><w:name w:val='公文标题'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='a6'><w:name w:val='公文二级标题'/></w:style></w:styles>"
)


@pytest.mark.parametrize(("body", "rows"), TABLES.values(), ids=TABLES)
def test_the_cells_of_a_table_stand_below_their_header(body: str, rows: list[str], tmp_path: Path):
    document = read(tmp_path, p("各区情况如下。") + body, {"styles.xml": ("styles", STYLES)})
    assert [line for line in lines(document)[1:] if not line.startswith("| ---")] == rows
    assert told(document) == {}


def test_one_row_is_text_side_by_side(tmp_path: Path):
    """A letterhead, whose number and title are the document's."""
    head = table(["青教发〔2025〕12号", "签发人：王强"])
    title, said = p("青原市教育局关于规范课后服务的通知"), p("各县教育局：") + p("课后服务每周5天。")
    document = read(tmp_path, p("青原市教育局文件") + head + title + said)
    assert lines(document)[1:3] == ["青教发〔2025〕12号", "签发人：王强"]
    assert document.metadata.doc_no == "青教发〔2025〕12号"
    assert document.metadata.title == "青原市教育局关于规范课后服务的通知"


def test_rows_that_are_deleted_or_hidden_are_told(tmp_path: Path):
    hidden = "<w:tr><w:trPr><w:hidden/></w:trPr>" + tc("内部", "") + tc("9", "") + "</w:tr>"
    deleted = hidden.replace("<w:hidden/>", '<w:del w:id="1"/>')
    body = table(["项目", "数量"], ["公开", "3"]).replace("</w:tbl>", f"{hidden}{deleted}</w:tbl>")
    document = read(tmp_path, body)
    assert lines(document)[-1] == "| 公开 | 3 |"
    assert told(document) == {"hidden rows": 1, "deleted text": 3}


def test_a_struck_paragraph_keeps_its_number(tmp_path: Path):
    """Its number is counted, as Word does; the words are gone."""
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    numbering = (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = p("甲。", props=numbered) + p(r("乙。", STRUCK), props=numbered) + p("丙。", props=numbered)
    document = read(tmp_path, body, {"numbering.xml": ("numbering", numbering)})
    assert lines(document) == ["1. 甲。", "3. 丙。"]


def test_styles_say_what_is_struck_and_what_is_a_heading(tmp_path: Path):
    styled = '<w:pStyle w:val="{}"/>'.format
    body = (
        p("绿道建设安排", props=styled("a5"))
        + p("建设目标", props=styled("a6"))
        + p("到2027年", r("达到300公里", '<w:rStyle w:val="Old"/>'), "达到3500公里。")
    )
    document = read(tmp_path, body, {"styles.xml": ("styles", STYLES)})
    assert lines(document) == ["# 绿道建设安排", "## 建设目标", "到2027年达到3500公里。"]
    assert document.metadata.title == "绿道建设安排"
    assert told(document) == {"struck text": 7}


ARCHIVE = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=utf-8\n"
    "Content-Transfer-Encoding: quoted-printable\n\n<html><body><p>=E4=BA=8C=E3=80=81=E5=AE=89=E6=8E=92=E8=B5=84="
    "E9=87=914200=E4=B8=87=E5=85=83=E3=80=82</p></body></html>\n--x--\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chunk.html", "<html><body><p>二、安排资金4200万元。</p></body></html>"),
        ("chunk.txt", "二、安排资金4200万元。"),
        ("chunk.htm", "<p>二、安排资金4200万元。</p>".encode("gb18030")),
        ("chunk.mht", ARCHIVE),
    ],
)
def test_a_document_inside_a_document_is_read_in_its_place(name: str, content: str | bytes, tmp_path: Path):
    body = p("一、听取汇报。") + '<w:altChunk r:id="rId1"/>' + p("三、散会。")
    document = read(tmp_path, body, {name: ("aFChunk", content)})
    assert lines(document) == ["一、听取汇报。", "二、安排资金4200万元。", "三、散会。"]
    assert told(document) == {}


def test_a_word_file_inside_a_word_file_is_read(tmp_path: Path):
    inner = docx(tmp_path / "inner.docx", p("二、安排", r("1", STRUCK), "资金。")).read_bytes()
    document = read(tmp_path, p("一、汇报。") + '<w:altChunk r:id="rId1"/>', {"c.docx": ("aFChunk", inner)})
    assert lines(document) == ["一、汇报。", "二、安排资金。"]
    assert told(document) == {"struck text": 1}


@pytest.mark.parametrize("content", [b"{\\rtf1 x}", b""])
def test_an_insertion_that_cannot_be_read_is_told(content: bytes, tmp_path: Path):
    document = read(tmp_path, p("一、汇报。") + '<w:altChunk r:id="rId1"/>', {"c.rtf": ("aFChunk", content)})
    assert told(document) == {"embedded files": 1}


def test_a_number_in_the_page_header_is_the_documents(tmp_path: Path):
    head = f"<w:hdr {NS}>{p('深水函〔2025〕22号')}</w:hdr>"
    foot = f"<w:ftr {NS}>{p('— ', field('PAGE', '1'), ' —')}</w:ftr>"
    parts = {"header1.xml": ("header", head), "footer1.xml": ("footer", foot)}
    document = read(tmp_path, p("关于调整水价的通知") + p("各单位："), parts)
    assert document.metadata.doc_no == "深水函〔2025〕22号"
    assert "22号" not in document.text
    assert told(document) == {"headers and footers": 1}


def test_comments_are_told(tmp_path: Path):
    comments = f"<w:comments {NS}><w:comment w:id='1'>{p('请核对')}</w:comment></w:comments>"
    assert told(read(tmp_path, p("甲"), {"comments.xml": ("comments", comments)})) == {"comments": 1}


def test_a_chart_is_a_table_and_a_diagram_its_words(tmp_path: Path):
    def points(*words: str) -> str:
        return "".join(f'<c:pt idx="{at}"><c:v>{one}</c:v></c:pt>' for at, one in enumerate(words))

    figures = (
        f"<c:chartSpace {NS}><c:chart><c:title><a:p><a:r><a:t>用水量</a:t></a:r></a:p></c:title><c:ser>"
        f"<c:tx><c:strCache>{points('亿吨')}</c:strCache></c:tx><c:cat><c:strCache>{points('2023', '2024')}"
        f"</c:strCache></c:cat><c:val><c:numCache>{points('18.300000000000001', '19')}</c:numCache></c:val></c:ser>"
        "</c:chart></c:chartSpace>"
    )
    shapes = '<dgm:pt type="node"><a:t>受理</a:t></dgm:pt><dgm:pt><a:t>办结</a:t></dgm:pt>'
    words = f"<dgm:dataModel {NS}>{shapes}</dgm:dataModel>"
    body = p('<w:r><w:drawing><c:chart r:id="rId1"/></w:drawing></w:r>') + p(
        '<w:r><w:drawing><dgm:relIds r:dm="rId2"/></w:drawing></w:r>'
    )
    parts = {"charts/chart1.xml": ("chart", figures), "diagrams/data1.xml": ("diagramData", words)}
    expected = ["用水量", "| | 亿吨 |", "| --- | --- |", "| 2023 | 18.3 |", "| 2024 | 19 |", "- 受理", "- 办结"]
    assert [line.replace("|  |", "| |") for line in lines(read(tmp_path, body, parts))] == expected


def test_strict_open_xml_is_read(tmp_path: Path):
    document = read(tmp_path, p("甲", r("6", UP), r("乙", STRUCK)), strict=True)
    assert document.text == "甲⁶\n"


def test_a_file_with_macros_or_a_template_is_read(tmp_path: Path):
    for suffix in (".docm", ".dotx", ".dotm"):
        path = docx(tmp_path / f"a{suffix}", p("全市共有公园32座。"))
        assert read_document(path, tmp_path).text == "全市共有公园32座。\n"


def test_parts_are_found_whatever_way_their_names_are_written(tmp_path: Path):
    """Backslashes and another case, as some programs write them."""
    plain = docx(
        tmp_path / "plain.docx", p("甲", r("乙", '<w:rStyle w:val="Old"/>')), {"styles.xml": ("styles", STYLES)}
    )
    path = tmp_path / "odd.docx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            archive.writestr(name.replace("word/styles.xml", "word/Styles.xml"), source.read(name))
    assert read_document(path, tmp_path).text == "甲\n"


def test_the_blocks_of_a_table_under_its_title(tmp_path: Path):
    document = read(tmp_path, p("客运场站情况表") + table(["场站", "区"], ["甲站", "福田区"], ["丙站", "南山区"]))
    kinds = [one.kind for one in blocks(document)]
    assert kinds == ["heading", "table_header", "table_row", "table_row"]
    assert document.metadata.title == "客运场站情况表"


def test_what_stands_in_a_box_of_a_note_is_read_once(tmp_path):
    """The copy for old programs is none of it."""
    note = f'<w:footnotes {NS}><w:footnote w:id="2">{p("注释。", f"<w:r>{BOTH}</w:r>")}</w:footnote></w:footnotes>'
    body = p("正文。", '<w:r><w:footnoteReference w:id="2"/></w:r>')
    assert lines(read(tmp_path, body, {"footnotes.xml": ("footnotes", note)})) == ["正文。", "注1：注释。乙"]


ODF = "urn:oasis:names:tc:opendocument:xmlns"
FRAMED = (
    f'<d xmlns:text="{ODF}:text:1.0" xmlns:draw="{ODF}:drawing:1.0"><text:p>正文一段。<draw:frame><text:p>框内表格'
    "</text:p></draw:frame></text:p><text:p>补贴标准<text:note><text:note-citation>1</text:note-citation><text:p>脚注说明"
    "</text:p></text:note></text:p></d>"
)
RICH = (
    r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}{\*\generator Riched20;}\'d5\'fd\'ce\'c4\'d2\'bb\'b6\'ce\par \uc2 "
    r"\u34917\'b2\'b9\u36148\'cc\'f9\u26631\'b1\'ea\u20934\'d7\'bc{\footnote \u33050?\u27880?\u35828?\u26126?}\par "
    r"{\shp{\*\shpinst{\sp{\sn name}{\sv shape}}{\shptxt \u26694?\u20869?\u34920?\u26684?\par}}}"
    r"{\*\unknown \u26080?\u20851?}}"
)


@pytest.mark.parametrize("suffix", ["odt", "rtf"])
def test_what_is_lost_when_a_file_is_converted_is_told(tmp_path, suffix):
    """LibreOffice drops the notes of a text box and the tables of a group: of those words none is in what it writes."""
    (tmp_path / "made").mkdir()
    made = docx(tmp_path / "made" / "source.docx", p("正文一段。") + p("补贴", r("标准", UP)))
    source = tmp_path / f"source.{suffix}"
    if suffix == "odt":
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("content.xml", FRAMED)
    else:
        source.write_text(RICH, "ascii")
    parsed = converted.parse(made, Limits())
    assert [(one.what, one.count) for one in parsed.left_out] == [("text lost in conversion", len("框内表格脚注说明"))]
