"""What a conversation comes to on paper: for each question its lines, its sources and who worded it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.answer import Answer, Citation, Claim, with_marks
from assistant.export.quoting import shown_quote
from assistant.question import Language
from assistant.records import Review, SavedTurn, StaffCitation
from assistant.texts import say
from corpus.document import Document, Metadata, Quote


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer with its marks (``……。[1]``); ``unverified`` where its quotes do not prove it."""

    text: str
    unverified: bool = False
    note: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered quote with what a reader must know of its document."""

    n: int
    title: str
    facts: str
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and what was answered; ``searched`` is empty where it was searched as asked.

    ``sources_title`` tells quotes from the nearest passages of a refusal; ``label`` says who worded the answer.
    """

    question: str
    searched: str
    lines: tuple[Line, ...]
    sources: tuple[Source, ...]
    sources_title: str
    label: str
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation ready to be written: title, line under it, entries, and the language of what stands around."""

    title: str
    subtitle: str
    entries: tuple[Entry, ...]
    language: Language


def transcript(
    title: str,
    turns: Iterable[SavedTurn],
    answered: Mapping[str, Sequence[Review]],
    *,
    language: Language,
    moment: datetime,
    source: Callable[[StaffCitation], Document | None],
) -> Transcript:
    """A conversation with what staff answered in it, by turn.

    ``source`` gives the document that staff cite; a place in one that the reader may not see (``None``) is left out.
    """
    subtitle = say("export_on", language, moment=f"{moment:%Y-%m-%d %H:%M}")
    entries = [one for turn in turns for one in _entries(turn, answered.get(turn.id, ()), language, source)]
    return Transcript(title, subtitle, tuple(entries), language)


def entry(answer: Answer, language: Language) -> Entry:
    """One answer."""
    refused = answer.abstention
    citations = refused.nearest if refused else answer.citations
    searched = "" if answer.standalone_question == answer.question else answer.standalone_question
    return Entry(
        answer.question,
        searched,
        tuple(_lines(answer)),
        tuple(_source(citation, language) for citation in citations),
        say("export_nearest" if refused else "export_sources", language),
        "" if refused else say("export_verbatim" if answer.generator == "extractive" else "export_ai", language),
        max((citation.source.metadata.as_of for citation in citations), default=""),
    )


def plain(one: Entry, language: Language) -> str:
    """An entry as plain text."""
    asof = [say("export_as_of", language, date=one.as_of)] if one.as_of else []
    searched = [say("export_searched", language, question=one.searched)] if one.searched else []
    quotes = [f"[{s.n}] {s.title}{f'（{s.facts}）' if s.facts else ''}：{s.quote}" for s in one.sources]
    told = [say("export_unverified", language) + line.text if line.unverified else line.text for line in one.lines]
    sources = ["", one.sources_title, *quotes] if quotes else []
    return "\n".join([one.question, *searched, "", *told, *sources, "", *filter(None, [one.label, *asof])]).rstrip()


def _entries(
    turn: SavedTurn, reviews: Sequence[Review], language: Language, source: Callable[[StaffCitation], Document | None]
) -> Iterator[Entry]:
    if turn.answer is not None:
        yield entry(turn.answer, language)
    else:
        told = say("export_withheld" if turn.withheld else "export_unanswered", language)
        yield Entry(turn.question, "", (Line(told, note=True),), (), "", "")
    for review in reviews:
        found = [(n, cited, source(cited)) for n, cited in enumerate(review.citations, 1)]
        citations = [
            Citation(n, Quote(cited.document, cited.start, cited.end, cited.quote), document)
            for n, cited, document in found
            if document is not None
        ]
        yield _staff(review, citations, language)


def _staff(review: Review, citations: Sequence[Citation], language: Language) -> Entry:
    lines = tuple(Line(line) for line in review.text.splitlines() if line.strip())
    sources = tuple(_source(one, language) for one in citations)
    label = say("export_by_staff", language, date=f"{review.approved:%Y-%m-%d}" if review.approved else "")
    return Entry(review.question, "", lines, sources, say("export_sources", language), label)


def _lines(answer: Answer) -> Iterator[Line]:
    if answer.abstention is not None:
        yield Line(answer.abstention.detail)
    for part in answer.parts:
        if isinstance(part, Claim):
            yield Line(with_marks(part), unverified=part.verdict != "supported")
        else:
            yield Line(part.text, note=True)


def _source(citation: Citation, language: Language) -> Source:
    meta = citation.source.metadata
    return Source(citation.n, meta.title, "，".join(_facts(meta, language)), shown_quote(citation))


def _facts(meta: Metadata, language: Language) -> Iterator[str]:
    if meta.is_digest:
        yield say("export_digest", language)
    if meta.doc_no:
        yield say("export_based_on", language, number=meta.doc_no) if meta.is_digest else meta.doc_no
    if meta.issued:
        yield say("export_issued", language, date=meta.issued)
    if meta.status:
        yield meta.status
    if meta.is_digest and meta.source:
        yield say("export_source", language, source=meta.source)
