"""The door to the records of a home."""

from __future__ import annotations

from pathlib import Path

from assistant.records.audit import Audit
from assistant.records.candidates import Candidates
from assistant.records.conversations import Conversations, Turns
from assistant.records.database import FILE, Clock, RecordsDatabase, now
from assistant.records.documents import DocumentVersions
from assistant.records.drafts import Drafts
from assistant.records.entry import SignIns, Tokens
from assistant.records.feedback import FeedbackBox, Handovers
from assistant.records.given import GivenFiles
from assistant.records.keeping import Keeping
from assistant.records.people import Throttle, Users
from assistant.records.reviews import Reviews
from assistant.records.worklist import Presence, Worklist
from corpus.errors import InputError
from corpus.private import private_file, private_folder


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

    @property
    def shared(self) -> bool:
        """Whether they are on a server, where several programs may use them."""
        return self._database.shared

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
