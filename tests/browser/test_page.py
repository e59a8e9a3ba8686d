"""The page in a real Chromium, served by ``serve`` in a process of its own over a scripted assistant."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from assistant.records import Records
from tests.browser.driving import (
    FOLLOW_UP,
    MEASURES,
    REFUSED,
    ask,
    becomes,
    conversation,
    current_mark,
    in_view,
    overflow,
    shot,
    still,
)
from tests.fakes.assistant import library

pytestmark = pytest.mark.browser


def test_a_question_gets_an_answer_with_its_evidence(open_page):
    """A suggested question is answered sentence by sentence, every sentence with its number, the cards beside it."""
    page = open_page()
    shot(page, "empty")
    page.locator(".sg").first.click()
    expect(page.locator("#live .turn[data-state=done]")).to_be_visible(timeout=20_000)
    expect(page.locator("#live .claim")).to_have_count(6)
    expect(page.locator("#live .claim .cite")).to_have_count(6)
    expect(page.locator(".evset.shown .evq[data-n]")).to_have_count(6)
    expect(page.locator("#live .vline")).to_contain_text("6 句，句句有原文依据")
    shot(page, "answer")


def test_the_evidence_stands_before_the_first_sentence(open_page, slow_address):
    """While sentences are still being made, the state is told and the cards are there; stopping keeps what was said."""
    page = open_page(slow_address)
    page.locator(".sg").first.click()
    page.wait_for_function(  # in one look, for the next step may come between two
        """() => document.querySelector("#live .strip")?.textContent.includes("正在组织")
            && !document.querySelector("#live .claim")
            && document.querySelectorAll(".evset.shown .evq[data-n]").length === 7"""
    )
    page.wait_for_function(
        """() => document.querySelectorAll("#live .claim").length === 2
            && document.querySelector("#live .strip").textContent.includes("第 3 句，逐字对照原文")
            && (document.querySelector("#send").click(), true)"""
    )
    expect(page.locator("#live .turn[data-state=stopped]")).to_be_visible()
    expect(page.locator("#live .strip")).to_have_text("已停止。以上各句已核对，可以引用。")
    page.wait_for_timeout(1_200)
    assert page.locator("#live .claim").count() < 6
    expect(page.locator("#err")).to_be_hidden()
    ask(page, REFUSED)
    page.locator("#ask").fill(MEASURES)
    page.keyboard.press("Enter")
    expect(page.locator("#live .claim").first).to_be_visible()
    shot(page, "streaming")  # last, for the answer does not wait until it is taken


def test_a_step_that_comes_after_the_stop_is_not_believed(open_page, slow_address):
    """On a busy machine one was on its way when the answer was stopped; the page would wait for the next for ever."""
    page = open_page(slow_address)
    page.locator(".sg").first.click()
    expect(page.locator("#live .turn[data-state=check] .claim")).to_have_count(1)
    page.locator("#send").click()
    expect(page.locator("#live .turn[data-state=stopped]")).to_be_visible()
    page.evaluate(
        """() => {
            const late = document.querySelector("#live .turn");
            late.dataset.state = "check";
            late.querySelector(".strip").remove();
            window.dafu.updated(late);
        }"""
    )
    expect(page.locator("#live .turn[data-state=stopped] .strip")).to_contain_text("已停止")
    ask(page, REFUSED)


@pytest.mark.parametrize("n", [1, 3, 6])
def test_a_citation_opens_at_its_exact_characters(open_page, n):
    """A click on a number shows the document with exactly the quoted characters lit and in view."""
    page = open_page()
    ask(page, MEASURES)
    page.locator(f"#live .cite[data-n='{n}']").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    place = page.locator(f"#e1-{n}").evaluate("card => ({...card.dataset})")
    document = library()[place["doc"]]
    becomes(page, lambda: current_mark(page), document.text[int(place["s"]) : int(place["e"])])
    becomes(page, lambda: in_view(page, "mark.cur", "#evid"), wanted=True)
    expect(page.locator("mark.cur").first).to_have_css("background-color", "rgb(203, 228, 223)")
    shot(page, f"source-{n}")


def test_the_next_and_the_previous_quote_of_a_document(open_page):
    """The arrows go through the quotes of the open document; back returns to the card."""
    page = open_page()
    ask(page, MEASURES)
    page.locator("#live .cite[data-n='2']").click()
    expect(page.locator("#qat")).to_have_text("引文 1 / 5")
    page.locator("#qnext").click()
    expect(page.locator("#qat")).to_have_text("引文 2 / 5")
    becomes(page, lambda: current_mark(page).startswith("优先办理"), wanted=True)
    becomes(page, lambda: in_view(page, "mark.cur", "#evid"), wanted=True)
    page.locator("#evback").click()
    expect(page.locator("#e1-3")).to_have_class(re.compile(r"\bon\b"))


def test_a_number_shows_its_quote_on_hover(open_page):
    """The card has title, 所据文件, the full quote; it goes away with Escape and its sentence is lit meanwhile."""
    page = open_page()
    ask(page, MEASURES)
    page.locator("#live .cite[data-n='4']").hover()
    card = page.locator("#hovercard")
    expect(card).to_contain_text("差别化合格评定（第三条）")
    expect(card).to_contain_text("所据文件 署贸函〔2024〕236号")
    expect(page.locator(".claim.lit")).to_have_count(1)
    shot(page, "hover")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_a_follow_up_shows_how_it_was_understood_and_can_be_corrected(open_page):
    """The rewritten question stands above the answer; corrected, it is asked as it stands."""
    page = open_page()
    ask(page, MEASURES)
    ask(page, FOLLOW_UP)
    expect(page.locator("#live .rwv")).to_contain_text("皇岗口岸什么时候建成启用？")
    expect(page.locator("#live .unv")).to_contain_text("未核实")
    shot(page, "follow-up")
    page.locator("#live .rwe").click()
    page.locator("#live .rwf input").fill(REFUSED)
    page.locator("#live .rwf button[type=submit]").click()
    expect(page.locator("#t3[data-state=done] .no h3")).to_have_text("资料未涉及", timeout=20_000)


@pytest.mark.parametrize("width", [1440, 390])
def test_documents_of_different_dates_stand_side_by_side(open_page, width):
    """At a desk the columns share a line; on a phone they follow each other; each names its document and date."""
    page = open_page(viewport={"width": width, "height": 900})
    ask(page, FOLLOW_UP)
    columns = page.locator("#live .cf > li")
    expect(columns).to_have_count(2)
    expect(columns.nth(0)).to_contain_text("2023-08-08 发布")
    expect(columns.nth(1)).to_contain_text("资料截至 2026-02")
    expect(columns.nth(1).locator(".tag.ok")).to_have_text("最新")
    beside = "columns => new Set(columns.map(one => one.getBoundingClientRect().y)).size === 1"
    becomes(page, lambda: columns.evaluate_all(beside), width > 760)
    becomes(page, lambda: overflow(page), [])
    shot(page, f"columns-{width}")


def test_an_older_answer_brings_its_evidence_back(open_page):
    """Clicking a number of the first answer after a second one shows the first one's evidence and document."""
    page = open_page()
    ask(page, MEASURES)
    ask(page, REFUSED)
    expect(page.locator(".evset.shown .evhead")).to_contain_text("第 2 问")
    shot(page, "refusal")
    page.locator("#t1 .cite[data-n='5']").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    becomes(page, lambda: "专人携带" in current_mark(page), wanted=True)
    page.locator("#evback").click()
    expect(page.locator(".evset.shown .evhead")).to_contain_text("第 1 问")


def test_conversations_are_kept_found_and_deleted(open_page):
    """The list brings a conversation back with all its answers, by another name, pinned; deleted, it can be undone."""
    page = open_page()
    ask(page, MEASURES)
    ask(page, REFUSED)
    first = conversation(page)
    page.locator(".side .new").click()
    expect(page.locator(".empty h2")).to_be_visible()
    ask(page, FOLLOW_UP)
    page.locator(f".conv[data-id='{first}']").click()
    expect(page.locator("#t1")).to_be_visible()
    expect(page.locator("#t2")).to_be_visible()
    own = page.locator(f".conv[data-id='{first}']")
    listed = page.get_by_role("navigation", name="对话")
    page.locator(f".entry:has([data-id='{first}']) summary").click()
    listed.get_by_role("button", name="改名", exact=True).click()
    name = listed.get_by_role("textbox", name="对话的名称")
    name.fill("口岸和通关，三月")
    name.press("Enter")
    expect(own).to_contain_text("口岸和通关，三月")
    expect(own).to_contain_text(REFUSED)  # what was asked last tells it from others
    manage = listed.locator("[aria-label='管理对话：口岸和通关，三月']")
    manage.click()
    listed.get_by_role("button", name="置顶", exact=True).click()
    expect(listed.get_by_role("heading").first).to_have_text("置顶")
    expect(page.locator(".conv").first).to_have_attribute("data-id", first)
    shot(page, "history")
    page.keyboard.press("Control+k")
    page.keyboard.type("三月")
    expect(own).to_be_visible()
    expect(page.locator(".conv:visible")).to_have_count(1)
    page.get_by_role("searchbox", name="查找对话").fill("")
    for undone in (True, False):
        manage.click()
        listed.get_by_role("button", name="删除", exact=True).click()
        expect(own).to_have_count(0)
        if undone:
            page.get_by_role("button", name="撤销").click()
            expect(own).to_be_visible()
    expect(page.locator(".empty h2")).to_be_visible()
    page.goto(page.url.split("#")[0] + f"#c={first}")
    page.reload()
    expect(page.locator(".empty h2")).to_be_visible()
    expect(page.locator(".toast")).to_have_text("这个对话已经不在了，请新开一个。")


HASTY = """([way, question]) => {
    document.querySelector(way).click();
    document.querySelector("#ask").value = question;
    document.querySelector("#composer").requestSubmit();
}"""


@pytest.mark.parametrize(("way", "before"), [("[data-do=new]", 0), (".conv[data-id='{}']", 1)], ids=["new", "open"])
def test_a_question_asked_on_the_way_to_another_conversation_arrives_in_it(open_page, way, before):
    """Quicker than the other conversation can stand there: neither lost nor answered in the one that was left."""
    page = open_page()
    ask(page, FOLLOW_UP)
    first = conversation(page)
    page.locator(".side .new").click()
    expect(page.locator(".empty h2")).to_be_visible()
    ask(page, MEASURES)
    page.evaluate(HASTY, [way.format(first), REFUSED])
    expect(page.locator("#live .turn[data-state=done] h2")).to_have_text(REFUSED)
    expect(page.locator("#past .turn")).to_have_count(before)


AT_ONCE = """new MutationObserver((_, seeing) => {
    const box = document.querySelector("#ask");
    if (!box) return;
    seeing.disconnect();
    box.value = "%s";
    box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
}).observe(document, {childList: true, subtree: true})"""


@pytest.mark.parametrize("slower", [1, 6], ids=["quick", "slow"])
def test_a_question_asked_while_the_page_opens_is_answered(context, address, slower):
    """Sent in the moment in which the box stands there: before the first view, and before Gradio has wired anything."""
    page = context()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.add_init_script(AT_ONCE % REFUSED)
    page.goto(address)
    expect(page.locator("#live .turn[data-state=done] h2")).to_have_text(REFUSED)
    expect(page.locator(".side [aria-current]")).to_have_count(1)


def test_of_many_conversations_the_latest_stand_there_and_every_one_is_found(open_page, scripted_server, tmp_path):
    """Fifty are listed, further ones by a button; what is typed to find one looks through them all."""
    records = Records.open(tmp_path)
    for number in range(53):
        records.conversations.new(records.users.local().id, f"第{number}次提问")
    records.close()
    page = open_page(scripted_server(0.02, home=tmp_path))
    expect(page.locator(".side .entry")).to_have_count(50)
    page.locator("#find").fill("第0次")
    expect(page.locator(".side .entry:not([hidden])")).to_have_count(1)
    expect(page.locator(".side .entry:not([hidden])")).to_contain_text("第0次提问")
    expect(page.locator("[data-do=more]")).to_have_count(0)
    page.reload()
    page.locator("[data-do=more]").click()
    expect(page.locator(".side .entry")).to_have_count(53)
    page.locator(".side .new").click()
    expect(page.locator(".side .entry")).to_have_count(53)


def test_a_reload_restores_history_and_evidence(open_page):
    """After a reload the same conversation stands there; a click on the first answer's number opens its quote."""
    page = open_page()
    ask(page, MEASURES)
    ask(page, REFUSED)
    page.reload()
    expect(page.locator("#live #t2[data-state=done] .no")).to_be_visible()
    expect(page.locator("#past #t1[data-state=done] .claim")).to_have_count(6)
    expect(page.locator(".evset.shown .evhead")).to_contain_text("第 2 问")
    page.locator("#t1 .cite[data-n='5']").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    becomes(page, lambda: "专人携带" in current_mark(page), wanted=True)
    shot(page, "reloaded")


def test_a_refusal_shows_what_is_nearest_and_is_handed_over_and_taken_back(open_page):
    """The nearest passages stand below; the note goes with the question; it can be taken back."""
    page = open_page()
    ask(page, REFUSED)
    expect(page.locator("#live .near .quote").first).to_be_visible()
    page.locator("#live .hand").click()
    page.locator("#live .handf textarea").fill("想知道统计口径")
    shot(page, "hand-over")
    page.locator("#live .handf [type=submit]").click()
    expect(page.locator("#live .handed")).to_contain_text("已转给工作人员，答复后在此显示。")
    expect(page.locator("#live .handed")).to_contain_text("您的说明：想知道统计口径")
    expect(page.locator(".entry .cs").first).to_have_text("等工作人员答复")
    page.reload()
    expect(page.locator("#live .handed")).to_be_visible()
    shot(page, "handed-over")
    page.locator("#live .unhand").click()
    expect(page.locator("#live .hand")).to_be_visible()


def test_a_judgement_is_kept_with_its_reasons(open_page):
    """有问题 asks for reasons and words; both survive a reload and can be taken back; 有用 needs neither."""
    page = open_page()
    ask(page, MEASURES)
    page.locator("#live .judge.down").click()
    page.locator("#live .reason[data-reason=incomplete]").click()
    page.locator("#live .fbf textarea").fill("少了第五条")
    shot(page, "feedback")
    page.locator("#live .fbf [type=submit]").click()
    expect(page.locator("#live .thanks")).to_contain_text("已记下，工作人员会看到。")
    page.reload()
    expect(page.locator("#live .judge.down")).to_have_attribute("aria-pressed", "true")
    page.locator("#live .unjudge").click()
    expect(page.locator("#live .judge.down")).to_have_attribute("aria-pressed", "false")
    page.locator("#live .judge.up").click()
    expect(page.locator("#live .judge.up")).to_have_attribute("aria-pressed", "true")


def test_the_last_answer_can_be_made_again(open_page):
    """重答 answers the same question anew in its place; earlier answers have no such button."""
    page = open_page()
    ask(page, MEASURES)
    ask(page, REFUSED)
    expect(page.locator("#t1 .again")).to_be_hidden()
    page.locator("#live .again").click()
    expect(page.locator("#live .turn:not([data-state=done])")).to_have_count(0)
    expect(page.locator("#live #t2[data-state=done] .no")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(2)


def test_an_answer_is_copied_and_a_conversation_exported_with_quotes_and_label(open_page):
    """The clipboard gets plain text with numbered quotes; the files open and hold the same."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, MEASURES)
    ask(page, FOLLOW_UP)
    page.locator("#live .copy").click()
    expect(page.locator(".toast")).to_have_text("已复制，引文和标识一并带上")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "【未核实】预计当年国庆前后全面启用。[3]" in copied
    assert "人工智能生成，引文以原文为准" in copied
    assert "[3] 皇岗口岸重建情况摘编" in copied
    page.locator("#live .export summary").click()
    shot(page, "export-menu")
    with page.expect_download() as download:
        page.locator("#live .file[data-kind=md]:not([data-turn])").click()
    assert download.value.suggested_filename == "河套合作区的通关便利措施有哪些？.md"
    text = download.value.path().read_text("utf-8")
    assert "## 那皇岗口岸呢？" in text
    assert "人工智能生成，引文以原文为准" in text
    page.locator("#live .export summary").click()
    with page.expect_download() as download:
        page.locator("#live .file[data-kind=docx]:not([data-turn])").click()
    assert download.value.path().read_bytes().startswith(b"PK")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640)])
def test_a_phone_has_no_sideways_scroll_and_evidence_slides_up(open_page, width, height):
    """Nothing is wider than the screen; a number opens the sheet at its card; Escape gives the focus back."""
    page = open_page(viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    ask(page, MEASURES)

    becomes(page, lambda: overflow(page), [])
    shot(page, f"phone-{width}")
    page.locator("#live .export summary").click()
    menu = page.locator("#live .files")
    expect(menu).to_have_attribute("style", re.compile("translate"))
    box = menu.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    page.locator("#live .cite[data-n='3']").click()
    expect(page.locator("#evid.open #e1-3.on")).to_be_visible()
    shot(page, f"phone-{width}-sheet")
    page.locator("#e1-3 [data-do=read]").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    still(page)
    becomes(page, lambda: in_view(page, "mark.cur", "#evid"), wanted=True)
    becomes(page, lambda: overflow(page), [])
    shot(page, f"phone-{width}-source")
    page.keyboard.press("Escape")
    expect(page.locator("#evid.open")).to_have_count(0)
    expect(page.locator("#live .cite[data-n='3']").first).to_be_focused()


def test_everything_can_be_done_with_the_keyboard(open_page):
    """Shift+Enter breaks the line, Enter sends, Tab reaches the numbers in order, Enter opens, Escape closes."""
    page = open_page()
    page.locator("#ask").focus()
    page.keyboard.type("一")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("二")
    expect(page.locator("#ask")).to_have_value("一\n二")
    ask(page, MEASURES)
    page.locator("#live h2").evaluate("heading => { heading.tabIndex = -1; heading.focus(); }")
    for n in ("1", "2", "3"):
        page.keyboard.press("Tab")
        expect(page.locator(f"#live .cite[data-n='{n}']").first).to_be_focused()
        expect(page.locator("#hovercard")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("mark.cur").first).to_be_visible()
    becomes(page, lambda: current_mark(page).startswith("优先办理"), wanted=True)


def test_language_theme_and_size_are_switched_and_kept(open_page):
    """The interface changes language, the documents do not; the choice outlives a reload."""
    page = open_page()
    ask(page, MEASURES)
    page.locator(".mast [data-lang=en]").click()
    expect(page.locator("#send .go")).to_have_text("Ask")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#live .vline")).to_contain_text("6 sentences, each with its source")
    expect(page.locator("#live .claim").first).to_contain_text("海关总署推出10条专项措施")
    page.locator(".mast .theme").click()
    page.locator(".mast [data-size=large]").click()
    page.locator("#live .cite[data-n='1']").click()
    shot(page, "dark-english")
    page.reload()
    expect(page.locator("#send .go")).to_have_text("Ask", timeout=20_000)
    expect(page.locator("html[data-theme=dark][data-size=large]")).to_have_count(1)


def test_traditional_readers_get_their_characters(open_page):
    """A browser set to Hong Kong Chinese gets the Traditional interface at once."""
    expect(open_page(locale="zh-HK").locator(".side .new")).to_contain_text("新提問")


def test_an_empty_or_endless_question_is_told(open_page):
    """Neither is sent; the reason stands above the box."""
    page = open_page()
    page.locator("#send").click()
    expect(page.locator("#err")).to_have_text("请先输入问题。")
    page.locator("#ask").evaluate("box => { box.value = '长'.repeat(1001); }")
    page.locator("#send").click()
    expect(page.locator("#err")).to_contain_text("1000 字")
    expect(page.locator(".turn")).to_have_count(0)


def test_no_request_goes_to_another_host(chromium, address):
    """From opening to reading a source, every request of the browser goes to the page's own address."""
    asked: list[str] = []
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.locator(".empty h2")).to_be_visible(timeout=20_000)
    ask(page, MEASURES)
    page.locator("#live .cite[data-n='1']").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    context.close()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((f"{address}/", "data:", "blob:"))] == []


def test_when_the_server_is_gone_the_question_is_kept(open_page, own_server, tmp_path):
    """The page says that it cannot reach the service and keeps the words."""
    server = own_server(0.6, tmp_path)
    page = open_page(server.address)
    page.locator(".sg").first.click()
    expect(page.locator("#live .turn[data-state=compose]")).to_be_visible(timeout=20_000)
    server.kill()
    expect(page.locator("#err")).to_have_text("没有连上问答服务，问题已保留。", timeout=20_000)
    expect(page.locator("#ask")).to_have_value(MEASURES)


def test_a_restart_restores_history_and_evidence(open_page, own_server, tmp_path):
    """What was asked before the server was ended stands there after a new one was started over the same home."""
    server = own_server(0.02, tmp_path)
    page = open_page(server.address)
    ask(page, MEASURES)
    opened = page.url.split("#")[1]
    server.kill()
    page.goto(f"{own_server(0.02, tmp_path).address}/#{opened}")
    expect(page.locator("#live .claim")).to_have_count(6)
    page.locator("#live .cite[data-n='2']").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    becomes(page, lambda: current_mark(page).startswith("（一）集中申报"), wanted=True)


def test_past_the_limit_of_the_queue_people_are_asked_to_wait(open_page, own_server, tmp_path, monkeypatch):
    """One question is answered, one waits; the third is told to come back, in words, and keeps its question."""
    monkeypatch.setenv("NARROW", "1")
    address = own_server(90, tmp_path).address  # seconds of each step: the first question outlasts the test
    pages = [open_page(address) for _ in range(3)]
    for page in pages:
        page.locator("#ask").fill(MEASURES)
    pages[0].keyboard.press("Enter")
    expect(pages[0].locator("#live .turn[data-state=search]")).to_be_visible()
    with pages[1].expect_response("**/queue/join*") as joined:
        pages[1].keyboard.press("Enter")
    assert joined.value.ok
    pages[2].keyboard.press("Enter")
    expect(pages[2].locator("#err")).to_have_text("现在提问的人多，请等一分钟再试。问题已保留。")
    expect(pages[2].locator("#ask")).to_have_value(MEASURES)
    shot(pages[2], "queue-full")
    pages[2].keyboard.press("Enter")  # impatient: told once more, not left waiting
    expect(pages[2].locator("#ask")).to_have_value(MEASURES)
    expect(pages[2].locator("#composer:not(.busy)")).to_be_visible()
    pages[2].locator(".side .new").click()
    expect(pages[2].locator(".toast")).to_contain_text("刚才这一步没有成功")


def test_a_page_that_opens_while_the_queue_is_full_stands_there_as_soon_as_it_is_not(
    context, own_server, tmp_path, monkeypatch
):
    """Its first view and its masthead were refused: both come by themselves, and so does the answer to a question."""
    monkeypatch.setenv("NARROW", "1")
    address = own_server(0.02, tmp_path).address
    page = context()
    refused = {"left": 4}

    def full(route):
        refused["left"] -= 1
        detail = '{"detail": "Queue is full. Max size is 1 and size is 1."}'
        route.fulfill(status=503, content_type="application/json", body=detail) if refused["left"] >= 0 else (
            route.continue_()
        )

    page.route("**/queue/join*", full)
    page.goto(address)
    page.locator("#ask").fill(REFUSED)
    page.keyboard.press("Enter")
    expect(page.locator("#live .turn[data-state=done] h2")).to_have_text(REFUSED)
    expect(page.locator(".mast .who")).to_be_visible()
