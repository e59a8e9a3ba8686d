"""The keys: to the question, to the conversations, the last question again, and the list of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.driving import MEASURES, ask, shot

pytestmark = pytest.mark.browser


def test_the_keys_do_what_their_list_says(open_page):
    """From anywhere but a field in which somebody types."""
    page = open_page()
    box = page.get_by_role("textbox", name="问题")
    ask(page, MEASURES)
    box.press("ArrowUp")
    expect(box).to_have_value(MEASURES)
    box.fill("什么是 a/b？")
    box.press("/")
    expect(box).to_have_value("什么是 a/b？/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox", name="查找对话")).to_be_focused()
    page.get_by_role("heading", name=MEASURES).click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="快捷键")
    expect(listed).to_contain_text("取回上一个问题")
    shot(page, "keys")
    page.keyboard.press("Escape")
    expect(listed).to_have_count(0)
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.get_by_role("button", name="快捷键").click()
    listed.get_by_role("button", name="关闭").click()
    expect(listed).to_have_count(0)
