"""Builds canonical text: blocks one by one, invisible characters gone, tables as rows that can be quoted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, repeat

from corpus.document import LeftOut, Omission
from corpus.formats.figures import is_figure
from corpus.formats.parser import Parsed
from corpus.formats.refusals import Unreadable

_CJK = "\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])[ \t\u3000]*\n[ \t\u3000]*|[ \t\u3000]*\n[ \t\u3000]*(?=[{_CJK}])")
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Cn"})  # format and control characters, surrogates, unassigned
_SYMBOL_FONT = re.compile("[\uf000-\uf0ff]")  # bullets of Wingdings and Symbol, which are no characters of a text

_NAMES = 3  # columns of a table whose header can be told from a row

Row = Sequence[str]


def clean(text: str) -> str:
    """Text as a reader sees it: nothing invisible, every run of spaces one space, line breaks kept, ends trimmed."""
    if text.isalnum():
        return text
    shown = _SYMBOL_FONT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(c for c in shown if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE)
    lines = (_SPACES.sub(" ", line).strip() for line in re.split("[\n\u2028\u2029]", shown))
    return "\n".join(lines).strip()


def one_line(text: str) -> str:
    """Cleaned text on one line: a break beside a Chinese character vanishes, any other becomes a space."""
    return re.sub(r"\s*\n\s*", " ", _BETWEEN_CJK.sub("", clean(text)))


class Writer:
    """Collects blocks in order; what is empty leaves no trace."""

    def __init__(self, limit: int) -> None:
        """``limit`` is the number of characters at which reading ends with an Unreadable."""
        self._parts: list[str] = []
        self._length = 0
        self._limit = limit
        self._pages: list[int] = []
        self._left_out = Counter[Omission]()

    @property
    def text(self) -> str:
        """What was written so far."""
        return "".join(self._parts)

    def heading(self, level: int, text: str) -> None:
        """A heading, on one line, of level 1 (outermost) to 6."""
        self._block(one_line(text), prefix="#" * min(max(level, 1), 6) + " ")

    def paragraph(self, text: str) -> None:
        """A paragraph; each of its lines is a block of its own."""
        for line in clean(text).split("\n"):
            self._block(line)

    def item(self, text: str) -> None:
        """A list item without a number of its own."""
        self._block(one_line(text), prefix="- ")

    def flow(self, pieces: Sequence[str]) -> None:
        """A paragraph that runs over pages: every piece after the first begins a page. The pieces are clean."""
        words = "".join(pieces)
        if words.strip():
            start = self._block(words)
            at = start
            for piece in pieces[:-1]:
                at += len(piece)
                self._pages.append(at)

    def page(self) -> None:
        """What follows begins a page."""
        self._pages.append(self._length + (2 if self._parts else 0))

    def table(self, rows: Iterable[Row], headers: int = 1, pages: Sequence[int] | None = None) -> None:
        """A table; its first ``headers`` rows become one header. A table of one column is paragraphs.

        A form, which has no ``headers``, is rows alone, without a line below the first. A header of its own further
        down begins another table, whose title is the cell that stands alone above it.

        ``pages`` are the numbers of the pages that the rows stand on, where pages begin inside the table.
        """
        numbered = zip(([_cell(one) for one in row] for row in rows), pages or repeat(0), strict=False)
        kept = [(row, page) for row, page in numbered if any(row)]
        if not kept:
            return
        grid = _Grid(_without_empty_columns([row for row, _ in kept]), [page for _, page in kept])
        form = not headers
        while grid.has_caption() or (form and grid.has_title()):
            self._turn(grid)
            self.paragraph(grid.take()[0])
            headers -= 1
        if len(grid.rows[0]) == 1:
            while grid.rows:
                self._turn(grid)
                self.paragraph(grid.take()[0])
            return
        if form:
            self._write_form(grid)
        else:
            self._write_grid(grid, min(max(headers, 1), len(grid.rows)))

    def _write_form(self, grid: _Grid) -> None:
        self._block(_row(grid.take()))
        while grid.rows:
            self._turn(grid, gap=1)
            self._row(_row(grid.take()))

    def _write_grid(self, grid: _Grid, headers: int) -> None:
        header = _merged([grid.take() for _ in range(headers)])
        self._block(_row(header))
        self._row("| " + " | ".join("---" for _ in range(grid.width)) + " |")
        above: list[Row] = []
        while grid.rows:
            if grid.has_header(header, above):
                grid.narrow()
                while grid.has_title():
                    self._turn(grid)
                    self.paragraph(grid.take()[0])
                self._turn(grid)
                self._write_grid(grid, 1)
                return
            self._turn(grid, gap=1)
            above.append(grid.take())
            self._row(_row(above[-1]))

    def _turn(self, grid: _Grid, gap: int = 2) -> None:
        """Note the pages that begin before the grid's next row, ``gap`` line breaks on."""
        self._pages += [self._length + gap] * grid.turned()

    def insert(self, parsed: Parsed) -> None:
        """The blocks of another file that stands inside this one, and what they lack."""
        self._block(parsed.text.strip())
        for one in parsed.left_out:
            self.leave_out(one.what, one.count)

    def leave_out(self, what: Omission, count: int = 1) -> None:
        """Keep that something of the file does not stand in the text; a ``count`` of nothing leaves no trace."""
        self._left_out[what] += count

    def parsed(self, properties: Mapping[str, str] | None = None) -> Parsed:
        """All of it.

        Raises:
            Unreadable: nothing was written.
        """
        text = self.text
        if not text.strip():
            raise Unreadable("no_text")
        pages = tuple(min(at, len(text)) for at in self._pages)
        left_out = tuple(LeftOut(what, count) for what, count in sorted(self._left_out.items()) if count)
        return Parsed(f"{text}\n", pages, {k: v for k, v in (properties or {}).items() if v}, left_out)

    def _block(self, words: str, prefix: str = "") -> int:
        """Write one block; the offset at which its words begin."""
        if words:
            self._write(("\n\n" if self._parts else "") + prefix + words)
        return self._length - len(words)

    def _row(self, line: str) -> None:
        self._write("\n" + line)

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        if self._length > self._limit:
            raise Unreadable("output", limit=self._limit)


class _Grid:
    """Rows of a table that are still to be written, with their pages."""

    def __init__(self, rows: list[list[str]], pages: list[int]) -> None:
        self.rows = deque(rows)
        self.width = len(rows[0])
        self._pages = deque(pages)
        self._page = pages[0]

    def take(self) -> list[str]:
        """The next row."""
        self._page = self._pages.popleft()
        return self.rows.popleft()

    def turned(self) -> int:
        """How many pages begin between the row last taken and the next."""
        return self._pages[0] - self._page

    def has_caption(self) -> bool:
        """Whether the next row is one cell over all columns, with more rows below it."""
        return len(self.rows) > 1 and self.width > 1 and bool(self.rows[0][0]) and len(set(self.rows[0])) == 1

    def has_title(self) -> bool:
        """Whether the next row says something in its first cell alone, with more rows below it."""
        return len(self.rows) > 1 and self.width > 1 and bool(self.rows[0][0]) and not any(self.rows[0][1:])

    def has_header(self, header: Row, above: Sequence[Row]) -> bool:
        """Whether another table begins here, below its title or with a name that the header has in the same column.

        It does where figures stand ``above`` a row of different names, and below it, in all of its columns but the
        first.
        """
        at = 1 if self.has_title() else 0
        if len(self.rows) < at + 2:
            return False
        row, below = self.rows[at], self.rows[at + 1]
        names = [cell for cell in row if cell]
        columns = range(1, len(names))
        if len(names) < _NAMES or row[: len(names)] != names or len(set(names)) < len(names):
            return False
        if not at and not any(name == other for name, other in zip(names, header, strict=False)):
            return False
        if any(map(is_figure, names)) or not all(is_figure(below[column]) for column in columns):
            return False
        figures = [[one[column] for one in above if one[column]] for column in columns]
        return all(cells and all(map(is_figure, cells)) for cells in figures)

    def narrow(self) -> None:
        """Leave the columns out that none of the rows to come says anything in."""
        self.rows = deque(_without_empty_columns(list(self.rows)))
        self.width = len(self.rows[0])


def _cell(text: str) -> str:
    return one_line(text).replace("|", "｜")  # the bar divides cells


def _row(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    padded = [row + [""] * (width - len(row)) for row in rows]
    kept = [n for n in range(width) if any(row[n] for row in padded)]
    return [[row[n] for n in kept] for row in padded]


def _merged(headers: Sequence[Row]) -> list[str]:
    """Header rows as one: what a merged cell repeats from row to row is said once."""
    columns = zip(*headers, strict=True)
    return [one_line("\n".join([column[0], *(b for a, b in pairwise(column) if b != a)])) for column in columns]
