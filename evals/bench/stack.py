"""``python -m evals.bench.stack --data DIR``: Dafu beside the stack of LangChain's tutorial, in one run.

Each ingests the same passages, is opened anew, and is asked the same questions, in processes of their own, one after
the other. Times are of the processor, so that what else runs on the machine matters little. ``--packages`` is a folder
with the tutorial's packages (``pip install --target``), which Dafu does not need.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import click

from corpus.document import Document
from corpus.errors import DafuError
from evals.bench.sets import Query, load, run
from evals.metrics import percentile

System = Literal["dafu", "tutorial"]
SYSTEMS: tuple[System, ...] = ("tutorial", "dafu")
Find = Callable[[str], list[str]]
_DEPTH = 20
_LEG = 10  # hits of each leg of the tutorial's
_FIGURES: Mapping[str, tuple[str, str, bool]] = {  # what it is called, how it is written, whether less is better
    "ingest": ("ingest, s of processor time", "{:.1f}", True),
    "load": ("of it loading", "{:.1f}", False),
    "cold": ("first question after a start, s", "{:.1f}", True),
    "p50": ("search p50, ms", "{:.1f}", True),
    "p95": ("search p95, ms", "{:.1f}", True),
    "peak": ("memory, peak of ingestion, MB", "{:.0f}", True),
    "resident": ("memory after all questions, MB", "{:.0f}", True),
    "disk": ("disk, MB", "{:.1f}", True),
    "chunks": ("chunks", "{:.0f}", False),
    "one": ("right document @1", "{:.3f}", False),
    "five": ("right document @5", "{:.3f}", False),
}


class Tutorial:
    """The retrieval stack of LangChain's own tutorial, one instance a process; ``model`` is the encoder's folder.

    RecursiveCharacterTextSplitter 500/50, HuggingFaceEmbeddings with the same e5 in fp32, Chroma, BM25Retriever over
    character bigrams, EnsembleRetriever with equal weights. Its packages are not ours, and imported where it is asked.
    """

    def __init__(self, model: Path) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings  # noqa: PLC0415

        self._embeddings = HuggingFaceEmbeddings(
            model_name=str(model),
            model_kwargs={"device": "cpu", "model_kwargs": {"dtype": "float32"}},
            encode_kwargs={"prompt": "passage: "},
            query_encode_kwargs={"prompt": "query: "},
        )

    def ingest(self, documents: Sequence[Document], folder: Path) -> int:
        """Fill a folder; the number of chunks."""
        from langchain_chroma import Chroma  # noqa: PLC0415
        from langchain_core.documents import Document as Passage  # noqa: PLC0415
        from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415

        passages = [Passage(one.text, metadata={"id": one.id}) for one in documents]
        chunks = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50).split_documents(passages)
        Chroma.from_documents(chunks, self._embeddings, persist_directory=str(folder))
        return len(chunks)

    def open(self, folder: Path) -> Find:
        """Search over a filled folder; BM25Retriever keeps nothing, so that it is made anew from the stored chunks."""
        from langchain_chroma import Chroma  # noqa: PLC0415
        from langchain_classic.retrievers import EnsembleRetriever  # noqa: PLC0415
        from langchain_community.retrievers import BM25Retriever  # noqa: PLC0415
        from langchain_core.documents import Document as Passage  # noqa: PLC0415

        store = Chroma(persist_directory=str(folder), embedding_function=self._embeddings)
        kept = store.get()
        rows = zip(kept["documents"], kept["metadatas"], strict=True)
        words = BM25Retriever.from_documents(
            [Passage(text, metadata=meta) for text, meta in rows], preprocess_func=_bigrams
        )
        words.k = _LEG
        both = EnsembleRetriever(retrievers=[words, store.as_retriever(search_kwargs={"k": _LEG})], weights=[0.5, 0.5])
        return lambda question: [str(one.metadata["id"]) for one in both.invoke(question)]


def _bigrams(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def passages(data: Path, count: int, questions: int) -> tuple[list[Document], list[Query]]:
    """So many documents, first those that questions are about, and the questions that they answer."""
    whole = load(data)
    asked = {name for query in whole.queries for name in query.relevant}
    some = sorted(whole.documents, key=lambda one: one.id not in asked)[:count]
    held = {one.id for one in some}
    return some, [query for query in whole.queries if set(query.relevant) & held][:questions]


def ingest(system: System, documents: Sequence[Document], home: Path, model: Path) -> dict[str, float]:
    """Fill a home, with what it cost."""
    if system == "tutorial":
        stack = Tutorial(model)
        loaded = _spent()
        chunks = stack.ingest(documents, home)
    else:
        from index.encoder import load_default_encoder  # noqa: PLC0415 (imports count as loading)
        from index.storage.store import Store  # noqa: PLC0415
        from index.sync import sync  # noqa: PLC0415

        source = home.with_name("source")
        source.mkdir()
        for one in documents:
            (source / f"{one.id}.txt").write_text(one.text, "utf-8")
        encoder = load_default_encoder(model.parent)
        loaded = _spent()
        store = Store(home, create=True)
        sync(store, [source], encoder)
        chunks = store.catalog.count()[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"ingest": _spent(), "load": loaded, "peak": peak, "chunks": chunks, "disk": _size(home) / 1e6}


def ask(system: System, queries: Sequence[Query], home: Path, model: Path) -> dict[str, float]:
    """Open a filled home and ask; the first question, with everything before it, is the cold one."""
    find = _opened(system, home, model)
    find(queries[0].question)
    cold = _spent()
    find(f"{queries[0].question}？")
    times, one, five = [], 0, 0
    for query in queries:
        began = time.process_time()
        found = list(dict.fromkeys(find(query.question)))
        times.append(1000 * (time.process_time() - began))
        one += bool(set(found[:1]) & set(query.relevant))
        five += bool(set(found[:5]) & set(query.relevant))
    share = {"one": one / len(queries), "five": five / len(queries)}
    return {"cold": cold, "p50": percentile(times, 50), "p95": percentile(times, 95), "resident": _resident(), **share}


def _opened(system: System, home: Path, model: Path) -> Find:
    if system == "tutorial":
        return Tutorial(model).open(home)
    from index.encoder import load_default_encoder  # noqa: PLC0415
    from index.searcher import Searcher  # noqa: PLC0415
    from index.storage.store import Store  # noqa: PLC0415

    searcher = Searcher.open(Store(home), load_default_encoder(model.parent))
    return lambda question: [hit.document for hit in searcher.search(question, _DEPTH)]


def table(rows: Mapping[System, Mapping[str, float]]) -> str:
    """Each figure of both, and how many times Dafu is ahead."""
    lines = ["| measure | tutorial | Dafu | |", "| --- | --- | --- | --- |"]
    for name, (told, form, compared) in _FIGURES.items():
        theirs, ours = (rows[system][name] for system in SYSTEMS)
        ahead = f"{theirs / ours:.1f}×" if compared and ours else ""
        lines.append(f"| {told} | {form.format(theirs)} | {form.format(ours)} | {ahead} |")
    return "\n".join(lines)


def _spent() -> float:
    return sum(os.times()[:4])


def _resident() -> float:
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.is_file() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measured(
    system: System, documents: Sequence[Document], queries: Sequence[Query], packages: Path | None, model: Path
) -> dict[str, float]:
    """All figures of one, each of its two steps in a process of its own.

    Raises:
        DafuError: a step failed.
    """
    alone = ProcessPoolExecutor(1, get_context("spawn"), _begin, (packages,), max_tasks_per_child=1)
    with tempfile.TemporaryDirectory(prefix="dafu-bench-") as folder, alone:
        home = Path(folder) / "home"
        try:
            filled = alone.submit(ingest, system, documents, home, model).result()
            return {**filled, **alone.submit(ask, system, queries, home, model).result()}
        except Exception as error:
            raise DafuError(f"{system} could not be measured ({error}); see --packages") from error


def _begin(packages: Path | None) -> None:
    """Of what is in both places ours is used, and nothing is fetched."""
    sys.path += [str(packages)] if packages else []
    os.environ["HF_HUB_OFFLINE"] = "1"


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of the set.")
@click.option("--documents", default=120, show_default=True, help="Passages to ingest.")
@click.option("--questions", default=200, show_default=True, help="Questions to ask at the most.")
@click.option("--packages", type=click.Path(path_type=Path), help="Folder with the tutorial's packages.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for stack.json.")
def main(*, data: Path, documents: int, questions: int, packages: Path | None, out: Path | None) -> None:
    """Print the table of both."""
    from index.models import ENCODER, default_models_dir  # noqa: PLC0415 (for the parent alone)

    some, queries = passages(data, documents, questions)
    model = ENCODER.path(default_models_dir(os.environ))
    rows = {system: measured(system, some, queries, packages, model) for system in SYSTEMS}
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    click.echo(f"{len(some)} passages, {len(queries)} questions; {machine}\n\n{table(rows)}")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "stack.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    run(main)
