"""Writes one and the same text as every format, with the writers that offices use."""

from __future__ import annotations

import html
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
import pypdfium2
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement
from openpyxl import Workbook
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from corpus.document import Document
from corpus.markers import leading_marker, strip_marker
from corpus.normalise import join_lines
from corpus.structure import _plain_lines

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A heading (``level`` above 0; 1 is the title) or a paragraph, on one line."""

    text: str
    level: int = 0


def lines_of(document: Document) -> list[Line]:
    """The logical lines of a plain text: what its page breaks cut is whole."""
    found = list(_plain_lines(document.text, document.body))
    levels = {1: 1, 4: 2, 5: 3}
    return [Line(join_lines(document.text[one.start : one.end]), levels.get(one.level, 0)) for one in found]


def markdown(lines: Sequence[Line]) -> str:
    return "\n\n".join("#" * one.level + " " * bool(one.level) + one.text for one in lines) + "\n"


def web_page(lines: Sequence[Line], table: Rows = ()) -> str:
    """With what a site puts around an article, and what a reader does not see."""
    body = "\n".join(
        f"<h{one.level}>{html.escape(one.text)}</h{one.level}>"
        if one.level
        else f"<p style='text-indent:2em'>{html.escape(one.text)}</p>"
        for one in lines
    )
    rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in table)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{lines[0].text}_福田政府在线</title>
    <style>.secret {{ display: none }} @media print {{ p {{ display: none }} }}</style>
    <script>var words = "脚本里的话";</script></head><body><nav><ul><li>首页</li><li>政务公开</li></ul></nav>
    <div class="secret">看不见的话</div><div style="display:none">藏起来的话</div><p hidden>也看不见</p>
    <div id="zoom">{body}<table border="1">{rows}</table></div><footer>版权所有</footer></body></html>"""


NUMBERING = """<w:numbering {ns}>
<w:abstractNum w:abstractNumId="7"><w:multiLevelType w:val="multilevel"/>
{levels}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>{more}</w:numbering>"""


def level(at: int, text: str, form: str = "chineseCounting", extra: str = "", suffix: str = "nothing") -> str:
    """One level of a list, for ``NUMBERING``."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{extra}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def word(lines: Sequence[Line], path: Path, table: Rows = ()) -> None:
    """As Word writes it: enumerators are automatic numbers, and stand nowhere in the text."""
    document = docx.Document()
    set_numbering(document, level(0, "%1、") + level(1, "（%2）"))
    document.sections[0].header.paragraphs[0].text = "页眉里的话"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    for one in lines:
        marker = leading_marker(one.text) if one.level > 1 else None
        paragraph = document.add_paragraph(strip_marker(one.text) if marker else one.text)
        if marker:
            number(paragraph, 0 if marker.style == "一、" else 1)
    if table:
        add_table(document, table)
    document.save(str(path))


def set_numbering(document: docx.document.Document, levels: str, more: str = "") -> None:
    part = document.part.numbering_part
    part._element = parse_xml(NUMBERING.format(ns=nsdecls("w"), levels=levels, more=more))


def number(paragraph: docx.text.paragraph.Paragraph, at: int, identifier: int = 3) -> None:
    """Make a paragraph an item of a list."""
    properties = paragraph._p.get_or_add_pPr()
    numbered = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", at), ("w:numId", identifier)):
        child = OxmlElement(tag)
        child.set(qn("w:val"), str(value))
        numbered.append(child)
    properties.append(numbered)


def add_table(document: docx.document.Document, rows: Rows) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(at, column).text = cell


def spreadsheet(rows: Rows, path: Path, title: str = "进度") -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)


_RULED = [("GRID", (0, 0), (-1, -1), 0.5, black)]


def portable(lines: Sequence[Line], path: Path, table: Rows = (), *, font: str = "STSong-Light") -> list[str]:
    """A PDF as an office prints it, with running head and page numbers; the text that stands on each page.

    The font is not in the file: its characters go by their codes of GB1 (UniGB-UCS2-H), or GBK (GBK-EUC-H).
    """
    pages: list[str] = []
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    styles = {
        0: ParagraphStyle("body", fontName=font, fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK"),
        1: ParagraphStyle("title", fontName=font, fontSize=18, leading=28, alignment=TA_CENTER, wordWrap="CJK"),
    }

    class Recorded(Paragraph):
        def drawOn(self, canvas, x, y, _sW=0):  # noqa: N802, N803 (reportlab's names)
            while len(pages) < canvas.getPageNumber():
                pages.append("")
            pages[-1] += "".join(map(_words, self.blPara.lines)) + "\n"
            super().drawOn(canvas, x, y, _sW)

    def furniture(canvas, _template):
        canvas.setFont(font, 9)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 40, "福田区科技和工业信息化局")
        canvas.drawCentredString(A4[0] / 2, 36, f"— {canvas.getPageNumber()} —")

    story = [Recorded(html.escape(one.text), styles[min(one.level, 1) if one.level == 1 else 0]) for one in lines]
    if table:
        ruled = Table(
            [list(row) for row in table],
            style=[*_RULED, ("FONT", (0, 0), (-1, -1), font, 11)],
        )
        story.append(ruled)
    SimpleDocTemplate(str(path), pagesize=A4, leftMargin=80, rightMargin=80, invariant=1).build(
        story, furniture, furniture
    )
    return pages


def _words(line) -> str:
    """A line of reportlab's, which is either a pair or an object."""
    return "".join(line[1]) if isinstance(line, tuple) else "".join(word.text for word in line.words)


# By hand: what no writer makes


def pdf_of(objects: Mapping[int, str | bytes], *, root: int = 1, more: str = "") -> bytes:
    """A PDF of these objects, with a table of where they stand."""
    out, places = io.BytesIO(b""), {}
    out.write(b"%PDF-1.7\n")
    for number, content in objects.items():
        places[number] = out.tell()
        out.write(
            b"%d 0 obj\n" % number + (content if isinstance(content, bytes) else content.encode()) + b"\nendobj\n"
        )
    start, size = out.tell(), max(objects) + 1
    lines = "".join(f"{places[n]:010d} 00000 n \n" if n in places else "0000000000 00000 f \n" for n in range(1, size))
    out.write(f"xref\n0 {size}\n0000000000 65535 f \n{lines}".encode())
    out.write(f"trailer\n<< /Size {size} /Root {root} 0 R {more} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def pdf_stream(content: bytes, extra: str = "", *, packed: bool = False) -> bytes:
    data = zlib.compress(content, 9) if packed else content
    how = "/Filter /FlateDecode " if packed else ""
    return f"<< /Length {len(data)} {how}{extra} >>\nstream\n".encode() + data + b"\nendstream"


def coded_pdf(lines: Sequence[str], encoding: str, codec: str, collection: str = "GB1") -> bytes:
    """One page in a font that is not in the file, its characters by their codes in an encoding (GBK-EUC-H)."""
    said = "".join(f"1 0 0 1 72 {760 - 20 * n} Tm <{line.encode(codec).hex()}> Tj\n" for n, line in enumerate(lines))
    system = f"/CIDSystemInfo << /Registry (Adobe) /Ordering ({collection}) /Supplement 2 >>"
    return pdf_of(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 5 0 R >>",
            4: pdf_stream(f"BT /F 12 Tf\n{said}ET".encode()),
            5: "<< /Font << /F 6 0 R >> >>",
            6: f"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /{encoding} /DescendantFonts [7 0 R] >>",
            7: f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun {system} /DW 1000 /FontDescriptor 8 0 R >>",
            8: "<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
            "/Ascent 859 /Descent -141 /CapHeight 859 /StemV 80 >>",
        }
    )


def with_notes(path: Path, notes: dict[str, str], kind: str = "footnote") -> None:
    """Give the paragraphs that begin with some words a footnote each, as Word keeps them: in a part of their own."""
    document = docx.Document(str(path))
    written = f'<w:{kind} w:id="0" w:type="separator"><w:p><w:r><w:t>分隔线</w:t></w:r></w:p></w:{kind}>'
    for number, (beginning, note) in enumerate(notes.items(), start=1):
        paragraph = next(one for one in document.paragraphs if one.text.startswith(beginning))
        reference = parse_xml(f'<w:r {nsdecls("w")}><w:{kind}Reference w:id="{number}"/></w:r>')
        paragraph._p.append(reference)
        written += f'<w:{kind} w:id="{number}"><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:{kind}>'
    content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
    xml = f"<w:{kind}s {nsdecls('w')}>{written}</w:{kind}s>".encode()
    part = Part(PackURI(f"/word/{kind}s.xml"), content, xml, document.part.package)
    document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s")
    document.save(str(path))


def pictures(text: Path, scan: Path, dots: int = 200) -> None:
    """The pages of a PDF as pictures in another one, as a scanner makes it."""
    document = pypdfium2.PdfDocument(text)
    first, *rest = [page.render(scale=dots / 72).to_pil().convert("L") for page in document]
    document.close()
    first.save(scan, save_all=True, append_images=rest, resolution=dots)


def write(lines: Sequence[Line], path: Path) -> None:
    """Lines as a file of the format that the path's ending names: .md, .html, .docx, .pdf."""
    if path.suffix == ".md":
        path.write_text(markdown(lines), encoding="utf-8")
    elif path.suffix == ".html":
        path.write_text(web_page(lines), encoding="utf-8")
    elif path.suffix == ".docx":
        word(lines, path)
    else:
        portable(lines, path)
