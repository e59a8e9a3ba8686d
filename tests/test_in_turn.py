"""Many people at once: searches take turns, nobody waits to hear that theirs is going on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.answer import Answer
from assistant.conversation import Progress
from assistant.in_turn import InTurn, Queue
from corpus.errors import InputError
from tests.fakes.assistant import FakeAssistant


class Searching(FakeAssistant):
    """Counts how many search at once, and in which order they came to it."""

    def __init__(self) -> None:
        super().__init__({}, {})
        self.going, self.most, self.order = 0, 0, []
        self.gate = threading.Event()

    def stream(self, question: str, _history: object = ()) -> Iterator[Progress | Answer]:
        if not question:
            raise InputError("the question is empty; write one")
        yield Progress("search")
        self.going += 1
        self.most = max(self.most, self.going)
        self.order.append(question)
        self.gate.wait(10)
        self.going -= 1
        yield Progress("compose", question)
        yield Answer(question, question)


def test_searches_take_turns_in_the_order_of_asking():
    """Six ask: each hears at once that it is searched for; one search at a time goes on, first come, first served."""
    inner = Searching()
    with ThreadPoolExecutor(1) as workers, ThreadPoolExecutor(6) as people:
        queue = Queue(workers)
        asked = [InTurn(inner, queue).stream(str(n)) for n in range(6)]
        assert [next(one).stage for one in asked] == ["search"] * 6
        assert inner.order == []
        waiting = []
        for at, one in enumerate(asked):
            waiting.append(people.submit(list, one))
            deadline = time.monotonic() + 10
            while len(inner.order) + workers._work_queue.qsize() <= at:
                assert time.monotonic() < deadline, "a question never came to the searches"
        inner.gate.set()
        ended = [one.result(10)[-1].question for one in waiting]
    assert ended == inner.order == [str(n) for n in range(6)]
    assert inner.most == 1


class Reading(Searching):
    """One that reads what it found."""

    def stream(self, question: str, _history: object = ()) -> Iterator[Progress | Answer]:
        yield Progress("search")
        yield Progress("read", question)
        self.gate.wait(10)
        yield Answer(question, question)


def test_what_comes_near_waits_for_no_reading():
    """While one question is being read, the next one's passages are seen, and how many are before it."""
    inner = Reading()
    with ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(1) as searching, ThreadPoolExecutor(1) as people:
        queue = Queue(reading, searching)
        turns, others = InTurn(inner, queue), InTurn(inner, queue)  # as for two roles
        first = turns.stream("1")
        assert [next(first).stage for _ in range(2)] == ["search", "read"]
        ended = people.submit(list, first)
        while not reading._work_queue.empty() or not queue._queued:
            time.sleep(0.01)
        second = others.stream("2")
        assert [next(second).stage for _ in range(2)] == ["search", "read"]
        assert next(second).ahead == 1
        assert queue.waiting == 1
        inner.gate.set()
        assert [one.question for one in (ended.result(10)[-1], list(second)[-1])] == ["1", "2"]


def test_the_whole_answer_is_the_last_one():
    inner = Searching()
    inner.gate.set()
    with ThreadPoolExecutor(2) as workers:
        assert InTurn(inner, Queue(workers)).ask("问").question == "问"


def test_what_is_wrong_with_a_question_is_told():
    """An error of the assistant is the asker's, and the next question is answered."""
    inner = Searching()
    inner.gate.set()
    with ThreadPoolExecutor(1) as workers:
        turn = InTurn(inner, Queue(workers))
        with pytest.raises(InputError, match="write one"):
            turn.ask("")
        assert turn.ask("问").question == "问"


def test_whoever_waits_can_leave():
    """Each second of waiting, for a search or for the reading, is a step at which the page can end it."""
    inner = Searching()
    with ThreadPoolExecutor(1) as workers, ThreadPoolExecutor(1) as people:
        queue = Queue(workers)
        ended = people.submit(list, InTurn(inner, queue).stream("1"))
        while not inner.order:
            time.sleep(0.01)
        waiting = InTurn(inner, queue).stream("2")
        assert [next(waiting).stage for _ in range(3)] == ["search"] * 3
        assert queue.waiting == 1
        waiting.close()
        assert queue.waiting == 0
        inner.gate.set()
        assert ended.result(10)[-1].question == "1"
    assert inner.order == ["1"]


def test_whoever_is_being_read_is_told_so_each_second():
    """Also while nothing about it changes."""
    inner = Reading()
    with ThreadPoolExecutor(1) as workers:
        steps = InTurn(inner, Queue(workers)).stream("1")
        assert [next(steps).stage for _ in range(4)] == ["search", "read", "read", "read"]
        inner.gate.set()
        assert list(steps)[-1].question == "1"
