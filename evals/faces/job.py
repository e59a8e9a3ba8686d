"""A run of the suites beside whatever else a process does: begun and stopped from elsewhere, looked at meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from evals.suite import load, load_suite, suite_names

_CLI = "from assistant.cli import main; main()"


@dataclass(frozen=True, slots=True)
class State:
    """How far a run is; ``failed`` is the line by which it ended, where it did not end well."""

    running: bool = False
    done: int = 0
    total: int = 0
    failed: str = ""


class EvalJob:
    """The one run at a time of a home, in a process of its own that gives way to all others.

    ``dafu eval run`` itself is what runs: what it writes below ``evals`` in the home is what a terminal would write.
    """

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        """``environ`` are settings (``DAFU_*``) beyond those of this process."""
        self._home, self._environ = home, environ
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._total, self._stopped = 0, False

    @property
    def accepted(self) -> Path:
        """The suite of the cases that were accepted here."""
        return self._home / "evals" / "accepted.jsonl"

    def sizes(self) -> tuple[int, int]:
        """How many cases come with the program, and how many were accepted here."""
        own = 0
        with suppress(InputError):  # a file that somebody wrote otherwise is not offered
            own = len(load_suite(self.accepted)) if self.accepted.is_file() else 0
        return sum(len(load(name)) for name in suite_names()), own

    def start(self, *, own: bool = False) -> None:
        """Run the suites of the program or, if ``own``, what was accepted here over this home's documents."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            self._results.unlink(missing_ok=True)
            self._total, self._stopped = self.sizes()[own], False
            suites = (str(self.accepted), "--here") if own else ()
            command = [sys.executable, "-c", _CLI, "eval", "run", *suites, "--home", str(self._home)]
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(  # noqa: S603 (this program itself)
                    [*command, "--out", str(self._folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    env={**os.environ, **self._environ},
                )
            if hasattr(os, "setpriority"):  # people who ask come first
                os.setpriority(os.PRIO_PROCESS, self._process.pid, 10)

    def stop(self) -> None:
        """End the run; what was measured so far is not kept."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._stopped = True
                self._process.terminate()

    def state(self) -> State:
        """Where it stands."""
        process = self._process
        if process is None:
            return State()
        if process.poll() is None:
            lines = self._results.read_bytes().count(b"\n") if self._results.is_file() else 0
            return State(running=True, done=max(0, lines - 1), total=self._total)  # the first is about the run
        if process.returncode == 0 or self._stopped:
            return State()
        said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return State(failed=said[-1] if said else "dafu eval run")

    @property
    def _folder(self) -> Path:
        return self._home / "evals" / "running"

    @property
    def _results(self) -> Path:
        return self._folder / "extractive.jsonl"

    @property
    def _log(self) -> Path:
        return self._folder / "log.txt"
