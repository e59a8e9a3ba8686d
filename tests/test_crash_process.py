"""Kills of real processes over real vectors: the next process finds a home that it can complete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.full  # a minute; each crash point is also tested by itself, with a stand-in for vectors
def test_killed_processes_leave_homes_that_the_next_one_completes(tmp_path):
    """By ``_exit`` at sampled steps (all of them with ``DAFU_CRASH_POINTS=all``), by SIGKILL at random moments."""
    wanted = os.environ.get("DAFU_CRASH_POINTS", "some")
    command = [sys.executable, "-m", "tests.fakes.killing", str(tmp_path), wanted]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=560, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told["faults"] == []
    assert [one for one in told["told"] if one["ended"] or one["differs"]] == [], ran.stderr[-2000:]
    assert sum(one["status"] in {9, -9} for one in told["told"]) >= 9, told["told"]
