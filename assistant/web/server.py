"""Serving the application on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from ipaddress import IPv4Address

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant.web.app import build_app
from assistant.web.surroundings import Answers, Surroundings
from corpus.errors import InputError

HOST, PORT = "127.0.0.1", 7860


def serve(
    assistant: Answers,
    host: str = HOST,
    port: int = PORT,
    *,
    around: Surroundings | None = None,
    on_ready: Callable[[str], None] = print,
) -> None:
    """Serve the page until interrupted; ``on_ready`` gets its address once it can be opened. Port 0 takes a free one.

    Raises:
        InputError: the address is not of this machine alone, or the port is taken.
    """
    if not _is_loopback(host):
        raise InputError(f"{host}: without sign-in the page serves this machine only; use --host 127.0.0.1")
    app = build_app(assistant, around)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[host, "127.0.0.1", "localhost"])
    with _listening(host, port) as listener:
        _announce(app, f"http://{host}:{listener.getsockname()[1]}", on_ready)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listener])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or IPv4Address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InputError(
            f"port {port} of {host} cannot be used ({error.strerror}); choose another with --port"
        ) from error
    return listener


def _announce(app: FastAPI, address: str, on_ready: Callable[[str], None]) -> None:
    """Call ``on_ready`` once the application has started; the server accepts from then on."""
    started = app.router.lifespan_context

    @contextlib.asynccontextmanager
    async def announced(app: FastAPI) -> AsyncIterator[object]:
        async with started(app) as state:
            asyncio.get_running_loop().call_later(0.05, on_ready, address)
            yield state

    app.router.lifespan_context = announced  # type: ignore[assignment]
