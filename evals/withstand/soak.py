"""A long day: ``python -m evals.withstand.soak [--read 2000] [--words 8000] [--people 20] [--servers]``.

So many people, each signed in, ask at the page in conversations of a few questions, first with the reader and then by
words alone; meanwhile files come and change, files are sent, questions are handed over, and the server is killed three
times and started again. A question that was under way then is asked again. Prints errors beyond the kills, questions
in conversations of others, and how memory and descriptors grew; exit status 1 if any of these is not as it must be.

With ``--servers`` two processes share PostgreSQL and a Chroma server; people of the one that is killed go to the other.
"""

from __future__ import annotations

import json
import os
import random
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
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import numpy as np

from assistant.records import Person, Records
from evals.metrics import percentile
from evals.withstand.load import FAULTS, PageAsker, client, questions_of_suites, resident, started, timed
from evals.withstand.servers import chroma, postgres

_PASSWORD = "correct-horse-battery"  # noqa: S105 (of a home that is thrown away)
_PATIENCE = 900.0  # seconds that a killed server has to be back, and an answer to come: others may need the machine
_FULL = "Queue is full"  # of a process: more people than it lets wait, as when another was killed
_LOOK = 10  # questions between two looks at the process
_TELL = 200  # questions between two lines that say how far it is
_CHANGE = 40  # questions between two changes of the sources, two uploads, two hand-overs
_WARM = 0.3  # of a server's life, in which what is loaded once is loaded
_ENOUGH = 400  # questions over which growth can be told from what caches and allocators take once
_GROWTH, _DESCRIPTORS = 20.0, 5.0  # MiB and descriptors for 1,000 questions that count as flat
_PARTS = 8  # of a life, each left out once for the interval of its slope
_STUDENT = 2.365  # 97.5 % of Student's t with one degree of freedom fewer than there are parts
_SHOWN = 9  # looks of a life that are printed


@dataclass(slots=True)
class Life:
    """One process that serves, and looks at it: (questions answered, MiB, open descriptors)."""

    process: subprocess.Popen[str]
    address: str
    looks: list[tuple[int, float, int]] = field(default_factory=list)

    def growth(self, column: int) -> Growth | None:
        """After the first third, by least squares; none over a life that was too short."""
        warm = self.looks[int(len(self.looks) * _WARM) :]
        if len(warm) < 2 * _PARTS or warm[-1][0] - warm[0][0] < _ENOUGH:
            return None
        return Growth.of([one[0] for one in warm], [one[column] for one in warm])

    def shown(self) -> list[tuple[int, int, int]]:
        """A few looks, evenly over the life."""
        at = np.linspace(0, len(self.looks) - 1, min(_SHOWN, len(self.looks))).astype(int)
        return [(asked, round(size), descriptors) for asked, size, descriptors in (self.looks[one] for one in at)]


@dataclass(frozen=True, slots=True)
class Growth:
    """What 1,000 questions add, with a 95 % interval from leaving out each part of the time once.

    Looks that follow each other are alike, so a plain interval of the slope would be far too narrow.
    """

    slope: float
    low: float
    high: float

    @classmethod
    def of(cls, asked: Sequence[float], sizes: Sequence[float]) -> Growth:
        """By least squares."""
        parts = np.arange(len(asked)) * _PARTS // len(asked)
        x, y = np.asarray(asked, float) / 1000, np.asarray(sizes, float)
        slope = float(np.polyfit(x, y, 1)[0])
        without = np.array([np.polyfit(x[parts != one], y[parts != one], 1)[0] for one in range(_PARTS)])
        half = _STUDENT * float(np.sqrt((_PARTS - 1) * without.var()))
        return cls(*(round(one, 1) for one in (slope, slope - half, slope + half)))


class Site:
    """A home with people and sources, and what serves it, which is killed and started again."""

    def __init__(self, folder: Path, people: int, **environ: str) -> None:
        """``environ``: settings of each process, such as where the database is."""
        self.home, self.papers, self.environ = folder / "home", folder / "papers", environ
        self.papers.mkdir()
        records = self.records()
        records.users.add("chen", _PASSWORD, "admin", by="soak")
        self.people: list[Person] = []
        for number in range(people):
            records.users.add(f"p{number}", _PASSWORD, "representative" if number % 5 else "staff", by="soak")
            self.people.append(records.users.named(f"p{number}").person)
        self.cookies = {one.id: records.sign_ins.open(one.id) for one in self.people}
        records.close()
        self.lives: list[Life] = []  # every process that ever served
        self._serving: list[Life] = []
        self.up = threading.Event()

    def records(self) -> Records:
        """The records, wherever they are."""
        return Records.open(self.home, database=self.environ.get("DAFU_DATABASE", ""))

    def start(self, way: str) -> None:
        """Serve by one process more, and wait until it answers."""
        reader = "words" if way == "words" else "auto"
        self._serving = [*self._serving, Life(*started(self.home, DAFU_READER=reader, **self.environ))]
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
            try:
                descriptors = len(list(Path(f"/proc/{one.process.pid}/fd").iterdir()))
            except OSError:
                continue
            one.looks.append((answered, resident(one.process.pid), descriptors))

    def told(self) -> str:
        """How large each process was at the last look."""
        lives = [one for one in self._serving if one.looks]
        return ", ".join(f"{one.looks[-1][1]:.0f} MiB and {one.looks[-1][2]} descriptors" for one in lives)

    def disturb(self, number: int) -> None:
        """Change a source, send a file, hand a question over."""
        text = f"仓库办法{number % 7}\n\n第{number}次修订：仓库按月盘点。\n"
        (self.papers / f"{number % 7}.txt").write_text(text, encoding="utf-8")
        person = self.people[0]
        with client(self.address(number), {"Cookie": f"dafu={self.cookies[person.id]}"}, _PATIENCE) as browser:
            browser.post("/ui/upload", content=text.encode()).raise_for_status()
        records = self.records()
        asker = self.people[number % len(self.people)]
        for conversation in records.conversations.of(asker.id, 1):
            for turn in records.turns.of(asker.id, conversation.id)[:1]:
                records.handovers.give(asker, turn.id, f"第{number}次")
        records.close()


class Day:
    """A phase: the questions, who asked which, and what went wrong."""

    def __init__(self, office: Site, way: str, questions: int, kills: int) -> None:
        self._office, self._way = office, way
        self._total = questions
        self._kill_at = [questions * (n + 1) // (kills + 1) for n in range(kills)]
        self._lock, self._began = threading.Lock(), time.perf_counter()
        self.answered = self.again = self.turned_away = 0
        self.errors: list[str] = []
        self.taken: list[float] = []
        self.asked: dict[str, Counter[str]] = {one.id: Counter() for one in office.people}

    def run(self) -> None:
        """Until everything was asked."""
        every = list(dict.fromkeys(questions_of_suites(10_000)))
        office = self._office
        shares = [every[at :: len(office.people)] for at in range(len(office.people))]
        with ThreadPoolExecutor(len(office.people)) as people:
            list(people.map(self._person, range(len(office.people)), office.people, shares))

    def _person(self, at: int, person: Person, share: Sequence[str]) -> None:
        headers = {"Cookie": f"dafu={self._office.cookies[person.id]}"}
        asker, address = None, ""
        for number in range(self._total // len(self._office.people)):
            question, began = share[number % len(share)], time.perf_counter()
            while True:
                if not self._office.up.wait(_PATIENCE):
                    self._fault("the server did not come back")
                    return
                try:
                    if asker is None or not self._office.serves(address):
                        address = self._office.address(at)
                        asker = PageAsker(address, headers, f"{person.name}-{random.randrange(10**9)}", _PATIENCE)  # noqa: S311
                    taken = timed(asker, question)
                    fault = taken.fault
                except FAULTS as error:
                    fault = f"{type(error).__name__}: {error}"
                if _FULL in fault:
                    self.turned_away += 1
                    time.sleep(1)
                    continue
                if fault and not self._office.serves(address):
                    self.again += 1
                    asker = None
                    continue
                break
            self._took(person, question, fault, time.perf_counter() - began)

    def _took(self, person: Person, question: str, fault: str, seconds: float) -> None:
        with self._lock:
            self.taken.append(seconds)
            self.asked[person.id][question] += 1
            self.answered += 1
            answered = self.answered
            if fault:
                self._fault(fault)
            if answered % _LOOK == 0:
                self._office.look(answered)
            if answered % _TELL == 0:
                seconds = round(time.perf_counter() - self._began)
                click.echo(f"{answered} in {seconds} s: {self._office.told()}", err=True)
            if answered % _CHANGE == 0:
                try:
                    self._office.disturb(answered)
                except (OSError, *FAULTS) as error:
                    self._fault(f"disturbing: {error}")
            if answered in self._kill_at:
                self._office.kill()
                self._office.start(self._way)

    def _fault(self, told: str) -> None:
        self.errors.append(told)
        click.echo(told[:300], err=True)

    def misplaced(self) -> tuple[int, int]:
        """Questions in conversations of somebody who did not ask them, and those that were answered and are gone."""
        records = self._office.records()
        wrong = lost = 0
        for person in self._office.people:
            kept: Counter[str] = Counter()
            for conversation in records.conversations.of(person.id):
                kept.update(turn.question for turn in records.turns.of(person.id, conversation.id))
            wrong += sum(count for question, count in kept.items() if question not in self.asked[person.id])
            lost += sum((self.asked[person.id] - kept).values())
        records.close()
        return wrong, lost


@contextmanager
def opened(people: int, **environ: str) -> Iterator[Site]:
    """An office whose folder is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dafu-soak-") as folder:
        office = Site(Path(folder), people, **environ)
        sources = [str(office.papers), str(files("corpus") / "documents")]
        (office.papers / "0.txt").write_text("仓库办法\n\n仓库按月盘点。\n", encoding="utf-8")
        command = [sys.executable, "-c", "from assistant.cli import main; main()", "sync", *sources]
        command += ["--home", str(office.home)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | environ)  # noqa: S603
        try:
            yield office
        finally:
            office.stop()


def soaked(way: str, questions: int, people: int, kills: int, *, processes: int, **environ: str) -> dict[str, Any]:
    """What came of a phase in a home of its own, and whether all is as it must be (``held``).

    Times are of whole answers, from when they were first asked for; growth and looks (questions, MiB, descriptors) are
    of the longest life of a process. Growth that could not be measured is not judged.
    """
    with opened(people, **environ) as office:
        for _ in range(processes):
            office.start(way)
        day, began = Day(office, way, questions, kills), time.perf_counter()
        day.run()
        seconds = time.perf_counter() - began
        wrong, lost = day.misplaced()
    longest = max(office.lives, key=lambda one: len(one.looks))
    memory, descriptors = longest.growth(1), longest.growth(2)
    grew = [one.slope > most for one, most in ((memory, _GROWTH), (descriptors, _DESCRIPTORS)) if one is not None]
    return {
        "way": way,
        "questions": day.answered,
        "people": people,
        "kills": kills,
        "again": day.again,
        "turned_away": day.turned_away,
        "errors": len(day.errors),
        "wrong_conversation": wrong,
        "lost": lost,
        "seconds": round(seconds, 1),
        "p50": round(percentile(day.taken, 50), 2),
        "p95": round(percentile(day.taken, 95), 2),
        "memory_growth": memory and asdict(memory),
        "descriptor_growth": descriptors and asdict(descriptors),
        "looks": longest.shown(),
        "held": not (day.errors or wrong or lost or any(grew)),
    }


@click.command()
@click.option("--read", default=2000, type=click.IntRange(0), show_default=True, help="Questions with the reader.")
@click.option("--words", default=8000, type=click.IntRange(0), show_default=True, help="Questions by words alone.")
@click.option("--people", default=20, type=click.IntRange(1, 200), show_default=True, help="How many ask at once.")
@click.option("--servers", is_flag=True, help="Two processes over PostgreSQL and a Chroma server.")
def main(read: int, words: int, people: int, *, servers: bool) -> None:
    """Ask for a long day, kill a process three times, and print what came of it as JSON."""
    found = []
    for way, questions, kills in (("read", read, 1), ("words", words, 2)):
        if questions:
            with ExitStack() as stack:
                there = {}
                if servers:
                    there["DAFU_DATABASE"] = stack.enter_context(postgres(safe=True))
                    there["DAFU_VECTORS"] = stack.enter_context(chroma())
                found.append(soaked(way, questions, people, kills, processes=1 + servers, **there))
            click.echo(json.dumps(found[-1]))
    raise SystemExit(int(not all(one["held"] for one in found)))


if __name__ == "__main__":
    main()
