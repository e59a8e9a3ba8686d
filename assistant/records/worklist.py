"""What waits for staff: questions handed over, refused, rated as wrong or answered 未核实, each question once.

And who has what open right now, so that two people do not work at the same thing without knowing it.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, delete, func, insert, select

from assistant.records.parts import RecordsDatabase, RecordsPart
from assistant.records.people import LOCAL, Person
from assistant.records.reviews import UNFINISHED, Review, Reviews, ReviewState
from assistant.records.tables import assignments, feedback, handovers, presence, review_items, reviews, turns, users
from corpus.normalise import fold
from index.storage.database import put

Kind = Literal["handed", "down", "refused", "unverified"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_SETTLED: tuple[ReviewState, ...] = ("approved", "closed")
HERE_FOR = timedelta(seconds=90)  # a page tells every half minute that it is still open
_MONTHS = 3  # after which a suggestion that was handed over must be answered, by the law on deputies
_MOST = 1_000  # of each kind; whoever has more waiting has no use for a longer list


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a question came to staff, and why.

    ``item`` names it (``turn:ID``, ``handover:ID``, ``feedback:ID``); ``turn`` is none once its conversation was
    deleted; ``who`` is told only of those who handed it over themselves; ``said`` is their note or remark, ``reasons``
    why they called the answer wrong.
    """

    item: str
    kind: Kind
    turn: str | None
    question: str
    standalone: str
    when: datetime
    who: str = ""
    said: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A question that waits, with every time it came, the latest first, and the answer that is being written.

    ``owner`` is the sign-in name of whoever is to answer it, ``due`` until when: three months after it was first handed
    over, unless somebody set another day.
    """

    key: str
    question: str
    occurrences: tuple[Occurrence, ...]
    review: Review | None = None
    owner: str = ""
    due: date | None = None

    @property
    def count(self) -> int:
        """How often it was asked without a good answer."""
        return max(1, len({one.turn or one.item for one in self.occurrences}))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Why it is here, the most pressing first."""
        return tuple(kind for kind in KINDS if any(one.kind == kind for one in self.occurrences))

    @property
    def latest(self) -> datetime:
        """When it came last."""
        moments = [one.when for one in self.occurrences]
        return max(moments) if moments else self.review.changed if self.review else datetime.min  # noqa: DTZ901

    @property
    def items(self) -> tuple[str, ...]:
        """All that an answer to it answers."""
        turned = (f"turn:{one.turn}" for one in self.occurrences if one.turn)
        return tuple(dict.fromkeys((*(one.item for one in self.occurrences), *turned)))


class Worklist(RecordsPart):
    """The queue of the review desk."""

    def __init__(self, database: RecordsDatabase, reviews: Reviews) -> None:
        super().__init__(database)
        self._reviews = reviews

    def waiting(self) -> tuple[WorkItem, ...]:
        """Every question that waits, the most asked first, then the newest."""
        with self._database.reading() as connection:
            settled = _settled(connection)
            # but for what an answer, or the word that none is needed, came after
            found = [
                one
                for one in _occurrences(connection)
                if all(settled[item] < one.when for item in (one.item, f"turn:{one.turn}") if item in settled)
            ]
            given = {row.key: row for row in connection.execute(select(assignments))}
        grouped = _grouped(found, self._reviews.all(UNFINISHED))
        items = [_assigned(one, given.get(one.key)) for one in grouped]
        return tuple(sorted(items, key=lambda one: (one.count, one.latest), reverse=True))

    def assign(self, by: Person, key: str, owner: str, due: date | None) -> None:
        """Say who answers a question and until when; without a day it is due as the law has it."""
        values = {"owner": owner, "due": due.isoformat() if due else "", "changed": self._database.now()}
        with self._database.writing() as connection:
            put(connection, assignments, {"key": key, **values})
            detail = {"owner": owner, "due": values["due"]}
            self._note(connection, by.name, "desk.assign", f"question:{key}", detail)

    def done(self, states: Iterable[ReviewState] = ("approved", "withdrawn", "closed")) -> tuple[WorkItem, ...]:
        """What staff settled, the latest first."""
        return tuple(self._item_of(one) for one in self._reviews.all(states))

    def item(self, key: str) -> WorkItem | None:
        """One question, waiting or settled; a question whose answer was begun is found by it too."""
        review = self._reviews.get(key.removeprefix("r-")) if key.startswith("r-") else None
        if review is not None and review.state not in UNFINISHED:
            return self._item_of(review)
        return next((one for one in self.waiting() if one.key == key), None)

    def _item_of(self, review: Review) -> WorkItem:
        with self._database.reading() as connection:
            mine = [one for one in _occurrences(connection, every=True) if one.item in review.items]
        latest_first = tuple(sorted(mine, key=lambda one: one.when)[::-1])
        return WorkItem(f"r-{review.id}", review.question, latest_first, review)


def _assigned(item: WorkItem, given: Any) -> WorkItem:
    """The question with its owner and its day."""
    handed = [one.when for one in item.occurrences if one.kind == "handed"]
    usual = months_after(min(handed).astimezone().date(), _MONTHS) if handed else None
    if given is None:
        return replace(item, due=usual)
    return replace(item, owner=given.owner, due=date.fromisoformat(given.due) if given.due else usual)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def question_key(question: str) -> str:
    """What questions that are the same have in common: no punctuation, blanks, script or case tell them apart."""
    return hashlib.sha256(re.sub(r"[\W_]+", "", fold(question)).encode()).hexdigest()[:16]


def _grouped(found: Iterable[Occurrence], written: Iterable[Review]) -> list[WorkItem]:
    """Occurrences by question. A review stands with what it answers, one whose askers are gone by itself."""
    groups: dict[str, list[Occurrence]] = {}
    for one in sorted(found, key=lambda one: one.when, reverse=True):
        groups.setdefault(question_key(one.standalone or one.question), []).append(one)
    owner: dict[str, Review] = {}
    for review in written:
        held = set(review.items)
        at = next(
            (key for key, some in groups.items() if any(held & {one.item, f"turn:{one.turn}"} for one in some)),
            f"r-{review.id}",
        )
        groups.setdefault(at, [])
        owner.setdefault(at, review)
    items = []
    for key, some in groups.items():
        asked = owner[key].question if key in owner else some[0].standalone or some[0].question
        items.append(WorkItem(key, asked, tuple(some), owner.get(key)))
    return items


def _settled(connection: Connection) -> dict[str, datetime]:
    query = select(review_items.c.item, func.max(reviews.c.changed).label("at")).join(reviews)
    query = query.where(reviews.c.state.in_(_SETTLED)).group_by(review_items.c.item)
    return {row.item: row.at for row in connection.execute(query)}


def _occurrences(connection: Connection, *, every: bool = False) -> list[Occurrence]:
    """What came to staff; ``every``: also what is no longer open."""
    return [*_handed(connection, every=every), *_judged(connection), *_ended(connection)]


def _handed(connection: Connection, *, every: bool) -> list[Occurrence]:
    query = select(handovers, users.c.display, users.c.name).outerjoin(users, users.c.id == handovers.c.asker)
    query = query if every else query.where(handovers.c.state == "open")
    rows = connection.execute(query.order_by(handovers.c.changed.desc()).limit(_MOST))
    return [
        Occurrence(
            f"handover:{row.id}",
            "handed",
            row.turn,
            row.asked["question"],
            row.asked["standalone"],
            row.created,
            row.display or ("" if row.asker == LOCAL else row.name or ""),
            row.note,
        )
        for row in rows
    ]


def _judged(connection: Connection) -> list[Occurrence]:
    query = select(feedback).where(feedback.c.verdict == "down").order_by(feedback.c.changed.desc()).limit(_MOST)
    return [
        Occurrence(
            f"feedback:{row.id}",
            "down",
            row.turn,
            row.asked["question"],
            row.asked["standalone"],
            row.changed,
            said=row.text,
            reasons=tuple(row.reasons),
        )
        for row in connection.execute(query)
    ]


def _ended(connection: Connection) -> list[Occurrence]:
    columns = (turns.c.id, turns.c.outcome, turns.c.question, turns.c.standalone, turns.c.changed)
    query = select(*columns).where(turns.c.outcome.in_(("refused", "unverified")))
    rows = connection.execute(query.order_by(turns.c.changed.desc()).limit(_MOST))
    return [
        Occurrence(f"turn:{row.id}", row.outcome, row.id, row.question, row.standalone, row.changed) for row in rows
    ]


class Presence(RecordsPart):
    """Who has which thing (``kind:id``) open."""

    def here(self, person: Person, thing: str) -> tuple[str, ...]:
        """Say that somebody has it open, and nothing else any more; the names of the others."""
        moment = self._database.now()
        with self._database.writing() as connection:
            stale = (presence.c.seen < moment - HERE_FOR) | (presence.c.name == person.name)
            connection.execute(delete(presence).where(stale))
            connection.execute(insert(presence).values(thing=thing, name=person.name, seen=moment))
            others = select(presence.c.name).where((presence.c.thing == thing) & (presence.c.name != person.name))
            return tuple(connection.execute(others.order_by(presence.c.name)).scalars())

    def gone(self, person: Person) -> None:
        """Say that somebody has closed the page."""
        self._execute(delete(presence).where(presence.c.name == person.name))
