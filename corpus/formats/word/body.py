"""DOCX → text: the blocks in order, paragraphs with their numbers, headings, tables, notes, what is inserted.

Headers, footers, comments, deleted revisions, struck or hidden text and tables of contents are no text of the document;
what of it a person may miss is counted.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from corpus.decoding import decoded
from corpus.formats.headers import spread
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.registry import content_of, format_of
from corpus.formats.word.drawings import chart, diagram, drawn, embedded, is_fallback, pictures
from corpus.formats.word.letters import Letters, is_asking, tick_boxes, words_of
from corpus.formats.word.numbering import Numbering
from corpus.formats.word.package import Package
from corpus.formats.word.styles import Style, Styles, W, is_on, is_shaded, outline_of, value
from corpus.formats.writer import Writer, clean, one_line

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_NOTES = {"footnote": "注", "endnote": "尾注"}
_WRAPPING = frozenset({f"{W}{one}" for one in ("ins", "moveTo", "customXml", "smartTag")})
_LONGEST_HEADING = 90  # characters; longer, or ending a sentence, a paragraph only looks like a heading
_COLUMNS = 100
_OPEN = re.compile("[^。；！？]$")
_DEEPEST = 3  # documents that are inserted into each other
_FURNITURE = re.compile(r"[\W\d_]*|第\s*\d*\s*页.*|page\s*\d*.*", re.IGNORECASE)  # page numbers and lines


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    return _parse(path, limits, depth=0)


def _parse(path: Path, limits: Limits, depth: int) -> Parsed:
    with closing(Package(path)) as package:
        body = package.xml(package.main).find(f"{W}body")
        if body is None:
            raise Unreadable("damaged")
        writer = Writer(limits.output)
        document = _Document(package, body, writer, limits, depth)
        document.write(body)
        return writer.parsed(document.finish())


class _Document:
    """A document's styles and counters, while its blocks are written in order."""

    def __init__(self, package: Package, body: Any, writer: Writer, limits: Limits, depth: int) -> None:
        self._package, self._body = package, body
        self._writer, self._limits, self._depth = writer, limits, depth
        dark = body.getparent().find(f"{W}background") is not None
        self._styles = Styles(self._related("styles"))
        self._letters = Letters(self._styles, dark=dark)
        self._numbering = Numbering(self._related("numbering"))
        self._drawn = drawn(body)
        self._notes = {**self._notes_of("footnote"), **self._notes_of("endnote")}
        self._noted = dict.fromkeys(_NOTES, 0)
        tick_boxes(body)
        self._begun = ""  # words of a paragraph whose end was deleted: the next one goes on with them

    def write(self, parent: Any | None) -> None:
        """The blocks below an element."""
        for block in _blocks(parent) if parent is not None else ():
            if block.tag == f"{W}p":
                self._write_paragraph(block)
            elif block.tag == f"{W}tbl":
                self._flush()
                self._write_table(block)
            else:
                self._flush()
                self._write_inserted(block.get(f"{_R}id", ""))
        self._flush()

    def finish(self) -> dict[str, str]:
        """Tell what was left out; what the file says of itself."""
        comments = self._related("comments")
        if comments is not None:
            self._writer.leave_out("comments", sum(1 for one in comments if words_of(one).strip()))
        self._writer.leave_out("pictures", pictures(self._body))
        self._writer.leave_out("embedded files", embedded(self._body))
        for what, count in self._letters.left_out.items():
            self._writer.leave_out(what, count)
        return {"title": self._title(), "letterhead": self._letterhead()}

    def _title(self) -> str:
        for name in self._package.related("core-properties", of=""):
            for one in self._package.xml(name).iter("{http://purl.org/dc/elements/1.1/}title"):
                return str(one.text or "")
        return ""

    def _letterhead(self) -> str:
        """The lines of the headers, where some documents have their number; those that the text lacks are told."""
        heads = [line for name in self._package.related("header") for line in self._lines(name)]
        feet = [line for name in self._package.related("footer") for line in self._lines(name)]
        shown = re.sub(r"\s", "", self._writer.text)
        missing = {line for line in (*heads, *feet) if re.sub(r"\s", "", line) not in shown}
        self._writer.leave_out("headers and footers", len(missing))
        return "\n".join(dict.fromkeys(heads))

    def _lines(self, part: str) -> Iterator[str]:
        letters = Letters(self._styles, dark=True)
        for paragraph in self._package.xml(part).iter(f"{W}p"):
            line = "" if is_fallback(paragraph) else one_line(letters.text(paragraph))
            if not _FURNITURE.fullmatch(line):
                yield line

    def _related(self, kind: str) -> Any | None:
        found = self._package.related(kind)
        return self._package.xml(found[0]) if found else None

    def _notes_of(self, kind: str) -> dict[tuple[str, str], Any]:
        """Footnotes or endnotes by kind and id, the lines that only divide them from the text aside."""
        root = self._related(f"{kind}s")
        if root is None:
            return {}
        self._drawn |= drawn(root)
        found = root.iterchildren(f"{W}{kind}")
        return {(kind, one.get(f"{W}id", "")): one for one in found if one.get(f"{W}type", "normal") == "normal"}

    # Paragraphs

    def _write_paragraph(self, paragraph: Any) -> None:
        style = self._styles.of(paragraph)
        text = self._letters.text(paragraph)
        if _goes_on(paragraph):
            self._begun += text
        else:
            self._write_text(paragraph, style, self._begun + text)
            self._begun = ""
        for one in self._drawn.get(paragraph, ()):
            if one.box is not None:
                self.write(one.box)
            elif one.part:
                self._write_drawn(one.part, one.kind)
            else:
                self._writer.paragraph(one.words)
        self._write_notes(paragraph)

    def _flush(self) -> None:
        self._writer.paragraph(self._begun)
        self._begun = ""

    def _write_text(self, paragraph: Any, style: Style, text: str) -> None:
        if _CONTENTS.match(style.name) or not (text.strip() or _has_words(paragraph)):
            return
        label, bullet = self._label(paragraph, style)  # counted where all of it is struck out, too
        level = outline_of(paragraph) or style.outline
        if not text.strip():
            return
        if level and _is_heading(text):
            self._writer.heading(level, label + text)
        elif bullet:
            self._writer.item(text)
        else:
            self._writer.paragraph(label + text)

    def _label(self, paragraph: Any, style: Style) -> tuple[str, bool]:
        """The automatic number; the paragraph's own wins over its style's, and number 0 is none."""
        number = value(paragraph, "pPr/numPr/numId") or style.number
        level = value(paragraph, "pPr/numPr/ilvl")
        if not number or number == "0":
            return "", False
        if level.isdecimal():
            return self._numbering.label(number, min(int(level), 8))
        tied = self._numbering.level_of_style(number, value(paragraph, "pPr/pStyle"))
        return self._numbering.label(number, tied if tied is not None else style.level or 0)

    def _write_notes(self, parent: Any) -> None:
        """The notes that a paragraph or table refers to, behind it: a quote of it stays its own words."""
        for reference in _note_references(parent):
            kind = reference.tag.removeprefix(W).removesuffix("Reference")
            note = self._notes.pop((kind, reference.get(f"{W}id", "")), None)
            if note is not None:
                self._noted[kind] += 1
                words = self._cell_text(note)
                self._writer.paragraph(f"{_NOTES[kind]}{self._noted[kind]}：{words}" if words else "")

    # Tables

    def _write_table(self, table: Any) -> None:
        rows = [row for row in _children(table, f"{W}tr") if not self._is_left_out(row)]
        cells = [list(_cells(row)) for row in rows]
        if len(cells) == 1 or all(len(row) == 1 for row in cells):  # a frame around text, or text side by side
            for cell in chain.from_iterable(cells):
                if cell.element is not None:
                    self.write(cell.element)
            return
        shown = [[self._shown(cell) for cell in row] for row in cells]
        self._writer.table(*spread(_with_rowspans(shown), _marked_headers(rows), labelled=_is_labelled(cells)))
        self._write_notes(table)

    def _is_left_out(self, row: Any) -> bool:
        """Whether a row was deleted, or is hidden."""
        if row.find(f"{W}trPr/{W}del") is not None:
            self._letters.leave_out("deleted text", words_of(row))
            return True
        hidden = is_on(row.find(f"{W}trPr/{W}hidden"))
        self._writer.leave_out("hidden rows", int(hidden))
        return hidden

    def _shown(self, cell: _Cell) -> tuple[str, int, bool]:
        return self._cell_text(cell.element) if cell.element is not None else "", cell.columns, cell.continued

    def _cell_text(self, cell: Any) -> str:
        """All text in a cell, its nested tables too, on one line."""
        shown: list[str] = []
        begun = ""
        for block in _blocks(cell):
            if block.tag == f"{W}tbl":
                shown.append(_Rows(self._nested(block)))
                continue
            if block.tag != f"{W}p":
                continue
            style = self._styles.of(block)
            text = begun + self._letters.text(block)
            begun = text if _goes_on(block) else ""
            if text.strip() and not begun:
                shown.append(self._label(block, style)[0] + text)
            drawn_here = self._drawn.get(block, ())
            shown += [one.words if one.box is None else self._cell_text(one.box) for one in drawn_here]
        shown += [begun] * bool(begun)
        told = (f"{one}。" if isinstance(one, _Rows) and _OPEN.search(one) else one for one in shown[:-1])
        return one_line("\n".join([*told, *shown[-1:]]))

    def _nested(self, table: Any) -> str:
        """A table in a cell: its rows one after the other, their cells apart."""
        rows = (row for row in _children(table, f"{W}tr") if not self._is_left_out(row))
        lines = ([self._cell_text(cell) for cell in _children(row, f"{W}tc")] for row in rows)
        return "；".join("，".join(filter(None, line)) for line in lines if any(line))

    # What stands in other parts

    def _write_drawn(self, identifier: str, kind: str) -> None:
        part = self._package.part(identifier)
        if not part:
            return
        root = self._package.xml(part)
        if kind == "diagram":
            for words in diagram(root):
                self._writer.item(words)
        else:
            title, rows = chart(root)
            self._writer.paragraph(title)
            self._writer.table(rows)

    def _write_inserted(self, identifier: str) -> None:
        """A document that stands in another part (altChunk), read as what it is."""
        part = self._package.part(identifier)
        if not part or self._depth >= _DEEPEST:
            self._writer.leave_out("embedded files")
            return
        with tempfile.TemporaryDirectory(prefix="dafu-inserted-") as folder:
            path = Path(folder) / f"part{Path(part).suffix.lower()}"
            path.write_bytes(self._package.read(part))
            try:
                self._writer.insert(_inserted(path, self._limits, self._depth + 1))
            except Unreadable:
                self._writer.leave_out("embedded files")


def _inserted(path: Path, limits: Limits, depth: int) -> Parsed:
    content = content_of(path, limits)
    if content == "docx":
        return _parse(path, limits, depth)
    if content == "text" and not (text := decoded(path.read_bytes())).lstrip().startswith("<"):
        return Parsed(clean(text))
    form = format_of(".html" if content == "text" else ".doc", content)
    if form.converted:
        raise Unreadable("convert", suffix=path.suffix, target=".docx")
    return form.parser()(path, limits)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a row; without an element it is a gap before the row's first."""

    element: Any | None
    columns: int
    continued: bool


class _Rows(str):
    """The rows of a table in a cell, which end before the words that follow them."""

    __slots__ = ()


def _goes_on(paragraph: Any) -> bool:
    """Whether the paragraph's end is deleted or hidden, so that the next one stands on the same line."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    if mark is None:
        return False
    hidden = is_on(mark.find(f"{W}vanish")) and not outline_of(paragraph) and bool(words_of(paragraph).strip())
    return hidden or any(mark.find(W + one) is not None for one in ("del", "moveFrom"))


def _has_words(paragraph: Any) -> bool:
    """Whether there are words in it that still count: struck out, not deleted or hidden."""
    return paragraph.find(f".//{W}strike") is not None or paragraph.find(f".//{W}dstrike") is not None


def _is_heading(text: str) -> bool:
    shown = one_line(text)
    return len(shown) <= _LONGEST_HEADING and not shown.endswith(("。", "；", "，"))


def _note_references(parent: Any) -> Iterator[Any]:
    for one in parent.iter(f"{W}footnoteReference", f"{W}endnoteReference"):
        if not is_fallback(one) and next(one.iterancestors(f"{W}del", f"{W}moveFrom"), None) is None:
            yield one


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs, tables and insertions in order, through content controls, without a table of contents."""
    for child in parent.iterchildren():
        if child.tag in {f"{W}p", f"{W}tbl", f"{W}altChunk"}:
            yield child
        elif child.tag == f"{W}sdt":
            gallery = child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
            content = child.find(f"{W}sdtContent")
            contents = gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
            if content is not None and not contents and not is_asking(child):
                yield from _blocks(content)
        elif child.tag in _WRAPPING:
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
        elif child.tag in _WRAPPING:
            yield from _children(child, tag)


def _cells(row: Any) -> list[_Cell]:
    gaps = min(_integer(value(row, "trPr/gridBefore")), _COLUMNS)
    cells = [_Cell(None, 1, continued=False) for _ in range(gaps)]
    for cell in _children(row, f"{W}tc"):
        across = min(_integer(value(cell, "tcPr/gridSpan")) or 1, _COLUMNS)
        continued = _continues(cell, "vMerge")
        if _continues(cell, "hMerge") and cells:  # the older way to say that a cell is as wide as two
            before = cells.pop()
            cells.append(_Cell(before.element, before.columns + across, before.continued))
        elif cell.find(f"{W}tcPr/{W}cellDel") is None:
            cells.append(_Cell(cell, across, continued))
        else:
            cells.append(_Cell(None, across, continued=False))
    return cells


def _continues(cell: Any, way: str) -> bool:
    merge = cell.find(f"{W}tcPr/{W}{way}")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


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
        if not is_on(row.find(f"{W}trPr/{W}tblHeader")):
            break
        count += 1
    return count


def _is_labelled(rows: Sequence[Sequence[_Cell]]) -> bool:
    """Whether in every row bold or shaded cells take turns with others."""
    cells = [[one.element for one in row if one.element is not None] for row in rows]
    labels = (cell for row in cells for cell in row[::2])
    values = (cell for row in cells for cell in row[1::2])
    paired = all(row and len(row) % 2 == 0 for row in cells)
    return paired and len(cells) > 1 and all(map(_stands_out, labels)) and not any(map(_stands_out, values))


def _stands_out(cell: Any) -> bool:
    words = [run for run in cell.iter(f"{W}r") if words_of(run).strip()]
    return is_shaded(cell) or (bool(words) and all(is_on(run.find(f"{W}rPr/{W}b")) for run in words))


def _integer(text: str) -> int:
    return int(text) if text.isdecimal() else 0
