"""The records: what is remembered survives, belongs to its owner, and is deleted for good."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from assistant.answer import Answer, Citation, Claim
from assistant.records import DESIGN, FILE, ConflictError, Records, StaffCitation, document_version, frozen, with_text
from assistant.records.tables import metadata
from corpus import InputError, parse_text
from corpus.errors import StateError
from index.storage.database import engine
from index.storage.migrations import revisions, upgrade
from tests.fakes.assistant import scripted
from tests.fakes.places import database  # noqa: F401 (a fixture)

MEASURES = "河套合作区的通关便利措施有哪些？"
REFUSED = "福田区2024年GDP是多少？"


@pytest.fixture
def me(records):
    return records.users.local()


@pytest.fixture
def other(records):
    return records.users.add("zhang", "a long password", "admin", by="test").person


def asked(records, person, question=MEASURES):
    """A conversation with one answered question."""
    conversation = records.conversations.new(person.id, question)
    turn = records.turns.append(person.id, conversation.id, question)
    answer = scripted().ask(question)
    found = answer.citations or answer.abstention.nearest
    return records.turns.put(person.id, replace(turn.after(answer, found), versions={"generator": "extractive"}))


# Migrations


def test_a_new_file_has_the_tables_that_the_code_uses(tmp_path):
    """And stands at the newest of the migrations."""
    Records.open(tmp_path).close()
    with engine(tmp_path / FILE, DESIGN).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert revisions(DESIGN.migrations)[-1] == DESIGN.revision


@pytest.mark.parametrize("step", revisions(DESIGN.migrations))
def test_a_file_of_any_earlier_form_is_brought_up_with_what_it_holds(tmp_path, step):
    """One that version 0.1 made, at whatever step since: opening it keeps its rows and gives it the newest tables."""
    with closing(sqlite3.connect(tmp_path / FILE)) as made:
        made.executescript((Path(__file__).parent / "data" / "homes" / "0.1" / "records.sql").read_text("utf-8"))
    old = engine(tmp_path / FILE, DESIGN)
    upgrade(old, DESIGN.migrations, to=step)
    with old.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == step
    old.dispose()
    records = Records.open(tmp_path)
    assert {one.name for one in records.users.all()} == {"chen", "li", "wang"}
    assert [one.turns for one in records.conversations.of(records.users.named("chen").person.id)] == [3]
    with engine(tmp_path / FILE, DESIGN).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert records.check() == "ok"


def test_a_file_of_a_newer_program_is_refused_with_the_cure(tmp_path):
    """It is not written to."""
    Records.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateError, match=r"newer Dafu \(9999\); install"):
        Records.open(tmp_path)


def test_a_file_of_a_program_before_the_first_version_is_not_called_newer(tmp_path):
    Records.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(StateError, match=r"older than version 0.1 \(0002\); open it with"):
        Records.open(tmp_path)


def test_a_damaged_file_is_one_line(tmp_path):
    """No traceback of a library reaches a person."""
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match="restore a backup"):
        Records.open(tmp_path)


def test_many_may_open_a_new_home_at_once(tmp_path):
    """The migrations run once, the others wait."""
    together = threading.Barrier(6)

    def work(number):
        together.wait()
        records = Records.open(tmp_path)
        return records.conversations.new(records.users.local().id, str(number)).id

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(work, range(6)))
    assert {one.id for one in Records.open(tmp_path).conversations.of("local")} == set(made)


def test_the_file_is_kept_whole(tmp_path):
    """Rollback journal, every commit on the disk, references enforced, what is deleted overwritten."""
    with engine(tmp_path / FILE, DESIGN).connect() as connection:
        asked_for = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        values = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in asked_for]
    assert values == ["delete", 2, 1, 1]


def test_writers_wait_for_each_other(records, me):
    """Turns appended at once by several threads are all there, each in a place of its own."""
    conversation = records.conversations.new(me.id, "并发")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: records.turns.append(me.id, conversation.id, str(n)), range(24)))
    turns = records.turns.of(me.id, conversation.id)
    assert [turn.position for turn in turns] == list(range(1, 25))
    assert {turn.question for turn in turns} == {str(n) for n in range(24)}


def test_what_is_written_within_a_transaction_is_a_part_of_it(records, me):
    """It is seen at once, and gone with the rest when the block raises."""
    with pytest.raises(InputError, match="no longer there"), records.writing():  # noqa: PT012
        made = records.conversations.new(me.id, "一起")
        assert records.conversations.get(me.id, made.id) == made
        records.turns.append(me.id, "nowhere", "问")
    assert records.conversations.of(me.id) == ()
    assert records.conversations.new(me.id, "之后") in records.conversations.of(me.id)


# Conversations


@pytest.mark.parametrize(("question", "outcome"), [(MEASURES, "answered"), (REFUSED, "refused")])
def test_an_answer_comes_back_as_it_was(tmp_path, records, me, database, question, outcome):  # noqa: F811, PLR0917
    """After a restart the same Answer is there, with the very documents that it cited."""
    saved = asked(records, me, question)
    records.close()
    again = Records.open(tmp_path, database=database).turns.of(me.id, saved.conversation)
    assert again == (saved,)
    assert again[0].outcome == outcome
    for citation in again[0].found:
        quote = citation.quote
        assert citation.source.text[quote.start : quote.end] == quote.text


def test_an_unproved_sentence_is_known_to_staff(records, me):
    """The outcome of an answer with one such claim is ``unverified``."""
    saved = asked(records, me, "那皇岗口岸呢？")
    assert saved.outcome == "unverified"
    assert [one.kinds for one in records.worklist.waiting()] == [("unverified",)]


def test_the_text_of_a_document_is_kept_in_each_cited_version(records, me):
    """A changed document gets a second entry; access is what it was last, and the other tier does not see it."""
    one, two = (parse_text(f"第{n}版。", "a.txt") for n in (1, 2))
    records.documents.keep([one, two, one])
    assert records.documents.get("a", document_version(one), me.tiers) == one
    assert records.documents.get("a", document_version(two), me.tiers) == two
    hidden = replace(one, metadata=replace(one.metadata, access="internal"))
    records.documents.keep([hidden])
    assert records.documents.get("a", document_version(one), ("public",)) is None
    assert records.documents.get("a", document_version(two), ("public",)) == two


def test_two_documents_with_the_same_words_are_both_kept(records, me):
    """Both are cited, so both can be opened as cited."""
    first, second = (parse_text("一样的话。", f"{name}.txt") for name in "ab")
    places = tuple(Citation(n, one.quote(0, 5), one) for n, one in enumerate((first, second), start=1))
    answer = Answer("问", "问", (Claim("一样的话。", (1, 2)),), places)
    turn = records.turns.append(me.id, records.conversations.new(me.id, "问").id, "问")
    records.turns.put(me.id, turn.after(answer, places))
    for one in (first, second):
        assert records.documents.get(one.id, document_version(one), me.tiers) == one


def test_which_answers_cite_a_document(records, me):
    """Staff find the saved answers of a document that changed, and of one version of it."""
    saved = asked(records, me)
    version = document_version(saved.answer.citations[0].source)
    assert records.turns.citing("reply-20250021") == (saved,)
    assert records.turns.citing("reply-20250021", version) == (saved,)
    assert records.turns.citing("reply-20250021", "another") == ()
    assert records.turns.citing("futian-economy") == ()


def test_one_person_never_sees_another_ones_conversation(records, me, other):
    """Reading, writing and deleting with a foreign id is as if there were nothing."""
    saved = asked(records, me)
    strange = saved.conversation
    assert records.conversations.of(other.id) == ()
    assert records.conversations.get(other.id, strange) is None
    assert records.turns.of(other.id, strange) == ()
    records.conversations.rename(other.id, strange, "mine")
    records.conversations.read(other.id, strange)
    for forbidden in (
        lambda: records.turns.append(other.id, strange, "?"),
        lambda: records.turns.put(other.id, saved),
        lambda: records.conversations.put_away(other.id, strange),
        lambda: records.conversations.bring_back(other.id, strange),
        lambda: records.feedback.give(other, saved.id, "up"),
        lambda: records.handovers.give(other, saved.id),
    ):
        with pytest.raises(InputError, match="no longer there"):
            forbidden()
    assert records.turns.of(me.id, strange) == (saved,)
    assert records.conversations.get(me.id, strange).title == MEASURES


def test_a_turn_cannot_be_moved_into_a_conversation_of_ones_own(records, me, other):
    """Saving checks the turn's own conversation, not the one that is named."""
    theirs, mine = asked(records, me), asked(records, other)
    with pytest.raises(InputError, match="no longer there"):
        records.turns.put(other.id, replace(theirs, conversation=mine.conversation))
    assert records.turns.of(me.id, theirs.conversation) == (theirs,)


@pytest.mark.parametrize("database", [""])
def test_a_deleted_conversation_is_gone_from_the_file(tmp_path, records, me):
    """Not even its bytes are left."""
    conversation = records.conversations.new(me.id, "独一无二的标题")
    records.turns.append(me.id, conversation.id, "独一无二的问题")
    records.conversations.put_away(me.id, conversation.id)
    records.conversations.purge(timedelta())
    records.close()
    held = (tmp_path / FILE).read_bytes()
    assert "独一无二".encode() not in held
    assert records.conversations.of(me.id) == ()


def test_what_was_put_away_comes_back_until_it_is_purged(records, me, other, clock):
    """Out of sight at once, for its owner alone to bring back; after its time it is deleted like any other."""
    first, second = asked(records, me), records.conversations.new(me.id, "乙")
    records.conversations.put_away(me.id, first.conversation)
    assert [one.title for one in records.conversations.of(me.id)] == ["乙"]
    assert records.conversations.get(me.id, first.conversation) is None
    assert records.turns.of(me.id, first.conversation) == ()
    with pytest.raises(InputError, match="no longer there"):
        records.conversations.bring_back(other.id, first.conversation)
    assert records.conversations.get(me.id, first.conversation) is None
    records.conversations.bring_back(me.id, first.conversation)
    assert [one.id for one in records.turns.of(me.id, first.conversation)] == [first.id]
    records.conversations.put_away(me.id, first.conversation)
    records.conversations.purge(timedelta(seconds=60))
    records.conversations.bring_back(me.id, first.conversation)
    assert records.conversations.get(me.id, first.conversation) is not None
    records.conversations.put_away(me.id, first.conversation)
    clock.on(timedelta(seconds=61))
    records.conversations.purge(timedelta(seconds=60))
    with pytest.raises(InputError, match="no longer there"):
        records.conversations.bring_back(me.id, first.conversation)
    assert [one.id for one in records.conversations.of(me.id)] == [second.id]
    with pytest.raises(InputError):
        records.conversations.put_away(other.id, second.id)


def test_a_pinned_conversation_stands_first_and_tells_its_last_question(records, me, clock):
    """However old it is; unpinned it goes back to its place."""
    first = asked(records, me)
    records.conversations.new(me.id, "乙")
    records.conversations.pin(me.id, first.conversation, pinned=True)
    records.turns.append(me.id, first.conversation, "丙呢？")
    clock.on(timedelta(minutes=1))
    records.conversations.new(me.id, "丁")
    pinned, *others = records.conversations.of(me.id)
    assert (pinned.id, pinned.pinned, pinned.last) == (first.conversation, True, "丙呢？")
    assert [one.title for one in others] == ["丁", "乙"]
    records.conversations.pin(me.id, first.conversation, pinned=False)
    assert records.conversations.of(me.id)[-1].id != first.conversation


def test_a_question_that_is_asked_anew_has_its_new_answer_alone(records, me):
    """It stands where it stood."""
    first = asked(records, me)
    other_answer = scripted().ask(REFUSED)
    assert records.turns.put(me.id, first.after(other_answer)).outcome == "refused"
    assert [turn.id for turn in records.turns.of(me.id, first.conversation)] == [first.id]


# Feedback, hand-overs, reviews


def test_feedback_keeps_what_was_judged(records, me):
    """Question, answer, evidence, versions are frozen, what came before on request; a second replaces the first."""
    first = asked(records, me)
    turn = records.turns.append(me.id, first.conversation, REFUSED)
    turn = records.turns.put(me.id, turn.after(scripted().ask(REFUSED)))
    records.feedback.give(me, turn.id, "up")
    assert records.feedback.get(records.feedback.all()[0].id).asked == frozen(turn)
    given = records.feedback.give(me, turn.id, "down", ["should_refuse", "other"], "说明", earlier=True)
    assert records.feedback.all() == (given,)
    assert records.feedback.of(me, first.conversation) == {turn.id: given}
    assert given.asked == frozen(turn, [first])
    assert given.asked.history == ({"question": MEASURES, "answer": first.answer.text},)
    records.turns.put(me.id, turn.after(scripted().ask(MEASURES)))
    assert records.feedback.get(given.id).asked.answer["abstention"]["reason"] == "not_covered"
    with pytest.raises(InputError, match="answer_wrong"):
        records.feedback.give(me, turn.id, "down", ["rude"])
    records.feedback.take_back(me, turn.id)
    assert records.feedback.all() == ()


def test_what_was_sent_to_staff_outlives_the_conversation(records, me):
    """The frozen copy stays without its turn; an open hand-over is withdrawn, for nobody waits for it."""
    turn = asked(records, me, REFUSED)
    records.feedback.give(me, turn.id, "down", ["other"])
    handed = records.handovers.give(me, turn.id, "请帮忙查")
    records.conversations.put_away(me.id, turn.conversation)
    records.conversations.purge(timedelta())
    assert records.handovers.all() == ()
    assert records.handovers.get(handed.id).state == "withdrawn"
    kept = records.feedback.all("down")[0]
    assert (kept.turn, kept.asked.question) == (None, REFUSED)


def test_an_approved_answer_reaches_the_asker(records, me, other):
    """Draft, approval by a second person, delivery: hand-over answered, conversation unread, all in the audit log."""
    turn = asked(records, me, REFUSED)
    handed = records.handovers.give(me, turn.id)
    assert records.handovers.give(me, turn.id, "补充").id == handed.id
    assert records.handovers.waiting(me) == {turn.conversation}
    assert records.handovers.waiting(other) == frozenset()
    review = records.reviews.begin(other, REFUSED, turn=turn.id, handover=handed.id)
    assert records.reviews.begin(me, REFUSED, turn=turn.id).id == review.id
    citation = StaffCitation("futian-economy", 0, 2, "福田", "0" * 12)
    review = records.reviews.save(other, with_text(review, "答复如下。", [citation]))
    review = records.reviews.decide(other, review, "submit")
    with pytest.raises(InputError, match="second person"):
        records.reviews.approve(other, review, second_person=True)
    assert records.reviews.approved_in(me.id, turn.conversation) == {}
    done = records.reviews.approve(me, review, second_person=True)
    assert records.reviews.approved_in(me.id, turn.conversation) == {turn.id: (done,)}
    assert records.reviews.approved_in(other.id, turn.conversation) == {}
    assert (done.author, done.approver, done.citations) == ("zhang", "local", (citation,))
    assert records.handovers.get(handed.id).state == "answered"
    assert records.handovers.waiting(me) == frozenset()
    assert records.conversations.get(me.id, turn.conversation).unread
    records.conversations.read(me.id, turn.conversation)
    assert not records.conversations.get(me.id, turn.conversation).unread
    steps = [event.what for event in records.audit.of(f"review:{done.id}")]
    assert steps == ["review.approve", "review.submit", "review.save", "review.begin"]


def test_a_review_is_not_overwritten_unseen(records, me, other):
    """A save over an older revision is refused and names who was there; what is approved is not changed."""
    review = records.reviews.begin(me, "问")
    records.reviews.save(other, with_text(review, "乙", ()))
    with pytest.raises(ConflictError, match="zhang saved a newer version"):
        records.reviews.save(me, with_text(review, "甲", ()))
    newest = records.reviews.get(review.id)
    back = records.reviews.decide(me, records.reviews.decide(other, newest, "submit"), "send_back", "请补出处")
    assert (back.state, back.remark) == ("sent_back", "请补出处")
    done = records.reviews.approve(me, back, second_person=False)
    with pytest.raises(InputError, match="already approved"):
        records.reviews.save(other, with_text(done, "改", ()))
    with pytest.raises(InputError, match="nothing to send"):
        records.reviews.approve(me, records.reviews.begin(me, "空"), second_person=False)


# Drafts, candidates


def test_a_draft_keeps_every_version_and_nobody_overwrites(records, me, other):
    """The second of two editors is refused and told by whom, while the first edits and after the first has saved."""
    draft = records.drafts.new(me, "建议答复", {"text": "一"})
    with pytest.raises(match="local edits"):
        records.drafts.save(other, draft.id, {"text": "二"}, draft.revision)
    records.drafts.release(me, draft.id)
    records.drafts.save(other, draft.id, {"text": "二"}, draft.revision)
    records.drafts.release(other, draft.id)
    with pytest.raises(ConflictError, match="zhang saved") as refused:
        records.drafts.save(me, draft.id, {"text": "三"}, draft.revision)
    assert refused.value.who == "zhang"
    versions = records.drafts.versions(draft.id)
    assert [(one.revision, one.author, one.body) for one in versions] == [
        (2, "zhang", {"text": "二"}),
        (1, "local", {"text": "一"}),
    ]
    records.drafts.remove(me, draft.id)
    assert records.drafts.all() == ()
    assert records.drafts.get(draft.id) is None
    assert len(records.drafts.versions(draft.id)) == 2


def test_typing_leaves_one_version(records, me, other):
    """What amends one's own last version takes its place; it never takes that of somebody else."""
    draft = records.drafts.new(me, "稿", {"text": "一"})
    for number, words in enumerate(("二", "二三", "二三四"), start=1):
        records.drafts.save(me, draft.id, {"text": words}, number, amends=number > 1)
    records.drafts.hold(other, draft.id, take=True)
    records.drafts.save(other, draft.id, {"text": "五"}, 4, amends=True)
    kept = [(one.revision, one.author, one.body["text"]) for one in records.drafts.versions(draft.id)]
    assert kept == [(5, "zhang", "五"), (4, "local", "二三四"), (1, "local", "一")]


def test_a_draft_tells_who_edits_it(records, me, other, clock):
    """A hold is seen by others, ends when it is not renewed, and may be taken over."""
    draft = records.drafts.new(me, "稿", {})
    assert records.drafts.hold(other, draft.id).holder == "local"
    clock.on(timedelta(minutes=6))
    assert records.drafts.hold(other, draft.id).holder == "zhang"
    assert records.drafts.hold(me, draft.id, take=True).holder == "local"
    records.drafts.release(other, draft.id)
    assert records.drafts.get(draft.id).holder == "local"
    records.drafts.release(me, draft.id)
    assert records.drafts.get(draft.id).holder == ""


def test_a_candidate_is_proposed_once_and_decided(records, me):
    """The same origin gives no second case; a decision keeps the edited case."""
    first = records.candidates.propose("feedback:1", {"question": "甲"})
    assert records.candidates.propose("feedback:1", {"question": "乙"}) == first
    decided = records.candidates.decide(me, first.id, "accepted", {"question": "丙"})
    assert records.candidates.all("candidate") == ()
    assert records.candidates.all("accepted") == (decided,)
    assert (decided.case, decided.decided_by) == ({"question": "丙"}, "local")
    with pytest.raises(InputError, match="no longer there"):
        records.candidates.decide(me, "nothing", "rejected")


@pytest.mark.usefixtures("other")
def test_the_audit_log_tells_who_did_what(records):
    """Newest first, of one thing or of all."""
    records.audit.add("zhang", "document.withdraw", "document:a", {"reason": "过期"})
    event = records.audit.of()[0]
    assert (event.who, event.what, event.object, event.detail) == (
        "zhang",
        "document.withdraw",
        "document:a",
        {"reason": "过期"},
    )
    assert [one.what for one in records.audit.of("user:zhang")] == ["user.add"]
