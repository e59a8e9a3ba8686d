"""``dafu search`` and ``dafu ask``."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.answer import Answer
from assistant.assistant import check_question
from assistant.cli.options import (
    GENERATORS,
    READERS,
    BatchRow,
    HomeCommand,
    batch_option,
    each_with_progress,
    json_option,
    print_json,
    read_batch,
    settings,
)
from assistant.cli.root import open_assistant, open_searcher, open_store
from assistant.conversation import turns
from assistant.generate.choose import choose_generator
from assistant.locale import message
from assistant.question import behind
from corpus.errors import InputError
from corpus.normalise import join_lines
from index.hit import Hit


@click.command(cls=HomeCommand)
@click.argument("question", required=False)
@click.option("-k", type=click.IntRange(1, 100), default=5, show_default=True, help="How many passages.")
@json_option
@batch_option
def search(question: str | None, k: int, as_json: bool, batch: Path | None) -> None:
    """Find the passages nearest to a question."""
    asked, rows = _questions(question, batch)
    chosen = settings()
    searcher = open_searcher(chosen, open_store(chosen))
    for row in each_with_progress(rows, "searching"):
        hits = searcher.search(behind(row.question, [turn.question for turn in turns(row.history)]), k)
        print_json({"id": row.id, **_search_result(row.question, hits)}, indent=None)
    if asked is None:
        return
    hits = searcher.search(asked, k)
    if as_json:
        print_json(_search_result(asked, hits))
    for hit in () if as_json else hits:
        print(f"{hit.rank}. {hit.title}  {' / '.join(hit.heading)}  ({hit.score:.2f})\n   {join_lines(hit.text)}")


def _search_result(question: str, hits: list[Hit]) -> dict[str, object]:
    return {"question": question, "hits": [hit.to_dict() for hit in hits]}


@click.command(cls=HomeCommand)
@click.argument("question", required=False)
@click.option("--generator", type=GENERATORS, help="Who words the answer.")
@click.option("--reader", type=READERS, help="Who reads the nearest passages.")
@click.option("--documents", multiple=True, metavar="ID", help="Answer from this document alone; may be repeated.")
@json_option
@batch_option
def ask(
    *,
    question: str | None,
    generator: str | None,
    reader: str | None,
    documents: tuple[str, ...],
    as_json: bool,
    batch: Path | None,
) -> None:
    """Answer a question from the documents, every sentence with its source."""
    asked, rows = _questions(question, batch)
    chosen = settings(generator=generator, reader=reader)
    words = choose_generator(chosen)  # before the index: a wrong setting is told at once
    searcher = open_searcher(chosen, open_store(chosen))
    assistant = open_assistant(chosen, searcher.within(documents) if documents else searcher, words)
    for row in each_with_progress(rows, "answering"):
        print_json({"id": row.id, **assistant.ask(row.question, row.history).to_dict()}, indent=None)
    if asked is None:
        return
    answer = assistant.ask(asked)
    if as_json:
        print_json(answer.to_dict())
    else:
        _print_answer(answer)


def _print_answer(answer: Answer) -> None:
    print(answer.text)
    cited = answer.citations or (answer.abstention.nearest if answer.abstention else ())
    if cited:
        print("\n" + message("ev" if answer.citations else "no.near"))
    for citation in cited:
        place = " / ".join((citation.source.metadata.title, *citation.heading))
        print(f"[{citation.n}] {place}（{citation.source.path}，{citation.quote.start}–{citation.quote.end}）")
        print(f"    {join_lines(citation.quote.text)}")


def _questions(question: str | None, batch: Path | None) -> tuple[str | None, tuple[BatchRow, ...]]:
    """The question that was given, or those of a file, each checked before the first is answered."""
    if (question is None) == (batch is None):
        raise InputError("give a question or --batch FILE, one of the two")
    return (None if question is None else check_question(question)), (read_batch(batch) if batch else ())
