"""PDF → pages of characters and strokes → text with its page starts. The door to pypdfium2 and pypdf.

Characters that a reader does not see are left out and counted: invisible or tiny ones (but not those over a scanned
page, where recognised text is drawn so), ones of the colour of what is below them, ones beyond the page's edge, on a
layer that is off, or under an opaque box; and watermarks. What forms and free text show is read where it stands.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pypdfium2
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdfium2 import raw

from corpus.document import Omission
from corpus.formats.characters import tick
from corpus.formats.layout.marked import without_struck, without_watermark
from corpus.formats.layout.pages import write_pages
from corpus.formats.layout.shapes import WHITE, Box, Glyph, Ink, Paint, Rule, Sheet, is_same, straight, why_unseen
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.writer import Writer
from corpus.radicals import unified

_THIN = 3.0  # points: a filled box as thin is a stroke
_SMALLEST = 2.0  # points of a font that can be read
_TURNED = 0.1  # radians against a side of the page, from which text is a watermark
_OPAQUE = 230.0  # of 255, on average, of a picture that hides what is below
_SCANNED = 0.5  # of the page that an image covers
_UNMAPPED = 0.2  # share of characters whose font does not say what they are, from which the text is useless
_DOTS = 200  # an inch, of the picture that is recognised
_MOST_DOTS = 4_000  # on a side of it
_MOST_PATHS = 20_000  # on a page; more is a drawing
_BUFFER = 16_384  # bytes of a string of pdfium's
_WRITTEN = 12.0  # points of the words of a field, at the most
_LETTER = 0.5  # of their size that Latin letters are wide
_DEEPEST = 4  # of forms inside forms
_INVISIBLE = frozenset({3, 7})  # text render modes
_SHOWN = frozenset({raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_STRIKEOUT})
_TICKED = frozenset({raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON})


@dataclass(slots=True)
class _Drawn:
    """What is drawn on a page besides text, in its own coordinates, and when each text is painted."""

    paths: list[Any] = field(default_factory=list)
    paints: list[Paint] = field(default_factory=list)
    texts: dict[int, int] = field(default_factory=dict)
    image_share: float = 0.0


class _Turn:
    """From a page's own coordinates to those of the page as it is shown, or turned by more quarters, clockwise."""

    def __init__(self, page: Any, more: int = 0) -> None:
        left, bottom, right, top = map(float, page.get_cropbox())
        self._left, self._bottom = left, bottom
        self._wide, self._high = right - left, top - bottom
        self._quarters: int = (page.get_rotation() // 90 + more) % 4
        turned = self._quarters % 2 == 1
        self.width, self.height = (self._high, self._wide) if turned else (self._wide, self._high)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point as shown."""
        x, y = x - self._left, y - self._bottom
        corners = ((x, y), (y, self._wide - x), (self._wide - x, self._high - y), (self._high - y, x))
        return corners[self._quarters]

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
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
    left_out = Counter[Omission]()
    with closing(_opened(path)) as document:
        if len(document) > limits.pages:
            raise Unreadable("pages", limit=limits.pages)
        layers = hidden_layers(path)
        # pdfium names the layer of a text by the bytes of its name
        layers |= {one.encode(code).decode("latin-1") for one in layers for code in ("utf-8", "utf-16-be")}
        with suppress(pypdfium2.PdfiumError):
            document.init_forms()
        sheets: list[Sheet] = []
        for number in range(len(document)):
            sheets += _Page(document, number, layers, left_out).sheets(recogniser)
        if not any(sheet.glyphs for sheet in sheets):
            raise Unreadable("scan", pages=len(document))
        writer = Writer(limits.output)
        write_pages(without_watermark(sheets, left_out), writer)
        title = str(document.get_metadata_value("Title") or "")
        left_out["embedded files"] += raw.FPDFDoc_GetAttachmentCount(document.raw)
    for what, count in left_out.items():
        writer.leave_out(what, count)
    return writer.parsed({"title": title})


def _opened(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise Unreadable("encrypted" if locked else "damaged") from error


# A page


@dataclass(frozen=True, slots=True)
class _Run:
    """What the characters of one text object have in common: how they stand, and why they are not read, if so."""

    quarters: int
    scale: float
    ink: Ink
    left_out: Omission | None
    is_white: bool


class _Page:
    """Reads one page; what it leaves out is counted in ``left_out``."""

    def __init__(self, document: Any, number: int, layers: frozenset[str], left_out: Counter[Omission]) -> None:
        self._number, self._layers, self._left_out = number, layers, left_out
        self._page = document[number]
        self._strikes = list(_strikes(self._page))
        self._shown = _flattened(self._page)
        if self._shown is not None:  # what the annotations show is a part of the page only when it is opened again
            self._page.close()
            self._page = document[number]
        self._turn = _Turn(self._page)
        self._drawn = _Drawn()
        self._runs: dict[int, _Run] = {}

    def sheets(self, recogniser: Recogniser | None) -> list[Sheet]:
        """The page, once for each direction that text on it has; the first is the usual one."""
        with closing(self._page), closing(self._page.get_textpage()) as text:
            self._look(self._page.get_objects(max_depth=_DEEPEST))
            turned = self._glyphs(text)
            is_picture = not any(turned.values()) and self._drawn.image_share >= _SCANNED
            if is_picture and recogniser is not None:
                return [self._recognised(recogniser)]
            self._left_out["pages without text"] += is_picture
            return [self._sheet(quarters, turned[quarters]) for quarters in sorted(turned)]

    def _sheet(self, quarters: int, glyphs: Sequence[Glyph]) -> Sheet:
        turn = _Turn(self._page, quarters)
        rules: list[Rule] = []
        if len(self._drawn.paths) <= _MOST_PATHS:
            rules = [rule for path in self._drawn.paths for rule in _rules(path, turn.box(*_bounds(path)), turn)]
        struck = [Rule(*turn.box(*box)) for box in self._strikes]
        kept = without_struck(glyphs, [*rules, *struck], self._left_out)
        return Sheet(turn.width, turn.height, tuple(kept), tuple(rules), self._number)

    def _recognised(self, recogniser: Recogniser) -> Sheet:
        turn = self._turn
        scale = min(_DOTS / 72, _MOST_DOTS / max(turn.width, turn.height))
        pixels = self._page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
        glyphs = tuple(recogniser.glyphs(pixels, scale, turn.height))
        return Sheet(turn.width, turn.height, glyphs, (), self._number)

    def _look(self, objects: Iterable[Any]) -> None:
        drawn = self._drawn
        area = max(self._turn.width * self._turn.height, 1)
        for order, one in enumerate(objects):
            if one.type == raw.FPDF_PAGEOBJ_TEXT:
                drawn.texts[_address(one.raw)] = order
            elif one.type == raw.FPDF_PAGEOBJ_PATH:
                drawn.paths.append(one)
                colour = _filled(one)
                box = _bounds(one)
                if colour and min(box[2] - box[0], box[3] - box[1]) > _THIN:
                    drawn.paints.append(Paint(box, order, colour, not raw.FPDFPageObj_HasTransparency(one.raw)))
            elif one.type == raw.FPDF_PAGEOBJ_IMAGE:
                box = _bounds(one)
                share = (box[2] - box[0]) * (box[3] - box[1]) / area
                drawn.image_share += share
                opaque = share < _SCANNED and bool(drawn.texts) and not _is_see_through(one)
                drawn.paints.append(Paint(box, order, None, opaque))

    # Characters

    def _glyphs(self, text: Any) -> dict[int, list[Glyph]]:
        """The characters that are read, by the quarters by which they have to be turned to stand upright."""
        found: dict[int, list[Glyph]] = {0: list(self._shown or ())}
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
            run = self._run(text, index)
            glyph, why = self._glyph(text, index, code, run, spaced=spaced)
            spaced = False
            if why:
                self._left_out[why] += 1
            elif glyph is not None:
                found.setdefault(run.quarters, []).append(glyph)
        if unmapped > _UNMAPPED * total:
            raise Unreadable("fonts")
        self._left_out["unreadable characters"] += unmapped
        return found

    def _run(self, text: Any, index: int) -> _Run:
        drawn = raw.FPDFText_GetTextObject(text, index)
        address = _address(drawn)
        if address not in self._runs:
            self._runs[address] = self._new_run(text, index, drawn, self._drawn.texts.get(address, 0))
        return self._runs[address]

    def _new_run(self, text: Any, index: int, drawn: Any, order: int) -> _Run:
        matrix = raw.FS_MATRIX(1, 0, 0, 1, 0, 0)
        raw.FPDFText_GetMatrix(text, index, matrix)
        (x, y), (x0, y0) = self._turn.point(matrix.a, matrix.b), self._turn.point(0, 0)
        angle = math.atan2(y - y0, x - x0)
        quarters = round(angle / (math.pi / 2))
        channels = [ctypes.c_uint() for _ in range(4)]
        painted = bool(raw.FPDFText_GetFillColor(text, index, *channels))
        red, green, blue, alpha = (one.value for one in channels) if painted else (0, 0, 0, 255)
        marks = set(_marks(drawn)) if drawn else set()
        left_out: Omission | None = None
        if abs(angle - quarters * math.pi / 2) > _TURNED or "watermark" in marks:
            left_out = "watermark"
        elif self._layers & marks or alpha == 0 or self._is_invisible(drawn):
            left_out = "hidden text"
        scale = math.hypot(matrix.c, matrix.d)
        ink = Ink(order, (red, green, blue), alpha)
        return _Run(quarters % 4, scale, ink, left_out, is_same(WHITE, ink.colour))

    def _is_invisible(self, drawn: Any) -> bool:
        """Whether it is drawn without ink; over the picture of a page that is how recognised text stands."""
        if not drawn or self._drawn.image_share >= _SCANNED:
            return False
        return raw.FPDFTextObj_GetTextRenderMode(drawn) in _INVISIBLE

    def _glyph(
        self, text: Any, index: int, code: int, run: _Run, *, spaced: bool
    ) -> tuple[Glyph | None, Omission | None]:
        """The character, upright, or why it is left out."""
        rect = raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        if run.left_out:
            return None, run.left_out
        if not raw.FPDFText_GetLooseCharBox(text, index, rect) or not raw.FPDFText_GetCharOrigin(text, index, x, y):
            return None, None
        why = self._unseen((rect.left + rect.right) / 2, (rect.bottom + rect.top) / 2, run)
        turn = _Turn(self._page, run.quarters) if run.quarters else self._turn
        left, bottom, right, top = turn.box(rect.left, rect.bottom, rect.right, rect.top)
        _, base = turn.point(x.value, y.value)
        size = raw.FPDFText_GetFontSize(text, index) * run.scale
        size = size if 0 < size < 1_000 else top - bottom
        character = unified(_character(text, index, code))
        if not character:
            return None, None
        if why or size < _SMALLEST or not turn.holds((left + right) / 2, base):
            return None, why or "hidden text"
        return Glyph(character, left, right, base, size, spaced, run.ink), None

    def _unseen(self, x: float, y: float, run: _Run) -> Omission | None:
        """Why a character at a point of the page is not seen: by what is over it, or by the colour of what is below."""
        if not self._drawn.paints:
            return "hidden text" if run.is_white else None
        return why_unseen(self._drawn.paints, x, y, run.ink.order, run.ink.colour)


def _address(drawn: Any) -> int:
    return ctypes.addressof(drawn.contents) if drawn else 0


def _character(text: Any, index: int, code: int) -> str:
    """The character; one beyond the basic plane comes in two halves, of which the second is passed over."""
    if 0xD800 <= code < 0xDC00 and index + 1 < text.count_chars():
        low = raw.FPDFText_GetUnicode(text, index + 1)
        return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)) if 0xDC00 <= low < 0xE000 else ""
    return "" if 0xD800 <= code < 0xE000 else chr(code)


def _marks(drawn: Any) -> Iterator[str]:
    """The layers that a text is marked to be on, by name, and ``watermark`` where it is said to be one."""
    for number in range(max(raw.FPDFPageObj_CountMarks(drawn), 0)):
        mark = raw.FPDFPageObj_GetMark(drawn, number)
        name = _text(partial(raw.FPDFPageObjMark_GetName, mark), 64)
        if name == "OC":
            yield _parameter(mark, b"Name")
        elif name == "Artifact" and _parameter(mark, b"Subtype") == "Watermark":
            yield "watermark"


def _parameter(mark: Any, key: bytes) -> str:
    return _text(partial(raw.FPDFPageObjMark_GetParamStringValue, mark, key), 1_024)


def _text(ask: Callable[[Any, int, Any], Any], most: int = _BUFFER) -> str:
    """A string that pdfium writes into a buffer, whose length it says, or returns."""
    length = ctypes.c_ulong()
    buffer = ctypes.create_string_buffer(most)
    told = ask(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), most, length)
    size = min(length.value or int(told or 0), most)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace")


def _flattened(page: Any) -> list[Glyph] | None:
    """Make what annotations show a part of the page; none where there is nothing to show.

    What is written in fields, free text and boxes comes as characters, with their places.
    """
    turn, glyphs, shown = _Turn(page), list[Glyph](), False
    for number in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_PATHS)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        kind, flags = raw.FPDFAnnot_GetSubtype(annotation), raw.FPDFAnnot_GetFlags(annotation)
        if kind in _SHOWN and not flags & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW):
            shown = True
            words = _own_words(page, annotation, kind)
            if words:
                raw.FPDFAnnot_SetFlags(annotation, raw.FPDF_ANNOT_FLAG_HIDDEN)
                glyphs += _spread(words, annotation, turn)
        raw.FPDFPage_CloseAnnot(annotation)
    if not shown:
        return None
    raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    return glyphs


def _strikes(page: Any) -> Iterator[Box]:
    """The strokes that annotations draw through text: programs draw them where the file has no picture of them."""
    for number in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_PATHS)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_STRIKEOUT:
            for at in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), _MOST_PATHS)):
                four = raw.FS_QUADPOINTSF()
                if raw.FPDFAnnot_GetAttachmentPoints(annotation, at, four):
                    across = sorted((four.x1, four.x2, four.x3, four.x4))
                    down = sorted((four.y1, four.y2, four.y3, four.y4))
                    if across[-1] - across[0] >= down[-1] - down[0]:
                        middle = (down[0] + down[-1]) / 2
                        yield across[0], middle, across[-1], middle
                    else:
                        middle = (across[0] + across[-1]) / 2
                        yield middle, down[0], middle, down[-1]
        raw.FPDFPage_CloseAnnot(annotation)


def _is_see_through(image: Any) -> bool:
    """Whether what is below a picture is seen, as below a seal: it has a mask, or is blended."""
    if raw.FPDFPageObj_HasTransparency(image.raw):
        return True
    try:
        shown = image.get_bitmap(render=True, scale_to_original=False)
    except pypdfium2.PdfiumError:
        return False
    return shown.format == raw.FPDFBitmap_BGRA and float(shown.to_numpy()[:, :, 3].mean()) < _OPAQUE


def _own_words(page: Any, annotation: Any, kind: int) -> str:
    """What a field or free text says, as it is stored: how it is drawn is often missing, or out of date."""
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return _text(lambda buffer, most, _: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, most))
    form = page.formenv
    if kind != raw.FPDF_ANNOT_WIDGET or form is None:
        return ""
    if raw.FPDFAnnot_GetFormFieldType(form, annotation) in _TICKED:
        return tick(bool(raw.FPDFAnnot_IsChecked(form, annotation)))
    return _text(lambda buffer, most, _: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, most))


def _spread(words: str, annotation: Any, turn: _Turn) -> Iterator[Glyph]:
    """Words side by side in the box of an annotation, a line below the other."""
    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, rect):
        return
    left, bottom, right, top = turn.box(rect.left, rect.bottom, rect.right, rect.top)
    lines = words.splitlines()
    step = (top - bottom) / max(len(lines), 1)
    widths = [[_LETTER if one.isascii() else 1.0 for one in line] for line in lines]
    widest = max(map(sum, widths), default=0) or 1.0
    size = max(min(step, (right - left) / widest, _WRITTEN), _SMALLEST)
    for number, line in enumerate(lines):
        base, at = top - (number + 0.5) * step - 0.36 * size, left
        for character, width, before in zip(line, widths[number], " " + line, strict=False):
            if not character.isspace():
                yield Glyph(character, at, at + width * size, base, size, before.isspace())
            at += width * size


# Strokes


def _bounds(drawn: Any) -> Box:
    """The box of an object in the page's own coordinates."""
    left, bottom, right, top = drawn.get_bounds()
    above = drawn.container
    while above is not None:
        matrix = above.get_matrix()
        corners = [matrix.on_point(x, y) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
        above = above.container
    return left, bottom, right, top


def _rules(drawn: Any, box: Box, turn: _Turn) -> Sequence[Rule]:
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
            rules += straight(before, at, _THIN)
        before = at
        if raw.FPDFPathSegment_GetClose(segment):
            rules += straight(at, start, _THIN)
    return rules


def _filled(drawn: Any) -> tuple[int, ...] | None:
    """The colour that a path fills its inside with, if it does."""
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(drawn.raw, mode, stroked) or mode.value == raw.FPDF_FILLMODE_NONE:
        return None
    channels = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(drawn.raw, *channels):
        return None
    *colour, alpha = (one.value for one in channels)
    return tuple(colour) if alpha > 0 else None


_LARGEST = 64 * 2**20  # bytes of a file that is looked through


def hidden_layers(path: Path) -> frozenset[str]:
    """Their names."""
    if path.stat().st_size > _LARGEST or not _may_have_layers(path.read_bytes()):
        return frozenset()
    try:
        with PdfReader(path) as reader:
            properties = _held(_held(reader.trailer, "/Root"), "/OCProperties")
            default = _held(properties, "/D")
            named = _held(properties, "/OCGs") if default.get("/BaseState") == "/OFF" else _held(default, "/OFF")
            shown = {_name(one) for one in default.get("/ON", ())}
            return frozenset(_name(one) for one in named or ()) - shown
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return frozenset()  # pdfium, which forgives more, reads what there is


def _may_have_layers(content: bytes) -> bool:
    """Whether layers are named, or may be inside a stream of objects."""
    return b"/OCProperties" in content or b"/ObjStm" in content


def _held(holder: Any, key: str) -> Any:
    value = holder.get(key, {})
    return value.get_object() if hasattr(value, "get_object") else value


def _name(layer: Any) -> str:
    return str(layer.get_object().get("/Name", ""))
