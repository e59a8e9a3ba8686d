"""Answers and citations as JSON and back, with each cited document replaced by its version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from assistant.answer import Answer, Citation
from assistant.records.documents import document_version
from corpus.document import Document, Metadata

JSON = dict[str, Any]
Documents = Mapping[tuple[str, str], Document]

_ANSWER = TypeAdapter(Answer)
_CITATION = TypeAdapter(Citation)
_NO_SOURCE = {"__all__": {"source"}}


def citations_in(answer: Answer | None, found: Iterable[Citation] = ()) -> Iterator[Citation]:
    """Every citation of an answer and of what was found."""
    yield from found
    if answer is not None:
        yield from answer.citations
        yield from answer.abstention.nearest if answer.abstention else ()


def freeze_answer(answer: Answer) -> JSON:
    """An answer as JSON; ``version`` stands in each citation for the document itself."""
    excluded = {"citations": _NO_SOURCE, "abstention": {"nearest": _NO_SOURCE}}
    frozen: JSON = _ANSWER.dump_python(answer, mode="json", exclude=excluded)  # type: ignore[arg-type]
    _add_versions(frozen["citations"], answer.citations)
    if answer.abstention is not None:
        _add_versions(frozen["abstention"]["nearest"], answer.abstention.nearest)
    return frozen


def freeze_citations(citations: Iterable[Citation]) -> list[JSON]:
    """Citations as JSON, each with the version of its document."""
    kept = tuple(citations)
    frozen = [_CITATION.dump_python(one, mode="json", exclude={"source"}) for one in kept]
    _add_versions(frozen, kept)
    return frozen


def thaw_answer(frozen: JSON, documents: Documents) -> Answer:
    """The answer again, over the versions of the documents that it cited."""
    abstention = frozen["abstention"]
    if abstention is not None:
        abstention = {**abstention, "nearest": thaw_citations(abstention["nearest"], documents)}
    values = {**frozen, "citations": thaw_citations(frozen["citations"], documents), "abstention": abstention}
    return _ANSWER.validate_python(values)


def thaw_citations(frozen: Iterable[JSON], documents: Documents) -> tuple[Citation, ...]:
    """Citations again, over the versions of their documents."""
    return tuple(_CITATION.validate_python({**one, "source": _source(one, documents)}) for one in frozen)


def versions_in(frozen: Iterable[JSON]) -> set[tuple[str, str]]:
    """Document and version of each frozen citation."""
    return {(one["quote"]["document"], one["version"]) for one in frozen}


def answer_versions(frozen: JSON | None) -> set[tuple[str, str]]:
    """Document and version of each citation of a frozen answer."""
    if frozen is None:
        return set()
    nearest = frozen["abstention"]["nearest"] if frozen["abstention"] else []
    return versions_in([*frozen["citations"], *nearest])


def _add_versions(frozen: Sequence[JSON], citations: Sequence[Citation]) -> None:
    for one, citation in zip(frozen, citations, strict=True):
        one["version"] = document_version(citation.source)


def _source(citation: JSON, documents: Documents) -> Document:
    identifier = citation["quote"]["document"]
    kept = documents.get((identifier, citation["version"]))
    return kept or Document(identifier, "", Metadata(title=identifier), "")
