"""Why a file cannot be read, and what to do about it: every such sentence stands here, one line each."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from corpus.errors import InputError

_REASONS: Mapping[str, str] = {
    "type": "this file type cannot be read; convert it to one of {types}",
    "missing": "cannot be read ({why}); check the path and its permissions",
    "folder": "this folder cannot be opened ({why}); check its permissions, its documents are kept as they are",
    "fault": "a fault of this program ({what}) keeps it from being read; report it, or save the file as another type",
    "link": "this is a link to a place outside its folder; put the file itself there",
    "special": "this is not an ordinary file; put a file there or remove it",
    "size": "{size} MB is more than the {limit} MB that one file may have; split it",
    "empty": "the file is empty; remove it or put its text back",
    "no_text": "no text was found in it; check that it opens, or remove it",
    "mismatch": "the content is {found}, which its suffix does not say; {cure}",
    "binary": "this is not a text file; export it as UTF-8 text",
    "encoding": "the encoding is neither UTF-8, UTF-16, GB18030 nor Big5; save it as UTF-8",
    "mixed": "line {line} is in another encoding than the lines before it; save the whole file as UTF-8",
    "line": "line {line} is longer than {limit} characters; break it into lines",
    "encrypted": "it is protected by a password; save a copy without one",
    "scan": "its pages are images without text (a scan); install dafu[ocr] to have them read, or save a searchable PDF",
    "pictures": "its pages hold pictures and no text; save it as PDF, which can be read with dafu[ocr]",
    "damaged": "the file is damaged or incomplete; open it in the program that made it and save it again",
    "fonts": "its fonts do not say which characters they draw; print it to PDF again, or save it as .docx",
    "timeout": "reading it took longer than {seconds:g} s; split it or save it again",
    "memory": "reading it needs more than {limit} MB of memory; split it or save it again",
    "output": "it holds more than {limit} characters; split it",
    "pages": "it has more than {limit} pages; split it",
    "cells": "it has more than {limit} cells; split it, or remove the empty rows and columns",
    "nested": "its elements stand more than {limit} deep inside each other; save the page again in a browser",
    "bomb": "it unpacks to far more than a document holds, as a zip bomb does; save it again from the original",
    "entities": "its XML declares entities, which documents never need; save it again in Word or WPS",
    "strict": "it is saved as Strict Open XML; save it as an ordinary {target}",
    "convert": "reading {suffix} needs LibreOffice, which is not installed; save it as {target} in Word or WPS",
    "converted": "LibreOffice could not convert it; open it in Word or WPS and save it as {target}",
    "stopped": "the program that reads this type stopped; open the file in the program that made it and save it again",
}


class FileError(InputError):
    """One file that cannot be read; ``code`` names the reason, for a page that says it in another language."""

    def __init__(self, name: str, code: str, facts: Mapping[str, Any]) -> None:
        super().__init__(f"{printable(name)}: {_REASONS[code].format(**facts)}")
        self.code = code
        self.facts = dict(facts)


class Unreadable(Exception):  # noqa: N818 (a reason on its way to becoming a FileError, which knows the file)
    """Raised by a parser: a reason by its ``code``; whoever knows the file's name makes a ``FileError`` of it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def of(self, name: str) -> FileError:
        """The error to show for the file of this name."""
        return FileError(name, self.code, self.facts)


def printable(path: str) -> str:
    """A path on one line, as a person reads it: a name that is not UTF-8 is taken for GB18030, as of a Chinese Windows.

    Names that are different stay so, control characters aside.
    """
    names = (_decoded(os.fsencode(name)) if re.search("[\ud800-\udfff]", name) else name for name in path.split("/"))
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "?", "/".join(names))


def _decoded(name: bytes) -> str:
    try:
        return name.decode("gb18030")
    except UnicodeDecodeError:
        return name.decode("utf-8", "backslashreplace")
