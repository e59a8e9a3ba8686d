"""Papers and books of many shapes, as parts of which the words are known; and how LibreOffice and browsers write them.

No program is told what is expected: the words come from the parts, the files from other people's programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count, islice

Run = str | tuple[str, str]  # plain words, or (how, words): sup, sub, bold, link, note, br
Runs = str | Sequence[Run]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1."""

    words: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list of items with sub-lists; ``form`` is the number format of ODF, empty for bullets."""

    items: Sequence[Runs | ItemList]
    form: str = ""
    suffix: str = "."


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell over several columns and rows."""

    words: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its first ``headers`` rows are its header."""

    rows: Sequence[Sequence[str | Cell]]
    headers: int = 1


@dataclass(frozen=True, slots=True)
class Box:
    """A text box that floats beside the text."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts set in two columns."""

    parts: Sequence[Text]


Part = Heading | Text | ItemList | Grid | Box | Columns


@dataclass(frozen=True, slots=True)
class Paper:
    """A document; ``head`` and ``foot`` are repeated on each page, and no part of what a person copies."""

    name: str
    parts: Sequence[Part]
    head: str = ""
    foot: str = ""

    def words(self, *, web: bool = False, boxes: bool = True) -> list[str]:
        """What a person copies: the text in order, then everything that floats or stands below it, each for itself."""
        aside: list[str] = []
        parts = (part for part in self.parts if boxes or not isinstance(part, Box))
        text = "".join(word for part in parts for word in _words(part, aside, web=web))
        return [text, *aside]


_MARKS = {"sup": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"), "sub": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")}
_NUMERALS = "一二三四五六七八九十"
_LABELS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": lambda n: chr(96 + n),
    "一, 二, 三, ...": lambda n: _NUMERALS[n - 1],
    "I": lambda n: "I" * n,
}


def _words(part: Part, aside: list[str], *, web: bool) -> Iterator[str]:
    if isinstance(part, Heading):
        yield part.words
    elif isinstance(part, Text):
        yield from _said(part.runs, aside)
    elif isinstance(part, ItemList):
        numbers = count(1)
        form, suffix = (_web_form(part.form), ".") if web else (part.form, part.suffix)
        for item in part.items:
            if isinstance(item, ItemList):
                yield from _words(item, aside, web=web)
            else:
                yield _LABELS[form](next(numbers)) + suffix if form else ""
                yield from _said(item, aside)
    elif isinstance(part, Grid):
        for row in (*_header(part.rows[: part.headers]), *part.rows[part.headers :]):
            yield from (_shown(one, plain=True) for one in row)
    elif isinstance(part, Box):
        aside.append("".join(part.lines))
    else:
        for one in part.parts:
            yield from _words(one, aside, web=web)


def _web_form(form: str) -> str:
    """The form of a list that a web page has in its place."""
    return form if form in {"", "1", "a", "I"} else "1"


def _said(runs: Runs, aside: list[str]) -> Iterator[str]:
    for how, words in _runs(runs):
        if how == "note":
            aside.append(words)
        else:
            yield words.translate(_MARKS[how]) if how in _MARKS else words


def _runs(runs: Runs) -> Iterator[tuple[str, str]]:
    for run in [runs] if isinstance(runs, str) else runs:
        yield ("", run) if isinstance(run, str) else run


# As the XML of LibreOffice

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
        ("number", "datastyle"),
    )
)
_STYLES = """<office:automatic-styles>
<style:style style:name="sup" style:family="text"><style:text-properties
 style:text-position="super 58%%"/></style:style>
<style:style style:name="sub" style:family="text"><style:text-properties style:text-position="sub 58%%"/></style:style>
<style:style style:name="bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="two" style:family="section"><style:section-properties><style:columns fo:column-count="2"
 fo:column-gap="0.5cm"/></style:section-properties></style:style>
<style:style style:name="box" style:family="graphic"><style:graphic-properties style:wrap="parallel"
 fo:border="0.5pt solid #000000" style:horizontal-pos="right" style:horizontal-rel="paragraph"/></style:style>
<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"
 fo:padding="0.1cm"/></style:style>
<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm"
 fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2.5cm" fo:margin-right="2.5cm"/><style:header-style>
<style:header-footer-properties fo:min-height="1cm" fo:margin-bottom="0.5cm"/></style:header-style><style:footer-style>
<style:header-footer-properties fo:min-height="1cm" fo:margin-top="0.5cm"/></style:footer-style></style:page-layout>
%s</office:automatic-styles>"""


def odf(paper: Paper) -> str:
    """A paper as a flat ODF text."""
    lists: list[str] = []
    notes = count(1)
    body = "".join(_odf(part, lists, notes) for part in paper.parts)
    head = f"<style:header><text:p>{escape(paper.head)}</text:p></style:header>" if paper.head else ""
    number = "<text:page-number/>"
    foot = f"<style:footer><text:p>{escape(paper.foot)} {number}</text:p></style:footer>" if paper.foot else ""
    master = f'<style:master-page style:name="Standard" style:page-layout-name="page">{head}{foot}</style:master-page>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.2" '
        f'office:mimetype="application/vnd.oasis.opendocument.text">{_STYLES % "".join(lists)}'
        f"<office:master-styles>{master}</office:master-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )


def _odf(part: Part, lists: list[str], notes: Iterator[int]) -> str:
    if isinstance(part, Heading):
        level = part.level
        style = f'text:style-name="Heading_20_{level}" text:outline-level="{level}"'
        return f"<text:h {style}>{escape(part.words)}</text:h>"
    if isinstance(part, Text):
        return f"<text:p>{_odf_runs(part.runs, notes)}</text:p>"
    if isinstance(part, ItemList):
        name = f"L{len(lists)}"
        levels = "".join(_odf_level(*one) for one in _levels(part, 1))
        lists.append(f'<text:list-style style:name="{name}">{levels}</text:list-style>')
        return _odf_list(part, notes, f' text:style-name="{name}"')
    if isinstance(part, Grid):
        return _odf_table(part)
    if isinstance(part, Box):
        lines = "".join(f"<text:p>{escape(one)}</text:p>" for one in part.lines)
        return (
            '<text:p><draw:frame text:anchor-type="paragraph" draw:style-name="box" svg:width="6cm" svg:y="0cm">'
            f'<draw:text-box fo:min-height="1cm">{lines}</draw:text-box></draw:frame></text:p>'
        )
    inside = "".join(_odf(one, lists, notes) for one in part.parts)
    return f'<text:section text:style-name="two" text:name="S{next(notes)}">{inside}</text:section>'


def _odf_runs(runs: Runs, notes: Iterator[int]) -> str:
    written = ""
    for how, words in _runs(runs):
        plain = escape(words)
        if how == "note":
            number = next(notes)
            written += (
                f'<text:note text:id="n{number}" text:note-class="footnote"><text:note-citation>{number}'
                f"</text:note-citation><text:note-body><text:p>{plain}</text:p></text:note-body></text:note>"
            )
        elif how == "br":
            written += "<text:line-break/>"
        else:
            written += f'<text:span text:style-name="{how}">{plain}</text:span>' if how else plain
    return written


def _levels(part: ItemList, level: int) -> Iterator[tuple[int, str, str]]:
    yield level, part.form, part.suffix
    for one in part.items:
        if isinstance(one, ItemList):
            yield from _levels(one, level + 1)
            return


def _odf_level(level: int, form: str, suffix: str) -> str:
    if not form:
        return f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="•"/>'
    return f'<text:list-level-style-number text:level="{level}" style:num-format="{form}" style:num-suffix="{suffix}"/>'


def _odf_list(part: ItemList, notes: Iterator[int], style: str = "") -> str:
    items: list[str] = []
    for one in part.items:
        if isinstance(one, ItemList) and items:
            items[-1] += _odf_list(one, notes)
        elif not isinstance(one, ItemList):
            items.append(f"<text:p>{_odf_runs(one, notes)}</text:p>")
    inside = "".join(f"<text:list-item>{one}</text:list-item>" for one in items)
    return f"<text:list{style}>{inside}</text:list>"


def _odf_table(grid: Grid) -> str:
    covered: set[tuple[int, int]] = set()
    rows: list[str] = []
    width = sum(one.across if isinstance(one, Cell) else 1 for one in grid.rows[0])
    for number, row in enumerate(grid.rows):
        cells, at, line = iter(row), 0, ""
        while at < width:
            if (number, at) in covered:
                line, at = line + "<table:covered-table-cell/>", at + 1
                continue
            one = next(cells)
            cell = Cell(one) if isinstance(one, str) else one
            covered |= {(number + y, at + x) for y in range(cell.down) for x in range(cell.across)} - {(number, at)}
            spans = f'table:number-columns-spanned="{cell.across}" table:number-rows-spanned="{cell.down}"'
            line += f'<table:table-cell table:style-name="cell" {spans}><text:p>{escape(cell.words)}</text:p>'
            line, at = line + "</table:table-cell>", at + 1
        rows.append(f"<table:table-row>{line}</table:table-row>")
    head = f"<table:table-header-rows>{''.join(rows[: grid.headers])}</table:table-header-rows>"
    columns = f'<table:table-column table:number-columns-repeated="{width}"/>'
    return f"<table:table>{columns}{head}{''.join(rows[grid.headers :])}</table:table>"


# As a web page

_CSS = "table{border-collapse:collapse} td,th{border:1px solid #000} .box{float:right;border:1px solid} .two{columns:2}"


def web(paper: Paper) -> str:
    """A paper as a web page."""
    notes: list[str] = []
    body = "\n".join(_web(part, notes) for part in paper.parts)
    below = "".join(f'<p id="n{n}">{escape(one)}</p>' for n, one in enumerate(notes))
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{escape(paper.name)}</title>'
        f"<style>{_CSS}</style></head><body>{body}{below}</body></html>"
    )


def _web(part: Part, notes: list[str]) -> str:
    if isinstance(part, Heading):
        return f"<h{part.level}>{escape(part.words)}</h{part.level}>"
    if isinstance(part, Text):
        return f"<p>{_web_runs(part.runs, notes)}</p>"
    if isinstance(part, ItemList):
        return _web_list(part, notes)
    if isinstance(part, Grid):
        return _web_table(part)
    if isinstance(part, Box):
        return f'<div class="box">{"".join(f"<p>{escape(one)}</p>" for one in part.lines)}</div>'
    return f'<div class="two">{"".join(_web(one, notes) for one in part.parts)}</div>'


def _web_runs(runs: Runs, notes: list[str]) -> str:
    written = ""
    for how, words in _runs(runs):
        plain = escape(words)
        if how == "note":
            notes.append(words)
        elif how == "link":
            written += f'<a href="https://example.org/">{plain}</a>'
        else:
            tag = {"bold": "b"}.get(how, how)
            written += f"<{tag}>{plain}</{tag}>" if words and how else "<br>" * (how == "br") + plain
    return written


def _web_list(part: ItemList, notes: list[str]) -> str:
    items: list[str] = []
    for one in part.items:
        if isinstance(one, ItemList) and items:
            items[-1] += _web_list(one, notes)
        elif not isinstance(one, ItemList):
            items.append(_web_runs(one, notes))
    inside = "".join(f"<li>{one}</li>" for one in items)
    return f'<ol type="{_web_form(part.form)}">{inside}</ol>' if part.form else f"<ul>{inside}</ul>"


def _web_table(grid: Grid) -> str:
    rows = ""
    for number, row in enumerate(grid.rows):
        tag = "th" if number < grid.headers else "td"
        cells = (Cell(one) if isinstance(one, str) else one for one in row)
        spans = ((one, f' colspan="{one.across}" rowspan="{one.down}"') for one in cells)
        rows += f"<tr>{''.join(f'<{tag}{span}>{escape(one.words)}</{tag}>' for one, span in spans)}</tr>"
        rows = f"<thead>{rows}</thead>" if number == grid.headers - 1 else rows
    return f"<table>{rows}</table>"


# Books


@dataclass(frozen=True, slots=True)
class Book:
    """Sheets of rows; a cell is words, or (value, number format, what a sheet shows)."""

    name: str
    sheets: Sequence[tuple[str, Sequence[Sequence[Value]]]]

    def words(self, *, plain: bool = False) -> list[str]:
        """What a person copies, each sheet for itself; ``plain`` is the first one without formats, as CSV has it."""
        sheets = self.sheets[:1] if plain else self.sheets
        return ["".join(_shown(one, plain=plain) for row in _by_column(rows) for one in row) for _, rows in sheets]


Value = str | Cell | tuple[float, str, str]


def _shown(value: Value, *, plain: bool) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:.15g}" if plain and "%" not in value[1] else value[2]
    return value if isinstance(value, str) else value.words


def _by_column(rows: Sequence[Sequence[Value]]) -> list[Sequence[Value]]:
    """Rows in order; of a header of two storeys each column is said from top to bottom, for so it is read."""
    storeys = len(rows[0]) > 1 and any(isinstance(one, Cell) and one.across > 1 for one in rows[0])
    return [*_header(rows[:2]), *rows[2:]] if storeys else list(rows)


def _header(rows: Sequence[Sequence[Value]]) -> list[Sequence[Value]]:
    """The rows of a header, each wide cell before what stands below it."""
    if len(rows) < 2:
        return list(rows)
    below = iter(rows[1])
    said: list[Value] = []
    for one in rows[0]:
        across, down = (one.across, one.down) if isinstance(one, Cell) else (1, 1)
        said += [one, *islice(below, across if down == 1 else 0)]
    return [said]


_FORMATS = {
    "0": '<number:number number:decimal-places="0" number:min-integer-digits="1"/>',
    "#,##0": '<number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/>',
    "0.00": '<number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1"/>',
    "000000": '<number:number number:decimal-places="0" number:min-integer-digits="6"/>',
}
_PERCENT = '<number:number number:decimal-places="1" number:min-decimal-places="1" number:min-integer-digits="1"/>'


def ods(book: Book) -> str:
    """A book as a flat ODF spreadsheet."""
    styles = ""
    for number, (code, inside) in enumerate(_FORMATS.items()):
        styles += f'<number:number-style style:name="N{number}">{inside}</number:number-style>'
        styles += f'<style:style style:name="c{code}" style:family="table-cell" style:data-style-name="N{number}"/>'
    styles += (
        f'<number:percentage-style style:name="NP">{_PERCENT}<number:text>%</number:text></number:percentage-style>'
    )
    styles += '<style:style style:name="c0.0%" style:family="table-cell" style:data-style-name="NP"/>'
    sheets = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in book.sheets
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.2" '
        f'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
        "</office:document>"
    )


def _ods_row(row: Sequence[Value]) -> str:
    cells = "".join(map(_ods_cell, row))
    return f"<table:table-row>{cells or '<table:table-cell/>'}</table:table-row>"


def _ods_cell(value: Value) -> str:
    if isinstance(value, Cell):
        spans = f'table:number-columns-spanned="{value.across}" table:number-rows-spanned="{value.down}"'
        cell = f'<table:table-cell office:value-type="string" {spans}><text:p>{escape(value.words)}</text:p>'
        return f"{cell}</table:table-cell>" + "<table:covered-table-cell/>" * (value.across - 1)
    if isinstance(value, str):
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
        kind = ' office:value-type="string"' if value else ""
        return f"<table:table-cell{kind}>{lines if value else ''}</table:table-cell>"
    number, code, _ = value
    kind = "percentage" if "%" in code else "float"
    return f'<table:table-cell table:style-name="c{escape(code)}" office:value-type="{kind}" office:value="{number}"/>'
