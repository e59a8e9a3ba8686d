"""An answer of staff, sentence by sentence: whether its quotes bear it out, and what is to be said against it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.draft.check import Checker
from assistant.draft.letter import Cite, Remark, Sentence
from assistant.records import DocumentVersions, Review
from assistant.review.cite import block_at, cited_document
from corpus.ceremony import is_ceremony, is_salutation
from corpus.document import Document
from corpus.structure import sentences
from index.storage.catalog import TIERS

Judgement = Literal["ok", "check", "bad"]
Place = tuple[Document, int, int]  # a document and the slice of it that is cited

_CHECKABLE = re.compile(r"[\d%％《》“”「」『』万亿]")  # whatever a quote would have to bear out
_CLAUSES = re.compile("[，,；;]")
_POLITE = re.compile("感谢|谢谢|欢迎|祝|敬请|恳请|请您|希望您|如有|如您|您好|敬礼")  # thanks, wishes, invitations
MARK = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of an answer; ``start`` and ``end`` are its place there, marks included, ``text`` is without them.

    ``proved``: its quotes bear it out, whatever else there is to look at. ``courtesy``: it is only polite and
    needs none, by its form or because staff said so.

    ``remarks`` are the check's, with a reason in words, and ours, by kind alone: ``mark`` (its number has no quote),
    ``internal`` (who asked may not see the quote's document), ``gone`` (the quote no longer stands in its document).
    """

    start: int
    end: int
    text: str
    numbers: tuple[int, ...]
    verdict: Judgement
    remarks: tuple[Remark, ...] = ()
    proved: bool = False
    courtesy: Literal["", "form", "said"] = ""


def judge(
    text: str,
    places: Mapping[int, Place | None],
    checker: Checker,
    tiers: Sequence[str],
    courtesies: Collection[str] = (),
) -> tuple[Judged, ...]:
    """The sentences of an answer in order.

    ``places`` are its quotes by number, none for one that no longer stands; ``tiers`` what the askers may see;
    ``courtesies`` sentences of which staff say that they are only polite.
    """
    found = (_judged(text, span, places, checker, tiers) for span in sentence_spans(text))
    return tuple(_polite(one, "said") if one.text in courtesies and may_be_courtesy(one) else one for one in found)


def may_be_courtesy(one: Judged) -> bool:
    """Whether staff may say of a sentence that it is only polite: it thanks, wishes or invites, and states nothing."""
    stated = one.numbers or one.courtesy or _CHECKABLE.search(one.text)
    return not stated and all(_is_polite(clause) for clause in _CLAUSES.split(one.text))


def _is_polite(clause: str) -> bool:
    return bool(_POLITE.search(clause)) or is_ceremony(clause) or is_salutation(clause)


def _polite(one: Judged, by: Literal["form", "said"]) -> Judged:
    return replace(one, verdict="ok", remarks=(), proved=True, courtesy=by)


def unused(text: str, places: Mapping[int, object]) -> tuple[int, ...]:
    """The numbers of quotes that the text names nowhere."""
    named = {int(mark) for mark in MARK.findall(text)}
    return tuple(number for number in sorted(places) if number not in named)


def unproved(review: Review, kept: DocumentVersions, day: str) -> tuple[str, ...]:
    """The sentences of an answer, without marks, that its quotes, as they were then, do not bear out."""
    places: dict[int, Place | None] = {}
    for number, one in enumerate(review.citations, start=1):
        document = cited_document(kept.get(one.document, one.version, TIERS), one)
        places[number] = (document, one.start, one.end) if document else None
    return tuple(
        one.text for one in judge(review.text, places, Checker(day), TIERS, review.courtesies) if not one.proved
    )


def marks_without(text: str) -> str:
    """The text without its marks."""
    return MARK.sub("", text)


def _judged(
    text: str, span: tuple[int, int], places: Mapping[int, Place | None], checker: Checker, tiers: Sequence[str]
) -> Judged:
    words = text[slice(*span)]
    numbers = tuple(dict.fromkeys(int(mark) for mark in MARK.findall(words)))
    bare = " ".join(marks_without(words).split())
    known = [place for number in numbers if (place := places.get(number)) is not None]
    checked = checker.judge(Sentence(0, "claim", bare, tuple(cite for place in known for cite in _cites(*place))))
    ours = (*_broken(numbers, places), *_hidden(known, tiers))
    broken = any(one.kind in {"mark", "gone"} for one in ours)
    verdict: Judgement = (
        "bad" if broken or checked.verdict == "bad" else "check" if ours or checked.verdict != "ok" else "ok"
    )
    one = Judged(*span, bare, numbers, verdict, (*ours, *checked.remarks), checked.proved and not broken)
    return _polite(one, "form") if may_be_courtesy(one) and (is_ceremony(bare) or is_salutation(bare)) else one


def _broken(numbers: Sequence[int], places: Mapping[int, Place | None]) -> Iterator[Remark]:
    for number in numbers:
        if number not in places:
            yield Remark("mark", str(number), "")
        elif places[number] is None:
            yield Remark("gone", str(number), "")


def _hidden(known: Sequence[Place], tiers: Sequence[str]) -> Iterator[Remark]:
    for document, _, _ in known:
        if document.metadata.access not in tiers:
            yield Remark("internal", document.metadata.title, "")


def _cites(document: Document, start: int, end: int) -> Iterator[Cite]:
    """The quote; a table row with its header before it, for its cells say nothing alone."""
    block = block_at(document, start)
    heading, page = (block.heading, block.page) if block else ((), None)
    if block is not None and block.header is not None:
        yield Cite.of(document, *block.header, heading, page)
    yield Cite.of(document, start, end, heading, page)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, line by line; the marks right behind a sentence belong to it."""
    for line in re.finditer(r"[^\n]+", text):
        marks = {at for found in MARK.finditer(text, *line.span()) for at in range(*found.span())}
        kept = [at for at in range(*line.span()) if at not in marks]
        bare = "".join(text[at] for at in kept)
        firsts = [kept[start] for start, end in sentences(bare, 0, len(bare)) if bare[start:end].strip()]
        for start, end in zip(firsts, [*firsts[1:], line.end()], strict=False):  # none, if it is all marks
            yield start, end - (len(text[start:end]) - len(text[start:end].rstrip()))
