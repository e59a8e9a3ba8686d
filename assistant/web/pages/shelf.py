"""How 资料 looks: the list with its filter, one document with what staff can do about it, and the place for uploads."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any, Literal

from markupsafe import Markup

from assistant.locale import is_message
from assistant.web.html import el, labelled, placeholder, say, say_or
from assistant.web.source import source_view
from corpus.document import Document, Metadata
from corpus.normalise import fold
from corpus.parse import SUFFIXES
from corpus.validity import force
from index.catalog import Decisions, Entry, Failure, Version
from index.schema import version_of
from index.uploads import LARGEST_MB, Held
from index.watch import SyncState

FIELDS = (  # in reading order
    "title",
    "kind",
    "doc_no",
    "issuer",
    "issued",
    "effective",
    "expires",
    "status",
    "as_of",
    "supersedes",
    "superseded_by",
    "source",
)
ASKED = ("title", "kind", "doc_no", "issuer", "issued")  # of a file before it is searched
_WIDE = {"title", "source", "supersedes"}
_KINDS = ("reply", "document", "notice", "policy", "plan", "report", "law", "brief")  # a staff answer is made elsewhere
_STATES = ("live", "withdrawn", "duplicate", "edited", "partial", "not_yet", "expired", "superseded")


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A document in the list."""

    entry: Entry
    metadata: Metadata
    chunks: int
    marks: frozenset[str]

    def meets(self, wanted: Mapping[str, str]) -> bool:
        """Whether it is among those that a filter asks for."""
        words = fold(f"{self.metadata.title} {self.metadata.doc_no} {self.entry.path}")
        return (
            all(word in words for word in fold(wanted.get("text", "")).split())
            and wanted.get("kind", "") in {"", self.metadata.kind}
            and wanted.get("access", "") in {"", self.entry.tier}
            and (not wanted.get("state") or wanted["state"] in self.marks)
        )


def marks(entry: Entry, metadata: Metadata, *, kept: Collection[str], on: str) -> frozenset[str]:
    """The words by which a document can be filtered; ``kept`` are those that the catalog keeps of it."""
    found = {"withdrawn" if entry.withdrawn else "live", force(metadata, on)}
    if entry.replaced_by:
        found = (found - {"in_force"}) | {"superseded"}
    return frozenset(found).union(kept)


def latest_first(rows: Iterable[ShelfRow]) -> list[ShelfRow]:
    """What was taken in last stands first: it is what one looks for after an upload."""
    return sorted(rows, key=lambda row: row.entry.synced, reverse=True)


def upload_box() -> Markup:
    """Where files are dropped or chosen, with the words that the script needs."""
    accept = ",".join(sorted(SUFFIXES))
    chosen = el("input", type="file", multiple=True, accept=accept, class_="sr", id="dc-files")
    label = el("label", say("dc.choose"), chosen, class_="btn", for_="dc-files")
    types = say("dc.types", " ".join(sorted(suffix[1:] for suffix in SUFFIXES)), LARGEST_MB, tag="p", class_="meta")
    words = {name: say(f"dc.{name}") for name in ("waiting", "checking", "broken", "indexing")}
    words["size"] = say("file.size", LARGEST_MB)
    return el(
        "div",
        el("div", el("p", say("dc.drop"), label), types, class_="drop"),
        el("ul", class_="sent", aria_live="polite"),
        *(el("template", text, data_t=name) for name, text in words.items()),
        class_="dtop",
    )


def filters(kinds: Iterable[str]) -> Markup:
    """What is looked for in the list; each change is an event."""
    text = el("input", type="text", name="text", autocomplete="off", **labelled("dc.find"), **placeholder("dc.find"))
    return el(
        "form",
        el("div", text, class_="wide"),
        _select("kind", "dc.kind", map(kind_name, kinds)),
        _select("state", "dc.state", (say(f"dc.{one}", tag="option", value=one) for one in _STATES)),
        _select("access", "dc.access", (say(f"dc.{one}", tag="option", value=one) for one in ("public", "internal"))),
        class_="dfilter",
        data_live="filter",
    )


def kind_name(kind: str, *, selected: bool = False) -> Markup:
    """A kind as an option."""
    return say_or(kind, f"kind.{kind}", tag="option", value=kind, selected=selected)


def state_line(state: SyncState, synced: str) -> Markup:
    """What the sync is doing or did."""
    if state.running:
        key = f"dc.{state.doing}" if state.doing in {"documents", "embedding"} else "dc.running"
        told = say(key, state.done, state.total)
    elif state.error:
        told = el("span", state.error, class_="st warn")
    elif state.report is not None:
        report = state.report
        told = say("dc.report", report.added, report.changed, report.removed, len(report.failed))
    else:
        told = say("dc.idle", moment(synced)) if synced else say("dc.never")
    button = el("button", say("dc.sync"), type="button", class_="btn sm", data_ev="sync", disabled=state.running)
    return el("p", told, button, class_="dstate", role="status")


def listing(
    rows: Sequence[ShelfRow], total: int, most: int, opened: str, notices: Iterable[Markup | None] = ()
) -> Markup:
    """What is to be looked at, then the documents."""
    left = len(rows) - most
    more = (
        el("button", say("dc.more", min(left, 100)), type="button", class_="btn", data_ev="more") if left > 0 else None
    )
    return el(
        "div",
        *notices,
        say("dc.count", total, len(rows), tag="p", class_="meta"),
        el("ol", *(_row(row, current=row.entry.id == opened) for row in rows[:most]))
        if rows
        else say("dc.none", tag="p", class_="meta"),
        more,
        class_="dlist",
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """An upload that waits for what is to be said of it: the fields as they stand, and who is to see it.

    ``replacing`` is whether it is the new version of the document whose name it has.
    """

    held: Held
    fields: Mapping[str, str]
    access: str = "internal"
    wrong: str = ""
    replacing: bool = False


def reply(token: str, state: Literal["ask", "yes", "no"], told: Markup, name: str = "") -> Markup:
    """What becomes of an upload, from which the script makes its line; the moment makes each reply another one."""
    at = time.monotonic_ns()
    return el("i", class_="reply", data_token=token, data_ok=state, data_name=name, data_at=at, data_told=str(told))


def refused(key: str, *values: object, token: str = "") -> Markup:
    """That an upload is not taken, and why."""
    return reply(token, "no", say(key, *values) if is_message(key) else el("span", key))


def taken(token: str, access: str, chunks: int, *, replaces: bool) -> Markup:
    """That an upload is searched from now on, for whom, and how much of it."""
    told = say("dc.replaced" if replaces else "dc.taken")
    return reply(token, "yes", el("span", told, "，", say(f"dc.{access}"), "，", say("dc.chunks", chunks)))


def asking(one: Asking) -> Markup:
    """What is asked of an upload before anybody finds it, filled with what its text says."""
    token = one.held.token
    inputs = (_asked(name, one) for name in ASKED)
    tiers = (
        el(
            "label",
            el("input", type="radio", name="access", value=tier, checked=tier == one.access),
            el("span", say(f"dc.{tier}"), "（", say(f"dc.{tier}.d"), "）"),
        )
        for tier in ("internal", "public")
    )
    form = el(
        "form",
        say("dc.ask", tag="p", class_="meta"),
        _line("wrong", one.wrong),
        _clash(one),
        el("div", *inputs, class_="dform"),
        el("fieldset", say("dc.access", tag="legend"), *tiers, class_="tiers"),
        el(
            "p",
            el("button", say("dc.take"), type="button", class_="btn pri", data_ev="take", data_token=token),
            el("button", say("dc.discard"), type="button", class_="btn", data_ev="discard", data_token=token),
            class_="bar",
        ),
        class_="asking",
    )
    return reply(token, "ask", form, one.held.name)


def _clash(one: Asking) -> Markup | None:
    """What is asked where a document of this name is there: a new version of it, or one of its own."""
    clash = one.held.clash
    if clash is None:
        return None
    choices = [(False, say("dc.clash.own", clash.free))]
    if clash.replaceable:
        choices.insert(0, (True, say("dc.clash.version", clash.other)))
    labels = (
        el(
            "label",
            el(
                "input",
                type="radio",
                name="clash",
                value="version" if replacing else "own",
                checked=replacing == (one.replacing and clash.replaceable),
            ),
            el("span", words),
        )
        for replacing, words in choices
    )
    return el("fieldset", say("dc.clash", clash.other, tag="legend"), *labels, class_="tiers")


def _asked(name: str, one: Asking) -> Markup:
    place, text = f"{one.held.token}-{name}", one.fields.get(name, "")
    if name == "kind":
        control = _kinds(text, one.held.metadata.kind, place)
    else:
        control = el("input", type="text", name=name, id=place, value=text, maxlength=500)
    told = None if text else say("dc.ask.none", tag="em")
    label = say(f"dc.f.{name}", tag="label", for_=place)
    return el("div", label, control, told, class_="wide" if name in _WIDE else None)


def failure_text(failure: Failure) -> Markup:
    """Why a file was not taken in, in the reader's language where the reason has a code."""
    key = f"file.{failure.code}"
    if not is_message(key):
        return el("span", failure.reason)
    return say(key, failure.facts.get("other", failure.facts.get("limit", "")))


@dataclass(frozen=True, slots=True)
class DocumentSheet:
    """One document, all that is shown of it."""

    document: Document
    entry: Entry
    declared: Metadata
    decisions: Decisions
    shown: Document
    versions: Sequence[Version]
    history: Sequence[Mapping[str, str]]
    same: Sequence[str] = ()
    affected: Sequence[str] = ()
    told: str = ""
    wrong: str = ""


def sheet(one: DocumentSheet | None, wrong: str = "") -> Markup:
    """The right side."""
    if one is None:
        empty = say(wrong or "dc.pick", tag="p", class_="none")
        return el("div", empty, class_="dsheet")
    return el(
        "div",
        el("h2", one.document.metadata.title, lang="zh-Hans"),
        _line("told", one.told),
        _line("wrong", one.wrong),
        *_notices(one),
        el("p", say("dc.path"), f" {one.entry.path}", class_="meta"),
        _actions(one),
        _edit(one),
        _affected(one.affected, off=bool(one.entry.withdrawn)),
        _history(one),
        _text(one),
        class_="dsheet",
        data_id=one.entry.id,
    )


def moment(at: str) -> str:
    """A UTC moment of the catalog, to the minute."""
    return at[:16].replace("T", " ")


def _select(name: str, key: str, options: Iterable[Markup]) -> Markup:
    every = say("dc.all", tag="option", value="")
    return el("label", say(key), el("select", every, *options, name=name))


def failed(failures: Sequence[Failure]) -> Markup | None:
    """The files that could not be taken in, each with its reason, closed."""
    if not failures:
        return None
    lines = (
        el("li", el("b", PurePath(one.path).name, title=one.path), " ", failure_text(one)) for one in failures[:200]
    )
    return el("details", el("summary", say("dc.failed", len(failures))), el("ul", *lines), class_="dfailed")


def _row(row: ShelfRow, *, current: bool) -> Markup:
    meta, entry = row.metadata, row.entry
    warned = [
        one for one in ("withdrawn", "expired", "superseded", "not_yet", "duplicate", "partial") if one in row.marks
    ]
    return el(
        "li",
        el(
            "button",
            el("span", meta.title, class_="t", lang="zh-Hans"),
            el(
                "span",
                say_or(meta.kind, f"kind.{meta.kind}"),
                el("span", meta.issued or meta.as_of) if meta.issued or meta.as_of else say("dc.nodate"),
                say(f"dc.{entry.tier}", class_="tag" if entry.tier == "public" else "tag un"),
                *(say(f"dc.{one}", class_="tag warn") for one in warned),
                say("dc.edited", class_="tag") if "edited" in row.marks else None,
                say("dc.chunks", row.chunks),
                say("dc.synced", entry.synced[:10]),
                class_="tags",
            ),
            type="button",
            class_="one",
            data_ev="pick",
            data_id=entry.id,
            aria_current="true" if current else None,
        ),
    )


def _line(name: str, key: str) -> Markup | None:
    if not key:
        return None
    role = "status" if name == "told" else "alert"
    return el("p", say(key) if is_message(key) else key, class_=name, role=role)


def _notices(one: DocumentSheet) -> list[Markup]:
    meta = one.document.metadata
    found = [say("dc.off", tag="p", class_="notice")] if one.entry.withdrawn else []
    if meta.superseded_by:
        key = "dc.by.on" if meta.superseded_on else "dc.by"
        found.append(say(key, meta.superseded_by, meta.superseded_on, tag="p", class_="notice"))
    found += [say("dc.same", "、".join(one.same), tag="p", class_="notice")] if one.same else []
    if one.document.left_out:
        kinds = (say(f"dc.l.{left.what.replace(' ', '_')}", left.count) for left in one.document.left_out)
        found.append(el("p", say("dc.left"), " ", Markup("、").join(kinds), class_="notice"))
    return found


def _actions(one: DocumentSheet) -> Markup:
    pressed = {tier: str(one.entry.tier == tier).lower() for tier in ("public", "internal")}
    access = el(
        "span",
        *(
            el(
                "button",
                say(f"dc.{tier}"),
                type="button",
                data_ev="access",
                data_access=tier,
                aria_pressed=on,
                **labelled(f"dc.{tier}.d", attribute="title"),
            )
            for tier, on in pressed.items()
        ),
        class_="seg",
    )
    if one.entry.withdrawn:
        change = el("button", say("dc.restore"), type="button", class_="btn sm", data_ev="restore")
    else:
        named = {**labelled("dc.reason"), **placeholder("dc.reason")}
        reason = el("input", type="text", name="reason", maxlength=200, **named)
        go = el("button", say("dc.withdraw.go"), type="button", class_="btn sm", data_ev="withdraw")
        form = el("form", say("dc.withdraw.d", tag="p", class_="meta"), el("div", reason, go, class_="bar"))
        change = el("details", el("summary", say("dc.withdraw")), form, class_="off")
    return el("section", el("div", say("dc.access"), access, class_="bar"), change)


def _edit(one: DocumentSheet) -> Markup:
    effective, declared = asdict(one.document.metadata), asdict(one.declared)
    edits = one.decisions.edits or {}
    effective["superseded_by"] = edits.get("superseded_by", declared["superseded_by"])  # not what a successor says
    inputs = (_input(name, effective[name], declared[name], edited=name in edits) for name in FIELDS)
    save = el("button", say("dc.save"), type="button", class_="btn pri", data_ev="save")
    form = el("form", *inputs, el("div", save, class_="wide"), class_="dform")
    return el("details", el("summary", say("dc.edit")), form, class_="edit", open=bool(one.wrong))


def _input(name: str, value: Any, declared: Any, *, edited: bool) -> Markup:
    text, said = written(value), written(declared)
    if name == "kind":
        control = _kinds(text, said)
    elif name == "supersedes":
        control = el("textarea", text, name=name, id=f"dc-{name}", rows=2)
    else:
        control = el("input", type="text", name=name, id=f"dc-{name}", value=text, maxlength=500)
    told = _changed(name, said) if edited else None
    label = say(f"dc.f.{name}", tag="label", for_=f"dc-{name}")
    return el("div", label, control, told, class_="wide" if name in _WIDE else None)


def _changed(name: str, said: str) -> Markup:
    """That a field was edited, and what the file says."""
    if not said:
        return say("dc.mine.no", tag="em")
    if is_message(f"{name}.{said}"):
        return el("em", say("dc.mine.is"), " ", say(f"{name}.{said}"))
    return say("dc.mine", said, tag="em")


def _kinds(chosen: str, said: str, place: str = "dc-kind") -> Markup:
    """The kinds that a document can be said to be, with the one that its file says; none only where it has none."""
    offered = dict.fromkeys((*_KINDS, said or chosen, chosen))
    options = (kind_name(one, selected=one == chosen) for one in offered)
    return el("select", *options, name="kind", id=place)


def written(value: Any) -> str:
    """A value of metadata as it stands in the form."""
    return value if isinstance(value, str) else "\n".join(value)


def _affected(questions: Sequence[str], *, off: bool) -> Markup | None:
    """The saved answers that quote it: in words that have changed, or in any once it is ``off``."""
    if not questions:
        return None
    listed = el("ul", *(el("li", one) for one in questions[:50]))
    return el(
        "details", el("summary", say("dc.cited.off" if off else "dc.cited", len(questions))), listed, class_="cited"
    )


def _history(one: DocumentSheet) -> Markup:
    listed = el("ol", *(_event(event) for event in one.history), class_="dhist")
    return el("details", el("summary", say("dc.history")), listed, class_="history")


def _event(event: Mapping[str, str]) -> Markup:
    what = say_or(event["what"], f"dc.e.{event['what']}")
    seen = el(
        "button",
        say("dc.version", event["number"]),
        type="button",
        class_="lnk",
        data_ev="look",
        data_version=event["version"],
    )
    return el("li", el("time", moment(event["at"])), what, el("span", event["who"]), _about(event), seen)


def _about(event: Mapping[str, str]) -> Markup:
    if event["what"] == "access" and event["detail"] in {"public", "internal"}:
        return say(f"dc.{event['detail']}")
    if event["what"] == "metadata":
        names = [name for name in event["detail"].split(", ") if is_message(f"dc.f.{name}")]
        return Markup("、").join(say(f"dc.f.{name}") for name in names)
    return el("span", event["detail"])


def _text(one: DocumentSheet) -> Markup:
    numbers = {version.version: version.number for version in one.versions}
    notice = None
    if one.shown is not one.document:
        from_, now = numbers.get(version_of(one.shown.text), 0), numbers.get(one.entry.version, 1)
        back = el("button", say("dc.now"), type="button", class_="lnk", data_ev="look", data_version="")
        notice = el("p", say("dc.older", from_, now), " ", back, class_="notice")
    return el("section", notice, source_view(one.shown, ()), class_="preview")
