"""Projects: their defaults, their environments inline, expanded and cascading, and JSON Patch on them."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, make, replace

PROJECTS = "/api/v2/projects"


def project(ld: Browser, key: str = "p", **more: Any) -> dict[str, Any]:
    reply = ld("POST", PROJECTS, {"name": key.title(), "key": key, **more})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def keys(ld: Browser, query: str) -> list[str]:
    reply = ld("GET", f"{PROJECTS}?{query}")
    assert reply.status_code == 200, reply.text
    return [one["key"] for one in reply.json()["items"]]


def test_without_environments_there_are_test_and_production(ld: Browser) -> None:
    made = project(ld)
    assert list(made)[-1] == "environments"
    test, production = made["environments"]
    careful = ("requireComments", "confirmChanges", "critical")
    assert (test["key"], test["name"], test["color"], [test[name] for name in careful]) == ("test", "Test", "F5A623", [False] * 3)
    assert (production["key"], production["name"], production["color"]) == ("production", "Production", "417505")
    assert [production[name] for name in careful] == [True] * 3


def test_a_project_has_every_member_and_three_links(ld: Browser) -> None:
    project(ld, tags=["b", "a"])
    shown = ld("GET", f"{PROJECTS}/p").json()
    id = shown.pop("_id")
    assert len(id) == 24
    assert shown == {
        "_links": {
            "environments": {"href": "/api/v2/projects/p/environments", "type": "application/json"},
            "flagDefaults": {"href": "/api/v2/projects/p/flag-defaults", "type": "application/json"},
            "self": {"href": "/api/v2/projects/p", "type": "application/json"},
        },
        "key": "p",
        "includeInSnippetByDefault": False,
        "defaultClientSideAvailability": {"usingMobileKey": False, "usingEnvironmentId": False},
        "name": "P",
        "tags": ["a", "b"],
        "requireViewAssociationForNewFlags": False,
        "requireViewAssociationForNewSegments": False,
    }


def test_environments_are_an_array_after_a_change_a_collection_when_expanded_and_else_absent(ld: Browser) -> None:
    assert isinstance(project(ld)["environments"], list)
    assert isinstance(ld("PATCH", f"{PROJECTS}/p", []).json()["environments"], list)
    assert "environments" not in ld("GET", f"{PROJECTS}/p").json()
    expanded = ld("GET", f"{PROJECTS}/p?expand=environments").json()["environments"]
    assert expanded == ld("GET", f"{PROJECTS}/p/environments").json()
    assert "environments" not in ld("GET", PROJECTS).json()["items"][0]
    assert ld("GET", f"{PROJECTS}?expand=environments").json()["items"][-1]["environments"] == expanded


def test_an_expanded_project_shows_the_first_twenty_and_where_the_rest_is(ld: Browser) -> None:
    project(ld, environments=[{"name": f"E{n}", "key": f"e{n}", "color": "aaaaaa"} for n in range(25)])
    expanded = ld("GET", f"{PROJECTS}/p?expand=environments").json()["environments"]
    assert (len(expanded["items"]), expanded["totalCount"]) == (20, 25)
    rest = ld("GET", expanded["_links"]["next"]["href"]).json()
    assert [one["key"] for one in rest["items"]] == [f"e{n}" for n in range(20, 25)]


def test_with_environments_there_are_exactly_those(ld: Browser) -> None:
    inline = [
        {"name": "A", "key": "a", "color": "fff000", "tags": ["x"], "defaultTtl": 30},
        {"name": "B", "key": "b", "color": "000fff"},
    ]
    made = project(ld, environments=inline)["environments"]
    assert [(one["key"], one["tags"], one["defaultTtl"]) for one in made] == [("a", ["x"], 30), ("b", [], 0)]
    assert project(ld, "q", environments=[])["environments"][0]["key"] == "test"


def test_a_project_with_one_bad_environment_is_not_made_at_all(ld: Browser, mockenv: Sandbox) -> None:
    good = {"name": "A", "key": "a", "color": "fff000"}
    for bad, status in (
        (good, 409),
        ({**good, "key": "b", "color": "red"}, 400),
        ({**good, "key": "b", "source": {"key": "x"}}, 400),
    ):
        assert ld("POST", PROJECTS, {"name": "P", "key": "p", "environments": [good, bad]}).status_code == status
    assert ld("GET", f"{PROJECTS}/p").status_code == 404
    assert mockenv.events() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""), ("name", 5), ("key", "a b"), ("key", ""), ("key", "x" * 101), ("tags", ["a b"]), ("environments", {}),
        ("includeInSnippetByDefault", 1), ("defaultClientSideAvailability", {"usingMobileKey": True}),
        ("namingConvention", {"case": "ROT13"}),
    ],
)  # fmt: skip
def test_bad_values_are_refused(ld: Browser, name: str, value: Any) -> None:
    refused = ld("POST", PROJECTS, {"name": "P", "key": "p", name: value})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")


def test_a_key_that_is_taken_is_a_conflict(ld: Browser) -> None:
    refused = ld("POST", PROJECTS, {"name": "P", "key": "projectKey"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_deleting_a_project_takes_its_environments_along_and_frees_its_key(ld: Browser, mockenv: Sandbox) -> None:
    before = project(ld)
    gone = ld("DELETE", f"{PROJECTS}/p")
    assert (gone.status_code, gone.content) == (204, b"")
    for path in (f"{PROJECTS}/p", f"{PROJECTS}/p/environments", f"{PROJECTS}/p/environments/test"):
        refused = ld("GET", path)
        assert (refused.status_code, refused.json()["message"]) == (404, "Unknown project key p")
    assert len(mockenv.resources(provider="launchdarkly", kind="environment")) == 4
    after = project(ld)
    assert after["_id"] != before["_id"]
    assert after["environments"][0]["apiKey"] != before["environments"][0]["apiKey"]


def test_the_last_project_of_the_account_stays(ld: Browser) -> None:
    assert ld("DELETE", PROJECT).status_code == 204
    refused = ld("DELETE", f"{PROJECTS}/my-project")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")


def test_a_patch_changes_what_terraform_changes(ld: Browser) -> None:
    operations = [
        replace("/name", "New"),
        replace("/tags", ["a"]),
        {"op": "add", "path": "/tags/0", "value": "b"},
        replace("/defaultClientSideAvailability", {"usingEnvironmentId": True, "usingMobileKey": True}),
        replace("/requireViewAssociationForNewFlags", True),
    ]
    reply = ld("PATCH", PROJECT, operations)
    assert reply.status_code == 200, reply.text
    shown = ld("GET", PROJECT).json()
    assert (shown["name"], shown["tags"], shown["requireViewAssociationForNewFlags"]) == ("New", ["a", "b"], True)
    assert shown["defaultClientSideAvailability"] == {"usingMobileKey": True, "usingEnvironmentId": True}
    assert shown["includeInSnippetByDefault"] is True
    assert {**shown, "environments": reply.json()["environments"]} == reply.json()


def test_the_old_name_and_the_new_one_of_snippet_availability_stay_in_step(ld: Browser) -> None:
    assert project(ld, includeInSnippetByDefault=True)["defaultClientSideAvailability"]["usingEnvironmentId"] is True
    off = ld("PATCH", f"{PROJECTS}/p", [replace("/includeInSnippetByDefault", False)]).json()
    assert off["defaultClientSideAvailability"]["usingEnvironmentId"] is False
    removed = ld("PATCH", f"{PROJECTS}/p", [{"op": "remove", "path": "/defaultClientSideAvailability"}])
    assert removed.json()["includeInSnippetByDefault"] is False


@pytest.mark.parametrize(
    "operation",
    [
        replace("/key", "other"), replace("/_id", "0" * 24), replace("/environments", []), replace("/name", 5), replace("/tags", "a"),
        {"op": "add", "path": "/environments", "value": []}, {"op": "add", "path": "/flavour", "value": 1},
        {"op": "add", "path": "/environments/0/name", "value": "X"}, {"op": "remove", "path": "/name"},
        replace("/defaultClientSideAvailability", 5), replace("/defaultClientSideAvailability/usingMobileKey", "yes"),
        {"op": "test", "path": "/name", "value": "other"},
    ],
)  # fmt: skip
def test_a_patch_that_may_not_be_changes_nothing(ld: Browser, operation: dict[str, Any]) -> None:
    before = ld("GET", f"{PROJECT}?expand=environments").json()
    refused = ld("PATCH", PROJECT, [replace("/name", "Never"), operation])
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert ld("GET", f"{PROJECT}?expand=environments").json() == before


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["projectKey", "my-project", "app-one", "app-two"]),
        ("filter=query:APP", ["app-one", "app-two"]),
        ("filter=tags:web", ["app-one", "app-two"]),
        ("filter=tags:web%2BOPS", ["app-two"]),
        ("filter=keys:app-two|projectKey|nix", ["projectKey", "app-two"]),
        ("filter=keys:app-two|projectKey,tags:ops", ["app-two"]),
        ("filter=keys:app-two|app-one,keys:app-one", ["app-one"]),
        ("filter=query:app,tags:ops", ["app-two"]),
        ("sort=-createdOn&limit=2", ["app-two", "app-one"]),
        ("sort=name", ["app-one", "app-two", "projectKey", "my-project"]),
        ("limit=1&offset=1", ["my-project"]),
    ],
)
def test_projects_are_filtered_and_sorted(ld: Browser, query: str, found: list[str]) -> None:
    project(ld, "app-one", tags=["web"])
    project(ld, "app-two", tags=["web", "Ops"])
    assert keys(ld, query) == found


def test_a_page_of_projects_links_its_neighbours(ld: Browser) -> None:
    page = ld("GET", f"{PROJECTS}?limit=1&expand=environments").json()
    assert list(page) == ["_links", "items", "totalCount"]
    assert page["totalCount"] == 2
    assert {name: link["href"] for name, link in page["_links"].items()} == {
        "self": "/api/v2/projects?limit=1&expand=environments",
        "next": "/api/v2/projects?expand=environments&limit=1&offset=1",
        "last": "/api/v2/projects?expand=environments&limit=1&offset=1",
    }


@pytest.mark.parametrize("query", ["filter=critical:true", "sort=critical", "limit=1001", "filter=nix"])
def test_a_query_that_projects_do_not_know_is_refused(ld: Browser, query: str) -> None:
    assert ld("GET", f"{PROJECTS}?{query}").status_code == 400


@pytest.mark.mockenv(fixture="empty")
def test_an_empty_world_has_no_projects(ld: Browser) -> None:
    page = ld("GET", PROJECTS).json()
    assert (page["items"], page["totalCount"], list(page["_links"])) == ([], 0, ["self"])


@pytest.mark.mockenv(
    fixture={
        "launchdarkly": {
            "projects": [
                {
                    "_id": "57be1db38b75bf0772d11383",
                    "key": "mine",
                    "name": "Mine",
                    "environments": [
                        {
                            "_id": "57be1db38b75bf0772d11384",
                            "key": "e",
                            "name": "E",
                            "apiKey": "sdk-6b5c4b8e-9f7e-4d2c-8b4a-5f605b0f6b1e",
                            "tags": ["ops"],
                        }
                    ],
                }
            ]
        }
    }
)
def test_a_fixture_may_say_ids_and_keys(ld: Browser) -> None:
    shown = ld("GET", f"{PROJECTS}/mine?expand=environments").json()
    environment = shown["environments"]["items"][0]
    assert (shown["_id"], environment["_id"]) == ("57be1db38b75bf0772d11383", "57be1db38b75bf0772d11384")
    assert (environment["apiKey"], environment["tags"]) == ("sdk-6b5c4b8e-9f7e-4d2c-8b4a-5f605b0f6b1e", ["ops"])
    assert environment["_links"]["snippet"]["href"].endswith("/57be1db38b75bf0772d11384.js")


def test_environments_of_a_project_are_listed_under_it_only(ld: Browser) -> None:
    make(ld)
    assert ld("GET", ENVIRONMENTS).json()["totalCount"] == 3
    assert ld("GET", f"{PROJECTS}/my-project/environments").json()["totalCount"] == 2


def test_a_projects_tags_come_back_sorted_and_each_once(ld: Browser) -> None:
    assert project(ld, tags=["ops", "Web", "api", "ops"])["tags"] == ["Web", "api", "ops"]
    patched = ld("PATCH", "/api/v2/projects/p", [{"op": "add", "path": "/tags/-", "value": "api"}, replace("/tags/0", "zone")])
    assert (patched.status_code, patched.json()["tags"]) == (200, ["api", "ops", "zone"])


def test_a_default_release_pipeline_is_there_once_a_patch_has_set_it(ld: Browser) -> None:
    name, path = "defaultReleasePipelineKey", "/api/v2/projects/p"
    assert name not in project(ld, defaultReleasePipelineKey="standard")
    assert ld("PATCH", path, [{"op": "add", "path": f"/{name}", "value": "standard"}]).json()[name] == "standard"
    assert ld("GET", path).json()[name] == "standard"
    assert name not in ld("PATCH", path, [{"op": "remove", "path": f"/{name}"}]).json()
    assert ld("PATCH", path, [{"op": "add", "path": f"/{name}", "value": 5}]).status_code == 400
