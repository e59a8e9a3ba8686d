"""Answers of staff: judged sentence by sentence, cited by exact offsets, and documents once they are approved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer import Answer, Citation, Claim
from assistant.cli.opening import FirstQuestions, _holdings
from assistant.draft.check import Checker
from assistant.records import Records, with_text
from assistant.review import StaffAnswers, cite, document_id, judge, may_be_courtesy, may_be_public, unproved, unused
from corpus.errors import InputError
from corpus.parse import parse_text
from index import Searcher, Store
from index.storage.catalog import TIERS
from index.storage.versions import set_access
from index.sync import sync
from tests.fakes.crashes import KeptVectors
from tests.fakes.encoder import HashEncoder

PAPER = """# 福田图书馆工作情况

2024年，全区共有图书馆32座，其中区级图书馆9座。每日开放十二小时😀，周末不闭馆。

| 项目 | 2023年 | 2024年 |
| --- | --- | --- |
| 读者 | 100万人次 | 136万人次 |
"""
INSIDE = "---\naccess: internal\n---\n# 内部测算\n\n2025年拟新增图书馆3座。\n"
QUESTION = "全区有多少座图书馆？"


@pytest.fixture
def paper():
    return parse_text(PAPER, "libraries.md")


def places(document, *words):
    return {n: (document, *_span(document, one)) for n, one in enumerate(words, 1)}


def _span(document, words):
    start = document.text.index(words)
    return start, start + len(words)


def judged(text, places, tiers=("public",)):
    return judge(text, places, Checker("2026-03-02"), tiers)


def test_a_sentence_is_green_red_or_amber_with_its_reason(paper):
    """What the quote says, another number, and no quote at all."""
    some = places(paper, "2024年，全区共有图书馆32座")
    good, bad, none = judged("2024年，全区共有图书馆32座。[1]2024年，全区共有图书馆38座。[1]欢迎监督。", some)
    assert (good.verdict, good.remarks, good.numbers) == ("ok", (), (1,))
    assert bad.verdict == "bad"
    assert "38" in bad.remarks[0].reason
    assert (none.verdict, none.text, [one.kind for one in none.remarks]) == ("check", "欢迎监督。", ["cite"])


def test_marks_belong_to_the_sentence_before_them_and_offsets_count_them(paper):
    """Each sentence's place in the text is exact, whatever the marks, the lines and the characters beyond the BMP."""
    text = "  一。[1][2]  😀二[1]，三！\n\n四[3]"
    found = judged(text, places(paper, "2024年", "图书馆"))
    assert [text[one.start : one.end] for one in found] == ["一。[1][2]", "😀二[1]，三！", "四[3]"]
    assert [(one.text, one.numbers) for one in found] == [("一。", (1, 2)), ("😀二，三！", (1,)), ("四", (3,))]
    assert judged(" \n[1]\n", {}) == ()


def test_a_number_without_a_quote_and_a_quote_that_is_gone_are_red(paper):
    """A mark that leads nowhere proves nothing."""
    (one,) = judged("2024年，全区共有图书馆32座。[1][2][3]", {**places(paper, "2024年，全区共有图书馆32座"), 2: None})
    assert one.verdict == "bad"
    assert [(r.kind, r.words) for r in one.remarks] == [("gone", "2"), ("mark", "3")]


def test_a_quote_that_the_asker_may_not_see_is_told():
    """The sentence is proved, yet its proof stays inside."""
    inside = parse_text(INSIDE, "plan.md")
    some = places(inside, "2025年拟新增图书馆3座。")
    (one,) = judged("2025年拟新增图书馆3座。[1]", some)
    assert (one.verdict, one.remarks[0].kind, one.remarks[0].words) == ("check", "internal", "内部测算")
    assert judged("2025年拟新增图书馆3座。[1]", some, ("public", "internal"))[0].verdict == "ok"


def test_a_table_row_is_judged_with_its_header(paper):
    """A cell of a row says of which year it is only together with the header, which needs no number of its own."""
    made = cite(paper, *_span(paper, "136万"))
    assert made.quote == "| 读者 | 100万人次 | 136万人次 |"
    (one,) = judged("读者：2024年136万人次。[1]", {1: (paper, made.start, made.end)})
    assert one.verdict == "ok", one.remarks


def test_unused_quotes_are_named(paper):
    """A quote that no sentence names proves nothing."""
    assert unused("一。[2]", places(paper, "2024年", "图书馆", "读者")) == (1, 3)


def test_a_selection_becomes_an_exact_slice(paper):
    """Trimmed, by code points, never of the front matter, never empty or endless."""
    start, end = _span(paper, "每日开放十二小时😀，周末不闭馆。")
    made = cite(paper, start - 1, end + 2)
    assert paper.text[made.start : made.end] == made.quote
    assert made.quote == "。每日开放十二小时😀，周末不闭馆。"
    inside = parse_text(INSIDE, "plan.md")
    assert cite(inside, 0, len(inside.text)).start >= inside.body
    for span in ((start, start), (end, end + 2), (0, 0)):
        with pytest.raises(InputError, match="select some words"):
            cite(paper, *span)
    long = parse_text("字" * 5_000, "long.txt")
    with pytest.raises(InputError, match="at most 2000"):
        cite(long, 0, 5_000)


# Approved answers as documents


@pytest.fixture
def shelf(tmp_path):
    """The shelf of a home with one public and one internal document, and a member of staff."""
    source = tmp_path / "papers"
    source.mkdir()
    (source / "libraries.md").write_text(PAPER, encoding="utf-8")
    (source / "plan.md").write_text(INSIDE, encoding="utf-8")
    store = Store(tmp_path / "home", create=True, vectors=KeptVectors())
    sync(store, [source], HashEncoder())
    records = Records.open(store.home)
    records.users.add("wang", "correct-horse-battery", "admin", display="王芳", by="test")
    yield StaffAnswers(records, store, HashEncoder(), "福田区文体局")
    records.close()


def approved(shelf, text="2024年，全区共有图书馆32座。[1]", words="2024年，全区共有图书馆32座", **given):
    records, by = shelf.records, shelf.records.users.named("wang").person
    document = next(d for d in shelf.store.catalog.documents() if words in d.text)
    review = records.reviews.begin(by, given.pop("question", QUESTION))
    review = records.reviews.save(by, with_text(review, text, [cite(document, *_span(document, words))]))
    return records.reviews.approve(by, review, second_person=False, **given)


def test_an_approved_answer_is_found_and_quoted_as_staff_answer(shelf):
    """At once, without a sync: with author, date and sources, its words without marks, exact slices as any document."""
    review = approved(shelf, access="public")
    name = shelf.put(review)
    document = shelf.store.catalog.document(name)
    meta = document.metadata
    assert name == document_id(review.id)
    assert (meta.kind, meta.title, meta.access) == ("staff_answer", f"人工答复：{QUESTION}", "public")
    assert (meta.issuer, meta.issued) == ("福田区文体局 王芳", review.approved.astimezone().date().isoformat())
    assert meta.source == "《福田图书馆工作情况》"
    hits = Searcher.open(shelf.store, HashEncoder(), tiers=("public",)).search(QUESTION, 5)
    hit = next(one for one in hits if one.document == name)
    assert hit.text.endswith("2024年，全区共有图书馆32座。")
    assert shelf.store.faults(HashEncoder().fingerprint) == []


def test_it_outlives_syncs_and_a_withdrawal_outlives_them_too(shelf):
    """Its file is among the uploads, its id never changes; withdrawn, it is not quoted but old citations open."""
    review = approved(shelf, access="public")
    name = shelf.put(review)
    again = sync(shelf.store, shelf.store.catalog.sources(), HashEncoder())
    assert (again.added, again.changed, again.removed, again.embedded) == (0, 0, 0, 0)
    by = shelf.records.users.named("wang").person
    shelf.take(shelf.records.reviews.decide(by, review, "withdraw", "数据有误"))
    for _ in range(2):
        assert shelf.store.catalog.standing(name) == "withdrawn"
        assert shelf.store.catalog.document(name) is None
        assert all(h.document != name for h in Searcher.open(shelf.store, HashEncoder()).search(QUESTION, 9))
        assert "32座" in shelf.store.catalog.held(name).text
        sync(shelf.store, shelf.store.catalog.sources(), HashEncoder())


def test_first_questions_are_those_that_staff_released_and_nobodys_own(shelf):
    """However helpful its answer was, what a person asked is shown to no other; an internal answer to staff alone."""
    records, me = shelf.records, shelf.records.users.named("wang").person
    shelf.put(approved(shelf, access="public"))
    inside = "2025年拟新增图书馆3座。"
    shelf.put(approved(shelf, inside, inside, access="internal", question="明年新增几座图书馆？"))
    conversation = records.conversations.new(me.id, "我要问的")
    turn = records.turns.append(me.id, conversation.id, "哪家图书馆离某小区最近？")
    document = next(iter(shelf.store.catalog.documents()))
    saved = records.turns.put(me.id, turn.after(_proved(document, turn.question)))
    records.feedback.give(me, saved.id, "up")
    shown = {}
    for tiers in (TIERS, ("public",)):
        first = FirstQuestions(_Knowing(document), shelf.store, tiers, records)
        first._make()
        shown[tiers] = [question for question, _ in first()]
    assert shown == {TIERS: ["明年新增几座图书馆？", QUESTION], ("public",): [QUESTION]}


def test_first_questions_are_there_at_the_next_start_unless_the_documents_changed(shelf):
    """Kept for those who may see them: no shelf is shown another's, none what a changed catalog may not say."""
    shelf.put(approved(shelf, access="public"))
    document = next(iter(shelf.store.catalog.documents()))
    FirstQuestions(_Knowing(document), shelf.store, ("public",), shelf.records)._make()

    def started(tiers):
        first = FirstQuestions(None, shelf.store, tiers, shelf.records)
        first.make_in_background = lambda: None
        return [question for question, _ in first()]

    assert started(("public",)) == [QUESTION]
    assert started(TIERS) == []
    shelf.put(approved(shelf, "2025年拟新增图书馆3座。", "2025年拟新增图书馆3座。", question="明年新增几座图书馆？"))
    assert started(("public",)) == []


def test_a_staff_answer_makes_no_document_newer(shelf):
    """What the masthead says of the documents' date is not the day on which staff last answered."""
    before = _holdings(shelf.store, ("public",))
    shelf.put(approved(shelf, access="public"))
    after = _holdings(shelf.store, ("public",))
    assert (after.documents, after.as_of) == (before.documents + 1, before.as_of)


class _Knowing:
    """An assistant that proves an answer to whatever it is asked."""

    def __init__(self, document):
        self._document = document

    def ask(self, question):
        return _proved(self._document, question)


def _proved(document, question):
    citation = Citation(1, document.quote(*_span(document, "图书馆")), document)
    return Answer(question, question, (Claim("图书馆", (1,)),), (citation,))


def test_what_rests_on_an_internal_document_is_never_public(shelf):
    """Nor what rests on one that has become internal."""
    words = "2025年拟新增图书馆3座。"
    review = approved(shelf, words, words, access="public", question="新增几座？")
    with pytest.raises(InputError, match="internal"):
        shelf.put(review)
    inside = approved(shelf, words, words, access="internal", question="今年新增几座？")
    name = shelf.put(inside)
    assert shelf.store.catalog.tier(name) == "internal"
    assert all(h.document != name for h in Searcher.open(shelf.store, None, tiers=("public",)).search("新增几座", 9))
    public = approved(shelf)
    assert may_be_public(shelf.store.catalog, public.citations)
    set_access(shelf.store, HashEncoder(), "libraries", "internal")
    assert not may_be_public(shelf.store.catalog, public.citations)


def test_what_rested_on_a_public_document_goes_inside_with_it(shelf):
    """A document that only staff see by now takes along the answers that quote it."""
    name = shelf.put(approved(shelf, access="public"))
    shelf.keep()
    assert shelf.store.catalog.tier(name) == "public"
    set_access(shelf.store, HashEncoder(), "libraries", "internal")
    shelf.keep()
    assert shelf.store.catalog.tier(name) == "internal"
    assert all(h.document != name for h in Searcher.open(shelf.store, None, tiers=("public",)).search(QUESTION, 9))
    assert shelf.store.faults(HashEncoder().fingerprint) == []


def test_a_crash_between_approval_and_index_is_made_good(shelf):
    """What was approved becomes a document, what was withdrawn is no longer quoted; a second look does nothing."""
    review = approved(shelf, access="public")
    shelf.keep()
    name = document_id(review.id)
    assert shelf.store.catalog.standing(name) == "live"
    shelf.records.reviews.decide(shelf.records.users.named("wang").person, review, "withdraw", "错")
    shelf.keep()
    generation = shelf.store.catalog.generation()
    shelf.keep()
    assert shelf.store.catalog.standing(name) == "withdrawn"
    assert shelf.store.catalog.generation() == generation


def test_words_of_an_answer_are_never_structure_or_metadata(shelf):
    """Headings, tables, front matter and dates that an answer names are its words, not what the document is."""
    text = "# 不是标题\n> 引\n---\n```\n| 列 |\n本条例自2030年3月1日起施行。\n附件：清单"
    name = shelf.put(approved(shelf, text, access="public", question="何时\n施行？" + "长" * 80))
    document = shelf.store.catalog.document(name)
    assert document.text[document.body :].split("\n\n")[1:] == [
        "不是标题",
        "引",
        "列 |",
        "本条例自2030年3月1日起施行。",
        "附件：清单\n",
    ]
    assert (document.metadata.effective, document.metadata.attachments) == ("", ())
    assert document.metadata.title.startswith("人工答复：何时 施行？长")
    assert document.metadata.title.endswith("…")


def test_what_no_quote_bears_out_is_known_for_good(shelf):
    """Judged by the documents as they were cited, whoever may see them and whatever has become of them."""
    review = approved(shelf, "2024年，全区共有图书馆32座。[1]欢迎监督。")
    assert unproved(review, shelf.records.documents, "2026-03-02") == ("2024年，全区共有图书馆32座。", "欢迎监督。")
    shelf.records.documents.keep(shelf.store.catalog.documents())
    set_access(shelf.store, HashEncoder(), "libraries", "internal")
    assert unproved(review, shelf.records.documents, "2026-03-02") == ("欢迎监督。",)


def test_only_an_approved_answer_becomes_a_document(shelf):
    """Nothing that somebody still writes on is quoted."""
    review = approved(shelf)
    with pytest.raises(InputError, match="approve it first"):
        shelf.put(replace(review, state="draft"))


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("感谢您对我区工作的关心和支持。", "form"),
        ("尊敬的李代表：", "form"),
        ("特此答复。", "form"),
        ("感谢您提出的3条建议。", ""),
        ("感谢您对《福田条例》的关注。", ""),
        ("我局将尽快办结。", ""),
        ("感谢您的建议，园区已经建成。", ""),
        ("感谢您的建议，欢迎继续监督。", "form"),
        ("感谢您的支持。[1]", ""),
    ],
)
def test_a_courtesy_needs_no_evidence(paper, text, courtesy):
    """By its form; whatever a quote would have to bear out is none."""
    (one,) = judged(text, places(paper, "周末不闭馆"))
    assert one.courtesy == courtesy
    assert not courtesy or (one.verdict, one.remarks, one.proved) == ("ok", (), True)


def test_staff_say_of_a_sentence_that_it_is_only_polite():
    """While it stands so; not of one with a number."""
    said = ("欢迎监督。", "已有3座。", "园区已建成。")
    judgements = judge("欢迎监督。已有3座。欢迎您。园区已建成。", {}, Checker("2026-03-02"), TIERS, said)
    assert [one.courtesy for one in judgements] == ["said", "", "", ""]
    assert [one.proved for one in judgements] == [True, False, False, False]
    assert [may_be_courtesy(one) for one in judgements] == [False, False, True, False]
