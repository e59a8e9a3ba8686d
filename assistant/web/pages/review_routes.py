"""What the review desk's script fetches. Nothing is kept between requests, so reload, back and two tabs are safe."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import BaseModel, Field

from assistant.records import ConflictError, Person
from assistant.web.html import el, say
from assistant.web.pages.review_desk import Decision, RefusedError, ReviewDesk, Saved, Written
from assistant.web.pages.review_view import VIEW, Filter, OpenQuestion, Order, QueueFilter
from assistant.web.surroundings import Surroundings, person_of
from corpus.errors import DafuError

PREFIX = "/review/desk"
_DID = {"submit": "rv.did.submit", "approve": "rv.sent", "send_back": "rv.did.back", "withdraw": "rv.did.withdraw"}


class Charge(BaseModel):
    """Body of ``assign``; without a day it is the usual one."""

    key: str = Field(max_length=80)
    owner: str = Field(default="", max_length=80)
    due: date | None = None


def review_router(around: Surroundings) -> APIRouter:
    """The routes below the page's path, which the gate opens to staff alone."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    desk = ReviewDesk(around)
    _more_routes(router, desk)

    @router.get("/list", response_class=HTMLResponse)
    def listed(
        request: Request,
        which: Filter = "all",
        order: Order = "most",
        text: Annotated[str, Query(max_length=200)] = "",
        opened: Annotated[str, Query(alias="open", max_length=80)] = "",
    ) -> str:
        return str(desk.listing(person_of(request), QueueFilter(which, order, text, opened)))

    @router.get("/case")
    def case(request: Request, key: str) -> dict[str, Any]:
        return _shown(desk, person_of(request), key)

    @router.get("/here")
    def here(request: Request, key: str, review: str = "") -> dict[str, Any]:
        person = person_of(request)
        found = around.records.reviews.get(review) if review else None
        newer = {"revision": found.revision, "who": _called(around, found.author)} if found else {}
        return {"here": str(VIEW.here(desk.others(person, key))), **newer}

    @router.get("/find", response_class=HTMLResponse)
    def find(request: Request, q: Annotated[str, Query(max_length=1_000)] = "") -> str:
        try:
            return str(desk.find(person_of(request), q))
        except DafuError as error:
            return str(_wrong(error))

    @router.post("/save")
    def save(request: Request, body: Written) -> dict[str, Any]:
        try:
            return _saved(around, desk.save(person_of(request), body))
        except DafuError as error:
            return {"wrong": str(_wrong(error))}

    @router.post("/act")
    def act(request: Request, body: Decision) -> dict[str, Any]:
        return _acted(around, desk, person_of(request), body)

    @router.post("/gone")
    def gone(request: Request) -> None:
        around.records.presence.gone(person_of(request))

    return router


def _more_routes(router: APIRouter, desk: ReviewDesk) -> None:
    """Who answers it until when, and the answer as its asker will see it."""

    @router.post("/assign")
    def assign(request: Request, body: Charge) -> dict[str, Any]:
        try:
            found = desk.assign(person_of(request), body.key, body.owner, body.due)
        except DafuError as error:
            return {"wrong": str(_wrong(error))}
        return {"assigned": str(VIEW.assigned(found, desk.now())), "log": str(_log(found, desk.now()))} if found else {}

    @router.get("/preview", response_class=HTMLResponse)
    def preview(request: Request, review: Annotated[str, Query(max_length=80)] = "") -> str:
        try:
            return str(desk.preview(person_of(request), review))
        except DafuError as error:
            return str(_wrong(error))


def _shown(desk: ReviewDesk, person: Person, key: str) -> dict[str, Any]:
    found = desk.case(person, key)
    if found is None:
        return {"case": str(VIEW.no_sheet("rv.gone")), "log": "", "citations": [], "courtesies": []}
    now = desk.now()
    cited = found.review.citations if found.review else ()
    polite = list(found.review.courtesies) if found.review else []
    places = [[one.document, one.version, one.start, one.end] for one in cited]
    return {
        "case": str(VIEW.sheet(found, now)),
        "log": str(_log(found, now)),
        "citations": places,
        "courtesies": polite,
    }


def _saved(around: Surroundings, saved: Saved) -> dict[str, Any]:
    review = saved.review
    told: dict[str, Any] = {"check": str(VIEW.check(saved.checked))}
    if saved.conflict is not None:
        return {**told, "conflict": str(_conflict(around, saved.conflict))}
    if review is None:
        return {**told, "wrong": str(say("rv.gone"))}
    places = [[one.document, one.version, one.start, one.end] for one in review.citations]
    when = f"{review.changed.astimezone():%H:%M}"
    return {
        **told,
        "review": review.id,
        "revision": review.revision,
        "state": review.state,
        "citations": places,
        "saved": str(say("rv.saved", when)),
    }


def _acted(around: Surroundings, desk: ReviewDesk, person: Person, body: Decision) -> dict[str, Any]:
    """Carry it out and show the question as it is afterwards."""
    try:
        review = desk.begun(person, body.key, body.review, body.revision)
        done = desk.decide(person, review, body)
    except ConflictError as conflict:
        return {"wrong": str(_conflict(around, conflict))}
    except DafuError as error:
        return {"wrong": str(_wrong(error))}
    settled = done.state in {"approved", "withdrawn", "closed"}
    key = f"r-{done.id}" if settled else body.key
    return {"key": key, "told": str(say(_DID.get(body.act, "rv.did"))), **_shown(desk, person, key)}


def _conflict(around: Surroundings, conflict: ConflictError) -> Markup:
    when = f"{conflict.when.astimezone():%H:%M}"
    return VIEW.conflict(_called(around, conflict.who) or conflict.who, when)


def _log(case: OpenQuestion, now: datetime) -> Markup:
    return VIEW.log(case.log, case.names, now)


def _wrong(error: DafuError) -> Markup:
    return say(error.key, tag="p") if isinstance(error, RefusedError) else el("p", str(error), lang="en")


def _called(around: Surroundings, name: str) -> str:
    return around.records.users.called(name)
