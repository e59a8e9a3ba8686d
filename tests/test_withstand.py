"""What the server withstands: odd bodies, sessions of others, Gradio's further routes, uploads, locked records."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount

from assistant.conversation import Progress
from assistant.records import DESIGN, FILE, Records
from assistant.web import Surroundings, build_app
from assistant.web.framework import Framework
from assistant.web.share import Share, TooManyError
from assistant.web.uploads import Uploads
from corpus import limits
from corpus.errors import BusyError
from tests.fakes import loop
from tests.fakes.assistant import scripted
from tests.test_login import routes

PASSWORD = "correct-horse-battery"
HERE = "http://127.0.0.1"
QUESTION = "河套合作区的通关便利措施有哪些？"
PEOPLE = (("chen", "admin"), ("wang", "staff"), ("liu", "staff"), ("li", "representative"), ("zhao", "representative"))


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Surroundings:
    records = Records.open(tmp_path_factory.mktemp("home"))
    for name, role in PEOPLE:
        records.users.add(name, PASSWORD, role, by="test")
    fake = scripted()
    return Surroundings(answers=lambda _: fake, records=records)


@pytest.fixture(scope="module")
def app(around):
    return build_app(around)


@pytest.fixture(scope="module")
def people(app, around) -> Iterator[dict[str, TestClient]]:
    """A browser for each person; a fault of the server is its answer, not the test's."""
    browsers = {}
    for name, _ in PEOPLE:
        browsers[name] = TestClient(app, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)
        browsers[name].cookies.set("dafu", around.records.sign_ins.open(around.records.users.named(name).id))
    with browsers["chen"] as first:
        for browser in browsers.values():
            browser.portal = first.portal  # one event loop, as in a server
        yield browsers


# Gradio's routes


def framework_routes(app) -> Iterator[tuple[str, str, str]]:
    """Page, method and path below it of every route that Gradio brings."""
    for mounted in app.routes:
        if isinstance(mounted, Mount) and isinstance(mounted.app, Framework):
            for method, path in routes(mounted):
                yield mounted.path, method, path


USED = re.compile(
    r"/?|/config|/theme\.css|/favicon\.ico|/(?:assets|static)/.*|/gradio_api/(?:app_id|theme\.css|queue/data|heartbeat/x|"
    r"queue/join|cancel|reset)"
)


def test_gradio_answers_on_the_routes_that_the_pages_use_alone(app, people):
    """Every other route that Gradio brings, on every page, is not there: not for an administrator either."""
    found = sorted(set(framework_routes(app)))
    assert len(found) > 200
    assert ("", "POST", "/gradio_api/queue/join") in found
    ours = {("", "/login"), ("", "/logout")}  # they take the place of Gradio's
    closed = [one for one in found if not USED.fullmatch(one[2]) and (one[0], one[2].rstrip("/")) not in ours]
    assert {path for _, _, path in closed} >= {
        "/gradio_api/dev/reload",
        "/gradio_api/file=x",
        "/gradio_api/openapi.json",
        "/gradio_api/proxy=x",
        "/gradio_api/upload",
    }
    for page, method, path in closed:
        assert people["chen"].request(method, page + path).status_code == 404, (method, page + path)
    for page, method, path in closed:
        if not page:
            assert people["li"].request(method, path).status_code == 404, (method, path)


@pytest.mark.parametrize("route", ["file=", "file/", "proxy=", "file%3D"])
@pytest.mark.parametrize("target", ["http://192.0.2.1/x", "http:/192.0.2.1/x", "/etc/passwd", "https://example.org/"])
def test_the_server_fetches_nothing_for_anybody(people, monkeypatch, route, target):
    """No route takes an address to fetch, or a file of the machine to show."""

    def called(*_: object, **__: object) -> None:
        raise AssertionError("the server asked another host")

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", called)
    for name in ("li", "wang", "chen"):
        for page in ("", "/draft", "/documents"):
            if name != "li" or not page:
                assert people[name].get(f"{page}/gradio_api/{route}{target}").status_code == 404


# Sessions


def events_of(browser: TestClient, session: str) -> list[dict[str, object]]:
    told = browser.get("/gradio_api/queue/data", params={"session_hash": session}).text
    return [json.loads(line.removeprefix("data: ")) for line in told.splitlines() if line.startswith("data: ")]


def join(browser: TestClient, event: str, session: str, **sent: object) -> httpx.Response:
    config = browser.get("/config").json()
    wanted = next(one for one in config["dependencies"] if any(target[1] == event for target in one["targets"]))
    body = {"fn_index": wanted["id"], "session_hash": session, "data": [None], "event_data": sent}
    return browser.post("/gradio_api/queue/join", json=body)


def events_after(browser: TestClient, event: str, session: str, **sent: object) -> list[dict[str, object]]:
    """What the page is told about an event."""
    assert join(browser, event, session, **sent).status_code == 200
    return events_of(browser, session)


def told(browser: TestClient, event: str, session: str, **sent: object) -> str:
    """All of that as one text."""
    return json.dumps(events_after(browser, event, session, **sent), ensure_ascii=False)


def test_a_session_belongs_to_who_opened_it(people):
    """Somebody else who knows its name, or signs in at a page left open, finds nothing of the conversation."""
    assert "海关总署" in told(people["li"], "ask", "shared", question=QUESTION)
    assert "海关总署" in told(people["li"], "stop", "shared")
    for event in ("stop", "look", "more", "again"):
        shown = told(people["zhao"], event, "shared")
        assert "海关总署" not in shown, event
        assert QUESTION not in shown, event
    assert "海关总署" in told(people["li"], "stop", "shared")  # and it is as it was


def test_nobody_hears_or_ends_the_answers_of_another(people):
    """What a session is told goes to its owner, who alone can cancel it."""
    joined = join(people["li"], "ask", "mine", question=QUESTION)
    assert joined.status_code == 200
    people["zhao"].post("/gradio_api/cancel", json={"session_hash": "mine", "fn_index": 0, "event_id": "x"})
    stolen = people["zhao"].get("/gradio_api/queue/data", params={"session_hash": "mine"})
    assert "海关总署" not in stolen.text
    assert "海关总署" in json.dumps(events_of(people["li"], "mine"), ensure_ascii=False)


# What cannot be used is told, and is never a fault of the server

HALF = "\\ud800"
BODIES = [
    f'{{"question": "{HALF}"}}',
    f'{{"question": "甲", "history": ["{HALF}"]}}',
    f'{{"question": "甲", "history": [{{"question": "{HALF}"}}]}}',
    f'{{"question": "甲", "history": [{{"question": "乙", "answer": "{HALF}"}}]}}',
    f'{{"question": "甲", "history": [{{"question": "乙", "answer": {{"text": "{HALF}"}}}}]}}',
    f'{{"question": "甲", "history": [{{"{HALF}": 1}}]}}',
    f'{{"{HALF}": NaN}}',
    '{"question": NaN}',
    '{"question": Infinity, "k": -Infinity}',
    '{"question": "甲", "history": NaN}',
    '{"question": "甲", "history": [NaN, Infinity]}',
    '{"question": ' + "[" * 100_000,
    '{"question": ' + "1" * 10_000 + "}",
    "NaN",
    "",
    "\x00",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/v1/chat/completions"])
def test_a_body_that_cannot_be_used_is_told(people, path, body):
    """Half characters, numbers that are none, endless nesting: 4xx with a reason that can be read."""
    answered = people["li"].post(path, content=body, headers={"Content-Type": "application/json"})
    assert answered.status_code in {400, 404, 422}, answered.text
    assert {"detail", "error"} & answered.json().keys()


@pytest.mark.parametrize(
    "change",
    [
        {"fn_index": 99_999},
        {"fn_index": -1},
        {"fn_index": "x"},
        {"fn_index": None},
        {"fn_index": float("nan")},
        {"session_hash": "\ud800"},
        {"session_hash": "../x"},
        {"session_hash": None},
        {"event_data": {"question": "\ud800"}},
        {"event_data": float("inf")},
    ],
)
@pytest.mark.parametrize("page", ["", "/draft", "/review", "/documents", "/evals"])
def test_an_event_that_no_page_sends_is_told(people, page, change):
    """An event, session or value that is none: 404 or 422."""
    body = json.dumps({"fn_index": 0, "session_hash": "odd", "data": [], "event_data": {}} | change)
    answered = people["chen"].post(f"{page}/gradio_api/queue/join", content=body)
    assert answered.status_code in {404, 422}, answered.text


def test_a_turn_that_is_none_changes_nothing(people):
    """The page shows what it showed; nothing fails."""
    told(people["zhao"], "ask", "turns", question=QUESTION)
    for event in ("judge", "unjudge", "hand", "unhand"):
        for turn in ("abc", "", None, [], {}, -1, 1e300, "1" * 5_000, "１"):
            ended = [one for one in events_after(people["zhao"], event, "turns", turn=turn) if "output" in one]
            assert [one["success"] for one in ended] == [True], (event, turn)


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/ui/source", {"params": {"document": "x", "q": "9" * 5_000 + "-1"}}),
        ("GET", "/ui/source", {"params": {"document": "x", "q": "²-³"}}),
        ("GET", "/ui/source", {"params": {"document": "\x00", "v": "\x00"}}),
        ("GET", "/ui/source", {"params": [("document", "x"), *[("q", "1-2")] * 5_000]}),
        ("GET", "/login", {"params": {"next": "//[", "lang": "\x00"}}),
        ("POST", "/login", {"content": "&".join(f"a{n}=1" for n in range(200))}),
        ("POST", "/password", {"content": "a=" + "1" * 20_000}),
        ("POST", "/review/desk/save", {"json": {"key": "q", "revision": 10**30}}),
        ("POST", "/review/desk/save", {"content": '{"key": "\\ud800"}'}),
        ("POST", "/review/desk/save", {"json": {"key": "q", "citations": [["a", "b", 10**30, -1]]}}),
        ("GET", "/ui/export/%00.md", {}),
        ("GET", "/", {"headers": {"Host": "["}}),
        ("POST", "/api/ask", {"headers": {"Origin": "http://["}}),
    ],
)
def test_an_odd_request_is_no_fault_of_the_server(people, method, path, options):
    """Numbers without end, half addresses, more fields than a form has."""
    assert people["chen"].request(method, path, **options).status_code < 500


# Lengths


@pytest.mark.parametrize(
    ("path", "size"),
    [("/api/ask", limits.BODY), ("/api/search", limits.BODY), ("/gradio_api/queue/join", limits.EVENT)],
)
def test_a_body_beyond_its_limit_is_refused_unread(people, path, size):
    """However it is written, nothing parses it."""
    assert people["li"].post(path, content=b"[" * (size + 1)).status_code == 413


@pytest.mark.parametrize(
    "asked",
    [
        {"question": "甲" * (limits.QUESTION + 1)},
        {"question": "甲", "history": ["乙"] * (limits.HISTORY + 1)},
        {"question": "甲", "history": ["乙" * (limits.QUESTION + 1)]},
        {"question": "甲", "history": [{"question": "乙", "answer": "丙" * (limits.EARLIER_ANSWER + 1)}]},
    ],
)
def test_a_question_or_history_beyond_its_limit_is_told(people, asked):
    """422, with the limit in the reason."""
    answered = people["li"].post("/api/ask", json=asked)
    assert answered.status_code == 422
    assert re.search(r"at most (1000|50|20000)", answered.text)


class _Endless:
    """An assistant whose answer never ends; it counts its steps."""

    def __init__(self) -> None:
        self.steps, self.closed = 0, threading.Event()

    def stream(self, question: str, history: object = ()) -> Iterator[Progress]:  # noqa: ARG002
        try:
            while True:
                self.steps += 1
                time.sleep(0.01)
                yield Progress("search")
        finally:
            self.closed.set()


def asked_directly(app, cookie: str, accept: bytes, gone: Callable[[], bool]) -> None:
    """One request to the application whose client goes away once ``gone`` says so."""
    body = json.dumps({"question": "甲"}).encode()
    headers = [(b"host", b"127.0.0.1"), (b"cookie", f"dafu={cookie}".encode()), (b"accept", accept)]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/ask",
        "raw_path": b"/api/ask",
        "root_path": "",
        "query_string": b"",
        "headers": [*headers, (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent = False

    async def receive() -> dict[str, object]:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        while not gone():  # noqa: ASYNC110 (what it counts knows nothing of the loop)
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        await asyncio.sleep(0)

    loop.run(asyncio.wait_for(app(scope, receive, send), 30))


@pytest.mark.parametrize("accept", [b"application/json", b"text/event-stream"])
def test_work_stops_when_its_client_has_gone(around, accept):
    """No further step is worked out for somebody who is not there to read it, and their place is free again."""
    endless = _Endless()
    inside = replace(around, answers=lambda _: endless, share=Share())
    person = around.records.users.named("li")
    asked_directly(build_app(inside), around.records.sign_ins.open(person.id), accept, lambda: endless.steps > 3)
    assert endless.closed.wait(5)
    with inside.share.place(person.person):
        assert endless.steps < 500


def test_an_answer_takes_no_longer_than_its_time(around, monkeypatch):
    """Beyond it, a reason; the work has stopped."""
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 0.2)
    endless = _Endless()
    inside = replace(around, answers=lambda _: endless, share=Share())
    browser = TestClient(build_app(inside), base_url=HERE)
    browser.cookies.set("dafu", around.records.sign_ins.open(around.records.users.named("li").id))
    answered = browser.post("/api/ask", json={"question": "甲"})
    assert (answered.status_code, "within" in answered.text) == (422, True)
    assert endless.closed.wait(5)


def test_nobody_takes_every_place(around):
    """One person has so many questions under way and no more; the next one's place is not touched."""
    share, (li, zhao) = Share(), (around.records.users.named(name).person for name in ("li", "zhao"))
    taken = [share.place(li) for _ in range(limits.EACH)]
    for one in taken:
        one.__enter__()
    with pytest.raises(TooManyError), share.place(li):
        pass
    with share.place(zhao):
        pass
    taken[0].__exit__(None, None, None)
    with share.place(li):
        pass
    assert limits.EACH < limits.TOGETHER


def test_one_more_question_than_ones_share_is_told(around, people):
    """429 at once, with when to come back; a search counts as well."""
    li = around.records.users.named("li").person
    with ExitStack() as taken:
        for _ in range(limits.EACH):
            taken.enter_context(around.share.place(li))
        answered = people["li"].post("/api/ask", json={"question": QUESTION})
        assert (answered.status_code, answered.headers["retry-after"]) == (429, "1")
        assert people["zhao"].post("/api/ask", json={"question": QUESTION}).status_code == 200
    assert people["li"].post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_one_more_question_than_ones_share_is_told_on_the_page(around, people):
    """In the page's language, as no fault of the server; the program's own line is not shown."""
    zhao = around.records.users.named("zhao").person
    with ExitStack() as taken:
        for _ in range(limits.EACH):
            taken.enter_context(around.share.place(zhao))
        shown = told(people["zhao"], "ask", "many", question=QUESTION)
    assert "err.yours" in shown
    assert "err.fault" not in shown
    assert "under way" not in shown


# Uploads


def test_an_upload_is_for_its_sender(people, around):
    """Nobody else can have it taken in or read, and it is gone afterwards; the page that takes it in is for staff."""
    assert people["li"].post("/ui/upload", content=b"x").status_code == 200
    assert people["li"].get("/documents/").status_code == 403
    name = people["wang"].post("/ui/upload", content="福田区".encode()).json()["path"]
    wang, liu = (around.records.users.named(one).person for one in ("wang", "liu"))
    with around.uploads.taken(liu, name) as found:
        assert found is None
    with around.uploads.taken(wang, "../" + name) as found:
        assert found is None
    with around.uploads.taken(wang, name) as found:
        assert found.read_text(encoding="utf-8") == "福田区"
        assert found.parent.stat().st_mode & 0o077 == 0
    assert not found.exists()
    with around.uploads.taken(wang, name) as again:
        assert again is None


def test_uploads_are_bounded_by_size_number_and_time(people, around, monkeypatch):
    """A file, a day's files of one person, and how long one waits; another person is not kept from theirs."""
    monkeypatch.setattr(limits, "UPLOAD", 1_000)
    assert people["wang"].post("/ui/upload", content=b"x" * 1_001).status_code == 413
    monkeypatch.setattr(limits, "UPLOADS_A_DAY", 3)
    sent = [people["wang"].post("/ui/upload", content=b"x").status_code for _ in range(4)]
    assert sent[-1] == 429
    kept = people["liu"].post("/ui/upload", content=b"x")
    assert kept.status_code == 200
    waiting = around.uploads._waiting
    paths = [one.path for one in waiting.values()]
    monkeypatch.setattr(limits, "UPLOAD_KEPT", limits.UPLOAD_KEPT * 0)
    people["liu"].post("/ui/upload", content=b"x")
    assert len(waiting) == 1
    assert not any(path.exists() for path in paths)


def test_no_file_that_was_sent_outlives_its_server(around, tmp_path, monkeypatch):
    """An orderly end removes the folder; that of a server that was killed the next one removes, and no other."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names = ("dafu-uploads-killed", "dafu-uploads-serves", "dafu-else")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("福田区", encoding="utf-8")
        if name != "dafu-uploads-serves":
            os.utime(tmp_path / name, (0, 0))
    with TestClient(build_app(replace(around, uploads=Uploads())), base_url=HERE) as browser:
        browser.cookies.set("dafu", around.records.sign_ins.open(around.records.users.named("chen").id))
        sent = browser.post("/ui/upload", content=b"x").json()["path"]
        assert [one.name for one in tmp_path.glob("dafu-uploads-*") if (one / sent).exists()]
        assert not (tmp_path / names[0]).exists()
    assert {one.name for one in tmp_path.iterdir()} == set(names[1:])


# Headers


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"},
        {"Host": "evil.example"},
        {"Host": "evil.example:8443"},
    ],
)
def test_no_header_of_a_visitor_names_this_server(people, headers):
    """What they claim, also where any name is served (behind a proxy, under TLS), is in no page and no redirect."""
    for path in ("/", "/config", "/draft", "/draft/", "/login", "/nothing", "/api/docs", "/theme.css"):
        answered = people["chen"].get(path, headers=headers)
        assert "evil.example" not in answered.text + str(answered.headers), path


@pytest.mark.parametrize(
    "path", ["/", "/draft/", "/config", "/ui/status", "/api/docs", "/login", "/password", "/nothing"]
)
def test_what_one_person_sees_is_not_kept(people, path):
    """Nothing but files that are the same for everyone stays in a browser."""
    assert people["chen"].get(path).headers["cache-control"] == "no-store", path


def test_no_script_runs_but_those_of_the_page(people):
    """Each carries the nonce of its one answer; the forms have none. Gradio's templates need unsafe-eval."""
    page = people["chen"].get("/")
    policy = page.headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]*)", policy)[1]
    nonce = re.search(r"'nonce-([\w-]+)'", scripts)[1]
    assert scripts == f"'self' 'unsafe-eval' 'nonce-{nonce}'"
    marked = re.findall(r"<script\b[^>]*>", page.text)
    assert len(marked) > 3
    assert all(f'nonce="{nonce}"' in one for one in marked)
    assert nonce not in people["chen"].get("/").text
    assert "script-src 'none'" in people["chen"].get("/password").headers["content-security-policy"]


# Records that another program holds


def test_locked_records_are_one_line_and_soon(people, around, monkeypatch):
    """503 with the reason, within seconds, and as before once they are free."""
    monkeypatch.setattr("assistant.records.DESIGN", replace(DESIGN, busy=0.3))
    home = Path(around.records._place.path).parent
    records = Records.open(home)
    browser = TestClient(build_app(replace(around, records=records)), base_url=HERE, raise_server_exceptions=False)
    browser.cookies.set("dafu", people["li"].cookies["dafu"])
    holder = sqlite3.connect(home / FILE)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        started = time.monotonic()
        answered = [browser.get("/ui/status"), browser.post("/login", data={"name": "li", "password": "x"})]
        assert time.monotonic() - started < 10
    finally:
        holder.rollback()
        holder.close()
    for one in answered:
        assert (one.status_code, "locked" in one.json()["detail"]) == (503, True)
        assert str(home) not in one.text
    assert browser.get("/ui/status").status_code == 200
    records.close()


def test_those_who_write_at_once_wait_for_each_other(tmp_path, monkeypatch):
    """However slow the disk, nobody of one server is told that another program holds the records."""
    monkeypatch.setattr("assistant.records.DESIGN", replace(DESIGN, busy=0.3))
    records = Records.open(tmp_path)

    def write(number: int) -> int:
        with records.writing():
            time.sleep(0.1)
        return number

    with ThreadPoolExecutor(10) as people:
        assert list(people.map(write, range(10))) == list(range(10))
    records.close()


def test_a_question_that_cannot_be_kept_now_leaves_the_conversation_open(people, around, monkeypatch):
    """It is told that the server is busy, not that the conversation is gone."""
    assert "海关总署" in told(people["zhao"], "ask", "held", question=QUESTION)

    with monkeypatch.context() as patched:
        patched.setattr(type(around.records.turns), "append", held)
        shown = told(people["zhao"], "ask", "held", question="另一个问题")
    assert "err.held" in shown
    assert "err.lost" not in shown
    assert "海关总署" in told(people["zhao"], "stop", "held")


def held(*_: object, **__: object) -> None:
    raise BusyError("held")


@pytest.mark.parametrize(
    "attempt",
    [
        ("rename", "conversations", "rename", {"title": "别的"}),
        ("pin", "conversations", "pin", {"on": "1"}),
        ("delete", "conversations", "put_away", {}),
        ("undelete", "conversations", "bring_back", {}),
        ("open", "conversations", "get", {}),
        ("hand", "handovers", "give", {"turn": 1}),
        ("judge", "feedback", "give", {"turn": 1, "verdict": "up"}),
        ("look", "conversations", "of", {}),
    ],
)
def test_what_the_records_cannot_take_now_changes_nothing(people, around, monkeypatch, attempt):
    """The person is told so, the conversation stays open and as it was, and nobody says that it is gone."""
    event, part, name, data = attempt
    li, session = around.records.users.named("li").person, f"busy-{event}"
    assert "海关总署" in told(people["li"], "ask", session, question=QUESTION)
    before = around.records.conversations.of(li.id)
    with monkeypatch.context() as patched:
        patched.setattr(type(getattr(around.records, part)), name, held)
        shown = told(people["li"], event, session, conversation=before[0].id, **data)
    assert ("err.held" in shown) == (event != "look")  # which nobody asked for
    assert "err.lost" not in shown
    assert "process_completed" in shown
    assert '"success": true' in shown
    assert around.records.conversations.of(li.id) == before
    assert "海关总署" in told(people["li"], "stop", session)


def test_an_answer_that_was_not_kept_says_so_and_can_be_kept_later(people, around, monkeypatch):
    """It stands on the page all the same; once the records are free it is in them."""
    zhao = around.records.users.named("zhao").person
    with monkeypatch.context() as patched:
        patched.setattr(type(around.records.turns), "put", held)
        shown = told(people["zhao"], "ask", "unkept", question=QUESTION)
        assert "海关总署" in shown
        assert "ans.unkept" in shown
        assert "err.held" in told(people["zhao"], "keep", "unkept")
    latest = around.records.conversations.of(zhao.id, 1)[0]
    assert [one.state for one in around.records.turns.of(zhao.id, latest.id)] == ["running"]
    shown = told(people["zhao"], "keep", "unkept")
    assert "ans.kept" in shown
    assert "ans.unkept" not in shown
    assert [one.state for one in around.records.turns.of(zhao.id, latest.id)] == ["done"]


def test_the_first_page_reads_what_is_new_alone(people, around, monkeypatch):
    """However many conversations somebody has."""
    asked, of = [], type(around.records.conversations).of

    def counted(self, owner, most=None):
        asked.append(most)
        return of(self, owner, most)

    monkeypatch.setattr(type(around.records.conversations), "of", counted)
    told(people["li"], "new", "first")
    assert asked
    assert None not in asked


def test_what_is_slow_leaves_threads_for_the_rest(tmp_path, monkeypatch):
    """Fifty look for other ways of asking; meanwhile the page answers as ever."""
    monkeypatch.setattr(limits, "TOGETHER", 50)
    records, free = Records.open(tmp_path), threading.Event()
    fake = scripted()
    around = Surroundings(answers=lambda _: fake, records=records, ways=lambda *_: free.wait(30) and ())
    app, person = build_app(around, ()), records.users.local()
    conversation = records.conversations.new(person.id, "甲")
    turn = records.turns.append(person.id, conversation.id, "甲")
    records.turns.put(person.id, turn.after(fake.ask("甲")))
    where = f"/ui/ways/{conversation.id}/{turn.id}"

    async def many() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE, timeout=30) as browser:
            slow = [asyncio.create_task(browser.get(where)) for _ in range(50)]
            while around.share.taken < 40:  # noqa: ASYNC110 (what it counts knows nothing of the loop)
                await asyncio.sleep(0.02)
            try:
                quick = await asyncio.wait_for(browser.get("/ui/status"), 10)
            finally:
                free.set()
            return [quick.status_code, *(one.status_code for one in await asyncio.gather(*slow))]

    assert loop.run(many()) == [200] * 51
    records.close()


def test_each_page_has_threads_of_its_own(app):
    """Those of Gradio's events are not those that serve the routes, and more than can wait for answers."""
    pages = [mounted.app._blocks for mounted in app.routes if isinstance(getattr(mounted, "app", None), Framework)]
    assert pages
    assert {one.max_threads for one in pages} == {limits.THREADS}
    assert limits.THREADS > 2 * limits.TOGETHER
