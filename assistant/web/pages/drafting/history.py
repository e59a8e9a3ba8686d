"""The versions of a draft: who changed what and when, and the way back."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import zip_longest

from markupsafe import Markup

from assistant.draft import Letter
from assistant.records import DraftVersion
from assistant.web.html import el, say
from assistant.web.pages.drafting.desk import Clerk, Desk, kept_letter
from assistant.web.pages.drafting.opening import act, moment

_SHOWN = 30
_AROUND = 10  # characters beside a change


def versions_tab(clerk: Clerk, desk: Desk) -> Markup:
    """The latest versions, newest first, each with what it changed."""
    shown = clerk.versions(desk)[: _SHOWN + 1]
    letters = [kept_letter(one.body) for one in shown]
    rows = zip_longest(shown[:_SHOWN], letters[:_SHOWN], letters[1 : _SHOWN + 1])
    return el("ol", *(_version(clerk, desk, *row) for row in rows), class_="vlist")


def _version(clerk: Clerk, desk: Desk, version: DraftVersion, letter: Letter | None, older: Letter | None) -> Markup:
    now = version.revision == desk.revision
    back = act("dr.back.to", "version", {"n": version.revision}, kind="lnk") if desk.editable and not now else None
    head = el(
        "p",
        say("dr.version", version.revision, tag="b"),
        say("dr.now", class_="tag") if now else None,
        say("dr.by", clerk.called(version.author), moment(version.saved), class_="meta"),
        class_="vt",
    )
    return el("li", head, *_changes(older, letter), el("p", back, class_="row") if back else None)


def _changes(older: Letter | None, letter: Letter | None) -> Iterator[Markup]:
    """The paragraphs that differ from the version before."""
    if letter is None or older is None:
        yield say("dr.first" if letter else "dr.srq", tag="p", class_="meta")
        return
    before, after = ([p.text for p in one.paragraphs] for one in (older, letter))
    told = False
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            told = True
            yield el("p", *_difference("".join(before[a:b]), "".join(after[c:d])), class_="diff", lang="zh-Hans")
    if not told:
        yield say("dr.same", tag="p", class_="meta")


def _difference(before: str, after: str) -> Iterator[Markup]:
    """Old words struck out, new ones marked, with a little around them."""
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            same = before[a:b]
            short = same if len(same) <= 2 * _AROUND else f"{same[:_AROUND]}…{same[-_AROUND:]}"
            yield el("span", short)
            continue
        if b > a:
            yield el("del", before[a:b])
        if d > c:
            yield el("ins", after[c:d])
