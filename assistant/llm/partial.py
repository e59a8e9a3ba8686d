"""Reading a JSON answer while it is still arriving, within the limits of what a model may send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from corpus import limits
from corpus.errors import GenerationError


def whole(text: str) -> dict[str, Any]:
    """The one JSON object that ``text`` consists of (a Markdown fence around it is allowed).

    Raises:
        GenerationError: it is something else, or longer than any answer.
    """
    if len(text) > limits.MODEL_CHARACTERS:
        raise GenerationError(f"the language model wrote more than {limits.MODEL_CHARACTERS} characters")
    if not text.strip():
        raise GenerationError("the language model answered nothing")
    try:
        # without the Markdown fence that servers which don't enforce a schema put around it
        value = _loaded(re.sub(r"^\s*```(?:json)?|```\s*$", "", text))
    except ValueError as error:
        raise GenerationError("the language model's answer is not valid JSON") from error
    if not isinstance(value, dict):
        raise GenerationError("the language model's answer is not a JSON object")
    return value


def elements(pieces: Iterable[str], key: str) -> Iterator[dict[str, Any]]:
    """Objects of the array ``key``, each as soon as its closing brace has come; the end must be valid JSON.

    Parsers for partial JSON close whatever is open, so that half an object looks whole; here array and object are
    closed behind the last brace, which makes valid JSON only where that brace ends an element.
    """
    text, given = "", 0
    for piece in pieces:
        text += piece
        if "}" in piece and len(text) <= limits.MODEL_CHARACTERS:
            for one in _elements(f"{text[: text.rfind('}') + 1]}]}}", key)[given:]:
                given += 1
                yield one
    value = whole(text).get(key)
    if not isinstance(value, list):
        raise GenerationError(f"the language model's answer has no list {key!r}")
    yield from (one for one in value[given:] if isinstance(one, dict))


def _elements(text: str, key: str) -> list[dict[str, Any]]:
    """The objects of the array ``key``, none where the text is no JSON object with one of objects alone."""
    try:
        value = whole(text).get(key)
    except GenerationError:
        return []
    return value if isinstance(value, list) and all(isinstance(one, dict) for one in value) else []


def _loaded(text: str) -> Any:
    """The value; NaN, nesting without end and half characters, which nothing can keep, are a ValueError."""
    try:
        value = json.loads(text, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError(text[:20]) from error
    return value


def _no_number(name: str) -> float:
    raise ValueError(name)
