"""Files that are wrong in every way that an office, a network or an enemy has of spoiling one; the same each time."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from msoffcrypto.format.ooxml import OOXMLFile
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.formats import builders

SECRET = "root:x:0:0"  # stands in the file that XML attacks point to
_TITLE = "渔业补贴办法"
_WORDS = "为扶持渔业生产，每亩补贴三百元，由各街道办事处于每年六月底前发放到户。"
_DAY = (2025, 3, 1, 0, 0, 0)  # of what is in an archive
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@dataclass(frozen=True)
class Specimen:
    """One spoilt file; ``codes`` are the reasons that it may be refused for, all of them where it is empty.

    ``beside`` are files that lie beside it. ``readable`` says that it may also be read; ``slow`` that it takes seconds.
    """

    name: str
    make: Callable[[], bytes]
    codes: frozenset[str] = frozenset()
    readable: bool = True
    slow: bool = False
    beside: Mapping[str, bytes] = field(default_factory=dict)


def specimens() -> list[Specimen]:
    """All of them, in the same order each time; none is made yet."""
    good = Good()
    kinds = (
        _truncated,
        _misnamed,
        _locked,
        _bombs,
        _entities,
        _pages,
        _sheets,
        _zeros,
        _encodings,
        _noise,
        _word,
        _portable,
        _front_matter,
        _tables,
        _plain,
        _old,
    )
    return [one for kind in kinds for one in kind(good)]


def _refused(name: str, make: Callable[[], bytes] | bytes, *codes: str, **named: object) -> Specimen:
    """One that must not be read."""
    return Specimen(name, make if callable(make) else lambda: make, frozenset(codes), readable=False, **named)


def _either(name: str, make: Callable[[], bytes] | bytes, **named: object) -> Specimen:
    """One that is read or refused; both are right."""
    return Specimen(name, make if callable(make) else lambda: make, **named)


class Good:
    """Sound files, each made once."""

    @cached_property
    def lines(self) -> list[builders.Line]:
        body = [builders.Line(f"（{'一二三四五六'[n % 6]}）{_WORDS}") for n in range(60)]
        return [builders.Line(_TITLE, 1), builders.Line("一、补贴标准", 2), *body]

    @cached_property
    def text(self) -> str:
        return "\n\n".join(one.text for one in self.lines) + "\n"

    @cached_property
    def html(self) -> bytes:
        return builders.web_page(self.lines, [("镇", "亩"), ("东镇", "三百")]).encode()

    @cached_property
    def markdown(self) -> bytes:
        return f"---\ntitle: {_TITLE}\nissued: 2025-03-01\n---\n\n{builders.markdown(self.lines)}".encode()

    @cached_property
    def docx(self) -> bytes:
        made = self._written("a.docx", lambda path: builders.word(self.lines, path, [("镇", "亩"), ("东镇", "三百")]))
        return repacked(made, {})

    @cached_property
    def xlsx(self) -> bytes:
        rows = [("镇", "亩", "元"), *((f"{n}镇", n, n * 300) for n in range(200))]
        made = self._written("a.xlsx", lambda path: builders.spreadsheet(rows, path))
        return repacked(made, {"docProps/core.xml": None})  # it says when it was made

    @cached_property
    def pdf(self) -> bytes:
        return self._written("a.pdf", lambda path: builders.portable(self.lines, path))

    @cached_property
    def rtf(self) -> bytes:
        return (
            b"{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0 SimSun;}}\\f0 " + b"\\u28180?\\u19994?\\par " * 40 + b"}"
        )

    @cached_property
    def csv(self) -> bytes:
        return ("镇,亩\n" + "东镇,三百\n" * 200).encode()

    @staticmethod
    def _written(name: str, write: Callable[[Path], object]) -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(path)
            return path.read_bytes()


def repacked(archive: bytes, changed: Mapping[str, bytes | None], **named: object) -> bytes:
    """A zip with some of its members changed, added, or, where they are ``None``, left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **named) as new:
        members = {one: old.read(one) for one in old.namelist()} | dict(changed)
        for name, content in members.items():
            if content is not None:
                new.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _shares(count: int) -> list[float]:
    return [(n + 0.5) / count for n in range(count)]


# Cut off, as by a full disk or a broken connection


def _truncated(good: Good) -> Iterator[Specimen]:
    for name, count in (("docx", 14), ("xlsx", 10), ("pdf", 14), ("html", 6), ("csv", 3), ("rtf", 1)):
        for share in _shares(count):
            slow = name == "rtf"
            yield _either(f"cut-{share:.3f}.{name}", partial(_cut, good, name, share), slow=slow)
    for share in _shares(5):
        yield _either(f"cut-{share:.3f}.md", partial(_cut, good, "markdown", share))
    for encoding in ("utf-8", "gb18030", "utf-16"):
        whole = good.text.encode(encoding)
        for at in (1, 3, len(whole) // 2 + 1, len(whole) - 1):
            yield _either(f"cut-{encoding}-{at}.txt", whole[:at])


def _cut(good: Good, name: str, share: float) -> bytes:
    whole: bytes = getattr(good, name)
    return whole[: int(len(whole) * share)]


# Under the name of another type


def _misnamed(good: Good) -> Iterator[Specimen]:
    contents: dict[str, Callable[[], bytes]] = {
        "docx": lambda: good.docx,
        "xlsx": lambda: good.xlsx,
        "pdf": lambda: good.pdf,
        "html": lambda: good.html,
        "png": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x09\0\0\0\x09\x08\0\0\0\0" + bytes(range(256)) * 20,
        "gzip": lambda: gzip.compress(good.html, mtime=0),
        "program": lambda: b"\x7fELF\x02\x01\x01" + bytes(9) + bytes(range(256)) * 20,
        "zip": lambda: repacked(good.docx, {"[Content_Types].xml": None, "_rels/.rels": None}),
        "pptx": lambda: _package({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
    }
    right = {"docx": {".docx", ".doc"}, "xlsx": {".xlsx"}, "pdf": {".pdf"}, "html": {".html", ".txt", ".md", ".doc"}}
    for content, make in contents.items():
        for suffix in (".txt", ".md", ".html", ".docx", ".doc", ".pdf", ".xlsx", ".csv"):
            if suffix not in right.get(content, ()):
                yield _refused(f"{content}-as{suffix}", make, "mismatch")


def _package(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), content)
    return out.getvalue()


# Behind a password


def _locked(good: Good) -> Iterator[Specimen]:
    for strength in (40, 128):
        yield _refused(f"locked-{strength}.pdf", partial(_locked_pdf, strength), "encrypted")
    for name in ("docx", "xlsx"):
        for suffix in (name, "doc" if name == "docx" else "xls"):
            yield _refused(f"locked-{name}.{suffix}", partial(_locked_office, good, name), "encrypted")
        yield _refused(f"locked-zip.{name}", partial(_flagged, good, name), "encrypted")


def _locked_pdf(strength: int) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("open", "own", strength=strength), invariant=1)
    canvas.drawString(100, 700, "words behind a password")
    canvas.save()
    return out.getvalue()


def _locked_office(good: Good, name: str) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(getattr(good, name))).encrypt("1234", out)
    return out.getvalue()


def _flagged(good: Good, name: str) -> bytes:
    """Each member marked as encrypted, in its own head and in the directory."""
    raw = bytearray(getattr(good, name))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = raw.find(signature)
        while found >= 0:
            raw[found + at] |= 1
            found = raw.find(signature, found + 4)
    return bytes(raw)


# Archives that unpack to far more than they are


def _bombs(good: Good) -> Iterator[Specimen]:
    zeros = b"0" * (30 << 20)
    for part in ("word/document.xml", "word/media/image1.png"):
        yield _refused(
            f"bomb-{part.count('/')}{len(part)}.docx", lambda p=part: repacked(good.docx, {p: zeros}), "bomb"
        )
    yield _refused("bomb.xlsx", lambda: repacked(good.xlsx, {"xl/sharedStrings.xml": zeros}), "bomb")
    yield _refused(
        "many-members.docx", lambda: repacked(good.docx, {f"word/x/{n}": b"" for n in range(10_100)}), "bomb"
    )
    yield _either("recursive.docx", lambda: _nested(good.docx, 12))
    yield _refused("recursive-zip-as.docx", lambda: _nested(_package({"a.zip": b""}), 12), "mismatch", "damaged")
    yield _refused("huge-declared.docx", partial(_declared, good, 0xFFFFFFF0), "bomb")
    yield _refused("small-declared.docx", partial(_understated, good))
    yield _refused("overlapping.docx", partial(_overlapping, good), "bomb", "damaged")
    yield _refused("same-member-twice.docx", partial(_directory_twice, good), "damaged", "bomb", "entities")


def _nested(archive: bytes, depth: int) -> bytes:
    for n in range(depth):
        archive = repacked(archive, {f"word/embeddings/{n}.docx": archive})
    return archive


def _declared(good: Good, size: int) -> bytes:
    """The directory says that a member is larger than any document."""
    raw = bytearray(good.docx)
    at = raw.find(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(raw)


def _understated(good: Good) -> bytes:
    """The directory says that a member of 60 MB is of ten bytes."""
    body = b"<w:document " + _W.encode() + b"><w:body>" + b" " * (60 << 20) + b"</w:body></w:document>"
    raw = bytearray(repacked(good.docx, {"word/document.xml": body}))
    name = raw.rfind(b"word/document.xml")
    at = raw.rfind(b"PK\x01\x02", 0, name)
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(raw)


def _overlapping(good: Good) -> bytes:
    """Hundreds of entries of the directory share one member's bytes."""
    body = repacked(good.docx, {"word/media/big": b"0" * (8 << 20)})
    name = body.rfind(b"word/media/big")
    at = body.rfind(b"PK\x01\x02", 0, name)
    end = body.rfind(b"PK\x05\x06")
    entry = body[at : name + len("word/media/big")]
    more = b"".join(entry.replace(b"word/media/big", b"word/media/%03d" % n) for n in range(400))
    tail = bytearray(body[end:])
    count, size = struct.unpack("<H", tail[10:12])[0] + 400, struct.unpack("<I", tail[12:16])[0] + len(more)
    tail[8:16] = struct.pack("<HHI", count, count, size)
    return body[:end] + more + bytes(tail)


def _directory_twice(good: Good) -> bytes:
    out = io.BytesIO(good.docx)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml", _DAY), b"<!DOCTYPE x><w:document/>")
    return out.getvalue()


# XML that declares entities

_GROWING = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
_LAUGHS = f'<!DOCTYPE x [<!ENTITY a0 "ha">{_GROWING}]>'
_OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'


def _entities(good: Good) -> Iterator[Specimen]:
    for name, dtd, use in (("laughs", _LAUGHS, "&a9;"), ("outside", _OUTSIDE, "&e;"), ("parameter", _PARAMETER, "x")):
        for far in (False, True):
            place = f"{name}{'-far' if far else ''}"
            wrapped = f"<!-- {'x' * 9_000} -->{dtd}" if far else dtd
            document = f'<?xml version="1.0"?>{wrapped}{_body("", use)}'
            strings = f'<?xml version="1.0"?>{wrapped}<sst {_S}><si><t>{use}</t></si></sst>'
            yield _refused(f"{place}.docx", _with(good, "docx", "word/document.xml", document), "entities")
            yield _refused(f"{place}.xlsx", _with(good, "xlsx", "xl/sharedStrings.xml", strings), "entities")
            styles = f'<?xml version="1.0"?>{wrapped}<w:styles {_W}><w:style w:styleId="{use}"/></w:styles>'
            yield _refused(f"{place}-styles.docx", _with(good, "docx", "word/styles.xml", styles), "entities")
    wide = f'<?xml version="1.0" encoding="utf-16"?>{_LAUGHS}<w:document {_W}/>'
    yield _refused(
        "laughs-16.docx", lambda: repacked(good.docx, {"word/document.xml": wide.encode("utf-16")}), "entities"
    )
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    included = _body("", include)
    yield _either("xinclude.docx", _with(good, "docx", "word/document.xml", included))
    page = f'<?xml version="1.0"?>{_OUTSIDE}<html><body><p>{_WORDS}&e;</p></body></html>'
    yield _either("outside.html", page.encode())
    yield _either("laughs.html", f"{_LAUGHS}<html><body><p>{_WORDS}&a9;</p></body></html>".encode())


def _with(good: Good, kind: str, part: str, xml: str) -> Callable[[], bytes]:
    return lambda: repacked(getattr(good, kind), {part: xml.encode()})


# Web pages


def _pages(_: Good) -> Iterator[Specimen]:
    many = 1_000_000
    head, words = "<!doctype html><html><body>", f"<p>{_WORDS}</p>"
    for tag in ("div", "b", "span", "ul", "blockquote", "table", "svg", "template", "a"):
        yield _refused(f"deep-{tag}.html", lambda t=tag: f"{head}{f'<{t}>' * many}{words}".encode(), "nested")
    for tag in ("p", "li", "td", "option", "tr", "dd"):
        yield _either(f"deep-{tag}.html", lambda t=tag: f"{head}{f'<{t}>' * many}{words}".encode(), slow=True)
    for tag in ("ul", "li", "table", "tr"):
        pair = {"ul": "<ul><li>", "li": "<li><ul>", "table": "<table><tr><td>", "tr": "<tr><td><table>"}[tag]
        yield _refused(f"pair-{tag}.html", lambda p=pair: f"{head}{p * 300_000}{words}".encode(), "nested")
    formats = "".join(f'<b id="{n}">' for n in range(1_900))
    yield _either("formats.html", f"{head}{formats}{'<p>一' * 20_000}".encode)
    yield _either(
        "attributes.html", f"{head}<p {' '.join(f'a{n}=1' for n in range(200_000))}>{_WORDS}".encode, slow=True
    )
    yield _either("value.html", f'{head}<p title="{"x" * 3_000_000}">{_WORDS}'.encode, slow=True)
    yield _either("comments.html", f"{head}{'<!--' * many}{words}".encode)
    yield _either(
        "spans.html", f"{head}<table><tr><td colspan=999999999 rowspan=99999999>{_WORDS}<td>二</table>".encode()
    )
    yield _either("script.html", f"{head}<script>{'<' * 500_000}</script>{words}".encode())
    yield _either("styles.html", f"{head}<style>{'.a{display:none}' * 100_000}</style>{words}".encode())
    yield _either("selectors.html", f"{head}<style>{'*' + ' *' * 130}{{display:none}}</style>{words * 300}".encode())
    yield _either("closing.html", f"{head}{'</div>' * many}{words}".encode())
    yield _refused("nothing.html", f"{head}<script>1</script>".encode(), "no_text")
    yield _either("references.html", f"{head}<p>{'&#x110000;&#0;&#xd800;&bogus;' * 20_000}{_WORDS}".encode())


# Spreadsheets


def _sheet(rows: str, tail: str = "") -> bytes:
    return f'<?xml version="1.0"?><worksheet {_S}><sheetData>{rows}</sheetData>{tail}</worksheet>'.encode()


def _cells(row: int, count: int, text: str = "一") -> str:
    cell = f'<c t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<row r="{row}">{cell * count}</row>'


def _figures(rows: int, columns: int) -> str:
    """Rows of numbers, all of them different."""
    cells = [f"<c><v>{n * 7_919 % 1_000_003}</v></c>" for n in range(rows * columns)]
    return "".join(f"<row>{''.join(cells[at : at + columns])}</row>" for at in range(0, len(cells), columns))


def _sheets(good: Good) -> Iterator[Specimen]:
    part, two = "xl/worksheets/sheet1.xml", _cells(1, 2) + _cells(2, 2)
    cells: dict[str, tuple[bytes | Callable[[], bytes], tuple[str, ...]]] = {
        "cells": (lambda: _sheet(_figures(110, 500)), ("cells",)),
        "columns": (lambda: _sheet(_figures(1, 52_000)), ("cells",)),
        "repeated": (lambda: _sheet("".join(_cells(n, 500) for n in range(1, 4_200))), ("bomb",)),
        "far-row": (_sheet(two + _cells(1_048_576, 2)), ()),
        "no-row": (_sheet(_cells(2**40, 2)), ()),
        "far-column": (_sheet('<row r="1"><c r="XFD1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), ()),
        "no-column": (_sheet('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'), ()),
        "backwards": (_sheet(_cells(9, 2) + _cells(2, 2) + _cells(2, 2)), ()),
        "strings": (_sheet('<row r="1"><c t="s"><v>999999</v></c><c t="s"><v>-7</v></c></row>'), ()),
        "styles": (_sheet('<row r="1"><c s="4000"><v>1</v></c><c s="-1"><v>2</v></c></row>'), ()),
        "dates": (_sheet('<row r="1"><c t="d"><v>9999-99-99T</v></c><c t="d"><v/></c></row>'), ()),
        "numbers": (_sheet('<row r="1"><c><v>1e999999</v></c><c><v>nan</v></c><c><v>十</v></c></row>'), ()),
        "errors": (_sheet('<row r="1"><c t="e"><v>#REF!</v></c><c t="b"><v>7</v></c><c t="?"><v>1</v></c></row>'), ()),
        "merged": (_sheet(two, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), ()),
        "empty": (_sheet(""), ("no_text",)),
        "not-xml": (b"<worksheet><sheetData><row>", ()),
        "other-root": (f'<?xml version="1.0"?><w:document {_W}/>'.encode(), ()),
    }
    slow = {"far-row", "no-row", "repeated"}
    for name, (content, codes) in cells.items():
        made = content if callable(content) else (lambda c=content: c)
        specimen = _refused if codes else _either
        make = partial(_sheet_of, good, made)
        yield specimen(f"sheet-{name}.xlsx", make, *codes, slow=name in slow)
    yield _either("sheet-dimension.xlsx", lambda: repacked(good.xlsx, {part: _dimension(good)}))
    for gone in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", part):
        yield _either(f"without-{gone.rpartition('/')[2]}.xlsx", lambda g=gone: repacked(good.xlsx, {g: None}))


def _sheet_of(good: Good, content: Callable[[], bytes]) -> bytes:
    return repacked(good.xlsx, {"xl/worksheets/sheet1.xml": content()})


def _dimension(good: Good) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good.xlsx)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    return sheet.replace(b'ref="A1:C201"', b'ref="A1:XFD1048576"')


# NULs, wrong and mixed encodings


def _zeros(good: Good) -> Iterator[Specimen]:
    text = good.text.encode()
    for suffix in (".txt", ".md", ".csv", ".html"):
        yield _refused(f"zeros-some{suffix}", text[:300] + b"\0\0\0" + text[300:], "binary", "mismatch")
        yield _refused(f"zeros-all{suffix}", b"\0" * 5_000)
        yield _either(f"zeros-end{suffix}", text + b"\0" * 512)
    control = f"<w:document {_W}><w:body><w:p><w:r><w:t>{_WORDS}&#0;&#x1f;</w:t></w:r></w:p></w:body></w:document>"
    yield _either("zeros.docx", _with(good, "docx", "word/document.xml", control))


def _encodings(good: Good) -> Iterator[Specimen]:
    a, b = good.text[:400], good.text[400:800]
    utf8, gbk = a.encode(), b.encode("gb18030")
    for suffix in (".txt", ".md", ".csv"):
        yield _refused(f"mixed-1{suffix}", utf8 + b"\n" + gbk, "mixed", "encoding")
        yield _refused(f"mixed-2{suffix}", gbk + b"\n" + utf8, "mixed", "encoding")
    yield _refused("mixed-16.txt", a.encode("utf-16") + utf8)
    yield _either("mixed-bom.txt", utf8 + b"\xef\xbb\xbf" + utf8)
    yield _either("mixed.html", b"<html><meta charset=utf-8><body>" + utf8 + gbk)
    traditional = "為扶持漁業生產，每畝補貼三百元，由各區公所於每年六月底前發放到戶。" * 6
    yield _either("big5.txt", traditional.encode("big5hkscs"))
    yield _refused(
        "sjis.txt",
        ("漁業の生産を支援するため、毎年六月までに補助金を支給する。" * 6).encode("cp932"),
        "encoding",
        "binary",
    )
    yield _refused(
        "korean.txt",
        ("어업 생산을 지원하기 위하여 매년 유월까지 보조금을 지급한다. " * 6).encode("cp949"),
        "encoding",
        "binary",
    )
    yield _either("latin.txt", ("Förderung der Fischerei für Gemeinden größer als fünf. " * 6).encode("latin-1"))
    yield _either("utf-7.txt", a.encode("utf-7"))
    yield _either("utf-32.txt", a.encode("utf-32"))
    yield _refused("ebcdic.txt", b"\xc5\xc2\xc3\x15\x00\x03\xff\xfe\x01\x02" * 60)
    yield _either("halves.txt", "渔\ud83d业".encode("utf-8", "surrogatepass") * 40)


# Bytes without any meaning, some behind a sound beginning


def _noise(good: Good) -> Iterator[Specimen]:
    for n, suffix in enumerate((".txt", ".md", ".html", ".docx", ".pdf", ".xlsx", ".csv", ".tsv", ".htm", ".xlsm")):
        for size in (40, 6_000):
            content = random.Random(f"{n}-{size}").randbytes(size)
            yield _refused(f"noise-{size}{suffix}", content)
    for n, (head, suffix) in enumerate(((b"PK\x03\x04", ".docx"), (b"%PDF-1.7\n", ".pdf"), (b"PK\x05\x06", ".xlsx"))):
        yield _refused(f"noise-head{suffix}", head + random.Random(n).randbytes(6_000))
    for seed in range(8):
        for name in ("docx", "pdf", "xlsx"):
            yield _either(f"struck-{seed}.{name}", partial(_struck, good, name, seed))


def _struck(good: Good, name: str, seed: int) -> bytes:
    """Some bytes of a sound file overwritten, more with each seed."""
    chance, content = random.Random(seed), bytearray(getattr(good, name))
    for _ in range(4 << seed):
        content[chance.randrange(30, len(content))] = chance.randrange(256)
    return bytes(content)


# Word documents


def _body(inside: str, words: str = "") -> str:
    said = f"<w:p><w:r><w:t>{_WORDS}{words}</w:t></w:r></w:p>"
    return f"<w:document {_W}><w:body>{said}{inside}</w:body></w:document>"


def _body_of(good: Good, inside: Callable[[], str]) -> bytes:
    return repacked(good.docx, {"word/document.xml": _body(inside()).encode()})


def _numbering(inside: str) -> str:
    return f"<w:numbering {_W}>{inside}</w:numbering>"


def _word(good: Good) -> Iterator[Specimen]:
    abstract = (
        '<w:abstractNum w:abstractNumId="7">{}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    level = '<w:lvl w:ilvl="0"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:lvlText w:val="%1"/></w:lvl>'
    numbers = {
        "not-xml": "<w:numbering",
        "empty": _numbering(""),
        "no-abstract": _numbering('<w:num w:numId="3"><w:abstractNumId w:val="99"/></w:num>'),
        "no-levels": _numbering(abstract.format("")),
        "circle": _numbering(abstract.format('<w:numStyleLink w:val="S"/><w:styleLink w:val="S"/>')),
        "deep-level": _numbering(abstract.format('<w:lvl w:ilvl="99"><w:lvlText w:val="%9%8%7"/></w:lvl>')),
        "bad-level": _numbering(
            abstract.format('<w:lvl w:ilvl="x"><w:start w:val="-5"/><w:numFmt w:val="?"/></w:lvl>')
        ),
        "huge-start": _numbering(abstract.format(level.format("9" * 400, "upperRoman"))),
        "letters": _numbering(abstract.format(level.format("999999", "upperLetter"))),
        "other-root": f"<w:document {_W}/>",
    }
    for name, xml in numbers.items():
        yield _either(f"numbering-{name}.docx", _with(good, "docx", "word/numbering.xml", xml))
    row = "<w:tr><w:tc>{}<w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
    spans = row.format('<w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>')
    bodies: dict[str, str | Callable[[], str]] = {
        "span": f"<w:tbl>{spans * 50}</w:tbl>",
        "before": f'<w:tbl><w:tr><w:trPr><w:gridBefore w:val="99999999"/></w:trPr>{row.format("")[6:]}</w:tbl>',
        "merge": f"<w:tbl>{row.format('<w:tcPr><w:vMerge/></w:tcPr>') * 3_000}</w:tbl>",
        "no-cells": "<w:tbl><w:tr/><w:tr/></w:tbl>",
        "tables": "<w:tbl><w:tr><w:tc>" * 150 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 150,
        "controls": "<w:sdt><w:sdtContent>" * 110 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 110,
        "deep": lambda: "<w:ins>" * 100_000 + "<w:p/>" + "</w:ins>" * 100_000,
        "runs": lambda: "<w:p>" + "<w:r><w:t>字</w:t></w:r>" * 300_000 + "</w:p>",
        "text": lambda: f"<w:p><w:r><w:t>{'字' * 11_000_000}</w:t></w:r></w:p>",
        "note": '<w:p><w:r><w:footnoteReference w:id="77"/><w:endnoteReference w:id="x"/></w:r></w:p>',
    }
    slow = {"merge", "runs", "text"}
    for name, inside in bodies.items():
        xml = inside if callable(inside) else (lambda i=inside: i)
        yield _either(f"body-{name}.docx", partial(_body_of, good, xml), slow=name in slow)
    style = '<w:style w:styleId="{}" w:type="paragraph" w:default="1"><w:basedOn w:val="{}"/></w:style>'
    circle = f"<w:styles {_W}>{style.format('A', 'B')}{style.format('B', 'A')}</w:styles>"
    yield _either("styles-circle.docx", _with(good, "docx", "word/styles.xml", circle))
    strict = (
        '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body><w:p/></w:body></w:document>'
    )
    yield _refused("strict-empty.docx", _with(good, "docx", "word/document.xml", strict), "no_text")
    for gone in (
        "word/document.xml",
        "_rels/.rels",
        "word/_rels/document.xml.rels",
        "word/styles.xml",
        "word/numbering.xml",
    ):
        yield _either(f"without-{gone.replace('/', '-')}.docx", lambda g=gone: repacked(good.docx, {g: None}))
    yield _either("types.docx", lambda: repacked(good.docx, {"[Content_Types].xml": b"<Types/>"}))
    yield _either("store-bad-sum.docx", partial(_bad_sum, good))


def _bad_sum(good: Good) -> bytes:
    raw = bytearray(good.docx)
    name = raw.rfind(b"word/document.xml")
    at = raw.rfind(b"PK\x01\x02", 0, name)
    raw[at + 16 : at + 20] = b"\1\2\3\4"
    return bytes(raw)


# PDF


def _one_page(
    content: bytes, *, page: str = "/MediaBox [0 0 595 842]", packed: bool = False, **more: str | bytes
) -> bytes:
    objects: dict[int, str | bytes] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R {page} /Contents 4 0 R /Resources 7 0 R >>",
        4: builders.pdf_stream(content, packed=packed),
        5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: builders.pdf_stream(
            b"/X Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
        ),
    }
    objects[7] = "<< /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >>"
    return builders.pdf_of(objects | {int(name[1:]): value for name, value in more.items()})


_SAID = b"BT /F 12 Tf 72 700 Td (words of a document) Tj ET\n"


def _portable(good: Good) -> Iterator[Specimen]:
    catalog = "<< /Type /Catalog /Pages 2 0 R >>"
    loops = {
        "own-child": {1: catalog, 2: "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"},
        "circle": {
            1: catalog,
            2: "<< /Type /Pages /Kids [3 0 R] /Count 2 >>",
            3: "<< /Type /Pages /Kids [2 0 R] /Count 2 /Parent 2 0 R >>",
        },
        "no-pages": {1: "<< /Type /Catalog >>"},
        "own-root": {1: "<< /Type /Catalog /Pages 1 0 R >>"},
        "many-claimed": {1: catalog, 2: "<< /Type /Pages /Kids [] /Count 999999999 >>"},
        "negative": {1: catalog, 2: "<< /Type /Pages /Kids [] /Count -5 >>"},
    }
    for name, objects in loops.items():
        yield _refused(f"tree-{name}.pdf", lambda o=objects: builders.pdf_of(o))
    yield _either(
        "table-circle.pdf",
        lambda: builders.pdf_of({1: catalog, 2: "<< /Type /Pages /Kids [] /Count 0 >>"}, more="/Prev 9"),
    )
    yield _either("form-circle.pdf", lambda: _one_page(_SAID + b"/X Do"))
    yield _either(
        "length-circle.pdf", lambda: _one_page(_SAID, o4=b"<< /Length 4 0 R >>\nstream\n" + _SAID + b"endstream")
    )
    yield _either("contents-circle.pdf", lambda: _one_page(_SAID, o4="[4 0 R 4 0 R]"))
    yield _either("flate-bomb.pdf", lambda: _one_page(_SAID + b" " * (64 << 20), packed=True), slow=True)
    yield _either("operators.pdf", lambda: _one_page(_SAID + b"q " * 3_000_000, packed=True))
    yield _either(
        "characters.pdf",
        lambda: _one_page(b"BT /F 1 Tf " + b"(" + b"a" * 1_500_000 + b") Tj ET", packed=True),
        slow=True,
    )
    lines = b"".join(b"%d 0 m %d 800 l S 0 %d m 500 %d l S " % (n, n, n, n) for n in range(5_900))
    yield _either("strokes.pdf", lambda: _one_page(_SAID + lines, packed=True), slow=True)
    yield _refused("many-pages.pdf", partial(_many_pages, 5_200), "pages")
    for name, page in {
        "no-box": "",
        "zero-box": "/MediaBox [0 0 0 0]",
        "huge-box": "/MediaBox [0 0 1e30 1e30]",
        "backwards-box": "/MediaBox [595 842 0 0]",
        "turned": "/MediaBox [0 0 595 842] /Rotate 45",
        "nan-box": "/MediaBox [a b c d]",
    }.items():
        yield _either(f"page-{name}.pdf", lambda p=page: _one_page(_SAID, page=p))
    yield _refused("nothing-drawn.pdf", lambda: _one_page(b""), "scan", "no_text")
    yield _refused("invisible.pdf", lambda: _one_page(b"BT 3 Tr /F 12 Tf 72 700 Td (words) Tj ET"), "scan", "no_text")
    yield _refused("scan.pdf", _scan, "scan")
    yield _either("fonts-missing.pdf", lambda: _one_page(_SAID, o5="null"))
    yield _either(
        "fonts-circle.pdf",
        lambda: _one_page(_SAID, o5="<< /Type /Font /Subtype /Type0 /DescendantFonts [5 0 R] /Encoding 5 0 R >>"),
    )
    yield _either("junk-before.pdf", lambda: b"x" * 900 + good.pdf)
    yield _either("junk-after.pdf", lambda: good.pdf + b"x" * 9_000)
    yield _either("no-table.pdf", lambda: good.pdf[: good.pdf.rfind(b"xref\n")])
    yield _either("bad-start.pdf", lambda: good.pdf[: good.pdf.rfind(b"startxref")] + b"startxref\n99999999\n%%EOF")
    yield _either("two-ends.pdf", lambda: good.pdf + good.pdf)


def _many_pages(count: int) -> bytes:
    kids = " ".join("3 0 R" for _ in range(count))
    return builders.pdf_of(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
            3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        }
    )


def _scan() -> bytes:
    """A page that is one picture."""
    image = builders.pdf_stream(
        bytes(200) * 283,
        "/Type /XObject /Subtype /Image /Width 200 /Height 283 /ColorSpace /DeviceGray /BitsPerComponent 8",
        packed=True,
    )
    return _one_page(b"q 595 0 0 842 0 0 cm /X Do Q", o6=image)


# What is declared


def _front_matter(good: Good) -> Iterator[Specimen]:
    bomb = "a0: &a0 [x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    matters = {
        "open": "title: [渔业",
        "tabs": "\ttitle: 渔业",
        "list": "- 一\n- 二",
        "scalar": "渔业",
        "date": "issued: 2025-13-45",
        "aliases": bomb + "recipients: *a11\ntitle: *a11",
        "deep": "title: " + "[" * 20_000,
        "own": "title: &a [*a]\nrecipients: *a",
        "tag": "title: !!python/object/apply:os.system ['true']",
        "long": "title: " + "长" * 70_000,
        "types": "title: {a: 1}\nissued: true\naccess: public\nrecipients: 7\nsupersedes: {a: b}",
        "access": "access: secret",
        "expires": "expires: 下个月",
        "twice": "title: 一\ntitle: 二",
        "number": "title: 0x" + "f" * 6_000,
        "bits": "title: !!binary abc",
    }
    for name, matter in matters.items():
        yield _either(f"matter-{name}.md", f"---\n{matter}\n---\n\n# {_TITLE}\n\n{_WORDS}\n".encode())
    yield _refused("matter-only.md", f"---\ntitle: {_TITLE}\n---\n".encode(), "no_text", "empty")
    for name, beside in (("noise", b"\xff\x00\x01" * 90), ("list", b"- a"), ("deep", b"a: " + b"{b: " * 20_000)):
        yield _either(f"sidecar-{name}.docx", lambda: good.docx, beside={f"sidecar-{name}.docx.meta.yaml": beside})


# Tables of text, and plain text


def _tables(_: Good) -> Iterator[Specimen]:
    yield _either("quote.csv", ('镇,"亩\n' + "东镇,三百\n" * 30_000).encode())
    yield _either("field.csv", ("镇,亩\n东镇," + "字" * 150_000 + "\n").encode())
    yield _refused("columns.csv", b"a," * 2_100_000, "cells", "line")
    yield _refused("delimiters.csv", b",,,,,,,\n" * 900, "no_text")
    yield _refused("delimiters.tsv", b"\t\t\t\n" * 900, "no_text", "empty")
    yield _either("ragged.csv", "\n".join("," * (n % 300) + "值" for n in range(600)).encode())
    yield _either("returns.csv", b"a,b\rc,d\re,f\r")


def _plain(_: Good) -> Iterator[Specimen]:
    yield _refused("empty.txt", b"", "empty")
    yield _refused("blank.txt", b" \n\t\n" * 900, "empty", "no_text")
    yield _refused("bom.txt", b"\xef\xbb\xbf", "empty", "no_text", "encoding", "binary")
    yield _refused("bom-16.txt", b"\xff\xfe", "empty", "no_text")
    yield _refused("line.txt", ("字" * 300_000).encode(), "line")
    yield _refused("large.txt", lambda: (_WORDS + "\n").encode() * 200_000, "size")
    yield _either("unseen.txt", ("\u200b\u200e\u202e\ufeff" * 500).encode())
    yield _either("marks.md", ("#" * 100_000 + "\n" + "> " * 20_000 + _WORDS).encode())
    yield _either("brackets.md", ("[" * 60_000 + "\n\n" + _WORDS).encode())
    yield _either("emphasis.md", ("*a_" * 20_000 + "\n\n" + _WORDS).encode())
    yield _either("lists.md", ("".join("  " * n + "- 一\n" for n in range(600))).encode())
    yield _either("columns.md", ("|" + "a|" * 20_000 + "\n|" + "-|" * 20_000 + "\n" + _WORDS).encode())
    yield _either("returns.txt", (_WORDS + "\r").encode() * 50)
    yield _either("enumerators.txt", ("一是" * 40_000 + "。\n").encode())


# What only LibreOffice opens


def _old(_: Good) -> Iterator[Specimen]:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for suffix in (".doc", ".wps", ".xls", ".et"):
        noise = head + random.Random(suffix).randbytes(6_000)
        yield _either(f"ole{suffix}", noise, slow=True)
    yield _either("groups.rtf", b"{\\rtf1" + b"{" * 200_000 + b"a", slow=True)
    yield _either("object.rtf", b"{\\rtf1 {\\object\\objdata " + b"ff" * 9_000 + b"}}", slow=True)
    yield _either(
        "empty-parts.odt", lambda: _package({"mimetype": b"application/vnd.oasis.opendocument.text"}), slow=True
    )
