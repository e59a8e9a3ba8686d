"""Whatever is written into titles, names of files and people, questions, answers of staff: no page runs it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assistant.records import Records
from index.storage.store import Store
from index.sync import sync
from tests.browser.driving import ask, sign_in
from tests.browser.serving import DAFU, Server
from tests.fakes.server import PASSWORD

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=window.hit=1><script>window.hit=1</script><svg onload=window.hit=1>{{hit=1}}${hit=1}"
LINK = "[看这里](javascript:window.hit=1)"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """``dafu serve`` by words alone over documents that carry markup, with somebody whose name is markup."""
    folder = tmp_path_factory.mktemp("planted")
    papers = folder / "papers"
    papers.mkdir()
    front = f"---\ntitle: '{MARKUP}仓库办法'\nissuer: '{MARKUP}'\nsource: '{LINK}'\n---\n"
    said = f"仓库按月盘点{MARKUP}，由库管员办理{LINK}。"
    (papers / "仓库<img src=x onerror=window.hit=1>.md").write_text(
        f"{front}\n# {MARKUP}\n\n{said}\n", encoding="utf-8"
    )
    (papers / "盘点.csv").write_text(f"项目,说明\n仓库盘点,{MARKUP}\n公式,=1+1\n", encoding="utf-8")
    home = folder / "home"
    records = Records.open(home)
    for name, role in (("root", "admin"), ("li", "representative")):
        records.users.add(name, PASSWORD, role, display=f"{MARKUP}{name}", by="test")
    records.close()
    sync(Store(home, create=True), [papers], None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DAFU_ENCODER", "none")
        patched.setenv("DAFU_READER", "words")
        server = Server(DAFU, "serve", "--home", home, "--port", 0)
    yield server.address, home
    server.end()


def harmless(page: Page) -> None:
    """Nothing ran, and nothing of it became an element."""
    expect(page.get_by_text("window.hit").filter(visible=True).first).to_be_visible()  # it stands there, as words
    page.evaluate("new Promise(seen => setTimeout(seen, 100))")  # a picture that fails says so a moment later
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x], svg[onload], [onerror], a[href^='javascript:' i]").count() == 0


def test_no_page_runs_what_was_written(context, served):
    """As the asker sees them and as staff do: chat, source, conversations, answer of staff, desk, documents, export."""
    address, home = served
    asker = context()
    sign_in(asker, address, "li", PASSWORD)
    expect(asker.locator(".empty h2")).to_be_visible()
    for question in (f"仓库多久盘点一次？{MARKUP}", "仓库盘点有什么说明？"):
        ask(asker, question)
        harmless(asker)
        if asker.locator("#live .turn:last-child .cite").count():
            asker.locator("#live .turn:last-child .cite").first.click()
            harmless(asker)
    records = Records.open(home)
    li, root = (records.users.named(name).person for name in ("li", "root"))
    (conversation,) = records.conversations.of(li.id)
    turn = records.turns.of(li.id, conversation.id)[0]
    handed = records.handovers.give(li, turn.id, MARKUP)
    review = records.reviews.begin(root, MARKUP, handover=handed.id, text=f"{MARKUP}每月一次。{LINK}")
    records.reviews.approve(root, review, second_person=False)
    records.handovers.give(li, records.turns.of(li.id, conversation.id)[1].id, MARKUP)
    records.drafts.new(root, MARKUP, {})
    records.close()
    asker.goto(f"{address}/?c={conversation.id}")
    harmless(asker)
    for kind in ("md", "docx"):
        kept = asker.request.get(f"{address}/ui/export/{conversation.id}.{kind}")
        assert kept.ok
        assert "attachment" in kept.headers["content-disposition"]
    staff = context()
    sign_in(staff, address, "root", PASSWORD)
    expect(staff.locator(".empty h2")).to_be_visible()
    for path in ("/review/", "/documents/", "/draft/", "/evals/"):
        staff.goto(address + path)
        expect(staff.locator(".mast .who")).to_contain_text("root")
        harmless(staff)
