"""Formulas → one line: ¾ as 3/4, 10 to the 7 as 10⁷, the root of x+1 as √(x+1).

Both kinds that Word has: those of its editor (OMML), and EQ fields, in which a slash, commas and brackets say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from corpus.formats.characters import subscript, superscript

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_COMPOUND = re.compile(r"[-+−×÷·*/=<>≤≥±,，、\s]|\d[A-Za-zα-ω]")
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_PROPERTIES = re.compile(r"Pr$")
_DELETED = frozenset({f"{W}del", f"{W}moveFrom", f"{W}rPr", f"{W}delText", f"{W}instrText"})
_DEEPEST = 60  # brackets of an EQ field inside each other


def formula(element: Any) -> str:
    """An ``oMath`` as one line."""
    return _joined(_read(child) for child in element.iterchildren())


def fraction(above: str, below: str) -> str:
    """One over the other; what is more than one number or word stands in brackets."""
    return f"{_grouped(above)}/{_grouped(below)}"


def _read(element: Any) -> str:
    tag = element.tag
    if not isinstance(tag, str) or tag in _DELETED or _PROPERTIES.search(tag):
        return ""
    if tag in {f"{M}t", f"{W}t"}:
        return element.text or ""
    read = _READERS.get(tag.removeprefix(M)) if tag.startswith(M) else None
    return read(element) if read else formula(element)


def _joined(pieces: Iterator[str]) -> str:
    """Pieces side by side; where two numbers would become one, with a space: 2 and ¾ are 2 3/4."""
    written = ""
    for piece in pieces:
        apart = written[-1:].isdigit() and re.match(r"\d+/|\d", piece) and ("/" in piece or "/" in written)
        written += f" {piece}" if apart else piece
    return written


def _part(element: Any, name: str) -> str:
    found = element.find(M + name)
    return formula(found).strip() if found is not None else ""


def _parts(element: Any, name: str) -> list[str]:
    return [formula(one).strip() for one in element.iterchildren(M + name)]


def _property(element: Any, name: str, default: str) -> str:
    found = element.find(f"{M}{element.tag.removeprefix(M)}Pr/{M}{name}")
    return str(found.get(f"{M}val", default)) if found is not None else default


def _grouped(text: str) -> str:
    text = text.strip()
    closed = text.startswith(("(", "（")) and text.endswith((")", "）")) and _is_one_bracket(text)
    return text if closed or not _COMPOUND.search(text) else f"({text})"


def _is_one_bracket(text: str) -> bool:
    depth = 0
    for at, one in enumerate(text):
        depth += (one in "(（") - (one in ")）")
        if depth == 0:
            return at == len(text) - 1
    return False


def _scripts(element: Any) -> str:
    base = _part(element, "e")
    powered = f"({base})" if _COMPOUND.search(base) and not _is_one_bracket(base) else base
    return f"{powered}{subscript(_part(element, 'sub'))}{superscript(_part(element, 'sup'))}"


def root(degree: str, inside: str) -> str:
    """The root of this degree, the second where it is empty."""
    sign = _ROOTS.get(degree.strip())
    return f"{sign or superscript(degree) + '√'}{_grouped(inside)}"


def _operator(element: Any) -> str:
    sign = _property(element, "chr", "∫")
    limits = "".join(
        f"{mark}({words})" for mark, words in (("_", _part(element, "sub")), ("^", _part(element, "sup"))) if words
    )
    return f"{sign}{limits} {_part(element, 'e')}".rstrip()


def _delimited(element: Any) -> str:
    inside = _property(element, "sepChr", "|").join(_parts(element, "e"))
    return f"{_property(element, 'begChr', '(')}{inside}{_property(element, 'endChr', ')')}"


_READERS: Mapping[str, Callable[[Any], str]] = {
    "f": lambda one: fraction(_part(one, "num"), _part(one, "den")),
    **dict.fromkeys(("sSup", "sSub", "sSubSup"), _scripts),
    "sPre": lambda one: f"{subscript(_part(one, 'sub'))}{superscript(_part(one, 'sup'))}{_part(one, 'e')}",
    "rad": lambda one: root(_part(one, "deg"), _part(one, "e")),
    "nary": _operator,
    "d": _delimited,
    "func": lambda one: f"{_part(one, 'fName')} {_part(one, 'e')}".strip(),
    **dict.fromkeys(("limLow", "limUpp"), lambda one: f"{_part(one, 'e')}({_part(one, 'lim')})"),
    "m": lambda one: "; ".join(", ".join(_parts(row, "e")) for row in one.iterchildren(f"{M}mr")),
    "eqArr": lambda one: "；".join(filter(None, _parts(one, "e"))),
}


# The fields called EQ

_SWITCH = re.compile(r"\s*\\([a-z]+)\s*(-?\d*)", re.IGNORECASE)
_GENERAL = re.compile(r"\\\*\s*(?:\"[^\"]*\"|[^\s\\]+)\s*")  # switches of any field: \* jc2
_ENCLOSING = frozenset("○〇◯□△◇◎")


def eq_field(instruction: str) -> str:
    """What an EQ field shows; the field's name is gone already."""
    return _eq(_GENERAL.sub("", instruction), 0)[0].strip()


def _eq(text: str, depth: int) -> tuple[str, int]:
    """The text up to a bracket or comma that is not its own, and how much of it that was."""
    written, at = "", 0
    while at < len(text) and (depth == 0 or text[at] not in ",;)"):
        found = _SWITCH.match(text, at) if text[at] == "\\" else None
        if text[at] == "\\" and found is None:  # an escaped character
            written, at = written + text[at + 1 : at + 2], at + 2
        elif found is None:
            written, at = written + text[at], at + 1
        else:
            switches, at = _switches(text, at)
            arguments, at = _arguments(text, at, depth)
            written += _shown(switches, arguments)
    return written, at


def _switches(text: str, at: int) -> tuple[list[str], int]:
    r"""A command and its options, in lower case: ``\s\up8`` is s, up."""
    found: list[str] = []
    while (one := _SWITCH.match(text, at)) is not None:
        found.append(one.group(1).lower())
        at = one.end()
        if found[-1] in {"lc", "rc", "bc"} and text.startswith("\\", at):  # the bracket that these name
            at += 2
    return found, at


def _arguments(text: str, at: int, depth: int) -> tuple[list[str], int]:
    while at < len(text) and text[at].isspace():
        at += 1
    if not text.startswith("(", at) or depth > _DEEPEST:
        return [], at
    arguments: list[str] = []
    at += 1
    while at <= len(text):
        one, length = _eq(text[at:], depth + 1)
        arguments.append(one.strip())
        at += length + 1
        if at > len(text) or text[at - 1] == ")":
            break
    return arguments, at


def _shown(switches: Sequence[str], arguments: Sequence[str]) -> str:
    first, second = [*arguments, "", ""][:2]
    raised = "up" in switches or len(arguments) > 1
    shown = {
        "f": lambda: fraction(first, second),
        "r": lambda: root(first, second) if second else root("", first),
        "s": lambda: superscript(first) + subscript(second) if raised else subscript(first),
        "o": lambda: _over(arguments),
        "b": lambda: f"({''.join(arguments)})",
        "a": lambda: " ".join(arguments),
    }.get(switches[0])
    return shown() if shown else "".join(arguments)


def _over(arguments: Sequence[str]) -> str:
    """Characters over each other: a number in a circle, or a character with its reading, which is left out."""
    inside = [one for one in arguments if one not in _ENCLOSING]
    if len(inside) < len(arguments):
        number = "".join(inside)
        circled = number.isdecimal() and 0 < int(number) <= 20
        return chr(ord("①") + int(number) - 1) if circled else f"({number})" if number else "".join(arguments)
    chinese = [one for one in inside if re.search(r"[\u4e00-\u9fff]", one)]
    return "".join(chinese or inside)
