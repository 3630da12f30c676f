"""What a branch takes along, what it does not, and that nothing is shared afterwards."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.providers.archie.conftest import ALL_FLAGS, FLAGS, GraphQL, Json

MEMBER = dict(zip(FLAGS, ("fileProviders", "gatewayRoutes", "securityConfig", "environmentVariables"), strict=True))
DEFAULTS = {"globalPerMinute": 1000, "perIpPerMinute": 100, "perApiKeyPerMinute": 500, "burst": 50}
EMPTY = {
    "fileProviders": [],
    "gatewayRoutes": [],
    "securityConfig": {"corsOrigins": [], "rateLimits": DEFAULTS},
    "environmentVariables": [],
}


def without_ids(things: list[Json]) -> list[Json]:
    return [{name: value for name, value in thing.items() if name != "id"} for thing in things]


def test_providers_and_routes_are_copied_under_new_ids_and_the_rest_by_value(archie: GraphQL) -> None:
    archie.active(**ALL_FLAGS)
    master, copy = archie.inside("master"), archie.inside("staging")
    for kind in ("fileProviders", "gatewayRoutes"):
        assert len(copy[kind]) == 2
        assert without_ids(copy[kind]) == without_ids(master[kind])
        assert not {one["id"] for one in copy[kind]} & {one["id"] for one in master[kind]}
    for kind in ("securityConfig", "environmentVariables"):
        assert copy[kind] == master[kind]
    assert len(copy["environmentVariables"]) == 3


def test_authentication_providers_stay_behind_whatever_is_ticked(archie: GraphQL) -> None:
    archie.active(**ALL_FLAGS)
    assert len(archie.inside("master")["authenticationProviders"]) == 2
    assert archie.inside("staging")["authenticationProviders"] == []


@pytest.mark.parametrize("flag", FLAGS)
def test_each_flag_copies_its_own_kind_and_the_others_are_at_their_defaults(archie: GraphQL, flag: str) -> None:
    ticked: Json = {flag: True}
    archie.active(**ticked)
    copy = archie.inside("staging")
    assert copy[MEMBER[flag]] != EMPTY[MEMBER[flag]]
    assert {kind: copy[kind] for kind in EMPTY if kind != MEMBER[flag]} == {
        kind: value for kind, value in EMPTY.items() if kind != MEMBER[flag]
    }


def test_full_copies_rows_and_system_the_schema_alone(archie: GraphQL) -> None:
    archie.active("full", mode="full")
    archie.active("system", mode="system")
    master, full, system = (archie.inside(name)["database"]["tables"] for name in ("master", "full", "system"))
    assert full == master
    assert [table["rowCount"] for table in master] == [1204, 5831, 86]
    assert system == [{**table, "rowCount": 0} for table in master]


def test_a_full_branch_of_a_system_branch_has_no_rows_either(archie: GraphQL) -> None:
    archie.active("empty", mode="system")
    archie.active("again", "empty", "full")
    assert [table["rowCount"] for table in archie.inside("again")["database"]["tables"]] == [0, 0, 0]


def test_every_clone_has_a_database_and_credentials_of_its_own(archie: GraphQL, mockenv: Sandbox) -> None:
    for name in ("one", "two"):
        archie.active(name)
    databases = [archie.inside(name)["database"] for name in ("master", "one", "two")]
    for member in ("id", "name", "user"):
        assert len({database[member] for database in databases}) == 3
    users = mockenv.resources(provider="archie", kind="database_user")
    assert len({user["document"]["password"] for user in users}) == 3


def test_later_changes_on_either_side_are_not_seen_on_the_other(archie: GraphQL) -> None:
    archie.active(**ALL_FLAGS)
    before = archie.inside("staging")
    assert archie.set("master", "MAIL_FROM", "elsewhere@example.com")["success"]
    assert archie.set("master", "FEATURE_CHECKOUT", None)["success"]
    assert archie.inside("staging") == before
    after = archie.inside("master")
    assert archie.set("staging", "STRIPE_API_KEY", "sk_staging")["message"] == "Environment variable set successfully"
    assert archie.inside("master") == after
    values = {one["key"]: one["value"] for one in archie.inside("staging")["environmentVariables"]}
    assert values == {"STRIPE_API_KEY": "sk_staging", "MAIL_FROM": "shop@example.com", "FEATURE_CHECKOUT": "true"}


def test_what_is_set_while_the_copy_runs_is_copied_and_what_comes_later_is_not(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.branch(**ALL_FLAGS)
    mockenv.advance("3.5s")
    archie.set("master", "EARLY", "1")
    mockenv.advance("0.5s")
    archie.set("master", "LATE", "1")
    mockenv.advance_until_idle()
    keys = [one["key"] for one in archie.inside("staging")["environmentVariables"]]
    assert "EARLY" in keys
    assert "LATE" not in keys


def test_a_variable_that_is_not_there_cannot_be_removed(archie: GraphQL) -> None:
    assert not archie.set("master", "NOPE", None)["success"]
    assert not archie.set("nope", "KEY", "1")["success"]
    assert not archie.set("master", "", "1")["success"]


def test_deleting_the_copy_leaves_the_original_alone(archie: GraphQL) -> None:
    before = archie.world()
    archie.active(**ALL_FLAGS)
    assert archie.delete()["success"]
    assert archie.world() == before


def test_deleting_the_original_leaves_the_copy_alone(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.active("one", **ALL_FLAGS)
    two = archie.active("two", "one", **ALL_FLAGS)
    before = archie.inside("two")
    mockenv.set_status(f"archie/environment/{two['id']}", "archived")
    assert archie.delete("one")["success"]
    assert archie.inside("two") == before
