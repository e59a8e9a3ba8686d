"""Every control of every page is touched: none is without a visible effect, and none says what is false."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Error, Page, expect

from assistant.locale import message
from tests.browser.driving import MEASURES, REFUSED, ask
from tests.browser.serving import DRAFTING, Server
from tests.browser.test_access import PHONE

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1440, "height": 900}}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
_LOOKS = {
    "light": ("zh-CN", "zh-Hans"),
    "dark": ("zh-CN", "zh-Hans"),
    "hant": ("zh-TW", "zh-Hant"),
    "en": ("en-US", "en"),
}
LOOKS = pytest.mark.parametrize(
    "look",
    [
        {"locale": locale, "color_scheme": "light" if name == "light" else "dark"}
        for name, (locale, _) in _LOOKS.items()
    ],
    ids=list(_LOOKS),
)
# Nothing was withdrawn, lost, broken or refused in these homes, so that whatever says so is false.
FALSE = (
    "err.gone", "err.load", "err.net", "err.lost", "err.fault", "err.session", "err.busy", "dc.gone", "dc.off",
    "src.moved", "src.older", "src.withdrawn", "src.removed", "dr.e.net", "dr.e.session", "rv.unsaved",
)  # fmt: skip
_MOST = 150  # controls of one page: more are a list that was not recognised as one
_PATIENCE = 8_000  # milliseconds until a control without effect counts as dead

# What can be touched, once for each name: figures and dates do not make another control. What lies below something
# else, or has its own words typed into it, is left to later looks and to other tests.
_CONTROLS = """() => {
    const shown = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const told = one =>
        one.getAttribute("aria-label") || one.innerText || one.title || one.placeholder || one.name || "";
    const name = one => told(one)
        .replace(/[\\d一二三四五六七八九十]+/g, "#").replace(/\\s+/g, " ").trim().slice(0, 40);
    const found = {}, chosen = "[aria-current], [aria-selected=true], [role=group] [aria-pressed=true]";
    const all = "button, a[href], summary, select, input[type=checkbox], input[type=radio], [role=tab], [data-doc].evq";
    for (const one of document.querySelectorAll(all)) {
        if (one.disabled || !shown(one) || one.closest("[inert]") || one.matches(chosen)) continue;
        const list = one.closest("ol, ul, [role=group], .evset, .doc") ? "list" : "";
        const kind = one.matches(".conv, .sg, .one, .ql button, .evq, .tx") || one.closest("h3") ? "row" : name(one);
        const classes = one.className?.toString().replace(/\\b(on|svelte-\\w+)\\b/g, "").trim();
        const key = [one.tagName, classes, kind, list, one.dataset.do || one.dataset.ev || ""].join("|");
        if (found[key]) continue;
        one.scrollIntoView({block: "nearest", inline: "nearest"});
        const box = one.getClientRects()[0];
        if (!box || box.width < 2 || box.height < 2) continue;
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (!top || !(one === top || one.contains(top))) continue;
        found[key] = one;
    }
    window.__found = found;
    return Object.keys(found);
}"""
# What a person sees: every visible element with its words, its place and its state, and where the focus has gone.
_SEEN = """() => {
    const shown = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const parts = [location.href, document.title];
    for (const one of document.querySelectorAll("html, body *")) {
        if (!shown(one)) continue;
        const box = one.getBoundingClientRect();
        const words = [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.textContent).join("");
        const kept = /^(aria-|open|class|lang|data-theme|data-size|placeholder)/;
        const state = [...one.attributes].filter(({name}) => kept.test(name))
            .map(({name, value}) => name + "=" + value).join(" ");
        parts.push([one.tagName, Math.round(box.x), Math.round(box.y), Math.round(box.width), words.trim(), state,
            "value" in one ? one.value : "", one.checked ?? ""].join("~"));
    }
    const focus = document.activeElement;
    parts.push(focus === document.body || focus === window.__touched ? "" : focus.tagName + focus.id + focus.className);
    return parts.join("\\n");
}"""


@dataclass
class Touching:
    """One page that is touched all over; ``start`` brings it to where the touching begins."""

    page: Page
    start: Callable[[], None]
    size: dict[str, object]
    language: str = "zh-Hans"
    done: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def all(self) -> None:
        """Touch whatever there is, what has just been opened first, until nothing new is left."""
        self.page.add_init_script(
            "window.print = () => { document.title = `printed ${Date.now()}`; }"
        )  # seen by nobody
        self.page.context.on("page", lambda other: self.opened.append(other.url))
        self.page.on("download", lambda file: self.opened.append(file.url))
        self.page.on("dialog", lambda dialog: (self.opened.append(dialog.message), dialog.accept()))
        self.page.on("filechooser", lambda _: self.opened.append("files"))
        self.start()
        fresh_start = True
        while len(self.done) < _MOST:
            key = next((one for one in self.page.evaluate(_CONTROLS) if one not in self.done), None)
            if key is None and fresh_start:
                break
            if key is None:
                self.start()
                fresh_start = True
                continue
            self.done.add(key)
            fresh_start = False
            self.touch(key)

    def touch(self, key: str) -> None:
        """Touch one control and see what comes of it."""
        page = self.page
        control = page.evaluate_handle("key => window.__touched = window.__found[key]", key).as_element()
        assert control is not None
        try:
            control.evaluate("one => one.focus?.()")
            if self.size is DESK:
                control.hover(timeout=10_000, force=True)
            before, opened = self.settled(), len(self.opened)
            if not control.evaluate("one => one.isConnected"):
                return  # its part was made anew meanwhile
            self.press(control)
        except Error as error:
            if "detached" in str(error) or "not attached" in str(error) or "Execution context" in str(error):
                return  # the page was made anew meanwhile
            self.dead.append(f"{key}: {error.message}")
            return
        if not self.changed(before, opened):
            self.dead.append(key)
        self.judge(key)

    def press(self, control) -> None:
        """A click, a tap, or another choice."""
        tag, kind = control.evaluate("one => [one.tagName, one.type]")
        if tag == "SELECT":
            control.evaluate(
                """one => { one.selectedIndex = (one.selectedIndex + 1) % one.options.length;
                    for (const event of ["input", "change"]) one.dispatchEvent(new Event(event, {bubbles: true})); }"""
            )
        elif self.size is DESK or kind in {"checkbox", "radio"}:
            control.click(timeout=10_000)
        else:
            control.tap(timeout=10_000)

    def settled(self) -> str:
        """What is seen once nothing moves."""
        seen = ""
        for _ in range(20):
            self.page.wait_for_timeout(80)
            now = self.page.evaluate(_SEEN)
            if now == seen:
                break
            seen = now
        return seen

    def changed(self, before: str, opened: int) -> bool:
        """Whether something is seen to happen; a page that is left is one."""
        for _ in range(_PATIENCE // 80):
            if len(self.opened) > opened:
                return True
            try:
                if self.page.evaluate(_SEEN) != before:
                    return True
            except Error:
                self.page.wait_for_load_state()
                return True
            self.page.wait_for_timeout(80)
        return False

    def judge(self, key: str) -> None:
        """What is said now must be true; elsewhere than at the start, go back there."""
        for other in self.page.context.pages[1:]:  # a page behind another one gets no taps
            other.close()
        self.page.bring_to_front()
        self.page.wait_for_timeout(150)
        self.page.wait_for_function("document.body")  # a page that was just gone to may have none yet
        words = self.page.evaluate("document.body.innerText")
        said = (
            message(one, language=self.language) for one in FALSE if not (one == "dc.off" and key.endswith("|withdraw"))
        )
        self.false += [f"{key}: {one}" for one in said if one in words]
        elsewhere = self.page.url.split("#")[0].split("?")[0].rstrip("/") != self.here
        if elsewhere or self.page.evaluate("document.documentElement.lang") != self.language:
            self.start()

    @property
    def here(self) -> str:
        return self._here

    _here: str = ""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Every page over real documents and a scripted assistant, without sign-in."""
    server = Server(DRAFTING, 0.02, tmp_path_factory.mktemp("touched"))
    yield server.address
    server.end()


def touch_all(
    page: Page, address: str, size: dict[str, object], prepare: Callable[[Page], None], language: str = "zh-Hans"
) -> Touching:
    """Touch all of one page, from where ``prepare`` leads."""

    def start() -> None:
        page.goto(address)
        page.evaluate("localStorage.clear()")
        page.goto("about:blank")
        page.goto(address)
        prepare(page)

    own = address.split("/")[2]
    page.context.route(lambda url: own not in url and url.startswith("http"), lambda route: route.abort())
    touching = Touching(page, start, size, language, _here=address.rstrip("/"))
    touching.all()
    print(
        json.dumps(
            {
                "touched": len(touching.done),
                "dead": touching.dead,
                "false": touching.false,
                "keys": sorted(touching.done),
            },
            ensure_ascii=False,
            indent=1,
        )
    )
    return touching


def spoken(look: dict[str, str]) -> str:
    """The language of the pages in a browser of this locale."""
    return next(language for locale, language in _LOOKS.values() if locale == look["locale"])


def chatting(page: Page) -> None:
    """An answer and a refusal in an open conversation."""
    expect(page.locator(".empty h2")).to_be_visible(timeout=30_000)
    ask(page, MEASURES)
    ask(page, REFUSED)


def opened(page: Page) -> None:
    """A page of staff once its parts are there, or the door."""
    part = page.locator("#dr-text, #review .queue, .dlist li, #evals h2, form [type=password]").first
    expect(part).to_be_visible(timeout=60_000)


@pytest.mark.full  # more than a minute each, and a page behind a busy queue may stand empty for half of one
@SIZES
@LOOKS
def test_every_control_of_the_chat_does_something_true(context, address, size, look):
    """Thread, evidence, source, drawer, sheet, menus and forms."""
    touching = touch_all(context(**size, **look), address, size, chatting, spoken(look))
    chosen = "INPUT||along||"  # what goes along with a hand-over: the default is chosen already
    assert [one for one in touching.dead if one != chosen] == []
    assert touching.false == []
    assert len(touching.done) > 30


@pytest.mark.full
@SIZES
@LOOKS
@pytest.mark.parametrize("path", ["draft", "review", "documents", "evals"])
def test_every_control_of_a_page_of_staff_does_something_true(context, whole, size, look, path):
    """Lists, filters, sheets and forms."""
    touching = touch_all(context(**size, **look), f"{whole}/{path}/", size, opened, spoken(look))
    assert touching.dead == []
    assert touching.false == []


@SIZES
def test_every_control_of_the_door_does_something_true(context, office, size):
    """The sign-in form and what stands around it."""
    touching = touch_all(context(**size), f"{office}/login", size, opened)
    assert touching.dead == []
