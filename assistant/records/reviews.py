"""What staff answer: written, sent for approval, approved or sent back; an approved one reaches the asker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, insert, select, update

from assistant.records.audit import note
from assistant.records.database import Database, fresh_id
from assistant.records.drafts import ConflictError
from assistant.records.people import Person
from assistant.records.tables import conversations, handovers, reviews, turns
from corpus.errors import InputError

ReviewState = Literal["draft", "waiting", "approved", "sent_back"]


@dataclass(frozen=True, slots=True)
class StaffCitation:
    """A place that staff cite: ``quote`` is ``text[start:end]`` of the document in that version."""

    document: str
    start: int
    end: int
    quote: str
    version: str


@dataclass(frozen=True, slots=True)
class Review:
    """An answer by staff to a turn, a hand-over or a judgement. ``author`` and ``approver`` are sign-in names.

    ``remark`` is why it was sent back; ``revision`` rises with each save, so that nobody overwrites unseen.
    """

    id: str
    question: str
    text: str
    citations: tuple[StaffCitation, ...]
    state: ReviewState
    author: str
    approver: str
    remark: str
    revision: int
    created: datetime
    changed: datetime
    approved: datetime | None
    turn: str | None = None
    handover: str | None = None
    feedback: str | None = None


class Reviews:
    """The answers of staff."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        by: Person,
        question: str,
        *,
        turn: str | None = None,
        handover: str | None = None,
        feedback: str | None = None,
        text: str = "",
        citations: Sequence[StaffCitation] = (),
    ) -> Review:
        """A new draft; one that is unfinished for the same turn, hand-over or judgement is gone on with instead."""
        moment, about = self._database.now(), {"turn": turn, "handover": handover, "feedback": feedback}
        with self._database.writing() as connection:
            found = _unfinished(connection, about)
            if found is not None:
                return found
            values = {"id": fresh_id(), "question": question, "text": text, "citations": _dump(citations), **about}
            states = {"state": "draft", "author": by.name, "approver": "", "remark": "", "revision": 1}
            moments = {"created": moment, "changed": moment}
            connection.execute(insert(reviews).values(**values, **states, **moments))
            note(self._database, connection, by.name, "review.begin", f"review:{values['id']}")
            return _one(connection, str(values["id"]))

    def save(self, by: Person, review: Review) -> Review:
        """Save text, question and citations of a draft, over the revision that was read.

        Raises:
            ConflictError: somebody else saved meanwhile.
            InputError: it is approved already, or gone.
        """
        changed = {"text": review.text, "question": review.question, "citations": _dump(review.citations)}
        values = {**changed, "state": "draft", "author": by.name}
        return self._step(by, review, ("draft", "sent_back", "waiting"), "review.save", values)

    def submit(self, by: Person, review: Review) -> Review:
        """Ask for approval.

        Raises:
            ConflictError: somebody else saved meanwhile.
            InputError: it is no draft.
        """
        return self._step(by, review, ("draft", "sent_back"), "review.submit", {"state": "waiting"})

    def send_back(self, by: Person, review: Review, remark: str) -> Review:
        """Return it to its author with a remark.

        Raises:
            ConflictError: somebody else saved meanwhile.
            InputError: it is not waiting.
        """
        values = {"state": "sent_back", "remark": remark, "approver": by.name}
        return self._step(by, review, ("waiting",), "review.send_back", values)

    def approve(self, by: Person, review: Review, *, second_person: bool) -> Review:
        """Approve: the hand-over is answered, the asker's conversation unread, the answer quotable.

        Raises:
            ConflictError: somebody else saved meanwhile.
            InputError: it is empty or approved already, or the author approves where a second person must.
        """
        if second_person and review.author == by.name:
            raise InputError("the author cannot approve; a second person has to")
        if not review.text.strip():
            raise InputError("there is nothing to send; write an answer first")
        states: tuple[ReviewState, ...] = ("waiting",) if second_person else ("draft", "waiting", "sent_back")
        values = {"state": "approved", "approver": by.name, "approved": self._database.now(), "remark": ""}
        return self._step(by, review, states, "review.approve", values)

    def get(self, identifier: str) -> Review | None:
        """One of them."""
        found = self._read(select(reviews).where(reviews.c.id == identifier))
        return found[0] if found else None

    def all(self, states: Iterable[ReviewState] | None = None, limit: int = 500) -> tuple[Review, ...]:
        """Those in some states or all, changed last first."""
        query = select(reviews).order_by(reviews.c.changed.desc()).limit(limit)
        return self._read(query if states is None else query.where(reviews.c.state.in_(tuple(states))))

    def approved_in(self, owner: str, conversation: str) -> dict[str, tuple[Review, ...]]:
        """What staff answered in one of a person's conversations, by turn, oldest first."""
        query = select(reviews).join(turns, turns.c.id == reviews.c.turn)
        query = query.join(conversations, conversations.c.id == turns.c.conversation)
        mine = (conversations.c.id == conversation) & (conversations.c.owner == owner) & (reviews.c.state == "approved")
        found: dict[str, tuple[Review, ...]] = {}
        for one in self._read(query.where(mine).order_by(reviews.c.approved)):
            found[str(one.turn)] = (*found.get(str(one.turn), ()), one)
        return found

    def _step(
        self, by: Person, review: Review, states: Sequence[ReviewState], what: str, values: dict[str, Any]
    ) -> Review:
        with self._database.writing() as connection:
            now = _one(connection, review.id)
            if now.state not in states:
                raise InputError("this answer is already approved or not in that state; reload the page")
            if now.revision != review.revision:
                raise ConflictError(now.author, now.changed)
            changed = {**values, "revision": now.revision + 1, "changed": self._database.now()}
            connection.execute(update(reviews).where(reviews.c.id == review.id).values(changed))
            after = _one(connection, review.id)
            note(self._database, connection, by.name, what, f"review:{review.id}", detail={"text": after.text})
            if after.state == "approved":
                self._deliver(connection, after)
        return after

    def _deliver(self, connection: Connection, review: Review) -> None:
        moment = self._database.now()
        waiting = (handovers.c.turn == review.turn) & (handovers.c.state == "open") if review.turn else None
        these = handovers.c.id == review.handover
        answered = these if waiting is None else these | waiting
        connection.execute(update(handovers).where(answered).values(state="answered", changed=moment))
        holds = select(turns.c.conversation).where(turns.c.id == review.turn)
        told = update(conversations).where(conversations.c.id.in_(holds))
        connection.execute(told.values(unread=True, changed=moment))

    def _read(self, query: Select[Any]) -> tuple[Review, ...]:
        with self._database.reading() as connection:
            return tuple(_review(row) for row in connection.execute(query))


def with_text(review: Review, text: str, citations: Iterable[StaffCitation]) -> Review:
    """The review with another text, to be saved."""
    return replace(review, text=text, citations=tuple(citations))


def _unfinished(connection: Connection, about: dict[str, str | None]) -> Review | None:
    for key, value in about.items():
        if value is not None:
            here = (reviews.c[key] == value) & (reviews.c.state != "approved")
            row = connection.execute(select(reviews).where(here)).first()
            if row is not None:
                return _review(row)
    return None


def _one(connection: Connection, identifier: str) -> Review:
    row = connection.execute(select(reviews).where(reviews.c.id == identifier)).first()
    if row is None:
        raise InputError("this answer is no longer there; reload the page")
    return _review(row)


def _dump(citations: Iterable[StaffCitation]) -> list[dict[str, Any]]:
    return [asdict(one) for one in citations]


def _review(row: Any) -> Review:
    values = dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's documented name)
    return Review(**{**values, "citations": tuple(StaffCitation(**one) for one in row.citations)})
