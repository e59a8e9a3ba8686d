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

from sqlalchemy import func, select

from assistant.records.parts import RecordsPart
from assistant.records.people import LOCAL, Person
from assistant.records.reviews import UNFINISHED, Review, ReviewState
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

    def waiting(self) -> tuple[WorkItem, ...]:
        """Every question that waits, the most asked first, then the newest."""
        last = select(review_items.c.item, func.max(reviews.c.changed).label("at")).join(reviews)
        last = last.where(reviews.c.state.in_(_SETTLED)).group_by(review_items.c.item)
        with self._records.reading():
            settled = {row.item: row.at for row in self._records.rows(last)}
            # but for what an answer, or the word that none is needed, came after
            found = [
                one
                for one in self._occurrences()
                if all(settled[item] < one.when for item in (one.item, f"turn:{one.turn}") if item in settled)
            ]
            given = {row.key: row for row in self._records.rows(select(assignments))}
        grouped = _grouped(found, self._records.reviews.all(UNFINISHED))
        items = [_assigned(one, given.get(one.key)) for one in grouped]
        return tuple(sorted(items, key=lambda one: (one.count, one.latest), reverse=True))

    def assign(self, by: Person, key: str, owner: str, due: date | None) -> None:
        """Say who answers a question and until when; without a day it is due as the law has it."""
        detail = {"owner": owner, "due": due.isoformat() if due else ""}
        with self._records.writing() as connection:
            put(connection, assignments, {"key": key, **detail, "changed": self._records.now()})
            self._note(by.name, "desk.assign", f"question:{key}", detail)

    def done(self, states: Iterable[ReviewState] = ("approved", "withdrawn", "closed")) -> tuple[WorkItem, ...]:
        """What staff settled, the latest first."""
        return tuple(self._item_of(one) for one in self._records.reviews.all(states))

    def item(self, key: str) -> WorkItem | None:
        """One question, waiting or settled; a question whose answer was begun is found by it too."""
        review = self._records.reviews.get(key.removeprefix("r-")) if key.startswith("r-") else None
        if review is not None and review.state not in UNFINISHED:
            return self._item_of(review)
        return next((one for one in self.waiting() if one.key == key), None)

    def _item_of(self, review: Review) -> WorkItem:
        mine = [one for one in self._occurrences(every=True) if one.item in review.items]
        latest_first = tuple(sorted(mine, key=lambda one: one.when)[::-1])
        return WorkItem(f"r-{review.id}", review.question, latest_first, review)

    def _occurrences(self, *, every: bool = False) -> list[Occurrence]:
        """What came to staff; ``every``: also what is no longer open."""
        handed = select(handovers, users.c.display, users.c.name).outerjoin(users)
        handed = (handed if every else handed.where(handovers.c.state == "open")).order_by(handovers.c.changed.desc())
        judged = select(feedback).where(feedback.c.verdict == "down").order_by(feedback.c.changed.desc())
        columns = turns.c["id", "outcome", "question", "standalone", "changed"]
        ended = select(*columns).where(turns.c.outcome.in_(("refused", "unverified"))).order_by(turns.c.changed.desc())
        with self._records.reading():
            rows = [self._records.rows(query.limit(_MOST)) for query in (handed, judged, ended)]
        return [*map(_handed, rows[0]), *map(_judged, rows[1]), *map(_ended, rows[2])]


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


def _handed(row: Any) -> Occurrence:
    who = row.display or ("" if row.asker == LOCAL else row.name or "")
    words = row.asked["question"], row.asked["standalone"]
    return Occurrence(f"handover:{row.id}", "handed", row.turn, *words, row.created, who, row.note)


def _judged(row: Any) -> Occurrence:
    words, reasons = (row.asked["question"], row.asked["standalone"]), tuple(row.reasons)
    return Occurrence(f"feedback:{row.id}", "down", row.turn, *words, row.changed, said=row.text, reasons=reasons)


def _ended(row: Any) -> Occurrence:
    return Occurrence(f"turn:{row.id}", row.outcome, row.id, row.question, row.standalone, row.changed)


class Presence(RecordsPart):
    """Who has which thing (``kind:id``) open."""

    def here(self, person: Person, thing: str) -> tuple[str, ...]:
        """Say that somebody has it open, and nothing else any more; the names of the others."""
        moment = self._records.now()
        with self._records.writing():
            self._delete(presence, (presence.c.seen < moment - HERE_FOR) | (presence.c.name == person.name))
            others = select(presence.c.name).where(presence.c.thing == thing).order_by(presence.c.name)
            found = tuple(row.name for row in self._records.rows(others))
            self._insert(presence, thing=thing, name=person.name, seen=moment)
        return found

    def gone(self, person: Person) -> None:
        """Say that somebody has closed the page."""
        self._delete(presence, presence.c.name == person.name)
