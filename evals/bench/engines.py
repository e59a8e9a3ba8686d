"""``python -m evals.bench.engines --data DIR``: keyword engines over the same terms, each in a process of its own.

What is compared: building, changing some passages, asking, memory, disk, ranking, and what a kill in the middle of a
change leaves behind. tantivy and bm25s come with ``pip install tantivy bm25s``; the product needs neither.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, Protocol

import click

from corpus.document import Document, Metadata
from corpus.errors import InputError
from corpus.normalise import simplify
from evals.bench.console import run
from evals.bench.data import BenchSet, load
from evals.bench.measures import measure
from evals.bench.report import percentile
from index.bigrams import keyword_terms
from index.bigrams import terms as terms_of
from index.catalog import Catalog, Entry
from index.chunk import Chunk
from index.keywords import PostingKeywords

DEPTH = 100
CHANGED = 1_000  # passages that a change replaces
KILLS = 5
_MARK = "版次"  # with a number: a term that only changed passages have
Texts = Mapping[str, str]


class Engine(Protocol):
    """A keyword index in a folder; what ``put`` was given lasts when it returns."""

    def put(self, texts: Texts) -> None:
        """Add passages or replace those of the same id."""
        ...

    def search(self, terms: Sequence[str], k: int) -> list[str]:
        """Ids of at most ``k`` passages, best first."""
        ...


class Postings:
    """The product's own: postings in the catalog's SQLite file, summed by numpy."""

    def __init__(self, folder: Path) -> None:
        self._catalog = Catalog(folder / "catalog.sqlite")
        self._keywords = PostingKeywords(self._catalog)

    def put(self, texts: Texts) -> None:
        """See ``Engine``; the catalog keeps the texts as well."""
        with self._catalog.change() as connection:
            for key, text in texts.items():
                self._keywords.drop(connection, key)
                self._catalog.remove(connection, key)
                document = Document(key, key, Metadata(""), text)
                chunk = Chunk(key, key, 0, len(text), (), "", text)
                self._catalog.put(connection, document, Entry(key, key, "", "", "public"), [chunk])
            self._keywords.put(connection, "public", [Chunk(k, k, 0, len(t), (), "", t) for k, t in texts.items()])

    def search(self, terms: Sequence[str], k: int) -> list[str]:
        """See ``Engine``."""
        return [hit.key for hit in self._keywords.search(terms, k, ("public",))]


class Fts5:
    """SQLite's full-text index over the terms, with spaces between them."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "fts.sqlite", isolation_level=None)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(
            "CREATE TABLE IF NOT EXISTS ids (number INTEGER PRIMARY KEY, id TEXT UNIQUE);"
            "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(words);"
        )

    def put(self, texts: Texts) -> None:
        """See ``Engine``."""
        self._connection.execute("BEGIN IMMEDIATE")
        for key, text in texts.items():
            self._connection.execute("INSERT OR IGNORE INTO ids (id) VALUES (?)", (key,))
            [number] = self._connection.execute("SELECT number FROM ids WHERE id = ?", (key,)).fetchone()
            self._connection.execute("DELETE FROM found WHERE rowid = ?", (number,))
            self._connection.execute("INSERT INTO found (rowid, words) VALUES (?, ?)", (number, _words(text)))
        self._connection.execute("COMMIT")

    def search(self, terms: Sequence[str], k: int) -> list[str]:
        """See ``Engine``."""
        query = " OR ".join(f'"{term}"' for term in terms)
        select = "SELECT id FROM found JOIN ids ON number = found.rowid WHERE found MATCH ? ORDER BY rank LIMIT ?"
        return [str(key) for (key,) in self._connection.execute(select, (query, k))]


class Tantivy:
    """The Rust library of that name, its whitespace tokenizer over the terms."""

    def __init__(self, folder: Path) -> None:
        self._tantivy = _library("tantivy")
        builder = self._tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        (folder / "tantivy").mkdir(exist_ok=True)
        self._index = self._tantivy.Index(self._schema, path=str(folder / "tantivy"))

    def put(self, texts: Texts) -> None:
        """See ``Engine``."""
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for key, text in texts.items():
            writer.delete_documents_by_term("id", key)
            writer.add_document(self._tantivy.Document(id=key, words=_words(text)))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, terms: Sequence[str], k: int) -> list[str]:
        """See ``Engine``."""
        query, should = self._tantivy.Query, self._tantivy.Occur.Should
        asked = query.boolean_query([(should, query.term_query(self._schema, "words", term)) for term in terms])
        searcher = self._index.searcher()
        return [str(searcher.doc(place)["id"][0]) for _, place in searcher.search(asked, k).hits]


class Bm25s:
    """Scores computed beforehand in a sparse matrix: every change builds it anew."""

    def __init__(self, folder: Path) -> None:
        self._bm25s, self._folder = _library("bm25s"), folder / "bm25s"
        self._texts: dict[str, str] = {}
        if (self._folder / "texts.json").exists():
            self._texts = json.loads((self._folder / "texts.json").read_text("utf-8"))
            self._matrix = self._bm25s.BM25.load(self._folder)

    def put(self, texts: Texts) -> None:
        """See ``Engine``."""
        self._texts |= texts
        self._matrix = self._bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        self._matrix.index([terms_of(text) for text in self._texts.values()], show_progress=False)
        self._folder.mkdir(exist_ok=True)
        self._matrix.save(self._folder)
        (self._folder / "texts.json").write_text(json.dumps(self._texts, ensure_ascii=False), "utf-8")

    def search(self, terms: Sequence[str], k: int) -> list[str]:
        """See ``Engine``."""
        known = [term for term in terms if term in self._matrix.vocab_dict]
        if not known:
            return []
        places, scores = self._matrix.retrieve([known], k=min(k, len(self._texts)), show_progress=False)
        keys = list(self._texts)
        return [keys[at] for at, score in zip(places[0], scores[0], strict=True) if score > 0]


ENGINES: Mapping[str, Callable[[Path], Engine]] = {
    "postings": Postings,
    "fts5": Fts5,
    "tantivy": Tantivy,
    "bm25s": Bm25s,
}


def _words(text: str) -> str:
    return " ".join(terms_of(text))


def _library(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError as error:
        raise InputError(f"{name} is not installed; run `pip install {name}`") from error


def measure_engine(name: str, data: BenchSet, folder: Path) -> dict[str, Any]:
    """Build, ask, change some passages; milliseconds, seconds, MB and ranking, by name."""
    before = _peak_mb()
    texts = _texts(data)
    engine, building = _timed(lambda: _built(name, folder, texts))
    rankings, milliseconds = [], []
    for query in data.queries:
        found, took = _timed(lambda: engine.search(keyword_terms(simplify(query.question)), DEPTH))  # noqa: B023
        rankings.append(found)
        milliseconds.append(took * 1_000)
    values = measure(data.queries, [one[:20] for one in rankings])
    changing = [_timed(lambda: engine.put(_marked(texts, at)))[1] for at in range(3)]  # noqa: B023
    one = [_timed(lambda: engine.put(dict(list(_marked(texts, at).items())[:1])))[1] for at in range(3, 6)]  # noqa: B023
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "build s": round(building, 1),
        f"replace {CHANGED} s": round(sorted(changing)[1], 2),
        "replace 1 ms": round(sorted(one)[1] * 1_000, 1),
        "ask ms p50 / p95": f"{percentile(milliseconds, 50):.1f} / {percentile(milliseconds, 95):.1f}",
        "memory MB": round(_peak_mb() - before),
        "disk MB": round(size / 1e6),
        "hit@1 / hit@5 / MRR@10": " / ".join(
            f"{sum(values[m]) / len(data.queries):.3f}" for m in ("hit@1", "hit@5", "MRR@10")
        ),
    }


def survive(name: str, folder: Path, texts: Texts, delays: Sequence[float]) -> str:
    """Kill a process that changes passages, as often as there are delays; what the next one to open finds."""
    _built(name, folder, texts)
    for number, delay in enumerate(delays, start=100):
        context = multiprocessing.get_context("spawn")
        began = context.Event()
        child = context.Process(target=_change, args=(name, folder, texts, number, began))
        child.start()
        began.wait()
        time.sleep(delay)
        if child.pid is not None and child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        child.join()
        fault = _fault(name, folder, f"{_MARK}{number}", len(texts))
        if fault:
            return f"kill {number - 99}: {fault}"
    return f"whole after {len(delays)} kills"


def _fault(name: str, folder: Path, mark: str, total: int) -> str:
    try:
        engine = ENGINES[name](folder)
        changed, everything = len(engine.search([mark], total)), len(engine.search(["条"], total))
    except Exception as error:  # noqa: BLE001 (whatever a library raises on what it cannot read is the finding)
        return f"cannot be opened ({type(error).__name__})"
    if changed not in {0, min(CHANGED, total)}:
        return f"{changed} of {CHANGED} passages changed"
    return "" if everything else "passages lost"


def _change(name: str, folder: Path, texts: Texts, number: int, began: Event) -> None:
    engine = ENGINES[name](folder)
    began.set()
    engine.put(_marked(texts, number))


def _built(name: str, folder: Path, texts: Texts) -> Engine:
    engine = ENGINES[name](folder)
    engine.put(texts)
    return engine


def _marked(texts: Texts, number: int) -> dict[str, str]:
    chosen = random.Random(number).sample(sorted(texts), min(CHANGED, len(texts)))  # noqa: S311 (a sample)
    return {key: f"{texts[key]} 条 {_MARK}{number}" for key in chosen}


def _texts(data: BenchSet) -> dict[str, str]:
    return {one.id: f"{one.metadata.title} {one.text[one.body :]} 条" for one in data.documents}


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    made = work()
    return made, time.perf_counter() - began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """The result of the work in a fresh process, so that memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def compare(data: BenchSet, names: Sequence[str], *, kills: int = KILLS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each engine's figures, one engine after the other."""
    few = dict(list(_texts(data).items())[: 5 * CHANGED])
    for name in names:
        with tempfile.TemporaryDirectory(prefix="dafu-engine-") as whole, tempfile.TemporaryDirectory() as small:
            found = _apart(measure_engine, name, data, Path(whole))
            delays = [0.05 * 2**at for at in range(kills)]
            yield name, found | {"killed": _apart(survive, name, Path(small), few, delays)}


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of the set.")
@click.option("--split", help="Ask only the questions of this split.")
@click.option("--distractors", is_flag=True, help="Index distractors.jsonl too.")
@click.option("--engine", "names", multiple=True, type=click.Choice(list(ENGINES)), help="Only these.")
def main(*, data: Path, split: str | None, distractors: bool, names: Sequence[str]) -> None:
    """Print a table of the engines."""
    chosen = load(data, split=split, distractors=distractors)
    rows = dict(compare(chosen, names or list(ENGINES)))
    measures = list(next(iter(rows.values())))
    click.echo(f"{len(chosen.documents)} passages, {len(chosen.queries)} questions\n")
    click.echo("\n".join([f"| | {' | '.join(rows)} |", f"|{' --- |' * (len(rows) + 1)}"]))
    for one in measures:
        click.echo(f"| {one} | {' | '.join(str(found[one]) for found in rows.values())} |")


if __name__ == "__main__":
    run(main)
