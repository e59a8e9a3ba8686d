"""The command line where the machine is not as ours: consoles, proxies, homes that cannot be written; batches."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import httpx
import pytest

from assistant.cli.main import _mend_proxies
from index.storage import store as stores
from tests.conftest import CASES


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "enc.txt").write_bytes((CASES / "enc.txt").read_bytes())
    return folder


def test_a_console_in_gbk_shows_what_it_can(papers, dafu, tmp_path):
    """What it lacks is replaced in words, and escaped in JSON, which loses nothing."""
    home = tmp_path / "home"
    dafu("sync", papers, "--home", home, keywords=True)
    environ = {**os.environ, "DAFU_ENCODER": "none", "PYTHONIOENCODING": "gbk"}

    def show(*options):
        command = [sys.executable, "-c", "from assistant.cli import main; main()", "show", "enc", "--home", home]
        done = subprocess.run([*command, *options], capture_output=True, check=False, env=environ)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode("gbk")

    assert "扩展区字 ? 与" in show()
    assert json.loads(show("--json"))["text"] == (papers / "enc.txt").read_text(encoding="utf-8")


def test_proxies_of_every_kind_leave_the_page_alone(capsys):
    """GNOME writes socks://; a kind that httpx does not know would be a traceback."""
    environ = {
        "ALL_PROXY": "socks://127.0.0.1:9/",
        "https_proxy": "socks4://127.0.0.1:9",
        "http_proxy": "127.0.0.1:9",
        "NO_PROXY": "localhost",
    }
    _mend_proxies(environ)
    assert environ == {"ALL_PROXY": "socks5://127.0.0.1:9/", "http_proxy": "127.0.0.1:9", "NO_PROXY": "localhost"}
    assert capsys.readouterr().err.count("\n") == 1


def test_the_client_that_the_page_is_built_on_takes_a_socks_proxy(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    httpx.Client().close()


def test_a_home_that_cannot_be_written_is_read(papers, dafu, monkeypatch, tmp_path):
    """By keywords, which is said; whatever would change it says in one line what it lacks."""
    home = tmp_path / "home"
    dafu("sync", papers, "--home", home)
    access = os.access
    monkeypatch.setattr(stores.os, "access", lambda place, how: how != os.W_OK and access(place, how))
    assert "扩展区字" in dafu("show", "enc", "--home", home).out
    for command in ("search", "ask"):
        ran = dafu(command, "扩展区字", "--home", home)
        assert (ran.status, "扩展区字" in ran.out) == (0, True)
        assert "cannot be written" in ran.err
    assert "cannot be written" in dafu("sync", "--home", home).refused()
    assert "cannot be written" in dafu("doctor", "--home", home).out


def test_a_batch_is_searched_with_what_was_asked_before(dafu, tmp_path):
    """A follow-up finds what its whole question finds; a line separator inside a question ends no row."""
    home, asked = tmp_path / "home", ["河套合作区的通关便利措施有哪些", "那数据方面呢？"]
    dafu("sync", "--home", home, keywords=True)
    rows = [
        {"id": 1, "question": asked[1], "history": [asked[0]]},
        {"id": 2, "question": asked[1], "history": [{"question": asked[0], "answer": "……"}]},
        {"id": 3, "question": "河套合作区的数据方面有哪些\u2028"},
        {"id": 4, "question": asked[1]},
    ]
    batch = tmp_path / "rows.jsonl"
    batch.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    found = dafu("search", "--batch", batch, "--home", home, keywords=True).lines
    assert [row["id"] for row in found] == [1, 2, 3, 4]
    assert [row["question"] for row in found[:2]] == [asked[1]] * 2
    hits = [[hit["chunk"] for hit in row["hits"]] for row in found]
    assert hits[0] == hits[1]
    assert hits[0] != hits[3]
    batch.write_text('{"question": "x", "history": [3]}', encoding="utf-8")
    assert "rows.jsonl:1" in dafu("search", "--batch", batch, "--home", home, keywords=True).refused()
