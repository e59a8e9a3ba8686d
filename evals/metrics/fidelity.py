"""Number fidelity: whether every number of a claim occurs in its quotes.

This looks at digits itself, beside the verifier that the system runs, so that a blind spot there still shows here. It
asks only for the numbers; whether unit, bound and subject agree is the verifier's question (citation recall).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from corpus.normalise import fold, join_lines
from corpus.quantities import Facts, facts
from evals.metrics.matching import without_thousands

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, its absolute value in base units (1.1千亿元 equals 1100亿元), and the words of its unit.

    Digits that belong to no quantity (of a date, a 文号, a code, a bare table cell) stand for themselves.
    """

    text: str
    value: Fraction
    unit: str = ""


def numbers(text: str) -> tuple[Number, ...]:
    """The numbers of a text: first those in digits, in reading order, then those in words."""
    known = facts(_folded(text))
    return (*(_number(match, known) for match in _DIGITS.finditer(_folded(text))), *_spoken(known))


def fabricated(claim: str, quotes: Sequence[str], context: Iterable[str] = ()) -> tuple[str, ...]:
    """The numbers of ``claim`` that no quote holds, as written.

    A quote holds a number if it has one of equal value, or if it has the bare digits and, in another place such as a
    table's header, the words of the unit. ``context`` (title, headings, date of issue of what is cited) may supply a
    year, because an answer writes 今年 out.
    """
    there = [number for quote in quotes for number in numbers(quote)]
    values = {number.value for number in there}
    values |= {number.value for text in context for number in numbers(text) if number.value in _YEARS}
    bare = {number.text for number in there if not number.unit}
    words = "\n".join(map(_folded, quotes))

    def held(number: Number) -> bool:
        return number.value in values or (bool(number.unit) and number.text in bare and number.unit in words)

    return tuple(number.text for number in numbers(claim) if not held(number))


def _folded(text: str) -> str:
    """Folded, a full-width comma would join 100，200 to one number."""
    return fold(without_thousands(join_lines(text)).replace("，", "、"))


def _number(digits: re.Match[str], known: Facts) -> Number:
    for quantity in known.quantities:
        if quantity.start <= digits.start() < quantity.end:
            unit = quantity.text.rpartition(digits[0])[2].strip()
            return Number(digits[0], abs(quantity.value), unit)
    return Number(digits[0], Fraction(digits[0]))


def _spoken(known: Facts) -> Iterator[Number]:
    """Numbers in Chinese numerals, which no digit shows."""
    for quantity in known.quantities:
        if not re.search(r"\d", quantity.text):
            yield Number(quantity.text, abs(quantity.value), quantity.unit)
    for date in known.dates:
        if not re.search(r"\d", date.text):
            parts = (part for part in (date.year, date.month, date.day) if part is not None)
            yield from (Number(date.text, Fraction(part)) for part in parts)
