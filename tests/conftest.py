"""What tests share: the bundled documents, homes filled from them, and a command line in a process of its own."""

from __future__ import annotations

import importlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from argon2 import PasswordHasher

from assistant import Assistant
from assistant.cli import main
from assistant.records import Records, people
from corpus import Document, read_document
from corpus.errors import InputError
from index import Searcher, Store
from index.encoder import load_default_encoder
from index.sync import sync
from tests.fakes.clock import Clock
from tests.withstand.servers import chroma, postgres

DOCUMENTS = Path(__file__).parent.parent / "corpus" / "documents"
CASES = Path(__file__).parent / "data" / "cases"


def pytest_collection_finish() -> None:
    """Spare the pages that tests build what Gradio throws away, where any test has loaded it."""
    if "gradio" in sys.modules:
        importlib.import_module("tests.fakes.routes").make_routes_once()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords quickly: that it takes long on purpose is no part of what tests look at."""
    with pytest.MonkeyPatch.context() as patched:
        quick = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
        patched.setattr(people, "PasswordHasher", quick)
        yield


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    """The bundled documents by id."""
    return {d.id: d for d in (read_document(path, DOCUMENTS) for path in sorted(DOCUMENTS.iterdir()))}


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the bundled documents and the real vectors; tests only read it."""
    home = tmp_path_factory.mktemp("real")
    sync(Store(home, create=True), [DOCUMENTS], load_default_encoder())
    return home


@pytest.fixture(scope="session")
def searcher(real_home: Path) -> Searcher:
    """Search over the real home."""
    return Searcher.open(Store(real_home), load_default_encoder())


@pytest.fixture(scope="session")
def assistant(searcher: Searcher) -> Assistant:
    """The assistant over the real home."""
    return Assistant(searcher)


@pytest.fixture
def clock() -> Clock:
    """Time that passes only when a test says so."""
    return Clock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """PostgreSQL, started for the tests."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(postgres())
        except InputError as error:
            pytest.skip(f"no PostgreSQL can be started: {error}")


@pytest.fixture(scope="session")
def chroma_server() -> Iterator[str]:
    """A Chroma server, started for the tests."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(chroma())
        except (InputError, OSError) as error:
            pytest.skip(f"no Chroma server can be started: {error}")


@pytest.fixture
def server_database(postgres_server: str) -> str:
    """An empty database on PostgreSQL."""
    psycopg = pytest.importorskip("psycopg", reason="the extra dafu[server] is not installed")
    name = f"dafu{token_hex(4)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres_server.rpartition("/")[0] + f"/{name}"


@pytest.fixture
def database() -> str:
    """Where the records are: in the home; ``tests.fakes.places`` has both places."""
    return ""


@pytest.fixture
def records(tmp_path: Path, clock: Clock, database: str) -> Iterator[Records]:
    """The records of a new home."""
    opened = Records.open(tmp_path, clock, database=database)
    yield opened
    opened.close()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.split("\n") if line]

    def refused(self) -> str:
        """The one line of stderr of a command that refused its input."""
        assert self.status == 2, self
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return self.err


@pytest.fixture
def dafu(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run ``dafu`` in this process, which loads what it needs once; ``keywords=True`` does without the embedding model.

    Files that are damaged between two commands are for ``dafu_process``: libraries keep what they have open.
    """

    def run(*arguments: object, keywords: bool = False) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patched:
            _set_environment(patched, keywords=keywords)
            with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
                main([str(one) for one in arguments])
        return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def dafu_process(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """As ``dafu``, in a process of its own."""

    def run(*arguments: object, keywords: bool = False) -> Ran:
        with monkeypatch.context() as patched:
            _set_environment(patched, keywords=keywords)
            command = [sys.executable, "-c", "from assistant.cli import main; main()", *map(str, arguments)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def _set_environment(patched: pytest.MonkeyPatch, *, keywords: bool) -> None:
    patched.setenv("DAFU_LLM", "off")
    patched.delenv("DAFU_HOME", raising=False)
    if keywords:
        patched.setenv("DAFU_ENCODER", "none")
