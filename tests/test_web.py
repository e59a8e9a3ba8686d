"""The web face without a browser: what is escaped, marked, numbered, told, and served."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import assistant.web
from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.conversation import Progress, Turn
from assistant.export import cells, shown_quote
from assistant.locale import catalogues, message
from assistant.records import Conversation, Feedback, FrozenTurn, Handover, Person, document_version
from assistant.web import PAGES, Holdings, Surroundings, build_app, serve
from assistant.web.chat.evidence import by_document, evidence
from assistant.web.chat.frame import FRAME, masthead, side
from assistant.web.chat.render import copied, turn
from assistant.web.chat.source import notices, paragraph_at, paragraphs, source_view
from assistant.web.chat.thread import Exchange, Session, StaffAnswer, by_column
from assistant.web.html import el
from corpus import InputError, parse_text
from corpus.structure import blocks, sentences
from tests.fakes.assistant import FakeAssistant, cite, library, scripted

WEB = Path(assistant.web.__file__).parent
MEASURES = "河套合作区的通关便利措施有哪些？"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
STAFF = Person("p", "wang", "staff")
ATTACK = "<script>alert(1)</script>\"><img src=x onerror='alert(2)'>"


@pytest.fixture(scope="module")
def documents():
    return library()


@pytest.fixture
def answered():
    """The list answer of the fake, done."""
    fake = scripted()
    exchange = Exchange(1, MEASURES)
    for event in fake.stream(MEASURES):
        exchange = exchange.after(event)
    return replace(exchange, state="done")


class Page(HTMLParser):
    """Collects the tags of a fragment, the text of each ``mark``, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marks: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._open = (dict(attrs).get("data-q") or "?").split()

    def handle_endtag(self, tag):
        if tag == "mark":
            self._open = []

    def handle_data(self, data):
        self.text += data
        for n in self._open:
            self.marks[n] = self.marks.get(n, "") + data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and wanted.items() <= attrs.items()]


def conversation(title: str, identifier: str = "c") -> Conversation:
    now = datetime.now(UTC)
    return Conversation(identifier, "p", title, now, now, unread=False, turns=1)


def handed(note: str) -> Handover:
    return Handover("h", "t", "p", "李", note, "open", FrozenTurn("问"), NOW, NOW)


def hostile():
    """A document whose title, issuer, headings and text try to break out of the page."""
    text = f'---\ntitle: "甲{ATTACK[:25]}"\n---\n\n# {ATTACK}\n\n## 一、{ATTACK}\n\n{ATTACK}是正文。\n\n'
    text += f"| 项目 | {ATTACK} |\n| --- | --- |\n| {ATTACK} | 3 |\n"
    document = parse_text(text, "hostile.md")
    meta = replace(document.metadata, title=ATTACK, issuer=ATTACK, source=f"https://a.cn/{ATTACK}", status=ATTACK)
    return replace(document, metadata=meta)


def assert_harmless(html: str) -> None:
    page = Page(html)
    assert not page.all("script")
    assert not page.all("img")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "alert(1)" in page.text


# Escaping


def test_an_element_escapes_its_children_and_attributes():
    """Only what this package made is taken as HTML."""
    made = str(el("p", "<b>", el("i", "&"), title='"<', hidden=True, id=None))
    assert made == '<p title="&#34;&lt;" hidden>&lt;b&gt;<i>&amp;</i></p>'


def test_a_document_cannot_put_code_on_the_page():
    """Script in a title, heading, paragraph, table cell, address or status is text in viewer, card and answer."""
    document = hostile()
    citation = cite(document, 1, f"{ATTACK}是正文。")
    answer = Answer(
        ATTACK,
        f"{ATTACK}？！",
        (Note("count", f"共3项{ATTACK}。"), Note(ATTACK, ATTACK), Claim(ATTACK, (1,))),
        (citation,),
    )
    exchange = Exchange(1, ATTACK, "done", standalone=answer.standalone_question, answer=answer, found=(citation,))
    refused = replace(
        exchange, answer=replace(answer, parts=(), abstention=Abstention("no_evidence", ATTACK, (citation,)))
    )
    assert_harmless(str(source_view(document, [(citation.quote.start, citation.quote.end)])))
    for one in (exchange, refused, replace(exchange, error=ATTACK, state="failed")):
        assert_harmless(str(turn(one)))
        assert_harmless(str(evidence(one)))
    assert_harmless(str(FRAME.first_page([(ATTACK, ATTACK)])))
    assert_harmless(str(side([conversation(ATTACK)], "", STAFF)))
    staff = StaffAnswer(f"{ATTACK}[1]", "2026-11-24", (citation,))
    assert_harmless(str(turn(replace(exchange, staff=(staff,), handed=handed(ATTACK)))))
    assert_harmless(str(evidence(replace(exchange, staff=(staff,)))))


def test_only_web_addresses_become_links():
    """A source's addresses can be followed without telling where from; nothing else becomes a link."""
    document = parse_text("正文一句。", "a.txt")
    meta = replace(document.metadata, source="javascript:alert(1) 某网 https://example.org/a 。")
    links = Page(str(source_view(replace(document, metadata=meta), []))).all("a")
    assert [link["href"] for link in links] == ["https://example.org/a"]
    assert links[0]["rel"] == "noreferrer noopener"


# The source viewer


def test_every_sentence_is_marked_to_the_character(documents):
    """For every sentence of every document the marked characters are exactly the raw slice."""
    for document in documents.values():
        spans = [
            span
            for block in blocks(document)
            if not block.kind.startswith("table")
            for span in sentences(document.text, block.start, block.end)
        ]
        marks = Page(str(source_view(document, spans))).marks
        for number, (start, end) in enumerate(spans):
            assert marks[str(number)] == document.text[start:end]


def test_overlapping_quotes_each_keep_their_own_characters():
    """Two quotes that overlap are cut into three pieces, the middle one belonging to both."""
    document = parse_text("甲乙丙丁戊己。", "a.txt")
    page = Page(str(source_view(document, [(0, 4), (2, 6)])))
    assert page.marks == {"0": "甲乙丙丁", "1": "丙丁戊己"}
    assert [attrs["data-q"] for attrs in page.all("mark")] == ["0", "0 1", "1"]


def test_characters_outside_the_basic_plane_do_not_shift_a_mark():
    """Offsets count code points: an emoji or a rare character before the quote changes nothing."""
    document = parse_text("𠮷😀前面。后面这句。", "a.txt")
    start = document.text.index("后面")
    assert Page(str(source_view(document, [(start, start + 5)]))).marks == {"0": "后面这句。"}


def test_a_page_break_inside_a_sentence_is_kept_but_not_read(documents):
    """The raw line break stays in the mark, hidden, with a sign that the original breaks there."""
    reply = documents["reply-20250021"]
    citation = cite(reply, 1, "统筹28个重点地块集中招引\n\n行动。")
    html = str(source_view(reply, [(citation.quote.start, citation.quote.end)]))
    assert '招引<span class="x">\n\n</span><i class="pb"' in html
    assert shown_quote(citation) == "统筹28个重点地块集中招引行动。"


def test_paragraphs_are_numbered_without_headings_and_items_stay_in_theirs(documents):
    """一是…二是… inside one paragraph is one number; headings have none; the numbers count up from 1."""
    reply = documents["reply-20250021"]
    listed = paragraphs(reply)
    assert [one.number for one in listed if one.kind != "heading"] == list(range(1, 13))
    place = paragraph_at(reply, reply.text.index("海关总署推出10条"))
    assert place is not None
    assert place.number == 8
    assert [block.marker for block in place.parts] == ["一是", "二是", "三是"]


def test_a_table_is_one_paragraph_with_cells_and_a_row_is_marked_cell_by_cell():
    """Rows and header stay together; the quote of a row marks its cells; as a card it reads with bars."""
    document = parse_text("# 表\n\n| 年份 | 数 |\n| --- | --- |\n| 2024 | 3\\|4 |\n| 2025 | 5 |\n", "t.md")
    row = cite(document, 1, "| 2024 | 3\\|4 |")
    html = str(source_view(document, [(row.quote.start, row.quote.end)]))
    page = Page(html)
    assert [attrs.get("scope") for attrs in page.all("th")] == ["col", "col"]
    assert len(page.all("td")) == 4
    assert len(re.findall("<td[^>]*><mark", html)) == 2
    assert shown_quote(row) == "2024｜3\\|4"
    assert [document.text[a:b] for a, b in cells(document.text, row.quote.start, row.quote.end)] == ["2024", "3\\|4"]


def test_the_title_is_shown_once(documents):
    """Where the text begins with its title, that line is the viewer's title; else the metadata's."""
    digest = documents["hetao-customs-2024"]
    assert str(source_view(digest, [])).count(">海关支持河套深圳园区改革开放措施（署贸函〔2024〕236号）摘编<") == 1
    assert '<h3 class="t" lang="zh-Hans">丁</h3>' in str(
        source_view(replace(parse_text("正文。", "a.txt"), metadata=replace(digest.metadata, title="丁")), [])
    )


# Answers


def test_a_claim_carries_its_numbers_with_names(answered):
    """Each number is a button that says its document and paragraph, and never leaves the end of its sentence."""
    html = str(turn(answered))
    chips = [one for one in Page(html).all("button") if one.get("class") == "cite"]
    assert [one["data-n"] for one in chips] == ["1", "2", "3", "4", "5", "6"]
    assert chips[0]["aria-label"] == "引文 1，关于区八届人大五次会议第20250021号建议的答复，第 8 段"
    assert '<span class="nb">认”。<button' in html


def test_items_of_an_enumeration_become_a_list_and_a_count_a_box(answered):
    """Claims that rest on an item are list items, its enumerator shown or not; 共N条 is told in large figures."""
    assert answered.answer is not None
    quoted = {c.n: c.quote.text for c in answered.answer.citations}
    kept = tuple(replace(p, text=quoted[p.citations[0]]) if isinstance(p, Claim) else p for p in answered.answer.parts)
    for parts, name in ((answered.answer.parts, "items"), (kept, "items marked")):
        html = str(turn(replace(answered, answer=replace(answered.answer, parts=parts))))
        assert html.count(f'<ol class="{name}">') == 2  # the sentence between them begins inside its item
        assert html.count("<li>") == 3
    assert '<p class="big">共<b>10</b>条</p><p>资料载明</p>' in html
    assert "<b>4</b>条</p><p>所收文件列出</p>" in html


def test_a_count_is_told_once(answered):
    """What follows 共3项 stands under the number, and the number isn't said again beside it."""
    assert answered.answer is not None
    for text, words in (
        ("共3项，以下逐项列出。", "以下逐项列出"),
        ("资料载明共3项，没有逐项列出。", "资料载明，没有逐项列出"),
    ):
        told = replace(answered.answer, parts=(Note("count", text), *answered.answer.claims))
        html = str(turn(replace(answered, answer=told)))
        assert f'<p class="big">共<b>3</b>项</p><p>{words}</p></div></div>' in html


def dated(document, day):
    """The document as of another day, or as it is issued on one."""
    return replace(document, metadata=replace(document.metadata, issued=day, as_of=""))


def test_documents_of_different_dates_stand_side_by_side(documents):
    """Each under its own date, in the order of the answer; the latest is marked once the answer is done."""
    old, new = dated(documents["hetao-plan-2023"], "2023-08-08"), dated(documents["huanggang-port"], "2026-02-01")
    cites = (cite(old, 1, "皇岗口岸"), cite(new, 2, "规划提法"), cite(new, 3, "深圳市长"))
    parts = (
        Note("conflict", "出自不同时间。"),
        Note("group", "《规划》："),
        Claim("甲。", (1,)),
        Note("group", "《重建》："),
        Claim("乙。", (2,)),
        Claim("丙。", (3,)),
        Note("missing", "关于“丁”，资料未涉及。"),
    )
    exchange = Exchange(1, "问", "done", answer=Answer("问", "问", parts, cites))
    html = str(turn(exchange))
    columns = html[html.index('<ol class="cf">') : html.index("资料未涉及。")].split('class="cfh"')
    assert [("甲" in one, "乙" in one and "丙" in one) for one in columns[1:]] == [(True, False), (False, True)]
    assert ["2023-08-08" in columns[1], "2026-02-01" in columns[2]] == [True, True]
    assert ["最新" in one for one in columns[1:]] == [False, True]
    assert ">《规划》" not in html  # the head of the column says it
    assert "最新" not in str(turn(replace(exchange, state="check")))
    plain = replace(exchange, answer=Answer("问", "问", parts[1:], cites))
    assert 'class="cf"' not in str(turn(plain))  # nothing says that they differ


@pytest.mark.parametrize("shown", range(8))
def test_columns_grow_with_the_answer(shown):
    """However much of it is there yet, every sentence stands once."""
    parts = (
        Note("conflict", "出自不同时间。"),
        Note("group", "《规划》："),
        Claim("甲。", (1,)),
        Claim("没有出处。", (), "unverified"),
        Note("group", "《重建》："),
        Claim("乙。", (2,)),
        Note("missing", "关于“丁”，资料未涉及。"),
    )[:shown]
    before, columns, after = by_column(parts)
    said = (*before, *(claim for column in columns for claim in column), *after)
    assert [one for one in said if isinstance(one, Claim)] == [one for one in parts if isinstance(one, Claim)]


def test_an_unverified_claim_looks_different_and_is_counted():
    """未核实 is written out, in its own block, and the foot says how many."""
    answer = Answer("问", "问", (Claim("甲。", ()), Claim("乙。", (), "unverified")))
    html = str(turn(Exchange(1, "问", "done", answer=answer)))
    assert '<p class="unv"><span data-i="un" class="tag un">未核实</span>' in html
    assert "1 句有原文依据，1 句未核实" in html


def test_a_refusal_shows_why_and_the_nearest_passages(documents):
    """资料未涉及 once as a heading, the reason, and passages that are marked as no answer."""
    answer = FakeAssistant(documents, {}).ask("福田区2024年GDP是多少？")
    assert answer.abstention is not None
    told = replace(answer, abstention=replace(answer.abstention, detail="资料未涉及。没有收录。"))
    page = Page(str(turn(Exchange(1, answer.question, "done", answer=told))))
    assert page.text.count("资料未涉及") == 1
    assert "没有收录。" in page.text
    assert [one["data-n"] for one in page.all("button", **{"class": "cite near"})] == ["1", "2"]
    assert "最接近的段落 1，" in str(page.all("button", **{"class": "cite near"})[0]["aria-label"])


@pytest.mark.parametrize(
    ("standalone", "shown"), [("皇岗口岸什么时候启用？", True), ("那皇岗口岸呢 ", False), ("", False)]
)
def test_the_rewritten_question_is_shown_where_it_differs(standalone, shown):
    """按此理解检索 stands above the answer only when the words searched are not those asked."""
    html = str(turn(Exchange(1, "那皇岗口岸呢？", "compose", standalone=standalone)))
    assert ("按此理解检索" in html) is shown


@pytest.mark.parametrize(
    ("state", "current"), [("search", "正在检索"), ("compose", "正在组织"), ("check", "正在核对"), ("done", "")]
)
def test_the_state_strip_names_the_step(state, current):
    """While an answer is made, exactly one step is current; after that the strip is gone."""
    text = Page(str(turn(Exchange(1, "问", state), 19))).text
    assert [told for told in ("正在检索", "正在组织", "正在核对") if told in text] == [current][: bool(current)]
    assert ("在 19 份资料中查找" in text) is (state == "search")


@pytest.mark.parametrize(
    ("generator", "label"), [("extractive", "逐句摘自所列资料，未经改写"), ("local/x", "人工智能生成，引文以原文为准")]
)
def test_the_foot_and_the_copied_text_say_who_wrote(answered, generator, label):
    """The label of a model's answer is on the page and in what is copied, with every quote."""
    assert answered.answer is not None
    answer = replace(answered.answer, generator=generator)
    assert label in str(turn(replace(answered, answer=answer)))
    text = copied(answer)
    assert label in text
    assert "试点“一检通认”。[1]" in text
    digest = "236号）摘编（摘编（非原文），所据文件 署贸函〔2024〕236号，"
    assert digest in text
    assert "：（一）集中申报" in text


def test_the_foot_dates_the_documents_not_the_day(answered):
    """资料截至 is the latest date that a cited document gives; the day of the answer stands under 怎样得出."""
    html = str(turn(answered))
    assert "资料截至 2024-10" in html
    assert "资料截至 2026-03" not in html
    assert "回答日期</dt><dd>2026-03</dd>" in html


def test_dates_are_small_marks(documents):
    """With whose words follow, or with each sentence where no line says so; a single date needs none."""
    plan, port = documents["hetao-plan-2023"], documents["huanggang-port"]
    cited = tuple(
        Citation(n, one.quote(one.text.index("\n") + 1, one.text.index("\n") + 9), one)
        for n, one in ((1, plan), (2, port))
    )
    claims = tuple(Claim(one.quote.text, (one.n,)) for one in cited)
    shown = str(turn(Exchange(1, "？", "done", answer=Answer("？", "？", claims, cited))))
    assert re.findall(r'<small class="dt">([^<]+)</small>', shown) == ["2023-08-08", "2026-02"]
    alone = str(turn(Exchange(1, "？", "done", answer=Answer("？", "？", claims[:1], cited[:1]))))
    assert 'class="dt"' not in alone
    head = Note("group", message("answer.group", "甲（2020年）规划", "（2023-08-08）"))
    shown = str(turn(Exchange(1, "？", "done", answer=Answer("？", "？", (head, *claims), cited))))
    assert '<span lang="zh-Hans">《甲（2020年）规划》</span><small class="dt">2023-08-08</small>' in shown
    assert shown.count('class="dt"') == 1


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_what_stays_open_can_be_asked_alone_and_handed_over(answered, language):
    """The part of a question that the documents do not answer."""
    note = Note("missing", message("nt.missing", "谁来出资", language=language))
    whole = replace(answered, answer=replace(answered.answer, parts=(*answered.answer.parts, note)))
    shown = str(turn(whole))
    assert 'data-ask="谁来出资"' in shown
    assert 'class="btn sm pri hand"' in shown
    assert "data-ask" not in str(turn(answered))


def test_an_unsure_answer_can_be_handed_over(answered):
    """Who doubts what is nearest asks the staff at once."""
    note = Note("unsure", message("nt.unsure"))
    shown = str(turn(replace(answered, answer=replace(answered.answer, parts=(note, *answered.answer.parts)))))
    assert shown.index(note.text) < shown.index('class="claim"')
    assert 'class="btn sm pri hand"' in shown


# Evidence


def test_evidence_stands_by_document_in_order_of_first_citation(documents):
    """[1] a, [2] b, [3] a gives a with 1 and 3, then b with 2."""
    reply, customs = documents["reply-20250021"], documents["hetao-customs-2024"]
    three = (cite(reply, 1, "福田区已构建"), cite(customs, 2, "本文为资料摘编"), cite(reply, 3, "一是建立政府引导机制"))
    assert [[c.n for c in group] for group in by_document(three)] == [[1, 3], [2]]


def test_a_digest_says_so_and_names_the_document_it_rests_on(answered):
    """A digest has its label and 所据文件; the reply has neither, and a missing date is said."""
    page = str(evidence(answered))
    reply, digest = page.split('<div class="ev"')[1:3]
    assert "摘编（非原文）" in digest
    assert "所据文件</span> 署贸函〔2024〕236号" in digest
    assert "摘编（非原文）" not in reply
    assert "日期原文未载明" in reply


def test_the_quote_is_highlighted_in_its_paragraph(answered):
    """A card shows the words around the quote, the quote itself marked."""
    card = str(evidence(answered)).split('id="e1-1"')[1]
    assert re.search(r"一是推动通关便利化，<mark>海关总署推出10条.*?“一检通认”。</mark>二是数据跨境试点", card)


def test_what_was_found_and_not_cited_is_folded_apart(answered):
    """A passage that no citation overlaps is under 已检索未引用; the cited ones are not repeated there."""
    assert [found.source.id for found in answered.unused] == ["hetao-progress"]
    assert "已检索未引用" in str(evidence(answered))


# The thread


def test_a_session_goes_through_an_answer():
    """Evidence before sentences, growing answer, done; the history holds what was said."""
    fake = scripted()
    session = Session("c", (Exchange(1, MEASURES),))
    states = []
    for event in fake.stream(MEASURES):
        exchange = session.exchanges[-1].after(event)
        session = session.with_last(exchange)
        states.append((exchange.state, len(exchange.cited), len(exchange.answer.claims) if exchange.answer else 0))
    assert states[0] == ("search", 0, 0)
    assert states[1] == ("compose", 7, 0)
    assert states[-1] == ("check", 6, 6)
    assert session.history[0].question == MEASURES
    assert "10条专项措施" in session.history[0].answer
    assert session.earlier == ()


def test_a_stopped_answer_keeps_only_what_its_sentences_cite():
    """After stopping, citations of sentences that never came are no longer cited."""
    exchange = Exchange(1, MEASURES)
    for event in list(scripted().stream(MEASURES))[:5]:
        exchange = exchange.after(event)
    stopped = Session("c", (exchange,)).settled().exchanges[-1]
    assert stopped.state == "stopped"
    assert [citation.n for citation in stopped.cited] == [1]
    assert [citation.n for citation in stopped.unused] == [2, 3, 4, 5, 6, 99]


def test_a_failed_question_is_no_history():
    """What was not answered does not steer the next question."""
    assert Session("c", (Exchange(1, "一", "failed"), Exchange(2, "二", "done"))).history == (Turn("二"),)


def test_an_exchange_goes_to_the_records_and_back(answered):
    """What is kept of a turn makes the same exchange again; one that was never finished comes back as stopped."""
    kept = replace(answered, turn="t", number=3)
    assert Exchange.of(kept.saved("c")) == kept
    assert Exchange.of(Exchange(1, "问", turn="t").saved("c")).state == "stopped"


def test_answers_of_staff_are_numbered_on(documents):
    """Their marks and citations continue the numbers above, so that each number on the page opens one place."""
    reply = documents["reply-20250021"]
    nearest = (cite(reply, 1, "福田区已构建"), cite(reply, 2, "海关总署推出10条"))
    refused = Answer("问", "问", abstention=Abstention("no_evidence", "无", nearest))
    staff = (
        StaffAnswer("见答复。[1]", "2026-11-24", (cite(reply, 1, "一是建立政府引导机制"),)),
        StaffAnswer("另见。", "2026-11-25", (cite(reply, 1, "数据跨境试点"),)),
    )
    exchange = Exchange(1, "问", "done", answer=refused, staff=staff)
    assert [(one.text, [c.n for c in one.citations]) for one in exchange.by_staff] == [
        ("见答复。[3]", [3]),
        ("另见。[4]", [4]),
    ]
    assert '<span class="nb">答复。<button' in str(turn(exchange))  # no line begins with a number
    chips = [one["data-n"] for one in Page(str(turn(exchange))).all("button", **{"class": "cite"})]
    cards = re.findall(r'id="e1-(\d+)"', str(evidence(exchange)))
    assert chips == ["3", "4"]
    assert cards == ["1", "2", "3", "4"]


def test_a_place_that_may_not_be_seen_keeps_its_number(documents):
    """The first answer names two places and shows one; the second answer's numbers begin behind both."""
    reply = documents["reply-20250021"]
    staff = (
        StaffAnswer("见甲[1]和乙[2]。", "2026-11-24", (cite(reply, 1, "福田区已构建"),)),
        StaffAnswer("另见。[1]", "2026-11-25", (cite(reply, 1, "数据跨境试点"),)),
    )
    first, second = Exchange(1, "问", "done", staff=staff).by_staff
    assert (first.text, [c.n for c in first.citations]) == ("见甲[1]和乙[2]。", [1])
    assert (second.text, [c.n for c in second.citations]) == ("另见。[3]", [3])


# People


def test_a_person_sees_their_pages_and_the_way_out():
    """A representative has no link to staff's pages; the local person is told that there is no sign-in."""
    pages = [page for page in PAGES if page.path == "/review"]
    representative = str(masthead(1, "", Person("p", "li", "representative", "李代表"), pages))
    assert 'href="/review"' not in representative
    assert "李代表" in representative
    assert 'action="/logout"' in representative
    staff = str(masthead(1, "", STAFF, pages))
    assert 'href="/review"' in staff
    assert 'href="/" aria-current="page"' in staff
    beside = str(masthead(1, "", STAFF, pages, "/review"))
    assert 'href="/review" aria-current="page"' in beside
    assert "mside" in staff
    assert "mside" not in beside  # there are no conversations to open
    local = str(masthead(1, "", Person("local", "local", "admin", local=True), pages))
    assert "单人模式" in local
    assert 'action="/logout"' not in local


def test_the_list_tells_what_waits_and_what_is_new():
    """Today's and earlier conversations apart; a dot for an unread answer of staff, another for one that is awaited."""
    old = replace(conversation("甲", "a"), changed=datetime(2020, 1, 1, tzinfo=UTC))
    listed = [replace(conversation("丙", "c"), unread=True), conversation("乙", "b"), old]
    page = Page(str(side(listed, "b", STAFF, {"b"})))
    assert page.text.index("今天") < page.text.index("丙") < page.text.index("更早") < page.text.index("甲")
    assert "工作人员已答复，未读" in page.text
    assert page.text.count("等工作人员答复") == 1
    assert [one["data-id"] for one in page.all("button", **{"aria-current": "true"})] == ["b"]
    assert len(page.all("input", type="search")) == 1
    assert not Page(str(side([], "", STAFF))).all("input")
    pinned = replace(old, title="丁", pinned=True, last="戊呢？")
    page = Page(str(side([pinned, *listed], "b", STAFF, {"b"})))
    assert page.text.index("置顶") < page.text.index("丁") < page.text.index("戊呢？") < page.text.index("今天")


def test_a_judged_answer_says_so_and_a_handed_one_too(answered):
    """With a judgement the form is gone and a way back is there; the same for a question that staff have."""
    assert 'class="form fbf"' in str(turn(answered))
    judged = Feedback("f", "t", "p", "down", ("incomplete",), "", FrozenTurn("问"), NOW, NOW)
    html = str(turn(replace(answered, judged=judged)))
    assert 'class="form fbf"' not in html
    assert [one["data-verdict"] for one in Page(html).all("button", **{"aria-pressed": "true"})] == ["down"]
    refused = Answer("问", "问", abstention=Abstention("no_evidence", "无"))
    offered = str(turn(Exchange(1, "问", "done", answer=refused)))
    assert "转给工作人员" in offered
    waits = str(turn(Exchange(1, "问", "done", answer=refused, handed=handed("请核实"))))
    assert "已转给工作人员" in waits
    assert "您的说明：请核实" in waits
    assert 'class="form handf"' not in waits


# What differs


# The application


@pytest.fixture(scope="module")
def client():
    fake = scripted()
    around = Surroundings(
        answers=lambda _: fake,
        suggestions=lambda _: [(MEASURES, "某文件")],
        model_status=lambda: ("model.fetch", "Q", "Apache-2.0", "40"),
        holdings=lambda _: Holdings(19, "2026-03"),
    )
    with TestClient(build_app(around), base_url="http://127.0.0.1") as client:
        yield client


def test_the_page_names_no_other_host(client):
    """No script, style, font, image or link of the page comes from elsewhere, and the browser is told to allow none."""
    response = client.get("/")
    assert response.status_code == 200
    assert "connect-src" not in response.headers["content-security-policy"]
    assert response.headers["content-security-policy"].startswith("default-src 'self'")
    assert not re.search(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?(?:https?:)?//""", response.text)


def test_our_files_name_no_other_host():
    """Style sheet, script and code of the page contain no address."""
    for path in (WEB / "static").rglob("*.[cj]s*"):
        assert not re.search(r"https?://", path.read_text("utf-8")), path.name


def test_styles_of_gradio_lie_below_ours(client):
    """Whatever its selectors: in a layer, whole, at its right length, however the browser asks for it."""
    for path in re.findall(r'href="\.?(/(?:assets|theme)[^"]*\.css[^"]*)"', client.get("/").text):
        for headers in ({}, {"range": "bytes=0-9"}, {"accept-encoding": "br"}):
            found = client.get(path, headers=headers)
            assert found.status_code == 200, path
            assert found.content.startswith(b"@layer gradio{"), path
            assert found.content.endswith(b"}"), path
            assert len(found.content) == int(found.headers["content-length"])


def test_styles_do_not_shout():
    """``!important`` is for paper, for what is hidden, and for what Gradio writes into elements themselves."""
    sheets = "".join(path.read_text("utf-8") for path in (WEB / "static").glob("*.css"))
    assert sheets.count("!important") <= 40
    assert "svelte-" not in sheets, "a class that is another one in the next version of Gradio"


def test_headings_bring_their_own_font(client):
    """Each part that the style sheet names is served; together they hold every character of the interface."""
    sheet = client.get("/ui/static/fonts/fonts.css").text
    parts = re.findall(r'url\("([^"]+)"\)[^}]*unicode-range:([^}]+)', sheet)
    assert len(parts) == 4
    held: set[int] = set()
    for name, spans in parts:
        font = client.get(f"/ui/static/fonts/{name}")
        assert font.content.startswith(b"wOF2")
        assert font.headers["cache-control"] == "max-age=604800"
        for span in spans.split(","):
            first, _, last = span.removeprefix("U+").partition("-")
            held |= set(range(int(first, 16), int(last or first, 16) + 1))
    texts = "".join(text for one in catalogues().values() for text in one.values())
    used = {character for character in texts if "一" <= character <= "鿿"}
    assert sorted(chr(one) for one in {ord(character) for character in used} - held) == []
    assert "fonts.css" in client.get("/").text


def test_the_source_is_served_with_its_marks(client, documents):
    """``/ui/source`` marks the asked characters; a document that is gone says so; a wrong span is refused."""
    reply = documents["reply-20250021"]
    found = client.get(
        "/ui/source", params={"document": reply.id, "v": document_version(reply), "q": ["1385-1436", "1438-1450"]}
    )
    assert Page(found.text).marks == {"0": reply.text[1385:1436], "1": reply.text[1438:1450]}
    assert "已撤下" in client.get("/ui/source", params={"document": "nobody"}).text
    assert client.get("/ui/source", params={"document": reply.id, "q": "a-b"}).status_code == 422


def test_a_document_that_changed_is_not_marked_wrongly(client):
    """With another version than the one cited and the old one not kept, nothing is marked and that is said."""
    found = client.get("/ui/source", params={"document": "reply-20250021", "v": "0" * 12, "q": "10-20"})
    assert "更新过" in found.text
    assert "<mark" not in found.text


def test_the_version_that_was_cited_is_kept():
    """A document opens as it was cited although it has changed since, and only for those who could see it then."""
    now, then = (parse_text(f"第{n}版。", "a.txt") for n in (2, 1))
    around = Surroundings(answers=lambda _: FakeAssistant({"a": now}, {}))
    around.records.documents.keep([then])
    everyone, public = around.records.users.local(), Person("1", "li", "representative")
    assert around.cited(everyone, "a", document_version(then)) == then
    assert around.cited(everyone, "a", "0" * 12) == now
    around.records.documents.keep([replace(then, metadata=replace(then.metadata, access="internal"))])
    assert around.cited(everyone, "a", document_version(then)).text == then.text
    assert around.cited(public, "a", document_version(then)) == now


@pytest.mark.parametrize(
    ("front", "told"),
    [
        ("", []),
        ("expires: 2020-01-01\n", ["src.expired"]),
        ("status: 已被取代\n", ["src.superseded"]),
        ("superseded_by: 新办法\n", ["dc.by"]),
    ],
)
def test_the_viewer_says_what_a_document_is_worth(front, told):
    """One that is over says so above its text; one in force says nothing."""
    meta = parse_text(f"---\ntitle: 办法\n{front}---\n\n第一条。\n", "a.md").metadata
    assert re.findall(r'data-i="([^"]+)"', str(notices(meta, "live"))) == told
    assert re.findall(r'data-i="([^"]+)"', str(notices(meta, "withdrawn"))) == ["src.withdrawn", *told]


def test_a_card_says_what_has_become_of_its_document(answered):
    """已撤下 beside the document in question and no other; nothing where all stand as they were cited."""
    assert "now." not in str(evidence(answered))
    told = str(evidence(answered, lambda one: "withdrawn" if one.id == "reply-20250021" else "live"))
    assert told.count('data-i="now.withdrawn"') == 1


def test_the_model_status_is_told(client):
    """The page can show one line about the language model, and how many documents there are by now."""
    told = client.get("/ui/status").json()
    assert told == {"model": ["model.fetch", "Q", "Apache-2.0", "40"], "holdings": [19, "2026-03"]}


def test_ask_over_http_is_the_command_lines_json(client):
    """``POST /api/ask`` gives the answer's own dictionary; a history in a wrong shape is a 422 with the cure."""
    answer = client.post("/api/ask", json={"question": MEASURES, "history": ["前一问"]}).json()
    assert answer == scripted().ask(MEASURES).to_dict()
    wrong = client.post("/api/ask", json={"question": MEASURES, "history": [{"q": "x"}]})
    assert wrong.status_code == 422
    assert "history entries are questions" in wrong.json()["detail"]


def test_ask_over_http_streams(client):
    """With ``Accept: text/event-stream`` progress comes first and the last event is the whole answer."""
    told = client.post("/api/ask", json={"question": MEASURES}, headers={"Accept": "text/event-stream"}).text
    events = [block.split("\n") for block in told.strip().split("\n\n")]
    assert [event[0] for event in events[:3]] == ["event: progress"] * 3
    assert events[-1][0] == "event: answer"
    assert json.loads(events[-1][1].removeprefix("data: ")) == scripted().ask(MEASURES).to_dict()


def test_search_over_http_needs_a_searcher(client):
    """Without one the answer is 404, not an empty list."""
    assert client.post("/api/search", json={"question": "x"}).status_code == 404


def test_the_masthead_tells_what_there_is():
    """Number of documents and date when there are any, nothing when there are none."""
    assert "资料 19 份，截至 2026-03" in str(masthead(19, "2026-03"))
    assert '<span class="room" hidden>' in str(masthead(0, ""))


# Serving


def test_without_sign_in_the_page_serves_this_machine_only():
    """Any address that others can reach is refused with the cure."""
    with pytest.raises(InputError, match=r"--host 127\.0\.0\.1"):
        serve(Surroundings(lambda _: scripted()), "0.0.0.0", 0)


def test_a_taken_port_is_one_line_with_the_cure():
    """The person learns which port and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="choose another with --port"):
            serve(Surroundings(lambda _: scripted()), port=taken.getsockname()[1])


def test_progress_without_evidence_keeps_what_was_found(documents):
    """A later step that repeats no evidence does not empty the pane."""
    found = (cite(documents["reply-20250021"], 1, "福田区已构建"),)
    exchange = Exchange(1, "问").after(Progress("compose", "问", found)).after(Progress("check"))
    assert exchange.cited == found
