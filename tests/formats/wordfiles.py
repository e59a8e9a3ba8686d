"""Word files from their XML, for what no writer of ours makes: each as Word, WPS or a converter leaves it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": _OFFICE,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
}
NS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _SPACES.items())
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def p(*runs: str, props: str = "") -> str:
    """A paragraph of runs; one that is no XML is plain text."""
    inside = "".join(one if one.startswith("<") else r(one) for one in runs)
    return f"<w:p><w:pPr>{props}</w:pPr>{inside}</w:p>"


def r(text: str, props: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{props}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: list[str], props: str = "") -> str:
    """A table; a cell that is no XML is one paragraph."""
    cells = ("".join(one if one.startswith("<") else f"<w:tc>{p(one)}</w:tc>" for one in row) for row in rows)
    return f"<w:tbl><w:tblPr>{props}</w:tblPr>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def tc(text: str, props: str) -> str:
    """A cell with properties."""
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{p(text)}</w:tc>"


def field(instruction: str, result: str | None = None, form: str = "") -> str:
    """A field of three parts; without a result of two."""
    parts = [f'<w:fldChar w:fldCharType="begin">{form}</w:fldChar>', f"<w:instrText>{instruction}</w:instrText>"]
    if result is not None:
        parts += ['<w:fldChar w:fldCharType="separate"/>', f"<w:t>{result}</w:t>"]
    return "".join(f"<w:r>{one}</w:r>" for one in [*parts, '<w:fldChar w:fldCharType="end"/>'])


def docx(
    path: Path, body: str, parts: Mapping[str, tuple[str, str | bytes]] | None = None, *, strict: bool = False
) -> Path:
    """Write a document; ``parts`` are files below ``word/`` with the kind of reference that the text makes to them.

    The id of each is its place: ``rId1`` and so on.
    """
    parts = parts or {}
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{name}"/>'
        for number, (name, (kind, _)) in enumerate(parts.items(), start=1)
    )
    head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'{head}<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f"<w:document {NS}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f"{head}{relations}</Relationships>",
        **{f"word/{name}": content for name, (_, content) in parts.items() if content},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            if strict and isinstance(content, str):
                for kind in ("wordprocessingml", "officeDocument", "drawingml"):
                    plain = f"http://schemas.openxmlformats.org/{kind}/2006/"
                    content = content.replace(plain, f"http://purl.oclc.org/ooxml/{kind}/")  # noqa: PLW2901
            archive.writestr(name, content)
    return path
