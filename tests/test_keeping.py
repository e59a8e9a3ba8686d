"""How long things are kept, and forgetting: carried out, shown, and what stays is said."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from assistant.records import FILE, Records
from assistant.web import Surroundings, build_app
from corpus.errors import InputError
from tests.fakes.assistant import scripted
from tests.fakes.places import database  # noqa: F401 (a fixture)

PASSWORD = "correct-horse-battery"


@pytest.fixture
def people(records: Records):
    """A member of staff, and somebody who asked twice, handed both questions over and was answered once."""
    records.users.add("wang", PASSWORD, "admin", by="test")
    records.users.add("li", PASSWORD, "representative", by="test")
    wang, li = (records.users.named(name).person for name in ("wang", "li"))
    for question in ("理发店最便宜的是哪家？", "河套有哪些措施？"):
        conversation = records.conversations.new(li.id, question)
        turn = records.turns.append(li.id, conversation.id, question)
        handed = records.handovers.give(li, turn.id, "我的电话是13800000000")
    review = records.reviews.begin(wang, question, handover=handed.id, text="有十项。")
    records.reviews.approve(wang, review, second_person=False)
    records.tokens.issue("li", "报表", by="test")
    records.users.set_email("li", "li@office.example", by="test")
    return wang, li


def test_everything_held_of_a_person_is_given_but_for_what_lets_them_in(records, people):
    held = records.keeping.of(people[1].id)
    assert [len(held[kind]) for kind in ("conversations", "turns", "handovers", "tokens")] == [2, 2, 2, 1]
    assert {one["what"] for one in held["audit"]} >= {"user.add", "handover.give"}
    told = json.dumps(held, ensure_ascii=False)
    assert "13800000000" in told
    assert held["account"]["email"] == "li@office.example"
    assert "argon2" not in told
    assert "hash" not in held["tokens"][0]
    assert "password" not in held["account"]


def test_forgetting_leaves_what_staff_answered_without_a_name(records, people, database, tmp_path):  # noqa: F811
    """And says so; nobody else loses anything."""
    wang, li = people
    other = records.conversations.new(wang.id, "别人的")
    gone = records.keeping.forget(li.id, by="wang", account=True)
    assert (gone["conversations"], gone["handovers"], gone["tokens"]) == (2, 1, 1)
    assert gone["stays"]["handovers"] == 1
    assert gone["stays"]["audit"] > 0
    with pytest.raises(InputError, match="no user"):
        records.users.named("li")
    (kept,) = records.handovers.all(None)
    assert (kept.note, kept.asked.question) == ("", "河套有哪些措施？")
    assert [one.id for one in records.conversations.of(wang.id)] == [other.id]
    if not database:
        assert b"li@office.example" not in (tmp_path / FILE).read_bytes()
        assert b"13800000000" not in (tmp_path / FILE).read_bytes()  # overwritten on the disk too
    assert records.audit.of()[0].what == "user.delete"


def test_who_keeps_the_account_is_no_longer_written_to(records, people):
    (review,) = records.reviews.all(("approved",))
    assert [one.address for one in records.reviews.askers(review.id)] == ["li@office.example"]
    records.keeping.forget(people[1].id, by="li")
    assert records.reviews.askers(review.id) == ()
    assert records.users.named("li").email == ""


def test_the_last_administrator_is_not_deleted(records, people):
    with pytest.raises(InputError, match="last administrator"):
        records.keeping.forget(people[0].id, by="test", account=True)


def test_what_is_over_goes_and_what_waits_for_staff_stays(records, people, clock):
    """Told before, done, noted; the audit log is never shorter than half a year."""
    clock.on(timedelta(days=40))
    records.conversations.new(people[1].id, "新的")
    periods = {"conversations": 30, "audit": 1}
    assert records.keeping.due(periods) == {"conversations": 1, "audit": 0}
    assert records.keeping.expire(periods) == {"conversations": 1, "audit": 0}
    left = [one.title for one in records.conversations.of(people[1].id)]
    assert sorted(left) == ["新的", "理发店最便宜的是哪家？"]
    assert records.audit.of()[0].what == "records.expire"
    assert records.keeping.due({}) == {}


def test_what_its_owner_deleted_goes_with_what_is_over(records, people, clock):
    """Also where no page was open to the end of the minute in which it could be brought back."""
    first, second = records.conversations.of(people[1].id)
    records.conversations.put_away(people[1].id, first.id)
    records.keeping.expire({})
    records.conversations.bring_back(people[1].id, first.id)
    records.conversations.put_away(people[1].id, first.id)
    clock.on(timedelta(seconds=61))
    records.keeping.expire({})
    with pytest.raises(InputError, match="no longer there"):
        records.conversations.bring_back(people[1].id, first.id)
    assert [one.id for one in records.conversations.of(people[1].id)] == [second.id]


def test_the_command_line_shows_and_carries_it_out(dafu, tmp_path):
    """`keeping`, `user export`, `user delete`; a period that is too short for the audit log is refused."""
    home = tmp_path / "home"
    records = Records.open(home)
    records.users.add("wang", PASSWORD, "admin", by="test")
    records.users.add("li", PASSWORD, "representative", by="test")
    records.close()
    waiting = home / "uploads" / ".incoming-abc"
    waiting.mkdir(parents=True)
    os.utime(waiting, (time.time() - 10 * 86_400,) * 2)
    (home / "settings.toml").write_text("keep_uploads = 7\nkeep_audit = 183\n", encoding="utf-8")
    assert dafu("keeping", "--home", home, "--json").json["over"] == {"audit": 0, "uploads": 1}
    assert dafu("keeping", "--home", home, "--apply", "--json").json["forgotten"]["uploads"] == 1
    assert not waiting.exists()
    assert dafu("user", "export", "li", "--home", home).json["account"]["name"] == "li"
    assert "--yes" in dafu("user", "delete", "li", "--home", home).refused()
    assert dafu("user", "delete", "li", "--yes", "--home", home, "--json").json["stays"]["drafts"] == 0
    (home / "settings.toml").write_text("keep_audit = 30\n", encoding="utf-8")
    assert "at least 183" in dafu("keeping", "--home", home).refused()


def test_the_api_gives_and_forgets_ones_own(records, people):
    """Nobody else's; the account stays."""
    app = build_app(Surroundings(answers=lambda _: scripted(), records=records), ())
    secret = records.tokens.issue("li", "自己", by="test")
    browser = TestClient(app, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {secret}"})
    assert browser.get("/api/me").json()["account"]["name"] == "li"
    assert browser.delete("/api/me").json()["conversations"] == 2
    assert records.users.named("li").name == "li"
    assert records.conversations.of(people[1].id) == ()
    assert browser.get("/api/me").status_code == 401
