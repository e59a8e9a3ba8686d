"""A long day: ``python -m evals.withstand.soak [--read 2000] [--words 8000] [--people 20]``.

So many people, each signed in, ask at the page in conversations of a few questions, first with the reader and then by
words alone; meanwhile files come and change, files are sent, questions are handed over, and the server is killed three
times and started again. A question that was under way then is asked again. Prints errors beyond the kills, questions
in conversations of others, and how memory and descriptors grew; exit status 1 if any of these is not as it must be.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path

import click
import numpy as np

from assistant.records import Person, Records
from evals.withstand.load import FAULTS, PageAsker, client, questions_of_suites, resident, started, timed

_PASSWORD = "correct-horse-battery"  # noqa: S105 (of a home that is thrown away)
_PATIENCE = 300.0  # seconds that a killed server has to be back
_LOOK = 10  # questions between two looks at the process
_CHANGE = 40  # questions between two changes of the sources, two uploads, two hand-overs
_WARM = 0.3  # of a server's life, in which what is loaded once is loaded
_ENOUGH = 400  # questions over which growth can be told from what caches and allocators take once
_GROWTH, _DESCRIPTORS = 20.0, 5.0  # MiB and descriptors for 1,000 questions that count as flat


@dataclass(slots=True)
class Life:
    """One process of the server: looks at it, as (questions answered, MiB, open descriptors)."""

    looks: list[tuple[int, float, int]] = field(default_factory=list)

    def slope(self, column: int) -> float | None:
        """Growth for 1,000 questions after the first third, by least squares; none over a life that was too short."""
        warm = self.looks[int(len(self.looks) * _WARM) :]
        if len(warm) < 4 or warm[-1][0] - warm[0][0] < _ENOUGH:
            return None
        return 1000 * float(np.polyfit([one[0] for one in warm], [one[column] for one in warm], 1)[0])


@dataclass(frozen=True, slots=True)
class Phase:
    """What came of a phase; growth is for 1,000 questions, of the longest life of the server."""

    way: str
    questions: int
    people: int
    kills: int
    again: int
    errors: int
    wrong_conversation: int
    lost: int
    seconds: float
    memory: float
    memory_growth: float | None
    descriptors: int
    descriptor_growth: float | None

    @property
    def held(self) -> bool:
        """Whether all is as it must be; growth that could not be measured is not judged."""
        grew = (self.memory_growth or 0.0) > _GROWTH or (self.descriptor_growth or 0.0) > _DESCRIPTORS
        return not (self.errors or self.wrong_conversation or self.lost or grew)


class Site:
    """A home with people and sources, and the server that is killed and started again."""

    def __init__(self, folder: Path, people: int) -> None:
        self.home, self.papers = folder / "home", folder / "papers"
        self.papers.mkdir()
        records = Records.open(self.home)
        records.users.add("chen", _PASSWORD, "admin", by="soak")
        self.people: list[Person] = []
        for number in range(people):
            records.users.add(f"p{number}", _PASSWORD, "representative" if number % 5 else "staff", by="soak")
            self.people.append(records.users.named(f"p{number}").person)
        self.cookies = {one.id: records.sign_ins.open(one.id) for one in self.people}
        records.close()
        self.lives: list[Life] = []
        self.up = threading.Event()
        self.address = ""
        self._server: subprocess.Popen[str] | None = None

    def start(self, way: str) -> None:
        """Serve, and wait until it answers."""
        self._server, self.address = started(self.home, DAFU_READER="words" if way == "words" else "auto")
        self.lives.append(Life())
        self.up.set()

    def kill(self) -> None:
        """As a power cut does it."""
        self.up.clear()
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As a person does it."""
        self.up.clear()
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(60)

    def look(self, answered: int) -> None:
        """Note how large the server is."""
        if self._server is not None and self.up.is_set():
            try:
                descriptors = len(list(Path(f"/proc/{self._server.pid}/fd").iterdir()))
            except OSError:
                return
            self.lives[-1].looks.append((answered, resident(self._server.pid), descriptors))

    def disturb(self, number: int) -> None:
        """Change a source, send a file, hand a question over."""
        text = f"仓库办法{number % 7}\n\n第{number}次修订：仓库按月盘点。\n"
        (self.papers / f"{number % 7}.txt").write_text(text, encoding="utf-8")
        person = self.people[0]
        with client(self.address, {"Cookie": f"dafu={self.cookies[person.id]}"}) as browser:
            browser.post("/ui/upload", content=text.encode()).raise_for_status()
        records = Records.open(self.home)
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
        self._lock = threading.Lock()
        self.answered = self.again = 0
        self.errors: list[str] = []
        self.asked: dict[str, Counter[str]] = {one.id: Counter() for one in office.people}

    def run(self) -> None:
        """Until everything was asked."""
        every = list(dict.fromkeys(questions_of_suites(10_000)))
        office = self._office
        shares = [every[at :: len(office.people)] for at in range(len(office.people))]
        turns = [self._total // len(office.people)] * len(office.people)
        people = [
            threading.Thread(target=self._person, args=(person, share, turn))
            for person, share, turn in zip(office.people, shares, turns, strict=True)
        ]
        for one in people:
            one.start()
        for one in people:
            one.join()

    def _person(self, person: Person, share: Sequence[str], questions: int) -> None:
        headers = {"Cookie": f"dafu={self._office.cookies[person.id]}"}
        asker, address = None, ""
        for number in range(questions):
            question = share[number % len(share)]
            while True:
                if not self._office.up.wait(_PATIENCE):
                    self._fault("the server did not come back")
                    return
                try:
                    if asker is None or address != self._office.address:
                        address = self._office.address
                        asker = PageAsker(address, headers, f"{person.name}-{random.randrange(10**9)}")  # noqa: S311
                    taken = timed(asker, question)
                    fault = taken.fault
                except FAULTS as error:
                    fault = f"{type(error).__name__}: {error}"
                if fault and (not self._office.up.is_set() or address != self._office.address):
                    self.again += 1
                    asker = None
                    continue
                break
            self._took(person, question, fault)

    def _took(self, person: Person, question: str, fault: str) -> None:
        with self._lock:
            self.asked[person.id][question] += 1
            self.answered += 1
            answered = self.answered
            if fault:
                self._fault(fault)
            if answered % _LOOK == 0:
                self._office.look(answered)
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
        records = Records.open(self._office.home)
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
def opened(people: int) -> Iterator[Site]:
    """An office whose folder is thrown away."""
    with tempfile.TemporaryDirectory(prefix="dafu-soak-") as folder:
        office = Site(Path(folder), people)
        sources = [str(office.papers), str(files("corpus") / "documents")]
        (office.papers / "0.txt").write_text("仓库办法\n\n仓库按月盘点。\n", encoding="utf-8")
        command = [sys.executable, "-c", "from assistant.cli import main; main()", "sync", *sources]
        subprocess.run([*command, "--home", str(office.home)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            yield office
        finally:
            office.stop()


def soaked(way: str, questions: int, people: int, kills: int) -> Phase:
    """One phase in a home of its own."""
    with opened(people) as office:
        office.start(way)
        day, began = Day(office, way, questions, kills), time.perf_counter()
        day.run()
        seconds = time.perf_counter() - began
        wrong, lost = day.misplaced()
    longest = max(office.lives, key=lambda one: len(one.looks))
    last = longest.looks[-1] if longest.looks else (0, 0.0, 0)
    growth = [round(slope, 1) if (slope := longest.slope(column)) is not None else None for column in (1, 2)]
    return Phase(
        way,
        day.answered,
        people,
        kills,
        day.again,
        len(day.errors),
        wrong,
        lost,
        round(seconds, 1),
        round(last[1]),
        growth[0],
        last[2],
        growth[1],
    )


@click.command()
@click.option("--read", default=2000, type=click.IntRange(0), show_default=True, help="Questions with the reader.")
@click.option("--words", default=8000, type=click.IntRange(0), show_default=True, help="Questions by words alone.")
@click.option("--people", default=20, type=click.IntRange(1, 200), show_default=True, help="How many ask at once.")
def main(read: int, words: int, people: int) -> None:
    """Ask for a long day, kill the server three times, and print what came of it as JSON."""
    found = []
    for way, questions, kills in (("read", read, 1), ("words", words, 2)):
        if questions:
            found.append(soaked(way, questions, people, kills))
            click.echo(json.dumps({**asdict(found[-1]), "held": found[-1].held}))
    raise SystemExit(int(not all(one.held for one in found)))


if __name__ == "__main__":
    main()
