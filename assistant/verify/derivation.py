"""Whether what is said can be put together from what the quotes state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.verify.statements import Statement, list_mark
from assistant.verify.tokens import MARKS, STOP, ReadText, keys


def derived(said: ReadText, stated: Sequence[Statement], start: int = 0, end: int | None = None) -> bool:
    """Whether the tokens ``[start:end]`` are statements one after another: ones that follow each other, or whole.

    Ones that don't follow each other in their quote are parted by a strong mark and keep their order; none is left out
    that takes something back, nor one that the next points back to.
    """
    tokens = said.tokens[start:end]
    words, marks = keys(tokens), _marks(said, start, start + len(tokens))
    seen = {(0, -1)}
    waiting = [(0, -1)]
    while waiting and stated:
        at, last = waiting.pop()
        if at == len(tokens) and last >= 0 and not stated[last].tied:
            return True
        begins = at + (at < len(tokens) and words[at] in MARKS)
        parted = at == 0 or words[begins - 1] in {STOP, "?"}
        for index, alone in _following(last, stated) if parted and begins < len(tokens) else ():
            for place in stated[index].ends(words, begins, marks, alone=alone):
                if (place, index) not in seen:
                    seen.add((place, index))
                    waiting.append((place, index))
    return False


def _following(last: int, stated: Sequence[Statement]) -> Iterator[tuple[int, bool]]:
    """The statements that may be said behind the one of number ``last``, or first; whether others are left out."""
    before = stated[last]
    for index, one in enumerate(stated):
        same = last >= 0 and one.quote == before.quote
        stands = not (before.tied or before.announces or one.leans) and (one.dated or not before.in_time)
        if (same and index == last + 1) or (last < 0 and not one.led):
            yield index, False
        elif last >= 0 and stands and not one.led and (not same or index > last):
            yield index, True


def _marks(said: ReadText, start: int, end: int) -> Mapping[int, int]:
    """The list marks at the beginning of what is said and behind its pauses: first token, and the first one behind."""
    found = {}
    for n in range(start, end):
        if n == start or said.tokens[n - 1].kind != "word":
            behind = said.at(list_mark(said.folded, said.begins(n)))
            if n < behind < end:
                found[n - start] = behind - start
    return found
