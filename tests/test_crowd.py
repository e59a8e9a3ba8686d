"""A crowd at the scripted page: every question is asked and timed, and a failure is told."""

from __future__ import annotations

import gc
import os
import threading
import time
from types import SimpleNamespace

import gradio as gr
import pytest
import uvicorn

from assistant.web import Surroundings, build_app
from tests.fakes.assistant import FakeAssistant, scripted
from tests.withstand.crowd import Day, Life, Site, Taken, held, questions_of_suites


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site whose one process is this one, over a scripted assistant."""
    servers = []

    def serve(fake, people: int) -> Site:
        made = Site(tmp_path_factory.mktemp("site"), people)
        app = build_app(Surroundings(answers=lambda _: fake, records=made.records()), ())
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run)
        thread.start()
        servers.append((server, thread))
        ends = time.monotonic() + 60
        while not server.started and time.monotonic() < ends:
            time.sleep(0.02)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        made._serving = made.lives = [Life(SimpleNamespace(pid=os.getpid()), address)]
        made.up.set()
        return made

    yield serve
    for server, thread in servers:
        server.should_exit = True
        thread.join(15)


@pytest.fixture(scope="module")
def answering(site):
    return site(scripted(0.01), 4)


def figures(site: Site, questions: int) -> dict[str, object]:
    day = Day(site, questions, changes=False)
    day.run()
    return day.figures()


def test_every_question_is_asked_and_timed(answering):
    """Four people share twelve questions; evidence comes before the end, and each finds their own again."""
    told = figures(answering, 12)
    assert [told[name] for name in ("questions", "errors", "wrong_conversation", "lost")] == [12, 0, 0, 0]
    assert 0 < told["evidence_p50"] <= told["p50"] <= told["p95"]
    assert told["looks"][0][1] > 0
    assert held(told, limit=60)
    assert not held(told, limit=0)


def components() -> int:
    """Pieces of pages that are in memory."""
    gc.collect()
    return sum(type(one) is gr.HTML for one in gc.get_objects())


def test_further_questions_leave_nothing_behind(answering):
    """Of a page that asks on, no more is kept: each step of an answer takes the place of the one before."""
    figures(answering, 12)
    before = components()
    figures(answering, 12)
    assert components() <= before


class Broken(FakeAssistant):
    """An assistant that fails at every question."""

    def stream(self, question, history=()):  # noqa: ARG002
        yield from ()
        raise RuntimeError(question)


def test_what_fails_is_counted(site):
    """And nothing is as it must be then."""
    told = figures(site(Broken({}, {}), 2), 4)
    assert (told["questions"], told["errors"]) == (4, 4)
    assert not held(told, limit=None)


def test_the_figures_leave_out_what_failed(tmp_path):
    """p50 of 1, 2, 3 is 2; the failed one took long and doesn't count; two had evidence."""
    day = Day(Site(tmp_path, 1), 4)
    day.taken = [Taken(1.0, 0.5), Taken(2.0, 0.7), Taken(3.0), Taken(99.0, None, "gone")]
    found = day.figures()
    assert [found[name] for name in ("questions", "p50", "p95")] == [4, 2.0, 3.0]
    assert (found["evidence_p50"], found["evidence_p95"]) == (0.5, 0.7)


def test_growth_is_told_of_what_comes_after_a_life_is_warm():
    """10 MiB and no descriptor for 1,000 questions, after 300 in which much is loaded; of a short life nothing."""
    looks = [(asked, 50.0 if asked < 300 else 500 + asked / 100, 40) for asked in range(0, 1_000, 10)]
    assert Life(SimpleNamespace(), "", looks).growth() == (10.0, 0.0)
    assert Life(SimpleNamespace(), "", looks[:40]).growth() is None


def test_questions_are_drawn_alike_each_time():
    """The same order, and again from the start where there are too few."""
    many = questions_of_suites(1_000)
    assert many == questions_of_suites(1_000)
    assert len(many) == 1_000
    assert len(set(many)) > 300
