"""What can be said against a sentence of a draft: by its quotes, by their dates, by the state of their documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.draft.letter import Cite, Letter, Remark, Sentence, SentenceKind, Verdict
from assistant.draft.voice import is_own, misread, named
from assistant.locale import message
from assistant.records.cited import document_version
from assistant.verify import Context, Finding, RuleVerifier
from corpus.document import Document
from corpus.normalise import fold
from corpus.quantities import dates, quantities
from corpus.validity import force

Library = Callable[[str], Document | None]

# A fact that no quote has is wrong; every other difference has to be looked at.
_FACTS = frozenset({"number", "unit", "bound", "date", "document_number", "term", "code"})
_MEASURED = frozenset(
    {"元", "美元", "港元", "%", "个百分点", "倍", "平方米", "亩", "家", "人", "人次", "户", "辆", "件"}
)
_SHOWN = 40  # characters of a difference that its reason repeats; the whole is shown in its place
AHEAD = re.compile(r"目标|计划|力争|预计|争取|拟(?!议)|设想|打算|将(?!军)|下一步")
_PLANS = re.compile(r"(?:目标|计划|设想|打算|展望|下一步)(?!.{0,4}(?:实绩|完成|成效))")  # a heading of what is not yet
# A table, a list or an annex elsewhere; 以下 is left out, for it mostly says less than. Of 14,468 sentences of notices
# it names 23, each of which says nothing without what it points to.
_POINTS = re.compile(r"[见如](?:下|附|后|右|左)附?[表图]|[见如](?:本.{2,8}?)?附[表件录]\d*|如下[。：:]?$")
_TARGET = re.compile(r"(20\d\d)年(?:底)?[^，。；]{0,6}?(?:目标|计划|预计|力争|将(?!军))")


class Checker:
    """Judges sentences for a day (``2026-11-24``): what was planned for before it is over.

    ``office``: who signs them, where that is known; without (None) they are no letter's, and may tell anybody's plans.
    """

    def __init__(self, as_of: str, office: str | None = None) -> None:
        self._as_of = as_of
        self._office = office
        self._verifier = RuleVerifier()

    @property
    def as_of(self) -> str:
        """The day that sentences are judged for."""
        return self._as_of

    def judge(self, sentence: Sentence) -> Sentence:
        """The sentence with its verdict and remarks; what somebody confirmed stays confirmed while it is unchanged."""
        if sentence.kind in {"stock", "field"}:
            return replace(sentence, verdict="stock", remarks=(), proved=True)
        if sentence.kind == "blank":
            return replace(
                sentence, verdict="none", remarks=(Remark("blank", "", message("why.r.blank")),), proved=False
            )
        if not sentence.cites:
            return replace(
                sentence, verdict="check", remarks=(Remark("cite", "", message("why.r.cite")),), proved=False
            )
        found = self._verifier.verify(sentence.text, *_material(sentence.cites))
        remarks = (*map(_remark, found.findings), *self._doubts(sentence))
        wrong = any(one.kind in _FACTS for one in found.findings)
        doubted = any(one.kind != "due" for one in remarks)  # a target is told as one: its quote bears it out
        verdict: Verdict = "bad" if wrong else "check" if doubted else "ok"
        return replace(sentence, verdict=verdict, remarks=remarks, proved=found.supported)

    def own(self, sentence: Sentence) -> bool:
        """Whether its quotes are the office's own words."""
        return self._office is None or all(
            is_own(cite.metadata, self._office or "", cite.seat) for cite in sentence.cites
        )

    def ahead(self, sentence: Sentence) -> bool:
        """Whether it says what is still to be done: a plan, and not one for a year that is over."""
        years = [date.year for date in dates(fold(sentence.text)) if date.year]
        return AHEAD.search(sentence.text) is not None and max(years, default=9999) >= int(self._as_of[:4])

    def holds(self, text: str, cites: Sequence[Cite]) -> bool:
        """Whether the quotes prove a text."""
        return self._verifier.verify(text, *_material(cites)).supported

    def ascribed(self, text: str, cites: Sequence[Cite]) -> Iterator[str]:
        """Ways to say what another body says of itself by its name; none where it is the office's own."""
        if self._office is not None and len({cite.metadata.issuer for cite in cites}) == 1:
            yield from named(text, cites[-1].metadata, self._office)

    def rewritten(self, sentence: Sentence, text: str) -> Sentence:
        """The sentence with other words, judged anew; words put in the place of a blank or a phrase are a claim.

        A placeholder that is filled in says what only the office knows (a date, a name): it stays one, never judged.
        """
        words = " ".join(text.split())
        if words == sentence.text:
            return sentence
        if sentence.kind == "field":
            return replace(sentence, text=words)
        claims = sentence.kind != "stock" or sentence.cites or _checkable(words, sentence.text)
        kind: SentenceKind = "claim" if claims else "stock"
        return self.judge(replace(sentence.unconfirm(), kind=kind, text=words))

    def cited(self, sentence: Sentence, cites: Sequence[Cite], told: Sequence[str] = ()) -> Sentence:
        """The sentence with other quotes, judged anew; a blank takes the first quote's words not ``told`` yet."""
        words = cites[0].said_beside(told) if cites and sentence.kind == "blank" else sentence.text
        kind: SentenceKind = "claim" if cites else sentence.kind
        return self.judge(replace(sentence.unconfirm(), kind=kind, text=words, cites=tuple(cites), unsure=False))

    def against(self, letter: Letter, library: Library) -> Letter:
        """The letter with a remark on each sentence that quotes a document which has changed since, or is gone.

        Blanks get the remark of today, which older drafts have in other words.
        """
        return letter.mapped(lambda sentence: self._still(sentence, library))

    def _still(self, sentence: Sentence, library: Library) -> Sentence:
        if sentence.kind == "blank":
            return self.judge(sentence)
        moved = [cite for cite in sentence.cites if not _stands(cite, library(cite.quote.document))]
        if not moved:
            return sentence
        remarks = tuple(
            Remark("moved", one.metadata.title, message("why.r.moved", one.metadata.title)) for one in moved
        )
        kept = tuple(one for one in sentence.remarks if one.kind != "moved")
        verdict: Verdict = "bad" if sentence.verdict == "bad" else "check"
        return replace(sentence.unconfirm(), verdict=verdict, remarks=(*kept, *remarks))

    def _doubts(self, sentence: Sentence) -> Iterator[Remark]:
        """What is to be looked at although the quotes prove it."""
        if sentence.unsure:
            yield Remark("unsure", "", message("why.r.unsure"))
        undated = undated_figures(sentence.text)
        if undated:
            yield Remark("undated", undated[0], message("why.r.date", "、".join(undated)))
        for found in _TARGET.finditer(sentence.text):
            if found[1] < self._as_of[:4]:
                yield Remark("due", found.group(), message("why.r.due", found[1]))
        if self._office is not None:
            yield from _others(sentence, self._office)
            yield from _elsewhere(sentence)
        for cite in sentence.cites:
            state = force(cite.metadata, self._as_of)
            if state != "in_force":
                yield Remark(
                    state, cite.metadata.title, message(f"why.r.{state}", cite.metadata.title, _since(cite, state))
                )


def undated_figures(text: str) -> tuple[str, ...]:
    """The measures of a sentence (136亿元, 447家) in which no year stands at all."""
    folded = fold(text)
    if any(date.year or date.relative is not None for date in dates(folded)) or re.search(r"\d{4}[-—－]\d{4}", folded):
        return ()
    measured = (one for one in quantities(folded) if one.unit in _MEASURED and not one.ordinal and not one.spoken)
    return tuple(one.text for one in measured)


def _others(sentence: Sentence, office: str) -> Iterator[Remark]:
    """What another body says that a letter would tell as its office's own, or a plan that it would tell as done."""
    own = sentence.cites[-1]
    above, words = own.heading[-1] if own.heading else "", misread(sentence.text, own.metadata, office, own.seat)
    if _PLANS.search(above) and (words is not None or not AHEAD.search(sentence.text)):
        yield Remark("planned", above, message("why.r.planned", above))
    elif words is not None:
        yield Remark("whose", words, message("why.r.whose"))


def _elsewhere(sentence: Sentence) -> Iterator[Remark]:
    """A table or list that a sentence points to (标准见下表) and that did not come into the letter with it."""
    found = _POINTS.search(sentence.text)
    if found and not any("|" in cite.quote.text for cite in sentence.cites):
        words = found.group().rstrip("。：:")
        yield Remark("elsewhere", words, message("why.r.elsewhere", words))


def _material(cites: Sequence[Cite]) -> tuple[list[str], Context]:
    contexts = [Context.of(Document("", cite.path, cite.metadata, ""), cite.heading) for cite in cites]
    context = contexts[0]
    for other in contexts[1:]:
        context = context + other
    return [cite.quote.text for cite in cites], context


def _remark(found: Finding) -> Remark:
    """A difference from the quotes in words, with its place in the sentence."""
    key = "fact" if found.kind in _FACTS and not found.quoted else found.kind
    reason = message(f"why.v.{key}", _short(found.text), _short(found.quoted))
    return Remark(found.kind, found.text, reason, found.start, found.end, found.quoted)


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 8]}……{words[-6:]}"


def _stands(cite: Cite, document: Document | None) -> bool:
    if document is None:
        return False
    quote = cite.quote
    return document_version(document) == cite.version or document.text[quote.start : quote.end] == quote.text


def _since(cite: Cite, state: str) -> str:
    """What a remark names beside the title: the successor, or the date that decides."""
    meta = cite.metadata
    named = {"superseded": meta.superseded_by or meta.status, "not_yet": meta.effective}
    return named.get(state, meta.expires or meta.status)


def _checkable(words: str, before: str) -> bool:
    """Whether a changed phrase of the template now says something new that can be true or false."""
    new = {one.text for one in quantities(fold(words))} | {one.text for one in dates(fold(words))}
    old = {one.text for one in quantities(fold(before))} | {one.text for one in dates(fold(before))}
    return bool(new - old) or len(words) > len(before) + 20
