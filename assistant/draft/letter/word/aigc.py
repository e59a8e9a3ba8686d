"""The machine-readable label of GB 45438-2025: that a program made this file, which one, and as which piece of work."""

from __future__ import annotations

import hashlib
import json
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

PRODUCER = "dafu"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FILE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="AIGC">'
    "<vt:lpwstr>{}</vt:lpwstr></property>"
    "</Properties>"
)


def label(text: str, generator: str) -> dict[str, str]:
    """The label's fields; ``Label`` 1 is made by a program. Codes that an office has not been given stay empty."""
    made = hashlib.sha256(f"{generator}\n{text}".encode("utf-8", "replace")).hexdigest()[:32]
    return {
        "Label": "1",
        "ContentProducer": PRODUCER,
        "ProduceID": made,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def add_label(document: Document, fields: dict[str, str]) -> None:
    """Put the label into the file as its custom property ``AIGC``."""
    value = escape(json.dumps(fields, ensure_ascii=False))
    blob = _FILE.format(value).encode()
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), _TYPE, blob, package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
