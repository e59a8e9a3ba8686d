"""The page as Gradio components: three columns, and the events that change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from markupsafe import Markup

from assistant.web import frame
from assistant.web.evidence import evidence
from assistant.web.messages import MESSAGES
from assistant.web.render import turn
from assistant.web.shelf import Shelf
from assistant.web.surroundings import Answers, Surroundings
from assistant.web.thread import Exchange, Session
from corpus.errors import DafuError

STATIC = "/ui/static"
_SCRIPT = f'<script src="{STATIC}/page.js"></script>'
_WATCH = "window.dafu.updated(element); watch('value', () => window.dafu.updated(element));"
_WIRE = "window.dafu.wire(element, trigger, ['ask', 'stop', 'new', 'open']);"
_TOGETHER = 20  # questions answered at the same time; further ones wait and see their place
_WAITING = 64  # questions that may wait; beyond, people are asked to come back

View = tuple[Any, ...]


@dataclass(frozen=True)
class Parts:
    """The components that events change, in the order of a View."""

    session: gr.State
    side: gr.HTML
    past: gr.HTML
    live: gr.HTML
    cards: gr.HTML

    @property
    def outputs(self) -> list[Any]:
        """As Gradio wants them."""
        return [self.session, self.side, self.past, self.live, self.cards]


def head() -> str:
    """What goes into the page's head: the style sheet and the texts for the script. Nothing from elsewhere."""
    texts = json.dumps(MESSAGES, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<link rel="stylesheet" href="{STATIC}/page.css"><script type="application/json" id="texts">{texts}</script>'
    )


def theme() -> gr.themes.Base:
    """A bare theme whose fonts are the system's: our style sheet does the rest."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])


def build_page(assistant: Answers, around: Surroundings, shelf: Shelf) -> gr.Blocks:
    """The page; ``shelf`` receives every document that an answer cites."""
    with gr.Blocks(title="答复：有据可查的问答", analytics_enabled=False, fill_width=True) as page:
        session = gr.State(Session())
        mast = _html("mast", frame.masthead(0, ""))
        with gr.Row(elem_id="app"):
            with gr.Column(elem_id="side", min_width=0):
                side = _html("conversations")
            with gr.Column(elem_id="chat", min_width=0):
                with gr.Column(elem_id="thread", min_width=0):
                    past, live = _html("past"), _html("live")
                composer = _html("ask-box", frame.composer(), script=_WIRE)
            with gr.Column(elem_id="evid", min_width=0):
                _html("pane-head", frame.pane_head())
                cards = _html("cards", frame.no_evidence())
                _html("viewer")
        handlers = _Handlers(assistant, around, shelf)
        _events(page, composer, Parts(session, side, past, live, cards), handlers)
        page.load(handlers.masthead, None, mast, show_progress="hidden", api_visibility="private")
    page.queue(default_concurrency_limit=_TOGETHER, max_size=_WAITING, api_open=False)
    built: gr.Blocks = page
    return built


class _Handlers:
    """What happens on each event: a Session goes in, the next one and the parts of the page it changes come out."""

    def __init__(self, assistant: Answers, around: Surroundings, shelf: Shelf) -> None:
        self._assistant = assistant
        self._around = around
        self._shelf = shelf

    def masthead(self) -> str:
        """The masthead with what the documents are by now."""
        holdings = self._around.holdings()
        return str(frame.masthead(holdings.documents, holdings.as_of))

    def start(self) -> View:
        """The view of a page that was just opened."""
        return self.view(Session())

    def ask(self, session: Session, event: gr.EventData) -> Iterator[View]:
        """Answer a question; each step of it is a view."""
        question = str(event._data.get("question", "")).strip()[: frame.MAX_QUESTION]  # noqa: SLF001
        if not question:
            return
        history = session.current.history
        session = session.asking(question)
        yield self.view(session)
        for exchange in self._answering(session.current.exchanges[-1], history):
            session = session.with_last(exchange)
            yield self.change(session)

    def stop(self, session: Session) -> View:
        """Leave the answer as far as it is."""
        return self.view(session.settled())

    def new(self, session: Session) -> View:
        """An empty conversation."""
        return self.view(session.new())

    def open(self, session: Session, event: gr.EventData) -> View:
        """Another conversation of this visit."""
        return self.view(session.opened(int(event._data.get("number", -1))))  # noqa: SLF001

    def view(self, session: Session) -> View:
        """Everything on the page that a session decides."""
        exchanges = session.current.exchanges
        live = self._turn(exchanges[-1]) if exchanges else frame.first_page(self._around.suggestions())
        return (
            session,
            str(frame.side(session)),
            _joined(self._turn(exchange) for exchange in exchanges[:-1]),
            str(live),
            _cards(session),
        )

    def change(self, session: Session) -> View:
        """What a further step of the last answer changes: only its own turn and the evidence."""
        return session, gr.skip(), gr.skip(), str(self._turn(session.current.exchanges[-1])), _cards(session)

    def _answering(self, exchange: Exchange, history: Any) -> Iterator[Exchange]:
        try:
            for event in self._assistant.stream(exchange.question, history):
                exchange = exchange.after(event)
                self._shelf.put(citation.source for citation in exchange.cited + exchange.found)
                yield exchange
        except DafuError as error:
            yield replace(exchange, state="failed", error=str(error))
        else:
            yield replace(exchange, state="done")

    def _turn(self, exchange: Exchange) -> Markup:
        searched = self._around.holdings().documents if exchange.state == "search" else 0
        return turn(exchange, searched)


def _events(page: gr.Blocks, wire: gr.HTML, parts: Parts, on: _Handlers) -> None:
    outputs = parts.outputs
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    page.load(on.start, None, outputs, **quiet)
    asking = _custom(wire, "ask")(on.ask, parts.session, outputs, trigger_mode="multiple", **quiet)
    for name, handler in (("stop", on.stop), ("new", on.new), ("open", on.open)):
        _custom(wire, name)(handler, parts.session, outputs, cancels=[asking], **quiet)


def _custom(component: gr.HTML, event: str) -> Callable[..., Any]:
    """The registration of an event that the component's script triggers by name."""
    register: Callable[..., Any] = getattr(component, event)
    return register


def _html(name: str, value: Markup | str = "", script: str = _WATCH) -> gr.HTML:
    return gr.HTML(str(value), elem_id=name, apply_default_css=False, js_on_load=script, head=_SCRIPT)


def _cards(session: Session) -> str:
    return _joined(evidence(exchange) for exchange in session.current.exchanges) or str(frame.no_evidence())


def _joined(pieces: Iterator[Markup]) -> str:
    return str(Markup("").join(pieces))
