"""What the dashboard shows, in a real browser: requests and why they were answered so, resources, thousands of lanes, what strangers wrote."""

from __future__ import annotations

import json

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from mockenv.client import Mockenv, Sandbox
from tests.control.conftest import ENVIRONMENTS, SITES
from tests.dashboard.browser import PHONE, showing
from tests.dashboard.conftest import Person

VIEWS = ("timeline", "requests", "resources", "deliveries", "agenda", "trouble", "send", "documents")
LANES = 5_000


def ask(person: Person, method: str, path: str, body: object = None, **headers: str) -> requests.Response:
    """As a client of the world."""
    all_headers = person.sandbox.headers("vector") | headers
    return requests.request(method, f"{person.sandbox.url}{path}", json=body, headers=all_headers, timeout=20)


def test_requests_appear_as_they_come_and_are_filtered(person: Person) -> None:
    page = person.open("requests")
    expect(page.get_by_text("No request has come yet.")).to_be_visible()
    ask(person, "GET", SITES)
    ask(person, "GET", f"{SITES}/1")
    rows = page.locator("table.requests tbody tr")
    expect(rows).to_have_count(2)
    person.choose("Status", "4xx")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("getSite")
    person.choose("Status", "5xx")
    expect(page.locator(".empty")).to_contain_text("Nearest")
    expect(page.locator(".empty")).to_contain_text("status is 404, not 5xx")


def test_a_request_tells_both_sides_and_why_it_was_answered_so(person: Person) -> None:
    person.sandbox.add_fault({"provider": "vector", "operation": "createSite", "effect": {"status": 503}})
    ask(person, "POST", ENVIRONMENTS, {"name": "x", "php_version": "3.0", "password": "hunter2"})
    page = person.open("requests?number=1")
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("answered here")
    expect(panel.locator("[data-passed=here]")).to_contain_text("behave")
    expect(panel).to_contain_text("request php_version")
    expect(panel).to_contain_text("fault-1: operation is 'createEnvironment', not 'createSite'")
    expect(panel.get_by_label("Request body")).to_contain_text("[redacted]")
    expect(panel).not_to_contain_text("hunter2")
    expect(panel.get_by_label("Reply body")).to_contain_text("errors")


def test_a_request_is_copied_as_curl_and_as_har_and_made_a_fault(person: Person) -> None:
    ask(person, "POST", ENVIRONMENTS, {"name": "x", "php_version": "8.3"})
    page = person.open("requests?number=1")
    panel = page.get_by_role("complementary")
    panel.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("Copy as curl: copied")).to_be_visible()
    assert "createEnvironment" not in (line := page.evaluate("navigator.clipboard.readText()"))
    assert f"{person.sandbox.url}{ENVIRONMENTS}" in line
    assert person.sandbox.tokens["vector"]["owner"] in line
    panel.get_by_role("button", name="Copy as HAR").click()
    expect(page.get_by_text("Copy as HAR: copied")).to_be_visible()
    har = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert [one["request"]["method"] for one in har["log"]["entries"]] == ["POST"]
    panel.get_by_role("link", name="Make a fault of this").click()
    person.press("Make it so")
    expect(page.locator(".cards li")).to_contain_text("operation createEnvironment")
    assert ask(person, "POST", ENVIRONMENTS, {"name": "y", "php_version": "8.3"}).status_code == 503


def test_a_resource_shows_its_document_and_history_and_its_status_is_forced(person: Person) -> None:
    resource = person.create()
    person.sandbox.advance_until_idle()
    page = person.open("resources?provider=vector&kind=environment")
    page.get_by_role("link", name=resource).click()
    panel = page.get_by_role("complementary")
    expect(panel.get_by_label("Document")).to_contain_text('"status": "active"')
    expect(panel).to_contain_text("finalizing: done")
    panel.get_by_label("Status to force").select_option("failed")
    panel.get_by_role("button", name="Force status").click()
    expect(panel.get_by_label("Document")).to_contain_text('"status": "failed"')


def test_the_agenda_tells_what_is_due_and_what_follows(person: Person) -> None:
    person.create()
    page = person.open("agenda")
    row = page.locator("tbody tr")
    expect(row).to_contain_text("creating_infrastructure")
    expect(row).to_contain_text("configuring_database, ")


def test_what_a_stranger_wrote_is_text_and_nothing_else(person: Person) -> None:
    evil = "<img src=x onerror=document.title='owned'>"
    ask(person, "GET", f"{SITES}/{evil}", **{"X-Evil": evil})
    ask(person, "POST", SITES, {"partner_customer_id": evil, "name": evil, "dev_php_version": "8.3"})
    for view in ("timeline", "requests?number=1", "requests?number=2", "resources?provider=vector"):
        page = person.open(view)
        expect(page.locator("main")).not_to_be_empty()
        assert page.locator("main img").count() == 0
    page.get_by_role("link", name="vector/site/").last.click()
    expect(page.get_by_label("Document")).to_contain_text(evil)
    assert "owned" not in page.title()


def crowd(server: Mockenv) -> Sandbox:
    """A world with thousands of sites."""
    sites = [
        {"id": 10 + one, "partner_customer_id": "c", "name": "s", "dev_domain": f"d{one}.vectorpages.com"} for one in range(LANES)
    ]
    return server.sandbox(fixture={"vector": {"sites": sites}}, clock="manual")


def test_of_thousands_of_lanes_only_those_in_view_are_drawn(page: Page, mockenv_server: Mockenv) -> None:
    person = Person(page, crowd(mockenv_server))
    person.open()
    page.get_by_label("only what moved").uncheck()
    expect(page.get_by_test_id("lane-count")).to_contain_text("lanes")
    assert int(page.get_by_test_id("lane-count").inner_text().split()[0]) >= LANES
    assert page.locator(".lane[data-lane]").count() < 60
    page.locator(".lanes").evaluate("box => box.scrollTop = box.scrollHeight")
    last = page.locator(f'.lane[data-lane="vector/site/{9 + LANES}"]')
    expect(last).to_be_attached()
    assert page.locator(".lane[data-lane]").count() < 60
    page.get_by_role("searchbox", name="Lanes").fill("site/4711")
    expect(page.locator(".lane[data-lane]")).to_have_count(1)
    person.sandbox.drop()


def test_a_burst_of_requests_is_told_as_far_as_it_can_be_and_the_page_goes_on(person: Person) -> None:
    page = person.open("requests")
    with requests.Session() as session:
        session.headers.update(person.sandbox.headers("vector"))
        for _ in range(600):
            session.get(f"{person.sandbox.url}{SITES}", timeout=20)
    ask(person, "GET", f"{SITES}/12345")
    expect(page.locator("table.requests tbody tr").first).to_contain_text("getSite")
    assert person.sandbox.journal(limit=1)[0]["number"] == 601


def test_a_world_that_goes_is_told_to_be_gone(page: Page, mockenv_server: Mockenv) -> None:
    person = Person(page, mockenv_server.sandbox())
    person.open()
    person.sandbox.drop()
    expect(page.get_by_text("This world is gone.")).to_be_visible()


def test_a_reset_empties_the_page(person: Person) -> None:
    person.create()
    person.open()
    expect(person.bars("running")).to_have_count(1)
    person.sandbox.reset()
    expect(person.page.get_by_text("Nothing has moved here yet.")).to_be_visible()


def test_keys_change_the_view_and_move_the_clock(person: Person) -> None:
    person.create()
    page = person.open("agenda")
    page.keyboard.press("n")
    expect(page.locator("tbody tr")).to_contain_text("configuring_database")
    page.keyboard.press("1")
    expect(page.get_by_role("region", name="Lanes")).to_be_visible()
    page.keyboard.press("i")
    expect(page.locator(".lane[data-lane] .status")).to_have_text("active")


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_phone(browser: Browser, mockenv_server: Mockenv, view: str) -> None:
    with showing(browser, PHONE) as page, mockenv_server.sandbox(clock="manual") as sandbox:
        person = Person(page, sandbox)
        ask(person, "POST", ENVIRONMENTS, {"name": "x", "php_version": "8.3"})
        person.open(view)
        expect(page.locator("main > section")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
