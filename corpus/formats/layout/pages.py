"""Pages → blocks: running heads and page numbers go, lines become paragraphs, across pages too."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.ceremony import is_date_line
from corpus.formats.headers import spread
from corpus.formats.layout.lines import WIDE, in_order, lines_of
from corpus.formats.layout.shapes import Element, Sheet, Table, TextLine
from corpus.formats.layout.tables import aligned_tables, tables_of
from corpus.formats.writer import Writer, clean
from corpus.markers import leading_marker
from corpus.normalise import is_cut_number

_PAGE_NUMBER = re.compile(
    r"[—–\-·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?[—–\-·•\s]*|第?\s*\d{1,4}\s*页?\s*[/／，,共]\s*共?\s*\d{1,4}\s*页?|"
    r"(?:page\s*)?\d{1,4}\s*(?:of|/)\s*\d{1,4}|[ivxIVX]{1,6}|[—–\-]\s*[ivx]+\s*[—–\-]",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[。！？；：!?;:][”’」』）)》】\"']*$")
# The beginning of a line that no program breaks: a character with the marks behind it, the letters or digits behind
# those (中，2023), and what quotation marks tie to it.
_BOUND = re.compile(
    r"[（《「『【〔]*(?:[!-~]+|[^\s（《「『【〔])(?:[“”‘’]+(?:[!-~]+|[^\s“”‘’])?|(?<=[“”‘’])[!-~]+|[，。、；：！？）》」』】〕%％]+[!-~]*)*"
)
_EDGE_LINES = 3  # at the top and at the bottom of a page that may be running heads
_SAME_PLACE = 8.0  # points by which a running head moves from page to page
_SHARE = 0.3  # of the pages that have a running head: those of odd and even pages differ, and the first has none
_SAME_HEIGHT = 2.0  # points by which one moves that is as large as the text and as near to it
_MOST = 0.6  # of the pages, or of the odd or even ones, that have such a one
_FULL = 0.9  # of the text's width: a line that is wider is of the text
_MARGIN = 0.15  # of a page's height in which page numbers and running heads stand
_APART = 1.5  # of the usual distance from line to line: so far a running head of the text's size is from the text
_FAR = 2.0  # of the text's size, which is far enough where paragraphs and rows stand apart too
_SMALLER = 0.93  # of the text's size: a running head may be close to it
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_PAGE_OF = re.compile(r"第\d{1,4}页(?:共\d{1,4}页)?|[—–-]\d{1,4}[—–-]")
_SPOKEN = re.compile(r"[：:。！？；]$")  # ends a salutation, a lead or a sentence, none of which runs from page to page
_ONE_SIZE = 1.12  # ratio of sizes that are still one size
_FEW = 4  # lines of a page that say nothing of its margins
_COLUMN_LINES = 8  # of a column that says where its lines end; less may be the halves of lines with a gap
_NARROW = 0.7  # of what is between margins of one width
_RIGHT = 10  # characters before a line that begins no paragraph
_TITLE_SIZE = 1.1  # of the text's size, for lines in the middle that belong together


_Row = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """Elements read one after the other on one page, and the edges of the text there.

    Others may stand ``beside`` it on its page; where it is long enough to be a column of text, none of its lines is
    longer than to ``limit``, where the next one begins.
    """

    page: int
    elements: tuple[Element, ...]
    left: float
    right: float
    beside: bool = False
    limit: float = math.inf


@dataclass(frozen=True, slots=True)
class _Placed:
    """An element with its page and the column around it."""

    element: Element
    column: _Column


def write_pages(sheets: Sequence[Sheet], writer: Writer) -> None:
    """Write all pages; the writer learns where each begins."""
    pages = [_elements(sheet) for sheet in sheets]
    pages = _without_running_heads(pages, [sheet.height for sheet in sheets])
    columns = _columns(sheets, pages)
    _Paragraphs(writer, max((sheet.number for sheet in sheets), default=0) + 1, columns).write()


def _elements(sheet: Sheet) -> list[Element]:
    ruled, rest = tables_of(sheet.glyphs, sheet.rules)
    aligned, lines = aligned_tables(lines_of(rest))
    return [*lines, *ruled, *aligned]


# Running heads


def _without_running_heads(pages: Sequence[Sequence[Element]], heights: Sequence[float]) -> list[list[Element]]:
    """Pages without what is repeated at their edges, and without page numbers, which stand outside of everything."""
    left = [list(page) for page in pages]
    text = [one for page in pages for one in page]
    size, leading = _size(text), _leading(pages)
    for _ in range(_EDGE_LINES):
        for top in (True, False):
            edges = [_edge(page, top=top) for page in left]
            heads = [
                [one for one in edge if _may_run(one, page, height, size, leading)]
                for edge, page, height in zip(edges, left, heights, strict=True)
            ]
            repeated, everywhere = _repeated(heads), _everywhere(edges, left, heights, size)
            for number, (page, edge, height) in enumerate(zip(left, edges, heights, strict=True)):
                numbers = [one for one in edge if _is_page_number(one, page, height)]
                runs = [one for one in heads[number] if _forms(one, number) & repeated]
                for one in numbers or [*runs, *(one for one in everywhere[number] if one not in runs)]:
                    page.remove(one)
    return left


def _everywhere(
    edges: Sequence[Sequence[TextLine]], pages: Sequence[Sequence[Element]], heights: Sequence[float], size: float
) -> list[list[TextLine]]:
    """Of each page, the lines at its edge that most pages, or most odd or even ones, have at the very same height.

    Those may be as large as the text and as near to it. The heads of columns are not among them, nor is, where it
    stands first, what is all that stands above a table.
    """
    told = [
        [one for one in edge if _belongs_nowhere(one, edge, page, height, size)]
        for edge, page, height in zip(edges, pages, heights, strict=True)
    ]
    places: dict[str, list[tuple[int, TextLine]]] = {}
    for number, edge in enumerate(told):
        for one in edge:
            places.setdefault(_PAGE_OF.sub("", re.sub(r"\s+", "", one.text)), []).append((number, one))
    found: list[list[TextLine]] = [[] for _ in pages]
    for some in places.values():
        middle = median(one.base for _, one in some)
        same = [(number, one) for number, one in some if abs(one.base - middle) <= _SAME_HEIGHT]
        on = {number for number, _ in same}
        sides = (range(len(pages)), range(0, len(pages), 2), range(1, len(pages), 2))
        if any(len(on.intersection(side)) >= max(2, _MOST * len(side)) for side in sides):
            for number, one in same:
                if number > min(on) or not _is_above_table(one, pages[number]):
                    found[number].append(one)
    return found


def _belongs_nowhere(
    line: TextLine, edge: Sequence[TextLine], page: Sequence[Element], height: float, size: float
) -> bool:
    """Whether a line in the margin is no sentence, full line, title or numbered heading, and no head of a column."""
    wide = max(one.right for one in page) - min(one.left for one in page)
    if (
        line.right - line.left > _FULL * wide
        or _SPOKEN.search(line.text)
        or leading_marker(line.text)
        or line.size > _TITLE_SIZE * size
    ):
        return False
    below = [one for one in page if one.top < line.bottom]
    nearest = max(below, key=lambda one: one.top, default=None)
    beside = [one for one in below if nearest and abs(one.top - nearest.top) < 0.5 * line.size]
    in_margin = line.base < _MARGIN * height or line.top > (1 - _MARGIN) * height
    return in_margin and (len(edge) == 1 or not (isinstance(nearest, Table) or len(beside) > 1))


def _is_above_table(line: TextLine, page: Sequence[Element]) -> bool:
    below = sorted((one for one in page if one.top < line.bottom), key=lambda one: -one.top)
    return any(isinstance(one, Table) for one in below[:2])


def _may_run(line: TextLine, page: Sequence[Element], height: float, size: float, leading: float) -> bool:
    """Whether a line at the edge stands apart from the text: in the margin, and further off or smaller than its lines.

    A title is larger, and a salutation, a heading with a number or a closing sentence belongs to its page.
    """
    if _SPOKEN.search(line.text) or leading_marker(line.text) or line.size > _TITLE_SIZE * size:
        return False
    others = [one for one in page if abs(one.top - line.top) > 0.5 * line.size]
    gap = min((max(line.bottom - one.top, one.bottom - line.top) for one in others), default=height)
    in_margin = line.base < _MARGIN * height or line.top > (1 - _MARGIN) * height
    apart = min(_APART * max(leading, 1.2 * size) - size, _FAR * size)
    return in_margin and (line.size < _SMALLER * size or gap > apart)


def _edge(page: Sequence[Element], *, top: bool) -> list[TextLine]:
    """The outermost line, in all its pieces."""
    if not page:
        return []
    first = max(page, key=lambda one: one.top) if top else min(page, key=lambda one: one.bottom)
    if isinstance(first, Table):
        return []
    return [one for one in page if isinstance(one, TextLine) and abs(one.base - first.base) < 0.5 * first.size]


def _repeated(edges: Sequence[Sequence[TextLine]]) -> set[str]:
    """What stands at about the same height at the edge of several pages, but for the pages' own numbers."""
    places: dict[str, list[float]] = {}
    for number, edge in enumerate(edges):
        for one in edge:
            for form in _forms(one, number):
                places.setdefault(form, []).append(one.base)
    needed = max(2, _SHARE * sum(bool(edge) for edge in edges))
    return {
        words
        for words, bases in places.items()
        for middle in [median(bases)]
        if sum(abs(base - middle) <= _SAME_PLACE for base in bases) >= needed
    }


def _forms(line: TextLine, page: int) -> set[str]:
    """A line as it is, and with its first, its last or every number less the page's: one of them is on every page."""
    text = re.sub(r"\s+", "", line.text)
    numbers = list(_NUMBER.finditer(text))
    chosen = (numbers[:1], numbers[-1:], numbers)
    return {text, *(_less(text, some, page) for some in chosen if some)}


def _less(text: str, numbers: Sequence[re.Match[str]], page: int) -> str:
    for found in reversed(numbers):
        text = f"{text[: found.start()]}#{int(found.group()) - page}#{text[found.end() :]}"
    return text


def _is_page_number(line: TextLine, page: Sequence[Element], height: float) -> bool:
    """A number in the margin, clear of the text."""
    if not _PAGE_NUMBER.fullmatch(line.text.strip()):
        return False
    others = [one for one in page if one is not line and abs(one.top - line.top) > 0.5 * line.size]
    gap = min((max(line.bottom - one.top, one.bottom - line.top) for one in others), default=height)
    in_margin = line.base < _MARGIN * height or line.base > (1 - _MARGIN) * height
    return in_margin and gap > 0.3 * line.size


# Paragraphs


def _columns(sheets: Sequence[Sheet], pages: Sequence[Sequence[Element]]) -> list[_Column]:
    """Every stretch of every page, with margins that it shares with stretches elsewhere in the same place."""
    found = []
    for sheet, page in zip(sheets, pages, strict=True):
        runs = [
            _column(sheet, run, alone=len(runs) == 1) for runs in [[r for r in in_order(page) if r]] for run in runs
        ]
        found += [_beside(one, runs) for one in runs]
    return [_with_shared_margins(one, found) for one in found]


def _beside(column: _Column, others: Sequence[_Column]) -> _Column:
    """A stretch of a page with what stands beside it; one that has nothing there is as wide as all of them."""
    level = [one for one in others if one is not column and _stands_beside(one, column)]
    if not level:
        return replace(column, left=min(one.left for one in others), right=max(one.right for one in others))
    limits = [one.left for one in level if one.left >= column.right and len(column.elements) >= _COLUMN_LINES]
    return replace(column, beside=True, limit=min(limits, default=math.inf))


def _stands_beside(a: _Column, b: _Column) -> bool:
    (top, bottom), (high, low) = (
        (max(one.top for one in run.elements), min(one.bottom for one in run.elements)) for run in (a, b)
    )
    return min(top, high) > max(bottom, low) and (a.right <= b.left or b.right <= a.left)


def _column(sheet: Sheet, run: Sequence[Element], *, alone: bool) -> _Column:
    """A stretch with its margins; one alone whose lines are short, or end sentences, has margins of one width."""
    texts = [one for one in run if isinstance(one, TextLine)]
    told = texts if len(texts) >= _COLUMN_LINES else run  # a table may be wider than the text
    left, right = min(one.left for one in told), max(one.right for one in told)
    full = [one for one in run if isinstance(one, TextLine) and right - one.right < 2 * one.size]
    narrow = right - left < _NARROW * (sheet.width - 2 * left)
    if alone and len(full) < 2 and (narrow or all(_CLOSED.search(one.text) for one in full)):
        right = max(right, sheet.width - left)
    return _Column(sheet.number, tuple(run), left, right)


def _with_shared_margins(column: _Column, columns: Sequence[_Column]) -> _Column:
    """A page with a few short lines says nothing of where lines begin and end; its neighbours do."""
    size = _size(column.elements)
    around = [one for one in columns if abs(one.page - column.page) <= 3]
    near = [one for one in around if abs(one.left - column.left) < 4 * size]
    if len(column.elements) <= _FEW and not column.beside:  # a signature alone on its page
        near += [one for one in around if one.left < column.left and one.right > column.right - 2 * size]
    like = any(one.limit < math.inf and abs(one.right - column.right) < 2 * size for one in near)
    limit = column.right + (2 if like else 40) * size
    whole = [one for one in near if one.right <= min(limit, column.limit)]
    return replace(column, left=min(one.left for one in near), right=max(one.right for one in whole))


def _size(elements: Sequence[Element]) -> float:
    sizes = Counter[float]()
    for one in elements:
        if isinstance(one, TextLine):
            sizes[round(one.size, 1)] += len(one.text)
    return sizes.most_common(1)[0][0] if sizes else 12.0


class _Paragraphs:
    """Writes elements in order, holding back the paragraph or table that may go on."""

    def __init__(self, writer: Writer, pages: int, columns: Sequence[_Column]) -> None:
        self._writer = writer
        self._pages = pages
        self._columns = columns
        self._page = -1
        everything = [one for column in columns for one in column.elements]
        self._size = _size(everything)
        self._leading = _leading([column.elements for column in columns])
        self._pieces: list[str] = []
        self._before: _Placed | None = None
        self._table: list[tuple[_Row, int]] = []

    def write(self) -> None:
        """All of it."""
        for column in self._columns:
            for element in column.elements:
                placed = _Placed(element, column)
                goes_on = self._goes_on(placed)
                if not goes_on:
                    self._end()
                self._turn_to(column.page, goes_on=goes_on)
                self._add(placed, goes_on=goes_on)
                self._before = placed
        self._end()
        self._turn_to(self._pages - 1, goes_on=False)

    def _turn_to(self, page: int, *, goes_on: bool) -> None:
        while self._page < page:
            self._page += 1
            if not goes_on:
                self._writer.page()
            elif self._pieces:
                self._pieces.append("")

    def _add(self, placed: _Placed, *, goes_on: bool) -> None:
        element = placed.element
        if isinstance(element, Table):
            rows = element.rows
            if goes_on and self._table and rows[0] == self._table[0][0]:
                rows = rows[1:]  # the header, repeated on the next page
            if goes_on and rows and self._table and _is_rest(rows[0], self._table[-1][0]):
                row, page = self._table.pop()
                self._table.append((_with_rest(row, rows[0]), page))
                rows = rows[1:]
            if goes_on and rows and self._table:
                rows = (_with_key(rows[0], [row for row, _ in self._table]), *rows[1:])
            self._table += [(row, self._page) for row in rows]
        elif goes_on:
            said = max(n for n, piece in enumerate(self._pieces) if piece)
            self._pieces[said] += _glue(self._pieces[said], element.text)
            self._pieces[-1] += element.text
        else:
            self._pieces = [element.text]

    def _end(self) -> None:
        if self._pieces:
            self._writer.flow([_clean_piece(piece) for piece in self._pieces])
        if self._table:
            grid, headers = spread([row for row, _ in self._table])
            self._writer.table(grid, headers, [page for _, page in self._table])
            for _ in range(self._page - self._table[-1][1]):  # pages with nothing but the repeated header
                self._writer.page()
        self._pieces, self._table = [], []

    def _goes_on(self, placed: _Placed) -> bool:
        before = self._before
        if before is None:
            return False
        a, b = before.element, placed.element
        if isinstance(a, Table) or isinstance(b, Table):
            new_page = placed.column.page == before.column.page + 1
            return isinstance(a, Table) and isinstance(b, Table) and new_page and _same_edges(a, b)
        if max(a.size, b.size) > _ONE_SIZE * min(a.size, b.size):
            return False
        same = before.column is placed.column
        if same and a.base - b.base > 1.5 * max(self._leading, 1.2 * a.size):
            return False
        if same and _is_title(a, before.column, self._size) and _is_title(b, placed.column, self._size):
            return True
        return _runs_on(a, before.column, b, placed.column)


def _is_rest(row: _Row, above: _Row) -> bool:
    """Whether a row at the top of a page is what a page break cut off the row above: it says little, and goes on."""
    said = [n for n, (text, _, _) in enumerate(row) if text.strip()]
    if len(row) != len(above) or not said or row[0][0].strip() or any(cell[1:] != (1, 1) for cell in (*row, *above)):
        return False
    few = 2 * len(said) <= len(row)
    return few and all(above[n][0].strip() and not _CLOSED.search(above[n][0]) for n in said)


def _with_rest(row: _Row, rest: _Row) -> _Row:
    return tuple((f"{a}\n{b}".strip(), across, down) for (a, across, down), (b, _, _) in zip(row, rest, strict=True))


def _with_key(row: _Row, above: Sequence[_Row]) -> _Row:
    """A row at the top of a page with the key that its first cell, empty and some rows high, goes on with."""
    text, across, down = row[0]
    if text.strip() or down == 1:
        return row
    width = sum(cell[1] for cell in row)
    whole = [n for n, one in enumerate(above) if sum(cell[1] for cell in one) == width]
    key, wide, high = above[whole[-1]][0] if whole else ("", 0, 0)
    return ((key, across, down), *row[1:]) if wide == across and whole[-1] + high >= len(above) else row


def _clean_piece(piece: str) -> str:
    """Cleaned, with the space at an end that divides words of two pages."""
    cleaned = clean(piece).replace("\n", " ")
    return cleaned + " " if piece.endswith(" ") and cleaned else cleaned


def _leading(runs: Iterable[Sequence[Element]]) -> float:
    """The usual distance from line to line, in points."""
    steps = [
        a.base - b.base
        for run in runs
        for a, b in pairwise(run)
        if isinstance(a, TextLine) and isinstance(b, TextLine) and 0 < a.base - b.base < 4 * a.size
    ]
    return median(steps) if steps else 0.0


def _same_edges(a: Table, b: Table) -> bool:
    """Whether the columns stand in the same places; without strokes nothing says where the last one ends."""
    if (a.width, a.ruled) != (b.width, b.ruled):
        return False
    pairs = list(zip(a.edges, b.edges, strict=True))
    return all(abs(x - y) < 4 for x, y in (pairs if a.ruled else pairs[:-1]))


def _is_title(line: TextLine, column: _Column, size: float) -> bool:
    """A larger line in the middle of its column."""
    left, right = line.left - column.left, column.right - line.right
    return line.size > _TITLE_SIZE * size and abs(left - right) < 2 * line.size


def _runs_on(a: TextLine, above: _Column, b: TextLine, below: _Column) -> bool:
    """Whether the sentence of one line goes on in the next: the first was full, and the second isn't indented."""
    closed, marker = bool(_CLOSED.search(a.text)), leading_marker(b.text)
    if above.right - a.right > _first_word(b, whole=not closed) + 1.1 * a.size:
        return False
    indent_a, indent_b = a.left - above.left, b.left - below.left
    if (closed and marker) or (indent_a > 4 * a.size and is_date_line(a.text)):  # the date of a signature ends it
        return False
    if indent_a > _RIGHT * a.size and indent_b <= 0.8 * b.size:  # a line that stands on the right: （A类）
        return False
    if indent_b <= 0.8 * b.size:
        return not (closed and indent_a <= 0.8 * a.size and marker)
    aligned = abs(indent_a - indent_b) < 0.5 * b.size
    return aligned and not closed and not marker and indent_b < 6 * b.size


def _first_word(line: TextLine, *, whole: bool) -> float:
    """How wide the first word is that could have stood on the line before: one Chinese character, or letters.

    The ``whole`` of it is also what must not be parted from it: programs keep quotation marks with both neighbours.
    """
    if whole:
        bound = _BOUND.match(line.text)
        return line.size * sum(1.0 if WIDE.match(one) else 0.55 for one in (bound.group() if bound else "字"))
    if WIDE.match(line.text):
        return line.size
    word = re.match(r"\S+?(?=[\s\u2e80-\uffef]|$)", line.text)
    return 0.55 * line.size * len(word.group() if word else "x")


def _glue(before: str, after: str) -> str:
    if not before or not after:
        return ""
    wide = WIDE.match(before[-1]) or WIDE.match(after[0])
    return "" if wide or is_cut_number(before, after) else " "
