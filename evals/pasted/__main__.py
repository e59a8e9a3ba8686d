"""``python -m evals.pasted``: papers and books as other programs write them, and which share of their words is read.

LibreOffice writes all formats; Chromium prints PDF, pandoc writes docx, odt and rtf, openpyxl xlsx, where they are
installed. Printed is, for each format, how many files there were, and the mean and the least share of the words that a
person copies which are read in their order (the longest common subsequence of characters, spaces aside; raised digits
have to be read as such); each file below ``--tell`` is named with what it lacks.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from statistics import fmean

import click
from openpyxl import Workbook

from corpus import InputError, read_document
from corpus.formats.process import office
from evals.pasted.papers import Book, Cell, Paper, odf, ods, web
from evals.pasted.samples import books, papers

_TEXTS = ("docx", "doc", "rtf", "odt", "html", "pdf")
_SHEETS = ("xlsx", "xls", "ods", "csv")
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
_SAID = 200  # characters that are told of what is missing
_TIMEOUT = 600


@dataclass(frozen=True, slots=True)
class Made:
    """A file, the program that made it, and the words that a person copies from it."""

    path: Path
    program: str
    words: Sequence[str]


@click.command(help=__doc__)
@click.option("--keep", type=click.Path(path_type=Path), help="Write the files here.")
@click.option("--tell", default=0.995, show_default=True, help="Name each file of which less is read.")
@click.option("--only", multiple=True, help="Only these formats.")
def main(keep: Path | None, tell: float, only: Sequence[str]) -> None:
    """See above."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        found: dict[str, list[float]] = defaultdict(list)
        for made in make(folder):
            kind = made.path.suffix.removeprefix(".")
            if only and kind not in only:
                continue
            share, missing = measure(made)
            found[kind].append(share)
            if share < tell:
                click.echo(f"{made.path.name} ({made.program}): {share:.4f}, without {'…'.join(missing)[:_SAID]}")
        for kind, shares in found.items():
            click.echo(f"| {kind} | {len(shares)} | {fmean(shares):.4f} | {min(shares):.4f} |")


def measure(made: Made) -> tuple[float, list[str]]:
    """The share of the words that is read, in order, and what is not."""
    read = _plain(_unmarked(read_document(made.path, made.path.parent).text))
    words = [one for one in map(_plain, made.words) if one]
    kept = sum(common(one, read) for one in words)
    missing = [
        one[start:end]
        for one in words
        for tag, start, end, *_ in SequenceMatcher(None, one, read, autojunk=False).get_opcodes()
        if tag in {"delete", "replace"} and kept < sum(map(len, words))
    ]
    return kept / max(sum(map(len, words)), 1), missing


def common(a: str, b: str) -> int:
    """The length of the longest common subsequence, by the bits of long integers (Hyyrö 2004)."""
    places: dict[str, int] = defaultdict(int)
    for at, one in enumerate(a):
        places[one] |= 1 << at
    whole = (1 << len(a)) - 1
    row = whole
    for one in b:
        matched = row & places.get(one, 0)
        row = ((row + matched) | (row - matched)) & whole
    return len(a) - row.bit_count()


def _plain(text: str) -> str:
    """Without spaces."""
    return "".join(text.split())


def _unmarked(text: str) -> str:
    """Canonical text without what stands for headings, items and tables."""
    lines = (line for line in text.splitlines() if not line.startswith("| ---"))
    return "\n".join(line.lstrip("#- ").replace("|", " ") for line in lines)


# Programs


def make(folder: Path) -> Iterator[Made]:
    """All files, below a folder."""
    for name in ("odf", "web", "office", "pandoc", "browser", "openpyxl"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    texts, sheets = papers(), books()
    for paper in texts:
        (folder / "odf" / f"{paper.name}.fodt").write_text(odf(paper), encoding="utf-8")
        page = folder / "web" / f"{paper.name}.html"
        page.write_text(web(paper), encoding="utf-8")
        yield Made(page, "by hand", paper.words(web=True))
    for book in sheets:
        (folder / "odf" / f"{book.name}.fods").write_text(ods(book), encoding="utf-8")
    yield from _office(folder, texts, sheets)
    yield from _pandoc(folder, texts)
    yield from _browser(folder, texts)
    yield from _openpyxl(folder / "openpyxl", sheets)


def _office(folder: Path, texts: Sequence[Paper], sheets: Sequence[Book]) -> Iterator[Made]:
    for kind in _TEXTS:
        _convert(folder, "html:HTML (StarWriter)" if kind == "html" else kind, (f"{one.name}.fodt" for one in texts))
        for paper in texts:
            words = paper.words(web=kind == "html", boxes=kind != "html")  # which it paints as pictures there
            yield Made(folder / "office" / f"{paper.name}.{kind}", "LibreOffice", words)
    for kind in _SHEETS:
        _convert(folder, _CSV if kind == "csv" else kind, (f"{one.name}.fods" for one in sheets))
        for book in sheets:
            yield Made(folder / "office" / f"{book.name}.{kind}", "LibreOffice", book.words(plain=kind == "csv"))


def _convert(folder: Path, kind: str, names: Iterable[str]) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    files = [str(folder / "odf" / name) for name in names]
    program = office()
    if program is None:
        raise InputError("LibreOffice is not installed, which writes these files; install it")
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "office"), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT)  # noqa: S603 (our own files)


def _pandoc(folder: Path, texts: Sequence[Paper]) -> Iterator[Made]:
    program = shutil.which("pandoc")
    for paper in texts if program else ():
        for kind in ("docx", "odt", "rtf"):
            made = folder / "pandoc" / f"{paper.name}-pandoc.{kind}"
            command = [program or "", "-s", str(folder / "web" / f"{paper.name}.html"), "-o", str(made)]
            subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT)  # noqa: S603 (our own files)
            yield Made(made, "pandoc", paper.words(web=True))


def _browser(folder: Path, texts: Sequence[Paper]) -> Iterator[Made]:
    program = shutil.which("chromium")
    for paper in texts if program else ():
        made = folder / "browser" / f"{paper.name}-chromium.pdf"
        page = (folder / "web" / f"{paper.name}.html").resolve().as_uri()
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={made}"]
        command = [program or "", *options, f"--user-data-dir={folder / 'chromium'}", page]
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT)  # noqa: S603 (our own files)
        yield Made(made, "Chromium", paper.words(web=True))


def _openpyxl(folder: Path, sheets: Sequence[Book]) -> Iterator[Made]:
    for book in sheets:
        path = folder / f"{book.name}-openpyxl.xlsx"
        _write_book(book, path)
        yield Made(path, "openpyxl", book.words())


def _write_book(book: Book, path: Path) -> None:
    out = Workbook()
    for number, (name, rows) in enumerate(book.sheets):
        sheet = out.active if number == 0 else out.create_sheet()
        sheet.title = name
        for at, row in enumerate(rows, start=1):
            column = 1
            for value in row:
                cell = sheet.cell(at, column)
                if isinstance(value, Cell):
                    cell.value = value.words
                    last = column + value.across - 1
                    sheet.merge_cells(start_row=at, end_row=at, start_column=column, end_column=last)
                    column = last
                elif isinstance(value, str):
                    cell.value = value or None
                    cell.data_type = "s" if value else "n"
                else:
                    cell.value, cell.number_format = value[0], value[1]
                column += 1
    out.save(path)


if __name__ == "__main__":
    main()
