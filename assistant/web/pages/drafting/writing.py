"""What can be done with a letter: its sentences edited, doubted, cited and settled, each change judged at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from assistant.draft.finding import cites, further
from assistant.draft.letter import Cite, Letter, Sentence
from assistant.draft.phrases import phrase as stock
from assistant.draft.suggestion import DraftError
from assistant.records import document_version
from assistant.web.html import say
from assistant.web.pages.drafting.desk import TABS, Clerk, Desk, acts, today
from corpus.markers import strip_marker
from corpus.normalise import join_lines
from corpus.structure import blocks

_HITS = 8
_NEAR = 3  # passages shown where no sentence of any has enough of the words
_WIDE = 40  # hits among which replies are looked for
_SENTENCE = 2_000  # characters
_REASON = 200  # characters


def _edit(desk: Desk, clerk: Clerk) -> Desk:
    """Sentences with other words; only these are checked again."""
    letter, checker = desk.written(), clerk.checker
    edits = clerk.sent.get("edits")
    for one in tuple(letter.sentences):
        text = str(edits.get(str(one.id)) or "").strip()[:_SENTENCE] if isinstance(edits, Mapping) else ""
        if text:
            letter = letter.changed(one.id, partial(checker.rewritten, text=text))
    return clerk.save(replace(desk, letter=letter), typed=True) if letter != desk.letter else desk


def _pick(desk: Desk, clerk: Clerk) -> Desk:
    """Look at a sentence."""
    picked = clerk.number()
    desk.written().sentence(picked)
    tab = desk.tab if desk.tab in {"find", "alike"} and not clerk.sent.get("show") else "ev"
    return replace(desk, selected=picked, tab=tab, more=None)


def _goto(desk: Desk, clerk: Clerk) -> Desk:
    """Look at the first sentence of a request that is open, else at its first one."""
    judged = sorted(desk.written().judged(clerk.number()), key=lambda s: not s.open)
    return replace(desk, selected=judged[0].id if judged else desk.selected, tab="ev", more=None)


def _next(desk: Desk, _: Clerk) -> Desk:
    """Look at the next sentence that is open or to be filled in, round the end."""
    order = list(desk.written().sentences)
    at = next((n for n, s in enumerate(order) if s.id == desk.selected), -1)
    still = [s.id for s in (*order[at + 1 :], *order[: at + 1]) if s.open or s.unfilled]
    return replace(desk, selected=still[0] if still else desk.selected, tab="ev", more=None)


def _tab(desk: Desk, clerk: Clerk) -> Desk:
    """Another tab of the right column."""
    chosen = clerk.words("tab")
    hits = _alike(desk, clerk) if chosen == "alike" else () if desk.tab == "alike" else desk.hits
    return replace(desk, tab=chosen if chosen in TABS else "ev", hits=hits)


def _alike(desk: Desk, clerk: Clerk) -> tuple[Any, ...]:
    """Passages of earlier replies that speak of what this suggestion asks for."""
    suggestion = desk.asked()
    asked = f"{suggestion.topic}。{'。'.join(one.title for one in suggestion.requests)}"[:400]
    return tuple(hit for hit in clerk.search(asked, _WIDE) if hit.source.metadata.kind == "reply")[:_HITS]


def _find(desk: Desk, clerk: Clerk) -> Desk:
    """Search the documents that this person may see."""
    query = " ".join(clerk.words("query", 400).split())
    return replace(desk, tab="find", query=query, hits=clerk.search(query, _HITS))


def _more(desk: Desk, clerk: Clerk) -> Desk:
    """Further evidence for a sentence."""
    sentence = desk.written().sentence(clerk.number())
    asked = sentence.text if sentence.kind == "claim" else _subject(desk, sentence)
    hits = clerk.search(asked, _HITS)
    found = further(replace(sentence, text=asked), hits)
    near = () if found else tuple(one for one in hits if not cites(sentence, one))[:_NEAR]
    return replace(desk, selected=sentence.id, more=found, near=near, tab="ev")


def _subject(desk: Desk, sentence: Sentence) -> str:
    """What a blank is to be filled about: the thing named above it, its request, else the suggestion."""
    letter, home = desk.written(), desk.written().paragraph(sentence.id)
    above = letter.paragraphs[: letter.paragraphs.index(home)]
    heads = [one for one in above if one.request == home.request and one.style in {"h1", "h2"}]
    if home.request and heads and heads[-1].style == "h2":
        return strip_marker(heads[-1].text)
    titles = [one.title for one in letter.suggestion.requests if one.id == home.request]
    return titles[0] if titles else desk.asked().topic or desk.asked().requests[0].title


# Quotes


def _cite(desk: Desk, clerk: Clerk) -> Desk:
    """A place in a document as a further quote of the selected sentence; a blank is filled with its words."""
    made, checker = _place(clerk), clerk.checker
    told = [one.text for one in desk.written().sentences if one.kind == "claim"]
    return _changed(desk, clerk, _selected(desk), lambda s: checker.cited(s, (*s.cites, made), told))


def _insert(desk: Desk, clerk: Clerk) -> Desk:
    """A place in a document as a sentence of its own, behind the selected one, in its own words and cited."""
    made, letter = _place(clerk), desk.written()
    sentence = clerk.checker.judge(Sentence(0, "claim", made.said, (made,)))
    longer = letter.after(_selected(desk), sentence)
    return clerk.save(replace(desk, letter=longer, selected=longer.last, more=None, tab="ev"))


def _uncite(desk: Desk, clerk: Clerk) -> Desk:
    """The selected sentence without one of its quotes."""
    at, checker = clerk.number("n"), clerk.checker
    return _changed(desk, clerk, _selected(desk), lambda s: checker.cited(s, s.cites[:at] + s.cites[at + 1 :]))


def _place(clerk: Clerk) -> Cite:
    """The place ``doc``, ``v``, ``s``, ``e`` of an event, in a document that the person may see."""
    document = clerk.around.cited(clerk.person, clerk.words("doc"), clerk.words("v"))
    start, end = clerk.number("s"), clerk.number("e")
    if document is None or document_version(document) != clerk.sent["v"] or not 0 <= start < end <= len(document.text):
        raise DraftError("place", "this place is no longer in the documents; search again")
    text = document.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
    inside = next((block for block in blocks(document) if block.start < end and start < block.end), None)
    return Cite.of(document, start, end, inside.heading if inside else (), inside.page if inside else None)


def _selected(desk: Desk) -> int:
    if not desk.selected:
        raise DraftError("pick", "choose a sentence of the letter first")
    return desk.selected


# What staff decide


def _confirm(desk: Desk, clerk: Clerk) -> Desk:
    """Somebody looked at a sentence and lets it stand, against its quotes with a reason; that is on record."""
    why, day = " ".join(clerk.words("reason", _REASON).split()), today().isoformat()
    kept = _changed(desk, clerk, clerk.number(), lambda s: s.confirm(clerk.signature, day, why))
    if kept.editable:
        sentence = kept.written().sentence(clerk.number())
        reasons = [remark.reason for remark in sentence.remarks]
        clerk.note(kept, "draft.confirm", {"sentence": sentence.text, "reasons": reasons, "reason": why})
    return kept


def _unconfirm(desk: Desk, clerk: Clerk) -> Desk:
    """The doubt again."""
    return _changed(desk, clerk, clerk.number(), lambda s: s.unconfirm())


def _restore(desk: Desk, clerk: Clerk) -> Desk:
    """The quotes' own words in place of a sentence's."""
    checker = clerk.checker

    def quoted(sentence: Sentence) -> Sentence:
        return checker.rewritten(sentence, "".join(join_lines(cite.quote.text) for cite in sentence.cites))

    return _changed(desk, clerk, clerk.number(), quoted)


def _after(desk: Desk, clerk: Clerk) -> Desk:
    """A blank behind a sentence, for a new one."""
    blank = clerk.checker.judge(Sentence(0, "blank", stock("blank.new")))
    longer = desk.written().after(clerk.number(), blank)
    return clerk.save(replace(desk, letter=longer, selected=longer.last, more=None, tab="ev"))


def _delete(desk: Desk, clerk: Clerk) -> Desk:
    """Without a sentence; the one that follows is looked at next."""
    order = [s.id for s in desk.written().sentences]
    at = order.index(clerk.number()) if clerk.number() in order else 0
    beside = order[at + 1 : at + 2] or order[at - 1 : at] or [0]
    return _changed(replace(desk, selected=beside[0]), clerk, clerk.number(), lambda _: None)


def _leave(desk: Desk, clerk: Clerk) -> Desk:
    """A section left open for another office (会办)."""
    request, office = clerk.number(), " ".join(clerk.words("office", 60).split())
    letter = clerk.drafter().leave(desk.written(), request, office)
    blank = next(s.id for p in letter.paragraphs if p.request == request for s in p.sentences if s.kind == "blank")
    told = say("dr.aside", office)
    return clerk.save(replace(desk, letter=letter, aside=letter.aside, selected=blank, more=None, told=told))


def _changed(desk: Desk, clerk: Clerk, identifier: int, change: Callable[[Sentence], Sentence | None]) -> Desk:
    letter: Letter = desk.written().changed(identifier, change)
    return clerk.save(replace(desk, letter=letter, more=None, tab="ev"))


LOOKING = acts(_pick, _goto, _next, _tab, _find, _more)
ACTS = LOOKING | acts(_edit, _cite, _insert, _uncite, _confirm, _unconfirm, _restore, _after, _delete, _leave)
