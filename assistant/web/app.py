"""The pages and their few routes on one FastAPI application that talks to no other host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import gradio as gr
from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.records import Role, document_version
from assistant.web.api import DESCRIPTION, api_router, description_router
from assistant.web.exporting import export_router
from assistant.web.html import say
from assistant.web.login import Gate, login_router
from assistant.web.page import build_page, head, theme
from assistant.web.pages import documents, draft, evals, review
from assistant.web.pages.review_routes import review_router
from assistant.web.parts import STATIC
from assistant.web.source import notices, source_view
from assistant.web.surroundings import PageLink, Surroundings, person_of

# Gradio compiles its templates in the browser, hence unsafe-eval; no host but this one is ever contacted.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_KNOWN = 1_000  # browsers of a page whose state is kept in memory, the latest first; the records keep what was asked
_TIMED = 100  # events whose times Gradio works through after each further one, for a page that is not served here


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page beside the chat: where it is, the key of its title, the least role that opens it, and what builds it.

    ``routes`` are what its script fetches, all below its path.
    """

    path: str
    title: str
    role: Role
    build: Callable[[Surroundings], gr.Blocks]
    largest_upload: str = "1mb"
    routes: Callable[[Surroundings], APIRouter] | None = None

    @property
    def link(self) -> PageLink:
        """As the masthead shows it."""
        return PageLink(self.title, self.path, self.role)


PAGES: tuple[StaffPage, ...] = (
    StaffPage("/draft", "nav.draft", "staff", draft.build, draft.UPLOAD_LIMIT),
    StaffPage("/review", "nav.review", "staff", review.build, routes=review_router),
    StaffPage("/documents", "nav.files", "staff", documents.build, documents.UPLOAD_LIMIT),
    StaffPage("/evals", "nav.evals", "staff", evals.build),
)
_REFERENCE = PageLink("nav.api", DESCRIPTION, "staff")


def build_app(around: Surroundings, pages: tuple[StaffPage, ...] = PAGES, *, tls: bool = False) -> FastAPI:
    """The application: the chat at ``/``, the pages of staff, ``/api``, and what the pages' scripts fetch.

    ``tls``: only encrypted requests are served.
    """
    links = tuple(page.link for page in pages)
    around = replace(around, pages=links)  # the masthead names the chat itself
    app = FastAPI(title="Dafu", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Gate, records=around.records, pages=(*links, _REFERENCE), tls=tls)
    app.add_middleware(_Headers, tls=tls)
    app.mount(STATIC, StaticFiles(directory=Path(__file__).parent / "static"))
    app.include_router(login_router(around.records))
    app.include_router(_page_router(app, around))
    for page in pages:
        if page.routes is not None:
            app.include_router(page.routes(around))
    for page in (*pages, StaffPage("/", "nav.ask", "representative", build_page)):  # the chat last: it takes the rest
        _mount(app, page, around)
    return app


def _mount(app: FastAPI, page: StaffPage, around: Surroundings) -> None:
    def user(request: Request) -> str | None:
        person = person_of(request)
        return person.id if person.has(page.role) else None

    if page.path != "/":  # the chat, mounted at the root, would take the address without its slash
        app.add_api_route(page.path, lambda: RedirectResponse(f"{page.path}/"), include_in_schema=False)
    built = page.build(around)
    built.state_session_capacity = _KNOWN
    built._queue.ANALYTICS_MAX_EVENTS = _TIMED  # noqa: SLF001 (else it is read from the environment alone)
    gr.mount_gradio_app(
        app,
        built,
        path=page.path,
        auth_dependency=user,
        max_file_size=page.largest_upload,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        head=head(),
    )


def _page_router(app: FastAPI, around: Surroundings) -> APIRouter:
    router = APIRouter()
    router.include_router(description_router(app))
    router.include_router(export_router(around), prefix="/ui/export", include_in_schema=False)
    router.include_router(api_router(around), prefix="/api")

    @router.get("/ui/source", response_class=HTMLResponse, include_in_schema=False)
    def source(request: Request, document: str, v: str = "", q: Annotated[list[str] | None, Query()] = None) -> str:
        """A document with the spans ``q`` (``start-end``) marked, as it was when it was cited if it is still kept."""
        found = around.cited(person_of(request), document, v)
        if found is None:
            return str(say("err.gone", tag="p", class_="notice"))
        moved = bool(v) and document_version(found) != v
        told = notices(found.metadata, "moved" if moved else around.standing(found))
        return str(source_view(found, () if moved else [_span(text) for text in q or ()], told))

    @router.get("/ui/status", include_in_schema=False)
    def status() -> dict[str, list[str]]:
        """What is to be told of a language model in preparation: the key of a message and its values, or nothing."""
        return {"model": list(around.model_status())}

    return router


def _span(text: str) -> tuple[int, int]:
    start, _, end = text.partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        raise HTTPException(422, "a span is written start-end")
    return int(start), int(end)


class _Headers:
    """Adds to every response what forbids the browser to contact another host, to be framed by one, or to keep it."""

    def __init__(self, app: ASGIApp, *, tls: bool = False) -> None:
        self._app, self._tls = app, tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope.get("path", ""))
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)

    def _add(self, headers: MutableHeaders, path: str) -> None:
        headers["Content-Security-Policy"] = _POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"  # no-referrer would make a form's Origin null
        if self._tls:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if path.startswith(STATIC) and path.endswith(".woff2"):
            headers["Cache-Control"] = "max-age=604800"  # a font does not change under its name
        elif path.startswith(STATIC):
            headers["Cache-Control"] = "no-cache"  # revalidated by its ETag: an update shows at once
        elif path.startswith(("/ui/", "/api/", "/login", "/password", "/review/desk/")):
            headers["Cache-Control"] = "no-store"  # what one person sees is not left for the next one
