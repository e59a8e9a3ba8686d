"""Many people at once.

``python -m evals.withstand.load [--users 20] [--questions 1000] [--way page|api] [--think 30]``

Questions of the suites, drawn with a fixed seed, are asked over loopback by so many people at a time, through the
page's own queue or ``/api/ask`` as events. Without ``--address`` a page is served for it, extractive, from a home that
is thrown away. Exit status 1 if a question failed or the p95 of whole answers is above ``--limit`` seconds.
"""

from __future__ import annotations

import json
import os
import queue
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import click
import httpx

from corpus.errors import DafuError, InputError
from evals.metrics import percentile
from evals.suite import load, suite_names

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LOOKS = (100, 500, 1000, 2000)  # questions after which memory is looked at
_PATIENCE = 120  # seconds without a word after which a question has failed
_TURNS = 5  # questions of one conversation
FAULTS = (httpx.HTTPError, ValueError, KeyError)
"""What a question may end with where the server fails, or is gone."""


class TurnedAwayError(ValueError):
    """The page takes no more events for now, or none of this kind."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How a question went: seconds to the first evidence (none for what has none before its end) and to the end."""

    whole: float
    evidence: float | None = None
    fault: str = ""


class Client(Protocol):
    """One person at the page or a program at the API."""

    def ask(self, question: str) -> Iterator[tuple[bool, str]]:
        """After each sign of life whether evidence is there by now, and a fault; it ends with the answer."""
        ...


def client(address: str, headers: dict[str, str], patience: float = _PATIENCE) -> httpx.Client:
    """For loopback, whatever proxy the environment names."""
    return httpx.Client(base_url=address, headers=headers, timeout=patience, trust_env=False)


class ApiAsker:
    """``POST /api/ask`` with server-sent events; every question stands alone."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self._client = client(address, headers | {"Accept": "text/event-stream"})

    def ask(self, question: str) -> Iterator[tuple[bool, str]]:
        """As ``Client`` has it."""
        whole = False
        with self._client.stream("POST", "/api/ask", json={"question": question}) as response:
            for name, told in _events(response):
                whole = whole or name == "answer"
                found = bool(told.get("evidence") or told.get("citations"))
                yield found, told.get("detail", "") if name == "error" else ""
        if not whole:
            yield False, "the events ended without an answer"


class PageAsker:
    """A browser's way: the page's queue, in conversations of a few questions."""

    def __init__(self, address: str, headers: dict[str, str], name: str, patience: float = _PATIENCE) -> None:
        self._client, self._name = client(address, headers, patience), name
        config = self._client.get("/config").raise_for_status().json()
        answered = [one for one in config["dependencies"] if one["backend_fn"]]  # the rest only cancel others
        named = {target[1]: one["id"] for one in answered for target in one["targets"]}
        self._ask, self._new = named["ask"], named["new"]
        self._asked = 0

    def ask(self, question: str) -> Iterator[tuple[bool, str]]:
        """As ``Client`` has it."""
        if self._asked % _TURNS == 0:
            list(self._event(self._new, {}))
        self._asked += 1
        last = ""
        for last in self._event(self._ask, {"question": question}):
            found = 'class="evq"' in last and 'data-state="search"' not in last  # not that of the question before
            yield found, _page_fault(last)
        if 'data-state="done"' not in last and not _page_fault(last):
            yield False, "the page's events ended without an answer"

    def _event(self, function: int, data: dict[str, Any]) -> Iterator[str]:
        """What the page is told after an event, one piece of HTML and more for each step."""
        body = {"fn_index": function, "session_hash": self._name, "data": [None], "event_data": data, "trigger_id": 0}
        joined = self._client.post("/gradio_api/queue/join", json=body)
        if joined.is_error:
            raise TurnedAwayError(f"{joined.status_code}: {joined.text}")
        where = f"/gradio_api/queue/data?session_hash={self._name}"
        with self._client.stream("GET", where) as response:
            for _, told in _events(response):
                if told["msg"] in {"process_generating", "process_completed", "unexpected_error"}:
                    yield _flat(told)
                if told["msg"] in {"unexpected_error", "close_stream"}:
                    return


def _page_fault(told: str) -> str:
    if 'data-state="failed"' in told:
        return "the page says that the question could not be answered"
    return told if told.startswith("error:") else ""


def _flat(told: dict[str, Any]) -> str:
    """Every text of an event of the page, what Gradio sends as a difference too."""
    if told["msg"] == "unexpected_error" or not told.get("success", True):
        return f"error: {told.get('message') or (told.get('output') or {}).get('error') or 'the event failed'}"
    pieces, left = [], [told.get("output", {}).get("data", [])]
    while left:
        one = left.pop()
        if isinstance(one, str):
            pieces.append(one)
        elif isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
    return "\n".join(pieces)


def _events(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events with their names, until the server ends them."""
    name = ""
    for line in response.raise_for_status().iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def timed(asker: Client, question: str) -> Taken:
    """How one question goes."""
    began, evidence = time.perf_counter(), None
    try:
        for found, fault in asker.ask(question):
            if fault:
                return Taken(time.perf_counter() - began, evidence, fault)
            if found and evidence is None:
                evidence = time.perf_counter() - began
    except FAULTS as error:
        return Taken(time.perf_counter() - began, evidence, f"{type(error).__name__}: {error}")
    return Taken(time.perf_counter() - began, evidence)


def ask_all(askers: Sequence[Client], questions: Sequence[str], memory: Memory, think: float = 0.0) -> list[Taken]:
    """Every question once, each asker one at a time; memory is looked at on the way.

    Before each question its asker thinks for so many seconds on average, from none to twice as long.
    """
    left: queue.SimpleQueue[str] = queue.SimpleQueue()
    for question in questions:
        left.put(question)
    taken: list[Taken] = []

    def work(asker: Client, number: int) -> None:
        pauses = random.Random(number)  # noqa: S311 (how long somebody thinks)
        while True:
            time.sleep(pauses.uniform(0, 2 * think))
            try:
                question = left.get_nowait()
            except queue.Empty:
                return
            taken.append(timed(asker, question))
            memory.look(len(taken))

    with ThreadPoolExecutor(len(askers)) as people:
        list(people.map(work, askers, range(len(askers))))
    return taken


class Memory:
    """Resident memory of a process and its children in MiB, by how many questions were asked."""

    def __init__(self, process: int | None) -> None:
        self._process = process
        self.seen: dict[int, float] = {}
        self.look(0)

    def look(self, asked: int) -> None:
        """Note it if it is time to."""
        if self._process is not None and asked in {0, *_LOOKS} and asked not in self.seen:
            self.seen[asked] = sum(resident(one) for one in (self._process, *descendants(self._process)))


def resident(process: int) -> float:
    """MiB of memory that a process has; 0 where it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def descendants(process: int) -> Iterator[int]:
    """Its children, theirs and so on."""
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, tasks.read_text("utf-8").split()):
            yield child
            yield from descendants(child)


def figures(way: str, users: int, taken: Sequence[Taken], seconds: float, memory: Memory) -> dict[str, Any]:
    """What came of it: times in seconds of what did not fail, memory in MiB by questions asked."""
    whole = [one.whole for one in taken if not one.fault]
    first = [one.evidence for one in taken if one.evidence is not None]
    return {
        "way": way,
        "users": users,
        "questions": len(taken),
        "faults": sum(bool(one.fault) for one in taken),
        "seconds": round(seconds, 1),
        "p50": round(percentile(whole, 50), 2),
        "p95": round(percentile(whole, 95), 2),
        "evidence_p50": round(percentile(first, 50), 2),
        "evidence_p95": round(percentile(first, 95), 2),
        "memory": {asked: round(size) for asked, size in memory.seen.items()},
    }


def questions_of_suites(wanted: int) -> list[str]:
    """Questions of all suites in a mixed order, again from the start where more are wanted than there are."""
    every = [case.question for name in suite_names() for case in load(name)]
    random.Random(7).shuffle(every)  # noqa: S311 (an order, not a secret)
    return [every[at % len(every)] for at in range(wanted)]


def started(home: Path, **environ: str) -> tuple[subprocess.Popen[str], str]:
    """``dafu serve``, extractive, and its address, once it answers.

    Raises:
        InputError: it does not.
    """
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "serve", "--home", str(home)]
    server = subprocess.Popen(  # noqa: S603 (our own command)
        [*command, "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DAFU_LLM": "off", "DAFU_GENERATOR": "extractive"} | environ,
    )
    found = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
    if found is None:
        server.terminate()
        raise InputError("the page could not be served; run `dafu serve` to see why")
    return server, found.group()


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The page as ``dafu serve`` opens it over a home that is thrown away; its address and process."""
    with tempfile.TemporaryDirectory(prefix="dafu-load-") as home:
        server, address = started(Path(home))
        try:
            yield address, server.pid
        finally:
            server.terminate()
            server.wait(30)


@click.command()
@click.option("--users", default=20, type=click.IntRange(1, 200), show_default=True, help="How many ask at once.")
@click.option("--questions", default=1000, type=click.IntRange(1, 10_000), show_default=True, help="How many in all.")
@click.option(
    "--way", default="page", type=click.Choice(["page", "api"]), show_default=True, help="What they go through."
)
@click.option("--address", help="A page on this machine that is served already.")
@click.option("--process", type=click.IntRange(min=1), help="Its process, whose memory is looked at.")
@click.option("--token", help="A token of the API, where people sign in.")
@click.option("--think", default=0.0, show_default=True, help="Seconds that each thinks before a question, on average.")
@click.option("--limit", default=3.0, show_default=True, help="Seconds that the p95 of answers may take.")
def main(**given: Any) -> None:
    """Ask many questions at once and print how long they took, as JSON."""
    try:
        if given["address"]:
            _only_here(given["address"])
            found = _measured(given, given["address"].rstrip("/"), given["process"])
        else:
            with served() as (address, process):
                found = _measured(given, address, process)
    except DafuError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(found, indent=2))
    raise SystemExit(int(bool(found["faults"]) or found["p95"] > given["limit"]))


def _measured(given: dict[str, Any], address: str, process: int | None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {given['token']}"} if given["token"] else {}
    askers: list[Client] = [
        ApiAsker(address, headers) if given["way"] == "api" else PageAsker(address, headers, f"load{n}")
        for n in range(given["users"])
    ]
    timed(askers[0], "福田区的通关便利措施有哪些？")  # what is loaded at the first question is no question's time
    memory = Memory(process)
    began = time.perf_counter()
    taken = ask_all(askers, questions_of_suites(given["questions"]), memory, given["think"])
    seconds = time.perf_counter() - began
    for fault in sorted({one.fault for one in taken if one.fault})[:5]:
        click.echo(fault, err=True)
    return figures(given["way"], given["users"], taken, seconds, memory)


def _only_here(address: str) -> None:
    if urlsplit(address).hostname not in _LOOPBACK:
        raise InputError(f"{address} is not on this machine; a load test stays on loopback")


if __name__ == "__main__":
    main()
