"""How many of the embedded model's rewordings can be proved; where one can't, an answer keeps the quote.

``python -m evals.perturb.rewording [--sentences 60] [--threads 1] [--out FILE]`` gives the model sentences that answer
questions of the suites, one at a time, as an answer would, and prints the shares; the rewordings go to ``--out``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from assistant.generate import Evidence
from assistant.generate.chat import ChatGenerator
from assistant.llm.client import ChatClient, Endpoint
from assistant.llm.local import LlamaSettings, LocalServer
from assistant.units import Unit, units_of_document
from assistant.verify import Context, RuleVerifier
from corpus import read_document
from corpus.errors import InputError
from corpus.normalise import fold, is_english
from corpus.quantities import bare
from evals.perturb.measure import Rate
from evals.suite import load, suite_names
from index.models import LLM, default_models_dir

Outcome = Literal["copied", "proved", "not proved"]


def main() -> None:
    """Prints how many sentences were copied, how many reworded so that they are proved, and how many not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, default=Path("corpus/documents"))
    parser.add_argument("--model", type=Path, default=None, help="a GGUF file; the prepared one by default")
    parser.add_argument("--sentences", type=int, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    path = options.model or LLM.path(default_models_dir({}))
    if not path.is_file():
        raise InputError(f"{path} is missing; run `dafu models prepare llm`")
    asked = list(questions(options.documents))
    random.Random(20250021).shuffle(asked)  # noqa: S311 - a fixed choice, not a secret
    counts: Counter[Outcome] = Counter()
    rows = []
    with LocalServer(path, LlamaSettings(threads=options.threads)) as server:
        generator = ChatGenerator(ChatClient(lambda: _patient(server)), server.name, one_by_one=True)
        for question, unit in asked[: options.sentences]:
            evidence = Evidence(1, unit.text, unit.quotes, unit.source, unit.block.heading)
            (said,) = generator.generate(question, [evidence])
            found = outcome(said.text, unit)
            counts[found] += 1
            rows.append({"outcome": found, "question": question, "evidence": unit.text, "said": said.text})
    for name, n in counts.most_common():
        print(f"{name:12s}{Rate(n, counts.total())}")  # noqa: T201
    if options.out:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        options.out.write_text("".join(lines), encoding="utf-8")


def questions(folder: Path) -> Iterator[tuple[str, Unit]]:
    """Each Chinese question of the suites with the sentence, item or row that answers it, no such unit twice."""

    @cache
    def units(document: str) -> tuple[Unit, ...]:
        paths = (folder / f"{document}{suffix}" for suffix in (".md", ".txt"))
        return tuple(u for path in paths if path.is_file() for u in units_of_document(read_document(path, folder)))

    seen = set()
    for case in (case for name in suite_names() for case in load(name)):
        for gold in case.gold if case.answerable and not case.history and not is_english(case.question) else ():
            unit = next((one for one in units(gold.document) if gold.quote in one.quotes[-1].text), None)
            if unit and unit.key not in seen:
                seen.add(unit.key)
                yield case.question, unit


def outcome(said: str, unit: Unit) -> Outcome:
    """What became of a sentence: its evidence again, other words that are proved, or other words that are not."""
    if bare(fold(said)) == bare(fold(unit.text)):
        return "copied"
    quotes = [quote.text for quote in unit.quotes]
    context = Context.of(unit.source, unit.block.heading)
    return "proved" if RuleVerifier().verify(said, quotes, context).supported else "not proved"


def _patient(server: LocalServer) -> Endpoint:
    """The server with time enough for a busy machine: nobody waits."""
    return replace(server.endpoint(), first_token_seconds=180.0, total_seconds=300.0)


if __name__ == "__main__":
    main()
