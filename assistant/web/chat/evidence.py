"""The evidence beside an answer (``templates/evidence.html``): documents in order of first citation, their quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from markupsafe import Markup

from assistant.answer import Citation
from assistant.export import formal, shown_quote
from assistant.records import document_version
from assistant.web.chat.source import dates, kind, linked, paragraph_at, status_class
from assistant.web.chat.thread import Exchange
from assistant.web.html import Macros, el, say
from corpus.document import Document, Metadata
from corpus.normalise import join_lines

_CONTEXT = 32  # characters of the paragraph shown on each side of a quote
_STOPS = "。！？；\n"


def evidence(exchange: Exchange, standing: Callable[[Document], str] = lambda _: "live") -> Markup:
    """Everything that stands in the right pane for one question; ``standing`` is what has become of a document."""
    return EVIDENCE.evidence(exchange, standing)


def by_document(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Citations grouped by document, documents in order of their first citation."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.source.id, []).append(citation)
    return list(groups.values())


def context(citation: Citation) -> tuple[str, str]:
    """The words of its paragraph before and after a quote, cut at a sentence or with an ellipsis."""
    paragraph = paragraph_at(citation.source, citation.quote.start)
    if paragraph is None or paragraph.kind == "table" or citation.quote.end > paragraph.end:
        return "", ""
    text = citation.source.text
    return _before(text[paragraph.start : citation.quote.start]), _after(text[citation.quote.end : paragraph.end])


def paragraph_number(citation: Citation) -> int:
    """The number of the paragraph that a quote stands in; 0 of a heading."""
    paragraph = paragraph_at(citation.source, citation.quote.start)
    return paragraph.number if paragraph else 0


def _first_line(meta: Metadata) -> Iterator[Markup]:
    """What a document is, and as of when."""
    if not meta.is_digest:
        yield kind(meta)
    if meta.status:
        yield el("span", meta.status, class_=status_class(meta))
    if meta.as_of:
        yield say("ans.asof", meta.as_of)


def _second_line(meta: Metadata) -> Iterator[Markup | str]:
    """Its number, who issued it and when."""
    if meta.doc_no:
        yield say("d.ref") + f" {meta.doc_no}" if meta.is_digest else meta.doc_no
    if meta.issuer:
        yield meta.issuer
    yield dates(meta) or say("d.nodate")


def _before(raw: str) -> str:
    words = join_lines(raw)
    if len(words) <= _CONTEXT:
        return words
    cut = max(words.rfind(stop, len(words) - 2 * _CONTEXT, len(words) - 1) for stop in _STOPS)
    return "…" + (words[cut + 1 :] if cut >= 0 and len(words) - cut <= 2 * _CONTEXT else words[-_CONTEXT:])


def _after(raw: str) -> str:
    words = join_lines(raw)
    return words if len(words) <= _CONTEXT else words[:_CONTEXT] + "…"


EVIDENCE = Macros(
    "evidence",
    by_document=by_document,
    context=context,
    count=lambda exchange: len(exchange.cited) + sum(len(one.citations) for one in exchange.by_staff),
    document_version=document_version,
    first_line=_first_line,
    formal=formal,
    linked=linked,
    paragraph_number=paragraph_number,
    second_line=_second_line,
    shown_quote=shown_quote,
)
