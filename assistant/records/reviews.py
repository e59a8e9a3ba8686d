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

from sqlalchemy import ColumnElement, Select, select

from assistant.records.drafts import ConflictError
from assistant.records.parts import RecordsPart, required, value_of
from assistant.records.people import Person
from assistant.records.tables import audit, conversations, feedback, handovers, review_items, reviews, turns, users
from corpus.errors import InputError

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
    """The answers of staff.

    ``save``, ``approve`` and ``decide`` raise ``ConflictError`` where somebody else changed it meanwhile, and
    ``InputError`` where it is gone or in a state that the step does not lead from.
    """

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
    ) -> Review:
        """A new draft; one that is unfinished for the same turn, hand-over or judgement is gone on with instead.

        ``items`` are further ones that it answers too: the same question, asked by others.
        """
        about = {"turn": turn, "handover": handover, "feedback": feedback}
        whole = {*(f"{kind}:{value}" for kind, value in about.items() if value is not None), *items}
        with self._records.writing():
            same = select(reviews).join(review_items).where(review_items.c.item.in_(whole))
            found = self._found(same.where(reviews.c.state.in_(UNFINISHED)).order_by(reviews.c.created).limit(1))
            if found:
                return found[0]
            states = {"state": "draft", "author": by.name, "approver": "", "remark": "", "revision": 1}
            values = {"question": question, "text": text, "citations": [], **about, **states}
            identifier = self._insert(reviews, **values)
            self._hold(identifier, whole)
            self._note(by.name, "review.begin", f"review:{identifier}")
            return self._one(identifier)

    def save(self, by: Person, review: Review) -> Review:
        """Save text, question and citations of a draft, over the revision that was read."""
        changed = {"text": review.text, "question": review.question, "citations": _dump(review.citations)}
        values = {**changed, "courtesies": list(review.courtesies), "state": "draft", "author": by.name}
        return self._step(by, review, UNFINISHED, "save", values)

    def approve(
        self, by: Person, review: Review, *, second_person: bool, access: Access = "internal", items: Iterable[str] = ()
    ) -> Review:
        """Approve: hand-overs are answered, the askers' conversations unread, the answer quotable for ``access``.

        ``items`` are what else it answers by now: who asked the same since it was begun.

        Raises:
            InputError: it is empty, or who wrote on it approves where a second person must.
        """
        if second_person and by.name in self.writers(review.id):
            raise InputError("who wrote it cannot approve it; a second person has to")
        if not review.text.strip():
            raise InputError("there is nothing to send; write an answer first")
        states: tuple[ReviewState, ...] = ("waiting",) if second_person else UNFINISHED
        values = {"state": "approved", "approver": by.name, "approved": self._records.now(), "remark": ""}
        return self._step(by, review, states, "approve", {**values, "access": access}, items=items)

    def decide(self, by: Person, review: Review, step: ReviewStep, remark: str = "") -> Review:
        """Any other step: ask for approval, send it back, take an approved one back, close it, make it a draft again.

        When one is taken back, hand-overs wait again and the askers are told; one is closed where nobody has to be
        answered. ``remark`` says why.

        Raises:
            InputError: it is to be closed while somebody waits.
        """
        states, state = _STEPS[step]
        values = {"state": state, "remark": remark} | ({"approver": by.name} if step == "send_back" else {})
        if step == "close" and self._records.first(select(handovers.c.id).where(self._waiting(review.id))):
            raise InputError("somebody handed this question over and waits; write an answer")
        return self._step(by, review, states, step, values)

    def writers(self, identifier: str) -> frozenset[str]:
        """Who ever saved words of it, by sign-in name."""
        saved = (audit.c.object == f"review:{identifier}") & (audit.c.what == "review.save")
        return frozenset(row.who for row in self._records.rows(select(audit.c.who).where(saved)))

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
        query = query.join(turns, review_items.c.item == "turn:" + turns.c.id).join(conversations)
        mine = (conversations.c.id == conversation) & (conversations.c.owner == owner) & (reviews.c.state == state)
        found: dict[str, tuple[Review, ...]] = {}
        with self._records.reading():
            rows = self._records.rows(query.where(mine).order_by(reviews.c.approved))
            for row, one in zip(rows, self._reviews(rows), strict=True):
                found[row.answers] = (*found.get(row.answers, ()), one)
        return found

    def askers(self, identifier: str) -> tuple[Recipient, ...]:
        """Those whose hand-overs an approved answer answers and who may be written to, each once."""
        address = users.c.email.label("address")
        query = select(users.c.id, address, turns.c.conversation, turns.c.question).select_from(handovers)
        query = query.join(users).join(turns, turns.c.id == handovers.c.turn).join(conversations)
        able = (users.c.email != "") & users.c.disabled.is_(False) & conversations.c.gone.is_(None)
        stands = select(reviews.c.id).where((reviews.c.id == identifier) & (reviews.c.state == "approved")).exists()
        with self._records.reading():
            theirs = query.where(able & stands & self._waiting(identifier, "answered")).order_by(handovers.c.created)
            return tuple({one.id: one for one in self._read(Recipient, theirs)}.values())

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
        with self._records.writing():
            now = self._one(review.id)
            if now.state not in states:
                raise InputError("this answer is already approved or not in that state; reload the page")
            if now.revision != review.revision:
                raise ConflictError(now.author, now.changed)
            changed = {**values, "revision": now.revision + 1, "changed": self._records.now()}
            self._update(reviews, reviews.c.id == review.id, **changed)
            self._hold(review.id, items)
            after = self._one(review.id)
            self._note_step(by, f"review.{what}", after)
            if after.state in {"approved", "withdrawn"}:
                self._deliver(after)
            return self._one(review.id)

    def _note_step(self, by: Person, what: str, after: Review) -> None:
        """Write it down; each pause in typing is a save, so that a sitting of one person is one line."""
        if what == "review.save":
            last = next(iter(self._records.audit.of(f"review:{after.id}", 1)), None)
            if last and (last.who, last.what) == (by.name, what) and self._records.now() - last.at < _ONE_SITTING:
                return
        detail = {"text": after.text, "citations": _dump(after.citations), "remark": after.remark}
        detail |= {"courtesies": list(after.courtesies)}
        self._note(by.name, what, f"review:{after.id}", {key: one for key, one in detail.items() if one})

    def _deliver(self, review: Review) -> None:
        """Tell those who asked that there is an answer, or that it was taken back."""
        moment, turned = self._records.now(), self._turns_of(review.id)
        self._hold(review.id, (f"turn:{one}" for one in turned))
        before, after = ("open", "answered") if review.state == "approved" else ("answered", "open")
        self._update(handovers, self._waiting(review.id, before), state=after, changed=moment)
        asked = select(turns.c.conversation).where(turns.c.id.in_(turned))
        self._update(conversations, conversations.c.id.in_(asked), unread=True, changed=moment)

    def _hold(self, review: str, items: Iterable[str]) -> None:
        for item in sorted(set(items)):
            self._insert_new(review_items, review=review, item=item)

    def _turns_of(self, review: str) -> tuple[str, ...]:
        """The turns that it answers, those of its hand-overs and judgements too, as far as they are still there."""
        given = select(handovers.c.turn).where(handovers.c.id.in_(self._ids(review, "handover")))
        judged = select(feedback.c.turn).where(feedback.c.id.in_(self._ids(review, "feedback")))
        held = turns.c.id.in_(self._ids(review, "turn")) | turns.c.id.in_(given) | turns.c.id.in_(judged)
        return tuple(row.id for row in self._records.rows(select(turns.c.id).where(held)))

    def _waiting(self, review: str, state: str = "open") -> ColumnElement[bool]:
        """The condition for the hand-overs in a state that a review answers."""
        mine = handovers.c.id.in_(self._ids(review, "handover"))
        return (handovers.c.state == state) & (mine | handovers.c.turn.in_(self._turns_of(review)))

    def _ids(self, review: str, kind: str) -> tuple[str, ...]:
        """The ids of one kind among what a review answers."""
        held = self._records.rows(select(review_items.c.item).where(review_items.c.review == review))
        return tuple(row.item.removeprefix(f"{kind}:") for row in held if row.item.startswith(f"{kind}:"))

    def _one(self, identifier: str) -> Review:
        return required(self.get(identifier), "this answer is no longer there; reload the page")

    def _found(self, query: Select[Any]) -> tuple[Review, ...]:
        with self._records.reading():
            return self._reviews(self._records.rows(query))

    def _reviews(self, rows: Sequence[Any]) -> tuple[Review, ...]:
        held: dict[str, list[str]] = {}
        query = select(review_items).where(review_items.c.review.in_({row.id for row in rows}))
        for one in self._records.rows(query.order_by(review_items.c.item)):
            held.setdefault(one.review, []).append(one.item)
        return tuple(value_of(Review, row, items=tuple(held.get(row.id, ()))) for row in rows)


def with_text(review: Review, text: str, citations: Iterable[StaffCitation]) -> Review:
    """The review with another text, to be saved."""
    return replace(review, text=text, citations=tuple(citations))


def _dump(citations: Iterable[StaffCitation]) -> list[dict[str, Any]]:
    return [asdict(one) for one in citations]
