"""How long what was asked and done is kept, what is held of a person, and forgetting either.

What stays when a person is forgotten: hand-overs and judgements that staff have answered, without who sent them, for
the answer rests on them; answers and drafts with the name of who wrote them, for the office signed them; and the audit
log, until its own time is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from assistant.records.conversations import OWNED
from assistant.records.parts import RecordsPart, required
from assistant.records.people import LOCAL
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
        with self._records.reading():
            return {table.name: self._count(table, which) for table, which in self._over(days)}

    def expire(self, days: Mapping[str, int]) -> dict[str, int]:
        """Forget what is over, and note how many; conversations with an open hand-over wait for its answer.

        Conversations and files in them that their owners removed and cannot bring back go too, whatever the days.
        """
        self._records.conversations.purge()
        self._records.given.purge()
        with self._records.writing():
            gone = {table.name: self._delete(table, which) for table, which in self._over(days)}
            if any(gone.values()):
                self._note("dafu", "records.expire", "records:", gone)
        return gone

    def _over(self, days: Mapping[str, int]) -> list[tuple[Table, ColumnElement[bool]]]:
        waiting = select(turns.c.conversation).join(handovers).where(handovers.c.state == "open")
        found: list[tuple[Table, ColumnElement[bool]]] = []
        if kept := days.get("conversations"):
            old = conversations.c.changed < self._before(kept)
            found.append((conversations, old & conversations.c.id.not_in(waiting)))
        if kept := days.get("drafts"):
            found.append((drafts, drafts.c.removed < self._before(kept)))
        if kept := days.get("audit"):
            found.append((audit, audit.c.at < self._before(max(kept, limits.AUDIT_DAYS))))
        return found

    def _before(self, days: int) -> datetime:
        return self._records.now() - timedelta(days=days)

    def of(self, person: str) -> dict[str, Any]:
        """Everything that is held of a person, by id, but for what lets them in.

        Raises:
            InputError: there is no such person.
        """
        with self._records.reading():
            account = self._account(person)
            inside = conversations.c.owner == person
            theirs = (audit.c.who == account.name) | (audit.c.object == f"user:{account.name}")
            asked = {
                "conversations": select(conversations).where(inside),
                "turns": OWNED.where(inside).order_by(turns.c.conversation, turns.c.position),
                "given": select(given).join(conversations).where(inside),
                "feedback": select(feedback).where(feedback.c.person == person),
                "handovers": select(handovers).where(handovers.c.asker == person),
                "tokens": select(tokens).where(tokens.c.user == person),
                "sign_ins": select(sign_ins).where(sign_ins.c.user == person),
                "drafts": select(drafts).where(drafts.c.owner == account.name),
                "draft_versions": select(draft_versions).where(draft_versions.c.author == account.name),
                "audit": select(audit).where(theirs),
            }
            rows = {name: [_plain(row) for row in self._records.rows(query)] for name, query in asked.items()}
        return {"account": _plain(account), **rows}

    def forget(self, person: str, *, by: str, account: bool = False) -> dict[str, Any]:
        """Delete what a person asked and sent and where to write to them, and with ``account`` the person too.

        How many of each kind went, and of what ``stays``.

        Raises:
            InputError: there is no such person, or it is the last administrator.
        """
        with self._records.writing():
            found = self._account("" if account and person == LOCAL else person)
            if account and found.role == "admin" and not self._records.users.administrators() - {person}:
                raise InputError("this is the last administrator; make another one first")
            sent, judged = handovers.c.asker == person, feedback.c.person == person
            answered = select(review_items.c.item)
            gone = {
                "conversations": self._delete(conversations, conversations.c.owner == person),
                "handovers": self._delete(handovers, sent & ("handover:" + handovers.c.id).not_in(answered)),
                "feedback": self._delete(feedback, judged & ("feedback:" + feedback.c.id).not_in(answered)),
                "tokens": self._delete(tokens, tokens.c.user == person),
            }
            stays = {
                "handovers": self._update(handovers, sent, asker=None, note=""),
                "feedback": self._update(feedback, judged, person=None, text=""),
                "drafts": self._count(drafts, drafts.c.owner == found.name),
                "audit": self._count(audit, audit.c.who == found.name),
            }
            self._delete(sign_ins, sign_ins.c.user == person)
            self._update(users, users.c.id == person, email="")
            if account:
                self._delete(users, users.c.id == person)
            what = "user.delete" if account else "user.forget"
            self._note(by, what, f"user:{found.name}", {**gone, "stays": stays})
        return {**gone, "stays": stays}

    def _account(self, person: str) -> Any:
        found = self._records.first(select(users).where(users.c.id == person))
        return required(found, "there is no such person; `dafu user list` shows them")

    def _count(self, table: Table, which: ColumnElement[bool]) -> int:
        return int(self._records.first(select(func.count()).select_from(table).where(which))[0])


def _plain(row: Any) -> dict[str, Any]:
    values = {name: value for name, value in row._mapping.items() if name not in _HIDDEN}  # noqa: SLF001 (its way)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
