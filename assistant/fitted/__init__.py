"""Weights that were fitted, with the card that says on what: logistic models over named features."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: ``probability`` of a feature vector in the order of ``features``."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float

    def probability(self, values: Sequence[float]) -> float:
        """Between 0 and 1."""
        total = self.intercept + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a question is answered at all: a model and the probability from which it says yes."""

    model: Logistic
    threshold: float


def load_sentence_model() -> Logistic:
    """Probability that a sentence answers a question."""
    return _logistic(_card()["sentence"])


def load_gate(*, english: bool = False) -> Gate:
    """Probability that what was found answers the question, and the least that is accepted.

    An English question shares no words with Chinese documents and has a gate of its own.
    """
    stored = _card()["gate_en" if english else "gate"]
    return Gate(_logistic(stored), stored["threshold"])


def _logistic(stored: dict[str, Any]) -> Logistic:
    return Logistic(tuple(stored["features"]), tuple(stored["weights"]), stored["intercept"])


@cache
def _card() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files(__package__) / "evidence.json").read_text(encoding="utf-8"))
    return loaded
