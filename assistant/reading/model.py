"""A language model as reader: it gets the numbered units of the nearest passages and returns numbers, no words.

Whatever it returns is checked against what it was given. Where it fails, the other reader reads, and the Reading says
why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from assistant.llm.data import as_data
from assistant.prompts import prompt
from assistant.reading.passages import passages
from assistant.reading.reader import Read, Reader, Reading
from corpus.errors import GenerationError
from index.hit import Hit

HITS = 8
LONGEST = 400  # characters of a unit that the model sees
OPEN = 4  # parts of a question that a model may call open
PART = 60  # characters of one


class Completer(Protocol):
    """Asks a model for an object under a schema; ``assistant.llm.ChatClient`` is one."""

    def complete_json(self, system: str, user: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The whole answer; GenerationError where none came."""
        ...


class ModelReader:
    """Reads by a language model, and by ``other`` where that fails."""

    name = "model"

    def __init__(self, client: Completer, other: Reader) -> None:
        self._client, self._other = client, other

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:
        """See ``Reader``."""
        found = [(one.hit, one.head, unit) for one in passages(hits[:HITS]) for unit in one.units]
        if not found:
            return Reading(0.0, answered=False, reader=self.name)
        listed = [{"n": n, "from": head, "text": unit.text[:LONGEST]} for n, (_, head, unit) in enumerate(found, 1)]
        user = as_data({"earlier": list(history[-3:]), "question": question, "units": listed})
        try:
            answer = self._client.complete_json(prompt("read"), user, schema(len(found)))
            chosen, parts = _checked(answer, len(found))
        except GenerationError as error:
            return replace(self._other.read(question, history, hits), fallback=str(error))
        sure = {n: 1.0 - 0.01 * at for at, n in enumerate(chosen)}
        read = [Read(unit, sure.get(n, 0.0), hit.rank) for n, (hit, _, unit) in enumerate(found, 1)]
        read.sort(key=lambda one: (-one.sure, one.rank, one.unit.key))
        best = 1.0 if chosen else 0.0
        return Reading(best, bool(chosen), tuple(read), reader=self.name, open=parts)


def schema(count: int) -> dict[str, Any]:
    """What the model returns: whether and by which numbers it is answered, the best first, and what stays open."""
    numbers = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": count}}
    return {
        "type": "object",
        "properties": {
            "numbers": numbers,
            "open": {"type": "array", "items": {"type": "string"}},
            "answerable": {"type": "boolean"},
        },
        "required": ["numbers", "open", "answerable"],
        "additionalProperties": False,
    }


def _checked(answer: Mapping[str, Any], count: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Numbers that were given, each once, and the open parts; a GenerationError for anything else."""
    numbers, parts, answerable = answer.get("numbers"), answer.get("open", []), answer.get("answerable")
    if not isinstance(numbers, list) or any(type(n) is not int or not 1 <= n <= count for n in numbers):
        raise GenerationError(f"the language model named passages {numbers!r}, which it was not given"[:200])
    if not isinstance(answerable, bool) or not isinstance(parts, list):
        raise GenerationError("the language model did not say whether the question can be answered")
    said = tuple(one[:PART] for one in parts if isinstance(one, str) and one.strip())[:OPEN]
    return (tuple(dict.fromkeys(numbers)) if answerable else ()), said
