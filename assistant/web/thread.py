"""What stands on the page: conversations, each a row of exchanges, each a question with what is known of its answer.

Everything here is an immutable value; the page replaces one Session by the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.answer import Answer, Citation
from assistant.conversation import Progress, Turn

State = Literal["search", "compose", "check", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and where its answering stands.

    ``number`` counts from 1 within the session, so that ids on the page are unique. ``found`` is the evidence as it
    was before any sentence; ``error`` a line for people, when answering failed.
    """

    number: int
    question: str
    state: State = "search"
    standalone: str = ""
    found: tuple[Citation, ...] = ()
    answer: Answer | None = None
    error: str = ""

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.state in {"search", "compose", "check"}

    @property
    def cited(self) -> tuple[Citation, ...]:
        """The citations the answer uses; the nearest passages of a refusal; while there is neither, what was found."""
        if self.answer is None:
            return self.found if self.running else ()
        if self.answer.abstention is not None:
            return self.answer.abstention.nearest
        return self.answer.citations

    @property
    def unused(self) -> tuple[Citation, ...]:
        """What was found and is not cited: no citation overlaps it."""
        if self.running:
            return ()
        return tuple(found for found in self.found if not any(_overlap(found, used) for used in self.cited))

    def stopped(self) -> Exchange:
        """The exchange as it is when no more is to come: only what its sentences cite stays cited."""
        if self.answer is None:
            return replace(self, state="stopped")
        used = {n for claim in self.answer.claims for n in claim.citations}
        kept = tuple(citation for citation in self.answer.citations if citation.n in used)
        return replace(self, state="stopped", answer=replace(self.answer, citations=kept))

    def after(self, event: Progress | Answer) -> Exchange:
        """The exchange after a further piece of progress or a further state of the answer."""
        if isinstance(event, Answer):
            return replace(self, state="check", answer=event, standalone=event.standalone_question)
        return replace(
            self,
            state=event.stage,
            standalone=event.standalone_question or self.standalone,
            found=event.evidence or self.found,
        )


@dataclass(frozen=True, slots=True)
class Conversation:
    """Exchanges in the order they were asked."""

    exchanges: tuple[Exchange, ...] = ()

    @property
    def history(self) -> tuple[Turn, ...]:
        """The earlier questions with their answers, as the assistant takes them; failed ones are left out."""
        return tuple(
            Turn(exchange.question, exchange.answer.text if exchange.answer else "")
            for exchange in self.exchanges
            if exchange.state != "failed"
        )


@dataclass(frozen=True, slots=True)
class Session:
    """The conversations of one page, the newest last, and which of them is open (``None``: a new one)."""

    conversations: tuple[Conversation, ...] = ()
    open: int | None = None
    asked: int = 0

    @property
    def current(self) -> Conversation:
        """The open conversation; an empty one before its first question."""
        return Conversation() if self.open is None else self.conversations[self.open]

    def new(self) -> Session:
        """The session with an empty conversation open."""
        return replace(self.settled(), open=None)

    def opened(self, number: int) -> Session:
        """The session with another of its conversations open; an unknown number changes nothing."""
        settled = self.settled()
        return replace(settled, open=number) if 0 <= number < len(self.conversations) else settled

    def asking(self, question: str) -> Session:
        """The session with a further question in the open conversation."""
        settled = self.settled()
        exchange = Exchange(self.asked + 1, question)
        if settled.open is None:
            conversations = (*settled.conversations, Conversation((exchange,)))
            return Session(conversations, len(conversations) - 1, exchange.number)
        exchanges = (*settled.current.exchanges, exchange)
        return replace(settled._with_current(exchanges), asked=exchange.number)  # noqa: SLF001 (its own)

    def with_last(self, exchange: Exchange) -> Session:
        """The session with the last exchange of the open conversation replaced."""
        return self._with_current((*self.current.exchanges[:-1], exchange))

    def settled(self) -> Session:
        """The session with an answer that is still being made taken as stopped."""
        exchanges = self.current.exchanges
        if not exchanges or not exchanges[-1].running:
            return self
        return self.with_last(exchanges[-1].stopped())

    def _with_current(self, exchanges: Sequence[Exchange]) -> Session:
        assert self.open is not None
        conversations = list(self.conversations)
        conversations[self.open] = Conversation(tuple(exchanges))
        return replace(self, conversations=tuple(conversations))


def _overlap(one: Citation, other: Citation) -> bool:
    a, b = one.quote, other.quote
    return a.document == b.document and a.start < b.end and b.start < a.end
