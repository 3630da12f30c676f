"""Ten things that a newcomer wants, one after the other in one sitting, and how many clicks each takes: docs/dashboard.md says so."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from mockenv.client import Mockenv
from tests.processes import ROOT

COUNTING = """
addEventListener("click", (event) => {
  if (event.isTrusted && event.detail !== 0) sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks") ?? 0) + 1);
}, true);
"""
"""A press of a key that a page takes for a click has no `detail`."""
ROW = re.compile(r"^\| (.+?) \| (\d+) \|$", re.MULTILINE)
WORLD, FORK = "ten", "ten-fork"


class Sitting:
    """Somebody new, with the page as it opens. Each thing begins where the one before it has ended."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("complementary")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def clicks(self) -> int:
        return int(self.page.evaluate("Number(sessionStorage.getItem('clicks') ?? 0)"))

    def make_a_world(self) -> None:
        self.press("New world")
        self.page.get_by_label("Name").fill(WORLD)
        self.press("Make it")
        expect(self.page.get_by_text("Nothing has moved here yet.")).to_be_visible()

    def create_an_environment(self) -> None:
        self.follow("Create an environment")
        self.press("Send")
        expect(self.page.locator(".reply .status")).to_have_text("201")

    def watch_its_next_step(self) -> None:
        self.follow("Timeline")
        self.press("Next")
        expect(self.page.locator(".lanes .bar[data-state=done]")).to_have_count(1)

    def break_the_step_under_way(self) -> None:
        self.page.locator(".lane[data-lane] button.label").first.click()
        self.panel.get_by_role("link", name="Break…").first.click()
        self.press("Make it so")
        expect(self.page.locator(".cards li")).to_contain_text("fail")

    def see_it_fail(self) -> None:
        self.follow("Timeline")
        self.press("Until idle")
        expect(self.page.locator(".lane[data-lane] .status").first).to_have_text("failed")

    def see_why_a_request_was_answered_so(self) -> None:
        self.follow("Requests")
        self.page.locator("main table a").first.click()
        expect(self.panel).to_contain_text("answered here")

    def copy_it_as_curl(self) -> None:
        self.press("Copy as curl")
        expect(self.page.get_by_text("Copy as curl: copied")).to_be_visible()
        assert self.page.evaluate("navigator.clipboard.readText()").startswith("curl")

    def have_it_fail_the_next_time(self) -> None:
        self.follow("Make a fault of this")
        self.press("Make it so")
        expect(self.page.locator(".cards li")).to_have_count(2)

    def fork_the_world_as_it_is(self) -> None:
        self.follow("Worlds")
        self.press(f"Fork {WORLD}")
        self.press("Fork")
        expect(self.page.locator(".where b")).to_have_text(FORK)

    def begin_anew(self) -> None:
        self.follow("Worlds")
        self.press(f"Reset {WORLD}")
        self.page.get_by_role("dialog").get_by_role("button", name="Reset", exact=True).click()
        expect(self.page.get_by_role("status").last).to_contain_text(f"{WORLD} is")


TASKS = (
    Sitting.make_a_world,
    Sitting.create_an_environment,
    Sitting.watch_its_next_step,
    Sitting.break_the_step_under_way,
    Sitting.see_it_fail,
    Sitting.see_why_a_request_was_answered_so,
    Sitting.copy_it_as_curl,
    Sitting.have_it_fail_the_next_time,
    Sitting.fork_the_world_as_it_is,
    Sitting.begin_anew,
)


def printed() -> dict[str, int]:
    told = (ROOT / "docs" / "dashboard.md").read_text().partition("| in one sitting | clicks |")[2].partition("\n\n")[0]
    return {task: int(clicks) for task, clicks in ROW.findall(told)}


def test_each_of_ten_things_takes_as_many_clicks_as_the_page_says(page: Page, mockenv_server: Mockenv) -> None:
    page.add_init_script(COUNTING)
    page.goto(mockenv_server.url)
    sitting, taken = Sitting(page), {}
    try:
        for task in TASKS:
            before = sitting.clicks()
            task(sitting)
            taken[task.__name__.replace("_", " ")] = sitting.clicks() - before
    finally:
        for name in {one["name"] for one in mockenv_server.sandboxes()} & {WORLD, FORK}:
            mockenv_server.get(name).drop()
    assert taken == printed()
