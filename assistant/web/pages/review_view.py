"""The review desk as HTML: the queue, one question with all that is known of it, the answer, its check, the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from markupsafe import Markup

from assistant.answer import Citation
from assistant.draft.letter import Remark
from assistant.export import shown_quote, shown_slice
from assistant.locale import is_message
from assistant.records import Event, FrozenTurn, Occurrence, Review, StaffCitation, WorkItem, document_version
from assistant.review import Judged, may_be_courtesy
from assistant.web.html import el, icon, labelled, language, placeholder, say
from assistant.web.known import spoken
from assistant.web.render import by_staff, reason
from assistant.web.source import kind, paragraph_at, slice_view
from assistant.web.thread import Exchange
from assistant.web.unproved import differing
from corpus.document import Document
from corpus.normalise import join_lines
from index.hit import Hit

Filter = Literal["all", "mine", "handed", "down", "refused", "unverified", "waiting", "done"]
FILTERS: tuple[Filter, ...] = ("all", "mine", "handed", "down", "refused", "unverified", "waiting", "done")
Order = Literal["most", "newest", "due"]
ORDERS: tuple[Order, ...] = ("most", "newest", "due")
_SOON = 14  # days before a question is due from which it is told in amber
_DOTS = {"ok": "dot", "check": "dot half", "bad": "dot bad"}
SHOWN = 20  # times that a question was asked, shown one by one
_QUESTION, _ANSWER, _REMARK = 500, 10_000, 500  # characters


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which questions are listed, in which order, and which one is open."""

    which: Filter = "all"
    order: Order = "most"
    text: str = ""
    open: str = ""


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


# The queue


def listing(
    items: Sequence[WorkItem],
    counts: Mapping[Filter, int],
    wanted: QueueFilter,
    now: datetime,
    names: Mapping[str, str] | None = None,
) -> Markup:
    """The queue with its filters; ``names`` are what owners are called."""
    rows = [_row(one, now, names or {}, current=one.key == wanted.open) for one in items]
    none = say("rv.none.done" if wanted.which == "done" else "rv.none", tag="p", class_="none")
    return el(
        "div",
        el("div", say("rv.queue", tag="h2"), _order(wanted.order), class_="qh"),
        el(
            "div",
            *(_filter(one, counts[one], wanted.which) for one in FILTERS if one in counts),
            class_="fl",
            role="group",
        )
        if counts
        else None,
        el("ol", *rows, class_="ql") if rows else none,
        class_="queue",
        data_count=counts.get("all", 0),
    )


def _order(order: str) -> Markup:
    options = (say(f"rv.order.{one}", tag="option", value=one, selected=one == order) for one in ORDERS)
    return el("select", *options, id="rv-order", data_do="order", **labelled("rv.order"))


def _filter(one: Filter, count: int, current: Filter) -> Markup:
    number = el("b", str(count)) if count else None
    pressed = str(one == current).lower()
    return el(
        "button", say(f"rv.f.{one}"), number, type="button", data_do="filter", data_which=one, aria_pressed=pressed
    )


def _row(item: WorkItem, now: datetime, names: Mapping[str, str], *, current: bool) -> Markup:
    return el(
        "li",
        el(
            "button",
            el("span", *tags(item), class_="mm"),
            el("span", item.question, class_="qq", lang=language(item.question)),
            el("span", _times(item), _moment(item.latest, now), class_="mm"),
            el("span", *_charge(item, now, names), class_="mm") if item.owner or item.due else None,
            type="button",
            data_do="open",
            data_key=item.key,
            aria_current="true" if current else None,
        ),
    )


def _charge(item: WorkItem, now: datetime, names: Mapping[str, str]) -> Iterator[Markup]:
    """Who answers it, and how long there is."""
    if item.owner:
        yield el("span", names.get(item.owner, item.owner))
    if item.due:
        yield _left(item.due, now)


def _left(due: date, now: datetime) -> Markup:
    """How long there is until a day; soon in amber, past it as late."""
    days = (due - now.astimezone().date()).days
    if days < 0:
        return say("rv.late", -days, class_="tag un", title=due.isoformat())
    return say("rv.left", days, class_="tag un" if days <= _SOON else "left", title=due.isoformat())


def tags(item: WorkItem) -> Iterator[Markup]:
    """Where the answer stands, and why the question is here."""
    state = item.review.state if item.review else ""
    if state in MESSAGES_OF_STATE:
        yield say(f"rv.s.{state}", class_="tag ok" if state in {"waiting", "approved"} else "tag un")
    for one in item.kinds:
        yield say(f"rv.k.{one}", class_="tag un" if one in {"down", "unverified"} else "tag")


MESSAGES_OF_STATE = ("draft", "waiting", "sent_back", "approved", "withdrawn", "closed")


def _times(item: WorkItem) -> Markup:
    return say("rv.times.1", tag="b") if item.count == 1 else say("rv.times", item.count, tag="b")


def _moment(when: datetime, now: datetime) -> Markup:
    """The time of today, else the day."""
    local, today = when.astimezone(), now.astimezone()
    clock = f"{local:%H:%M}"
    if local.date() == today.date():
        return say("rv.today", clock)
    return el("span", f"{local:%Y-%m-%d}" + (f" {clock}" if local.year == today.year else ""))


# One question


def sheet(case: OpenQuestion, now: datetime) -> Markup:
    """The question with all that is known of it, and the answer that is being written."""
    review, apart = case.review, told_apart(case.item)
    shown, left = apart[:SHOWN], len(apart[SHOWN:])
    return el(
        "article",
        el("button", icon("back"), say("rv.list"), type="button", class_="btn quiet sm rv-back", data_do="back"),
        el("h2", case.item.question, class_="t", lang=language(case.item.question), tabindex="-1"),
        el("p", *tags(case.item), _times(case.item), _moment(case.item.latest, now), class_="meta top"),
        _flow(case),
        assigned(case, now) if case.state in {"open", "draft", "sent_back", "waiting"} else None,
        here(case.others),
        el("div", class_="news", role="alert"),
        _remark(review) if review else None,
        *(_occurrence(case, one, now, opened=n == 0 and not _begun(case)) for n, one in enumerate(shown)),
        say("rv.times.more", left, tag="p", class_="meta") if left else None,
        _answer(case),
        el("div", check(case.checked), class_="checked", id="rv-check"),
        _after(case),
        class_="case",
        id="rv-case",
        **_wire(case),
    )


def _wire(case: OpenQuestion) -> dict[str, Any]:
    review = case.review
    return {
        "data_key": case.item.key,
        "data_review": review.id if review else "",
        "data_revision": review.revision if review else 0,
        "data_state": case.state,
    }


def no_sheet(key: str = "rv.pick") -> Markup:
    """What stands there before a question is opened, or when it is gone."""
    return say(key, tag="p", class_="none")


def _flow(case: OpenQuestion) -> Markup:
    """The steps from question to answer; the one that is next is named."""
    steps = ["rv.st.came", "rv.st.write", *(["rv.st.second"] if case.second else []), "rv.st.sent"]
    at = {"waiting": steps.index("rv.st.sent") - 1, "approved": len(steps)}.get(case.state, 1)
    return el("ol", *(_step(key, n, at) for n, key in enumerate(steps)), class_="flow", **labelled("rv.flow"))


def _step(key: str, number: int, at: int) -> Markup:
    done = number < at
    return el(
        "li",
        icon("check") if done else None,
        say(key),
        class_="done" if done else "now" if number == at else None,
        aria_current="step" if number == at else None,
    )


def assigned(case: OpenQuestion, now: datetime) -> Markup:
    """Who answers it and until when, both to be changed at once."""
    item = case.item
    people = (el("option", called, value=name, selected=name == item.owner) for name, called in case.staff.items())
    owner = el("select", say("rv.nobody", tag="option", value=""), *people, id="rv-owner")
    return el(
        "div",
        el("label", say("rv.owner"), owner) if case.staff else None,
        el("label", say("rv.due"), el("input", type="date", id="rv-due", value=item.due or "")),
        _left(item.due, now) if item.due else None,
        class_="assign",
    )


def preview(exchange: Exchange) -> Markup:
    """The answer as whoever asked will see it, with what they will see of its quotes."""
    cited = [
        el(
            "li",
            el("span", str(one.n), class_="cite static"),
            el("p", shown_quote(one), class_="qt"),
            el("p", one.source.metadata.title, class_="meta"),
            lang="zh-Hans",
        )
        for answer in exchange.by_staff
        for one in answer.citations
    ]
    return el(
        "div",
        el("h2", exchange.question, lang=language(exchange.question)),
        *by_staff(exchange),
        el("ol", *cited, class_="cl") if cited else None,
        class_="body",
    )


def here(others: Sequence[str]) -> Markup:
    """Who else has it open."""
    told = say("rv.here", "、".join(others), class_="told amber") if others else None
    return el("div", told, class_="here", role="status")


def _remark(review: Review) -> Markup | None:
    if not review.remark:
        return None
    return el("p", say("rv.remark", tag="b"), _own(review.remark), class_="note amber")


def _occurrence(case: OpenQuestion, one: Occurrence, now: datetime, *, opened: bool) -> Markup:
    asked = case.asked.get(one.item)
    who = el("span", one.who) if one.who else say("rv.someone")
    reasons = [say(f"fb.{reason}", class_="tag un") for reason in one.reasons]
    head = el("summary", say(f"rv.k.{one.kind}", tag="b"), who, _moment(one.when, now), *reasons)
    return el(
        "details",
        head,
        _said("rv.note", one.said),
        *(_exchange(asked, case.found.get(one.item, ())) if asked else ()),
        class_="occ",
        open=opened,
    )


def _begun(case: OpenQuestion) -> bool:
    return case.review is not None and bool(case.review.text)


def told_apart(item: WorkItem) -> Sequence[Occurrence]:
    """Its occurrences, a refusal that was then handed over or called wrong only as that."""
    some = item.occurrences
    sent = {one.turn for one in some if one.kind in {"handed", "down"}}
    return [one for one in some if one.kind in {"handed", "down"} or one.turn not in sent]


def _said(key: str, text: str) -> Markup | None:
    return el("p", say(key, tag="b"), _own(text), class_="note amber") if text else None


def _exchange(asked: FrozenTurn, found: Sequence[Citation]) -> Iterator[Markup]:
    """The conversation so far, what the assistant said, and what it found."""
    if asked.history:
        turns = (
            el("li", _own(one["question"], "p", class_="q"), _own(one["answer"] or "—", "p", class_="a"))
            for one in asked.history
        )
        yield el("details", say("rv.before", len(asked.history), tag="summary"), el("ol", *turns), class_="before")
    yield el("p", say("rv.asked", tag="b"), _own(asked.question, class_="serif"), class_="line")
    if asked.standalone and asked.standalone != asked.question:
        yield el("p", say("rw.as", tag="b"), _own(asked.standalone), class_="line")
    answer = asked.answer or {}
    yield el("h3", say("rv.said"))
    if answer.get("abstention"):
        yield el(
            "p", say("no.h", class_="tag"), " ", spoken(reason(str(answer["abstention"]["detail"]))), class_="line"
        )
    parts = [part for part in answer.get("parts", ()) if part.get("text")]
    if parts:
        yield el("ol", *(_part(part) for part in parts), class_="old")
    if found:
        yield say("rv.found", len(found), tag="h3")
        yield el("ol", *(_found(one) for one in found), class_="found")


def _part(part: Mapping[str, Any]) -> Markup:
    unsure = say("un", class_="tag un") if part.get("verdict", "supported") != "supported" else None
    marks = "".join(f"[{n}]" for n in part.get("citations", ()))
    return el("li", unsure, spoken(str(part["text"])), el("small", marks))


def _own(words: str, tag: str = "span", **attributes: Any) -> Markup:
    """What a person or a document says, marked as the language it is in."""
    return el(tag, words, lang=language(words), **attributes)


def _found(citation: Citation) -> Markup:
    quote = citation.quote
    place = _place(citation.source, quote.start, quote.end)
    return el(
        "li",
        el("p", shown_quote(citation), class_="qt", lang="zh-Hans"),
        el(
            "p",
            _own(citation.source.metadata.title, "button", type="button", class_="lnk", data_do="source", **place),
            _where(citation.source, quote.start),
            el("button", say("rv.cite"), type="button", class_="btn sm", data_do="cite", **place),
            class_="meta",
        ),
    )


def _place(document: Document, start: int, end: int) -> dict[str, Any]:
    return {"data_doc": document.id, "data_v": document_version(document), "data_from": start, "data_to": end}


def _where(document: Document, start: int) -> Markup:
    paragraph = paragraph_at(document, start)
    return say("ev.para", paragraph.number if paragraph else 0)


# The answer


def _answer(case: OpenQuestion) -> Markup:
    review = case.review
    question, text = (review.question, review.text) if review else (case.item.question, "")
    fixed = case.state in {"waiting", "approved", "withdrawn", "closed"}
    asked = el("input", id="rv-question", value=question, maxlength=_QUESTION, readonly=fixed, lang=language(question))
    area = el(
        "textarea",
        "\n" + text,  # a browser drops the first line break
        id="rv-text",
        rows="3",
        maxlength=_ANSWER,
        readonly=fixed,
        spellcheck="false",
        aria_describedby="rv-how",
        **placeholder("rv.text.ph"),
    )
    return el(
        "section",
        el("h3", say("rv.answer"), say("rv.live", tag="small"), el("small", class_="saved", role="status")),
        say("rv.question", tag="label", for_="rv-question"),
        asked,
        say("rv.text", tag="label", for_="rv-text"),
        area,
        say("rv.how", tag="p", id="rv-how", class_="meta"),
        class_="write",
    )


def check(checked: Checked) -> Markup:
    """The sentences of the answer with their verdicts, its quotes, and the sum."""
    numbered = {one.number: one for one in checked.quotes}
    return el(
        "div",
        el("ol", *(_sentence(one, numbered) for one in checked.sentences), class_="sl", **labelled("rv.check")),
        el("ol", *(_quote(one, named=one.number not in checked.unused) for one in checked.quotes), class_="cl")
        if checked.quotes
        else None,
        el("p", *_sum(checked), class_="sum", role="status"),
        data_bad=checked.count("bad"),
        data_all=len(checked.sentences),
    )


def _sum(checked: Checked) -> Iterator[Markup]:
    judged = [one.verdict for one in checked.sentences if not one.courtesy]
    for verdict in ("ok", "check", "bad"):
        if verdict in judged:
            yield el("span", el("i", class_=_DOTS[verdict], aria_hidden="true"), say(f"rv.v.{verdict}"))
            yield el("b", str(judged.count(verdict)))
    if checked.unused:
        yield say("rv.unused", "、".join(map(str, checked.unused)), class_="amber")


def _sentence(one: Judged, numbered: Mapping[int, NumberedQuote]) -> Markup:
    chips = [
        el("button", str(n), type="button", class_="cite", data_do="show", data_n=n, **labelled("rv.quote", n))
        for n in one.numbers
        if n in numbered
    ]
    reasons = [el("li", *_reason(remark)) for remark in one.remarks]
    place = {"data_from": one.start, "data_to": one.end}
    words = el("button", *differing(one.text, one.remarks), type="button", class_="tx", data_do="at", **place)
    return el(
        "li",
        el("i", class_="dot tpl" if one.courtesy else _DOTS[one.verdict], aria_hidden="true"),
        None if one.courtesy else el("span", say(f"rv.v.{one.verdict}"), class_="sr"),
        words,
        el("span", *chips, class_="cs"),
        _courtesy(one),
        el("ul", *reasons, class_="why") if reasons else None,
        class_=one.verdict,
    )


def _courtesy(one: Judged) -> Markup | None:
    """That a sentence is only polite and needs no evidence, or the way to say so."""
    if one.courtesy:
        back = _polite("rv.courtesy.not", "unpolite", one) if one.courtesy == "said" else None
        return el("p", say("rv.courtesy"), back, class_="polite")
    return el("p", _polite("rv.courtesy.is", "polite", one), class_="polite") if may_be_courtesy(one) else None


def _polite(key: str, name: str, one: Judged) -> Markup:
    return say(key, tag="button", type="button", class_="lnk", data_do=name, data_said=one.text)


def _reason(remark: Remark) -> Iterator[Markup]:
    if is_message(f"rv.r.{remark.kind}"):
        yield say(f"rv.r.{remark.kind}", remark.words)
    else:
        yield spoken(remark.reason)


def _quote(one: NumberedQuote, *, named: bool) -> Markup:
    cited = one.citation
    title = one.document.metadata.title if one.document else cited.document
    words = shown_slice(one.document, cited.start, cited.end) if one.document else join_lines(cited.quote)
    place = {"data_doc": cited.document, "data_v": cited.version, "data_from": cited.start, "data_to": cited.end}
    inside = one.document is not None and one.document.metadata.access != "public"
    return el(
        "li",
        el("span", str(one.number), class_="cite static"),
        el("p", words, class_="qt", lang="zh-Hans"),
        el(
            "p",
            _own(title, "button", type="button", class_="lnk", data_do="source", **place),
            _where(one.document, cited.start) if one.document else say("rv.r.gone", one.number, class_="amber"),
            say("rv.internal", class_="tag un") if inside else None,
            None if named else say("rv.idle", class_="tag"),
            el(
                "button",
                icon("close"),
                type="button",
                class_="ib",
                data_do="uncite",
                data_n=one.number,
                **labelled("rv.uncite", one.number),
            ),
            class_="meta",
        ),
        class_="cq",
        id=f"rv-q{one.number}",
        **place,
    )


def _after(case: OpenQuestion) -> Markup:
    """What approval does, and the buttons for where the answer stands."""
    return el(
        "footer",
        el(
            "ul",
            *(el("li", icon("check"), say(key)) for key in ("rv.a.send", "rv.a.cite", "rv.a.case")),
            class_="after",
        )
        if case.state in {"open", "draft", "sent_back", "waiting"}
        else _outcome(case),
        _public(case) if case.state in {"open", "draft", "sent_back", "waiting"} and _may_approve(case) else None,
        el("form", *_buttons(case), class_="acts", onsubmit="return false"),
        class_="foot",
    )


def _outcome(case: OpenQuestion) -> Markup:
    review = case.review
    if review is None:
        return Markup("")
    day = review.changed.astimezone().date().isoformat()
    who = case.names.get(review.approver) or case.names.get(review.author)
    told = [say(f"rv.o.{review.state}", day, who) if who else say(f"rv.o.{review.state}.alone", day)]
    if review.state == "approved":
        told.append(say(f"rv.o.{'public' if review.access == 'public' else 'internal'}"))
    if case.standing == "withdrawn" and review.state == "approved":
        told.append(say("rv.o.shelved", class_="amber"))
    return el("p", *told, class_="outcome")


def _may_approve(case: OpenQuestion) -> bool:
    return not case.second or (case.state == "waiting" and not case.mine)


def _public(case: OpenQuestion) -> Markup:
    """Whether representatives may have it quoted to them: only if they may see what it rests on."""
    box = el("input", type="checkbox", id="rv-public", disabled=not case.public)
    told = say("rv.public" if case.public else "rv.public.no", tag="label", for_="rv-public")
    return el("p", box, told, class_="tick")


def _buttons(case: OpenQuestion) -> Iterator[Markup | None]:
    if case.state in {"open", "draft", "sent_back", "waiting"}:
        yield say("rv.preview", tag="button", type="button", class_="btn", data_do="preview")
    if case.state in {"open", "draft", "sent_back"}:
        yield _act("submit" if case.second else "approve", "rv.submit" if case.second else "rv.approve", primary=True)
        if not any(one.kind == "handed" for one in case.item.occurrences):
            yield from _remarked("close", "rv.close", "rv.close.why")
    elif case.state == "waiting":
        if _may_approve(case):
            yield _act("approve", "rv.approve", primary=True)
        else:
            yield say("rv.second", class_="amber")
        yield from _remarked("send_back", "rv.back", "rv.back.why")
        yield _act("reopen", "rv.edit")
    elif case.state == "approved":
        yield from _remarked("withdraw", "rv.withdraw", "rv.withdraw.why")
    elif case.state == "closed":
        yield _act("reopen", "rv.reopen")


def _act(name: str, key: str, *, primary: bool = False) -> Markup:
    return el("button", say(key), type="button", class_="btn pri" if primary else "btn", data_do="act", data_act=name)


def _remarked(name: str, key: str, why: str) -> Iterator[Markup]:
    """A button that first asks for the reason."""
    yield el("button", say(key), type="button", class_="btn", data_do="ask", data_for=name, aria_expanded="false")
    field_id = f"rv-why-{name}"
    yield el(
        "div",
        say(why, tag="label", for_=field_id),
        el("textarea", id=field_id, rows="2", maxlength=_REMARK),
        _act(name, "rv.do"),
        el("button", say("cancel"), type="button", class_="btn quiet", data_do="unask"),
        class_="ask",
        id=f"rv-ask-{name}",
        hidden=True,
    )


# Beside it


def tools() -> Markup:
    """Search and log beside the answer; the script fills them."""
    box = el(
        "div",
        icon("find"),
        el("input", type="search", id="rv-find", autocomplete="off", **labelled("rv.find"), **placeholder("rv.find")),
        class_="sbox",
    )
    return el(
        "div",
        el(
            "div",
            _tab("find", "rv.t.find", chosen=True),
            _tab("log", "rv.t.log", chosen=False),
            class_="tl",
            role="tablist",
            **labelled("rv.tools"),
        ),
        el(
            "div",
            box,
            say("rv.select", tag="p", class_="meta"),
            el("div", id="rv-hits"),
            el("div", id="rv-source", hidden=True),
            class_="tp",
            id="rv-tp-find",
            role="tabpanel",
            aria_labelledby="rv-t-find",
        ),
        el("div", class_="tp", id="rv-tp-log", role="tabpanel", aria_labelledby="rv-t-log", hidden=True),
        class_="tools",
    )


def _tab(name: str, key: str, *, chosen: bool) -> Markup:
    return say(
        key,
        tag="button",
        type="button",
        role="tab",
        id=f"rv-t-{name}",
        data_do="tab",
        data_tab=name,
        aria_selected=str(chosen).lower(),
        aria_controls=f"rv-tp-{name}",
    )


def hits(found: Iterable[Hit]) -> Markup:
    """What a search finds, each passage selectable character by character."""
    listed = [_hit(hit) for hit in found]
    if not listed:
        return say("rv.nohits", tag="p", class_="none")
    return el("div", say("rv.hits", len(listed), tag="p", class_="meta"), el("ol", *listed, class_="hits"))


def _hit(hit: Hit) -> Markup:
    place = _place(hit.source, hit.start, hit.end)
    meta = hit.source.metadata
    told = [el("span", kind(meta)), *([say("rv.internal", class_="tag un")] if meta.access != "public" else [])]
    if meta.issued or meta.as_of:
        told.append(el("span", meta.issued or meta.as_of))
    return el(
        "li",
        _own(meta.title, "button", type="button", class_="lnk serif", data_do="source", **place),
        el("p", *told, _where(hit.source, hit.start), class_="meta"),
        el("div", slice_view(hit.source, hit.start, hit.end), class_="pick", **place),
        class_="hit",
    )


def log(case: OpenQuestion, now: datetime) -> Markup:
    """What was done to it, the latest first."""
    lines = [
        el("li", _moment(one.at, now), el("span", case.names.get(one.who, one.who)), say(_deed(one.what)), _why(one))
        for one in case.log
    ]
    return el("ol", *lines, class_="log") if lines else say("rv.nolog", tag="p", class_="none")


def _deed(what: str) -> str:
    key = f"rv.d.{what.partition('.')[2]}"
    return key if is_message(key) else "rv.d.other"


def _why(event: Event) -> Markup | None:
    remark = str(event.detail.get("remark", ""))
    return el("q", remark) if remark else None
