"""Whether a question asks more than some text says that stands around an answer."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from corpus.citing import only_frames


def left_over(words: str, known: str) -> float:
    """Which part of a question's characters is in no pair that some text has, but for words that only ask."""
    explained = [False] * len(words)
    for at in range(len(words) - 1):
        if words[at : at + 2] in known:
            explained[at] = explained[at + 1] = True
    runs = [
        "".join(c for _, c in run)
        for said, run in groupby(zip(explained, words, strict=True), itemgetter(0))
        if not said
    ]
    left = sum(len(run) for run in runs if not only_frames(run))
    return left / len(words)
