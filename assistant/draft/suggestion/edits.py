"""Changes that staff make to a suggestion's requests: each a pure function from one Suggestion to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.draft.suggestion.splitting import title_of
from assistant.draft.suggestion.suggestion import DraftError, Request, Suggestion

_TITLE_LENGTH = 60


def merge(suggestion: Suggestion, first: int, second: int) -> Suggestion:
    """The second request's words added to the first's, which keeps its title."""
    one, other = _find(suggestion, first), _find(suggestion, second)
    if one is other:
        raise DraftError("same", "a request cannot be merged with itself; choose another")
    joined = replace(one, text=f"{one.text}\n{other.text}")
    kept = [joined if request is one else request for request in suggestion.requests if request is not other]
    return replace(suggestion, requests=tuple(kept))


def split(suggestion: Suggestion, request: int, at: int) -> Suggestion:
    """One request cut in two at an offset of its text; the second part follows under a new number."""
    one = _find(suggestion, request)
    before, after = one.text[:at].strip(), one.text[at:].strip()
    if not before or not after:
        raise DraftError("cut", "a request is split inside its text; put the cursor between two of its sentences")
    new = Request(max(r.id for r in suggestion.requests) + 1, title_of(after), after)
    pair = (replace(one, text=before), new)
    return _replaced(suggestion, one, pair)


def move(suggestion: Suggestion, request: int, to: int) -> Suggestion:
    """The request put at a place, counted from 0; beyond either end is that end."""
    one = _find(suggestion, request)
    rest = [other for other in suggestion.requests if other is not one]
    rest.insert(max(0, min(to, len(rest))), one)
    return replace(suggestion, requests=tuple(rest))


def rename(suggestion: Suggestion, request: int, title: str) -> Suggestion:
    """Another title for a request."""
    words = " ".join(title.split())
    if not words:
        raise DraftError("title", "a request needs a title; write a few words")
    one = _find(suggestion, request)
    return _replaced(suggestion, one, (replace(one, title=words[:_TITLE_LENGTH]),))


def reword(suggestion: Suggestion, request: int, text: str) -> Suggestion:
    """Other words for a request."""
    if not text.strip():
        raise DraftError("words", "a request needs words; remove it instead")
    one = _find(suggestion, request)
    return _replaced(suggestion, one, (replace(one, text=text.strip()),))


def add(suggestion: Suggestion, text: str) -> Suggestion:
    """With a further request, the last one, under a new number."""
    words = text.strip()
    if not words:
        raise DraftError("new", "a further request needs words; write what is asked for")
    new = Request(max(r.id for r in suggestion.requests) + 1, title_of(words), words)
    return replace(suggestion, requests=(*suggestion.requests, new))


def remove(suggestion: Suggestion, request: int) -> Suggestion:
    """Without a request; the last one stays."""
    if len(suggestion.requests) < 2:
        raise DraftError("last", "a suggestion keeps at least one request; reword this one instead")
    return _replaced(suggestion, _find(suggestion, request), ())


def _find(suggestion: Suggestion, request: int) -> Request:
    for one in suggestion.requests:
        if one.id == request:
            return one
    raise DraftError("request", f"there is no request {request}; choose one of those listed")


def _replaced(suggestion: Suggestion, old: Request, new: Sequence[Request]) -> Suggestion:
    kept = [part for one in suggestion.requests for part in (new if one is old else (one,))]
    return replace(suggestion, requests=tuple(kept))
