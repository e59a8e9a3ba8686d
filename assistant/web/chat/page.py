"""The page as Gradio components: three columns, and the events that change them."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.answer import Citation
from assistant.assistant import let_go
from assistant.conversation import Turn
from assistant.locale import catalogues, message
from assistant.records import Person, Review, StaffCitation
from assistant.review import unproved
from assistant.web.chat import giving
from assistant.web.chat.evidence import evidence
from assistant.web.chat.frame import FRAME, LISTED, side
from assistant.web.chat.render import turn
from assistant.web.chat.scope import chosen
from assistant.web.chat.thread import Exchange, Session, StaffAnswer
from assistant.web.html import el, say
from assistant.web.parts import STATIC, add_masthead, count, data, part, quiet, sent
from assistant.web.share import BUSY, TooManyError
from assistant.web.surroundings import Surroundings, person_of
from corpus import limits
from corpus.document import Document, Quote
from corpus.errors import DafuError, InputError, StateError

# What the script triggers by name: what is answered, what leaves an answer that is being made, what else there is.
_ANSWERING = ("ask", "again", "give")
_LEAVING = ("stop", "new", "open", "delete", "ungive", "regive")
_TELLING = ("keep", "judge", "unjudge", "hand", "unhand")
_LISTING = ("more", "rename", "pin", "undelete", "link")  # Gradio has an event `share` of its own
_EVENTS = ("start", "look", *_ANSWERING, *_LEAVING, *_TELLING, *_LISTING)
_WIRE = f"window.dafu.wire(element, trigger, {json.dumps(_EVENTS)});"
_TOGETHER, _WAITING = limits.TOGETHER, limits.WAITING
_GLANCE = 0.15  # seconds within which nobody sees that one more sentence stands there
_LOG = logging.getLogger(__name__)

View = tuple[Any, ...]


def _free(outputs: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A handler with so many ``outputs``, told last, that leaves all as it stands while the records cannot be used."""

    def handling(handler: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(handler)
        def handled(self: ChatHandlers, *given: Any) -> Any:
            try:
                return handler(self, *given)
            except StateError:
                _LOG.exception("%s: the records could not be used", handler.__name__)
                event = next((one for one in given if isinstance(one, gr.EventData)), None)
                return _arrived(event, _only(_told("err.held"), outputs))

        return handled

    return handling


class Parts(NamedTuple):
    """The components that events change, in the order of a View."""

    session: gr.State
    side: gr.HTML
    past: gr.HTML
    live: gr.HTML
    cards: gr.HTML
    now: gr.HTML
    told: gr.HTML


def head() -> str:
    """What goes into every page's head: style sheet, texts and script. Nothing from elsewhere."""
    texts = json.dumps(catalogues(), ensure_ascii=False).replace("<", "\\u003c")
    styles = "".join(f'<link rel="stylesheet" href="{STATIC}/{name}.css">' for name in ("fonts/fonts", "page"))
    script = f'<script src="{STATIC}/page.js"></script>'
    return f'{styles}<script type="application/json" id="texts">{texts}</script>{script}'


def theme() -> gr.themes.Base:
    """A bare theme: our style sheets do the rest."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])


def build_page(around: Surroundings) -> gr.Blocks:
    """The page."""
    with gr.Blocks(title=message("title"), analytics_enabled=False, fill_width=True) as page:
        session = gr.State(Session())
        add_masthead(around)
        with gr.Row(elem_id="app"):
            with gr.Column(elem_id="side", min_width=0):
                side = part("conversations")
            with gr.Column(elem_id="chat", min_width=0):
                with gr.Column(elem_id="thread", min_width=0):
                    past, live = part("past"), part("live")
                composer = part("ask-box", FRAME.composer(), script=_WIRE)
                told = part("told")
            with gr.Column(elem_id="evid", min_width=0):
                part("pane-head", FRAME.pane_head())
                cards, now = part("cards"), part("cards-now", FRAME.no_evidence())
                part("viewer")
        handlers = ChatHandlers(around)
        _events(composer, Parts(session, side, past, live, cards, now, told), handlers)
    page.queue(default_concurrency_limit=_TOGETHER, max_size=_WAITING, api_open=False)
    built: gr.Blocks = page
    return built


class ChatHandlers:
    """What happens on each event: a Session goes in, the next one and the parts of the page it changes come out."""

    def __init__(self, around: Surroundings) -> None:
        self._around, self._records = around, around.records
        self._closing = ThreadPoolExecutor(1, "closing")  # writes what was stopped

    @_free(7)
    def start(self, request: gr.Request, event: gr.EventData) -> View:
        """The view of a page that was just opened, at the conversation that its address names."""
        return _arrived(event, self._open(person_of(request), sent(event, "conversation")))

    def ask(self, session: Session, request: gr.Request, event: gr.EventData) -> Iterator[View]:
        """Answer a question; each step of it is a view."""
        question = sent(event, "question").strip()[: limits.QUESTION]
        if not question:
            return
        person = person_of(request)
        session = self._settled(person, session)
        try:
            asking = self._asked(person, session, question, chosen(data(event, "within", [])))
        except StateError:  # the records cannot be written now; what is open stays
            yield _only(_told("err.held"))
            return
        except DafuError:
            yield self.view(person, Session(), told="err.lost")
            return
        yield from self._answering(person, asking, session.history)

    def again(self, session: Session, request: gr.Request) -> Iterator[View]:
        """Answer the last question anew."""
        if not session.exchanges:
            return
        person = person_of(request)
        session = session.settled().seen(self._around.allowed(person))
        session = session.with_last(session.exchanges[-1].again())
        yield from self._answering(person, session, session.earlier)

    def give(self, session: Session, request: gr.Request, event: gr.EventData) -> Iterator[View]:
        """Read a file that was sent into the open conversation, for it alone."""
        person, name = person_of(request), sent(event, "name")
        try:
            session = self._settled(person, session)
            with self._around.uploads.taken(person, sent(event, "token")) as upload:
                if upload is None:
                    yield _only(giving.refused(name, None))
                    return
                document = giving.put_in(self._around, person, session.conversation, upload, name)
            session = replace(session, conversation=giving.conversation_of(document))
            view = self.view(person, session)
        except DafuError as error:
            yield _only(giving.refused(name, error))
            return
        yield *view[:-1], giving.told(document)

    @_free(7)
    def ungive(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Take a file out of the open conversation, for a minute not for good, with the answers that cite it."""
        person, document = person_of(request), sent(event, "document")
        try:
            self._records.given.remove(person.id, document)
        except InputError:
            return _arrived(event, self.view(person, session, told="err.lost"))
        _later(self._purge)
        view = self._open(person, session.conversation, every=session.every)
        return _arrived(event, (*view[:-1], _told("gv.removed") + _undoing(document, "regive")))

    @_free(7)
    def regive(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Bring a file back that was taken out just now."""
        person = person_of(request)
        with suppress(InputError):  # purged meanwhile, as the list of files shows
            self._records.given.bring_back(person.id, sent(event, "document"))
        return _arrived(event, self._open(person, session.conversation, every=session.every))

    @_free(7)
    def keep(self, session: Session, request: gr.Request) -> View:
        """Try once more to keep the last answer, which could not be kept."""
        person = person_of(request)
        session = self._settled(person, session)
        kept = not any(one.unkept for one in session.exchanges)
        return self.view(person, session, told="ans.kept" if kept else "err.held")

    @_free(7)
    def stop(self, session: Session, request: gr.Request) -> View:
        """Leave the answer as far as it is."""
        person = person_of(request)
        return self.view(person, self._settled(person, session))

    @_free(7)
    def new(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """An empty conversation."""
        person = person_of(request)
        self._settled(person, session)
        return _arrived(event, self.view(person, Session(every=session.every)))

    @_free(7)
    def open(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Another conversation."""
        person = person_of(request)
        self._settled(person, session)
        return _arrived(event, self._open(person, sent(event, "conversation"), every=session.every))

    @_free(7)
    def delete(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Delete a conversation, for a minute not for good; if it is the open one, an empty one takes its place."""
        person, gone = person_of(request), sent(event, "conversation")
        try:
            self._records.conversations.put_away(person.id, gone)
        except InputError:
            return _arrived(event, self.view(person, session, told="err.lost"))
        _later(self._purge)
        session = Session(every=session.every) if gone == session.conversation else session
        view = self.view(person, session, told="conv.deleted")
        return _arrived(event, (*view[:-1], view[-1] + _undoing(gone)))

    def undelete(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Bring a conversation back that was deleted just now."""
        person, gone = person_of(request), sent(event, "conversation")
        try:
            self._records.conversations.bring_back(person.id, gone)
            return session, self._side(person, session), ""
        except InputError:
            return session, self._side(person, session), _told("err.lost")
        except StateError:  # the way back stays
            return gr.skip(), gr.skip(), _told("err.held") + _undoing(gone)

    @_free(3)
    def rename(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Give a conversation another title."""
        person, title = person_of(request), sent(event, "title").strip()[: limits.TITLE]
        if title:
            self._records.conversations.rename(person.id, sent(event, "conversation"), title)
        return session, self._side(person, session), ""

    @_free(3)
    def pin(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Let a conversation stand before the others, or no longer."""
        person = person_of(request)
        self._records.conversations.pin(person.id, sent(event, "conversation"), pinned=sent(event, "on") == "1")
        return session, self._side(person, session), ""

    @_free(3)
    def link(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Let colleagues open an answer by its address, or no longer; its sources stay as open to them as they are."""
        turn, on = sent(event, "turn"), sent(event, "on") == "1"
        try:
            self._records.turns.share(person_of(request).id, turn, on=on)
        except InputError:
            return session, gr.skip(), _told("err.lost")
        return session, gr.skip(), _told("share.done") + _undoing(turn, "unlink") if on else _told("share.undone")

    def _purge(self) -> None:
        """Delete for good what nobody wants back."""
        with suppress(DafuError):  # when it is next looked what is over
            gone = (self._records.conversations.purge(), self._records.given.purge())
            if any(gone):
                let_go()

    @_free(7)
    def judge(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Keep a judgement of an answer."""
        return self._tell(
            session,
            request,
            event,
            lambda person, turn: self._records.feedback.give(
                person,
                turn,
                data(event, "verdict", "down"),
                data(event, "reasons", []),
                sent(event, "text"),
                earlier=sent(event, "along") == "earlier",
            ),
        )

    @_free(7)
    def unjudge(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Take a judgement back."""
        return self._tell(session, request, event, self._records.feedback.take_back)

    @_free(7)
    def hand(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Hand a question to staff."""
        note, earlier = sent(event, "note"), sent(event, "along") == "earlier"
        return self._tell(
            session,
            request,
            event,
            lambda person, turn: self._records.handovers.give(person, turn, note, earlier=earlier),
        )

    @_free(7)
    def unhand(self, session: Session, request: gr.Request, event: gr.EventData) -> View:
        """Take a question back from staff."""
        return self._tell(session, request, event, self._records.handovers.withdraw)

    def look(self, session: Session, request: gr.Request) -> Any:
        """The list, in which an answer of staff stands as unread; the script opens one that is there already anew."""
        try:
            return self._side(person_of(request), session)
        except StateError:  # it is looked again soon
            return gr.skip()

    @_free(3)
    def more(self, session: Session, request: gr.Request) -> View:
        """List every conversation, not the latest alone."""
        session = replace(session, every=True)
        return session, self._side(person_of(request), session), ""

    def view(self, person: Person, session: Session, *, told: str = "") -> View:
        """Everything on the page that a session decides; ``told`` is the key of a message for the person."""
        session = session.seen(self._around.allowed(person))  # a role may have changed since the page was opened
        earlier, last = session.exchanges[:-1], session.exchanges[-1:]
        live = self._turns(person, last) if last else self._first_page(person, session)
        return (
            session,
            self._side(person, session),
            self._turns(person, earlier),
            live,
            self._cards(earlier),
            self._cards(last) if last else str(FRAME.no_evidence()),
            _told(told) if told else "",
        )

    def change(self, person: Person, session: Session, shown: View) -> View:
        """What a further step of the last answer changes: only its own turn and its evidence; the rest is as shown.

        The same text again costs nothing on the way. ``gr.skip()`` would: Gradio makes the component anew for it,
        under a new number, and from then on keeps one more copy of what it shows for as long as the page is known.
        """
        _, side, past, _, cards, _, told = shown
        last = session.exchanges[-1:]
        return session, side, past, self._turns(person, last), cards, self._cards(last), told

    def _asked(
        self, person: Person, session: Session, question: str, within: tuple[tuple[str, str], ...] = ()
    ) -> Session:
        """The session with the question in it and in the records, in a new conversation where none is open."""
        records = self._records
        conversation = session.conversation or records.conversations.new(person.id, question[: limits.TITLE]).id
        saved = records.turns.append(person.id, conversation, question)
        exchange = Exchange(saved.position, question, turn=saved.id, within=within)
        return replace(session, conversation=conversation, exchanges=(*session.exchanges, exchange))

    def _answering(self, person: Person, session: Session, history: Sequence[Turn]) -> Iterator[View]:
        """The steps of an answer; it is kept however it ends, also when the page goes away."""
        try:
            view = self.view(person, session)
        except StateError:
            yield _only(_told("err.held"))
            return
        settle: Callable[[Person, Session], object] = self._settled
        try:
            yield view
            shown, at = session.exchanges[-1], time.monotonic()
            for exchange in self._steps(person, session, history):
                session = session.with_last(exchange)
                if not exchange.running:  # kept before it is shown, for it may be judged at once
                    session = self._kept(person, session)
                elif exchange.state == shown.state and time.monotonic() - at < _GLANCE:
                    continue
                yield self.change(person, session, view)
                shown, at = session.exchanges[-1], time.monotonic()
        except GeneratorExit:  # Gradio closes it on the event loop, which must not wait for the records
            settle = self._settle_later
            raise
        finally:
            if session.exchanges[-1].running:
                settle(person, session)

    def _steps(self, person: Person, session: Session, history: Sequence[Turn]) -> Iterator[Exchange]:
        """What becomes of the last exchange, step by step."""
        exchange = session.exchanges[-1]
        try:
            files = self._records.given.of(person.id, session.conversation)
            within = self._there(person, exchange.within, files) if exchange.within else ()
            asked = self._around.asked(person, exchange.question, history, door="page", within=within, given=files)
            with closing(asked) as steps:
                for event in steps:
                    exchange = exchange.after(event)
                    yield exchange
        except TooManyError:
            yield replace(exchange, state="failed", error=BUSY)
        except DafuError as error:
            yield replace(exchange, state="failed", error=str(error))
        except Exception as error:  # noqa: BLE001 (the page tells that it failed, the log why)
            _LOG.exception("a question could not be answered")
            yield replace(exchange, state="failed", error=type(error).__name__)
        else:
            yield replace(exchange, state="done")

    def _there(self, person: Person, within: Sequence[tuple[str, str]], files: Sequence[Document]) -> list[str]:
        """Of the documents that were chosen those that are there still, and that the person may see.

        Raises:
            InputError: none of them is.
        """
        there = {one.id for one in self._around.shelf(person)} | {one.id for one in files}
        found = [name for name, _ in within if name in there]
        if not found:
            raise InputError("none of the chosen documents is there any more; choose others")
        return found

    def _settled(self, person: Person, session: Session) -> Session:
        """The session with nothing going on; what was stopped is kept so, and what could not be kept before."""
        settled = session.settled()
        if settled is not session or any(one.unkept for one in settled.exchanges[-1:]):
            settled = self._kept(person, settled)
        return settled.seen(self._around.allowed(person))

    def _settle_later(self, person: Person, session: Session) -> None:
        self._closing.submit(self._settled, person, session)

    def _kept(self, person: Person, session: Session) -> Session:
        """The session once its last exchange is in the records, or with the mark that it is not."""
        last = replace(session.exchanges[-1], unkept=False)
        try:
            self._records.turns.put(person.id, last.saved(session.conversation))
        except StateError:
            _LOG.exception("an answer was not kept")
            last = replace(last, unkept=True)
        except DafuError as error:  # deleted meanwhile: its owner wants it gone
            _LOG.info("an answer was not kept: %s", error)
        return session.with_last(last)

    def _open(self, person: Person, conversation: str, *, every: bool = False) -> View:
        """A conversation of the person as the records have it; one that is not there is told."""
        if not conversation:
            return self.view(person, Session())
        found = self._records.conversations.get(person.id, conversation)
        if found is None:
            return self.view(person, Session(), told="err.lost")
        if found.unread:
            with suppress(StateError):  # then it counts as unread a little longer
                self._records.conversations.read(person.id, conversation)
        saved = self._around.turns(person, conversation)
        session = Session(conversation, tuple(Exchange.of(one) for one in saved), every)
        return self.view(person, self._said(person, session), told="human.new" if found.unread else "")

    def _said(self, person: Person, session: Session) -> Session:
        """The session with what asker and staff said of its answers."""
        records, conversation = self._records, session.conversation
        approved = records.reviews.approved_in(person.id, conversation)
        gone = records.reviews.approved_in(person.id, conversation, "withdrawn")
        answers = {turn: some[-1:] for turn, some in gone.items()} | approved  # a new answer says enough
        staff = {turn: tuple(self._staff_answer(person, one) for one in some) for turn, some in answers.items()}
        return session.told(
            records.feedback.of(person, conversation), records.handovers.of(person, conversation), staff
        )

    def _staff_answer(self, person: Person, review: Review) -> StaffAnswer:
        date = (review.approved or review.changed).astimezone().date().isoformat()
        if review.state == "withdrawn":
            return StaffAnswer("", date, withdrawn=True)
        cited = (self._cited(person, n, one) for n, one in enumerate(review.citations, start=1))
        shown = tuple(one for one in cited if one is not None)
        by = self._records.users.called(review.author)
        return StaffAnswer(review.text, date, shown, by, unproved(review, self._records.documents, date))

    def _cited(self, person: Person, n: int, cited: StaffCitation) -> Citation | None:
        """A place that staff cite, if the asker may see its document."""
        source = self._around.cited(person, cited.document, cited.version)
        if source is None or source.text[cited.start : cited.end] != cited.quote:
            return None
        return Citation(n, Quote(cited.document, cited.start, cited.end, cited.quote), source)

    def _tell(
        self, session: Session, request: gr.Request, event: gr.EventData, keep: Callable[[Person, str], object]
    ) -> View:
        """Keep what a person says of one of the answers, and show that it was kept."""
        person, number = person_of(request), count(event, "turn")
        turns = [one.turn for one in session.exchanges if one.number == number]
        try:
            for turn in turns:
                keep(person, turn)
        except InputError:
            return self.view(person, Session(), told="err.lost")
        return self.view(person, self._said(person, session))

    def _first_page(self, person: Person, session: Session) -> str:
        files = self._files(person, session)
        if files:
            return str(FRAME.given_page([title for _, title in files]))
        return str(FRAME.first_page(self._around.suggestions(person), self._records.conversations.unread(person.id)))

    def _side(self, person: Person, session: Session) -> str:
        mine = self._records.conversations.of(person.id, None if session.every else LISTED + 1)
        waiting = self._records.handovers.waiting(person)
        files = self._files(person, session)
        return str(side(mine, session.conversation, person, waiting, every=session.every, given=files))

    def _files(self, person: Person, session: Session) -> tuple[tuple[str, str], ...]:
        """Those in the open conversation, by id with their titles."""
        return self._records.given.titles(person.id, session.conversation) if session.conversation else ()

    def _turns(self, person: Person, exchanges: Iterable[Exchange]) -> str:
        return _joined(turn(one, self._searched(person, one)) for one in exchanges)

    def _cards(self, exchanges: Iterable[Exchange]) -> str:
        return _joined(evidence(exchange, self._around.stands) for exchange in exchanges)

    def _searched(self, person: Person, exchange: Exchange) -> int:
        return self._around.holdings(person).documents if exchange.state == "search" else 0


def _events(wire: Any, parts: Parts, on: ChatHandlers) -> None:
    """Register what the script triggers. Whatever opens another conversation ends the answer that is being made."""
    everything, listing = list(parts), [parts.session, parts.side, parts.told]

    def listen(names: Iterable[str], outputs: Sequence[Any], **options: Any) -> list[Any]:
        return [getattr(wire, name)(getattr(on, name), parts.session, outputs, **options, **quiet()) for name in names]

    answering = listen(_ANSWERING, everything, trigger_mode="multiple", concurrency_id="answers")
    listen(_LEAVING, everything, cancels=answering)
    listen(_TELLING, everything)
    listen(_LISTING, listing)
    listen(("look",), [parts.side])
    wire.start(on.start, None, everything, **quiet())


def _later(act: Callable[[], None]) -> None:
    """Do something once nobody can undo it any more."""
    timer = threading.Timer(limits.UNDO.total_seconds() + 1, act)
    timer.daemon = True
    timer.start()


def _only(told: str, outputs: int = 7) -> View:
    """A view that changes nothing but what is told."""
    return *[gr.skip()] * (outputs - 1), told


def _told(key: str) -> str:
    """A message for the person; each is another one for the script, also where it says the same."""
    return str(el("span", say(key), data_at=time.monotonic_ns()))


def _undoing(gone: str, event: str = "undelete") -> str:
    """The way back for a deleted conversation, or for a file taken out of one."""
    return str(el("button", say("conv.undo"), type="button", class_="lnk", data_do=event, data_id=gone))


def _arrived(event: gr.EventData | None, view: View) -> View:
    """The view with the mark by which the script knows that the change of conversation it asked for stands there."""
    if event is None or not sent(event, "step"):
        return view
    return *view[:-1], view[-1] + str(el("i", data_step=sent(event, "step"), hidden=True))


def _joined(pieces: Iterator[Markup]) -> str:
    return str(Markup("").join(pieces))
