"""The kept cases: claims on quotes, and whether they are borne out.

Those that are false were made of true ones by changing one fact or turning the wording, those that are true by edits
of a closed list; ``paraphrases.jsonl`` has what a model told, as a person judged it. A kind is added by adding rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Half = Literal["tune", "test"]
UNTOUCHED = (
    "verbatim", "spacing", "width", "traditional", "punctuation", "marked", "renumbered", "resolved", "left_out",
    "picked", "parts", "joined",
)  # fmt: skip
"""The kinds of a closed list of edits that leave a claim true; ``paraphrase`` is true and outside of it."""
HOSTILE = (
    "decided", "modality", "part", "quantifier", "roles", "added", "appended", "exception", "condition", "clause",
    "order", "spliced", "exchanged", "exclusive", "hidden", "character", "left_word", "framed", "cut", "gap", "items",
)  # fmt: skip
"""The kinds whose words are those of the quote, turned to say something else: what is proposed told as done."""


@dataclass(frozen=True, slots=True)
class Example:
    """A claim on quotes, and whether it is borne out. ``kind``: what was done to the supported claim."""

    document: str
    half: Half
    kind: str
    supported: bool
    claim: str
    quotes: tuple[str, ...]
    context: tuple[str, ...] = ()
    year: int | None = None
    issuer: str = ""
    title: str = ""


def read_cases(path: Path) -> Iterator[Example]:
    """The cases of a JSONL file."""
    for row in read_rows(path):
        yield Example(**{**row, "quotes": tuple(row["quotes"]), "context": tuple(row["context"])})


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
