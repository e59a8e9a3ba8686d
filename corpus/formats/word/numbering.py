"""Automatic numbers of a Word document, which stand in numbering.xml and not in its text: 第三条, （一）, 1.2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from corpus.formats.characters import numeral
from corpus.formats.word.styles import W, value

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_LOST = re.compile(r"(?<=[〇一二三四五六七八九十百])\?")  # what some programs write into RTF for 、
_MAXIMUM = 1_000_000  # a start beyond is damage


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts, and how its label is put together (``第%1条``)."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None  # number (from 1) of the level that restarts this one; 0 is none; None any above
    legal: bool = False  # all numbers in digits, whatever their own levels say
    style: str = ""


class Numbering:
    """Counts through a document: asked for each numbered paragraph in order, it says its label."""

    def __init__(self, root: Any | None) -> None:
        """``root`` is the numbering part's element, or none where the document has none."""
        self._levels: dict[str, dict[int, Level]] = {}
        self._abstract_of: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._own_levels: dict[str, dict[int, Level]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def label(self, number: str, level: int) -> tuple[str, bool]:
        """The next label of a list at a level, spaced as it stands before its text, and whether it is a bullet."""
        levels = self._levels_of(number)
        own = levels.get(level)
        if own is None:
            return "", False
        counters = self._count(number, level, levels)
        if own.format == "bullet":
            return "", True
        label = _PLACE.sub(lambda found: _shown(int(found.group(1)) - 1, counters, levels, own), own.text)
        return _spaced(_LOST.sub("、", label), own.suffix), False

    def level_of_style(self, number: str, style: str) -> int | None:
        """The level of a list that a paragraph style is tied to."""
        return next((at for at, level in self._levels_of(number).items() if level.style == style), None)

    def _levels_of(self, number: str) -> Mapping[int, Level]:
        base = self._levels.get(self._abstract_of.get(number, ""), {})
        return {**base, **self._own_levels.get(number, {})}

    def _count(self, number: str, level: int, levels: Mapping[int, Level]) -> list[int | None]:
        counters = self._counters.setdefault(self._abstract_of[number], [None] * _LEVELS)
        start = levels[level].start
        override = self._overrides.get(number, {}).get(level)
        if override is not None and (number, level) not in self._started:
            counters[level] = override
        else:
            counters[level] = start if counters[level] is None else (counters[level] or 0) + 1
        self._started.add((number, level))
        for below in range(level + 1, _LEVELS):
            restart = levels.get(below, Level()).restart
            if restart is None or (restart > 0 and level <= restart - 1):
                counters[below] = None
        return counters

    def _read(self, root: Any) -> None:
        links: dict[str, str] = {}
        styles: dict[str, str] = {}
        for abstract in root.iterchildren(f"{W}abstractNum"):
            identifier = abstract.get(f"{W}abstractNumId", "")
            self._levels[identifier] = _levels(abstract.iterchildren(f"{W}lvl"))
            if link := value(abstract, "numStyleLink"):
                links[identifier] = link
            if style := value(abstract, "styleLink"):
                styles[style] = identifier
        for number in root.iterchildren(f"{W}num"):
            identifier = number.get(f"{W}numId", "")
            abstract = value(number, "abstractNumId")
            self._abstract_of[identifier] = styles.get(links.get(abstract, ""), abstract)
            self._read_overrides(identifier, number)

    def _read_overrides(self, identifier: str, number: Any) -> None:
        base = self._levels.get(self._abstract_of[identifier], {})
        for override in number.iterchildren(f"{W}lvlOverride"):
            at = _integer(override.get(f"{W}ilvl"), 0)
            start = value(override, "startOverride")
            if start:
                self._overrides.setdefault(identifier, {})[at] = _integer(start, 1)
            own = _levels(override.iterchildren(f"{W}lvl"))
            if at in own:
                self._own_levels.setdefault(identifier, {})[at] = replace(own[at], style=base.get(at, Level()).style)


def _levels(elements: Iterable[Any]) -> dict[int, Level]:
    return {_integer(one.get(f"{W}ilvl"), 0): _level(one) for one in elements}


def _level(element: Any) -> Level:
    restart = value(element, "lvlRestart")
    return Level(
        start=_integer(value(element, "start"), 1),
        format=_format(element),
        text=value(element, "lvlText"),
        suffix=value(element, "suff") or "tab",
        restart=_integer(restart, 0) if restart else None,
        legal=element.find(f"{W}isLgl") is not None,
        style=value(element, "pStyle"),
    )


def _format(element: Any) -> str:
    """The number format; newer ones stand in an alternative, with ``decimal`` as what old programs read."""
    found = [one.get(f"{W}val", "decimal") for one in element.iter(f"{W}numFmt")]
    return next((one for one in found if one != "custom"), "decimal")


def _integer(text: str | None, default: int) -> int:
    return min(int(text), _MAXIMUM) if text and text.isdecimal() else default


def _shown(at: int, counters: list[int | None], levels: Mapping[int, Level], own: Level) -> str:
    level = levels.get(at, Level())
    counted = counters[at]
    number = level.start if counted is None else counted
    return numeral(number, "decimal" if own.legal else level.format)


def _spaced(label: str, suffix: str) -> str:
    """With the space that follows it, except after a mark that needs none: ``一、在``, ``（一）在``, ``第一条 为``."""
    if not label or suffix == "nothing" or label.endswith(("、", "）", "．", "：", "，", "。")):
        return label
    return f"{label} "
