"""Servers in processes of their own, a Chromium, and pages whose script faults fail the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.serving import DAFU, SCRIPTED, Server


@pytest.fixture
def own_server() -> Iterator[Callable[..., Server]]:
    """Starts a scripted server that a test may end itself; what is left is killed, whatever it is in the midst of."""
    running = []

    def start(pause: float, home: Path, *users: str) -> Server:
        running.append(Server(SCRIPTED, pause, home, *users))
        return running[-1]

    yield start
    for server in running:
        server.kill()


@pytest.fixture(scope="session")
def scripted_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Starts a server over the scripted assistant, with a pause between the steps of an answer and these users."""
    running = []

    def start(pause: float, *users: str, home: Path | None = None) -> str:
        running.append(Server(SCRIPTED, pause, home or tmp_path_factory.mktemp("home"), *users))
        return running[-1].address

    yield start
    for server in running:
        server.end()


@pytest.fixture(scope="session")
def address(scripted_server: Callable[..., str]) -> str:
    """The page without sign-in, quick."""
    return scripted_server(0.02)


@pytest.fixture(scope="session")
def slow_address(scripted_server: Callable[..., str]) -> str:
    """The page without sign-in, with time to look between two steps."""
    return scripted_server(0.8)


@pytest.fixture(scope="session")
def office_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="session")
def office(scripted_server: Callable[..., str], office_home: Path) -> str:
    """The page with an administrator, a member of staff and two representatives."""
    return scripted_server(
        0.02, "root:admin", "wang:staff", "li:representative", "zhao:representative", home=office_home
    )


@pytest.fixture(scope="session")
def real_address(real_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``dafu serve`` as a person starts it, over the bundled documents."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(real_home, home)
    server = Server(DAFU, "serve", "--home", home, "--port", 0)
    yield server.address
    server.end()


expect.set_options(timeout=60_000)  # of every test: a busy machine takes its time, and what comes late is still right


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Makes a page in a fresh context; a fault in the page's own script fails the test."""
    contexts, faults = [], []

    def make(**options: object) -> Page:
        made = chromium.new_context(**({"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"} | options))
        made.set_default_timeout(30_000)
        contexts.append(made)
        page = made.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield make
    for made in contexts:
        made.close()
    assert faults == []


@pytest.fixture
def open_page(context: Callable[..., Page], address: str) -> Callable[..., Page]:
    """Opens the page in a fresh context."""

    def open_at(where: str = address, **options: object) -> Page:
        page = context(**options)
        page.goto(where)
        expect(page.locator(".empty h2")).to_be_visible(timeout=30_000)
        return page

    return open_at
