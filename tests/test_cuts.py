"""A few of the power cuts of ``python -m tests.withstand.cuts``, one of each kind, and the second server of a home."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest

from assistant.records import Records
from corpus.errors import StateError
from tests.browser.serving import ROOT
from tests.withstand.scenes import SCENES

needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")


def cut(*arguments: str) -> tuple[subprocess.CompletedProcess[str], list[dict[str, object]]]:
    command = [sys.executable, "-m", "tests.withstand.cuts", *arguments]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=ROOT, timeout=590, check=False)
    return ran, [json.loads(line) for line in ran.stdout.splitlines()]


@needs_compiler
def test_a_draft_outlives_the_cut_of_any_write():
    """Killed, torn, no space, an error of the disk, read-only: what was acknowledged is there, whole."""
    ran, told = cut("--points", "5", "draft")
    assert [one for one in told if one["wrong"]] == [], ran.stderr[-2000:]
    assert [one["kind"] for one in told] == ["kill", "torn", "full", "error", "readonly"]
    assert ran.returncode == 0, ran.stderr[-2000:]


@needs_compiler
@pytest.mark.full  # minutes; each crash point of a sync is also tested by itself, with a stand-in for vectors
@pytest.mark.parametrize("scene", [one.name for one in SCENES])
def test_everything_outlives_the_cut_of_any_write(scene):
    """Every scene, over real vectors and in real processes."""
    ran, told = cut("--points", "10", scene)
    assert len(told) == 10
    assert [one for one in told if one["wrong"]] == [], ran.stderr[-2000:]


def test_the_second_server_of_a_home_is_refused(tmp_path):
    """At once, in one line, for what is under way is known to one process; the first one's end frees it."""
    first, second = Records.open(tmp_path), Records.open(tmp_path)
    with first.served(), pytest.raises(StateError, match="another `dafu serve`"), second.served():
        pass
    with second.served():
        pass
    first.close()
    second.close()


def test_a_full_disk_is_not_told_as_damage(tmp_path, monkeypatch):
    """The line names what helps."""
    records = Records.open(tmp_path)

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(type(records._engine.dialect), "do_commit", full)
    with pytest.raises(StateError, match="free some space"):
        records.audit.add("wang", "document.withdraw", "document:x")
    monkeypatch.undo()
    records.close()
