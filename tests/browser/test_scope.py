"""Asking chosen documents alone: they are chosen, shown above the box, kept with the answer, and given up again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import MEASURES, ask, becomes, overflow, shot
from tests.browser.test_access import PHONE
from tests.browser.test_touch import DESK

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_question_is_asked_of_chosen_documents_alone(open_page, size):
    """One document that does not answer it: refused, and it says where it looked; of all documents it is answered."""
    page = open_page(**size)
    name = "phone" if size is PHONE else "desk"
    page.get_by_role("button", name="选资料提问").click()
    dialog = page.get_by_role("dialog", name="只查哪些资料")
    expect(dialog.get_by_role("checkbox")).not_to_have_count(0)
    dialog.get_by_role("searchbox").fill("皇岗口岸")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox").check()
    shot(page, f"scope-choose-{name}")
    dialog.get_by_role("button", name="选好了（1）").click()
    bar = page.get_by_role("list", name="只查这些资料")
    expect(bar).to_contain_text("皇岗口岸")
    ask(page, MEASURES)
    expect(page.get_by_role("heading", name="资料未涉及")).to_be_visible()
    expect(page.get_by_text("只查了 1 份资料")).to_be_visible()
    becomes(page, lambda: overflow(page), [])
    shot(page, f"scope-{name}")
    page.reload()
    expect(bar).to_contain_text("皇岗口岸")
    expect(page.get_by_text("只查了 1 份资料")).to_be_visible()
    page.get_by_role("button", name="在全部资料里再问一次").click()
    expect(page.get_by_role("button", name=re.compile("引文 1，")).first).to_be_visible(timeout=30_000)
    expect(bar.get_by_role("listitem")).to_have_count(0)
