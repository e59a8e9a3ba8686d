"""Advisories are told where a database can be reached, and that none was where not; every licence is listed."""

from __future__ import annotations

import json
import re
import threading
import tomllib
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.supply import Locked, licence, listed, locked, main

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


class Database(BaseHTTPRequestHandler):
    """Knows one thing, about jinja2."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
        known = [{"vulns": [{"id": "GHSA-1"}]} if one["package"]["name"] == "jinja2" else {} for one in asked]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"results": known}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def database():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Database)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_what_is_known_is_told(database):
    ran = CliRunner().invoke(main, ["--lock", str(ROOT / "requirements.lock"), "--database", database])
    assert (ran.exit_code, "jinja2" in ran.output, "GHSA-1" in ran.output) == (1, True, True)
    assert f"{len(locked(LOCK))} packages, 1 with" in ran.output


def test_that_nothing_was_checked_is_told():
    """Neither as safe nor as known."""
    ran = CliRunner().invoke(main, ["--lock", str(ROOT / "requirements.lock"), "--database", "http://127.0.0.1:9/"])
    assert (ran.exit_code, "nothing was checked" in ran.output) == (2, True)


def test_a_package_that_declares_no_licence_is_listed_as_such(monkeypatch):
    """Left out it would look as if somebody had looked at it; a licence given as its text is told by its first line."""
    told = Message()
    monkeypatch.setattr("evals.supply.metadata.metadata", lambda _: told)
    one = Locked("some", "1")
    assert list(listed([one]))[-1] == "| some | none declared |"
    told["License"] = "MIT License\n\nCopyright (c) 2022"
    assert licence(one) == "MIT License"


def test_every_package_that_is_installed_says_its_licence():
    """What the program needs stands in LICENSES.md; nothing asks for the source of what uses it to be given away."""
    told = (ROOT / "LICENSES.md").read_text(encoding="utf-8")
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    for one in needed:
        name = re.match(r"[\w.-]+", one)[0]
        assert f"| {name} | " in told or name == "torch", f"run `make licences`: {name}"
    listed_there = set(re.findall(r"^\| ([\w.-]+) \| [^|]+ \|$", told.partition("| package |")[2], re.MULTILINE))
    assert {one.name for one in locked(LOCK)} <= listed_there, "run `make licences`"
    said = {one.name: licence(one) for one in locked(LOCK)}
    assert [name for name, one in said.items() if one.upper().startswith(("GPL", "AGPL", "GNU AF", "GNU GEN"))] == []
