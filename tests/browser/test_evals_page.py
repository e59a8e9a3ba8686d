"""评测 in a real Chromium: staff open a candidate, mend it and accept it; a representative does not see the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assistant.records import Records
from evals.candidates import accepted
from tests.browser.driving import shot, sign_in
from tests.fakes.server import PASSWORD
from tests.test_candidates import FORM, QUOTE, REFUSED, ask

pytestmark = pytest.mark.browser


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
    page.goto(f"{office.rstrip('/')}/evals")
    page.locator(".rows .one").click()
    expect(page.locator(".sheet .said").last).to_have_text("答案不对；应当答目标数")
    assert page.locator(".sheet blockquote").first.inner_text().startswith(QUOTE)
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


def test_the_page_is_for_staff(context, office):
    """A representative is told so."""
    page = context()
    sign_in(page, office, "li", PASSWORD)
    assert page.goto(f"{office.rstrip('/')}/evals").status == 403


def test_it_fits_a_phone_and_speaks_english(context, office):
    """Nothing sticks out at 390 pixels, and the switch of language reaches this page."""
    page = context(viewport={"width": 390, "height": 844}, locale="en-GB")
    sign_in(page, office, "wang", PASSWORD)
    page.goto(f"{office.rstrip('/')}/evals")
    expect(page.locator(".cases h2")).to_have_text("Cases from use")
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
