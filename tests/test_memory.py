"""Memory of a process that serves for weeks: counted, not weighed."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, threading
from assistant.cli import serve
from assistant.cli.main import main
{before}
together, c = threading.Barrier(12), ctypes.CDLL(None)
def work():
    together.wait(60)
    c.malloc(50_000)
    together.wait(60)
threads = [threading.Thread(target=work) for _ in range(12)]
[one.start() for one in threads], [one.join() for one in threads]
c.fopen.restype = ctypes.c_void_p
out = c.fopen(b"/dev/stdout", b"w")
c.malloc_info(0, ctypes.c_void_p(out)), c.fflush(ctypes.c_void_p(out))
"""
SERVED = """
import assistant.cli.opening
assistant.cli.opening.open_page = lambda chosen: None
try:
    main(["serve"])
except SystemExit as ended:
    assert not ended.code
"""


def arenas(before: str) -> int:
    """How many the C library has made once twelve threads took memory at the same moment."""
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(before=before)], capture_output=True, text=True, check=True
    )
    return ran.stdout.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's arenas")
def test_threads_of_a_server_share_their_arenas():
    """Each arena keeps holes that the threads of the others cannot use: a page's memory would grow for days."""
    assert arenas(SERVED) <= 2 < arenas("")
