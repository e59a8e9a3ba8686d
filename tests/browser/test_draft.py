"""起草 in a real Chromium: paste, split, edit, red on a changed number, green when mended, export."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from assistant.records import Records
from tests.browser.conftest import ENVIRON, ROOT
from tests.browser.driving import shot

pytestmark = [pytest.mark.browser, pytest.mark.model]

SUGGESTION = ROOT / "tests" / "data" / "suggestions" / "partly.txt"
SERVER = """
import sys
from pathlib import Path
import uvicorn
from assistant.cli.page import open_shelves, surroundings
from assistant.records import Records
from assistant.settings import load_settings
from assistant.web.app import StaffPage, build_app
from assistant.web.pages import draft
from index.store import Store
chosen = load_settings({"home": Path(sys.argv[1]), "generator": "extractive"}, {})
store, records = Store(chosen.home), Records.open(chosen.home)
pages = (StaffPage("/draft", "nav.draft", "staff", draft.build),)
app = build_app(surroundings(chosen, store, records, open_shelves(chosen, store)), pages)
config = uvicorn.Config(app, port=0, log_level="warning")
server = uvicorn.Server(config)
listener = config.bind_socket()
print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
server.run(sockets=[listener])
"""


@pytest.fixture(scope="module")
def desk(real_home, tmp_path_factory):
    """The address of a server over a copy of the real home, and that home."""
    home = tmp_path_factory.mktemp("drafting") / "home"
    shutil.copytree(real_home, home)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, home],
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRON | dict(os.environ),
        cwd=ROOT,
    )
    yield server.stdout.readline().strip(), home
    server.terminate()
    server.wait(15)


def drafted(page: Page, address: str) -> None:
    page.goto(f"{address}/draft/")
    page.locator("#dr-text").fill(SUGGESTION.read_text(encoding="utf-8"))
    page.locator("[data-ev=read]").click()
    expect(page.locator(".split > li")).to_have_count(4)
    page.locator("[data-ev=draft]").click()
    expect(page.locator(".sheet")).to_be_visible(timeout=120_000)


def test_from_the_pasted_suggestion_to_the_exported_letter(desk, context):
    """The whole path; the draft is found again after a reload, with its versions, and on record when signed."""
    address, home = desk
    page = context()
    drafted(page, address)
    sentence = page.locator(".s", has_text="外资企业30家").first
    here, words = f"#{sentence.get_attribute('id')}", sentence.text_content()
    sentence.fill(words.replace("30家", "50家"))
    expect(page.locator(f"{here}.bad")).to_be_visible()
    expect(page.locator("#side")).to_contain_text("50家")
    shot(page, "draft-red")
    page.locator(here).fill(words)
    expect(page.locator(f"{here}.bad")).to_have_count(0)
    page.locator(".export2 summary").click()
    with page.expect_download() as file:
        page.locator("[data-format=review]").click()
    text = "".join(p.text for p in docx.Document(io.BytesIO(Path(file.value.path()).read_bytes())).paragraphs)
    assert "外资企业30家" in text
    assert "〔请补充：关于“解决年轻人住房”的办理情况〕" in text
    page.reload()
    expect(page.locator(here)).to_have_text(words)
    page.locator("[data-tab=ver]").click()
    expect(page.locator(".vlist ins").first).to_be_visible()
    events = [event.what for event in Records.open(home).audit.latest()]
    assert "draft.export" in events
