"""Answers for many people at once: the reading of one waits for that of those who asked before."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import replace

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.conversation import History, Progress
from corpus.document import Document

_LOOK = 1.0  # seconds after which it is told again how many are before


class Queue:
    """The places at the processor that all assistants of a server share, and who waits for them.

    Searching and reading keep a core busy. Twenty such threads would each take twenty times as long and some of them
    far longer; in turn, nobody waits longer than the work of those before. Searches, which are short, have an executor
    of their own, so that what comes nearest is seen while others are still being read.
    """

    def __init__(self, reading: Executor, searching: Executor | None = None) -> None:
        """Without an executor for ``searching`` all wait for the first."""
        self._executors = {"read": reading, "search": searching or reading}
        self._tickets = itertools.count()
        self._queued: dict[int, tuple[Executor, Future[Progress | Answer]]] = {}

    @property
    def waiting(self) -> int:
        """Questions that wait for a place."""
        return sum(not (one.running() or one.done()) for _, one in list(self._queued.values()))

    def taken(
        self, told: Progress, events: Iterator[Progress | Answer]
    ) -> Generator[Progress, None, Progress | Answer]:
        """The next step, once it is its turn; until then, each second, how many are read before it.

        Each of these is a chance to leave: whoever has gone waits no longer.
        """
        ticket, future = self._submit(self._executors["search" if told.stage == "search" else "read"], events)
        try:
            while not wait([future], _LOOK).done:
                if told.stage == "read":
                    told = replace(told, ahead=self._before(ticket))
                yield told
            return future.result()
        finally:
            future.cancel()  # whoever asked has gone

    def _before(self, ticket: int) -> int:
        mine, _ = self._queued.get(ticket, (None, None))
        return sum(one < ticket and executor is mine for one, (executor, _) in list(self._queued.items()))

    def _submit(self, workers: Executor, events: Iterator[Progress | Answer]) -> tuple[int, Future[Progress | Answer]]:
        """The next step of an answer in the queue, with a ticket that is higher than those of all before."""
        ticket = next(self._tickets)
        future: Future[Progress | Answer] = workers.submit(next, events)
        self._queued[ticket] = (workers, future)
        future.add_done_callback(lambda _: self._queued.pop(ticket, None))
        return ticket, future


class InTurn:
    """An assistant that searches and reads when it is its turn in a queue, first come, first served.

    What a language model writes is not waited for here: it has a queue of its own.
    """

    def __init__(self, assistant: Assistant, queue: Queue) -> None:
        self._assistant, self._queue = assistant, queue

    def ask(self, question: str, history: History = ()) -> Answer:
        """As ``Assistant.ask``."""
        return [step for step in self.stream(question, history) if isinstance(step, Answer)][-1]

    def stream(self, question: str, history: History = ()) -> Iterator[Progress | Answer]:
        """As ``Assistant.stream``."""
        events = self._assistant.stream(question, history)
        step = next(events)
        yield step  # that it is being searched for, at once
        while isinstance(step, Progress) and step.stage in {"search", "read"}:
            step = yield from self._queue.taken(step, events)
            yield step
        yield from events

    def document(self, identifier: str) -> Document | None:
        """As ``Assistant.document``."""
        return self._assistant.document(identifier)

    def within(self, documents: Sequence[str]) -> InTurn:
        """The same over some documents alone, waiting with all others."""
        return InTurn(self._assistant.within(documents), self._queue)

    def beside(self, documents: Sequence[Document]) -> InTurn:
        """The same over these documents too, waiting with all others."""
        return InTurn(self._assistant.beside(documents), self._queue)
