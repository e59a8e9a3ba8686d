"""What `dafu serve` logs: lines for people at a terminal, JSON for programs, and no fault where there is none."""

from __future__ import annotations

import json
import logging
from asyncio import CancelledError
from io import StringIO

import pytest

from assistant.web import app
from assistant.web.telemetry import write_log


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.fixture
def logged():
    """The root logger as it was before."""
    before, names = list(logging.getLogger().handlers), ("uvicorn.error",)
    filters = {name: list(logging.getLogger(name).filters) for name in names}
    yield logging.getLogger("dafu")
    logging.getLogger().handlers[:] = before
    for name in names:
        logging.getLogger(name).filters[:] = filters[name]


def test_a_terminal_gets_plain_lines_and_a_file_json(logged):
    """The same values in both."""
    event = {"added": 19, "failed": [], "seconds": 1.5}
    for stream, plain in ((Terminal(), True), (StringIO(), False)):
        write_log("events", stream)
        logged.info("sync", extra={"event": event})
        line = stream.getvalue().strip()
        if plain:
            assert line.endswith("sync: added 19, seconds 1.5")
        else:
            assert json.loads(line)["added"] == 19


@pytest.mark.usefixtures("logged")
def test_a_browser_that_still_listens_at_the_end_is_no_fault(monkeypatch):
    """Any other fault of a request is told, with where it came from."""
    for name in ("uvicorn", "uvicorn.error"):  # a server in this process may have kept its lines to itself
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    stream = StringIO()
    write_log("events", stream)
    for error in (CancelledError(), ValueError("broken")):
        try:
            raise error
        except (CancelledError, ValueError):
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == 1
    assert "broken" in lines[0]["trace"]


def test_an_installation_without_its_pages_says_so(monkeypatch, caplog):
    """In one line that names the cure."""
    monkeypatch.setattr(app, "registered", lambda _: ())
    assert app._added() == ()
    assert [record.message for record in caplog.records] == [
        f"the page of evals is missing: {app.REINSTALL}",
    ]
