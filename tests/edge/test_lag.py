"""Lists that lag behind writes, for clients that believe in reading their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.conftest import Browser
from tests.providers.archie.conftest import GraphQL

SITES = "/api/v1/vector/sites"
ENVIRONMENTS = f"{SITES}/12345/environments"


@pytest.fixture
def lagging(mockenv_server: Mockenv) -> Iterator[Sandbox]:
    options = {"vector": {"list_lag": "10s"}, **{name: {"list_lag": "5s"} for name in ("phase", "launchdarkly", "archie")}}
    with mockenv_server.sandbox(clock="manual", options=options) as sandbox:
        yield sandbox


@pytest.fixture
def vector(lagging: Sandbox) -> Browser:
    return Browser(lagging, lagging.headers("vector"))


def names(vector: Browser) -> list[tuple[str, str]]:
    return [(one["name"], one["status"]) for one in vector("GET", ENVIRONMENTS).json()["data"]]


def test_a_list_shows_what_was_so_a_lag_ago_and_a_get_what_is(vector: Browser, lagging: Sandbox) -> None:
    vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"})
    assert names(vector) == []
    assert vector("GET", f"{ENVIRONMENTS}/a").status_code == 200
    lagging.advance("9s")
    assert names(vector) == []
    lagging.advance("1s")
    assert names(vector) == [("a", "pending")]
    lagging.advance("4s")
    assert names(vector) == [("a", "active")]


def test_what_was_deleted_is_listed_a_while_longer(vector: Browser, lagging: Sandbox) -> None:
    vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"})
    lagging.advance("1h")
    vector("DELETE", f"{ENVIRONMENTS}/a")
    lagging.advance("2s")
    assert vector("GET", f"{ENVIRONMENTS}/a").status_code == 404
    assert names(vector) == [("a", "active")]
    assert vector("GET", ENVIRONMENTS).json()["meta"]["total"] == 1
    lagging.advance("10s")
    assert names(vector) == []


def test_asking_for_a_list_changes_nothing(vector: Browser, lagging: Sandbox) -> None:
    vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"})
    before = lagging.resources()
    names(vector)
    assert lagging.resources() == before


def test_the_other_services_lists_lag_too(lagging: Sandbox) -> None:
    flags = Browser(lagging, lagging.headers("launchdarkly"))
    path = "/api/v2/projects/projectKey/environments"
    made = flags("POST", path, {"name": "n", "key": "new", "color": "000000"})
    assert made.status_code == 201
    assert flags("GET", path).json()["totalCount"] == 2
    phase = Browser(lagging, lagging.headers("phase"))
    app = "/v1/environments/?app_id=72b9ddd5-8fce-49ab-89d9-c431d53a9552"
    assert phase("POST", app, {"name": "canary"}).status_code == 201
    assert len(phase("GET", app).json()) == 3
    lagging.advance("5s")
    assert flags("GET", path).json()["totalCount"] == 3
    assert len(phase("GET", app).json()) == 4


def test_over_graphql_the_tree_and_the_list_lag_and_what_asks_for_one_environment_does_not(lagging: Sandbox) -> None:
    archie = GraphQL(lagging)
    archie.branch()
    listed = [[one["name"] for one in archie.environments()], [one["environment"]["name"] for one in archie.tree()["children"]]]
    assert listed == [["master"], []]
    assert archie.inside("staging")["securityConfig"]["corsOrigins"] == []
    lagging.advance("5s")
    assert [(one["name"], one["status"]) for one in archie.environments()] == [("master", "active"), ("staging", "branching")]
    assert archie.tree()["children"][0]["environment"]["status"] == "branching"
    lagging.advance("5s")
    assert archie.environment("staging")["status"] == "active"
    archie.delete()
    assert [archie.environment("staging")["status"], archie.tree()["children"][0]["environment"]["status"]] == ["active"] * 2
    lagging.advance("5s")
    assert (len(archie.environments()), archie.tree()["children"]) == (1, [])


def test_a_lag_that_is_no_duration_is_refused(mockenv_server: Mockenv) -> None:
    with pytest.raises(MockenvError, match="not a duration"):
        mockenv_server.sandbox(options={"vector": {"list_lag": "soon"}})
