"""What of Gradio is reached, and in whose name: the routes that the pages use, each person with sessions of their own.

Gradio's application brings a hundred further routes: some fetch addresses of other hosts or serve files of the machine,
others give whoever knows a session's name its answers. None but those listed here exists.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import gradio as gr
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.records import Person
from assistant.web.bodies import replayed, too_long, whole_body
from assistant.web.surroundings import PERSON
from corpus import limits

NONCE = "dafu.nonce"  # where a request's scope keeps what its page's own scripts are known by

_SEEN = re.compile(
    r"/?|/config|/theme\.css|/favicon\.ico|/(?:assets|static)/(?:[\w-]+/)*[\w.-]+|/gradio_api/(?:app_id|theme\.css)"
)
_DATA, _HEARTBEAT = "/gradio_api/queue/data", re.compile(r"/gradio_api/heartbeat/([\w-]{1,64})")
_JOIN = "/gradio_api/queue/join"
_SENT = {_JOIN, "/gradio_api/cancel", "/gradio_api/reset"}
_SESSION = re.compile(r"[\w-]{1,64}")
_KEPT = ("data", "event_data", "event_id", "fn_index", "trigger_id")  # of an event; the rest serves other clients
_SHORTENING = frozenset({b"accept-encoding", b"range", b"if-range"})  # ask for less than the words of an answer
_LATER = (b"x-forwarded-", b"forwarded")  # headers by which Gradio would let a visitor name this server


class Framework:
    """Gradio's application of one page, behind a list of its routes.

    What names a session is bound to the person who sends it: somebody else with the same name has another session, and
    so has the next person who signs in at a page that was left open. ``head`` goes into the page's own head, so that
    it is there before Gradio has drawn anything: a quick hand finds a page that listens.
    """

    def __init__(self, app: ASGIApp, blocks: gr.Blocks, head: str = "") -> None:
        self._app, self._blocks, self._head = app, blocks, head.encode()
        self._key = secrets.token_bytes(32)
        # What Gradio takes for this server's name in place of the one that a visitor sent; no document can hold it.
        self._name = f"{secrets.token_hex(16)}.invalid".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request that passed the gate."""
        path, method = scope["path"].removeprefix(scope.get("root_path", "")), scope["method"]
        seen = method in {"GET", "HEAD"}
        scope = {**scope, "headers": [one for one in scope["headers"] if not one[0].startswith(_LATER)]}
        if seen and path in {"", "/"}:
            await self._page(scope, receive, send)
        elif seen and _SEEN.fullmatch(path):
            layered = path.endswith(".css") and method == "GET"
            await self._app(self._unnamed(scope), receive, _Changed(send, _in_a_layer) if layered else send)
        elif seen and path == _DATA:
            await self._listened(scope, receive, send)
        elif seen and (found := _HEARTBEAT.fullmatch(path)):
            bound = self._bound(scope[PERSON], found[1])
            whole = scope["path"].removesuffix(found[1]) + bound
            await self._app({**scope, "path": whole, "raw_path": whole.encode()}, receive, send)
        elif method == "POST" and path in _SENT:
            await self._event(path, scope, receive, send)
        else:
            await _refused(404, "there is nothing here")(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page itself, its scripts marked as ours; where it is, the browser knows."""
        root = re.compile(rb'"https?://' + re.escape(self._name))

        def marked(page: bytes) -> bytes:
            page = page.replace(b"</head>", self._head + b"</head>", 1)
            page = page.replace(b"<script", f'<script nonce="{scope.get(NONCE, "")}"'.encode())
            return root.sub(b'location.origin+"', page)

        await self._app(self._unnamed(scope), receive, _Changed(send, marked))

    async def _listened(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What a session is told."""
        named = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        query = urlencode({"session_hash": self._bound(scope[PERSON], named)})
        await self._app({**scope, "query_string": query.encode()}, receive, send)

    async def _event(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """What a page's script sends."""
        body = await whole_body(receive, limits.EVENT)
        if body is None:
            await too_long(path)(scope, receive, send)
            return
        event = _read(body)
        if event is None:
            await _refused(422, "this is no event of a page")(scope, receive, send)
        elif path == _JOIN and event.get("fn_index") not in self._blocks.fns:
            await _refused(404, "the page has no such event; load it again")(scope, receive, send)
        else:
            sent = {name: event[name] for name in _KEPT if name in event}
            sent["event_data"] = event.get("event_data") or {}
            sent["session_hash"] = self._bound(scope[PERSON], event["session_hash"])
            body = json.dumps(sent).encode()
            headers = MutableHeaders(raw=list(scope["headers"]))
            headers["content-length"], headers["content-type"] = str(len(body)), "application/json"
            await self._app({**scope, "headers": headers.raw}, replayed(body, receive), send)

    def _unnamed(self, scope: Scope) -> Scope:
        """The request without the name of the server that its sender chose, for an answer that can be changed."""
        kept = ((name, value) for name, value in scope["headers"] if name not in _SHORTENING)
        headers = [(name, self._name if name == b"host" else value) for name, value in kept]
        return {**scope, "headers": headers}

    def _bound(self, person: Person, session: str) -> str:
        """The name under which a person's session is kept; nobody else's leads to it."""
        return hmac.new(self._key, f"{person.id}\0{session}".encode(), hashlib.sha256).hexdigest()[:32]


class _Changed:
    """Sends a body as a function changes it."""

    def __init__(self, send: Send, change: Callable[[bytes], bytes]) -> None:
        self._send, self._change = send, change
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        body = self._change(bytes(self._body)) if self._body else b""
        headers = MutableHeaders(raw=list(self._start["headers"]))
        if "content-length" in headers and self._body:
            headers["content-length"] = str(len(body))
        await self._send({**self._start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _in_a_layer(sheet: bytes) -> bytes:
    """A style sheet of Gradio's below all of ours, however specific its selectors: no rule of ours has to outdo it."""
    return b"@layer gradio{" + sheet + b"}"


def _read(body: bytes) -> dict[str, Any] | None:
    """An event as sent, or nothing if it is no object that can be kept: NaN, half characters, too deep."""
    try:
        event = json.loads(body, parse_constant=_no_number)
        json.dumps(event, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    whole = isinstance(event, dict) and isinstance(event.get("fn_index", 0), int)
    whole = whole and isinstance(event.get("event_data") or {}, dict)
    named = whole and isinstance(event.get("session_hash"), str) and _SESSION.fullmatch(event["session_hash"])
    return event if named else None


def _no_number(name: str) -> float:
    raise ValueError(name)


def _refused(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status)
