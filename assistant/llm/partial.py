"""Reading a JSON answer while it is still arriving, within the limits of what a model may send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from corpus import limits
from corpus.errors import GenerationError

_STRUCTURE = re.compile(r'["\\{}\[\]:]')


def whole(text: str) -> dict[str, Any]:
    """The one JSON object that ``text`` consists of (a Markdown fence around it is allowed)."""
    for _ in _Scanner().read(text):
        pass  # it may nest too deep for a parser
    return _parsed(text)


def elements(pieces: Iterable[str], key: str) -> Iterator[dict[str, Any]]:
    """Objects of the array ``key``, each as soon as its closing brace has come; the end must be valid JSON.

    Partial parsers close what is open, so that half an object looks whole; here only complete ones are parsed.
    """
    scanner = _Scanner(key)
    for piece in pieces:
        yield from scanner.read(piece)
    if not isinstance(_parsed(scanner.text).get(key), list):
        raise GenerationError(f"the language model's answer has no list {key!r}")


class _Scanner:
    """Follows strings and brackets through a growing text, each character once and without recursion.

    ``read`` gives the objects of the array ``key`` of the outermost object as they are completed.
    """

    def __init__(self, key: str = "") -> None:
        self.text = ""
        self._key = key
        self._at = 0
        self._open: list[str] = []
        self._string: int | None = None  # where the string began that is being read
        self._last = ""  # the last string of the outermost object, and the key that it became by a colon
        self._named = ""
        self._listed = False  # whether the array that is open below the outermost object is the one looked for
        self._element = 0

    def read(self, piece: str) -> Iterator[dict[str, Any]]:
        """The elements that a further piece completes.

        Raises:
            GenerationError: the text is longer or nests deeper than any answer.
        """
        if len(self.text) + len(piece) > limits.MODEL_CHARACTERS:
            raise GenerationError(f"the language model wrote more than {limits.MODEL_CHARACTERS} characters")
        self.text += piece
        while found := _STRUCTURE.search(self.text, self._at):
            self._at = found.end()
            if self._string is None:
                yield from self._outside(found.group(), found.start())
            elif found.group() == "\\":
                self._at += 1  # what is escaped ends nothing; it may be yet to come
            elif found.group() == '"':
                self._last = self.text[self._string : self._at] if len(self._open) == 1 else ""
                self._string = None
        self._at = max(self._at, len(self.text))

    def _outside(self, mark: str, at: int) -> Iterator[dict[str, Any]]:
        """A mark that stands in no string."""
        depth = len(self._open)
        if mark == '"':
            self._string = at if depth else None  # quotes around the object are no JSON
        elif mark == ":" and depth == 1:
            self._named = self._last
        elif mark in "{[":
            if depth == limits.MODEL_DEPTH:
                raise GenerationError(f"the language model's answer nests deeper than {depth} brackets")
            if depth == 1:
                self._listed = mark == "[" and self._named == json.dumps(self._key, ensure_ascii=False)
            elif depth == 2:
                self._element = at
            self._open.append(mark)
        elif mark in "}]" and self._open:
            self._open.pop()
            if depth == 3 and mark == "}" and self._listed and self.text[self._element] == "{":
                yield from self._complete(self._element, at + 1)

    def _complete(self, start: int, end: int) -> Iterator[dict[str, Any]]:
        try:
            yield _loaded(self.text[start:end])
        except ValueError:
            return  # the end will be no valid JSON either


def _parsed(text: str) -> dict[str, Any]:
    if not text.strip():
        raise GenerationError("the language model answered nothing")
    try:
        value = _loaded(_unfenced(text))
    except ValueError as error:
        raise GenerationError("the language model's answer is not valid JSON") from error
    if not isinstance(value, dict):
        raise GenerationError("the language model's answer is not a JSON object")
    return value


def _loaded(text: str) -> Any:
    """The value; NaN and half characters, which an escape can write and nothing can keep, are a ValueError."""
    value = json.loads(text, parse_constant=_no_number)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _no_number(name: str) -> float:
    raise ValueError(name)


def _unfenced(text: str) -> str:
    """``text`` without the Markdown fence that servers which don't enforce a schema put around it."""
    fenced = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", text, re.DOTALL)
    return fenced[1] if fenced else text
