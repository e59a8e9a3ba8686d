"""What people send to staff: a judgement of an answer, or a question handed over. Both keep what was asked, frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Select, func, insert, select, update

from assistant.records.cited import freeze_answer, freeze_citations
from assistant.records.conversations import SavedTurn, thawed
from assistant.records.parts import RecordsPart, fresh_id
from assistant.records.people import Person
from assistant.records.tables import conversations, feedback, handovers, turns, users
from corpus.errors import InputError

Verdict = Literal["up", "down"]
Reason = Literal["answer_wrong", "evidence_wrong", "incomplete", "should_refuse", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
HandoverState = Literal["open", "answered", "withdrawn"]
_LONGEST = 4_000  # characters of a free text


@dataclass(frozen=True, slots=True)
class FrozenTurn:
    """A question as it was answered, frozen: plain JSON that no later change of turn or document touches.

    ``answer`` is ``Answer`` as JSON, each citation with the ``version`` of its document; ``found`` the evidence before
    any sentence; ``history`` the earlier questions of the conversation with their answers' texts, where they were sent.
    """

    question: str
    standalone: str = ""
    answer: Mapping[str, Any] | None = None
    found: tuple[Mapping[str, Any], ...] = ()
    versions: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """A judgement of an answer; ``turn`` and ``person`` are none once the conversation or the user was deleted."""

    id: str
    turn: str | None
    person: str | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    text: str
    asked: FrozenTurn
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """A question given to staff; ``asker`` is a user's id, ``asker_name`` how they are called."""

    id: str
    turn: str | None
    asker: str | None
    asker_name: str
    note: str
    state: HandoverState
    asked: FrozenTurn
    created: datetime
    changed: datetime


class FeedbackBox(RecordsPart):
    """Judgements: one of each person on each answer, which may be changed or taken back."""

    def give(
        self,
        person: Person,
        turn: str,
        verdict: Verdict,
        reasons: Iterable[Reason] = (),
        text: str = "",
        *,
        earlier: bool = False,
    ) -> Feedback:
        """Judge an answer of one's own, in place of an earlier judgement; ``earlier``: send what was asked before it.

        Raises:
            InputError: the person has no such turn, or a reason is unknown.
        """
        given = list(reasons)
        if verdict not in get_args(Verdict) or set(given) - set(REASONS):
            raise InputError(f"feedback is up or down, its reasons are {', '.join(REASONS)}")
        moment = self._database.now()
        said = {"verdict": verdict, "reasons": given, "text": text[:_LONGEST], "changed": moment}
        with self._database.writing() as connection:
            values = {**said, "asked": asdict(_asked(connection, person, turn, earlier=earlier))}
            here = (feedback.c.turn == turn) & (feedback.c.person == person.id)
            if not connection.execute(update(feedback).where(here).values(values)).rowcount:
                new = {**values, "id": fresh_id(), "turn": turn, "person": person.id, "created": moment}
                connection.execute(insert(feedback).values(new))
            return self._read(Feedback, select(feedback).where(here))[0]

    def take_back(self, person: Person, turn: str) -> None:
        """Take a judgement back."""
        self._execute(feedback.delete().where((feedback.c.turn == turn) & (feedback.c.person == person.id)))

    def of(self, person: Person, conversation: str) -> dict[str, Feedback]:
        """A person's judgements in a conversation, by turn."""
        query = select(feedback).join(turns, turns.c.id == feedback.c.turn)
        query = query.where((turns.c.conversation == conversation) & (feedback.c.person == person.id))
        return {one.turn: one for one in self._read(Feedback, query) if one.turn}

    def all(self, verdict: Verdict | None = None, limit: int = 500) -> tuple[Feedback, ...]:
        """For staff: judgements of all people, newest first."""
        query = select(feedback).order_by(feedback.c.changed.desc()).limit(limit)
        return self._read(Feedback, query if verdict is None else query.where(feedback.c.verdict == verdict))

    def get(self, identifier: str) -> Feedback | None:
        """For staff: one judgement."""
        return self._get(Feedback, select(feedback).where(feedback.c.id == identifier))


class Handovers(RecordsPart):
    """Questions that people gave to staff."""

    def give(self, person: Person, turn: str, text: str = "", *, earlier: bool = False) -> Handover:
        """Hand a question of one's own over, with what was asked ``earlier`` in its conversation only where wanted.

        One that waits already is only given the new note and what goes with it.

        Raises:
            InputError: the person has no such turn.
        """
        moment = self._database.now()
        with self._database.writing() as connection:
            asked = asdict(_asked(connection, person, turn, earlier=earlier))
            values = {"note": text[:_LONGEST], "changed": moment, "asked": asked}
            waiting = (handovers.c.turn == turn) & (handovers.c.state == "open")
            if not connection.execute(update(handovers).where(waiting).values(values)).rowcount:
                new = {**values, "id": fresh_id(), "turn": turn, "asker": person.id, "state": "open", "created": moment}
                connection.execute(insert(handovers).values(new))
            made = self._read(Handover, _handed().where(waiting))[0]
            self._note(connection, person.name, "handover.give", f"handover:{made.id}")
        return made

    def withdraw(self, person: Person, turn: str) -> None:
        """Take a question back that waits."""
        mine = (handovers.c.turn == turn) & (handovers.c.asker == person.id) & (handovers.c.state == "open")
        self._execute(update(handovers).where(mine).values(state="withdrawn", changed=self._database.now()))

    def of(self, person: Person, conversation: str) -> dict[str, Handover]:
        """A person's hand-overs in a conversation, by turn; the newest where there are several."""
        query = _handed().join(turns, turns.c.id == handovers.c.turn).order_by(handovers.c.created)
        mine = (turns.c.conversation == conversation) & (handovers.c.asker == person.id)
        return {one.turn: one for one in self._read(Handover, query.where(mine)) if one.turn}

    def waiting(self, person: Person) -> frozenset[str]:
        """Those of a person's conversations in which a question waits for staff, by id."""
        query = select(turns.c.conversation).join(handovers, handovers.c.turn == turns.c.id)
        mine = (handovers.c.asker == person.id) & (handovers.c.state == "open")
        return frozenset(row.conversation for row in self._database.rows(query.where(mine)))

    def all(self, state: HandoverState | None = "open", limit: int = 500) -> tuple[Handover, ...]:
        """For staff: those of all people in a state, newest first."""
        query = _handed().order_by(handovers.c.changed.desc()).limit(limit)
        return self._read(Handover, query if state is None else query.where(handovers.c.state == state))

    def get(self, identifier: str) -> Handover | None:
        """For staff: one of them."""
        return self._get(Handover, _handed().where(handovers.c.id == identifier))


def frozen(turn: SavedTurn, earlier: Iterable[SavedTurn] = ()) -> FrozenTurn:
    """A turn as it is kept for staff and suites."""
    history = tuple({"question": t.question, "answer": t.answer.text if t.answer else ""} for t in earlier)
    answer = freeze_answer(turn.answer) if turn.answer else None
    found = tuple(freeze_citations(turn.found))
    return FrozenTurn(turn.question, turn.standalone, answer, found, turn.versions, history)


def _asked(connection: Connection, person: Person, turn: str, *, earlier: bool) -> FrozenTurn:
    query = select(turns).join(conversations, conversations.c.id == turns.c.conversation)
    row = connection.execute(query.where((turns.c.id == turn) & (conversations.c.owner == person.id))).first()
    if row is None:
        raise InputError("this question is no longer there; ask it again")
    before = (turns.c.conversation == row.conversation) & (turns.c.position < row.position)
    sent = connection.execute(select(turns).where(before).order_by(turns.c.position)).all() if earlier else ()
    return frozen(thawed(connection, [row])[0].for_others(), [one.for_others() for one in thawed(connection, sent)])


def _handed() -> Select[Any]:
    name = func.coalesce(users.c.display, "").label("asker_name")
    return select(handovers, name).outerjoin(users, users.c.id == handovers.c.asker)
