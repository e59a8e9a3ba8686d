"""Answers for many people at once: the searching of one waits for that of those who asked before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.conversation import Progress, Turn
from corpus.document import Document


class InTurn:
    """An assistant whose searches go through an executor, first come, first served.

    Searching and reading keep a core busy. Twenty such threads would each take twenty times as long and some of them
    far longer; in turn, nobody waits longer than the work of those before. What a language model writes is not waited
    for here: it has a queue of its own.
    """

    def __init__(self, assistant: Assistant, workers: Executor) -> None:
        """``workers`` may be shared by several assistants."""
        self._assistant, self._workers = assistant, workers
        self._queued: set[Future[Progress | Answer]] = set()

    @property
    def queued(self) -> int:
        """Questions that wait for a worker."""
        return sum(not (one.running() or one.done()) for one in list(self._queued))

    def ask(self, question: str, history: Iterable[str | Turn | Mapping[str, Any]] = ()) -> Answer:
        """As ``Assistant.ask``."""
        return [step for step in self.stream(question, history) if isinstance(step, Answer)][-1]

    def stream(
        self, question: str, history: Iterable[str | Turn | Mapping[str, Any]] = ()
    ) -> Iterator[Progress | Answer]:
        """As ``Assistant.stream``."""
        events = self._assistant.stream(question, history)
        yield next(events)  # that it is being searched for, at once
        work = self._workers.submit(next, events)
        self._queued.add(work)
        work.add_done_callback(self._queued.discard)
        yield work.result()
        yield from events

    def document(self, identifier: str) -> Document | None:
        """As ``Assistant.document``."""
        return self._assistant.document(identifier)
