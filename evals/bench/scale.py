"""What more chunks cost: ``python -m evals.bench.scale --data DIR [--chunks 3000 --chunks 60000] [--where home]``.

Articles of a set (``bench/lecoqa``), twenty to a document and again from the start where there are too few, go through
the index's own way in: into a home, onto PostgreSQL and a Chroma server that are started for it, and onto PostgreSQL
with pgvector alone. Vectors are drawn around real ones, so that neither embedding nor its time is in the figures.
Prints one line of JSON for each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import click
import numpy as np

from corpus.document import Document, Metadata
from evals.bench.sets import load
from evals.metrics import percentile
from evals.withstand.load import descendants, resident
from evals.withstand.servers import chroma, postgres
from index.encoder import Kind, load_default_encoder
from index.intake import Filing, Intake
from index.legs import Vectors
from index.searcher import Searcher
from index.storage.catalog import Entry
from index.storage.store import Store, fingerprint
from index.vectors import vectors_at

_ARTICLES = 20  # of a document
_GROUP = 50  # documents made visible together, as a sync does
_REAL = 400  # passages whose real vectors the others lie around
_QUESTIONS = 200
_PLACES = ("home", "servers", "pgvector")
_NEAR = 0.6  # length of what is added to a real vector, itself of length 1: a cosine of .86 to it


class DrawnVectors:
    """An ``Encoder``: questions have their real vectors, a passage has one near a real one, the same each time."""

    fingerprint: str = "drawn/1"

    def __init__(self, folder: Path) -> None:
        self._passages = np.load(folder / "passages.npy")
        questions = json.loads((folder / "questions.json").read_text("utf-8"))
        self._questions = dict(zip(questions, np.load(folder / "questions.npy"), strict=True))
        self.dimensions: int = self._passages.shape[1]

    @property
    def questions(self) -> list[str]:
        """Those that have vectors."""
        return list(self._questions)

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``Encoder``."""
        if kind == "query":
            return np.stack([self._questions[one] for one in texts])
        return np.stack([self._near(zlib.crc32(one.encode())) for one in texts])

    def _near(self, seed: int) -> Vectors:
        away = np.random.default_rng(seed).standard_normal(self.dimensions, np.float32)
        found: Vectors = self._passages[seed % len(self._passages)] + _NEAR * away / np.linalg.norm(away)
        return found / np.float32(np.linalg.norm(found))


def prepare(data: Path, folder: Path) -> None:
    """Embed what the others are drawn around."""
    whole, encoder = load(data, queries=_QUESTIONS), load_default_encoder()
    questions = list(dict.fromkeys(one.question for one in whole.queries))
    np.save(folder / "passages.npy", encoder.encode([one.text for one in whole.documents[:_REAL]], "passage"))
    np.save(folder / "questions.npy", encoder.encode(questions, "query"))
    (folder / "questions.json").write_text(json.dumps(questions), "utf-8")


def papers(texts: Sequence[str], chunks: int) -> Iterator[Document]:
    """Documents of twenty articles each, about so many chunks in all: one holds two articles on average."""
    given = enumerate(islice(cycle(texts), 2 * chunks))
    number = 0
    while some := list(islice(given, _ARTICLES)):
        number += 1
        text = "\n\n".join(f"{one}" if at < len(texts) else f"（{at}）{one}" for at, one in some)
        yield Document(f"paper-{number}", f"paper-{number}.txt", Metadata(title=f"文件{number}"), text, 0)


def fill(data: Path, chunks: int, store: Store, encoder: DrawnVectors) -> dict[str, Any]:
    """Take everything in."""
    with store.catalog.change() as connection:
        store.catalog.keep(connection, {"fingerprint": fingerprint(encoder.fingerprint)})
    texts = [one.text for one in load(data, distractors=True).documents]
    intake, waiting, began = Intake(store, encoder), papers(texts, chunks), time.perf_counter()
    while some := list(islice(waiting, _GROUP)):
        entries = (Entry(one.id, one.path, "", "", "public") for one in some)
        intake.file([Filing(one, entry, "added") for one, entry in zip(some, entries, strict=True)])
    seconds = time.perf_counter() - began
    return {
        "chunks": store.catalog.count()[1],
        "ingest_s": round(seconds, 1),
        "ingest_mib": round(resident(os.getpid())),
    }


def ask(store: Store, encoder: DrawnVectors, began: float) -> dict[str, Any]:
    """Search as somebody does who has just started the program."""
    searcher = Searcher.open(store, encoder)
    first, *questions = encoder.questions
    searcher.search(first, 10)
    start, times = time.perf_counter() - began, []
    for question in questions:
        before = time.perf_counter()
        searcher.search(question, 10)
        times.append(1000 * (time.perf_counter() - before))
    found = {"start_s": start, "p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}
    return {**{name: round(one, 1) for name, one in found.items()}, "mib": round(resident(os.getpid()))}


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="The set.")
@click.option("--chunks", multiple=True, default=[3_000, 60_000], type=int, help="About how many; again for more.")
@click.option("--where", multiple=True, default=_PLACES, type=click.Choice(_PLACES), help="Where; again for more.")
@click.option("--step", nargs=3, hidden=True, help="One step of a measurement: fill or ask, folder, chunks.")
def main(data: Path, chunks: Sequence[int], where: Sequence[str], step: tuple[str, str, str] | None) -> None:
    """Measure a home and servers, each step in a process of its own."""
    began = time.perf_counter()
    if step:
        what, folder, count = step[0], Path(step[1]), int(step[2])
        url, vectors = os.environ.get("DAFU_DATABASE", ""), os.environ.get("DAFU_VECTORS", "")
        kept = vectors_at(vectors) if vectors else None
        store = Store(folder / "home", create=True, database=url, vectors=kept)
        encoder = DrawnVectors(folder)
        click.echo(json.dumps(fill(data, count, store, encoder) if what == "fill" else ask(store, encoder, began)))
        return
    with tempfile.TemporaryDirectory(prefix="dafu-scale-") as prepared:
        prepare(data, Path(prepared))
        for count in chunks:
            for place in where:
                click.echo(json.dumps(_measured(data, Path(prepared), count, place)))


def _measured(data: Path, prepared: Path, chunks: int, where: str) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dafu-scale-")))
        for one in prepared.iterdir():
            (folder / one.name).symlink_to(one)
        environ = dict(os.environ)
        if where != "home":
            environ["DAFU_DATABASE"] = stack.enter_context(postgres(folder / "postgres", safe=True))
            by_chroma = where == "servers"
            server = stack.enter_context(chroma(folder / "chroma")) if by_chroma else environ["DAFU_DATABASE"]
            environ["DAFU_VECTORS"] = server
        command = [sys.executable, "-m", "evals.bench.scale", "--data", str(data), "--step"]
        found: dict[str, Any] = {"where": where}
        for what in ("fill", "ask"):
            step = [*command, what, str(folder), str(chunks)]
            ran = subprocess.run(step, check=True, stdout=subprocess.PIPE, text=True, env=environ)  # noqa: S603
            found |= json.loads(ran.stdout)
        beside = sum(_share(one) for one in descendants(os.getpid()))
        disk = sum(map(_size, (folder / "home", folder / "chroma", folder / "postgres")))
        return {**found, "servers_mib": round(beside), "disk_mb": round(disk / 1e6)}


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.resolve().rglob("*") if one.is_file())


def _share(process: int) -> float:
    """MiB of a process, what it shares with others in its part: PostgreSQL's processes share most."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(one.split()[1]) / 1024 for one in lines if one.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    main()
