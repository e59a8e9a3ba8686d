"""What can be done with a suggestion before its letter is drafted: taken in, and its requests put in order."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.draft import requests
from assistant.draft.requests import read_suggestion
from assistant.draft.suggestion import DraftError, Suggestion
from assistant.web.html import say
from assistant.web.pages.drafting.desk import Clerk, Desk, acts
from corpus.parse import SUFFIXES, read_document

LARGEST = 20 * 2**20  # bytes: a suggestion with its pictures


def _read(_: Desk, clerk: Clerk) -> Desk:
    """A pasted suggestion."""
    return _taken(clerk, clerk.words("text"))


def _upload(_: Desk, clerk: Clerk) -> Desk:
    """A suggestion in a file that the page's script has sent; it is read in the process that has limits."""
    with clerk.around.uploads.taken(clerk.person, clerk.words("token", 64)) as sent:
        large = str(clerk.sent.get("size", "")).isdecimal() and clerk.number("size") > LARGEST
        if sent is None or large or sent.stat().st_size > LARGEST:
            raise DraftError("size" if large else "broken", "the file did not arrive; upload a smaller one")
        path = sent.with_name(f"{sent.name}{_suffix(clerk.words('name', 255))}")  # by which it is known how to read it
        try:
            document = read_document(sent.rename(path), path.parent)
        finally:
            path.unlink(missing_ok=True)
    return _taken(clerk, document.text[document.body :])


def _suffix(name: str) -> str:
    """The end of a file's name, if it is one that can be read."""
    found = Path(name).suffix.lower()
    return found if found in SUFFIXES else ""


def _taken(clerk: Clerk, text: str) -> Desk:
    try:
        desk = replace(Desk(), suggestion=read_suggestion(text))
    except DraftError as error:
        if error.code != "none":
            raise
        desk = replace(Desk(), suggestion=read_suggestion(text, by_hand=True), told=say("dr.byhand"))
    made = clerk.drafts.new(clerk.person, desk.title, desk.body)
    return replace(desk, id=made.id, revision=made.revision, saved=made.changed)


def _about(desk: Desk, clerk: Clerk) -> Desk:
    """What the suggestion says of itself, mended by hand."""
    field, value = clerk.words("field"), " ".join(clerk.words("value", 200).split())
    if field == "representatives":
        names = tuple(filter(None, re.split(r"[、，,；;\s]+", value)))
        return _put(desk, clerk, replace(desk.asked(), representatives=names))
    said: dict[str, Any] = {field: value} if field in {"title", "number", "session", "date"} else {}
    return _put(desk, clerk, replace(desk.asked(), **said))


def _up(desk: Desk, clerk: Clerk) -> Desk:
    return _put(desk, clerk, requests.move(desk.asked(), clerk.number(), _at(desk, clerk) - 1))


def _down(desk: Desk, clerk: Clerk) -> Desk:
    return _put(desk, clerk, requests.move(desk.asked(), clerk.number(), _at(desk, clerk) + 1))


def _place(desk: Desk, clerk: Clerk) -> Desk:
    """A request dragged to the place of another one."""
    return _put(desk, clerk, requests.move(desk.asked(), clerk.number(), clerk.number("to")))


def _merge(desk: Desk, clerk: Clerk) -> Desk:
    """A request joined to the one before it."""
    at = _at(desk, clerk)
    before = desk.asked().requests[at - 1].id if at else clerk.number()
    return _out(desk, clerk, requests.merge(desk.asked(), before, clerk.number()))


def _cut(desk: Desk, clerk: Clerk) -> Desk:
    """A request cut where the cursor is."""
    return _put(desk, clerk, requests.split(desk.asked(), clerk.number(), clerk.number("caret")))


def _remove(desk: Desk, clerk: Clerk) -> Desk:
    """Without a request, which can be brought back until something else is changed."""
    return _out(desk, clerk, requests.remove(desk.asked(), clerk.number()))


def _undo(desk: Desk, clerk: Clerk) -> Desk:
    """The requests as they were before one was taken out."""
    if desk.undo is None:
        return desk
    suggestion, aside = desk.undo
    return _put(replace(desk, aside=aside), clerk, suggestion)


def _add(desk: Desk, clerk: Clerk) -> Desk:
    """A further request, in words written by hand."""
    return _put(desk, clerk, requests.add(desk.asked(), clerk.words("text")))


def _rename(desk: Desk, clerk: Clerk) -> Desk:
    return _put(desk, clerk, requests.rename(desk.asked(), clerk.number(), clerk.words("value")))


def _reword(desk: Desk, clerk: Clerk) -> Desk:
    return _put(desk, clerk, requests.reword(desk.asked(), clerk.number(), clerk.words("value")))


def _assign(desk: Desk, clerk: Clerk) -> Desk:
    """A request left to another office from the start, or taken back from it."""
    request, name = clerk.number(), " ".join(clerk.words("value", 60).split())
    others = tuple(pair for pair in desk.aside if pair[0] != request)
    return clerk.save(replace(desk, aside=(*others, (request, name)) if name else others), typed=True)


def _tosplit(desk: Desk, _: Clerk) -> Desk:
    """The requests of a letter that there is already."""
    return replace(desk, splitting=True)


def _toletter(desk: Desk, _: Clerk) -> Desk:
    return replace(desk, splitting=False)


def _at(desk: Desk, clerk: Clerk) -> int:
    return [one.id for one in desk.asked().requests].index(clerk.number())


def _out(desk: Desk, clerk: Clerk, suggestion: Suggestion) -> Desk:
    return replace(_put(desk, clerk, suggestion), undo=(desk.asked(), desk.aside))


def _put(desk: Desk, clerk: Clerk, suggestion: Suggestion) -> Desk:
    there = {one.id for one in suggestion.requests}
    aside = tuple(pair for pair in desk.aside if pair[0] in there)
    return clerk.save(replace(desk, suggestion=suggestion, aside=aside, undo=None), typed=True)


ACTS = acts(
    _read,
    _upload,
    _about,
    _up,
    _down,
    _place,
    _merge,
    _cut,
    _remove,
    _undo,
    _add,
    _rename,
    _reword,
    _assign,
    _tosplit,
    _toletter,
)
