"""OFD files from their XML: pages of text, strokes and pictures, in millimetres from the upper left corner."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def line(text: str, x: float, y: float, size: float = 5.6, *, props: str = "", inside: str = "") -> str:
    """A line of text; ``y`` is the upper edge of its box."""
    steps = f'DeltaX="g {len(text) - 1} {size}"' if len(text) > 1 else ""
    code = f'<ofd:TextCode X="0" Y="{size}" {steps}>{text}</ofd:TextCode>'
    box = f'Boundary="{x} {y} {size * len(text)} {size * 1.3}"'
    return f'<ofd:TextObject ID="1" {box} Font="1" Size="{size}" {props}>{inside}{code}</ofd:TextObject>'


def stroke(x: float, y: float, width: float, height: float) -> str:
    """A straight line."""
    return (
        f'<ofd:PathObject ID="2" Boundary="{x} {y} {width} {height}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M 0 0 L {width} {height}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def filled(x: float, y: float, width: float, height: float, colour: str = "0 0 0") -> str:
    """A box of one colour."""
    return (
        f'<ofd:PathObject ID="3" Boundary="{x} {y} {width} {height}" Fill="true" Stroke="false">'
        f'<ofd:FillColor Value="{colour}"/><ofd:AbbreviatedData>M 0 0 L {width} 0 L {width} {height} L 0 {height} C'
        "</ofd:AbbreviatedData></ofd:PathObject>"
    )


def table(rows: Sequence[Sequence[str]], x: float, y: float, width: float = 40, height: float = 10) -> str:
    """A table with strokes around its cells."""
    across, down = width * len(rows[0]), height * len(rows)
    lines = [stroke(x, y + height * n, across, 0) for n in range(len(rows) + 1)]
    lines += [stroke(x + width * n, y, 0, down) for n in range(len(rows[0]) + 1)]
    words = [
        line(cell, x + width * column + 2, y + height * number + 2, 4)
        for number, row in enumerate(rows)
        for column, cell in enumerate(row)
    ]
    return "".join([*lines, *words])


PICTURE = '<ofd:ImageObject ID="4" Boundary="0 0 210 297" CTM="210 0 0 297 0 0" ResourceID="9"/>'


def ofd(
    path: Path, pages: Sequence[str], info: str = "", more: Mapping[str, str] | None = None, common: str = ""
) -> Path:
    """Write a document; ``more`` are further files below ``Doc_0/``, ``common`` what stands before the pages."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    files = {
        "OFD.xml": f"<ofd:OFD {_SPACE} DocType='OFD'><ofd:DocBody><ofd:DocInfo>{info}</ofd:DocInfo>"
        "<ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_SPACE}><ofd:CommonData>{area}{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages><ofd:Attachments>Attachs.xml</ofd:Attachments>"
        "<ofd:Annotations>Annots.xml</ofd:Annotations></ofd:Document>",
        **{f"Doc_0/{name}": content for name, content in (more or {}).items()},
    }
    for number, content in enumerate(pages):
        head, _, body = content.rpartition("<!---->")
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {_SPACE}>{head}<ofd:Content><ofd:Layer ID='8'>{body}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
