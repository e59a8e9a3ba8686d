"""The page and its few routes on one FastAPI application that talks to no other host."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import gradio as gr
from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.api import api_router
from assistant.web.html import say
from assistant.web.page import STATIC, build_page, head, theme
from assistant.web.shelf import Shelf
from assistant.web.source import source_view, version
from assistant.web.surroundings import Answers, Surroundings

# Gradio compiles its templates in the browser, hence unsafe-eval; no host but this one is ever contacted.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def build_app(assistant: Answers, around: Surroundings | None = None) -> FastAPI:
    """The application: the page at ``/``, ``/api/ask`` and ``/api/search``, and what the page's script fetches."""
    around = around or Surroundings()
    shelf = Shelf()
    app = FastAPI(title="Dafu", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Headers)
    app.mount(STATIC, StaticFiles(directory=Path(__file__).parent / "static"))
    _page_routes(app, assistant, around, shelf)
    app.include_router(api_router(assistant, around), prefix="/api")
    page = build_page(assistant, around, shelf)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
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
    return mounted


def _page_routes(app: FastAPI, assistant: Answers, around: Surroundings, shelf: Shelf) -> None:
    @app.get("/ui/source", response_class=HTMLResponse)
    def source(document: str, v: str = "", q: Annotated[list[str] | None, Query()] = None) -> str:
        """A document with the spans ``q`` (``start-end``) marked, as it was when it was cited if it is still kept."""
        found = shelf.get(document, v) or assistant.document(document)
        if found is None:
            return str(say("err.gone", tag="p", class_="notice"))
        notice = say("err.moved", tag="p", class_="notice") if v and version(found) != v else None
        return str(source_view(found, () if notice else [_span(text) for text in q or ()], notice))

    @app.get("/ui/status")
    def status() -> dict[str, str]:
        """One line about a language model in preparation; empty when there is nothing to tell."""
        return {"model": around.model_status()}


def _span(text: str) -> tuple[int, int]:
    start, _, end = text.partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        raise HTTPException(422, "a span is written start-end")
    return int(start), int(end)


class _Headers:
    """Adds to every response what forbids the browser to contact another host or to be framed by one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                if scope.get("path", "").startswith(STATIC):
                    headers["Cache-Control"] = "no-cache"  # revalidated by its ETag: an update shows at once
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)
