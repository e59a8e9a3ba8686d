"""All rows of a table that a question for several things means: those with the cells that it names, or every one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from assistant.reading.explained import left_over
from assistant.reading.rows import FIGURE, MOST, UNIT, VALUE, WHICH, Row, folded, tables
from corpus.document import Document
from index.bigrams import term_set

_EACH = re.compile("分别|各个?")
_HOW = re.compile("多[久长大高远]")  # asks, and says nothing of what is asked for
_WHETHER, _YES = "是否", "是"  # such a column says of a row what its name says
_LISTING = re.compile("[、,;]")
_BEGINNING = 3  # characters of a cell that may stand for it
_DENIED = re.compile("[不未没无非除]")
_SUM = re.compile(r"合计|总计|共计|小计|平均|全[市区县省州镇乡校](?:合计|总计)?")

Cells = Mapping[int, frozenset[str]]
"""Of some columns, by their place, the cells that a question names."""


def rows_with(question: str, documents: Iterable[Document]) -> tuple[Row, ...]:
    """The rows of the one table with the cells that a question names (南浦区有哪些小学), in order, without 合计.

    A cell may be one of several in it, a longer one's beginning, or what the name of a column of 是 and 否 says. Where
    it could be of several columns the question names the one. No more than a character may be left over, nothing
    denied, and what other rows say and the question too is said by each of these. 南安市有哪些公路 asks not for the row
    of 南安市.
    """
    return _of_one(question, documents, WHICH, _with_cells)


def rows_of_all(question: str, documents: Iterable[Document]) -> tuple[Row, ...]:
    """All rows of the one table of which a question says what its rows are (南浦区有哪些学校) and nothing else."""
    named = _of_one(question, documents, WHICH, partial(_all, columns=False))
    return named or _of_one(question, documents, _EACH, partial(_all, columns=True))


def _of_one(
    question: str,
    documents: Iterable[Document],
    asking: re.Pattern[str],
    chosen: Callable[[str, Sequence[Row]], Sequence[Row]],
) -> tuple[Row, ...]:
    words = folded(question)
    if not asking.search(words) or MOST.search(words):
        return ()
    asked = _HOW.sub("", asking.sub("", words))
    bodies = ([row for row in table if not any(map(_SUM.fullmatch, row.cells))] for table in tables(documents))
    found = [rows for table in bodies if table and (rows := chosen(asked, table))]
    return tuple(found[0]) if len(found) == 1 else ()


def _with_cells(asked: str, table: Sequence[Row]) -> Sequence[Row]:
    named = _named(asked, table)
    if not named:
        return ()
    cells = {cell for own in named.values() for cell in own}
    said = _said(asked, table, [*(table[0].names[at] for at in named), *cells])
    rest = asked
    for cell in cells:
        rest = rest.replace(cell, "｜")
    others = term_set(rest) - term_set(said)
    telling = [one for one in others if any(one in cell for row in table for cell in row.cells)]
    rows = [row for row in table if all(_has(row, at, own) for at, own in named.items())]
    rows = [row for row in rows if all(any(one in cell for cell in row.cells) for one in telling)]
    said_of = [at for at in _whole(asked, table) if at not in named and _column(table, at)]
    of_one = len(rows) == 1 and all(_is_key(table, at) for at in named) and not said_of
    meant = said_of or telling or term_set(rest) & term_set(_what(table))
    return rows if meant and not of_one and _unsaid(asked, " ".join((said, *telling))) <= 1 else ()


def _all(asked: str, table: Sequence[Row], *, columns: bool) -> Sequence[Row]:
    """All rows, where a question may name no column but the first, or of what ``columns`` hold."""
    subject, names = _subject(table), table[0].names
    around = term_set(" ".join((table[0].document.metadata.title, *table[0].block.heading)))
    terms, more = term_set(asked), not columns and set(_whole(asked, table)) - {subject}
    if len(table) == 1 or more or not term_set(names[subject]) & terms or not around & terms or _named(asked, table):
        return ()
    return table if not _unsaid(asked, _said(asked, table, ())) else ()


def _is_key(table: Sequence[Row], at: int) -> bool:
    """Whether no two rows say the same in a column."""
    return sum(len(_elements(row, at)) for row in table) == len(_column(table, at))


def _what(table: Sequence[Row]) -> str:
    """What the rows are: the name of their first column and of the table, which is its heading or else the title."""
    row = table[0]
    return f"{row.names[_subject(table)]} {(row.block.heading or (row.document.metadata.title,))[-1]}"


def _named(asked: str, table: Sequence[Row]) -> Cells:
    """The cells that a question names; none where it names none, or may mean cells of another column."""
    columns = [_column(table, at) for at in range(len(table[0].names))]
    named = {at: own for at, cells in enumerate(columns) if (own := frozenset(c for c in cells if _stands(c, asked)))}
    begun = {at: own for at, cells in enumerate(columns) if (own := _begun(asked, table, cells))}
    if any(one != cell and cell in one for at, own in named.items() for cell in own for one in begun.get(at, ())):
        return {}  # 每周二, of 周二 and of 每周二上午
    named = named or begun
    longest = {cell for own in named.values() for cell in own}
    longest = {one for one in longest if not any(one != other and one in other for other in longest)}
    named = {at: kept for at, own in named.items() if (kept := own & longest)}
    for at in tuple(named):
        like = [other for other, cells in enumerate(columns) if cells & columns[at]]
        if len(like) > 1 and at in named:
            meant = [one for one in like if _telling(one, like, table) & term_set(asked)]
            if len(meant) != 1 or meant[0] not in named:
                return {}
            named = {one: own for one, own in named.items() if one not in like or one == meant[0]}
    return named


def _telling(at: int, like: Sequence[int], table: Sequence[Row]) -> frozenset[str]:
    """The terms of a column's name that no other name of some columns has: 配合 of 牵头单位 and 配合单位."""
    names = table[0].names
    return term_set(names[at]) - {term for one in like if one != at for term in term_set(names[one])}


def _column(table: Sequence[Row], at: int) -> frozenset[str]:
    return frozenset(cell for row in table for cell in _elements(row, at))


def _elements(row: Row, at: int) -> frozenset[str]:
    """What a cell says in words: itself and each of what it lists."""
    cell = row.cells[at] if at < len(row.cells) else ""
    if row.names[at].startswith(_WHETHER):
        return frozenset({row.names[at].removeprefix(_WHETHER)} if cell == _YES else ())
    return frozenset(one for one in (cell, *_LISTING.split(cell)) if len(one) > 1 and not VALUE.fullmatch(one))


def _has(row: Row, at: int, cells: frozenset[str]) -> bool:
    own = _elements(row, at)
    begun = tuple(cell for cell in cells if len(cell) >= _BEGINNING)
    return bool(own & cells) or any(one.startswith(begun) for one in own)


def _stands(cell: str, asked: str) -> bool:
    """Whether a cell stands in a question, its figures whole: 1号楼 is not in 11号楼."""
    return cell in asked and re.search(rf"(?<!\d)(?<!\d\.){re.escape(cell)}(?!\d)", f"｜{asked}") is not None


def _begun(asked: str, table: Sequence[Row], cells: Iterable[str]) -> frozenset[str]:
    """The longest beginnings of cells that a question says and nothing around the table."""
    around = folded(" ".join((table[0].document.metadata.title, *table[0].block.heading, *table[0].names)))
    found = (
        next((cell[:end] for end in range(len(cell) - 1, _BEGINNING - 1, -1) if _stands(cell[:end], asked)), "")
        for cell in cells
    )
    return frozenset(one for one in found if one and one not in around)


def _subject(table: Sequence[Row]) -> int:
    """The first column with words."""
    return next((at for at in range(len(table[0].names)) if _column(table, at)), 0)


def _whole(asked: str, table: Sequence[Row]) -> list[int]:
    """The columns that a question names whole, without their units."""
    return [at for at, name in enumerate(table[0].names) if (bare := UNIT.sub("", name)) and bare in asked]


def _said(asked: str, table: Sequence[Row], own: Iterable[str]) -> str:
    """What is said around the rows: title, headings, what the rows are, columns that a question names whole."""
    row = table[0]
    names = (row.names[at] for at in (_subject(table), *_whole(asked, table)))
    return folded(" ".join((row.document.metadata.title, *row.block.heading, *names, *own)))


def _unsaid(asked: str, said: str) -> int:
    """How many characters of a question are not said; all, where it has a figure or denial of its own."""
    figures = set(FIGURE.findall(asked)) - set(FIGURE.findall(said))
    denied = set(_DENIED.findall(asked)) - set(said)
    return len(asked) if figures or denied else round(left_over(asked, said) * len(asked))
