"""Records that another program holds, as a person meets it."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect

from assistant.records import FILE
from tests.browser.driving import MEASURES, REFUSED, ask

pytestmark = pytest.mark.browser


def test_what_cannot_be_kept_now_is_told_and_stays_where_it_was_typed(open_page, own_server, tmp_path):
    """A title and a question; both are taken once the records are free."""
    page = open_page(own_server(0.02, tmp_path).address)
    ask(page, MEASURES)
    holder = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    page.locator(".entry .act").first.click()
    page.get_by_role("button", name="改名").click()
    page.locator(".renf input").fill("通关")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="没有丢失")).to_be_visible()
    expect(page.locator(".renf input")).to_have_value("通关")
    page.locator("#ask").fill(REFUSED)
    page.keyboard.press("Enter")
    expect(page.locator("#ask")).to_have_value(REFUSED)
    expect(page.locator("#live .turn h2")).to_have_text(MEASURES)
    holder.rollback()
    page.locator("#send").click()
    expect(page.locator("#live .turn[data-state=done] h2")).to_have_text(REFUSED)
    holder.close()
