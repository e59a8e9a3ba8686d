"""What the pages need from the rest, and who stands before them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import gradio as gr
from fastapi import APIRouter

from assistant.answer import Answer, Citation
from assistant.conversation import Answers, Progress, Turn
from assistant.records import Person, Records, Role, SavedTurn, is_given
from assistant.settings import Settings
from assistant.web.chat.scope import Listed
from assistant.web.share import Share
from assistant.web.telemetry import Door, Telemetry
from assistant.web.uploads import Uploads
from corpus.document import Document
from index.encoder import Encoder
from index.hit import Hit
from index.storage.store import Store
from index.watch import BackgroundSync

Standing = Literal["live", "older", "withdrawn", "removed", "given"]

PERSON = "dafu.person"  # where a request's scope keeps who it comes from


class DocumentAnswers(Answers, Protocol):
    """An assistant that also shows its documents and can be confined to some of them."""

    def document(self, document: str) -> Document | None:
        """A document by its id."""
        ...

    def within(self, documents: Sequence[str]) -> DocumentAnswers:
        """The same over some documents alone."""
        ...

    def beside(self, documents: Sequence[Document]) -> DocumentAnswers:
        """The same over these documents too."""
        ...


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many documents there are, and as of when (``2026-03``, empty if unknown)."""

    documents: int = 0
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page beside the chat: where it is, the key of its title, the least role that opens it, and what builds it.

    ``routes`` are what its script fetches, all below its path.
    """

    path: str
    title: str
    role: Role
    build: Callable[[Surroundings], gr.Blocks]
    routes: Callable[[Surroundings], APIRouter] | None = None


@dataclass(frozen=True, slots=True)
class StaffServices:
    """What staff pages work with: the settings of this home, its index, what embeds, the sync beside serving."""

    settings: Settings
    store: Store
    encoder: Encoder | None
    sync: BackgroundSync | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Asked anew whenever a page needs it; each must be quick. What a person may not see, none of them tells.

    ``answers`` is the assistant over the documents of a person; ``suggestions`` first questions with the title of the
    document each comes from; ``ways`` questions near one that was refused, which have answers, in the same form, and
    may take seconds, ``related`` further ones beside an answer; ``shelf`` the documents that a question can be
    confined to; ``search`` serves ``POST /api/search``; ``version`` a document as the index has it in a cited
    version; ``tier`` the access tier that a document has by now,
    ``standing`` what has become of it since it was cited; ``model_status`` the key of what is to
    be told of a language model in preparation, and its values. Without ``records`` nothing outlasts the process;
    without an ``office`` staff pages have nothing to change. ``share`` bounds what each person asks at once;
    ``uploads`` are the files that were sent and not taken in yet. ``waiting`` names what
    is not there yet before questions can be answered, ``queued`` how many wait for a place at the processor;
    ``answered`` is told the id of a staff answer once it is approved.
    """

    answers: Callable[[Person], DocumentAnswers]
    records: Records = field(default_factory=lambda: Records.open(Path(tempfile.mkdtemp(prefix="dafu-"))))
    suggestions: Callable[[Person], Sequence[tuple[str, str]]] = lambda _: ()
    ways: Callable[[Person, str, Sequence[Citation]], Sequence[tuple[str, str]]] = lambda *_: ()
    related: Callable[[Person, str, Sequence[Citation]], Sequence[tuple[str, str]]] = lambda *_: ()
    shelf: Callable[[Person], Sequence[Listed]] = lambda _: ()
    holdings: Callable[[Person], Holdings] = lambda _: Holdings()
    search: Callable[[Person, str, int], Sequence[Hit]] | None = None
    version: Callable[[Person, str, str], Document | None] | None = None
    tier: Callable[[Document], str] = lambda document: document.metadata.access
    standing: Callable[[Document], Standing] = lambda _: "live"
    model_status: Callable[[], tuple[str, ...]] = tuple
    office: StaffServices | None = None
    pages: Sequence[StaffPage] = ()
    share: Share = field(default_factory=Share)
    uploads: Uploads = field(default_factory=Uploads)
    telemetry: Telemetry = field(default_factory=Telemetry)
    waiting: Callable[[], Sequence[str]] = tuple
    queued: Callable[[], int] = int
    answered: Callable[[str], None] = lambda _: None

    def asked(
        self,
        person: Person,
        question: str,
        history: Sequence[Turn] = (),
        *,
        door: Door,
        within: Sequence[str] = (),
        given: Sequence[Document] = (),
    ) -> Generator[Progress | Answer]:
        """The steps of an answer, in one of the person's places, counted and logged; ``within`` some documents alone.

        Files ``given`` in a conversation are asked beside the person's documents.

        Raises:
            TooManyError: the person has taken all of their places.
            InputError: the question cannot be answered.
        """
        return self.telemetry.followed(door, question, self._placed(person, question, history, within, given))

    def _placed(
        self,
        person: Person,
        question: str,
        history: Sequence[Turn],
        within: Sequence[str],
        given: Sequence[Document],
    ) -> Generator[Progress | Answer]:
        with self.share.place(person):
            answers = self.answers(person)
            answers = answers.beside(given) if given else answers
            yield from (answers.within(within) if within else answers).stream(question, history)

    def cited(self, person: Person, document: str, version: str) -> Document | None:
        """A document as it was cited, or its text of now; None where the person may not see it."""
        if is_given(document):
            return self.records.given.get(person.id, document)
        if self.version is not None:
            return self.version(person, document, version)
        kept = self.records.documents.get(document, version, person.tiers)
        return kept or self.answers(person).document(document)

    def stands(self, document: Document) -> Standing:
        """What has become of a document since it was cited, or that it is a file in a conversation."""
        return "given" if is_given(document.id) else self.standing(document)

    def allowed(self, person: Person) -> Callable[[Document], bool]:
        """Whether a person may see a document, by their role and its access of now; asked once for each document.

        A file in a conversation is for the owner of that conversation, while it is there.
        """
        known: dict[str, bool] = {}

        def may(document: Document) -> bool:
            if document.id not in known:
                if is_given(document.id):
                    known[document.id] = self.records.given.has(person.id, document.id)
                else:
                    known[document.id] = self.tier(document) in person.tiers
            return known[document.id]

        return may

    def turns(self, person: Person, conversation: str) -> tuple[SavedTurn, ...]:
        """A conversation of a person as they may see it by now."""
        allowed = self.allowed(person)
        return tuple(turn.seen(allowed) for turn in self.records.turns.of(person.id, conversation))


def person_of(request: Any) -> Person:
    """Who a request comes from, Gradio's or Starlette's.

    Raises:
        LookupError: it did not pass the gate, which is a fault of this program.
    """
    inner = getattr(request, "request", None) or request
    person: Person = inner.scope[PERSON]
    return person
