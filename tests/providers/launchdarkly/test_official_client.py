"""LaunchDarkly's own Python client drives all of it: it refuses any reply whose members are not of the right type."""

from __future__ import annotations

from typing import Any

import launchdarkly_api as ld
import pytest
from launchdarkly_api.exceptions import (
    BadRequestException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)

from mockenv.client import Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX
from tests.providers.launchdarkly.test_keys import NOW, stored

POST = ld.EnvironmentPost(name="My Environment", key="environment-key-123abc", color="DADBEE")


@pytest.fixture
def environments(api: ld.ApiClient) -> ld.EnvironmentsApi:
    return ld.EnvironmentsApi(api)


@pytest.fixture
def projects(api: ld.ApiClient) -> ld.ProjectsApi:
    return ld.ProjectsApi(api)


def replace(path: str, value: Any) -> ld.PatchOperation:
    return ld.PatchOperation(op="replace", path=path, value=value)


def test_an_environment_from_create_to_delete(environments: ld.EnvironmentsApi) -> None:
    made = environments.post_environment("projectKey", POST)
    assert (made.key, made.default_ttl, made.critical, made.tags) == ("environment-key-123abc", 0, False, [])
    assert environments.get_environment("projectKey", made.key) == made
    changed = environments.patch_environment("projectKey", made.key, [replace("/name", "B"), replace("/tags", ["ops"])])
    assert (changed.name, changed.tags, changed.id) == ("B", ["ops"], made.id)
    assert environments.delete_environment("projectKey", made.key) is None
    with pytest.raises(NotFoundException) as gone:
        environments.get_environment("projectKey", made.key)
    assert gone.value.data == ld.NotFoundErrorRep(code="not_found", message="Unknown environment key environment-key-123abc")


def test_every_setting_comes_back_with_its_type(environments: ld.EnvironmentsApi) -> None:
    settings: dict[str, Any] = {
        "default_ttl": 50, "secure_mode": True, "default_track_events": True, "confirm_changes": True, "require_comments": True,
        "tags": ["a", "b"], "critical": True,
    }  # fmt: skip
    made = environments.post_environment("projectKey", ld.EnvironmentPost(name="A", key="a", color="ff00ff", **settings))
    assert {name: getattr(made, name) for name in settings} == settings
    assert made.approval_settings is not None
    assert (made.approval_settings.min_num_approvals, made.approval_settings.service_kind) == (1, "launchdarkly")
    assert made.links["self"].href == "/api/v2/projects/projectKey/environments/a"


def test_lists_with_filter_sort_and_pages(environments: ld.EnvironmentsApi) -> None:
    for key, tags in (("a1", ["a", "b"]), ("a2", ["a"]), ("a3", ["b", "a"])):
        environments.post_environment("projectKey", ld.EnvironmentPost(name=key.upper(), key=key, color="aaaaaa", tags=tags))
    page = environments.get_environments_by_project("projectKey", limit=1, filter="tags:a+b,query:A", sort="-name")
    assert ([one.key for one in page.items], page.total_count) == (["a3"], 2)
    assert page.links is not None
    assert set(page.links) == {"self", "parent", "next", "last"}
    rest = environments.get_environments_by_project("projectKey", limit=1, offset=1, filter="tags:a+b,query:A", sort="-name")
    assert [one.key for one in rest.items] == ["a1"]
    assert environments.get_environments_by_project("projectKey", filter="critical:true").total_count == 1


@DATED_BY_THE_SANDBOX
def test_both_resets(environments: ld.EnvironmentsApi, mockenv: Sandbox) -> None:
    before = environments.get_environment("projectKey", "test")
    after = environments.reset_environment_sdk_key("projectKey", "test", expiry=NOW + 1000)
    assert (after.api_key != before.api_key, after.mobile_key) == (True, before.mobile_key)
    assert stored(mockenv, before.id)["oldKeys"][0]["apiKey"] == before.api_key
    last = environments.reset_environment_mobile_key("projectKey", "test")
    assert (last.api_key, last.mobile_key != before.mobile_key, last.id) == (after.api_key, True, before.id)


def test_a_project_from_create_to_delete(projects: ld.ProjectsApi) -> None:
    made = projects.post_project(ld.ProjectPost(name="P", key="p", tags=["x"], environments=[POST]))
    assert [one.key for one in made.environments] == ["environment-key-123abc"]
    assert projects.get_project("p").environments is None
    expanded = projects.get_project("p", expand="environments").environments
    assert expanded is not None
    assert (expanded.items, expanded.total_count) == (made.environments, 1)
    changed = projects.patch_project("p", [replace("/name", "Q"), ld.PatchOperation(op="add", path="/tags/-", value="y")])
    assert (changed.name, changed.tags, changed.environments) == ("Q", ["x", "y"], made.environments)
    found = projects.get_projects(filter="keys:p|nix,tags:x+y", sort="-createdOn", expand="environments")
    assert [(one.key, one.environments) for one in found.items] == [("p", expanded)]
    assert projects.delete_project("p") is None
    with pytest.raises(NotFoundException):
        projects.get_project("p")


def test_refusals_become_the_clients_exceptions(
    environments: ld.EnvironmentsApi, projects: ld.ProjectsApi, api: ld.ApiClient, mockenv: Sandbox
) -> None:
    environments.post_environment("projectKey", POST)
    with pytest.raises(ConflictException) as conflict:
        environments.post_environment("projectKey", POST)
    assert getattr(conflict.value.data, "code", None) == "conflict"
    with pytest.raises(BadRequestException):
        environments.patch_environment("projectKey", "test", [replace("/key", "other")])
    with pytest.raises(BadRequestException):
        projects.get_projects(sort="nix")
    api.configuration.api_key["ApiKey"] = mockenv.tokens["launchdarkly"]["reader"]
    with pytest.raises(ForbiddenException) as forbidden:
        environments.delete_environment("projectKey", "test")
    assert getattr(forbidden.value.data, "code", None) == "forbidden"
    api.configuration.api_key.clear()
    with pytest.raises(UnauthorizedException) as unauthorized:
        environments.get_environment("projectKey", "test")
    assert unauthorized.value.data == ld.UnauthorizedErrorRep(code="unauthorized", message="Invalid account ID header")


def test_the_index_needs_no_key(mockenv: Sandbox) -> None:
    """The client asks without the slash and is led to it (with `retries` off it would not follow)."""
    with ld.ApiClient(ld.Configuration(host=mockenv.url)) as anybody:
        assert "projects" in ld.OtherApi(anybody).get_root().links


@pytest.mark.mockenv(options={"launchdarkly": {"access": True, "approvals": False}})
def test_optional_members_are_read_as_well(environments: ld.EnvironmentsApi, projects: ld.ProjectsApi) -> None:
    one = environments.get_environment("projectKey", "test")
    assert one.access is not None
    assert (one.access.allowed[0].reason.effect, one.approval_settings) == ("allow", None)
    assert projects.get_project("projectKey").access is not None
