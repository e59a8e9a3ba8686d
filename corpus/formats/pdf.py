"""PDF → pages of characters and strokes → text with its page starts. The door to pypdfium2.

Characters that a reader does not see are left out: drawn invisibly (unless over a scanned page, where recognised text
is drawn so), in white on nothing, tiny, turned (watermarks), or beyond the page's edge.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pypdfium2
from pypdfium2 import raw

from corpus.formats.layout.pages import write_pages
from corpus.formats.layout.shapes import Glyph, Rule, Sheet
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.writer import Writer

_THIN = 3.0  # points: a filled box as thin is a stroke
_SMALLEST = 2.0  # points of a font that can be read
_TURNED = 0.1  # radians against the page, from which text is a watermark
_WHITE = 245  # of 255
_SCANNED = 0.5  # of the page that an image covers
_UNMAPPED = 0.2  # share of characters whose font does not say what they are, from which the text is useless
_DOTS = 200  # an inch, of the picture that is recognised
_MOST_DOTS = 4_000  # on a side of it
_MOST_PATHS = 20_000  # on a page; more is a drawing
_INVISIBLE = 3  # text render mode
_BOX = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is drawn on a page besides text: strokes, and the boxes that are filled with a colour or an image."""

    rules: tuple[Rule, ...]
    filled: tuple[_BOX, ...]
    image_share: float


class _Turn:
    """From a page's own coordinates to those of the page as it is shown."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = map(float, page.get_cropbox())
        self._left, self._bottom = left, bottom
        self._wide, self._high = right - left, top - bottom
        self._quarters: int = (page.get_rotation() // 90) % 4
        turned = self._quarters % 2 == 1
        self.width, self.height = (self._high, self._wide) if turned else (self._wide, self._high)

    @property
    def angle(self) -> float:
        """Of upright text, in radians."""
        return self._quarters * math.pi / 2

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point as shown."""
        x, y = x - self._left, y - self._bottom
        corners = ((x, y), (y, self._wide - x), (self._wide - x, self._high - y), (self._high - y, x))
        return corners[self._quarters]

    def box(self, left: float, bottom: float, right: float, top: float) -> _BOX:
        """A box as shown."""
        (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is on the page."""
        return 0 <= x <= self.width and 0 <= y <= self.height


class Recogniser(Protocol):
    """Reads a picture of a page."""

    def glyphs(self, picture: Any, scale: float, height: float, /) -> Iterable[Glyph]:
        """Its characters; ``picture`` has ``scale`` pixels a point, and the page is ``height`` points high."""
        ...


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    return parse_with(path, limits, None)


def parse_with(path: Path, limits: Limits, recogniser: Recogniser | None) -> Parsed:
    """As ``parse``, with pages that are pictures read by a recogniser where there is one."""
    with closing(_opened(path)) as document:
        if len(document) > limits.pages:
            raise Unreadable("pages", limit=limits.pages)
        read = [_sheet(document, number, recogniser) for number in range(len(document))]
        sheets = [sheet for sheet, _ in read]
        if not any(sheet.glyphs for sheet in sheets):
            raise Unreadable("scan", pages=len(sheets))
        writer = Writer(limits.output)
        write_pages(sheets, writer)
        writer.leave_out("pages without text", sum(is_picture for _, is_picture in read))
        title = str(document.get_metadata_value("Title") or "")
    return writer.parsed({"title": title})


def _opened(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise Unreadable("encrypted" if locked else "damaged") from error


def _sheet(document: Any, number: int, recogniser: Recogniser | None) -> tuple[Sheet, bool]:
    """A page, and whether it is a picture that nobody has read."""
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        turn = _Turn(page)
        picture = _picture(page, turn)
        glyphs = tuple(_glyphs(text, turn, picture))
        is_picture = not glyphs and picture.image_share >= _SCANNED
        if is_picture and recogniser is not None:
            scale = min(_DOTS / 72, _MOST_DOTS / max(turn.width, turn.height))
            pixels = page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
            glyphs, is_picture = tuple(recogniser.glyphs(pixels, scale, turn.height)), False
        return Sheet(turn.width, turn.height, glyphs, picture.rules), is_picture


# Characters


def _glyphs(text: Any, turn: _Turn, picture: _Picture) -> Iterator[Glyph]:
    unmapped = total = 0
    spaced = False
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        if raw.FPDFText_IsGenerated(text, index) == 1 or code <= 0x20 or code in {0xA0, 0x3000}:
            spaced = raw.FPDFText_IsGenerated(text, index) != 1
            continue
        total += 1
        if raw.FPDFText_HasUnicodeMapError(text, index) == 1 or code in {0xFFFD, 0xFFFE, 0xFFFF}:
            unmapped += 1
            continue
        glyph = _glyph(text, index, code, turn, spaced=spaced)
        spaced = False
        if glyph is not None and _is_seen(text, index, glyph, picture):
            yield glyph
    if unmapped > _UNMAPPED * total:
        raise Unreadable("fonts")


def _glyph(text: Any, index: int, code: int, turn: _Turn, *, spaced: bool) -> Glyph | None:
    """The character, upright and on the page, or none."""
    off = (raw.FPDFText_GetCharAngle(text, index) - turn.angle + math.pi) % (2 * math.pi) - math.pi
    if abs(off) > _TURNED:
        return None
    rect = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetLooseCharBox(text, index, rect) or not raw.FPDFText_GetCharOrigin(text, index, x, y):
        return None
    left, bottom, right, top = turn.box(rect.left, rect.bottom, rect.right, rect.top)
    _, base = turn.point(x.value, y.value)
    if not turn.holds((left + right) / 2, base):
        return None
    size = _size(text, index, top - bottom)
    character = _character(text, index, code)
    return Glyph(character, left, right, base, size, spaced) if character and size >= _SMALLEST else None


def _size(text: Any, index: int, height: float) -> float:
    """The size at which the font is drawn: what it is set to, times the scale of the text."""
    size: float = raw.FPDFText_GetFontSize(text, index)
    matrix = raw.FS_MATRIX()
    if raw.FPDFText_GetMatrix(text, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return size if 0 < size < 1_000 else height


def _character(text: Any, index: int, code: int) -> str:
    """The character; one beyond the basic plane comes in two halves, of which the second is passed over."""
    if 0xD800 <= code < 0xDC00 and index + 1 < text.count_chars():
        low = raw.FPDFText_GetUnicode(text, index + 1)
        return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)) if 0xDC00 <= low < 0xE000 else ""
    return "" if 0xD800 <= code < 0xE000 else chr(code)


def _is_seen(text: Any, index: int, glyph: Glyph, picture: _Picture) -> bool:
    drawn = raw.FPDFText_GetTextObject(text, index)
    if drawn and raw.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE:
        return picture.image_share >= _SCANNED
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFText_GetFillColor(text, index, red, green, blue, alpha):
        return True
    if min(red.value, green.value, blue.value) < _WHITE:
        return alpha.value > 0
    x, y = (glyph.left + glyph.right) / 2, glyph.middle
    return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in picture.filled)


# Strokes


def _picture(page: Any, turn: _Turn) -> _Picture:
    rules: list[Rule] = []
    filled: list[_BOX] = []
    share = 0.0
    kinds = [raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE]
    for number, drawn in enumerate(page.get_objects(filter=kinds, max_depth=3)):
        if number > _MOST_PATHS:
            return _Picture((), tuple(filled), share)
        box = _box(drawn, turn)
        if drawn.type == raw.FPDF_PAGEOBJ_IMAGE:
            filled.append(box)
            share += (box[2] - box[0]) * (box[3] - box[1]) / max(turn.width * turn.height, 1)
        else:
            rules += _rules(drawn, box, turn)
            if _is_coloured(drawn):
                filled.append(box)
    return _Picture(tuple(rules), tuple(filled), share)


def _box(drawn: Any, turn: _Turn) -> _BOX:
    left, bottom, right, top = drawn.get_bounds()
    above = drawn.container
    while above is not None:
        matrix = above.get_matrix()
        corners = [matrix.on_point(x, y) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
        above = above.container
    return turn.box(left, bottom, right, top)


def _rules(drawn: Any, box: _BOX, turn: _Turn) -> Sequence[Rule]:
    """The strokes of a path: itself if it is thin, the sides of a box that is stroked, the strokes of a lattice."""
    left, bottom, right, top = box
    if right - left <= _THIN or top - bottom <= _THIN:
        return [Rule(*box)]
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(drawn.raw, mode, stroked) or not stroked.value or drawn.container is not None:
        return []
    return _segments(drawn, turn)


def _segments(drawn: Any, turn: _Turn) -> list[Rule]:
    matrix = drawn.get_matrix()
    rules: list[Rule] = []
    start = before = (0.0, 0.0)
    for number in range(min(raw.FPDFPath_CountSegments(drawn.raw), _MOST_PATHS)):
        segment = raw.FPDFPath_GetPathSegment(drawn.raw, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        at = turn.point(*matrix.on_point(x.value, y.value))
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = at
        elif kind == raw.FPDF_SEGMENT_LINETO:
            rules += _straight(before, at)
        before = at
        if raw.FPDFPathSegment_GetClose(segment):
            rules += _straight(at, start)
    return rules


def _straight(a: tuple[float, float], b: tuple[float, float]) -> list[Rule]:
    rule = Rule(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    return [rule] if rule.right - rule.left <= _THIN or rule.top - rule.bottom <= _THIN else []


def _is_coloured(drawn: Any) -> bool:
    """Whether a path fills its inside with something other than white."""
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(drawn.raw, mode, stroked) or mode.value == raw.FPDF_FILLMODE_NONE:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(drawn.raw, red, green, blue, alpha):
        return True
    return min(red.value, green.value, blue.value) < _WHITE and alpha.value > 0
