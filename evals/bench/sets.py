"""Other people's sets: reading one, and keeping its vectors.

A set is a folder with ``corpus.jsonl`` {id, text[, title]} and ``queries.jsonl`` {id, question, relevant[, answers,
split]}; ``distractors.jsonl``, where there is one, holds further passages that answer none of the questions. Passages
become Documents, so that search treats them as it treats a home's.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from platformdirs import user_cache_path

from corpus.document import Document, Metadata
from corpus.errors import DafuError, InputError
from index.encoder import Encoder, Kind, unit
from index.legs import Vectors

DEFAULT_CACHE = user_cache_path("dafu", appauthor=False) / "bench"
_SEED = 20250021
_BATCH = 256  # texts embedded between two commits: what a stopped run loses


@dataclass(frozen=True, slots=True)
class Query:
    """A question, the ids of the passages that answer it, and its answers in words where the set has them."""

    id: str
    question: str
    relevant: tuple[str, ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BenchSet:
    """Passages and the questions asked of them."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]


def load(data: Path, *, split: str | None = None, queries: int | None = None, distractors: bool = False) -> BenchSet:
    """Read a folder; ``split`` keeps the questions of one split, ``queries`` so many of them, drawn with a fixed seed.

    Raises:
        InputError: a file or a field is missing, or no question is left.
    """
    files = ["corpus.jsonl", *(["distractors.jsonl"] if distractors else [])]
    documents = tuple(_document(row) for file in files for row in _rows(data / file, {"id", "text"}))
    rows = _rows(data / "queries.jsonl", {"id", "question", "relevant"})
    asked = [row for row in rows if split is None or row.get("split") == split]
    if not asked:
        raise InputError(f"{data / 'queries.jsonl'} has no question of split {split!r}; name one that it has")
    if queries is not None and queries < len(asked):
        asked = random.Random(_SEED).sample(asked, queries)  # noqa: S311 (a sample, not a secret)
    name = data.name + (f" {split}" if split else "") + (" + distractors" if distractors else "")
    kept = (Query(row["id"], row["question"], tuple(row["relevant"]), tuple(row.get("answers") or ())) for row in asked)
    return BenchSet(name, documents, tuple(kept))


def _rows(path: Path, required: set[str]) -> Iterator[Mapping[str, Any]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a folder of a set with --data") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}: line {number} is not JSON; mend it or remove it") from error
        if not isinstance(row, dict) or not required <= row.keys():
            raise InputError(f"{path}: line {number} lacks one of {', '.join(sorted(required))}; add it")
        yield row


def _document(row: Mapping[str, Any]) -> Document:
    """A passage whose text repeats its title is searched from behind it: the title is in every chunk's head anyway."""
    title, text = str(row.get("title") or ""), str(row["text"])
    after = re.match(re.escape(title) + r"[：:\s]*", text) if title else None
    body = after.end() if after and after.end() < len(text) else 0
    return Document(str(row["id"]), f"{row['id']}.txt", Metadata(title), text, body)


class CachedEncoder:
    """An Encoder that keeps the other one's passages in ``folder``, one SQLite file a fingerprint, in half precision.

    Questions are asked anew each time: the fingerprint does not tell by which weights they go.
    """

    def __init__(self, encoder: Encoder, folder: Path, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """``progress`` is told how many of the missing texts are embedded, and of how many."""
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]", "_", encoder.fingerprint)
        self._encoder, self._progress = encoder, progress
        self._file = sqlite3.connect(folder / f"{name}.sqlite", timeout=60)
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        self.dimensions, self.fingerprint = encoder.dimensions, encoder.fingerprint

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """As the protocol says; the longest passages first, so that a batch has little padding."""
        if kind == "query":
            return self._encoder.encode(texts, kind)
        keys = [hashlib.sha256(f"{kind}\n{text}".encode()).digest()[:16] for text in texts]
        found = self._find(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        todo = sorted(missing.items(), key=lambda item: -len(item[1]))
        for at in range(0, len(todo), _BATCH):
            some = todo[at : at + _BATCH]
            made = self._encoder.encode([text for _, text in some], kind).astype(np.float16)
            rows = [(key, vector.tobytes()) for (key, _), vector in zip(some, made, strict=True)]
            with self._file:
                self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            found.update(rows)
            self._progress(at + len(some), len(todo))
        stored = np.frombuffer(b"".join(found[key] for key in keys), np.float16)
        return unit(stored.astype(np.float32).reshape(len(texts), self.dimensions))

    def _find(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        select = "SELECT vector FROM vectors WHERE text = ?"
        rows = ((key, self._file.execute(select, (key,)).fetchone()) for key in dict.fromkeys(keys))
        return {key: row[0] for key, row in rows if row}


def show_embedding(done: int, total: int) -> None:
    """One line that goes on until it is done."""
    click.echo(f"\rembedding {done} of {total}", nl=done == total, err=True)


def run(command: Callable[[], Any]) -> None:
    """A tool as a program: an error that is meant for people is one line, and the exit status 2."""
    try:
        command()
    except DafuError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
