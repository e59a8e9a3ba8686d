"""axe-core finds no serious fault: light and dark, desk and phone, with whatever can be open."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.driving import FOLLOW_UP, MEASURES, REFUSED, ask, shot, still

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def faults(page: Page) -> list[str]:
    """What axe calls serious or critical, with where."""
    still(page)  # colours are judged once nothing moves
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:160]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_desk_has_no_serious_fault(open_page, theme):
    """First page, answer with card, source, refusal with its form, unverified answer with the feedback form, menu."""
    page = open_page(color_scheme=theme)
    assert faults(page) == []
    ask(page, MEASURES)
    page.locator("#live .how summary").click()
    expect(page.get_by_text("逐项对照引文")).to_be_visible()
    assert faults(page) == []
    page.locator("#live .cite[data-n='2']").hover()
    expect(page.locator("#hovercard")).to_be_visible()
    assert faults(page) == []
    page.locator("#live .cite[data-n='2']").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    assert faults(page) == []
    ask(page, FOLLOW_UP)
    page.locator("#live .rwe").click()
    page.locator("#live .judge.down").click()
    page.locator("#live .reason").first.click()
    expect(page.locator("#live .reason").first).to_have_attribute("aria-pressed", "true")
    assert faults(page) == []
    ask(page, REFUSED)
    page.locator("#live .hand").click()
    page.locator("#live .export summary").click()
    expect(page.locator("#live .handf")).to_be_visible()
    expect(page.locator("#live .files")).to_be_visible()
    assert faults(page) == []
    page.locator("#live .handf [type=submit]").click()
    expect(page.locator("#live .handed")).to_be_visible()
    page.locator(".entry").first.hover()
    page.locator(".entry .act").first.click()
    expect(page.locator(".entry .manage").first).to_be_visible()
    assert faults(page) == []
    shot(page, f"access-{theme}")


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_the_phone_has_no_serious_fault(open_page, theme):
    """Answer, sheet, document in the sheet, menu."""
    page = open_page(color_scheme=theme, **PHONE)
    ask(page, MEASURES)
    assert faults(page) == []
    page.locator("#live .cite[data-n='3']").click()
    expect(page.locator("#evid.open #e1-3.on")).to_be_visible()
    assert faults(page) == []
    page.locator("#e1-3 [data-do=read]").click()
    expect(page.locator("mark.cur").first).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.locator("#mmore").click()
    expect(page.locator("#prefs")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_door_has_no_serious_fault(context, office, theme):
    """The sign-in form, as it is and with a fault told."""
    page = context(color_scheme=theme)
    page.goto(office)
    expect(page.locator("#password")).to_be_visible()
    assert faults(page) == []
    page.locator("#name").fill("nobody")
    page.locator("#password").fill("nothing-at-all")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_be_visible()
    assert faults(page) == []
    shot(page, f"access-door-{theme}")
