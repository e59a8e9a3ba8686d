"""A source as a reader has it: outline, words found, the whole window, screen by screen on a phone, paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import MEASURES, ask, becomes, in_view, overflow, shot

pytestmark = pytest.mark.browser


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def reading(request, open_page):
    """The page with the document of the first citation open."""
    page = open_page(viewport={"width": request.param, "height": 900 if request.param > 400 else 844})
    ask(page, MEASURES)
    page.locator("#live .cite").nth(1).click()
    if request.param < 400:
        page.locator(".evset.shown .ev").nth(1).get_by_role("button", name=re.compile("看原文|原文第")).first.click()
    expect(page.locator("mark.cur").first).to_be_visible()
    return page


def test_the_outline_leads_to_its_places(reading):
    """And closes; the part that is read is marked in it."""
    reading.get_by_text("目录", exact=True).click()
    last = reading.locator("#rtoc a").last
    words = last.inner_text()
    last.click()
    expect(last).to_be_hidden()
    place = reading.locator("#srcview").get_by_role("heading", name=words)
    becomes(reading, lambda: in_view(reading, f"#{place.get_attribute('id')}", "#evid"), wanted=True)
    reading.get_by_text("目录", exact=True).click()
    expect(reading.locator("#rtoc a[aria-current]")).to_have_text(words)
    reading.keyboard.press("Escape")
    expect(last).to_be_hidden()
    expect(reading.locator("#srcview")).to_be_visible()


def test_words_are_found_and_gone_through(reading):
    """In Traditional characters too; Escape takes them away and leaves the document open."""
    field = reading.get_by_role("searchbox", name="在原文中查找")
    field.fill("衛生檢疫")
    expect(reading.locator("#rat")).to_have_text(re.compile(r"^1 / \d+$"))
    lit = "[...CSS.highlights.get('found-now') || []].map(one => one.toString())"
    becomes(reading, lambda: reading.evaluate(lit), ["卫生检疫"])
    total = int(reading.locator("#rat").inner_text().split("/")[1])
    field.press("Enter")
    expect(reading.locator("#rat")).to_have_text(f"{2 if total > 1 else 1} / {total}")
    shot(reading, f"found-{reading.viewport_size['width']}")
    field.fill("没有的词")
    expect(reading.locator("#rat")).to_have_text("没有")
    field.press("Escape")
    expect(field).to_have_value("")
    expect(reading.locator("#srcview")).to_be_visible()


def test_it_fills_the_window_and_gives_it_back(reading):
    """On a phone it is gone through screen by screen; Escape leads back, first to the pane."""
    phone = reading.viewport_size["width"] < 400
    reading.get_by_role("button", name="全屏阅读").click()
    becomes(reading, lambda: reading.locator("#evid").bounding_box()["width"], reading.viewport_size["width"])
    becomes(reading, lambda: overflow(reading), [])
    if phone:
        at = reading.locator("#pgat")
        expect(at).to_have_text(re.compile(r"\d / \d"))
        before = at.inner_text()
        expect(reading.get_by_role("button", name="上一屏")).to_be_enabled(enabled=not before.startswith("1 /"))
        reading.get_by_role("button", name="下一屏").click()
        expect(at).not_to_have_text(before)
        reading.get_by_role("button", name="上一屏").click()
        expect(at).to_have_text(before)
    else:
        expect(reading.locator("#rtoc a").first).to_be_visible()
        expect(reading.locator("#chat")).to_be_hidden()
    shot(reading, f"wide-{reading.viewport_size['width']}")
    reading.keyboard.press("Escape")
    expect(reading.locator("#rtoc a").first).to_be_hidden()
    expect(reading.locator("#srcview")).to_be_visible()


def test_it_is_printed_alone(reading):
    """On paper stands the document, not the conversation."""
    reading.evaluate("window.print = () => { window.printed = document.documentElement.dataset.print }")
    reading.get_by_role("button", name="打印原文").click()
    becomes(reading, lambda: reading.evaluate("window.printed"), "source")
    reading.emulate_media(media="print")
    expect(reading.locator("#srcview h3.t")).to_be_visible()
    expect(reading.locator("#live h2")).to_be_hidden()
    expect(reading.locator("#rfind")).to_be_hidden()
    reading.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(reading.locator("#live h2")).to_be_visible()
    expect(reading.locator("#srcview h3.t")).to_be_hidden()
