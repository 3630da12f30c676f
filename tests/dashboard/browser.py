"""A real Chromium, the system's, through Playwright; knows nothing of what it is shown."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


def find() -> str | None:
    """Where it is, if it is there."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def program() -> str:
    """The same; skips where there is none, which CI must have."""
    found = find()
    if found is None:
        assert not os.environ.get("CI"), "there is no Chromium: .ci/run installs it"
        pytest.skip("wants Chromium: apt-get install chromium")
    return found


@contextmanager
def browsing() -> Iterator[Browser]:
    """One browser with a profile of its own, gone afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def showing(browser: Browser, size: ViewportSize = DESK, *, dark: bool = False) -> Iterator[Page]:
    """A fresh page. Whatever it complains of (a script's error, something that its policy forbids) fails at the end."""
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.type, line.text) else None)
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def is_complaint(kind: str, text: str) -> bool:
    """A refused call is no defect of the page: it is told on it."""
    return kind in ("error", "warning") and not text.startswith("Failed to load resource")
