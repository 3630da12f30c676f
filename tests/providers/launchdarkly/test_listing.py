"""Lists of environments: pages and their links, filters, sorts."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, make


def listed(ld: Browser, query: str = "") -> dict[str, Any]:
    reply = ld("GET", f"{ENVIRONMENTS}?{query}" if query else ENVIRONMENTS)
    assert reply.status_code == 200, reply.text
    page: dict[str, Any] = reply.json()
    return page


def keys(ld: Browser, query: str) -> list[str]:
    return [one["key"] for one in listed(ld, query)["items"]]


def hrefs(page: dict[str, Any]) -> dict[str, str]:
    assert all(link["type"] == "application/json" for link in page["_links"].values())
    return {name: link["href"].removeprefix(ENVIRONMENTS) for name, link in page["_links"].items()}


def test_a_single_page_has_only_itself_and_its_parent(ld: Browser) -> None:
    page = listed(ld)
    assert list(page) == ["_links", "totalCount", "items"]
    assert hrefs(page) == {"parent": PROJECT, "self": "?limit=20"}
    assert page["totalCount"] == 2
    assert page["items"][0] == ld("GET", f"{ENVIRONMENTS}/test").json()


def test_the_recorded_links_of_two_pages_of_one(ld: Browser) -> None:
    first, last = listed(ld, "limit=1"), listed(ld, "limit=1&offset=1")
    assert (first["totalCount"], len(first["items"])) == (2, 1)
    assert hrefs(first) == {"parent": PROJECT, "self": "?limit=1", "next": "?limit=1&offset=1", "last": "?limit=1&offset=1"}
    assert hrefs(last) == {"parent": PROJECT, "self": "?limit=1&offset=1", "first": "?limit=1", "prev": "?limit=1"}


def test_a_page_in_the_middle_has_all_four(ld: Browser) -> None:
    for number in range(5):
        make(ld, f"env-{number}")
    assert hrefs(listed(ld, "limit=2&offset=4")) == {
        "parent": PROJECT,
        "self": "?limit=2&offset=4",
        "first": "?limit=2",
        "prev": "?limit=2&offset=2",
        "next": "?limit=2&offset=6",
        "last": "?limit=2&offset=6",
    }


def test_beyond_the_end_there_is_an_empty_page_that_leads_back(ld: Browser) -> None:
    page = listed(ld, "limit=1&offset=9")
    assert (page["items"], page["totalCount"]) == ([], 2)
    assert hrefs(page) == {"parent": PROJECT, "self": "?limit=1&offset=9", "first": "?limit=1", "prev": "?limit=1&offset=1"}
    assert set(hrefs(listed(ld, "filter=query:nothing&offset=1"))) == {"parent", "self"}


def test_twenty_on_a_page_unless_asked_otherwise(ld: Browser) -> None:
    for number in range(25):
        make(ld, f"env-{number}")
    assert len(listed(ld)["items"]) == 20
    assert len(listed(ld, "limit=1000")["items"]) == 27


def test_following_next_walks_all_that_match_and_keeps_filter_and_sort(ld: Browser) -> None:
    for number in range(7):
        make(ld, f"env-{number}", tags=["a", "b"] if number % 2 else ["a"])
    path, seen = f"{ENVIRONMENTS}?filter=tags:a%2Bb,query:env&sort=-name&limit=2", []
    while path:
        page = ld("GET", path).json()
        seen += [one["key"] for one in page["items"]]
        assert page["totalCount"] == 3
        path = page["_links"].get("next", {}).get("href", "")
        if path:
            assert parse_qs(urlsplit(path).query)["filter"] == ["tags:a+b,query:env"]
    assert seen == ["env-5", "env-3", "env-1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter=query:ALPHA", ["a1", "a2"]),
        ("filter=query:A1", ["a1"]),
        ("filter=query:two", ["a2"]),
        ("filter=tags:web", ["a1", "a2"]),
        ("filter=tags:WEB%2Bops", ["a2"]),
        ("filter=tags:web+ops", []),
        ("filter=critical:true", ["production", "a2"]),
        ("filter=critical:false", ["test", "a1", "b1"]),
        ("filter=critical:TRUE,query:alpha", ["a2"]),
        ("filter=query:alpha,tags:web,tags:ops", ["a2"]),
        ("filter=query:alpha,query:one", ["a1"]),
        ("filter=critical:true,critical:false", []),
        ("filter=", ["test", "production", "a1", "a2", "b1"]),
        ("filter=query:", ["test", "production", "a1", "a2", "b1"]),
        ("sort=name", ["a1", "a2", "b1", "production", "test"]),
        ("sort=-name", ["test", "production", "b1", "a2", "a1"]),
        ("sort=-createdOn", ["b1", "a2", "a1", "production", "test"]),
        ("sort=createdOn", ["test", "production", "a1", "a2", "b1"]),
        ("sort=critical", ["test", "a1", "b1", "production", "a2"]),
        ("sort=-critical,-createdOn", ["a2", "production", "b1", "a1", "test"]),
        ("sort=-critical&limit=2", ["production", "a2"]),
        ("sort=-createdOn&limit=2&offset=1", ["a2", "a1"]),
        ("filter=query:alpha&sort=-createdOn", ["a2", "a1"]),
    ],
)
def test_filters_and_sorts(ld: Browser, query: str, found: list[str]) -> None:
    make(ld, "a1", name="Alpha one", tags=["web"])
    make(ld, "a2", name="Alpha two", tags=["ops", "Web"], critical=True)
    make(ld, "b1", name="Beta")
    ld("POST", "/api/v2/projects/my-project/environments", {"name": "Alpha", "key": "a1", "color": "aaaaaa", "tags": ["web"]})
    assert keys(ld, query) == found


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "offset=-1", "offset=x", "limit=1.5", "sort=key", "sort=-", "sort=-_id",
        "filter=name:x", "filter=query", "filter=critical:maybe", "filter=critical:", "filter=:x", "filter=query:a,nix:b",
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(ld: Browser, query: str) -> None:
    refused = ld("GET", f"{ENVIRONMENTS}?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request"), refused.text


def test_the_project_is_looked_for_before_the_query_is_read(ld: Browser) -> None:
    refused = ld("GET", "/api/v2/projects/nix/environments?limit=x")
    assert (refused.status_code, refused.json()["message"]) == (404, "Unknown project key nix")
