"""Saved answers whose quoted words have changed are listed for staff: all of them, and those of one document."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from assistant.records import StaffCitation, with_text
from assistant.web.pages.outdated import MOST, Outdated, affected, outdated
from assistant.web.pages.shelf import SHELF
from index import Store
from index.storage.versions import withdraw
from index.sync import sync
from tests.conftest import DOCUMENTS
from tests.fakes.assistant import scripted
from tests.fakes.crashes import KeptVectors
from tests.fakes.encoder import HashEncoder

MEASURES = "河套合作区的通关便利措施有哪些？"
QUOTED = "海关总署推出10条专项措施"
REPLY = "reply-20250021"


@pytest.fixture
def store(tmp_path):
    source = tmp_path / "papers"
    shutil.copytree(DOCUMENTS, source)
    store = Store(tmp_path / "index", create=True, vectors=KeptVectors())
    sync(store, [source], HashEncoder())
    return store


@pytest.fixture
def me(records):
    return records.users.local()


def asked(records, person):
    conversation = records.conversations.new(person.id, MEASURES)
    turn = records.turns.append(person.id, conversation.id, MEASURES)
    answer = scripted().ask(MEASURES)
    return records.turns.put(person.id, turn.after(answer, answer.citations))


def change(store, old, new):
    [source] = store.catalog.sources()
    path = source / f"{REPLY}.txt"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    sync(store, [source], HashEncoder())


def found(records, store):
    return [(one.question, one.document, one.state) for one in outdated(records, store.catalog)]


def test_only_answers_whose_words_changed_are_listed(records, me, store):
    """A change elsewhere in the document moves a quote and is none of theirs; one of the quoted words is."""
    asked(records, me)
    assert outdated(records, store.catalog) == ()
    change(store, "尊敬的", "尊敬的各位：")
    assert outdated(records, store.catalog) == ()
    change(store, QUOTED, "海关总署推出12条专项措施")
    assert found(records, store) == [(MEASURES, REPLY, "changed")]
    assert affected(records, store.catalog, REPLY) == [MEASURES]
    assert affected(records, store.catalog, "hetao-customs-2024") == []


def test_a_question_asked_often_is_listed_once(records, me, store):
    for _ in range(3):
        asked(records, me)
    change(store, QUOTED, "海关总署推出12条专项措施")
    assert found(records, store) == [(MEASURES, REPLY, "changed")]


def test_what_was_withdrawn_or_removed_says_so(records, me, store):
    asked(records, me)
    withdraw(store, REPLY)
    [source] = store.catalog.sources()
    (source / "hetao-customs-2024.md").unlink()
    sync(store, [source], HashEncoder())
    assert found(records, store) == [
        (MEASURES, "hetao-customs-2024", "removed"),
        (MEASURES, REPLY, "withdrawn"),
    ]


def test_answers_of_staff_are_among_them(records, me, store):
    """Once approved: what is still in hand is checked when it is approved."""
    document = store.catalog.document(REPLY)
    start = document.text.index(QUOTED)
    citation = StaffCitation(REPLY, start, start + len(QUOTED), QUOTED, store.catalog.entry(REPLY).version)
    review = records.reviews.begin(me, "有几条措施？", turn=asked(records, me).id)
    review = records.reviews.save(me, with_text(review, "10条。[1]", (citation,)))
    change(store, QUOTED, "海关总署推出12条专项措施")
    assert ("有几条措施？", REPLY, "changed") not in found(records, store)
    records.reviews.approve(me, records.reviews.decide(me, review, "submit"), second_person=False)
    assert ("有几条措施？", REPLY, "changed") in found(records, store)


def test_the_list_ends_somewhere_and_is_escaped():
    one = Outdated("<b>问</b>", REPLY, "题", "changed")
    many = [replace(one, question=f"{n}") for n in range(MOST)]
    assert not SHELF.outdated([], MOST)
    assert "<b>问" not in str(SHELF.outdated([one], MOST))
    assert f"前 {MOST} 处" in str(SHELF.outdated(many, MOST))
