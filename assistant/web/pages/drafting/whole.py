"""What concerns the draft as a whole: opened, held, taken over, brought back to a version, dated, sent out."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

from assistant.draft.letter import keeps_back
from assistant.draft.letter_markdown import markdown
from assistant.draft.letter_word import word
from assistant.draft.suggestion import DraftError, deadlines
from assistant.locale import message
from assistant.records import Draft
from assistant.web.html import say
from assistant.web.pages.drafting.desk import Clerk, Desk, acts, today


def _start(desk: Desk, clerk: Clerk) -> Desk:
    """The page as it opens, perhaps at a draft."""
    return _open(desk, clerk) if clerk.sent.get("id") else Desk()


def _list(desk: Desk, clerk: Clerk) -> Desk:
    """Back to all drafts."""
    if desk.id and desk.editable:
        clerk.drafts.release(clerk.person, desk.id)
    return Desk()


def _open(_: Desk, clerk: Clerk) -> Desk:
    """A draft, held for this person unless somebody else holds it."""
    return _opened_by(clerk.words("id", 64), clerk)


def _opened_by(name: str, clerk: Clerk) -> Desk:
    if clerk.drafts.get(name) is None:
        return replace(Desk(), wrong=say("dr.e.gone"))
    return opened(clerk.drafts.hold(clerk.person, name), clerk)


def opened(draft: Draft, clerk: Clerk) -> Desk:
    """A kept draft before somebody; what its letter quotes is compared with the documents of now."""
    desk = replace(Desk(), id=draft.id, revision=draft.revision, saved=draft.changed, holder=clerk.other(draft))
    desk = desk.filled(draft.body)
    if desk.letter is None:
        return desk
    letter = clerk.checker.against(desk.letter, clerk.around.answers(clerk.person).document)
    return replace(desk, letter=letter, selected=next((s.id for s in letter.sentences if s.open), 0))


def _take(desk: Desk, clerk: Clerk) -> Desk:
    """Edit in the place of who holds it; that is on record."""
    return opened(clerk.drafts.hold(clerk.person, desk.id, take=True), clerk)


def _reload(desk: Desk, clerk: Clerk) -> Desk:
    """The newest version instead of what is on this page."""
    return _opened_by(desk.id, clerk)


def _copy(desk: Desk, clerk: Clerk) -> Desk:
    """What is on this page, with the changes that could not be kept, as a draft of one's own."""
    suggestion = replace(desk.asked(), title=message("dr.copy.of", desk.title, clerk.name))
    mine = replace(desk, suggestion=suggestion, holder="", conflict="", typing=None, told=say("dr.copied"))
    made = clerk.drafts.new(clerk.person, mine.title, mine.body)
    return replace(mine, id=made.id, revision=made.revision, saved=made.changed)


def _beat(desk: Desk, clerk: Clerk) -> Desk:
    """Every minute: the draft stays held, or is told to be held by somebody else, or has become free."""
    if not desk.id or desk.conflict:
        return desk
    now = clerk.drafts.hold(clerk.person, desk.id)
    if now.revision != desk.revision:  # who only reads gets the newest, who edits must not lose what is here
        return (
            opened(now, clerk) if desk.holder else replace(desk, conflict=clerk.other(now) or clerk.called(now.owner))
        )
    return replace(desk, holder=clerk.other(now))


def _discard(_: Desk, clerk: Clerk) -> Desk:
    """Put a draft away from the list."""
    clerk.drafts.remove(clerk.person, clerk.words("id", 64))
    return Desk()


def _version(desk: Desk, clerk: Clerk) -> Desk:
    """An earlier version as the newest one."""
    wanted = clerk.number("n")
    kept = next((one for one in clerk.drafts.versions(desk.id) if one.revision == wanted), None)
    if kept is None:
        raise DraftError("gone", "this version is not there; reload the draft")
    older = replace(desk, selected=0, more=None, splitting=False, told=say("dr.restored", wanted)).filled(kept.body)
    return clerk.save(older)


# Days


def _assigned(desk: Desk, clerk: Clerk) -> Desk:
    """The day of assignment, from which the limits count."""
    value = clerk.words("value", 20).strip()
    if value:
        deadlines(value, today())
    return clerk.save(replace(desk, assigned=value), typed=True)


def _months(desk: Desk, clerk: Clerk) -> Desk:
    """Which limit is meant: three months, or six where the matter is hard."""
    return clerk.save(replace(desk, months=6 if clerk.words("value") == "6" else 3), typed=True)


# Out of the house


def _export(desk: Desk, clerk: Clerk) -> Desk:
    """A file for the browser to keep; that it was made is on record."""
    wanted, letter = clerk.words("format"), desk.written()
    sending, as_word = wanted.endswith("send"), not wanted.startswith("md")
    if sending and keeps_back(letter):
        raise DraftError("unready", "the letter is not complete; settle what is open, then export it for sending")
    if sending and letter.ai_note:
        raise DraftError("unsigned", "nobody has signed the letter off; do so, then export it for sending")
    content = word(letter, sending=sending) if as_word else markdown(letter, sending=sending).encode()
    mark = "" if sending else "（送审稿）"
    name = f"{letter.title}{mark}.{'docx' if as_word else 'md'}"
    counts = {key: value for key, value in letter.counts().items() if value}
    clerk.note(desk, "draft.export", {"format": wanted, "revision": desk.revision, "sentences": counts})
    sent = {"name": name, "data": base64.b64encode(content).decode()}
    return replace(desk, file=json.dumps(sent, ensure_ascii=False))


def _sign(desk: Desk, clerk: Clerk) -> Desk:
    """The person who signs takes the note away that a program drafted the letter; that is on record."""
    letter = replace(desk.written(), ai_note="")
    kept = clerk.save(
        replace(desk, letter=letter, signed=(clerk.signature, today().isoformat()), told=say("dr.signed"))
    )
    if kept.editable:
        counts = {key: value for key, value in letter.counts().items() if value}
        clerk.note(kept, "draft.sign_off", {"revision": kept.revision, "sentences": counts})
    return kept


ACTS = acts(_start, _list, _open, _take, _reload, _copy, _beat, _discard, _version, _assigned, _months, _export, _sign)
