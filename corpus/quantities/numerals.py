"""Chinese numerals."""

from __future__ import annotations

import re
from fractions import Fraction

from corpus.quantities.measures import SCALES

_DIGITS = {
    c: n for n, group in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for c in group
}


def chinese_number(text: str) -> Fraction | None:
    """The value of a Chinese numeral (一千二百, 二〇二四, 一万五), or None where it isn't one (十四五, 三五)."""
    whole, point, decimals = text.partition("点")
    value = _digit_run(whole) if all(c in _DIGITS for c in whole) else _positional(whole)
    if value is None or not point:
        return None if value is None else Fraction(value)
    return value + Fraction(int("".join(str(_DIGITS[c]) for c in decimals)), 10 ** len(decimals))


def _digit_run(text: str) -> int | None:
    if len(text) == 2 and text[1] not in "零〇":  # 三五个 is "a few", not 35
        return None
    return int("".join(str(_DIGITS[c]) for c in text)) if text else None


def _positional(text: str) -> int | None:
    for word in ("亿", "万"):
        if word in text:
            left, _, right = text.rpartition(word)
            high = chinese_number(left) if left else Fraction(1)
            low = _tail(right, SCALES[word])
            return None if high is None or low is None else int(high * SCALES[word]) + low
    return _section(text)


def _tail(text: str, scale: int) -> int | None:
    """What follows 万 or 亿: the 五 of 一万五 stands for 5000."""
    if not text:
        return 0
    if len(text) == 1 and text in _DIGITS:
        return _DIGITS[text] * scale // 10
    return _section(text.lstrip("零〇")) if all(c in _DIGITS or c in "十百千" for c in text) else _positional(text)


_SECTION = re.compile(
    r"(?:(?P<k>[一二两三四五六七八九])?千)?(?:[零〇]?(?P<h>[一二两三四五六七八九])?百)?"
    r"(?:[零〇]?(?P<t>[一二三四五六七八九])?十)?(?P<gap>[零〇])?(?P<one>[一二两三四五六七八九])?"
)


def _section(text: str) -> int | None:
    match = _SECTION.fullmatch(text)
    if not match or not text:
        return None
    total = sum(
        (_DIGITS[match[name]] if match[name] else 1) * weight
        for name, word, weight in (("k", "千", 1000), ("h", "百", 100), ("t", "十", 10))
        if word in text
    )
    if match["one"] is None:
        return total
    spoken = "十" not in text and not match["gap"] and total > 0  # 一百二 is 120
    weight = (10 if "百" in text else 100) if spoken else 1
    return total + _DIGITS[match["one"]] * weight
