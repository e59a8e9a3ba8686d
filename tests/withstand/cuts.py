"""Power cuts: every write of every scene may be the last, torn, or refused by the disk.

``python -m tests.withstand.cuts [--points 25] [SCENE ...]`` needs a C compiler, for what makes the writes fail. It runs
itself with that library loaded, in processes that are forked from it. Prints one line of JSON for each cut; exit status
1 if one of them left anything wrong.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from corpus.errors import InputError
from tests.withstand.scenes import SCENES, Scene, done, told

KINDS = {"kill": 1, "torn": 2, "full": 3, "error": 4, "readonly": 5}
_MOST = 99  # deeds of a scene
_SECONDS = 300  # for one process


@dataclass(frozen=True, slots=True)
class Cut:
    """One fault, how many deeds were acknowledged before it, and what is wrong afterwards (nothing, it is hoped)."""

    scene: str
    kind: str
    step: int
    acknowledged: int
    ended: str
    wrong: str = ""


def child(work: Callable[[Callable[[str], None]], None]) -> tuple[int, list[str]]:
    """Run in a process of its own: how it ended (negative: a signal), and the lines that it told before."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        signal.alarm(_SECONDS)
        status = 0

        def tell(line: str) -> None:
            os.write(writer, f"{json.dumps(line)}\n".encode())

        try:
            work(tell)
        except BaseException as error:  # noqa: BLE001 (the process ends here, and says with what)
            os.write(writer, f"{json.dumps(f'!{type(error).__name__}: {error}'[:2_000])}\n".encode())
            status = 3
        os._exit(status)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as lines:
        said = [str(json.loads(line)) for line in lines if line.endswith("\n")]
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), said


def arm(folder: Path, step: int, kind: str) -> None:
    """Let the ``step``-th write below a folder fail so."""
    ctypes.CDLL(None).fault_arm(str(folder).encode(), ctypes.c_long(step), KINDS[kind])


class Theatre:
    """A scene with what it would have come to."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene, self._folder = scene, folder
        self._template = folder / "template"
        self._template.mkdir(parents=True)
        _sound(child(lambda _: scene.prepare(self._template)))
        self.steps = self._count()
        self.states = self._states()

    def _count(self) -> int:
        def work(tell: Callable[[str], None]) -> None:
            place = self._copy()
            arm(place, 0, "kill")
            done(self.scene, place, _MOST)
            tell(str(ctypes.CDLL(None).fault_steps()))

        return int(_sound(child(work))[-1])

    def _states(self) -> list[str]:
        """The state after no deed, after one, and so on."""
        found: list[str] = []
        while len(found) < _MOST:
            place, after = self._copy(), len(found)
            acknowledged = _sound(child(partial(_do, self.scene, place, after)))
            if acknowledged.count("done") < after:
                break
            found.append(_sound(child(partial(_tell, self.scene, place)))[-1])
        return found

    def cut(self, step: int, kind: str) -> Cut:
        """One fault, mending, and the comparison."""
        place = self._copy()

        def work(tell: Callable[[str], None]) -> None:
            arm(place, step, kind)
            _do(self.scene, place, _MOST, tell)

        status, said = child(work)
        acknowledged, fault = said.count("done"), next((one for one in said if one.startswith("!")), "")
        ended = "killed" if status == -signal.SIGKILL else said[-1] if said and said[-1] != "done" else "ended"
        wrong = "" if status in {0, -signal.SIGKILL} and not fault else f"ended with {status}: {fault}"
        wrong = wrong or self._compared(place, acknowledged)
        shutil.rmtree(place, ignore_errors=True)
        return Cut(self.scene.name, kind, step, acknowledged, ended[:200], wrong)

    def _compared(self, place: Path, acknowledged: int) -> str:
        if self.scene.again:
            status, said = child(partial(_do, self.scene, place, _MOST))
            if status or any(one.startswith("!") for one in said):
                return f"doing it again ended with {status}: {said}"
            acknowledged = len(self.states) - 1
        status, said = child(partial(_tell, self.scene, place))
        if status:
            return f"the next start ended with {status}: {said}"
        if said[-1] not in self.states[acknowledged : acknowledged + 2]:
            return (
                f"neither as after {acknowledged} deeds nor one more: {_differs(said[-1], self.states[acknowledged])}"
            )
        return ""

    def _copy(self) -> Path:
        place = Path(tempfile.mkdtemp(dir=self._folder))
        shutil.copytree(self._template, place, dirs_exist_ok=True)
        return place


def _do(scene: Scene, place: Path, deeds: int, tell: Callable[[str], None]) -> None:
    line = done(scene, place, deeds, lambda: tell("done"))
    if line:
        tell(line)


def _tell(scene: Scene, place: Path, tell: Callable[[str], None]) -> None:
    tell(told(scene.state(place)))


def _sound(ended: tuple[int, list[str]]) -> list[str]:
    status, said = ended
    if status:
        raise RuntimeError(f"a scene that nothing disturbed ended with {status}: {said}")
    return said


def _differs(one: str, other: str) -> str:
    """The parts that differ, shortened."""
    left, right = json.loads(one), json.loads(other)
    return json.dumps({key: [left.get(key), right.get(key)] for key in left if left.get(key) != right.get(key)})[:1_500]


def spread(steps: int, points: int) -> list[int]:
    """So many steps out of all, evenly, the first and the last among them."""
    return sorted({1 + round(at * (steps - 1) / max(1, points - 1)) for at in range(min(points, steps))})


def cuts(points: int, scenes: frozenset[str]) -> list[Cut]:
    """``points`` of each scene, the kinds of fault in turn."""
    found: list[Cut] = []
    with tempfile.TemporaryDirectory(prefix="dafu-cuts-") as folder:
        for number, scene in enumerate(SCENES):
            if scenes and scene.name not in scenes:
                continue
            theatre = Theatre(scene, Path(folder) / scene.name)
            for at, step in enumerate(spread(theatre.steps, points)):
                found.append(theatre.cut(step, tuple(KINDS)[(at + 2 * number * (points < len(KINDS))) % len(KINDS)]))
                print(json.dumps(_row(found[-1], theatre.steps), ensure_ascii=False), flush=True)
    return found


def _row(cut: Cut, steps: int) -> dict[str, Any]:
    named = asdict(cut)
    return {name: named.pop(name) for name in ("scene", "kind", "step")} | {"of": steps} | named


def compiled(folder: Path) -> Path:
    """The library that makes writes fail.

    Raises:
        InputError: there is no C compiler.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise InputError("there is no C compiler, which the cuts need; install gcc")
    library, source = folder / "fault.so", Path(__file__).with_name("fault.c")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return library


@click.command()
@click.option("--points", default=25, type=click.IntRange(1, 10_000), show_default=True, help="Cuts of each scene.")
@click.option("--loaded", is_flag=True, hidden=True)
@click.argument("scenes", nargs=-1)
def main(points: int, scenes: tuple[str, ...], *, loaded: bool) -> None:
    """Cut the power at so many writes of each scene, start again, and compare."""
    if loaded:
        raise SystemExit(int(any(one.wrong for one in cuts(points, frozenset(scenes)))))
    with tempfile.TemporaryDirectory(prefix="dafu-fault-") as folder:
        try:
            library = compiled(Path(folder))
        except InputError as error:
            raise click.ClickException(str(error)) from error
        environ = os.environ | {"LD_PRELOAD": str(library), "OMP_NUM_THREADS": "1", "DAFU_LLM": "off"}
        command = [sys.executable, "-m", "tests.withstand.cuts", "--loaded", "--points", str(points), *scenes]
        raise SystemExit(subprocess.run(command, env=environ, check=False).returncode)


if __name__ == "__main__":
    main()
