"""Every page in every language: what the system says is in the language, what documents and people say is marked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.driving import MEASURES, REFUSED, ask, still
from tests.browser.serving import DRAFTING, Server

pytestmark = pytest.mark.browser
SIMPLIFIED = frozenset(
    "资问题个这说请处统计评测删复对话继续标记选择开关显页录签发给应该认为从们没无实总项单审纸图长时间"
)
# Every visible text and label that holds Chinese, with the language that it is marked as: a part without a mark is in
# the language of the page. The names of the languages and of the program are the same in all.
_SAID = """() => {
    const han = /[\\u4e00-\\u9fff]/, found = [];
    const shown = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const one = node.parentElement;
        if (!han.test(node.textContent) || one.closest("script, style, template, .brand, [data-lang]")) continue;
        if (shown(one)) found.push([one.closest("[lang]").lang, node.textContent.trim().slice(0, 80)]);
    }
    for (const one of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
        for (const name of ["aria-label", "placeholder", "title"]) {
            const text = one.getAttribute(name) || "", key = one.dataset.ia || one.dataset.ip || "";
            if (han.test(text) && !key && shown(one) && !one.closest(".brand, [data-lang], .facts"))
                found.push([one.closest("[lang]").lang, `${name}: ${text.slice(0, 80)}`]);
        }
    }
    return found;
}"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Every page, over real documents and a scripted assistant, without sign-in."""
    server = Server(DRAFTING, 0.02, tmp_path_factory.mktemp("languages"))
    yield server.address
    server.end()


def wrong(page, language: str) -> list[str]:
    """What is said in another language than that of the page, and is not marked as somebody else's words."""
    still(page)
    said = [text for marked, text in page.evaluate(_SAID) if marked == language]
    if language == "en":
        return said
    return [text for text in said if any(character in SIMPLIFIED for character in text)]


@pytest.mark.parametrize(("locale", "language"), [("zh-TW", "zh-Hant"), ("en-GB", "en")])
def test_what_the_system_says_is_in_the_language_of_the_page(context, whole, locale, language):
    """The chat with an answer, a refusal and its forms, then every page of staff with something open."""
    page = context(locale=locale)
    page.goto(whole)
    expect(page.locator(".empty h2")).to_be_visible(timeout=30_000)
    found = {"first page": wrong(page, language)}
    ask(page, MEASURES)
    ask(page, REFUSED)
    page.locator("#live .hand").click()
    expect(page.locator("#live .handf")).to_be_visible()
    page.locator("#live .judge.down").click()
    expect(page.locator("#live .fbf")).to_be_visible()
    found["refusal"] = wrong(page, language)
    page.locator("#live .handf [type=submit]").click()
    expect(page.locator("#live .handed")).to_be_visible(timeout=30_000)
    page.locator("#live .near .cite").first.click()
    expect(page.locator("#viewer .doc")).to_be_visible(timeout=30_000)
    found["source"] = wrong(page, language)
    page.goto(f"{whole}/documents/")
    page.locator(".dlist .one").first.click()
    expect(page.locator(".dsheet h2")).to_be_visible(timeout=30_000)
    found["documents"] = wrong(page, language)
    page.goto(f"{whole}/review/")
    page.locator(".queue .ql button").first.click()
    expect(page.locator("#rv-case")).to_be_visible(timeout=30_000)
    found["review"] = wrong(page, language)
    page.goto(f"{whole}/evals/")
    expect(page.locator(".cases h2")).to_be_visible(timeout=30_000)
    found["evals"] = wrong(page, language)
    page.goto(f"{whole}/draft/")
    expect(page.locator("#dr-text")).to_be_visible(timeout=30_000)
    found["draft"] = wrong(page, language)
    assert {name: texts for name, texts in found.items() if texts} == {}
