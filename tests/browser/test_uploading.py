"""资料 in a real Chromium, over the real engine: a file is quoted until it is withdrawn; a bad one is refused."""

from __future__ import annotations

import io

import docx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.driving import ask, current_mark, shot
from tests.browser.test_access import PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.model]

TITLE = "关于蓝鹊谷智能骑行驿站建设情况的说明"
SAID = "蓝鹊谷智能骑行驿站共设充电泊位286个，由区城市管理局负责日常维护。"
QUESTION = "蓝鹊谷智能骑行驿站设了多少个充电泊位？"


def letter() -> FilePayload:
    """A Word file that no document of the home says a word of."""
    made, kept = docx.Document(), io.BytesIO()
    made.add_heading(TITLE, 0)
    made.add_heading("一、建设情况", 1)
    made.add_paragraph(SAID)
    made.save(kept)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": "驿站说明.docx", "mimeType": kind, "buffer": kept.getvalue()}


def upload(page: Page, *files: FilePayload) -> None:
    """Choose files, and wait until each line has its verdict."""
    page.locator("#dc-files").set_input_files(list(files))
    expect(page.locator("#dc-drop .sent .verdict")).to_have_count(len(files), timeout=60_000)


def test_a_file_is_quoted_until_it_is_withdrawn(context, real_address):
    """Uploaded it answers with its own characters, withdrawn it does not, restored it does; history tells it all."""
    desk, chat = context(), context()
    desk.goto(f"{real_address.rstrip('/')}/documents")
    upload(desk, letter(), {"name": "坏的.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 broken"})
    lines = desk.locator("#dc-drop .sent li")
    expect(lines.filter(has_text="驿站说明.docx").locator(".verdict")).to_have_text("已收下，正在编入检索")
    expect(lines.filter(has_text="坏的.docx").locator(".verdict")).to_have_attribute("data-ok", "no")
    row = desk.locator(".dlist .one").filter(has_text=TITLE)
    expect(row).to_be_visible(timeout=60_000)
    row.click()
    expect(desk.locator(".dsheet h2")).to_have_text(TITLE)
    expect(desk.locator(".dsheet .preview")).to_contain_text(SAID)
    shot(desk, "documents")
    assert faults(desk) == []

    chat.goto(real_address)
    ask(chat, QUESTION)
    expect(chat.locator("#live .claim").first).to_contain_text("286")
    chat.locator("#live .cite").first.click()
    expect(chat.locator("mark.cur").first).to_be_visible()
    assert current_mark(chat) == SAID
    shot(chat, "documents-quoted")

    desk.locator(".dsheet .off summary").click()
    desk.locator(".dsheet [name=reason]").fill("数字待核")
    desk.locator(".dsheet [data-ev=withdraw]").click()
    expect(desk.locator(".dsheet .told")).to_be_visible()
    chat.locator("[data-do=new]").first.click()
    ask(chat, QUESTION)
    expect(chat.locator("#live .no h3")).to_have_text("资料未涉及")

    desk.locator(".dsheet [data-ev=restore]").click()
    expect(desk.locator(".dsheet [data-ev=restore]")).to_have_count(0)
    desk.locator(".dsheet .history summary").click()
    for told in ("收录", "撤下", "数字待核", "恢复"):
        expect(desk.locator(".dhist")).to_contain_text(told)
    chat.locator("[data-do=new]").first.click()
    ask(chat, QUESTION)
    expect(chat.locator("#live .claim").first).to_contain_text("286")


@pytest.mark.parametrize("options", [PHONE, {"color_scheme": "dark"}], ids=["phone", "dark"])
def test_the_page_has_no_serious_fault(context, real_address, options):
    """With a document open, its form too; nothing is wider than a phone."""
    page = context(**options)
    page.goto(f"{real_address.rstrip('/')}/documents")
    page.locator(".dlist .one").first.click()
    expect(page.locator(".dsheet h2")).to_be_visible()
    page.locator(".dsheet .edit summary").click()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, f"documents-{'phone' if options is PHONE else 'dark'}")
