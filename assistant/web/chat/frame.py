"""What stands around the thread (``templates/frame.html``): masthead, list of conversations, first page, composer."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from assistant.locale import DEFAULT, languages, message
from assistant.records import Conversation, Person
from assistant.web.chat.render import CHAT
from assistant.web.html import Macros
from assistant.web.surroundings import StaffPage
from corpus import limits
from corpus.parse import SUFFIXES

LISTED = 50  # conversations that stand beside the chat until all are asked for


def masthead(
    documents: int, as_of: str, person: Person | None = None, pages: Sequence[StaffPage] = (), here: str = "/"
) -> Markup:
    """Name, what the documents are and until when, text size, language, theme; who is signed in and their pages.

    A person sees those of the ``pages`` that are theirs; ``here`` is the address of the one that it stands on.
    """
    mine = [(one.title, one.path) for one in pages if person and person.has(one.role)]
    return FRAME.masthead(documents, as_of, person, mine, here)


def side(
    conversations: Sequence[Conversation],
    current: str,
    person: Person,
    waiting: Collection[str] = (),
    now: datetime | None = None,
    *,
    every: bool = True,
    given: Sequence[tuple[str, str]] = (),
) -> Markup:
    """A person's conversations, the latest first, the open one marked; in ``waiting`` staff have yet to answer.

    Unless ``every`` one is wanted, the latest stand there: the list is sent again with each question. ``given`` are the
    files in the open one, by id with their titles, which the script shows above the question box.
    """
    now = now or datetime.now().astimezone()
    more = not every and len(conversations) > LISTED
    listed = conversations[:LISTED] if more else conversations
    days = [(key, list(some)) for key, some in groupby(listed, key=lambda one: _under(one, now))]
    files = json.dumps(given, ensure_ascii=False) if given else None
    return FRAME.side(days, current, person, waiting, now, more, files)


def _under(one: Conversation, now: datetime) -> str:
    """The heading that a conversation stands under: 置顶, 今天 or 更早."""
    today = one.changed.astimezone().date() == now.date()
    return "conv.pinned" if one.pinned else "conv.today" if today else "conv.older"


def _when(told: Conversation, now: datetime) -> str:
    """The time of today, else the day."""
    local = told.changed.astimezone()
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d}" if local.year == now.year else f"{local:%Y-%m-%d}"


@lru_cache(maxsize=2_048)  # the list is sent with every view; 4 kB each, and one more with every question
def _conversation(told: Conversation, when: str, current: bool, waits: bool) -> Markup:
    return FRAME.entry(told, when, current, waits)


FRAME = Macros(
    "frame",
    DEFAULT=DEFAULT,
    LARGEST_MB=limits.UPLOAD >> 20,
    LONGEST=limits.QUESTION,
    LONGEST_TITLE=limits.TITLE,
    SUFFIXES=",".join(sorted(SUFFIXES)),
    conversation=_conversation,
    languages=languages,
    message=message,
    suggestions=CHAT.suggestions,
    when=_when,
)
