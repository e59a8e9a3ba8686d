"""``/api``: the command line's JSON over HTTP, for signed-in people and for programs with a token."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing
from typing import Annotated, Any

from anyio import CancelScope, to_thread
from fastapi import APIRouter, FastAPI, Header, HTTPException, Request, Security
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from assistant.answer import Answer
from assistant.conversation import Progress, Turn, turns
from assistant.web.chat.scope import MOST
from assistant.web.door import DOOR
from assistant.web.share import Share
from assistant.web.surroundings import Surroundings, person_of
from corpus import limits
from corpus.errors import DafuError, InputError

DESCRIPTION = "/api/docs"  # for staff, as everything below it is
_STREAM = "text/event-stream"
TOKEN = HTTPBearer(auto_error=False, description="A token made with `dafu user token NAME`, or a signed-in session.")
_ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "As `dafu ask --json` prints it; as events, `progress`, then `answer` as it grows.",
        "content": {"application/json": {}, _STREAM: {}},
    },
    401: {"description": "No session, or a token that is unknown or revoked."},
    413: {"description": "The body is longer than 256 kB."},
    422: {"description": "The question cannot be used; `detail` names the cure."},
    429: {"description": "As many questions of yours are under way as one person may have."},
}
_FOUND: dict[int | str, dict[str, Any]] = {
    200: {"description": "The nearest passages as `dafu search --json` prints them."},
    401: _ANSWERED[401],
    404: {"description": "This server runs without search."},
    422: _ANSWERED[422],
    429: _ANSWERED[429],
}


class Said(BaseModel):
    """An earlier answer as this API gave it; its text is what counts."""

    text: str = Field(default="", max_length=limits.EARLIER_ANSWER)


class Earlier(BaseModel):
    """An earlier question with its answer."""

    question: Annotated[str, Field(max_length=limits.QUESTION)] | None = None  # none is told as the assistant tells it
    answer: Annotated[str, Field(max_length=limits.EARLIER_ANSWER)] | Said | None = None


class Asked(BaseModel):
    """Body of ``/api/ask``; the history is written as in a batch file of the command line."""

    question: str = Field(max_length=limits.QUESTION, description="The question.")
    history: list[Annotated[str, Field(max_length=limits.QUESTION)] | Earlier] = Field(
        default_factory=list,
        max_length=limits.HISTORY,
        description='Earlier questions, oldest first: texts, or {"question", "answer"}.',
    )

    documents: list[Annotated[str, Field(max_length=1_000)]] = Field(
        default_factory=list,
        max_length=MOST,
        description="Ids of the documents that alone are asked; without any, all of them.",
    )

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the assistant takes it."""
        return turns(one if isinstance(one, str) else one.model_dump() for one in self.history)


class Looked(BaseModel):
    """Body of ``/api/search``; ``k`` is the most hits to give."""

    question: str = Field(max_length=limits.QUESTION, description="The question.")
    k: int = Field(default=10, ge=1, le=100, description="How many passages at most.")


def api_router(around: Surroundings) -> APIRouter:
    """The two routes; what a person did wrong is a DafuError, which the application tells with its line."""
    router = APIRouter(dependencies=[Security(TOKEN)])

    @router.post("/ask", response_model=None, responses=_ANSWERED)
    async def ask(request: Request, body: Asked, accept: Annotated[str, Header()] = "") -> Response:
        """Answer a question, every sentence with its source."""
        asked = around.asked(person_of(request), body.question, body.turns, door="api", within=body.documents)
        steps = followed(around.share, request, asked)
        if _STREAM in accept:
            return StreamingResponse(_events(steps), media_type=_STREAM)
        last: Answer | None = None
        async for step in steps:
            last = step if isinstance(step, Answer) else last
        return JSONResponse(last.to_dict()) if last else Response(status_code=204)  # nobody is there to read it

    @router.post("/search", responses=_FOUND)
    async def search(request: Request, body: Looked) -> dict[str, Any]:
        """Find the passages nearest to a question."""
        search, person = around.search, person_of(request)
        if search is None:
            raise HTTPException(404, "this page was started without search")
        with around.share.place(person):
            hits = await around.share.slowly(lambda: search(person, body.question, body.k))
        return {"question": body.question, "hits": [hit.to_dict() for hit in hits]}

    @router.get("/me", responses={401: _ANSWERED[401]})
    def mine(request: Request) -> dict[str, Any]:
        """Everything that is held of you, but for passwords and tokens."""
        return around.records.keeping.of(person_of(request).id)

    @router.delete("/me", responses={401: _ANSWERED[401]})
    def forget(request: Request) -> dict[str, Any]:
        """Delete what you asked and sent, your address, sign-ins, tokens; your account and what `stays` tells stay."""
        person = person_of(request)
        return around.records.keeping.forget(person.id, by=person.name)

    return router


def description_router(app: FastAPI) -> APIRouter:
    """What the API takes and gives, as a page and as OpenAPI."""
    router = APIRouter(include_in_schema=False)

    @router.get(DESCRIPTION)
    def page() -> HTMLResponse:
        return HTMLResponse(_api_page(app.openapi(), f"{DESCRIPTION}/openapi.json"))

    @router.get(f"{DESCRIPTION}/openapi.json")
    def schema() -> dict[str, Any]:
        return app.openapi()

    return router


def _api_page(schema: Mapping[str, Any], address: str) -> str:
    """Every operation with its body, its answers and a call of it; ``address`` is where the schema itself is."""
    operations = []
    for path, methods in schema["paths"].items():
        for method, about in methods.items():
            body = _api_body(about, schema)
            example = _api_example(method, path, body)
            operations.append({"method": method, "path": path, "about": about, "body": body, "example": example})
    return str(DOOR.api(operations, address))


def _api_body(operation: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    body: Mapping[str, Any] = schema.get("components", {}).get("schemas", {}).get(name, {})
    return body


def _api_example(method: str, path: str, body: Mapping[str, Any]) -> str:
    given = dict.fromkeys(body.get("required", []), "…")
    data = f" \\\n  -H 'Content-Type: application/json' -d '{json.dumps(given, ensure_ascii=False)}'" if given else ""
    return f"curl -X {method.upper()} https://HOST{path} -H 'Authorization: Bearer dafu_…'{data}"


async def followed(
    share: Share, request: Request, steps: Generator[Progress | Answer]
) -> AsyncGenerator[Progress | Answer]:
    """Each step as it comes, until nobody is there any more or time is up; no further one is worked out then.

    Raises:
        InputError: it took too long, or the question cannot be answered.
    """
    until = time.monotonic() + limits.ANSWER_SECONDS
    try:
        while (step := await share.slowly(lambda: next(steps, None))) is not None:
            if await request.is_disconnected():
                return
            if time.monotonic() > until:
                raise InputError(f"no answer within {limits.ANSWER_SECONDS:g} s; ask something shorter")
            yield step
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(steps.close)


async def _events(steps: AsyncGenerator[Progress | Answer]) -> AsyncGenerator[str]:
    """Server-sent events: ``progress``, then ``answer`` as it grows, the last one whole; or ``error``."""
    try:
        async with aclosing(steps):
            told: Progress | None = None
            async for event in steps:
                if isinstance(event, Answer):
                    yield _event("answer", event.to_dict())
                elif event != told:  # the same again says only that it waits
                    told = event
                    yield _event("progress", _told(event))
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
