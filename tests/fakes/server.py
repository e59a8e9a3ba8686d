"""A server of the page over the scripted assistant: ``python -m tests.fakes.server PAUSE HOME [NAME:ROLE ...]``.

Prints its address once it can be opened. Each named user has the password ``PASSWORD``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from assistant.records import Records
from assistant.web import Holdings, Surroundings, serve
from assistant.web.chat import page
from assistant.web.chat.scope import Listed
from tests.fakes.assistant import scripted
from tests.fakes.routes import make_routes_once

PASSWORD = "correct-horse-battery"
QUESTION = "河套合作区的通关便利措施有哪些？"


def main(pause: str, home: str, *users: str) -> None:
    make_routes_once()
    if os.environ.get("NARROW"):  # one question at a time, one waiting
        page._TOGETHER = page._WAITING = 1
    records = Records.open(Path(home))
    for user in users:
        name, _, role = user.partition(":")
        records.users.add(name, PASSWORD, role, by="test")
    fake = scripted(float(pause))
    around = Surroundings(
        answers=lambda _: fake,
        records=records,
        suggestions=lambda _: [(QUESTION, "关于区八届人大五次会议第20250021号建议的答复")],
        ways=lambda *_: [(QUESTION, "海关支持河套深圳园区改革开放措施（署贸函〔2024〕236号）摘编")],
        related=lambda *_: [("那皇岗口岸呢？", "皇岗口岸改造情况摘编")],
        shelf=lambda _: [Listed.of(name, one.metadata) for name, one in fake.documents.items()],
        holdings=lambda _: Holdings(19, "2026-03"),
    )
    serve(around, port=0, on_ready=lambda address: print(address, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
