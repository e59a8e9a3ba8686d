"""How much a request may carry: what is longer is refused before anything looks at it."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.interfaces.programs import for_programs, problem
from corpus import limits


class Bodies:
    """Hands on a request with its whole body, or answers 413.

    ``streamed`` are the paths that read theirs piece by piece and count for themselves.
    """

    def __init__(self, app: ASGIApp, streamed: frozenset[str] = frozenset()) -> None:
        self._app, self._streamed = app, streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request's way through."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"} or scope["path"] in self._streamed:
            await self._app(scope, receive, send)
            return
        body = await whole_body(receive, limits.BODY if for_programs(scope["path"]) else limits.EVENT)
        if body is None:
            await too_long(scope["path"])(scope, receive, send)
        else:
            await self._app(scope, replayed(body, receive), send)


async def whole_body(receive: Receive, most: int) -> bytes | None:
    """The body of a request, or nothing if it is longer than so many bytes; of one that breaks off what came."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body"):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """What receives a body that was read already, then whatever else comes."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def too_long(path: str) -> JSONResponse:
    """The answer to what is longer than its limit."""
    return problem(path, 413, "the request is too long; send less at once")
