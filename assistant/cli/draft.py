"""``dafu draft``: a suggestion in a file → a reply with its evidence, as Word or Markdown."""

from __future__ import annotations

import os
from pathlib import Path

import click

from assistant.cli.options import GENERATORS, HomeCommand, progress_bar, settings
from assistant.cli.root import open_assistant, open_searcher, open_store
from assistant.draft.drafter import Drafter
from assistant.draft.letter import Letter, keeps_back
from assistant.draft.letter_markdown import markdown
from assistant.draft.office import letter_template
from assistant.draft.requests import read_suggestion
from assistant.draft.suggestion import Suggestion
from assistant.generate.choose import choose_generator
from corpus.errors import InputError
from corpus.parse import read_document

_SUFFIXES = (".docx", ".md")


@click.command(cls=HomeCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="The letter: a .docx or .md file.")
@click.option("--generator", type=GENERATORS, help="Who words the sentences.")
@click.option(
    "--send", is_flag=True, help="For sending, without citations; refused while anything in the letter is open."
)
def draft(file: Path, out: Path, generator: str | None, send: bool) -> None:
    """Draft a reply to a suggestion (.txt, .md, .docx, .pdf), every sentence with its evidence or a blank."""
    if out.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{out.name}: a letter is written as .docx or .md; choose one of these endings")
    if not out.absolute().parent.is_dir():
        raise InputError(f"{out.absolute().parent} is no folder; create it or write somewhere else")
    document = read_document(file.absolute(), file.absolute().parent)
    suggestion = read_suggestion(document.text[document.body :])
    chosen = settings(generator=generator)
    letter_template(chosen)  # before the index: what is wrong with it is told at once
    words = choose_generator(chosen)
    assistant = open_assistant(chosen, open_searcher(chosen, open_store(chosen)), words)
    letter = _drafted(Drafter.of(chosen, assistant), suggestion)
    if send and (left := keeps_back(letter)):
        raise InputError(
            f"{left} places of the letter are still open; leave out --send, or complete and sign it on the page 起草"
        )
    _write(out, _file(letter, out.suffix.lower(), sending=send))
    counts, fields = letter.counts(), len(letter.fields)
    print(
        f"{out}: {len(suggestion.requests)} requests, {counts['ok']} sentences supported, "
        f"{counts['check'] + counts['bad']} to check, {counts['none']} without evidence, {fields} blanks to fill in"
    )


def _drafted(drafter: Drafter, suggestion: Suggestion) -> Letter:
    with progress_bar() as show:
        for step in drafter.stream(suggestion):
            if isinstance(step, Letter):
                return step
            show("drafting", step.done, step.total)
    raise InputError("no letter came; run the command again")


def _file(letter: Letter, suffix: str, *, sending: bool) -> bytes:
    if suffix == ".md":
        return markdown(letter, sending=sending).encode()
    from assistant.draft.letter_word import word  # noqa: PLC0415 (python-docx is needed for this alone)

    return word(letter, sending=sending)


def _write(out: Path, content: bytes) -> None:
    """The file whole or not at all."""
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"{out} cannot be written ({error.strerror}); choose another place") from error
