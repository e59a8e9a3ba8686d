"""The letter as it will be printed, the column of requests and days beside it, and the line above it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from markupsafe import Markup

from assistant.draft import Letter, Paragraph, Sentence
from assistant.draft.letter import Verdict, keeps_back, worst
from assistant.web.html import el, icon, labelled, placeholder, say
from assistant.web.pages.drafting.desk import Desk
from assistant.web.pages.drafting.opening import act, days_left, fault, moment

DOTS = {"ok": "dot", "check": "dot half", "none": "dot ring", "bad": "dot bad", "stock": "dot tpl"}
VERDICTS: tuple[Verdict, ...] = ("ok", "check", "bad", "none")
_CLASSES = {
    "title": "ttl", "meta": "p0", "to": "p0", "body": "p", "h1": "p hd", "h2": "p hk", "sign": "sg-n", "date": "sg-n",
    "note": "p",
}  # fmt: skip


def verdict(of: Verdict) -> Markup:
    """A verdict by shape and word."""
    return el("i", class_=DOTS[of]) + say("dr.m.bad" if of == "bad" else f"dr.{of}")


# The column on the left


def left_column(desk: Desk, letter: Letter, today: date) -> Markup:
    """What the suggestion is called, its limits, and its requests with the worst verdict of each."""
    suggestion = letter.suggestion
    links = el("p", act("dr.back", "list", kind="lnk"), act("dr.tosplit", "tosplit", kind="lnk"), class_="links")
    head = el("div", el("h2", desk.title, lang="zh-Hans"), links, class_="dt")
    original = el(
        "details",
        say("dr.original", tag="summary"),
        el("div", suggestion.text, class_="raw-text", lang="zh-Hans"),
        class_="original",
    )
    current = letter.paragraph(desk.selected).request if _there(letter, desk.selected) else -1
    rows = [_request(desk, letter, n, one.id, current) for n, one in enumerate(suggestion.requests, start=1)]
    requests = el("div", say("dr.requests", tag="h2"), el("ol", *rows), class_="rq")
    return el(
        "nav", head, _limits(desk, today), original, requests, _legend(), class_="dr-nav", **labelled("dr.requests")
    )


def _there(letter: Letter, identifier: int) -> bool:
    return any(one.id == identifier for one in letter.sentences)


def _limits(desk: Desk, today: date) -> Markup:
    shut = not desk.editable
    day = el("input", type="date", value=desk.assigned, id="dr-assigned", data_change="assigned", disabled=shut)
    label = el("label", say("dr.assigned"), day, for_="dr-assigned")
    rows = [_limit(desk, months, today, shut=shut) for months in (3, 6)]
    return el("div", label, *rows, say("dr.law", tag="p", class_="meta"), class_="dl")


def _limit(desk: Desk, months: int, today: date, *, shut: bool) -> Markup:
    left = days_left(desk.assigned, months, today) if desk.assigned else None
    radio = el(
        "input", type="radio", name="months", value=str(months), data_change="months", disabled=shut,
        checked=desk.months == months,
    )  # fmt: skip
    return el("label", radio, say(f"dr.limit.{months}"), left, class_="limit on" if desk.months == months else "limit")


def _request(desk: Desk, letter: Letter, place: int, number: int, current: int) -> Markup:
    title = next(one.title for one in letter.suggestion.requests if one.id == number)
    office = dict(letter.aside).get(number, "")
    found = [s for p in letter.paragraphs if p.request == number for s in p.sentences if s.verdict != "stock"]
    state = worst(found)
    told = say("dr.aside", office, tag="small") if office else _counted(found, state)
    name = el("span", f"{place}. {title}", lang="zh-Hans")
    row = el("button", el("i", class_=DOTS[state]), name, told, type="button", data_ev="goto", data_id=number)
    tools = _tools(number, office) if desk.editable and number == current else None
    return el("li", row, tools, aria_current="true" if number == current else None)


def _counted(found: list[Sentence], state: Verdict) -> Markup:
    """The worst verdict in words, and how many sentences have it."""
    count = sum(one.standing == state for one in found)
    told = say("dr.rq.n", count) if count == len(found) else say("dr.rq.of", len(found), count)
    return el("small", say(f"dr.{state}"), "　", told)


def _tools(number: int, office: str) -> Markup:
    if office:
        return el("div", act("dr.again", "again", {"id": number}, kind="btn sm"), class_="tools")
    field = el("input", name="office", maxlength="40", **labelled("dr.office"), **placeholder("dr.office"))
    leave = el(
        "form", field, act("dr.leave", "leave", {"id": number}, kind="btn sm"), data_submit="leave", data_id=number
    )
    return el("div", leave, act("dr.redo", "again", {"id": number}, kind="btn quiet sm"), class_="tools")


def _legend() -> Markup:
    rows = [el("p", el("i", class_=DOTS[one]), say(f"dr.lg.{one}")) for one in VERDICTS]
    return el("div", *rows, el("p", el("i", class_="dbl"), say("dr.lg.in")), class_="legend")


# The line above the letter


def bar(desk: Desk, letter: Letter, notice: Markup | None) -> Markup:
    """When it was saved, what is still open, export."""
    counts = letter.counts()
    saved = say("dr.saved", desk.revision, moment(desk.saved) if desk.saved else "", class_="saved")
    line = el("div", saved, el("span", class_="sp"), act("dr.next", "next"), _export(desk, letter), class_="bar")
    shares = [el("i", class_=one, style=f"flex:{count}") for one, count in counts.items() if count]
    keys = [el("span", verdict(one), el("b", str(counts[one])), class_="k") for one in VERDICTS]
    summary = el(
        "div",
        say("dr.sum", sum(counts.values())),
        *keys,
        el("span", say("dr.fields"), el("b", str(len(letter.fields))), class_="k"),
        el("span", *shares, class_="meter", aria_hidden="true"),
        class_="sum",
    )
    return el("div", line, notice, summary)


def _export(desk: Desk, letter: Letter) -> Markup:
    counts, inside = letter.counts(), sum(one.internal for one in letter.sentences)
    still = (counts["check"], counts["bad"], counts["none"], len(letter.fields))
    told = (
        say("dr.export.d", *still, tag="p", class_="pre")
        if any(still)
        else say("dr.export.ok", tag="p", class_="pre ok")
    )
    more = say("dr.export.in", inside, tag="p", class_="pre") if inside else None
    shut = "dr.e.unready" if keeps_back(letter) else "dr.e.unsigned" if letter.ai_note else ""
    files = [_file(one, shut=bool(shut) and one.endswith("send")) for one in ("review", "send", "md", "mdsend")]
    why = say(shut, tag="p", class_="pre", id="dr-shut") if shut else None
    return el(
        "details",
        el("summary", icon("export"), say("dr.export"), class_="btn pri sm"),
        el("div", told, more, why, *files, say("dr.x.fmt", tag="p", class_="fmt"), *_sign(desk, letter), class_="pop"),
        class_="drop-down",
    )


def _file(kind: str, *, shut: bool) -> Markup:
    """A file to export; one for sending is shut until the letter may leave."""
    told = {"disabled": True, "aria_describedby": "dr-shut"} if shut else {}
    return el("button", say(f"dr.x.{kind}"), type="button", class_="row", data_ev="export", data_format=kind, **told)


def _sign(desk: Desk, letter: Letter) -> list[Markup]:
    if desk.signed and not letter.ai_note:
        return [say("dr.signed.by", *desk.signed, tag="p", class_="fmt")]
    if not desk.editable or not letter.ai_note:
        return []
    return [act("dr.sign", "sign", kind="row"), say("dr.sign.d", tag="p", class_="fmt in")]


def notices(desk: Desk) -> Markup | None:
    """What a person must know before going on: somebody else is at it, or something went wrong or was done."""
    copy = act("dr.copy", "copy")
    if desk.conflict:
        line = el("p", say("dr.conflict", desk.conflict), act("dr.reload", "reload"), copy, class_="err", role="alert")
    elif desk.holder:
        line = el("p", say("dr.held", desk.holder), act("dr.take", "take"), copy, class_="held", role="status")
    else:
        line = None
    told = el("p", desk.told, class_="told", role="status") if desk.told else None
    shown = [one for one in (line, fault(desk.wrong), told) if one is not None]
    return el("div", *shown, class_="notices") if shown else None


# The letter


def sheet(desk: Desk, letter: Letter) -> Markup:
    """The letter, 28 characters a line; each sentence can be edited where it stands."""
    note = el("p", el("span", letter.ai_note), class_="ainote") if letter.ai_note else None
    body = [_paragraph(n, one, editable=desk.editable) for n, one in enumerate(letter.paragraphs)]
    hint = say("dr.hint", tag="p", class_="tip") if desk.editable else None
    page = el("section", note, *body, class_="sheet", lang="zh-Hans", data_r=desk.revision)
    return el("div", hint, page, class_="desk")


def _paragraph(n: int, paragraph: Paragraph, *, editable: bool) -> Markup:
    words = [_sentence(s, editable=editable) for s in paragraph.sentences]
    marks = el("span", class_="mg l") + el("span", class_="mg r")
    return el("p", marks, *words, class_=_CLASSES[paragraph.style], data_p=n)


def _sentence(sentence: Sentence, *, editable: bool) -> Markup:
    edit = {"contenteditable": "plaintext-only", "spellcheck": "false", "role": "textbox"} if editable else {}
    lead = el("span", sentence.lead, class_="lead") if sentence.lead else Markup("")
    return lead + el("span", sentence.text, class_="s", id=f"s{sentence.id}", data_s=sentence.id, tabindex="0", **edit)


def marks(desk: Desk, letter: Letter) -> str:
    """What the check says of each sentence, for the script: classes and margins change, words and caret stay."""
    numbers = {(c.quote.document, c.quote.start, c.quote.end): n for n, c in enumerate(letter.cites, start=1)}
    sentences = {s.id: {"v": s.standing, "k": _kind(s), "t": s.text, "in": s.internal} for s in letter.sentences}
    paragraphs = [
        {"v": p.verdict, "c": _chips(p, numbers), "n": len(p.notes), "in": _inside(p)} for p in letter.paragraphs
    ]
    told = {"selected": desk.selected, "revision": desk.revision, "sentences": sentences, "paragraphs": paragraphs}
    return json.dumps(told, ensure_ascii=False)


def _inside(paragraph: Paragraph) -> bool:
    return any(one.internal for one in paragraph.sentences)


def _kind(sentence: Sentence) -> str:
    return "filled" if sentence.kind == "field" and not sentence.unfilled else sentence.kind


def _chips(paragraph: Paragraph, numbers: dict[tuple[str, int, int], int]) -> list[dict[str, Any]]:
    """The quotes of a paragraph, each once, with what opens its place."""
    chips = {}
    for cite in (c for s in paragraph.sentences for c in s.cites):
        quote = cite.quote
        n = numbers[quote.document, quote.start, quote.end]
        chips[n] = {
            "n": n,
            "doc": quote.document,
            "v": cite.version,
            "s": quote.start,
            "e": quote.end,
            "t": cite.metadata.title,
        }
    return list(chips.values())
