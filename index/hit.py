"""What search returns: a Chunk of a Document with its scores. The one seam that answering needs is ``Retriever``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from corpus.document import Document
from corpus.validity import Force


@dataclass(frozen=True, slots=True)
class LegScore:
    """Rank (from 1) and raw score of a chunk in one leg of the search."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk ``source.text[start:end]`` with its fused score and each leg's rank and score.

    ``force`` is what its document is worth on the day of the search.
    """

    rank: int
    score: float
    source: Document
    chunk: str
    start: int
    end: int
    heading: tuple[str, ...] = ()
    page: int | None = None
    legs: Mapping[str, LegScore] = field(default_factory=dict)
    force: Force = "in_force"

    @property
    def document(self) -> str:
        """Id of the document."""
        return self.source.id

    @property
    def title(self) -> str:
        """Title of the document."""
        return self.source.metadata.title

    @property
    def path(self) -> str:
        """Path of the document below its source."""
        return self.source.path

    @property
    def text(self) -> str:
        """The chunk's raw slice of the document."""
        return self.source.text[self.start : self.end]

    def to_dict(self) -> dict[str, Any]:
        """The hit as ``dafu search --json`` prints it."""
        legs = {name: {"rank": leg.rank, "score": round(leg.score, 6)} for name, leg in self.legs.items()}
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "document": self.document,
            "title": self.title,
            "path": self.path,
            "chunk": self.chunk,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "heading": list(self.heading),
            "legs": legs,
        }


class Retriever(Protocol):
    """Finds the chunks nearest to a question, best first."""

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most ``k`` hits, ranks from 1."""
        ...
