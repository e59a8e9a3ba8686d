"""A home that version 0.1 made is taken over: documents, versions, people, conversations, answers of staff, drafts.

``data/homes/0.1`` holds its two databases as that program left them, at commit c6a0ed5, written out as SQL: two papers
of which one was changed, three people and a token, a conversation with a judgement and a hand-over, and a draft.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.draft.letter_markdown import markdown
from assistant.records import Records
from assistant.web.pages.drafting.desk import Desk
from index.searcher import Searcher
from index.storage.store import Store
from index.storage.versions import read_version
from index.sync import sync
from tests.fakes.encoder import HashEncoder

MADE = Path(__file__).parent / "data" / "homes" / "0.1"
PAPER, REPLY = "渔业管理办法", "道路建设答复"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as it was left; the folder of its papers stands beside it."""
    papers = tmp_path / "papers"
    for name in ("catalog", "records"):
        with closing(sqlite3.connect(tmp_path / f"{name}.sqlite")) as made:
            made.executescript((MADE / f"{name}.sql").read_text(encoding="utf-8").replace("/papers", str(papers)))
    papers.mkdir()
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as made:
        for path, text in made.execute("SELECT path, text FROM versions ORDER BY number").fetchall():
            (papers / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_its_documents_are_searched_and_keep_versions_and_decisions(home):
    """Before a sync by words alone; a sync embeds them anew and leaves what staff decided."""
    store = Store(home)
    assert Searcher.open(store, None).search("新建道路多少公里？", 3)[0].document == REPLY
    sync(store, store.catalog.sources(), HashEncoder())
    catalog = store.catalog
    assert [one.number for one in catalog.versions(PAPER)] == [1, 2]
    assert catalog.document(REPLY).metadata.issuer == "交通运输局"
    assert [one.who for one in catalog.history(REPLY)] == ["li", ""]
    assert Searcher.open(store, HashEncoder()).search("渔船检验", 3)[0].document == PAPER


def test_its_people_sign_in_and_their_programs_too(home):
    """With the passwords and the token of then."""
    with closing(Records.open(home)) as records:
        assert records.check() == "ok"
        assert {one.name: one.role for one in records.users.all()} == {
            "chen": "representative",
            "li": "staff",
            "wang": "admin",
        }
        assert records.users.verify("li", "a long password 2").display == "小李"
        assert [one.name for one in records.tokens.of("li")] == ["脚本"]


def test_its_conversations_open_at_the_words_that_were_cited_then(home):
    """Also where the document has changed since; what was judged and what staff answered stand by their questions."""
    with closing(Records.open(home)) as records:
        chen = records.users.named("chen").person
        [conversation] = records.conversations.of(chen.id)
        assert (conversation.turns, conversation.unread, conversation.pinned) == (3, True, False)
        first, _, refused = records.turns.of(chen.id, conversation.id)
        [cited] = first.answer.citations
        assert (
            cited.quote.text
            == cited.source.text[cited.quote.start : cited.quote.end]
            == "第一条 渔船年审费为每年二百元。"
        )
        assert refused.outcome == "refused"
        assert records.feedback.of(chen, conversation.id)[first.id].text == "少了依据"
        assert records.handovers.of(chen, conversation.id)[refused.id].state == "answered"
        [answer] = records.reviews.approved_in(chen.id, conversation.id)[refused.id]
        assert (answer.author, answer.citations[0].quote) == ("li", "新建道路十二公里")
        known = read_version(Store(home).catalog, PAPER, "c407e6fd9aac")
        assert known.text == cited.source.text


def test_its_drafts_are_gone_on_with(home):
    """The letter with its sentences and what they cite, and the version before it."""
    with closing(Records.open(home)) as records:
        li = records.users.named("li").person
        [kept] = records.drafts.all()
        assert [one.revision for one in records.drafts.versions(kept.id)] == [2, 1]
        desk = Desk().filled(kept.body)
        assert "渔船年审费" in markdown(desk.written())
        assert "第一条 渔船年审费为每年三百元。" in markdown(desk.written())
        assert records.drafts.save(li, kept.id, desk.body, kept.revision).revision == 3
