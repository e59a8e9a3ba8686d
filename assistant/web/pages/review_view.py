"""The review desk as HTML: the queue, one question with all that is known of it, the answer, its check, the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from markupsafe import Markup
from pydantic import BaseModel, Field

from assistant.answer import Citation
from assistant.export import shown_quote, shown_slice
from assistant.locale import is_message
from assistant.records import Event, FrozenTurn, Occurrence, Review, StaffCitation, WorkItem, document_version
from assistant.review import Judged, may_be_courtesy
from assistant.web.chat.render import CHAT, reason
from assistant.web.chat.source import kind, paragraph_at, slice_view
from assistant.web.html import Macros, el, say
from assistant.web.known import spoken
from assistant.web.unproved import differing
from corpus.document import Document
from corpus.normalise import join_lines

Filter = Literal["all", "mine", "handed", "down", "refused", "unverified", "waiting", "done"]
FILTERS: tuple[Filter, ...] = ("all", "mine", "handed", "down", "refused", "unverified", "waiting", "done")
Order = Literal["most", "newest", "due"]
ORDERS: tuple[Order, ...] = ("most", "newest", "due")
SHOWN = 20  # times that a question was asked, shown one by one


class QueueFilter(BaseModel):
    """Which questions are listed, in which order, and which one is open."""

    which: Filter = "all"
    order: Order = "most"
    text: str = Field(default="", max_length=200)
    open: str = Field(default="", max_length=80)


@dataclass(frozen=True, slots=True)
class NumberedQuote:
    """A quote of an answer with its number; no document where it no longer stands there."""

    number: int
    citation: StaffCitation
    document: Document | None


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer as it stands: its sentences as judged, its quotes, the numbers that it does not use."""

    sentences: tuple[Judged, ...] = ()
    quotes: tuple[NumberedQuote, ...] = ()
    unused: tuple[int, ...] = ()

    def count(self, verdict: str) -> int:
        """How many sentences have a verdict."""
        return sum(one.verdict == verdict for one in self.sentences)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Everything that is shown of one question.

    ``asked`` is what each occurrence shown froze, by its name, as far as staff may see it; ``mine`` whether the person
    wrote on the answer; ``second`` whether somebody else has to approve; ``public`` whether all its sources are;
    ``standing`` what has become of it as a document; ``staff`` who can be its owner, by sign-in name.
    """

    item: WorkItem
    asked: Mapping[str, FrozenTurn]
    found: Mapping[str, tuple[Citation, ...]]
    checked: Checked
    log: tuple[Event, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    mine: bool = False
    second: bool = False
    public: bool = True
    standing: str = ""
    staff: Mapping[str, str] = field(default_factory=dict)

    @property
    def review(self) -> Review | None:
        """The answer, once begun."""
        return self.item.review

    @property
    def state(self) -> str:
        """Where it stands: ``open`` before anything is written."""
        return self.review.state if self.review else "open"

    @property
    def waits(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in {"open", "draft", "sent_back", "waiting"}

    @property
    def may_approve(self) -> bool:
        """Whether this person can approve it, once it is handed in where somebody else has to."""
        return not self.second or (self.state == "waiting" and not self.mine)


def told_apart(item: WorkItem) -> Sequence[Occurrence]:
    """Its occurrences, a refusal that was then handed over or called wrong only as that."""
    some = item.occurrences
    sent = {one.turn for one in some if one.kind in {"handed", "down"}}
    return [one for one in some if one.kind in {"handed", "down"} or one.turn not in sent]


def _moment(when: datetime, now: datetime) -> Markup:
    """The time of today, else the day."""
    local, today = when.astimezone(), now.astimezone()
    clock = f"{local:%H:%M}"
    if local.date() == today.date():
        return say("rv.today", clock)
    return el("span", f"{local:%Y-%m-%d}" + (f" {clock}" if local.year == today.year else ""))


def _where(document: Document, start: int) -> Markup:
    paragraph = paragraph_at(document, start)
    return say("ev.para", paragraph.number if paragraph else 0)


def _words_of(one: NumberedQuote) -> str:
    cited = one.citation
    return shown_slice(one.document, cited.start, cited.end) if one.document else join_lines(cited.quote)


def _deed(what: str) -> str:
    key = f"rv.d.{what.partition('.')[2]}"
    return key if is_message(key) else "rv.d.other"


VIEW = Macros(
    "review",
    DOTS={"ok": "dot", "check": "dot half", "bad": "dot bad"},
    FILTERS=FILTERS,
    ORDERS=ORDERS,
    SHOWN=SHOWN,
    SOON=14,  # days before a question is due from which it is told in amber
    by_staff=CHAT.by_staff,
    deed=_deed,
    differing=differing,
    is_message=is_message,
    kind=kind,
    may_be_courtesy=may_be_courtesy,
    moment=_moment,
    reason=reason,
    shown_quote=shown_quote,
    slice_view=slice_view,
    spoken=spoken,
    told_apart=told_apart,
    version=document_version,
    where=_where,
    words_of=_words_of,
)
