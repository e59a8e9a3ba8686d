"""Letter → the bytes of a ``.docx`` file in the layout of GB/T 9704-2012.

The layout is ``templates/letter.docx``, which is changed in a word processor: margins, typefaces, styles, page numbers.
Lines are exactly 28.95 pt apart and characters 15.75 pt (16 pt, condensed by 0.25), so that 22 lines fill 225 mm and
28 characters 156 mm in every program; a document grid would be kept by Word alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from assistant.draft.letter import Cite, Letter, Paragraph, Sentence, confirmed, outgoing
from assistant.draft.phrases import phrase
from assistant.export.word import JOINER, add_mark, clean

_SIGN, _NOTE, _AI, _ANNEX, _CELL = "公文落款", "公文附注", "公文提示", "公文附件", "公文表格"
_STYLES = {
    "title": "Title", "h1": "Heading 1", "h2": "Heading 2", "body": "Normal", "to": "公文主送", "sign": _SIGN,
    "date": _SIGN, "note": _NOTE, "meta": "公文眉注",
}  # fmt: skip
_CHARACTER = Pt(15.75)
_SHADES = {"check": "FBF0DA", "bad": "F6DAD3", "none": "F2F2F2"}
_TITLE_LINE = 20  # characters of 22 pt that fit into 156 mm
_BREAKS = re.compile(r"(?=第[〔\d])|(?<=会议)|(?=建议的)|(?=的答复)")
# A date that no line breaks, and where one would break it.
_DATE = re.compile(r"(?<!\d)\d{4}(?:年(?:\d{1,2}月)?(?:\d{1,2}日)?|(?:-\d{1,2}){1,2})|(?<!\d)\d{1,2}月\d{1,2}日")
_JOINT = re.compile(r"(?<=\d)(?=[年月日])|(?<=[年月-])(?=\d)")
_GAP = "\u200b"  # where a line may break
_COLUMNS = (Mm(35), Mm(47), Mm(44), Mm(30))
_LABEL_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_LABEL = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="AIGC">'
    "<vt:lpwstr>{}</vt:lpwstr></property>"
    "</Properties>"
)


def word(letter: Letter, *, sending: bool = False) -> bytes:
    """The letter as a Word file.

    To read and approve: quotes as raised numbers, doubts shaded with the reason in a comment, the annex 依据清单.
    For ``sending``: none of these, and nothing from internal documents.
    """
    shown = outgoing(letter) if sending else letter
    with (files("assistant.draft") / "templates" / "letter.docx").open("rb") as layout:
        document = docx.Document(layout)
    if letter.ai_note:
        document.add_paragraph(clean(letter.ai_note), _AI)
    signature = _signature(shown)
    for paragraph in shown.paragraphs:
        _paragraph(document, paragraph, shown, signature, sending=sending)
    _together(document)
    if not sending:
        _annex(document, shown)
    _properties(document, letter)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraph(
    document: Document, paragraph: Paragraph, letter: Letter, signature: tuple[float, float], *, sending: bool
) -> None:
    if paragraph.style == "sign":
        document.add_paragraph()  # the signature stands off from the text
    if paragraph.style == "title":
        document.add_paragraph()
    made = document.add_paragraph(style=_STYLES[paragraph.style])
    if paragraph.style in {"sign", "date"}:
        _indent(made, signature[paragraph.style == "date"])
    if paragraph.style == "title":
        _title(document, made, paragraph.text)
        return
    for sentence in paragraph.sentences:
        _sentence(document, made, sentence, letter, sending=sending)


def _together(document: Document) -> None:
    """What signs the letter goes to a further page only with the paragraph above it: no page has it alone."""
    signs = {_SIGN, _NOTE}
    end = [n for n, one in enumerate(document.paragraphs) if one.style is not None and one.style.name in signs]
    last = [n for n, one in enumerate(document.paragraphs[: min(end, default=0)]) if one.text]
    for one in document.paragraphs[last[-1] if last else 0 : max(end, default=0)]:
        one.paragraph_format.keep_with_next = one.paragraph_format.keep_together = True


def _title(document: Document, made: Any, text: str) -> None:
    """A title of two lines is broken where its sense allows, the lines as even as may be; an empty line follows."""
    cuts = [
        found.start()
        for found in _BREAKS.finditer(text)
        if max(_width(text[: found.start()]), _width(text[found.start() :])) <= _TITLE_LINE
    ]
    if _width(text) > _TITLE_LINE and cuts:
        at = min(cuts, key=lambda cut: abs(_width(text[:cut]) - _width(text[cut:])))
        made.add_run(clean(text[:at])).add_break()
        made.add_run(clean(text[at:]))
    else:
        made.add_run(clean(text))
    document.add_paragraph()


def _sentence(document: Document, made: Any, sentence: Sentence, letter: Letter, *, sending: bool) -> None:
    run = made.add_run(clean(sentence.shown))
    if sending:
        return
    if sentence.open:
        _shade(run, _SHADES[sentence.verdict])
    if sentence.open or sentence.remarks or sentence.standing == "hand":
        document.add_comment(run, "\n".join(map(clean, _said(sentence))), author="dafu", initials="df")
    marks = [f"{letter.number(cite)}{phrase('internal') if cite.internal else ''}" for cite in sentence.cites]
    if marks:
        add_mark(made, f"[{','.join(marks)}]")


def _signature(letter: Letter) -> tuple[float, float]:
    """How far signature and date stand from the right, in characters: the date four, the signature centred on it."""
    widths = {p.style: _width(p.text) for p in letter.paragraphs if p.style in {"sign", "date"}}
    sign, date = widths.get("sign", 0.0), widths.get("date", 0.0)
    right = max(4.0, 1 + (sign - date) / 2)
    return max(0.0, right + (date - sign) / 2), right


def _indent(paragraph: Any, characters: float) -> None:
    """How far it ends from the right, told both ways: in hundredths of a character for Word, in twips for others."""
    paragraph.paragraph_format.right_indent = round(characters * _CHARACTER)
    indent = paragraph.paragraph_format.element.pPr.find(qn("w:ind"))
    indent.set(qn("w:rightChars"), str(round(100 * characters)))


def _width(text: str) -> float:
    """The width of a text in Chinese characters."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _shade(run: Any, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    run._r.get_or_add_rPr().append(shade)  # noqa: SLF001 (python-docx has highlights of fixed colours only)


# The annex


def _annex(document: Document, letter: Letter) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.paragraphs[-1].paragraph_format.line_spacing = Pt(1)
    document.add_paragraph(phrase("annex"), _ANNEX)
    document.add_paragraph(phrase("annex.title"), "Title")
    # what the search said around the claims (dates that differ, documents that are over), with its paragraph
    notes = [phrase("annex.note", n, note) for n, p in enumerate(letter.paragraphs, start=1) for note in p.notes]
    for line in (_summary(letter), *notes):
        document.add_paragraph(_whole(line), _CELL)
    rows = [row for n, p in enumerate(letter.paragraphs, start=1) for row in _rows(n, p, letter)]
    table = document.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS, strict=True):
        column.width = width
    _fill(table.rows[0], tuple(phrase(f"annex.{n}") for n in range(1, 5)))
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 (no public way to repeat a header row)
    for row in rows:
        _fill(table.add_row(), row)
    for row in table.rows:  # whole on its page
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 (no public way)


def _summary(letter: Letter) -> str:
    counts = letter.counts()
    return phrase(
        "annex.sum", *(counts[one] for one in ("ok", "hand", "check", "bad", "none")), len(letter.fields), letter.as_of
    )


def _rows(number: int, paragraph: Paragraph, letter: Letter) -> list[tuple[str, ...]]:
    """One row for each quote of a judged sentence; a sentence without quotes has one row."""
    rows: list[tuple[str, ...]] = []
    for sentence in paragraph.sentences:
        if sentence.verdict == "stock":
            continue
        told = "；".join(_said(sentence))
        words = phrase("annex.at", number, sentence.shown)
        quotes: Sequence[Cite | None] = sentence.cites or (None,)
        for n, cite in enumerate(quotes):
            quoted = f"[{letter.number(cite)}] {cite.shown}" if cite else ""
            rows.append(
                (words if n == 0 else "", quoted, "\n".join(cite.facts) if cite else "", told if n == 0 else "")
            )
    return rows


def _said(sentence: Sentence) -> list[str]:
    """What the check, or whoever let it stand, says of a sentence."""
    return [phrase(f"v.{sentence.standing}"), *confirmed(sentence), *(remark.reason for remark in sentence.remarks)]


def _fill(row: Any, texts: Sequence[str]) -> None:
    for cell, text, width in zip(row.cells, texts, _COLUMNS, strict=True):
        cell.width = width
        cell.paragraphs[0].style = _CELL
        cell.paragraphs[0].add_run(_whole(text))


def _whole(text: str) -> str:
    """A text for a narrow column, with dates that no line breaks; before one it may, which LibreOffice forgets."""
    return _DATE.sub(
        lambda found: f"{_GAP if _may_break(found) else ''}{_JOINT.sub(JOINER, found.group())}", clean(text)
    )


def _may_break(found: re.Match[str]) -> bool:
    return found.start() > 0 and found.string[found.start() - 1] not in "（(“‘《〔[「"


def _properties(document: Document, letter: Letter) -> None:
    core = document.core_properties
    core.title, core.author, core.comments, core.last_modified_by = clean(letter.title), "", "", ""
    core.created = core.modified = datetime.now(UTC).replace(tzinfo=None)
    _label(document, "\n".join(p.text for p in letter.paragraphs), letter.generator)


def _label(document: Document, text: str, generator: str) -> None:
    """The label of GB 45438-2025 as the property ``AIGC``: a program (``Label`` 1) made this file, as which work.

    Codes that an office has not been given stay empty.
    """
    made = hashlib.sha256(f"{generator}\n{text}".encode("utf-8", "replace")).hexdigest()[:32]
    fields = {"Label": "1", "ContentProducer": "dafu", "ProduceID": made, "ReservedCode1": ""}
    fields |= {"ContentPropagator": "", "PropagateID": "", "ReservedCode2": ""}
    blob = _LABEL.format(escape(json.dumps(fields, ensure_ascii=False))).encode()
    package = document.part.package
    package.relate_to(
        Part(PackURI("/docProps/custom.xml"), _LABEL_TYPE, blob, package), RELATIONSHIP_TYPE.CUSTOM_PROPERTIES
    )
