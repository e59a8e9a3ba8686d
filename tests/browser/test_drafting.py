"""起草 in a real Chromium: from a pasted suggestion to the exported letter, alone and with a second editor."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from assistant.records import Records
from tests.browser.driving import becomes, fits, shot, sign_in
from tests.browser.serving import DRAFTING, ROOT, Server
from tests.browser.test_access import PHONE, faults
from tests.fakes.server import PASSWORD

pytestmark = pytest.mark.browser

SUGGESTION = (ROOT / "tests" / "data" / "suggestions" / "partly.txt").read_text(encoding="utf-8")
STATION = "3000万元以上外资企业"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("drafting")


@pytest.fixture(scope="module")
def office(home):
    """A server over real documents and a scripted assistant, with two members of staff."""
    users = ("root:admin", "wang:staff", "liu:staff", "li:representative")
    server = Server(DRAFTING, 0.05, home, *users)
    yield server.address
    server.end()


@pytest.fixture
def enter(context, office):
    """The drafting page for somebody, in a browser of their own."""

    def entered(name: str = "wang", **options: object) -> Page:
        page = context(**options)
        sign_in(page, office, name, PASSWORD)
        page.goto(f"{office}/draft/")
        expect(page.locator("#dr-text")).to_be_visible()
        return page

    return entered


def split(page: Page) -> None:
    """A pasted suggestion comes apart into its four requests."""
    page.locator("#dr-text").fill(SUGGESTION)
    page.get_by_role("button", name="拆分诉求").click()
    expect(page.locator(".split > li")).to_have_count(4)


def draft(page: Page) -> None:
    """The letter is drafted and stands there."""
    page.locator("[data-ev=draft]").click()
    expect(page.locator(".sheet")).to_be_visible(timeout=60_000)


def saved(page: Page) -> None:
    """What was typed has been checked and kept."""
    expect(page.locator("#dr-bar .saved")).to_contain_text("已自动保存")
    page.wait_for_function("Object.keys(localStorage).every(key => !key.startsWith('dafu-letter-'))")


def exported(page: Page, kind: str) -> str:
    """The text of an exported Word file."""
    page.locator("#dr-bar summary").click()
    with page.expect_download() as file:
        page.locator(f"[data-format={kind}]").click()
    made = docx.Document(io.BytesIO(Path(file.value.path()).read_bytes()))
    cells = (cell.text for table in made.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in made.paragraphs), *cells])


def events(home: Path, draft_id: str) -> list[str]:
    records = Records.open(home)
    found = [event.what for event in records.audit.of(f"draft:{draft_id}")]
    records.close()
    return found


def test_requests_are_put_in_order(enter):
    """Split at the cursor, merged, moved, renamed, left to another office: the letter follows, each under its title."""
    page = enter()
    split(page)
    rows = page.locator(".split > li")
    area = rows.nth(0).locator("textarea")
    words = area.input_value()
    area.evaluate("(one, at) => { one.focus(); one.setSelectionRange(at, at); }", words.index("并建立"))
    rows.nth(0).get_by_role("button", name="在光标处拆分").click()
    expect(rows).to_have_count(5)
    rows.nth(1).locator(".rt").fill("子女入学")
    rows.nth(1).get_by_role("button", name="上移").click()
    expect(rows.nth(0).locator(".rt")).to_have_value("子女入学")
    rows.nth(0).locator(".to input").fill("区教育局")
    rows.nth(3).locator(".grip").drag_to(rows.nth(2).locator(".grip"))
    expect(rows.nth(2).locator(".rt")).to_have_value("解决年轻人住房")
    rows.nth(3).get_by_role("button", name="并入上一项").click()
    expect(rows).to_have_count(4)
    page.locator("[data-field=session]").fill("区八届人大六次会议")
    page.locator("[data-field=session]").press("Enter")
    shot(page, "draft-split")
    draft(page)
    titles = [
        f"{n}、关于“{title}”的建议"
        for n, title in zip(
            "一二三四", ("子女入学", "把企业梯队建起来", "解决年轻人住房", "外资服务再细一点"), strict=True
        )
    ]
    expect(page.locator(".sheet .hd")).to_have_text(titles, use_inner_text=True)
    expect(page.locator(".sheet .ttl")).to_contain_text("关于区八届人大六次会议第20260112号建议的答复")
    expect(page.locator(".sheet")).to_contain_text("〔请补充：由区教育局会办，关于“子女入学”的意见〕")


def test_sentences_are_judged_while_they_are_edited(enter):
    """Verdicts in words, red on a changed number and green when mended, why, the original at the quote."""
    page = enter()
    split(page)
    draft(page)
    expect(page.locator(".mg.l .vw.none").first).to_have_text("无据")
    sentence = page.locator(".s", has_text="梯度培育专精特新企业").first
    here, words = f"#{sentence.get_attribute('id')}", sentence.text_content()
    expect(page.locator(here)).to_have_class(re.compile("v-ok"))
    target = page.locator(".s", has_text=STATION)
    there, told = f"#{target.get_attribute('id')}", target.text_content()
    page.locator(there).click()
    expect(page.locator("#dr-side .because")).to_contain_text("时限已过")
    page.locator(there).fill(told.replace("30家", "50家"))
    expect(page.locator(there)).to_have_class(re.compile("v-bad"))
    expect(page.locator("#dr-side .because").first).to_contain_text("“50家”不见于引文")
    expect(page.locator("#dr-side .whyt .r")).to_have_text("50家")
    shot(page, "draft-red")
    page.locator(there).fill(told)
    expect(page.locator(there)).to_have_class(re.compile("v-ok"))
    page.locator(here).click()
    expect(page.locator("#dr-side .chosen")).to_have_text(words)  # until then its neighbour's evidence stands there
    page.locator("#dr-side [data-js=source]").first.click()
    expect(page.locator("#dr-source mark.cur").first).to_be_visible()
    becomes(page, lambda: "".join(page.locator("#dr-source mark.cur").all_text_contents()), words)
    shot(page, "draft-source")
    page.get_by_role("button", name="返回依据").click()
    expect(page.locator("#dr-side .chosen")).to_have_text(words)


def test_from_more_evidence_to_the_file(enter, home):
    """Further evidence is put in, blanks are filled, a reload finds everything; what is sent holds nothing internal."""
    page = enter()
    split(page)
    draft(page)
    page.locator(".s", has_text="梯度培育专精特新企业").first.click()
    before = page.locator(".s").count()
    page.locator("#dr-side [data-ev=more]").click()
    page.locator("#dr-side [data-ev=insert]").first.click()
    expect(page.locator(".s")).to_have_count(before + 1)
    expect(page.locator(".s.sel")).to_have_class(re.compile("v-(ok|check)"))
    blank = page.locator(".s.blank", has_text="解决年轻人住房")
    blank.click()
    page.keyboard.type("已办理3件。")
    page.locator("#dr-bar summary").click()  # what was typed is saved now, and the menu stays open over it
    saved(page)
    expect(page.locator("[data-format=review]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dr-side .because").first).to_contain_text("还没有引文")
    saved(page)
    page.reload()
    expect(page.locator(".s", has_text="已办理3件。")).to_have_class(re.compile("v-check"))
    page.locator(".s.field", has_text="A、B、C、D").click()
    page.locator("#dr-side").get_by_role("button", name="B", exact=True).click()
    expect(page.locator(".sheet")).to_contain_text("答复类别：B")
    expect(page.locator("#dr-side .count")).to_be_visible()
    whole = exported(page, "review")
    assert "依据清单" in whole
    assert "412家次" in whole
    assert "本稿由程序辅助起草" in whole
    page.locator("#dr-bar summary").click()
    expect(page.get_by_role("button", name="发出稿 Word")).to_be_disabled()
    expect(page.get_by_text("处理完才能导出发出稿")).to_be_visible()
    page.get_by_role("button", name="签发：移除起草提示").click()
    expect(page.locator(".ainote")).to_have_count(0)
    assert "本稿由程序辅助起草" not in exported(page, "review")
    found = events(home, page.url.rpartition("=")[2])
    assert {"draft.new", "draft.export", "draft.sign_off"} <= set(found)


def test_versions_limits_and_papers_beside_the_draft(enter):
    """An older version comes back; the day of assignment gives the days left; what search finds can be cited."""
    page = enter()
    split(page)
    page.get_by_role("button", name="全部草稿").click()
    split(page)
    draft(page)
    page.locator("[data-tab=alike]").click()
    expect(page.locator("#dr-side")).to_contain_text("用词重合")
    expect(page.locator("#dr-side")).to_contain_text("第20250021号建议的答复")
    page.locator(".s.blank", has_text="发布场景清单").click()
    page.locator("[data-tab=find]").click()
    page.locator("#dr-side input[type=search]").fill("发布场景清单")
    page.keyboard.press("Enter")
    words = "2025年目标发布场景清单5个以上"
    raw = page.locator("#dr-side .raw", has_text=words).first
    raw.evaluate(
        """(one, words) => {
            const text = one.firstChild, at = text.data.indexOf(words);
            getSelection().setBaseAndExtent(text, at, text, at + words.length);
        }""",
        words,
    )
    page.locator("#dr-cite").click()
    expect(page.locator(".s.sel")).to_have_text(f"{words}。")
    page.locator("#dr-assigned").fill("2026-11-02")
    page.locator("#dr-assigned").blur()
    expect(page.locator(".dl .limit.on .due")).to_contain_text("2027-02-02")
    page.locator("[data-tab=ver]").click()
    page.locator(".vlist [data-n='2']").click()
    expect(page.locator(".s.blank", has_text="发布场景清单")).to_be_visible()
    page.get_by_role("button", name="全部草稿").click()
    expect(page.locator(".drafts .one").first).to_contain_text("处待处理")


def test_a_second_editor_is_told_and_overwrites_nothing(enter):
    """Who opens a held draft can only read it; who is taken over is told, loses nothing, and overwrites nothing."""
    wang = enter("wang")
    # Without the look that the page takes each minute, which on a slow machine would come before the change.
    wang.add_init_script("{ const every = setInterval; setInterval = (f, ms) => ms === 60000 ? 0 : every(f, ms); }")
    wang.reload()
    split(wang)
    draft(wang)
    liu = enter("liu")
    liu.locator(".drafts .one").first.click()
    expect(liu.locator(".held")).to_contain_text("wang 正在修改这份草稿")
    expect(liu.locator(".sheet")).to_be_visible()
    expect(liu.locator(".s[contenteditable]")).to_have_count(0)
    liu.get_by_role("button", name="接手修改").click()
    expect(liu.locator(".s[contenteditable]").first).to_be_visible()
    mine = liu.locator(".s.blank", has_text="解决年轻人住房")
    mine.fill("住房由区住建局统筹。")
    expect(liu.locator(".s", has_text="区住建局统筹")).to_have_class(re.compile("v-check"))
    saved(liu)
    wang.locator(".s.blank", has_text="解决年轻人住房").fill("住房正在研究。")
    expect(wang.locator(".notices .err")).to_contain_text("liu 已接手修改或保存了更新的版本")
    shot(wang, "draft-conflict")
    wang.get_by_role("button", name="另存为我的草稿").click()
    expect(wang.locator(".told")).to_contain_text("原稿没有改动")
    expect(wang.locator(".s", has_text="住房正在研究。")).to_be_visible()
    liu.reload()
    expect(liu.locator(".s", has_text="区住建局统筹")).to_be_visible()


def test_a_file_is_read_and_a_wrong_one_refused(enter, tmp_path):
    """A Word file becomes requests; a file without text is told in words, and what was pasted stays."""
    made = docx.Document()
    for line in SUGGESTION.splitlines():
        made.add_paragraph(line)
    made.save(tmp_path / "建议.docx")
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 nothing")
    page = enter()
    page.locator("#dr-text").fill("先写几个字")
    page.locator("#dr-file").set_input_files(tmp_path / "坏.pdf")
    expect(page.locator(".newdraft .err")).to_contain_text("重新保存")
    expect(page.locator("#dr-text")).to_have_value("先写几个字")
    page.locator("#dr-file").set_input_files(tmp_path / "建议.docx")
    expect(page.locator(".split > li")).to_have_count(4)
    expect(page.locator("[data-field=number]")).to_have_value("20260112")


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.full), "dark"])
def test_no_serious_fault_for_assistive_technology(enter, theme):
    """List, requests, letter, each tab and the export menu, in light and dark."""
    page = enter(color_scheme=theme)
    assert faults(page) == []
    split(page)
    assert faults(page) == []
    draft(page)
    page.locator(".s", has_text=STATION).click()
    expect(page.locator("#dr-side .whyt")).to_be_visible()
    assert faults(page) == []
    for tab in ("todo", "find", "alike", "ver"):
        page.locator(f"[data-tab={tab}]").click()
        expect(page.locator(f"[data-tab={tab}]")).to_have_attribute("aria-selected", "true")
    page.locator("#dr-bar summary").click()
    assert faults(page) == []
    shot(page, f"draft-{theme}")


def test_it_fits_a_phone_and_speaks_english(enter):
    """Nothing sticks out at 390 pixels, and the switch of language reaches what the script writes."""
    page = enter(**PHONE, locale="en-GB")
    page.locator("#dr-text").fill(SUGGESTION)
    page.get_by_role("button", name="Split into requests").click()
    expect(page.locator(".split > li")).to_have_count(4)
    fits(page)
    draft(page)
    expect(page.locator(".mg.l .vw.none").first).to_have_text("No evidence")
    fits(page)
    shot(page, "draft-phone")


def test_the_page_is_for_staff(context, office):
    """A representative is told so."""
    page = context()
    sign_in(page, office, "li", PASSWORD)
    assert page.goto(f"{office}/draft/").status == 403
