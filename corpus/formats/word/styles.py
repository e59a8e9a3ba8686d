"""What styles say of paragraphs and characters, with all they are based on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from corpus.formats.characters import is_symbol_font

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_CHINESE_HEADING = re.compile(r"([一二三四五六])级标题")
_TITLE = re.compile(r"(?:title|(?:文件|公文|文档|主|大)?标题)", re.IGNORECASE)
_STEPS = 20  # of styles based on styles; more is a circle
_WHITE = 0xF5  # of each colour, from which letters on white cannot be seen
_SMALLEST = 4  # half-points: smaller text is there to be hidden
_RAISED = 4  # half-points above the line, from which small letters are a superscript
_HIGH = 6  # as much for letters of the same size
_SMALLER = 0.8  # of the letters around it


class Look(NamedTuple):
    """How letters look; none where it is not said."""

    struck: bool | None = None
    hidden: bool | None = None
    white: bool | None = None
    shaded: bool | None = None
    colour: str | None = None  # as RRGGBB
    ground: str | None = None  # the colour behind them, where it is said of themselves
    script: str | None = None  # superscript, subscript, baseline
    raised: int | None = None  # half-points
    size: int | None = None  # half-points
    font: str | None = None  # where it is a symbol font

    def over(self, below: Look) -> Look:
        """This, and where it says nothing, what the other one says."""
        if below is _PLAIN:
            return self
        if self is _PLAIN:
            return below
        return Look._make(other if own is None else own for own, other in zip(self, below, strict=True))

    @property
    def is_hidden(self) -> bool:
        """Whether nobody sees it, whatever is behind it, or for that has its colour, as when a name is blackened."""
        blackened = self.colour is not None and self.colour == self.ground
        return bool(self.hidden) or blackened or (self.size is not None and self.size < _SMALLEST)

    @property
    def mark(self) -> str:
        """``superscript``, ``subscript`` or nothing."""
        return self.script if self.script in {"superscript", "subscript"} else ""

    def made_beside(self, around: Look) -> str:
        """``superscript`` or ``subscript`` where somebody made one by setting letters higher or lower, else nothing.

        What is set much higher need not be smaller, since a power that is read as digits is another number.
        """
        off = (self.raised or 0) - (around.raised or 0)
        small = self.size is not None and self.size <= _SMALLER * (around.size or 21)
        if self.script or abs(off) < (_RAISED if small else _HIGH) or (off < 0 and not small):
            return ""
        return "superscript" if off > 0 else "subscript"


_PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says; ``outline`` is a heading's level from 1."""

    name: str = ""
    outline: int = 0
    number: str = ""
    level: int | None = None
    look: Look = _PLAIN
    shaded: bool = False


_NONE = Style()


class Styles:
    """The styles of a document by id; the paragraphs' default one also under the empty id."""

    def __init__(self, root: Any | None) -> None:
        """``root`` is the element of the part with the styles, or none where the document has none."""
        self._elements: dict[str, Any] = {}
        self._default = _PLAIN
        for one in root.iterchildren(f"{W}style") if root is not None else ():
            self._elements[one.get(f"{W}styleId", "")] = one
            if one.get(f"{W}default") in {"1", "true"} and one.get(f"{W}type") == "paragraph":
                self._elements[""] = one
        if root is not None:
            self._default = look_of(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        self._known: dict[str, Style] = {}

    def named(self, identifier: str) -> Style:
        """The style of this id, one that says nothing where there is none."""
        if identifier not in self._known:
            element = self._elements.get(identifier)
            self._known[identifier] = _NONE if element is None else self._read(element)
        return self._known[identifier]

    def of(self, paragraph: Any) -> Style:
        """The style of a paragraph."""
        identifier = value(paragraph, "pPr/pStyle")
        return self.named(identifier if identifier in self._elements else "")

    def _read(self, element: Any) -> Style:
        name = value(element, "name")
        outline, number, level, look, shaded = 0, "", None, _PLAIN, False
        for current in _chain(element, self._elements):
            outline = outline or outline_of(current) or _heading(value(current, "name"))
            if not number:
                number = value(current, "pPr/numPr/numId")
                text = value(current, "pPr/numPr/ilvl")
                level = int(text) if text.isdecimal() else None
            look = look.over(look_of(current.find(f"{W}rPr")))
            shaded = shaded or is_shaded(current) or any(is_shaded(part) for part in current.iter(f"{W}tblStylePr"))
        if element.get(f"{W}type", "paragraph") == "paragraph":
            look = look.over(self._default)
        return Style(name, outline, number, level, look, shaded)


def _chain(element: Any, elements: Mapping[str, Any]) -> Iterator[Any]:
    current: Any | None = element
    for _ in range(_STEPS):
        if current is None:
            return
        yield current
        current = elements.get(value(current, "basedOn"))


def _heading(name: str) -> int:
    found, chinese = _HEADING.match(name), _CHINESE_HEADING.search(name)
    if chinese:
        return "一二三四五六".index(chinese.group(1)) + 1
    return int(found.group(1)) if found else int(bool(_TITLE.fullmatch(name)))


def outline_of(element: Any) -> int:
    """The heading level from 1 that an outline level says, 0 for text."""
    written = value(element, "pPr/outlineLvl")
    return int(written) + 1 if written.isdecimal() and int(written) < 9 else 0


def is_shaded(element: Any) -> bool:
    """Whether a style, paragraph, cell or table has a colour behind it."""
    shades = (one for inside in ("pPr", "tcPr", "tblPr", "rPr") for one in element.iterfind(f"{W}{inside}/{W}shd"))
    return any(map(_has_colour, shades))


def look_of(properties: Any | None) -> Look:
    """What the properties of a run or style say themselves."""
    said: dict[str, Any] = {}
    for one in properties if properties is not None else ():
        for say in _SAYING.get(one.tag, ()):
            field, found = say(one, one.get(f"{W}val", ""))
            said[field] = said.get(field) or found
    return Look(**said) if said else _PLAIN


def _symbol_font(element: Any) -> str:
    named = str(element.get(f"{W}ascii") or element.get(f"{W}hAnsi") or "")
    return named if is_symbol_font(named) else ""


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() else None


_HIGHLIGHTS = {  # ECMA-376 17.18.40
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGray": "808080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "green": "00FF00",
    "lightGray": "C0C0C0",
    "magenta": "FF00FF",
    "red": "FF0000",
    "white": "FFFFFF",
    "yellow": "FFFF00",
}


def _hex(colour: str | None) -> str | None:
    return colour.upper() if colour and colour != "auto" else None


_SAYING: Mapping[Any, tuple[Callable[[Any, str], tuple[str, Any]], ...]] = {
    f"{W}strike": (lambda one, _: ("struck", is_on(one)),),
    f"{W}dstrike": (lambda one, _: ("struck", is_on(one)),),
    f"{W}vanish": (lambda one, _: ("hidden", is_on(one)),),
    f"{W}color": (lambda _, written: ("white", _is_white(written)), lambda _, written: ("colour", _hex(written))),
    f"{W}highlight": (
        lambda _, written: ("shaded", written != "none"),
        lambda _, written: ("ground", _HIGHLIGHTS.get(written)),
    ),
    f"{W}shd": (
        lambda one, _: ("shaded", _has_colour(one) or None),
        lambda one, _: ("ground", _hex(one.get(f"{W}fill"))),
    ),
    f"{W}vertAlign": (lambda _, written: ("script", written),),
    f"{W}position": (lambda _, written: ("raised", _number(written)),),
    f"{W}sz": (lambda _, written: ("size", _number(written)),),
    f"{W}rFonts": (lambda one, _: ("font", _symbol_font(one)),),
}


@cache
def _path(names: str) -> str:
    return "/".join(W + one for one in names.split("/"))


def value(element: Any, path: str) -> str:
    """The value of an element below this one, empty where there is none."""
    found = element.find(_path(path))
    return str(found.get(f"{W}val", "")) if found is not None else ""


def is_on(element: Any | None, space: str = W) -> bool:
    """Whether a property that is on or off is on."""
    return element is not None and element.get(f"{space}val", "1") not in {"0", "false", "off"}


def _is_white(colour: str) -> bool:
    return (
        colour[:1] in {"F", "f"}
        and bool(re.fullmatch(r"[0-9A-Fa-f]{6}", colour))
        and all(int(colour[at : at + 2], 16) >= _WHITE for at in (0, 2, 4))
    )


def _has_colour(shade: Any) -> bool:
    fill = shade.get(f"{W}fill", "")
    return bool(shade.get(f"{W}themeFill")) or (fill not in {"", "auto"} and not _is_white(fill))
