"""Many people at once, over a long day: ``python -m tests.withstand.crowd [--people 20] [--questions 1000] …``.

So many people, each signed in, ask questions of the suites at the page that ``dafu serve`` opens over a home that is
thrown away, in conversations of a few questions. With ``--changes`` files come and change meanwhile, files are sent and
questions are handed over; with ``--kills`` the process that has served longest is killed and started again, and a
question that was under way then is asked again. With ``--servers`` two processes share PostgreSQL and a Chroma server.

Prints what came of it as JSON. Exit status 1 if a question failed, came into the conversation of somebody else or is
gone, if memory or descriptors grew, or if the p95 of whole answers is above ``--limit``.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import httpx
import numpy as np

from assistant.records import Person, Records
from corpus.errors import InputError
from evals.metrics import percentile
from evals.suite import load, suite_names
from tests.withstand.servers import chroma, postgres

_PASSWORD = "correct-horse-battery"  # of a home that is thrown away
_PATIENCE = 900.0  # seconds that a killed server has to be back, and an answer to come: others may need the machine
_FULL = "Queue is full"  # of a process: more people than it lets wait, as when another was killed
_TURNS = 5  # questions of one conversation
_LOOK = 10  # questions between two looks at the processes
_TELL = 200  # questions between two lines that say how far it is
_CHANGE = 40  # questions between two changes of the sources, two uploads, two hand-overs
_WARM = 0.3  # of a process's life, in which what is loaded once is loaded
_ENOUGH = 400  # questions over which growth can be told from what caches and allocators take once
_GROWTH, _DESCRIPTORS = 20.0, 5.0  # MiB and descriptors for 1,000 questions that count as flat
_SHOWN = 9  # looks of a life that are printed
FAULTS = (httpx.HTTPError, ValueError, KeyError)
"""What a question may end with where the server fails, or is gone."""


class TurnedAwayError(ValueError):
    """The page takes no more events for now, or none of this kind."""


@dataclass(frozen=True)
class Taken:
    """How a question went: seconds to the end and to the first evidence (none for what has none before its end)."""

    whole: float
    evidence: float | None = None
    fault: str = ""


# A person


def client(address: str, headers: dict[str, str], patience: float = _PATIENCE) -> httpx.Client:
    """For loopback, whatever proxy the environment names."""
    return httpx.Client(base_url=address, headers=headers, timeout=patience, trust_env=False)


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
        """After each sign of life whether evidence is there by now, and a fault; it ends with the answer."""
        if self._asked % _TURNS == 0:
            list(self._event(self._new, {}))
        self._asked += 1
        last = ""
        for last in self._event(self._ask, {"question": question}):
            found = 'class="evq"' in last and 'data-state="search"' not in last  # not that of the question before
            yield found, _page_fault(last)
        if 'data-state="done"' not in last and not _page_fault(last):
            yield False, "the page's events ended without an answer"

    def timed(self, question: str) -> Taken:
        """How one question goes."""
        began, evidence, fault = time.perf_counter(), None, ""
        try:
            for found, fault in self.ask(question):
                if fault:
                    break
                if found and evidence is None:
                    evidence = time.perf_counter() - began
        except FAULTS as error:
            fault = f"{type(error).__name__}: {error}"
        return Taken(time.perf_counter() - began, evidence, fault)

    def _event(self, function: int, data: dict[str, Any]) -> Iterator[str]:
        """What the page is told after an event, one piece of HTML and more for each step."""
        body = {"fn_index": function, "session_hash": self._name, "data": [None], "event_data": data, "trigger_id": 0}
        joined = self._client.post("/gradio_api/queue/join", json=body)
        if joined.is_error:
            raise TurnedAwayError(f"{joined.status_code}: {joined.text}")
        where = f"/gradio_api/queue/data?session_hash={self._name}"
        with self._client.stream("GET", where) as response:
            for line in response.raise_for_status().iter_lines():
                name, _, value = line.partition(": ")
                told = json.loads(value) if name == "data" else {"msg": ""}
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


def questions_of_suites(wanted: int) -> list[str]:
    """Questions of all suites in a mixed order, again from the start where more are wanted than there are."""
    every = [case.question for name in suite_names() for case in load(name)]
    random.Random(7).shuffle(every)
    return [every[at % len(every)] for at in range(wanted)]


# What serves them


def started(home: Path, **environ: str) -> tuple[subprocess.Popen[str], str]:
    """``dafu serve``, extractive, and its address, once it answers.

    Raises:
        InputError: it does not.
    """
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "serve", "--home", str(home)]
    server = subprocess.Popen(
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


@dataclass
class Life:
    """One process that serves, and looks at it: (questions answered, MiB, open descriptors)."""

    process: subprocess.Popen[str]
    address: str
    looks: list[tuple[int, float, int]] = field(default_factory=list)

    def look(self, answered: int) -> None:
        """Note how large it is, if it is still there."""
        folder = Path(f"/proc/{self.process.pid}")
        try:
            size = re.search(r"VmRSS:\s+(\d+) kB", (folder / "status").read_text("utf-8"))
            descriptors = len(list((folder / "fd").iterdir()))
        except OSError:
            return
        self.looks.append((answered, int(size[1]) / 1024 if size else 0.0, descriptors))

    def growth(self) -> tuple[float, float] | None:
        """What 1,000 questions add in MiB and descriptors, by least squares; none over a life that was too short."""
        warm = self.looks[int(len(self.looks) * _WARM) :]
        if len(warm) < 2 or warm[-1][0] - warm[0][0] < _ENOUGH:
            return None
        asked, sizes, descriptors = np.array(warm, float).T
        memory, opened = (float(np.polyfit(asked / 1000, one, 1)[0]) for one in (sizes, descriptors))
        return round(memory, 1), round(opened, 1)

    def shown(self) -> list[tuple[int, int, int]]:
        """A few looks, evenly over the life."""
        at = np.linspace(0, len(self.looks) - 1, min(_SHOWN, len(self.looks))).astype(int)
        return [(asked, round(size), descriptors) for asked, size, descriptors in (self.looks[one] for one in at)]


class Site:
    """A home with people and sources, and what serves it, which is killed and started again."""

    def __init__(self, folder: Path, people: int, **environ: str) -> None:
        """``environ``: settings of each process, such as where the database is."""
        self.home, self.papers, self.environ = folder / "home", folder / "papers", environ
        self.papers.mkdir()
        records = self.records()
        records.users.add("chen", _PASSWORD, "admin", by="crowd")
        self.people: list[Person] = []
        for number in range(people):
            records.users.add(f"p{number}", _PASSWORD, "representative" if number % 5 else "staff", by="crowd")
            self.people.append(records.users.named(f"p{number}").person)
        self.cookies = {one.id: records.sign_ins.open(one.id) for one in self.people}
        records.close()
        self.lives: list[Life] = []  # every process that ever served
        self._serving: list[Life] = []
        self.up = threading.Event()

    def records(self) -> Records:
        """The records, wherever they are."""
        return Records.open(self.home, database=self.environ.get("DAFU_DATABASE", ""))

    def start(self) -> None:
        """Serve by one process more, and wait until it answers."""
        self._serving = [*self._serving, Life(*started(self.home, **self.environ))]
        self.lives.append(self._serving[-1])
        self.up.set()

    def address(self, number: int) -> str:
        """Where the person of a number goes, as a proxy would send them: nowhere while nobody serves."""
        serving = self._serving
        return serving[number % len(serving)].address if serving else ""

    def serves(self, address: str) -> bool:
        """Whether the process at an address is meant to answer."""
        return any(one.address == address for one in self._serving)

    def kill(self) -> None:
        """End the process that serves longest, as a power cut does it."""
        first, *self._serving = self._serving
        if not self._serving:
            self.up.clear()
        self._end(first, signal.SIGKILL)

    def stop(self) -> None:
        """End all, as a person does it."""
        self.up.clear()
        ending, self._serving = self._serving, []
        for one in ending:
            self._end(one, signal.SIGTERM)

    @staticmethod
    def _end(life: Life, how: signal.Signals) -> None:
        life.process.send_signal(how)
        life.process.wait(60)

    def look(self, answered: int) -> None:
        """Note how large each process is."""
        for one in self._serving:
            one.look(answered)

    def told(self) -> str:
        """How large each process was at the last look."""
        lives = [one for one in self._serving if one.looks]
        return ", ".join(f"{one.looks[-1][1]:.0f} MiB and {one.looks[-1][2]} descriptors" for one in lives)

    def disturb(self, number: int) -> None:
        """Change a source, send a file, hand a question over."""
        text = f"仓库办法{number % 7}\n\n第{number}次修订：仓库按月盘点。\n"
        (self.papers / f"{number % 7}.txt").write_text(text, encoding="utf-8")
        person = self.people[0]
        with client(self.address(number), {"Cookie": f"dafu={self.cookies[person.id]}"}) as browser:
            browser.post("/ui/upload", content=text.encode()).raise_for_status()
        records = self.records()
        asker = self.people[number % len(self.people)]
        for conversation in records.conversations.of(asker.id, 1):
            for turn in records.turns.of(asker.id, conversation.id)[:1]:
                records.handovers.give(asker, turn.id, f"第{number}次")
        records.close()


@contextmanager
def opened(people: int, **environ: str) -> Iterator[Site]:
    """A site whose folder is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dafu-crowd-") as folder:
        site = Site(Path(folder), people, **environ)
        sources = [str(site.papers), str(files("corpus") / "documents")]
        (site.papers / "0.txt").write_text("仓库办法\n\n仓库按月盘点。\n", encoding="utf-8")
        command = [sys.executable, "-c", "from assistant.cli import main; main()", "sync", *sources]
        command += ["--home", str(site.home)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | environ)
        try:
            yield site
        finally:
            site.stop()


# The day


class Day:
    """The questions, who asked which, and what went wrong; ``think``: seconds before a question, on average."""

    def __init__(self, site: Site, questions: int, *, kills: int = 0, changes: bool = True, think: float = 0.0) -> None:
        self._site, self._total, self._changes, self._think = site, questions, changes, think
        self._kill_at = [questions * (n + 1) // (kills + 1) for n in range(kills)]
        self._lock, self._began = threading.Lock(), time.perf_counter()
        self.again = self.turned_away = 0
        self.errors: list[str] = []
        self.taken: list[Taken] = []
        self.asked: dict[str, Counter[str]] = {one.id: Counter() for one in site.people}

    def run(self) -> None:
        """Until everything was asked."""
        every = list(dict.fromkeys(questions_of_suites(10_000)))
        people = self._site.people
        shares = [every[at :: len(people)] for at in range(len(people))]
        with ThreadPoolExecutor(len(people)) as pool:
            list(pool.map(self._person, range(len(people)), people, shares))

    def _person(self, at: int, person: Person, share: Sequence[str]) -> None:
        headers = {"Cookie": f"dafu={self._site.cookies[person.id]}"}
        asker, address, pauses = None, "", random.Random(at)
        for number in range(self._total // len(self._site.people)):
            time.sleep(pauses.uniform(0, 2 * self._think))
            question, began = share[number % len(share)], time.perf_counter()
            while True:
                if not self._site.up.wait(_PATIENCE):
                    self._fault("the server did not come back")
                    return
                try:
                    if asker is None or not self._site.serves(address):
                        address = self._site.address(at)
                        asker = PageAsker(address, headers, f"{person.name}-{random.randrange(10**9)}")
                    taken = asker.timed(question)
                except FAULTS as error:
                    taken = Taken(0, fault=f"{type(error).__name__}: {error}")
                if _FULL in taken.fault:
                    self.turned_away += 1
                    time.sleep(1)
                    continue
                if taken.fault and not self._site.serves(address):
                    self.again += 1
                    asker = None
                    continue
                break
            self._took(person, question, Taken(time.perf_counter() - began, taken.evidence, taken.fault))

    def _took(self, person: Person, question: str, taken: Taken) -> None:
        with self._lock:
            self.taken.append(taken)
            self.asked[person.id][question] += 1
            answered = len(self.taken)
            if taken.fault:
                self._fault(taken.fault)
            if answered % _LOOK == 0:
                self._site.look(answered)
            if answered % _TELL == 0:
                seconds = round(time.perf_counter() - self._began)
                click.echo(f"{answered} in {seconds} s: {self._site.told()}", err=True)
            if self._changes and answered % _CHANGE == 0:
                try:
                    self._site.disturb(answered)
                except (OSError, *FAULTS) as error:
                    self._fault(f"disturbing: {error}")
            if answered in self._kill_at:
                self._site.kill()
                self._site.start()

    def _fault(self, told: str) -> None:
        self.errors.append(told)
        click.echo(told[:300], err=True)

    def misplaced(self) -> tuple[int, int]:
        """Questions in conversations of somebody who did not ask them, and those that were answered and are gone."""
        records = self._site.records()
        wrong = lost = 0
        for person in self._site.people:
            kept: Counter[str] = Counter()
            for conversation in records.conversations.of(person.id):
                kept.update(turn.question for turn in records.turns.of(person.id, conversation.id))
            wrong += sum(count for question, count in kept.items() if question not in self.asked[person.id])
            lost += sum((self.asked[person.id] - kept).values())
        records.close()
        return wrong, lost

    def figures(self) -> dict[str, Any]:
        """What came of it, in seconds (of what did not fail, from when it was first asked), MiB and descriptors."""
        whole = [one.whole for one in self.taken if not one.fault]
        first = [one.evidence for one in self.taken if one.evidence is not None]
        longest = max(self._site.lives, key=lambda one: len(one.looks), default=None)
        wrong, lost = self.misplaced()
        return {
            "questions": len(self.taken),
            "errors": len(self.errors),
            "wrong_conversation": wrong,
            "lost": lost,
            "again": self.again,
            "turned_away": self.turned_away,
            "seconds": round(time.perf_counter() - self._began, 1),
            **{f"p{one}": round(percentile(whole, one), 2) for one in (50, 95)},
            **{f"evidence_p{one}": round(percentile(first, one), 2) for one in (50, 95)},
            "growth": longest and longest.growth(),
            "looks": longest and longest.shown(),
        }


def held(figures: dict[str, Any], limit: float | None) -> bool:
    """Whether all is as it must be; growth that could not be measured is not judged."""
    memory, descriptors = figures["growth"] or (0.0, 0.0)
    faults = figures["errors"] or figures["wrong_conversation"] or figures["lost"]
    grew = memory > _GROWTH or descriptors > _DESCRIPTORS
    return not (faults or grew or (limit is not None and figures["p95"] > limit))


@click.command()
@click.option("--people", default=20, type=click.IntRange(1, 200), show_default=True, help="How many ask at once.")
@click.option("--questions", default=1000, type=click.IntRange(1), show_default=True, help="How many in all.")
@click.option("--reader", default="auto", show_default=True, help="Who reads: auto, words.")
@click.option("--think", default=0.0, show_default=True, help="Seconds that each thinks before a question, on average.")
@click.option("--changes", is_flag=True, help="Change sources, send files and hand questions over meanwhile.")
@click.option("--kills", default=0, show_default=True, help="How often the longest-serving process is killed.")
@click.option("--servers", is_flag=True, help="Two processes over PostgreSQL and a Chroma server.")
@click.option("--limit", type=float, help="Seconds that the p95 of whole answers may take.")
def main(**given: Any) -> None:
    """Ask for a long day, and print what came of it as JSON."""
    with ExitStack() as stack:
        environ = {"DAFU_READER": given["reader"]}
        if given["servers"]:
            environ["DAFU_DATABASE"] = stack.enter_context(postgres(safe=True))
            environ["DAFU_VECTORS"] = stack.enter_context(chroma())
        site = stack.enter_context(opened(given["people"], **environ))
        for _ in range(1 + given["servers"]):
            site.start()
        day = Day(site, given["questions"], kills=given["kills"], changes=given["changes"], think=given["think"])
        day.run()
        figures = day.figures()
    click.echo(json.dumps(figures))
    raise SystemExit(int(not held(figures, given["limit"])))


if __name__ == "__main__":
    main()
