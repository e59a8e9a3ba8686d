"""Whether a question asks more than some text says that stands around an answer."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter

from corpus.citing import only_frames, without_frames

_SHORTEST = 3  # characters of a name in short
_BETWEEN = 3  # characters that it leaves out between two of its own


def left_over(words: str, known: str) -> float:
    """Which part of a question is in no pair of characters of a text, but for words that only ask and short names."""
    explained = [False] * len(words)
    for at in range(len(words) - 1):
        if words[at : at + 2] in known:
            explained[at] = explained[at + 1] = True
    runs = [
        "".join(c for _, c in run)
        for said, run in groupby(zip(explained, words, strict=True), itemgetter(0))
        if not said
    ]
    left = sum(len(run) for run in runs if not only_frames(run) and not _in_short(without_frames(run), known))
    return left / len(words)


def _in_short(words: str, known: str) -> bool:
    """Whether words are a longer name in short: 公租房 of 公共租赁住房."""
    if len(words) < _SHORTEST:
        return False
    within = rf".{{0,{_BETWEEN}}}?".join(map(re.escape, words))
    return re.search(within, known) is not None
