"""Answers for many people at once: the reading of one waits for that of those who asked before."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from copy import copy
from dataclasses import replace
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.conversation import Progress, Turn
from corpus.document import Document

_LOOK = 1.0  # seconds after which it is told again how many are before


class InTurn:
    """An assistant that searches and reads through executors, first come, first served.

    Searching and reading keep a core busy. Twenty such threads would each take twenty times as long and some of them
    far longer; in turn, nobody waits longer than the work of those before. Searches, which are short, have an executor
    of their own, so that what comes nearest is seen while others are still being read. What a language model writes is
    not waited for here: it has a queue of its own.
    """

    def __init__(self, assistant: Assistant, workers: Executor, searching: Executor | None = None) -> None:
        """Both executors may be shared by several assistants; without one for ``searching`` all wait for the first."""
        self._assistant, self._workers, self._searching = assistant, workers, searching or workers
        self._tickets = itertools.count()
        self._queued: dict[int, Future[Progress | Answer]] = {}

    @property
    def queued(self) -> int:
        """Questions that wait for a worker."""
        return sum(not (one.running() or one.done()) for one in list(self._queued.values()))

    def ask(self, question: str, history: Iterable[str | Turn | Mapping[str, Any]] = ()) -> Answer:
        """As ``Assistant.ask``."""
        return [step for step in self.stream(question, history) if isinstance(step, Answer)][-1]

    def stream(
        self, question: str, history: Iterable[str | Turn | Mapping[str, Any]] = ()
    ) -> Iterator[Progress | Answer]:
        """As ``Assistant.stream``."""
        events = self._assistant.stream(question, history)
        yield next(events)  # that it is being searched for, at once
        step = self._submit(self._searching, events)[1].result()
        yield step
        while isinstance(step, Progress) and step.stage == "read":
            step = yield from self._read(step, events)
            yield step
        yield from events

    def document(self, identifier: str) -> Document | None:
        """As ``Assistant.document``."""
        return self._assistant.document(identifier)

    def within(self, documents: Sequence[str]) -> InTurn:
        """The same over some documents alone, waiting with all others."""
        confined = copy(self)
        confined._assistant = self._assistant.within(documents)  # noqa: SLF001 (its own kind)
        return confined

    def _read(
        self, told: Progress, events: Iterator[Progress | Answer]
    ) -> Generator[Progress, None, Progress | Answer]:
        """The next step, once it is its turn; until then, how many are read before it, as that changes."""
        ticket, future = self._submit(self._workers, events)
        try:
            while not wait([future], _LOOK).done:
                now = sum(one < ticket for one in list(self._queued))
                if now != told.ahead:
                    told = replace(told, ahead=now)
                    yield told
            return future.result()
        finally:
            future.cancel()  # whoever asked has gone

    def _submit(self, workers: Executor, events: Iterator[Progress | Answer]) -> tuple[int, Future[Progress | Answer]]:
        """The next step of an answer in the queue, with a ticket that is higher than those of all before."""
        ticket = next(self._tickets)
        future: Future[Progress | Answer] = workers.submit(next, events)
        self._queued[ticket] = future
        future.add_done_callback(lambda _: self._queued.pop(ticket, None))
        return ticket, future
