"""Reading a set: passages become Documents, so that search treats them as it treats a home's."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.document import Document, Metadata
from corpus.errors import InputError

_SEED = 20250021


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
    return BenchSet(name, documents, tuple(_query(row) for row in asked))


def _query(row: Mapping[str, Any]) -> Query:
    return Query(row["id"], row["question"], tuple(row["relevant"]), tuple(row.get("answers") or ()))


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
