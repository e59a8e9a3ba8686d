"""Characters that are painted, and are no part of the text: watermarks, and what is struck out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.document import Omission
from corpus.formats.layout.shapes import Glyph, Rule, Sheet

_LARGE = 1.5  # of the text's size, from which what lies across it is a watermark
_HUGE = 2.5  # of it, from which pale characters are one wherever they stand
_ACROSS = 0.3  # of a watermark's characters that lie across others
_OVERLAP = 0.15  # of a character's box that another one covers
_CELL = 40.0  # points of the squares in which characters are looked for
_STRIKE = (0.15, 0.62)  # of the size above the baseline, where a stroke goes through a character
_END = 0.6  # of the size by which a stroke may be longer than what it strikes out
_STRUCK = 0.75  # of a stroke's length that is on characters

_Style = tuple[tuple[int, int, int], int, int]


def without_watermark(sheets: Sequence[Sheet], left_out: Counter[Omission]) -> list[Sheet]:
    """Pages without what lies across their text, pale or large, or is painted so on another page."""
    sizes = Counter(round(one.size) for sheet in sheets for one in sheet.glyphs)
    if not sizes:
        return list(sheets)
    size = sizes.most_common(1)[0][0]
    inks = {id(one.ink): one.ink for sheet in sheets for one in sheet.glyphs}
    if max(sizes) < _LARGE * size and not any(ink.is_pale for ink in inks.values()):
        return list(sheets)
    marks = {style for sheet in sheets for style in _watermarks(sheet.glyphs, size)}
    cleaned = []
    for sheet in sheets:
        kept = tuple(one for one in sheet.glyphs if _style(one) not in marks)
        left_out["watermark"] += len(sheet.glyphs) - len(kept)
        cleaned.append(replace(sheet, glyphs=kept))
    return cleaned


def _style(glyph: Glyph) -> _Style:
    return glyph.ink.colour, glyph.ink.alpha, round(glyph.size)


def _watermarks(glyphs: Sequence[Glyph], size: float) -> Iterable[_Style]:
    styles: dict[_Style, list[Glyph]] = defaultdict(list)
    for one in glyphs:
        styles[_style(one)].append(one)
    if len(styles) < 2:
        return
    main = max(styles, key=lambda one: len(styles[one]))
    for style, some in styles.items():
        pale, large = some[0].ink.is_pale, style[2] >= _LARGE * size
        if style == main or not (pale or large):
            continue
        if pale and style[2] >= _HUGE * size:
            yield style
            continue
        others = _squares(one for one in glyphs if _style(one) != style)
        if sum(_lies_across(one, others) for one in some) >= _ACROSS * len(some):
            yield style


def _squares(glyphs: Iterable[Glyph]) -> dict[tuple[int, int], list[Glyph]]:
    squares: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    for one in glyphs:
        for at in _places(one):
            squares[at].append(one)
    return squares


def _places(glyph: Glyph) -> list[tuple[int, int]]:
    columns = range(int(glyph.left // _CELL), int(glyph.right // _CELL) + 1)
    rows = range(int(glyph.base // _CELL), int((glyph.base + 0.8 * glyph.size) // _CELL) + 1)
    return [(column, row) for column in columns for row in rows]


def _lies_across(glyph: Glyph, squares: dict[tuple[int, int], list[Glyph]]) -> bool:
    return any(_overlap(glyph, other) > _OVERLAP for at in _places(glyph) for other in squares.get(at, ()))


def _overlap(a: Glyph, b: Glyph) -> float:
    """Which part of the smaller character the two have in common; one that is printed twice lies across nothing."""
    if a.text == b.text:
        return 0.0
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.base + 0.8 * a.size, b.base + 0.8 * b.size) - max(a.base, b.base)
    area = min(one.size * (one.right - one.left) for one in (a, b))
    return width * height / area if min(width, height, area) > 0 else 0.0


def without_struck(glyphs: Sequence[Glyph], rules: Sequence[Rule], left_out: Counter[Omission]) -> list[Glyph]:
    """Characters, without words of those that a stroke of their own goes through: their place is no gap."""
    struck: set[int] = set()
    across = [one for one in rules if one.is_horizontal and one.top - one.bottom <= 2.0]
    if not across:
        return list(glyphs)
    rows: dict[int, list[int]] = defaultdict(list)
    for n, one in enumerate(glyphs):
        for row in {int(one.base // _CELL), int((one.base + one.size) // _CELL)}:
            rows[row].append(n)
    for rule in across:
        level = (rule.top + rule.bottom) / 2
        hit = [n for n in rows.get(int(level // _CELL), ()) if _goes_through(rule, level, glyphs[n])]
        if hit and _is_strike(rule, [glyphs[n] for n in hit]):
            struck.update(hit)
    left_out["struck text"] += len(struck)
    return [replace(one, text="") if n in struck else one for n, one in enumerate(glyphs)]


def _goes_through(rule: Rule, level: float, glyph: Glyph) -> bool:
    low, high = (glyph.base + share * glyph.size for share in _STRIKE)
    return low < level < high and rule.left - 1 <= (glyph.left + glyph.right) / 2 <= rule.right + 1


def _is_strike(rule: Rule, glyphs: Sequence[Glyph]) -> bool:
    """Whether a stroke is as long as the characters that it goes through: the line of a table is longer."""
    left, right = min(one.left for one in glyphs), max(one.right for one in glyphs)
    size = max(one.size for one in glyphs)
    covered = sum(one.right - one.left for one in glyphs)
    return (
        abs(left - rule.left) <= _END * size
        and abs(right - rule.right) <= _END * size
        and covered >= _STRUCK * (rule.right - rule.left)
    )
