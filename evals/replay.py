"""A language model's sentences written down, and said again from there: the same run on a slow machine, or without one.

What a model says under a time limit depends on the machine. Recorded once, a run can be repeated anywhere with the same
result, and one that was interrupted does not ask for what it already has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.generate import Evidence, Generator, Sentence
from corpus.errors import DafuError, GenerationError, InputError


class NotRecordedError(DafuError):
    """A replay was asked for an answer that was never recorded; the case could not be scored."""


class Recorder:
    """A Generator that passes on what another says and appends it to a file, once for the same question and evidence.

    A failure of the model is recorded as well, with the sentences that came before it.
    """

    def __init__(self, generator: Generator, path: Path) -> None:
        """``path``: read if it exists, appended to otherwise. Raises InputError if it holds something else."""
        self._generator = generator
        self._path = path
        self._known = read_replies(path)
        self._lock = Lock()

    @property
    def name(self) -> str:
        """That of the generator recorded."""
        return self._generator.name

    def generate(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Sentence]:
        """What was recorded for this question and evidence, else what the generator says now."""
        key = _key(self.name, question, evidence)
        if key not in self._known:
            self._keep(_listen(self._generator, key, question, evidence))
        yield from _said(self._known[key])

    def _keep(self, reply: dict[str, Any]) -> None:
        with self._lock:
            self._known[reply["key"]] = reply
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(reply, ensure_ascii=False) + "\n")


class Replay:
    """A Generator that needs no model: it says what a Recorder of the generator ``name`` wrote down."""

    def __init__(self, path: Path) -> None:
        """Raises InputError if there is nothing recorded in ``path``."""
        self._known = read_replies(path)
        if not self._known:
            raise InputError(f"{path}: no recorded replies; make them with `dafu eval run --generator local`")
        self.name = str(next(iter(self._known.values()))["generator"])

    def generate(self, question: str, evidence: Sequence[Evidence]) -> Iterator[Sentence]:
        """What was recorded; raises NotRecordedError where nothing was."""
        key = _key(self.name, question, evidence)
        if key not in self._known:
            raise NotRecordedError(f"no reply was recorded for {question!r} with this evidence; record the run anew")
        yield from _said(self._known[key])


def read_replies(path: Path) -> dict[str, dict[str, Any]]:
    """Recorded replies by key; a last line that was cut off is left out.

    Raises:
        InputError: the file is something else.
    """
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    known: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines, start=1):
        try:
            reply = json.loads(line)
            known[reply["key"]] = reply
        except (ValueError, KeyError, TypeError) as error:
            if number < len(lines):
                raise InputError(f"{path}:{number}: not a recorded reply; delete the file") from error
    return known


def _listen(generator: Generator, key: str, question: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
    sentences: list[dict[str, Any]] = []
    reply = {"key": key, "generator": generator.name, "question": question, "sentences": sentences}
    try:
        sentences.extend(
            {"text": one.text, "evidence": list(one.evidence)} for one in generator.generate(question, evidence)
        )
    except GenerationError as error:
        return reply | {"error": str(error)}
    return reply


def _said(reply: dict[str, Any]) -> Iterator[Sentence]:
    for sentence in reply["sentences"]:
        yield Sentence(sentence["text"], tuple(sentence["evidence"]))
    if "error" in reply:
        raise GenerationError(reply["error"])


def _key(name: str, question: str, evidence: Sequence[Evidence]) -> str:
    given = [name, question, [[one.n, one.text, [quote.text for quote in one.quotes]] for one in evidence]]
    return hashlib.sha256(json.dumps(given, ensure_ascii=False).encode()).hexdigest()[:24]
