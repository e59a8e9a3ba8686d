"""The parts of a Word file, and which part refers to which. The door to lxml for Word.

What Word opens is opened: references to nothing, names in another case or with backslashes, and Strict Open XML, whose
names are those of the ordinary kind under another address.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from corpus.formats.refusals import Unreadable

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_MAIN = "word/document.xml"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the last word of its type (``header``), and the part's name, empty outside the file."""

    kind: str
    target: str


class Package:
    """The zip archive; ``main`` is the part with the text. Use ``close``."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._names = {_folded(name): name for name in self._archive.namelist()}
        self._relations = cache(self._read_relations)
        named = self.related("officeDocument", of="")
        if not named and not self.has(_MAIN):
            raise Unreadable("damaged")
        self.main = named[0] if named else _MAIN

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return _folded(name) in self._names

    def read(self, name: str) -> bytes:
        """A part as it is."""
        return self._archive.read(self._names[_folded(name)])

    def xml(self, name: str) -> Any:
        """The root element of a part."""
        raw = self.read(name)
        if b"purl.oclc.org" in raw:
            raw = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", raw)
        return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))

    def part(self, identifier: str) -> str:
        """The part that the text means by an id; empty where there is none."""
        found = self._relations(self.main).get(identifier)
        return found.target if found and self.has(found.target) else ""

    def related(self, kind: str, of: str | None = None) -> list[str]:
        """The parts of one kind that a part refers to: the main one, or the whole package for an empty name."""
        found = (one.target for one in self._relations(self.main if of is None else of).values() if one.kind == kind)
        return [target for target in found if target and self.has(target)]

    def _read_relations(self, part: str) -> dict[str, Relation]:
        folder, name = posixpath.split(part)
        table = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(table):
            return {}
        found = {}
        for one in self.xml(table):
            if isinstance(one.tag, str) and one.tag.endswith("}Relationship"):
                outside = one.get("TargetMode", "").lower() == "external"
                target = "" if outside else _place(folder, one.get("Target", ""))
                found[one.get("Id", "")] = Relation(one.get("Type", "").rpartition("/")[2], target)
        return found


def _place(folder: str, target: str) -> str:
    path = unquote(target.replace("\\", "/"))
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
