"""The form that marks on characters have in canonical text, the same from every format.

10 with a raised 6 is 10⁶, never 106; a raised text that Unicode has no characters for is ``^(…)``. What is struck out
is left out, and counted. A box in a form is ☑ or ☐.
"""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-−–=()nix", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱˣ")
_LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_NO_POWER = re.compile(  # a note's mark or an ordinal, which nobody takes for a part of the number before it
    r"[^0-9A-Za-z]*|\[[^\[\]]{1,8}\]|[〔【［][^〔〕【】［］]{1,8}[〕】］]|st|nd|rd|th|TM", re.IGNORECASE
)
_EXTENT = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def superscript(text: str) -> str:
    """Raised text: ``6`` is ⁶, ``n+1`` is ⁿ⁺¹, ``ab`` is ^(ab), ``[1]`` and ``①`` stay."""
    return _marked(text, _RAISED, "^({})")


def subscript(text: str) -> str:
    """Lowered text: ``2`` is ₂; what Unicode has no characters for stays (PM2.5), for it changes no number."""
    return _marked(text, _LOWERED, "{}")


def tick(checked: bool) -> str:
    """A box of a form, ticked or not."""
    return "☑" if checked else "☐"


def _marked(text: str, characters: dict[int, int], otherwise: str) -> str:
    found = _EXTENT.fullmatch(text)
    assert found is not None
    before, words, after = found.groups()
    if not words or _NO_POWER.fullmatch(words):
        return text
    converted = words.translate(characters)
    changed = all(new != old for old, new in zip(words, converted, strict=True))
    return before + (converted if changed else otherwise.format(words)) + after
