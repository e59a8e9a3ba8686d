"""Sentences that the assistant or the check of a draft wrote in one language, said in that of the page."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from assistant.locale import catalogues
from assistant.web.html import el, language, say

_KNOWN = ("nt.", "why.")  # keys of the sentences that are recognised
_ALIKE = str.maketrans("爲覈“”", "為核「」")  # also as earlier versions converted what is kept in the records
_SLOT = re.compile(r"\\\{(\d)\\\}")


def spoken(text: str, tag: str = "span", **attributes: Any) -> Markup:
    """A sentence as a message of the interface, if it is one of those; else as it is, in its language."""
    found = recognised(text)
    if found is None:
        return el(tag, text, lang=language(text), **attributes)
    key, values = found
    return say(key, *values, tag=tag, **attributes)


@lru_cache(maxsize=1_024)
def recognised(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The key of a sentence and the values that stand in its slots."""
    alike = text.translate(_ALIKE)
    for key, pattern in _patterns():
        found = pattern.fullmatch(alike)
        if found:  # character for character the same length: what stands in a slot is given as it was written
            values = {int(name[1:]): text[slice(*found.span(name))] for name in found.groupdict()}
            return key, tuple(values.get(n, "") for n in range(max(values, default=-1) + 1))
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each sentence in each language, those with more words of their own first."""
    known = [(key, text) for texts in catalogues().values() for key, text in texts.items() if key.startswith(_KNOWN)]
    known.sort(key=lambda one: -len(_SLOT.sub("", re.escape(one[1]))))
    return tuple((key, _pattern(text)) for key, text in known)


def _pattern(text: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def slot(found: re.Match[str]) -> str:
        name = f"n{found[1]}"
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+?)"

    return re.compile(_SLOT.sub(slot, re.escape(text.translate(_ALIKE))), re.DOTALL)
