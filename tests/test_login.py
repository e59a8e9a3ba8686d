"""The gate: who comes in, how, and what each role is never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import gradio as gr
import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount
from starlette.websockets import WebSocketDisconnect

from assistant.cli.opening import open_shelves, surroundings
from assistant.records import Records, document_version
from assistant.records.people import IDLE
from assistant.settings import Settings
from assistant.web import PAGES, Encryption, StaffPage, Surroundings, build_app, check_exposure
from assistant.web.login import _local
from corpus import InputError
from index.storage.store import Store
from index.storage.versions import restore, set_access, withdraw
from index.sync import sync
from tests.fakes.assistant import scripted

SECRET = "天鹅湖仓库库存粮食317吨"
ABOUT_IT = "天鹅湖仓库库存多少粮食？"
PASSWORD = "correct-horse-battery"
HERE = "http://127.0.0.1"
FILES = {
    "library.md": ("图书馆情况", "public", "全市共有图书馆32座，其中区级图书馆9座。"),
    "secret.md": (
        "天鹅湖仓库内部情况",
        "internal",
        f"{SECRET}。\n\n## 一、轮换措施\n\n一是每季度轮换。二是每年盘点。三是派人值守。",
    ),
    "later.md": ("码头情况", "public", "码头共有泊位14个。"),
}


def staff_page(around: Surroundings) -> gr.Blocks:  # noqa: ARG001
    with gr.Blocks() as page:
        gr.Markdown(SECRET)
    return page


STAFF_PAGE = StaffPage("/stub", "nav.ask", "staff", staff_page)
ADMIN_PAGE = StaffPage("/keys", "nav.ask", "admin", staff_page)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with public documents, an internal one, and a user of each role."""
    home, documents = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("documents")
    for name, (title, access, text) in FILES.items():
        front = f"---\ntitle: {title}\nkind: report\naccess: {access}\n---\n"
        (documents / name).write_text(f"{front}\n# {title}\n\n{text}\n", "utf-8")
    sync(Store(home, create=True), [documents], None)
    records = Records.open(home)
    for name, role in (("chen", "admin"), ("wang", "staff"), ("li", "representative")):
        records.users.add(name, PASSWORD, role, by="test")
    return home


@pytest.fixture(scope="module")
def around(home) -> Surroundings:
    chosen = Settings(home=home, models=home / "models", encoder="none", llm="off")
    store = Store(home)
    return surroundings(chosen, store, Records.open(home), open_shelves(chosen, store))


@pytest.fixture(scope="module")
def app(around):
    return build_app(around, (*PAGES, STAFF_PAGE, ADMIN_PAGE))


@pytest.fixture(scope="module")
def people(app, around) -> Iterator[dict[str, TestClient]]:
    """A browser for each role, and one that has not signed in."""
    browsers = {name: TestClient(app, base_url=HERE, follow_redirects=False) for name in ("", "li", "wang", "chen")}
    with browsers[""]:
        for name, browser in browsers.items():
            if name:
                browser.cookies.set("dafu", around.records.sign_ins.open(around.records.users.named(name).id))
        yield browsers


def routes(app, above: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path that the application answers, those of mounted applications too."""
    for route in app.routes:
        path = above + getattr(route, "path", "")
        if isinstance(route, Mount):
            yield from routes(route, path) if route.routes else [("GET", f"{path}/x")]
        elif hasattr(route, "methods"):
            for method in route.methods or ():
                yield method, re.sub(r"\{[^}]*\}", "x", path) or "/"
        elif hasattr(route, "original_router"):  # FastAPI keeps an included router as it is, below a prefix
            yield from routes(route.original_router, above + route.include_context.prefix)


def test_nothing_is_open_but_the_way_in(app, people):
    """Every route there is, of ours and of Gradio, sends a stranger to the sign-in page or refuses."""
    found = sorted(set(routes(app)))
    assert len(found) > 150
    assert ("POST", "/api/ask") in found
    for method, path in found:
        if path in {"/login", "/healthz", "/readyz"} or path.startswith("/ui/static"):
            continue
        assert people[""].request(method, path).status_code == 401, (method, path)
    page = people[""].get("/evals/?tab=1", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=/evals/%3Ftab%3D1")


def test_every_route_of_a_page_asks_for_its_role(app, people):
    """Below a page of staff or of administrators nothing answers to a lower role."""
    pages = (*PAGES, STAFF_PAGE, ADMIN_PAGE)
    for method, path in sorted(set(routes(app))):
        needed = [page.role for page in pages if path == page.path or path.startswith(f"{page.path}/")]
        if needed:
            assert people["li"].request(method, path).status_code == 403, (method, path)
        if needed == ["admin"]:
            assert people["wang"].request(method, path).status_code == 403, (method, path)


ANYONE, STAFF, ADMIN = (401, 200, 200, 200), (401, 403, 200, 200), (401, 403, 403, 200)


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("GET", "/", ANYONE),
        ("GET", "/config", ANYONE),
        ("GET", "/ui/status", ANYONE),
        ("GET", "/ui/source?document=library", ANYONE),
        ("GET", "/ui/export/none.md", (401, 404, 404, 404)),
        ("GET", "/ui/shelf", ANYONE),
        ("GET", "/ui/ways/none/none", (401, 404, 404, 404)),
        ("POST", "/api/search", ANYONE),
        ("POST", "/api/ask", ANYONE),
        ("GET", "/api/docs", STAFF),
        ("GET", "/api/docs/openapi.json", STAFF),
        *(("GET", f"{page.path}/", STAFF) for page in PAGES),
        ("GET", "/stub/", STAFF),
        ("GET", "/stub/config", STAFF),
        ("GET", "/keys/", ADMIN),
        ("GET", "/keys/config", ADMIN),
        ("GET", "/ui/static/page.css", (200, 200, 200, 200)),
        ("GET", "/login", (200, 303, 303, 303)),
        ("GET", "/password", ANYONE),
        ("GET", "/v1/models", ANYONE),
        ("POST", "/v1/chat/completions", ANYONE),
        ("GET", "/healthz", (200, 200, 200, 200)),
        ("GET", "/readyz", (200, 200, 200, 200)),
        ("GET", "/metrics", ADMIN),
    ],
)
def test_who_may_open_what(people, method, path, statuses):
    """Stranger, representative, staff, administrator."""
    asked = "全市共有多少座图书馆？"
    messages = [{"role": "user", "content": asked}]
    body = {"json": {"question": asked, "messages": messages}} if method == "POST" else {}
    assert tuple(people[name].request(method, path, **body).status_code for name in people) == statuses


# What representatives never see


def chat(around: Surroundings, name: str, question: str) -> str:
    """Everything that the page is told about a question that somebody asks in the chat."""
    token = around.records.sign_ins.open(around.records.users.named(name).id)
    with TestClient(build_app(around, ()), base_url=HERE, cookies={"dafu": token}) as browser:
        config = browser.get("/config").json()
        wanted = [one for one in config["dependencies"] if any(target[1] == "ask" for target in one["targets"])]
        body = {"fn_index": wanted[0]["id"], "session_hash": name, "data": [None], "event_data": {"question": question}}
        assert browser.post("/gradio_api/queue/join", json=body).status_code == 200
        events = browser.get("/gradio_api/queue/data", params={"session_hash": name}).text
    lines = (json.loads(line.removeprefix("data: ")) for line in events.splitlines() if line.startswith("data: "))
    return json.dumps(list(lines), ensure_ascii=False)


def everything(browser: TestClient, version: str) -> dict[str, str]:
    """What each route that deals in documents says when it is asked for the secret one."""
    stream = {"headers": {"Accept": "text/event-stream"}}
    return {
        "ask": browser.post("/api/ask", json={"question": ABOUT_IT}).text,
        "ask after a history": browser.post("/api/ask", json={"question": "还有呢？", "history": [ABOUT_IT]}).text,
        "stream": browser.post("/api/ask", json={"question": ABOUT_IT}, **stream).text,
        "search": browser.post("/api/search", json={"question": ABOUT_IT, "k": 100}).text,
        "completion": browser.post("/v1/chat/completions", json=completion(stream=False)).text,
        "completion in pieces": browser.post("/v1/chat/completions", json=completion(stream=True)).text,
        "shelf": browser.get("/ui/shelf").text,
        "ask of it alone": browser.post("/api/ask", json={"question": ABOUT_IT, "documents": ["secret"]}).text,
        "source": browser.get("/ui/source", params={"document": "secret"}).text,
        "source as cited": browser.get("/ui/source", params={"document": "secret", "v": version, "q": "80-90"}).text,
    }


def completion(*, stream: bool) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": ABOUT_IT}], "stream": stream}


def unescaped(text: str) -> str:
    """JSON may write a character by its number, whose last digit would stand before those of a secret."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)


def test_a_representative_never_sees_an_internal_document(people, around):
    """No route shows a character of it; staff see it in each, so each is truly asked."""
    version = document_version(around.office.store.catalog.document("secret"))
    shown = re.compile(r"库存粮食|(?<![0-9a-f.])317(?![0-9a-f])|轮换|内部情况")  # ids and timings hold any digits
    told = {name: everything(people[name], version) | {"chat": chat(around, name, ABOUT_IT)} for name in ("wang", "li")}
    seen = {name: {route: unescaped(text) for route, text in routes.items()} for name, routes in told.items()}
    for route, text in seen["wang"].items():
        assert shown.search(text) or route == "ask after a history", route
    assert around.records.documents.get("secret", version, ("public", "internal")) is not None  # staff's turn kept it
    for route, text in seen["li"].items():
        assert not shown.search(text.replace(ABOUT_IT, "")), route
    person = around.records.users.named("li").person
    assert around.holdings(person).documents == len(FILES) - 1
    assert around.holdings(around.records.users.named("wang").person).documents == len(FILES)


def test_a_token_sees_what_its_owner_sees(app, around):
    """Programs are held to the same roles, take no cookie's place, and work with the API alone."""
    secrets = {name: around.records.tokens.issue(name, "test", by="test") for name in ("li", "wang")}
    for name, secret in secrets.items():
        program = TestClient(app, base_url=HERE, headers={"Authorization": f"Bearer {secret}"})
        found = program.post("/api/search", json={"question": ABOUT_IT}).text
        assert (SECRET in found) == (name == "wang")
        assert program.get("/ui/source", params={"document": "library"}).status_code == 401
    refused = TestClient(app, base_url=HERE, headers={"Authorization": "Bearer dafu_made_up"})
    refused.cookies.set("dafu", around.records.sign_ins.open(around.records.users.named("chen").id))
    told = refused.post("/api/ask", json={"question": "?"})
    assert (told.status_code, told.headers["www-authenticate"]) == (401, "Bearer")


def test_a_document_made_internal_no_longer_opens_from_an_old_citation(people, around):
    """Its present access decides, not the one of the day when it was cited."""
    store = around.office.store
    document = store.catalog.document("later")
    around.records.documents.keep([document])
    asked = {"document": "later", "v": document_version(document), "q": "60-70"}
    assert "泊位" in people["li"].get("/ui/source", params=asked).text
    set_access(store, None, "later", "internal", who="test")
    assert "泊位" not in people["li"].get("/ui/source", params=asked).text
    assert "泊位" in people["wang"].get("/ui/source", params=asked).text


def test_a_cited_document_says_what_has_become_of_it(people, around, tmp_path):
    """Changed, withdrawn, its file gone: the viewer tells it above the text that was cited, and the cards can."""
    store, file = around.office.store, tmp_path / "tower.md"
    told = {}

    def look(name: str) -> None:
        shown = people["li"].get("/ui/source", params={"document": "tower", "v": document_version(cited), "q": "0-4"})
        assert "塔高88米" in re.sub("<[^>]+>", "", shown.text)
        told[name] = (re.findall(r'data-i="(src\.[a-z]+)"', shown.text), around.standing(cited))

    kept = [file.parent, *store.catalog.sources()]
    file.write_text("塔高88米。\n", "utf-8")
    sync(store, kept, None)
    cited = store.catalog.document("tower")
    look("cited")
    file.write_text("塔高99米。\n", "utf-8")
    sync(store, kept, None)
    look("changed")
    withdraw(store, "tower", who="test")
    look("withdrawn")
    restore(store, None, "tower", who="test")
    file.unlink()
    sync(store, kept, None)
    look("removed")
    assert told == {
        "cited": ([], "live"),
        "changed": (["src.older"], "older"),
        "withdrawn": (["src.withdrawn"], "withdrawn"),
        "removed": (["src.removed"], "removed"),
    }


def test_suggestions_come_from_what_a_person_may_see(home, around):
    """The first questions of a representative are made from public documents alone."""
    chosen = Settings(home=home, models=home / "models", encoder="none", llm="off")
    shelves = open_shelves(chosen, around.office.store)
    used = {tiers: [document.id for document in shelf.first._documents()] for tiers, shelf in shelves.items()}
    assert "secret" not in used["public",]
    assert "secret" in used["public", "internal"]


# Signing in and out


@pytest.fixture
def door(tmp_path, clock):
    """A fresh application with one user, and its records."""
    records = Records.open(tmp_path, clock)
    records.users.add("chen", PASSWORD, "admin", by="test")
    fake = scripted()
    app = build_app(Surroundings(answers=lambda _: fake, records=records), ())
    yield TestClient(app, base_url=HERE, follow_redirects=False), records
    records.close()


def sign_in(browser, name="chen", password=PASSWORD, **fields):
    return browser.post("/login", data={"name": name, "password": password, **fields})


def test_signing_in_and_out(door):
    """The right password gives a cookie that scripts and other sites do not get; signing out makes it worthless."""
    browser, _ = door
    let_in = sign_in(browser, next="/evals/?tab=1")
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/evals/?tab=1")
    cookie = let_in.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    token = browser.cookies["dafu"]
    assert browser.get("/ui/status").status_code == 200
    left = browser.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert "dafu" not in browser.cookies
    browser.cookies.set("dafu", token)
    assert browser.get("/ui/status").status_code == 401


def test_unknown_and_wrong_are_told_alike(door):
    """Status, headers and page are the same to the letter; the password is never sent back."""
    browser, _ = door
    pages = [sign_in(browser, name, "wrong-password") for name in ("chen", "noby")]
    assert {page.status_code for page in pages} == {401}
    texts = {page.text.replace('value="chen"', "").replace('value="noby"', "") for page in pages}
    assert len(texts) == 1
    assert "用户名或密码不对" in texts.pop()
    assert all("wrong-password" not in page.text for page in pages)
    assert all("set-cookie" not in page.headers for page in pages)


def test_guessing_has_to_wait(door, clock):
    """After ten failures even the right password waits; it is told for how long; then it works."""
    browser, _ = door
    assert [sign_in(browser, password=f"guess {n}").status_code for n in range(10)] == [401] * 10
    wait = sign_in(browser)
    assert wait.status_code == 429
    assert int(wait.headers["retry-after"]) == 15 * 60
    assert "15 分钟" in wait.text
    assert sign_in(browser, "nobody").status_code == 401
    clock.now += timedelta(minutes=16)
    assert sign_in(browser).status_code == 303


def test_a_person_changes_their_own_password(door):
    """With the present one; other browsers are signed out, this one is not, and only the new one works from then on."""
    browser, records = door
    sign_in(browser)
    elsewhere = records.sign_ins.open(records.users.named("chen").id)
    fields = {"old": PASSWORD, "new": "quite-another-one", "again": "quite-another-one"}
    assert 'name="old"' in browser.get("/password").text
    assert "密码已修改" in browser.post("/password", data=fields).text
    assert browser.get("/ui/status").status_code == 200
    assert records.sign_ins.person(elsewhere) is None
    assert records.users.verify("chen", PASSWORD) is None
    assert records.users.verify("chen", "quite-another-one") is not None
    assert records.audit.of("user:chen")[1].what == "user.passwd"  # before the sign-in that this browser was given


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"old": "not-this-one"}, 403, "现在的密码不对"),
        ({"again": "quite-another-two"}, 422, "不一样"),
        ({"new": "short", "again": "short"}, 422, "太短"),
        ({"new": "chen", "again": "chen", "lang": "en"}, 422, "too short or too easy"),
    ],
)
def test_a_password_that_cannot_be_is_told_and_the_old_one_stays(door, fields, status, said):
    """Whatever was typed is not sent back."""
    browser, records = door
    sign_in(browser)
    typed = {"old": PASSWORD, "new": "quite-another-one", "again": "quite-another-one"} | fields
    page = browser.post("/password", data=typed)
    assert page.status_code == status
    assert said in page.text
    assert not any(value in page.text for name, value in typed.items() if name != "lang" and value != "chen")
    assert records.users.verify("chen", PASSWORD) is not None
    assert browser.get("/ui/status").status_code == 200


def test_guessing_the_present_password_has_to_wait_as_well(door):
    """An unlocked computer is no way round the throttle; another site cannot send the form."""
    browser, _ = door
    sign_in(browser)
    fields = {"old": "guess", "new": "quite-another-one", "again": "quite-another-one"}
    assert [browser.post("/password", data=fields).status_code for _ in range(10)] == [403] * 10
    assert browser.post("/password", data=fields | {"old": PASSWORD}).status_code == 429
    assert browser.post("/password", data=fields, headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_sign_in_ends_by_itself(door, clock):
    """Unused for too long, the next request is asked to sign in again and brought back to where it was."""
    browser, _ = door
    sign_in(browser)
    clock.now += IDLE - timedelta(minutes=1)
    assert browser.get("/ui/status").status_code == 200
    clock.now += IDLE + timedelta(minutes=6)
    assert browser.get("/ui/status").status_code == 401
    back = browser.get("/?c=1", headers={"Accept": "text/html"})
    assert back.headers["location"] == "/login?next=/%3Fc%3D1"


def test_signing_in_again_ends_the_old_one(door):
    """A token that was planted before is not taken over."""
    browser, records = door
    sign_in(browser)
    old = browser.cookies["dafu"]
    sign_in(browser)
    assert records.sign_ins.person(old) is None
    assert browser.cookies["dafu"] != old


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": HERE}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": HERE}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": f"{HERE}:8000"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": HERE}, 403),
    ],
)
def test_another_site_cannot_act_for_a_person(door, headers, status):
    """What a browser sends from elsewhere is refused, for every change, signing in and out included."""
    browser, _ = door
    browser.headers.update(headers)
    assert sign_in(browser).status_code == status
    assert (browser.post("/logout").status_code == 303) == (status == 303)


@pytest.mark.parametrize(
    ("asked", "goal"),
    [
        ("/", "/"),
        ("/review/?id=3", "/review/?id=3"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/login?next=/login", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(asked, goal):
    """Whatever an address asks for, a person stays on this server."""
    assert _local(asked) == goal


@pytest.mark.parametrize("body", [b"", b"name=chen", b"\xff\xfe=1", b"x=" + b"a" * 100_000, b"&".join([b"a=1"] * 15)])
def test_a_strange_form_is_only_a_wrong_password(door, body):
    """No body makes the server fail."""
    browser, _ = door
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/login", content=body, headers=form).status_code == 401


def test_what_is_typed_comes_back_as_text(door):
    """A name that tries to be code stays a value."""
    browser, _ = door
    page = sign_in(browser, '"><script>alert(1)</script>', "wrong-password").text
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("header", "wanted", "language"),
    [
        ("zh-CN,zh;q=0.9", "", "zh-Hans"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "", "zh-Hant"),
        ("zh-Hant-HK", "", "zh-Hant"),
        ("fr,en-GB;q=0.8", "", "en"),
        ("", "", "zh-Hans"),
        ("en", "zh-Hans", "zh-Hans"),
        ("en", "xx", "en"),
    ],
)
def test_the_sign_in_page_speaks_the_browsers_language(door, header, wanted, language):
    """Without a script; a link switches."""
    browser, _ = door
    page = browser.get("/login", params={"lang": wanted}, headers={"Accept-Language": header}).text
    assert f'<html lang="{language}">' in page
    assert "<script" not in page


def test_a_fault_of_a_page_leaves_nothing_in_the_browser(door):
    """What one person sees on a shared computer is not kept for the next."""
    browser, _ = door
    assert browser.get("/login").headers["cache-control"] == "no-store"
    assert browser.get("/ui/status").headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in browser.get("/login").headers["content-security-policy"]


def test_web_sockets_are_closed(door):
    """Nothing speaks over them, so nobody gets past the gate by one."""
    browser, _ = door
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/gradio_api/queue/join"):
        pass


# Under encryption, and without users


def test_under_encryption_the_cookie_is_for_this_host_alone(door):
    """It is Secure and carries the prefix that browsers enforce; plain requests are not served."""
    _, records = door
    fake = scripted()
    app = build_app(Surroundings(answers=lambda _: fake, records=records), (), tls=True)
    browser = TestClient(app, base_url="https://dafu.example", follow_redirects=False)
    let_in = sign_in(browser)
    assert let_in.headers["set-cookie"].startswith("__Host-dafu=")
    assert "secure" in let_in.headers["set-cookie"].lower()
    assert "max-age" in let_in.headers["strict-transport-security"]
    assert browser.get("/ui/status").status_code == 200
    plain = TestClient(app, base_url="http://dafu.example").get("/login")
    assert plain.status_code == 403
    assert "X-Forwarded-Proto" in plain.json()["detail"]


@pytest.fixture
def alone(tmp_path):
    """An application without users."""
    records, fake = Records.open(tmp_path), scripted()
    app = build_app(Surroundings(answers=lambda _: fake, records=records), (STAFF_PAGE,))
    with TestClient(app, base_url=HERE, follow_redirects=False) as browser:
        yield browser, records
    records.close()


def test_without_users_one_local_person_has_every_role(alone):
    """Nobody signs in; the page knows that it is so, to say it."""
    browser, _ = alone
    for path in ("/", "/stub/", "/api/docs", "/ui/status"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/login").headers["location"] == "/"
    assert browser.get("/config").json()["username"] == "local"


def test_the_first_user_closes_the_page(alone):
    """From the next request on people sign in."""
    browser, records = alone
    assert browser.get("/ui/status").status_code == 200
    records.users.add("chen", PASSWORD, "admin", by="test")
    assert browser.get("/ui/status").status_code == 401


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host"])
def test_without_users_a_proxy_is_refused(alone, name):
    """Whoever set it up is told to add a user: else the whole network would be the local person."""
    browser, _ = alone
    told = browser.get("/ui/status", headers={name: "10.0.0.1"})
    assert told.status_code == 403
    assert "add a user" in told.json()["detail"]


def test_without_users_another_site_cannot_act_either(alone):
    """A page elsewhere cannot ask or delete through the browser of the person at this machine."""
    browser, _ = alone
    body = {"question": "?"}
    assert browser.post("/api/ask", json=body, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize(
    ("users", "host", "encryption", "said"),
    [
        (False, "127.0.0.1", Encryption(), None),
        (False, "::1", Encryption(), None),
        (False, "localhost", Encryption(), None),
        (False, "0.0.0.0", Encryption(), "--host 127.0.0.1"),
        (False, "::", Encryption(proxy="10.0.0.1"), "--role admin"),
        (False, "127.0.0.1", Encryption(proxy="127.0.0.1"), "leave --behind-proxy out"),
        (True, "127.0.0.1", Encryption(), None),
        (True, "0.0.0.0", Encryption(), "--tls-cert and --tls-key"),
        (True, "192.168.1.5", Encryption(), "--behind-proxy"),
        (True, "0.0.0.0", Encryption(proxy="10.0.0.1"), None),
        (True, "127.0.0.1", Encryption(Path("a")), "both"),
        (True, "127.0.0.1", Encryption(Path("a"), Path("b")), "PEM"),
    ],
)
def test_who_may_be_served_and_how(tmp_path, users, host, encryption, said):
    """Others than this machine only with users and encryption, a certificate only if it can be used."""
    records = Records.open(tmp_path)
    if users:
        records.users.add("chen", PASSWORD, "admin", by="test")
    if said is None:
        check_exposure(records, host, encryption)
    else:
        with pytest.raises(InputError, match=said):
            check_exposure(records, host, encryption)


def test_the_api_page_tells_every_operation(people):
    """Staff read how to call the API; the page loads nothing from elsewhere."""
    page = people["wang"].get("/api/docs").text
    schema = people["wang"].get("/api/docs/openapi.json").json()
    assert {"/api/ask", "/api/search", "/api/me", "/v1/chat/completions", "/v1/models"} <= set(schema["paths"])
    for path, operations in schema["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
