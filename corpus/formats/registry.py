"""Which parser reads which file: by its suffix and by its content, which must agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from corpus.formats.content import NAMES, Content
from corpus.formats.parser import Parser
from corpus.formats.refusals import Unreadable


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
MHT = Format("web archive", "corpus.formats.webarchive")
DOCX = Format("docx", "corpus.formats.word")
XLSX = Format("xlsx", "corpus.formats.excel")
CSV = Format("csv", "corpus.formats.csvtable")
PDF = Format("pdf", "corpus.formats.pdf", pictures="corpus.formats.scan")
OFD = Format("ofd", "corpus.formats.ofd")
OLD_TEXT = Format("old text", "corpus.formats.word.converted", converted=".docx")
OLD_SHEET = Format("old sheet", "corpus.formats.excel", converted=".xlsx")

_Accepted = Mapping[Content, Format]
_TEXTS: _Accepted = dict.fromkeys(("text", "html", "mht", "wordml"), TEXT)
_PAGES: _Accepted = {"html": HTML, "text": HTML, "mht": MHT}
_DOCX: _Accepted = {"docx": DOCX}
_OLD_TEXTS: _Accepted = {
    **dict.fromkeys(("ole", "rtf", "odt", "wordml"), OLD_TEXT),
    "docx": DOCX,
    "html": HTML,
    "mht": MHT,
}
_OLD_SHEETS: _Accepted = {"ole": OLD_SHEET, "ods": OLD_SHEET, "xlsx": XLSX, "html": HTML, "text": CSV}
# Programs save web pages and new formats under old suffixes so often that these are read by their content.
_BY_SUFFIX: Mapping[str, _Accepted] = {
    ".txt": _TEXTS,
    ".md": _TEXTS,
    ".markdown": _TEXTS,
    ".html": _PAGES,
    ".htm": _PAGES,
    ".mht": _PAGES,
    ".mhtml": _PAGES,
    ".docx": _DOCX,
    ".docm": _DOCX,
    ".dotx": _DOCX,
    ".dotm": _DOCX,
    ".doc": _OLD_TEXTS,
    ".wps": _OLD_TEXTS,
    ".wpt": _OLD_TEXTS,
    ".dot": _OLD_TEXTS,
    ".rtf": _OLD_TEXTS,
    ".odt": _OLD_TEXTS,
    ".pdf": {"pdf": PDF},
    ".ofd": {"ofd": OFD},
    ".xlsx": {"xlsx": XLSX},
    ".xlsm": {"xlsx": XLSX},
    ".xls": _OLD_SHEETS,
    ".et": _OLD_SHEETS,
    ".ods": _OLD_SHEETS,
    ".csv": {"text": CSV},
    ".tsv": {"text": CSV},
}
_RENAME: Mapping[Content, str] = {
    "text": ".txt",
    "html": ".html",
    "mht": ".mht",
    "wordml": ".doc",
    "pdf": ".pdf",
    "docx": ".docx",
    "xlsx": ".xlsx",
    "ofd": ".ofd",
    "odt": ".odt",
    "ods": ".ods",
    "ole": ".doc or .xls",
    "rtf": ".rtf",
}
SUFFIXES = frozenset(_BY_SUFFIX)
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
    rename = _RENAME.get(content)
    cure = f"rename it to end in {rename}" if rename else "export it again as a document"
    raise Unreadable("mismatch", found=NAMES[content], cure=cure)
