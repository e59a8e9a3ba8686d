"""What was answered to somebody who might see more: by their present role nothing of it is left to see."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer, Claim, Note
from assistant.records import Records
from assistant.web import Surroundings, build_app
from assistant.web.chat.page import ChatHandlers
from assistant.web.chat.thread import Exchange, Session
from assistant.web.surroundings import PERSON
from corpus import parse_text
from tests.fakes.assistant import FakeAssistant, cite, library

INTERNAL = "---\ntitle: 仓库内部情况\nkind: report\naccess: internal\n---\n\n库存粮食317吨。\n"
QUESTION, OPEN = "库存多少粮食？", "马头角有什么？"
PASSWORD = "correct-horse-battery"
LEAKS = ("317吨", "仓库")  # the figure alone stands in one id in some hundred


@pytest.fixture
def documents():
    return {**library(), "secret": parse_text(INTERNAL, "secret.md")}


@pytest.fixture
def answer(documents):
    """One sentence from an internal document and one from a public one, with a note that names a figure."""
    reply = documents["reply-20250021"]
    citations = (
        cite(documents["secret"], 1, "库存粮食317吨。"),
        cite(reply, 2, "资金跨境便利"),
    )
    parts = (Note("count", "《仓库内部情况》共317吨。"), Claim("库存粮食317吨。", (1,)), Claim("资金跨境便利。", (2,)))
    return Answer(QUESTION, QUESTION, parts, citations)


@pytest.fixture
def around(tmp_path, documents, answer):
    records = Records.open(tmp_path)
    records.users.add("chen", PASSWORD, "admin", by="test")
    records.users.add("wang", PASSWORD, "staff", by="test")
    fake = FakeAssistant(documents, {QUESTION: answer})
    return Surroundings(answers=lambda _: fake, records=records)


def wang(around):
    return around.records.users.named("wang").person


@pytest.fixture
def kept(around, answer):
    """A conversation of a member of staff with that answer, who is a representative from then on."""
    records, person = around.records, wang(around)
    conversation = records.conversations.new(person.id, QUESTION)
    turn = records.turns.append(person.id, conversation.id, QUESTION)
    records.turns.put(person.id, turn.after(answer, answer.citations))
    records.users.set_role("wang", "representative", by="test")
    return turn.id, conversation.id


def test_the_records_withhold_what_the_owners_role_no_longer_covers(around, kept):
    """Neither answer nor found passage; the question stays; back in the old role it is all there again."""
    _, conversation = kept
    records, owner = around.records, wang(around).id
    (seen,) = records.turns.of(owner, conversation)
    assert (seen.question, seen.answer, seen.withheld) == (QUESTION, None, True)
    assert [one.source.id for one in seen.found] == ["reply-20250021"]
    records.users.set_role("wang", "staff", by="test")
    (back,) = records.turns.of(owner, conversation)
    assert back.answer is not None
    assert len(back.found) == 2


def test_what_staff_are_given_is_whole(around, kept):
    """The person hands the question over: staff see what was answered."""
    turn, _ = kept
    asked = around.records.handovers.give(wang(around), turn).asked
    assert asked.answer is not None
    assert "317" in json.dumps(asked.answer, ensure_ascii=False)


@pytest.mark.parametrize("kind", ["docx", "md"])
def test_no_export_holds_it(around, kept, kind):
    """Both files say that the answer is withheld and hold nothing of it."""
    _, conversation = kept
    token = around.records.sign_ins.open(wang(around).id)
    browser = TestClient(build_app(around, ()), base_url="http://127.0.0.1", cookies={"dafu": token})
    got = browser.get(f"/ui/export/{conversation}.{kind}")
    assert got.status_code == 200
    text = got.text if kind == "md" else ZipFile(BytesIO(got.content)).read("word/document.xml").decode()
    assert "不对您开放" in text
    assert not any(leak in text for leak in LEAKS)


def test_the_page_shows_nothing_of_it(around, kept):
    """Opened again, and in a page that was open all the while, after any event."""
    _, conversation = kept
    handlers, person = ChatHandlers(around), wang(around)
    request = SimpleNamespace(request=SimpleNamespace(scope={PERSON: person}))
    opened = handlers._open(person, conversation)
    assert "ans.withheld" in opened[3]
    assert not any(leak in str(part) for part in opened[1:] for leak in LEAKS)
    answered = around.answers(person).ask(QUESTION)
    stale = Session(conversation, (Exchange(1, QUESTION, "done", QUESTION, answered.citations, answered),))
    event = SimpleNamespace(_data={"question": OPEN})
    for view in (*handlers.ask(stale, request, event), handlers.stop(stale, request)):
        assert not any(leak in str(part) for part in view[1:] for leak in LEAKS)
        assert not any(one.answer and "317" in one.answer.text for one in view[0].exchanges)
    assert "317" not in str(around.answers(person).asked[-1])  # nor is it told as history


def test_a_document_made_internal_takes_its_answers_along(around, documents, answer):
    """Its present access counts, not the one of the day when it was cited."""
    public = replace(documents["secret"], metadata=replace(documents["secret"].metadata, access="public"))
    then = replace(answer, citations=(replace(answer.citations[0], source=public), answer.citations[1]))
    records = around.records
    person = records.users.add("li", PASSWORD, "representative", by="test").person
    conversation = records.conversations.new(person.id, QUESTION)
    turn = records.turns.append(person.id, conversation.id, QUESTION)
    records.turns.put(person.id, turn.after(then))
    assert not around.turns(person, conversation.id)[0].withheld
    by_now = replace(around, tier=lambda document: "internal" if document.id == "secret" else "public")
    assert by_now.turns(person, conversation.id)[0].withheld
