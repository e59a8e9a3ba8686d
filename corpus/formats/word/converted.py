"""ODT and RTF that LibreOffice made a Word document of → text, with a count of the words that were lost on the way."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from corpus.document import LeftOut
from corpus.formats.parser import Limits, Parsed
from corpus.formats.word.body import parse as parse_word

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_NO_TEXT = frozenset({f"{_TEXT}{one}" for one in ("tracked-changes", "note-citation", "hidden-text", "ruby-text")})
_ANNOTATION = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"
_RUN = re.compile(r"[^\W_]{2,}")
# Of RTF: an escaped byte, a character by its code with what stands for it, a control word, a mark, or characters.
_TOKEN = re.compile(
    r"((?:\\'[0-9a-f]{2})+)|\\u(-?\d+) ?(?:(?:\\'[0-9a-f]{2}){1,2}|[^\\{}])?|"
    r"\\([a-z]+)-?\d* ?|\\([^a-z])|([{}])|([^\\{}\r\n]+)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"fonttbl|colortbl|stylesheet|info|pict|nonshppict|listtext|pntext|sp|header[lrf]?|footer[lrf]?|fldinst"
)
_READ = frozenset({"shpinst", "shptxt", "shpgrp", "do", "dptxbxtext", "footnote", "fldrslt", "shppict"})
_ENDS = frozenset({"par", "cell", "row", "line", "page", "sect", "tab", "footnote", "shptxt", "nestcell"})


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``; what was converted lies in the folder above."""
    parsed = parse_word(path, limits)
    source = next(path.parent.parent.glob("source.*"), path)
    pieces = {".odt": _of_odt, ".rtf": _of_rtf}.get(source.suffix)
    if pieces is None:
        return parsed
    told = sum(parsed.without(one) for one in ("hidden text", "struck text", "deleted text"))
    count = max(_lost(pieces(source), parsed.text) - told, 0)
    return replace(parsed, left_out=(*parsed.left_out, LeftOut("text lost in conversion", count))) if count else parsed


def _lost(pieces: Iterable[str], text: str) -> int:
    """The length of the paragraphs of which no word is in a text."""
    shown = re.sub(r"\s", "", text)
    words = (_RUN.findall(piece) for piece in pieces)
    return sum(sum(map(len, some)) for some in words if some and not any(one in shown for one in some))


def _of_odt(path: Path) -> Iterator[str]:
    """The paragraphs, each without those that stand inside it."""
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("content.xml"), etree.XMLParser(resolve_entities=False, huge_tree=True))
    for aside in list(root.iter(*_NO_TEXT, _ANNOTATION)):
        aside.getparent().remove(aside)
    for paragraph in list(root.iter(f"{_TEXT}p", f"{_TEXT}h"))[::-1]:
        yield "".join(paragraph.itertext())
        paragraph.getparent().remove(paragraph)


def _of_rtf(path: Path) -> Iterator[str]:
    """What stands between the ends of paragraphs and cells, in whatever group."""
    raw = path.read_bytes().decode("latin-1")
    big = re.search(r"\\ansicpg(949|950|932)", raw)
    codec = f"cp{big.group(1)}" if big else "cp936"
    piece, aside, groups = "", False, list[bool]()
    starred = False
    for escaped, code, control, mark, brace, plain in (found.groups("") for found in _TOKEN.finditer(raw)):
        if brace == "{":
            groups.append(aside)
        elif brace:
            aside = groups.pop() if groups else False
        elif mark == "*":
            starred = True
            continue
        elif control:
            aside = aside or _ASIDE.fullmatch(control) is not None or (starred and control not in _READ)
            if control in _ENDS:
                yield piece
                piece = ""
        elif not aside:
            piece += bytes.fromhex(escaped.replace("\\'", "")).decode(codec, "ignore") if escaped else plain
            piece += chr(int(code) % 0x10000) if code else ""
        starred = False
    yield piece
