"""The pages outside (``templates/door.html``): signing in, being refused, one answer that is shown."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from fastapi import Request
from markupsafe import Markup

from assistant.answer import Citation
from assistant.export import entry, shown_quote
from assistant.locale import DEFAULT, languages, message
from assistant.records import SavedTurn, document_version
from assistant.web.html import Macros

_STYLES = ("/ui/static/fonts/fonts.css", "/ui/static/page.css", "/ui/static/door.css")


def spoken(request: Request, wanted: str = "") -> str:
    """The language of these pages: the one chosen, else the first that the browser prefers and we have."""
    if wanted in languages():
        return wanted
    for preferred in request.headers.get("accept-language", "").lower().split(","):
        tag = preferred.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-Hant" if any(part in tag for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"
        for one in languages():
            if tag.split("-")[0] == one.lower().split("-")[0]:
                return one
    return DEFAULT


def sign_in_page(language: str, goal: str, *, name: str = "", fault: str = "", minutes: int = 0) -> str:
    """The form; ``fault`` is the key of what went wrong, ``minutes`` how long to wait."""
    return str(DOOR.sign_in(language, goal, name, fault, minutes))


def password_page(language: str, *, fault: str = "", minutes: int = 0, done: bool = False) -> str:
    """The form in which a person gives themselves another password; ``fault`` as in ``sign_in_page``."""
    return str(DOOR.password(language, fault, minutes, done))


def refused_page(language: str) -> str:
    """What someone sees whose role does not open a page."""
    return str(DOOR.refused(language))


def shared_page(language: str, turn: SavedTurn | None) -> str:
    """An answer that somebody showed to a colleague, each sentence with its numbers, each number with its quote."""
    if turn is None or turn.answer is None:
        return str(DOOR.not_shared(language, "share.gone" if turn is None or not turn.withheld else "ans.withheld"))
    answer = turn.answer
    cited = answer.abstention.nearest if answer.abstention else answer.citations
    return str(DOOR.shared(language, turn.question, entry(answer, language), cited))


def plain_page(language: str, title: str, *parts: Markup) -> str:
    """A page of the same look that needs no script."""
    return str(DOOR.plain(language, title, parts))


def _place(one: Citation) -> str:
    """The query by which a quote is opened in its document."""
    place = {"document": one.quote.document, "v": document_version(one.source)}
    return urlencode({**place, "q": f"{one.quote.start}-{one.quote.end}"})


DOOR = Macros(
    "door",
    STYLES=_STYLES,
    dumps=json.dumps,
    languages=languages,
    message=message,
    place=_place,
    quote=quote,
    shown_quote=shown_quote,
)
