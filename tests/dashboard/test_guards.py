"""Who may look: a foreign page reads nothing, a token is asked for where there is one, and nothing from outside is loaded."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from playwright.sync_api import Page, expect

from mockenv.client import Mockenv
from mockenv.control import dashboard
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings

MOST = 200 << 10
VENDORED_BROWSER = ("swagger-ui.js", "swagger-ui.css")


@contextmanager
def foreign_site() -> Iterator[str]:
    """An innocent page of another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>kittens</title>")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


READ = """async url => { try { return await (await fetch(url)).text() } catch (error) { return "refused" } }"""
LOAD = """url => new Promise(done => {
  const script = Object.assign(document.createElement("script"), {src: url, onload: () => done("loaded"), onerror: () => done("refused")});
  document.head.append(script);
})"""
FRAME = """url => new Promise(done => {
  const frame = Object.assign(document.createElement("iframe"), {src: url, onload: () => done(frame.contentDocument ? "blank" : "foreign")});
  document.body.append(frame);
})"""


@pytest.mark.parametrize("path", ["sandboxes", "sandboxes/default", "sandboxes/default/stream", "catalogue", "ui", "ui/app.js"])
def test_a_foreign_page_can_read_nothing(browser_page: Page, mockenv_server: Mockenv, path: str) -> None:
    with foreign_site() as site:
        browser_page.goto(site)
        assert browser_page.evaluate(READ, f"{mockenv_server.url}/_mockenv/{path}") == "refused"


def test_a_foreign_page_can_load_no_script_of_it(browser_page: Page, mockenv_server: Mockenv) -> None:
    with foreign_site() as site:
        browser_page.goto(site)
        assert browser_page.evaluate(LOAD, f"{mockenv_server.url}/_mockenv/ui/app.js") == "refused"


@pytest.fixture
def browser_page(browser: object) -> Iterator[Page]:
    """A page whose complaints are what is wanted."""
    from playwright.sync_api import Browser

    assert isinstance(browser, Browser)
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    running = ThreadedServer(Settings(port=0, admin_token="let-me-in", log_level="warning")).start()
    try:
        yield running.url
    finally:
        running.stop()


def test_the_page_asks_for_the_admin_token_until_it_is_right(page: Page, guarded: str) -> None:
    page.goto(guarded)
    dialog = page.get_by_role("dialog", name="Admin token")
    dialog.get_by_label("Token").fill("wrong")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_contain_text("is not it")
    dialog.get_by_label("Token").fill("let-me-in")
    dialog.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="default", exact=True).click()
    expect(page.locator(".live")).to_have_text("live")


@pytest.mark.parametrize("path", ["/", "/_mockenv", "/_mockenv/ui", "/_mockenv/ui/"])
def test_a_browser_gets_the_dashboard_and_its_policy_is_strict(mockenv_server: Mockenv, path: str) -> None:
    reply = requests.get(f"{mockenv_server.url}{path}", headers={"Accept": "text/html,*/*"}, timeout=5)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "app.js" in reply.text
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_what_is_no_browser_gets_words_at_the_front_door(mockenv_server: Mockenv) -> None:
    reply = requests.get(mockenv_server.url, timeout=5)
    assert "/_mockenv/routes" in reply.text
    assert "<script" not in reply.text
    assert reply.headers["Vary"] == "Accept"


def test_no_file_names_a_place_outside_and_none_has_a_script_or_style_within(mockenv_server: Mockenv) -> None:
    for name in dashboard.names():
        reply = requests.get(f"{mockenv_server.url}/_mockenv/ui/{name}", timeout=5)
        assert reply.status_code == 200
        if name.endswith(".html"):
            assert "<style" not in reply.text
            assert "style=" not in reply.text
            assert reply.text.count("<script") == reply.text.count('<script type="module" src="/_mockenv/ui/')
        if name not in VENDORED_BROWSER and name.endswith((".html", ".css", ".js")) and name != "preact.js":
            assert "https://" not in reply.text, name


def test_a_file_that_the_browser_has_is_not_sent_again(mockenv_server: Mockenv) -> None:
    url = f"{mockenv_server.url}/_mockenv/ui/app.js"
    tag = requests.get(url, timeout=5).headers["ETag"]
    again = requests.get(url, headers={"If-None-Match": tag}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fguard.py", "%2e%2e/guard.py", "app.js.gz"])
def test_only_its_own_files_are_given_out(mockenv_server: Mockenv, name: str) -> None:
    reply = requests.get(f"{mockenv_server.url}/_mockenv/ui/{name}", timeout=5)
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "application/problem+json")


def test_it_is_small() -> None:
    paths = [path for path in dashboard.FOLDER.iterdir() if not path.name.startswith("swagger-ui")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in paths) < MOST
