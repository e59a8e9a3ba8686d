"""What people send to staff: a judgement of an answer, or a question handed over. Both keep what was asked, frozen.

And the cases for the suites that are made from them and from staff's answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import func, select

from assistant.records.cited import freeze_answer, freeze_citations
from assistant.records.conversations import NOT_ASKED, OWNED, SavedTurn
from assistant.records.parts import RecordsPart, required
from assistant.records.people import Person
from assistant.records.tables import candidates, conversations, feedback, handovers, turns, users
from corpus.errors import InputError

Verdict = Literal["up", "down"]
Reason = Literal["answer_wrong", "evidence_wrong", "incomplete", "should_refuse", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
HandoverState = Literal["open", "answered", "withdrawn"]
CandidateState = Literal["candidate", "accepted", "rejected"]
_LONGEST = 4_000  # characters of a free text
_HANDED = select(handovers, func.coalesce(users.c.display, "").label("asker_name")).outerjoin(users)


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case in the suites' own shape, where it came from (``feedback:ID``, ``review:ID``), and what staff decided."""

    id: str
    origin: str
    case: Mapping[str, Any]
    state: CandidateState
    decided_by: str
    created: datetime
    changed: datetime


class _Sent(RecordsPart):
    """What somebody sent about a turn of their own."""

    def _asked(self, person: Person, turn: str, *, earlier: bool) -> dict[str, Any]:
        """The turn as it is kept, with those ``earlier`` in its conversation only where wanted."""
        mine = (turns.c.id == turn) & (conversations.c.owner == person.id)
        (asked,) = required(self._records.turns.found(OWNED.where(mine)), NOT_ASKED)
        before = (turns.c.conversation == asked.conversation) & (turns.c.position < asked.position)
        query = select(turns).where(before).order_by(turns.c.position)
        sent = self._records.turns.found(query) if earlier else ()
        return asdict(frozen(asked.for_others(), [one.for_others() for one in sent]))


class FeedbackBox(_Sent):
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
        said: dict[str, Any] = {"verdict": verdict, "reasons": given, "text": text[:_LONGEST]}
        with self._records.writing():
            said |= {"asked": self._asked(person, turn, earlier=earlier), "changed": self._records.now()}
            here = (feedback.c.turn == turn) & (feedback.c.person == person.id)
            if not self._update(feedback, here, **said):
                self._insert(feedback, turn=turn, person=person.id, **said)
            return self._read(Feedback, select(feedback).where(here))[0]

    def take_back(self, person: Person, turn: str) -> None:
        """Take a judgement back."""
        self._delete(feedback, (feedback.c.turn == turn) & (feedback.c.person == person.id))

    def of(self, person: Person, conversation: str) -> dict[str, Feedback]:
        """A person's judgements in a conversation, by turn."""
        mine = (turns.c.conversation == conversation) & (feedback.c.person == person.id)
        return {one.turn: one for one in self._read(Feedback, select(feedback).join(turns).where(mine)) if one.turn}

    def all(self, verdict: Verdict | None = None, limit: int = 500) -> tuple[Feedback, ...]:
        """For staff: judgements of all people, newest first."""
        query = select(feedback).order_by(feedback.c.changed.desc()).limit(limit)
        return self._read(Feedback, query if verdict is None else query.where(feedback.c.verdict == verdict))

    def get(self, identifier: str) -> Feedback | None:
        """For staff: one judgement."""
        return self._get(Feedback, select(feedback).where(feedback.c.id == identifier))


class Handovers(_Sent):
    """Questions that people gave to staff."""

    def give(self, person: Person, turn: str, text: str = "", *, earlier: bool = False) -> Handover:
        """Hand a question of one's own over, with what was asked ``earlier`` in its conversation only where wanted.

        One that waits already is only given the new note and what goes with it.

        Raises:
            InputError: the person has no such turn.
        """
        said: dict[str, Any] = {"note": text[:_LONGEST], "changed": self._records.now()}
        with self._records.writing():
            said["asked"] = self._asked(person, turn, earlier=earlier)
            waiting = (handovers.c.turn == turn) & (handovers.c.state == "open")
            if not self._update(handovers, waiting, **said):
                self._insert(handovers, turn=turn, asker=person.id, state="open", **said)
            made = self._read(Handover, _HANDED.where(waiting))[0]
            self._note(person.name, "handover.give", f"handover:{made.id}")
        return made

    def withdraw(self, person: Person, turn: str) -> None:
        """Take a question back that waits."""
        mine = (handovers.c.turn == turn) & (handovers.c.asker == person.id) & (handovers.c.state == "open")
        self._update(handovers, mine, state="withdrawn", changed=self._records.now())

    def of(self, person: Person, conversation: str) -> dict[str, Handover]:
        """A person's hand-overs in a conversation, by turn; the newest where there are several."""
        query = _HANDED.join(turns, turns.c.id == handovers.c.turn).order_by(handovers.c.created)
        mine = (turns.c.conversation == conversation) & (handovers.c.asker == person.id)
        return {one.turn: one for one in self._read(Handover, query.where(mine)) if one.turn}

    def waiting(self, person: Person) -> frozenset[str]:
        """Those of a person's conversations in which a question waits for staff, by id."""
        mine = (handovers.c.asker == person.id) & (handovers.c.state == "open")
        query = select(turns.c.conversation).join(handovers).where(mine)
        return frozenset(row.conversation for row in self._records.rows(query))

    def all(self, state: HandoverState | None = "open", limit: int = 500) -> tuple[Handover, ...]:
        """For staff: those of all people in a state, newest first."""
        query = _HANDED.order_by(handovers.c.changed.desc()).limit(limit)
        return self._read(Handover, query if state is None else query.where(handovers.c.state == state))

    def get(self, identifier: str) -> Handover | None:
        """For staff: one of them."""
        return self._get(Handover, _HANDED.where(handovers.c.id == identifier))


class Candidates(RecordsPart):
    """Cases that the suites may take over, one of each origin, decided by staff."""

    def propose(self, origin: str, case: Mapping[str, Any]) -> Candidate:
        """Propose a case; what was proposed from the same origin before stays as it is."""
        with self._records.writing():
            self._insert_new(candidates, origin=origin, case=dict(case), state="candidate", decided_by="")
            return self._read(Candidate, select(candidates).where(candidates.c.origin == origin))[0]

    def all(self, state: CandidateState | None = None) -> tuple[Candidate, ...]:
        """Those in a state or all, newest first."""
        query = select(candidates).order_by(candidates.c.created.desc())
        return self._read(Candidate, query if state is None else query.where(candidates.c.state == state))

    def decide(
        self, by: Person, identifier: str, state: CandidateState, case: Mapping[str, Any] | None = None
    ) -> Candidate:
        """Accept or reject, with the case as edited.

        Raises:
            InputError: there is no such candidate.
        """
        edited = {} if case is None else {"case": dict(case)}
        values = {**edited, "state": state, "decided_by": by.name, "changed": self._records.now()}
        here = candidates.c.id == identifier
        with self._records.writing():
            required(self._update(candidates, here, **values), "this candidate is no longer there; reload the list")
            self._note(by.name, f"candidate.{state}", f"candidate:{identifier}")
            return self._read(Candidate, select(candidates).where(here))[0]


def frozen(turn: SavedTurn, earlier: Iterable[SavedTurn] = ()) -> FrozenTurn:
    """A turn as it is kept for staff and suites."""
    history = tuple({"question": t.question, "answer": t.answer.text if t.answer else ""} for t in earlier)
    answer = freeze_answer(turn.answer) if turn.answer else None
    found = tuple(freeze_citations(turn.found))
    return FrozenTurn(turn.question, turn.standalone, answer, found, turn.versions, history)
