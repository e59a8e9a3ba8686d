"""Numbers, dates, document numbers, quoted terms and codes of a claim against those of its quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.verify.material import Material, Passage, wording
from assistant.verify.verdict import Finding
from corpus.quantities import COUNTERS, Date, Quantity, bare

_SHARES = {"%", "个百分点", "倍"}
_PERIODS = ("上半年", "下半年", "季度")


def check_facts(claim: Passage, material: Material, *, english: bool) -> Iterator[Finding]:
    """Every fact of the claim that the quotes lack or attach to something else."""
    yield from _numbers(claim, material, english=english)
    yield from _dates(claim, material)
    yield from _document_numbers(claim, material)
    known = material.known
    for term in claim.facts.terms:
        if term.form and term.form not in known:
            yield Finding("term", term.text, f"{term.text} 不见于引文。")
    for code in claim.facts.codes:
        if not re.search(rf"(?<![\d.]){re.escape(code.form)}(?![\d.])", known):
            yield Finding("code", code.text, f"{code.text} 不见于引文。")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A quantity and the passage it stands in."""

    quantity: Quantity
    passage: Passage


def _numbers(claim: Passage, material: Material, *, english: bool) -> Iterator[Finding]:
    known = [_Placed(q, p) for p in material.quotes for q in p.facts.quantities]
    years = _years(material)
    for quantity in claim.facts.quantities:
        if _is_article(_Placed(quantity, claim), known) or (not quantity.unit and int(quantity.value) in years):
            continue
        same = [k for k in known if matches(quantity, k.quantity, material, english=english)]
        if not same:
            yield _missing(quantity, known)
            continue
        if not english:
            yield from _attachment(_Placed(quantity, claim), same, known)
            yield from _governing(_Placed(quantity, claim), same)


def matches(claimed: Quantity, quoted: Quantity, material: Material, *, english: bool = False) -> bool:
    """Whether both say the same: value, unit, bound and rank."""
    return (
        (claimed.ordinal == quoted.ordinal or claimed.unit == "期")  # 一期 is 第一期
        and claimed.bound == quoted.bound
        and (
            (claimed.value == quoted.value and _units_agree(claimed, quoted, english=english))
            or _by_header(claimed, quoted, material)
        )
    )


def _units_agree(claimed: Quantity, quoted: Quantity, *, english: bool) -> bool:
    units = {claimed.unit, quoted.unit}
    if len(units) == 1 or (claimed.ordinal and "" in units) or ("个" in units and units <= COUNTERS):
        return True
    if not claimed.unit:  # 447 for 447家, 36800亿 for 36800亿元; but never 43 for 43%
        large = claimed.value >= 10_000 and quoted.unit not in _SHARES
        return quoted.unit in COUNTERS or quoted.unit == "人" or large or (english and quoted.unit not in _SHARES)
    return not quoted.unit and claimed.unit in COUNTERS | {"人"}


def _by_header(claimed: Quantity, quoted: Quantity, material: Material) -> bool:
    """A table cell 136 under 研发投入(亿元) is 136亿元."""
    if quoted.unit or not claimed.unit:
        return False
    number = re.sub(r"[^\d.]", "", quoted.text)
    heads = (re.findall(r"[(（](?:单位:?)?([^()（）\d]{1,6})[)）]", p.text) for p in material.quotes)
    units = {unit for found in heads for unit in found}
    return any(
        q.value == claimed.value and q.unit == claimed.unit
        for unit in units
        for q in Passage.of(number + unit).facts.quantities
    )


def _is_article(claimed: _Placed, known: Sequence[_Placed]) -> bool:
    """Whether this is the 一个 of "a platform", not a count: the quotes count nothing of that name in that unit."""
    quantity = claimed.quantity
    if not (quantity.spoken and quantity.value == 1 and quantity.unit in COUNTERS | {"人"}) or quantity.ordinal:
        return False
    counted = _bigrams(_following(claimed))
    same_unit = [k for k in known if k.quantity.unit == quantity.unit]
    return not same_unit or (bool(counted) and not any(counted & _bigrams(_following(k)) for k in same_unit))


def _following(placed: _Placed) -> str:
    """The words right behind a number, up to the end of its part of the sentence."""
    return re.split(r"[^\u3400-\u9fffa-z]", wording(placed.passage)[placed.quantity.end :][:8])[0]


def _missing(quantity: Quantity, known: Sequence[_Placed]) -> Finding:
    same_value = [k.quantity for k in known if k.quantity.value == quantity.value]
    same = [q for q in same_value if q.unit == quantity.unit]
    if same:
        return Finding("bound", quantity.text, f"{quantity.text} 与引文不符，引文为“{same[0].text}”。")
    if same_value and quantity.unit:
        return Finding("unit", quantity.text, f"{quantity.text} 的单位与引文不符，引文为“{same_value[0].text}”。")
    return Finding("number", quantity.text, f"{quantity.text} 不见于引文。")


# --- What a number belongs to --------------------------------------------------------------------------------------


def _attachment(claimed: _Placed, same: Sequence[_Placed], known: Sequence[_Placed]) -> Iterator[Finding]:
    """Fails a number whose neighbours in the claim are the neighbours of another number of that unit in the quotes."""
    if not claimed.quantity.unit and claimed.quantity.bound in {"from", "to"}:  # a score, 24-10, is one figure
        return
    others = [k for k in known if _comparable(claimed.quantity, k.quantity) and not _both_listed(claimed, k)]
    if not others:
        return
    best = max(_likeness(claimed, k) for k in same)
    rival = max(others, key=lambda k: _likeness(claimed, k))
    if _likeness(claimed, rival) > best:
        text = claimed.quantity.text
        yield Finding("attachment", text, f"{text} 在引文中说的是另一项，此处引文为“{rival.quantity.text}”。")


def _comparable(claimed: Quantity, other: Quantity) -> bool:
    """Whether the other could be what the claim's number was taken from: of the same unit, or both counts of things."""
    counts = COUNTERS | {"人"}
    alike = claimed.unit == other.unit or {claimed.unit, other.unit} <= counts
    return alike and claimed.value != other.value and claimed.ordinal == other.ordinal


def _both_listed(claimed: _Placed, other: _Placed) -> bool:
    """Whether both are articles, clauses or ranks that the claim names: 第二十四条和第三十六条 belong to the same."""
    return claimed.quantity.ordinal and any(
        q.ordinal and q.value == other.quantity.value for q in claimed.passage.facts.quantities
    )


def _likeness(a: _Placed, b: _Placed) -> int:
    """How many bigrams the words that belong to the two numbers share; those before them count twice."""
    return len(_belonging(a) & _belonging(b)) + len(_before(a) & _before(b))


def _belonging(placed: _Placed) -> set[str]:
    """Bigrams of what a number counts and of whom.

    These are the words after it and those before it in its own part of the sentence; where neither says anything
    (增长38.33%), the part before that.
    """
    text, at, end = wording(placed.passage), placed.quantity.start, placed.quantity.end
    after = re.split(r"[。;、!?\n(（]|,(?!\d{3})", text[end : end + 12])[0]
    before = re.split(r"[。;、!?\n和与及]|,(?!\d{3})", text[max(0, at - 16) : at])[-1]
    if len(re.sub(r"[\W\d]", "", before + after)) < 3:
        before = re.split(r"[。;!?\n]", text[max(0, at - 24) : at])[-1]
    return _bigrams(before) | _bigrams(after)


def _before(placed: _Placed) -> set[str]:
    text, at = wording(placed.passage), placed.quantity.start
    return _bigrams(re.split(r"[。;、!?\n和与及,]", text[max(0, at - 16) : at])[-1])


def _bigrams(text: str) -> set[str]:
    text = re.sub(r"[\W\d_]", "", text)
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _governing(claimed: _Placed, same: Sequence[_Placed]) -> Iterator[Finding]:
    """Fails a number that the claim gives under one year and the quotes under others."""
    if claimed.quantity.ordinal:
        return
    dates = _dates_of(claimed, here=True)
    found = [_dates_of(k) for k in same]
    text = claimed.quantity.text
    years = {d.year for ds in found for d in ds if d.year is not None}
    mine = {d.year for d in dates if d.year is not None}
    if mine and all(found) and years and not mine & years:
        quoted = "、".join(f"{year}年" for year in sorted(years))
        yield Finding("date", text, f"{text} 在引文中是{quoted}的，不是{min(mine)}年的。")
    parts = [d.part for ds in found for d in ds[:1]]
    if dates and parts and all(p.endswith(_PERIODS) for p in parts) and not any(d.part for d in dates):
        yield Finding("date", text, f"{text} 在引文中只是{min(parts)}的数。")


def _dates_of(placed: _Placed, *, here: bool = False) -> list[Date]:
    """The dates that a number may stand under, the likeliest first.

    That is the last one before it in its sentence; else the first one after it there, and, unless only what stands
    ``here`` in the sentence counts, the last one of the sentences before.
    """
    text, at = placed.passage.text, placed.quantity.start
    floor = max(text.rfind(mark, 0, at) for mark in "。;\n")
    ceiling = min((end for mark in "。;\n" if (end := text.find(mark, at)) >= 0), default=len(text))
    dates = [d for d in placed.passage.facts.dates if d.year is not None or d.part.endswith(_PERIODS)]
    before = [d for d in dates if floor < d.start < at]
    if before:
        return before[-1:]
    earlier = [] if here else [d for d in dates if d.start < at]
    return [d for d in dates if at < d.start < ceiling][:1] + earlier[-1:]


# --- Dates and document numbers ------------------------------------------------------------------------------------


def _years(material: Material) -> set[int]:
    """The years that the quotes give, written out or as 今年."""
    quoted = [d for p in material.quotes for d in p.facts.dates]
    written = {d.year for d in quoted if d.year is not None}
    if material.year is not None:
        written |= {material.year + d.relative for d in quoted if d.relative is not None}
    bare_years = {
        int(q.value) for p in material.quotes for q in p.facts.quantities if not q.unit and 1000 < q.value < 2200
    }
    return written | bare_years


def _dates(claim: Passage, material: Material) -> Iterator[Finding]:
    quoted = [d for p in material.quotes for d in p.facts.dates]
    given = _years(material)
    for date in claim.facts.dates:
        relative = date.relative is not None and any(d.relative == date.relative for d in quoted)
        year_known = date.year is None or date.year in given or (not given and date.year in material.dated)
        part_known = _finer_known(date, quoted) or _finer_known(date, material.context.facts.dates)
        if (date.relative is not None and not relative) or not year_known or not part_known:
            yield Finding("date", date.text, f"{date.text} 不见于引文。")


def _finer_known(date: Date, quoted: Sequence[Date]) -> bool:
    """Whether month, day and part of year occur together in one quoted date of that year or of no stated year."""
    if date.month is None and not date.part:
        return True
    return any(
        (date.month is None or date.month == d.month)
        and (date.day is None or date.day == d.day)
        and (not date.part or date.part == d.part)
        and (date.year is None or d.year is None or date.year == d.year)
        for d in quoted
    )


def _document_numbers(claim: Passage, material: Material) -> Iterator[Finding]:
    known = [n for p in (*material.quotes, material.context) for n in p.facts.document_numbers]
    for number in claim.facts.document_numbers:
        if not any(
            (n.year, n.number) == (number.year, number.number)
            and (bare(n.agency).endswith(number.agency) or number.agency.endswith(n.agency))
            for n in known
        ):
            yield Finding("document_number", number.text, f"文号 {number.text} 不见于引文。")
