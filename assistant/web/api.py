"""``/api``: the command line's JSON over HTTP, for signed-in people and for programs with a token."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, HTTPException, Request, Security
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from assistant.answer import Answer
from assistant.conversation import Progress, turns
from assistant.web.apidoc import api_page
from assistant.web.surroundings import Answers, Surroundings, person_of
from corpus import limits
from corpus.errors import DafuError

DESCRIPTION = "/api/docs"  # for staff, as everything below it is
_STREAM = "text/event-stream"
_TOKEN = HTTPBearer(auto_error=False, description="A token made with `dafu user token NAME`, or a signed-in session.")
_ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "As `dafu ask --json` prints it; as events, `progress`, then `answer` as it grows.",
        "content": {"application/json": {}, _STREAM: {}},
    },
    401: {"description": "No session, or a token that is unknown or revoked."},
    422: {"description": "The question cannot be used; `detail` names the cure."},
}
_FOUND: dict[int | str, dict[str, Any]] = {
    200: {"description": "The nearest passages as `dafu search --json` prints them."},
    401: _ANSWERED[401],
    404: {"description": "This server runs without search."},
    422: _ANSWERED[422],
}


class Asked(BaseModel):
    """Body of ``/api/ask``; the history is written as in a batch file of the command line."""

    question: str = Field(max_length=limits.QUESTION, description="The question.")
    history: list[str | dict[str, Any]] = Field(
        default_factory=list,
        max_length=50,
        description='Earlier questions, oldest first: texts, or {"question", "answer"}.',
    )


class Looked(BaseModel):
    """Body of ``/api/search``; ``k`` is the most hits to give."""

    question: str = Field(max_length=limits.QUESTION, description="The question.")
    k: int = Field(default=10, ge=1, le=100, description="How many passages at most.")


def api_router(around: Surroundings) -> APIRouter:
    """The two routes; what a person did wrong is status 422 with the line that names the cure."""
    router = APIRouter(dependencies=[Security(_TOKEN)])

    @router.post("/ask", response_model=None, responses=_ANSWERED)
    def ask(request: Request, body: Asked, accept: Annotated[str, Header()] = "") -> Response:
        """Answer a question, every sentence with its source."""
        assistant = around.answers(person_of(request))
        if _STREAM in accept:
            return StreamingResponse(_events(assistant, body), media_type=_STREAM)
        try:
            return JSONResponse(assistant.ask(body.question, turns(body.history)).to_dict())
        except DafuError as error:
            raise HTTPException(422, str(error)) from error

    @router.post("/search", responses=_FOUND)
    def search(request: Request, body: Looked) -> dict[str, Any]:
        """Find the passages nearest to a question."""
        if around.search is None:
            raise HTTPException(404, "this page was started without search")
        try:
            hits = around.search(person_of(request), body.question, body.k)
        except DafuError as error:
            raise HTTPException(422, str(error)) from error
        return {"question": body.question, "hits": [hit.to_dict() for hit in hits]}

    return router


def description_router(app: FastAPI) -> APIRouter:
    """What the API takes and gives, as a page and as OpenAPI."""
    router = APIRouter(include_in_schema=False)

    @router.get(DESCRIPTION)
    def page() -> HTMLResponse:
        return HTMLResponse(api_page(app.openapi(), f"{DESCRIPTION}/openapi.json"))

    @router.get(f"{DESCRIPTION}/openapi.json")
    def schema() -> dict[str, Any]:
        return app.openapi()

    return router


def _events(assistant: Answers, body: Asked) -> Iterator[str]:
    """Server-sent events: ``progress``, then ``answer`` as it grows, the last one whole; or ``error``."""
    try:
        for event in assistant.stream(body.question, turns(body.history)):
            yield _event("answer", event.to_dict()) if isinstance(event, Answer) else _event("progress", _told(event))
    except DafuError as error:
        yield _event("error", {"detail": str(error)})


def _told(progress: Progress) -> dict[str, Any]:
    return {
        "stage": progress.stage,
        "standalone_question": progress.standalone_question,
        "evidence": [citation.to_dict() for citation in progress.evidence],
    }


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
