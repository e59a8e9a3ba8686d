"""What programs use: OpenAI's API, the Model Context Protocol, counters. Official clients ask a real server."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import httpx2
import openai
import pytest
from fastapi.testclient import TestClient
from langchain_openai import ChatOpenAI
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from assistant.answer import Answer, Claim
from assistant.conversation import Progress, Turn
from assistant.records import Records
from assistant.web import Surroundings, Telemetry, build_app
from assistant.web.interfaces.health import health_router
from assistant.web.share import TooManyError
from assistant.web.telemetry import JsonLines
from corpus import limits
from corpus.errors import InputError
from tests.fakes.assistant import FakeAssistant, cite, library, scripted
from tests.fakes.loop import run
from tests.fakes.server import QUESTION

ROOT = Path(__file__).parent.parent
HERE = "http://127.0.0.1"
ASKED = [{"role": "system", "content": "You are a pirate."}, {"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """The address of a real server with users, and a representative's token."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "tests.fakes.server", "0", str(home), "chen:admin", "li:representative"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    address = process.stdout.readline().strip()
    records = Records.open(home)
    yield address, records.tokens.issue("li", "test", by="test")
    records.close()
    process.terminate()
    process.wait(10)


@pytest.fixture
def client(server) -> openai.OpenAI:
    address, token = server
    return openai.OpenAI(base_url=f"{address}/v1", api_key=token, max_retries=0)


def test_the_official_client_lists_the_model(client):
    """As Open WebUI does when a connection is added."""
    assert [one.id for one in client.models.list()] == ["dafu"]
    assert client.models.retrieve("dafu").owned_by == "dafu"
    with pytest.raises(openai.NotFoundError, match="one model"):
        client.models.retrieve("gpt-5")


def test_the_official_client_is_answered_with_marks_and_annotations(client, server):
    """Each annotation spans its mark, names the document, and leads to the page that shows the quote."""
    message = client.chat.completions.create(model="dafu", messages=ASKED, temperature=0.7).choices[0].message
    assert message.refusal is None
    assert message.content.startswith("资料载明共10条")
    assert len(message.annotations) == 6
    for n, annotation in enumerate(message.annotations, start=1):
        place = annotation.url_citation
        assert message.content[place.start_index : place.end_index] == f"[{n}]"
        assert place.url.startswith(f"{server[0]}/ui/source?document=")
        assert place.quote in library()[place.document].text
        assert f"[{n}] [{place.title}" in message.content  # the list below the answer


def test_the_official_client_is_told_while_the_answer_grows(client):
    """What comes in pieces is what comes whole, the annotations with the last of them."""
    whole = client.chat.completions.create(model="dafu", messages=ASKED).choices[0].message
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model="dafu", messages=ASKED, stream=True, stream_options=options))
    assert chunks[-1].usage.total_tokens == 0
    deltas = [chunk.choices[0].delta for chunk in chunks[:-1]]
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    assert sum(bool(delta.content) for delta in deltas) > 3
    assert [len(d.annotations) for d in deltas if getattr(d, "annotations", None)] == [6]
    assert chunks[-2].choices[0].finish_reason == "stop"


@pytest.mark.parametrize("stream", [False, True])
def test_a_refusal_is_one(client, stream):
    """In its own field, and in words with the nearest passages for clients that show nothing else; no citation."""
    asked = [{"role": "user", "content": "火星上有多少座图书馆？"}]
    answered = client.chat.completions.create(model="dafu", messages=asked, stream=stream)
    if stream:
        deltas = [chunk.choices[0].delta for chunk in answered]
        refusal = "".join(delta.refusal or "" for delta in deltas)
        content = "".join(delta.content or "" for delta in deltas)
        assert not any(getattr(delta, "annotations", None) for delta in deltas)
    else:
        message = answered.choices[0].message
        refusal, content = message.refusal, message.content
        assert message.annotations is None
    assert refusal.startswith("福田区2024年GDP")
    assert content.startswith(refusal)
    assert "[1] [" in content


def test_langchain_talks_to_it(server):
    """Another client of the same API."""
    model = ChatOpenAI(model="dafu", base_url=f"{server[0]}/v1", api_key=server[1])
    assert "海关总署推出10条专项措施" in model.invoke(QUESTION).content
    assert "海关总署推出10条专项措施" in "".join(chunk.content for chunk in model.stream(QUESTION))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"messages": [{"role": "user", "content": "甲" * (limits.QUESTION + 1)}]}, "longer than 1000 characters"),
        ({"messages": [{"role": "user", "content": "甲" * (limits.QUESTION + 1)}], "stream": True}, "longer than 1000"),
        ({"messages": [{"role": "user", "content": " "}]}, "empty"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "only text"),
        ({"messages": [{"role": "assistant", "content": "好"}]}, "must be the question"),
        ({"messages": []}, "messages: List should have at least 1 item"),
        ({"messages": ASKED, "n": 2}, "n: "),
        ({"messages": ASKED, "response_format": {"type": "json_object"}}, "response_format"),
    ],
)
def test_what_cannot_be_asked_is_told_in_the_words_of_that_api(server, given, said):
    """400 with a message, before a stream begins."""
    headers = {"Authorization": f"Bearer {server[1]}"}
    answered = httpx.post(f"{server[0]}/v1/chat/completions", json={"model": "dafu", **given}, headers=headers)
    assert answered.status_code == 400, answered.text
    assert said in answered.json()["error"]["message"]
    assert answered.json()["error"]["type"] == "invalid_request_error"


def test_who_has_no_token_is_told_so(server):
    """The client's own errors: a key that is none, a body that is too long."""
    stranger = openai.OpenAI(base_url=f"{server[0]}/v1", api_key="dafu_made_up", max_retries=0)
    with pytest.raises(openai.AuthenticationError, match="sign in first"):
        stranger.chat.completions.create(model="dafu", messages=ASKED)
    known = openai.OpenAI(base_url=f"{server[0]}/v1", api_key=server[1], max_retries=0)
    with pytest.raises(openai.APIStatusError, match="too long"):
        known.chat.completions.create(model="dafu", messages=[{"role": "user", "content": "甲" * limits.BODY}])


@pytest.fixture(scope="module")
def inside(tmp_path_factory) -> Iterator[tuple[TestClient, FakeAssistant]]:
    """The application in this process, with the assistant that it asks."""
    fake = scripted()
    around = Surroundings(lambda _: fake, Records.open(tmp_path_factory.mktemp("home")))
    with TestClient(build_app(around, ()), base_url=HERE) as browser:
        yield browser, fake


def test_the_history_is_that_of_the_messages(inside):
    """Earlier questions with their answers, whatever instructions stand between them."""
    browser, fake = inside
    messages = [
        {"role": "system", "content": "x"},
        {"role": "user", "content": "甲？"},
        {"role": "assistant", "content": "乙。"},
        {"role": "user", "content": [{"type": "text", "text": "丙？"}]},
        {"role": "assistant", "content": None},
        {"role": "user", "content": QUESTION},
    ]
    answered = browser.post("/v1/chat/completions", json={"model": "dafu", "messages": messages})
    assert answered.status_code == 200
    assert fake.asked[-1] == (QUESTION, (Turn("甲？", "乙。"), Turn("丙？", "")))


def test_a_document_puts_no_link_or_picture_into_a_client(inside):
    """A client that shows Markdown would ask another host for it."""
    browser, fake = inside
    document = replace(library()["reply-20250021"], text="看 ![x](http://192.0.2.1/a) 和 [y](http://192.0.2.1/b)。")
    asked, citation = "有什么链接？", cite(document, 1, document.text)
    fake.script = {asked: Answer(asked, asked, (Claim(document.text, (1,)),), (citation,))}
    body = {"model": "dafu", "messages": [{"role": "user", "content": asked}]}
    content = browser.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]
    assert "192.0.2.1" in content
    assert "](http://192.0.2.1" not in content
    assert "![" not in content


def test_an_address_of_a_citation_opens_as_a_page(inside):
    """With the quote marked; the page's own script gets the part that it puts in place."""
    browser, _ = inside
    asked = {"document": "reply-20250021", "q": "500-520"}
    page = browser.get("/ui/source", params=asked, headers={"Sec-Fetch-Dest": "document"}).text
    assert page.startswith("<!doctype html>")
    assert "<mark" in page
    assert browser.get("/ui/source", params=asked).text.startswith("<div")


# The Model Context Protocol


def calling(server: object, *calls: tuple[str, dict[str, object]]) -> list[CallToolResult]:
    """The results of tools that the SDK's own client calls, and first the list of them."""

    async def called() -> list[CallToolResult]:
        async with Client(server) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == {"search", "ask", "show", "draft"}
            return [await client.call_tool(name, given) for name, given in calls]

    found: list[CallToolResult] = run(called())
    return found


def test_a_client_of_the_protocol_asks_over_http(server):
    """With the same token; what is refused to its owner is refused to it."""
    address, token = server
    web = httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"})
    calls = (
        ("ask", {"question": QUESTION}),
        ("show", {"document": "reply-20250021", "start": 10, "length": 20}),
        ("show", {"document": "none"}),
        ("draft", {"suggestion": "关于图书馆的建议\n\n一、增加图书馆。"}),
        ("ask", {"question": "甲" * (limits.QUESTION + 1)}),
    )
    told, shown, none, draft, long = calling(streamable_http_client(f"{address}/mcp", http_client=web), *calls)
    assert told.structured_content["citations"][0]["quote"] in library()["reply-20250021"].text
    assert shown.structured_content["text"] == library()["reply-20250021"].text[10:30]
    assert [one.is_error for one in (told, shown, none, draft, long)] == [False, False, True, True, True]
    assert "there is no document 'none'" in none.content[0].text
    assert "only staff" in draft.content[0].text


def test_a_stranger_reaches_no_tool(server):
    """Nor do other methods than the one that asks."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert httpx.post(f"{server[0]}/mcp", json=message).status_code == 401
    headers = {"Authorization": f"Bearer {server[1]}"}
    assert httpx.get(f"{server[0]}/mcp", headers=headers).status_code in {404, 405}


def test_a_client_of_the_protocol_asks_over_standard_input(dafu, tmp_path):
    """``dafu mcp``: all four tools over a home."""
    home = tmp_path / "home"
    assert dafu("sync", "--home", home, keywords=True).status == 0
    environ = {**os.environ, "DAFU_ENCODER": "none", "DAFU_LLM": "off", "DAFU_READER": "words"}
    command = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from assistant.cli import main; main()", "mcp", "--home", str(home)],
        env=environ,
        cwd=ROOT,
    )
    suggestion = "关于推动河套合作区通关便利的建议\n\n一、加快皇岗口岸建设，早日启用。\n二、推动通关便利化。\n"
    calls = (
        ("search", {"question": "通关便利", "k": 3}),
        ("ask", {"question": "突破要素跨境流动壁垒有哪些做法", "history": []}),
        ("show", {"document": "reply-20250021"}),
        ("draft", {"suggestion": suggestion}),
    )
    found, told, shown, draft = calling(command, *calls)
    assert len(found.structured_content["hits"]) == 3
    assert told.structured_content["answered"] is True
    assert "尊敬的邹越、蒋崇安代表" in shown.structured_content["text"]
    assert "皇岗口岸" in draft.structured_content["markdown"]


# Who runs the server


def test_the_counters_tell_what_became_of_questions_and_not_what_they_were(server, client):
    """By door and outcome, without a word of them; for this machine and administrators alone."""
    for question in (QUESTION, "火星上有多少座图书馆？"):
        client.chat.completions.create(model="dafu", messages=[{"role": "user", "content": question}])
    text = httpx.get(f"{server[0]}/metrics").text
    assert 'dafu_questions_total{door="openai",outcome="answered"}' in text
    assert 'dafu_questions_total{door="openai",outcome="not_covered"}' in text
    assert 'dafu_answer_seconds_count{door="openai"}' in text
    assert 'dafu_stage_seconds_count{stage="search"}' in text
    assert "dafu_questions_under_way 0.0" in text
    assert "图书馆" not in text
    assert httpx.get(f"{server[0]}/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 401
    assert httpx.get(f"{server[0]}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{server[0]}/readyz").json() == {"ready": True, "waiting": []}


def test_what_is_waited_for_is_told(tmp_path):
    around = Surroundings(lambda _: scripted(), Records.open(tmp_path), waiting=lambda: ("documents",))
    told = next(one for one in health_router(around).routes if one.path == "/readyz").endpoint()
    assert (told.status_code, json.loads(told.body)) == (503, {"ready": False, "waiting": ["documents"]})


@pytest.mark.parametrize("words", [False, True])
def test_the_log_holds_the_words_of_questions_only_where_it_is_asked_to(words, caplog):
    """One event a question, as a line of JSON."""
    caplog.set_level(logging.INFO, "dafu")
    told, fake = Telemetry(words=words), scripted()
    list(told.followed("api", QUESTION, fake.stream(QUESTION)))
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert (line["what"], line["door"], line["outcome"], line["citations"]) == ("question", "api", "answered", 6)
    assert line.get("question") == (QUESTION if words else None)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(TooManyError("x"), "busy"), (InputError("x"), "unusable"), (RuntimeError("x"), "failed"), (None, "left")],
)
def test_every_end_of_a_question_is_counted(fault, outcome):
    """However it ends, the fault stays what it is."""

    def steps():
        yield Progress("search")
        raise fault

    told = Telemetry()
    following = told.followed("page", "?", steps())
    next(following)
    if fault is None:
        following.close()
    else:
        with pytest.raises(type(fault)):
            next(following)
    assert f'dafu_questions_total{{door="page",outcome="{outcome}"}} 1.0' in told.text().decode()
