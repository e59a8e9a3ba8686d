"""The pages and their few routes on one FastAPI application that talks to no other host."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import gradio as gr
from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.records import Role, document_version
from assistant.registered import REINSTALL, registered
from assistant.web.bodies import Bodies
from assistant.web.chat.asking import asking_router
from assistant.web.chat.exporting import export_router
from assistant.web.chat.page import build_page, head, theme
from assistant.web.chat.source import find_words, notices, outline, source_view
from assistant.web.door import DOOR, spoken
from assistant.web.framework import NONCE, Framework
from assistant.web.html import el, say
from assistant.web.interfaces.api import DESCRIPTION, api_router, description_router
from assistant.web.interfaces.completions import completions_router
from assistant.web.interfaces.health import health_router
from assistant.web.interfaces.programs import METRICS, TOOLS, problem
from assistant.web.interfaces.tooling import tools_over_http
from assistant.web.login import Gate, login_router, unavailable
from assistant.web.pages import documents, draft, review
from assistant.web.parts import STATIC
from assistant.web.share import TooManyError
from assistant.web.surroundings import StaffPage, Surroundings, person_of
from assistant.web.uploads import PATH as UPLOAD
from corpus import limits
from corpus.document import Document
from corpus.errors import DafuError, StateError

# Gradio compiles its templates in the browser, hence unsafe-eval; it styles elements in place, hence unsafe-inline for
# styles. Scripts of a page carry the request's nonce. No host but this one is ever contacted.
_POLICY = (
    "default-src 'self'; script-src {}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_BUILT = re.compile(r"/(?:assets|static)/[^/]|/favicon\.ico$")  # Gradio's own files, the same for everyone
_KNOWN = 1_000  # browsers of a page whose state is kept in memory, the latest first; the records keep what was asked
_FORMS = ("/login", "/password")  # pages that need no script; they count for themselves what their forms carry
_LOG = logging.getLogger(__name__)


_Words = Annotated[str, Query(max_length=limits.QUESTION)]
_Spans = Annotated[list[str] | None, Query(max_length=200)]


PAGES: tuple[StaffPage, ...] = (
    StaffPage("/draft", "nav.draft", "staff", draft.build),
    StaffPage("/review", "nav.review", "staff", review.build, routes=review.review_router),
    StaffPage("/documents", "nav.files", "staff", documents.build),
)
_ROLES: Mapping[str, Role] = {DESCRIPTION: "staff", METRICS: "admin"}  # the least that open what is in no masthead


def build_app(around: Surroundings, pages: tuple[StaffPage, ...] | None = None, *, tls: bool = False) -> FastAPI:
    """The application: the chat at ``/``, the pages of staff, ``/api``, and what the pages' scripts fetch.

    ``pages`` are by default those of here and those that other packages registered; ``tls``: only encrypted requests
    are served.
    """
    pages = (*PAGES, *_added()) if pages is None else pages
    around = replace(around, pages=pages)  # the masthead names the chat itself
    app = FastAPI(title="Dafu", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(DafuError, _failed)
    app.add_middleware(Bodies, streamed=frozenset({UPLOAD, *_FORMS}))
    roles = {**_ROLES, **{page.path: page.role for page in pages}}
    app.add_middleware(Gate, records=around.records, roles=roles, tls=tls)
    app.add_middleware(_Headers, tls=tls)
    app.mount(STATIC, StaticFiles(directory=Path(__file__).parent / "static"))
    app.include_router(login_router(around.records))
    app.include_router(_page_router(app, around))
    _add_tools(app, around)
    for page in pages:
        if page.routes is not None:
            app.include_router(page.routes(around))
    for page in (*pages, StaffPage("/", "nav.ask", "representative", build_page)):  # the chat last: it takes the rest
        _mount(app, page, around)
    return app


def _added() -> tuple[StaffPage, ...]:
    """The pages of other packages; our own evals add one, so that none at all is a fault of the installation."""
    found = registered("dafu.pages")
    if not found:
        _LOG.warning("the page of evals is missing: %s", REINSTALL)
    return found


def _add_tools(app: FastAPI, around: Surroundings) -> None:
    """``/mcp``, served while the application runs; with it goes what was sent and not taken in."""
    tools = tools_over_http(around)
    app.router.routes.append(Route(TOOLS, tools, methods=["POST"], include_in_schema=False))
    started = app.router.lifespan_context

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[object]:
        async with started(app) as state, tools.running():
            try:
                yield state
            finally:
                around.uploads.close()

    app.router.lifespan_context = running  # type: ignore[assignment]


def _mount(app: FastAPI, page: StaffPage, around: Surroundings) -> None:
    """A page, as Blocks of its own: one that held all as its routes would hand each person every page's events."""

    def user(request: Request) -> str | None:
        person = person_of(request)
        return person.id if person.has(page.role) else None

    if page.path != "/":  # the chat, mounted at the root, would take the address without its slash
        app.add_api_route(page.path, lambda: RedirectResponse(f"{page.path}/"), include_in_schema=False)
    built = page.build(around)
    built.state_session_capacity = _KNOWN
    built.max_threads = limits.THREADS  # of its own: Gradio would take those that serve everything else
    gr.mount_gradio_app(
        app,
        built,
        path=page.path,
        auth_dependency=user,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
    )
    mounted = app.routes[-1]
    assert isinstance(mounted, Mount)
    mounted.app = Framework(mounted.app, built, head())


def _page_router(app: FastAPI, around: Surroundings) -> APIRouter:
    router = APIRouter()
    router.include_router(description_router(app))
    router.include_router(export_router(around), prefix="/ui/export", include_in_schema=False)
    router.include_router(asking_router(around), prefix="/ui", include_in_schema=False)
    router.include_router(api_router(around), prefix="/api")
    router.include_router(completions_router(around))
    router.include_router(health_router(around))

    @router.get("/ui/source", response_class=HTMLResponse, include_in_schema=False)
    def source(request: Request, document: str, v: str = "", q: _Spans = None) -> HTMLResponse:
        """A document with the spans ``q`` (``start-end``) marked, as it was when it was cited if it is still kept.

        A page of its own where an address is opened, as another program cites it; else what a script puts into a page.
        """
        found = around.cited(person_of(request), document, v)
        view = _source(found, v, q or ()) if found else say("err.gone", tag="p", class_="notice")
        status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
        if request.headers.get("sec-fetch-dest") != "document":
            return HTMLResponse(str(view), status)
        page = DOOR.plain(spoken(request), document, el("article", view, class_="src-body"))
        return HTMLResponse(page, status)

    def _source(found: Document, v: str, q: Sequence[str]) -> Markup:
        moved = bool(v) and document_version(found) != v
        told = notices(found.metadata, "moved" if moved else around.stands(found))
        return source_view(found, () if moved else [_span(text) for text in q], told, outline(found))

    @router.get("/ui/find", include_in_schema=False)
    def find(request: Request, document: str, words: _Words, v: str = "") -> dict[str, list[tuple[int, int]]]:
        """Where words stand in a document, as offsets into it."""
        found = around.cited(person_of(request), document, v)
        return {"spans": find_words(found, words) if found else []}

    @router.get("/ui/status", include_in_schema=False)
    def status(request: Request) -> dict[str, Sequence[str | int]]:
        """How many documents there are by now and until when; of a language model in preparation a message or nothing.

        The message is its key and its values.
        """
        holdings = around.holdings(person_of(request))
        return {"model": around.model_status(), "holdings": [holdings.documents, holdings.as_of]}

    @router.post(UPLOAD, include_in_schema=False)
    async def upload(request: Request) -> dict[str, str]:
        """A file, as the body of the request; the name under which its sender may have it taken in or read."""
        return {"path": await around.uploads.receive(person_of(request), request.stream())}

    return router


def _span(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text)
    if found is None:
        raise HTTPException(422, "a span is written start-end")
    return int(found[1]), int(found[2])


def _unusable(request: Request, error: Exception) -> Response:
    """What is wrong with a request, without what it sent: that may be nothing that can be written down."""
    assert isinstance(error, RequestValidationError)
    told = [{name: one[name] for name in ("loc", "msg", "type")} for one in error.errors()]
    return problem(request.url.path, 422, json.loads(json.dumps(told, default=str)))


def _failed(request: Request, error: Exception) -> Response:
    """What cannot be used as it was sent, or a part of the home that cannot be used now."""
    assert isinstance(error, DafuError)
    if isinstance(error, StateError):
        return unavailable(error)
    if isinstance(error, TooManyError):
        return problem(request.url.path, 429, str(error), {"Retry-After": "1"})
    return problem(request.url.path, 422, str(error))


class _Headers:
    """Adds to every response what forbids the browser to contact another host, to be framed by one, or to keep it."""

    def __init__(self, app: ASGIApp, *, tls: bool = False) -> None:
        self._app, self._tls = app, tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        nonce = secrets.token_urlsafe(16)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope.get("path", ""), nonce)
            await send(message)

        await self._app({**scope, NONCE: nonce}, receive, told if scope["type"] == "http" else send)

    def _add(self, headers: MutableHeaders, path: str, nonce: str) -> None:
        scripts = "'none'" if path in _FORMS else f"'self' 'unsafe-eval' 'nonce-{nonce}'"
        headers["Content-Security-Policy"] = _POLICY.format(scripts)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"  # no-referrer would make a form's Origin null
        if self._tls:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if path.startswith(STATIC) and path.endswith(".woff2"):
            headers["Cache-Control"] = "max-age=604800"  # a font does not change under its name
        elif path.startswith(STATIC):
            headers["Cache-Control"] = "no-cache"  # revalidated by its ETag: an update shows at once
        elif not _BUILT.search(path):
            headers["Cache-Control"] = "no-store"  # what one person sees is not left for the next one
