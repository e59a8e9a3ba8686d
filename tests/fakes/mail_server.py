"""A small SMTP server on a free port of 127.0.0.1: a queue of replies to recipients, and what was handed in."""

from __future__ import annotations

import base64
import ssl
import threading
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Self


class MailServer:
    """``with MailServer() as server``: ``mails`` is the history, each as recipient and message, ``heard`` every line.

    ``replies`` are given to the next recipients, ``250`` when there are none left; ``tls`` offers STARTTLS, or with
    ``encrypted`` serves TLS alone; ``password`` is asked for; a ``silent`` one never says anything.
    """

    def __init__(
        self,
        *replies: int,
        tls: ssl.SSLContext | None = None,
        encrypted: bool = False,
        password: str = "",
        silent: bool = False,
    ) -> None:
        self.replies, self.tls, self.encrypted = deque(replies), tls, encrypted
        self.password, self.silent = password, silent
        self.mails: list[tuple[str, EmailMessage]] = []
        self.heard: list[str] = []
        self.came = threading.Condition()
        self.ended = threading.Event()
        outer = self

        class Handler(StreamRequestHandler):
            def setup(self) -> None:
                if outer.encrypted and outer.tls:
                    self.request = outer.tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                outer.serve(self)

        class Quiet(ThreadingTCPServer):
            daemon_threads, block_on_close = True, False

            def handle_error(self, *_: object) -> None:
                pass  # a client that trusts no certificate hangs up

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def wait(self, mails: int, lines: str = "", seconds: float = 10) -> None:
        """Until so many mails, or lines that begin with a word, have come."""
        counted = (lambda: sum(one.startswith(lines) for one in self.heard)) if lines else (lambda: len(self.mails))
        with self.came:
            assert self.came.wait_for(lambda: counted() >= mails, seconds), (self.heard, self.mails)

    def serve(self, peer: StreamRequestHandler) -> None:
        if self.silent:
            self.ended.wait()
            return
        encrypted, recipient, reader, writer = self.encrypted, "", peer.rfile, peer.wfile
        writer.write(b"220 fake\r\n")
        while line := reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            verb = verb.upper()
            with self.came:
                self.heard.append(f"{verb} {rest}")
                self.came.notify_all()
            if verb in {"EHLO", "HELO"}:
                more = ["STARTTLS"] if self.tls and not encrypted else []
                more += ["AUTH PLAIN"] if self.password else []
                lines = ["fake", *more]
                told = "".join(f"250{' ' if one is lines[-1] else '-'}{one}\r\n" for one in lines)
                writer.write(told.encode())
            elif verb == "STARTTLS" and self.tls:
                writer.write(b"220 go\r\n")
                wrapped = self.tls.wrap_socket(peer.request, server_side=True)
                encrypted, reader, writer = True, wrapped.makefile("rb"), wrapped.makefile("wb", 0)
            elif verb == "AUTH":
                given = base64.b64decode(rest.split(" ")[1]).decode().split("\0")[2]
                writer.write(b"235 in\r\n" if given == self.password else f"535 not {given}\r\n".encode())
            elif verb == "RCPT":
                recipient = rest.partition("<")[2].partition(">")[0]
                code = self.replies.popleft() if self.replies else 250
                writer.write(f"{code} {recipient}\r\n".encode())
            elif verb == "DATA":
                writer.write(b"354 go\r\n")
                body = b"".join(iter(reader.readline, b".\r\n"))
                with self.came:
                    parsed = message_from_bytes(body, policy=policy.default)
                    assert isinstance(parsed, EmailMessage)
                    self.mails.append((recipient, parsed))
                    self.came.notify_all()
                writer.write(b"250 taken\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 ok\r\n")
