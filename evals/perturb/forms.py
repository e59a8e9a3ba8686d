"""Ways to say a true claim otherwise that leave it true: cut, joined, in other characters, in other numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.markers import strip_marker
from corpus.normalise import traditional


def verbatim(text: str) -> Iterator[str]:
    """The sentence as it is."""
    yield text


def trimmed(text: str) -> Iterator[str]:
    """The sentence without its enumerator, and its first part where that stands alone (up to a semicolon)."""
    bare = strip_marker(text)
    if bare != text:
        yield bare
    parts = re.split(r"[；;]", text)
    if len(parts) > 1 and len(parts[0]) >= 8:
        yield parts[0] + "。"


def in_traditional(text: str) -> Iterator[str]:
    """The sentence in Traditional characters."""
    if traditional(text) != text:
        yield traditional(text)


def renumbered(text: str) -> Iterator[str]:
    """The sentence with a number written another way: 1100亿元 as 1.1千亿元, 3个 as 三个, ％, 1,100."""
    if "《" in text or "“" in text:  # a title is not to be respelled
        return
    for pattern, rewrite in _REWRITES:
        changed = re.sub(pattern, rewrite, text)
        if changed != text:
            yield changed


def _thousands(match: re.Match[str]) -> str:
    return f"{int(match[0]):,}"


def _spoken(match: re.Match[str]) -> str:
    return "零一二三四五六七八九"[int(match[0])]


def _hundred_millions(match: re.Match[str]) -> str:
    return f"{int(match[1]) / 1000:g}千亿元"


def _in_ten_thousands(match: re.Match[str]) -> str:
    return f"{int(match[1]) / 10000:g}万"


_REWRITES = (
    (r"(?<=\d)%", "％"),
    (r"(\d+(?:\.\d+)?)%", r"百分之\1"),
    (r"(?<![\d.第〔+])[1-9]\d{3,}(?=[家个件P名人万])", _thousands),
    (r"(?<![\d.,第年+])[3-9](?=[个家条项大张件](?!月\d))", _spoken),
    (r"(?<!\d)(\d{4})亿元", _hundred_millions),
    (r"(?<![\d.])(\d{5,})(?=[家个件名人])", _in_ten_thousands),
    (r"平方公里", "平方千米"),
    (r"(?<!\d)(20\d\d)年", lambda m: "".join("〇一二三四五六七八九"[int(c)] for c in m[1]) + "年"),
)
