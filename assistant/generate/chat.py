"""Wording by a language model: it rewords evidence that was already chosen, and every sentence is verified after it.

What belongs in the answer is decided before; a model that leaves evidence out or numbers it wrongly is found after.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from assistant.generate import Worded
from assistant.llm.client import ChatClient
from assistant.llm.data import as_data
from assistant.prompts import prompt
from corpus.errors import GenerationError
from corpus.normalise import is_english

ONE_SENTENCE = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}


class ChatGenerator:
    """A Generator over a chat model. English questions get English sentences, all others Chinese ones.

    ``one_by_one`` gives the model one piece of evidence at a time, for small models, which mix several up; a rewording
    that can't be used is then replaced by the evidence as it stands. Otherwise all of it goes in one request.
    ``seconds`` bounds the whole answer, each request's own limits come on top of the last one.
    """

    def __init__(self, client: ChatClient, name: str, *, one_by_one: bool = False, seconds: float = 60.0) -> None:
        self._client = client
        self._name = name
        self._one_by_one = one_by_one
        self._seconds = seconds

    @property
    def name(self) -> str:
        """``local/MODEL`` or ``endpoint/MODEL``."""
        return self._name

    def generate(self, question: str, evidence: Sequence[str]) -> Iterator[Worded]:
        """The sentences, each as soon as it is complete; closing the iterator cancels the request.

        Raises GenerationError when the model fails, answers nonsense or takes too long; what came before stands.
        """
        if not evidence:
            return iter(())
        return self._each(question, evidence) if self._one_by_one else self._together(question, evidence)

    def _each(self, question: str, evidence: Sequence[str]) -> Iterator[Worded]:
        language = "en" if is_english(question) else "zh"
        started = time.monotonic()
        for n, shown in enumerate(evidence, start=1):
            if time.monotonic() - started > self._seconds:
                raise GenerationError(f"the language model did not finish within {self._seconds:g} s")
            user = as_data({"question": question, "evidence": shown})
            limit = 64 + 2 * len(shown)  # more than a rewording needs, so a model that repeats itself is stopped
            answer = self._client.complete_json(prompt(f"sentence_{language}"), user, ONE_SENTENCE, limit)
            text = answer.get("text")
            yield Worded(text.strip() if _usable(text, question) else shown, (n,))

    def _together(self, question: str, evidence: Sequence[str]) -> Iterator[Worded]:
        language = "en" if is_english(question) else "zh"
        numbers = list(range(1, len(evidence) + 1))
        listed = [{"n": n, "text": shown} for n, shown in enumerate(evidence, start=1)]
        user = as_data({"question": question, "evidence": listed})
        none_yet = True
        for answer in self._client.stream_json(prompt(f"answer_{language}"), user, answer_schema(numbers)):
            none_yet = False
            yield _sentence(answer, question, numbers)
        if none_yet:
            raise GenerationError("the language model answered no sentence")


def answer_schema(numbers: Sequence[int]) -> dict[str, Any]:
    """Sentences, each with the numbers of the evidence that it rests on first and its text after."""
    sentence = {
        "type": "object",
        "properties": {
            "evidence": {"type": "array", "items": {"type": "integer", "enum": list(numbers)}, "minItems": 1},
            "text": {"type": "string"},
        },
        "required": ["evidence", "text"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence, "minItems": 1}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def _sentence(answer: Mapping[str, Any], question: str, numbers: Sequence[int]) -> Worded:
    """The answer's object as a Sentence; GenerationError if a server without schema let something else through."""
    text, named = answer.get("text"), answer.get("evidence")
    if not _usable(text, question):
        raise GenerationError("the language model repeated the question or wrote an empty sentence")
    if not isinstance(named, list) or not named or any(type(n) is not int or n not in numbers for n in named):
        raise GenerationError(f"the language model named evidence {named!r}, which it was not given")
    return Worded(text.strip(), tuple(dict.fromkeys(named)))


def _usable(text: object, question: str) -> TypeGuard[str]:
    """Whether ``text`` is a sentence, in the language asked for, and not the question or another one."""
    if not isinstance(text, str) or not text.strip():
        return False
    asks = text.rstrip().endswith(("？", "?")) or _bare(text) == _bare(question)
    return not asks and is_english(text) == is_english(question)


def _bare(text: str) -> str:
    """``text`` without spaces and punctuation, to see whether two say the same words."""
    return re.sub(r"[\W_]", "", text).casefold()
