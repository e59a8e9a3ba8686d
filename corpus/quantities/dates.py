"""Dates, Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from corpus.quantities.measures import one_of
from corpus.quantities.numerals import chinese_number
from corpus.quantities.values import Date

_CN = "[零〇一二三四五六七八九十]"
_YEAR = r"(?:[12]\d{3}|[一二][零〇一二三四五六七八九]{3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]|{_CN}{{1,3}})"
_PART = (
    r"(?:年?(?:上半年|下半年)|年?前?[一二三四1-4]个?季度|年?第[一二三四1-4]季度|"
    r"年?[底末初](?!期|始|步|次|级)|年中(?!央|国)|全年)"
)
_RELATIVE = {"今年": 0, "本年": 0, "本年度": 0, "去年": -1, "上年": -1, "上一年": -1, "前年": -2, "明年": 1, "后年": 2}
_PARTS = {"底": "末", "年底": "末", "年末": "末", "年初": "初", "年中": "中"}
_DATES = re.compile(
    rf"(?<![\d.])(?P<from>{_YEAR})年?\s*(?:[-—–~至到]|——)\s*(?={_YEAR}年(?!代))|"
    rf"(?<![\d.])(?P<iso>[12]\d{{3}})[-/.](?P<im>0?[1-9]|1[0-2])(?:[-/.](?P<id>3[01]|[12]\d|0?[1-9]))?(?![\d.-])|"
    rf"(?:(?<![\d.])(?P<year>{_YEAR})\s*年(?!代)度?|(?<![比较])(?P<relative>{one_of(_RELATIVE)}))"
    rf"(?:\s*(?P<month>{_MONTH})\s*月份?(?:\s*(?P<day>{_DAY})\s*[日号])?)?(?P<part>{_PART})?|"
    rf"(?<![\d.个一二三四五六七八九十])(?P<m>{_MONTH})\s*月份?(?:\s*(?P<d>{_DAY})\s*[日号])?"
    rf"(?P<mp>[底末初](?!期|始))?|"
    rf"(?P<only>上半年|下半年|年底|年末|年初|全年|[一二三四]季度)"
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_ENGLISH_DATE = re.compile(
    rf"(?:(?P<d1>\d{{1,2}})\s+)?(?P<month>{'|'.join(m[:3] + '(?:' + m[3:] + ')?' for m in _MONTHS)})\b\.?"
    r"(?:\s+(?P<d2>\d{1,2})(?!\d)(?:st|nd|rd|th)?)?(?:,?\s+(?P<year>[12]\d{3}))?"
)


def find_dates(text: str) -> Iterator[Date]:
    """The dates of a folded text, the Chinese ones first."""
    for match in _DATES.finditer(text):
        date = _date(match)
        if date is not None:
            yield date
    for match in _ENGLISH_DATE.finditer(text):
        day, year = match["d1"] or match["d2"], match["year"]
        if day or year:
            month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3]))
            yield Date(match.start(), match.end(), match[0], _int(year), month, _int(day))


def _date(match: re.Match[str]) -> Date | None:
    start, end, text = match.start(), match.end(), match[0]
    if match["from"]:
        return Date(start, end, text, year=_int(match["from"]))
    if match["iso"]:
        return Date(start, end, text, _int(match["iso"]), _int(match["im"]), _int(match["id"]))
    if match["only"]:
        return Date(start, end, text, part=_PARTS.get(match["only"], match["only"]))
    if match["m"]:
        return Date(start, end, text, None, _int(match["m"]), _int(match["d"]), match["mp"] or "")
    relative = _RELATIVE[match["relative"]] if match["relative"] else None
    part = (match["part"] or "").removeprefix("年")
    part = _PARTS.get(part, part)
    return Date(start, end, text, _int(match["year"]), _int(match["month"]), _int(match["day"]), part, relative)


def _int(text: str | None) -> int | None:
    if not text:
        return None
    value = Fraction(text) if text.isascii() else chinese_number(text)
    return None if value is None else int(value)
