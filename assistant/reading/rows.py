"""The rows of a table that a question names: by key and column, by the largest figure, by what sums up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby

from assistant.reading.explained import left_over
from corpus.citing import only_frames, without_frames
from corpus.document import Block, Document
from corpus.normalise import fold, join_lines, row_cells
from corpus.quantities import COUNTERS, one_of
from corpus.quantities.measures import MEASURES
from corpus.structure import blocks
from index.bigrams import term_set
from index.hit import Hit

_DOCUMENTS = 10  # of the hits, in which enumerations and rows are looked for
_COLUMN = 0.5  # of a column's words that name it
_LEFT_OVER = 0.15  # of a question's characters that nothing explains
_FIGURE = re.compile(r"\d+(?:\.\d+)?|第[一二三四五六七八九十]+")
_UNIT = re.compile(r"\([^()]*\)$")
_VALUE = re.compile(r"[\d.,%~—\-]+|")
_RANGE = re.compile(r"\d[—~\-]\d")
_WHICH = re.compile(rf"哪(?:些|几(?:{one_of(COUNTERS)})?)|有(?:什么|啥)(?!时)")
_MOST = re.compile(r"最(?:(?P<most>[多大高长远贵])|(?P<least>[少小低短近]|便宜))")
_OF = {"短": "长", "低": "高", "小": "大", "近": "远"}  # what is least is the least of
_MEASURED = re.compile(r"(\d+(?:\.\d+)?)(?:%|‰|[\u4e00-\u9fff/]{0,6})")
_COUNTED = "[个所家位条名处座]?"  # before what is counted
_SUM = re.compile(r"总计|总数|总和|总共|一共|共计|合计|加起来|全[市区县省州镇乡校]")
_SUMMED = re.compile(r"合计|总计|共计|全[市区县省州镇乡校](?:合计|总计)?")
_MANY = re.compile(rf"(?:多少|几)(?:{one_of({*COUNTERS, *MEASURES})})?")
TOTAL = re.compile(r"合计|总计|小计|全[市区县省]|总体|平均")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table with the words of its header and its cells, folded and without spaces.

    ``beside`` are columns of figures that stand beside those that a question names.
    """

    document: Document
    block: Block
    names: tuple[str, ...]
    cells: tuple[str, ...]
    beside: frozenset[int] = frozenset()


def documents_of(hits: Sequence[Hit]) -> tuple[Document, ...]:
    """The documents of the first hits, nearest first."""
    return tuple({hit.document: hit.source for hit in hits}.values())[:_DOCUMENTS]


def read_rows(question: str, documents: Iterable[Document]) -> tuple[Row, ...]:
    """The rows of one table whose key, a cell in words, and column the question names, where it asks no more.

    Of keys that it names inside each other the longest counts; 最多 and the like ask for the largest figure, 总数 and
    一共 for the row 合计, of which nothing of the question may be left over: 民办学校一共 is not 学校一共. Not
    where several things are asked for (哪些).
    """
    words = folded(question)
    rows = list(_rows(documents))
    if _MOST.search(words):
        return _extreme(words, rows)
    if _WHICH.search(words):
        return ()
    found = _keyed(words, rows) or _in_all(words, rows)
    keys = [row.cells[at] for at, row in found]
    return tuple(replace(row, beside=_beside(words, row, at, keys)) for at, row in found)


def asks_most(question: str) -> bool:
    """Whether a question asks for the largest or least of something."""
    return _MOST.search(folded(question)) is not None


def _beside(words: str, row: Row, key: int, keys: Sequence[str]) -> frozenset[int]:
    """The columns with a bare figure that are not asked for, where the question says others whole and no more.

    What a cell says in words may be a condition of the figures beside it, and stays.
    """
    rest = _MANY.sub("", _SUM.sub("", words))
    asked = [at for at, name in enumerate(row.names) if at != key and (bare := _UNIT.sub("", name)) and bare in rest]
    said = " ".join((row.document.metadata.title, *row.block.heading, *keys, *(row.names[at] for at in asked)))
    if not asked or left_over(rest, folded(said)):
        return frozenset()
    figures = (at for at, cell in enumerate(row.cells) if cell and _VALUE.fullmatch(cell))
    return frozenset(at for at in figures if at != key and at not in asked)


def _in_all(words: str, rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """The one row that a question for what there is in all (全市一共, 总数) means: of its key, or that sums all up."""
    summed = _SUM.sub("", words)
    if summed == words:
        return []
    rest = _MANY.sub("", summed)
    if found := _keyed(rest, rows):
        return found
    cells = {cell for row in rows for cell in row.cells if _SUMMED.fullmatch(cell)}
    totals = [row for row in rows if cells.intersection(row.cells)]
    ways = ([one for cell in cells for one in _keyed(f"{cell}{asked}", totals)] for asked in (rest, summed))
    found = next(filter(None, ways), [])
    said = [" ".join((row.document.metadata.title, *row.block.heading, *row.names)) for _, row in found]
    return found if len(found) == 1 and not left_over(rest, folded(said[0])) else []


def folded(text: str) -> str:
    """The form in which a row is compared with a question."""
    return re.sub(r"\s+", "", fold(text))


def _keyed(words: str, rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """Each row that is named with the place of its key; several of one column may be (和园和润园各有多少套)."""
    keys = {
        (at, cell)
        for row in rows
        for at, cell in enumerate(row.cells)
        if len(cell) > 1 and (not _VALUE.fullmatch(cell) or _RANGE.search(cell)) and cell in words
    }
    keys = {(at, one) for at, one in keys if not any(one != other and one in other for _, other in keys)}
    found: list[tuple[int, Row]] = []
    for row in rows:
        for at in range(len(row.cells)):
            named = [one for place, one in keys if place == at]
            if row.cells[at] in named and _asks_of(row, at, words, sorted(named, key=len, reverse=True)):
                found.append((at, row))
    longest = max((len(row.cells[at]) for at, row in found), default=0)
    columns = {(at, row.document.id, row.block.header) for at, row in found if len(row.cells[at]) == longest}
    best = [(at, row) for at, row in found if (at, row.document.id, row.block.header) in columns]
    return best if len({column[1:] for column in columns}) == 1 else []


def _asks_of(row: Row, key: int, words: str, keys: Sequence[str]) -> bool:
    """Whether a question names a column beside its keys, by half its words or more, and no figure of its own.

    Nothing of the question may be left over, as for a list; 完成了多少 asks for the column 实际完成.
    """
    rest = words
    for one in keys:
        rest = rest.replace(one, "｜")
    said = " ".join((row.document.metadata.title, *row.block.heading, *keys))
    columns = (at for at in range(min(len(row.names), len(row.cells))) if at != key)
    return any(_asks_for(row.names[at], rest, words, said) for at in columns)


def _asks_for(name: str, rest: str, words: str, said: str) -> bool:
    """Whether a question names a column and says nothing that is not said around it."""
    if _common(rest, name) and only_frames(_without_common(rest, name)):
        return True
    return _share(rest, name) >= _COLUMN and _explained(words, f"{said} {name}")


def _share(rest: str, name: str) -> float:
    pairs = term_set(name)
    return len(pairs & term_set(rest)) / len(pairs) if pairs else 0.0


def _explained(words: str, said: str) -> bool:
    known = folded(said)
    figures = set(_FIGURE.findall(words)) - set(_FIGURE.findall(known))
    return not figures and left_over(words, known) <= _LEFT_OVER


def _common(rest: str, name: str) -> str:
    """The longest words that a question's rest has in common with a column's name: 套 of 有多少套 and 总套数."""
    common = SequenceMatcher(None, rest, name, autojunk=False).find_longest_match()
    return rest[common.a : common.a + common.size]


def _without_common(rest: str, name: str) -> str:
    return re.sub(f"{_COUNTED}{re.escape(_common(rest, name))}", "", rest, count=1).replace("｜", "")


def _extreme(words: str, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with a column's largest or least figure, of those that have the cells which the question names."""
    asked = _MOST.search(words)
    if asked is None:
        return ()
    rest, before = words.replace(asked.group(), "｜"), words[: asked.start()]
    found: list[tuple[tuple[int, bool], tuple[Row, ...]]] = []
    for some in _by_table(rows):
        table = [row for row in some if not any(TOTAL.search(cell) for cell in row.cells)]
        named = {
            (at, cell)
            for row in table
            for at, cell in enumerate(row.cells)
            if len(cell) > 1 and not _VALUE.fullmatch(cell) and cell in rest
        }
        own = [row for row in table if all(row.cells[at] == cell for at, cell in named if at < len(row.cells))]
        if len(own) < 2 or not _says_all(rest, _said_around(own[0], [cell for _, cell in named])):
            continue
        for at, name in enumerate(own[0].names):
            figures = [_MEASURED.fullmatch(row.cells[at]) if at < len(row.cells) else None for row in own]
            values = [float(figure[1]) for figure in figures if figure]
            near, first = _measures(name, before, asked.group()[1:])
            if near and len(values) == len(own):
                best = max(values) if asked["most"] else min(values)
                found.append(
                    ((near, first), tuple(row for row, value in zip(own, values, strict=True) if value == best))
                )
    top = max((near for near, _ in found), default=(0, False))
    best_rows = {chosen for near, chosen in found if near == top}
    return best_rows.pop() if len(best_rows) == 1 else ()


def _said_around(row: Row, named: Sequence[str]) -> str:
    return " ".join((row.document.metadata.title, *row.block.heading, *row.names, *named))


def _measures(name: str, before: str, most: str) -> tuple[int, bool]:
    """How many characters just before 最 a column's name has (收费最高), 1 where it is named by what is most (长度).

    And whether it begins with them: 床位数 before 其中护理型床位.
    """
    ends = (size for size in range(len(before), 1, -1) if before[-size:] in name)
    size = next(ends, 0)
    return (size, name.startswith(before[-size:])) if size else (int(_OF.get(most, most) in name), False)


def _says_all(rest: str, said: str) -> bool:
    """Whether a table says nearly every character of a short question for its largest figure (最长的河是哪条)."""
    known = folded(said)
    left = [c for c in without_frames(rest.replace("｜", "")) if c not in known]
    return len(left) <= _LEFT_OVER * len(rest) and not set(_FIGURE.findall(rest)) - set(_FIGURE.findall(known))


def _by_table(rows: Iterable[Row]) -> Iterator[list[Row]]:
    for _, some in groupby(rows, key=lambda row: (row.document.id, row.block.heading, row.names)):
        yield list(some)


def _rows(documents: Iterable[Document]) -> Iterator[Row]:
    for document in documents:
        for block in blocks(document):
            if block.kind == "table_row" and block.header:
                names, cells = (_cells(document.text[a:b]) for a, b in (block.header, (block.start, block.end)))
                yield Row(document, block, names, cells)


def _cells(row: str) -> tuple[str, ...]:
    return tuple(folded(join_lines(cell)) for cell in row_cells(row))
