"""Enumerators of Chinese official texts: 一、 （一） 1. （1） 第X条, and 一是…二是… inside a paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMERAL = "[一二三四五六七八九十百千零〇]+"
# 第三条规定的、第三条第二款 at the start of a line speaks of an article, and begins none.
_MENTIONED = r"(?![之第、，,。；;）)》”和或至及的一二三四五六七八九十\d]|规定|所称|所列)"
_ARTICLE = rf"第\s?(?P<number>{_NUMERAL}|\d{{1,4}})\s?[条條](?:\s?之\s?(?P<sub>{_NUMERAL}|\d{{1,2}}))?"
# Style, pattern of the enumerator at the start of a line, and its depth (smaller is further out).
_LINE_STYLES: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("part", re.compile(rf"第{_NUMERAL}[编篇]"), 1),
    ("chapter", re.compile(rf"第{_NUMERAL}章"), 2),
    ("section", re.compile(rf"第{_NUMERAL}节"), 3),
    ("annex", re.compile(r"附件\s*\d*\s*[：:]?|附\s*[：:]|附[表录]\s*\d*\s*(?:[：:]|$)"), 1),
    ("一、", re.compile(rf"{_NUMERAL}、"), 4),
    ("（一）", re.compile(rf"[（(]{_NUMERAL}[）)]、?"), 5),
    ("第一条", re.compile(rf"{_ARTICLE}{_MENTIONED}"), 6),
    ("1.", re.compile(r"\d{1,2}(?:[.．、](?!\d)|(?=\s)\s)"), 7),
    ("（1）", re.compile(r"[（(]\d{1,2}[）)]"), 8),
    ("①", re.compile(r"[①-⑳]"), 9),
    ("一是", re.compile(rf"{_NUMERAL}(?:是|要)(?=\S)"), 10),
)
_INLINE_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一是", re.compile(rf"(?:(?<=[。；：:;，,！？\n])|^)\s*({_NUMERAL})(?:是|要)(?=[^否])")),
    ("第一，", re.compile(rf"(?:(?<=[。；：:;\n])|^)\s*第({_NUMERAL})[，,、]")),
    ("（一）", re.compile(rf"(?:(?<=[。；：:;，,\n])|^)\s*[（(]({_NUMERAL})[）)]")),
    ("（1）", re.compile(r"(?:(?<=[。；：:;，,\n])|^)\s*[（(](\d{1,2})[）)]")),
    ("1.", re.compile(r"(?:(?<=[。；：:;\n])|^)\s*(\d{1,2})[.．、](?!\d)")),
    ("①", re.compile(r"([①-⑳])")),
)
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@dataclass(frozen=True, slots=True)
class Marker:
    """An enumerator as it stands, its style, and its depth (smaller is further out)."""

    text: str
    style: str
    depth: int

    @property
    def numeral(self) -> str:
        """Its number as written: 三 of （三）, 12 of 12., ③; empty where it has none."""
        found = re.search(rf"{_NUMERAL}|\d+|[①-⑳]", self.text)
        return found.group() if found else ""

    @property
    def number(self) -> int:
        """What it counts; 0 where it has no number."""
        return ordinal(self.numeral) if self.numeral else 0


def leading_marker(line: str) -> Marker | None:
    """The enumerator that a line begins with, if any."""
    for style, pattern, depth in _LINE_STYLES:
        found = pattern.match(line)
        if found:
            return Marker(found.group().strip(), style, depth)
    return None


def inline_items(text: str) -> list[int]:
    """Offsets at which the items of an enumeration inside a paragraph begin; empty without one.

    An enumeration counts up from one and has at least two items, so 一是 alone or a stray （3） is none.
    """
    for _, pattern in _INLINE_STYLES:
        starts: list[int] = []
        for found in pattern.finditer(text):
            if ordinal(found.group(1)) == len(starts) + 1:
                starts.append(found.start() + len(found.group()) - len(found.group().lstrip()))
        if len(starts) > 1:
            return starts
    return []


def ordinal(numeral: str) -> int:
    """The number that an enumerator's numeral stands for: 十二 is 12, ③ is 3, 7 is 7."""
    if numeral.isdecimal():  # full-width digits too
        return int(numeral)
    if "①" <= numeral[0] <= "⑳":
        return ord(numeral[0]) - ord("①") + 1
    total, current = 0, 0
    for character in numeral:
        if character in "百千":
            total, current = total + (current or 1) * (100 if character == "百" else 1000), 0
        elif character == "十":
            total, current = total + (current or 1) * 10, 0
        else:
            current = _DIGITS[character]
    return total + current


def article_number(marker: str) -> tuple[int, int] | None:
    """The number of an article by its marker, and that of one put behind it: 第十条 is (10, 0), 第10条之一 (10, 1)."""
    found = re.match(_ARTICLE, marker)
    return (ordinal(found["number"]), ordinal(found["sub"] or "〇")) if found else None


_LEADING = re.compile(
    rf"^\s*(?:{_NUMERAL}(?:是|要|、)|第{_NUMERAL}[，,]|[（(](?:{_NUMERAL}|\d{{1,2}})[）)]、?|\d{{1,2}}[.．、](?!\d)|[①-⑳])\s*"
)


def strip_marker(text: str) -> str:
    """The text without the enumerators it begins with (not 第X条, which is part of what it says)."""
    stripped = _LEADING.sub("", text)
    return _LEADING.sub("", stripped)
