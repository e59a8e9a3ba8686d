"""The layers of a PDF that are off when it is opened; pdfium does not say so. The door to pypdf."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

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
