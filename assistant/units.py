"""Hits → Units: the sentences, list items and table rows that an answer can be made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpus.ceremony import is_ceremony, is_signature
from corpus.document import Block, Document, Quote
from corpus.markers import strip_marker
from corpus.normalise import fold, join_lines, row_cells
from corpus.outline import Enumeration, enumerations
from corpus.structure import blocks, sentences
from index.hit import Hit

Span = tuple[int, int]
Role = Literal["text", "salutation", "ceremony", "signature"]

_TIMES = "年月日季度初中底末"  # a column named by a time is followed by what was then
_NUMBERS = frozenset({"序号", "编号", "no", "no."})  # a column of them says nothing of a row
_JOINING = "未无不没超约近逾已达共有—-"
_DIGIT_OR_LETTER = re.compile(r"[\dA-Za-zⅠ-ↈ⁰-₉]$")  # a name that ends so would run on into a number
_SIGNS = "—-"
_NUMBER = re.compile(r"[-−+]?\d[\d,，]*(?:\.\d+)?")
_UNMEASURED = ("数", "率", "比", "比例", "比重", "号", "年份", "时间", "名", "次", "龄", "%", "±")
_MEASURED = re.compile(
    r"(?<![\u4e00-\u9fff])(?:金额|计量|数据|货币)?单位[：:]\s*[^\s：:，,；;。（()）]{1,20}(?=$|[\s）)，,；;。])",
    re.MULTILINE,
)
_MEASURED_LINE = re.compile(rf"[（(]?{_MEASURED.pattern}[）)]?", re.MULTILINE)
# 集中申报（第一条）。 names what the next sentence says.
_LABEL = re.compile(r"[^，,；;：:。（(]{1,12}(?:[（(][^）)]{1,24}[）)])?[。：:]")


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, item or row as it can be shown, its places, and the words around it that say what it is about."""

    text: str
    spans: tuple[Span, ...]
    source: Document
    block: Block
    context: str

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The raw places, in the order they are shown."""
        return tuple(self.source.quote(*span) for span in self.spans)

    @property
    def lead(self) -> str:
        """The sentence that introduces the unit's list, or nothing."""
        return join_lines(self.source.text[slice(*self.block.lead)]) if self.block.lead else ""

    @property
    def replying(self) -> str:
        """Its text behind the question that it stands under, as in a FAQ: alone it does not say what it answers."""
        asked = self.block.heading[-1] if self.block.heading else ""
        return f"{asked}{self.text}" if asked.endswith(("？", "?")) else self.text

    @property
    def role(self) -> Role:
        """Whether it says something, or greets, thanks and opens for the form, or signs."""
        own = self.source.text[slice(*self.spans[-1])]
        if self.block.kind == "salutation":
            return "salutation"
        if self.block.kind in {"signature", "furniture"} or is_signature(own):
            return "signature"
        return "ceremony" if is_ceremony(own) else "text"

    @property
    def key(self) -> tuple[str, Span]:
        """What identifies the unit: its document and its own place."""
        return self.source.id, self.spans[-1]


def units_of_hit(hit: Hit) -> tuple[Unit, ...]:
    """The units inside a hit's chunk."""
    inside = [block for block in blocks(hit.source) if block.end > hit.start and block.start < hit.end]
    found = (unit for block in inside for unit in units_of_block(hit.source, block))
    return tuple(unit for unit in found if hit.start <= unit.spans[-1][0] < hit.end)


def units_of_document(document: Document) -> tuple[Unit, ...]:
    """Every unit of a document in order."""
    return tuple(unit for block in blocks(document) for unit in units_of_block(document, block))


def whole_unit(document: Document, block: Block) -> Unit:
    """A block as it stands, with its enumerator: what is given whole is given in the document's own form."""
    if block.kind == "table_row":
        return units_of_block(document, block)[0]
    span = (block.start, block.end)
    return Unit(join_lines(document.text[slice(*span)]), (span,), document, block, _context(document, block))


def span_unit(document: Document, start: int, end: int) -> Unit:
    """A place inside a block, such as a lead sentence, as it stands."""
    block = next(one for one in blocks(document) if one.start <= start < one.end)
    return Unit(join_lines(document.text[start:end]), ((start, end),), document, block, _context(document, block))


def enumerations_of(unit: Unit) -> tuple[Enumeration, ...]:
    """The enumerations that a unit introduces or is in, the innermost first.

    The sections of a letter behind 收悉，现答复如下： are none.
    """
    start, end = unit.spans[-1]
    around = (
        one
        for one in enumerations(unit.source)
        if one.start < end and start < one.end and not (one.lead and is_ceremony(unit.source.text[slice(*one.lead)]))
    )
    return tuple(sorted(around, key=lambda one: one.end - one.start))


def units_of_enumeration(document: Document, found: Enumeration) -> tuple[Unit, ...]:
    """The lead and every item with all that belongs to it, in order, as they stand."""
    lead = (span_unit(document, *found.lead),) if found.lead else ()
    return (*lead, *(whole_unit(document, block) for item in found.items for block in item.blocks))


def units_of_block(document: Document, block: Block) -> tuple[Unit, ...]:
    """A row as one unit, any other block a sentence at a time; headings and header rows are none."""
    if block.kind == "table_row":
        return (row_unit(document, block),)
    if block.kind in {"heading", "table_header"}:
        return ()
    return tuple(_sentence_units(document, block))


def row_unit(document: Document, block: Block, left_out: Collection[int] = ()) -> Unit:
    """A row as one unit, in its text without some columns; its places are the header and the row as they stand.

    What the table is measured in comes before them, where the row says it. A row of a form, which has no header, is
    its own place alone, and is whole.
    """
    own = (block.start, block.end)
    if block.header is None:
        return Unit(show_entry(document.text[slice(*own)]), (own,), document, block, _context(document, block))
    above = _units_above(document).get(block.header)
    measured = document.text[slice(*above)] if above else ""
    text = show_row(document.text[slice(*block.header)], document.text[slice(*own)], left_out, measured)
    places = (above, block.header, own) if above and measured in text else (block.header, own)
    return Unit(text, places, document, block, _context(document, block))


def show_row(header: str, row: str, left_out: Collection[int] = (), measured: str = "") -> str:
    """A table row with its header in words: ``科技企业：2024年年中未收录，2025年8月447家。``, without a running number.

    Behind a number the name of the next column stays: without 样品名称为 a reader is less sure of the row.
    What the table is ``measured`` in (单位：万元) is said as it stands above it, in a sentence of its own: of which
    columns it is, the reader can tell.
    """
    names, cells = _cells(header), _cells(row)
    shown = [at for at in range(1, min(len(names), len(cells))) if cells[at] and at not in left_out]
    rest = [_cell(names[at], cells[at]) for at in shown]
    said = f"{measured}。" if measured and any(_is_bare(names[at], cells[at], measured) for at in shown) else ""
    if rest and shown[0] == 1 and fold(names[0]) in _NUMBERS:
        return _closed("，".join(rest)) + said
    subject = cells[0] if cells else ""
    return _closed(f"{subject}：{'，'.join(rest)}") + said if rest else subject


def _is_bare(name: str, cell: str, measured: str) -> bool:
    """Whether a cell is a number without a unit, in a column that has none and is no count, share or date."""
    if not _NUMBER.fullmatch(cell) or name.endswith(("）", ")")):
        return False
    return "." in cell or "、" in measured or not name.endswith(_UNMEASURED)


@lru_cache(maxsize=64)
def _units_above(document: Document) -> Mapping[Span, Span]:
    """For the headers of tables whose unit stands just above them, in their caption or on a line, its place."""
    found: dict[Span, Span] = {}
    above: list[Block] = []
    for block in blocks(document):
        if block.kind == "table_header":
            places = (_unit_in(document, one) for one in reversed(above[-2:]))
            if place := next(filter(None, places), None):
                found[block.start, block.end] = place
        captions = block.kind == "heading" or (block.kind in {"paragraph", "signature"} and _unit_in(document, block))
        above = [*above, block] if captions else []
    return found


def _unit_in(document: Document, block: Block) -> Span | None:
    found = _MEASURED.search(document.text, block.start, block.end)
    whole = found is not None and block.kind != "heading" and _MEASURED_LINE.fullmatch(document.text, *_span(block))
    return found.span() if found and (whole or block.kind == "heading") else None


def _span(block: Block) -> Span:
    return block.start, block.end


def show_entry(row: str) -> str:
    """A row of a form in words: ``法定时限：30个工作日；承诺时限：5个工作日。``.

    With a label for several rows before the others: ``办理要求，收费：不收费。``; without labels its cells in order.
    """
    cells = _cells(row)
    while cells and not cells[-1]:
        cells.pop()
    group = cells[:1] if len(cells) % 2 and len(cells) > 1 else []
    names, values = cells[len(group) :: 2], cells[len(group) + 1 :: 2]
    if any(name[:1].isdigit() for name in names):
        return f"{cells[0]}：{'，'.join(filter(None, cells[1:]))}。"
    labels = ("，".join(filter(None, (*group, name))) for name in names)
    said = [f"{label}：{value}" for label, value in zip(labels, values, strict=False) if value]
    return _closed("；".join(said) or "，".join(filter(None, cells)))


def _closed(said: str) -> str:
    return said if said.endswith(("。", "；", "！", "？")) else f"{said}。"


def _cell(name: str, cell: str) -> str:
    """A cell after its column's name: 2025年8月447家, 负责单位为区发改局, 2021为315.2, PM2.5为25."""
    joined = not name or name[-1] in _TIMES or cell[0].isdigit() or cell[0] in _JOINING
    one_word = bool(_DIGIT_OR_LETTER.search(name)) and (cell[0].isdigit() or cell[0] in _SIGNS)
    return f"{name}{cell}" if joined and not one_word else f"{name}为{cell}"


def _cells(row: str) -> list[str]:
    return [join_lines(cell) for cell in row_cells(row)]


def _sentence_units(document: Document, block: Block) -> Iterator[Unit]:
    label: Span | None = _label_before(document, block)
    begin: int | None = None
    found = sentences(document.text, block.start, block.end)
    for number, (start, end) in enumerate(found):
        words = strip_marker(document.text[start:end])
        if number == 0 and len(found) > 1 and _LABEL.fullmatch(words):
            begin = start
            continue
        own = (start if begin is None else begin, end)
        spans = (label, own) if label and number <= 1 else (own,)
        begin = None
        yield Unit(_show(document, spans), spans, document, block, _context(document, block))


def _label_before(document: Document, block: Block) -> Span | None:
    """The label of the enumeration an item belongs to, where it is a name and no sentence (特殊物品审批（第二条）)."""
    if block.lead is None:
        return None
    words = strip_marker(document.text[slice(*block.lead)])
    return block.lead if _LABEL.fullmatch(words) and words.endswith("。") else None


def _show(document: Document, spans: Sequence[Span]) -> str:
    return "".join(strip_marker(join_lines(document.text[slice(*span)])) for span in spans)


def _context(document: Document, block: Block) -> str:
    lead = join_lines(document.text[slice(*block.lead)]) if block.lead else ""
    return " ".join([document.metadata.title, *block.heading, lead])
