"""The embedded model: a GGUF file run by llama.cpp in a process of its own, reached like any other endpoint.

A process of its own, because loading holds Python's global lock for seconds, which would freeze the page, and because
a crash or a hang of the engine must not take the assistant with it.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import IO, Self

from assistant.llm.client import Endpoint
from corpus.errors import GenerationError

LOAD_SECONDS = 120.0
STOP_SECONDS = 10.0
SILENT = 2  # requests in a row without a word; one may only have waited behind another's


class LocalServer:
    """A GGUF file as an endpoint: loaded by the first request, one request at a time, until closed."""

    def __init__(self, path: Path, threads: int = 0) -> None:
        """``threads``: 0 takes as many as there are cores that this process may use."""
        self._path = path
        self._threads = threads or _cores()
        self._key = secrets.token_urlsafe(16)  # keeps this machine's other users and web pages out
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._address = ""
        self._silent = 0

    @property
    def name(self) -> str:
        """The model's name: the file's, without its suffix."""
        return self._path.stem

    def endpoint(self) -> Endpoint:
        """Where the model answers; starts it if it isn't running (seconds). Raises GenerationError if it can't."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            return Endpoint(base_url=f"{self._address}/v1", model=self.name, api_key=self._key)

    def heard(self, answered: bool) -> None:
        """Told after each request whether any of an answer came; an engine that stays silent is stopped as hung.

        The next request starts it again.
        """
        self._silent = 0 if answered else self._silent + 1
        if self._silent >= SILENT:
            self._silent = 0
            self.close()

    def close(self) -> None:
        """Stop the model and give its memory back; a later request starts it again."""
        with self._lock:
            if self._process is not None:
                _stop(self._process)
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _start(self) -> None:
        if not self._path.is_file():
            raise GenerationError(f"the language model {self._path} is missing; run `dafu models prepare`")
        process = _spawn()
        settings = {"path": str(self._path), "key": self._key, "threads": self._threads}
        self._address = _handshake(process, json.dumps(settings))
        if not self._address:
            _stop(process)
            raise GenerationError(f"{self._path} cannot be loaded: not a whole GGUF file, or too large for the memory")
        self._process = process


def _cores() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return usable or 1


def _spawn() -> subprocess.Popen[str]:
    """The engine's process, waiting for its settings."""
    return subprocess.Popen(  # noqa: S603  # our own script
        [sys.executable, "-P", str(Path(__file__).with_name("llamacpp.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        start_new_session=True,  # Ctrl-C is for the assistant, which then closes this
    )


def _handshake(process: subprocess.Popen[str], settings: str) -> str:
    """Send the settings and read the address; empty if the process ends, or is ended for taking too long."""
    timer = Timer(LOAD_SECONDS, process.kill)
    timer.start()
    try:
        _pipe(process.stdin).write(settings + "\n")
        _pipe(process.stdin).flush()
        return _pipe(process.stdout).readline().strip()
    except BrokenPipeError:
        return ""
    finally:
        timer.cancel()


def _stop(process: subprocess.Popen[str]) -> None:
    """End the process by ending its input; by force if it doesn't follow."""
    try:
        process.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
