"""Kills a process at chosen steps of a sync and lets another one finish: ``python -m tests.fakes.killing FOLDER all``.

It imports everything once and forks for each kill. Chroma is opened in the children alone: its threads do not survive a
fork. Prints JSON: for each kill how it ended, and in what the home that the next process completed differs.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from index import Searcher, Store
from index.sync import sync
from index.vectors import ChromaVectors
from tests.fakes.crashes import Fuse, fused
from tests.fakes.encoder import HashEncoder
from tests.fakes.papers import AFTER, BEFORE, write

QUESTION = "渔业事项几日办结"


def child(work: Callable[[], None]) -> int:
    """Run in a process of its own; its exit status, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (a process ends here)
            print(repr(error), file=sys.stderr)
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Stepping:
    """A vector store each of whose writes is two steps: before and after."""

    def __init__(self, vectors: ChromaVectors, fuse: Fuse) -> None:
        self._vectors, self._fuse = vectors, fuse

    def __getattr__(self, name):
        found = getattr(self._vectors, name)
        return self._stepping(found) if name in {"put", "drop", "clear"} else found

    def _stepping(self, write):
        def stepping(*given):
            self._fuse.step()
            write(*given)
            self._fuse.step()

        return stepping


def syncing(home: Path, source: Path, at: int = -1, delay: float | None = None) -> Callable[[], None]:
    """A sync that ends its process at a step, or is killed after some seconds."""

    def work():
        fuse = Fuse()
        fuse.set(at, lambda: os._exit(9))
        if delay is not None:
            signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            signal.setitimer(signal.ITIMER_REAL, delay)
        with fused(fuse):
            store = Store(home, create=True, vectors=Stepping(ChromaVectors(home / "chroma"), fuse))
            sync(store, [source], HashEncoder())
        (home / "steps").write_text(str(fuse.steps), encoding="utf-8")

    return work


def settled(home: Path, source: Path, into: Path) -> Callable[[], None]:
    """Another sync, and all that the home then holds."""

    def work():
        store = Store(home)
        sync(store, [source], HashEncoder())
        hits = Searcher.open(store, HashEncoder()).search(QUESTION, 30)
        state = {
            "faults": [fault.what for fault in store.faults(HashEncoder().fingerprint)],
            "texts": sorted([one.id, one.text] for one in store.catalog.documents()),
            "chunks": sorted(map(list, store.catalog.database.rows(text("SELECT key, start FROM chunks")))),
            "vectors": sorted(store.vectors.keys("public")),
            "dense": sorted(hit.chunk for hit in hits if "dense" in hit.legs),
        }
        into.write_text(json.dumps(state), encoding="utf-8")

    return work


def main(folder: Path, wanted: str) -> None:
    source, template, whole = folder / "papers", folder / "template", folder / "whole"
    write(source, BEFORE)
    assert child(syncing(template, source)) == 0
    write(source, AFTER)
    shutil.copytree(template, whole)
    assert child(syncing(whole, source)) == 0
    steps = int((whole / "steps").read_text(encoding="utf-8"))
    assert child(settled(whole, source, folder / "expected.json")) == 0
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    random.seed(7)
    every = wanted == "all"
    kills = [(at, None) for at in range(1, steps + 1, 1 if every else steps // 10)]
    kills += [(-1, random.uniform(0.01, 0.3)) for _ in range(40 if every else 4)]
    told = [killed(folder, kill, expected) for kill in kills]
    print(json.dumps({"steps": steps, "faults": expected["faults"], "told": told}))


def killed(folder: Path, kill: tuple[int, float | None], expected: dict[str, object]) -> dict[str, object]:
    """One kill, and the home afterwards against the one that nobody disturbed."""
    home, into = folder / "home", folder / "state.json"
    shutil.copytree(folder / "template", home)
    status = child(syncing(home, folder / "papers", *kill))
    ended = child(settled(home, folder / "papers", into))
    state = json.loads(into.read_text(encoding="utf-8")) if ended == 0 else {}
    shutil.rmtree(home)
    differs = [key for key in expected if state.get(key) != expected[key]]
    return {"kill": kill, "status": status, "ended": ended, "differs": differs}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
