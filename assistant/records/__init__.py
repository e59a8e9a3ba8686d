"""The records of a home: who may sign in, what was asked and answered, what staff work on, who did what.

``Records.open(home)`` opens ``records.sqlite`` and brings it to the newest form. Its parts:

================  ====================================================================================================
``users``         names, roles, passwords: ``add``, ``all``, ``named``, ``set_role``, ``set_email``, ``disable``,
                  ``verify``, ``local``
``throttle``      ``attempt``, ``forgive``: slows down whoever guesses passwords
``sign_ins``      browsers: ``open``, ``person``, ``close``
``tokens``        programs: ``issue``, ``of``, ``revoke``, ``person``
``conversations`` ``of``, ``get``, ``new``, ``rename``, ``read``, ``delete``; always with their owner's id
``turns``         ``of``, ``get``, ``append``, ``put``; for staff ``ended``, ``citing``
``given``         files put into a conversation, with their owner's id: ``add``, ``titles``, ``of``, ``get``, ``remove``
``documents``     the versions that saved answers cite: ``keep``, ``get``
``feedback``      ``give``, ``take_back``, ``of``; for staff ``all``, ``get``
``handovers``     ``give``, ``withdraw``, ``of``; for staff ``all``, ``get``
``reviews``       staff's answers: ``begin``, ``save``, ``submit``, ``send_back``, ``approve``, ``withdraw``, ``close``,
                  ``reopen``, ``all``, ``approved_in``
``worklist``      what waits for staff, each question once: ``waiting``, ``done``, ``item``
``presence``      who has what open: ``here``, ``gone``
``drafts``        ``new``, ``all``, ``get``, ``save``, ``hold``, ``release``, ``versions``, ``remove``
``candidates``    for the suites: ``propose``, ``all``, ``decide``
``audit``         ``add``, ``of``, ``latest``
``keeping``       ``due``, ``expire``: what is over; ``of``, ``forget``: what is held of a person
================  ====================================================================================================

Every part may be used from several threads and processes at once. What goes in and comes out are frozen dataclasses.
"""

from __future__ import annotations

from assistant.records.audit import Audit, Event
from assistant.records.candidates import Candidate, Candidates, CandidateState
from assistant.records.conversations import Conversation, Conversations, Outcome, SavedTurn, Turns, TurnState
from assistant.records.database import FILE
from assistant.records.documents import DocumentVersions, document_version, is_given
from assistant.records.drafts import ConflictError, Draft, Drafts, DraftVersion, HeldError
from assistant.records.entry import ApiToken, SignIns, Tokens
from assistant.records.feedback import (
    REASONS,
    Feedback,
    FeedbackBox,
    FrozenTurn,
    Handover,
    Handovers,
    HandoverState,
    Reason,
    Verdict,
    frozen,
)
from assistant.records.given import TooMuchGivenError
from assistant.records.keeping import Forgotten, Keeping, Periods
from assistant.records.people import LOCAL, ROLES, Person, Role, Throttle, User, Users
from assistant.records.records import Records
from assistant.records.reviews import UNFINISHED, Access, Review, Reviews, ReviewState, StaffCitation, with_text
from assistant.records.worklist import KINDS, Kind, Occurrence, Presence, WorkItem, Worklist, question_key

__all__ = [
    "FILE",
    "KINDS",
    "LOCAL",
    "REASONS",
    "ROLES",
    "UNFINISHED",
    "Access",
    "ApiToken",
    "Audit",
    "Candidate",
    "CandidateState",
    "Candidates",
    "ConflictError",
    "Conversation",
    "Conversations",
    "DocumentVersions",
    "Draft",
    "DraftVersion",
    "Drafts",
    "Event",
    "Feedback",
    "FeedbackBox",
    "Forgotten",
    "FrozenTurn",
    "Handover",
    "HandoverState",
    "Handovers",
    "HeldError",
    "Keeping",
    "Kind",
    "Occurrence",
    "Outcome",
    "Periods",
    "Person",
    "Presence",
    "Reason",
    "Records",
    "Review",
    "ReviewState",
    "Reviews",
    "Role",
    "SavedTurn",
    "SignIns",
    "StaffCitation",
    "Throttle",
    "Tokens",
    "TooMuchGivenError",
    "TurnState",
    "Turns",
    "User",
    "Users",
    "Verdict",
    "WorkItem",
    "Worklist",
    "document_version",
    "frozen",
    "is_given",
    "question_key",
    "with_text",
]
