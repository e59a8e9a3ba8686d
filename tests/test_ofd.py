"""OFD: text, titles and tables by where they stand; what cannot be seen is left out, and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import blocks, read_document
from corpus.document import Document
from corpus.formats.refusals import FileError
from tests.formats.ofdfiles import PICTURE, filled, line, ofd, stroke, table

TITLE = "关于同意调整供水价格的批复"
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
REPLY = "".join(
    [
        line("市水务局文件", 70, 20, 9),
        line("水函〔2025〕22号", 75, 40),
        line(TITLE, 50, 55, 7.8),
        line("区水务公司：", 25, 75),
        line("你公司《关于调整供水价格的请示》收悉。经研究，同意居民", 36, 85),
        line("生活用水价格调整为每立方米3元。", 25, 95),
        line("市水务局", 140, 120),
        line("2025年3月5日", 135, 130),
    ]
)


def read(path: Path) -> Document:
    return read_document(path, path.parent)


def told(document: Document) -> dict[str, int]:
    return {one.what: one.count for one in document.left_out}


def test_a_document_is_read_with_its_title_number_issuer_and_pages(tmp_path: Path):
    document = read(ofd(tmp_path / "a.ofd", [REPLY, line("附件：价格表。", 25, 30)]))
    assert document.metadata.title == TITLE
    assert (document.metadata.doc_no, document.metadata.issuer) == ("水函〔2025〕22号", "市水务局")
    assert document.metadata.issued == "2025-03-05"
    assert "你公司《关于调整供水价格的请示》收悉。经研究，同意居民生活用水价格调整为每立方米3元。" in document.text
    assert {one.page for one in blocks(document)} == {1, 2}
    assert told(document) == {}


def test_a_table_has_its_rows(tmp_path: Path):
    rows = [["场站", "区", "面积"], ["甲站", "福田区", "1200"], ["丙站", "南山区", "950"]]
    document = read(ofd(tmp_path / "t.ofd", [line("客运场站情况表", 80, 20) + table(rows, 25, 40)]))
    assert document.metadata.title == "客运场站情况表"
    lines = [one for one in document.text.split("\n") if one.startswith("| ") and "---" not in one]
    assert lines == ["| 场站 | 区 | 面积 |", "| 甲站 | 福田区 | 1200 |", "| 丙站 | 南山区 | 950 |"]


def test_a_template_and_a_composite_graphic_are_part_of_the_page(tmp_path: Path):
    template = (
        f"<ofd:Page {SPACE}><ofd:Content><ofd:Layer>{line('市水务局用笺', 70, 20)}</ofd:Layer></ofd:Content></ofd:Page>"
    )
    content = f"<ofd:Content>{line('同意拨付。', 0, 0)}</ofd:Content>"
    unit = f'<ofd:CompositeGraphicUnit ID="7">{content}</ofd:CompositeGraphicUnit>'
    resources = f"<ofd:Res {SPACE}><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits></ofd:Res>"
    page = '<ofd:Template TemplateID="5" ZOrder="Background"/><!----><ofd:PageBlock>' + line("请予拨付。", 25, 50)
    page += '</ofd:PageBlock><ofd:CompositeObject ResourceID="7" Boundary="25 70 100 10"/>'
    common = '<ofd:TemplatePage ID="5" BaseLoc="T.xml"/><ofd:DocumentRes>R.xml</ofd:DocumentRes>'
    document = read(ofd(tmp_path / "a.ofd", [page], more={"T.xml": template, "R.xml": resources}, common=common))
    assert [one for one in document.text.split("\n") if one] == ["市水务局用笺", "请予拨付。", "同意拨付。"]


WHITE = '<ofd:FillColor Value="255 255 255"/>'
UNSEEN = {
    "covered": (line("张某某", 25, 40) + filled(20, 38, 60, 12), {"covered text": 3}),
    "white": (line("张某某", 25, 40, inside=WHITE), {"hidden text": 3}),
    "blackened": (filled(20, 38, 60, 12) + line("张某某", 25, 40), {"hidden text": 3}),
    "not visible": (line("张某某", 25, 40, props='Visible="false"'), {"hidden text": 3}),
    "beyond the page": (line("张某某", 250, 40), {"hidden text": 3}),
    "struck": (line("张某某", 25, 40) + stroke(25, 43.5, 16.8, 0), {"struck text": 3}),
    "turned": (line("张某某", 25, 40, props='CTM="0.7 0.7 -0.7 0.7 0 0"'), {"watermark": 3}),
}


@pytest.mark.parametrize(("drawn", "omitted"), UNSEEN.values(), ids=UNSEEN)
def test_what_a_reader_does_not_see_is_told(drawn: str, omitted: dict[str, int], tmp_path: Path):
    document = read(ofd(tmp_path / "a.ofd", [line("经办人如下。", 25, 20) + drawn]))
    assert document.text == "经办人如下。\n"
    assert told(document) == omitted


@pytest.mark.parametrize("ink", ["255 255 255", "0 0 0 0"])
@pytest.mark.parametrize("ground", ["200 0 0", "0 0 0"])
def test_white_on_colour_is_read(ink: str, ground: str, tmp_path: Path):
    """Also where its colour is said in the four inks of print."""
    words = line("供水通告", 25, 20, inside=f'<ofd:FillColor Value="{ink}"/>')
    document = read(ofd(tmp_path / "a.ofd", [filled(20, 18, 60, 12, ground) + words]))
    assert document.text == "供水通告\n"


def test_attachments_and_notes_are_told(tmp_path: Path):
    inside = f"<ofd:Appearance>{line('内部', 0, 0)}</ofd:Appearance>"
    notes = f'<ofd:Annot Type="Watermark">{inside}</ofd:Annot><ofd:Annot><ofd:Remark>请核</ofd:Remark></ofd:Annot>'
    pages = "<ofd:Page><ofd:FileLoc>A.xml</ofd:FileLoc></ofd:Page>"
    more = {
        "Attachs.xml": f'<ofd:Attachments {SPACE}><ofd:Attachment ID="1" Name="附表"/></ofd:Attachments>',
        "Annots.xml": f"<ofd:Annotations {SPACE}>{pages}</ofd:Annotations>",
        "A.xml": f"<ofd:PageAnnot {SPACE}>{notes}</ofd:PageAnnot>",
    }
    document = read(ofd(tmp_path / "a.ofd", [line("同意拨付。", 25, 20)], more=more))
    assert told(document) == {"embedded files": 1, "watermark": 2, "comments": 1}


def test_pages_that_hold_only_pictures_say_so(tmp_path: Path):
    with pytest.raises(FileError) as refused:
        read(ofd(tmp_path / "a.ofd", [PICTURE]))
    assert refused.value.code == "pictures"
    document = read(ofd(tmp_path / "b.ofd", [line("同意拨付。", 25, 20), PICTURE]))
    assert told(document) == {"pages without text": 1}


def test_what_no_standard_allows_and_programs_write(tmp_path: Path):
    """Backslashes, prefixes that nobody declared, steps that do not end."""
    odd = line("同意拨付。", 25, 20).replace("ofd:TextCode", "x:TextCode").replace("g 4", "g 99999999999")
    assert read(ofd(tmp_path / "a.ofd", [odd])).text == "同意拨付。\n"
