"""What a conversation comes to on paper: for each question its lines, its sources and who worded it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.answer import Answer, Citation, Claim, with_marks
from assistant.export.quoting import shown_quote
from assistant.locale import message
from assistant.records import Review, SavedTurn, StaffCitation, is_given
from corpus.document import Document, Metadata, Quote
from corpus.normalise import is_traditional


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
class Answered:
    """A question and what was answered; ``searched`` says as what, where it was not searched as asked.

    ``sources_title`` tells quotes from the nearest passages of a refusal; ``label`` says who worded the answer, and
    ``as_of`` of which day its sources are.
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
    entries: tuple[Answered, ...]
    language: str


def transcript(
    title: str,
    turns: Iterable[SavedTurn],
    answered: Mapping[str, Sequence[Review]],
    *,
    language: str,
    moment: datetime,
    source: Callable[[StaffCitation], Document | None],
) -> Transcript:
    """A conversation with what staff answered in it, by turn.

    ``source`` gives the document that staff cite; a place in one that the reader may not see (``None``) is left out.
    """
    subtitle = message("export.on", f"{moment:%Y-%m-%d %H:%M}", language=language)
    entries = [one for turn in turns for one in _entries(turn, answered.get(turn.id, ()), language, source)]
    return Transcript(title, subtitle, tuple(entries), language)


def entry(answer: Answer, language: str) -> Answered:
    """One answer."""
    refused = answer.abstention
    citations = refused.nearest if refused else answer.citations
    understood, newest = answer.standalone_question, max((one.source.metadata.as_of for one in citations), default="")
    return Answered(
        answer.question,
        message("export.searched", understood, language=language) if understood != answer.question else "",
        tuple(_lines(answer)),
        tuple(_source(citation, language) for citation in citations),
        message("export.nearest" if refused else "export.sources", language=language),
        "" if refused else message(worded(answer), language=language),
        message("ans.asof", newest, language=language) if newest else "",
    )


def worded(answer: Answer) -> str:
    """The key of the text that says who worded an answer: a quoted sentence, a table's row written out, or a model."""
    if answer.generator != "extractive":
        return "ai"
    quotes = {one.n: one.quote.text for one in answer.citations}
    of_rows = [any(quotes.get(n, "").lstrip().startswith("|") for n in claim.citations) for claim in answer.claims]
    said, quoted = "".join(claim.text for claim in answer.claims), "".join(quotes.values())
    converted = is_traditional(said) and not is_traditional(quoted)
    if not any(of_rows):
        return "verbatim.hant" if converted else "verbatim"
    if all(of_rows):
        return "worded.rows.hant" if converted else "worded.rows"
    return "worded.some.hant" if converted else "worded.some"


def plain(one: Answered, language: str) -> str:
    """An entry as plain text."""
    quotes = [f"[{s.n}] {s.title}{f'（{s.facts}）' if s.facts else ''}：{s.quote}" for s in one.sources]
    told = [
        message("export.unverified", language=language) + line.text if line.unverified else line.text
        for line in one.lines
    ]
    sources = ["", one.sources_title, *quotes] if quotes else []
    asked, foot = filter(None, [one.question, one.searched]), filter(None, [one.label, one.as_of])
    return "\n".join([*asked, "", *told, *sources, "", *foot]).rstrip()


def _entries(
    turn: SavedTurn, reviews: Sequence[Review], language: str, source: Callable[[StaffCitation], Document | None]
) -> Iterator[Answered]:
    if turn.answer is not None:
        yield entry(turn.answer, language)
    else:
        told = message("export.withheld" if turn.withheld else "export.unanswered", language=language)
        yield Answered(turn.question, "", (Line(told, note=True),), (), "", "")
    for review in reviews:
        found = [(n, cited, source(cited)) for n, cited in enumerate(review.citations, 1)]
        citations = [
            Citation(n, Quote(cited.document, cited.start, cited.end, cited.quote), document)
            for n, cited, document in found
            if document is not None
        ]
        yield _staff(review, citations, language)


def _staff(review: Review, citations: Sequence[Citation], language: str) -> Answered:
    lines = tuple(Line(line) for line in review.text.splitlines() if line.strip())
    sources = tuple(_source(one, language) for one in citations)
    label = message("export.by_staff", f"{review.approved:%Y-%m-%d}" if review.approved else "", language=language)
    return Answered(review.question, "", lines, sources, message("export.sources", language=language), label)


def _lines(answer: Answer) -> Iterator[Line]:
    if answer.abstention is not None:
        yield Line(answer.abstention.detail)
    for part in answer.parts:
        if isinstance(part, Claim):
            yield Line(with_marks(part), unverified=part.verdict != "supported")
        else:
            yield Line(part.text, note=True)


def _source(citation: Citation, language: str) -> Source:
    meta = citation.source.metadata
    own = [message("gv.tag", language=language)] if is_given(citation.source.id) else []
    return Source(citation.n, meta.title, "，".join([*own, *_facts(meta, language)]), shown_quote(citation))


def _facts(meta: Metadata, language: str) -> Iterator[str]:
    if meta.is_digest:
        yield message("d.tag", language=language)
    if meta.doc_no:
        yield message("export.based_on", meta.doc_no, language=language) if meta.is_digest else meta.doc_no
    if meta.issued:
        yield message("d.issued", meta.issued, language=language)
    if meta.status:
        yield meta.status
    if meta.is_digest and meta.source:
        yield message("export.source", meta.source, language=language)
