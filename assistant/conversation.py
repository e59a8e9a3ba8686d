"""What passes between a person and the assistant while a question is answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assistant.answer import Answer, Citation
from corpus import limits
from corpus.errors import InputError

Stage = Literal["search", "read", "compose", "check"]


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, with its answer's text where that is known."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the answering of a question stands; ``evidence`` is what was found so far, before any sentence.

    While it is ``read``, that is what comes nearest; ``ahead`` are the questions that are read before it.
    """

    stage: Stage
    standalone_question: str = ""
    evidence: tuple[Citation, ...] = ()
    ahead: int = 0


History = Iterable[str | Turn | Mapping[str, Any]]  # as callers write it, oldest first; see ``turns``


class Answers(Protocol):
    """What answers questions: ``assistant.assistant.Assistant``, and whatever stands before one."""

    def ask(self, question: str, history: History = ()) -> Answer:
        """The whole answer."""
        ...

    def stream(self, question: str, history: History = ()) -> Iterator[Progress | Answer]:
        """Progress, then answers that grow; the last one is final."""
        ...


def turns(history: History) -> tuple[Turn, ...]:
    """A history as callers write it: questions, or ``{"question", "answer"}``, oldest first; the latest of them.

    Raises:
        InputError: an entry is of another shape.
    """
    return tuple(_turn(entry) for entry in deque(history, limits.HISTORY))


def _turn(entry: str | Turn | Mapping[str, Any]) -> Turn:
    if isinstance(entry, Turn):
        question, answer = entry.question, entry.answer
    elif isinstance(entry, str):
        question, answer = entry, ""
    elif isinstance(entry, Mapping) and isinstance(entry.get("question"), str):
        said = entry.get("answer") or ""
        question, answer = entry["question"], str(said.get("text", "") if isinstance(said, Mapping) else said)
    else:
        raise InputError('history entries are questions or {"question": ..., "answer": ...}')
    return Turn(question[: limits.QUESTION], answer)
