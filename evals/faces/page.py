"""评测: cases from use, which staff take into the suite or leave out, beside the latest figures and their history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import gradio as gr

from assistant.locale import message
from assistant.records import Candidate, CandidateState, Person
from assistant.web.parts import SHOW, add_masthead, assets, part, quiet, sent
from assistant.web.surroundings import StaffPage, Surroundings, person_of
from corpus.errors import DafuError, InputError
from evals.faces.figures import PAGE_PARTS, figures
from evals.faces.job import EvalJob, State
from evals.proposals import (
    Proposal,
    collect,
    edited,
    faults,
    known_cases,
    proposal,
    write_accepted,
)
from evals.results import read_history

_HEAD = assets("evals.css")
_EVENTS = ("turn", "pick", "accept", "refuse", "reopen")
_RUNNING = ("run", "halt")
_FRESH = (
    "watch('value', () => element.querySelector('form')?.reset());"  # gradio reuses the fields, with what was typed
)
_SEND = """
element.addEventListener('click', event => {
  const button = event.target.closest('[data-ev]');
  if (!button || !events.includes(button.dataset.ev)) return;
  const form = button.closest('form');
  trigger(button.dataset.ev, {...button.dataset, ...(form ? Object.fromEntries(new FormData(form)) : {})});
});
"""
_DESK = f"const events = {json.dumps(_EVENTS)};{_SEND}"  # gradio looks for each name in here
_RUN = f"const events = {json.dumps(_RUNNING)};{_SEND}"
_LOOK_SECONDS = 2.0
_STATES: tuple[CandidateState, ...] = get_args(CandidateState)


@dataclass(frozen=True, slots=True)
class CandidatesView:
    """What is shown: the candidates in a state, and of them the one that is open.

    ``told`` and ``wrong`` are lines about what was done, or why it wasn't; ``typed`` what stood in the form then.
    """

    state: CandidateState = "candidate"
    open: str = ""
    told: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    typed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser shows of runs: how far one is, and the name, time and size of each file that figures come from."""

    state: State
    files: tuple[tuple[str, int, int], ...]


def build(around: Surroundings) -> gr.Blocks:
    """The page; everything on it is for staff."""
    on = EvalsHandlers(around)
    with gr.Blocks(title=message("title.of", message("nav.evals")), analytics_enabled=False, fill_width=True) as page:
        view = gr.State(CandidatesView())
        add_masthead(around, "/evals")
        with gr.Row(elem_id="evals"):
            desk = part("cases", script=SHOW + _FRESH + _DESK, head=_HEAD)
            with gr.Column(elem_id="measured", min_width=0):
                run = part("run", script=SHOW + _RUN, head=_HEAD)
                figures = part("figures", head=_HEAD)
        for name in _EVENTS:
            getattr(desk, name)(getattr(on, name), view, [view, desk], **quiet())
        page.load(on.start, None, [view, desk], **quiet())
        seen = gr.State(None)
        for name in _RUNNING:
            getattr(run, name)(getattr(on, name), seen, [seen, run, figures], **quiet())
        page.load(on.measured, None, [seen, run, figures], **quiet())
        if on.job is not None:
            gr.Timer(_LOOK_SECONDS).tick(on.measured, seen, [seen, run, figures], **quiet())
    built: gr.Blocks = page
    return built


class EvalsHandlers:
    """What happens on each event: a View goes in, the next one and what it looks like come out."""

    def __init__(self, around: Surroundings) -> None:
        self._around, self._records = around, around.records
        chosen = around.office.settings if around.office else None
        # with the models of this process, wherever its settings come from
        environ = {"DAFU_MODELS": str(chosen.models), "DAFU_ENCODER": chosen.encoder} if chosen else {}
        self.job = EvalJob(chosen.home, environ) if chosen else None

    def start(self) -> tuple[CandidatesView, str]:
        """The candidates, with those that are new since the last visit."""
        collect(self._records)
        return self._shown(CandidatesView())

    def measured(self, seen: Seen | None = None) -> tuple[Seen | None, Any, Any]:
        """The run that goes on, or the buttons for one; the latest figures of this home and what came before them.

        Each is made anew only where it differs from what was ``seen``.
        """
        home = self._home()
        if home is None or self.job is None:
            return None, "", ""
        now = Seen(self.job.state(), tuple(_stamp(path) for path in sorted((home / "evals").glob("*.jsonl"))))
        if now == seen:
            return seen, gr.skip(), gr.skip()
        history = read_history(home / "evals")
        shown = str(PAGE_PARTS.running(now.state, self.job.sizes(), not history))
        if seen is not None and seen.files == now.files:
            return now, shown, gr.skip()
        return now, shown, str(figures(history, home / "evals"))

    def run(self, seen: Seen | None, event: gr.EventData) -> tuple[Seen | None, Any, Any]:
        """Begin a run."""
        if self.job is not None:
            self.job.start(own=bool(sent(event, "own")))
        return self.measured(seen)

    def halt(self, seen: Seen | None) -> tuple[Seen | None, Any, Any]:
        """End the run."""
        if self.job is not None:
            self.job.stop()
        return self.measured(seen)

    def turn(self, view: CandidatesView, event: gr.EventData) -> tuple[CandidatesView, str]:
        """Those in another state."""
        state = sent(event, "state")
        return self._shown(CandidatesView(state if state in _STATES else view.state))

    def pick(self, view: CandidatesView, event: gr.EventData) -> tuple[CandidatesView, str]:
        """Open one."""
        return self._shown(CandidatesView(view.state, sent(event, "id")))

    def accept(self, view: CandidatesView, request: gr.Request, event: gr.EventData) -> tuple[CandidatesView, str]:
        """Take the case into the suite as it was edited, unless a suite can't take it."""
        person, candidate = person_of(request), self._candidate(view)
        if candidate is None:
            return self._shown(CandidatesView(view.state, wrong=("cs.gone",)))
        kept, typed = proposal(candidate), _form(event)
        try:
            case = edited(kept.case, **typed)
        except InputError as error:
            return self._shown(replace(view, told=(), wrong=(str(error),), typed=typed))
        others = [one for one in known_cases(self._records) if one.id != case.id]
        wrong = faults(case, lambda name: self._text(person, name), others)
        if wrong:
            return self._shown(replace(view, told=(), wrong=wrong, typed=typed))
        return self._decide(person, view, candidate, "accepted", replace(kept, case=case))

    def refuse(self, view: CandidatesView, request: gr.Request) -> tuple[CandidatesView, str]:
        """Leave the case out."""
        candidate = self._candidate(view)
        if candidate is None:
            return self._shown(CandidatesView(view.state, wrong=("cs.gone",)))
        return self._decide(person_of(request), view, candidate, "rejected", None)

    def reopen(self, view: CandidatesView, request: gr.Request) -> tuple[CandidatesView, str]:
        """Put a decided case back among those to decide."""
        candidate = self._candidate(view)
        if candidate is None:
            return self._shown(CandidatesView(view.state, wrong=("cs.gone",)))
        return self._decide(person_of(request), view, candidate, "candidate", None)

    def _decide(
        self,
        person: Person,
        view: CandidatesView,
        candidate: Candidate,
        state: CandidateState,
        changed: Proposal | None,
    ) -> tuple[CandidatesView, str]:
        try:
            self._records.candidates.decide(person, candidate.id, state, changed.to_dict() if changed else None)
            home = self._home()
            if home is not None:
                write_accepted(self._records, home / "evals" / "accepted.jsonl")
        except DafuError as error:
            return self._shown(replace(view, told=(), wrong=(str(error),)))
        return self._shown(CandidatesView(view.state, told=(f"cs.did.{state}",)))

    def _shown(self, view: CandidatesView) -> tuple[CandidatesView, str]:
        every = self._records.candidates.all()
        counts = {state: sum(one.state == state for one in every) for state in _STATES}
        shown = [one for one in every if one.state == view.state]
        return view, str(PAGE_PARTS.desk(view, shown, counts, self._candidate(view)))

    def _candidate(self, view: CandidatesView) -> Candidate | None:
        return next((one for one in self._records.candidates.all() if one.id == view.open), None)

    def _text(self, person: Person, name: str) -> str | None:
        document = self._around.answers(person).document(name)
        return document.text if document else None

    def _home(self) -> Path | None:
        return self._around.office.settings.home if self._around.office else None


def _stamp(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return path.name, found.st_mtime_ns, found.st_size


def _form(event: gr.EventData) -> dict[str, Any]:
    texts = {name: sent(event, name) for name in ("kind", "question", "nuggets", "gold", "must_not", "note")}
    return {**texts, "answerable": sent(event, "answerable") == "on"}


PAGE = StaffPage("/evals", "nav.evals", "staff", build)
