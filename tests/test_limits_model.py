"""What a model may send: however long, deep or broken, it costs bounded time and memory, and the answer quotes."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant import Assistant
from assistant.conversation import turns
from assistant.generate import Worded
from assistant.generate.chat import ChatGenerator
from assistant.llm.client import ChatClient, Endpoint
from assistant.llm.partial import elements, whole
from corpus import limits
from corpus.errors import GenerationError
from index import StaticRetriever
from tests.fakes import chat_server as fake

SENTENCES = {"type": "object", "properties": {"sentences": {"type": "array"}}}
DEEP = ['["' * 100_000, "[" * 100_000, '{"a":' * 100_000, '{"sentences": [' + '{"a": [' * 50_000]


def ended_within(seconds: float, started: float) -> None:
    """Time of the processor, the scripted server's included: others may be busy on the machine."""
    assert time.process_time() - started < seconds


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:20])
@pytest.mark.parametrize("size", [7, 1_000_000])
def test_nesting_is_refused_and_not_followed(text, size):
    """No depth of brackets reaches a parser that recurses, however it arrives."""
    started = time.process_time()
    with pytest.raises(GenerationError):
        list(elements((text[i : i + size] for i in range(0, len(text), size)), "sentences"))
    with pytest.raises(GenerationError):
        whole(text)
    ended_within(5, started)


def test_reading_an_answer_takes_time_in_proportion_to_its_length():
    """The longest answer that is read, one character at a time; reading it anew at each piece would take minutes."""
    text = json.dumps({"sentences": [{"text": "甲" * (limits.MODEL_CHARACTERS - 50)}]}, ensure_ascii=False)
    started = time.process_time()
    assert len(list(elements(iter(text), "sentences"))) == 1
    ended_within(5, started)


@pytest.mark.parametrize("value", ['"\\ud800"', "NaN", "-Infinity", "1" * 5_000])
def test_what_cannot_be_kept_is_no_answer(value):
    """Half characters, numbers that are none, numbers without end."""
    with pytest.raises(GenerationError):
        whole(f'{{"text": {value}}}')
    with pytest.raises(GenerationError):
        list(elements([f'{{"sentences": [{{"text": {value}}}]}}'], "sentences"))


def test_a_list_of_another_name_or_further_in_is_not_taken_for_the_answer():
    """Only the outermost object's own list counts, whatever stands in strings before it."""
    value = {"a": {"sentences": [{"text": "里"}]}, "b": '"sentences": [{"text": "串"}]', "sentences": [{"text": "外"}]}
    for size in (1, 5, 1_000):
        text = json.dumps(value)
        assert list(elements((text[i : i + size] for i in range(0, len(text), size)), "sentences")) == [{"text": "外"}]


def test_an_answer_without_end_is_cut_off_at_its_length():
    """A model that never stops is stopped by what it wrote, long before the time limit."""
    started = time.process_time()
    endless = fake.Reply(['{"sentences": [{"evidence": [1], "text": "', *["甲" * 500] * 2_000])
    with fake.ChatServer(lambda _: endless) as server, pytest.raises(GenerationError, match="wrote more than"):
        list(ChatClient(Endpoint(server.base_url, "fake")).stream_json("固定", "{}", SENTENCES))
    ended_within(15, started)


class _Flood(BaseHTTPRequestHandler):
    """Sends a response without end: as one line, or packed."""

    packed = False

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        if self.packed:
            self.send_header("content-encoding", "gzip")
        self.end_headers()
        block = gzip.compress(b"data: " + b"a" * (64 << 20)) if self.packed else b"data: " + b"a" * (1 << 20)
        try:
            for _ in range(1 if self.packed else 200):
                self.wfile.write(block)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("packed", [False, True])
def test_a_flood_of_bytes_is_cut_off(packed):
    """A line that never ends, and one that is small until it is unpacked."""
    handler = type("Handler", (_Flood,), {"packed": packed})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    started = time.process_time()
    try:
        endpoint = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1", "fake")
        with pytest.raises(GenerationError, match=r"more than|packed|failed"):
            list(ChatClient(endpoint).stream_json("固定", "{}", SENTENCES))
    finally:
        server.shutdown()
        server.server_close()
    ended_within(15, started)


class _Verbose:
    """A generator whose one sentence is as long as it is told."""

    name = "endpoint/verbose"

    def __init__(self, text: str) -> None:
        self._text = text

    def generate(self, question: str, evidence: Sequence[str]) -> Iterator[Worded]:  # noqa: ARG002
        yield from (Worded(self._text, (n + 1,)) for n in range(len(evidence)))


@pytest.mark.parametrize("text", ["福田区" * 150_000, "1" * 400_000, "（" * 400_000, "2025年" * 100_000, "“" * 400_000])
def test_a_sentence_too_long_to_be_verified_is_replaced_by_its_quote(text):
    """It is not proved, so the document's own words stand in its place; that takes no time."""
    retriever = StaticRetriever(["福田区共有图书馆32座。"])
    started = time.process_time()
    answer = Assistant(retriever, _Verbose(text)).ask("福田区共有多少座图书馆？")
    assert [claim.text for claim in answer.claims] == ["福田区共有图书馆32座。"]
    ended_within(20, started)


@pytest.mark.parametrize("behaviour", [fake.says({"sentences": [{"evidence": [1], "text": "甲" * 400_000}]})])
def test_a_model_that_floods_still_leaves_an_answer(behaviour):
    """The page's way: endpoint, generator, assistant; what comes is the quote and a note why."""
    retriever = StaticRetriever(["福田区共有图书馆32座。"])
    started = time.process_time()
    with fake.ChatServer(behaviour) as server:
        generator = ChatGenerator(ChatClient(Endpoint(server.base_url, "fake")), "endpoint/fake")
        answer = Assistant(retriever, generator).ask("福田区共有多少座图书馆？")
    assert [claim.text for claim in answer.claims] == ["福田区共有图书馆32座。"]
    assert [note.kind for note in answer.notes] == ["fallback"]
    ended_within(20, started)


# Histories


def test_the_latest_turns_of_a_history_are_kept():
    """What lies further back than anything leans on is left out, and no turn is longer than a question."""
    kept = turns([str(n) for n in range(200)] + ["甲" * 5_000])
    assert len(kept) == limits.HISTORY
    assert kept[-2].question == "199"
    assert len(kept[-1].question) == limits.QUESTION
