"""Asking some documents alone: what there is to choose from, and what was chosen, above the question box."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from assistant.web.html import el, icon, labelled, placeholder, say, say_or
from corpus import limits
from corpus.document import Metadata
from corpus.normalise import fold
from corpus.parse import SUFFIXES

MOST = 500  # documents that one question can be asked of
_LISTED = 100
_LONGEST = 300  # characters of a document's id


@dataclass(frozen=True, slots=True)
class Listed:
    """A document that somebody may ask: its id, and what it is chosen by."""

    id: str
    title: str
    kind: str = ""
    date: str = ""

    @classmethod
    def of(cls, identifier: str, metadata: Metadata) -> Listed:
        """By its metadata."""
        return cls(identifier, metadata.title, metadata.kind, metadata.issued or metadata.as_of)

    @property
    def folder(self) -> str:
        """Where its file lies below its source; empty at the top."""
        return self.id.rpartition("/")[0]

    @property
    def year(self) -> str:
        """Of its date."""
        return self.date[:4]


@dataclass(frozen=True, slots=True)
class ShelfFilter:
    """By what documents are chosen; what is empty chooses nothing."""

    text: str = ""
    kind: str = ""
    year: str = ""
    folder: str = ""

    def meets(self, one: Listed) -> bool:
        """Whether a document is among them."""
        words = fold(f"{one.title} {one.id}")
        return (
            all(word in words for word in fold(self.text).split())
            and self.kind in {"", one.kind}
            and self.year in {"", one.year}
            and (not self.folder or f"{one.folder}/".startswith(f"{self.folder}/"))
        )


def chosen(sent: Any) -> tuple[tuple[str, str], ...]:
    """The documents that a page's script sent, each with its title; what is of another shape is left out."""
    found = sent if isinstance(sent, list) else []
    pairs = (one for one in found[:MOST] if isinstance(one, list) and len(one) == 2)
    return tuple((str(name)[:_LONGEST], str(title)[:_LONGEST]) for name, title in pairs)


def bar() -> Markup:
    """What is asked, above the question box; the script fills in the documents that are chosen."""
    choose = el("button", icon("book"), say("sc.choose"), type="button", class_="btn quiet sm", id="scope-choose")
    every = el("button", say("sc.all"), type="button", class_="lnk", id="scope-all", hidden=True)
    give = el("button", icon("plus"), say("gv.add"), type="button", class_="btn quiet sm", id="give")
    accept, most = ",".join(sorted(SUFFIXES)), limits.UPLOAD >> 20
    files = el(
        "input",
        type="file",
        multiple=True,
        accept=accept,
        id="give-files",
        data_most=most,
        hidden=True,
        **labelled("gv.add"),
    )
    return el(
        "div",
        choose,
        el("ul", id="scope-list", **labelled("sc.only")),
        every,
        give,
        files,
        el("ul", id="given-list", aria_live="polite", **labelled("gv.list")),
        class_="scopebar",
        id="scope",
    )


def shelf(every: Sequence[Listed], wanted: ShelfFilter) -> Markup:
    """The documents there are, by what is looked for, each with a box to tick."""
    found = [one for one in every if wanted.meets(one)]
    field = el("input", type="search", name="text", value=wanted.text, **labelled("sc.find"), **placeholder("sc.find"))
    selects = (
        _select("kind", "sc.kind", wanted.kind, sorted({one.kind for one in every} - {""})),
        _select("year", "sc.year", wanted.year, sorted({one.year for one in every} - {""}, reverse=True)),
        _select("folder", "sc.folder", wanted.folder, _folders(every)),
    )
    pairs = json.dumps([[one.id, one.title] for one in found[:MOST]], ensure_ascii=False)
    take = el("button", say("sc.take", len(found)), type="button", class_="btn sm", data_take=pairs)
    fits = 0 < len(found) <= MOST
    rows = el("ul", *(_row(one) for one in found[:_LISTED]), class_="shelved")
    more = say("sc.more", _LISTED, tag="p", class_="meta") if len(found) > _LISTED else None
    return (
        el("form", field, el("div", *(one for one in selects if one), class_="picks"), class_="native")
        + el("p", take if fits else say("sc.many", MOST) if found else say("sc.none"), class_="meta")
        + rows
        + (more or Markup(""))
    )


def scope_line(within: Sequence[tuple[str, str]]) -> Markup | None:
    """That an answer was sought in some documents alone, and in which."""
    if not within:
        return None
    titles = "、".join(f"《{title}》" for _, title in within[:3]) + ("…" if len(within) > 3 else "")
    return el("p", icon("book"), say("sc.asked", len(within)), el("span", titles, lang="zh-Hans"), class_="within")


def _folders(every: Iterable[Listed]) -> list[str]:
    """Every folder that holds documents, with those above it."""
    found: set[str] = set()
    for one in every:
        parts = one.folder.split("/") if one.folder else []
        found.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return sorted(found)


def _select(name: str, key: str, now: str, values: Sequence[str]) -> Markup | None:
    if len(values) < 2 and not now:
        return None
    every = say("dc.all", tag="option", value="")
    return el("label", say(key), el("select", every, *(_option(one, now) for one in values), name=name))


def _option(value: str, now: str) -> Markup:
    return say_or(value, f"kind.{value}", tag="option", value=value, selected=value == now)


def _row(one: Listed) -> Markup:
    box = el("input", type="checkbox", value=one.id, data_title=one.title)
    told = el("small", say_or(one.kind, f"kind.{one.kind}"), f" {one.date}" if one.date else None)
    return el("li", el("label", box, el("span", el("span", one.title, lang="zh-Hans"), told)))
