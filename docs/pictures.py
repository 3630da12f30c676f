"""The dashboard's pictures in docs/pictures, taken of a real browser whenever the dashboard's files have changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import requests
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from mockenv.client import Mockenv, Sandbox
from mockenv.control.dashboard import FOLDER
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.dashboard.browser import PHONE, browsing, find, showing
from tests.runtime.receiver import receiving

PICTURES = Path(__file__).parent / "pictures"
STAMP = PICTURES / "drawn-from.txt"
DESK: ViewportSize = {"width": 1100, "height": 600}
COLOURS = 128
"""Enough for flat areas and the edges of letters; a picture is then a third as large."""
PORT = 6368
SITE = "/api/v1/vector/sites/12345"
PRINTED = """port => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(location.port, port);
}"""
"""Whatever port it was, the usual one is printed."""


def stamp() -> str:
    """What the pictures are of."""
    return sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.iterdir()))).hexdigest()[:16] + "\n"


def draw_pictures() -> list[str]:
    """The names of those that were drawn anew; none where they are of this dashboard, or where there is no browser."""
    if STAMP.exists() and STAMP.read_text() == stamp():
        return []
    if find() is None:
        print("the dashboard's pictures are not of this dashboard: drawing them wants Chromium")
        return []
    PICTURES.mkdir(exist_ok=True)
    with world() as sandbox, browsing() as browser:
        names = [draw(browser, sandbox) for draw in DRAWN]
    STAMP.write_text(stamp())
    return names


@contextmanager
def world() -> Iterator[Sandbox]:
    """A world in which much has happened: environments on their way, one failed, one held, a webhook that is refused once."""
    running = ThreadedServer(Settings(port=0, log_level="critical", seed=7, clock="manual")).start()
    try:
        with receiving() as receiver:
            receiver.answer = lambda request: 500 if len(receiver.got) == 1 else 204
            server = Mockenv(running.url)
            server.sandbox("checkout-tests", clock="manual", seed=1)
            server.sandbox("nightly", clock="manual", seed=2, scenario="cdn-fails")
            fill(server.get(), receiver.url)
            yield server.get()
    finally:
        running.stop()


def fill(sandbox: Sandbox, receiver: str) -> None:
    ask(sandbox, "/api/v1/vector/webhooks", {"url": receiver, "events": ["vector.environment.created"]})
    sandbox.fault({"fail": "the CDN did not answer"}, resource="environment", step="configuring_cdn", times=1)
    for number, name in enumerate(("production", "staging", "preview-1", "preview-2", "preview-3")):
        domain = {"custom_domain": "www.example.com"} if number == 1 else {}
        ask(sandbox, f"{SITE}/environments", {"name": name, "php_version": "8.3", "is_production": number == 0} | domain)
        sandbox.advance("800ms")
    sandbox.hold("deploying_application", "vector/environment/67893")
    ask(sandbox, f"{SITE}/environments", {"name": "x", "php_version": "3.0"})
    sandbox.advance("1200ms")


def ask(sandbox: Sandbox, path: str, body: dict[str, object]) -> None:
    requests.post(f"{sandbox.url}{path}", json=body, headers=sandbox.headers("vector"), timeout=20)


def take(page: Page, name: str) -> str:
    page.evaluate(PRINTED, str(PORT))
    picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)
    return name


@contextmanager
def looking(browser: Browser, sandbox: Sandbox, view: str, size: ViewportSize = DESK, *, dark: bool = False) -> Iterator[Page]:
    with showing(browser, size, dark=dark) as page:
        page.goto(f"{sandbox.server.url}/#/{sandbox.name}/{view}" if view else sandbox.server.url)
        page.locator("main > section").wait_for()
        page.wait_for_load_state("networkidle") if not view else page.locator(".live[data-state=live]").wait_for()
        yield page


def draw_worlds(browser: Browser, sandbox: Sandbox) -> str:
    with looking(browser, sandbox, "") as page:
        page.get_by_role("link", name="nightly").wait_for()
        return take(page, "worlds.png")


def draw_timeline(browser: Browser, sandbox: Sandbox) -> str:
    with looking(browser, sandbox, "timeline") as page:
        return take(page, "timeline.png")


def draw_pulled_clock(browser: Browser, sandbox: Sandbox) -> str:
    with looking(browser, sandbox, "timeline?resource=vector/environment/67891") as page:
        page.get_by_label("Document").first.wait_for()
        handle = page.get_by_role("slider")
        for _ in range(6):
            handle.press("ArrowRight")
        return take(page, "clock.png")


def draw_request(browser: Browser, sandbox: Sandbox) -> str:
    with looking(browser, sandbox, "requests?number=7") as page:
        page.locator(".stages").wait_for()
        return take(page, "request.png")


def draw_faults(browser: Browser, sandbox: Sandbox) -> str:
    with looking(browser, sandbox, "trouble?target=step&provider=vector&resource=environment&step=configuring_database") as page:
        return take(page, "faults.png")


def draw_deliveries(browser: Browser, sandbox: Sandbox) -> str:
    with looking(browser, sandbox, "deliveries") as page:
        page.get_by_role("link", name="Delivery 1", exact=True).click()
        page.get_by_role("complementary").wait_for()
        page.get_by_role("complementary").get_by_role("link").first.wait_for()
        return take(page, "webhook.png")


def draw_phone(browser: Browser, sandbox: Sandbox) -> str:
    with looking(browser, sandbox, "timeline", PHONE, dark=True) as page:
        return take(page, "phone.png")


DRAWN: tuple[Callable[[Browser, Sandbox], str], ...] = (
    draw_worlds,
    draw_timeline,
    draw_pulled_clock,
    draw_request,
    draw_faults,
    draw_deliveries,
    draw_phone,
)
