"""The characters of a paragraph as Word shows them: fields by their results, symbols, raised letters.

What is struck out, deleted or cannot be seen is left out, and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from corpus.document import Omission
from corpus.formats.characters import subscript, superscript, symbols, tick
from corpus.formats.word.formula import M, eq_field, formula
from corpus.formats.word.styles import Look, Styles, W, is_on, is_shaded, look_of, value

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_CHARACTERS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
# What is inside these is no text: the far end of a move, pictures, the phonetic part of a ruby, properties.
_SKIPPED = frozenset({f"{W}{one}" for one in ("moveFrom", "pict", "object", "rt", "rPr", "pPr", "sdtPr", "ffData")})
_MARKS = {"superscript": superscript, "subscript": subscript}
_PRIVATE = re.compile("[\uf000-\uf0ff]")  # what is left of a symbol font that nobody knows
_SYMBOL_FIELD = re.compile(r"\s*SYMBOL\s+(0x[0-9A-Fa-f]+|\d+)(?:.*\\f\s*\"([^\"]+)\")?", re.IGNORECASE)
_POWER = re.compile(r"[-+−–]?\d{1,2}")
_BUTTON = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s+(.*)", re.IGNORECASE | re.DOTALL)


_Pieces = Iterator[tuple[str, str]]  # text, and whether it is raised or lowered


@dataclass(frozen=True, slots=True)
class _Place:
    """Where text stands: how it looks, how the letters around it look, its run."""

    look: Look
    around: Look
    run: Any | None = None

    def mark(self, text: str) -> str:
        """Whether a text that stands here is a superscript or subscript, or neither."""
        return (_POWER.fullmatch(text) and self.look.made_beside(self.around)) or self.look.mark


@dataclass(slots=True)
class _Field:
    """An open field; what it shows comes behind its instruction, or is said by that alone."""

    form: Any | None
    instruction: list[str] = field(default_factory=list)
    shown: bool = False
    empty: bool = True

    def result(self) -> str:
        """What a field shows that has no result in the file."""
        box = self.form.find(f"{W}checkBox") if self.form is not None else None
        choice = self.form.find(f"{W}ddList") if self.form is not None else None
        if box is not None:
            checked = box.find(f"{W}checked")
            return tick(is_on(checked if checked is not None else box.find(f"{W}default")))
        if choice is not None:
            chosen, entries = value(choice, "result"), list(choice.iterchildren(f"{W}listEntry"))
            at = int(chosen) if chosen.isdecimal() else 0
            return str(entries[at].get(f"{W}val", "")) if at < len(entries) else ""
        return field_of("".join(self.instruction))


def field_of(instruction: str) -> str:
    """What a field shows of itself: a formula, a symbol, the words on a button."""
    name, _, rest = instruction.strip().partition(" ")
    if name.upper() == "EQ":
        return eq_field(rest)
    symbol, button = _SYMBOL_FIELD.match(instruction), _BUTTON.match(instruction)
    if symbol:
        code = int(symbol.group(1), 0) & 0xFFFF
        return symbols(chr(code), symbol.group(2) or "Symbol")
    return button.group(1).strip() if button else ""


class Letters:
    """Reads paragraphs in the order in which they stand, for a field may begin in one and end in another."""

    def __init__(self, styles: Styles, *, dark: bool) -> None:
        """``dark`` is whether the page has a colour, on which white letters can be seen."""
        self._styles = styles
        self._dark = dark
        self._fields: list[_Field] = []
        self._readers: dict[Any, Callable[[Any, _Place], _Pieces]] = {
            **dict.fromkeys((f"{W}t", f"{M}t"), lambda one, place: self._shown(one.text or "", place)),
            **dict.fromkeys(_CHARACTERS, lambda one, place: self._shown(_CHARACTERS[one.tag], place)),
            f"{W}r": self._run,
            f"{W}instrText": self._instruction,
            f"{W}sym": self._symbol,
            f"{W}fldChar": self._turn,
            f"{W}fldSimple": self._simple_field,
            f"{M}oMath": lambda one, place: self._shown(formula(one), place),
            f"{W}sdt": self._control,
            f"{W}del": self._deleted,
            f"{MC}AlternateContent": self._alternative,
        }
        self.left_out = Counter[Omission]()

    def text(self, paragraph: Any) -> str:
        """The paragraph's own words, those of its text boxes aside."""
        look = self._styles.of(paragraph).look
        marked = groupby(self._pieces(paragraph, _Place(look, look)), key=itemgetter(1))
        grouped = [("".join(text for text, _ in pieces), mark) for mark, pieces in marked]
        for one in self._fields:  # one that is not closed must not swallow the rest of the document
            one.shown = True
        shown = "".join(_MARKS[mark](text) if mark else text for text, mark in grouped)
        self.left_out["unreadable characters"] += len(_PRIVATE.findall(shown))
        return shown

    def leave_out(self, what: Omission, text: str) -> None:
        """Count characters that do not stand in the text."""
        self.left_out[what] += sum(not one.isspace() for one in text)

    def _pieces(self, parent: Any, place: _Place) -> _Pieces:
        """Pieces of text, each with its mark."""
        for child in parent.iterchildren():
            tag = child.tag
            read = self._readers.get(tag)
            if read is not None:
                yield from read(child, place)
            elif isinstance(tag, str) and tag not in _SKIPPED and not tag.endswith(("}drawing", "}txbxContent")):
                yield from self._pieces(child, place)

    def _run(self, run: Any, place: _Place) -> _Pieces:
        properties = run.find(f"{W}rPr")
        if properties is None:
            look = place.around
        else:
            look = look_of(properties)
            if name := value(properties, "rStyle"):
                look = look.over(self._styles.named(name).look)
            look = look.over(place.around)
        yield from self._pieces(run, _Place(look, place.around, run))

    def _symbol(self, element: Any, place: _Place) -> _Pieces:
        code = element.get(f"{W}char", "")
        if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
            yield from self._shown(symbols(chr(int(code, 16)), element.get(f"{W}font", "")), place)

    def _deleted(self, element: Any, _: _Place) -> _Pieces:
        self.leave_out("deleted text", words_of(element))
        yield from ()

    def _alternative(self, element: Any, place: _Place) -> _Pieces:
        choice = element.find(f"{MC}Choice")
        yield from self._pieces(choice, place) if choice is not None else ()

    def _control(self, control: Any, place: _Place) -> _Pieces:
        content = None if is_asking(control) else control.find(f"{W}sdtContent")
        yield from self._pieces(content, place) if content is not None else ()

    # Fields

    def _instruction(self, element: Any, place: _Place) -> _Pieces:
        waiting, text = self._waiting(), element.text or ""
        if waiting is not None and not place.look.struck:
            mark = place.mark(text)
            waiting.instruction.append(_MARKS[mark](text) if mark else text)
        yield from ()

    def _turn(self, element: Any, place: _Place) -> _Pieces:
        """Where a field begins, where its result begins, and where it ends."""
        turn = element.get(f"{W}fldCharType", "")
        if turn == "begin":
            self._fields.append(_Field(element.find(f"{W}ffData")))
        elif turn == "separate" and self._fields:
            self._fields[-1].shown = True
        elif turn == "end" and self._fields:
            ended = self._fields.pop()
            if ended.empty:
                yield from self._shown(ended.result(), place)

    def _simple_field(self, element: Any, place: _Place) -> _Pieces:
        found = list(self._pieces(element, place))
        yield from found or self._shown(field_of(element.get(f"{W}instr", "")), place)

    def _waiting(self) -> _Field | None:
        """The innermost open field whose result has not begun."""
        return next((one for one in reversed(self._fields) if not one.shown), None)

    # What can be seen

    def _shown(self, text: str, place: _Place) -> _Pieces:
        """Text, unless it is part of an instruction or cannot be seen."""
        if not text:
            return
        for one in self._fields:
            one.empty = one.empty and not one.shown
        waiting, look = self._waiting() if self._fields else None, place.look
        if waiting is not None:
            waiting.instruction.append(text)
        elif look.struck:
            self.leave_out("struck text", text)
        elif look.is_hidden or (look.white and not look.shaded and not self._is_on_colour(place.run)):
            self.leave_out("hidden text", text)
        else:
            yield symbols(text, look.font) if look.font else text, place.mark(text)

    def _is_on_colour(self, run: Any | None) -> bool:
        """Whether there is, or may be, a colour behind a run."""
        if self._dark or run is None:
            return True
        for above in run.iterancestors():
            if above.tag == f"{W}txbxContent":
                return True
            if above.tag in {f"{W}p", f"{W}tc"} and is_shaded(above):
                return True
            if above.tag == f"{W}p" and self._styles.of(above).shaded:
                return True
            if above.tag == f"{W}tbl":
                return is_shaded(above) or self._styles.named(value(above, "tblPr/tblStyle")).shaded
        return False


def tick_boxes(body: Any) -> None:
    """Give the content controls that are boxes the sign of one, whatever sign they have been given."""
    for box in body.iter(f"{W14}checkbox"):
        control = next(box.iterancestors(f"{W}sdt"), None)
        signs = list(control.iter(f"{W}t", f"{W}sym")) if control is not None else []
        checked = box.find(f"{W14}checked")
        for sign in signs[:1]:
            sign.tag = f"{W}t"
            sign.text = tick(is_on(checked, W14))
            _show(sign, control)


def _show(sign: Any, control: Any) -> None:
    """A box is there to be seen: neither its font nor the state of the control says otherwise."""
    for one in control.iterfind(f"{W}sdtPr/{W}showingPlcHdr"):
        one.getparent().remove(one)
    for run in sign.iterancestors(f"{W}r"):
        for font in run.iterfind(f"{W}rPr/{W}rFonts"):
            font.getparent().remove(font)


def is_asking(control: Any) -> bool:
    """Whether a content control only shows what is to be filled in."""
    return is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr"))


def words_of(parent: Any) -> str:
    """All text below an element, deleted text too."""
    return "".join(parent.itertext(f"{W}t", f"{W}delText", with_tail=False))
