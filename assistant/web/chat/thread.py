"""What stands on the page: one open conversation, a row of exchanges, each a question with what is known of its answer.

Everything here is an immutable value; the page replaces one Session by the next. What lasts is in the records.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.answer import Answer, Citation, Claim, Note
from assistant.conversation import Progress, Turn
from assistant.records import Feedback, Handover, SavedTurn, is_given
from assistant.records.conversations import TurnState
from corpus.document import Document

Part = Note | Claim
State = Literal["search", "read", "compose", "check", "done", "stopped", "failed"]
_MARK = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    """What staff answered, on a date; its marks (``[1]``) name its own citations, numbered from 1.

    ``by`` is who wrote it; ``unproved`` are the sentences, without marks, that its quotes do not bear out; one that was
    ``withdrawn`` says nothing any more.
    """

    text: str
    date: str
    citations: tuple[Citation, ...] = ()
    by: str = ""
    unproved: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def numbers(self) -> list[int]:
        """Those of its citations and its marks."""
        return [*(one.n for one in self.citations), *(int(mark) for mark in _MARK.findall(self.text))]

    def seen(self, allowed: Callable[[Document], bool]) -> StaffAnswer:
        """The same with the places alone that somebody may see who is allowed these documents."""
        return replace(self, citations=tuple(one for one in self.citations if allowed(one.source)))

    def numbered_from(self, above: int) -> StaffAnswer:
        """The same with every number raised; citations that the text names nowhere are named at its end."""
        text = self.text if _MARK.search(self.text) else self.text + "".join(f"[{one.n}]" for one in self.citations)
        raised = _MARK.sub(lambda mark: f"[{int(mark[1]) + above}]", text)
        return replace(self, text=raised, citations=tuple(replace(one, n=one.n + above) for one in self.citations))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and where its answering stands.

    ``number`` counts from 1 within the conversation, so that ids on the page are unique. ``found`` is the evidence as
    it was before any sentence; ``error`` a line for people, when answering failed. ``turn`` is its id in the records;
    ``judged``, ``handed`` and ``staff`` are what its asker and the staff said of it; ``withheld``: its answer rests on
    a document that is no longer for them. ``ahead`` are the questions that are read before
    it; ``within`` the documents, with their titles, that alone it was asked of. ``unkept``: the records do not have
    this answer.
    """

    number: int
    question: str
    state: State = "search"
    standalone: str = ""
    found: tuple[Citation, ...] = ()
    answer: Answer | None = None
    error: str = ""
    turn: str = ""
    judged: Feedback | None = None
    handed: Handover | None = None
    staff: tuple[StaffAnswer, ...] = ()
    withheld: bool = False
    ahead: int = 0
    within: tuple[tuple[str, str], ...] = ()
    unkept: bool = False

    @classmethod
    def of(cls, saved: SavedTurn) -> Exchange:
        """A turn of the records; one that was still being answered when its page went away counts as stopped."""
        state: State = "stopped" if saved.state == "running" else saved.state
        return cls(
            saved.position,
            saved.question,
            state,
            saved.standalone,
            saved.found,
            saved.answer,
            saved.error,
            turn=saved.id,
            withheld=saved.withheld,
            within=tuple((str(name), str(title)) for name, title in saved.versions.get("within", ())),
        )

    def saved(self, conversation: str) -> SavedTurn:
        """The turn as the records keep it."""
        state: TurnState = "running" if self.running else self.state  # type: ignore[assignment]
        versions: dict[str, object] = {"generator": self.answer.generator} if self.answer else {}
        if self.within:
            versions["within"] = [list(one) for one in self.within]
        return SavedTurn(
            self.turn,
            conversation,
            self.number,
            self.question,
            state,
            self.standalone,
            self.answer,
            self.found,
            versions,
            self.error,
        )

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.state in {"search", "read", "compose", "check"}

    @property
    def cited(self) -> tuple[Citation, ...]:
        """The citations the answer uses; the nearest passages of a refusal; while there is neither, what was found."""
        if self.answer is None:
            return self.found if self.running else ()
        if self.answer.abstention is not None:
            return self.answer.abstention.nearest
        return self.answer.citations

    @property
    def rests_on_given(self) -> bool:
        """Whether it rests on a file in the conversation, so that its owner alone is shown the answer."""
        return any(is_given(one.source.id) for one in self.cited)

    @property
    def unused(self) -> tuple[Citation, ...]:
        """What was found and is not cited: no citation overlaps it."""
        if self.running:
            return ()
        return tuple(found for found in self.found if not any(_overlap(found, used) for used in self.cited))

    @property
    def by_staff(self) -> tuple[StaffAnswer, ...]:
        """The answers of staff, their citations and marks numbered on from those above, so that each is unique."""
        told: list[StaffAnswer] = []
        above = max((citation.n for citation in self.cited), default=0)
        for one in self.staff:
            told.append(one.numbered_from(above))
            above = max([above, *told[-1].numbers])  # a place that the asker may not see keeps its number
        return tuple(told)

    def seen(self, allowed: Callable[[Document], bool]) -> Exchange:
        """The exchange as somebody may see it who is allowed these documents by now."""
        sources = [one.source for one in (*self.found, *self.cited)]
        staff = tuple(one.seen(allowed) for one in self.staff)
        if all(allowed(source) for source in sources) and staff == self.staff:
            return self
        saved = self.saved("").seen(allowed)
        return replace(self, answer=saved.answer, found=saved.found, staff=staff, withheld=saved.withheld)

    def again(self) -> Exchange:
        """The exchange before its answer, to be answered anew."""
        return Exchange(
            self.number, self.question, turn=self.turn, handed=self.handed, staff=self.staff, within=self.within
        )

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
            ahead=event.ahead,
        )


@dataclass(frozen=True, slots=True)
class Session:
    """The open conversation by its id in the records (empty: a new one) and its exchanges in the order asked.

    Beside it stand the latest conversations, or ``every`` one.
    """

    conversation: str = ""
    exchanges: tuple[Exchange, ...] = ()
    every: bool = False

    @property
    def history(self) -> tuple[Turn, ...]:
        """The earlier questions with their answers, as the assistant takes them; failed ones are left out."""
        return _history(self.exchanges)

    @property
    def earlier(self) -> tuple[Turn, ...]:
        """The history without the last question, which is to be answered again."""
        return _history(self.exchanges[:-1])

    def with_last(self, exchange: Exchange) -> Session:
        """The session with the last exchange replaced."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))

    def seen(self, allowed: Callable[[Document], bool]) -> Session:
        """The session as somebody may see it who is allowed these documents."""
        return replace(self, exchanges=tuple(one.seen(allowed) for one in self.exchanges))

    def settled(self) -> Session:
        """The session with an answer that is still being made taken as stopped."""
        if not self.exchanges or not self.exchanges[-1].running:
            return self
        return self.with_last(self.exchanges[-1].stopped())

    def told(
        self,
        judged: Mapping[str, Feedback],
        handed: Mapping[str, Handover],
        staff: Mapping[str, tuple[StaffAnswer, ...]],
    ) -> Session:
        """The session with what was said of each exchange, by turn."""
        told = (
            replace(one, judged=judged.get(one.turn), handed=handed.get(one.turn), staff=staff.get(one.turn, ()))
            for one in self.exchanges
        )
        return replace(self, exchanges=tuple(told))


def by_column(parts: Sequence[Part]) -> tuple[tuple[Part, ...], tuple[tuple[Claim, ...], ...], tuple[Part, ...]]:
    """What stands before the columns, the sentences of each column, and what stands after them.

    There are columns where a note says that documents differ and others say which sentences are whose; else everything
    stands before.
    """
    heads = [at for at, part in enumerate(parts) if isinstance(part, Note) and part.kind == "group"]
    if not heads or not any(isinstance(part, Note) and part.kind == "conflict" for part in parts):
        return tuple(parts), (), ()
    groups = [tuple(parts[start:end]) for start, end in zip(heads, [*heads[1:], len(parts)], strict=True)]
    said = (tuple(one for one in group if isinstance(one, Claim)) for group in groups)
    columns = tuple(claims for claims in said if any(claim.citations for claim in claims))
    shown = {id(claim) for claims in columns for claim in claims} | {id(parts[at]) for at in heads}
    return tuple(parts[: heads[0]]), columns, tuple(part for part in parts[heads[0] :] if id(part) not in shown)


def _history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    return tuple(
        Turn(exchange.question, exchange.answer.text if exchange.answer else "")
        for exchange in exchanges
        if exchange.state != "failed"
    )


def _overlap(one: Citation, other: Citation) -> bool:
    a, b = one.quote, other.quote
    return a.document == b.document and a.start < b.end and b.start < a.end
