"""How drafting begins: the list of drafts with a box for a new suggestion, its requests, and the work in progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from markupsafe import Markup

from assistant.draft import Request, Step, Suggestion, deadlines
from assistant.draft.suggestion import MAX_LENGTH, DraftError
from assistant.records import Draft
from assistant.web.html import el, icon, labelled, placeholder, say
from assistant.web.pages.drafting.desk import Clerk, Desk, now, today

FILES = ".txt,.md,.docx,.doc,.wps,.rtf,.pdf"
_FIELDS = ("title", "number", "session", "date")


def act(key: str, event: str, data: Mapping[str, object] | None = None, *, kind: str = "btn sm") -> Markup:
    """A button that sends an event with its data."""
    named = {f"data_{name}": value for name, value in (data or {}).items()}
    return el("button", say(key), type="button", class_=kind, data_ev=event, **named)


def moment(when: datetime) -> str:
    """A time as people of this office write it: today's hour, else the day."""
    local = when.astimezone()
    return local.strftime("%H:%M" if local.date() == now().date() else "%Y-%m-%d %H:%M")


def fault(line: Markup | None) -> Markup | None:
    """Something that went wrong, where it did."""
    return el("p", line, class_="err", role="alert") if line else None


# The list


def start_page(clerk: Clerk, drafts: Sequence[Draft], *, wrong: Markup | None = None) -> Markup:
    """A box for a new suggestion, and the drafts there are."""
    rows = [_draft(clerk, draft, Desk().filled(draft.body)) for draft in drafts]
    listed = el("ul", *rows, class_="drafts") if rows else say("dr.nodrafts", tag="p", class_="nothing")
    return el("div", _new(wrong), say("dr.drafts", tag="h2"), listed, class_="startpage")


def _new(wrong: Markup | None) -> Markup:
    words = {**labelled("dr.paste"), **placeholder("dr.paste.ph")}
    box = el("textarea", name="text", id="dr-text", rows="10", maxlength=MAX_LENGTH, data_keep=True, **words)
    file = el("input", type="file", id="dr-file", accept=FILES, class_="sr", data_upload="upload")
    upload = el("label", icon("plus"), say("dr.upload"), class_="btn", for_="dr-file")
    acts = el("div", act("dr.split", "read", kind="btn pri"), file, upload, class_="doing")
    told = say("dr.reading", "", tag="p", class_="meta reading", role="status", hidden=True)
    # The line is always there: were it put in between, the page would make the box anew and lose what was pasted.
    fails = el("p", wrong, class_="err", role="alert", hidden=wrong is None)
    return el("form", say("dr.new", tag="h2"), fails, box, acts, told, class_="newdraft")


def _draft(clerk: Clerk, draft: Draft, desk: Desk) -> Markup:
    held = say("dr.editing", clerk.other(draft)) if clerk.other(draft) else None
    told = el("small", _state(desk), "　", say("dr.by", clerk.called(draft.owner), moment(draft.changed)), "　", held)
    title = el("span", desk.title, class_="name", lang="zh-Hans")
    row = el("button", title, told, _left(desk), type="button", class_="one", data_ev="open", data_id=draft.id)
    sure = el(
        "details",
        el("summary", icon("close"), class_="ib", **labelled("dr.discard")),
        el(
            "div",
            say("dr.discard.sure", tag="p"),
            act("dr.discard.do", "discard", {"id": draft.id}, kind="btn sm danger"),
            class_="pop",
        ),
        class_="drop-down",
    )
    return el("li", row, sure)


def _state(desk: Desk) -> Markup:
    if desk.letter is None:
        return say("dr.st.split")
    if desk.signed:
        return say("dr.st.signed")
    still = sum(one.open or one.unfilled for one in desk.letter.sentences)
    return say("dr.st.open", still) if still else say("dr.st.done")


def _left(desk: Desk) -> Markup | None:
    """The limit that counts, with the days left."""
    if not desk.assigned or desk.signed:
        return None
    return days_left(desk.assigned, desk.months, today())


def days_left(assigned: str, months: int, today: date) -> Markup | None:
    """A limit and the days left until it, or over it; none where the day of assignment can't be read."""
    try:
        limit = next(one for one in deadlines(assigned, today) if one.months == months)
    except (DraftError, StopIteration):
        return None
    key = "dr.left" if limit.left > 0 else "dr.over" if limit.left else "dr.today"
    kind = "late" if limit.left < 0 else "soon" if limit.left <= 14 else ""
    return say(key, limit.day.isoformat(), abs(limit.left), class_=f"due {kind}".strip())


# The requests


def split_page(desk: Desk, suggestion: Suggestion, notice: Markup | None) -> Markup:
    """What the suggestion says of itself, and its requests, each of which can be changed."""
    aside = dict(desk.aside)
    rows = [_request(n, one, aside.get(one.id, ""), desk) for n, one in enumerate(suggestion.requests, start=1)]
    again = desk.letter is not None
    acts = [
        act("dr.go.again" if again else "dr.go", "draft", kind="btn pri") if desk.editable else None,
        act("dr.toletter", "toletter", kind="btn") if again else None,
        act("dr.back", "list", kind="btn quiet"),
    ]
    over = say("dr.go.over", tag="p", class_="meta") if again else None
    return el(
        "div",
        notice,
        el("section", say("dr.about", tag="h2"), _about(desk, suggestion), _original(suggestion)),
        say("dr.requests", tag="h2"),
        say("dr.requests.n", len(suggestion.requests), tag="p", class_="meta"),
        el("ol", *rows, class_="split"),
        el("p", _undone(desk), role="status", class_="undo"),
        _further() if desk.editable else None,
        say("dr.go.d", tag="p", class_="meta"),
        over,
        el("div", *acts, class_="doing"),
        class_="startpage",
    )


def _about(desk: Desk, suggestion: Suggestion) -> Markup:
    values = {name: str(getattr(suggestion, name)) for name in _FIELDS}
    rows = [_field(f"dr.ab.{name}", name, value, desk) for name, value in values.items()]
    names = _field("dr.ab.names", "representatives", "、".join(suggestion.representatives), desk)
    return el("div", rows[0], names, *rows[1:], class_="about")


def _field(key: str, name: str, value: str, desk: Desk) -> Markup:
    field = el(
        "input", value=value, maxlength="200", data_change="about", data_field=name, disabled=not desk.editable,
        lang="zh-Hans",
    )  # fmt: skip
    return el("label", say(key), field, class_=f"f-{name}")


def _original(suggestion: Suggestion) -> Markup:
    return el(
        "details",
        say("dr.original", tag="summary"),
        el("div", suggestion.text, class_="raw-text", lang="zh-Hans"),
        class_="original",
    )


def _undone(desk: Desk) -> Markup | None:
    """Which request was taken out last, and the way back."""
    if desk.undo is None or not desk.editable:
        return None
    here = {one.id for one in desk.asked().requests}
    gone = next((one.title for one in desk.undo[0].requests if one.id not in here), "")
    return el("span", say("dr.removed", gone), " ", act("dr.undo", "undo"))


def _further() -> Markup:
    """A request that the splitting did not find, written by hand."""
    words = {**labelled("dr.add.ph"), **placeholder("dr.add.ph")}
    area = el("textarea", name="text", rows="2", maxlength="2000", **words)
    return el("form", area, act("dr.add", "add", kind="btn"), class_="further")


def _request(place: int, one: Request, office: str, desk: Desk) -> Markup:
    here = {"data_id": one.id, "disabled": not desk.editable}
    title = el(
        "input",
        value=one.title,
        maxlength="60",
        class_="rt",
        data_change="rename",
        **here,
        **labelled("dr.title", place),
    )
    text = el(
        "textarea",
        one.text,
        rows=str(min(12, 2 + len(one.text) // 44 + one.text.count("\n"))),
        data_change="reword",
        **here,
        **labelled("dr.text", place),
    )
    to = el("input", value=office, maxlength="40", data_change="assign", **here, **placeholder("dr.office.ph"))
    acts = [
        act("dr.up", "up", {"id": one.id}, kind="btn quiet sm") if place > 1 else None,
        act("dr.down", "down", {"id": one.id}, kind="btn quiet sm") if place < len(desk.asked().requests) else None,
        act("dr.merge", "merge", {"id": one.id}, kind="btn quiet sm") if place > 1 else None,
        act("dr.cut", "cut", {"id": one.id}, kind="btn quiet sm"),
        act("dr.remove", "remove", {"id": one.id}, kind="btn quiet sm"),
    ]
    grip = el("span", str(place), class_="grip", draggable="true" if desk.editable else None, aria_hidden="true")
    tools = el("div", *acts, class_="tools") if desk.editable else None
    return el("li", grip, title, text, el("label", say("dr.office"), to, class_="to"), tools, data_id=one.id)


# At work


def working_page(titles: Sequence[str], step: Step) -> Markup:
    """How far the drafting is, request by request, and how to stop it."""
    rows = [_working(title, n, step) for n, title in enumerate(titles)]
    if not step.title and not step.done:
        now_at = say("dr.waiting")
    elif step.done == step.total:
        now_at = say("dr.composing")
    else:
        now_at = say("dr.working", step.done + 1, step.total, step.title)
    bar = el("progress", max=step.total + 1, value=step.done, **labelled("dr.waiting"))
    return el(
        "div",
        el("p", now_at, role="status", class_="now"),
        bar,
        el("ol", *rows, class_="stages"),
        say("dr.working.d", tag="p", class_="meta"),
        act("dr.stop", "stop", kind="btn"),
        class_="startpage working",
    )


def _working(title: str, place: int, step: Step) -> Markup:
    state = "done" if place < step.done else "now" if place == step.done and step.title else "left"
    dot = el("i", class_={"done": "dot", "now": "dot half", "left": "dot tpl"}[state])
    return el("li", dot, el("span", title, lang="zh-Hans"), say(f"dr.p.{state}", tag="small"), class_=state)
