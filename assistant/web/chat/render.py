"""An Exchange as HTML: what its template (``templates/chat.html``) asks of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from assistant.answer import Answer, Citation, Claim, Note
from assistant.export import entry, plain, shown_quote, worded
from assistant.locale import languages, message
from assistant.question import read_question
from assistant.records import REASONS, document_version
from assistant.review import marks_without, sentence_spans
from assistant.web.chat.evidence import EVIDENCE, context, paragraph_number
from assistant.web.chat.exporting import makes_pdf
from assistant.web.chat.scope import SCOPE
from assistant.web.chat.source import dates, kind
from assistant.web.chat.thread import Exchange, Part, StaffAnswer, by_column
from assistant.web.html import Macros
from assistant.web.known import recognised, spoken
from assistant.web.share import BUSY
from corpus import limits
from corpus.document import Document, Metadata
from corpus.markers import leading_marker
from corpus.structure import blocks

_STEPS = {  # with what each is called, done and being done
    "search": ("st.search", "st.searching"),
    "read": ("st.read", "st.reading"),
    "compose": ("st.write", "st.writing"),
    "check": ("st.check", "st.checking"),
}
_TITLE_AND_DATE = re.compile(
    r"(?P<title>.+?)(?:[，,]?\s*[（(]?(?P<date>\d{4}(?:-\d\d){1,2})[）)]?|\s*[（(](?P<year>\d{4})[）)])?\s*[：:]"
)
_MARKED = re.compile(r"(.*?)((?:\[\d+\])+|$)", re.DOTALL)  # words, and the marks behind them
_COUNTED = re.compile(r"(共?)\s*(\d+)\s*(项|条|个|家|款|点|处|份|类|种)")
Numbered = Mapping[int, Citation]


def turn(exchange: Exchange, holdings: int = 0) -> Markup:
    """One question with its answer as far as it is known; ``holdings`` is the number of documents searched."""
    return CHAT.turn(exchange, holdings)


def copied(answer: Answer) -> str:
    """The answer as plain text with its numbered quotes and its label, in the language of the question."""
    spoken = read_question(answer.question).language
    return plain(entry(answer, spoken), spoken)


def reason(detail: str) -> str:
    """Why nothing was answered, without the 资料未涉及 that stands beside it as a heading."""
    for tag in languages():
        words = message("no.h", language=tag)
        detail = detail.removeprefix(words).lstrip("。. ")
    return detail


def _in_lists(parts: Sequence[Part], numbered: Numbered) -> Iterator[tuple[bool, tuple[Part, ...]]]:
    """Notes and sentences in order, those that follow each other as items of an enumeration together."""
    for listed, group in groupby(parts, key=lambda part: _is_item(part, numbered)):
        yield listed, tuple(group)


def _is_item(part: Part, numbered: Numbered) -> bool:
    """Whether a claim is an item of an enumeration: the quote it rests on is one, enumerator and all."""
    if not isinstance(part, Claim) or part.verdict == "unverified" or not part.citations:
        return False
    citation = numbered.get(part.citations[0])
    return citation is not None and any(
        block.marker and block.start == citation.quote.start for block in blocks(citation.source)
    )


def _dated_columns(
    exchange: Exchange, columns: Sequence[Sequence[Claim]], numbered: Numbered
) -> Iterator[tuple[Sequence[Claim], Metadata, bool]]:
    """The sentences of each document with what is known of it, and whether it is the latest, once all are there."""
    metas = [numbered[next(n for claim in claims for n in claim.citations)].source.metadata for claims in columns]
    stated = [_stated(meta) for meta in metas]
    latest = max(stated) if not exchange.running and len({*stated} - {""}) > 1 else None
    for claims, meta, date in zip(columns, metas, stated, strict=True):
        yield claims, meta, bool(date) and date == latest


def _own_date(exchange: Exchange, claim: Claim, numbered: Numbered) -> str:
    """The date of what a sentence rests on, where an answer rests on documents of several dates and no line says so."""
    answer = exchange.answer
    if answer is None or any(isinstance(part, Note) and part.kind == "group" for part in answer.parts):
        return ""
    if len({_stated(one.source.metadata) for one in answer.citations}) < 2:
        return ""
    mine = {_stated(numbered[n].source.metadata) for n in claim.citations if n in numbered} - {""}
    return mine.pop() if len(mine) == 1 else ""


def _stated(meta: Metadata) -> str:
    """The date that a document gives itself; empty if none."""
    return meta.issued or meta.as_of


def _title_and_date(text: str) -> tuple[str, str] | None:
    """Of a line that says whose the next sentences are."""
    found = _TITLE_AND_DATE.fullmatch(text)
    return (found["title"], found["date"] or found["year"] or "") if found else None


def _what_is_missing(text: str) -> str:
    """What the documents do not say of a question, to be asked alone."""
    known = recognised(text)
    return known[1][0] if known and known[1] else ""


def _facts(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Each number of a count: 共, the number, its unit, and the words that say what it counts."""
    told = [clause for clause in re.split("[，。；,;]", text) if clause.strip()]
    counted = [clause for clause in told if _COUNTED.search(clause)]
    rest = "，".join(clause for clause in told if clause not in counted)
    for clause in counted:
        total, number, unit = _COUNTED.findall(clause)[0]
        label = _COUNTED.sub("", clause, count=1).strip("其中的")
        words = "，".join(filter(None, (label, rest if clause is counted[-1] else "")))
        yield total, number, unit, words or clause


def _lines_of(one: StaffAnswer) -> Iterator[list[tuple[bool, list[tuple[str, list[str]]]]]]:
    """The lines of an answer by staff: each sentence, whether no quote bears it out, its words and the marks behind."""
    for line in filter(str.strip, one.text.splitlines()):
        sentences = (line[start:end] for start, end in sentence_spans(line))
        yield [
            (
                " ".join(marks_without(words).split()) in one.unproved,
                [(found[1], re.findall(r"\d+", found[2])) for found in _MARKED.finditer(words) if found[0]],
            )
            for words in sentences
        ]


def _is_unsure(answer: Answer) -> bool:
    """Whether an answer leaves something open that staff may be asked."""
    unproved = any(claim.verdict != "supported" for claim in answer.claims)
    return unproved or any(isinstance(part, Note) and part.kind in {"missing", "unsure"} for part in answer.parts)


def _latest_as_of(answer: Answer) -> str:
    """The latest date that a cited document gives for what it says; empty if none of them gives one."""
    return max((citation.source.metadata.as_of for citation in answer.citations), default="")


def _cited_documents(answer: Answer) -> Iterable[Document]:
    """Each cited document in the version that was cited."""
    return {citation.source.id: citation.source for citation in answer.citations}.values()


def _same(one: str, other: str) -> bool:
    """Whether two questions differ only in what nobody reads: spaces and the mark at the end."""
    return re.sub(r"[\s？?。.]", "", one) == re.sub(r"[\s？?。.]", "", other)


CHAT = Macros(
    "chat",
    BUSY=BUSY,
    LONGEST=limits.QUESTION,
    REASONS=REASONS,
    STEPS=_STEPS,
    by_column=by_column,
    by_number=lambda citations: {one.n: one for one in citations},
    chip=EVIDENCE.chip,
    cited_documents=_cited_documents,
    context=context,
    copied=copied,
    dated_columns=_dated_columns,
    dates=dates,
    document_version=document_version,
    facts=_facts,
    have_markers=lambda parts: any(leading_marker(part.text) for part in parts),
    in_lists=_in_lists,
    is_count=_COUNTED.search,
    is_unsure=_is_unsure,
    kind=kind,
    latest_as_of=_latest_as_of,
    lines_of=_lines_of,
    makes_pdf=makes_pdf,
    own_date=_own_date,
    paragraph_number=paragraph_number,
    reason=reason,
    same=_same,
    scope_line=SCOPE.line,
    shown_quote=shown_quote,
    spoken=spoken,
    title_and_date=_title_and_date,
    what_is_missing=_what_is_missing,
    worded=worded,
)
