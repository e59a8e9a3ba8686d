"""What the review desk does: list what waits, show one question, keep and check an answer, carry out a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from markupsafe import Markup
from pydantic import BaseModel, Field

from assistant.answer import Citation
from assistant.draft.check import Checker
from assistant.records import (
    ConflictError,
    FrozenTurn,
    Occurrence,
    Person,
    Review,
    StaffCitation,
    WorkItem,
    frozen,
    with_text,
)
from assistant.records.cited import citations_of, thaw_citations, versions_in
from assistant.records.reviews import ReviewStep
from assistant.review import Judged, StaffAnswers, cite, cited_document, document_id, judge, may_be_public, unused
from assistant.web.chat.thread import Exchange, StaffAnswer
from assistant.web.html import say
from assistant.web.pages.review_view import (
    FILTERS,
    SHOWN,
    VIEW,
    Checked,
    Filter,
    NumberedQuote,
    OpenQuestion,
    QueueFilter,
    told_apart,
)
from assistant.web.surroundings import Surroundings
from corpus.document import Document
from corpus.errors import InputError
from index.storage.versions import quote_state

_HITS = 12
_ROWS = 200  # questions listed at once

MOST = 1_000_000_000
_Place = Annotated[int, Field(ge=0, le=MOST)]
Slice = tuple[str, str, _Place, _Place]  # document, version, start, end
Act = ReviewStep | Literal["approve"]


class _Read(BaseModel):
    """What somebody has open: which revision of which review of which question."""

    key: str = Field(max_length=80)
    review: str = Field(default="", max_length=80)
    revision: int = Field(default=0, ge=0, le=MOST)


class Written(_Read):
    """An answer as it stands on somebody's page.

    ``over``: whatever somebody else saved meanwhile was seen, and gives way.
    """

    question: str = Field(default="", max_length=1_000)
    text: str = Field(default="", max_length=20_000)
    citations: list[Slice] = Field(default_factory=list, max_length=200)
    over: bool = False
    courtesies: list[Annotated[str, Field(max_length=1_000)]] = Field(default_factory=list, max_length=100)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it: the review as it is now, how its sentences fare; ``conflict`` tells who saved otherwise."""

    review: Review | None
    checked: Checked
    conflict: ConflictError | None = None


class Decision(_Read):
    """What is done with an answer: its name, the reason given, and whether representatives may have it quoted."""

    act: Act
    remark: str = Field(default="", max_length=1_000)
    public: bool = False


class RefusedError(InputError):
    """A decision that cannot be carried out; ``key`` is the message that says so on the page."""

    def __init__(self, key: str) -> None:
        super().__init__(f"this cannot be done ({key}); reload the page")
        self.key = key


class ReviewDesk:
    """The desk of an office; without an index behind it (``around.office``) approved answers are only sent."""

    def __init__(self, around: Surroundings) -> None:
        self._around, self._records, self._office = around, around.records, around.office
        self.called = around.records.users.called

    def now(self) -> datetime:
        """The present moment, where the office is."""
        return datetime.now().astimezone()

    @property
    def second(self) -> bool:
        """Whether somebody who did not write has to approve."""
        return self._office is not None and self._office.settings.second_approver

    @property
    def _shelf(self) -> StaffAnswers | None:
        office = self._office
        return (
            StaffAnswers(self._records, office.store, office.encoder, office.settings.office_name) if office else None
        )

    def tidy(self) -> None:
        """Do what a crash left undone between an approval and the index."""
        if self._shelf is not None:
            self._shelf.keep()

    # What is shown

    def listing(self, person: Person, wanted: QueueFilter) -> Markup:
        """The queue as it is wanted."""
        staff = self.staff()
        waiting = self._records.worklist.waiting()
        items: Iterable[WorkItem] = self._records.worklist.done() if wanted.which == "done" else waiting
        shown = [one for one in items if _meets(one, wanted, person)]
        if wanted.order == "newest" and wanted.which != "done":
            shown.sort(key=lambda one: one.latest, reverse=True)
        if wanted.order == "due" and wanted.which != "done":
            shown.sort(key=lambda one: one.due or date.max)
        found = [one for one in waiting if _says(one, wanted.text)]
        counts: dict[Filter, int] = {
            which: sum(_is(one, which, person) for one in found) for which in FILTERS if staff or which != "mine"
        }
        return VIEW.listing(shown[:_ROWS], counts, wanted, self.now(), staff)

    def staff(self) -> dict[str, str]:
        """Who can be made the owner of a question, by sign-in name, as they are called; none without sign-in."""
        able = (one for one in self._records.users.all() if not one.disabled and one.person.is_staff)
        return {one.name: one.display or one.name for one in able}

    def assign(self, person: Person, key: str, owner: str, due: date | None) -> OpenQuestion | None:
        """Say who answers a question and until when; the question as it is then.

        Raises:
            RefusedError: no such member of staff, or the question no longer waits.
        """
        if owner and owner not in self.staff():
            raise RefusedError("rv.e.owner")
        if all(one.key != key for one in self._records.worklist.waiting()):
            raise RefusedError("rv.gone")
        self._records.worklist.assign(person, key, owner, due)
        return self.case(person, key)

    def preview(self, person: Person, identifier: str) -> Markup:
        """An answer as whoever asked will see it; places that they may not see are left out.

        Raises:
            RefusedError: there is nothing written.
        """
        review = self._records.reviews.get(identifier)
        if review is None or not review.text.strip():
            raise RefusedError("rv.e.empty")
        checked, tiers = self._check(person, review), _askers(person)
        seen = tuple(
            Citation(one.number, one.document.quote(one.citation.start, one.citation.end), one.document)
            for one in checked.quotes
            if one.document is not None and one.document.metadata.access in tiers
        )
        by = self.called(review.author)
        unsure = tuple(one.text for one in checked.sentences if not one.proved)
        answer = StaffAnswer(review.text, _today(), seen, by, unsure)
        exchange = Exchange(1, review.question, "done", staff=(answer,))
        return VIEW.preview(exchange, [one for said in exchange.by_staff for one in said.citations])

    def case(self, person: Person, key: str) -> OpenQuestion | None:
        """One question with all that is known of it, unless it no longer waits; opening it is told to others."""
        item = self._records.worklist.item(key)
        if item is None:
            return None
        review = item.review
        asked = {one.item: found for one in told_apart(item)[:SHOWN] if (found := self._asked(one))}
        log = self._records.audit.of(f"review:{review.id}") if review else ()
        log = tuple(sorted((*log, *self._records.audit.of(f"question:{key}")), key=lambda one: one.at, reverse=True))
        names = {one.who for one in log} | ({review.author, review.approver} if review else set())
        return OpenQuestion(
            item,
            asked,
            {name: self._found(person, one) for name, one in asked.items()},
            self._check(person, review) if review else Checked(),
            log,
            {name: self.called(name) for name in names if name},
            self.others(person, key),
            mine=review is not None and person.name in self._records.reviews.writers(review.id),
            second=self.second,
            public=self._may_be_public(review.citations if review else ()),
            staff=self.staff(),
            standing=self._office.store.catalog.standing(document_id(review.id)) if self._office and review else "",
        )

    def others(self, person: Person, key: str) -> tuple[str, ...]:
        """Who else has a question open, as they are called; says that this person has."""
        here = self._records.presence.here(person, f"question:{key}")
        return tuple(self.called(name) or name for name in here)

    def find(self, person: Person, question: str) -> Markup:
        """What a search finds."""
        if self._around.search is None:
            return say("rv.nosearch", tag="p", class_="none")
        return VIEW.hits(self._around.search(person, question, _HITS)) if question.strip() else Markup("")

    # What is written

    def save(self, person: Person, written: Written) -> Saved:
        """Keep what is written, over the revision that was read, and judge it.

        Raises:
            InputError: a citation is no place of a document that the person may see, or the question is gone.
        """
        citations = tuple(self._cited(person, *one) for one in written.citations)
        review = self.begun(person, written.key, written.review)
        own = replace(
            review, question=written.question.strip() or review.question, courtesies=tuple(written.courtesies)
        )
        now = with_text(own, written.text, citations)
        checked = self._check(person, now)
        if now == review:
            return Saved(review, checked)
        held = replace(now, revision=review.revision if written.over else _base(written, review))
        try:
            return Saved(self._records.reviews.save(person, held), checked)
        except ConflictError as conflict:
            return Saved(self._records.reviews.get(review.id), checked, conflict)

    def begun(self, person: Person, key: str, review: str, revision: int | None = None) -> Review:
        """The answer by its id, in the revision that was read; for one that was not begun, a new one.

        Raises:
            RefusedError: the question no longer waits.
        """
        found = self._records.reviews.get(review) if review else None
        if found is not None:
            return found if revision is None else replace(found, revision=revision)
        made = self._begin(person, key)
        return made if _fresh(made) or revision is None else replace(made, revision=0)  # somebody else was faster

    def _begin(self, person: Person, key: str) -> Review:
        item = self._records.worklist.item(key)
        if item is None:
            raise RefusedError("rv.gone")
        first = item.occurrences[0] if item.occurrences else None
        about: dict[str, Any] = {"turn": first.turn} if first and first.turn else {}
        if first is not None:
            kind, _, identifier = first.item.partition(":")
            about[kind] = identifier
        return self._records.reviews.begin(person, item.question, items=item.items, **about)

    def _cited(self, person: Person, document: str, version: str, start: int, end: int) -> StaffCitation:
        found = self._around.cited(person, document, version)
        if found is None:
            raise RefusedError("err.gone")
        self._records.documents.keep([found])
        return cite(found, start, end)

    # What is decided

    def decide(self, person: Person, review: Review, decision: Decision) -> Review:
        """Carry out a decision about an answer, over the revision that was read.

        Raises:
            ConflictError: somebody else changed it meanwhile.
            RefusedError: it is not yet fit for it.
        """
        reason = decision.remark.strip()
        if decision.act in {"send_back", "withdraw"} and not reason:
            raise RefusedError("rv.e.why")
        if decision.act in {"submit", "approve"}:
            self._require_fit(person, review)
        if decision.act == "approve":
            return self._approve(person, review, public=decision.public)
        done = self._records.reviews.decide(person, review, decision.act, reason)
        if decision.act == "withdraw":
            self._withdrawn(person, done)
        return done

    def _require_fit(self, person: Person, review: Review) -> None:
        """Refuse an empty answer, and one with a sentence that its quotes contradict."""
        stored = self._records.reviews.get(review.id)
        if stored is None or not stored.text.strip():
            raise RefusedError("rv.e.empty")
        if self._check(person, stored).count("bad"):
            raise RefusedError("rv.e.bad")

    def _approve(self, person: Person, review: Review, *, public: bool) -> Review:
        if self.second and person.name in self._records.reviews.writers(review.id):
            raise RefusedError("rv.second")
        open_to_all = public and self._may_be_public(review.citations)
        items = next(
            (one.items for one in self._records.worklist.waiting() if one.review and one.review.id == review.id), ()
        )
        done = self._records.reviews.approve(
            person,
            review,
            second_person=self.second,
            access="public" if open_to_all else "internal",
            items=items,
        )
        self._around.answered(done.id)
        if self._shelf is not None:
            document = self._shelf.put(done)
            detail = {"review": done.id, "access": done.access}
            self._records.audit.add(person.name, "document.staff_answer", f"document:{document}", detail)
        return done

    def _withdrawn(self, person: Person, gone: Review) -> None:
        """Quote it no more, and take no case from it over."""
        if self._shelf is not None:
            self._shelf.take(gone)
            detail = {"review": gone.id, "reason": gone.remark}
            self._records.audit.add(person.name, "document.withdraw", f"document:{document_id(gone.id)}", detail)
        for one in self._records.candidates.all("candidate"):
            if one.origin == f"review:{gone.id}":
                self._records.candidates.decide(person, one.id, "rejected")

    # What it is made of

    def _asked(self, one: Occurrence) -> FrozenTurn | None:
        """What staff may see of it: all that was sent to them; of others' questions only question and answer."""
        kind, _, identifier = one.item.partition(":")
        if kind == "handover":
            handed = self._records.handovers.get(identifier)
            return handed.asked if handed else None
        if kind == "feedback":
            judged = self._records.feedback.get(identifier)
            return judged.asked if judged else None
        turn = self._records.turns.any(identifier)
        return frozen(turn) if turn else None

    def _found(self, person: Person, asked: FrozenTurn) -> tuple[Citation, ...]:
        """What the assistant cited, or came nearest; its documents in the versions of then."""
        frozen_ones = citations_of(asked.answer) or asked.found
        known = {key: self._around.cited(person, *key) for key in versions_in(frozen_ones)}
        documents = {key: one for key, one in known.items() if one is not None}
        return tuple(one for one in thaw_citations(frozen_ones, documents) if _stands(one))

    def _check(self, person: Person, review: Review) -> Checked:
        quotes = tuple(
            NumberedQuote(number, one, self._current(person, one))
            for number, one in enumerate(review.citations, start=1)
        )
        places = {
            one.number: (one.document, one.citation.start, one.citation.end) if one.document else None for one in quotes
        }
        sentences: tuple[Judged, ...] = judge(
            review.text, places, Checker(_today()), _askers(person), review.courtesies
        )
        return Checked(sentences, quotes, unused(review.text, places))

    def _current(self, person: Person, one: StaffCitation) -> Document | None:
        """The document of a quote, as long as the quote may be used: it stands there still and nobody withdrew it."""
        document = cited_document(self._around.cited(person, one.document, one.version), one)
        if document is None or self._office is None:
            return document
        state = quote_state(self._office.store.catalog, one.document, one.start, one.end, one.quote)
        return document if state in {"same", "moved"} else None

    def _may_be_public(self, citations: Iterable[StaffCitation]) -> bool:
        return self._office is None or may_be_public(self._office.store.catalog, citations)


def _base(written: Written, review: Review) -> int:
    """The revision that was read; an answer that was only just begun, and is empty, was read by everyone."""
    return review.revision if not written.review and _fresh(review) else written.revision


def _fresh(review: Review) -> bool:
    return review.revision == 1 and not review.text


def _askers(person: Person) -> tuple[str, ...]:
    """What those who asked may see: the public documents, or all of them where one person is everybody."""
    return person.tiers if person.local else ("public",)


def _meets(item: WorkItem, wanted: QueueFilter, person: Person) -> bool:
    return (wanted.which == "done" or _is(item, wanted.which, person)) and _says(item, wanted.text)


def _says(item: WorkItem, words: str) -> bool:
    return words.strip().casefold() in item.question.casefold()


def _is(item: WorkItem, which: Filter, person: Person) -> bool:
    if which == "all":
        return True
    if which == "mine":
        return item.owner == person.name
    if which == "waiting":
        return item.review is not None and item.review.state == "waiting"
    return which in item.kinds


def _stands(citation: Citation) -> bool:
    quote = citation.quote
    return citation.source.text[quote.start : quote.end] == quote.text


def _today() -> str:
    return datetime.now().astimezone().date().isoformat()
