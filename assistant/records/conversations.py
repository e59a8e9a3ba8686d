"""Conversations, their turns and files: each belongs to one person, who alone reads, changes and deletes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, select

from assistant.answer import Answer, Citation
from assistant.records.cited import (
    DOCUMENT,
    GIVEN,
    citations_in,
    citations_of,
    document_version,
    freeze_answer,
    freeze_citations,
    is_given,
    thaw_answer,
    thaw_citations,
    versions_in,
)
from assistant.records.parts import RecordsPart, required, value_of
from assistant.records.people import tiers_of
from assistant.records.tables import cited, conversations, fresh_id, given, handovers, turns, users
from corpus import limits
from corpus.document import STAFF_ANSWER, Document
from corpus.errors import InputError

OWNED = select(turns).join(conversations)
_GONE = "this conversation is no longer there; begin a new one"
NOT_ASKED = "this question is no longer there; ask it again"
TurnState = Literal["running", "done", "stopped", "failed"]
Outcome = Literal["", "answered", "unverified", "refused"]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of turns; ``unread`` since staff wrote into it, ``pinned`` by its owner, ``last`` its latest question."""

    id: str
    owner: str
    title: str
    created: datetime
    changed: datetime
    unread: bool
    pinned: bool = False
    turns: int = 0
    last: str = ""


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question and what became of it.

    ``found`` is the evidence before any sentence; ``versions`` what answered: ``generator``, ``index`` and so on;
    ``outcome`` follows from the answer: empty while there is none. Citations hold the document as it was then.
    ``withheld``: there was an answer, but it rests on a document that its owner may no longer see.
    """

    id: str
    conversation: str
    position: int
    question: str
    state: TurnState = "running"
    standalone: str = ""
    answer: Answer | None = None
    found: tuple[Citation, ...] = ()
    versions: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    created: datetime | None = None
    changed: datetime | None = None
    withheld: bool = False

    @property
    def outcome(self) -> Outcome:
        """How it ended, as staff sort it."""
        if self.answer is None or self.state in {"running", "failed"}:
            return ""
        if self.answer.abstention is not None:
            return "refused"
        return "unverified" if any(claim.verdict != "supported" for claim in self.answer.claims) else "answered"

    def after(self, answer: Answer, found: Sequence[Citation] | None = None, state: TurnState = "done") -> SavedTurn:
        """The turn with an answer."""
        kept = self.found if found is None else tuple(found)
        return replace(self, answer=answer, standalone=answer.standalone_question, found=kept, state=state, error="")

    def seen(self, allowed: Callable[[Document], bool]) -> SavedTurn:
        """The turn as somebody may see it: without an answer where a document it rests on is not for them.

        A sentence, a count or a heading of such an answer may tell what the document says, so nothing of it stays.
        """
        found = tuple(one for one in self.found if allowed(one.source))
        if all(allowed(one.source) for one in citations_in(self.answer)):
            return replace(self, found=found)
        return replace(self, answer=None, found=found, withheld=True)

    def for_others(self) -> SavedTurn:
        """The turn as others than its owner may see it, whoever they are: nothing of files in the conversation."""
        seen = self.seen(lambda document: not is_given(document.id))
        within = [one for one in self.versions.get("within", ()) if not is_given(one[0])]
        return replace(seen, versions={**self.versions, "within": within}) if "within" in self.versions else seen


class Conversations(RecordsPart):
    """The conversations of each person. Someone else's is as if it were not there.

    ``put_away``, ``bring_back`` and ``require`` raise ``InputError`` where the person has no such conversation.
    """

    def of(self, owner: str, most: int | None = None) -> tuple[Conversation, ...]:
        """A person's conversations, the pinned ones first, then the one changed last; at ``most`` so many."""
        latest = (conversations.c.pinned.desc(), conversations.c.changed.desc())
        return self._read(Conversation, _counted().where(mine(owner)).order_by(*latest).limit(most))

    def unread(self, owner: str) -> tuple[Conversation, ...]:
        """Those of a person in which staff answered something that was not read yet, the latest first."""
        new = mine(owner) & conversations.c.unread.is_(True)
        return self._read(Conversation, _counted().where(new).order_by(conversations.c.changed.desc()))

    def get(self, owner: str, conversation: str) -> Conversation | None:
        """One of a person's conversations."""
        return self._get(Conversation, _counted().where(mine(owner, conversation)))

    def new(self, owner: str, title: str) -> Conversation:
        """A further conversation; the title is usually its first question."""
        made = self._insert(conversations, owner=owner, title=title, unread=False)
        return self._read(Conversation, _counted().where(conversations.c.id == made))[0]

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Give another title."""
        self._update(conversations, mine(owner, conversation), title=title)

    def pin(self, owner: str, conversation: str, *, pinned: bool) -> None:
        """Let it stand before the others, or no longer."""
        self._update(conversations, mine(owner, conversation), pinned=pinned)

    def read(self, owner: str, conversation: str) -> None:
        """What staff wrote was seen."""
        self._update(conversations, mine(owner, conversation), unread=False)

    def put_away(self, owner: str, conversation: str) -> None:
        """Take a conversation out of sight; it can be brought back until it is purged."""
        required(self._update(conversations, mine(owner, conversation), gone=self._records.now()), _GONE)

    def bring_back(self, owner: str, conversation: str) -> None:
        """Undo ``put_away``."""
        there = (conversations.c.owner == owner) & (conversations.c.id == conversation)
        required(self._update(conversations, there, gone=None), _GONE)

    def purge(self, after: timedelta = limits.UNDO) -> bool:
        """Delete for good what was put away so long ago; whether there was any.

        What its owner sent to staff stays with them; open hand-overs are withdrawn.
        """
        now = self._records.now()
        gone = self._records.rows(select(conversations.c.id).where(conversations.c.gone <= now - after))
        for row in gone:
            with self._records.writing():
                inside = select(turns.c.id).where(turns.c.conversation == row.id)
                waiting = handovers.c.turn.in_(inside) & (handovers.c.state == "open")
                self._update(handovers, waiting, state="withdrawn", changed=now)
                self._delete(conversations, conversations.c.id == row.id)
        return bool(gone)

    def require(self, owner: str, conversation: str) -> None:
        """Refuse a conversation that is not the person's."""
        required(self._records.first(select(conversations.c.id).where(mine(owner, conversation))), _GONE)


class Turns(RecordsPart):
    """The turns of conversations.

    ``share``, ``append`` and ``put`` raise ``InputError`` where the person has no such turn or conversation, as when it
    was deleted meanwhile.
    """

    def of(self, owner: str, conversation: str) -> tuple[SavedTurn, ...]:
        """The turns of one of a person's conversations, in order; none if it is not theirs.

        What rests on documents beyond the owner's present role is withheld: a role can change, and so can a document's
        access.
        """
        with self._records.reading():
            found = self.found(OWNED.where(mine(owner, conversation)).order_by(turns.c.position))
            role = self._records.first(select(users.c.role).where(users.c.id == owner))
            cites = {_key(one.source) for turn in found for one in citations_in(turn.answer, turn.found)}
            hidden = self._records.documents.beyond(cites, tiers_of(role.role if role else "representative"))
        return tuple(turn.seen(lambda document: _key(document) not in hidden) for turn in found) if hidden else found

    def any(self, turn: str) -> SavedTurn | None:
        """For staff: one turn of anybody, without what rests on files in its conversation."""
        return next((one.for_others() for one in self.found(select(turns).where(turns.c.id == turn))), None)

    def share(self, owner: str, turn: str, *, on: bool) -> None:
        """Let whoever has its address see a turn, as far as they may see its sources; or no longer."""
        here = (turns.c.id == turn) & turns.c.conversation.in_(select(conversations.c.id).where(mine(owner)))
        required(self._update(turns, here, shared=on), NOT_ASKED)

    def shared(self, turn: str) -> SavedTurn | None:
        """A turn that its owner shows to others; none while its conversation is deleted."""
        there = (turns.c.id == turn) & turns.c.shared.is_(True) & conversations.c.gone.is_(None)
        return next((one.for_others() for one in self.found(OWNED.where(there))), None)

    def append(self, owner: str, conversation: str, question: str) -> SavedTurn:
        """A further question in a conversation, running."""
        moment = self._records.now()
        last = select(func.coalesce(func.max(turns.c.position), 0).label("position"))
        with self._records.writing():
            self._records.conversations.require(owner, conversation)
            place = self._records.first(last.where(turns.c.conversation == conversation)).position + 1
            made = SavedTurn(fresh_id(), conversation, place, question, created=moment, changed=moment)
            self._insert(turns, **_values(made))
            self._update(conversations, conversations.c.id == conversation, changed=self._records.now())
        return made

    def put(self, owner: str, turn: SavedTurn) -> SavedTurn:
        """Save a turn in place of what it was (its answer, or another one), with the documents that it cites."""
        saved = replace(turn, changed=self._records.now())
        with self._records.writing():
            self._records.conversations.require(owner, turn.conversation)
            here = (turns.c.id == turn.id) & (turns.c.conversation == turn.conversation)
            required(self._update(turns, here, **_values(saved)), NOT_ASKED)
            sources = {_key(one.source): one.source for one in citations_in(saved.answer, saved.found)}
            self._records.documents.keep(sources.values())
            self._delete(cited, cited.c.turn == turn.id)
            for document, version in {_key(one.source) for one in citations_in(saved.answer)}:
                if not is_given(document):
                    self._insert(cited, turn=turn.id, document=document, version=version)
            self._update(conversations, conversations.c.id == turn.conversation, changed=self._records.now())
        return saved

    def cited(self) -> tuple[tuple[str, str], ...]:
        """For staff: the documents that answers cite, each with every version that is cited."""
        query = select(*cited.c["document", "version"]).distinct().order_by(cited.c.document, cited.c.version)
        return tuple((row.document, row.version) for row in self._records.rows(query))

    def citing(self, document: str, version: str = "", limit: int = 200) -> tuple[SavedTurn, ...]:
        """For staff: the latest turns of all people whose answers cite a document, or one version of it."""
        query = select(turns).join(cited).where(cited.c.document == document)
        query = query.where(cited.c.version == version) if version else query
        return tuple(one.for_others() for one in self.found(query.order_by(turns.c.changed.desc()).limit(limit)))

    def found(self, query: Select[Any]) -> tuple[SavedTurn, ...]:
        """The turns that a query finds, over the versions of the documents that they cite, whoever asks."""
        with self._records.reading():
            rows = self._records.rows(query)
            wanted = versions_in(one for row in rows for one in (*row.found, *citations_of(row.answer)))
            documents = self._records.documents.all(wanted)
        return tuple(
            value_of(
                SavedTurn,
                row,
                answer=thaw_answer(row.answer, documents) if row.answer else None,
                found=thaw_citations(row.found, documents),
                withheld=bool(row.versions.get("withheld")),
            )
            for row in rows
        )


class TooMuchGivenError(InputError):
    """The files of this conversation would be too many or too long."""


class GivenFiles(RecordsPart):
    """Files that somebody puts into a conversation: read for it alone, seen by its owner alone, gone with it.

    ``add``, ``remove`` and ``bring_back`` raise ``InputError`` where the person has no such conversation or file.
    """

    def add(self, owner: str, conversation: str, read: Document) -> Document:
        """Put a file that was read into a conversation; the Document under its id there.

        Whatever it says of itself, it is no answer of staff and takes no document's place.

        Raises:
            TooMuchGivenError: the files of the conversation would be too many or too long.
        """
        with self._records.writing():
            self._records.conversations.require(owner, conversation)
            here = given.c.conversation == conversation
            size = func.coalesce(func.sum(func.length(given.c.body["text"].as_string())), 0)
            number, length = self._records.first(select(func.count(), size).where(here & given.c.gone.is_(None)))
            if number >= limits.GIVEN_FILES or length + len(read.text) > limits.GIVEN:
                raise TooMuchGivenError(
                    f"a conversation takes {limits.GIVEN_FILES} files of {limits.GIVEN} characters in all; "
                    "begin a new one, or put in the part that matters"
                )
            taken = {row.document for row in self._records.rows(select(given.c.document).where(here))}
            wanted = f"{GIVEN}/{conversation}/{read.id}"
            names = (wanted if number == 1 else f"{wanted}（{number}）" for number in count(1))
            kind = "" if read.metadata.kind == STAFF_ANSWER else read.metadata.kind
            metadata = replace(read.metadata, kind=kind, access=GIVEN, supersedes=())
            document = replace(read, id=next(one for one in names if one not in taken), metadata=metadata)
            values = {"document": document.id, "conversation": conversation, "title": metadata.title}
            body = DOCUMENT.dump_python(document, mode="json")
            self._insert(given, **values, body=body, added=self._records.now())
        return document

    def titles(self, owner: str, conversation: str) -> tuple[tuple[str, str], ...]:
        """Id and title of each file in one of a person's conversations, in the order given."""
        rows = self._own(owner, given.c.conversation == conversation, "document", "title")
        return tuple((row.document, row.title) for row in rows)

    def of(self, owner: str, conversation: str) -> tuple[Document, ...]:
        """The files in one of a person's conversations, in the order given."""
        rows = self._own(owner, given.c.conversation == conversation, "body")
        return tuple(DOCUMENT.validate_python(row.body) for row in rows)

    def get(self, owner: str, document: str) -> Document | None:
        """A file in one of a person's conversations, by its id."""
        rows = self._own(owner, given.c.document == document, "body")
        return DOCUMENT.validate_python(rows[0].body) if rows else None

    def has(self, owner: str, document: str) -> bool:
        """Whether it is in one of a person's conversations."""
        return bool(self._own(owner, given.c.document == document, "document"))

    def remove(self, owner: str, document: str) -> None:
        """Take a file out of its conversation, with the answers that cite it; it can be brought back until purged."""
        self._set_aside(owner, document, self._records.now())

    def bring_back(self, owner: str, document: str) -> None:
        """Undo ``remove``."""
        self._set_aside(owner, document, None)

    def purge(self, after: timedelta = limits.UNDO) -> bool:
        """Delete for good what was removed so long ago, and every answer that cites it; whether there was any."""
        with self._records.writing():
            away = given.c.gone <= self._records.now() - after
            rows = self._records.rows(select(*given.c["document", "conversation"]).where(away))
            for row in rows:
                self._forget(row.conversation, row.document)
                self._delete(given, given.c.document == row.document)
        return bool(rows)

    def _own(self, owner: str, which: ColumnElement[bool], *names: str) -> list[Any]:
        """Columns of files in conversations of a person that are not deleted, in the order given."""
        query = select(*(given.c[name] for name in names)).join_from(given, conversations)
        return self._records.rows(query.where(mine(owner) & given.c.gone.is_(None) & which).order_by(given.c.added))

    def _set_aside(self, owner: str, document: str, gone: datetime | None) -> None:
        own = select(conversations.c.id).where(mine(owner))
        here = (given.c.document == document) & given.c.conversation.in_(own)
        required(self._update(given, here, gone=gone), "this file is no longer there; add it again")

    def _forget(self, conversation: str, document: str) -> None:
        """Leave nothing of a file in the turns of its conversation, but that there was an answer."""
        for turn in self._records.turns.found(select(turns).where(turns.c.conversation == conversation)):
            kept = turn.seen(lambda one: one.id != document)
            within = [one for one in turn.versions.get("within", ()) if one[0] != document]
            versions = {**turn.versions, "within": within, "withheld": kept.withheld}
            gone = {"answer": None} if kept.withheld else {}
            self._update(turns, turns.c.id == turn.id, found=freeze_citations(kept.found), versions=versions, **gone)


def mine(owner: str, conversation: str | None = None) -> ColumnElement[bool]:
    """Conversations of a person that are not deleted, or the one of an id."""
    owned = (conversations.c.owner == owner) & conversations.c.gone.is_(None)
    return owned if conversation is None else owned & (conversations.c.id == conversation)


def _key(document: Document) -> tuple[str, str]:
    return document.id, document_version(document)


def _counted() -> Select[Any]:
    inside = select(func.count()).where(turns.c.conversation == conversations.c.id).scalar_subquery()
    asked = select(turns.c.question).where(turns.c.conversation == conversations.c.id)
    last = asked.order_by(turns.c.position.desc()).limit(1).scalar_subquery()
    return select(conversations, inside.label("turns"), func.coalesce(last, "").label("last"))


def _values(turn: SavedTurn) -> dict[str, Any]:
    plain = ("id", "conversation", "position", "question", "standalone", "state", "outcome", "error", "changed")
    return {
        **{name: getattr(turn, name) for name in plain},
        "answer": freeze_answer(turn.answer) if turn.answer else None,
        "found": freeze_citations(turn.found),
        "versions": dict(turn.versions),
    }
