"""DOCX → text: paragraphs with their automatic numbers, headings, tables in their place. The door to python-docx.

Headers, footers, comments, deleted revisions, hidden text and tables of contents are no text of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from corpus.formats.numbering import Numbering, W
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.writer import Writer, one_line, spread

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
# What is inside these is not read: deletions, the far end of a move, pictures, the phonetic part of a ruby.
_SKIPPED = frozenset({f"{W}{one}" for one in ("del", "moveFrom", "pict", "rt", "instrText", "delText", "rPr", "pPr")})
_CHARACTERS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
_NOTES = {"footnote": "注", "endnote": "尾注"}
_LONGEST_HEADING = 90  # characters; longer, or ending a sentence, a paragraph only looks like a heading
_SMALLEST = 4  # half-points: smaller text is there to be hidden
_STEPS = 20  # of styles based on styles; more is a circle
_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says, with all it is based on; ``outline`` is a heading's level from 1."""

    name: str = ""
    outline: int = 0
    number: str = ""
    level: int | None = None
    hidden: bool = False


class _Document:
    """A document's styles and counters, while its blocks are written in order."""

    def __init__(self, document: Any, writer: Writer) -> None:
        self._writer = writer
        self._styles = _styles(document.part)
        self._numbering = Numbering(_related(document.part, RELATIONSHIP_TYPE.NUMBERING))
        self._notes = {**_notes(document.part, "footnote"), **_notes(document.part, "endnote")}
        self._noted = dict.fromkeys(_NOTES, 0)

    def write(self, parent: Any | None) -> None:
        """The blocks below an element."""
        for block in _blocks(parent) if parent is not None else ():
            if block.tag == f"{W}p":
                self._write_paragraph(block)
            else:
                self._write_table(block)

    def _write_paragraph(self, paragraph: Any) -> None:
        style = self._style(paragraph)
        text = self._text(paragraph)
        if text.strip() and not _CONTENTS.match(style.name):
            label, bullet = self._label(paragraph, style)
            level = _outline(paragraph) or style.outline
            if level and _is_heading(text):
                self._writer.heading(level, label + text)
            elif bullet:
                self._writer.item(text)
            else:
                self._writer.paragraph(label + text)
        for box in _text_boxes(paragraph):
            self.write(box)
        self._write_notes(paragraph)

    def _write_notes(self, parent: Any) -> None:
        """The notes that a paragraph or table refers to, behind it: a quote of it stays its own words."""
        for reference in _note_references(parent):
            kind = reference.tag.removeprefix(W).removesuffix("Reference")
            note = self._notes.pop((kind, reference.get(f"{W}id", "")), None)
            if note is not None:
                self._noted[kind] += 1
                words = one_line("\n".join(self._text(one) for one in note.iter(f"{W}p")))
                self._writer.paragraph(f"{_NOTES[kind]}{self._noted[kind]}：{words}" if words else "")

    def _write_table(self, table: Any) -> None:
        rows = [row for row in _children(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]
        cells = [list(_cells(row)) for row in rows]
        if all(len(row) == 1 for row in cells):  # a frame around text, with whatever blocks are in it
            for (only,) in cells:
                self.write(only.element)
            return
        grid, headers = spread(_with_rowspans([[self._shown(cell) for cell in row] for row in cells]))
        self._writer.table(grid, max(headers, _marked_headers(rows)))
        self._write_notes(table)

    def _shown(self, cell: _Cell) -> tuple[str, int, bool]:
        text = self._cell_text(cell.element) if cell.element is not None else ""
        return text, cell.columns, cell.continued

    def _cell_text(self, cell: Any) -> str:
        """All text in a cell, its nested tables too, on one line."""
        shown = []
        for paragraph in cell.iter(f"{W}p"):
            text = self._text(paragraph)
            if text.strip() and not _is_fallback(paragraph):
                shown.append(self._label(paragraph, self._style(paragraph))[0] + text)
        return one_line("\n".join(shown))

    def _text(self, paragraph: Any) -> str:
        return "" if self._style(paragraph).hidden else "".join(_pieces(paragraph, self._styles))

    def _style(self, paragraph: Any) -> _Style:
        return self._styles.get(_value(paragraph, "pPr/pStyle"), self._styles.get("", _Style()))

    def _label(self, paragraph: Any, style: _Style) -> tuple[str, bool]:
        """The automatic number; the paragraph's own wins over its style's, and number 0 is none."""
        own = _value(paragraph, "pPr/numPr/numId")
        level = _value(paragraph, "pPr/numPr/ilvl")
        number = own or style.number
        if not number or number == "0":
            return "", False
        if level.isdecimal():
            return self._numbering.label(number, min(int(level), 8))
        tied = self._numbering.level_of_style(number, _value(paragraph, "pPr/pStyle"))
        return self._numbering.label(number, tied if tied is not None else style.level or 0)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a row; without an element it is a gap before the row's first."""

    element: Any | None
    columns: int
    continued: bool


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    document = docx.Document(str(path))
    body = document.element.body
    if body is None:
        raise Unreadable("damaged")
    writer = Writer(limits.output)
    _Document(document, writer).write(body)
    return writer.parsed({"title": str(document.core_properties.title or "")})


def _related(part: Any, kind: str) -> Any | None:
    """The root element of a related part, or none; python-docx would add an empty one."""
    for relation in part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            return parse_xml(relation.target_part.blob)
    return None


def _notes(part: Any, kind: str) -> dict[tuple[str, str], Any]:
    """Footnotes or endnotes by kind and id, the lines that only divide them from the text aside."""
    root = _related(part, f"{RELATIONSHIP_TYPE.FOOTNOTES.rpartition('/')[0]}/{kind}s")
    found = root.iterchildren(f"{W}{kind}") if root is not None else ()
    return {(kind, one.get(f"{W}id", "")): one for one in found if one.get(f"{W}type", "normal") == "normal"}


def _note_references(parent: Any) -> Iterator[Any]:
    for one in parent.iter(f"{W}footnoteReference", f"{W}endnoteReference"):
        if not any(above.tag in _SKIPPED for above in one.iterancestors()) and not _is_fallback(one):
            yield one


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, through content controls and insertions, without a table of contents."""
    for child in parent.iterchildren():
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif child.tag == f"{W}sdt":
            gallery = child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
            content = child.find(f"{W}sdtContent")
            if content is not None and (gallery is None or gallery.get(f"{W}val") != "Table of Contents"):
                yield from _blocks(content)
        elif child.tag in {f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"}:
            yield from _blocks(child)


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Children of a tag, through the content controls around them."""
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            if content is not None:
                yield from _children(content, tag)


def _cells(row: Any) -> Iterator[_Cell]:
    for _ in range(min(_integer(_value(row, "trPr/gridBefore")), _COLUMNS)):
        yield _Cell(None, 1, continued=False)
    for cell in _children(row, f"{W}tc"):
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        continued = merge is not None and merge.get(f"{W}val", "continue") == "continue"
        yield _Cell(cell, min(_integer(_value(cell, "tcPr/gridSpan")) or 1, _COLUMNS), continued)


def _with_rowspans(rows: Sequence[Sequence[tuple[str, int, bool]]]) -> list[list[tuple[str, int, int]]]:
    """Cells that continue the one above them become part of its height."""
    heights: dict[tuple[int, int], int] = {}
    top: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows):
        column = 0
        for _, across, continued in row:
            if not (continued and column in top):
                top[column] = (number, column)
            heights[top[column]] = number - top[column][0] + 1
            column += across
    spanned: list[list[tuple[str, int, int]]] = []
    for number, row in enumerate(rows):
        line, column = [], 0
        for text, across, _ in row:
            if (number, column) in heights:
                line.append((text, across, heights[number, column]))
            column += across
        spanned.append(line)
    return spanned


def _marked_headers(rows: Sequence[Any]) -> int:
    """How many rows at the top are marked to be repeated on each page."""
    count = 0
    for row in rows[:3]:
        if row.find(f"{W}trPr/{W}tblHeader") is None:
            break
        count += 1
    return count


def _styles(part: Any) -> dict[str, _Style]:
    """Paragraph and character styles by id, each with what it inherits; the default one also under the empty id."""
    root = _related(part, RELATIONSHIP_TYPE.STYLES)
    if root is None:
        return {}
    elements = {one.get(f"{W}styleId", ""): one for one in root.iterchildren(f"{W}style")}
    styles = {identifier: _style(element, elements) for identifier, element in elements.items()}
    for identifier, element in elements.items():
        if element.get(f"{W}default") in {"1", "true"} and element.get(f"{W}type") == "paragraph":
            styles[""] = styles[identifier]
    return styles


def _style(element: Any, elements: dict[str, Any]) -> _Style:
    name = _value(element, "name")
    outline, number, level, hidden = 0, "", None, False
    current: Any | None = element
    for _ in range(_STEPS):
        if current is None:
            break
        found = _HEADING.match(_value(current, "name"))
        outline = outline or _outline(current) or (int(found.group(1)) if found else 0)
        if not number:
            number = _value(current, "pPr/numPr/numId")
            text = _value(current, "pPr/numPr/ilvl")
            level = int(text) if text.isdecimal() else None
        hidden = hidden or _is_on(current.find(f"{W}rPr/{W}vanish"))
        current = elements.get(_value(current, "basedOn"))
    if name.lower() == "title":
        outline = 1
    return _Style(name, outline, number, level, hidden)


def _outline(element: Any) -> int:
    """The heading level from 1 that an outline level says, 0 for text."""
    value = _value(element, "pPr/outlineLvl")
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else 0


def _is_heading(text: str) -> bool:
    shown = one_line(text)
    return len(shown) <= _LONGEST_HEADING and not shown.endswith(("。", "；", "，"))


def _pieces(element: Any, styles: dict[str, _Style]) -> Iterator[str]:
    """The characters of a paragraph in order, those of its text boxes aside."""
    for child in element.iterchildren():
        tag = child.tag
        if tag in {f"{W}t", f"{_M}t"}:
            yield child.text or ""
        elif tag in _CHARACTERS:
            yield _CHARACTERS[tag]
        elif tag == f"{W}r" and _is_hidden(child, styles):
            continue
        elif tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            yield from _pieces(choice, styles) if choice is not None else ()
        elif isinstance(tag, str) and tag not in _SKIPPED and not tag.endswith(("}drawing", "}txbxContent")):
            yield from _pieces(child, styles)


def _is_hidden(run: Any, styles: dict[str, _Style]) -> bool:
    size = _value(run, "rPr/sz")
    own = run.find(f"{W}rPr/{W}vanish")
    hidden = _is_on(own) if own is not None else styles.get(_value(run, "rPr/rStyle"), _Style()).hidden
    return hidden or (size.isdecimal() and int(size) < _SMALLEST)


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    """Text boxes anchored in a paragraph; each is there twice, the second time for old programs."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if not _is_fallback(box):
            nearest = next(above for above in box.iterancestors() if above.tag == f"{W}p")
            if nearest is paragraph:
                yield box


def _is_fallback(element: Any) -> bool:
    return any(above.tag == f"{_MC}Fallback" for above in element.iterancestors())


def _value(element: Any, path: str) -> str:
    found = element.find("/".join(W + one for one in path.split("/")))
    return str(found.get(f"{W}val", "")) if found is not None else ""


def _integer(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _is_on(element: Any | None) -> bool:
    return element is not None and element.get(f"{W}val", "1") not in {"0", "false", "off"}
