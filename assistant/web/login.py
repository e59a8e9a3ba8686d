"""Who comes in: a gate before every route, and the few routes with which people sign in and out.

Nothing is open but the sign-in page and the style sheets. With no user defined the page belongs to the one person at
this machine, who has every role. Roles that pages ask for are checked here, by path, before any of their routes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import parse_qs, quote, urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.records import Person, Records, Role, User
from assistant.web.door import DOOR, spoken
from assistant.web.interfaces.programs import METRICS, PROBES, for_programs, problem
from assistant.web.surroundings import PERSON, person_of
from corpus import limits
from corpus.errors import BusyError, DafuError, InputError

__all__ = ["Gate", "login_router", "unavailable"]

_SIGN_IN, _STYLES = "/login", "/ui/static/"
_HOST = re.compile(r"(?:[\w.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOKING = 16  # requests whose sender is looked up at the same time
_ENTERING = 4  # passwords checked at the same time
_COOKIE, _COOKIE_TLS = "dafu", "__Host-dafu"


class Gate:
    """Lets a request through with its person in the scope, or answers it: 303 to the sign-in page, 401, 403."""

    def __init__(self, app: ASGIApp, records: Records, roles: Mapping[str, Role], *, tls: bool = False) -> None:
        """``roles`` are the least that open what is at and below some paths.

        ``tls``: only encrypted requests are served (a proxy says so of those it forwards).
        """
        self._app, self._records, self._roles, self._tls = app, records, roles, tls
        self._looking = CapacityLimiter(_LOOKING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request's way in."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            refusal = await self._refusal(Request(scope))
            await (refusal or self._app)(scope, receive, send)
        else:  # nothing here speaks over web sockets
            await send({"type": "websocket.close", "code": 1008})

    async def _refusal(self, request: Request) -> Response | None:
        if request.scope["path"] in PROBES:
            return None
        if not _HOST.fullmatch(request.headers.get("host", "")):
            return JSONResponse({"detail": "the request names no host"}, HTTPStatus.BAD_REQUEST)
        if self._tls and request.url.scheme != "https":
            return _no("this server is reached over https; a proxy must send X-Forwarded-Proto")
        if _from_elsewhere(request):
            return _no("this request came from another site")
        return None if _open(request) else await self._identified(request)

    async def _identified(self, request: Request) -> Response | None:
        """Put the person into the scope, or refuse."""
        path = request.scope["path"]
        try:
            person = await to_thread.run_sync(self._person, request, limiter=self._looking)
        except DafuError as error:  # the records cannot be read: nobody is let in, and the line says why
            return unavailable(error)
        if isinstance(person, Response):
            return person
        if person is None:
            return _sign_in_first(request)
        if not all(person.has(role) for page, role in self._roles.items() if _below(path, page)):
            return _no_role(request)
        request.scope[PERSON] = person
        return None

    def _person(self, request: Request) -> Person | Response | None:
        if not self._records.users.exist():
            if _forwarded(request):
                return _no("without users this page cannot be served through a proxy; add a user")
            return self._records.users.local()
        bearer = _bearer(request)
        if bearer is not None:
            return self._records.tokens.person(bearer)
        token = request.cookies.get(_cookie(request))
        return self._records.sign_ins.person(token) if token else None


def login_router(records: Records) -> APIRouter:
    """``/login`` and ``/logout``; they work without a script."""
    router = APIRouter(include_in_schema=False)
    entering = CapacityLimiter(_ENTERING)

    @router.get("/login")
    def page(request: Request, next: str = "/", lang: str = "") -> Response:  # noqa: A002 (the address's own word)
        if not records.users.exist() or _signed_in(records, request):
            return RedirectResponse(_local(next), HTTPStatus.SEE_OTHER)
        return HTMLResponse(DOOR.sign_in(spoken(request, lang), _local(next)))

    @router.post("/login")
    async def enter(request: Request) -> Response:
        form = await _form(request)
        return await to_thread.run_sync(_enter, records, request, form, limiter=entering)

    @router.get("/password")
    def own_password(request: Request, lang: str = "") -> Response:
        if person_of(request).local:
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        return HTMLResponse(DOOR.password(spoken(request, lang)))

    @router.post("/password")
    async def other_password(request: Request) -> Response:
        form = await _form(request)
        return await to_thread.run_sync(_change_password, records, request, form, limiter=entering)

    @router.post("/logout")
    def leave(request: Request) -> Response:
        name = _cookie(request)
        records.sign_ins.close(request.cookies.get(name, ""))
        gone = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        gone.delete_cookie(name, path="/", secure=name == _COOKIE_TLS, httponly=True, samesite="lax")
        return gone

    @router.get("/logout")
    def stay() -> Response:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)  # leaving by a link that another site could place

    return router


def _enter(records: Records, request: Request, form: Mapping[str, str]) -> Response:
    """One attempt to sign in. Unknown name and wrong password are told alike and take the same time."""
    name, password, goal = form.get("name", ""), form.get("password", ""), _local(form.get("next", "/"))
    address, language = _address(request), spoken(request, form.get("lang", ""))
    wait = records.throttle.attempt(name, address)
    if wait:
        page = DOOR.sign_in(language, goal, name=name, fault="in.wait", minutes=-(-wait // 60))
        return HTMLResponse(page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait)})
    user = records.users.verify(name, password)
    if user is None:
        page = DOOR.sign_in(language, goal, name=name, fault="in.wrong")
        return HTMLResponse(page, HTTPStatus.UNAUTHORIZED)
    records.throttle.forgive(name, address)
    return _let_in(records, request, user, goal)


def _let_in(records: Records, request: Request, user: User, goal: str) -> Response:
    cookie = _cookie(request)
    records.sign_ins.close(request.cookies.get(cookie, ""))
    response = RedirectResponse(goal, HTTPStatus.SEE_OTHER)
    _remember(records, request, user, response)
    return response


def _remember(records: Records, request: Request, user: User, response: Response) -> None:
    """A sign-in of the user in the browser's cookie, without an end of its own: the records' clock ends it."""
    cookie, token = _cookie(request), records.sign_ins.open(user.id, _address(request))
    response.set_cookie(cookie, token, path="/", secure=cookie == _COOKIE_TLS, httponly=True, samesite="lax")


def _change_password(records: Records, request: Request, form: Mapping[str, str]) -> Response:
    """Give oneself another password; every other browser has to sign in anew."""
    person, language = person_of(request), spoken(request, form.get("lang", ""))
    if person.local:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    wait = records.throttle.attempt(person.name, _address(request))
    if wait:
        page = DOOR.password(language, fault="in.wait", minutes=-(-wait // 60))
        return HTMLResponse(page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait)})
    user = records.users.verify(person.name, form.get("old", ""))
    if user is None:
        return HTMLResponse(DOOR.password(language, fault="pw.wrong"), HTTPStatus.FORBIDDEN)
    records.throttle.forgive(person.name, _address(request))
    fault = _given_anew(records, person, form.get("new", ""), form.get("again", ""))
    if fault:
        return HTMLResponse(DOOR.password(language, fault=fault), HTTPStatus.UNPROCESSABLE_ENTITY)
    response = HTMLResponse(DOOR.password(language, done=True))
    _remember(records, request, user, response)
    return response


def _given_anew(records: Records, person: Person, new: str, again: str) -> str:
    """The key of what is wrong with the new password; empty once it is given."""
    if new != again:
        return "pw.differ"
    try:
        records.users.set_password(person.name, new, by=person.name)
    except InputError:
        return "pw.weak"
    return ""


def _signed_in(records: Records, request: Request) -> bool:
    token = request.cookies.get(_cookie(request))
    return bool(token) and records.sign_ins.person(str(token)) is not None


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, each once; one that is too long, or has too many, counts as empty."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > limits.FORM:
            return {}
    try:
        fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=16)
    except ValueError:  # more fields than any form has
        return {}
    return {key: values[0] for key, values in fields.items()}


def _sign_in_first(request: Request) -> Response:
    if _wants_page(request):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        goal = "" if asked == "/" else f"?next={quote(asked)}"
        return RedirectResponse(f"/login{goal}", HTTPStatus.SEE_OTHER)
    path = request.url.path
    headers = {"WWW-Authenticate": "Bearer"} if for_programs(path) else None
    return problem(path, HTTPStatus.UNAUTHORIZED, "sign in first", headers)


def _no_role(request: Request) -> Response:
    if _wants_page(request):
        return HTMLResponse(DOOR.refused(spoken(request)), HTTPStatus.FORBIDDEN)
    return _no("your role does not open this")


def unavailable(error: DafuError) -> Response:
    """The answer while the records are locked or damaged; it names neither folder nor program of this machine."""
    detail = str(error) if isinstance(error, BusyError) else "the records cannot be used; run `dafu doctor`"
    return JSONResponse({"detail": detail}, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "5"})


def _no(detail: str) -> Response:
    return JSONResponse({"detail": detail}, HTTPStatus.FORBIDDEN)


def _wants_page(request: Request) -> bool:
    """Whether a person opened an address, rather than a script."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _from_elsewhere(request: Request) -> bool:
    """Whether a browser sends a change on behalf of another site; programs without a browser say nothing of it."""
    if request.method in _SAFE:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


def _bearer(request: Request) -> str | None:
    """The token of a program; only what is made for programs takes one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    wanted = scheme.lower() == "bearer" and for_programs(request.url.path)
    return token.strip() if wanted else None


def _forwarded(request: Request) -> bool:
    return any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-forwarded-host"))


def _open(request: Request) -> bool:
    """What anybody may see: the sign-in page and the style sheets; and programs of this machine its counters."""
    path = request.scope["path"]
    return path == _SIGN_IN or path.startswith(_STYLES) or (path == METRICS and _at_this_machine(request))


def _at_this_machine(request: Request) -> bool:
    """Whether the sender runs on this machine, and is no proxy that forwards for somebody else."""
    try:
        here = ip_address(_address(request)).is_loopback
    except ValueError:
        return False
    return here and not _forwarded(request)


def _below(path: str, page: str) -> bool:
    return path == page or path.startswith(f"{page}/")


def _cookie(request: Request) -> str:
    """The cookie's name; under TLS one that browsers take from this host alone, and only encrypted."""
    return _COOKIE_TLS if request.url.scheme == "https" else _COOKIE


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _local(goal: str) -> str:
    """A path of this server to go to, whatever was asked for."""
    try:
        parts = urlsplit(goal)
    except ValueError:
        return "/"
    safe = goal.startswith("/") and not goal.startswith(("//", "/\\")) and goal.isprintable() and "\\" not in goal
    return goal if safe and not parts.scheme and not parts.netloc and not _below(parts.path, "/login") else "/"
