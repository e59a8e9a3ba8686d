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
from sqlalchemy import Connection, select

from assistant.answer import Answer, Citation
from assistant.records.parts import RecordsDatabase, RecordsPart
from assistant.records.tables import documents, given
from corpus.document import Document, Metadata
from index.storage.database import put
from index.storage.schema import version_of

DOCUMENT = TypeAdapter(Document)
GIVEN = "given"  # where the ids of files in conversations begin, and their access
JSON = dict[str, Any]
Documents = Mapping[tuple[str, str], Document]

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
        """Keep these versions; what is kept already costs nothing but a look."""
        with self._database.writing() as connection:
            keep(self._database, connection, some)

    def get(self, document: str, version: str, tiers: Iterable[str]) -> Document | None:
        """A document in a version, if it is kept and was in one of the access tiers."""
        with self._database.reading() as connection:
            return versions_of(connection, [(document, version)], tuple(tiers)).get((document, version))


def keep(database: RecordsDatabase, connection: Connection, some: Iterable[Document]) -> None:
    """Keep versions inside a transaction; the access is what it was the last time."""
    for document in (one for one in some if not is_given(one.id)):
        values = {"document": document.id, "version": document_version(document), "tier": document.metadata.access}
        first = {"body": DOCUMENT.dump_python(document, mode="json"), "kept": database.now()}
        put(connection, documents, values, first=first)


def beyond(connection: Connection, wanted: Iterable[tuple[str, str]], tiers: Iterable[str]) -> set[tuple[str, str]]:
    """Those of the kept versions, by document and version, that are in none of the tiers."""
    keys, allowed = set(wanted), set(tiers)
    query = select(documents.c.document, documents.c.version, documents.c.tier)
    rows = connection.execute(query.where(documents.c.document.in_({document for document, _ in keys})))
    return {(row.document, row.version) for row in rows if row.tier not in allowed} & keys


def versions_of(
    connection: Connection, wanted: Iterable[tuple[str, str]], tiers: tuple[str, ...] | None = None
) -> dict[tuple[str, str], Document]:
    """Kept versions by document and version, those of some tiers or all."""
    found: dict[tuple[str, str], Document] = {}
    for document, version in set(wanted):
        if is_given(document):
            body = connection.execute(select(given.c.body).where(given.c.document == document)).scalar()
            if body is not None and tiers is None:
                found[document, version] = DOCUMENT.validate_python(body)
            continue
        there = (documents.c.document == document) & (documents.c.version == version)
        row: Any = connection.execute(select(documents).where(there)).first()
        if row is not None and (tiers is None or row.tier in tiers):
            found[document, version] = DOCUMENT.validate_python(row.body)
    return found


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
    for one, citation in zip(_citations_of(frozen), citations_in(answer), strict=True):
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
    for one in _citations_of(thawed):
        one["source"] = _source(one, documents)
    return _ANSWER.validate_python(thawed)


def thaw_citations(frozen: Iterable[JSON], documents: Documents) -> tuple[Citation, ...]:
    """Citations again, over the versions of their documents."""
    return tuple(_CITATION.validate_python({**one, "source": _source(one, documents)}) for one in frozen)


def versions_in(frozen: Iterable[JSON]) -> set[tuple[str, str]]:
    """Document and version of each frozen citation."""
    return {(one["quote"]["document"], one["version"]) for one in frozen}


def answer_versions(frozen: JSON | None) -> set[tuple[str, str]]:
    """Document and version of each citation of a frozen answer."""
    return versions_in(_citations_of(frozen)) if frozen else set()


def _citations_of(frozen: JSON) -> list[JSON]:
    """The citations in a frozen answer, in the order of ``citations_in``."""
    return [*frozen["citations"], *(frozen["abstention"] or {}).get("nearest", ())]


def _source(citation: JSON, documents: Documents) -> Document:
    identifier = citation["quote"]["document"]
    kept = documents.get((identifier, citation["version"]))
    return kept or Document(identifier, "", Metadata(title=identifier), "")
