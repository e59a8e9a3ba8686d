"""The parent's side of parsing: a process that is kept, watched, and replaced when it dies or hangs; and LibreOffice.

Starting a process costs about as long as parsing ten ordinary files, so it is kept from file to file.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from corpus.document import LeftOut
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable
from corpus.formats.registry import Format
from corpus.formats.scan import installed
from corpus.formats.worker import ParseTask

_FILES = 500  # that one process parses, before what its libraries leak is given back
_BYTES_PER_CHARACTER = 8  # of JSON, at the most, for what a parser may return


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    replies: int


class ParserProcess:
    """Parses files, one at a time, from any thread. Use as a context manager, or ``close`` it."""

    def __init__(self, limits: Limits | None = None) -> None:
        """No process is started before the first file."""
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self._parsed = 0
        self._recognised: tuple[str, Parsed] = ("", Parsed(""))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def parse(self, path: Path, form: Format) -> Parsed:
        """The file as text.

        Raises:
            Unreadable: why not, by its code.
        """
        if form.pictures and installed():
            return self._read_pictures(path, form)
        if not form.converted:
            return self._calculated(path, form, self._parse(path, form))
        with converted(path, form.converted, self.limits) as readable:
            return self._parse(readable, form)

    def _calculated(self, path: Path, form: Format, parsed: Parsed) -> Parsed:
        """A sheet whose formulas have no values is calculated by LibreOffice; without it, what is missing is told."""
        if parsed.without("formulas without a value"):
            with suppress(Unreadable), converted(path, path.suffix.lower(), self.limits) as saved:
                return self._parse(saved, form)
        return parsed

    def _read_pictures(self, path: Path, form: Format) -> Parsed:
        """What is text at once; only where pages are pictures they are recognised, which takes seconds for each.

        The last one read is kept: an upload is read once to be judged, and again when it is taken in.
        """
        try:
            parsed = self._parse(path, form)
        except Unreadable as reason:
            if reason.code != "scan":
                raise
            pictures = int(reason.facts["pages"])
        else:
            pictures = parsed.without("pages without text")
            if not pictures:
                return parsed
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if self._recognised[0] != digest:
            limits = self.limits
            seconds = limits.seconds + pictures * limits.page_seconds
            more = replace(limits, seconds=seconds, memory=limits.recognition_memory)
            self._recognised = digest, self._parse(path, replace(form, module=form.pictures), more)
        return self._recognised[1]

    def _parse(self, path: Path, form: Format, limits: Limits | None = None) -> Parsed:
        with self._lock:
            if self._parsed >= _FILES:
                self._end()
            reply = self._ask(ParseTask(str(path.absolute()), form, limits or self.limits))
            self._parsed += 1
            if limits is not None:
                self._end()  # what it loaded is large, and its limits are those of this file
        if "code" in reply:
            raise Unreadable(reply["code"], **reply["facts"])
        left_out = tuple(LeftOut(*one) for one in reply["left_out"])
        return Parsed(reply["text"], tuple(reply["pages"]), reply["properties"], left_out)

    def _ask(self, request: ParseTask) -> dict[str, Any]:
        worker = self._worker = self._worker or _start()
        try:
            return _exchange(worker, request)
        except (OSError, EOFError) as error:
            self._end()
            raise Unreadable("stopped") from error
        except BaseException:  # a time limit, or an interrupt: the process is in the middle of something
            self._end()
            raise

    def _end(self) -> None:
        worker, self._worker, self._parsed = self._worker, None, 0
        if worker is not None:
            worker.process.kill()
            worker.process.communicate()
            os.close(worker.replies)


def _start() -> _Worker:
    replies, far = os.pipe()
    here = str(Path(__file__).parents[2])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}
    command = [sys.executable, "-m", "corpus.formats.worker", str(far)]
    try:
        process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(far,),
            env=environ,
            start_new_session=True,
        )
    finally:
        os.close(far)
    return _Worker(process, replies)


def _exchange(worker: _Worker, request: ParseTask) -> dict[str, Any]:
    limits = request.limits
    deadline = time.monotonic() + limits.seconds
    assert worker.process.stdin is not None
    worker.process.stdin.write(request.to_line())
    worker.process.stdin.flush()
    length = int.from_bytes(_receive(worker, 8, deadline, limits), "big")
    if length > limits.output * _BYTES_PER_CHARACTER:
        raise Unreadable("output", limit=limits.output)
    reply: dict[str, Any] = json.loads(_receive(worker, length, deadline, limits))
    return reply


def _receive(worker: _Worker, length: int, deadline: float, limits: Limits) -> bytes:
    received = bytearray()
    while len(received) < length:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([worker.replies], [], [], left)[0]:
            raise Unreadable("timeout", seconds=limits.seconds)
        piece = os.read(worker.replies, min(length - len(received), 2**20))
        if not piece:
            raise EOFError
        received += piece
    return bytes(received)


@cache
def shared_process() -> ParserProcess:
    """The ParserProcess of this process, for callers that do not bring their own."""
    process = ParserProcess()
    atexit.register(process.close)
    return process


_PROGRAMS = ("soffice", "libreoffice")
_MEMORY = 4096  # MB of address space: more than a parser gets, for a whole office has to fit
_OUTPUT = 512  # MB of a file that is written


@contextmanager
def converted(path: Path, suffix: str, limits: Limits) -> Iterator[Path]:
    """A copy of the file converted to ``suffix`` (.docx or .xlsx), as long as the block lasts.

    Raises:
        Unreadable: LibreOffice is missing, cannot convert the file, or takes too long.
    """
    program = office()
    if program is None:
        raise Unreadable("convert", suffix=path.suffix, target=suffix)
    with tempfile.TemporaryDirectory(prefix="dafu-office-") as folder:
        source = Path(folder) / f"source{path.suffix.lower()}"
        shutil.copyfile(path, source)
        _run(_command(program, source, suffix.removeprefix("."), Path(folder)), limits.conversion_seconds)
        made = Path(folder) / "made" / f"source{suffix}"
        if not made.is_file():
            raise Unreadable("converted", target=suffix)
        yield made


def office() -> str | None:
    """Where LibreOffice is, if it is installed."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def _command(program: str, source: Path, to: str, folder: Path) -> Sequence[str]:
    """A profile of its own, so that it neither meets a running office nor changes anyone's settings; no macros run."""
    profile = (folder / "profile").as_uri()
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", f"-env:UserInstallation={profile}"]
    return [program, *options, "--convert-to", to, "--outdir", str(folder / "made"), str(source)]


def _run(command: Sequence[str], seconds: float) -> None:
    limited = f"ulimit -v {_MEMORY * 1024}; ulimit -f {_OUTPUT * 2048}; exec {shlex.join(command)}"
    process = subprocess.Popen(  # noqa: S603 (an absolute path and arguments that are quoted)
        ["/bin/sh", "-c", limited],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("timeout", seconds=seconds) from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # soffice is a script that leaves its children behind
        process.wait()
