"""Numbers with their units and bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from corpus.quantities.measures import BEHIND, BOUNDS, COUNTERS, MEASURES, NEVER_SPOKEN, SCALES, one_of
from corpus.quantities.numerals import chinese_number
from corpus.quantities.values import Quantity

LATIN = re.compile(r"[a-z][a-z0-9]*(?:[&.+'/-][a-z0-9]+)*\+?")


_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_NUMBER = rf"(?:{_ARABIC}|{_CHINESE})"
_SCALE = r"(?:[十百千]?万亿|[十百千]?亿|[十百千]?万|千(?![瓦米克赫字])|百(?!分)|thousand|million|billion|trillion)"
_UNIT = (
    rf"(?:{one_of(set(MEASURES) | COUNTERS)})(?<![a-z])|(?:{one_of(u for u in MEASURES if u.isascii())})(?![a-z0-9])"
)
_BEFORE = [word for word in BOUNDS if word not in {*BEHIND, *"余多数几上", "好几"}]
_QUANTITY = re.compile(
    rf"(?:(?P<pre>(?:[数几上]|好几)(?=[十百千万亿])|{one_of(_BEFORE)})(?:了|达到|达|到|至|为)?)?\s*"
    rf"(?:(?P<ordinal>第)\s*)?"
    rf"(?:(?P<base>[百千万])分之(?P<share>{_NUMBER})|(?P<under>{_CHINESE})分之(?P<over>{_CHINESE})|"
    rf"(?P<minus>(?<![\w%)])-)?(?P<number>{_NUMBER})\s*(?P<scale>{_SCALE})?)"
    rf"(?P<odd>[余多])?\s*(?P<unit>{_UNIT}|(?<=\d)[a-z]{{1,3}}(?![a-z]))?"
    rf"(?P<post>{one_of(BEHIND)}|[多余](?=[的,。;、）)]|$))?"
)
_FALSE_FRIENDS = re.compile(
    r"[统唯同单专划归逐万合]一|一[定些样般起直旦切律体批带路流手方面时再向致贯共度](?!\d)|之一(?!\d)|十分(?!之|钟)|"
    r"千万(?=[别要不])|亿万|万[千一能物事]|千家万户|百家争鸣|三位一体|一次性|一条龙|五台山|七台河|第一时间|一步|十字|"
    r"四周(?=[的被为围,。])|"
    r"(?<![\u4e00-\u9fff])第[一二三四五六七八九十]+(?=[、,:])|一国两制|八一(?=建)|百度|(?<=[一不])一(?=[个次])"
)
_FIRST = re.compile("首(?P<unit>[个家颗次届项座条位部所张名件艘架台单例批])")
_ENUMERATOR = re.compile(
    r"(?m)^\s*(?:[-*+]\s+)?(?:[(（]?\d{1,2}[)）.、](?!\d)|[(（][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、)"
)


def find_quantities(text: str) -> Iterator[Quantity]:
    """The numbers of a folded text from which dates, document numbers and codes were taken out."""
    skip = [m.span() for pattern in (_FALSE_FRIENDS, _ENUMERATOR) for m in pattern.finditer(text)]
    names = [m.span() for m in LATIN.finditer(text)]
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(text):
        quantity = _quantity(match)
        at = match.start("number") if match["number"] else quantity.start if quantity else 0
        if quantity and _plausible(quantity, match) and not any(s <= at < e for s, e in (*skip, *names)):
            found.append(quantity)
    found.extend(_first(match) for match in _FIRST.finditer(text))
    yield from _joined(text, sorted(found, key=lambda q: q.start))


def _first(match: re.Match[str]) -> Quantity:
    """首家 as 第一家."""
    unit = MEASURES.get(match["unit"], (match["unit"],))[0]
    return Quantity(match.start(), match.end(), match[0], Fraction(1), unit, ordinal=True, spoken=True)


def _quantity(match: re.Match[str]) -> Quantity | None:
    value = _value(match)
    if value is None:
        return None
    base, factor = MEASURES.get(match["unit"] or "", (match["unit"] or "", Fraction(1)))
    if match["base"] or match["under"]:
        base, factor = "%", Fraction(1)
    word = match["pre"] or match["post"] or match["odd"] or ""
    bound = BOUNDS.get(re.sub(r"\s", "-", word), "")
    spoken = not any(c.isdigit() and c.isascii() for c in match[0])
    start = match.start() + len(match[0]) - len(match[0].lstrip("\0 "))
    return Quantity(
        start, match.end(), match[0].strip(), value * factor, base, bound, match["ordinal"] is not None, spoken
    )


def _value(match: re.Match[str]) -> Fraction | None:
    if match["base"]:
        share = _number(match["share"])
        return None if share is None else share * 100 / SCALES[match["base"]]
    if match["under"]:
        over, under = chinese_number(match["over"]), chinese_number(match["under"])
        return over / under * 100 if over is not None and under else None
    value = _number(match["number"])
    if value is None:
        return None
    scale = match["scale"] or ""
    small = {"十": 10, "百": 100, "千": 1000}.get(scale[:1], 1) if len(scale) > 1 and scale[0] in "十百千" else 1
    value *= small * SCALES.get(scale[1:] if small > 1 else scale, 1)
    return -value if match["minus"] else value


def _number(text: str) -> Fraction | None:
    return Fraction(text.replace(",", "")) if text[0].isascii() else chinese_number(text)


def _plausible(quantity: Quantity, match: re.Match[str]) -> bool:
    """Whether Chinese characters that may be a numeral are one here; digits always are."""
    if not quantity.spoken or match["base"] or match["under"]:
        return True
    numeral, unit = match["number"], match["unit"] or ""
    if not unit:
        long = len(numeral) >= 2 and set(numeral) & set("万亿") and numeral not in {"千万", "百万", "亿万"}
        round_ = len(numeral) >= 3 and set(numeral) & set("百千")
        return bool(quantity.ordinal or long or round_ or (match["pre"] and len(numeral) >= 2))
    if unit in NEVER_SPOKEN and not (quantity.ordinal or (unit == "号" and len(numeral) > 1)):
        return False
    if numeral in {"百", "千", "万", "亿"}:
        return bool(quantity.bound) or unit in {"元", "美元", "港元", "平方米", "亩", "吨", "公里"}
    return not (unit == "成" and re.match(r"[立为员果都本功长熟就效交绩人品]", match.string[match.end() :]))


def _joined(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Gives the first number of a range its unit (3至5万元), and adds 2亿3000万元 up."""
    held: Quantity | None = None
    for quantity in found:
        following = quantity
        if held is not None:
            between = text[held.end : quantity.start]
            if re.fullmatch(r"\s*(?:[-—–~至到]|——)\s*", between) and held.unit in {"", quantity.unit}:
                yield _range_start(held, quantity)
                following = replace(quantity, bound="to")
            elif between == "" and not held.unit and held.value > quantity.value >= 1000 and not held.ordinal:
                said, value = held.text + quantity.text, held.value + quantity.value
                following = replace(quantity, start=held.start, text=said, value=value)
            else:
                yield held
        held = following
    if held is not None:
        yield held


def _range_start(low: Quantity, high: Quantity) -> Quantity:
    """The first number of a range with the scale and unit that stand behind the second alone: 3至5万元, 三至五成."""
    if low.unit or re.search("[万亿]", low.text):
        return replace(low, unit=high.unit, bound="from")
    scale = next((SCALES[word] for word in ("万亿", "亿", "万") if word in high.text and low.value < 1000), 1)
    unit = max((word for word in MEASURES if word in high.text), key=len, default="")
    return replace(low, unit=high.unit, value=low.value * scale * MEASURES.get(unit, ("", 1))[1], bound="from")
