"""The documents' browser: loaded when it is looked at and not before, and what is tried in it goes to the world that is open."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Request, expect

from mockenv.client import Mockenv
from tests.dashboard.conftest import Person


def test_it_is_loaded_when_it_is_first_looked_at(person: Person) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    person.page.on("request", note)
    person.open("timeline")
    assert not [url for url in asked if "swagger" in url]
    person.page.get_by_role("link", name="Documents").click()
    expect(person.page.locator(".opblock").first).to_be_visible()
    assert sorted(url.rpartition("/")[2] for url in asked if "swagger" in url) == ["swagger-ui.css", "swagger-ui.js"]


@pytest.mark.parametrize(
    ("provider", "operation", "role"),
    [("vector", "listSites", "reader"), ("launchdarkly", "getProjects", "writer"), ("phase", "listApps", "owner")],
)
def test_what_is_tried_goes_to_the_open_world_with_its_token(person: Person, provider: str, operation: str, role: str) -> None:
    page = person.open(f"documents?provider={provider}")
    person.choose("Try it as", role)
    block = page.locator(f'.opblock[id$="-{operation}"]')
    block.locator(".opblock-summary-control").first.click()
    block.get_by_role("button", name="Execute", exact=True).click()
    expect(block.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    [entry] = person.sandbox.journal(operation=operation)
    assert entry["status"] == 200
    expect(block.locator(".curl")).to_contain_text(person.sandbox.tokens[provider][role])


def test_graphql_is_tried_there_too(person: Person) -> None:
    page = person.open("documents?provider=archie")
    block = page.locator(".opblock").filter(has_text="/graphql").first
    block.locator(".opblock-summary-control").first.click()
    block.get_by_role("button", name="Execute", exact=True).click()
    expect(block.locator(".live-responses-table .response-col_status").last).to_contain_text("200")


def test_it_is_sent_compressed_and_unpacked_for_who_cannot_read_that(mockenv_server: Mockenv) -> None:
    url = f"{mockenv_server.url}/_mockenv/ui/swagger-ui.css"
    packed = requests.get(url, headers={"Accept-Encoding": "gzip"}, timeout=10)
    plain = requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=10)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
