"""资料 in a real Chromium, over the real engine: a file is quoted until it is withdrawn; a bad one is refused."""

from __future__ import annotations

import io
import re

import docx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.driving import ask, becomes, current_mark, fits, shot
from tests.browser.test_access import PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.model]

TITLE = "关于蓝鹊谷智能骑行驿站建设情况的说明"
SAID = "蓝鹊谷智能骑行驿站共设充电泊位286个，由区城市管理局负责日常维护。"
NOTICE = "关于蓝鹊谷骑楼修缮的通知\n\n各街道办：\n现将骑楼修缮事项通知如下。\n\n福田区住房建设局\n2026年3月5日\n"
BROKEN: FilePayload = {"name": "坏的.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 broken"}
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


def send(page: Page, *files: FilePayload) -> None:
    """Choose files."""
    page.get_by_label("选择文件").set_input_files(list(files))


def take(page: Page, *, public: bool = False) -> None:
    """Confirm what the one file that waits is said to be."""
    if public:
        page.get_by_role("radio", name="公开").check()
    page.get_by_role("button", name="收录", exact=True).click()


def counts(page: Page) -> int:
    """How many documents there are, as the masthead says."""
    found = re.search(r"资料 (\d+) 份", page.locator(".mast .asof").inner_text())
    return int(found[1]) if found else 0


def test_nothing_is_found_before_it_is_said_what_it_is(context, real_address):
    """Read from the text, to be confirmed, for staff alone unless it is said; its line ends in what became of it."""
    page = context(**PHONE)
    page.goto(f"{real_address}/documents")
    send(page, {"name": "骑楼.txt", "mimeType": "text/plain", "buffer": NOTICE.encode()}, BROKEN)
    expect(page.get_by_label("题名", exact=True)).to_have_value("关于蓝鹊谷骑楼修缮的通知", timeout=60_000)
    expect(page.get_by_label("发文机关").first).to_have_value("福田区住房建设局")
    expect(page.get_by_label("成文日期").first).to_have_value("2026-03-05")
    expect(page.get_by_role("radio", name="内部")).to_be_checked()
    expect(page.locator(".dlist .one").first).to_be_visible()
    expect(page.locator(".dlist").get_by_text("骑楼")).to_have_count(0)
    shot(page, "documents-asking")
    assert faults(page) == []
    page.reload()  # it waits on, and nobody finds it
    expect(page.get_by_label("题名", exact=True)).to_have_value("关于蓝鹊谷骑楼修缮的通知", timeout=60_000)
    page.get_by_label("成文日期").first.fill("三月五日")
    take(page)
    expect(page.get_by_text("日期写成 2026-03-01")).to_be_visible(timeout=60_000)
    page.get_by_label("成文日期").first.fill("2026-03-06")
    take(page)
    expect(page.get_by_text("已收录，内部，1 段可检索")).to_be_visible(timeout=60_000)
    row = page.get_by_role("button", name=re.compile("骑楼修缮"))
    expect(row).to_contain_text("内部", timeout=60_000)
    expect(row).to_contain_text("2026-03-06")
    send(page, {"name": "不要.txt", "mimeType": "text/plain", "buffer": NOTICE.encode()})
    page.get_by_role("button", name="不收录").click(timeout=60_000)
    expect(page.get_by_text("没有收录")).to_be_visible(timeout=60_000)


def test_a_file_is_quoted_until_it_is_withdrawn(context, real_address):
    """Uploaded it answers with its own characters, withdrawn it does not, restored it does; history tells it all."""
    desk, chat = context(), context()
    desk.goto(f"{real_address}/documents")
    expect(desk.locator(".mast .asof")).to_be_visible()
    before = counts(desk)
    send(desk, letter(), BROKEN)
    expect(desk.get_by_role("listitem").filter(has_text="坏的.docx")).to_have_class(re.compile("bad"), timeout=60_000)
    take(desk, public=True)
    expect(desk.get_by_text("已收录，公开")).to_be_visible(timeout=60_000)
    row = desk.locator(".dlist .one").filter(has_text=TITLE)
    expect(row).to_be_visible(timeout=60_000)
    becomes(desk, lambda: counts(desk), before + 1)  # nothing was loaded again
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
    becomes(chat, lambda: current_mark(chat), SAID)
    shot(chat, "documents-quoted")

    desk.locator(".dsheet .off summary").click()
    desk.locator(".dsheet [name=reason]").fill("数字待核")
    desk.locator(".dsheet [data-ev=withdraw]").click()
    expect(desk.locator(".dsheet .told")).to_be_visible()
    expect(desk.get_by_text("1 个已保存的回答引用过这份资料")).to_be_visible()
    expect(desk.get_by_text(re.compile("后来有改动"))).to_have_count(0)  # no word of it has changed
    becomes(desk, lambda: counts(desk), before)
    assert counts(chat) == before + 1
    chat.evaluate("dispatchEvent(new Event('focus'))")  # somebody comes back to a page that has stood open
    becomes(chat, lambda: counts(chat), before)
    chat.locator("[data-do=new]").first.click()
    ask(chat, QUESTION)
    expect(chat.locator("#live .no h3")).to_have_text("资料未涉及")

    desk.locator(".dsheet .history summary").click()
    desk.locator(".dsheet [data-ev=restore]").click()
    expect(desk.locator(".dsheet [data-ev=restore]")).to_have_count(0)
    expect(desk.locator(".dhist")).to_be_visible()  # what was unfolded stays so
    for told in ("收录", "撤下", "数字待核", "恢复"):
        expect(desk.locator(".dhist")).to_contain_text(told)
    chat.locator("[data-do=new]").first.click()
    ask(chat, QUESTION)
    expect(chat.locator("#live .claim").first).to_contain_text("286")


@pytest.mark.parametrize("options", [PHONE, {"color_scheme": "dark"}], ids=["phone", "dark"])
def test_the_page_has_no_serious_fault(context, real_address, options):
    """With a document open, its form too; nothing is wider than a phone."""
    page = context(**options)
    page.goto(f"{real_address}/documents")
    page.locator(".dlist .one").first.click()
    expect(page.locator(".dsheet h2")).to_be_in_viewport()
    page.locator(".dsheet .edit summary").click()
    assert faults(page) == []
    fits(page)
    shot(page, f"documents-{'phone' if options is PHONE else 'dark'}")
