"""The page as ``dafu serve`` opens it: the real engine over the bundled documents."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from corpus import read_document
from tests.browser.driving import ask, becomes, current_mark, in_view, shot
from tests.conftest import DOCUMENTS

pytestmark = [pytest.mark.browser, pytest.mark.model]

LIST = "突破要素跨境流动壁垒有哪些做法？"
NOT_THERE = "居民用水价格是多少？"


def test_a_question_is_answered_from_the_documents(open_page, real_address):
    """Every number of the answer opens its document at exactly the quoted characters, in view."""
    page = open_page(real_address)
    ask(page, LIST)
    chips = page.locator("#live .claim .cite")
    expect(chips.nth(2)).to_be_visible()
    expect(page.locator("#live .facts, #live .note.count").first).to_contain_text("3")
    shot(page, "real-answer")
    for at in range(chips.count()):
        chips.nth(at).click()
        expect(page.locator("mark.cur").first).to_be_visible()
        place = page.locator(f"#e1-{chips.nth(at).get_attribute('data-n')}").evaluate("card => ({...card.dataset})")
        document = read_document(DOCUMENTS / f"{place['doc']}.txt", DOCUMENTS)
        quoted = document.text[int(place["s"]) : int(place["e"])]
        becomes(page, lambda: current_mark(page), quoted)
        becomes(page, lambda: in_view(page, "mark.cur", "#evid"), wanted=True)


def test_what_no_document_says_is_refused_with_the_nearest_passages(open_page, real_address):
    """资料未涉及, and what stands nearest."""
    page = open_page(real_address)
    ask(page, NOT_THERE)
    expect(page.locator("#live .no h3")).to_have_text("资料未涉及")
    expect(page.locator("#live .near .quote").first).to_be_visible()
    shot(page, "real-refusal")


def test_the_page_stands_soon_and_asks_nobody_else(context, real_address):
    """First questions come from the documents; every request of the browser goes to the page's own address."""
    page = context()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    began = time.monotonic()
    page.goto(real_address)
    expect(page.locator(".empty h2")).to_be_visible()
    taken = time.monotonic() - began
    expect(page.locator(".sg").first).to_be_visible(timeout=60_000)
    shot(page, "real-first-page")
    page.locator(".sg").first.click()
    expect(page.locator("#live .turn[data-state=done] .claim").first).to_be_visible(timeout=60_000)
    page.locator("#live .cite").first.click()
    expect(page.locator("mark.cur").first).to_be_visible()
    assert [url for url in asked if not url.startswith((f"{real_address}/", "data:", "blob:"))] == []
    assert taken < 8  # two seconds on a machine that does nothing else
    print(f"first page {taken:.2f} s")
