"""The records of a home: who may sign in, what was asked and answered, what staff work on, who did what.

``Records.open(home)`` opens ``records.sqlite`` and brings it to the newest form. Every part of it may be used from
several threads and processes at once. What goes in and comes out are frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from assistant.records.cited import DocumentVersions, document_version, is_given
from assistant.records.conversations import Conversation, Conversations, GivenFiles, SavedTurn, TooMuchGivenError, Turns
from assistant.records.drafts import ConflictError, Draft, Drafts, DraftVersion
from assistant.records.feedback import (
    REASONS,
    Candidate,
    Candidates,
    CandidateState,
    Feedback,
    FeedbackBox,
    FrozenTurn,
    Handover,
    Handovers,
    frozen,
)
from assistant.records.keeping import Keeping
from assistant.records.parts import Audit, Event
from assistant.records.people import LOCAL, ROLES, ApiToken, Person, Role, SignIns, Throttle, Tokens, User, Users
from assistant.records.reviews import Review, Reviews, StaffCitation, with_text
from assistant.records.tables import metadata
from assistant.records.worklist import Occurrence, Presence, WorkItem, Worklist, question_key
from corpus import limits
from corpus.errors import InputError
from corpus.private import private_file, private_folder
from index.storage.database import Database, Design

__all__ = [
    "DESIGN",
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

FILE = "records.sqlite"
DESIGN = Design(
    "records",
    metadata,
    Path(__file__).parent / "migrations" / "versions",
    "0007",
    "restore a backup",
    busy=limits.BUSY_SECONDS,
    pragmas=("foreign_keys = ON", "secure_delete = ON"),
)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class Records(Database):
    """Everything that is remembered besides the documents, each kind in a part of its own."""

    def __init__(self, place: Path | str, clock: Callable[[], datetime] = now) -> None:
        """Open a file or an address of PostgreSQL; see ``index.storage.database``."""
        super().__init__(place, DESIGN)
        self.now = clock
        self.users = Users(self)
        self.throttle = Throttle(self)  # slows down whoever guesses passwords
        self.sign_ins = SignIns(self)  # of browsers
        self.tokens = Tokens(self)  # of programs
        self.conversations = Conversations(self)
        self.turns = Turns(self)
        self.given = GivenFiles(self)  # files put into a conversation
        self.documents = DocumentVersions(self)  # those that saved answers cite
        self.feedback = FeedbackBox(self)
        self.handovers = Handovers(self)
        self.reviews = Reviews(self)  # staff's answers
        self.worklist = Worklist(self)  # what waits for staff, each question once
        self.presence = Presence(self)  # who has what open
        self.drafts = Drafts(self)
        self.candidates = Candidates(self)  # for the suites
        self.audit = Audit(self)
        self.keeping = Keeping(self)  # what is over, and what is held of a person

    @classmethod
    def open(cls, home: Path, clock: Callable[[], datetime] = now, *, database: str = "") -> Records:
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
        return cls(database or home / FILE, clock)

    def served(self) -> AbstractContextManager[None]:
        """Be the one that serves them while it lasts, unless they are on a server, where several programs may.

        What is being asked, and who is slowed down, is known to one process.

        Raises:
            BusyError: another process is.
        """
        busy = "another `dafu serve` has this home; end it first, or name another home with --home"
        return nullcontext() if self.shared else self.locked("serve", wait=0, busy=busy)
