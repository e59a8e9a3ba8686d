"""What a person asks stays theirs: staff get what was chosen to be sent, and nobody else is offered it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assistant.records import Records
from tests.browser.driving import MEASURES, REFUSED, ask, shot, sign_in
from tests.fakes.server import PASSWORD

pytestmark = pytest.mark.browser
BEFORE = "区里哪家理发店最便宜？"
ONLY_THIS = "只发这个问题和它的回答"


@pytest.fixture
def asker(context, scripted_server, tmp_path):
    """A representative with two refused questions in one conversation, and the records of the home."""
    page = context()
    sign_in(page, scripted_server(0.02, "root:admin", "li:representative", home=tmp_path), "li", PASSWORD)
    ask(page, BEFORE)
    ask(page, REFUSED)
    records = Records.open(tmp_path)
    yield page, records
    records.close()


def hand_over(page: Page, choice: str = "") -> None:
    """Hand the last question to staff, with what is chosen to go along."""
    page.get_by_role("button", name="转给工作人员").last.click()
    if choice:
        page.get_by_role("radio", name=choice).last.check()
    page.get_by_role("button", name="确认转交").last.click()
    expect(page.get_by_text("已转给工作人员")).to_be_visible()


def test_a_hand_over_sends_this_question_alone(asker):
    """The form says so before it is sent, and the conversation afterwards."""
    page, records = asker
    page.get_by_role("button", name="转给工作人员").last.click()
    expect(page.get_by_role("radio", name=ONLY_THIS).last).to_be_checked()
    shot(page, "hand-over-along")
    page.get_by_role("button", name="取消").last.click()
    hand_over(page)
    expect(page.get_by_text("发出的是这个问题和它的回答。")).to_be_visible()
    (handed,) = records.handovers.all()
    assert (handed.asked.question, handed.asked.history) == (REFUSED, ())
    assert BEFORE not in str(handed.asked)


def test_what_was_asked_before_goes_along_where_it_is_chosen(asker):
    """And the asker reads how much went."""
    page, records = asker
    hand_over(page, "连同这个对话里更早的 1 个问题")
    expect(page.get_by_text("更早的 1 个问题。")).to_be_visible()
    (handed,) = records.handovers.all()
    assert [one["question"] for one in handed.asked.history] == [BEFORE]


def test_a_judgement_sends_this_question_alone(asker):
    """有问题 asks the same."""
    page, records = asker
    page.get_by_role("button", name="有问题").last.click()
    expect(page.get_by_role("radio", name=ONLY_THIS).last).to_be_checked()
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("已记下")).to_be_visible()
    (judged,) = records.feedback.all()
    assert (judged.asked.question, judged.asked.history) == (REFUSED, ())


def test_the_only_question_of_a_conversation_asks_nothing(open_page):
    """There is nothing to choose; what is sent is said."""
    page = open_page()
    ask(page, MEASURES)
    ask_new = page.get_by_role("button", name="新提问")
    ask_new.click()
    ask(page, REFUSED)
    page.get_by_role("button", name="转给工作人员").click()
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.get_by_text("工作人员会看到这个问题和它的回答。").first).to_be_visible()
