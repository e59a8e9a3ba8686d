"""A letter in the making: paragraphs of sentences, each claim with its quotes and what the check said of it.

Everything is immutable plain data, so that a draft can be saved at any moment and gone on with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.answer import Citation
from assistant.draft.phrases import phrase
from assistant.draft.suggestion import DraftError, Suggestion
from assistant.draft.voice import seat
from assistant.records.cited import document_version
from assistant.records.people import LOCAL
from corpus.document import Document, Metadata, Quote
from corpus.formats.characters import numeral
from corpus.markers import inline_items, leading_marker, strip_marker
from corpus.normalise import fold, join_lines
from corpus.quantities import bare
from corpus.structure import sentences

SentenceKind = Literal["stock", "claim", "blank", "field"]
Verdict = Literal["stock", "ok", "check", "bad", "none"]
Standing = Verdict | Literal["hand"]
Style = Literal["title", "meta", "to", "body", "h1", "h2", "sign", "date", "note"]

_WORST: tuple[Verdict, ...] = ("bad", "none", "check")  # the worst first
_STANDINGS: tuple[Standing, ...] = (*_WORST, "hand", "ok")


@dataclass(frozen=True, slots=True)
class Cite:
    """A quote together with what is known of its document in the version that was quoted.

    ``seat``: the place that a document speaks for which nobody signed.
    """

    quote: Quote
    path: str
    metadata: Metadata
    version: str
    heading: tuple[str, ...] = ()
    page: int | None = None
    seat: str = ""

    @classmethod
    def of(
        cls, document: Document, start: int, end: int, heading: tuple[str, ...] = (), page: int | None = None
    ) -> Cite:
        """The place ``text[start:end]`` of a document."""
        quote = document.quote(start, end)
        version = document_version(document)
        return cls(quote, document.path, document.metadata, version, heading, page, seat(document))

    @classmethod
    def of_citation(cls, citation: Citation) -> Cite:
        """The same place that an answer cites."""
        quote = citation.quote
        return cls.of(citation.source, quote.start, quote.end, citation.heading, citation.page)

    @property
    def internal(self) -> bool:
        """Whether its document may not leave the office."""
        return self.metadata.access != "public"

    @property
    def shown(self) -> str:
        """The quote as it is read."""
        return join_lines(self.quote.text)

    @property
    def said(self) -> str:
        """The quote as words that stand by themselves: without the enumerators of its items, and ended."""
        return self.said_beside(())

    def said_beside(self, told: Iterable[str]) -> str:
        """The same without the sentences that stand in other texts already; whole where all of them do."""
        items = [strip_marker(join_lines(one)) for one in _items(self.quote.text.strip())]
        keys = [_key(one) for one in told]
        words = "".join(_untold(one, keys) for one in items) or "".join(items)
        ended = words.endswith(("。", "！", "？", "”", "）", "|"))
        return words if ended else words.rstrip("；;，,、：:") + "。"

    @property
    def dated(self) -> str:
        """The date of its document: issue, else the date as of which it was compiled."""
        return self.metadata.issued or self.metadata.as_of

    @property
    def facts(self) -> tuple[str, ...]:
        """Document and place: title, number, date, headings, and whether it is internal."""
        meta = self.metadata
        title = meta.title if meta.title.startswith("《") else f"《{meta.title}》"
        inside = phrase("internal.long") if self.internal else ""
        return tuple(filter(None, (title, meta.doc_no, self.dated, meta.status, self.place, inside)))

    @property
    def reference(self) -> str:
        """Document and place in one line."""
        return "，".join(self.facts)

    @property
    def place(self) -> str:
        """Where in the document: headings and, where there are pages, the page."""
        page = (f"第{self.page}页",) if self.page else ()
        return " › ".join((*self.heading, *page))


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said of a sentence: its kind (a verifier's finding, or ours), the words meant, the reason in words.

    Of a difference from the quotes also its place in the sentence, ``start`` to ``end``, and what is ``quoted`` there.
    """

    kind: str
    words: str
    reason: str
    start: int = 0
    end: int = 0
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the letter.

    ``stock``: words of the template, never judged; ``claim``: says something and has ``cites``, or should; ``blank``:
    nothing was found, staff must say it; ``field``: 〔成文日期〕 and the like, to be filled in. ``proved``: the quotes
    bear it out, whatever else there is to look at.
    ``confirmed``: who looked at it and let it stand although the check does not, ``confirmed_on`` which day (ISO), and
    the ``reason`` that they gave: a sentence that contradicts its quotes stands with one. ``lead``: its enumerator
    (一是). ``unsure``: what it was found for it may not answer.
    """

    id: int
    kind: SentenceKind
    text: str
    cites: tuple[Cite, ...] = ()
    verdict: Verdict = "stock"
    remarks: tuple[Remark, ...] = ()
    proved: bool = True
    confirmed: str = ""
    confirmed_on: str = ""
    reason: str = ""
    lead: str = ""
    unsure: bool = False

    @property
    def internal(self) -> bool:
        """Whether anything in it comes from a document that may not leave the office."""
        return any(cite.internal for cite in self.cites)

    @property
    def shown(self) -> str:
        """With its enumerator."""
        return self.lead + self.text

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.verdict in _WORST and not self.confirmed

    @property
    def unfilled(self) -> bool:
        """Whether it is a placeholder (〔成文日期〕) that nobody has filled in yet."""
        return self.kind == "field" and "〔" in self.text

    @property
    def standing(self) -> Standing:
        """Its verdict, or ``hand`` where somebody looked at it and let it stand: that is no evidence."""
        return "hand" if self.confirmed and self.verdict in _WORST else self.verdict

    def confirm(self, who: str, day: str, reason: str = "") -> Sentence:
        """Let stand by somebody on a day (ISO).

        Raises:
            DraftError: it contradicts its quotes, and no reason is given.
        """
        if self.verdict == "bad" and not reason:
            raise DraftError("reason", "the sentence contradicts its quotes; give the reason why it stands")
        return replace(self, confirmed=who, confirmed_on=day, reason=reason)

    def unconfirm(self) -> Sentence:
        """Judged by its quotes alone again."""
        return replace(self, confirmed="", confirmed_on="", reason="")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, its style, and the request that it answers (0: none)."""

    style: Style
    sentences: tuple[Sentence, ...]
    request: int = 0
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As it is read."""
        return "".join(sentence.shown for sentence in self.sentences)

    @property
    def verdict(self) -> Standing:
        """The worst of its sentences; ``stock`` where nothing in it is to be judged."""
        return worst(self.sentences)


def worst(sentences: Iterable[Sentence]) -> Standing:
    """The worst that stands; ``stock`` where nothing is to be judged."""
    found = {sentence.standing for sentence in sentences}
    return next((one for one in _STANDINGS if one in found), "stock")


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter with the suggestion that it answers.

    ``generator`` worded the claims; ``as_of`` is the day it was made for. ``ai_note`` stands above the letter until
    the person who signs takes it away. ``aside``: requests left to another office (会办), by number, with its name.
    """

    suggestion: Suggestion
    paragraphs: tuple[Paragraph, ...]
    generator: str
    as_of: str
    ai_note: str = ""
    aside: tuple[tuple[int, str], ...] = ()

    @property
    def title(self) -> str:
        """The letter's own title."""
        return next((p.text for p in self.paragraphs if p.style == "title"), self.suggestion.title)

    @property
    def sentences(self) -> Iterator[Sentence]:
        """Every sentence in order."""
        return (sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    @property
    def fields(self) -> tuple[Sentence, ...]:
        """The placeholders that are still to be filled in."""
        return tuple(sentence for sentence in self.sentences if sentence.unfilled)

    @property
    def cites(self) -> tuple[Cite, ...]:
        """Every quote once, in order of first use: their places here are the numbers that readers see, less one."""
        return tuple({_place(c): c for s in self.sentences for c in s.cites}.values())

    def number(self, cite: Cite) -> int:
        """The number of a quote in this letter."""
        return [_place(one) for one in self.cites].index(_place(cite)) + 1

    def sentence(self, identifier: int) -> Sentence:
        """One sentence.

        Raises:
            InputError: there is none of that number.
        """
        for one in self.sentences:
            if one.id == identifier:
                return one
        raise DraftError("sentence", "this sentence is no longer there; reload the draft")

    def paragraph(self, identifier: int) -> Paragraph:
        """The paragraph that a sentence stands in.

        Raises:
            InputError: there is no sentence of that number.
        """
        self.sentence(identifier)
        return next(p for p in self.paragraphs if any(s.id == identifier for s in p.sentences))

    def judged(self, request: int) -> list[Sentence]:
        """The sentences that answer a request, without the words of the template."""
        told = (s for p in self.paragraphs if p.request == request for s in p.sentences)
        return [sentence for sentence in told if sentence.verdict != "stock"]

    def counts(self) -> dict[Standing, int]:
        """How many sentences have each verdict; what somebody has confirmed counts by itself, as ``hand``."""
        counted: dict[Standing, int] = dict.fromkeys(("ok", "hand", "check", "bad", "none"), 0)
        for one in self.sentences:
            if one.verdict != "stock":
                counted[one.standing] += 1
        return counted

    def changed(self, identifier: int, change: Callable[[Sentence], Sentence | None]) -> Letter:
        """With one sentence changed, or taken out where ``change`` gives none; an emptied paragraph goes too."""
        self.sentence(identifier)
        kept = (_changed(paragraph, identifier, change) for paragraph in self.paragraphs)
        return replace(self, paragraphs=tuple(p for p in kept if p.sentences))

    def after(self, identifier: int, sentence: Sentence) -> Letter:
        """With a further sentence behind one; it gets a number of its own, one above all others."""
        home = self.paragraph(identifier)
        at = [s.id for s in home.sentences].index(identifier) + 1
        new = replace(sentence, id=self.last + 1)
        longer = _counted(replace(home, sentences=(*home.sentences[:at], new, *home.sentences[at:])))
        return replace(self, paragraphs=tuple(longer if p is home else p for p in self.paragraphs))

    @property
    def last(self) -> int:
        """The highest number of a sentence."""
        return max((sentence.id for sentence in self.sentences), default=0)

    def mapped(self, change: Callable[[Sentence], Sentence]) -> Letter:
        """With every sentence changed."""
        mapped = (replace(p, sentences=tuple(map(change, p.sentences))) for p in self.paragraphs)
        return replace(self, paragraphs=tuple(mapped))


def _items(text: str) -> Iterator[str]:
    """A passage cut where its first enumerator counts on, at a line or inside one: all of them are alike."""
    cuts = inline_items(text)
    if not cuts or cuts[0]:
        cuts, last, at = [0], leading_marker(text), 0
        for line in text.splitlines(keepends=True):
            marker = leading_marker(line)
            if last and marker and (marker.style, marker.number) == (last.style, last.number + 1):
                cuts.append(at)
                last = marker
            at += len(line)
    return (text[start:end] for start, end in pairwise((*cuts, len(text))))


def _untold(item: str, told: Sequence[str]) -> str:
    """An item without the sentences that are told; empty where only the words that head it would stay."""
    spans = [item[start:end] for start, end in sentences(item, 0, len(item))]
    kept = [one for one in spans if not any(_key(one) in other for other in told)]
    return "" if len(kept) < len(spans) and kept in ([], spans[:1]) else "".join(kept)


def _key(text: str) -> str:
    """What makes two texts the same: their words without marks."""
    return bare(fold(text))


def nobody(name: str) -> bool:
    """Whether a name that a letter keeps is no person's: of a page where nobody signs in (本机 in older drafts)."""
    return name in {LOCAL, "本机"}


def confirmed(sentence: Sentence) -> list[str]:
    """Who let a sentence stand that its quotes do not bear out, on which day and why, as far as each is known."""
    if sentence.standing != "hand":
        return []
    who = "" if nobody(sentence.confirmed) else sentence.confirmed
    told = {"confirmed.by": who, "confirmed.on": sentence.confirmed_on, "confirmed.why": sentence.reason}
    return [phrase(key, value) for key, value in told.items() if value]


def outgoing(letter: Letter) -> Letter:
    """The variant for sending: internal sentences become one blank a paragraph, doubtful ones stand in 〔待核：…〕."""
    kept = tuple(paragraph for paragraph in map(_for_sending, letter.paragraphs) if paragraph.sentences)
    return replace(letter, paragraphs=kept)


def keeps_back(letter: Letter) -> int:
    """How many of its sentences keep a letter from leaving: to be settled or filled in, or from internal documents."""
    return sum(one.open or one.unfilled or one.internal or _blank(one) for one in letter.sentences)


def _blank(sentence: Sentence) -> bool:
    """Whether it is still the place that a sentence was to be written in, even where somebody let it stand."""
    return sentence.kind == "blank" and sentence.text.startswith("〔")


def _for_sending(paragraph: Paragraph) -> Paragraph:
    sentences: list[Sentence] = []
    for sentence in paragraph.sentences:
        if not sentence.internal:
            sentences.append(_sent(sentence))
        elif not any(one.id == 0 for one in sentences):
            sentences.append(Sentence(0, "blank", phrase("blank.internal"), verdict="none"))
    return replace(paragraph, sentences=tuple(sentences), notes=())


def _sent(sentence: Sentence) -> Sentence:
    """Without its quotes; what they do not prove, and nobody has confirmed, cannot pass for proved."""
    doubtful = sentence.kind == "claim" and not sentence.proved and not sentence.confirmed
    text = phrase("doubtful", sentence.text) if doubtful else sentence.text
    return replace(sentence, text=text, cites=(), remarks=())


def _changed(paragraph: Paragraph, identifier: int, change: Callable[[Sentence], Sentence | None]) -> Paragraph:
    if all(sentence.id != identifier for sentence in paragraph.sentences):
        return paragraph
    kept = [change(sentence) if sentence.id == identifier else sentence for sentence in paragraph.sentences]
    made = replace(paragraph, sentences=tuple(one for one in kept if one is not None))
    return _counted(made) if None in kept else made


def _counted(paragraph: Paragraph) -> Paragraph:
    """With its enumerators (一是, 二是) in order again, where it has any; a lone sentence needs none."""
    counted = [one.id for one in paragraph.sentences if one.kind in {"claim", "blank"}]
    if not any(one.lead for one in paragraph.sentences):
        return paragraph
    leads = {one: f"{numeral(n, 'chineseCounting')}是" for n, one in enumerate(counted, start=1) if len(counted) > 1}
    return replace(paragraph, sentences=tuple(replace(s, lead=leads.get(s.id, "")) for s in paragraph.sentences))


def _place(cite: Cite) -> tuple[str, int, int]:
    return cite.quote.document, cite.quote.start, cite.quote.end
