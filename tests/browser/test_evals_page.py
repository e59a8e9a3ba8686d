"""评测 in a real Chromium: staff open a candidate, mend it and accept it; a representative does not see the page."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from assistant.records import Records
from evals.proposals import accepted
from tests.browser.driving import fits, shot, sign_in
from tests.browser.serving import DRAFTING, Server
from tests.fakes.server import PASSWORD
from tests.test_candidates import FORM, QUOTE, REFUSED, ask

pytestmark = pytest.mark.browser

LINES = """cells => cells.map(cell => { const words = document.createRange(); words.selectNodeContents(cell);
    return [cell.textContent, words.getClientRects().length]; }).filter(([, lines]) => lines > 1)"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home in which an answer was called wrong."""
    folder = tmp_path_factory.mktemp("evals")
    records = Records.open(folder)
    records.feedback.give(records.users.local(), ask(records, REFUSED), "down", ["answer_wrong"], "应当答目标数")
    records.close()
    return folder


@pytest.fixture(scope="module")
def office(scripted_server, home):
    return scripted_server(0.02, "root:admin", "wang:staff", "li:representative", home=home)


def test_a_candidate_is_mended_and_accepted(context, office, home):
    """What can't be in a suite is told and nothing typed is lost; mended, it is in the suite."""
    page = context()
    sign_in(page, office, "wang", PASSWORD)
    page.goto(f"{office}/evals")
    page.locator(".rows .one").click()
    expect(page.locator(".sheet .said").last).to_have_text("答案不对；应当答目标数")
    expect(page.locator(".sheet blockquote").first).to_have_text(
        re.compile(f"^{re.escape(QUOTE)}"), use_inner_text=True
    )
    shot(page, "evals")
    page.locator("#ev-answerable").check()
    page.locator("#ev-question").fill(FORM["question"])
    page.locator("#ev-nuggets").fill(FORM["nuggets"])
    page.locator("#ev-gold").fill("futian-economy：没有这句话")
    page.get_by_role("button", name="收进评测集").click()
    expect(page.locator(".sheet .wrong")).to_contain_text("出处不是《futian-economy》的原文片段")
    expect(page.locator("#ev-question")).to_have_value(FORM["question"])
    page.locator("#ev-gold").fill(FORM["gold"])
    page.get_by_role("button", name="收进评测集").click()
    expect(page.locator(".told")).to_have_text("已收进评测集。")
    records = Records.open(home)
    assert [case.question for case in accepted(records)] == [FORM["question"]]
    records.close()


def test_a_run_is_begun_from_the_page(context, tmp_path):
    """Its button, how far it is, its figures, and what went wrong in words with a way to ask it."""
    (tmp_path / "evals").mkdir()
    cases = [
        {"id": "a1", "kind": "unanswerable", "question": "火星上有几家图书馆？", "answerable": False},
        {"id": "a2", "kind": "number", "question": "外商服务站接待了多少家次？", "answerable": True},
    ]
    cases[1]["nuggets"] = [{"vital": True, "forms": ["九万家次"]}]
    quoted = "截至2026年2月底，外商服务站已接待外资企业412家次。"
    cases[1]["gold"] = [{"document": "ledger", "quote": quoted}]
    lines = (json.dumps(case, ensure_ascii=False) for case in cases)
    (tmp_path / "evals" / "accepted.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    server = Server(DRAFTING, 0.02, tmp_path)
    try:
        page = context()
        page.goto(f"{server.address}/evals/")
        page.get_by_role("button", name="只评测收进的 2 题").click()
        expect(page.get_by_text(re.compile("正在(准备)?评测"))).to_be_visible()
        expect(page.get_by_role("heading", name="答错的 1 题")).to_be_visible(timeout=120_000)
        expect(page.get_by_role("button", name="只评测收进的 2 题")).to_be_visible()
        page.get_by_role("button", name="只评测收进的 2 题").click()
        expect(page.get_by_role("columnheader", name="比上次")).to_be_visible(timeout=120_000)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator(".figures .value").evaluate_all(LINES) == []
            fits(page)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_text("少了要点：九万家次").click()
        expect(page.get_by_text("九万家次", exact=True)).to_be_visible()
        shot(page, "evals-run")
        page.get_by_role("link", name="到提问页问这个问题").click()
        expect(page.get_by_role("textbox", name="问题")).to_have_value("外商服务站接待了多少家次？")
    finally:
        server.end()


def test_the_page_is_for_staff(context, office):
    """A representative is told so."""
    page = context()
    sign_in(page, office, "li", PASSWORD)
    assert page.goto(f"{office}/evals").status == 403


def test_it_fits_a_phone_and_speaks_english(context, office):
    """Nothing sticks out at 390 pixels, and the switch of language reaches this page."""
    page = context(viewport={"width": 390, "height": 844}, locale="en-GB")
    sign_in(page, office, "wang", PASSWORD)
    page.goto(f"{office}/evals")
    expect(page.locator(".cases h2")).to_have_text("Cases from daily questions")
    fits(page)
