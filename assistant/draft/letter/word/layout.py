"""The page of GB/T 9704-2012: margins, typefaces, 22 lines of 28 characters, page numbers.

Lines are exactly 28.95 pt apart and characters 15.75 pt (16 pt, condensed by 0.25), so that 22 lines fill 225 mm and 28
characters 156 mm in every program; a document grid would be kept by Word alone.
"""

from __future__ import annotations

from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt, RGBColor

from assistant.export.word import page_field

LINE = Pt(28.95)
CHARACTER = Pt(15.75)
BODY, TITLE, PAGE_NUMBER, SMALL = Pt(16), Pt(22), Pt(14), Pt(10.5)
_CONDENSED = -5  # twentieths of a point

FANGSONG, HEITI, KAITI, SONGTI, XIAOBIAOSONG = "仿宋", "黑体", "楷体", "宋体", "方正小标宋简体"
_LATIN = "Times New Roman"
# Name, the name to look for where it is missing, family, pitch.
_FONTS = (
    (FANGSONG, "FangSong", "roman", "fixed"),
    (HEITI, "SimHei", "swiss", "fixed"),
    (KAITI, "KaiTi", "roman", "fixed"),
    (SONGTI, "SimSun", "roman", "variable"),
    (XIAOBIAOSONG, "SimSun", "roman", "variable"),
    (_LATIN, "Liberation Serif", "roman", "variable"),
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_FONT = (
    '<w:font w:name="{0}"><w:altName w:val="{1}"/><w:charset w:val="{4}"/><w:family w:val="{2}"/>'
    '<w:pitch w:val="{3}"/></w:font>'
)
# Our styles that Word does not have, each like the body but for what is set below.
TO, SIGN, NOTE, META, AI, ANNEX, CELL = (
    "公文主送",
    "公文落款",
    "公文附注",
    "公文眉注",
    "公文提示",
    "公文附件",
    "公文表格",
)


def new_page() -> Document:
    """An empty document with the layout."""
    document = docx.Document()
    _page(document)
    _styles(document)
    _fonts(document)
    _page_numbers(document)
    return document


def _page(document: Document) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.left_margin = Mm(37), Mm(28)
    page.right_margin, page.bottom_margin = Mm(210 - 28 - 156), Mm(297 - 37 - 225)
    page.header_distance, page.footer_distance = Mm(15), Mm(25)  # the number's line 7 mm below the text
    for grid in page._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 (no public way to the grid)
        page._sectPr.remove(grid)  # noqa: SLF001


def _styles(document: Document) -> None:
    styles = document.styles
    _body(styles["Normal"])
    _heading(styles["Title"], XIAOBIAOSONG, TITLE)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for level, font in ((1, HEITI), (2, KAITI), (3, FANGSONG)):
        _heading(styles[f"Heading {level}"], font, BODY)
        indent(styles[f"Heading {level}"], first=2)
    for name in (TO, SIGN, NOTE, META, AI, ANNEX, CELL):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        indent(style)
    for name in (TO, META, ANNEX):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    styles[SIGN].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    indent(styles[NOTE], first=2)
    _font(styles[ANNEX], HEITI, BODY)
    _font(styles[AI], KAITI, SMALL)
    styles[AI].font.color.rgb = RGBColor(0x59, 0x59, 0x59)
    styles[AI].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(styles[CELL], FANGSONG, SMALL)
    styles[CELL].paragraph_format.line_spacing = Pt(15)
    styles[CELL].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _body(style: Any) -> None:
    _font(style, FANGSONG, BODY)
    paragraph = style.paragraph_format
    paragraph.line_spacing_rule, paragraph.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    paragraph.space_before = paragraph.space_after = Pt(0)
    paragraph.widow_control = False  # a page has 22 lines, whatever it ends with
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent(style, first=2)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(_CONDENSED))
    style.element.get_or_add_rPr().append(spacing)
    for name in ("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):  # digits take half a character, no gap beside them
        _switch_off(style.element.get_or_add_pPr(), name)


def _heading(style: Any, font: str, size: Length) -> None:
    _font(style, font, size)
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")) + properties.findall(qn("w:numPr")):
        properties.remove(border)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    paragraph = style.paragraph_format
    paragraph.space_before = paragraph.space_after = Pt(0)
    paragraph.line_spacing_rule, paragraph.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    paragraph.keep_with_next = True
    indent(style)


def indent(style_or_paragraph: Any, *, first: float = 0, left: float = 0, right: float = 0) -> None:
    """Indents in characters, told both ways: in hundredths of a character for Word, in twips for others."""
    properties = style_or_paragraph.paragraph_format.element
    properties = properties if properties.tag == qn("w:pPr") else properties.get_or_add_pPr()
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    made = OxmlElement("w:ind")
    for name, count in (("left", left), ("right", right), ("firstLine", first)):
        made.set(qn(f"w:{name}Chars"), str(round(100 * count)))
        made.set(qn(f"w:{name}"), str(round(count * CHARACTER.twips)))
    properties.insert_element_before(made, *_AFTER_INDENT)


def typeface(run: Any, name: str) -> None:
    """Another typeface for the Chinese characters of a run."""
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # noqa: SLF001 (python-docx sets Latin only)


_AFTER_INDENT = (
    "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
_AFTER_SWITCH = (
    "w:bidi", "w:adjustRightInd", "w:spacing", "w:ind", *_AFTER_INDENT,
)  # fmt: skip


def _switch_off(properties: Any, name: str) -> None:
    switch = OxmlElement(name)
    switch.set(qn("w:val"), "0")
    properties.insert_element_before(switch, *_AFTER_SWITCH)


def _font(style: Any, name: str, size: Length) -> None:
    """Typeface and size for Chinese and for Latin letters; the theme's, which would win, are taken away."""
    style.font.name, style.font.size = _LATIN, size
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:cs"), _LATIN)


def _fonts(document: Document) -> None:
    """The font table: by which other name a typeface is known, and of which kind it is, where it is missing."""
    fonts = "".join(_FONT.format(*row, "00" if row[0] == _LATIN else "86") for row in _FONTS)
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = f"{_XML}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()  # noqa: SLF001 (an opaque part)


def _page_numbers(document: Document) -> None:
    """— 1 — in 14 pt 宋体: one character from the right on odd pages, from the left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    page = document.sections[0]
    for footer, side in ((page.footer, WD_ALIGN_PARAGRAPH.RIGHT), (page.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Normal"]
        paragraph.alignment = side
        paragraph.paragraph_format.line_spacing = Pt(16)
        odd = side == WD_ALIGN_PARAGRAPH.RIGHT
        indent(paragraph, right=1 if odd else 0, left=0 if odd else 1)
        for piece in ("— ", None, " —"):
            run = paragraph.add_run(piece or "")
            run.font.size, run.font.name = PAGE_NUMBER, SONGTI
            typeface(run, SONGTI)
            if piece is None:
                page_field(run)
