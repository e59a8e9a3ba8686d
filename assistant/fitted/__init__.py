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


@dataclass(frozen=True, slots=True)
class Models:
    """Which sentence answers, and whether the best one is an answer; an English question has a gate of its own.

    It shares no words with Chinese documents.
    """

    sentence: Logistic
    gate: Gate
    english_gate: Gate

    def gate_for(self, language: str) -> Gate:
        """The gate for a question in that language."""
        return self.english_gate if language == "en" else self.gate


def load_models(*, reading: bool = False) -> Models:
    """The fitted models: by words and vectors alone, or with what a Reader says besides."""
    part = _card()["reading" if reading else "words"]
    return Models(_logistic(part["sentence"]), _gate(part["gate"]), _gate(part["gate_en"]))


def _gate(stored: dict[str, Any]) -> Gate:
    return Gate(_logistic(stored), stored["threshold"])


def _logistic(stored: dict[str, Any]) -> Logistic:
    return Logistic(tuple(stored["features"]), tuple(stored["weights"]), stored["intercept"])


@cache
def _card() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files(__package__) / "evidence.json").read_text(encoding="utf-8"))
    return loaded
