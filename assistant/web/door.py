"""The pages outside (``templates/door.html``): signing in, being refused, one answer that is shown."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from fastapi import Request

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


def shared_page(language: str, turn: SavedTurn | None) -> str:
    """An answer that somebody showed to a colleague, each sentence with its numbers, each number with its quote."""
    if turn is None or turn.answer is None:
        return str(DOOR.not_shared(language, "share.gone" if turn is None or not turn.withheld else "ans.withheld"))
    answer = turn.answer
    cited = answer.abstention.nearest if answer.abstention else answer.citations
    return str(DOOR.shared(language, turn.question, entry(answer, language), cited))


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
