"""What people sent to staff becomes cases with frozen evidence, and nothing enters a suite that a suite can't take."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import quote

import gradio as gr
import pytest

from assistant.records import Records, StaffCitation, document_version, with_text
from assistant.settings import Settings
from assistant.web import Surroundings
from assistant.web.surroundings import PERSON, StaffServices
from corpus.errors import InputError
from evals.faces.figures import PAGE_PARTS, figures
from evals.faces.job import EvalJob, State
from evals.faces.page import CandidatesView, EvalsHandlers
from evals.metrics import Flaw
from evals.proposals import (
    accepted,
    collect,
    edited,
    faults,
    gold_lines,
    known_cases,
    nugget_forms,
    nugget_lines,
    proposal,
    write_accepted,
)
from evals.results import RESULTS, Point, Result, Run, append, header_line, row_line
from evals.suite import Case, GoldQuote, Nugget, load_suite, parse_case
from tests.fakes.assistant import library, scripted

MEASURES = "河套合作区的通关便利措施有哪些？"
REFUSED = "福田区2024年GDP是多少？"
QUOTE = "6000亿元是2025年报道时的全年预计"


@pytest.fixture
def records(tmp_path):
    opened = Records.open(tmp_path / "home")
    yield opened
    opened.close()


def ask(records: Records, question: str, conversation: str = "") -> str:
    """A question asked and answered by the scripted assistant; the id of its turn."""
    me = records.users.local()
    where = conversation or records.conversations.new(me.id, question).id
    turn = records.turns.append(me.id, where, question)
    return records.turns.put(me.id, turn.after(scripted().ask(question))).id


def answer_by_staff(records: Records, handover: str, text: str) -> None:
    me = records.users.local()
    document = library()["futian-economy"]
    start = document.text.index(QUOTE)
    cited = StaffCitation(document.id, start, start + len(QUOTE), QUOTE, document_version(document))
    begun = records.reviews.begin(me, REFUSED, handover=handover)
    saved = records.reviews.save(me, with_text(begun, text, [cited]))
    records.reviews.approve(me, saved, second_person=False)


def only(records: Records):
    (candidate,) = records.candidates.all()
    return candidate


def test_a_complaint_is_a_case_with_what_was_said_and_its_evidence(records):
    """Six quotes were cited: they are kept word for word, with their document's version, and so is the remark."""
    turn = ask(records, MEASURES)
    records.feedback.give(records.users.local(), turn, "down", ["incomplete"], "还有第五条")
    assert collect(records) == 1
    candidate = only(records)
    made, texts = proposal(candidate), {name: one.text for name, one in library().items()}
    assert candidate.origin.startswith("feedback:")
    assert (made.case.question, made.case.kind, made.case.answerable) == (MEASURES, "list", True)
    assert made.remark == "不完整；还有第五条"
    assert made.answer.startswith("资料载明共10条")
    assert len(made.evidence) == 6
    assert all(texts[one.document][one.start : one.end] == one.quote for one in made.evidence)
    assert all(one.version == document_version(library()[one.document]) for one in made.evidence)


def test_praise_is_no_candidate(records):
    """Only what was called wrong is."""
    records.feedback.give(records.users.local(), ask(records, MEASURES), "up")
    assert collect(records) == 0


def test_a_hand_over_is_a_question_that_nothing_answers_until_staff_say_so(records):
    """It had no answer: the nearest passages are the evidence; withdrawn, it is none."""
    me = records.users.local()
    first, second = ask(records, REFUSED), ask(records, "福田区有多少家幼儿园？")
    records.handovers.give(me, first, "急用")
    records.handovers.give(me, second)
    records.handovers.withdraw(me, second)
    assert collect(records) == 1
    made = proposal(only(records))
    assert (made.case.kind, made.case.answerable, made.case.nuggets) == ("unanswerable", False, ())
    assert (len(made.evidence), made.remark) == (2, "急用")


def test_a_staff_answer_is_the_gold(records):
    """Its citations are the gold, its facts the vital nuggets; the hand-over it answers is not proposed as well."""
    handed = records.handovers.give(records.users.local(), ask(records, REFUSED))
    answer_by_staff(records, handed.id, "6000亿元是2025年的全年预计，没有精确数。")
    assert collect(records) == 1
    case = proposal(only(records)).case
    assert case.gold == (GoldQuote("futian-economy", QUOTE),)
    assert [one.forms for one in case.vital] == [("6000亿元",), ("2025年",)]
    assert faults(case, lambda name: library()[name].text) == ()


def test_collecting_twice_proposes_nothing_twice(records):
    """What was decided stays decided, even when the judgement changes afterwards."""
    me, turn = records.users.local(), ask(records, MEASURES)
    records.feedback.give(me, turn, "down")
    collect(records)
    records.candidates.decide(me, only(records).id, "rejected")
    records.feedback.give(me, turn, "down", ["other"], "又一次")
    assert collect(records) == 0
    assert only(records).state == "rejected"


def test_a_follow_up_keeps_what_was_asked_before(records):
    """The earlier turn with its answer is the history of the case, where it was sent."""
    me = records.users.local()
    where = records.conversations.new(me.id, MEASURES).id
    ask(records, MEASURES, where)
    records.feedback.give(me, ask(records, "那皇岗口岸呢？", where), "down", earlier=True)
    collect(records)
    case = proposal(only(records)).case
    assert case.kind == "follow_up"
    assert [turn["question"] for turn in case.history] == [MEASURES]


def test_a_follow_up_sent_alone_is_the_question_as_it_was_understood(records):
    """Nothing of the conversation goes along, and it can be answered all the same."""
    me = records.users.local()
    where = records.conversations.new(me.id, MEASURES).id
    ask(records, MEASURES, where)
    records.feedback.give(me, ask(records, "那皇岗口岸呢？", where), "down")
    collect(records)
    case = proposal(only(records)).case
    assert (case.question, case.history) == ("皇岗口岸什么时候建成启用？", ())


def test_the_facts_of_an_answer_by_hand():
    """A number with its unit, a date and a quoted term are one nugget each; without any, the sentence is."""
    assert nugget_forms("截至2025年8月，科技企业447家，见“白名单”。") == ("2025年8月", "447家", "白名单")
    assert nugget_forms("由区科工局办理。") == ("由区科工局办理",)


GOOD = Case(
    "use-1",
    "number",
    "一共几家？",
    answerable=True,
    nuggets=(Nugget(vital=True, forms=("5家", "五家")), Nugget(vital=False, forms=("甲",))),
    gold=(GoldQuote("d", "共5家\n在内"),),
    note="n",
)
TEXT = {"d": "甲，共5家\n在内。"}.get


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"gold": ()}, "能答的题要有出处"),
        ({"nuggets": ()}, "能答的题要有出处"),
        ({"answerable": False}, "不能答的题没有必备要点"),
        ({"gold": (GoldQuote("x", "共5家"),)}, "出处的资料不存在：x"),
        ({"gold": (GoldQuote("d", "共6家"),)}, "出处不是《d》的原文片段：共6家"),
        ({"nuggets": (Nugget(vital=True, forms=("7家",)),)}, "出处里没有这个要点：7家"),
    ],
)
def test_what_a_suite_cannot_take_is_told(change, told):
    """The same rules as the test of the suites, each as a line for staff."""
    assert faults(GOOD, TEXT) == ()
    assert any(line.startswith(told) for line in faults(replace(GOOD, **change), TEXT))


def test_a_case_is_not_taken_twice():
    """Neither an id nor a question that is there already."""
    assert faults(GOOD, TEXT, [replace(GOOD, question="别的？")]) == ("与已有的题重复：use-1",)
    assert faults(GOOD, TEXT, [replace(GOOD, id="num-1", question="一共几家？")]) == ("与已有的题重复：num-1",)


def test_lines_are_the_case():
    """What is shown to be edited is read back as the same case, line breaks in quotes included."""
    form = {"kind": "number", "question": GOOD.question, "answerable": True, "must_not": "", "note": "n"}
    assert edited(GOOD, nuggets=nugget_lines(GOOD), gold=gold_lines(GOOD), **form) == GOOD
    assert nugget_lines(GOOD) == "* 5家 / 五家\n甲"
    assert gold_lines(GOOD) == "d：共5家⏎在内"


@pytest.mark.parametrize(
    ("change", "told"),
    [({"question": " "}, "问题不能为空"), ({"gold": "共5家"}, "出处要写成"), ({"nuggets": "*"}, "要点一行一条")],
)
def test_a_line_that_is_wrong_is_told(change, told):
    form = {
        "kind": "number",
        "question": "q",
        "answerable": True,
        "must_not": "",
        "note": "",
        "gold": "",
        "nuggets": "",
    }
    with pytest.raises(InputError, match=told):
        edited(GOOD, **{**form, **change})


def test_accepted_cases_are_a_suite(records, tmp_path):
    """`dafu eval run FILE` can read them; a refused one is not among them."""
    me = records.users.local()
    for question in (MEASURES, REFUSED):
        records.feedback.give(me, ask(records, question), "down", ["should_refuse"])
    collect(records)
    first, second = records.candidates.all()
    records.candidates.decide(me, first.id, "accepted")
    records.candidates.decide(me, second.id, "rejected")
    assert write_accepted(records, tmp_path / "deep" / "a.jsonl") == 1
    assert load_suite(tmp_path / "deep" / "a.jsonl") == accepted(records) == (proposal(first).case,)
    assert proposal(first).case in known_cases(records)


# The page's handlers, without a browser


def event(**data):
    return gr.EventData(None, data)


@pytest.fixture
def page(records):
    fake = scripted()
    handlers = EvalsHandlers(Surroundings(answers=lambda _: fake, records=records))
    request = SimpleNamespace(scope={PERSON: records.users.local()})
    return SimpleNamespace(on=handlers, request=request)


FORM = {
    "kind": "number",
    "question": "福田区全年总量到了多少？",
    "answerable": "on",
    "nuggets": "* 6000亿元",
    "gold": f"futian-economy：{QUOTE}",
    "must_not": "",
    "note": "有人问过",
}


def test_a_case_is_accepted_as_it_was_edited(records, page):
    """The form's values are the case; it goes out of the list, and the list says so."""
    records.feedback.give(records.users.local(), ask(records, REFUSED), "down")
    view, shown = page.on.start()
    assert REFUSED in shown
    view, shown = page.on.pick(view, event(id=only(records).id))
    assert "当时的依据" in shown
    view, shown = page.on.accept(view, page.request, event(**FORM))
    assert view == CandidatesView(told=("cs.did.accepted",))
    assert only(records).state == "accepted"
    assert accepted(records)[0].nuggets == (Nugget(vital=True, forms=("6000亿元",)),)
    view, _ = page.on.turn(view, event(state="accepted"))
    view, _ = page.on.pick(view, event(id=only(records).id))
    page.on.reopen(view, page.request)
    assert only(records).state == "candidate"


def test_what_cannot_be_accepted_stays_with_what_was_typed(records, page):
    """A quote that is not in the document, and a line that is none: nothing is decided, nothing typed is lost."""
    records.feedback.give(records.users.local(), ask(records, REFUSED), "down")
    view, _ = page.on.start()
    view, _ = page.on.pick(view, event(id=only(records).id))
    for gold in ("futian-economy：六千亿", "没有写资料"):
        view, shown = page.on.accept(view, page.request, event(**{**FORM, "gold": gold}))
        assert gold in shown
        assert 'role="alert"' in shown
    assert only(records).state == "candidate"


def test_what_people_typed_is_shown_not_obeyed(records, page):
    """A question, a remark and a form that hold HTML come out as text."""
    evil = "<img src=x onerror=alert(1)>？"
    records.feedback.give(records.users.local(), ask(records, evil), "down", [], evil)
    view, _ = page.on.start()
    view, shown = page.on.pick(view, event(id=only(records).id))
    view, again = page.on.accept(view, page.request, event(**{**FORM, "gold": evil, "question": evil}))
    assert "<img" not in shown + again
    assert shown.count("&lt;img") >= 4


def test_one_that_is_gone_is_told(page):
    """Somebody else's page, or an invented id."""
    view, shown = page.on.refuse(CandidatesView(open="nope"), page.request)
    assert view.wrong == ("cs.gone",)
    assert page.on.pick(view, event(id="nope"))[0].open == "nope"
    assert "待定 0" in shown


def test_the_figures_of_the_home():
    """Two runs: the newer one's table and verdict, and a curve over both; none yet is told."""
    one = Point("2026-11-24T08:00:00", "extractive", "abc", 420, passed=True, values={"correct": 0.5, "refused": 0.7})
    two = replace(one, passed=False, values={"correct": 0.6, "refused": 0.8}, intervals={"correct": [0.55, 0.65]})
    shown = str(figures((one, replace(one, generator="local/x"), two), None))
    assert "不合格：出现了不允许的错误" in shown
    assert "0.550–0.650" in shown
    assert "+0.100" in shown
    assert "同样的题已评测 2 次" in shown
    assert str(figures((), None)) == ""


def test_what_went_wrong_is_told_in_words(tmp_path):
    """Of the latest run alone: question, why, what should be said and what was, and the way to ask it."""
    trace = {
        "case": {"question": "几年？", "answerable": True, "nuggets": [{"forms": ["三年", "3年"]}]},
        "answer": {"text": "两年。[1]", "citations": [{"title": "办法", "quote": "两 年"}]},
    }
    bad = Result("a", "mine", "number", "几年？", {"correct": 0}, findings=(Flaw("lacks", "三年"),), trace=trace)
    good = Result("b", "mine", "number", "几天？", {"correct": 1})
    broken = Result("c", "mine", "number", "几点？", {}, error="ValueError: x")
    run = Run({"started": "2026-11-24T08:00:00", "generator": "extractive"}, (bad, good, broken))
    (tmp_path / RESULTS).write_text(
        "\n".join([header_line(run.about), *map(row_line, run.rows)]) + "\n", encoding="utf-8"
    )
    last = Point("2026-11-24T08:00:00", "extractive", "abc", 3, passed=False, values={"correct": 0.5})
    shown = str(figures((last,), tmp_path))
    for words in ("答错的 2 题", "少了要点：三年", "三年 / 3年", "两年。[1]", "办法", "没有运行成功：ValueError: x"):
        assert words in shown
    assert "几天" not in shown
    assert f"/#ask={quote('几年？')}" in shown
    assert "答错的" not in str(figures((replace(last, started="2026-11-25T08:00:00"),), tmp_path))


def test_a_run_is_begun_looked_at_and_stopped(tmp_path):
    """In a process of its own: how many cases there are and are done, that it goes on, and no fault once stopped."""
    (tmp_path / "evals").mkdir()
    case = {"id": "u1", "kind": "unanswerable", "question": "？", "answerable": False, "nuggets": [], "gold": []}
    (tmp_path / "evals" / "accepted.jsonl").write_text(json.dumps(case) + "\n", encoding="utf-8")
    job = EvalJob(tmp_path, {"DAFU_LLM": "off"})
    assert job.state() == State()
    assert job.sizes()[1] == 1
    job.start(own=True)
    assert job.state() == State(running=True, done=0, total=1)
    told = str(PAGE_PARTS.running(job.state(), job.sizes(), never=True))
    assert 'data-ev="halt"' in told
    job.stop()
    job._process.wait(20)
    assert job.state() == State()
    assert 'data-own="1"' in str(PAGE_PARTS.running(job.state(), job.sizes(), never=True))


def test_the_command_lists_accepts_and_refuses(dafu, tmp_path):
    """Candidates of a home by the command line: listed, one accepted, one refused, written as a suite."""
    home = tmp_path / "home"
    assert "dafu serve" in dafu("eval", "candidates", "--home", home, keywords=True).refused()
    records = Records.open(home)
    me = records.users.local()
    for question in (MEASURES, REFUSED):
        records.feedback.give(me, ask(records, question), "down", ["should_refuse"])
    records.close()
    dafu("sync", "--home", home, keywords=True)
    listed = dafu("eval", "candidates", "--json", "--home", home, keywords=True).json
    assert {one["case"]["question"] for one in listed} == {MEASURES, REFUSED}
    by_question = {one["case"]["question"]: one["id"] for one in listed}
    done = dafu(
        "eval",
        "candidates",
        "--home",
        home,
        "--accept",
        by_question[REFUSED],
        "--refuse",
        by_question[MEASURES],
        keywords=True,
    )
    assert done.status == 0, done
    assert "0 to decide (0 new), 1 accepted" in done.out
    (row,) = (home / "evals" / "accepted.jsonl").read_text(encoding="utf-8").splitlines()
    assert parse_case(json.loads(row)).question == REFUSED
    assert "no candidate 'x'" in dafu("eval", "candidates", "--accept", "x", "--home", home, keywords=True).refused()


def test_an_open_page_makes_figures_anew_only_where_a_file_changed(records, tmp_path, monkeypatch):
    """It looks every two seconds: what stands there already is neither read from the disk nor sent again."""
    made = []
    monkeypatch.setattr("evals.faces.page.figures", lambda history, _: made.append(history) or "figures")
    settings = Settings(home=tmp_path, models=tmp_path, encoder="none")
    office = StaffServices(settings, None, None)
    on = EvalsHandlers(Surroundings(answers=lambda _: scripted(), records=records, office=office))
    seen, run, figure = on.measured()
    assert figure == "figures"
    assert "data-ev" in run
    again = on.measured(seen)
    assert again == (seen, gr.skip(), gr.skip())
    append(tmp_path / "evals", Point("2026-11-24", "extractive", "abc", 2, passed=True, values={"correct": 0.5}))
    seen, _, figure = on.measured(seen)
    assert (figure, len(made)) == ("figures", 2)
    monkeypatch.setattr(on.job, "state", lambda: State(running=True, done=1, total=2))
    _, run, figure = on.measured(seen)
    assert "progress" in run
    assert (figure, len(made)) == (gr.skip(), 2)
