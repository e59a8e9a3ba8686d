"""What a verifier is given and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from corpus.document import Document

FindingKind = Literal[
    "number", "unit", "bound", "date", "document_number", "term", "code",
    "replaced", "added", "left_out", "invisible", "empty",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the claim is not what its quotes say.

    ``start`` and ``end`` are its place in the claim as it is read (``join_lines``), ``text`` the words there, empty
    where words of the quote were left out; ``quoted`` is what stands in the quote instead. The kinds from ``number`` to
    ``code`` are facts that no quote has at all.
    """

    kind: FindingKind
    text: str
    start: int
    end: int
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the claim is proved; if not, every finding against it, in order of their places."""

    supported: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around the quotes: titles, headings, issuers and document numbers as ``texts``.

    ``year`` is what 今年 in the quotes stands for, ``issuer`` says 我局 and 本市 there, ``title`` is that of 本条例,
    ``addressees`` are 您; ``doc_no`` is the number (文号) of the document itself, which a digest does not have.
    """

    texts: tuple[str, ...] = ()
    year: int | None = None
    issuer: str = ""
    title: str = ""
    doc_no: str = ""
    addressees: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: Document, heading: Sequence[str] = (), year: int | None = None) -> Context:
        """The context of a quote from ``source`` under ``heading``; without ``year``, 今年 is the year of issue."""
        meta = source.metadata
        texts = (meta.title, meta.issuer, meta.doc_no, meta.issued, *heading)
        number = "" if meta.is_digest else meta.doc_no
        dated = meta.issued or meta.as_of
        known = year if year is not None else int(dated[:4]) if dated[:4].isdigit() else None
        return cls(tuple(text for text in texts if text), known, meta.issuer, meta.title, number, meta.addressees)

    def __add__(self, other: Context) -> Context:
        """Both contexts, for a claim that rests on several documents; what they don't agree on is unknown."""
        names = ("year", "issuer", "title", "doc_no", "addressees")
        same = {name: getattr(self, name) for name in names if getattr(self, name) == getattr(other, name)}
        return Context(tuple(dict.fromkeys((*self.texts, *other.texts))), **same)


class Verifier(Protocol):
    """Judges one claim by its quotes."""

    def verify(self, claim: str, quotes: Sequence[str], context: Context = ...) -> Verdict:
        """``quotes``: the raw slices, a table row after its header row."""
        ...
