"""A file dropped into the chat: asked, cited from its own words, its owner's alone, gone with the conversation."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.driving import MEASURES, ask, becomes, current_mark, in_view, overflow, shot, sign_in
from tests.browser.test_access import PHONE, faults
from tests.browser.test_touch import DESK
from tests.fakes.server import PASSWORD

pytestmark = pytest.mark.browser

TITLE = "关于蓝鹊谷驿站的说明"
SAID = "蓝鹊谷驿站共设充电泊位286个。"
QUESTION = f"{TITLE}说了什么？"
NOTE: FilePayload = {"name": "说明.txt", "mimeType": "text/plain", "buffer": f"{TITLE}\n\n{SAID}\n".encode()}
BROKEN: FilePayload = {"name": "坏的.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 broken"}


def drop(page: Page, file: FilePayload) -> None:
    """Let a file fall onto the thread, as from the desktop."""
    page.evaluate(
        """([name, bytes]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], name));
            for (const kind of ["dragenter", "dragover", "drop"])
                document.querySelector("#thread").dispatchEvent(
                    new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: carried}));
        }""",
        [file["name"], list(file["buffer"])],
    )


def files(page: Page):
    """Those that are read; the line that says one is being read may stand beside them for a moment."""
    return page.get_by_role("list", name="本对话的文件").locator("li:not(.rest)")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_file_is_dropped_asked_and_deleted(context, office, size):
    """From a representative's drop to the last trace; nobody else can open it at any time."""
    name = "phone" if size is PHONE else "desk"
    page, other = context(**size), context()
    sign_in(page, office, "li", PASSWORD)
    sign_in(other, office, "zhao", PASSWORD)
    expect(page.locator(".empty h2")).to_be_visible()
    drop(page, BROKEN)
    expect(page.get_by_role("alert")).to_contain_text("坏的.docx：文件损坏或不完整")
    drop(page, NOTE)
    expect(files(page)).to_contain_text(TITLE)
    expect(page.get_by_role("heading", name="文件已添加，请提问")).to_be_visible()
    expect(page.get_by_role("button", name="收录为资料")).to_have_count(0)  # what a representative puts in only goes
    becomes(page, lambda: overflow(page), [])
    assert faults(page) == []
    shot(page, f"given-{name}")

    ask(page, QUESTION)
    expect(page.locator("#live .claim")).to_contain_text("286")
    page.locator("#live .cite").first.click()
    if size is PHONE:
        page.locator(".evq .cite").first.click()
    expect(page.get_by_text("这是您添加到本对话的文件，不是收录的资料。")).to_be_visible()
    becomes(page, lambda: current_mark(page), SAID)
    shot(page, f"given-source-{name}")
    place = page.locator(".evq[data-doc]").first.evaluate("one => one.dataset.doc")
    source = f"{office.rstrip('/')}/ui/source?document={place}"
    assert page.request.get(source).status == 200
    stranger = other.request.get(source)
    assert stranger.status == 404
    assert "286" not in stranger.text()
    page.keyboard.press("Escape")
    page.reload()
    expect(files(page)).to_contain_text(TITLE)
    expect(page.locator("#live .claim")).to_contain_text("286")

    if size is PHONE:
        page.keyboard.press("Escape")  # a reload opens the source again
        page.get_by_role("button", name="对话", exact=True).click()
    entry = page.locator(".side .entry").filter(has_text=TITLE).first
    entry.locator("[aria-label^=管理对话]").click()
    entry.get_by_role("button", name="删除").click()
    expect(page.get_by_role("status").filter(has_text="已删除这个对话")).to_be_visible()
    expect(files(page)).to_have_count(0)
    assert page.request.get(source).status == 404


def test_a_file_alone_is_asked_and_left_behind(open_page):
    """只查这份文件 pins it; another conversation knows nothing of it, and coming back it is there again."""
    page = open_page()
    page.get_by_label("添加文件").set_input_files([NOTE])
    page.get_by_role("button", name="只查这份文件").click()
    ask(page, MEASURES)
    expect(page.get_by_role("heading", name="资料未涉及")).to_be_visible()
    expect(page.get_by_text("只查了 1 份资料")).to_be_visible()
    page.get_by_role("button", name="新提问").click()
    expect(files(page)).to_have_count(0)
    expect(page.get_by_role("list", name="只查这些资料").get_by_role("listitem")).to_have_count(0)
    ask(page, QUESTION)
    expect(page.get_by_role("heading", name="资料未涉及")).to_be_visible()
    page.locator(".side .conv").filter(has_text=TITLE).last.click()
    expect(files(page)).to_contain_text(TITLE)


def test_one_file_is_taken_out_and_brought_back(open_page):
    """The answer that cites it is no longer shown; 撤销 brings both back, and the other file stays throughout."""
    page = open_page()
    other: FilePayload = {"name": "另.txt", "mimeType": "text/plain", "buffer": "另一份说明\n\n没有泊位。\n".encode()}
    page.get_by_label("添加文件").set_input_files([NOTE, other])
    expect(files(page)).to_have_count(2)
    ask(page, QUESTION)
    expect(page.locator("#live .claim")).to_contain_text("286")
    page.get_by_role("button", name=f"把《{TITLE}》移出本对话").click()
    expect(files(page)).to_have_count(1)
    expect(page.get_by_text("资料已移除或不对您开放")).to_be_visible()
    expect(page.locator("#live .claim")).to_have_count(0)
    assert faults(page) == []
    page.get_by_role("button", name="撤销").click()
    expect(files(page)).to_have_count(2)
    expect(page.locator("#live .claim")).to_contain_text("286")


def test_a_file_in_hand_is_left_by_nobody_but_its_owner(open_page):
    """First questions that come late do not open an empty conversation over it; 新提问 does, and the page goes on."""
    page = open_page()
    held: list[Route] = []
    holds = True

    def hold(route: Route) -> None:
        given = '"token"' in (route.request.post_data or "")
        held.append(route) if holds and given else route.continue_()

    page.route("**/queue/join*", hold)
    page.evaluate("document.querySelectorAll('.sg').forEach(one => one.remove())")
    page.get_by_label("添加文件").set_input_files([NOTE])
    becomes(page, lambda: len(held), 1)
    page.wait_for_timeout(4_500)  # twice the time after which the page looks for first questions
    held.pop().continue_()
    expect(files(page)).to_contain_text(TITLE)

    page.get_by_label("添加文件").set_input_files([NOTE])
    becomes(page, lambda: len(held), 1)
    page.get_by_role("button", name="新提问").click()
    expect(page.get_by_role("list", name="本对话的文件").get_by_role("listitem")).to_have_count(0)
    holds = False  # what is held stays so: without a route it could still be sent, and its file be a second one
    page.get_by_label("添加文件").set_input_files([NOTE])
    expect(files(page)).to_contain_text(TITLE)


def test_what_rests_on_a_file_is_not_shown_to_others(context, office):
    """The form of a hand-over says so, a link is not offered, and staff get the question alone."""
    page, desk = context(), context()
    sign_in(page, office, "li", PASSWORD)
    page.get_by_label("添加文件").set_input_files([NOTE])
    expect(files(page)).to_contain_text(TITLE)
    ask(page, QUESTION)
    page.locator("details.export summary").click()
    below = "#live .export .files"  # a short answer, above which there is no room
    becomes(page, lambda: in_view(page, below, "#thread"), wanted=True)
    expect(page.get_by_text("回答引用了您添加的文件，不能分享链接。")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="有问题").click()
    expect(page.get_by_text("只发出问题，不发出这个回答和文件").first).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已记下")).to_be_visible()
    sign_in(desk, office, "wang", PASSWORD)
    desk.goto(f"{office.rstrip('/')}/review/")
    desk.locator(".queue").get_by_text(QUESTION).click()
    expect(desk.get_by_role("heading", name=QUESTION)).to_be_visible()
    assert SAID not in desk.locator("body").inner_text()


@pytest.mark.model
def test_staff_keep_a_file_as_a_document(context, real_address):
    """Read by the real engine beside the home; 收录为资料 asks what it is as for any upload."""
    page = context()
    page.goto(real_address)
    expect(page.locator(".empty h2")).to_be_visible()
    page.get_by_label("添加文件").set_input_files([NOTE])
    expect(files(page)).to_contain_text(TITLE)
    ask(page, "蓝鹊谷驿站设了多少个充电泊位？")
    expect(page.locator("#live .claim").first).to_contain_text("286")
    page.get_by_role("button", name="收录为资料").click()
    expect(page.get_by_label("题名", exact=True)).to_have_value(TITLE)
    expect(page.get_by_role("radio", name="内部")).to_be_checked()
    shot(page, "given-keep")
    page.get_by_role("button", name="不收录").click()
    expect(page.get_by_text("没有收录")).to_be_visible()
