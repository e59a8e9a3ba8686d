"""起草: a suggestion is taken in, split and drafted; the letter is edited in place while every change is checked."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr
from markupsafe import Markup, escape

from assistant.draft.letter import Letter
from assistant.draft.suggestion import DraftError, similar
from assistant.locale import is_message, message
from assistant.web.html import el, say
from assistant.web.pages import shelf
from assistant.web.pages.drafting import splitting, whole, writing
from assistant.web.pages.drafting.desk import Clerk, Desk
from assistant.web.pages.drafting.jobs import Job, Jobs
from assistant.web.pages.drafting.view import VIEW, marks
from assistant.web.pages.drafting.whole import opened
from assistant.web.parts import SHOW, add_masthead, assets, data, part, quiet
from assistant.web.surroundings import Surroundings, person_of
from corpus.errors import DafuError
from corpus.formats.refusals import FileError
from index.storage.catalog import Failure

_LOG = logging.getLogger(__name__)
_HEAD = assets("draft.js", "draft.css")
_FRESH = SHOW + "window.dafuDraft.fresh(element); watch('value', () => window.dafuDraft.fresh(element));"
_PULSE = "window.dafuDraft.pulse(element); watch('value', () => window.dafuDraft.pulse(element));"
_FILE = "watch('value', () => window.dafuDraft.keep(element));"
# Gradio looks for the events' names in here.
_WIRE = "window.dafuDraft.wire(element, trigger, ['act', 'draft', 'follow', 'stop']);"
_TOGETHER = 16  # events worked on at once: most take milliseconds, those that follow a job only wait

ACTS = {**splitting.ACTS, **writing.ACTS, **whole.ACTS}
_KEPT_IN_PLACE = writing.LOOKING.keys() | {"edit", "beat", "assigned", "months", "export"}

Shown = tuple[Any, ...]


def build(around: Surroundings) -> gr.Blocks:
    """The page; everything on it is for staff."""
    on = DraftHandlers(around)
    with gr.Blocks(title=message("title.of", message("nav.draft")), analytics_enabled=False, fill_width=True) as page:
        desk = gr.State(Desk())
        add_masthead(around, "/draft")
        with gr.Row(elem_id="drafting"):
            whole = _part("dr-whole")
            with gr.Column(elem_id="dr-left", min_width=0):
                left = _part("dr-requests")
            with gr.Column(elem_id="dr-mid", min_width=0):
                head, letter = _part("dr-bar"), _part("dr-sheet")
            with gr.Column(elem_id="dr-right", min_width=0):
                tabs, source = _part("dr-side"), _part("dr-source", VIEW.source())
        pulse, file = part("dr-pulse", script=_PULSE, head=_HEAD), part("dr-out", script=_FILE, head=_HEAD)
        wire: Any = part("dr-wire", script=_WIRE, head=_HEAD)
        shown = [desk, whole, left, head, letter, tabs, pulse, file]
        wire.act(on.act, desk, shown, trigger_mode="multiple", **quiet())
        wire.draft(on.draft, desk, shown, trigger_mode="multiple", **quiet())
        wire.follow(on.follow, desk, shown, trigger_mode="multiple", **quiet())
        wire.stop(on.stop, desk, None, trigger_mode="multiple", **quiet())
        del source
    page.queue(default_concurrency_limit=_TOGETHER, api_open=False)
    built: gr.Blocks = page
    return built


def _part(name: str, value: Markup | str = "") -> gr.HTML:
    return part(name, value, script=_FRESH, head=_HEAD)


class DraftHandlers:
    """What happens on each event: a Desk goes in, the next one and what it looks like come out."""

    def __init__(self, around: Surroundings) -> None:
        self._around, self._jobs = around, Jobs()

    def act(self, desk: Desk, request: gr.Request, event: gr.EventData) -> Shown:
        """Everything that takes no longer than a moment; what goes wrong is a line on the page."""
        clerk = self._clerk(request, event)
        name, before = clerk.words("ev"), replace(desk, wrong=None, told=None, file="")
        try:
            after = ACTS[name](before, clerk)
        except (DafuError, KeyError, TypeError, ValueError) as wrong:  # anybody can send anything
            after = replace(before, wrong=_told(wrong))
        except Exception:  # noqa: BLE001 (the page tells that it failed, the log why)
            _LOG.exception("drafting: %s failed", name)
            after = replace(before, wrong=say("dr.e.broken"))
        return self._view(clerk, after, keep=name in _KEPT_IN_PLACE and _same_page(desk, after))

    def draft(self, desk: Desk, request: gr.Request, event: gr.EventData) -> Iterator[Shown]:
        """The letter, or one section anew (``again``: its request); it goes on if the page is closed."""
        clerk = self._clerk(request, event)
        if not desk.editable:
            yield self._view(clerk, desk)
            return
        try:
            job = self._jobs.start(desk.id, lambda: _job(clerk, desk))
        except (DafuError, ValueError) as wrong:
            yield self._view(clerk, replace(desk, wrong=_told(wrong)))
            return
        yield from self._following(clerk, desk, job)

    def follow(self, desk: Desk, request: gr.Request, event: gr.EventData) -> Iterator[Shown]:
        """A job that was begun before this page was opened."""
        clerk = self._clerk(request, event)
        job = self._jobs.of(desk.id)
        if job is None:
            yield self._view(clerk, _reopened(clerk, desk))
        else:
            yield from self._following(clerk, desk, job)

    def stop(self, desk: Desk) -> None:
        """Leave the drafting; the requests, and the letter that there was, are kept."""
        job = self._jobs.of(desk.id)
        if job is not None:
            job.stop()

    def _following(self, clerk: Clerk, desk: Desk, job: Job) -> Iterator[Shown]:
        for step in job.steps():
            yield (gr.skip(), str(VIEW.working_page(job.titles, step)), *_nothing(), gr.skip(), gr.skip())
        after = _reopened(clerk, desk)
        if job.fault is not None:
            after = replace(after, wrong=_told(job.fault))
        elif job.stopped:
            after = replace(after, told=say("dr.stopped"))
        yield self._view(clerk, after)

    # What it looks like

    def _view(self, clerk: Clerk, desk: Desk, *, keep: bool = False) -> Shown:
        """Everything; the letter itself only where it is another one, so that the caret stays."""
        job = self._jobs.of(desk.id) if desk.id else None
        told = {"data_seq": clerk.words("seq"), "data_open": desk.id, "data_revision": desk.revision}
        file = str(el("div", data_file=desk.file, data_at=clerk.words("seq"), hidden=True)) if desk.file else ""
        letter = desk.letter
        if job is not None or letter is None or desk.splitting:
            pulse = el("div", hidden=True, data_follow="yes" if job else None, **told)
            return desk, self._before(clerk, desk, job), *_nothing(), str(pulse), file
        pulse = el("div", hidden=True, data_marks=marks(desk, letter), **told)
        return (
            desk,
            "",
            str(VIEW.left_column(desk, letter)),
            str(VIEW.bar(desk, letter)),
            gr.skip() if keep else str(VIEW.sheet(desk, letter)),
            str(VIEW.side(desk, letter, self._tab(clerk, desk, letter))),
            str(pulse),
            file,
        )

    def _before(self, clerk: Clerk, desk: Desk, job: Job | None) -> str:
        """What there is before the letter: the list, the requests, or the work."""
        if job is not None:
            return str(VIEW.working_page(job.titles, job.step))
        if desk.suggestion is not None:
            return str(VIEW.split_page(desk, desk.suggestion))
        return str(VIEW.start_page(clerk, clerk.drafts.all(), desk.wrong))

    def _tab(self, clerk: Clerk, desk: Desk, letter: Letter) -> Markup:
        if desk.tab == "todo":
            return VIEW.todo_tab(letter)
        if desk.tab == "find":
            return VIEW.find_tab(desk)
        if desk.tab == "alike":
            return VIEW.alike_tab(desk, similar(desk.asked(), _earlier(clerk, desk)))
        if desk.tab == "ver":
            return VIEW.versions_tab(clerk, desk)
        return VIEW.evidence_tab(desk, letter)

    def _clerk(self, request: gr.Request, event: gr.EventData) -> Clerk:
        found = data(event, "sent", {})
        return Clerk(person_of(request), self._around, dict(found) if isinstance(found, dict) else {})


def _earlier(clerk: Clerk, desk: Desk) -> Iterator[tuple[str, Any]]:
    for one in clerk.drafts.all():
        suggestion = desk.filled(one.body).suggestion
        if one.id != desk.id and suggestion is not None:
            yield one.id, suggestion


def _job(clerk: Clerk, desk: Desk) -> Job:
    """The work on the whole letter, or on the section that ``again`` names."""
    drafter = clerk.drafter()

    def keep(letter: Letter) -> None:
        _keep(clerk, desk, letter)

    if clerk.sent.get("again"):
        request, letter = clerk.number("again"), desk.written()
        titles = [one.title for one in letter.suggestion.requests if one.id == request]
        return Job(titles, drafter.again(letter, request), keep)
    suggestion = desk.asked()
    return Job([one.title for one in suggestion.requests], drafter.stream(suggestion, desk.aside), keep)


def _keep(clerk: Clerk, desk: Desk, letter: Letter) -> None:
    """The letter in its draft; if somebody took that over meanwhile, in a draft of its own."""
    made = replace(desk, letter=letter, aside=letter.aside, signed=None)
    if clerk.save(made).conflict:
        clerk.drafts.new(clerk.person, made.title, made.body)


def _reopened(clerk: Clerk, desk: Desk) -> Desk:
    """The draft as it is kept by now."""
    try:
        return opened(clerk.drafts.hold(clerk.person, desk.id), clerk)
    except DafuError:
        return replace(Desk(), wrong=say("dr.e.gone"))


def _told(wrong: Exception) -> Markup:
    """What went wrong, in the reader's language where it has a code."""
    if isinstance(wrong, DraftError) and is_message(f"dr.e.{wrong.code}"):
        return say(f"dr.e.{wrong.code}")
    if isinstance(wrong, FileError):
        return shelf.failure_text(Failure("", str(wrong), wrong.code, wrong.facts))
    return escape(str(wrong)) if isinstance(wrong, DafuError) else say("dr.e.broken")


def _same_page(before: Desk, after: Desk) -> bool:
    """Whether the letter on the page can stay as it is: the words that were typed are in it already."""
    shown = (before.id, before.editable, before.splitting, before.letter is None)
    return shown == (after.id, after.editable, after.splitting, after.letter is None)


def _nothing() -> tuple[str, str, str, str]:
    """The parts of the letter's page while there is none."""
    return "", "", "", ""
