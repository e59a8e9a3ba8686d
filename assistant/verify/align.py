"""Which clauses of the quotes a clause of the claim rests on, and how much of it they cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.verify.material import Clause, Passage

FUNCTION = frozenset(
    "的了在和与及等为是对将已也又并或而且以于由其之所把被从向给让到中上下内外这那该此各个有就都还则即至间起止"
)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A claim clause with the quote clauses it rests on, the nearest first."""

    clause: Clause
    quoted: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """The quote clauses as one text."""
        return "\n".join(c.text for c in self.quoted)


def align(claim: Passage, quotes: Sequence[Passage]) -> tuple[Aligned, ...]:
    """For each clause of the claim up to three quote clauses that together share most of its bigrams."""
    pool = [(c, bigrams(c.text)) for p in quotes for c in p.clauses]
    return tuple(Aligned(clause, tuple(_cover(bigrams(clause.text), pool))) for clause in claim.clauses)


def _cover(wanted: set[str], pool: Sequence[tuple[Clause, set[str]]]) -> Iterator[Clause]:
    left = set(wanted)
    for turn in range(3):
        best = max(pool, key=lambda item: (len(item[1] & left), -len(item[1])), default=None)
        gain = len(best[1] & left) if best else 0
        if best is None or gain < (1 if turn == 0 else max(2, len(wanted) // 5)):
            return
        yield best[0]
        left -= best[1]


def bigrams(text: str) -> set[str]:
    """Character bigrams of a folded text, none across punctuation, and its numbers."""
    runs = re.findall(r"[^\W_]+", text)
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)} | set(re.findall(r"\d+(?:\.\d+)?", text))


def coverage(text: str, known: str) -> float:
    """Share of the content characters of ``text`` found in ``known`` (both folded); 1.0 for a text without content.

    A character counts whole where it is in a bigram that is known, half where only it itself is.
    """
    pairs, single = bigrams(known), set(known)
    score, total = 0.0, 0
    for run in re.findall(r"[\u3400-\u9fff]+|[a-z]+", text):
        if run.isascii():
            total, score = total + 1, score + (run in known)
            continue
        for i, character in enumerate(run):
            if character in FUNCTION:
                continue
            total += 1
            near = run[max(0, i - 1) : i + 2]
            if any(near[j : j + 2] in pairs for j in range(len(near) - 1)):
                score += 1.0
            elif character in single:
                score += 0.5
    return score / total if total else 1.0
