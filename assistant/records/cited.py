"""The documents that saved answers cite, each version once, so that an old answer's offsets always fit its text.

Answers and citations are kept as JSON in which each cited document is replaced by its version. A file that somebody
put into a conversation is kept there alone: a second copy would outlast it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select, tuple_

from assistant.answer import Answer, Citation
from assistant.records.parts import RecordsPart
from assistant.records.tables import documents, given
from corpus.document import Document, Metadata
from index.storage.database import put
from index.storage.schema import version_of

DOCUMENT = TypeAdapter(Document)
GIVEN = "given"  # where the ids of files in conversations begin, and their access
JSON = dict[str, Any]
Version = tuple[str, str]  # a document's id, and the hash of its text
Documents = Mapping[Version, Document]

_ANSWER = TypeAdapter(Answer)
_CITATION = TypeAdapter(Citation)
_NO_SOURCE = {"__all__": {"source"}}
_NO_SOURCES = {"citations": _NO_SOURCE, "abstention": {"nearest": _NO_SOURCE}}


def is_given(document: str) -> bool:
    """Whether a document, by its id, is a file that somebody put into a conversation."""
    return re.match(rf"{GIVEN}/[0-9a-f]{{16}}/", document) is not None


def document_version(document: Document) -> str:
    """A short hash of the text: two documents with the same one have the same offsets."""
    return _version(document.text)


@lru_cache(maxsize=256)  # every place that an answer cites asks for it, at every step of the answer
def _version(text: str) -> str:
    return version_of(text)


class DocumentVersions(RecordsPart):
    """Versions of documents, as they were when they were cited."""

    def keep(self, some: Iterable[Document]) -> None:
        """Keep these versions; what is kept already costs nothing but a look. The access is what it was last."""
        with self._records.writing() as connection:
            for document in (one for one in some if not is_given(one.id)):
                key = {"document": document.id, "version": document_version(document)}
                first = {"body": DOCUMENT.dump_python(document, mode="json"), "kept": self._records.now()}
                put(connection, documents, {**key, "tier": document.metadata.access}, first=first)

    def get(self, document: str, version: str, tiers: Iterable[str]) -> Document | None:
        """A document in a version, if it is kept and was in one of the access tiers."""
        return self.all([(document, version)], tuple(tiers)).get((document, version))

    def all(self, wanted: Iterable[Version], tiers: tuple[str, ...] | None = None) -> dict[Version, Document]:
        """Those of the wanted versions that are kept, of some tiers or, with the files of conversations, of all."""
        keys, kept = set(wanted), tuple_(documents.c.document, documents.c.version)
        files = {document for document, _ in keys if is_given(document)}
        query = select(*documents.c["document", "version", "body"])
        query = query.where(kept.in_([key for key in keys if key[0] not in files]))
        rows = self._records.rows(query if tiers is None else query.where(documents.c.tier.in_(tiers)))
        found = {(row.document, row.version): DOCUMENT.validate_python(row.body) for row in rows}
        if files and tiers is None:
            for row in self._records.rows(select(*given.c["document", "body"]).where(given.c.document.in_(files))):
                document = DOCUMENT.validate_python(row.body)
                found |= {key: document for key in keys if key[0] == row.document}
        return found

    def beyond(self, wanted: Iterable[Version], tiers: Iterable[str]) -> set[Version]:
        """Those of the kept versions that are in none of the tiers."""
        keys = set(wanted)
        named = documents.c.document.in_({document for document, _ in keys})
        hidden = select(*documents.c["document", "version"]).where(named & documents.c.tier.not_in(tuple(tiers)))
        return {(row.document, row.version) for row in self._records.rows(hidden)} & keys


# Answers that name the versions they cite


def citations_in(answer: Answer | None, found: Iterable[Citation] = ()) -> Iterator[Citation]:
    """Every citation of an answer and of what was found."""
    yield from found
    if answer is not None:
        yield from answer.citations
        yield from answer.abstention.nearest if answer.abstention else ()


def freeze_answer(answer: Answer) -> JSON:
    """An answer as JSON; ``version`` stands in each citation for the document itself."""
    frozen: JSON = _ANSWER.dump_python(answer, mode="json", exclude=_NO_SOURCES)  # type: ignore[arg-type]
    for one, citation in zip(citations_of(frozen), citations_in(answer), strict=True):
        one["version"] = document_version(citation.source)
    return frozen


def freeze_citations(citations: Iterable[Citation]) -> list[JSON]:
    """Citations as JSON, each with the version of its document."""
    return [
        {**_CITATION.dump_python(one, mode="json", exclude={"source"}), "version": document_version(one.source)}
        for one in citations
    ]


def thaw_answer(frozen: JSON, documents: Documents) -> Answer:
    """The answer again, over the versions of the documents that it cited."""
    thawed = deepcopy(frozen)
    for one in citations_of(thawed):
        one["source"] = _source(one, documents)
    return _ANSWER.validate_python(thawed)


def thaw_citations(frozen: Iterable[Mapping[str, Any]], documents: Documents) -> tuple[Citation, ...]:
    """Citations again, over the versions of their documents."""
    return tuple(_CITATION.validate_python({**one, "source": _source(one, documents)}) for one in frozen)


def versions_in(frozen: Iterable[Mapping[str, Any]]) -> set[Version]:
    """The versions that frozen citations name."""
    return {_version_of(one) for one in frozen}


def citations_of(frozen: Mapping[str, Any] | None) -> list[JSON]:
    """The citations in a frozen answer, in the order of ``citations_in``."""
    return [*frozen["citations"], *(frozen["abstention"] or {}).get("nearest", ())] if frozen else []


def _version_of(citation: Mapping[str, Any]) -> Version:
    return citation["quote"]["document"], citation["version"]


def _source(citation: Mapping[str, Any], documents: Documents) -> Document:
    identifier, _ = key = _version_of(citation)
    return documents.get(key) or Document(identifier, "", Metadata(title=identifier), "")
