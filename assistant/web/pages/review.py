"""审核: what the assistant could not answer, answered by staff with evidence, checked as they type, sent on approval.

The page is a frame; what stands in it is fetched by the page's script, so that it never waits for more than one short
request and typing is never disturbed by a part of the page that is drawn anew. Nothing is kept between requests, so
reload, back and two tabs are safe.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import gradio as gr
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import BaseModel, Field

from assistant.locale import message
from assistant.records import ConflictError, Person, Review
from assistant.web.html import el, labelled, say
from assistant.web.pages.review_desk import Decision, RefusedError, ReviewDesk, Saved, Written
from assistant.web.pages.review_view import VIEW, OpenQuestion, QueueFilter
from assistant.web.parts import SHOW, add_masthead, assets, part, quiet
from assistant.web.surroundings import Surroundings, person_of
from corpus.errors import DafuError

PATH = "/review"
_HEAD = assets("review.js", "review.css")
_START = SHOW + "window.dafuReview.start();"
_DID = {"submit": "rv.did.submit", "approve": "rv.sent", "send_back": "rv.did.back", "withdraw": "rv.did.withdraw"}


def build(around: Surroundings) -> gr.Blocks:
    """The page; everything on it is for staff."""
    with gr.Blocks(title=message("title.of", message("nav.review")), analytics_enabled=False, fill_width=True) as page:
        add_masthead(around, PATH)
        with gr.Row(elem_id="review"):
            part("rv-queue", el("nav", id="rv-list", **labelled("rv.queue")), head=_HEAD)
            part("rv-mid", el("main", VIEW.no_sheet("rv.pick"), id="rv-sheet"), head=_HEAD)
            part("rv-side", VIEW.tools(), script=_START, head=_HEAD)
        page.load(ReviewDesk(around).tidy, None, None, **quiet())
    built: gr.Blocks = page
    return built


class Charge(BaseModel):
    """Body of ``assign``; without a day it is the usual one."""

    key: str = Field(max_length=80)
    owner: str = Field(default="", max_length=80)
    due: date | None = None


def review_router(around: Surroundings) -> APIRouter:
    """The routes below the page's path, which the gate opens to staff alone."""
    router = APIRouter(prefix=f"{PATH}/desk", include_in_schema=False)
    desk, called = ReviewDesk(around), around.records.users.called

    @router.get("/list", response_class=HTMLResponse)
    def listed(request: Request, wanted: Annotated[QueueFilter, Query()]) -> str:
        return str(desk.listing(person_of(request), wanted))

    @router.get("/case")
    def case(request: Request, key: str) -> dict[str, Any]:
        return _shown(desk, person_of(request), key)

    @router.get("/here")
    def here(request: Request, key: str, review: str = "") -> dict[str, Any]:
        found = around.records.reviews.get(review) if review else None
        newer = {"revision": found.revision, "who": called(found.author)} if found else {}
        return {"here": str(VIEW.here(desk.others(person_of(request), key))), **newer}

    @router.get("/find", response_class=HTMLResponse)
    def find(request: Request, q: Annotated[str, Query(max_length=1_000)] = "") -> str:
        return _or_why(lambda: desk.find(person_of(request), q))

    @router.get("/preview", response_class=HTMLResponse)
    def preview(request: Request, review: Annotated[str, Query(max_length=80)] = "") -> str:
        return _or_why(lambda: desk.preview(person_of(request), review))

    @router.post("/save")
    def save(request: Request, body: Written) -> dict[str, Any]:
        return _told(desk, lambda: _saved(desk, desk.save(person_of(request), body)))

    @router.post("/act")
    def act(request: Request, body: Decision) -> dict[str, Any]:
        return _told(desk, lambda: _acted(desk, person_of(request), body))

    @router.post("/assign")
    def assign(request: Request, body: Charge) -> dict[str, Any]:
        return _told(desk, lambda: _assigned(desk, desk.assign(person_of(request), body.key, body.owner, body.due)))

    @router.post("/gone")
    def gone(request: Request) -> None:
        around.records.presence.gone(person_of(request))

    return router


def _told(desk: ReviewDesk, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the script is told of what it asked for, or why it could not be done."""
    try:
        return work()
    except ConflictError as conflict:
        return {"wrong": str(_conflict(desk, conflict))}
    except DafuError as error:
        return {"wrong": str(_wrong(error))}


def _or_why(work: Callable[[], Markup]) -> str:
    try:
        return str(work())
    except DafuError as error:
        return str(_wrong(error))


def _shown(desk: ReviewDesk, person: Person, key: str) -> dict[str, Any]:
    """One question with its answer and its log."""
    found = desk.case(person, key)
    if found is None:
        return {"case": str(VIEW.no_sheet("rv.gone")), "log": "", "citations": [], "courtesies": []}
    places, polite = (_places(found.review), list(found.review.courtesies)) if found.review else ([], [])
    sheet = str(VIEW.sheet(found, desk.now()))
    return {"case": sheet, "log": _log(desk, found), "citations": places, "courtesies": polite}


def _assigned(desk: ReviewDesk, case: OpenQuestion | None) -> dict[str, Any]:
    return {"assigned": str(VIEW.assigned(case, desk.now())), "log": _log(desk, case)} if case else {}


def _saved(desk: ReviewDesk, saved: Saved) -> dict[str, Any]:
    review, told = saved.review, {"check": str(VIEW.check(saved.checked))}
    if saved.conflict is not None:
        return {**told, "conflict": str(_conflict(desk, saved.conflict))}
    if review is None:
        return {**told, "wrong": str(say("rv.gone"))}
    when = str(say("rv.saved", f"{review.changed.astimezone():%H:%M}"))
    state = {"review": review.id, "revision": review.revision, "state": review.state}
    return {**told, **state, "citations": _places(review), "saved": when}


def _acted(desk: ReviewDesk, person: Person, body: Decision) -> dict[str, Any]:
    """Carry it out and show the question as it is afterwards."""
    done = desk.decide(person, desk.begun(person, body.key, body.review, body.revision), body)
    key = f"r-{done.id}" if done.state in {"approved", "withdrawn", "closed"} else body.key
    return {"key": key, "told": str(say(_DID.get(body.act, "rv.did"))), **_shown(desk, person, key)}


def _places(review: Review) -> list[list[Any]]:
    return [[one.document, one.version, one.start, one.end] for one in review.citations]


def _log(desk: ReviewDesk, case: OpenQuestion) -> str:
    return str(VIEW.log(case.log, case.names, desk.now()))


def _conflict(desk: ReviewDesk, conflict: ConflictError) -> Markup:
    return VIEW.conflict(desk.called(conflict.who) or conflict.who, f"{conflict.when.astimezone():%H:%M}")


def _wrong(error: DafuError) -> Markup:
    return say(error.key, tag="p") if isinstance(error, RefusedError) else el("p", str(error), lang="en")
