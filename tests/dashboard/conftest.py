"""A browser for each module, a page and a world for each test, and the person who uses them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mockenv.client import Sandbox
from tests.dashboard.browser import browsing, showing

expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with showing(browser) as page:
        yield page


class Person:
    """Somebody who looks at one world."""

    def __init__(self, page: Page, sandbox: Sandbox) -> None:
        self.page, self.sandbox = page, sandbox

    def open(self, view: str = "timeline") -> Page:
        """A view of the world, once it is live."""
        self.page.goto(f"{self.sandbox.server.url}/#/{self.sandbox.name}/{view}")
        expect(self.page.locator(".live")).to_have_text("live")
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(option)

    def bars(self, state: str) -> Locator:
        return self.page.locator(f".lanes .bar[data-state={state}]")

    def create(self) -> str:
        """An environment, through the page alone: its resource name."""
        self.open("send?provider=vector&operation=createEnvironment")
        self.press("Send")
        expect(self.page.locator(".reply .status")).to_have_text("201")
        return str(self.sandbox.resources(kind="environment", provider="vector")[-1]["name"])


@pytest.fixture
def person(page: Page, mockenv: Sandbox) -> Person:
    return Person(page, mockenv)
