"""What passes between a person and the assistant while a question is answered."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assistant.answer import Answer, Citation
from assistant.question import is_elliptic, length
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


# A logistic fitted on 322 kept questions, half of which go on from the one they stand behind.
BIAS, ALONE, TOGETHER, LENGTH, ELLIPTIC, SAME = 2.2, -0.37, 0.59, -0.36, 2.3, 2.3
LONGEST = 15  # characters from which on length says nothing more
History = Iterable[str | Turn | Mapping[str, Any]]  # as callers write it, oldest first; see ``turns``


class Answers(Protocol):
    """What answers questions: ``assistant.assistant.Assistant``, and whatever stands before one."""

    def ask(self, question: str, history: History = ()) -> Answer:
        """The whole answer."""
        ...

    def stream(self, question: str, history: History = ()) -> Iterator[Progress | Answer]:
        """Progress, then answers that grow; the last one is final."""
        ...


def goes_on(asked: str, alone: float, together: float, *, same: bool) -> bool:
    """Whether a question goes on from the one before it, and does not stand for itself.

    ``alone`` and ``together`` say how sure what was read is, 0 to 1, of the question by itself and behind that one;
    ``same`` whether the latter stands in the document that the one before finds first.
    """
    said = LENGTH * min(length(asked), LONGEST) + ELLIPTIC * is_elliptic(asked)
    return BIAS + ALONE * _log_odds(alone) + TOGETHER * _log_odds(together) + said + SAME * same > 0


def _log_odds(sure: float) -> float:
    held = min(max(sure, 0.001), 0.999)
    return math.log(held / (1 - held))


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
