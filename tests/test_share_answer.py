"""An answer by its address: for whom its asker shows it to, as far as they may see its sources."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from assistant.records import Records
from assistant.web import Surroundings, build_app
from corpus.errors import InputError
from tests.fakes.assistant import cite, library, scripted

QUESTION = "河套合作区的通关便利措施有哪些？"
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    opened = Records.open(tmp_path_factory.mktemp("home"))
    for name, role in (("wang", "admin"), ("chen", "staff"), ("li", "representative")):
        opened.users.add(name, PASSWORD, role, by="test")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def opened(records):
    """What somebody sees at an address."""
    fake = scripted()
    app = build_app(Surroundings(answers=lambda _: fake, records=records), ())

    def at(name: str, turn: str):
        browser = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        if name:
            browser.cookies.set("dafu", records.sign_ins.open(records.users.named(name).id))
        return browser.get(f"/ui/answer/{turn}", headers={"Accept-Language": "zh", "Accept": "text/html"})

    return at


def asked(records, name: str, access: str = "public"):
    person, answer = records.users.named(name).person, scripted().ask(QUESTION)
    if access != "public":
        reply = library()["reply-20250021"]
        inside = replace(reply, text=f"{reply.text}\n内部。", metadata=replace(reply.metadata, access=access))
        answer = replace(answer, citations=(cite(inside, 1, answer.citations[0].quote.text), *answer.citations[1:]))
    conversation = records.conversations.new(person.id, QUESTION)
    return records.turns.put(person.id, records.turns.append(person.id, conversation.id, QUESTION).after(answer))


def test_only_what_was_shared_opens_and_only_while_it_is(records, opened):
    """Its owner alone shares it; strangers sign in first; a deleted conversation is gone for everyone."""
    turn, owner = asked(records, "li"), records.users.named("li").id
    assert opened("wang", turn.id).status_code == 404
    with pytest.raises(InputError, match="no longer there"):
        records.turns.share(records.users.named("wang").id, turn.id, on=True)
    records.turns.share(owner, turn.id, on=True)
    shown = opened("wang", turn.id)
    assert shown.status_code == 200
    assert "海关总署推出10条专项措施" in shown.text
    assert "/ui/source?document=reply-20250021" in shown.text
    assert opened("", turn.id).status_code == 303
    records.turns.share(owner, turn.id, on=False)
    assert opened("wang", turn.id).status_code == 404
    records.turns.share(owner, turn.id, on=True)
    records.conversations.put_away(owner, turn.conversation)
    assert opened("wang", turn.id).status_code == 404


def test_whoever_may_not_see_its_sources_sees_no_answer(records, opened):
    """Not a word of it, as everywhere."""
    turn = asked(records, "wang", "internal")
    records.turns.share(records.users.named("wang").id, turn.id, on=True)
    assert "海关总署" in opened("chen", turn.id).text
    assert "海关总署" not in opened("li", turn.id).text
