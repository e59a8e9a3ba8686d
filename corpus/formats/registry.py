"""What a file is, by its bytes and its suffix, which must agree; which parser reads it; and may it be opened at all."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Literal

from corpus.formats.parser import Limits, Parser
from corpus.formats.refusals import Unreadable

Content = Literal[
    "text",
    "html",
    "mht",
    "wordml",
    "pdf",
    "docx",
    "xlsx",
    "odt",
    "ods",
    "pptx",
    "ofd",
    "zip",
    "ole",
    "rtf",
    "image",
    "archive",
    "binary",
]
_NAMES: Mapping[Content, tuple[str, str]] = {  # what it is called, and the suffix under which it is read
    "text": ("plain text", ".txt"),
    "html": ("a web page", ".html"),
    "mht": ("a web page in one file", ".mht"),
    "wordml": ("a Word document in one XML file", ".doc"),
    "pdf": ("a PDF", ".pdf"),
    "docx": ("a Word document", ".docx"),
    "xlsx": ("a spreadsheet", ".xlsx"),
    "odt": ("an OpenDocument text", ".odt"),
    "ods": ("an OpenDocument spreadsheet", ".ods"),
    "pptx": ("a presentation (.pptx)", ""),
    "ofd": ("an OFD document", ".ofd"),
    "zip": ("a zip archive", ""),
    "ole": ("an old Office document", ".doc or .xls"),
    "rtf": ("rich text", ".rtf"),
    "image": ("an image", ""),
    "archive": ("an archive", ""),
    "binary": ("of no type that is known here", ""),
}
_SIGNATURES: tuple[tuple[bytes, Content], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\x7fELF", "binary"),
    (b"MZ", "binary"),
)
_PARTS: tuple[tuple[str, Content], ...] = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_MAIN = "xl/workbook.xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
MHT = re.compile(
    rb"\A\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,12}?(?:MIME-Version:|Content-Type:\s*multipart/related)",
    re.IGNORECASE,
)
_WORDML = re.compile(rb"<\?mso-application\s+progid\s*=\s*[\"']Word\.Document")
_MARKED: tuple[tuple[re.Pattern[bytes], Content], ...] = ((MHT, "mht"), (_WORDML, "wordml"), (_HTML, "html"))
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0(?:D\0O\0C|E\0N\0T)|\0<\0!\0(?:D\0O\0C|E\0N\0T)", re.IGNORECASE)
_BEFORE_ROOT = re.compile(rb"<!--.*?-->|<\?.*?\?>|^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)|\s+", re.DOTALL)
_ROOT = re.compile(rb"\0?<\0?[A-Za-z_]")
_TEXT_BYTES = frozenset({0x07, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x1B})
_MEGABYTE = 2**20
_HEAD = 4096
_PROLOG = 64 * 1024  # bytes in which the root element of a part has to begin
_FREE = 10 * _MEGABYTE  # an archive that unpacks to less is no bomb, whatever its ratio


def content_of(path: Path, limits: Limits) -> Content:
    """What the file is.

    Raises:
        Unreadable: it is empty, damaged, protected, or an archive that would be dangerous to open.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            raise Unreadable("empty")
        if head.startswith(b"PK"):
            return _package(file, path.stat().st_size, limits)
        if b"%PDF-" in head[:1024]:
            return "pdf"
        for signature, content in _SIGNATURES:
            if head.startswith(signature) and not _is_text(head):
                return _ole(file) if content == "ole" else content
    for pattern, content in _MARKED:
        if pattern.search(head):
            return content
    return "rtf" if head.startswith(b"{\\rtf") else "text" if _is_text(head) else "binary"


def _is_text(head: bytes) -> bool:
    """Whether bytes may be text, in UTF-16 too: few control characters, and zeros only on one side of each pair."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return not head[0::2].count(0) or not head[1::2].count(0)
    return sum(byte < 0x20 and byte not in _TEXT_BYTES for byte in head) * 50 <= len(head)


def _ole(file: BinaryIO) -> Content:
    """An old Office file; a new one with a password is packed in the same way."""
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in file.read(64 * _MEGABYTE):
        raise Unreadable("encrypted")
    return "ole"


def _package(file: BinaryIO, size: int, limits: Limits) -> Content:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_sizes(members, size, limits)
            found = _kind(archive, {one.filename for one in members})
            if found in {"docx", "xlsx", "ofd"}:
                _check_members(archive, members)
            return found
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, KeyError) as error:
        raise Unreadable("damaged") from error


def _kind(archive: zipfile.ZipFile, names: set[str]) -> Content:
    if "[Content_Types].xml" in names:
        for prefix, content in _PARTS:
            if any(name.replace("\\", "/").lstrip("/").lower().startswith(prefix) for name in names):
                return content
    if "OFD.xml" in {name.lstrip("/") for name in names}:
        return "ofd"
    if "mimetype" in names:
        with archive.open("mimetype") as member:
            kind = member.read(100)
        if b"opendocument.text" in kind:
            return "odt"
        if b"opendocument.spreadsheet" in kind:
            return "ods"
    return "zip"


def _check_sizes(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """The sizes an archive declares; what it hides is met by the limits of the process that unpacks it."""
    if any(one.flag_bits & 1 for one in members):
        raise Unreadable("encrypted")
    unpacked = sum(one.file_size for one in members)
    too_dense = unpacked > _FREE and unpacked > size * limits.ratio
    if len(members) > limits.members or unpacked > limits.unpacked * _MEGABYTE or too_dense:
        raise Unreadable("bomb")


def _check_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """No part may declare a DTD (entities can grow without end or name other files), nor hide one behind comments.

    Reading the head of each part also finds most archives that were cut off or tampered with.
    """
    for one in members:
        if one.filename.endswith((".xml", ".rels")):
            with archive.open(one) as member:
                head = member.read(_PROLOG)
            if _STRICT in head and one.filename == _MAIN:
                raise Unreadable("strict", target=".xlsx")
            if _DTD.search(head):
                raise Unreadable("entities")
            if head and not _ROOT.match(_BEFORE_ROOT.sub(b"", head)):
                raise Unreadable("damaged")


@dataclass(frozen=True, slots=True)
class Format:
    """A way to read files; ``module`` has its ``parse``, and is imported only where files are parsed.

    ``converted`` is the suffix that LibreOffice turns the file into before it is parsed; ``pictures`` the module that
    reads pages whose words are in pictures.
    """

    name: str
    module: str = ""
    converted: str = ""
    pictures: str = ""

    def parser(self) -> Parser:
        """Its parser, with whatever library it needs."""
        parser: Parser = import_module(self.module).parse
        return parser

    @property
    def is_text(self) -> bool:
        """Whether the file's own characters are the canonical text, so that nothing has to be parsed."""
        return not self.module


TEXT = Format("text")
HTML = Format("html", "corpus.formats.html")
DOCX = Format("docx", "corpus.formats.word.body")
XLSX = Format("xlsx", "corpus.formats.sheets.excel")
CSV = Format("csv", "corpus.formats.sheets.csvtable")
PDF = Format("pdf", "corpus.formats.pdf", pictures="corpus.formats.scan")
OFD = Format("ofd", "corpus.formats.ofd")
OLD_TEXT = Format("old text", "corpus.formats.word.converted", converted=".docx")
OLD_SHEET = Format("old sheet", "corpus.formats.sheets.excel", converted=".xlsx")

_Accepted = Mapping[Content, Format]
_TEXTS: _Accepted = dict.fromkeys(("text", "html", "mht", "wordml"), TEXT)
_PAGES: _Accepted = {"html": HTML, "text": HTML, "mht": HTML}
_WORD: _Accepted = {"docx": DOCX}
_SHEETS: _Accepted = {"xlsx": XLSX}
_TABLES: _Accepted = {"text": CSV}
_OLD_TEXTS: _Accepted = {
    **dict.fromkeys(("ole", "rtf", "odt", "wordml"), OLD_TEXT),
    **dict.fromkeys(("html", "mht"), HTML),
    "docx": DOCX,
}
_OLD_SHEETS: _Accepted = {"ole": OLD_SHEET, "ods": OLD_SHEET, "xlsx": XLSX, "html": HTML, "text": CSV}
# Programs save web pages and new formats under old suffixes so often that these are read by their content.
_BY_SUFFIX: Mapping[str, _Accepted] = {
    **dict.fromkeys((".txt", ".md", ".markdown"), _TEXTS),
    **dict.fromkeys((".html", ".htm", ".mht", ".mhtml"), _PAGES),
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), _WORD),
    **dict.fromkeys((".doc", ".wps", ".wpt", ".dot", ".rtf", ".odt"), _OLD_TEXTS),
    **dict.fromkeys((".xlsx", ".xlsm"), _SHEETS),
    **dict.fromkeys((".xls", ".et", ".ods"), _OLD_SHEETS),
    **dict.fromkeys((".csv", ".tsv"), _TABLES),
    ".pdf": {"pdf": PDF},
    ".ofd": {"ofd": OFD},
}
SUFFIXES = frozenset(_BY_SUFFIX)
SHEET_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
PARSED_SUFFIXES = SUFFIXES - {".txt", ".md", ".markdown"}


def format_of(suffix: str, content: Content) -> Format:
    """The format of a file with this suffix (lower case, with its dot) and content.

    Raises:
        Unreadable: no file of this suffix is read, or the content is something else.
    """
    accepted = _BY_SUFFIX.get(suffix)
    if accepted is None:
        raise Unreadable("type", types=", ".join(sorted(SUFFIXES)))
    if content in accepted:
        return accepted[content]
    name, own = _NAMES[content]
    cure = f"rename it to end in {own}" if own else "export it again as a document"
    raise Unreadable("mismatch", found=f"{name} ({own})" if own else name, cure=cure)
