"""What a verifier is given and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from corpus.document import Document

FindingKind = Literal[
    "number", "unit", "bound", "date", "document_number", "term", "code", "name", "attachment",
    "plan", "direction", "negation", "modality", "coverage", "empty",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the claim that its quotes don't bear out: the words, and the reason in Chinese, for people."""

    kind: FindingKind
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the claim is proved, every finding against it, and a note on what could not be looked at."""

    supported: bool
    findings: tuple[Finding, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around the quotes.

    ``texts``: titles, headings, issuers, document numbers, which may supply a name or a year that the quotes leave out;
    ``year``: the year that 今年 in the quotes stands for.
    """

    texts: tuple[str, ...] = ()
    year: int | None = None

    @classmethod
    def of(cls, source: Document, heading: Sequence[str] = (), year: int | None = None) -> Context:
        """The context of a quote from ``source`` under ``heading``; without ``year``, 今年 is the year of issue."""
        meta = source.metadata
        texts = (meta.title, meta.issuer, meta.doc_no, meta.issued, *heading)
        dated = meta.issued or meta.as_of
        known = year if year is not None else int(dated[:4]) if dated[:4].isdigit() else None
        return cls(tuple(text for text in texts if text), known)

    def __add__(self, other: Context) -> Context:
        """Both contexts, for a claim that rests on several documents; a year they don't agree on is unknown."""
        return Context(
            tuple(dict.fromkeys((*self.texts, *other.texts))), self.year if self.year == other.year else None
        )


class Verifier(Protocol):
    """Judges one claim by its quotes."""

    def verify(self, claim: str, quotes: Sequence[str], context: Context = ...) -> Verdict:
        """``quotes``: the raw slices, a table row after its header row."""
        ...
