"""The column on the right: what a sentence rests on, what is still open, search, similar papers, versions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from assistant.draft import Cite, Letter, Sentence
from assistant.draft.suggestion import Similar
from assistant.draft.why import explain
from assistant.records import document_version
from assistant.web.html import el, icon, labelled, placeholder, say
from assistant.web.known import spoken
from assistant.web.pages.drafting.desk import TABS, Desk
from assistant.web.pages.drafting.opening import act
from assistant.web.pages.drafting.sheet import DOTS, verdict
from assistant.web.unproved import differing
from index.hit import Hit

_CHOICE = re.compile(r"〔(?P<choices>[^〔〕]+?)，请选填〕")


def side(desk: Desk, letter: Letter, inner: Markup) -> Markup:
    """The tabs, and what is in the open one."""
    todo = sum(one.open for one in letter.sentences)
    tabs = [
        el(
            "button",
            say(f"dr.tab.{name}"),
            el("span", str(todo), class_="count") if name == "todo" and todo else None,
            role="tab",
            type="button",
            id=f"dr-tab-{name}",
            data_ev="tab",
            data_tab=name,
            aria_selected=str(name == desk.tab).lower(),
            aria_controls="dr-panel",
        )
        for name in TABS
    ]
    panel = el("div", inner, class_="tp", role="tabpanel", id="dr-panel", aria_labelledby=f"dr-tab-{desk.tab}")
    return el("div", el("div", *tabs, class_="tl", role="tablist", **labelled("dr.tabs")), panel)


# 本句依据


def evidence_tab(desk: Desk, letter: Letter) -> Markup:
    """Why the selected sentence is believed or doubted, its quotes, and what can be done about it."""
    sentence = next((one for one in letter.sentences if one.id == desk.selected), None)
    if sentence is None:
        return say("dr.pick", tag="p", class_="nothing")
    quotes = [_quote(letter, n, cite, editable=desk.editable) for n, cite in enumerate(sentence.cites)]
    return el(
        "div",
        el("p", verdict(sentence.standing), class_=f"verd {sentence.standing}"),
        el("p", sentence.lead, *differing(sentence.text, sentence.remarks), class_="chosen", lang="zh-Hans"),
        say("dr.confirmed", sentence.confirmed, tag="p", class_="because") if sentence.confirmed else None,
        *(spoken(remark.reason, "p", class_="because") for remark in sentence.remarks),
        _why(letter, sentence),
        _choices(sentence) if desk.editable else None,
        _acts(sentence) if desk.editable else None,
        _notes(letter, sentence),
        say("dr.quotes", tag="h3") if quotes else None,
        *quotes,
        _more(desk),
    )


def _why(letter: Letter, sentence: Sentence) -> Markup | None:
    """Item by item, where each number, date and name of the sentence was found."""
    if sentence.verdict == "stock":
        return say("dr.field.d" if sentence.kind == "field" else "dr.stock.d", tag="p", class_="meta")
    items = explain(sentence) if sentence.cites else ()
    if not items:
        return say("dr.verbatim", tag="p", class_="meta") if sentence.cites and sentence.proved else None
    rows = []
    for item in items:
        found = item.quote is not None
        where = say("dr.in", letter.number(sentence.cites[item.quote])) if item.quote is not None else say("dr.notin")
        words = el("td", icon("check" if found else "close"), item.words, class_="y" if found else "r", lang="zh-Hans")
        rows.append(el("tr", words, el("td", where)))
    return el("div", say("dr.why", tag="h3"), el("table", el("tbody", *rows), class_="whyt"))


def _choices(sentence: Sentence) -> Markup | None:
    """What a placeholder leaves to choose from: 〔A、B、C、D，请选填〕."""
    found = _CHOICE.fullmatch(sentence.text)
    if sentence.kind != "field" or not found:
        return None
    some = re.split("、|或", found["choices"])
    chips = (el("button", one, type="button", class_="btn sm", data_fill=sentence.id, lang="zh-Hans") for one in some)
    return el("div", *chips, class_="actrow")


def _acts(sentence: Sentence) -> Markup:
    here = {"id": sentence.id}
    claim, quiet = sentence.kind == "claim", "btn quiet sm"
    some = [
        act("dr.restore", "restore", here) if claim and sentence.cites and not sentence.proved else None,
        act("dr.confirm", "confirm", here) if claim and sentence.open else None,
        act("dr.unconfirm", "unconfirm", here) if sentence.confirmed else None,
        act("dr.more", "more", here) if sentence.kind in {"claim", "blank"} else None,
        act("dr.after", "after", here, kind=quiet),
        act("dr.delete", "delete", here, kind=quiet),
    ]
    return el("div", *some, class_="actrow")


def _notes(letter: Letter, sentence: Sentence) -> Markup | None:
    """What the search said of the paragraph: documents that disagree, or that are over."""
    notes = letter.paragraph(sentence.id).notes
    return el("div", say("dr.notes", tag="h3"), *(spoken(one, "p", class_="note") for one in notes)) if notes else None


def _quote(letter: Letter, place: int, cite: Cite, *, editable: bool) -> Markup:
    drop = act("dr.drop", "uncite", {"n": place}, kind="lnk") if editable else None
    return _card(cite, (drop,), letter.number(cite))


def _more(desk: Desk) -> Markup | None:
    """Further evidence, if it was asked for; each piece can be cited, or written into the letter."""
    if desk.more is None:
        return None
    if not desk.more:
        return say("dr.more.none", tag="p", class_="nothing", role="status")
    cards = (_card(cite, _uses(_spot(cite)) if desk.editable else ()) for cite in desk.more)
    return el("div", say("dr.more", tag="h3"), *cards)


def _spot(cite: Cite) -> dict[str, object]:
    return {"doc": cite.quote.document, "v": cite.version, "s": cite.quote.start, "e": cite.quote.end}


def _uses(spot: Mapping[str, object]) -> tuple[Markup, Markup]:
    return act("dr.cite", "cite", spot, kind="lnk"), act("dr.insert", "insert", spot, kind="lnk")


def _card(cite: Cite, acts: Sequence[Markup | None], number: int | None = None) -> Markup:
    """A quote with its document, date and place, and the way to the original."""
    meta = cite.metadata
    chip = el("b", str(number), class_="num") if number else None
    facts = "，".join(filter(None, (meta.doc_no, cite.dated, meta.status, cite.place)))
    source = el("button", say("dr.source"), type="button", class_="lnk", data_js="source", **_data(_spot(cite)))
    return el(
        "div",
        el("p", chip, el("b", meta.title, lang="zh-Hans"), _internal(meta.access), class_="head"),
        el("p", facts, class_="meta", lang="zh-Hans") if facts else None,
        el("blockquote", cite.shown, lang="zh-Hans"),
        el("p", source, *acts, class_="row"),
        class_="ecard",
    )


def _data(values: Mapping[str, object]) -> dict[str, object]:
    return {f"data_{name}": value for name, value in values.items()}


def _internal(access: str) -> Markup | None:
    return say("dr.internal", class_="tag un") if access != "public" else None


# 待处理


def todo_tab(letter: Letter) -> Markup:
    """Everything that somebody still has to look at or fill in, and what the documents say against each other."""
    rows = [_todo(one) for one in letter.sentences if one.open]
    listed = el("ol", *rows, class_="todo") if rows else say("dr.notodo", tag="p", class_="nothing")
    blanks = [_blank(one) for one in letter.fields]
    fields = el("div", say("dr.fields", tag="h3"), el("ol", *blanks, class_="todo")) if blanks else None
    notes = dict.fromkeys(note for paragraph in letter.paragraphs for note in paragraph.notes)
    told = [spoken(one, "p", class_="note") for one in notes]
    return el("div", listed, fields, el("div", say("dr.notes", tag="h3"), *told) if told else None)


def _todo(sentence: Sentence) -> Markup:
    reasons = (el("span", "　", spoken(remark.reason)) for remark in sentence.remarks)
    told = el("small", say(f"dr.{sentence.verdict}"), *reasons)
    words = el("span", sentence.text, class_="w", lang="zh-Hans")
    dot = el("i", class_=DOTS[sentence.verdict])
    return el("li", el("button", dot, words, told, type="button", data_ev="pick", data_show="1", data_id=sentence.id))


def _blank(sentence: Sentence) -> Markup:
    words = el("span", sentence.text, class_="w", lang="zh-Hans")
    dot = el("i", class_=DOTS["stock"])
    return el("li", el("button", dot, words, type="button", data_ev="pick", data_show="1", data_id=sentence.id))


# 检索, 相似


def find_tab(desk: Desk) -> Markup:
    """A search box and what it found, in raw words that can be selected."""
    box = el("input", type="search", name="query", value=desk.query, **labelled("dr.find"), **placeholder("dr.find"))
    go = act("dr.find.go", "find")
    form = el("form", el("div", icon("find"), box, class_="sbox"), go, class_="finder", data_submit="find")
    none = say("dr.find.none", tag="p", class_="nothing", role="status") if desk.query and not desk.hits else None
    hits = [_hit(one, editable=desk.editable) for one in desk.hits]
    return el("div", form, say("dr.find.d", tag="p", class_="meta"), none, *hits)


def _hit(hit: Hit, *, editable: bool) -> Markup:
    meta = hit.source.metadata
    facts = "，".join(filter(None, (meta.doc_no, meta.issued or meta.as_of, " › ".join(hit.heading))))
    spot = {"doc": hit.document, "v": document_version(hit.source), "s": hit.start, "e": hit.end}
    raw = el("p", hit.text, class_="raw", lang="zh-Hans", **_data(spot))
    whole = act("dr.cite", "cite", spot, kind="lnk") if editable else None
    source = el("button", say("dr.source"), type="button", class_="lnk", data_js="source", **_data(spot))
    return el(
        "div",
        el("p", el("b", meta.title, lang="zh-Hans"), _internal(meta.access), class_="head"),
        el("p", facts, class_="meta", lang="zh-Hans") if facts else None,
        raw,
        el("p", source, whole, class_="row"),
        class_="ecard",
    )


def alike_tab(desk: Desk, earlier: Sequence[Similar]) -> Markup:
    """Suggestions that ask for much the same, and passages of earlier replies that speak of it."""
    if not earlier and not desk.hits:
        return say("dr.alike.none", tag="p", class_="nothing")
    replies = [_hit(one, editable=desk.editable) for one in desk.hits]
    return el(
        "div",
        say("dr.alike.s", tag="h3") if earlier else None,
        *(_earlier(one) for one in earlier),
        say("dr.alike.r", tag="h3") if replies else None,
        *replies,
    )


def _earlier(one: Similar) -> Markup:
    suggestion = one.suggestion
    facts = "，".join(filter(None, (suggestion.session, suggestion.number, suggestion.date)))
    asked = "；".join(request.title for request in suggestion.requests)
    link = say("dr.open", tag="a", href=f"?d={one.id}", target="_blank", class_="lnk")
    return el(
        "div",
        el("p", el("b", suggestion.title or say("dr.untitled"), lang="zh-Hans"), class_="head"),
        el("p", el("span", facts, lang="zh-Hans"), "　", say("dr.alike.share", round(100 * one.share)), class_="meta"),
        el("p", asked, class_="asked", lang="zh-Hans"),
        el("p", link, class_="row"),
        class_="ecard",
    )
