"""What stands in drawings: text boxes, words drawn as shapes, the words of diagrams, the figures of charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from corpus.formats.word.letters import MC
from corpus.formats.word.styles import W

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_VML = "{urn:schemas-microsoft-com:vml}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_DRAWN = (f"{W}txbxContent", f"{_C}chart", f"{_DGM}relIds", f"{_VML}textpath", f"{A}txBody")
_PICTURES = (f"{A}blip", f"{_VML}imagedata")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn at a paragraph: a text box, words in the shape of a drawing, or another part of the file."""

    box: Any | None = None
    words: str = ""
    part: str = ""  # the id under which it is found
    kind: str = ""


def drawn(body: Any) -> dict[Any, list[Drawn]]:
    """What is drawn, by the paragraph at which it is anchored; what stands there for old programs aside."""
    found: dict[Any, list[Drawn]] = {}
    for element in body.iter(*_DRAWN):
        anchor = None if is_fallback(element) else _above(element, f"{W}p")
        if anchor is not None:
            found.setdefault(anchor, []).append(_drawn(element))
    return found


def _drawn(element: Any) -> Drawn:
    if element.tag == f"{W}txbxContent":
        return Drawn(box=element)
    if element.tag == f"{_C}chart":
        return Drawn(part=element.get(f"{_R}id", ""), kind="chart")
    if element.tag == f"{_DGM}relIds":
        return Drawn(part=element.get(f"{_R}dm", ""), kind="diagram")
    return Drawn(words=element.get("string") or "\n".join(_words(one) for one in element.iter(f"{A}p")))


def pictures(body: Any) -> int:
    """How many pictures there are."""
    return sum(not is_fallback(one) and _above(one, f"{W}object") is None for one in body.iter(*_PICTURES))


def embedded(body: Any) -> int:
    """How many files of other programs there are."""
    return sum(1 for one in body.iter(f"{_OFFICE}OLEObject") if not is_fallback(one))


def diagram(root: Any) -> list[str]:
    """The words of a diagram (SmartArt), one for each of its shapes."""
    points = (one for one in root.iter(f"{_DGM}pt") if one.get("type", "node") in {"node", "asst", "doc"})
    return [words for words in map(_words, points) if words.strip()]


def chart(root: Any) -> tuple[str, list[list[str]]]:
    """The title of a chart, and its figures as a table: categories by series."""
    title = root.find(f"{_C}chart/{_C}title")
    series = list(root.iter(f"{_C}ser"))
    categories: Sequence[str] = max((_points(one, "cat", "xVal") for one in series), key=len, default=[])
    columns = [_points(one, "val", "yVal") for one in series]
    names = ["".join(_points(one, "tx")) for one in series]
    rows = [list(row) for row in zip_longest(categories, *columns, fillvalue="")]
    return _words(title) if title is not None else "", [["", *names], *rows] if any(columns) else []


def _points(series: Any, *names: str) -> list[str]:
    """The kept values of a part of a series, each at its place."""
    holder = next(filter(lambda one: one is not None, (series.find(_C + name) for name in names)), None)
    if holder is None:
        return []
    found: dict[int, str] = {}
    percent = "%" in "".join(one.text or "" for one in holder.iter(f"{_C}formatCode"))
    for point in holder.iter(f"{_C}pt"):
        at, written = point.get("idx", ""), point.find(f"{_C}v")
        if at.isdecimal() and int(at) < 10_000 and written is not None:
            found[int(at)] = _figure(written.text or "", percent=percent)
    plain = holder.find(f"{_C}v")
    if not found and plain is not None:
        return [plain.text or ""]
    return [found.get(at, "") for at in range(max(found, default=-1) + 1)]


def _figure(text: str, *, percent: bool) -> str:
    """A number as people write it: what a computer adds to its end is gone."""
    try:
        number = float(text)
    except ValueError:
        return text.strip()
    return f"{number * 100:.10g}%" if percent else f"{number:.12g}"


def _words(parent: Any) -> str:
    return "".join(one.text or "" for one in parent.iter(f"{A}t"))


def _above(element: Any, tag: str) -> Any | None:
    return next(element.iterancestors(tag), None)


def is_fallback(element: Any) -> bool:
    """Whether it stands there for old programs, beside the same for new ones."""
    return _above(element, f"{MC}Fallback") is not None
