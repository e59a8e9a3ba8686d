"""Where a claim that is not proved differs from its quotes, word for word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.verify.derivation import derived
from assistant.verify.statements import Statement
from assistant.verify.tokens import MARKS, ReadText, Token, keys
from assistant.verify.verdict import Finding

_KNOWN = 1 / 3  # share of a sentence's tokens that must stand in a statement for the two to be compared


def differences(said: ReadText, quotes: Sequence[ReadText], stated: Sequence[Statement]) -> Iterator[Finding]:
    """The differences of each part that no statement bears out from the statement that is nearest to it."""
    groups: list[
        tuple[int, int, Statement | None, bool]
    ] = []  # parts in a row of one nearest statement; if they are right
    cuts = {n + 1 for n, token in enumerate(said.tokens) if token.kind in {"semicolon", "stop"}}
    for begin, behind in pairwise(sorted({0, *cuts, len(said.tokens)})):
        start, end = begin, behind - (said.tokens[behind - 1].key in MARKS)
        words = keys(said.tokens[start:end])
        nearest = max(stated, key=lambda one: _likeness(words, _tokens(quotes, one, words)), default=None)
        right = derived(said, stated, start, end)
        if groups and groups[-1][2] is nearest:
            start, _, _, before = groups.pop()
            right = right and before
        groups.append((start, end, nearest, right))
    for start, end, nearest, right in groups:
        if not right or all(one[3] for one in groups):
            yield from _compared(said, (start, end), nearest, quotes, stated)


def _compared(
    said: ReadText,
    span: tuple[int, int],
    nearest: Statement | None,
    quotes: Sequence[ReadText],
    stated: Sequence[Statement],
) -> Iterator[Finding]:
    start, end = span
    words = keys(said.tokens[start:end])
    theirs = _tokens(quotes, nearest, words) if nearest else ()
    matcher = SequenceMatcher(None, keys(theirs), words, autojunk=False)
    if nearest is None or sum(block.size for block in matcher.get_matching_blocks()) < _KNOWN * len(words):
        yield _finding(said, start, end, "")
        return
    quote, edits = quotes[nearest.quote], list(_edits(matcher))
    for a, b, c, d in edits:
        yield _finding(said, start + c, start + d, _words(quote, theirs[a:b]))
    if not edits:  # every word is right, but what stands beside it there belongs to it
        beside = stated[stated.index(nearest) + (1 if nearest.tied else -1)]
        at = end if nearest.tied else start
        yield _finding(said, at, at, _words(quotes[beside.quote], _tokens(quotes, beside, ())))


def _tokens(quotes: Sequence[ReadText], one: Statement, words: Sequence[str]) -> tuple[Token, ...]:
    """What a statement says, of a list only the items that are meant."""
    tokens = quotes[one.quote].tokens
    meant = set(words)
    return tuple(
        token
        for part in one.segments
        if not part.optional or 2 * len(meant & {*keys(tokens[part.start : part.end])}) > part.end - part.start
        for token in tokens[part.start : part.end]
    )


def _likeness(words: Sequence[str], theirs: Sequence[Token]) -> tuple[int, int]:
    return sum((Counter(words) & Counter(token.key for token in theirs)).values()), -len(theirs)


def _edits(matcher: SequenceMatcher[str]) -> Iterator[tuple[int, int, int, int]]:
    """What differs; two differences with one equal token between them are one."""
    kept: list[tuple[int, int, int, int]] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal" and kept and a - kept[-1][1] <= 1:
            kept[-1] = (kept[-1][0], b, kept[-1][2], d)
        elif tag != "equal":
            kept.append((a, b, c, d))
    return iter(kept)


def _finding(said: ReadText, start: int, end: int, quoted: str) -> Finding:
    if start < end:
        place = said.place(said.tokens[start].start, said.tokens[end - 1].end)
        return Finding("replaced" if quoted else "added", said.shown[slice(*place)], *place, quoted)
    at = said.place(said.tokens[start - 1].start, said.tokens[start - 1].end)[1] if start else 0
    return Finding("left_out", "", at, at, quoted)


def _words(quote: ReadText, tokens: Sequence[Token]) -> str:
    return quote.shown[slice(*quote.place(tokens[0].start, tokens[-1].end))] if tokens else ""
