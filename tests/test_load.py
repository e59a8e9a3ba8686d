"""The load script over the scripted page: every question is asked and timed, and a failure is told."""

from __future__ import annotations

import gc
import json
import threading
import time

import gradio as gr
import pytest
import uvicorn
from click.testing import CliRunner

from assistant.records import Records
from assistant.web import Surroundings, build_app
from corpus import InputError
from evals.withstand.load import Memory, Taken, _only_here, figures, main, questions_of_suites
from tests.fakes.assistant import FakeAssistant, scripted


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Serves an assistant on a free port, and stops it."""
    servers = []

    def serve(fake) -> str:
        records = Records.open(tmp_path_factory.mktemp("home"))
        app = build_app(Surroundings(answers=lambda _: fake, records=records), ())
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run)
        thread.start()
        servers.append((server, thread))
        ends = time.monotonic() + 60
        while not server.started and time.monotonic() < ends:
            time.sleep(0.02)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield serve
    for server, thread in servers:
        server.should_exit = True
        thread.join(15)


@pytest.fixture(scope="module")
def address(page):
    return page(scripted(0.01))


@pytest.mark.parametrize("way", ["page", "api"])
def test_every_question_is_asked_and_timed(address, way):
    """Four people share twelve questions; evidence comes before the end."""
    asked = ["--users", "4", "--questions", "12", "--way", way, "--address", address, "--limit", "60"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["questions"], told["faults"]) == (12, 0)
    assert 0 < told["evidence_p50"] <= told["p50"] <= told["p95"]


def components() -> int:
    """Pieces of pages that are in memory."""
    gc.collect()
    return sum(type(one) is gr.HTML for one in gc.get_objects())


def test_further_questions_leave_nothing_behind(address):
    """Of a page that asks on, no more is kept: each step of an answer takes the place of the one before."""
    asked = ["--users", "4", "--questions", "12", "--address", address, "--limit", "60"]
    assert CliRunner().invoke(main, asked).exit_code == 0
    before = components()
    assert CliRunner().invoke(main, asked).exit_code == 0
    assert components() <= before


class Broken(FakeAssistant):
    """An assistant that fails at every question."""

    def stream(self, question, history=()):  # noqa: ARG002
        yield from ()
        raise RuntimeError(question)


@pytest.mark.parametrize("way", ["page", "api"])
def test_what_fails_is_counted(page, way):
    """The exit status says so as well."""
    where = page(Broken({}, {}))
    asked = ["--users", "2", "--questions", "3", "--way", way, "--address", where]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 1
    assert json.loads(result.output[result.output.index("{") :])["faults"] == 3


def test_it_stays_on_this_machine():
    """No other host is ever put under load."""
    with pytest.raises(InputError, match="loopback"):
        _only_here("https://example.org")
    _only_here("http://127.0.0.1:7860")


def test_the_figures_leave_out_what_failed():
    """p50 of 1, 2, 3 is 2; the failed one took long and doesn't count; two had evidence."""
    taken = [Taken(1.0, 0.5), Taken(2.0, 0.7), Taken(3.0), Taken(99.0, None, "gone")]
    found = figures("api", 2, taken, 5.0, Memory(None))
    assert [found[name] for name in ("questions", "faults", "p50", "p95")] == [4, 1, 2.0, 3.0]
    assert (found["evidence_p50"], found["evidence_p95"]) == (0.5, 0.7)


def test_questions_are_drawn_alike_each_time():
    """The same order, and again from the start where there are too few."""
    many = questions_of_suites(1_000)
    assert many == questions_of_suites(1_000)
    assert len(many) == 1_000
    assert len(set(many)) > 300
