"""Cases that the suites may take over: made from feedback, hand-overs and answers of staff, decided by staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update

from assistant.records.parts import RecordsPart, fresh_id
from assistant.records.people import Person
from assistant.records.tables import candidates
from corpus.errors import InputError
from index.storage.database import put_new

CandidateState = Literal["candidate", "accepted", "rejected"]


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


class Candidates(RecordsPart):
    """Candidate cases, one of each origin."""

    def propose(self, origin: str, case: Mapping[str, Any]) -> Candidate:
        """Propose a case; what was proposed from the same origin before stays as it is."""
        moment = self._database.now()
        values = {"id": fresh_id(), "origin": origin, "case": dict(case), "state": "candidate", "decided_by": ""}
        with self._database.writing() as connection:
            put_new(connection, candidates, {**values, "created": moment, "changed": moment})
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
        values = {**edited, "state": state, "decided_by": by.name, "changed": self._database.now()}
        here = candidates.c.id == identifier
        with self._database.writing() as connection:
            if not connection.execute(update(candidates).where(here).values(values)).rowcount:
                raise InputError("this candidate is no longer there; reload the list")
            self._note(connection, by.name, f"candidate.{state}", f"candidate:{identifier}")
            return self._read(Candidate, select(candidates).where(here))[0]
