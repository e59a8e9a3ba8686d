"""Whether what is said can be put together from what the quotes state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from assistant.verify.statements import Statement, list_mark
from assistant.verify.tokens import PAUSE, Reading, keys


def derived(said: Reading, stated: Sequence[Statement], start: int = 0, end: int | None = None) -> bool:
    """Whether the tokens ``[start:end]`` are statements one after another: ones that follow each other, or whole.

    Ones that don't follow each other in their quote are parted by a strong mark and keep their order; none is left out
    that takes something back, nor one that the next points back to.
    """
    tokens = said.tokens[start:end]
    words, marks = keys(tokens), _marks(said, start, start + len(tokens))
    seen = {(0, -1)}
    waiting = [(0, -1)]
    while waiting:
        at, last = waiting.pop()
        if at == len(tokens) and last >= 0 and not stated[last].tied:
            return True
        begins = at + (words[at : at + 1] == (PAUSE,))
        strong = at == 0 or tokens[at if begins > at else at - 1].kind in {"semicolon", "stop"}
        parted = at == 0 or begins > at or words[at - 1] == "?"
        for index in _following(last, stated, strong=strong) if parted and begins < len(tokens) else ():
            for place in stated[index].ends(words, begins, marks):
                if (place, index) not in seen:
                    seen.add((place, index))
                    waiting.append((place, index))
    return False


def _following(last: int, stated: Sequence[Statement], *, strong: bool) -> Iterator[int]:
    """The statements that may be said behind the one of number ``last``, or first."""
    for index, one in enumerate(stated):
        same = last >= 0 and one.quote == stated[last].quote
        apart = strong and not stated[last].tied and not one.points_back and (not same or index > last)
        if last < 0 or apart or (same and index == last + 1):
            yield index


def _marks(said: Reading, start: int, end: int) -> Mapping[int, int]:
    """The list marks at the beginning of what is said and behind its pauses: first token, and the first one behind."""
    found = {}
    for n in range(start, end):
        if n == start or said.tokens[n - 1].kind != "word":
            at = said.begins(n)
            place = list_mark(said.folded, at)
            behind = bisect_left(said.tokens, place, key=lambda token: token.start)
            if place > at and start < behind < end:
                found[n - start] = behind - start
    return found
