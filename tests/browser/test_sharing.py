"""An answer shown to a colleague by its address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.driving import MEASURES, ask, fits, shot
from tests.browser.test_access import PHONE
from tests.browser.test_touch import DESK

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_link_opens_an_answer_until_it_is_taken_back(open_page, size):
    """Copied from the answer's menu; its quotes open in their documents; 撤销 closes it."""
    page = open_page(**size)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, MEASURES)
    page.get_by_text("导出", exact=True).click()
    page.get_by_role("button", name="复制链接给同事").click()
    told = page.get_by_role("status").filter(has_text="登录后可以打开")
    expect(told).to_be_visible()
    other = page.context.new_page()
    other.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(other.get_by_role("heading", name=MEASURES)).to_be_visible()
    expect(other.get_by_text("海关总署推出10条专项措施").first).to_be_visible()
    fits(other)
    shot(other, f"shared-{page.viewport_size['width']}")
    other.get_by_role("link").filter(has_text="20250021").first.click()
    expect(other.locator("mark").first).to_be_visible()
    other.go_back()
    told.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status").filter(has_text="链接不再能打开")).to_be_visible()
    assert other.reload().status == 404
