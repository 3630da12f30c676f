"""Ten things that a toy gets wrong, one test for each; the rooms of detail are in the files beside this one."""

from __future__ import annotations

from typing import Any

import launchdarkly_api
import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, make, replace, show

PROJECTS = "/api/v2/projects"


def test_01_the_token_stands_alone_and_a_401_is_json_before_any_404_or_400(ld: Browser, mockenv: Sandbox) -> None:
    assert not str(ld.session.headers["Authorization"]).startswith("Bearer")
    assert ld("GET", PROJECT).status_code == 200
    for path in (f"{PROJECTS}/nix/environments", ENVIRONMENTS):
        refused = Browser(mockenv, {})("POST", path, data="{")
        assert refused.status_code == 401
        assert set(refused.json()) == {"code", "message"}


def test_02_create_is_201_reset_and_patch_are_200_and_delete_is_an_empty_204(ld: Browser, api: launchdarkly_api.ApiClient) -> None:
    client = launchdarkly_api.EnvironmentsApi(api)
    assert client.post_environment("projectKey", launchdarkly_api.EnvironmentPost(name="A", key="a", color="aaaaaa")) is not None
    assert ld("POST", ENVIRONMENTS, {"name": "B", "key": "b", "color": "bbbbbb"}).status_code == 201
    assert ld("PATCH", f"{ENVIRONMENTS}/b", []).status_code == 200
    assert [ld("POST", f"{ENVIRONMENTS}/b/{key}").status_code for key in ("apiKey", "mobileKey")] == [200, 200]
    gone = ld("DELETE", f"{ENVIRONMENTS}/b")
    assert (gone.status_code, gone.content) == (204, b"")


def test_03_every_required_member_is_there_with_its_type(ld: Browser) -> None:
    types: dict[str, type] = {
        "_links": dict, "_id": str, "key": str, "name": str, "apiKey": str, "mobileKey": str, "color": str, "defaultTtl": int,
        "secureMode": bool, "defaultTrackEvents": bool, "requireComments": bool, "confirmChanges": bool, "tags": list, "critical": bool,
    }  # fmt: skip
    for one in (make(ld), show(ld, "test"), ld("PATCH", f"{ENVIRONMENTS}/test", []).json()):
        assert {name: type(one[name]) for name in types} == types


def test_04_environments_are_an_array_a_collection_or_absent(ld: Browser) -> None:
    assert isinstance(ld("POST", PROJECTS, {"name": "P", "key": "p"}).json()["environments"], list)
    assert isinstance(ld("PATCH", f"{PROJECTS}/p", []).json()["environments"], list)
    assert set(ld("GET", f"{PROJECTS}/p?expand=environments").json()["environments"]) == {"_links", "totalCount", "items"}
    assert "environments" not in ld("GET", f"{PROJECTS}/p").json()


def test_05_a_plain_project_has_test_and_a_careful_production(ld: Browser) -> None:
    test, production = ld("POST", PROJECTS, {"name": "P", "key": "p"}).json()["environments"]
    careful = ("requireComments", "confirmChanges", "critical")
    assert [(one["key"], {one[name] for name in careful}) for one in (test, production)] == [
        ("test", {False}),
        ("production", {True}),
    ]


def test_06_links_only_to_pages_that_are_there_and_a_total_of_all(ld: Browser) -> None:
    for number in range(20):
        make(ld, f"e{number}")
    page = ld("GET", ENVIRONMENTS).json()
    assert (len(page["items"]), page["totalCount"], set(page["_links"])) == (20, 22, {"self", "parent", "next", "last"})
    page = ld("GET", f"{ENVIRONMENTS}?offset=20&filter=query:e&sort=name").json()
    assert set(page["_links"]) == {"self", "parent", "first", "prev"}
    assert "sort=name" in page["_links"]["prev"]["href"]
    assert "filter=query%3Ae" in page["_links"]["prev"]["href"]


def test_07_filters_combine_and_overlook_case(ld: Browser) -> None:
    make(ld, "alpha", tags=["A", "b"], critical=True)
    make(ld, "alpine", tags=["a"], critical=True)
    reply = ld("GET", f"{ENVIRONMENTS}?filter=query:ALP,tags:a%2BB,critical:true&sort=-name").json()
    assert [one["key"] for one in reply["items"]] == ["alpha"]


def test_08_json_patch_is_real(ld: Browser) -> None:
    make(ld, tags=["b"])
    operations: list[dict[str, Any]] = [
        {"op": "test", "path": "/name", "value": "Staging"},
        {"op": "add", "path": "/tags/0", "value": "a"},
        {"op": "add", "path": "/tags/-", "value": "c"},
        replace("/approvalSettings/autoApplyApprovedChanges", True),
        {"op": "remove", "path": "/approvalSettings/requiredApprovalTags"},
    ]
    changed = ld("PATCH", f"{ENVIRONMENTS}/staging", {"comment": "c", "patch": operations}).json()
    assert (changed["tags"], changed["approvalSettings"]["requiredApprovalTags"]) == (["a", "b", "c"], [])
    for bad in (replace("/defaultTtl", "5"), replace("/key", "x"), replace("/_id", "x"), replace("/apiKey", "x")):
        assert ld("PATCH", f"{ENVIRONMENTS}/staging", [replace("/name", "half"), bad]).status_code == 400
        assert show(ld) == changed


def test_09_approval_settings_keep_their_rules(ld: Browser) -> None:
    assert make(ld, approvalSettings={"required": True})["approvalSettings"]["required"] is False
    path = f"{ENVIRONMENTS}/staging"
    both = [replace("/approvalSettings/required", True), replace("/approvalSettings/requiredApprovalTags", ["a"])]
    assert ld("PATCH", path, both).status_code == 400
    for number, status in ((0, 400), (1, 200), (5, 200), (6, 400)):
        assert ld("PATCH", path, [replace("/approvalSettings/minNumApprovals", number)]).status_code == status
    changed = ld("PATCH", path, [replace("/approvalSettings/serviceKind", "")]).json()
    assert changed["approvalSettings"]["serviceKind"] == "launchdarkly"


def test_10_there_is_state(ld: Browser) -> None:
    before = show(ld, "test")
    after = ld("POST", f"{ENVIRONMENTS}/test/apiKey", headers={"Content-Type": "application/x-www-form-urlencoded"}).json()
    assert (after["apiKey"] != before["apiKey"], after["mobileKey"]) == (True, before["mobileKey"])
    assert ld("GET", f"{PROJECTS}/my-project/environments/test").json()["_id"] != before["_id"]
    ld("DELETE", f"{ENVIRONMENTS}/test")
    assert ld("DELETE", f"{ENVIRONMENTS}/production").status_code == 409
    assert make(ld, "test")["_id"] != before["_id"]
    assert ld("DELETE", PROJECT).status_code == 204
    assert ld("GET", f"{ENVIRONMENTS}/test").status_code == 404


@pytest.mark.mockenv(fixture="empty")
def test_an_empty_world_can_be_filled_from_nothing(ld: Browser) -> None:
    assert ld("POST", PROJECTS, {"name": "P", "key": "projectKey"}).status_code == 201
    make(ld)
