"""``python -m evals.bench.answers --data DIR``: what answering gives on sets that nobody here wrote.

Each question is asked twice over the same ranking: as it is, and with every passage that holds the answer taken out,
where only a refusal is right. The first hit stands beside it: an answer engine must give no less than the search
beneath it. Hits are worked out once and kept, so that another way of reading costs only its own time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.reading import reader_named
from corpus.normalise import fold, join_lines
from evals.bench.asked import SETS, Asked, asked, holds, questions
from evals.bench.console import DEFAULT_CACHE, run
from evals.bench.data import load
from evals.metrics import estimate, paired
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: each 1 or 0."""

    answered: float
    right: float
    first: float
    refused: float


class _Fixed:
    """A retriever that has its hits already."""

    encoder = None

    def __init__(self) -> None:
        self.hits: Sequence[Hit] = ()

    def search(self, query: str, k: int) -> Sequence[Hit]:  # noqa: ARG002 (see ``Retriever``)
        return self.hits[:k]


def outcome(one: Asked, ask: Callable[[str, Sequence[Hit]], Answer]) -> Outcome:
    """Ask with and without the passages that answer."""
    answer = ask(one.query.question, one.hits)
    said = " ".join(fold(join_lines(c.quote.text)) for c in answer.citations) if answer.answered else ""
    first = fold(join_lines(one.hits[0].text)) if one.hits else ""
    return Outcome(
        float(answer.answered),
        float(holds(said, one.query.answers)),
        float(holds(first, one.query.answers)),
        float(not ask(one.query.question, one.without).answered),
    )


def table(rows: Mapping[str, Sequence[Outcome]]) -> str:
    """Each set's figures with n and 95 % intervals."""
    lines = [
        "| set | n | answered | right | refused without | first hit holds it | right − first hit |",
        "|" + " --- |" * 7,
    ]
    for name, outcomes in rows.items():
        cells = [
            _cell([getattr(one, field) for one in outcomes]) for field in ("answered", "right", "refused", "first")
        ]
        found = paired([one.first for one in outcomes], [one.right for one in outcomes])
        difference = f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]" if found else "–"
        lines.append(f"| {name} | {len(outcomes)} | {' | '.join(cells)} | {difference} |")
    return "\n".join(lines)


def _cell(values: Sequence[float]) -> str:
    found = estimate(values)
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" if found else "–"


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of the sets.")
@click.option("--labels", type=click.Path(path_type=Path), help="reader.jsonl.gz, whose test split is asked.")
@click.option("--only", multiple=True, type=click.Choice(list(SETS)), help="These sets alone.")
@click.option("--queries", type=click.IntRange(min=1), help="Ask only so many questions of each, with a fixed seed.")
@click.option("--reader", default="auto", help="The reader: cross, words.")
@click.option("--cache", default=DEFAULT_CACHE, type=click.Path(path_type=Path), help="Folder that keeps hits.")
def main(
    *, data: Path, labels: Path | None, only: Sequence[str], queries: int | None, reader: str, cache: Path
) -> None:
    """Print a table of the sets."""
    fixed = _Fixed()
    assistant = Assistant(fixed, reader=reader_named(reader))

    def ask(question: str, hits: Sequence[Hit]) -> Answer:
        fixed.hits = hits
        return assistant.ask(question)

    rows: dict[str, list[Outcome]] = {}
    for name in only or SETS:
        bench = load(data / SETS[name])
        found = asked(name, questions(name, bench, labels, queries), bench, cache)
        rows[name] = [outcome(one, ask) for one in found]
    click.echo(table(rows))


if __name__ == "__main__":
    run(main)
