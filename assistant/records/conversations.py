"""Conversations and their turns: each belongs to one person, who alone reads, changes and deletes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update

from assistant.answer import Answer, Citation
from assistant.records.cited import (
    answer_versions,
    beyond,
    citations_in,
    document_version,
    freeze_answer,
    freeze_citations,
    is_given,
    keep,
    thaw_answer,
    thaw_citations,
    versions_in,
    versions_of,
)
from assistant.records.parts import RecordsPart, fresh_id, value_of
from assistant.records.people import tiers_of
from assistant.records.tables import cited, conversations, handovers, turns, users
from corpus import limits
from corpus.document import Document
from corpus.errors import InputError
from index.storage.database import put_new

_GONE = "this conversation is no longer there; begin a new one"
_NOT_ASKED = "this question is no longer there; ask it again"
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
    """The conversations of each person. Someone else's is as if it were not there."""

    def of(self, owner: str, most: int | None = None) -> tuple[Conversation, ...]:
        """A person's conversations, the pinned ones first, then the one changed last; at ``most`` so many."""
        query = _counted().where(mine(owner))
        query = query.order_by(conversations.c.pinned.desc(), conversations.c.changed.desc())
        return self._read(Conversation, query.limit(most))

    def unread(self, owner: str) -> tuple[Conversation, ...]:
        """Those of a person in which staff answered something that was not read yet, the latest first."""
        new = mine(owner) & conversations.c.unread.is_(True)
        return self._read(Conversation, _counted().where(new).order_by(conversations.c.changed.desc()))

    def get(self, owner: str, conversation: str) -> Conversation | None:
        """One of a person's conversations."""
        return self._get(Conversation, _counted().where(_mine(owner, conversation)))

    def new(self, owner: str, title: str) -> Conversation:
        """A further conversation; the title is usually its first question."""
        moment = self._database.now()
        made = Conversation(fresh_id(), owner, title, moment, moment, unread=False)
        values = {"id": made.id, "owner": owner, "title": title, "created": moment, "changed": moment, "unread": False}
        self._execute(insert(conversations).values(values))
        return made

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Give another title."""
        self._update(owner, conversation, title=title)

    def pin(self, owner: str, conversation: str, *, pinned: bool) -> None:
        """Let it stand before the others, or no longer."""
        self._update(owner, conversation, pinned=pinned)

    def put_away(self, owner: str, conversation: str) -> None:
        """Take a conversation out of sight; it can be brought back until it is purged.

        Raises:
            InputError: the person has no such conversation.
        """
        if not self._update(owner, conversation, gone=self._database.now()):
            raise InputError(_GONE)

    def bring_back(self, owner: str, conversation: str) -> None:
        """Undo ``put_away``.

        Raises:
            InputError: it was purged meanwhile.
        """
        there = (conversations.c.owner == owner) & (conversations.c.id == conversation)
        if not self._execute(update(conversations).where(there).values(gone=None)):
            raise InputError(_GONE)

    def purge(self, after: timedelta = limits.UNDO) -> bool:
        """Delete for good what was put away so long ago; whether there was any.

        What its owner sent to staff stays with them; open hand-overs are withdrawn.
        """
        now = self._database.now()
        away = select(conversations.c.id).where(conversations.c.gone <= now - after)
        gone = self._database.rows(away)
        for row in gone:
            with self._database.writing() as connection:
                _remove(connection, row.id, now)
        return bool(gone)

    def read(self, owner: str, conversation: str) -> None:
        """What staff wrote was seen."""
        self._update(owner, conversation, unread=False)

    def _update(self, owner: str, conversation: str, **values: Any) -> int:
        return self._execute(update(conversations).where(_mine(owner, conversation)).values(values))


class Turns(RecordsPart):
    """The turns of conversations."""

    def of(self, owner: str, conversation: str) -> tuple[SavedTurn, ...]:
        """The turns of one of a person's conversations, in order; none if it is not theirs.

        What rests on documents beyond the owner's present role is withheld.
        """
        return self._own(owner, _joined().where(_mine(owner, conversation)).order_by(turns.c.position))

    def get(self, owner: str, turn: str) -> SavedTurn | None:
        """One turn of a person, as ``of`` gives it."""
        mine = (conversations.c.owner == owner) & (turns.c.id == turn)
        return next(iter(self._own(owner, _joined().where(mine))), None)

    def any(self, turn: str) -> SavedTurn | None:
        """For staff: one turn of anybody, without what rests on files in its conversation."""
        return next(iter(self._others(select(turns).where(turns.c.id == turn))), None)

    def share(self, owner: str, turn: str, *, on: bool) -> None:
        """Let whoever has its address see a turn, as far as they may see its sources; or no longer.

        Raises:
            InputError: the person has no such turn.
        """
        own = select(conversations.c.id).where(mine(owner))
        here = (turns.c.id == turn) & turns.c.conversation.in_(own)
        if not self._execute(update(turns).where(here).values(shared=on)):
            raise InputError(_NOT_ASKED)

    def shared(self, turn: str) -> SavedTurn | None:
        """A turn that its owner shows to others; none while its conversation is deleted."""
        there = (turns.c.id == turn) & turns.c.shared.is_(True) & conversations.c.gone.is_(None)
        return next(iter(self._others(_joined().where(there))), None)

    def append(self, owner: str, conversation: str, question: str) -> SavedTurn:
        """A further question in a conversation, running.

        Raises:
            InputError: the person has no such conversation (it may have been deleted meanwhile).
        """
        moment = self._database.now()
        with self._database.writing() as connection:
            require(connection, owner, conversation)
            last = select(func.coalesce(func.max(turns.c.position), 0)).where(turns.c.conversation == conversation)
            place = connection.execute(last).scalar_one() + 1
            made = SavedTurn(fresh_id(), conversation, place, question, created=moment, changed=moment)
            connection.execute(insert(turns).values(**_values(made), created=moment))
            self._touch(connection, conversation)
        return made

    def put(self, owner: str, turn: SavedTurn) -> SavedTurn:
        """Save a turn in place of what it was (its answer, or another one), with the documents that it cites.

        Raises:
            InputError: the person has no such turn (it may have been deleted meanwhile).
        """
        saved = replace(turn, changed=self._database.now())
        with self._database.writing() as connection:
            require(connection, owner, turn.conversation)
            here = (turns.c.id == turn.id) & (turns.c.conversation == turn.conversation)
            if not connection.execute(update(turns).where(here).values(_values(saved))).rowcount:
                raise InputError(_NOT_ASKED)
            self._cite(connection, saved)
            self._touch(connection, turn.conversation)
        return saved

    def cited(self) -> tuple[tuple[str, str], ...]:
        """For staff: the documents that answers cite, each with every version that is cited."""
        query = select(cited.c.document, cited.c.version).distinct().order_by(cited.c.document, cited.c.version)
        return tuple((row.document, row.version) for row in self._database.rows(query))

    def citing(self, document: str, version: str = "", limit: int = 200) -> tuple[tuple[str, SavedTurn], ...]:
        """For staff: the latest turns of all people whose answers cite a document, or one version of it.

        Each with the version, newest first.
        """
        query = select(turns, cited.c.version.label("seen")).join(cited, cited.c.turn == turns.c.id)
        query = query.where(cited.c.document == document).order_by(turns.c.changed.desc()).limit(limit)
        query = query.where(cited.c.version == version) if version else query
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            found = (one.for_others() for one in thawed(connection, rows))
            return tuple(zip((row.seen for row in rows), found, strict=True))

    def _own(self, owner: str, query: Select[Any]) -> tuple[SavedTurn, ...]:
        """Turns as their owner may see them now: a role can change, and so can a document's access."""
        with self._database.reading() as connection:
            found = thawed(connection, connection.execute(query).all())
            role = connection.execute(select(users.c.role).where(users.c.id == owner)).scalar()
            cites = {_key(one.source) for turn in found for one in citations_in(turn.answer, turn.found)}
            hidden = beyond(connection, cites, tiers_of(role or "representative"))
        return tuple(turn.seen(lambda document: _key(document) not in hidden) for turn in found) if hidden else found

    def _others(self, query: Select[Any]) -> tuple[SavedTurn, ...]:
        """Turns as others than their owners may see them."""
        with self._database.reading() as connection:
            return tuple(one.for_others() for one in thawed(connection, connection.execute(query).all()))

    def _cite(self, connection: Connection, turn: SavedTurn) -> None:
        cites = citations_in(turn.answer, turn.found)
        sources = {_key(one.source): one.source for one in cites}
        keep(self._database, connection, sources.values())
        connection.execute(delete(cited).where(cited.c.turn == turn.id))
        for citation in (one for one in citations_in(turn.answer) if not is_given(one.source.id)):
            document, version = _key(citation.source)
            put_new(connection, cited, {"turn": turn.id, "document": document, "version": version})

    def _touch(self, connection: Connection, conversation: str) -> None:
        changed = update(conversations).where(conversations.c.id == conversation)
        connection.execute(changed.values(changed=self._database.now()))


def _remove(connection: Connection, conversation: str, moment: datetime) -> None:
    """Delete a conversation with its turns; its open hand-overs are withdrawn."""
    inside = select(turns.c.id).where(turns.c.conversation == conversation)
    waiting = handovers.c.turn.in_(inside) & (handovers.c.state == "open")
    connection.execute(update(handovers).where(waiting).values(state="withdrawn", changed=moment))
    connection.execute(delete(conversations).where(conversations.c.id == conversation))


def require(connection: Connection, owner: str, conversation: str) -> None:
    """Refuse a conversation that is not the person's.

    Raises:
        InputError: it is not.
    """
    if connection.execute(select(conversations.c.id).where(_mine(owner, conversation))).first() is None:
        raise InputError(_GONE)


def thawed(connection: Connection, rows: Sequence[Any]) -> tuple[SavedTurn, ...]:
    """Rows as turns, over the versions of the documents that they cite."""
    wanted = {key for row in rows for key in answer_versions(row.answer) | versions_in(row.found)}
    documents = versions_of(connection, wanted)
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


def _key(document: Document) -> tuple[str, str]:
    return document.id, document_version(document)


def mine(owner: str) -> ColumnElement[bool]:
    """Conversations of a person that are not deleted."""
    return (conversations.c.owner == owner) & conversations.c.gone.is_(None)


def _mine(owner: str, conversation: str) -> ColumnElement[bool]:
    return mine(owner) & (conversations.c.id == conversation)


def _joined() -> Select[Any]:
    return select(turns).join(conversations, conversations.c.id == turns.c.conversation)


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
