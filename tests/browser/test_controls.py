"""The drawer, the evidence and the source by finger, mouse and keyboard; parts are found by what people see of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant.records import Records
from tests.browser.driving import FOLLOW_UP, MEASURES, REFUSED, ask, becomes, shot, still
from tests.browser.test_access import PHONE

pytestmark = pytest.mark.browser

FIRST = re.compile("引文 1，")
ORIGINAL = re.compile("看原文")
GONE = re.compile("已撤下")


def conversations(page: Page):
    """The list of conversations: beside the thread, on a phone in its drawer."""
    return page.get_by_role("navigation", name="对话")


def original(page: Page):
    """The open document, with the quoted words lit."""
    return page.get_by_role("region", name="原文")


def test_the_drawer_of_a_phone_leads_to_a_new_question_and_to_a_conversation(open_page):
    """☰, then 新提问 or a conversation: it stands there, and the drawer is gone."""
    page = open_page(**PHONE)
    ask(page, MEASURES)
    drawer = page.get_by_role("button", name="对话", exact=True)
    drawer.tap()
    shot(page, "phone-drawer")
    page.get_by_role("button", name="新提问").tap()
    expect(page.get_by_role("heading", name="问资料，看原文")).to_be_visible()
    expect(page.get_by_role("button", name="新提问")).to_be_hidden()
    drawer.tap()
    conversations(page).get_by_role("button", name=MEASURES).first.tap()  # a first question may have the same words
    expect(page.get_by_role("heading", name=MEASURES)).to_be_visible()
    expect(page.get_by_role("button", name="新提问")).to_be_hidden()
    expect(page.get_by_text(GONE)).to_have_count(0)


def test_a_scrolled_list_stays_below_the_button_for_a_new_question(open_page, scripted_server, tmp_path):
    """On a phone held across, a few conversations are more than its drawer holds; beside it the thread is in view."""
    records = Records.open(tmp_path)
    for number in range(9):
        records.conversations.new(records.users.local().id, f"第{number}次提问")
    records.close()
    page = open_page(scripted_server(0.02, home=tmp_path), **PHONE | {"viewport": {"width": 844, "height": 390}})
    page.get_by_role("button", name="对话", exact=True).tap()
    new = conversations(page).get_by_role("button", name="新提问")
    rows = conversations(page).get_by_role("button", name=re.compile("^第.次提问"))
    expect(rows).to_have_count(9)
    still(page)  # the drawer slides in from beyond the edge, where nothing can be hit
    assert page.locator("#side").bounding_box()["width"] < 844 / 2
    below = 0
    for row in rows.all():
        row.evaluate("row => row.scrollIntoView({block: 'start'})")  # to where the button stands
        box, under = new.bounding_box(), row.bounding_box()
        below += under["y"] < box["y"] + box["height"] / 2 < under["y"] + under["height"]
        assert new.evaluate("""button => {
            const box = button.getBoundingClientRect();
            return button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }""")
    assert below > 2


def test_the_sheet_of_a_phone_leads_back_and_closes(open_page):
    """From a number to the evidence, to the original, back to the evidence, and out."""
    page = open_page(**PHONE)
    ask(page, MEASURES)
    page.get_by_role("button", name=FIRST).first.tap()
    page.get_by_role("button", name=ORIGINAL).first.tap()
    expect(original(page)).to_be_visible()
    page.get_by_role("button", name="返回依据").tap()
    expect(page.get_by_role("button", name=ORIGINAL).first).to_be_visible()
    expect(original(page)).to_be_hidden()
    page.get_by_role("button", name="关闭").first.tap()
    expect(page.get_by_role("button", name=ORIGINAL).first).to_be_hidden()
    expect(page.get_by_text(GONE)).to_have_count(0)


def test_a_click_in_the_source_changes_nothing(open_page):
    """Reading on with the mouse: the same document stays there, at the same words."""
    page = open_page()
    ask(page, MEASURES)
    page.get_by_role("button", name=FIRST).first.click()
    expect(original(page).locator("mark").first).to_be_visible()
    words = original(page).inner_text()
    original(page).get_by_text("海关").last.click()
    page.wait_for_timeout(600)
    assert original(page).inner_text() == words


@pytest.mark.parametrize("name", [FIRST, ORIGINAL], ids=["number", "original"])
def test_enter_leads_into_the_source_and_escape_out_of_it(open_page, name):
    """The focus is on the quoted words, Tab goes on in the pane, Escape gives it back to what opened the source."""
    page = open_page()
    ask(page, MEASURES)
    page.get_by_role("button", name=name).first.focus()
    page.keyboard.press("Enter")
    quoted = original(page).locator("mark.cur").first
    expect(quoted).to_be_focused()
    page.keyboard.press("Shift+Tab")
    becomes(page, lambda: page.evaluate("document.activeElement.closest('#evid') !== null"), wanted=True)
    page.keyboard.press("Escape")
    expect(original(page)).to_be_hidden()
    expect(page.get_by_role("button", name=name).first).to_be_focused()


def test_the_count_of_sources_leads_to_them(open_page):
    """On a desk they stand there already: the focus goes to them, Escape gives it back."""
    page = open_page()
    ask(page, MEASURES)
    count = page.get_by_role("button", name="6 处依据")
    count.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="依据", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(count).to_be_focused()


def test_how_an_answer_came_about_opens_in_view(open_page):
    """However long the answer above it is."""
    page = open_page(**PHONE)
    ask(page, MEASURES)
    page.get_by_text("怎样得出").tap()
    expect(page.get_by_text("逐项对照引文")).to_be_in_viewport()


def test_a_thumb_hits_what_it_aims_at(open_page):
    """Whatever can be pressed on a phone is 44 pixels high, the numbers as wide: in every part of the page."""
    page = open_page(**PHONE)
    for question in (MEASURES, FOLLOW_UP, REFUSED):
        ask(page, question)
    large(page, page.get_by_role("button", name=FIRST).first)
    page.get_by_role("button", name=re.compile("转给工作人员")).last.tap()
    large(page, page.get_by_role("button", name="确认转交").last)
    page.get_by_role("button", name="有问题").last.tap()
    large(page, page.get_by_role("button", name="提交").last)
    page.get_by_role("button", name=FIRST).first.tap()
    large(page, page.get_by_role("button", name=ORIGINAL).first)
    shot(page, "phone-thumb")
    page.get_by_role("button", name=ORIGINAL).first.tap()
    large(page, original(page))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="对话", exact=True).tap()
    large(page, page.get_by_role("button", name="新提问"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="更多").tap()
    large(page, page.locator("#prefs"))


def large(page: Page, opened: Locator) -> None:
    """Once this is open, nothing of what can be pressed is too small for a thumb."""
    expect(opened).to_be_visible()
    still(page)
    becomes(page, lambda: small(page), [])


def small(page: Page) -> list[str]:
    """What can be pressed and is lower than 44 pixels, or a number narrower than that; addresses in a text are not."""
    return page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, textarea, select, a[href]")].filter(one => {
            const box = (one.matches("input") && one.closest("label") || one).getBoundingClientRect();
            const seen = one.checkVisibility({visibilityProperty: true, opacityProperty: true}) && box.width > 1;
            const low = box.height < 43.9 || one.matches(".cite") && box.width < 43.9;
            return seen && low && !one.matches("a.url, a.skip");
        }).map(one => [one.tagName, one.className, one.getAttribute("aria-label") || one.textContent.slice(0, 20),
            one.offsetWidth, one.offsetHeight].join(" "))"""
    )
