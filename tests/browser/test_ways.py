"""From a refusal onwards, through a reload, and to what staff answered: nothing that was there is lost from sight."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import expect

from assistant.records import FILE, Records
from tests.browser.driving import MEASURES, REFUSED, ask, shot
from tests.browser.test_access import PHONE
from tests.browser.test_touch import DESK

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
FIRST = re.compile("引文 1，")


def test_a_refusal_offers_ways_of_asking_that_have_answers(open_page):
    """换个问法 lists questions; one of them is asked by a click, and answered."""
    page = open_page(**PHONE)
    ask(page, REFUSED)
    page.get_by_role("button", name="换个问法").tap()
    way = page.get_by_role("button", name=MEASURES)
    expect(way).to_be_in_viewport()
    expect(page.get_by_text("这样问，资料里有答案")).to_be_visible()
    shot(page, "phone-ways")
    page.get_by_role("button", name="自己改写原来的问题").tap()
    expect(page.get_by_role("textbox", name="问题")).to_have_value(REFUSED)
    way.tap()
    expect(page.get_by_role("heading", name=MEASURES)).to_be_visible()
    expect(page.get_by_role("button", name=FIRST).first).to_be_visible()


@SIZES
def test_an_answer_leads_to_further_questions_that_have_answers(open_page, size):
    """相关问题 lists them, and one of them is asked by a click."""
    page = open_page(**size)
    ask(page, MEASURES)
    page.get_by_role("button", name="相关问题").click()
    expect(page.get_by_text("这些问题，资料里也有答案")).to_be_in_viewport()
    shot(page, f"related-{page.viewport_size['width']}")
    page.locator("#live .ways").get_by_role("button", name="那皇岗口岸呢？").click()
    expect(page.locator("#live .turn[data-state=done] h2")).to_have_text("那皇岗口岸呢？")


def test_what_comes_near_stands_there_while_it_is_read(open_page, slow_address):
    """The passages and what is being done, before anything is decided; they are kept however short that is."""
    page = open_page(slow_address)
    page.evaluate("""() => {
        window.__seen = [];
        new MutationObserver(() => window.__seen.push(document.querySelector("#live").innerText))
            .observe(document.querySelector("#live"), {childList: true, subtree: true});
    }""")
    ask(page, REFUSED)
    seen = [one for one in page.evaluate("window.__seen") if "正在阅读" in one]
    assert seen
    for words in ("找到 2 处相近段落", "最接近的段落", "6000亿元是2025年报道时的全年预计"):
        assert words in seen[-1]
    assert "资料未涉及" not in seen[-1]


@SIZES
def test_a_reload_brings_the_open_source_back(open_page, size):
    """The same conversation, the same document at the same words; closed, it stays closed."""
    page = open_page(**size)
    ask(page, MEASURES)
    page.get_by_role("button", name=re.compile("引文 3，")).first.click()
    if size is PHONE:
        page.get_by_role("button", name=re.compile("看原文")).nth(2).tap()
    mark = page.get_by_role("region", name="原文").locator("mark.cur").first
    expect(mark).to_be_in_viewport()
    words = mark.inner_text()
    page.reload()
    expect(page.get_by_role("heading", name=MEASURES)).to_be_attached(timeout=30_000)
    expect(mark).to_be_in_viewport()
    expect(mark).to_have_text(words, use_inner_text=True)
    page.get_by_role("button", name="返回依据").click()
    expect(mark).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name=MEASURES)).to_be_attached(timeout=30_000)
    page.wait_for_timeout(500)
    expect(mark).to_be_hidden()


def test_what_staff_answered_is_seen_on_the_first_page_of_a_phone(own_server, open_page, tmp_path):
    """As a line that leads there, as a number on the drawer's button and in the page's title; read, all of them go."""
    records = Records.open(tmp_path)
    person = records.users.local()
    told = records.conversations.new(person.id, "电梯什么时候加装？")
    with sqlite3.connect(tmp_path / FILE) as database:  # as an approval leaves it
        database.execute("UPDATE conversations SET unread = 1 WHERE id = ?", [told.id])
    page = open_page(own_server(0.02, tmp_path).address, **PHONE)
    line = page.get_by_role("button", name=re.compile("工作人员已答复.*电梯什么时候加装"))
    expect(line).to_be_in_viewport()
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    expect(page.get_by_role("button", name="对话", exact=True)).to_have_accessible_description("1 个工作人员答复未读")
    shot(page, "phone-news")
    line.tap()
    expect(line).to_have_count(0)
    expect(page).to_have_title(re.compile("^答复"))
