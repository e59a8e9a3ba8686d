"""How long a person waits for the embedded model: ``python -m evals.bench.speed [--questions N] [--threads N]``.

Questions of the suites that the documents answer, drawn with a fixed seed; for each the time to the quotes, to the
first verified sentence and to the whole answer, with and without reuse of the prompt's fixed part and prompt lookup.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.conversation import Progress
from assistant.generate import Generator
from assistant.generate.chat import ChatGenerator
from assistant.generate.extractive import ExtractiveGenerator
from assistant.llm.client import ChatClient
from assistant.llm.local import Engine, LocalServer
from evals.bench.console import run
from evals.bench.report import percentile
from evals.runner import AS_OF
from evals.suite import Case, load, suite_names
from index.encoder import load_default_encoder
from index.models import LLM, default_models_dir
from index.searcher import Searcher
from index.store import Store
from index.sync import sync


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds from the question to the quotes, to the first sentence and to the end; the answer's sentences.

    ``fell_back``: the model failed or took too long, and the quotes stand in for what it had not said.
    """

    quotes: float
    first: float
    whole: float
    sentences: int
    fell_back: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to run the model; none is the generator that needs no model."""

    name: str
    engine: Engine | None


def main() -> None:
    """Prints the table, and writes it to ``--out``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--threads", type=int, default=0, help="all the cores by default")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with _searcher() as searcher:
        extractive = Assistant(searcher, ExtractiveGenerator(), as_of=AS_OF)
        cases = answered(extractive, options.questions + 1)
        rows = []
        for variant in variants(options.threads):
            with _generator(variant) as generator:
                rows.append((variant.name, measure(Assistant(searcher, generator, as_of=AS_OF), cases)))
            print(table(rows), flush=True)  # noqa: T201
    if options.out:
        options.out.write_text(table(rows), encoding="utf-8")


def variants(threads: int) -> tuple[Variant, ...]:
    """No model, then the model with and without each of the two savings."""
    chosen = threads or os.cpu_count() or 1
    ways = ((True, False), (True, True), (False, False), (False, True))
    named = tuple(
        Variant(
            f"local, cache {'on' if reuse else 'off'}, lookup {'on' if lookup else 'off'}",
            Engine(threads=chosen, reuse=reuse, lookup=lookup),
        )
        for reuse, lookup in ways
    )
    return (Variant("extractive", None), *named)


def answered(assistant: Assistant, wanted: int) -> list[Case]:
    """So many cases that have an answer and get one, drawn with a fixed seed."""
    cases = [case for name in suite_names() for case in load(name) if case.answerable]
    random.Random(20250021).shuffle(cases)  # noqa: S311 - a fixed choice, not a secret
    found: list[Case] = []
    for case in cases:
        if len(found) < wanted and assistant.ask(case.question, case.history).answered:
            found.append(case)
    return found


def measure(assistant: Assistant, cases: Sequence[Case]) -> list[Waited]:
    """Each case once; one more before them, so that the model is loaded and its fixed part evaluated."""
    waited(assistant, cases[0])
    return [waited(assistant, case) for case in cases[1:]]


def waited(assistant: Assistant, case: Case) -> Waited:
    """One question, asked as the page asks it."""
    began = time.perf_counter()
    quotes = first = 0.0
    answer: Answer | None = None
    for step in assistant.stream(case.question, case.history):
        passed = time.perf_counter() - began
        if isinstance(step, Progress):
            quotes = passed if step.stage == "compose" else quotes
        else:
            first, answer = first or passed, step
    assert answer is not None
    fell_back = any(note.kind == "fallback" for note in answer.notes)
    return Waited(quotes, first, time.perf_counter() - began, len(answer.claims), fell_back)


def table(rows: Sequence[tuple[str, Sequence[Waited]]]) -> str:
    """Markdown: medians and 90th percentiles in seconds."""
    head = "| generator | n | quotes | first sentence | whole answer | sentences | fell back |\n"
    return head + "| --- | --: | --- | --- | --- | --: | --: |\n" + "".join(_row(name, many) for name, many in rows)


def _row(name: str, many: Sequence[Waited]) -> str:
    times = (_both([getattr(one, part) for one in many]) for part in ("quotes", "first", "whole"))
    said, failed = median(one.sentences for one in many), sum(one.fell_back for one in many)
    return f"| {name} | {len(many)} | {' | '.join(times)} | {said:g} | {failed} |\n"


def _both(seconds: Sequence[float]) -> str:
    return f"{median(seconds):.2f} (p90 {percentile(seconds, 90):.2f})"


@contextmanager
def _searcher() -> Iterator[Searcher]:
    encoder = load_default_encoder()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder), create=True)
        sync(store, [Path(str(files("corpus"))) / "documents"], encoder)
        yield Searcher.open(store, encoder)


@contextmanager
def _generator(variant: Variant) -> Iterator[Generator]:
    if variant.engine is None:
        yield ExtractiveGenerator()
        return
    with LocalServer(LLM.path(default_models_dir({})), variant.engine) as server:
        yield ChatGenerator(ChatClient(server.endpoint), f"local/{server.name}", one_by_one=True)


if __name__ == "__main__":
    run(main)
