"""OFD (GB/T 33190), the national format of official documents → pages of characters and strokes → text with its pages.

A page says where each character stands, in millimetres from its upper left corner; what it takes to lines, titles and
tables is done as for PDF. Seals and annotations are no text of the document.
"""

from __future__ import annotations

import math
import posixpath
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

from corpus.document import Omission
from corpus.formats.layout.marked import without_struck
from corpus.formats.layout.pages import write_pages
from corpus.formats.layout.shapes import Box, Glyph, Paint, Rule, Sheet, straight, why_unseen
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.writer import Writer

_POINTS = 72 / 25.4  # of a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
_NARROW = 0.55  # of a character's height, for letters and digits
_SPREAD = 1.5  # of a character's width, up to which the next one belongs to it
_TURNED = 0.1  # radians, from which text is a watermark
_BLACK = (0, 0, 0)
_THIN = 1.0  # millimetres: a filled box as thin is a stroke
_DEEPEST = 8  # blocks inside each other
_MOST_OBJECTS = 200_000  # of a page
_LAYERS = {"background": 0, "body": 1, "foreground": 2}

_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    with closing(_Archive(path)) as archive:
        writer = Writer(limits.output)
        sheets: list[Sheet] = []
        without = 0
        title = ""
        for body in _children(archive.xml("OFD.xml"), "DocBody"):
            document = _Document(archive, archive.place("", _text(body, "DocRoot")))
            title = title or _text(_child(body, "DocInfo"), "Title")
            if len(sheets) + len(document.pages) > limits.pages:
                raise Unreadable("pages", limit=limits.pages)
            for place in document.pages:
                page = document.page(place)
                sheets.append(page.sheet(len(sheets)))
                without += not page.glyphs and page.pictures > 0
                for what, count in page.left_out.items():
                    writer.leave_out(what, count)
            for what, count in document.left_out.items():
                writer.leave_out(what, count)
        if without and not any(sheet.glyphs for sheet in sheets):
            raise Unreadable("pictures")
        write_pages(sheets, writer)
        writer.leave_out("pages without text", without)
        return writer.parsed({"title": title})


class _Archive:
    """The zip archive, by names in any case, with either slash."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in self._zip.namelist()}

    def close(self) -> None:
        self._zip.close()

    def place(self, beside: str, name: str) -> str:
        """The place that a file means by a name: from the root, beside itself, or below the root after all."""
        name = name.strip().replace("\\", "/")
        below = posixpath.normpath(posixpath.join("/", posixpath.dirname(beside), name)).lstrip("/")
        return next((one for one in (below, name.lstrip("/")) if one.lower() in self._names), "")

    def xml(self, place: str) -> Any:
        """The root element of a file, as far as it can be read; prefixes that nobody declared are passed over."""
        name = self._names.get(place.lower())
        if name is None:
            raise Unreadable("damaged")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        root = etree.fromstring(self._zip.read(name), parser)
        if root is None:
            raise Unreadable("damaged")
        return root


class _Document:
    """One document of the file: where its pages are, and what they share."""

    def __init__(self, archive: _Archive, place: str) -> None:
        self._archive, self._place = archive, place
        root = archive.xml(place)
        common = _child(root, "CommonData")
        self._box = _box(_text(_child(common, "PageArea"), "PhysicalBox")) or _A4
        self._templates = {
            one.get("ID", ""): archive.place(place, one.get("BaseLoc", "")) for one in _children(common, "TemplatePage")
        }
        self._units: dict[str, Any] = {}
        for kind in ("PublicRes", "DocumentRes"):
            self._units |= self._resources(place, common, kind)
        pages = (archive.place(place, one.get("BaseLoc", "")) for one in _children(_child(root, "Pages"), "Page"))
        self.pages = [one for one in pages if one]
        self.left_out = Counter[Omission]()
        attached = archive.place(place, _text(root, "Attachments"))
        self.left_out["embedded files"] = len(list(_children(archive.xml(attached), "Attachment"))) if attached else 0
        self._count_annotations(archive.place(place, _text(root, "Annotations")))

    def page(self, place: str) -> _Page:
        """A page with its templates, what is drawn below first."""
        root = self._archive.xml(place)
        area = _box(_text(_child(root, "Area"), "PhysicalBox")) or self._box
        page = _Page(area, {**self._units, **self._resources(place, root, "PageRes")})
        layers = [(_LAYERS["body"], one) for one in _children(_child(root, "Content"), "Layer")]
        for one in _children(root, "Template"):
            template = self._templates.get(one.get("TemplateID", ""), "")
            depth = _LAYERS.get(one.get("ZOrder", "Background").lower(), 0)
            if template:
                content = _child(self._archive.xml(template), "Content")
                layers += [(depth, layer) for layer in _children(content, "Layer")]
        for _, layer in sorted(layers, key=lambda one: one[0]):
            page.draw(layer, _SAME, 0)
        return page

    def _resources(self, place: str, parent: Any, kind: str) -> dict[str, Any]:
        """The composite graphics that a resource file holds, by id."""
        units: dict[str, Any] = {}
        for one in _children(parent, kind):
            file = self._archive.place(place, one.text or "")
            held = _child(self._archive.xml(file), "CompositeGraphicUnits") if file else None
            units |= {unit.get("ID", ""): unit for unit in _children(held, "CompositeGraphicUnit")}
        return units

    def _count_annotations(self, place: str) -> None:
        for page in _children(self._archive.xml(place), "Page") if place else ():
            file = self._archive.place(place, _text(page, "FileLoc"))
            for one in _children(self._archive.xml(file), "Annot") if file else ():
                words = "".join(text.text or "" for text in one.iter() if _name(text) == "TextCode")
                if one.get("Type") == "Watermark":
                    self.left_out["watermark"] += _length(words)
                else:
                    self.left_out["comments"] += bool(words.strip() or _text(one, "Remark"))


@dataclass(slots=True)
class _Page:
    """A page while it is drawn, in millimetres from its upper left corner."""

    area: Box
    units: Mapping[str, Any]
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: int = 0
    left_out: Counter[Omission] = field(default_factory=Counter)
    _letters: list[tuple[int, tuple[int, ...], Glyph]] = field(default_factory=list)
    _painted: list[Paint] = field(default_factory=list)
    _order: int = 0

    def draw(self, parent: Any, matrix: _Matrix, depth: int) -> None:
        """Draw the objects below an element, in their order."""
        for one in parent:
            self._order += 1
            if self._order > _MOST_OBJECTS:
                return
            name = _name(one)
            if name == "TextObject":
                self._write(one, _placed(one, matrix))
            elif name == "PathObject":
                self._paint(one, _placed(one, matrix))
            elif name == "ImageObject":
                self._picture(one, matrix)
            elif name == "PageBlock" and depth < _DEEPEST:
                self.draw(one, matrix, depth + 1)
            elif name == "CompositeObject" and depth < _DEEPEST:
                content = _child(self.units.get(one.get("ResourceID", "")), "Content")
                if content is not None:
                    self.draw(content, _placed(one, matrix), depth + 1)

    def sheet(self, number: int) -> Sheet:
        """The page for the layout: in points from the lower left corner, without what cannot be seen."""
        for order, colour, glyph in self._letters:
            what = self._reason(order, glyph, colour)
            if what is None:
                (left, base), (right, _) = self._turned(glyph.left, glyph.base), self._turned(glyph.right, glyph.base)
                self.glyphs.append(replace(glyph, left=left, right=right, base=base, size=glyph.size * _POINTS))
            else:
                self.left_out[what] += 1
        rules = tuple(
            Rule(*self._turned(one.left, one.top), *self._turned(one.right, one.bottom)) for one in self.rules
        )
        glyphs = tuple(without_struck(self.glyphs, rules, self.left_out))
        return Sheet(self.area[2] * _POINTS, self.area[3] * _POINTS, glyphs, rules, number)

    def _reason(self, order: int, glyph: Glyph, colour: tuple[int, ...]) -> Omission | None:
        """Why a character cannot be seen, if so."""
        x, y = (glyph.left + glyph.right) / 2, glyph.base - 0.36 * glyph.size
        left, top, width, height = self.area
        if not (left <= x <= left + width and top <= y <= top + height):
            return "hidden text"
        return why_unseen(self._painted, x, y, order, colour)

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        """A point as the layout counts it, in points from the lower left corner."""
        left, top, _, height = self.area
        return (x - left) * _POINTS, (height - (y - top)) * _POINTS

    def _write(self, element: Any, matrix: _Matrix) -> None:
        codes = list(_children(element, "TextCode"))
        words = "".join(one.text or "" for one in codes)
        a, b, c, d = matrix[:4]
        if abs(math.atan2(b, a)) > _TURNED:
            self.left_out["watermark"] += _length(words)
            return
        if not _is_seen(element):
            self.left_out["hidden text"] += _length(words)
            return
        size = _number(element.get("Size")) * math.hypot(c, d)
        wide = math.hypot(a, b) * _number(element.get("Size")) * _number(element.get("HScale"), 1.0)
        fill = _child(element, "FillColor")
        colour = _BLACK if fill is None else _colour(fill) or ()
        x = y = 0.0
        for code in codes:
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            spaced = False
            for character, (at, base, advance) in zip(code.text or "", _places(code, x, y), strict=False):
                if character.isspace():
                    spaced = True
                    continue
                left, bottom = _point(matrix, at, base)
                width = wide * (1.0 if unicodedata.east_asian_width(character) in "WFA" else _NARROW)
                step = advance * math.hypot(a, b)
                width = step if 0 < step <= _SPREAD * wide else width  # what is set wide is still one word
                glyph = Glyph(character, left, left + width, bottom, size, spaced)
                self._letters.append((self._order, colour, glyph))
                spaced = False

    def _paint(self, element: Any, matrix: _Matrix) -> None:
        """The strokes of a path, and the box that it fills."""
        if element.get("Visible", "true").lower() == "false":
            return
        lines = [[_point(matrix, x, y) for x, y in line] for line in _path(_text(element, "AbbreviatedData"))]
        points = [point for line in lines for point in line]
        if not points:
            return
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = min(xs), min(ys), max(xs), max(ys)
        filled = element.get("Fill", "false").lower() == "true"
        if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
            self.rules.append(Rule(*box))
        elif element.get("Stroke", "true").lower() != "false":
            self.rules += [rule for line in lines for pair in pairwise(line) for rule in straight(*pair, _THIN)]
        if filled and len(lines) == 1 and len(lines[0]) in {4, 5}:
            colour = _child(element, "FillColor")
            opaque = _number(element.get("Alpha"), 255) >= 255 and _number(_value(colour, "Alpha"), 255) >= 255
            self._painted.append(Paint(box, self._order, _colour(colour), opaque))

    def _picture(self, element: Any, matrix: _Matrix) -> None:
        self.pictures += 1
        x, y, width, height = _box(element.get("Boundary", "")) or (0.0, 0.0, 0.0, 0.0)
        (left, top), (right, bottom) = _point(matrix, x, y), _point(matrix, x + width, y + height)
        self._painted.append(Paint((left, top, right, bottom), self._order, None, opaque=False))


# Reading attributes


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def _children(parent: Any | None, name: str) -> Iterator[Any]:
    for one in parent if parent is not None else ():
        if _name(one) == name:
            yield one


def _child(parent: Any | None, name: str) -> Any | None:
    return next(_children(parent, name), None)


def _text(parent: Any | None, name: str) -> str:
    found = _child(parent, name)
    return (found.text or "").strip() if found is not None else ""


def _value(element: Any | None, name: str) -> str | None:
    return element.get(name) if element is not None else None


def _numbers(text: str | None) -> list[float]:
    found = (_number(one, math.nan) for one in (text or "").split())
    return [one for one in found if math.isfinite(one)]


def _number(text: str | None, default: float = 0.0) -> float:
    try:
        return float(text) if text else default
    except ValueError:
        return default


def _box(text: str) -> Box | None:
    numbers = _numbers(text)
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


def _length(text: str) -> int:
    return sum(not one.isspace() for one in text)


def _is_seen(element: Any) -> bool:
    painted = element.get("Fill", "true").lower() != "false" or element.get("Stroke", "false").lower() == "true"
    shown = element.get("Visible", "true").lower() != "false" and _number(element.get("Alpha"), 255) > 0
    return painted and shown and _number(_value(_child(element, "FillColor"), "Alpha"), 255) > 0


def _colour(colour: Any | None) -> tuple[int, ...] | None:
    """As red, green and blue; none where it is said in another way."""
    values = [round(one) for one in _numbers(_value(colour, "Value"))]
    return tuple(values * 3) if len(values) == 1 else tuple(values) if len(values) == 3 else None


# Where things stand


def _placed(element: Any, matrix: _Matrix) -> _Matrix:
    """From an object's own coordinates to those of the page."""
    own = _numbers(element.get("CTM"))
    a, b, c, d, e, f = own if len(own) == 6 else _SAME
    box = _box(element.get("Boundary", "")) or (0.0, 0.0, 0.0, 0.0)
    e, f = e + box[0], f + box[1]
    g, h, i, j, k, m = matrix
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _point(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _places(code: Any, x: float, y: float) -> Iterator[tuple[float, float, float]]:
    """Where the characters of a piece of text stand, and how far it is from each to the next (0 where nobody says)."""
    count = len(code.text or "")
    across, down = _steps(code.get("DeltaX"), count), _steps(code.get("DeltaY"), count)
    for number in range(count):
        step = across[number] if number < len(across) else 0.0
        yield x, y, step
        x += step
        y += down[number] if number < len(down) else 0.0


def _steps(text: str | None, most: int) -> Sequence[float]:
    """Steps as they are written: ``g 3 2.5`` is three times 2.5."""
    words = iter((text or "").split())
    steps: list[float] = []
    for word in words:
        if word.lower() == "g":
            times, step = int(_number(next(words, "0"))), _number(next(words, "0"))
            steps += [step] * max(0, min(times, most))
        else:
            steps.append(_number(word))
        if len(steps) > most:
            break
    return steps


def _path(text: str) -> list[list[tuple[float, float]]]:
    """The lines of a path by their corners; curves by where they end."""
    lines: list[list[tuple[float, float]]] = []
    for command, written in re.findall(r"([SMLQBAC])([^SMLQBAC]*)", text):
        numbers = _numbers(written)
        if command in "SM" and len(numbers) >= 2:
            lines.append([(numbers[0], numbers[1])])
        elif command == "C" and lines:
            lines[-1].append(lines[-1][0])
        elif lines and len(numbers) >= 2:
            lines[-1].append((numbers[-2], numbers[-1]))
    return lines
