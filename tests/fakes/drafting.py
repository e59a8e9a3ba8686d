"""A server of the drafting page: real documents and keyword search, answers by script, so that no model is needed.

``python -m tests.fakes.drafting PAUSE HOME [NAME:ROLE ...]`` prints its address once it can be opened. Each named user
has the password of ``tests.fakes.server``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from assistant.answer import Answer, Claim, Note
from assistant.records import Records
from assistant.settings import load_settings
from assistant.web import Holdings, Surroundings, serve
from assistant.web.surroundings import StaffServices
from corpus import Document, read_document
from index.searcher import Searcher
from index.storage.store import Store
from index.sync import sync
from tests.fakes.assistant import DOCUMENTS, FakeAssistant, cite, library
from tests.fakes.routes import make_routes_once
from tests.fakes.server import PASSWORD

INTERNAL = """---
title: "外资服务工作台账"
kind: brief
access: internal
issued: "2026-03-01"
---

# 外资服务工作台账

截至2026年2月底，外商服务站已接待外资企业412家次。
"""
_REPLY, _FIGURES, _LEDGER = "reply-20250021", "zhuanjingtexin", "ledger"
# What is asked for each thing that tests/data/suggestions/partly.txt names, and the words that answer it.
_ANSWERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "分层培育企业梯队": ((_REPLY, "分层培育企业梯队，建立未来产业“白名单”，梯度培育专精特新企业、独角兽企业。"),),
    "支持专精特新企业、独角兽企业发展": (
        (_REPLY, "2025年目标培育专精特新企业累计突破750家。"),
        (_FIGURES, "截至2025年底的总数为1333家，在全国城市中居首位，见2026年2月的媒体报道。"),
    ),
    "开放低空经济、人工智能应用场景": (
        (_REPLY, "开放低空经济、人工智能等5大领域应用场景，2025年目标发布场景清单5个以上，带动链上企业超100家。"),
    ),
    "完善外商服务站网络": (
        (
            _REPLY,
            "建设“1+10+4”外商服务站网络（区级1个、街道10个、楼宇4个），提供多语种投资服务，2025年目标引进3000万元以上外资企业30家。",
        ),
    ),
    "提供多语种投资服务": ((_LEDGER, "截至2026年2月底，外商服务站已接待外资企业412家次。"),),
}
_DIFFER = "资料说法不一：750家是2025年的目标，1333家是深圳全市2025年底的总数。"


def scripted(documents: Mapping[str, Document], pause: float) -> FakeAssistant:
    """The assistant that knows a few things about a suggestion's requests."""
    script = {question: _answer(question, documents, some) for question, some in _ANSWERS.items()}
    return FakeAssistant(documents, script, pause)


def _answer(question: str, documents: Mapping[str, Document], some: tuple[tuple[str, str], ...]) -> Answer:
    citations = tuple(cite(documents[name], n, words) for n, (name, words) in enumerate(some, start=1))
    claims = tuple(Claim(one.quote.text, (one.n,)) for one in citations)
    notes = (Note("conflict", _DIFFER),) if len(some) > 1 else ()
    return Answer(question, question, (*notes, *claims), citations, as_of="2026-03", generator="extractive")


def main(pause: str, home: str, *users: str) -> None:
    make_routes_once()
    folder = Path(home)
    inside = folder / "inside"
    inside.mkdir(exist_ok=True)
    (inside / "ledger.md").write_text(INTERNAL, encoding="utf-8")
    store = Store(folder, create=True)
    sync(store, [DOCUMENTS, inside], None)
    searcher = Searcher.open(store, None)
    fake = scripted(library() | {"ledger": read_document(inside / "ledger.md", inside)}, float(pause))
    records = Records.open(folder)
    for user in users:
        name, _, role = user.partition(":")
        records.users.add(name, PASSWORD, role, by="test")
    around = Surroundings(
        answers=lambda _: fake,
        records=records,
        holdings=lambda _: Holdings(20, "2026-03"),
        search=lambda _, question, k: searcher.search(question, k),
        office=StaffServices(load_settings({"home": folder, "encoder": "none"}, {}), store, None),
    )
    serve(around, port=0, on_ready=lambda address: print(address, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
