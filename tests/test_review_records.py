"""The review desk's records: what waits, each question once; answers of staff and everyone whom they reach."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from assistant.answer import Abstention, Answer, Claim
from assistant.records import FILE, ConflictError, Person, Records, question_key, with_text
from assistant.records.worklist import months_after
from corpus.errors import InputError

QUESTION = "福田区2024年GDP是多少？"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A home with an administrator, two members of staff and two representatives, made once: passwords take time."""
    home = tmp_path_factory.mktemp("office")
    records = Records.open(home)
    roles = {"root": "admin", "wang": "staff", "chen": "staff", "li": "representative", "zhao": "representative"}
    for name, role in roles.items():
        records.users.add(name, "correct-horse-battery", role, by="test")
    records.close()
    return home


@pytest.fixture
def records(office, tmp_path, clock):
    shutil.copyfile(office / FILE, tmp_path / FILE)
    opened = Records.open(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def people(records):
    return {user.name: user.person for user in records.users.all()}


def asked(records: Records, person: Person, question: str = QUESTION, outcome: str = "refused"):
    """A question that ended badly."""
    conversation = records.conversations.new(person.id, question)
    turn = records.turns.append(person.id, conversation.id, question)
    refused = Answer(question, question, abstention=Abstention("not_covered", "没有收录。"))
    doubtful = Answer(question, question, (Claim("预计全面启用。", (), "unverified"),))
    return records.turns.put(person.id, turn.after(refused if outcome == "refused" else doubtful))


def answered(records: Records, by: Person, item, text: str = "答复如下。"):
    """An answer of staff to an item, not yet approved."""
    review = records.reviews.begin(by, item.question, items=item.items)
    return records.reviews.save(by, with_text(review, text, ()))


def test_the_same_question_of_several_people_is_one_line(records, people, clock):
    """Punctuation, blanks, script and width tell no questions apart; the most asked stands first, then the newest."""
    asked(records, people["li"], "深圳2024年GDP是多少")
    clock.on(timedelta(minutes=1))
    for name, question in (("li", QUESTION), ("zhao", "福田區2024年ＧＤＰ 是多少")):
        asked(records, people[name], question)
        clock.on(timedelta(minutes=1))
    asked(records, people["zhao"], "皇岗口岸何时启用？", "unverified")
    waiting = records.worklist.waiting()
    assert [(one.question, one.count) for one in waiting] == [
        ("福田區2024年ＧＤＰ 是多少", 2),
        ("皇岗口岸何时启用？", 1),
        ("深圳2024年GDP是多少", 1),
    ]
    assert [one.kinds for one in waiting] == [("refused",), ("unverified",), ("refused",)]
    assert waiting[0].key == question_key(QUESTION)


def test_a_hand_over_keeps_the_time_at_which_it_came(records, people, clock):
    """A further note, or the answer, moves it nowhere."""
    turn = asked(records, people["li"])
    came = records.handovers.give(people["li"], turn.id).created
    clock.on(timedelta(minutes=5))
    records.handovers.give(people["li"], turn.id, "急用")
    (item,) = records.worklist.waiting()
    assert next(one.when for one in item.occurrences if one.kind == "handed") == came
    review = records.reviews.decide(people["wang"], answered(records, people["wang"], item), "submit")
    clock.on(timedelta(minutes=5))
    records.reviews.approve(people["chen"], review, second_person=True, items=item.items)
    (done,) = records.worklist.done()
    assert next(one.when for one in done.occurrences if one.kind == "handed") == came


def test_one_question_counts_once_however_it_came(records, people):
    """Refused, called wrong and handed over, it was still asked once; note, reasons and name are told."""
    turn = asked(records, people["li"])
    records.feedback.give(people["li"], turn.id, "down", ["should_refuse", "other"], "不该拒答")
    records.handovers.give(people["li"], turn.id, "急用")
    (item,) = records.worklist.waiting()
    assert (item.count, item.kinds) == (1, ("handed", "down", "refused"))
    told = {one.kind: (one.who, one.said, one.reasons) for one in item.occurrences}
    assert told["handed"] == ("li", "急用", ())
    assert told["down"] == ("", "不该拒答", ("should_refuse", "other"))


def test_where_nobody_signs_in_nobody_is_named(records):
    """The one person of a page without sign-in has no name that anybody would know."""
    me = records.users.local()
    records.handovers.give(me, asked(records, me).id)
    (item,) = records.worklist.waiting()
    assert {one.who for one in item.occurrences} == {""}


def test_a_good_answer_and_a_withdrawn_hand_over_do_not_wait(records, people):
    """What was asked again and answered, or taken back from staff, leaves the queue."""
    turn = asked(records, people["li"])
    records.handovers.give(people["li"], turn.id)
    records.handovers.withdraw(people["li"], turn.id)
    assert [one.kinds for one in records.worklist.waiting()] == [("refused",)]
    records.turns.put(people["li"].id, turn.after(Answer(QUESTION, QUESTION, (Claim("是。", (1,)),))))
    assert records.worklist.waiting() == ()


def test_an_answer_reaches_everyone_who_asked(records, people, clock):
    """One approval answers every hand-over of the question, marks each conversation unread, and empties the queue."""
    turns = [asked(records, people[name]) for name in ("li", "zhao")]
    records.handovers.give(people["li"], turns[0].id)
    review = answered(records, people["wang"], records.worklist.waiting()[0])
    clock.on(timedelta(minutes=5))
    later = asked(records, people["zhao"])  # meanwhile
    (item,) = records.worklist.waiting()
    assert (item.count, item.review.id) == (3, review.id)
    done = records.reviews.approve(people["wang"], review, second_person=False, access="public", items=item.items)
    assert (done.state, done.access) == ("approved", "public")
    assert records.worklist.waiting() == ()
    for turn, name in ((turns[0], "li"), (turns[1], "zhao"), (later, "zhao")):
        owner = people[name].id
        assert records.reviews.approved_in(owner, turn.conversation) == {turn.id: (done,)}
        assert records.conversations.get(owner, turn.conversation).unread
    assert records.handovers.all("open") == ()
    (settled,) = records.worklist.done()
    assert (settled.question, settled.count, settled.key) == (QUESTION, 3, f"r-{done.id}")
    assert records.worklist.item(settled.key).review == done


def test_a_question_that_fails_again_after_the_answer_comes_back(records, people, clock):
    """Only what was there when staff answered is settled."""
    turn = asked(records, people["li"])
    review = answered(records, people["wang"], records.worklist.waiting()[0])
    records.reviews.approve(people["wang"], review, second_person=False)
    assert records.worklist.waiting() == ()
    clock.on(timedelta(minutes=1))
    records.feedback.give(people["li"], turn.id, "down", ["incomplete"])
    assert [one.kinds for one in records.worklist.waiting()] == [("down",)]


def test_a_withdrawn_answer_waits_again(records, people):
    """Its askers are told, their hand-overs are open, the question is back in the queue and may be answered anew."""
    turn = asked(records, people["li"])
    records.handovers.give(people["li"], turn.id)
    review = answered(records, people["wang"], records.worklist.waiting()[0])
    done = records.reviews.approve(people["wang"], review, second_person=False)
    records.conversations.read(people["li"].id, turn.conversation)
    gone = records.reviews.decide(people["wang"], done, "withdraw", "数据有误")
    assert (gone.state, gone.remark) == ("withdrawn", "数据有误")
    assert records.reviews.approved_in(people["li"].id, turn.conversation) == {}
    assert records.reviews.approved_in(people["li"].id, turn.conversation, "withdrawn") == {turn.id: (gone,)}
    assert records.conversations.get(people["li"].id, turn.conversation).unread
    assert [one.state for one in records.handovers.all("open")] == ["open"]
    (item,) = records.worklist.waiting()
    assert item.review is None
    assert answered(records, people["wang"], item).id != done.id


def test_closing_is_for_what_nobody_waits_for(records, people):
    """A refused question may be put aside and taken up again; one that was handed over has to be answered."""
    asked(records, people["zhao"], "你好")
    turn = asked(records, people["li"])
    records.handovers.give(people["li"], turn.id)
    items = {one.question: one for one in records.worklist.waiting()}
    handed = records.reviews.begin(people["wang"], QUESTION, items=items[QUESTION].items)
    with pytest.raises(InputError, match="waits"):
        records.reviews.decide(people["wang"], handed, "close", "不必答")
    idle = records.reviews.begin(people["wang"], "你好", items=items["你好"].items)
    closed = records.reviews.decide(people["wang"], idle, "close", "不是问题")
    assert [one.question for one in records.worklist.waiting()] == [QUESTION]
    records.reviews.decide(people["wang"], closed, "reopen")
    assert {one.question for one in records.worklist.waiting()} == {QUESTION, "你好"}


def test_whoever_wrote_on_it_cannot_be_the_second_person(records, people):
    """Not even who only changed a word of somebody else's answer."""
    asked(records, people["li"])
    review = answered(records, people["wang"], records.worklist.waiting()[0])
    review = records.reviews.save(people["chen"], with_text(review, "答复如下：", ()))
    review = records.reviews.decide(people["chen"], review, "submit")
    for name in ("wang", "chen"):
        with pytest.raises(InputError, match="second person"):
            records.reviews.approve(people[name], review, second_person=True)
    assert records.reviews.approve(people["root"], review, second_person=True).approver == "root"


def test_a_sitting_is_one_line_of_the_log(records, people, clock):
    """Each pause in typing is saved; the log has one of a person in ten minutes, and the words when submitted."""
    asked(records, people["li"])
    review = answered(records, people["wang"], records.worklist.waiting()[0])
    for words in ("一", "一二", "一二三"):
        clock.on(timedelta(minutes=1))
        review = records.reviews.save(people["wang"], with_text(review, words, ()))
    review = records.reviews.save(people["chen"], with_text(review, "四", ()))
    clock.on(timedelta(minutes=11))
    review = records.reviews.save(people["chen"], with_text(review, "五", ()))
    records.reviews.decide(people["chen"], review, "submit")
    log = records.audit.of(f"review:{review.id}")
    assert [(one.who, one.what) for one in log] == [
        ("chen", "review.submit"),
        ("chen", "review.save"),
        ("chen", "review.save"),
        ("wang", "review.save"),
        ("wang", "review.begin"),
    ]
    assert log[0].detail["text"] == "五"


def test_two_staff_who_begin_at_once_write_one_answer(records, people):
    """The same question is begun once, also when each came to it by another asker; the second save is refused."""
    for name in ("li", "zhao"):
        asked(records, people[name])
    (item,) = records.worklist.waiting()
    first = records.reviews.begin(people["wang"], QUESTION, items=item.items[:1])
    again = records.reviews.begin(people["chen"], QUESTION, items=item.items)
    assert again.id == first.id
    records.reviews.save(people["wang"], with_text(first, "甲", ()))
    with pytest.raises(ConflictError) as told:
        records.reviews.save(people["chen"], with_text(again, "乙", ()))
    assert told.value.who == "wang"


def test_an_answer_outlives_its_askers(records, people):
    """The conversation deleted, what was begun stays in the queue and can be approved."""
    turn = asked(records, people["li"])
    review = answered(records, people["wang"], records.worklist.waiting()[0])
    records.conversations.put_away(people["li"].id, turn.conversation)
    records.conversations.purge(timedelta())
    (item,) = records.worklist.waiting()
    assert (item.key, item.review.id, item.occurrences) == (f"r-{review.id}", review.id, ())
    assert records.worklist.item(item.key) == item
    assert records.reviews.approve(people["wang"], review, second_person=False).state == "approved"


def test_presence_is_told_and_ends(records, people, clock):
    """Others who have the same thing open are named; whoever opens another, closes, or falls silent is not."""
    assert records.presence.here(people["wang"], "question:a") == ()
    assert records.presence.here(people["chen"], "question:a") == ("wang",)
    records.presence.here(people["wang"], "question:b")
    assert records.presence.here(people["chen"], "question:a") == ()
    records.presence.here(people["wang"], "question:a")
    records.presence.gone(people["wang"])
    assert records.presence.here(people["chen"], "question:a") == ()
    records.presence.here(people["wang"], "question:a")
    clock.on(timedelta(minutes=2))
    assert records.presence.here(people["chen"], "question:a") == ()


@pytest.mark.parametrize(
    ("day", "due"), [("2025-11-30", "2026-02-28"), ("2023-11-30", "2024-02-29"), ("2026-12-01", "2027-03-01")]
)
def test_three_months_end_on_the_same_day_or_the_last(day, due):
    assert months_after(date.fromisoformat(day), 3) == date.fromisoformat(due)


def test_a_question_has_an_owner_and_a_day(records, people, clock):
    """Three months after it was first handed over, unless somebody sets another; without a hand-over none."""
    turn = asked(records, people["li"])
    (item,) = records.worklist.waiting()
    assert (item.owner, item.due) == ("", None)
    handed = clock.now.astimezone().date()
    records.handovers.give(people["li"], turn.id, "急")
    (item,) = records.worklist.waiting()
    assert item.due == months_after(handed, 3)
    records.worklist.assign(people["root"], item.key, "wang", None)
    assert [(one.owner, one.due) for one in records.worklist.waiting()] == [("wang", months_after(handed, 3))]
    records.worklist.assign(people["wang"], item.key, "chen", date(2027, 1, 5))
    assert [(one.owner, one.due) for one in records.worklist.waiting()] == [("chen", date(2027, 1, 5))]
    assert [one.who for one in records.audit.of(f"question:{item.key}")] == ["wang", "root"]
