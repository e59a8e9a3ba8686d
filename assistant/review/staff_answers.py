"""Approved answers as documents of the index, kind 人工答复: a file among the uploads, so that every sync keeps it.

The file is written before the index knows it, and the index is told last: whatever a crash leaves out, ``keep`` does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from assistant.records import Records, Review, StaffCitation
from assistant.review.judge import marks_without
from corpus.document import STAFF_ANSWER
from corpus.errors import InputError, StateError
from corpus.parse import read_document
from index.encoder import Encoder
from index.intake import Filing, Intake
from index.storage.catalog import Catalog, Entry
from index.storage.store import STAFF_ANSWERS, Store
from index.storage.versions import set_access, withdraw
from index.sync import link

TITLE = "人工答复："
_TITLE_LENGTH = 60  # characters of the question in the title
_STRUCTURE = re.compile(r"^[ \t\u3000]*(?:#+|>+|`+|=+$|-+$|\|)[ \t]*")  # what Markdown would not read as words


def document_id(review: str) -> str:
    """The id of the document that a review becomes; it never changes."""
    return f"{STAFF_ANSWERS}/{review}"


def may_be_public(catalog: Catalog, citations: Iterable[StaffCitation]) -> bool:
    """Whether everything that is cited may be seen by everyone."""
    return all(catalog.tier(one.document) == "public" for one in citations)


@dataclass(frozen=True, slots=True)
class StaffAnswers:
    """Where approved answers stand: the records, the index, what embeds, and the office that they come from."""

    records: Records
    store: Store
    encoder: Encoder | None
    office: str = ""

    def put(self, review: Review) -> str:
        """Make an approved answer a document that is searched and quoted; its id.

        Raises:
            InputError: it is not approved, or is to be public although it cites what is not.
        """
        if review.state != "approved" or review.approved is None:
            raise InputError("only an approved answer can be quoted; approve it first")
        if review.access == "public" and not may_be_public(self.store.catalog, review.citations):
            raise InputError("it cites an internal document, so it cannot be public; approve it as internal")
        path = self.store.uploads / STAFF_ANSWERS / f"{review.id}.md"
        _write(path, self._written(review))
        document = read_document(path, self.store.uploads)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        entry = Entry(document.id, document.path, str(self.store.uploads), digest, document.metadata.access)
        filing = Filing(document, entry, "added", self.records.users.called(review.approver), detail=STAFF_ANSWER)
        Intake(self.store, self.encoder).file([filing])
        with self.store.writing():
            link(self.store)
        return document.id

    def take(self, review: Review) -> None:
        """Stop quoting a withdrawn answer; old citations of it still open."""
        if self.store.catalog.standing(document_id(review.id)) == "live":
            who = self.records.users.called(review.approver)
            withdraw(self.store, document_id(review.id), who=who, reason=review.remark)

    def keep(self) -> None:
        """Do what a crash left undone, and keep to staff what rests on a document that only staff see by now."""
        for review in self.records.reviews.all(("approved",), limit=5_000):
            catalog, name = self.store.catalog, document_id(review.id)
            public = review.access == "public" and may_be_public(catalog, review.citations)
            if catalog.entry(name) is None:
                self.put(replace(review, access="public" if public else "internal"))
            elif catalog.tier(name) == "public" and not may_be_public(catalog, review.citations):
                set_access(self.store, self.encoder, name, "internal")
        for review in self.records.reviews.all(("withdrawn",), limit=5_000):
            self.take(review)

    def _written(self, review: Review) -> str:
        question = " ".join(review.question.split())
        title = TITLE + (question if len(question) <= _TITLE_LENGTH else question[:_TITLE_LENGTH] + "…")
        day = review.approved.astimezone().date().isoformat() if review.approved else ""
        declared = {
            "title": title,
            "kind": STAFF_ANSWER,
            "issuer": " ".join(filter(None, (self.office, self.records.users.called(review.author)))),
            "issued": day,
            "as_of": day,
            "access": review.access or "internal",
            "source": self._sources(review.citations),
        }
        front = yaml.safe_dump(declared, allow_unicode=True, sort_keys=False, width=10_000)
        return f"---\n{front}---\n\n# {title}\n\n{_paragraphs(review.text)}\n"

    def _sources(self, citations: Iterable[StaffCitation]) -> str:
        """The documents that it rests on, by title and number."""
        found = (self.store.catalog.held(name) for name in dict.fromkeys(one.document for one in citations))
        known = [one.metadata for one in found if one is not None]
        named = (f"《{meta.title}》" + (f"（{meta.doc_no}）" if meta.doc_no else "") for meta in known)
        return "、".join(named)


def _paragraphs(text: str) -> str:
    """The answer's lines as paragraphs, without marks and without what Markdown would take for structure."""
    lines = (_STRUCTURE.sub("", marks_without(line)).strip() for line in text.splitlines())
    return "\n\n".join(line for line in lines if line)


def _write(path: Path, text: str) -> None:
    """Put the whole file in place at once: a sync that runs meanwhile sees all of it or nothing."""
    beside = path.with_name(f".{path.name}")  # hidden: no sync sees it
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise StateError(f"the answer cannot be kept ({error.strerror}); look at the disk, then try again") from error
