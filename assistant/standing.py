"""What an answer says of documents that it quotes and that are not in force: since when, and what is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.answer import Note
from assistant.question import Language
from assistant.texts import say
from corpus.document import Document, Metadata
from corpus.validity import Force, force


def standing_notes(documents: Iterable[Document], language: Language, as_of: str) -> Iterator[Note]:
    """A note for each document, once, that is not in force on the day (an ISO date)."""
    for document in dict.fromkeys(documents):
        worth = force(document.metadata, as_of)
        if worth != "in_force":
            yield Note("superseded", _told(document.metadata, worth, language))


def _told(metadata: Metadata, worth: Force, language: Language) -> str:
    """With the date and the successor as far as they are known; a status that people wrote is given as it stands."""
    values = {"title": metadata.title, "status": metadata.status, "by": metadata.superseded_by}
    dates = {"expired": metadata.expires, "superseded": metadata.superseded_on, "not_yet": metadata.effective}
    date = dates.get(worth, "")
    if worth == "superseded" and metadata.superseded_by:
        return say("superseded_by_on" if date else "superseded_by", language, **values, date=date)
    if worth == "expired" and date and not metadata.status:
        return say("expired_on", language, **values, date=date)
    if worth == "not_yet":
        return say("not_yet", language, **values, date=date)
    return say("superseded", language, **values)
