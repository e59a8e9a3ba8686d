"""What stands around the thread: masthead, list of conversations, first page, composer, the head of the right pane."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from assistant.locale import DEFAULT, languages, message
from assistant.records import Conversation, Person, Role
from assistant.web.chat import scope
from assistant.web.chat.render import suggestion
from assistant.web.html import el, icon, labelled, language, placeholder, say
from corpus import limits

LISTED = 50  # conversations that stand beside the chat until all are asked for

Link = tuple[str, str, Role]


def masthead(
    documents: int, as_of: str, person: Person | None = None, pages: Sequence[Link] = (), here: str = "/"
) -> Markup:
    """Name, what the documents are and until when, text size, language, theme; who is signed in and their pages.

    ``pages`` are links as (message key, address, least role); a person sees those that are theirs. ``here`` is the
    address of the page that it stands on.
    """
    skip = el("a", say("skip"), class_="skip", href="#ask") if here == "/" else None
    home = "#ask" if here == "/" else "/"
    brand = el("a", message("brand"), el("small", say("brand.sub")), class_="brand", href=home, lang="zh-Hans")
    known = el("span", say("asof", documents, as_of, class_="asof wide"), class_="room", hidden=not documents)
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
    links = _links(person, pages, here) if person else None
    more = el("button", icon("more"), type="button", class_="ib", id="mmore", aria_expanded="false", **labelled("more"))
    return el(
        "header",
        skip,
        _conversations_button() if here == "/" else None,
        el("h1", brand),
        links,
        el("span", class_="sp"),
        known,
        el(
            "div",
            *(_pref(*pair) for pair in (("size", _sizes()), ("lang", _languages()), ("theme", _theme()))),
            _who(person) if person else None,
            class_="prefs",
            id="prefs",
        ),
        evidence,
        el("span", more, class_="rel narrow"),
        class_="mast",
    )


def _links(person: Person, pages: Sequence[Link], current: str) -> Markup | None:
    """The pages beside this one, as far as the person may open them."""
    mine = [(key, address) for key, address, role in pages if person.has(role)]
    if not mine:
        return None
    links = [
        say(key, tag="a", href=address, aria_current="page" if address == current else None)
        for key, address in (("nav.ask", "/"), *mine)
    ]
    return el("nav", *links, class_="pages", **labelled("nav"))


def _who(person: Person) -> Markup:
    """Who is signed in, as what, and the way out; without sign-in that there is none."""
    if person.local:
        return el("div", say("solo.tag", class_="tag", **labelled("solo", attribute="title")), class_="who")
    out = el("button", icon("out"), say("out"), type="submit", class_="btn quiet sm")
    leave = el("form", out, method="post", action="/logout", class_="native")
    name = (el("b", person.display or person.name), say(f"role.{person.role}", tag="small"))
    own = el("a", *name, href="/password", class_="me", **labelled("pw.h", attribute="title"))
    return el("div", own, say("pw.h", tag="a", href="/password", class_="lnk pw"), leave, class_="who")


def side(
    conversations: Sequence[Conversation],
    current: str,
    person: Person,
    waiting: Collection[str] = (),
    now: datetime | None = None,
    *,
    every: bool = True,
    given: Sequence[tuple[str, str]] = (),
) -> Markup:
    """A person's conversations, the latest first, the open one marked; in ``waiting`` staff have yet to answer.

    Unless ``every`` one is wanted, the latest stand there: the list is sent again with each question. ``given`` are the
    files in the open one, by id with their titles, which the script shows above the question box.
    """
    more = not every and len(conversations) > LISTED
    conversations = conversations[:LISTED] if more else conversations
    new = el("button", icon("plus"), say("conv.new"), type="button", class_="btn new", data_do="new")
    listed = Markup("").join(_days(conversations, current, waiting, now or datetime.now().astimezone()))
    find = _find() if conversations else None
    seen = [say("solo")] if person.local else [] if person.is_staff else [say("conv.public")]
    return el(
        "nav",
        el("div", new, find, class_="top"),
        listed or say("conv.none", tag="p", class_="none"),
        el("button", say("conv.more"), type="button", class_="btn quiet more", data_do="more") if more else None,
        el("p", *seen, say("conv.scope"), class_="scope"),
        class_="col side",
        data_open=current,
        data_waiting="1" if waiting else None,
        data_given=json.dumps(given, ensure_ascii=False) if given else None,
        data_staff="1" if person.is_staff else None,
        **labelled("conv"),
    )


def _days(
    conversations: Sequence[Conversation], current: str, waiting: Collection[str], now: datetime
) -> Iterator[Markup]:
    """The list under 置顶, 今天 and 更早."""

    def under(one: Conversation) -> str:
        today = one.changed.astimezone().date() == now.date()
        return "conv.pinned" if one.pinned else "conv.today" if today else "conv.older"

    for key, group in groupby(conversations, key=under):
        yield say(key, tag="h2")
        yield el(
            "ul",
            *(_conversation(one, _when(one, now), current=one.id == current, waits=one.id in waiting) for one in group),
        )


def _when(told: Conversation, now: datetime) -> str:
    """The time of today, else the day."""
    local = told.changed.astimezone()
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d}" if local.year == now.year else f"{local:%Y-%m-%d}"


def _find() -> Markup:
    field = el("input", type="search", id="find", **labelled("conv.find"), **placeholder("conv.find"))
    return el("div", icon("find"), field, class_="find")


def first_page(suggestions: Sequence[tuple[str, str]], news: Sequence[Conversation] = ()) -> Markup:
    """What this is, in one sentence, and questions that the documents here answer, each with where it comes from.

    ``news`` are the person's conversations in which staff answered something that was not read yet.
    """
    questions = (suggestion(question, title) for question, title in suggestions)
    asked = say("empty.from", tag="p", class_="lab") + el("ul", *questions) if suggestions else None
    told = el("ul", *(_news(one) for one in news), class_="news", **labelled("human.new")) if news else None
    return el("section", told, say("empty.h", tag="h2"), say("empty.p", tag="p"), asked, class_="empty")


def given_page(titles: Sequence[str]) -> Markup:
    """What stands in a conversation that holds files and no question yet."""
    files = (el("li", icon("book"), title, lang="zh-Hans") for title in titles)
    return el(
        "section", say("gv.h", tag="h2"), say("gv.p", tag="p"), el("ul", *files, class_="givens"), class_="empty given"
    )


def _news(told: Conversation) -> Markup:
    """That staff answered in a conversation, as a way there."""
    title = el("b", told.title, lang=language(told.title))
    opening = {"data_do": "open", "data_id": told.id}
    return el("li", el("button", icon("staff"), el("span", say("human.new"), title), type="button", **opening))


def composer() -> Markup:
    """The question box: Enter sends, Shift+Enter breaks the line; the button stops while an answer is made."""
    placed = {**labelled("ask.ph", attribute="placeholder")}
    box = el("textarea", id="ask", rows="1", maxlength=limits.QUESTION + 1, aria_describedby="keys", **placed)
    go, halt = el("span", say("ask.send"), class_="go"), el("span", icon("stop"), say("ask.stop"), class_="halt")
    send = el("button", go, halt, type="submit", class_="btn pri", id="send")
    label = el("label", say("ask.label"), class_="sr", for_="ask")
    every = el("button", say("key.h"), type="button", class_="lnk", id="keys-list")
    keys = el("span", say("ask.keys", id="keys"), every, class_="keys")
    hint = el("p", keys, el("span", id="model", class_="model"), class_="hint")
    error = el("p", class_="err", id="err", role="alert", hidden=True)
    heard = el("p", class_="sr", id="heard", role="status")
    return el(
        "form",
        el("div", error, scope.bar(), el("div", label, box, send, class_="box"), hint, heard, class_="inner"),
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
    return el("div", class_="grab", aria_hidden="true") + cards + source + _reading_tools()


def _reading_tools() -> Markup:
    """What helps to read an open document: its outline, finding words in it, all of the window for it, paper."""
    outline = el("div", id="rtoc", class_="rtoc")
    field = el(
        "input", type="search", id="rfind", maxlength=limits.TITLE, **labelled("src.find"), **placeholder("src.find")
    )
    before = el("button", icon("back"), type="button", class_="ib", id="rprev", **labelled("src.find.prev"))
    after = el("button", icon("next"), type="button", class_="ib", id="rnext", **labelled("src.find.next"))
    moves = el(
        "span", el("span", id="rat", aria_live="polite"), before, after, class_="moves", id="rmoves", hidden=True
    )
    find = el("div", icon("find"), field, moves, class_="find", role="search")
    wide = {**labelled("src.wide"), "aria_pressed": "false"}
    fill = el("button", icon("wide"), type="button", class_="ib", id="rwide", **wide)
    paper = el("button", icon("print"), type="button", class_="ib", id="rprint", **labelled("src.print"))
    back = el("button", icon("back"), say("src.pg.prev"), type="button", class_="btn sm", id="pgprev")
    on = el("button", say("src.pg.next"), icon("next"), type="button", class_="btn sm pri", id="pgnext")
    pager = el("div", back, el("span", id="pgat", aria_live="polite"), on, class_="pager", id="pager")
    return el("div", outline, find, fill, paper, class_="tools", id="ph2", hidden=True) + pager


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
    buttons = (
        el(
            "button",
            message("language", language=code),
            type="button",
            data_lang=code,
            lang=code,
            aria_pressed=str(code == DEFAULT).lower(),
        )
        for code in languages()
    )
    return el("div", *buttons, class_="seg", role="group", **labelled("lang"))


def _theme() -> Markup:
    return el("button", icon("theme"), type="button", class_="ib theme", **labelled("theme"))


@lru_cache(maxsize=2_048)  # the list is sent with every view; 4 kB each, and one more with every question
def _conversation(told: Conversation, when: str, *, current: bool, waits: bool) -> Markup:
    title = el("span", told.title, class_="ct", lang=language(told.title))
    asked = told.last if told.last != told.title else ""
    link = el(
        "button",
        title,
        el("span", asked, class_="cl", lang=language(asked)) if asked else None,
        _standing(told, when, waits=waits),
        type="button",
        class_="conv",
        data_do="open",
        data_id=told.id,
        aria_current="true" if current else None,
    )
    more = {"data_do": "manage", "aria_expanded": "false", **labelled("conv.manage", told.title)}
    manage = el("button", icon("more"), type="button", class_="ib act", **more)
    return el("li", link, manage, _managing(told), class_="entry unread" if told.unread else "entry")


def _managing(told: Conversation) -> Markup:
    """What can be done with a conversation; its title is edited in place."""
    here = {"type": "button", "class_": "btn quiet sm", "data_id": told.id}
    pin = el(
        "button",
        say("conv.unpin" if told.pinned else "conv.pin"),
        data_do="pin",
        data_on="" if told.pinned else "1",
        **here,
    )
    rename = el("button", say("conv.rename"), data_do="rename", **here)
    remove = el("button", say("conv.do"), data_do="delete", **here)
    field = el("input", value=told.title, maxlength=limits.TITLE, name="title", **labelled("conv.title"))
    save = el("button", say("conv.save"), type="submit", class_="btn sm")
    form = el("form", field, save, class_="renf", data_id=told.id, hidden=True)
    return el("div", el("p", pin, rename, remove), form, class_="manage", hidden=True)


def _standing(told: Conversation, when: str, *, waits: bool) -> Markup:
    """Under the title: that staff answered, that they are yet to, or how many questions there are; and when."""
    if told.unread:
        return el("span", el("i", class_="dot full"), say("conv.human"), class_="cs")
    if waits:
        return el("span", el("i", class_="dot half"), say("conv.wait"), class_="cs")
    count = say("conv.n1") if told.turns == 1 else say("conv.n", told.turns)
    return el("span", when, " · ", count, class_="cs")
