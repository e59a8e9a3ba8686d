"""What a person does on the page, and what they see."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

SHOTS = Path(__file__).parents[2] / "artifacts"
MEASURES = "河套合作区的通关便利措施有哪些？"
FOLLOW_UP = "那皇岗口岸呢？"
REFUSED = "福田区2024年GDP是多少？"


def ask(page: Page, question: str, state: str = "done") -> None:
    """Type a question, send it, and wait until it has come to a state."""
    page.locator("#ask").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(f"#live .turn[data-state={state}] h2")).to_have_text(question, timeout=30_000)


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    """Open the page and fill the form."""
    page.goto(address)
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("button[type=submit]").click()


def becomes(page: Page, look: Callable[[], object], wanted: object) -> None:
    """Look until it is what is wanted; what it is at last, where it never is."""
    end = time.monotonic() + 30
    while (found := look()) != wanted and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert found == wanted


def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    most = page.viewport_size["width"]
    becomes(page, lambda: page.evaluate("document.documentElement.scrollWidth") <= most, wanted=True)


def conversation(page: Page) -> str:
    """The id of the conversation that is open, once the list knows it."""
    side = page.locator(".side")
    expect(side).to_have_attribute("data-open", re.compile("."))
    return side.get_attribute("data-open") or ""


def still(page: Page) -> None:
    """Wait until nothing slides, rises or changes its colour; what turns for as long as one waits does not count."""
    page.wait_for_function(
        """() => document.getAnimations().every(one =>
            one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""
    )


def shot(page: Page, name: str) -> None:
    """Keep what is seen under ``artifacts``."""
    SHOTS.mkdir(exist_ok=True)
    still(page)
    page.screenshot(path=str(SHOTS / f"{name}.png"))


def in_view(page: Page, selector: str, pane: str) -> bool:
    """Whether the first match lies inside the visible part of the pane."""
    return page.evaluate(
        """([selector, pane]) => {
            const box = document.querySelector(selector).getBoundingClientRect();
            const frame = document.querySelector(pane).getBoundingClientRect();
            return box.top >= frame.top && box.bottom <= Math.min(frame.bottom, innerHeight) && box.left >= frame.left;
        }""",
        [selector, pane],
    )


def current_mark(page: Page) -> str:
    """The characters that are lit in the source viewer."""
    return page.locator("mark.cur").evaluate_all("marks => marks.map(mark => mark.textContent).join('')")


def overflow(page: Page) -> list[str]:
    """What is wider than its place."""
    return page.evaluate(
        """() => ["html", "#mast", "#thread", "#evid", "#ask-box"].map(name => document.querySelector(name))
            .filter(box => box && box.scrollWidth > box.clientWidth).map(box => box.id || box.tagName)"""
    )
