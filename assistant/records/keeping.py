"""How long what was asked and done is kept, what is held of a person, and forgetting either.

What stays when a person is forgotten: hand-overs and judgements that staff have answered, without who sent them, for
the answer rests on them; answers and drafts with the name of who wrote them, for the office signed them; and the audit
log, until its own time is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select, update

from assistant.records.conversations import Conversations
from assistant.records.given import GivenFiles
from assistant.records.parts import RecordsPart
from assistant.records.people import LOCAL, administrators
from assistant.records.tables import (
    audit,
    conversations,
    draft_versions,
    drafts,
    feedback,
    given,
    handovers,
    review_items,
    sign_ins,
    tokens,
    turns,
    users,
)
from corpus import limits
from corpus.errors import InputError

_HIDDEN = frozenset({"password", "hash", "token"})  # columns that let somebody in


class Keeping(RecordsPart):
    """Ends what is over, and gives or forgets what is held of a person.

    ``days``: how long ``conversations``, ``drafts`` and ``audit`` are kept after their last change (0: for good).
    """

    def due(self, days: Mapping[str, int]) -> dict[str, int]:
        """How many of each kind are over by now."""
        with self._database.reading() as connection:
            return {name: _count(connection, table, which) for name, table, which in self._over(days)}

    def expire(self, days: Mapping[str, int]) -> dict[str, int]:
        """Forget what is over, and note how many; conversations with an open hand-over wait for its answer.

        Conversations and files in them that their owners removed and cannot bring back go too, whatever the days.
        """
        Conversations(self._database).purge()
        GivenFiles(self._database).purge()
        with self._database.writing() as connection:
            gone = {name: _deleted(connection, table, which) for name, table, which in self._over(days)}
            if any(gone.values()):
                self._note(connection, "dafu", "records.expire", "records:", gone)
        return gone

    def _over(self, days: Mapping[str, int]) -> list[tuple[str, Table, ColumnElement[bool]]]:
        waiting = select(turns.c.conversation).join(handovers, handovers.c.turn == turns.c.id)
        waiting = waiting.where(handovers.c.state == "open")
        found: list[tuple[str, Table, ColumnElement[bool]]] = []
        if kept := days.get("conversations"):
            old = conversations.c.changed < self._before(kept)
            found.append(("conversations", conversations, old & conversations.c.id.not_in(waiting)))
        if kept := days.get("drafts"):
            found.append(("drafts", drafts, drafts.c.removed < self._before(kept)))
        if kept := days.get("audit"):
            found.append(("audit", audit, audit.c.at < self._before(max(kept, limits.AUDIT_DAYS))))
        return found

    def _before(self, days: int) -> datetime:
        return self._database.now() - timedelta(days=days)

    def of(self, person: str) -> dict[str, Any]:
        """Everything that is held of a person, by id, but for what lets them in.

        Raises:
            InputError: there is no such person.
        """
        with self._database.reading() as connection:
            account = connection.execute(select(users).where(users.c.id == person)).first()
            if account is None:
                raise InputError("there is no such person; `dafu user list` shows them")
            mine = select(turns).join(conversations).where(conversations.c.owner == person)
            asked = {
                "conversations": select(conversations).where(conversations.c.owner == person),
                "turns": mine.order_by(turns.c.conversation, turns.c.position),
                "given": select(given).join(conversations).where(conversations.c.owner == person),
                "feedback": select(feedback).where(feedback.c.person == person),
                "handovers": select(handovers).where(handovers.c.asker == person),
                "tokens": select(tokens).where(tokens.c.user == person),
                "sign_ins": select(sign_ins).where(sign_ins.c.user == person),
                "drafts": select(drafts).where(drafts.c.owner == account.name),
                "draft_versions": select(draft_versions).where(draft_versions.c.author == account.name),
                "audit": select(audit).where(
                    or_(audit.c.who == account.name, audit.c.object == f"user:{account.name}")
                ),
            }
            rows = {name: [_plain(row) for row in connection.execute(query)] for name, query in asked.items()}
        return {"account": _plain(account), **rows}

    def forget(self, person: str, *, by: str, account: bool = False) -> dict[str, Any]:
        """Delete what a person asked and sent and where to write to them, and with ``account`` the person too.

        How many of each kind went, and of what ``stays``.

        Raises:
            InputError: there is no such person, or it is the last administrator.
        """
        with self._database.writing() as connection:
            found = connection.execute(select(users).where(users.c.id == person)).first()
            if found is None or (account and person == LOCAL):
                raise InputError("there is no such person; `dafu user list` shows them")
            if account and found.role == "admin" and not administrators(connection) - {person}:
                raise InputError("this is the last administrator; make another one first")
            answered = select(review_items.c.item)
            open_handovers = (handovers.c.asker == person) & ("handover:" + handovers.c.id).not_in(answered)
            open_feedback = (feedback.c.person == person) & ("feedback:" + feedback.c.id).not_in(answered)
            gone = {
                "conversations": _deleted(connection, conversations, conversations.c.owner == person),
                "handovers": _deleted(connection, handovers, open_handovers),
                "feedback": _deleted(connection, feedback, open_feedback),
                "tokens": _deleted(connection, tokens, tokens.c.user == person),
            }
            stays = {
                "handovers": _count(connection, handovers, handovers.c.asker == person),
                "feedback": _count(connection, feedback, feedback.c.person == person),
                "drafts": _count(connection, drafts, drafts.c.owner == found.name),
                "audit": _count(connection, audit, audit.c.who == found.name),
            }
            connection.execute(update(handovers).where(handovers.c.asker == person).values(asker=None, note=""))
            connection.execute(update(feedback).where(feedback.c.person == person).values(person=None, text=""))
            connection.execute(delete(sign_ins).where(sign_ins.c.user == person))
            connection.execute(update(users).where(users.c.id == person).values(email=""))
            if account:
                connection.execute(delete(users).where(users.c.id == person))
            what = "user.delete" if account else "user.forget"
            self._note(connection, by, what, f"user:{found.name}", {**gone, "stays": stays})
        return {**gone, "stays": stays}


def _deleted(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(which)).scalar_one())


def _plain(row: Any) -> dict[str, Any]:
    values = {name: value for name, value in row._mapping.items() if name not in _HIDDEN}  # noqa: SLF001 (its way)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
