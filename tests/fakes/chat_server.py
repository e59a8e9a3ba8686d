"""A scripted OpenAI-compatible server on a free port of 127.0.0.1: a queue of behaviours, and a history of requests.

A behaviour is a function of the request (as parsed JSON) that returns a ``Reply``. The last one in the queue stays.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

WAIT_SECONDS = 30.0  # no test should come near; a fake that is never released must not hang the run


@dataclass(frozen=True)
class Reply:
    """What is streamed: ``pieces`` in order, then the ending. ``gates[i]`` is waited for before piece ``i``."""

    pieces: Sequence[str]
    ending: Literal["done", "cut", "hang"] = "done"
    status: int = 200
    delay: float = 0.0
    gates: dict[int, threading.Event] = field(default_factory=dict)


Behaviour = Callable[[dict[str, Any]], Reply]


class ChatServer:
    """``with ChatServer(good) as server: ChatClient(server.endpoint())``; ``requests`` is the history."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = deque(behaviours)
        self.requests: list[dict[str, Any]] = []
        self.connections = 0
        self.disconnected = threading.Event()
        self._http = _HttpServer(self)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def next(self) -> Behaviour:
        return self.behaviours.popleft() if len(self.behaviours) > 1 else self.behaviours[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def user_data(request: dict[str, Any]) -> dict[str, Any]:
    """The question and the evidence as the request hands them over."""
    return dict(json.loads(request["messages"][-1]["content"]))


def evidence_of(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The request's evidence as ``{"n", "text"}``, one by one or all together."""
    evidence = user_data(request)["evidence"]
    return [{"n": 1, "text": evidence}] if isinstance(evidence, str) else list(evidence)


def good(request: dict[str, Any]) -> Reply:
    """Says each piece of evidence in other words that keep its facts."""
    return sentences(request, [([item["n"]], f"据了解，{item['text']}") for item in evidence_of(request)])


def invents(request: dict[str, Any]) -> Reply:
    """Adds a number that no evidence has."""
    return sentences(
        request, [([item["n"]], f"{item['text'].rstrip('。')}，共9999家。") for item in evidence_of(request)]
    )


def drops(request: dict[str, Any]) -> Reply:
    """Says the first piece of evidence only."""
    return sentences(request, [([item["n"]], f"据了解，{item['text']}") for item in evidence_of(request)[:1]])


def mislabels(request: dict[str, Any]) -> Reply:
    """Says each piece of evidence under the number of the next one."""
    items = evidence_of(request)
    return sentences(request, [([items[(i + 1) % len(items)]["n"]], item["text"]) for i, item in enumerate(items)])


def unknown_evidence(request: dict[str, Any]) -> Reply:
    """Names evidence that was not given."""
    return sentences(request, [([99], item["text"]) for item in evidence_of(request)])


def echoes(request: dict[str, Any]) -> Reply:
    """Answers with the question."""
    return sentences(request, [([item["n"]], user_data(request)["question"]) for item in evidence_of(request)])


def empty(_: dict[str, Any]) -> Reply:
    """Ends without a word."""
    return Reply([])


def no_sentences(_: dict[str, Any]) -> Reply:
    """Valid JSON that says nothing."""
    return Reply(['{"sentences": []}'])


def broken(_: dict[str, Any]) -> Reply:
    """Prose instead of JSON."""
    return Reply(["好的，", "答案如下：", "支持河套发展。"])


def half(request: dict[str, Any]) -> Reply:
    """Half of a good answer, then a closed connection."""
    pieces = good(request).pieces
    return Reply(pieces[: len(pieces) // 2], ending="cut")


def hangs(_: dict[str, Any]) -> Reply:
    """Accepts the request and never answers."""
    return Reply([], ending="hang")


def stalls(request: dict[str, Any]) -> Reply:
    """Half of a good answer, then silence."""
    pieces = good(request).pieces
    return Reply(pieces[: len(pieces) // 2], ending="hang")


def says(value: Any) -> Behaviour:
    """Answers with ``value`` as JSON."""
    return lambda _: Reply(_pieces(value))


def fails(status: int) -> Behaviour:
    """Answers with an HTTP error."""
    return lambda _: Reply([], status=status)


def slow(behaviour: Behaviour, delay: float) -> Behaviour:
    """``behaviour`` with a pause of ``delay`` seconds before each piece."""
    return lambda request: Reply(behaviour(request).pieces, delay=delay)


def gated(behaviour: Behaviour, text: str, gate: threading.Event) -> Behaviour:
    """``behaviour`` that waits for ``gate`` once ``text`` has been sent."""

    def reply(request: dict[str, Any]) -> Reply:
        pieces = behaviour(request).pieces
        sent = next(i for i in range(len(pieces)) if text in "".join(pieces[:i]))
        return Reply(pieces, gates={sent: gate})

    return reply


def sentences(request: dict[str, Any], sentences: list[tuple[list[int], str]]) -> Reply:
    """In the shape that the request's schema asks for: one text, or sentences with their evidence."""
    schema = request["response_format"]["json_schema"]["schema"]
    if "sentences" not in schema["properties"]:
        return Reply(_pieces({"text": sentences[0][1]}))
    return Reply(_pieces({"sentences": [{"evidence": numbers, "text": text} for numbers, text in sentences]}))


def _pieces(value: Any) -> list[str]:
    """``value`` as JSON in pieces of three characters, as tokens come."""
    text = json.dumps(value, ensure_ascii=False)
    return [text[i : i + 3] for i in range(0, len(text), 3)]


class _HttpServer(ThreadingHTTPServer):
    """Hands each request to the script."""

    daemon_threads = True

    def __init__(self, script: ChatServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script


class _Handler(BaseHTTPRequestHandler):
    server: _HttpServer

    def setup(self) -> None:
        self.server.script.connections += 1
        super().setup()

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.script.requests.append(request)
        reply = self.server.script.next()(request)
        try:
            self._send(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.server.script.disconnected.set()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        if reply.status != 200:
            self.wfile.write(b'{"error": {"message": "scripted failure"}}')
            return
        for i, piece in enumerate(reply.pieces):
            self._wait(reply.gates.get(i), reply.delay)
            self._event({"role": "assistant", "content": piece})
        if reply.ending == "hang":
            self._wait(threading.Event(), 0)
        elif reply.ending == "done":
            self._event({}, finish="stop")
            self.wfile.write(b"data: [DONE]\n\n")

    def _wait(self, gate: threading.Event | None, delay: float) -> None:
        """Until the gate opens; a client that goes away is a ConnectionResetError."""
        if gate is None:
            self._pause(delay)
            return
        for _ in range(int(WAIT_SECONDS / 0.02)):
            if gate.is_set():
                return
            self._pause(0.02)

    def _pause(self, seconds: float) -> None:
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Nothing: the history is in ``requests``."""
