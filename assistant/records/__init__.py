"""The records of a home: who may sign in, what was asked and answered, what staff work on, who did what.

``Records.open(home)`` opens ``records.sqlite`` and brings it to the newest form. Its parts:

================  ====================================================================================================
``users``         names, roles, passwords: ``add``, ``all``, ``named``, ``set_role``, ``set_email``, ``disable``,
                  ``verify``, ``local``
``throttle``      ``attempt``, ``forgive``: slows down whoever guesses passwords
``sign_ins``      browsers: ``open``, ``person``, ``close``
``tokens``        programs: ``issue``, ``of``, ``revoke``, ``person``
``conversations`` ``of``, ``get``, ``new``, ``rename``, ``read``, ``delete``; always with their owner's id
``turns``         ``of``, ``get``, ``append``, ``put``; for staff ``citing``
``given``         files put into a conversation, with their owner's id: ``add``, ``titles``, ``of``, ``get``, ``remove``
``documents``     the versions that saved answers cite: ``keep``, ``get``
``feedback``      ``give``, ``take_back``, ``of``; for staff ``all``, ``get``
``handovers``     ``give``, ``withdraw``, ``of``; for staff ``all``, ``get``
``reviews``       staff's answers: ``begin``, ``save``, ``approve``, ``decide``, ``all``, ``approved_in``
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

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from assistant.records.audit import Audit, Event
from assistant.records.candidates import Candidate, Candidates, CandidateState
from assistant.records.cited import DocumentVersions, document_version, is_given
from assistant.records.conversations import Conversation, Conversations, SavedTurn, Turns
from assistant.records.drafts import ConflictError, Draft, Drafts, DraftVersion
from assistant.records.entry import ApiToken, SignIns, Tokens
from assistant.records.feedback import (
    REASONS,
    Feedback,
    FeedbackBox,
    FrozenTurn,
    Handover,
    Handovers,
    frozen,
)
from assistant.records.given import GivenFiles, TooMuchGivenError
from assistant.records.keeping import Keeping
from assistant.records.parts import FILE, Clock, RecordsDatabase, now
from assistant.records.people import LOCAL, ROLES, Person, Role, Throttle, User, Users
from assistant.records.reviews import Review, Reviews, StaffCitation, with_text
from assistant.records.worklist import Occurrence, Presence, WorkItem, Worklist, question_key
from corpus.errors import InputError
from corpus.private import private_file, private_folder

__all__ = [
    "FILE",
    "LOCAL",
    "REASONS",
    "ROLES",
    "ApiToken",
    "Candidate",
    "CandidateState",
    "ConflictError",
    "Conversation",
    "DocumentVersions",
    "Draft",
    "DraftVersion",
    "Drafts",
    "Event",
    "Feedback",
    "FrozenTurn",
    "Handover",
    "Occurrence",
    "Person",
    "Records",
    "Review",
    "Role",
    "SavedTurn",
    "StaffCitation",
    "TooMuchGivenError",
    "User",
    "WorkItem",
    "document_version",
    "frozen",
    "is_given",
    "question_key",
    "with_text",
]


class Records:
    """Everything that is remembered besides the documents, each kind in a part of its own."""

    def __init__(self, database: RecordsDatabase) -> None:
        self._database = database
        self.users = Users(database)
        self.throttle = Throttle(database)
        self.sign_ins = SignIns(database)
        self.tokens = Tokens(database)
        self.conversations = Conversations(database)
        self.turns = Turns(database)
        self.given = GivenFiles(database)
        self.documents = DocumentVersions(database)
        self.feedback = FeedbackBox(database)
        self.handovers = Handovers(database)
        self.reviews = Reviews(database)
        self.worklist = Worklist(database, self.reviews)
        self.presence = Presence(database)
        self.drafts = Drafts(database)
        self.candidates = Candidates(database)
        self.audit = Audit(database)
        self.keeping = Keeping(database)

    @classmethod
    def open(cls, home: Path, clock: Clock = now, *, database: str = "") -> Records:
        """Open the records of a home, made or migrated first where needed; ``clock`` tells the time.

        ``database`` is the address of PostgreSQL where they are kept there and not in a file of the home.

        Raises:
            InputError: ``home`` is a file, ``database`` no address.
            StateError: they are damaged or cannot be reached, or a newer version of this program wrote them.
        """
        if home.exists() and not home.is_dir():
            raise InputError(f"{home} is a file, not a Dafu home; name a folder with --home")
        try:
            private_folder(home)
            if not database:
                private_file(home / FILE)
        except OSError as error:
            raise InputError(f"{home} cannot be used ({error.strerror}); name another folder with --home") from error
        return cls(RecordsDatabase(database or home / FILE, clock))

    def served(self) -> AbstractContextManager[None]:
        """Be the one that serves them while it lasts, unless they are on a server, where several programs may.

        What is being asked, and who is slowed down, is known to one process.

        Raises:
            BusyError: another process is.
        """
        busy = "another `dafu serve` has this home; end it first, or name another home with --home"
        return nullcontext() if self._database.shared else self._database.locked("serve", wait=0, busy=busy)

    def check(self) -> str:
        """``ok``, or what is wrong with the database."""
        return self._database.check()

    def fill(self, source: Records) -> None:
        """Take over all that other records hold.

        Raises:
            InputError: these are not empty.
        """
        self._database.fill(source._database)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()
