"""What a page consists of before anyone has read it, and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Omission

Point = tuple[float, float]
Box = tuple[float, float, float, float]
WHITE = (255, 255, 255)
_SAME_COLOUR = 12  # of 255 by which a colour differs from what is below it, and cannot be seen


@dataclass(frozen=True, slots=True)
class Ink:
    """How a character is painted: when, in the order of the page, in which colour, and how opaque (255 is wholly)."""

    order: int = 0
    colour: tuple[int, int, int] = (0, 0, 0)
    alpha: int = 255

    @property
    def is_pale(self) -> bool:
        """Whether it is nearly white, or lets what is below it shine through."""
        return min(self.colour) >= 150 or self.alpha <= 180


_BLACK = Ink()


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its box, its baseline, its font's size, and whether a space was written before it."""

    text: str
    left: float
    right: float
    base: float
    size: float
    spaced: bool = False
    ink: Ink = _BLACK

    @property
    def middle(self) -> float:
        """Half the height of a Chinese character above the baseline's descent."""
        return self.base + 0.36 * self.size


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke, horizontal or vertical, by its ends."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_horizontal(self) -> bool:
        """Whether it is wider than high."""
        return self.right - self.left >= self.top - self.bottom


def straight(a: Point, b: Point, thin: float) -> list[Rule]:
    """The stroke from one point to another, if it is horizontal or vertical, as far as a ``thin`` one can be told."""
    rule = Rule(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    return [rule] if rule.right - rule.left <= thin or rule.top - rule.bottom <= thin else []


@dataclass(frozen=True, slots=True)
class Paint:
    """A box that is filled: with a colour, or with what has none, as a picture; ``order`` is when it is painted."""

    box: Box
    order: int
    colour: tuple[int, ...] | None
    opaque: bool

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is in it."""
        return self.box[0] <= x <= self.box[2] and self.box[1] <= y <= self.box[3]


def why_unseen(paints: Iterable[Paint], x: float, y: float, order: int, colour: Sequence[int]) -> Omission | None:
    """Why a character at a point is not seen: by what is over it, or by the colour of what is below."""
    below: Sequence[int] | None = WHITE
    for paint in paints:
        if paint.holds(x, y):
            if paint.order < order:
                below = paint.colour if paint.opaque else None
            elif paint.opaque:
                return "covered text"
    return "hidden text" if below and is_same(below, colour) else None


def is_same(a: Sequence[int], b: Sequence[int]) -> bool:
    """Whether nobody can tell two colours apart."""
    return len(a) == len(b) and all(abs(x - y) < _SAME_COLOUR for x, y in zip(a, b, strict=True))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, or what stands on it in one direction; pages are numbered from 0."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class TextLine:
    """A run of characters on one baseline."""

    text: str
    left: float
    right: float
    base: float
    size: float

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.base + 0.88 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.base - 0.12 * self.size


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of ``(text, columns, rows)``, and where it stands.

    The edges of one without strokes are where its columns begin, and where the last one ends.
    """

    rows: tuple[tuple[tuple[str, int, int], ...], ...]
    edges: tuple[float, ...]  # of its columns
    bottom: float
    top: float
    ruled: bool = True

    @property
    def left(self) -> float:
        """The left edge."""
        return self.edges[0]

    @property
    def right(self) -> float:
        """The right edge."""
        return self.edges[-1]

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.edges) - 1


Element = TextLine | Table
