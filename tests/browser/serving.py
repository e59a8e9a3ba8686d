"""Servers of browser tests, each in a process of its own.

Beside conftest, which is one of two modules of that name: what a forked process runs is found by its module's name.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENVIRON = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "DAFU_LLM": "off"}
SCRIPTED, DRAFTING, DAFU = "tests.fakes.server", "tests.fakes.drafting", "assistant.cli"


class Server:
    """A module's ``main`` in a process of its own, which prints its address once it can be opened.

    It is forked from one process that has imported what they all need, which takes longer than all else that they do.
    """

    def __init__(self, module: str, *arguments: object) -> None:
        forks = multiprocessing.get_context("forkserver")
        forks.set_forkserver_preload([SCRIPTED, DRAFTING, DAFU])
        self._said, says = forks.Pipe(duplex=False)
        words = list(map(str, arguments))
        self.process = forks.Process(target=_run, args=(says, os.environ | ENVIRON, module, words), daemon=True)
        with pytest.MonkeyPatch.context() as patched:
            for name, value in ENVIRON.items():
                patched.setenv(name, value)
            self.process.start()
        says.close()
        with os.fdopen(os.dup(self._said.fileno())) as lines:
            found = re.search(r"https?://\S+", lines.readline())
        assert found, "the server did not start"
        self.address = found.group().rstrip("/")

    def kill(self) -> None:
        """As the system does when memory is short."""
        self.process.kill()
        self.process.join(15)

    def end(self) -> None:
        """End it, unless a test has done so already."""
        self.process.terminate()
        self.process.join(15)


def _run(says: Connection, environ: dict[str, str], module: str, arguments: list[str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.dup2(says.fileno(), 1)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    main = sys.modules[module].main
    if module == DAFU:
        sys.argv = ["dafu", *arguments]
        main()
    else:
        main(*arguments)
