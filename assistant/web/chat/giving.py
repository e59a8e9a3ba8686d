"""A file put into a conversation: read for it alone, or one line that says why not."""

from __future__ import annotations

import time
from pathlib import Path

from markupsafe import Markup

from assistant.records import Person, TooMuchGivenError
from assistant.web.html import el, say
from assistant.web.pages.shelf import failure_text
from assistant.web.share import TooManyError
from assistant.web.surroundings import Surroundings
from corpus import limits
from corpus.document import Document
from corpus.errors import DafuError, InputError, StateError
from corpus.formats.refusals import FileError
from index.incoming import read_aside
from index.storage.catalog import Failure


def put_in(around: Surroundings, person: Person, conversation: str, upload: Path, name: str) -> Document:
    """Read a file that somebody sent into their conversation, a new one where it is empty, and index it.

    Raises:
        DafuError: it cannot be read or kept, it is too much, or the conversation is no longer there.
    """
    records = around.records
    with around.share.place(person):
        read = read_aside(upload, name)
        if len(read.text) > limits.GIVEN:
            raise TooMuchGivenError(f"the file is longer than {limits.GIVEN} characters; put in the part that matters")
        title = read.metadata.title[: limits.TITLE]
        conversation = conversation or records.conversations.new(person.id, title).id
        document = records.given.add(person.id, conversation, read)
        around.answers(person).beside(records.given.of(person.id, conversation))  # embedded before it is asked
    return document


def conversation_of(document: Document) -> str:
    """The conversation that a file belongs to."""
    return document.id.split("/")[1]


def told(document: Document) -> str:
    """That a file was read, for the page's script: what a person sees of it is its name above the question box."""
    return str(el("i", **_marks("yes"), data_id=document.id, hidden=True))


def refused(name: str, error: DafuError | None) -> str:
    """Why a file was not read, in one line; without an error it did not arrive."""
    reason = say("dc.broken") if error is None else _reason(name, error)
    return str(el("span", el("b", name), "：", reason, **_marks("no")))


def _reason(name: str, error: DafuError) -> Markup:
    match error:
        case FileError():
            return failure_text(Failure(name, str(error), error.code, error.facts))
        case TooMuchGivenError():
            return say("gv.much", limits.GIVEN_FILES, limits.GIVEN // 10_000)
        case TooManyError():
            return say("err.yours")
        case StateError():
            return say("err.held")
        case InputError():
            return say("err.lost")
    return el("span", str(error))


def _marks(gave: str) -> dict[str, object]:
    return {"data_gave": gave, "data_at": time.monotonic_ns()}
