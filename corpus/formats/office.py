"""DOC, WPS, RTF, XLS and their like → DOCX or XLSX, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.formats.parser import Limits
from corpus.formats.refusals import Unreadable

_PROGRAMS = ("soffice", "libreoffice")
_MEMORY = 4096  # MB of address space: more than a parser gets, for a whole office has to fit
_OUTPUT = 512  # MB of a file that is written


@contextmanager
def converted(path: Path, suffix: str, limits: Limits) -> Iterator[Path]:
    """A copy of the file converted to ``suffix`` (.docx or .xlsx), as long as the block lasts.

    Raises:
        Unreadable: LibreOffice is missing, cannot convert the file, or takes too long.
    """
    program = installed()
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


def installed() -> str | None:
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
