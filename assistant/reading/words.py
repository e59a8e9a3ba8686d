"""The reader where there is no model on the machine: shared words alone, the rarer the more telling."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from assistant.reading.passages import passages
from assistant.reading.reader import Read, Reading
from corpus.normalise import simplify
from index.bigrams import question_terms, term_set
from index.hit import Hit

HITS = 6
THRESHOLD = 0.45  # of the question's terms, by rarity, that a passage must hold


class WordReader:
    """A unit is as sure as the share of the question's terms that it holds, under the share that its passage holds."""

    name = "words"

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        """See ``Reader``."""
        asked = " ".join((*history[-1:], question))
        shares, rarity = shared(asked, hits), rarities(asked, hits)
        found: list[Read] = []
        best = 0.0
        for one in passages(hits[:HITS]):
            passage = shares[one.hit.chunk]
            best = max(best, passage)
            for unit in one.units:
                own = covered(rarity, term_set(simplify(f"{unit.text} {unit.lead}")))
                found.append(Read(unit, passage * own, one.hit.rank))
        found.sort(key=lambda one: (-one.sure, one.rank, one.unit.key))
        return Reading(best, best >= THRESHOLD and bool(found) and found[0].sure > 0, tuple(found), reader=self.name)


def shared(question: str, hits: Sequence[Hit]) -> dict[str, float]:
    """For each hit's chunk the share of the question's terms that it holds under its title and headings, 0 to 1."""
    rarity = rarities(question, hits)
    return {hit.chunk: covered(rarity, _terms(hit)) for hit in hits}


def rarities(question: str, hits: Sequence[Hit]) -> Mapping[str, float]:
    """Each term of a question with its weight in nats: the fewer of the hits hold it, the more; none is the rarest."""
    terms, texts = question_terms(simplify(question)), [_terms(hit) for hit in hits]
    count = Counter(term for text in texts for term in terms if term in text)
    return {term: math.log((len(texts) + 1) / (count[term] + 0.5)) for term in terms}


def _terms(hit: Hit) -> frozenset[str]:
    return term_set(simplify(f"{hit.title} {' '.join(hit.heading)} {hit.text}"))


def covered(rarity: Mapping[str, float], held: frozenset[str]) -> float:
    """The share of terms, by rarity, that are held, 0 to 1."""
    total = sum(rarity.values())
    return sum(weight for term, weight in rarity.items() if term in held) / total if total else 0.0
