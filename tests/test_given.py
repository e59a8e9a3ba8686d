"""Files in a conversation: its owner's alone, in no record that outlasts it, seen by no colleague and no staff."""

from __future__ import annotations

import gc
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.answer import Answer, Claim
from assistant.assistant import Assistant, let_go
from assistant.export import entry, formal, plain
from assistant.records import FILE, TooMuchGivenError, document_version
from assistant.web.chat.page import ChatHandlers
from assistant.web.surroundings import Surroundings
from corpus import InputError, parse_text
from corpus.limits import GIVEN, GIVEN_FILES, UNDO
from index.searcher import Searcher, in_memory
from tests.fakes.assistant import cite, scripted
from tests.fakes.places import database  # noqa: F401 (a fixture)

SAID = "蓝鹊谷驿站共设充电泊位286个。"
FILE_TEXT = f"关于蓝鹊谷驿站的说明\n\n{SAID}\n"
QUESTION = "驿站设了多少个充电泊位？"


@pytest.fixture
def people(records):
    """A representative with an answer from a file of theirs, and a member of staff."""
    for name, role in (("root", "admin"), ("li", "representative"), ("wang", "staff")):
        records.users.add(name, "correct-horse-battery", role, by="test")
    return tuple(records.users.named(name).person for name in ("li", "wang"))


@pytest.fixture
def answered(records, people):
    """The file, and the turn whose answer rests on it."""
    li, _ = people
    conversation = records.conversations.new(li.id, QUESTION)
    document = records.given.add(li.id, conversation.id, parse_text(FILE_TEXT, "说明.txt"))
    citation = cite(document, 1, SAID)
    answer = Answer(QUESTION, QUESTION, (Claim(SAID, (1,)),), (citation,))
    turn = records.turns.append(li.id, conversation.id, QUESTION).after(answer, (citation,))
    within = {"within": [[document.id, document.metadata.title]]}
    return document, records.turns.put(li.id, replace(turn, versions=within))


def test_its_owner_alone_has_it(records, people, answered):
    """And their answers cite it with its own characters, under an id of its conversation."""
    (li, wang), (document, turn) = people, answered
    assert document.id == f"given/{turn.conversation}/说明"
    assert records.given.of(li.id, turn.conversation) == (document,)
    assert records.given.titles(li.id, turn.conversation) == ((document.id, "关于蓝鹊谷驿站的说明"),)
    assert records.given.get(li.id, document.id) == document
    assert records.given.get(wang.id, document.id) is None
    assert not records.given.has(wang.id, document.id)
    assert records.given.of(wang.id, turn.conversation) == ()
    with pytest.raises(InputError, match="no longer there"):
        records.given.add(wang.id, turn.conversation, document)
    (kept,) = records.turns.of(li.id, turn.conversation)
    assert kept.answer.citations[0].source == document


def test_a_second_file_of_the_name_has_its_own_id(records, people, answered):
    (li, _), (document, turn) = people, answered
    again = records.given.add(li.id, turn.conversation, parse_text("另一份说明\n\n没有泊位。\n", "说明.txt"))
    assert again.id == f"{document.id}（2）"


def test_what_a_file_says_of_itself_gives_it_no_standing(records, people, answered):
    """It passes for no answer of staff, is in no access tier, and replaces nothing."""
    text = "---\ntitle: 答复\nkind: staff_answer\naccess: public\nsupersedes: [reply-20250021]\n---\n\n可以。\n"
    made = records.given.add(people[0].id, answered[1].conversation, parse_text(text, "a.md"))
    assert (made.metadata.kind, made.metadata.access, made.metadata.supersedes) == ("", "given", ())


def test_a_conversation_takes_so_many_files_of_so_many_characters(records, people, answered):
    (li, _), (_, turn) = people, answered
    with pytest.raises(TooMuchGivenError):
        records.given.add(li.id, turn.conversation, parse_text("长" * GIVEN, "b.txt"))
    for n in range(GIVEN_FILES - 1):
        records.given.add(li.id, turn.conversation, parse_text(f"第{n}份。", f"{n}.txt"))
    with pytest.raises(TooMuchGivenError):
        records.given.add(li.id, turn.conversation, parse_text("再一份。", "c.txt"))


def test_no_record_besides_the_conversation_holds_it(records, people, answered):
    """Not the versions that answers cite, nor the list of what is cited."""
    (li, wang), (document, _) = people, answered
    version = document_version(document)
    for person in (li, wang):
        assert records.documents.get(document.id, version, (*person.tiers, "given")) is None
    assert records.turns.cited() == ()
    assert records.turns.citing(document.id) == ()


def test_staff_and_colleagues_get_the_question_without_it(records, people, answered):
    """Handed over, judged, shared or looked at: no word of the file, not even its title."""
    (li, _), (_, turn) = people, answered
    handed = records.handovers.give(li, turn.id, "请看一下", earlier=True)
    judged = records.feedback.give(li, turn.id, "down", ["answer_wrong"])
    records.turns.share(li.id, turn.id, on=True)
    for told in (handed, judged, records.turns.shared(turn.id), records.turns.any(turn.id)):
        assert QUESTION in str(told)
        assert "286个" not in str(told)
        assert "蓝鹊谷" not in str(told)


def test_what_is_asked_later_hands_over_no_word_of_it_either(records, people, answered):
    """The earlier question goes along, its answer does not."""
    (li, _), (_, turn) = people, answered
    later = records.turns.append(li.id, turn.conversation, "那理发店呢？")
    handed = records.handovers.give(li, later.id, earlier=True)
    assert handed.asked.history == ({"question": QUESTION, "answer": ""},)


def test_it_goes_with_the_conversation(records, answered, clock, database, tmp_path):  # noqa: F811
    """Out of reach as soon as the conversation is deleted, back with it, and gone for good once that is."""
    li, (document, turn) = records.users.named("li"), answered
    assert SAID in json.dumps(records.keeping.of(li.id)["given"], ensure_ascii=False)
    records.conversations.put_away(li.id, turn.conversation)
    assert records.given.get(li.id, document.id) is None
    records.conversations.bring_back(li.id, turn.conversation)
    assert records.given.has(li.id, document.id)
    records.conversations.put_away(li.id, turn.conversation)
    clock.on(UNDO + timedelta(seconds=1))
    records.conversations.purge()
    assert records.keeping.of(li.id)["given"] == []
    if not database:
        assert SAID.encode() not in (tmp_path / FILE).read_bytes()


@pytest.mark.parametrize("alone", [True, False])
def test_what_was_indexed_of_it_leaves_memory_with_it(records, people, answered, clock, alone):
    """Once the file alone or its conversation is gone for good, not when others push it out."""
    (li, _), (document, turn) = people, answered
    handlers = ChatHandlers(Surroundings(answers=lambda _: scripted(), records=records))

    def indexed():
        gc.collect()
        return sum(isinstance(one, Searcher) for one in gc.get_objects())

    let_go()
    assistant = Assistant(in_memory([parse_text("仓库按月盘点。", "a.txt")], None))
    before = indexed()
    assistant.beside(records.given.of(li.id, turn.conversation))
    handlers._purge()
    assert indexed() == before + 1
    if alone:
        records.given.remove(li.id, document.id)
    else:
        records.conversations.put_away(li.id, turn.conversation)
    clock.on(UNDO + timedelta(seconds=1))
    handlers._purge()
    assert indexed() == before


def test_a_file_taken_out_comes_back_until_it_is_purged(records, answered, clock, database, tmp_path):  # noqa: F811
    """With it goes what cites it, at once; then for good, and the conversation stays."""
    li, wang, (document, turn) = records.users.named("li"), records.users.named("wang"), answered
    with pytest.raises(InputError, match="no longer there"):
        records.given.remove(wang.id, document.id)
    records.given.remove(li.id, document.id)
    assert not records.given.has(li.id, document.id)
    assert records.given.titles(li.id, turn.conversation) == ()
    records.given.purge()
    records.given.bring_back(li.id, document.id)
    assert records.given.of(li.id, turn.conversation) == (document,)
    assert records.turns.of(li.id, turn.conversation)[0].answer is not None

    records.given.remove(li.id, document.id)
    clock.on(UNDO + timedelta(seconds=1))
    records.given.purge()
    with pytest.raises(InputError, match="no longer there"):
        records.given.bring_back(li.id, document.id)
    (kept,) = records.turns.of(li.id, turn.conversation)
    assert (kept.question, kept.answer, kept.withheld, kept.versions["within"]) == (QUESTION, None, True, [])
    if not database:
        assert SAID.encode() not in (tmp_path / FILE).read_bytes()


def test_an_export_says_which_source_is_the_askers_own(answered):
    """In a file, in what is copied, and in one citation as a letter has it."""
    document, turn = answered
    for language, told in (("zh-Hans", "提问者自备的文件，不在收录资料之内"), ("en", "the asker's own file")):
        assert told in plain(entry(turn.answer, language), language)
    assert formal(turn.answer.citations[0]) == f"《{document.metadata.title}》（自备文件，非收录资料）：“{SAID}”"


@pytest.mark.usefixtures("answered")
def test_forgetting_a_person_forgets_it(records, people):
    """With everything else that they asked."""
    assert len(records.keeping.of(people[0].id)["given"]) == 1
    records.keeping.forget(people[0].id, by="root")
    assert records.keeping.of(people[0].id)["given"] == []
