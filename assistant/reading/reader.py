"""The seam of reading: question and hits in, a Reading out. What decides whether a question is answered is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Reason
from assistant.units import Unit
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Read:
    """A unit with how surely it answers, from 0 to 1, and the rank of the hit it stands in, from 1."""

    unit: Unit
    sure: float
    rank: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a question.

    ``answers`` is how likely the hits answer at all, 0 to 1, and ``answered`` whether that is enough, ``unsure`` if
    barely; if not, ``refusal`` says why; ``margin`` is how far it is from the other decision. ``units`` are all that
    were read, surest first; ``open`` are parts of the question that a reader says nothing answers. ``reader`` names who
    read, ``fallback`` why it was not the reader asked for.
    """

    answers: float
    answered: bool
    units: tuple[Read, ...] = ()
    refusal: Reason = "no_evidence"
    open: tuple[str, ...] = ()
    reader: str = ""
    fallback: str = ""
    margin: float = 1.0
    unsure: bool = False


class Reader(Protocol):
    """Reads a question, after earlier ones, together with the nearest passages."""

    @property
    def name(self) -> str:
        """Short, for the answer: ``cross``, ``words``, ``model``."""
        ...

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        """The Reading of a question; ``history`` are the earlier questions, oldest first, ``hits`` best first."""
        ...
