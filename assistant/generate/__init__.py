"""Wording the answer. A Generator gets sentences that were already chosen and may only say them, never add to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence of the answer and the numbers, from 1, of the evidence that it rests on."""

    text: str
    evidence: tuple[int, ...]


class Generator(Protocol):
    """Words an answer from evidence."""

    @property
    def name(self) -> str:
        """What the answer names as its maker: ``extractive``, ``local/MODEL`` or ``endpoint/MODEL``."""
        ...

    def generate(self, question: str, evidence: Sequence[str]) -> Iterator[Worded]:
        """The answer's sentences, each as soon as it is complete; raises GenerationError when the model fails.

        ``evidence``: the chosen sentences and rows of tables as they are shown.
        """
        ...
