"""A cell's value → the text that the sheet shows. The door to xlfmt, which knows the number formats of Excel.

What it does not know are the spellings of Chinese programs; they are put into the common ones before, and back after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from xlfmt import format_value

from corpus.formats.characters import numeral

_DAY, _MONTH = 'm"月"d"日"', 'yyyy"年"m"月"'
_TIME, _SECONDS = 'h"时"mm"分"', 'h"时"mm"分"ss"秒"'
# The formats that Chinese programs mean by a number alone (ECMA-376 18.8.30), and the dates that follow the region.
BUILT_IN: Mapping[int, str] = {
    **dict.fromkeys((27, 36, 50, 52, 57), _MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _DAY),
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: _TIME,
    33: _SECONDS,
    **dict.fromkeys((34, 55), f"上午/下午{_TIME}"),
    **dict.fromkeys((35, 56), f"上午/下午{_SECONDS}"),
}
_SPELLING = re.compile(
    r"""(?:\\!(?=\.)|!)(?P<literal>.)|(?P<kept>"[^"]*"|\\.|[_*].)|(?P<general>G/通用格式)|\[\$-F800\][^;]*(?P<date>)|"""
    r"""\[\$-F400\][^;]*(?P<time>)|\[(?:\$-[^\]]*|DBNum\d)\](?P<region>)|(?P<noon>上午/下午)|(?P<weekday>aaaa?)(?!a)""",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(#,##)?0(?:\.(0+))?(%)?(?:_ )?")
_NOON = {"AM": "上午", "PM": "下午"}
_WEEKDAYS = dict(zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "一二三四五六日", strict=True))
_WEEKDAY = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)([a-z]*day)?")
_NUMERALS = re.compile(r"\[DBNum([123])\]", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?")
_DIGITS = {  # of the numerals that a format asks for, and how a whole number is written in them
    "1": (str.maketrans("0123456789", "〇一二三四五六七八九"), "chineseCountingThousand"),
    "2": (str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖"), "chineseLegalSimplified"),
    "3": (str.maketrans("0123456789", "０１２３４５６７８９"), "decimalFullWidth"),
}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATED = re.compile("[ymdh]", re.IGNORECASE)
_WHOLE = 15  # digits that a sheet keeps of a number


def show(value: Any, code: str, *, mac: bool = False) -> str:
    """A cell as the sheet shows it, the spaces that only align it aside; ``mac`` counts days from 1904.

    A number that its format cannot show, such as a day before all days, is shown without one.
    """
    if isinstance(value, str) and ("@" not in code or code == "@"):
        return value
    try:
        return _in_format(value, code, mac=mac)
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return _general(value)


def _general(value: Any) -> str:
    return f"{value:.{_WHOLE}G}" if isinstance(value, float) else str(value)


def _in_format(value: Any, code: str, *, mac: bool) -> str:
    common, chinese_weekday = _common(code)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if common.strip().lower() in {"general", "", "@"}:
            return _in_numerals(_general(value), code, whole=True)
        value = Decimal(repr(value))
        if plain := _PLAIN.fullmatch(code):
            return _plain(value, *plain.groups())
    shown = _formatted(value, common, mac)
    if shown.startswith("##"):  # as a sheet says that it can't
        return _general(value)
    if "上午/下午" in code:
        shown = re.sub("AM|PM", lambda found: _NOON[found.group()], shown)
    if chinese_weekday:
        shown = _WEEKDAY.sub(lambda found: ("星期" if found.group(2) else "") + _WEEKDAYS[found.group(1)], shown)
    return _in_numerals(shown, code, whole="general" in common.lower())


_formatted = lru_cache(maxsize=4096)(lambda value, code, mac: str(format_value(value, code, date1904=mac)).strip())


def _plain(value: Decimal, grouped: str | None, decimals: str | None, percent: str | None) -> str:
    """The formats of most numbers, for which the library would take most of the time that reading a book takes."""
    number = value * 100 if percent else value
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals or "")), ROUND_HALF_UP)
    return f"{rounded:,f}{percent or ''}" if grouped else f"{rounded:f}{percent or ''}"


@lru_cache(maxsize=512)
def _common(code: str) -> tuple[str, bool]:
    """A format code in the spelling that all programs know, and whether it names the day of the week in Chinese."""
    weekday = False

    def spelt(found: re.Match[str]) -> str:
        nonlocal weekday
        kind = found.lastgroup or ""
        weekday = weekday or kind == "weekday"
        written = found.group(kind)
        return {
            "kept": written,
            "literal": f"\\{written}",
            "general": "General",
            "date": BUILT_IN[31],
            "time": "h:mm:ss",
            "region": "",
            "noon": "AM/PM",
            "weekday": "d" * len(written),
        }[kind]

    return _SPELLING.sub(spelt, code), weekday or bool(re.search(r"\[\$-(?:0*804|F800)\][^;]*ddd", code))


def _in_numerals(shown: str, code: str, *, whole: bool) -> str:
    """Numbers in the Chinese numerals that a format asks for: a ``whole`` one is 一百零五, else its digits are 一〇五.

    The parts of a date are 二〇二四年一月十五日.
    """
    numerals = _NUMERALS.search(code)
    if numerals is None:
        return shown
    digits, form = _DIGITS[numerals.group(1)]

    def written(found: re.Match[str]) -> str:
        number, decimals = found.groups()
        in_full = len(number) < 3 if _DATED.search(_QUOTED.sub("", code)) else whole
        said = numeral(int(number), form) if in_full and int(number) else number.translate(digits)
        return said + ("." + decimals.translate(digits) if decimals else "")

    return _NUMBER.sub(written, shown)
