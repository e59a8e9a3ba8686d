"""The Word file: its layout as LibreOffice prints it, its typefaces, its labels, and what is sent."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from assistant.draft.check import Checker
from assistant.draft.letter import Cite, Letter, Paragraph, Sentence
from assistant.draft.letter_word import word
from assistant.draft.suggestion import Suggestion
from corpus.document import Metadata, Quote

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
AS_OF = "2026-11-24"


def sentence(number: int, text: str, document, words: str) -> Sentence:
    at = document.text.index(words)
    return Checker(AS_OF).judge(Sentence(number, "claim", text, (Cite.of(document, at, at + len(words)),)))


@pytest.fixture(scope="module")
def letter(documents) -> Letter:
    """Long enough for three pages: paragraphs of plain characters, headings, a proved and a wrong sentence."""
    plain = "我们将认真研究吸纳有关意见建议并继续做好各项工作"
    stock = [Paragraph("body", (Sentence(100 + n, "stock", plain * (8 + n % 3)),), 1) for n in range(9)]
    source = documents["zhuanjingtexin"]
    words = "截至2025年底的总数为1333家，在全国城市中居首位"
    good, bad = (
        sentence(n, f"截至2025年底的总数为{figure}家。", source, words) for n, figure in ((1, "1333"), (2, "1533"))
    )
    paragraphs = (
        Paragraph("meta", (Sentence(3, "stock", "答复类别："), Sentence(4, "field", "〔A、B、C、D，请选填〕"))),
        Paragraph("title", (Sentence(5, "stock", "关于区八届人大六次会议第20260037号建议的答复"),)),
        Paragraph("to", (Sentence(6, "stock", "尊敬的周雨桐代表："),)),
        *stock[:4],
        Paragraph("h1", (Sentence(7, "stock", "一、关于专精特新企业"),), 1),
        Paragraph("h2", (Sentence(8, "stock", "（一）总数"),), 1),
        Paragraph("body", (good, bad), 1, ("资料的日期不同。",)),
        Paragraph("body", (Checker(AS_OF).judge(Sentence(9, "blank", "〔请补充：情况〕")),), 1),
        *stock[4:],
        Paragraph("sign", (Sentence(10, "field", "〔承办单位名称〕"),)),
        Paragraph("date", (Sentence(11, "field", "〔成文日期〕"),)),
    )
    return Letter(Suggestion("建议。"), paragraphs, "extractive", AS_OF, "本稿由程序辅助起草。")


def opened(letter: Letter, **options) -> docx.document.Document:
    return docx.Document(io.BytesIO(word(letter, **options)))


def printed(content: bytes, folder: Path) -> pypdfium2.PdfDocument:
    """The file as LibreOffice prints it."""
    (folder / "letter.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "letter.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return pypdfium2.PdfDocument(folder / "letter.pdf")


def lines(page: pypdfium2.PdfPage) -> dict[int, list[tuple[float, str]]]:
    """The characters of a page by line (points from its top), each with its distance from the left."""
    text = page.get_textpage()
    found: dict[int, list[tuple[float, str]]] = {}
    for at in range(text.count_chars()):
        character = text.get_text_range(at, 1)
        if character.strip():
            left, bottom, _, top = text.get_charbox(at, loose=True)
            found.setdefault(round(page.get_height() - (top + bottom) / 2), []).append((left, character))
    joined: dict[int, list[tuple[float, str]]] = {}
    for middle in sorted(found):
        near = next((other for other in joined if abs(other - middle) <= 4), middle)
        joined.setdefault(near, []).extend(found[middle])
    return {middle: sorted(characters) for middle, characters in joined.items()}


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_22_lines_of_28_characters(letter, tmp_path):
    """Measured in the printed file: 22 lines a page, 28 characters a line, inside 156 × 225 mm."""
    pdf = printed(word(letter, sending=True), tmp_path)
    assert len(pdf) >= 2
    millimetre = 72 / 25.4
    first, second = lines(pdf[0]), lines(pdf[1])
    for page, number in ((first, 1), (second, 2)):
        bodies = {at: line for at, line in page.items() if at < (37 + 225) * millimetre}
        assert min(bodies) > 37 * millimetre
        for line in bodies.values():
            assert line[0][0] >= 28 * millimetre - 1
            assert line[-1][0] + 8 <= (28 + 156) * millimetre + 17  # a full stop may hang
        feet = [line for at, line in page.items() if at >= (37 + 225) * millimetre]
        assert ["".join(c for _, c in line) for line in feet] == [f"—{number}—"]
        x = feet[0][0][0]
        assert x > 297 if number == 1 else x < 150, "odd pages have their number on the right, even ones on the left"
    full = [line for at, line in second.items() if at < (37 + 225) * millimetre]
    assert len(full) == 22
    gaps = [b - a for a, b in zip(sorted(second)[:21], sorted(second)[1:22], strict=True)]
    assert all(abs(gap - 28.95) <= 1 for gap in gaps)
    widths = Counter(len(line) for line in full if all("\u4e00" <= c <= "\u9fff" for _, c in line))
    assert widths.most_common(1)[0][0] == 28
    assert max(widths) == 28


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice")
def test_no_mark_stands_alone_and_no_date_is_broken(tmp_path):
    """Whatever the length of a sentence, its numbers stand behind its last words, and a date of the annex is whole."""
    paragraphs = []
    for n in range(12, 44):
        words = "引" * (n % 9) + f"《条例》2026年1{n % 2}月1{n % 9}日公布，2026年12月1{n % 9}日起施行。"
        meta = Metadata("工作资料汇编", doc_no=f"某府办发〔2026〕{n}号", issued="2026-03-05", status="有效")
        quoted = Cite(Quote(f"a{n}", 0, len(words), words), "a.md", meta, "1", ("三、要点",))
        paragraphs.append(Paragraph("body", (Sentence(n, "claim", "文" * n + "。", (quoted,), "ok"),), 1))
    paragraphs.append(Paragraph("body", tuple(Sentence(100 + n, "field", "〔电话〕") for n in range(12)), 0))
    pdf = printed(word(Letter(Suggestion("x"), tuple(paragraphs), "extractive", AS_OF)), tmp_path)
    text = "\n".join(page.get_textpage().get_text_range() for page in pdf).replace("\r", "")
    shown = [line.replace(" ", "") for line in text.split("\n")]
    assert not [line for line in shown if re.fullmatch(r"[\[\d,\]]+", line)]
    assert not [line for line in shown if re.search(r"\d年$|\d月$|2026$|\d-$|^\d{0,2}[月日年]", line)]


def test_typefaces_and_sizes(letter):
    """小标宋 22 pt, 黑体 and 楷体 headings, 仿宋 16 pt on 28.95 pt, no numbering, no theme's font."""
    document = opened(letter)
    expected = {
        "Title": ("方正小标宋简体", 22),
        "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体", 16),
        "Normal": ("仿宋", 16),
    }
    for name, (font, size) in expected.items():
        style = document.styles[name]
        fonts = style.element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None
        assert style.font.size.pt == size
        assert not style.font.bold
    normal = document.styles["Normal"].paragraph_format
    assert normal.line_spacing.pt == 28.95
    section = document.sections[0]
    sides = [
        round(side.mm) for side in (section.top_margin, section.left_margin, section.page_width, section.page_height)
    ]
    assert sides == [37, 28, 210, 297]
    xml = zipfile.ZipFile(io.BytesIO(word(letter))).read("word/document.xml").decode()
    assert "w:numPr" not in xml
    styles = [p.style.name for p in document.paragraphs if p.text]
    assert [styles.count(name) for name in ("Heading 1", "Heading 2")] == [1, 1]
    table = zipfile.ZipFile(io.BytesIO(word(letter))).read("word/fontTable.xml").decode()
    assert re.search(r'w:name="方正小标宋简体"><w:altName w:val="SimSun"/>', table)


def test_the_title_breaks_where_its_sense_allows(letter):
    """Two even lines: the meeting, then the number and 建议的答复."""
    title = next(p.text for p in opened(letter).paragraphs if p.style.name == "Title")
    assert title == "关于区八届人大六次会议\n第20260037号建议的答复"


def test_what_signs_the_letter_is_never_alone_on_a_page(letter):
    """The closing paragraph goes over with the signature, the date and the notes below it, whole."""
    shown = [one for one in opened(letter).paragraphs if one.text]
    names = [one.style.name for one in shown]
    first = names.index("公文落款")
    last = max(n for n, name in enumerate(names) if name in {"公文落款", "公文附注"})
    assert all(one.paragraph_format.keep_with_next for one in shown[first - 1 : last])
    assert shown[first - 1].paragraph_format.keep_together


def test_the_annex_maps_sentences_to_their_quotes(letter):
    """依据清单: the wrong sentence with its reason, the quote and its document, each row whole; marks in the text."""
    document = opened(letter)
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["段落和句子", "引文", "资料和位置", "核对结果"]
    cited = next(row for row in rows if "1533" in row[0])
    assert re.sub("[\u2060\u200b]", "", cited[1]).startswith("[1] 截至2025年底的总数为1333家")
    assert re.sub("[\u2060\u200b]", "", cited[2]).startswith(
        "《专精特新企业培育数据摘编（全国、深圳、福田）》\n2026-02\n"
    )
    assert not re.search(r"第\d+至\d+字", cited[2])
    assert all("w:cantSplit" in row._tr.xml for row in document.tables[0].rows)
    assert cited[3].startswith("与引文不符；")
    assert any("[1]" in p.text for p in document.paragraphs)
    comments = [comment.text for comment in document.comments]
    assert any(text.startswith("与引文不符") for text in comments)
    assert any("第10段：资料的日期不同。" in p.text for p in document.paragraphs)


def test_the_label_of_machine_made_text(letter):
    """GB 45438-2025: the custom property AIGC, and a visible note until the signer takes it away."""
    for sending in (False, True):
        content = word(letter, sending=sending)
        custom = zipfile.ZipFile(io.BytesIO(content)).read("docProps/custom.xml").decode()
        value = re.search(r'name="AIGC"><vt:lpwstr>(.*?)</vt:lpwstr>', custom)[1].replace("&quot;", '"')
        fields = json.loads(value)
        assert fields["Label"] == "1"
        assert set(fields) == {
            "Label", "ContentProducer", "ProduceID", "ContentPropagator", "PropagateID",
            "ReservedCode1", "ReservedCode2",
        }  # fmt: skip
        assert docx.Document(io.BytesIO(content)).paragraphs[0].text == "本稿由程序辅助起草。"
    signed = replace(letter, ai_note="")
    assert opened(signed).paragraphs[0].text.startswith("答复类别")


def test_what_is_sent_holds_nothing_internal(letter):
    """No citation, annex or comment, nothing of an internal document in the file, no unproved figure bare."""

    def inside(one: Sentence) -> Sentence:
        cites = (replace(c, metadata=replace(c.metadata, access="internal", title="内部台账")) for c in one.cites)
        return replace(one, cites=tuple(cites))

    secret = letter.changed(1, inside)
    content = word(secret, sending=True)
    archive = zipfile.ZipFile(io.BytesIO(content))
    everything = "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    assert "1333" not in everything
    assert "内部台账" not in everything
    document = docx.Document(io.BytesIO(content))
    assert not document.tables
    assert "〔待核：截至2025年底的总数为1533家。〕" in "".join(p.text for p in document.paragraphs)
    assert "内部资料，不随函发出" in "".join(cell.text for row in opened(secret).tables[0].rows for cell in row.cells)


def test_characters_that_xml_forbids_do_not_break_the_file(letter):
    """A control character from a pasted text is left out."""
    odd = letter.changed(1, lambda s: replace(s, text="甲\x00\x0b乙\ud800丙"))
    assert any("甲乙丙" in p.text for p in opened(odd).paragraphs)
