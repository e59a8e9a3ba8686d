"""What staff answer: written, sent for approval, approved or sent back; an approved one reaches whoever asked.

::

    draft ⇄ waiting → approved → withdrawn
      ⇅ sent_back        draft ⇄ closed (nobody has to be answered)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Select, insert, select, update

from assistant.records.drafts import ConflictError
from assistant.records.parts import RecordsPart, fresh_id, value_of
from assistant.records.people import Person
from assistant.records.tables import audit, conversations, feedback, handovers, review_items, reviews, turns, users
from corpus.errors import InputError
from index.storage.database import put_new

ReviewState = Literal["draft", "waiting", "approved", "sent_back", "withdrawn", "closed"]
Access = Literal["public", "internal"]
ReviewStep = Literal["submit", "send_back", "withdraw", "close", "reopen"]
UNFINISHED: tuple[ReviewState, ...] = ("draft", "waiting", "sent_back")
_STEPS: Mapping[ReviewStep, tuple[tuple[ReviewState, ...], ReviewState]] = {  # the states that each leads from, and to
    "submit": (("draft", "sent_back"), "waiting"),
    "send_back": (("waiting",), "sent_back"),
    "withdraw": (("approved",), "withdrawn"),
    "close": (UNFINISHED, "closed"),
    "reopen": (("closed", "waiting"), "draft"),
}
_ONE_SITTING = timedelta(minutes=10)  # saves of one person within it are one line of the log


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

    ``remark`` is why it was sent back, withdrawn or closed; ``revision`` rises with each save, so that nobody
    overwrites unseen. ``access`` says who may see it as a document once it is approved; ``items`` is everything that it
    answers (``turn:ID``, ``handover:ID``, ``feedback:ID``); ``courtesies`` are sentences that need no evidence.
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
    access: Access | Literal[""] = ""
    items: tuple[str, ...] = ()
    courtesies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever handed a question over and may be written to: where, and in which conversation they asked."""

    id: str
    address: str
    conversation: str
    question: str


class Reviews(RecordsPart):
    """The answers of staff."""

    def begin(
        self,
        by: Person,
        question: str,
        *,
        turn: str | None = None,
        handover: str | None = None,
        feedback: str | None = None,
        items: Iterable[str] = (),
        text: str = "",
        citations: Sequence[StaffCitation] = (),
    ) -> Review:
        """A new draft; one that is unfinished for the same turn, hand-over or judgement is gone on with instead.

        ``items`` are further ones that it answers too: the same question, asked by others.
        """
        moment, about = self._database.now(), {"turn": turn, "handover": handover, "feedback": feedback}
        whole = {*(f"{kind}:{value}" for kind, value in about.items() if value is not None), *items}
        with self._database.writing() as connection:
            same = select(reviews).join(review_items).where(review_items.c.item.in_(whole))
            found = self._found(same.where(reviews.c.state.in_(UNFINISHED)).order_by(reviews.c.created).limit(1))
            if found:
                return found[0]
            identifier = fresh_id()
            values = {"id": identifier, "question": question, "text": text, "citations": _dump(citations), **about}
            states = {"state": "draft", "author": by.name, "approver": "", "remark": "", "revision": 1}
            connection.execute(insert(reviews).values(**values, **states, created=moment, changed=moment))
            _hold(connection, identifier, whole)
            self._note(connection, by.name, "review.begin", f"review:{identifier}")
            return self._one(identifier)

    def save(self, by: Person, review: Review) -> Review:
        """Save text, question and citations of a draft, over the revision that was read.

        Raises:
            ConflictError: somebody else saved meanwhile.
            InputError: it is approved already, or gone.
        """
        changed = {"text": review.text, "question": review.question, "citations": _dump(review.citations)}
        values = {**changed, "courtesies": list(review.courtesies), "state": "draft", "author": by.name}
        return self._step(by, review, UNFINISHED, "save", values)

    def approve(
        self, by: Person, review: Review, *, second_person: bool, access: Access = "internal", items: Iterable[str] = ()
    ) -> Review:
        """Approve: hand-overs are answered, the askers' conversations unread, the answer quotable for ``access``.

        ``items`` are what else it answers by now: who asked the same since it was begun.

        Raises:
            ConflictError: somebody else saved meanwhile.
            InputError: it is empty or approved already, or who wrote on it approves where a second person must.
        """
        if second_person and by.name in self.writers(review.id):
            raise InputError("who wrote it cannot approve it; a second person has to")
        if not review.text.strip():
            raise InputError("there is nothing to send; write an answer first")
        states: tuple[ReviewState, ...] = ("waiting",) if second_person else UNFINISHED
        moment = self._database.now()
        values = {"state": "approved", "approver": by.name, "approved": moment, "remark": "", "access": access}
        return self._step(by, review, states, "approve", values, items=items)

    def decide(self, by: Person, review: Review, step: ReviewStep, remark: str = "") -> Review:
        """Any other step: ask for approval, send it back, take an approved one back, close it, make it a draft again.

        When one is taken back, hand-overs wait again and the askers are told; one is closed where nobody has to be
        answered. ``remark`` says why.

        Raises:
            ConflictError: somebody else changed it meanwhile.
            InputError: it is in a state that the step does not lead from, or is to be closed while somebody waits.
        """
        states, state = _STEPS[step]
        values = {"state": state, "remark": remark} | ({"approver": by.name} if step == "send_back" else {})
        with self._database.reading() as connection:
            waits = select(handovers.c.id).where(_waiting(connection, review.id))
            if step == "close" and connection.execute(waits).first():
                raise InputError("somebody handed this question over and waits; write an answer")
        return self._step(by, review, states, step, values)

    def writers(self, identifier: str) -> frozenset[str]:
        """Who ever saved words of it, by sign-in name."""
        saved = (audit.c.object == f"review:{identifier}") & (audit.c.what == "review.save")
        return frozenset(row.who for row in self._database.rows(select(audit.c.who).where(saved)))

    def get(self, identifier: str) -> Review | None:
        """One of them."""
        return next(iter(self._found(select(reviews).where(reviews.c.id == identifier))), None)

    def all(self, states: Iterable[ReviewState] | None = None, limit: int = 500) -> tuple[Review, ...]:
        """Those in some states or all, changed last first."""
        query = select(reviews).order_by(reviews.c.changed.desc()).limit(limit)
        return self._found(query if states is None else query.where(reviews.c.state.in_(tuple(states))))

    def approved_in(
        self, owner: str, conversation: str, state: ReviewState = "approved"
    ) -> dict[str, tuple[Review, ...]]:
        """What staff answered (or withdrew) in one of a person's conversations, by turn, oldest first."""
        query = select(reviews, turns.c.id.label("answers")).select_from(reviews).join(review_items)
        query = query.join(turns, review_items.c.item == "turn:" + turns.c.id)
        query = query.join(conversations, conversations.c.id == turns.c.conversation)
        mine = (conversations.c.id == conversation) & (conversations.c.owner == owner) & (reviews.c.state == state)
        found: dict[str, tuple[Review, ...]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(query.where(mine).order_by(reviews.c.approved)).all()
            for row, one in zip(rows, _reviews(connection, rows), strict=True):
                found[row.answers] = (*found.get(row.answers, ()), one)
        return found

    def askers(self, identifier: str) -> tuple[Recipient, ...]:
        """Those whose hand-overs an approved answer answers and who may be written to, each once."""
        address = users.c.email.label("address")
        query = select(users.c.id, address, turns.c.conversation, turns.c.question).select_from(handovers)
        query = query.join(users, users.c.id == handovers.c.asker).join(turns, turns.c.id == handovers.c.turn)
        query = query.join(conversations, conversations.c.id == turns.c.conversation).order_by(handovers.c.created)
        able = (users.c.email != "") & users.c.disabled.is_(False) & conversations.c.gone.is_(None)
        stands = select(reviews.c.id).where((reviews.c.id == identifier) & (reviews.c.state == "approved")).exists()
        with self._database.reading() as connection:
            theirs = able & stands & _waiting(connection, identifier, "answered")
            return tuple({one.id: one for one in self._read(Recipient, query.where(theirs))}.values())

    def _step(
        self,
        by: Person,
        review: Review,
        states: Sequence[ReviewState],
        what: str,
        values: dict[str, Any],
        *,
        items: Iterable[str] = (),
    ) -> Review:
        with self._database.writing() as connection:
            now = self._one(review.id)
            if now.state not in states:
                raise InputError("this answer is already approved or not in that state; reload the page")
            if now.revision != review.revision:
                raise ConflictError(now.author, now.changed)
            changed = {**values, "revision": now.revision + 1, "changed": self._database.now()}
            connection.execute(update(reviews).where(reviews.c.id == review.id).values(changed))
            _hold(connection, review.id, items)
            after = self._one(review.id)
            self._note_step(connection, by, f"review.{what}", after)
            if after.state in {"approved", "withdrawn"}:
                self._deliver(connection, after)
            return self._one(review.id)

    def _note_step(self, connection: Connection, by: Person, what: str, after: Review) -> None:
        """Write it down; each pause in typing is a save, so that a sitting of one person is one line."""
        thing = f"review:{after.id}"
        if what == "review.save":
            last = connection.execute(select(audit).where(audit.c.object == thing).order_by(audit.c.id.desc())).first()
            if last and (last.who, last.what) == (by.name, what) and self._database.now() - last.at < _ONE_SITTING:
                return
        detail = {"text": after.text, "citations": _dump(after.citations), "remark": after.remark}
        detail |= {"courtesies": list(after.courtesies)}
        self._note(connection, by.name, what, thing, {key: one for key, one in detail.items() if one})

    def _deliver(self, connection: Connection, review: Review) -> None:
        """Tell those who asked that there is an answer, or that it was taken back."""
        moment, turned = self._database.now(), _turns_of(connection, review.id)
        _hold(connection, review.id, (f"turn:{one}" for one in turned))
        before, after = ("open", "answered") if review.state == "approved" else ("answered", "open")
        told = _waiting(connection, review.id, before)
        connection.execute(update(handovers).where(told).values(state=after, changed=moment))
        holds = select(turns.c.conversation).where(turns.c.id.in_(turned))
        asked = update(conversations).where(conversations.c.id.in_(holds))
        connection.execute(asked.values(unread=True, changed=moment))

    def _one(self, identifier: str) -> Review:
        found = self.get(identifier)
        if found is None:
            raise InputError("this answer is no longer there; reload the page")
        return found

    def _found(self, query: Select[Any]) -> tuple[Review, ...]:
        with self._database.reading() as connection:
            return _reviews(connection, connection.execute(query).all())


def with_text(review: Review, text: str, citations: Iterable[StaffCitation]) -> Review:
    """The review with another text, to be saved."""
    return replace(review, text=text, citations=tuple(citations))


def _hold(connection: Connection, review: str, items: Iterable[str]) -> None:
    for item in sorted(set(items)):
        put_new(connection, review_items, {"review": review, "item": item})


def _ids(connection: Connection, review: str, kind: str) -> tuple[str, ...]:
    """The ids of one kind among what a review answers."""
    held = select(review_items.c.item).where(review_items.c.review == review)
    named = (str(one).partition(":") for one in connection.execute(held).scalars())
    return tuple(identifier for found, _, identifier in named if found == kind)


def _turns_of(connection: Connection, review: str) -> tuple[str, ...]:
    """The turns that it answers, those of its hand-overs and judgements too, as far as they are still there."""
    given = select(handovers.c.turn).where(handovers.c.id.in_(_ids(connection, review, "handover")))
    judged = select(feedback.c.turn).where(feedback.c.id.in_(_ids(connection, review, "feedback")))
    held = turns.c.id.in_(_ids(connection, review, "turn")) | turns.c.id.in_(given) | turns.c.id.in_(judged)
    return tuple(connection.execute(select(turns.c.id).where(held)).scalars())


def _waiting(connection: Connection, review: str, state: str = "open") -> Any:
    """The condition for the hand-overs in a state that a review answers."""
    mine = handovers.c.id.in_(_ids(connection, review, "handover"))
    return (handovers.c.state == state) & (mine | handovers.c.turn.in_(_turns_of(connection, review)))


def _dump(citations: Iterable[StaffCitation]) -> list[dict[str, Any]]:
    return [asdict(one) for one in citations]


def _reviews(connection: Connection, rows: Sequence[Any]) -> tuple[Review, ...]:
    held: dict[str, list[str]] = {}
    query = select(review_items).where(review_items.c.review.in_({row.id for row in rows}))
    for one in connection.execute(query.order_by(review_items.c.item)):
        held.setdefault(one.review, []).append(one.item)
    return tuple(value_of(Review, row, items=tuple(held.get(row.id, ()))) for row in rows)
