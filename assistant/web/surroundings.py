"""What the page needs from the rest: an assistant that answers, and optional callables that tell how things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Answer
from assistant.conversation import Progress, Turn
from corpus.document import Document
from index.hit import Hit


class Answers(Protocol):
    """The part of the assistant that the page uses."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The whole answer."""
        ...

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Progress | Answer]:
        """Progress, then answers that grow; the last one is final."""
        ...

    def document(self, document: str) -> Document | None:
        """A document by its id."""
        ...


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many documents there are, and as of when (``2026-03``, empty if unknown)."""

    documents: int = 0
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Asked anew whenever the page needs it; each must be quick.

    ``suggestions`` gives first questions with the title of the document each comes from; ``model_status`` one line
    about a language model in preparation (empty: nothing to tell); ``search`` serves ``POST /api/search``.
    """

    suggestions: Callable[[], Sequence[tuple[str, str]]] = tuple
    model_status: Callable[[], str] = str
    holdings: Callable[[], Holdings] = Holdings
    search: Callable[[str, int], Sequence[Hit]] | None = None
