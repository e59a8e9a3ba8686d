"""``POST /api/ask`` and ``POST /api/search``: the command line's JSON over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from assistant.answer import Answer
from assistant.conversation import Progress, turns
from assistant.web.frame import MAX_QUESTION
from assistant.web.surroundings import Answers, Surroundings
from corpus.errors import DafuError

_STREAM = "text/event-stream"


class Asked(BaseModel):
    """Body of ``/api/ask``; the history is written as in a batch file of the command line."""

    question: str = Field(max_length=MAX_QUESTION)
    history: list[str | dict[str, Any]] = Field(default_factory=list, max_length=50)


class Looked(BaseModel):
    """Body of ``/api/search``; ``k`` is the most hits to give."""

    question: str = Field(max_length=MAX_QUESTION)
    k: int = Field(default=10, ge=1, le=100)


def api_router(assistant: Answers, around: Surroundings) -> APIRouter:
    """The two routes; what a person did wrong is status 422 with the line that names the cure."""
    router = APIRouter()

    @router.post("/ask", response_model=None)
    def ask(body: Asked, accept: Annotated[str, Header()] = "") -> Response:
        if _STREAM in accept:
            return StreamingResponse(_events(assistant, body), media_type=_STREAM)
        try:
            return JSONResponse(assistant.ask(body.question, turns(body.history)).to_dict())
        except DafuError as error:
            raise HTTPException(422, str(error)) from error

    @router.post("/search")
    def search(body: Looked) -> dict[str, Any]:
        if around.search is None:
            raise HTTPException(404, "this page was started without search")
        try:
            hits = around.search(body.question, body.k)
        except DafuError as error:
            raise HTTPException(422, str(error)) from error
        return {"question": body.question, "hits": [hit.to_dict() for hit in hits]}

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
