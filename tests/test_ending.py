"""How ``dafu serve`` ends when the system asks it to, as at a restart of the machine."""

from __future__ import annotations

import signal

import pytest

from assistant.records import Records
from index import Store
from index.sync import sync
from tests.withstand.crowd import PageAsker, started

PASSWORD = "correct-horse-battery"
QUESTION = "仓库多久盘点？"


@pytest.mark.model
def test_a_server_that_is_told_to_end_ends_in_order(tmp_path):
    """By SIGTERM, in the middle of an answer: status 0, and the question is in the records with what became of it."""
    home, papers = tmp_path / "home", tmp_path / "papers"
    papers.mkdir()
    (papers / "store.txt").write_text("仓库办法\n\n仓库按月盘点。\n", encoding="utf-8")
    sync(Store(home, create=True), [papers], None)
    records = Records.open(home)
    records.users.add("li", PASSWORD, "admin", by="test")
    li = records.users.named("li").person
    process, address = started(home, DAFU_READER="words")
    asker = PageAsker(address, {"Cookie": f"dafu={records.sign_ins.open(li.id)}"}, "ending")
    asking = asker.ask(QUESTION)
    next(asking)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    (conversation,) = records.conversations.of(li.id)
    (turn,) = records.turns.of(li.id, conversation.id)
    records.close()
    assert turn.question == QUESTION
    assert turn.state in {"done", "stopped"}
