"""A transcript as a Word file: black on white, A4, with the label and page numbers in the foot.

Page, styles and the number in the foot come from ``transcript.docx``, which is changed in a word processor.
"""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO
from typing import Any

from docx import Document
from docx.shared import Cm, Pt, RGBColor

from assistant.export.transcript import Answered, Line, Source, Transcript
from assistant.locale import message

_MARKS = re.compile(r"((?:\[\d+\])+)$")
JOINER = "\u2060"  # keeps what stands on its sides on one line
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMBER, _GREY = RGBColor(0x7D, 0x4B, 0x00), RGBColor(0x4D, 0x4A, 0x43)


def word(one: Transcript) -> bytes:
    """The transcript as the bytes of a ``.docx`` file."""
    with (files("assistant.export") / "transcript.docx").open("rb") as layout:
        document = Document(layout)
    document.core_properties.title = clean(one.title)
    document.add_heading(clean(one.title), level=1)
    _small(document, one.subtitle)
    for entry in one.entries:
        _entry(document, entry, one)
    document.sections[0].footer.paragraphs[0].runs[0].text = f"{message('export.foot', language=one.language)}　"
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _entry(document: Any, entry: Answered, whole: Transcript) -> None:
    if len(whole.entries) > 1 or entry.question != whole.title:
        document.add_heading(clean(entry.question), level=2)
    _small(document, entry.searched)
    for line in entry.lines:
        _line(document, line, message("export.unverified", language=whole.language))
    if entry.sources:
        document.add_heading(clean(entry.sources_title), level=3)
    for source in entry.sources:
        _source(document, source)
    _small(document, "　".join(filter(None, [entry.label, entry.as_of])))


def _line(document: Any, line: Line, unverified: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.5
    if line.unverified:
        tag = paragraph.add_run(unverified)
        tag.bold, tag.font.color.rgb = True, _AMBER
    words, *marks = _MARKS.split(clean(line.text))
    run = paragraph.add_run(words)
    if line.note:
        run.font.color.rgb = _GREY
    for mark in filter(None, marks):
        add_mark(paragraph, mark)


def _source(document: Any, source: Source) -> None:
    about = document.add_paragraph()
    about.paragraph_format.space_after, about.paragraph_format.keep_with_next = Pt(0), True
    about.add_run(f"[{source.n}] {clean(source.title)}").bold = True
    if source.facts:
        about.add_run(f"（{clean(source.facts)}）").font.size = Pt(9)
    quote = document.add_paragraph(clean(source.quote))
    quote.paragraph_format.left_indent = Cm(0.8)


def _small(document: Any, text: str) -> None:
    if text:
        run = document.add_paragraph().add_run(clean(text))
        run.font.size, run.font.color.rgb = Pt(9), _GREY


def add_mark(paragraph: Any, mark: str) -> None:
    """The number of a quote, raised, on the line on which the words before it end."""
    paragraph.add_run(f"{JOINER}{mark}").font.superscript = True


def clean(text: str) -> str:
    """Without the characters that a Word file cannot hold."""
    return _NOT_XML.sub("", text)
