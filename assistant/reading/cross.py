"""The default reader: a cross-encoder reads the question together with each of the nearest passages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.reading.passages import Passage, passages
from assistant.reading.reader import Read, Reading
from assistant.reading.references import told
from assistant.reading.window import HEAD, PATH, TokenIds, Window, windows
from corpus.normalise import simplify
from index.hit import Hit

Logits = tuple[float, npt.NDArray[np.float32]]
"""A window's logit that it answers, and those of its sentences, float32 [sentences with tokens there]."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted on kept-back questions: log-odds from the logits of a passage and its sentence, and its place.

    From ``threshold`` on it is an answer, below ``cautious`` one that may not be what was asked for.
    """

    passage: float = 1.0
    sentence: float = 0.0
    place: float = 0.0
    bias: float = 0.0
    threshold: float = 0.5
    cautious: float = 0.0
    hits: int = 6

    def probability(self, passage: float, sentence: float, place: int) -> float:
        """How likely a sentence answers, 0 to 1; ``place`` is its passage's among the hits, from 1."""
        return _sigmoid(self.passage * passage + self.sentence * sentence + self.place * math.log(place) + self.bias)


class CrossReader:
    """Reads the first hits; what answers is as likely as the surest unit."""

    name = "cross"

    def __init__(
        self,
        network: Callable[[Sequence[Window]], list[Logits]],
        token_ids: TokenIds,
        calibration: Calibration,
    ) -> None:
        """``network`` gives the logits of windows in order; ``token_ids`` are the encoder's."""
        self._network, self._ids, self._fitted = network, token_ids, calibration

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        """See ``Reader``."""
        found = [
            Read(unit, self._fitted.probability(passage, logit, place), one.hit.rank)
            for place, (one, passage, each) in enumerate(self.logits(question, history, hits), start=1)
            for unit, logit in zip(one.units, each, strict=True)
        ]
        found.sort(key=lambda one: (-one.sure, one.rank, one.unit.key))
        best, least = found[0].sure if found else 0.0, self._fitted.threshold
        unsure = least <= best < self._fitted.cautious
        return Reading(best, best >= least, tuple(found), reader=self.name, margin=abs(best - least), unsure=unsure)

    def logits(
        self, question: str, history: Sequence[str], hits: Sequence[Hit]
    ) -> list[tuple[Passage, float, list[float]]]:
        """The first hits as passages, each with its own logit and those of its units, as the network gives them."""
        asked, before = simplify(question), simplify(history[-1]) if history else ""
        nearest = list(passages(hits[: self._fitted.hits]))
        laid = [(number, window) for number, one in enumerate(nearest) for window in self._laid(one, asked, before)]
        read = list(zip(laid, self._network([window for _, window in laid]), strict=True))
        found = []
        for number, one in enumerate(nearest):
            own = [(window, logits) for (at, window), logits in read if at == number]
            found.append((one, max(passage for _, (passage, _) in own), _by_sentence(own, len(one.units))))
        return found

    def _laid(self, one: Passage, asked: str, before: str) -> Iterator[Window]:
        sentences = [simplify(told(unit, asked)) for unit in one.units]
        most = PATH if len(one.hit.heading) > 1 else HEAD
        return windows(self._ids, asked, sentences, head=simplify(one.head), most=most, history=before)


def _by_sentence(read: Sequence[tuple[Window, Logits]], count: int) -> list[float]:
    """Each sentence's best logit; one that has no token is not read."""
    each = [-20.0] * count
    for window, (_, logits) in read:
        numbers = sorted({*window.owner} - {-1})
        for number, logit in zip(numbers, logits.tolist(), strict=True):
            each[number] = max(each[number], logit)
    return each


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -500 else 0.0
