"""What stands around the thread: masthead, list of conversations, first page, composer, the head of the right pane."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from assistant.web.html import el, icon, labelled, language, say
from assistant.web.thread import Conversation, Session

MAX_QUESTION = 1_000  # characters; a longer text is several questions


def masthead(documents: int, as_of: str) -> Markup:
    """Name, what the documents are and until when, text size, language, theme."""
    skip = el("a", say("skip"), class_="skip", href="#ask")
    brand = el("a", "答复", el("small", say("brand.sub")), class_="brand", href="#ask", lang="zh-Hans")
    known = say("asof", documents, as_of, class_="asof wide") if documents else None
    evidence = el(
        "button",
        icon("book"),
        say("ev"),
        el("span", "0", class_="count"),
        type="button",
        class_="btn sm phone",
        id="mev",
        hidden=True,
    )
    more = el("button", icon("more"), type="button", class_="ib", id="mmore", aria_expanded="false", **labelled("more"))
    return el(
        "header",
        skip,
        _conversations_button(),
        el("h1", brand),
        el("span", class_="sp"),
        known,
        el(
            "div",
            *(_pref(*pair) for pair in (("size", _sizes()), ("lang", _languages()), ("theme", _theme()))),
            class_="prefs",
            id="prefs",
        ),
        evidence,
        el("span", more, class_="rel narrow"),
        class_="mast",
    )


def side(session: Session) -> Markup:
    """The conversations of this visit, newest first, the open one marked."""
    new = el("button", icon("plus"), say("conv.new"), type="button", class_="btn new", data_do="new")
    listed = list(enumerate(session.conversations))[::-1]
    items = (_conversation(number, told, current=number == session.open) for number, told in listed)
    shown = el("ul", *items) if listed else say("conv.none", tag="p", class_="none")
    return el(
        "nav",
        el("div", new, class_="top"),
        say("conv.here", tag="h2"),
        shown,
        say("conv.local", tag="p", class_="scope"),
        class_="col side",
        **labelled("conv"),
    )


def first_page(suggestions: Sequence[tuple[str, str]]) -> Markup:
    """What this is, in one sentence, and questions that the documents here answer, each with where it comes from."""
    questions = (_suggestion(question, title) for question, title in suggestions)
    asked = say("empty.from", tag="p", class_="lab") + el("ul", *questions) if suggestions else None
    return el("section", say("empty.h", tag="h2"), say("empty.p", tag="p"), asked, class_="empty")


def composer() -> Markup:
    """The question box: Enter sends, Shift+Enter breaks the line; the button stops while an answer is made."""
    placed = {**labelled("ask.ph", attribute="placeholder")}
    box = el("textarea", id="ask", rows="1", maxlength=MAX_QUESTION + 1, aria_describedby="keys", **placed)
    go, halt = el("span", say("ask.send"), class_="go"), el("span", icon("stop"), say("ask.stop"), class_="halt")
    send = el("button", go, halt, type="submit", class_="btn pri", id="send")
    label = el("label", say("ask.label"), class_="sr", for_="ask")
    hint = el("p", say("ask.keys", class_="keys", id="keys"), el("span", id="model", class_="model"), class_="hint")
    error = el("p", class_="err", id="err", role="alert", hidden=True)
    heard = el("p", class_="sr", id="heard", role="status")
    return el(
        "form",
        el("div", error, el("div", label, box, send, class_="box"), hint, heard, class_="inner"),
        class_="composer",
        id="composer",
    )


def pane_head() -> Markup:
    """The head of the right pane, once for the cards and once for an open document."""
    close = el("button", icon("close"), type="button", class_="ib evx phone", **labelled("close"))
    cards = el("div", say("ev", tag="h2", tabindex="-1"), el("span", class_="sp"), close, class_="pane-h", id="ph0")
    back = el("button", icon("back"), say("ev.back"), type="button", class_="btn quiet sm", id="evback")
    before = el("button", icon("back"), type="button", class_="ib", id="qprev", **labelled("ev.prev"))
    after = el("button", icon("next"), type="button", class_="ib", id="qnext", **labelled("ev.nextq"))
    steps = el("span", before, el("span", id="qat", aria_live="polite"), after, class_="stepper", id="stepper")
    source = el("div", back, el("span", class_="sp"), steps, close, class_="pane-h", id="ph1", hidden=True)
    return el("div", class_="grab", aria_hidden="true") + cards + source


def no_evidence() -> Markup:
    """What the right pane says before the first question."""
    return say("ev.none", tag="p", class_="evnone")


def _conversations_button() -> Markup:
    return el(
        "button", icon("menu"), type="button", class_="ib narrow", id="mside", aria_expanded="false", **labelled("conv")
    )


def _pref(key: str, control: Markup) -> Markup:
    return el("div", say(key, class_="lab"), control, class_="pref")


def _sizes() -> Markup:
    small = el("button", say("size.n"), type="button", data_size="std", aria_pressed="true")
    large = el("button", say("size.l"), type="button", data_size="large", aria_pressed="false", class_="big")
    return el("div", small, large, class_="seg", role="group", **labelled("size"))


def _languages() -> Markup:
    names = (("zh-Hans", "简"), ("zh-Hant", "繁"), ("en", "EN"))
    buttons = (
        el("button", name, type="button", data_lang=code, lang=code, aria_pressed=str(code == "zh-Hans").lower())
        for code, name in names
    )
    return el("div", *buttons, class_="seg", role="group", **labelled("lang"))


def _theme() -> Markup:
    return el("button", icon("theme"), type="button", class_="ib theme", **labelled("theme"))


def _conversation(number: int, told: Conversation, *, current: bool) -> Markup:
    question = told.exchanges[0].question
    count = len(told.exchanges)
    title = el("span", question, class_="ct", lang=language(question))
    counted = say("conv.n1", class_="cs") if count == 1 else say("conv.n", count, class_="cs")
    link = el(
        "button",
        title,
        counted,
        type="button",
        class_="conv",
        data_do="open",
        data_number=number,
        aria_current="true" if current else None,
    )
    return el("li", link)


def _suggestion(question: str, title: str) -> Markup:
    words = el("span", question, lang=language(question))
    return el(
        "li", el("button", words, el("small", title, lang="zh-Hans"), type="button", class_="sg", data_ask=question)
    )
