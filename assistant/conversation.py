"""What passes between a person and the assistant while a question is answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assistant.answer import Citation
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


def turns(history: Iterable[str | Turn | Mapping[str, Any]]) -> tuple[Turn, ...]:
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
