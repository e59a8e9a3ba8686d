"""Wording the answer. A Generator gets evidence that was already chosen and may only say it, never add to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.document import Document, Quote


@dataclass(frozen=True, slots=True)
class Evidence:
    """One chosen sentence or table row: as it is shown, and the raw places that prove it.

    ``n`` counts from 1. A table row has two quotes, its header's and its own.
    """

    n: int
    text: str
    quotes: tuple[Quote, ...]
    source: Document
    heading: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence of the answer and the numbers of the evidence that it rests on."""

    text: str
    evidence: tuple[int, ...]


class Generator(Protocol):
    """Words an answer from evidence."""

    @property
    def name(self) -> str:
        """What the answer names as its maker: ``extractive``, ``local/MODEL`` or ``endpoint/MODEL``."""
        ...

    def generate(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Worded]:
        """The answer's sentences, each as soon as it is complete; raises GenerationError when the model fails."""
        ...
