"""Signing in and out, roles, and what one person sees of another: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.records import Records, StaffCitation, document_version, with_text
from tests.browser.driving import (
    MEASURES,
    REFUSED,
    ask,
    becomes,
    conversation,
    current_mark,
    fits,
    overflow,
    shot,
    sign_in,
)
from tests.fakes.assistant import library
from tests.fakes.server import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def enter(context, office):
    """Signs somebody in, in a browser of their own."""

    def entered(name: str, **options: object) -> Page:
        page = context(**options)
        sign_in(page, office, name, PASSWORD)
        expect(page.locator(".empty h2")).to_be_visible()
        return page

    return entered


def test_a_wrong_password_is_told_and_the_right_one_lets_in(context, office):
    """The form says that name or password is wrong, keeps the name, then lets in; signing out leads back to it."""
    page = context()
    sign_in(page, office, "li", "wrong-password")
    expect(page.locator("#fault")).to_contain_text("用户名或密码不对")
    expect(page.locator("#name")).to_have_value("li")
    shot(page, "sign-in-wrong")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".mast .who")).to_contain_text("li")
    expect(page.locator(".mast .who")).to_contain_text("代表")
    shot(page, "signed-in")
    page.locator(".mast .who button").click()
    expect(page.locator("#password")).to_be_visible()
    page.goto(office)
    expect(page.locator("#password")).to_be_visible()


def test_roles_decide_what_opens(enter, office):
    """A representative is refused where staff are let in, and sees no link to it."""
    representative, staff = enter("li"), enter("wang")
    assert representative.goto(f"{office}/api/docs").status == 403
    expect(representative.locator("main h2")).to_have_text("这个页面不对您开放")
    shot(representative, "refused-by-role")
    expect(staff.locator(".mast .who")).to_contain_text("工作人员")
    assert staff.goto(f"{office}/api/docs").status == 200


def test_two_people_do_not_see_each_others_conversations(enter, office):
    """Neither in the list nor by its address nor as a file."""
    li = enter("li")
    ask(li, MEASURES)
    opened = conversation(li)
    zhao = enter("zhao")
    expect(zhao.locator(".side .none")).to_have_text("还没有提问")
    zhao.goto(f"{office}/#c={opened}")
    zhao.reload()
    expect(zhao.locator(".toast")).to_contain_text("这个对话已经不在了")
    expect(zhao.locator(".turn")).to_have_count(0)
    export = f"{office}/ui/export/{opened}.md"
    assert zhao.request.get(export).status == 404
    assert MEASURES in li.request.get(export).text()


def test_a_link_in_a_mail_leads_through_the_sign_in(context, enter, office):
    """To the conversation it names; from there on the address is as it always is."""
    li = enter("li")
    ask(li, MEASURES)
    page, conversation = context(), li.locator(".side").get_attribute("data-open")
    sign_in(page, f"{office.rstrip('/')}/?c={conversation}", "li", PASSWORD)
    expect(page.locator("#live h2")).to_have_text(MEASURES)
    expect(page).to_have_url(f"{office.rstrip('/')}/#c={conversation}")


def test_an_answer_of_staff_arrives_unread_with_its_evidence(enter, office_home: Path):
    """Handed over, answered and approved by staff, the answer is announced, shown with its number, and opens there."""
    page = enter("li")
    hand_over(page)
    opened = conversation(page)
    page.locator(".side .new").click()
    expect(page.locator(".empty h2")).to_be_visible()
    answer_by_staff(office_home, "请看答复第一部分。[1]", "福田区已构建")
    page.evaluate("dafu.look()")
    row = page.locator(f".entry:has([data-id='{opened}'])")
    expect(row.locator(".cs")).to_have_text("工作人员已答复，未读")
    shot(page, "staff-answer-unread")
    row.locator(".conv").click()
    expect(page.locator(".toast")).to_have_text("工作人员已答复。")
    expect(page.locator("#live .human")).to_contain_text("请看答复第一部分。")
    expect(row.locator(".cs")).to_contain_text("1 问")
    shot(page, "staff-answer")
    page.locator("#live .human .cite").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    becomes(page, lambda: current_mark(page), "福田区已构建")


def test_an_answer_of_staff_comes_into_the_conversation_that_is_open(enter, office_home: Path):
    """Without a click, and announced; it counts as read."""
    page = enter("zhao")
    hand_over(page)
    answer_by_staff(office_home, "请看答复第一部分。[1]", "福田区已构建")
    page.evaluate("dafu.look()")
    expect(page.locator(".toast")).to_have_text("工作人员已答复。")
    expect(page.locator("#live .human")).to_contain_text("请看答复第一部分。")
    expect(page.locator(".side .entry:has([aria-current]) .cs")).to_contain_text("1 问")


def hand_over(page: Page) -> None:
    ask(page, REFUSED)
    page.locator("#live .hand").click()
    page.locator("#live .handf [type=submit]").click()
    expect(page.locator("#live .handed")).to_be_visible()


def answer_by_staff(home: Path, text: str, quoted: str) -> None:
    records, document = Records.open(home), library()["reply-20250021"]
    handover = records.handovers.all("open")[0]
    staff, chief = records.users.named("wang").person, records.users.named("root").person
    review = records.reviews.begin(staff, handover.asked.question, turn=handover.turn, handover=handover.id)
    start = document.text.index(quoted)
    cited = StaffCitation(document.id, start, start + len(quoted), quoted, document_version(document))
    records.documents.keep([document])
    review = records.reviews.save(staff, with_text(review, text, [cited]))
    review = records.reviews.decide(staff, review, "submit")
    records.reviews.approve(chief, review, second_person=True)
    records.close()


ONE_LINE = """() => [...document.querySelectorAll(".mast a:not(.skip), .mast button, .mast .asof, .mast .who > *")]
    .filter(one => one.checkVisibility() && one.textContent.trim())
    .filter(one => { const box = one.getBoundingClientRect(), line = parseFloat(getComputedStyle(one).lineHeight) || 30;
      return box.height > 2 * line || box.left < 0 || box.right > innerWidth || box.top < 0; })
    .map(one => `${one.tagName}.${one.className} ${one.textContent}`)"""


@pytest.mark.parametrize("size", ["std", "large"])
def test_the_masthead_stays_one_line_at_any_width(enter, size):
    """In English, which is longest, for staff, who have the most pages: no link breaks, nothing sticks out."""
    page = enter("wang", locale="en-GB")
    page.evaluate("size => localStorage.setItem('dafu-size', size)", size)
    page.reload()
    expect(page.locator(".mast .pages a").first).to_be_visible()
    for width in (1440, 1399, 1280, 1200, 1180, 1179, 1024, 800, 761):
        page.set_viewport_size({"width": width, "height": 700})
        shot(page, f"masthead-{size}-{width}")
        becomes(page, lambda: page.evaluate(ONE_LINE), [])
        fits(page)


def test_a_signed_in_phone_shows_who_and_the_way_out(enter):
    """The menu of a phone holds language, size, theme, who is signed in and the way out; nothing scrolls sideways."""
    page = enter("zhao", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator("#mmore").click()
    expect(page.locator("#prefs .who")).to_contain_text("zhao")
    becomes(page, lambda: overflow(page), [])
    shot(page, "phone-menu")
    page.locator("#mmore").click()
    page.locator("#mside").click()
    expect(page.locator("#side.open .new")).to_be_focused()
    shot(page, "phone-conversations")
