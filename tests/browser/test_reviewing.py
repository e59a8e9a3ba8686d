"""审核 in a real Chromium over the real assistant: from a hand-over to an answer that is cited as 人工答复."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from assistant.records import Records
from evals.proposals import collect, proposal
from tests.browser.driving import ask, becomes, conversation, fits, shot, sign_in
from tests.browser.serving import DAFU, Server
from tests.browser.test_access import faults
from tests.fakes.server import PASSWORD

pytestmark = pytest.mark.browser

ASKED = "香港科学园深圳分园的租金标准是多少？"
QUOTED = "2024年年中。已有40家香港企业和机构进驻。"
RENT = "香港科学园深圳分园的租金标准为每月每平方米60元。"
PEOPLE = (
    ("root", "admin", "主任"),
    ("wang", "staff", "王芳"),
    ("chen", "staff", "陈明"),
    ("li", "representative", "李代表"),
    ("zhao", "representative", "赵代表"),
)

NAMES = {name: display for name, _, display in PEOPLE}


SETTINGS = """
generator = "extractive"
office_name = "福田区科创局"
second_approver = true
"""


@pytest.fixture(scope="module")
def home(real_home, tmp_path_factory):
    """A home in which a second person has to approve."""
    folder = tmp_path_factory.mktemp("desk") / "home"
    shutil.copytree(real_home, folder)
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    records = Records.open(folder)
    for name, role, display in PEOPLE:
        records.users.add(name, PASSWORD, role, display=display, by="test")
    records.close()
    return folder


@pytest.fixture(scope="module")
def served(home):
    server = Server(DAFU, "serve", "--home", home, "--port", 0)
    yield server.address
    server.end()


@pytest.fixture
def enter(context, served):
    """Signs somebody in, in a browser of their own, at the chat or at the desk."""

    def entered(name: str, path: str = "", **options: object) -> Page:
        page = context(**options)
        sign_in(page, served, name, PASSWORD)
        expect(page.locator(".mast .who")).to_contain_text(NAMES[name])
        if path:
            page.goto(f"{served}{path}")
        return page

    return entered


def open_case(page: Page, question: str = ASKED) -> None:
    page.locator(".ql button", has_text=question).click()
    expect(page.locator("#rv-case .t")).to_have_text(question)


def select(page: Page, words: str) -> None:
    """Select words in what the search for the last words typed found, as a mouse does."""
    expect(page.locator("#rv-hits")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".hit .slice", has_text=words).first).to_be_visible()
    page.evaluate(
        """words => {
            const box = [...document.querySelectorAll(".hit .slice")].find(one => one.textContent.includes(words));
            const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), nodes = [];
            for (let node = texts.nextNode(); node; node = texts.nextNode()) nodes.push(node);
            const at = box.textContent.indexOf(words);
            const place = offset => {
                for (const node of nodes) { if (offset <= node.length) return [node, offset]; offset -= node.length; }
            };
            const range = document.createRange();
            range.setStart(...place(at));
            range.setEnd(...place(at + words.length));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        words,
    )


def hand_over(page: Page) -> str:
    """Ask, be refused, hand over, and begin another conversation; the id of the first."""
    ask(page, ASKED)
    page.locator("#live .hand").click()
    page.locator("#live .handf textarea").fill("下周要用")
    page.locator("#live .handf [type=submit]").click()
    expect(page.locator("#live .handed")).to_be_visible()
    opened = conversation(page)
    page.locator(".side .new").click()
    return opened


def write(page: Page) -> None:
    """Answer with a quote selected from what a search finds: amber without, red with a wrong number, green mended."""
    open_case(page)
    expect(page.locator(".occ .note")).to_contain_text("下周要用")
    page.get_by_label("承办人").select_option("王芳")
    expect(page.locator(".ql")).to_contain_text("王芳")
    expect(page.get_by_label("办理期限")).not_to_have_value("")
    page.locator("#rv-text").fill("2024年年中，已有50家香港企业和机构进驻。")
    expect(page.locator(".sl .check .why")).to_contain_text("没有引文")
    page.locator("#rv-find").fill("2024年年中 香港企业和机构进驻")
    select(page, QUOTED)
    page.locator("#rv-bar [data-do=citesel]").click()
    expect(page.locator("#rv-text")).to_have_value("2024年年中，已有50家香港企业和机构进驻。[1]")
    expect(page.locator(".cq .qt")).to_have_text(QUOTED)
    expect(page.locator(".sl .bad .why")).to_contain_text("50")
    assert faults(page) == []
    shot(page, "review-red")
    page.locator("#rv-text").fill(f"2024年年中，已有40家香港企业和机构进驻。[1]{RENT}")
    expect(page.locator(".sl .ok .tx")).to_have_text("2024年年中，已有40家香港企业和机构进驻。")
    expect(page.locator(".sl .bad")).to_have_count(0)
    expect(page.locator(".saved")).to_contain_text("已保存")
    shot(page, "review-green")
    page.get_by_role("button", name="预览").click()
    seen = page.get_by_role("dialog")
    expect(seen).to_contain_text("提问者会看到")
    expect(seen.locator(".tag.un")).to_have_count(1)
    expect(seen.locator(".qt")).to_have_text(QUOTED)
    shot(page, "review-preview")
    page.keyboard.press("Escape")
    expect(seen).to_have_count(0)
    page.locator("[data-act=submit]").click()
    expect(page.locator("#rv-case .news")).to_contain_text("已提交")
    expect(page.locator("[data-act=approve]")).to_have_count(0)


def approve(page: Page) -> None:
    """As the second person, for representatives too."""
    open_case(page)
    expect(page.locator("#rv-text")).not_to_be_editable()
    expect(page.locator("#rv-case .here")).to_contain_text("王芳")
    page.locator("#rv-public").check()
    page.locator("[data-act=approve]").click()
    expect(page.locator("#rv-case .news")).to_contain_text("已发给提问者")
    expect(page.locator(".queue .none")).to_be_visible()
    shot(page, "review-approved")


def read(page: Page, opened: str) -> None:
    """Unread in the list, then read, with its author, and what no quote bears out marked."""
    page.evaluate("dafu.look()")
    row = page.locator(f".entry:has([data-id='{opened}'])")
    expect(row.locator(".cs")).to_have_text("工作人员已答复，未读")
    row.locator(".conv").click()
    expect(page.locator("#live .human")).to_contain_text("王芳")
    expect(page.locator("#live .human .tag.un")).to_have_count(1)
    shot(page, "review-read")


def ask_again(page: Page) -> None:
    """Whoever asks next gets it cited as 人工答复, with its author and its sources."""
    ask(page, ASKED)
    expect(page.locator("#live .claim").first).to_contain_text("每月每平方米60元")
    card = page.locator("#cards-now .ev", has_text="人工答复")
    expect(card).to_contain_text("福田区科创局 王芳")
    expect(card).to_contain_text("香港科学园深圳分园情况摘编")
    shot(page, "review-cited")


def test_from_hand_over_to_staff_answer_that_is_cited(enter, home):
    """Handed over, answered, approved by a second person, read, cited to the next one, a candidate case, all logged."""
    li = enter("li")
    opened = hand_over(li)
    write(enter("wang", "/review"))
    approve(enter("chen", "/review"))
    read(li, opened)
    ask_again(enter("zhao"))
    records = Records.open(home)
    (sent,) = records.reviews.all(("approved",))
    assert (sent.author, sent.approver, sent.access) == ("wang", "chen", "public")
    collect(records)  # as the page 评测 does when it is opened
    (case,) = (one for one in records.candidates.all() if one.origin == f"review:{sent.id}")
    assert proposal(case).case.gold[0].quote == QUOTED
    steps = {event.what for event in records.audit.of(f"review:{sent.id}")}
    assert steps == {"review.begin", "review.save", "review.submit", "review.approve"}
    records.close()


def test_a_click_takes_a_sentence_and_the_source_gives_exact_offsets(enter, home, documents):
    """In the opened document too: the quote is the document's own slice; its number can be taken away again."""
    zhao = enter("zhao")
    question = "区里哪家理发店最便宜？"
    ask(zhao, question)
    page = enter("wang", "/review")
    open_case(page, question)
    page.locator("#rv-find").fill("WIPO 国际研讨会平台")
    expect(page.locator("#rv-hits")).to_have_attribute("aria-busy", "false")
    wanted = page.locator(".hit", has_text="WIPO国际研讨会平台").locator(".lnk", has_text="20250021").first
    expect(wanted).to_be_visible()
    late = []
    page.route("**/find*", lambda route: late.append(route))  # noqa: PLW0108 (Playwright wants a function)
    page.evaluate("document.querySelector('#rv-find').dispatchEvent(new Event('input', {bubbles: true}))")
    becomes(page, lambda: len(late), 1)
    wanted.click()
    expect(page.locator("#rv-source mark").first).to_be_visible()
    with page.expect_response("**/find*"):
        late[0].continue_()  # what was still looked for arrives, and takes nothing away
    becomes(page, lambda: page.locator("#rv-hits").get_attribute("aria-busy"), "false")
    page.locator("#rv-source [data-s]", has_text="WIPO国际研讨会平台").last.click()
    page.locator("#rv-bar [data-do=citein]").click()
    expect(page.locator(".sl > li")).to_have_count(1)
    expect(page.locator(".saved")).to_contain_text("已保存")
    records = Records.open(home)
    (review,) = records.reviews.all(("draft",))
    records.close()
    (cited,) = review.citations
    assert documents["reply-20250021"].text[cited.start : cited.end] == cited.quote
    assert cited.quote.endswith(("。", "；"))
    assert cited.quote.count("。") <= 1  # a sentence, not its paragraph
    assert review.text.endswith("[1]")
    page.locator("[data-do=uncite]").click()
    expect(page.locator(".cq")).to_have_count(0)
    expect(page.locator("#rv-text")).not_to_have_value(re.compile(r"\[1\]$"))


def test_a_second_person_is_told_and_cannot_overwrite(enter):
    """Both have it open; the later save is refused, and the words stay on the page until their writer decides."""
    zhao = enter("zhao")
    question = "区里最高的树有多高？"
    ask(zhao, question)
    wang, chen = enter("wang", "/review"), enter("chen", "/review")
    for page in (wang, chen):
        open_case(page, question)
    expect(chen.locator("#rv-case .here")).to_contain_text("王芳")
    wang.locator("#rv-text").fill("王芳写的。")
    expect(wang.locator(".saved")).to_contain_text("已保存")
    chen.locator("#rv-text").fill("陈明写的。")
    expect(chen.locator("#rv-case .news")).to_contain_text("王芳")
    shot(chen, "review-conflict")
    expect(chen.locator("#rv-text")).to_have_value("陈明写的。")
    chen.locator("[data-do=theirs]").click()
    expect(chen.locator("#rv-text")).to_have_value("王芳写的。")
    expect(chen.locator("#rv-case .news pre")).to_have_text("陈明写的。")


def test_it_fits_a_phone_speaks_english_and_is_for_staff(enter, served):
    """Nothing sticks out at 390 pixels, list and question one after the other; representatives are refused."""
    page = enter("wang", "/review", viewport={"width": 390, "height": 844}, locale="en-GB", color_scheme="dark")
    expect(page.locator(".queue h2")).to_have_text("Waiting")
    shot(page, "review-phone-list")
    page.locator(".ql button").first.click()
    expect(page.locator("#rv-case .write h3")).to_contain_text("Staff answer")
    fits(page)
    assert faults(page) == []
    shot(page, "review-phone")
    page.locator("[data-do=back]").click()
    expect(page.locator(".ql button").first).to_be_visible()
    li = enter("li")
    assert li.request.get(f"{served}/review/desk/list").status == 403
    assert li.goto(f"{served}/review").status == 403
