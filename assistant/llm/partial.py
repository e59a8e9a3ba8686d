"""Reading a JSON answer while it is still arriving."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.errors import GenerationError


def whole(text: str) -> dict[str, Any]:
    """The one JSON object that ``text`` consists of (a Markdown fence around it is allowed)."""
    if not text.strip():
        raise GenerationError("the language model answered nothing")
    try:
        value = json.loads(_unfenced(text))
    except ValueError as error:
        raise GenerationError("the language model's answer is not valid JSON") from error
    if not isinstance(value, dict):
        raise GenerationError("the language model's answer is not a JSON object")
    return value


def elements(pieces: Iterable[str], key: str) -> Iterator[dict[str, Any]]:
    """Objects of the array ``key``, each as soon as its closing brace has come; the end must be valid JSON.

    Partial parsers close what is open, so that half an object looks whole; ``raw_decode`` takes complete ones only.
    """
    text, position = "", None
    for piece in pieces:
        text += piece
        if position is None and (opening := re.search(rf'"{re.escape(key)}"\s*:\s*\[', text)):
            position = opening.end()
        while position is not None and (found := _next_object(text, position)):
            position = found[1]
            yield found[0]
    if not isinstance(whole(text).get(key), list):
        raise GenerationError(f"the language model's answer has no list {key!r}")


def _next_object(text: str, position: int) -> tuple[dict[str, Any], int] | None:
    """The complete object that begins at ``position`` (after a comma and spaces) and where it ends."""
    start = re.compile(r"[\s,]*").match(text, position).end()  # type: ignore[union-attr]  # it can match nothing
    if text[start : start + 1] != "{":
        return None
    try:
        return json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        return None


def _unfenced(text: str) -> str:
    """``text`` without the Markdown fence that servers which don't enforce a schema put around it."""
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", text, re.DOTALL)
    return fenced[1] if fenced else text
