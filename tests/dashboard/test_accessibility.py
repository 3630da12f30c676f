"""What axe-core says of every view, in light and dark: nothing serious."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from mockenv.client import Mockenv
from tests.control.conftest import ENVIRONMENTS
from tests.dashboard.browser import showing
from tests.dashboard.conftest import Person
from tests.dashboard.test_seeing import VIEWS, ask

SERIOUS = ("serious", "critical")


def findings(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in violations if one["impact"] in SERIOUS for node in one["nodes"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_is_found_in_any_view(browser: Browser, mockenv_server: Mockenv, dark: bool) -> None:
    with showing(browser, dark=dark) as page, mockenv_server.sandbox(clock="manual") as sandbox:
        person = Person(page, sandbox)
        resource = person.create()
        sandbox.add_fault({"resource": "environment", "step": "configuring_cdn", "effect": {"fail": "no"}})
        sandbox.hold("deploying_application")
        ask(person, "POST", ENVIRONMENTS, {"name": "x"})
        sandbox.advance("2s")
        found = {}
        for view in (*VIEWS, f"timeline?resource={resource}", "requests?number=1", f"resources?resource={resource}"):
            person.open(view)
            expect(page.locator("main > section")).to_be_visible()
            if view == "documents":
                page.locator(".opblock-summary-control").first.click()
                page.get_by_role("button", name="Execute", exact=True).click()
                expect(page.locator(".live-responses-table")).to_be_visible()
            found[view] = findings(page)
        page.goto(mockenv_server.url)
        page.get_by_role("button", name="New world").click()
        found["worlds"] = findings(page)
        assert {view: problems for view, problems in found.items() if problems} == {}
