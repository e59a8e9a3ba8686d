"""``python -m evals.bench.intake --data FILE``: how fast files in mixed formats become searchable, and are kept so.

Writes the passages of a set as text, Markdown, HTML, Word, CSV and Excel files and syncs them into a throw-away home;
then again without a change, and once more with one file in a hundred changed: only what changed may be embedded.
"""

from __future__ import annotations

import csv
import html
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import islice
from pathlib import Path

import click
import docx
from openpyxl import Workbook, load_workbook

from evals.bench.console import run
from index import Store
from index.chunk import chunk
from index.encoder import Encoder, load_default_encoder
from index.sync import sync

_PASSAGES = 14  # in a file: about two pages
_FOLDERS = 20
_CHANGED = "修订后："


@dataclass(frozen=True, slots=True)
class Step:
    """One sync, as it was measured: seconds of the clock and of the processor, MB of memory at the most so far."""

    name: str
    seconds: float
    processor: float
    added: int
    changed: int
    unchanged: int
    failed: int
    embedded: int
    expected: int
    memory: int
    parser_memory: int


def write_files(folder: Path, passages: Sequence[str], count: int) -> list[Path]:
    """So many files, a format after the other, of the passages."""
    writers = list(_WRITERS.items())
    written = []
    for number in range(count):
        name, write = writers[number % len(writers)]
        some = [one.replace("\n", " ") for one in passages[number * _PASSAGES : (number + 1) * _PASSAGES]]
        path = folder / f"{number % _FOLDERS:02d}" / f"{number:05d}{name.partition(' ')[0]}"
        path.parent.mkdir(exist_ok=True, parents=True)
        write(path, f"第{number}号规定汇编", some)
        written.append(path)
    return written


def _text(path: Path, title: str, passages: Sequence[str]) -> None:
    path.write_text("\n\n".join((title, *passages)), encoding="utf-8")


def _old_text(path: Path, title: str, passages: Sequence[str]) -> None:
    path.write_text("\n\n".join((title, *passages)), encoding="gb18030")


def _markdown(path: Path, title: str, passages: Sequence[str]) -> None:
    path.write_text("\n\n".join((f"---\nkind: law\n---\n# {title}", *passages)), encoding="utf-8")


def _page(path: Path, title: str, passages: Sequence[str]) -> None:
    body = "".join(f"<p>{html.escape(one)}</p>" for one in passages)
    path.write_text(
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>{body}",
        encoding="utf-8",
    )


def _word(path: Path, title: str, passages: Sequence[str]) -> None:
    document = docx.Document()
    document.add_heading(title, 0)
    for one in passages:
        document.add_paragraph(one)
    document.save(str(path))


def _table(path: Path, _: str, passages: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        csv.writer(opened).writerows([("条", "内容"), *enumerate(passages, start=1)])


def _sheet(path: Path, _: str, passages: Sequence[str]) -> None:
    book = Workbook()
    for row in [("条", "内容"), *enumerate(passages, start=1)]:
        book.active.append(row)
    book.save(path)


_WRITERS: Mapping[str, Callable[[Path, str, Sequence[str]], None]] = {
    ".txt": _text,
    ".md": _markdown,
    ".html": _page,
    ".docx": _word,
    ".csv": _table,
    ".xlsx": _sheet,
    ".txt in GB18030": _old_text,
    ".docx again": _word,
}


def change(path: Path) -> None:
    """Amend one passage in the middle of a file, by the program that would."""
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        document.paragraphs[3].text = _CHANGED + document.paragraphs[3].text
        document.save(str(path))
    elif path.suffix == ".xlsx":
        book = load_workbook(path)
        book.active["B4"] = f"{_CHANGED}{book.active['B4'].value}"
        book.save(path)
    else:
        raw = path.read_bytes()
        encoding = "utf-8" if _is_utf8(raw) else "gb18030"
        text = raw.decode(encoding)
        path.write_bytes((text[: len(text) // 2] + _CHANGED + text[len(text) // 2 :]).encode(encoding))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def measure(store: Store, folder: Path, encoder: Encoder | None, name: str) -> Step:
    """One sync; ``expected`` is how many chunks there are afterwards whose words were not there before."""
    before = _words(store)
    started, used = time.monotonic(), os.times()
    report = sync(store, [folder], encoder, yes=True)
    seconds, after = time.monotonic() - started, os.times()
    return Step(
        name,
        round(seconds, 1),
        round(sum(after[:4]) - sum(used[:4]), 1),
        report.added,
        report.changed,
        report.unchanged,
        len(report.failed),
        report.embedded,
        len(_words(store) - before),
        _megabytes(resource.RUSAGE_SELF),
        _megabytes(resource.RUSAGE_CHILDREN),
    )


def _words(store: Store) -> set[str]:
    return {one.text for document in store.catalog.documents() for one in chunk(document)}


def _megabytes(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


def bench(folder: Path, passages: Sequence[str], count: int, encoder: Encoder | None) -> Iterator[Step]:
    """All steps, one after the other, in ``folder``; without an encoder only the keyword leg is filled."""
    papers = folder / "papers"
    files = write_files(papers, passages, count)
    store = Store(folder / "home", create=True)
    for name in ("first", "nothing new"):
        yield measure(store, papers, encoder, name)
    for path in random.Random(1).sample(files, max(1, count // 100)):  # noqa: S311 (which files, nothing secret)
        change(path)
    yield measure(store, papers, encoder, "one in a hundred changed")
    faults = store.faults(encoder.fingerprint if encoder else None)
    if faults:
        raise click.ClickException(f"the home has faults afterwards: {faults[0].what}")


def _passages(data: Path, count: int) -> list[str]:
    with data.open(encoding="utf-8") as lines:
        texts = (json.loads(line)["text"] for line in lines)
        return list(islice((one for one in texts if one), count * _PASSAGES))


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path, exists=True), help="JSONL file of passages.")
@click.option("--files", default=2_000, type=click.IntRange(min=1), help="How many files to write.")
@click.option("--keywords", is_flag=True, help="Embed nothing.")
def main(*, data: Path, files: int, keywords: bool) -> None:
    """Write files in mixed formats, sync them, change one in a hundred, and print what each sync took."""
    names = [one.name for one in fields(Step)]
    click.echo(f"| {' | '.join(names)} |\n|{' --- |' * len(names)}")
    encoder = None if keywords else load_default_encoder()
    with tempfile.TemporaryDirectory(prefix="dafu-intake-") as folder:
        for step in bench(Path(folder), _passages(data, files), files, encoder):
            click.echo(f"| {' | '.join(str(value) for value in asdict(step).values())} |")


if __name__ == "__main__":
    run(main)
