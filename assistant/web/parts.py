"""What every page is made of: its masthead, its parts of HTML, and what their scripts send back."""

from __future__ import annotations

import re
from typing import Any, Final

import gradio as gr
from markupsafe import Markup

from assistant.web.chat import frame
from assistant.web.surroundings import Surroundings, person_of

STATIC: Final = "/ui/static"
SHOW: Final = "window.dafu.updated(element); watch('value', () => window.dafu.updated(element));"
# Gradio makes an event of each quoted name in a script: of 'fill', which page.js triggers.
_MAST: Final = SHOW + "window.dafu.masthead(element, trigger); /* 'fill' */"
_LONGEST = 20_000  # characters: anyone can send anything, so it is cut to what a person would write


def quiet() -> dict[str, Any]:
    """An event's options: Gradio draws no progress of its own and tells scripts nothing of it."""
    return {"show_progress": "hidden", "api_visibility": "private"}


def assets(*names: str) -> str:
    """The head's lines for further files of ``static``: scripts and style sheets."""
    return "".join(
        f'<link rel="stylesheet" href="{STATIC}/{name}">'
        if name.endswith(".css")
        else f'<script src="{STATIC}/{name}"></script>'
        for name in names
    )


def part(name: str, value: Markup | str = "", *, script: str = SHOW, head: str = "") -> gr.HTML:
    """A piece of HTML that events replace; ``script`` runs once in it, ``head`` is what the script needs."""
    return gr.HTML(str(value), elem_id=name, apply_default_css=False, js_on_load=script, head=head or None)


def add_masthead(around: Surroundings, here: str = "/") -> None:
    """The masthead in place; its script has it filled in: who asks, and what the documents are by now."""
    mast: Any = part("mast", frame.masthead(0, "", here=here), script=_MAST)

    def fill(request: gr.Request) -> str:
        person = person_of(request)
        holdings = around.holdings(person)
        return str(frame.masthead(holdings.documents, holdings.as_of, person, around.pages, here))

    mast.fill(fill, None, mast, **quiet())


def sent(event: gr.EventData, name: str) -> str:
    """A text that the page's script sent with an event; empty if it didn't."""
    return str(data(event, name, "") or "")[:_LONGEST]


def count(event: gr.EventData, name: str) -> int:
    """A number that the page's script sent with an event; 0, which nothing has, if it is none."""
    found = data(event, name, 0)
    return int(found) if re.fullmatch(r"[0-9]{1,9}", str(found)) else 0


def data(event: gr.EventData, name: str, default: Any) -> Any:
    """What the page's script sent with an event under ``name``."""
    return getattr(event, name, default)
