"""Serving the application: to this machine alone, or to others behind sign-in and encryption."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant.records import Records
from assistant.web.app import build_app
from assistant.web.surroundings import Surroundings
from corpus.errors import InputError

HOST, PORT = "127.0.0.1", 7860
_TIMED = "100"  # events whose times Gradio works through after each further one, for a page that is not served here
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True, slots=True)
class Encryption:
    """Who encrypts: this server with a certificate and its key, or a proxy at these addresses (comma-separated)."""

    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""

    @property
    def here(self) -> bool:
        """Whether this server does it."""
        return self.certificate is not None

    @property
    def any(self) -> bool:
        """Whether anybody does."""
        return self.here or bool(self.proxy)


NONE = Encryption()


def serve(
    around: Surroundings,
    host: str = HOST,
    port: int = PORT,
    *,
    encryption: Encryption = NONE,
    on_ready: Callable[[str], None] = print,
) -> None:
    """Serve the pages until interrupted; ``on_ready`` gets their address once they open. Port 0 takes a free one.

    Raises:
        InputError: others could reach it without sign-in or encryption, the certificate is wrong, the port is taken.
    """
    check_exposure(around.records, host, encryption)
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", _TIMED)
    app = build_app(around, tls=encryption.any)
    if _is_loopback(host) and not encryption.proxy:  # another site's name that resolves to this machine is refused
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[host.strip("[]"), *_THIS_MACHINE])
    with _listening(host, port) as listener:
        scheme = "https" if encryption.here else "http"
        _announce(app, f"{scheme}://{_written(host)}:{listener.getsockname()[1]}", on_ready)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3, **_options(encryption))
        uvicorn.Server(config).run(sockets=[listener])


def check_exposure(records: Records, host: str, encryption: Encryption) -> None:
    """Refuse to serve others without users and encryption.

    Raises:
        InputError: with the cure.
    """
    _check_certificate(encryption)
    if _is_loopback(host) and not encryption.proxy:
        return
    if not records.users.exist():
        alone = "leave --behind-proxy out" if _is_loopback(host) else "use --host 127.0.0.1"
        raise InputError(
            "others could reach this page, so they must sign in; run `dafu user add NAME --role admin` first, "
            f"or {alone}"
        )
    if not encryption.any:
        raise InputError(
            f"passwords sent to {host} need encryption; give --tls-cert and --tls-key, "
            "or --behind-proxy if a proxy encrypts"
        )


def _check_certificate(encryption: Encryption) -> None:
    if (encryption.certificate is None) != (encryption.key is None):
        raise InputError("a certificate and its key belong together; give both --tls-cert and --tls-key")
    if encryption.certificate is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(encryption.certificate, encryption.key, password="")
    except (OSError, ssl.SSLError) as error:
        raise InputError(
            f"{encryption.certificate} and {encryption.key} cannot be used ({error.strerror or error}); "
            "give a PEM certificate and its key without a password"
        ) from error


def _options(encryption: Encryption) -> dict[str, Any]:
    """Whose word on the sender is believed, and how to encrypt."""
    if encryption.certificate is not None and encryption.key is not None:
        files = {"ssl_certfile": str(encryption.certificate), "ssl_keyfile": str(encryption.key)}
    else:
        files = {}
    return {**files, "proxy_headers": bool(encryption.proxy), "forwarded_allow_ips": encryption.proxy or None}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _written(host: str) -> str:
    return f"[{host.strip('[]')}]" if ":" in host else host


def _listening(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
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
