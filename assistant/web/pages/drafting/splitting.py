"""What can be done with a suggestion before its letter is drafted: taken in, and its requests put in order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.draft import requests
from assistant.draft.requests import read_suggestion
from assistant.draft.suggestion import DraftError, Suggestion
from assistant.web.html import say
from assistant.web.pages.drafting.desk import Act, Clerk, Desk, number, words
from corpus.parse import SUFFIXES, read_document

LARGEST = 20 * 2**20  # bytes: a suggestion with its pictures
_Data = Mapping[str, Any]


def _read(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """A pasted suggestion."""
    del desk
    return _taken(clerk, words(data, "text"))


def _upload(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """A suggestion in a file that the page's script has sent; it is read in the process that has limits."""
    del desk
    with clerk.around.uploads.taken(clerk.person, words(data, "token", 64)) as sent:
        large = str(data.get("size", "")).isdecimal() and number(data, "size") > LARGEST
        if sent is None or large or sent.stat().st_size > LARGEST:
            raise DraftError("size" if large else "broken", "the file did not arrive; upload a smaller one")
        path = sent.with_name(f"{sent.name}{_suffix(words(data, 'name', 255))}")  # by which it is known how to read it
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
    made = clerk.around.records.drafts.new(clerk.person, desk.title, desk.body)
    return replace(desk, id=made.id, revision=made.revision, saved=made.changed)


def _about(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """What the suggestion says of itself, mended by hand."""
    field, value = words(data, "field"), " ".join(words(data, "value", 200).split())
    if field == "representatives":
        names = tuple(filter(None, re.split(r"[、，,；;\s]+", value)))
        return _put(desk, clerk, replace(desk.asked(), representatives=names))
    said: dict[str, Any] = {field: value} if field in {"title", "number", "session", "date"} else {}
    return _put(desk, clerk, replace(desk.asked(), **said))


def _up(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    return _moved(desk, clerk, number(data), _at(desk, data) - 1)


def _down(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    return _moved(desk, clerk, number(data), _at(desk, data) + 1)


def _place(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """A request dragged to the place of another one."""
    return _moved(desk, clerk, number(data), number(data, "to"))


def _merge(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """A request joined to the one before it."""
    at = _at(desk, data)
    before = desk.asked().requests[at - 1].id if at else number(data)
    return _out(desk, clerk, requests.merge(desk.asked(), before, number(data)))


def _cut(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """A request cut where the cursor is."""
    return _put(desk, clerk, requests.split(desk.asked(), number(data), number(data, "caret")))


def _remove(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """Without a request, which can be brought back until something else is changed."""
    return _out(desk, clerk, requests.remove(desk.asked(), number(data)))


def _undo(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """The requests as they were before one was taken out."""
    del data
    if desk.undo is None:
        return desk
    suggestion, aside = desk.undo
    return _put(replace(desk, aside=aside), clerk, suggestion)


def _add(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """A further request, in words written by hand."""
    return _put(desk, clerk, requests.add(desk.asked(), words(data, "text")))


def _rename(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    return _put(desk, clerk, requests.rename(desk.asked(), number(data), words(data, "value")))


def _reword(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    return _put(desk, clerk, requests.reword(desk.asked(), number(data), words(data, "value")))


def _assign(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """A request left to another office from the start, or taken back from it."""
    request, name = number(data), " ".join(words(data, "value", 60).split())
    others = tuple(pair for pair in desk.aside if pair[0] != request)
    return clerk.save(replace(desk, aside=(*others, (request, name)) if name else others), typed=True)


def _tosplit(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    """The requests of a letter that there is already."""
    del clerk, data
    return replace(desk, splitting=True)


def _toletter(desk: Desk, clerk: Clerk, data: _Data) -> Desk:
    del clerk, data
    return replace(desk, splitting=False)


def _at(desk: Desk, data: _Data) -> int:
    return [one.id for one in desk.asked().requests].index(number(data))


def _moved(desk: Desk, clerk: Clerk, request: int, to: int) -> Desk:
    return _put(desk, clerk, requests.move(desk.asked(), request, to))


def _out(desk: Desk, clerk: Clerk, suggestion: Suggestion) -> Desk:
    return replace(_put(desk, clerk, suggestion), undo=(desk.asked(), desk.aside))


def _put(desk: Desk, clerk: Clerk, suggestion: Suggestion) -> Desk:
    there = {one.id for one in suggestion.requests}
    aside = tuple(pair for pair in desk.aside if pair[0] in there)
    return clerk.save(replace(desk, suggestion=suggestion, aside=aside, undo=None), typed=True)


ACTS: Mapping[str, Act] = {
    "read": _read,
    "upload": _upload,
    "about": _about,
    "up": _up,
    "down": _down,
    "place": _place,
    "merge": _merge,
    "cut": _cut,
    "remove": _remove,
    "undo": _undo,
    "add": _add,
    "rename": _rename,
    "reword": _reword,
    "assign": _assign,
    "tosplit": _tosplit,
    "toletter": _toletter,
}
