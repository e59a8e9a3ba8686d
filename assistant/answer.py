"""What the assistant says: claims with their quotes, notes around them, or an abstention with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from corpus.document import Document, Quote

Verdict = Literal["supported", "unverified"]
Reason = Literal["no_evidence", "constraint", "not_covered"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote together with the document it stands in and the headings above it."""

    n: int
    quote: Quote
    source: Document
    heading: tuple[str, ...] = ()
    page: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The citation as ``dafu ask --json`` prints it; what the document does not say is null."""
        meta = self.source.metadata
        return {
            "n": self.n,
            "document": self.quote.document,
            "path": self.source.path,
            "title": meta.title,
            "kind": meta.kind,
            "source": meta.source,
            "start": self.quote.start,
            "end": self.quote.end,
            "quote": self.quote.text,
            "heading": list(self.heading),
            "page": self.page,
            "issued": meta.issued or None,
            "status": meta.status or None,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, the numbers of its citations, and whether they prove it."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict = "supported"

    def to_dict(self) -> dict[str, Any]:
        """As ``dafu ask --json`` prints it."""
        return {"text": self.text, "verdict": self.verdict, "citations": list(self.citations)}


@dataclass(frozen=True, slots=True)
class Note:
    """What the system says around the claims.

    Of the kinds count, correction, conflict, superseded, scope, group, missing, fallback, unsure.
    """

    kind: str
    text: str

    def to_dict(self) -> dict[str, str]:
        """As ``dafu ask --json`` prints it."""
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer, in a machine's word and a person's, and the nearest passages."""

    reason: Reason
    detail: str
    nearest: tuple[Citation, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As ``dafu ask --json`` prints it."""
        return {"reason": self.reason, "detail": self.detail, "nearest": [c.to_dict() for c in self.nearest]}


@dataclass(frozen=True, slots=True)
class Answer:
    """The question as asked and as searched, notes and claims in reading order, or an abstention.

    ``margin`` (0 to 1) is how far the reader was from deciding otherwise whether there is an answer.
    """

    question: str
    standalone_question: str
    parts: tuple[Note | Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstention: Abstention | None = None
    generator: str = "extractive"
    reader: str = ""
    as_of: str = ""
    timings_ms: Mapping[str, int] = field(default_factory=dict)
    margin: float = field(default=1.0, compare=False)

    @property
    def answered(self) -> bool:
        """Whether there is at least one claim and no abstention."""
        return self.abstention is None and bool(self.claims)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims in reading order."""
        return tuple(part for part in self.parts if isinstance(part, Claim))

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes in reading order."""
        return tuple(part for part in self.parts if isinstance(part, Note))

    @property
    def text(self) -> str:
        """Notes and claims as a person reads them, one a line, each claim with its marks: ``……。[1][2]``."""
        lines = [with_marks(part) if isinstance(part, Claim) else part.text for part in self.parts]
        if self.abstention is not None:
            lines.insert(0, self.abstention.detail)
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The answer as ``dafu ask --json`` prints it."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "answered": self.answered,
            "text": self.text,
            "notes": [note.to_dict() for note in self.notes],
            "claims": [claim.to_dict() for claim in self.claims],
            "citations": [citation.to_dict() for citation in self.citations],
            "abstention": self.abstention.to_dict() if self.abstention else None,
            "generator": self.generator,
            "as_of": self.as_of,
            "reader": self.reader,
            "timings_ms": dict(self.timings_ms),
        }


def with_marks(claim: Claim) -> str:
    """The claim followed by its citation numbers: ``海关总署推出10条专项措施。[1]``."""
    marks = "".join(f"[{n}]" for n in claim.citations)
    return re.sub(r"\s+$", "", claim.text) + marks
