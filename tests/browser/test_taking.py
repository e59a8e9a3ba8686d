"""What a person takes along: one citation for a letter, one answer as a file, the page on paper."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.driving import MEASURES, REFUSED, ask, becomes, shot

pytestmark = pytest.mark.browser


def test_a_citation_an_answer_and_a_printed_page(open_page):
    """The citation as letters have it; the file holds that answer alone; on paper there is no control."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, MEASURES)
    page.get_by_role("button", name="复制引文 2 的引用").click()
    expect(page.get_by_text("已复制这条引用")).to_be_visible()
    taken = page.evaluate("navigator.clipboard.readText()")
    assert taken.startswith("《海关支持河套深圳园区改革开放措施（署贸函〔2024〕236号）摘编》第一条：“（一）集中申报")
    ask(page, REFUSED)
    page.get_by_text("导出").last.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="这个回答，Markdown").last.click()
    words = Path(download.value.path()).read_text(encoding="utf-8")
    assert REFUSED in words
    assert MEASURES not in words
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_text("导出").last.click()
    page.get_by_role("button", name="打印").last.click()
    becomes(page, lambda: page.evaluate("window.printed"), wanted=True)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name=MEASURES)).to_be_visible()
    for name in ("新提问", "提问", "复制"):
        expect(page.get_by_role("button", name=name, exact=True).first).to_be_hidden()
    whole = "thread => thread.scrollHeight <= thread.clientHeight + 2"
    becomes(page, lambda: page.locator("#thread").evaluate(whole), wanted=True)
    shot(page, "print")


def test_paper_has_margins_and_quotes_stay_with_what_they_belong_to(open_page):
    """Nothing stands at the edge; what is said of the evidence is on one page with the first of it, right below."""
    page = open_page()
    ask(page, MEASURES)
    printed = pypdfium2.PdfDocument(page.pdf(format="A4", print_background=True))
    texts = [one.get_textpage() for one in printed]
    boxes = [text.get_charbox(n) for text in texts for n in range(text.count_chars())]
    assert min(box[0] for box in boxes if box[2] > box[0]) > 40  # points
    pages = ["".join(text.get_text_range().split()) for text in texts]
    first = next(one for one in pages if "第1问" in one)
    assert "处引文" in first
    assert "海关总署推出10条专项措施" in first.split("处引文")[1]


@pytest.mark.parametrize("allowed", [True, False], ids=["otherwise", "not at all"])
def test_where_the_browser_keeps_its_clipboard_copying_says_what_became_of_it(open_page, allowed):
    """A page may be refused the clipboard: it is copied as of old, or it is said that it was not."""
    page = open_page()
    ask(page, MEASURES)
    page.evaluate(
        """allowed => {
            navigator.clipboard.writeText = () => Promise.reject(new DOMException("Write permission denied."));
            document.execCommand = () => allowed;
        }""",
        allowed,
    )
    page.get_by_role("button", name="复制", exact=True).click()
    told = "已复制，引文和标识一并带上" if allowed else "浏览器没有允许复制，请选中文字后自行复制。"
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
