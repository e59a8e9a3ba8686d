"""A sentence that is not proved, with each difference from its quotes in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from assistant.draft.letter import Remark
from assistant.web.html import el

_DIFFERENCES = frozenset({"replaced", "added", "left_out"})


def differing(text: str, remarks: Iterable[Remark]) -> Iterator[str | Markup]:
    """The sentence; words that its quotes don't have are marked, and what they have there stands struck out beside."""
    at = 0
    for one in sorted(remarks, key=lambda remark: (remark.start, remark.end)):
        if one.kind in _DIFFERENCES and at <= one.start <= one.end <= len(text):
            yield text[at : one.start]
            if one.start < one.end:
                yield el("ins", text[one.start : one.end])
            if one.quoted:
                yield el("del", one.quoted)
            at = one.end
    yield text[at:]
