"""The addresses that programs use, with a token; and how they are told that something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.responses import JSONResponse

COMPLETIONS, TOOLS, METRICS = "/v1", "/mcp", "/metrics"
PROBES = frozenset({"/healthz", "/readyz"})
_BELOW = ("/api/", f"{COMPLETIONS}/", f"{TOOLS}/")
_KINDS = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}


def for_programs(path: str) -> bool:
    """Whether an address takes a token."""
    return path.startswith(_BELOW) or path in {TOOLS, METRICS}


def problem(path: str, status: int, detail: object, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer that says what is wrong: below ``/v1`` in the words of OpenAI's API, elsewhere as ``detail``."""
    told = dict(headers) if headers else None
    if not path.startswith(f"{COMPLETIONS}/"):
        return JSONResponse({"detail": detail}, status, told)
    status = HTTPStatus.BAD_REQUEST if status == HTTPStatus.UNPROCESSABLE_ENTITY else status
    kind = _KINDS.get(HTTPStatus(status), "server_error" if status >= 500 else "invalid_request_error")
    return JSONResponse({"error": {"message": _line(detail), "type": kind, "param": None, "code": None}}, status, told)


def _line(detail: object) -> str:
    """What is wrong in words; of several fields that are, each with its place."""
    if not isinstance(detail, list):
        return str(detail)
    return "; ".join(f"{'.'.join(str(step) for step in one['loc'][1:])}: {one['msg']}" for one in detail)
