"""审核 without a browser: what its script fetches, for whom, and what becomes of an answer step by step."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.answer import Citation
from assistant.records import Records
from assistant.review import document_id
from assistant.settings import Settings
from assistant.web.chat.render import turn
from assistant.web.chat.thread import Exchange, StaffAnswer
from assistant.web.pages.review import review_router
from assistant.web.surroundings import PERSON, StaffServices, Surroundings
from evals.proposals import collect, proposal
from index import Searcher, Store
from index.storage.versions import withdraw
from index.sync import sync
from tests.fakes.assistant import FakeAssistant, library, refusal
from tests.fakes.crashes import KeptVectors
from tests.test_review import INSIDE, PAPER, QUESTION

ASKED = "福田区2024年GDP是多少？"


class Staff:
    """One person's browser at the desk: keeps what the script keeps, sends what it sends."""

    def __init__(self, client: TestClient, name: str) -> None:
        self._client, self._name = client, {"as": name}
        self.citations: list = []
        self.key = self.review = ""
        self.revision = 0

    def get(self, path: str, **parameters):
        answer = self._client.get(f"/review/desk/{path}", params=parameters, headers=self._name)
        assert answer.status_code == 200, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.text

    def open(self, key: str):
        shown = self.get("case", key=key)
        self._keep(shown, key)
        return shown["case"]

    def write(self, text: str, **more):
        body = {"key": self.key, "review": self.review, "revision": self.revision, "text": text}
        told = self._post("save", {**body, "question": QUESTION, "citations": self.citations, **more})
        if "revision" in told:
            self.review, self.revision, self.citations = told["review"], told["revision"], told["citations"]
        return told

    def act(self, name: str, **more):
        body = {"key": self.key, "review": self.review, "revision": self.revision, "act": name, **more}
        told = self._post("act", body)
        if "case" in told:
            self._keep(told, told["key"])
        return told

    def _post(self, path: str, body):
        answer = self._client.post(f"/review/desk/{path}", json=body, headers=self._name)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _keep(self, shown, key: str) -> None:
        wire = dict(re.findall(r'data-(review|revision)="([^"]*)"', shown["case"]))
        self.key, self.citations = key, shown["citations"]
        self.review, self.revision = wire.get("review", ""), int(wire.get("revision", 0))


@pytest.fixture(scope="module")
def office_home(tmp_path_factory):
    """A home with a public and an internal document and its people, made once."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "papers").mkdir()
    (folder / "papers" / "libraries.md").write_text(PAPER, encoding="utf-8")
    (folder / "papers" / "plan.md").write_text(INSIDE, encoding="utf-8")
    records = Records.open(folder / "home")
    people = (
        ("root", "admin", "主任"),
        ("wang", "staff", "王芳"),
        ("chen", "staff", "陈明"),
        ("li", "representative", "李代表"),
    )
    for name, role, display in people:
        records.users.add(name, "correct-horse-battery", role, display=display, by="test")
    records.close()
    return folder


@pytest.fixture
def desk(office_home, tmp_path):
    """Makes browsers at a desk, with or without the need of a second person."""
    shutil.copytree(office_home / "home", tmp_path / "home")
    store = Store(tmp_path / "home", create=True, vectors=KeptVectors())
    sync(store, [office_home / "papers"], None)
    records = Records.open(tmp_path / "home")
    yield Desk(store, records)
    records.close()


class Desk:
    def __init__(self, store: Store, records: Records) -> None:
        self.store, self.records = store, records
        self.people = {user.name: user.person for user in records.users.all()}

    def at(self, *names: str, second: bool = False, **more) -> list[Staff]:
        settings = Settings(home=self.store.home, models=self.store.home, second_approver=second, office_name="文体局")
        searchers = {
            tiers: Searcher.open(self.store, None, tiers=tiers) for tiers in {p.tiers for p in self.people.values()}
        }

        def version(person, document, wanted):
            found = searchers[person.tiers].version(document, wanted)
            return found or self.records.documents.get(document, wanted, person.tiers)

        around = Surroundings(
            answers=lambda _: FakeAssistant(library(), {}),
            records=self.records,
            search=lambda person, question, k: searchers[person.tiers].search(question, k),
            version=version,
            office=StaffServices(settings, self.store, None),
            **more,
        )
        app = FastAPI()
        app.include_router(review_router(around))
        return [Staff(TestClient(_as(app, self.people)), name) for name in names]

    def ask(self, name: str = "li", question: str = QUESTION, *, hand: str | None = None):
        person = self.people[name]
        conversation = self.records.conversations.new(person.id, question)
        turn = self.records.turns.append(person.id, conversation.id, question)
        turn = self.records.turns.put(person.id, turn.after(replace(refusal(question, library()), question=question)))
        if hand is not None:
            self.records.handovers.give(person, turn.id, hand)
        return turn

    def key(self) -> str:
        return self.records.worklist.waiting()[0].key

    def slice(self, words: str, document: str = "libraries"):
        """What the script sends of a selection."""
        found = self.store.catalog.document(document)
        start = found.text.index(words)
        return [document, self.store.catalog.entry(document).version, start, start + len(words)]


def _as(app, people):
    """The gate's part: the person in the scope."""

    async def inner(scope, receive, send):
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"as", b"").decode()
            scope = {**scope, PERSON: people[name]}
        await app(scope, receive, send)

    return inner


def words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", markup))


def test_the_queue_counts_filters_and_orders(desk):
    """One line a question with its count; by kind, by state, by words; the most asked or the newest first."""
    for name in ("li", "wang"):
        desk.ask(name, ASKED)
    desk.ask("li", QUESTION, hand="急")
    (wang,) = desk.at("wang")
    shown = wang.get("list")
    assert shown.index(ASKED) < shown.index(QUESTION)
    assert "问过 2 次" in words(shown)
    newest = wang.get("list", order="newest")
    assert newest.index(QUESTION) < newest.index(ASKED)
    assert ASKED not in wang.get("list", which="handed")
    assert QUESTION not in wang.get("list", text="gdp")
    assert "没有待处理的问题" in words(wang.get("list", which="waiting"))


def test_the_list_and_the_question_tell_the_same_numbers(desk):
    """However often a question was asked; and the filters count what the search words leave."""
    for _ in range(23):
        desk.ask("li", ASKED)
    desk.ask("wang", QUESTION)
    (wang,) = desk.at("wang")
    shown = words(wang.get("list"))
    assert "问过 23 次" in shown
    opened = words(wang.open(desk.key()))
    assert "问过 23 次" in opened
    assert "另有 3 次，问的相同" in opened
    assert "全部 2" in " ".join(shown.split())
    assert "全部 1" in " ".join(words(wang.get("list", text="gdp")).split())


def test_a_table_that_is_found_reads_as_one(desk, tmp_path):
    """No marks of the file are seen; the characters stay those of the document, so that a selection is exact."""
    (tmp_path / "more").mkdir()
    table = "# 场馆开放表\n\n## 一、时间\n\n| 场馆 | 开放时间 |\n| --- | --- |\n| 北区图书馆 | 9点至21点 |\n"
    (tmp_path / "more" / "hours.md").write_text(table, encoding="utf-8")
    sync(desk.store, [tmp_path / "more"], None, yes=True)
    (wang,) = desk.at("wang")
    shown = wang.get("find", q="北区图书馆开放时间")
    slices = re.findall(r'<p class="slice" data-s="(\d+)"[^>]*>(.*?)</p>', shown, re.DOTALL)
    seen = [re.sub('<span class="x">[^<]*</span>', "", inner) for _, inner in slices]
    assert any("北区图书馆" in one for one in seen)
    assert not any(mark in one for one in seen for mark in ("|", "---", "#"))
    text = desk.store.catalog.document("hours").text
    for (start, inner), one in zip(slices, seen, strict=True):
        raw = html.unescape(re.sub(r"<[^>]+>", "", inner))
        if "北区图书馆" in one:
            assert text[int(start) : int(start) + len(raw)] == raw


def test_a_case_shows_what_staff_may_see(desk):
    """Of a hand-over note, name and what was sent along; of others' questions neither name nor history."""
    person = desk.people["li"]
    first = desk.ask("li", "第一个问题？")
    second = desk.records.turns.append(person.id, first.conversation, QUESTION)
    second = desk.records.turns.put(person.id, second.after(refusal(QUESTION, library())))
    (wang,) = desk.at("wang")
    shown = wang.open(desk.key())
    assert "第一个问题" not in shown
    assert "李代表" not in shown
    assert "一位提问者" in words(shown)
    assert "6000亿元是2025年报道时的全年预计" in words(shown)
    desk.records.handovers.give(person, second.id, "周五要用")
    key = next(one.key for one in desk.records.worklist.waiting() if one.question == QUESTION)
    assert "第一个问题" not in wang.open(key)
    desk.records.handovers.give(person, second.id, "周五要用", earlier=True)
    desk.records.feedback.give(person, second.id, "down", ["incomplete"], "少了<b>区级</b>")
    shown = words(wang.open(next(one.key for one in desk.records.worklist.waiting() if one.question == QUESTION)))
    for told in ("周五要用", "李代表", "第一个问题？", "不完整", "少了<b>区级</b>", "现有资料没有收录"):
        assert told in shown


def test_opening_begins_nothing_and_the_first_words_do(desk):
    """Whoever only looks leaves no draft; what is typed is saved and judged at once."""
    desk.ask()
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    assert desk.records.reviews.all() == ()
    told = wang.write("全区有38座图书馆。")
    assert "没有引文" in words(told["check"])
    (review,) = desk.records.reviews.all()
    assert (review.text, review.author, review.state) == ("全区有38座图书馆。", "wang", "draft")
    assert review.items[0].startswith("turn:")


def test_red_turns_green_when_the_number_is_mended_and_blocks_until_then(desk):
    """The quote comes as offsets alone; the server takes the slice; a sentence that it contradicts is not sent."""
    desk.ask(hand="")
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    wang.citations = [desk.slice("2024年，全区共有图书馆32座，其中区级图书馆9座。")]
    bad = wang.write("2024年，全区共有图书馆38座，其中区级图书馆9座。[1]")
    assert 'class="bad"' in bad["check"]
    assert "38" in words(bad["check"])
    assert "与引文不符" in words(wang.act("approve")["wrong"])
    good = wang.write("2024年，全区共有图书馆32座，其中区级图书馆9座。[1]")
    assert 'class="ok"' in good["check"]
    assert 'data-bad="0"' in good["check"]
    (review,) = desk.records.reviews.all()
    document = desk.store.catalog.document("libraries")
    (cited,) = review.citations
    assert document.text[cited.start : cited.end] == cited.quote


def test_a_place_that_is_none_is_refused(desk):
    """An unknown document, an empty selection: told in words, nothing is saved."""
    desk.ask()
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    wang.citations = [["nowhere", "", 0, 5]]
    assert "wrong" in wang.write("一。[1]")
    wang.citations = [[*desk.slice("2024年")[:2], 7, 7]]
    assert "select some words" in wang.write("一。[1]")["wrong"]
    assert all(not one.text for one in desk.records.reviews.all())


def test_nobody_overwrites_unseen(desk):
    """The second to save is told who saved when; what they wrote is saved only when they say so."""
    desk.ask()
    wang, chen = desk.at("wang", "chen")
    wang.open(desk.key())
    shown = chen.open(desk.key())
    assert "王芳 也打开了这一条" in words(shown)
    assert "陈明" in words(wang.get("here", key=wang.key)["here"])
    wang.write("王芳的答复。")
    told = chen.write("陈明的答复。")
    assert "王芳" in words(told["conflict"])
    assert "conflict" in chen.write("陈明的答复。")
    assert desk.records.reviews.all()[0].text == "王芳的答复。"
    assert wang.get("here", key=wang.key, review=wang.review)["revision"] == wang.revision
    chen.write("陈明的答复。", over=True)
    assert desk.records.reviews.all()[0].text == "陈明的答复。"
    assert "陈明" in words(wang.write("王芳又写。")["conflict"])
    assert "陈明" in words(wang.act("approve")["wrong"])


def test_without_the_setting_the_author_approves(desk):
    """Sent to the asker, unread; a document of kind 人工答复; a candidate case; all of it in the log."""
    turn = desk.ask(hand="")
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    wang.citations = [desk.slice("2024年，全区共有图书馆32座，其中区级图书馆9座。")]
    wang.write("2024年，全区共有图书馆32座。[1]")
    told = wang.act("approve", public=True)
    assert "已发给提问者" in words(told["told"])
    owner = desk.people["li"].id
    (sent,) = desk.records.reviews.approved_in(owner, turn.conversation)[turn.id]
    assert (sent.access, sent.approver) == ("public", "wang")
    assert desk.records.conversations.get(owner, turn.conversation).unread
    assert desk.records.worklist.waiting() == ()
    document = desk.store.catalog.document(document_id(sent.id))
    assert (document.metadata.kind, document.metadata.issuer) == ("staff_answer", "文体局 王芳")
    (hit, *_) = Searcher.open(desk.store, None, tiers=("public",)).search(QUESTION, 3)
    assert hit.document == document.id
    assert collect(desk.records) == 1
    (candidate,) = desk.records.candidates.all()
    assert candidate.origin == f"review:{sent.id}"
    assert proposal(candidate).case.gold[0].document == "libraries"
    log = {event.what for event in desk.records.audit.of()}
    assert {"review.begin", "review.save", "review.approve", "document.staff_answer"} <= log
    assert "王芳" in words(wang.get("case", key=f"r-{sent.id}")["log"])


def test_several_hand_overs_of_a_question_make_one_case(desk):
    """The answer of staff is the case; none of those whom it answers is proposed as unanswered."""
    for name in ("li", "chen"):
        desk.ask(name, hand="")
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    wang.write("请看官网。")
    wang.act("approve")
    collect(desk.records)
    assert [one.origin.partition(":")[0] for one in desk.records.candidates.all()] == ["review"]


def test_with_the_setting_a_second_person_approves(desk):
    """The author submits and cannot approve; it may be sent back with a remark, mended, and approved by the other."""
    desk.ask()
    wang, chen = desk.at("wang", "chen", second=True)
    wang.open(desk.key())
    wang.citations = [desk.slice("2024年，全区共有图书馆32座")]
    wang.write("2024年，全区共有图书馆32座。[1]")
    assert 'data-act="approve"' not in wang.open(desk.key())
    assert "已提交" in words(wang.act("submit")["told"])
    assert "另一位" in words(wang.act("approve")["wrong"])
    assert QUESTION in chen.get("list", which="waiting")
    chen.open(desk.key())
    assert "请写明原因" in words(chen.act("send_back")["wrong"])
    chen.act("send_back", remark="请写全区级数")
    assert "请写全区级数" in words(wang.open(desk.key()))
    wang.write("2024年，全区共有图书馆32座。 [1]")
    wang.act("submit")
    chen.open(desk.key())
    assert "已发给提问者" in words(chen.act("approve")["told"])
    (sent,) = desk.records.reviews.all(("approved",))
    assert (sent.author, sent.approver, sent.access) == ("wang", "chen", "internal")
    assert desk.store.catalog.tier(document_id(sent.id)) == "internal"


def test_what_quotes_an_internal_document_is_not_made_public(desk):
    """Whoever asks for it all the same gets an internal one; the sentence is amber as it is written."""
    desk.ask()
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    wang.citations = [desk.slice("2025年拟新增图书馆3座。", "plan")]
    assert "内部资料" in words(wang.write("2025年拟新增图书馆3座。[1]")["check"])
    assert "disabled" in re.search(r'<input[^>]*id="rv-public"[^>]*>', wang.open(desk.key())).group()
    wang.act("approve", public=True)
    (sent,) = desk.records.reviews.all(("approved",))
    assert sent.access == "internal"


def test_a_withdrawn_answer_is_no_longer_quoted_and_its_case_is_refused(desk):
    """The reason is asked for; the question waits again."""
    desk.ask(hand="")
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    wang.write("请看官网。")
    wang.act("approve", public=True)
    (sent,) = desk.records.reviews.all(("approved",))
    collect(desk.records)
    assert "请写明原因" in words(wang.act("withdraw")["wrong"])
    wang.act("withdraw", remark="有误")
    assert desk.store.catalog.standing(document_id(sent.id)) == "withdrawn"
    assert [one.state for one in desk.records.candidates.all()] == ["rejected"]
    assert [one.question for one in desk.records.worklist.waiting()] == [QUESTION]
    assert "已撤回" in words(wang.get("list", which="done"))


def test_a_source_that_is_withdrawn_while_one_writes_turns_red(desk):
    """What may no longer be quoted proves nothing in a new answer."""
    desk.ask()
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    wang.citations = [desk.slice("2024年，全区共有图书馆32座")]
    wang.write("2024年，全区共有图书馆32座。[1]")
    withdraw(desk.store, "libraries")
    assert "已更改或撤下" in words(wang.open(desk.key()))
    assert "与引文不符" in words(wang.act("approve")["wrong"])


def test_search_gives_passages_with_exact_offsets(desk):
    """Every passage holds the document's own characters from ``data-s`` on."""
    (wang,) = desk.at("wang")
    found = wang.get("find", q="图书馆32座")
    start, shown = re.search(r'class="slice" data-s="(\d+)"[^>]*>(.*?)</p>', found, re.DOTALL).groups()
    text = html.unescape(re.sub(r"<[^>]+>", "", shown))
    document = desk.store.catalog.document("libraries")
    assert document.text[int(start) :].startswith(text)
    assert "没有找到" in words(wang.get("find", q="zzzz"))
    assert wang.get("find", q=" ") == ""


def test_a_question_that_is_gone_is_told(desk):
    """Whatever its address says."""
    (wang,) = desk.at("wang")
    for key in ("nowhere", "r-nothing", "<script>"):
        assert "已经处理或撤回" in words(wang.get("case", key=key)["case"])
    assert "wrong" in wang.write("一。", key="nowhere")


def test_the_asker_sees_the_author_what_is_not_verified_and_what_was_withdrawn():
    """A sentence without proof says so; of a withdrawn answer only that is left; marks stay chips."""
    document = library()["reply-20250021"]
    citation = Citation(1, document.quote(0, 5), document)
    told = StaffAnswer("一。[1]二！\n三。[1]", "2026-03-02", (citation,), by="王芳", unproved=("二！",))
    shown = words(str(turn(Exchange(1, "问？", "done", staff=(told,)))))
    assert "王芳，2026-03-02" in shown
    assert re.sub(r"\s+", " ", shown).count("未核实 二！") == 1
    assert shown.count("未核实") == 1
    gone = words(str(turn(Exchange(1, "问？", "done", staff=(StaffAnswer("", "2026-03-02", withdrawn=True),)))))
    assert "工作人员撤回了这条答复" in gone


def test_a_question_is_given_to_somebody_until_a_day(desk):
    """Who is no member of staff cannot have it; it is found as mine, and the nearest day first."""
    desk.ask("li", ASKED, hand="急")
    desk.ask("wang", QUESTION)
    wang, chen = desk.at("wang", "chen")
    keys = {one.question: one.key for one in desk.records.worklist.waiting()}
    assert "还有 9" in words(wang.get("list"))  # three months
    told = wang._post("assign", {"key": keys[QUESTION], "owner": "chen", "due": "2020-01-31"})
    assert 'value="2020-01-31"' in told["assigned"]
    assert "已超期" in words(told["assigned"])
    assert "指定承办人和期限" in words(told["log"])
    assert QUESTION in chen.get("list", which="mine")
    assert "我承办的 1" in " ".join(words(chen.get("list")).split())
    assert QUESTION not in wang.get("list", which="mine")
    due = chen.get("list", order="due")
    assert due.index(QUESTION) < due.index(ASKED)
    assert "陈明" in words(due)
    for wrong in ({"owner": "li"}, {"owner": "nobody"}):
        assert "没有这位工作人员" in words(wang._post("assign", {"key": keys[QUESTION], **wrong})["wrong"])
    assert "wrong" in wang._post("assign", {"key": "gone", "owner": "chen"})


def test_an_answer_is_seen_before_it_is_sent_as_its_asker_will_see_it(desk):
    """Without quotes of internal documents, with what is not borne out marked; an empty one cannot be looked at."""
    desk.ask("li", QUESTION, hand="急")
    (wang,) = desk.at("wang")
    wang.open(desk.key())
    assert "先写" in words(wang.get("preview")) or "写" in words(wang.get("preview"))
    wang.citations = [desk.slice("全区共有图书馆32座"), desk.slice("2025年拟新增图书馆3座", "plan")]
    text = "感谢您的关心。全区共有图书馆32座。[1]2025年拟新增图书馆3座。[2]欢迎监督。我们会做好。祝顺利。"
    wang.write(text, courtesies=["欢迎监督。"])
    shown = wang.get("preview", review=wang.review)
    assert "全区共有图书馆32座" in shown
    assert "内部测算" not in shown
    assert "王芳" in words(shown)
    assert re.findall(r'未核实</span><span class="claim">([^<]*)', shown) == ["我们会做好。", "祝顺利。"]
    again = wang.open(desk.key())
    assert 'data-do="unpolite" data-said="欢迎监督。"' in again
    assert 'data-do="polite" data-said="祝顺利。"' in again
    assert 'data-said="我们会做好。"' not in again  # which says what will be
    sums = re.findall(r'data-i="rv.v.(ok|check|bad)">[^<]*</span></span><b>(\d)', again)
    assert sums == [("ok", "1"), ("check", "3")]  # what is only polite is not counted as borne out
