"""起草 without a browser: what each event does to a desk, and that nothing a browser sends breaks it."""

from __future__ import annotations

import base64
import io
import json
import re
import time
from dataclasses import replace
from types import SimpleNamespace

import docx
import gradio as gr
import pytest

from assistant.draft.drafter import Step
from assistant.draft.letter_markdown import markdown
from assistant.draft.letter_word import word
from assistant.records import Records, document_version
from assistant.web.pages.draft import DraftHandlers, _keep
from assistant.web.pages.drafting.desk import Clerk, Desk, today
from assistant.web.pages.drafting.jobs import Job, Jobs
from assistant.web.surroundings import PERSON, Surroundings
from corpus import parse_text
from index.hit import Hit
from tests.fakes.assistant import library
from tests.fakes.drafting import INTERNAL, scripted
from tests.test_draft_suggestion import SUGGESTIONS

SUGGESTION = (SUGGESTIONS / "partly.txt").read_text(encoding="utf-8")


class Staff:
    """Somebody at the page: sends events, and has the desk that came back."""

    def __init__(self, handlers, person):
        self.handlers, self.person, self.desk, self.seen = handlers, person, Desk(), ()
        self.request = SimpleNamespace(request=SimpleNamespace(scope={PERSON: person}))

    def do(self, ev, **data):
        event = gr.EventData(None, {"sent": {"ev": ev, "seq": "1", **data}})
        self.desk, *self.seen = self.handlers.act(self.desk, self.request, event)
        return self.desk

    def draft(self, **data):
        event = gr.EventData(None, {"sent": {"ev": "draft", "seq": "1", **data}})
        *self.steps, last = self.handlers.draft(self.desk, self.request, event)
        self.desk, *self.seen = last
        return self.desk

    @property
    def page(self):
        return "".join(part for part in self.seen if isinstance(part, str))

    def sentence(self, words):
        return next(s for s in self.desk.letter.sentences if words in s.text)


@pytest.fixture(scope="module")
def documents():
    return library()


@pytest.fixture
def around(tmp_path, documents):
    inside = parse_text(INTERNAL, "ledger.md")
    fake = scripted(documents | {"ledger": inside}, 0)
    return Surroundings(answers=lambda _: fake, records=Records.open(tmp_path))


@pytest.fixture
def staff(around):
    handlers = DraftHandlers(around)
    users = around.records.users
    for name, role in (("root", "admin"), ("wang", "staff"), ("liu", "staff")):
        users.add(name, "correct-horse-battery", role, by="test", display={"wang": "王工"}.get(name, ""))
    return {name: Staff(handlers, users.named(name).person) for name in ("wang", "liu")}


@pytest.fixture
def wang(staff):
    staff["wang"].do("read", text=SUGGESTION)
    return staff["wang"]


def test_what_cannot_be_done_is_told_and_changes_nothing(wang):
    """Each fault is one line in the reader's language; the draft is as it was."""
    before = wang.desk
    first, last = (before.suggestion.requests[at].id for at in (0, -1))
    for ev, data, key in (
        ("cut", {"id": first, "caret": 0}, "dr.e.cut"),
        ("merge", {"id": first}, "dr.e.same"),
        ("rename", {"id": first, "value": " "}, "dr.e.title"),
        ("reword", {"id": first, "value": ""}, "dr.e.words"),
        ("remove", {"id": 99}, "dr.e.request"),
        ("assigned", {"value": "明天"}, "dr.e.date"),
        ("leave", {"id": last, "office": "区教育局"}, "dr.e.broken"),
        ("cut", {"id": "x", "caret": []}, "dr.e.broken"),
        ("edit", {"edits": []}, "dr.e.broken"),
        ("no such act", {}, "dr.e.broken"),
        ("upload", {"token": "/etc/passwd", "name": "a.txt"}, "dr.e.broken"),
    ):
        after = wang.do(ev, **data)
        assert f'data-i="{key}"' in wang.page or (key == "dr.e.broken" and after.wrong), (ev, after.wrong)
        assert replace(after, wrong=None) == before, ev


def test_where_nothing_can_be_split_it_goes_on_by_hand(staff):
    """Nothing is kept of what is empty; a text without requests is one, to be cut and added to."""
    wang = staff["wang"]
    wang.do("read", text="")
    assert 'data-i="dr.e.empty"' in wang.page
    assert wang.handlers._around.records.drafts.all() == ()
    desk = wang.do("read", text="路灯太暗。长椅也坏了。")
    assert 'data-i="dr.byhand"' in wang.page
    assert [one.text for one in desk.suggestion.requests] == ["路灯太暗。长椅也坏了。"]
    wang.do("cut", id=1, caret=5)
    wang.do("add", text=" ")
    assert 'data-i="dr.e.new"' in wang.page
    desk = wang.do("add", text="建议多种行道树。")
    assert [one.text for one in desk.suggestion.requests] == ["路灯太暗。", "长椅也坏了。", "建议多种行道树。"]


@pytest.mark.parametrize("way", ["remove", "merge"])
def test_a_request_that_was_taken_out_comes_back(wang, way):
    """In its place and with the office it was left to; not any more once something else was changed."""
    before = wang.desk.suggestion
    second = before.requests[1]
    wang.do("assign", id=second.id, value="区教育局")
    wang.do(way, id=second.id)
    assert second not in wang.desk.suggestion.requests
    assert second.title in wang.page
    desk = wang.do("undo")
    assert (desk.suggestion, desk.aside) == (before, ((second.id, "区教育局"),))
    assert 'data-ev="undo"' not in wang.page
    wang.do(way, id=second.id)
    wang.do("rename", id=before.requests[0].id, value="改了")
    assert 'data-ev="undo"' not in wang.page


def test_a_letter_leaves_once_it_is_complete_and_signed(wang):
    """Until then it can be exported for review alone; what leaves has no placeholder, banner or note in its name."""
    wang.draft()
    wang.do("export", format="send")
    assert 'data-i="dr.e.unready"' in wang.page
    assert not wang.desk.file
    for one in wang.desk.letter.sentences:
        if one.internal or one.kind == "blank":
            wang.do("delete", id=one.id)
        elif one.unfilled:
            wang.do("edit", edits={str(one.id): "已填"})
        elif one.open:
            wang.do("confirm", id=one.id)
    wang.do("export", format="mdsend")
    assert 'data-i="dr.e.unsigned"' in wang.page
    wang.do("sign")
    desk = wang.do("export", format="mdsend")
    sent = json.loads(desk.file)
    assert "送审稿" not in sent["name"]
    text = base64.b64decode(sent["data"]).decode()
    assert "本稿由程序" not in text
    assert not re.search("〔(?:请|待|成文|姓名|电话)", text)


@pytest.mark.parametrize(
    ("names", "called"), [("李明代表", "李明"), ("李明、代表", "李明"), ("李明代表、王芳", "李明、王芳")]
)
def test_a_representative_is_called_so_once(wang, names, called):
    """However the names are written in the suggestion."""
    wang.do("about", field="representatives", value=names)
    desk = wang.draft()
    text = "".join(one.text for one in desk.letter.paragraphs)
    assert f"尊敬的{called}代表：" in text
    assert "代表代表" not in text


def test_a_letter_is_drafted_edited_and_settled(wang):
    """The stream tells the requests it is at; a changed number is wrong, with its reason, until it is mended."""
    desk = wang.draft()
    assert any("把企业梯队建起来" in step[1] for step in wang.steps)
    target = wang.sentence("3000万元以上外资企业")
    desk = wang.do("edit", edits={str(target.id): target.text.replace("30家", "50家")})
    wrong = desk.letter.sentence(target.id)
    assert (wrong.verdict, wrong.remarks[0].words) == ("bad", "50家")
    wang.do("pick", id=target.id)
    assert "引文中没有" in wang.page
    wang.do("restore", id=target.id)
    assert wang.sentence("30家").verdict == "ok"
    assert "时限已过" in wang.page
    doubted = wang.sentence("412家次")
    wang.do("edit", edits={str(doubted.id): doubted.text.rstrip("。") + "，成效明显。"})
    assert wang.desk.letter.sentence(doubted.id).open
    wang.do("confirm", id=doubted.id)
    assert wang.desk.letter.sentence(doubted.id).standing == "hand"
    assert wang.desk.letter.sentence(doubted.id).confirmed == "王工"
    wang.do("restore", id=doubted.id)
    assert wang.sentence("412家次").internal
    assert '"in": true' in wang.page.replace("&#34;", '"')
    assert "资料说法不一" in (wang.do("tab", tab="todo"), wang.page)[1]


def test_what_a_person_let_stand_is_no_evidence(wang):
    """A sentence against its quote stands with a reason, and one without a quote, but neither ever counts as 有据."""
    wang.draft()
    target, blank = wang.sentence("3000万元以上外资企业"), wang.sentence("〔请补充：关于")
    wang.do("edit", edits={str(target.id): target.text.replace("30家", "50家"), str(blank.id): "住房由住建局统筹。"})
    before = wang.desk.letter.counts()
    wang.do("pick", id=target.id)
    assert 'data-submit="confirm"' in wang.page
    wang.do("confirm", id=target.id, reason=" ")
    assert 'data-i="dr.e.reason"' in wang.page
    assert wang.desk.letter.sentence(target.id).open
    wang.do("confirm", id=target.id, reason="招商局口径\n已更新")
    wang.do("confirm", id=blank.id)
    counts = wang.desk.letter.counts()
    assert (counts["ok"], counts["hand"]) == (before["ok"], 2)
    wang.do("pick", id=target.id)
    for told in ("dr.hand", "dr.lg.hand", "dr.confirmed.why", "dr.confirmed.day", "dr.export.hand"):
        assert f'data-i="{told}"' in wang.page
    assert "招商局口径 已更新" in wang.page
    assert "引文中没有" in wang.page
    assert f'"{target.id}": {{"v": "hand"' in wang.page.replace("&#34;", '"')
    letter, day = wang.desk.letter, today().isoformat()
    annex = "\n".join(cell.text for row in docx.Document(io.BytesIO(word(letter))).tables[0].rows for cell in row.cells)
    for text in (re.sub("[\u200b\u2060]", "", annex), markdown(letter)):
        assert f"核对人：王工；核对日期：{day}；理由：招商局口径 已更新；" in text
        assert "人工核对" in text
    told = {
        one.detail["reason"]
        for one in wang.handlers._around.records.audit.of(f"draft:{wang.desk.id}")
        if one.what == "draft.confirm"
    }
    assert told == {"招商局口径 已更新", ""}
    wang.do("unconfirm", id=target.id)
    assert wang.desk.letter.sentence(target.id).reason == ""
    assert wang.desk.letter.sentence(target.id).standing == "bad"


def test_what_was_let_stand_in_older_drafts_is_taken_over(wang, around):
    """They kept who confirmed a sentence alone: it is theirs, without a day or a reason, and not 有据 any more."""
    wang.draft()
    target = wang.sentence("3000万元以上外资企业")
    wang.do("edit", edits={str(target.id): target.text.replace("30家", "50家")})
    wang.do("confirm", id=target.id, reason="口径")
    kept = around.records.drafts.get(wang.desk.id)
    old = json.loads(json.dumps(kept.body))
    for paragraph in old["letter"]["paragraphs"]:
        for sentence in paragraph["sentences"]:
            del sentence["confirmed_on"], sentence["reason"]
    around.records.drafts.save(wang.person, kept.id, old, kept.revision)
    wang.do("open", id=kept.id)
    wang.do("pick", id=target.id)
    assert wang.desk.letter.sentence(target.id).standing == "hand"
    assert 'data-i="dr.confirmed.mute"' in wang.page


def test_where_nothing_answers_the_nearest_passages_are_shown_as_such(staff, around):
    """更多依据 said that nothing was found for what the tab 检索 of the same page finds first."""
    source = parse_text("内涝治理报告\n\n完善应急机制。组建抢险队伍6支，暴雨预警后30分钟内到位。\n", "report.txt")
    at = source.text.index("完善")
    asked = []

    def search(_, query, k):
        asked.append(query)
        return [Hit(1, 1.0, source, "report#1", at, len(source.text) - 1)][:k]

    wang = Staff(DraftHandlers(replace(around, search=search)), staff["wang"].person)
    wang.do("read", text="关于防涝的建议\n\n一、解决内涝问题。加大管网改造力度，建立抢险快速响应机制。\n")
    wang.draft()
    blank = wang.sentence("〔请补充：关于")
    told = "".join(one.reason for one in blank.remarks)
    assert "没有找到能直接回答的原文" in told
    wang.do("more", id=blank.id)
    assert asked[-1] in blank.text
    assert 'data-i="dr.near"' in wang.page
    assert "组建抢险队伍6支" in wang.page
    assert 'data-i="dr.more.none"' not in wang.page


def test_typing_is_one_version_and_an_older_one_comes_back(wang):
    """Small edits in a row leave one version; the letter as drafted can be restored."""
    wang.draft()
    blank = wang.sentence("解决年轻人住房")
    for words in ("住", "住房", "住房由区住建局统筹。"):
        wang.do("edit", edits={str(blank.id): words})
    kept = wang.handlers._around.records.drafts.versions(wang.desk.id)
    assert [one.revision for one in kept] == [5, 2, 1]
    wang.do("version", n=2)
    assert wang.desk.letter.sentence(blank.id).text == blank.text
    assert wang.desk.revision == 6


def test_nobody_overwrites_somebody_else(staff, wang):
    """A second editor reads; taken over, the first is told on the next change and keeps it in a copy of their own."""
    liu = staff["liu"]
    wang.draft()
    liu.do("open", id=wang.desk.id)
    assert "王工" in liu.page
    assert liu.desk.holder == "王工"
    blank = wang.sentence("解决年轻人住房")
    liu.do("edit", edits={str(blank.id): "刘改的。"})
    assert liu.handlers._around.records.drafts.get(wang.desk.id).revision == wang.desk.revision
    liu.do("take")
    liu.do("edit", edits={str(blank.id): "刘改的。"})
    wang.do("edit", edits={str(blank.id): "王改的。"})
    assert wang.desk.conflict == "liu"
    assert not wang.desk.editable
    wang.do("copy")
    mine, theirs = (one.desk.letter.sentence(blank.id).text for one in (wang, liu))
    assert (mine, theirs) == ("王改的。", "刘改的。")
    assert wang.desk.id != liu.desk.id
    assert wang.do("beat").editable


def test_who_only_reads_gets_the_newest(staff, wang):
    """Each minute a reader sees what was saved, and may edit once the draft is free."""
    liu = staff["liu"]
    wang.draft()
    liu.do("open", id=wang.desk.id)
    blank = wang.sentence("解决年轻人住房")
    wang.do("edit", edits={str(blank.id): "王改的。"})
    assert liu.do("beat").letter.sentence(blank.id).text == "王改的。"
    wang.do("list")
    assert liu.do("beat").editable


def test_a_section_goes_to_another_office_and_comes_back(wang):
    """会办 leaves a blank with the office's name; drafted here again, the section has its sentences."""
    wang.draft()
    last = wang.desk.suggestion.requests[-1].id
    wang.do("leave", id=last, office="区商务局")
    assert "由区商务局会办" in wang.sentence("区商务局").text
    assert wang.do("leave", id=last, office=" ").wrong
    wang.draft(again=last)
    assert wang.desk.aside == ()
    assert wang.sentence("3000万元以上外资企业")


def test_evidence_is_cited_inserted_and_taken_away(wang, documents):
    """A place in a document fills a blank or becomes a sentence; a place that is not there is refused."""
    wang.draft()
    document = documents["reply-20250021"]
    words = "2025年目标打造5个以上低成本产业载体"
    at = document.text.index(words)
    spot = {"doc": document.id, "v": document_version(document), "s": at, "e": at + len(words)}
    blank = wang.sentence("发布场景清单”的办理情况")
    wang.do("pick", id=blank.id)
    wang.do("cite", **spot)
    assert wang.desk.letter.sentence(blank.id).text == f"{words}。"
    wang.do("uncite", n=0)
    assert wang.desk.letter.sentence(blank.id).verdict == "check"
    wang.do("insert", **spot)
    assert wang.desk.letter.sentence(wang.desk.selected).proved
    for wrong in ({**spot, "v": "old"}, {**spot, "e": 10**9}, {**spot, "doc": "nothing"}):
        wang.do("cite", **wrong)
        assert 'data-i="dr.e.place"' in wang.page


def test_drafting_goes_on_without_the_page_and_can_be_stopped(staff, wang, around):
    """Who opens the draft meanwhile sees the work and then the letter; stopped, the requests are still there."""
    around.answers(wang.person).pause = 0.02
    event = gr.EventData(None, {"sent": {"ev": "draft", "seq": "1"}})
    drafting = wang.handlers.draft(wang.desk, wang.request, event)
    assert "working" in next(drafting)[1]
    drafting.close()  # the page was closed
    wang.do("open", id=wang.desk.id)
    assert 'data-follow="yes"' in wang.page
    *_, last = wang.handlers.follow(wang.desk, wang.request, event)
    assert last[0].letter is not None
    liu = staff["liu"]
    liu.do("read", text=SUGGESTION)
    drafting = liu.handlers.draft(liu.desk, liu.request, event)
    next(drafting)
    liu.handlers.stop(liu.desk)
    *_, last = drafting
    assert last[0].letter is None
    assert 'data-i="dr.stopped"' in last[1]


def test_a_job_can_be_stopped_and_its_fault_told():
    """A stopped job keeps nothing; one that fails says why; a draft has one job at a time."""
    kept = []

    def slow():
        for done in range(100):
            yield Step(done, 100, "一")
            time.sleep(0.01)

    jobs = Jobs()
    job = jobs.start("a", lambda: Job(["一"], slow(), kept.append))
    assert jobs.start("a", lambda: pytest.fail("there is one already")) is job
    assert next(job.steps()).total in {1, 100}
    job.stop()
    assert jobs.of("a") is None
    assert list(job.steps()) == []

    def broken():
        yield Step(0, 1, "一")
        raise RuntimeError("no")

    failed = Job(["一"], broken(), kept.append)
    list(failed.steps())
    assert isinstance(failed.fault, RuntimeError)
    assert kept == []


def test_a_letter_finished_after_a_takeover_is_kept_apart(staff, wang, around):
    """What was drafted while somebody else took the draft over is not lost, and not put over theirs."""
    before = wang.desk
    letter = wang.draft().letter
    around.records.drafts.hold(staff["liu"].person, before.id, take=True)
    _keep(Clerk(wang.person, around), replace(wang.desk), letter)
    assert len(around.records.drafts.all()) == 2


def test_where_nobody_signs_in_a_draft_names_nobody(around):
    """There is one person, and how they are called is not said in every language."""
    alone = Staff(DraftHandlers(around), around.records.users.local())
    alone.do("read", text=SUGGESTION)
    for ev in ("list", "open"):
        alone.do(ev, id=around.records.drafts.all()[0].id)
        assert "本机" not in alone.page
        assert 'data-i="dr.by"' not in alone.page


def test_where_nobody_signs_in_a_letter_is_signed_by_no_name(around):
    """The page tells that it was signed, and checked, in its own language; the annex names nobody either."""
    alone = Staff(DraftHandlers(around), around.records.users.local())
    alone.do("read", text=SUGGESTION)
    alone.draft()
    open_ones = [one.id for one in alone.desk.letter.sentences if one.open]
    for one in alone.desk.letter.sentences:
        if one.open:
            alone.do("confirm", id=one.id)
        elif one.unfilled:
            alone.do("edit", edits={str(one.id): "已填"})
    alone.do("sign")
    assert alone.desk.signed
    alone.do("pick", id=open_ones[0])
    assert 'data-i="dr.signed.on"' in alone.page
    assert 'data-i="dr.hand"' in alone.page
    assert 'data-i="dr.confirmed"' not in alone.page
    assert "本机" not in alone.page
    table = docx.Document(io.BytesIO(word(alone.desk.letter))).tables[0]
    told = [cell.text for row in table.rows for cell in row.cells]
    assert any("人工核对；核对日期" in one for one in told)
    assert not any("核对人" in one for one in told)
    assert not any("本机" in one or "local" in one for one in told)
