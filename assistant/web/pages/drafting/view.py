"""How drafting looks: the list of drafts, the requests, the work in progress, the letter and what stands around it."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any

from assistant.draft.letter import Letter, Paragraph, Sentence, Standing, keeps_back, nobody, worst
from assistant.draft.requests import MAX_LENGTH
from assistant.draft.suggestion import Deadline, DraftError, deadlines
from assistant.draft.why import explain
from assistant.records import DraftVersion, document_version
from assistant.web.html import Macros
from assistant.web.known import spoken
from assistant.web.pages.drafting.desk import TABS, Clerk, Desk, now, today
from assistant.web.unproved import differing

VERDICTS: tuple[Standing, ...] = ("ok", "hand", "check", "bad", "none")
_CHOICE = re.compile(r"〔(?P<choices>[^〔〕]+?)，请选填〕")
_SHOWN = 30  # versions
_AROUND = 10  # characters beside a change
_LOOKS = {
    "title": "ttl", "meta": "p0", "to": "p0", "body": "p", "h1": "p hd", "h2": "p hk", "sign": "sg-n", "date": "sg-n",
    "note": "p",
}  # fmt: skip

Version = tuple[DraftVersion, Letter | None, Letter | None]


def marks(desk: Desk, letter: Letter) -> str:
    """What the check says of each sentence, for the script: classes and margins change, words and caret stay."""
    numbers = {(c.quote.document, c.quote.start, c.quote.end): n for n, c in enumerate(letter.cites, start=1)}
    sentences = {s.id: {"v": s.standing, "k": _kind(s), "t": s.text, "in": s.internal} for s in letter.sentences}
    paragraphs = [
        {
            "v": p.verdict,
            "c": _chips(p, numbers),
            "n": len(p.notes),
            "in": any(one.internal for one in p.sentences),
        }
        for p in letter.paragraphs
    ]
    told = {"selected": desk.selected, "revision": desk.revision, "sentences": sentences, "paragraphs": paragraphs}
    return json.dumps(told, ensure_ascii=False)


def _kind(sentence: Sentence) -> str:
    return "filled" if sentence.kind == "field" and not sentence.unfilled else sentence.kind


def _chips(paragraph: Paragraph, numbers: dict[tuple[str, int, int], int]) -> list[dict[str, Any]]:
    """The quotes of a paragraph, each once, with what opens its place."""
    chips = {}
    for cite in (c for s in paragraph.sentences for c in s.cites):
        document, start, end = cite.quote.document, cite.quote.start, cite.quote.end
        n = numbers[document, start, end]
        chips[n] = {"n": n, "doc": document, "v": cite.version, "s": start, "e": end, "t": cite.metadata.title}
    return list(chips.values())


def _versions(clerk: Clerk, desk: Desk) -> list[Version]:
    """The latest versions, newest first, each with its letter and the one before it."""
    shown = clerk.drafts.versions(desk.id)[: _SHOWN + 1]
    letters = [desk.filled(one.body).letter for one in shown]
    return list(zip_longest(shown[:_SHOWN], letters[:_SHOWN], letters[1 : _SHOWN + 1]))


def _changes(older: Letter, letter: Letter) -> list[list[tuple[str, str]]]:
    """The paragraphs that differ from the version before: old words struck out, new ones marked."""
    before, after = ([p.text for p in one.paragraphs] for one in (older, letter))
    return [
        list(_difference("".join(before[a:b]), "".join(after[c:d])))
        for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def _difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Words by the element that they stand in, what stayed with only a little of it."""
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            same = before[a:b]
            yield "span", same if len(same) <= 2 * _AROUND else f"{same[:_AROUND]}…{same[-_AROUND:]}"
            continue
        if b > a:
            yield "del", before[a:b]
        if d > c:
            yield "ins", after[c:d]


def _limit(assigned: str, months: int) -> Deadline | None:
    """A limit of the office; none where the day of assignment can't be read."""
    try:
        return next(one for one in deadlines(assigned, today()) if one.months == months) if assigned else None
    except (DraftError, StopIteration):
        return None


def _moment(when: datetime) -> str:
    """A time as people of this office write it: today's hour, else the day."""
    local = when.astimezone()
    return local.strftime("%H:%M" if local.date() == now().date() else "%Y-%m-%d %H:%M")


def _offered(sentence: Sentence) -> list[str]:
    """What a placeholder leaves to choose from: 〔A、B、C、D，请选填〕."""
    found = _CHOICE.fullmatch(sentence.text) if sentence.kind == "field" else None
    return re.split("、|或", found["choices"]) if found else []


def _notes_of(letter: Letter) -> list[str]:
    """What the search said of any paragraph, once."""
    return list(dict.fromkeys(note for paragraph in letter.paragraphs for note in paragraph.notes))


VIEW = Macros(
    "drafting",
    DOTS={
        "ok": "dot",
        "hand": "dot hand",
        "check": "dot half",
        "none": "dot ring",
        "bad": "dot bad",
        "stock": "dot tpl",
    },
    LOOKS=_LOOKS,
    MAX_LENGTH=MAX_LENGTH,
    TABS=TABS,
    VERDICTS=VERDICTS,
    changes=_changes,
    differing=differing,
    explain=explain,
    filled=Desk().filled,
    keeps_back=keeps_back,
    nobody=nobody,
    limit=_limit,
    moment=_moment,
    notes_of=_notes_of,
    offered=_offered,
    spoken=spoken,
    version=document_version,
    versions=_versions,
    worst=worst,
)
