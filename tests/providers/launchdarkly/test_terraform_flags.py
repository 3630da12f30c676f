"""What LaunchDarkly's Terraform provider (3.1.3) asks for flags, their environments, segments and webhooks, as its acceptance tests do.

Its binary needs Terraform, so its requests are made here: each resource's create, update, read and delete as its source has them,
with the configurations of its tests.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import replace

API = "/api/v2"
FLAGS = f"{API}/flags/tf"
SEGMENTS = f"{API}/segments/tf/test"
TRUE_FALSE = [{"value": True}, {"value": False}]
NUMBERS = [{"value": 10}, {"value": 20}, {"value": 30}]
HIDDEN = {"usingEnvironmentId": False, "usingMobileKey": False}


def remove(path: str) -> dict[str, str]:
    return {"op": "remove", "path": path}


@pytest.fixture
def tf(ld: Browser) -> Browser:
    """A project as the provider's tests begin with."""
    assert ld("POST", f"{API}/projects", {"name": "TF", "key": "tf"}).status_code == 201
    return ld


def patch(tf: Browser, path: str, operations: list[dict[str, Any]], status: int = 200) -> Any:
    """With its comment, always."""
    reply = tf("PATCH", path, {"comment": "Terraform", "patch": operations})
    assert reply.status_code == status, reply.text
    return reply.json()


# Flags


class Flag:
    """The resource: a create is a look, a POST and a PATCH; an update is one PATCH; each reads afterwards."""

    def __init__(self, tf: Browser, key: str) -> None:
        self.tf, self.path = tf, f"{FLAGS}/{key}"
        self.key = key

    def create(self, variations: list[Any], **more: Any) -> Any:
        assert self.tf("GET", f"{API}/projects/tf").status_code == 200
        assert self.tf("GET", self.path).status_code == 404
        about = {"name": self.key, "description": "", "temporary": False, "tags": [], **more}
        body = {name: about[name] for name in ("name", "description", "temporary", "tags", "defaults") if name in about}
        made = self.tf("POST", FLAGS, {**body, "key": self.key, "variations": variations, "clientSideAvailability": HIDDEN})
        assert made.status_code == 201, made.text
        return self.update(**about)

    def update(self, *operations: dict[str, Any], **about: Any) -> Any:
        whole = {"archived": False, "deprecated": False, "customProperties": {}, **about}
        patch(self.tf, self.path, [*(replace(f"/{name}", value) for name, value in whole.items()), *operations])
        read = self.tf("GET", self.path)
        assert read.status_code == 200
        return read.json()


def test_a_boolean_flag_is_made_and_changed(tf: Browser) -> None:
    flag = Flag(tf, "basic-flag")
    made = flag.create(TRUE_FALSE)
    assert [one["value"] for one in made["variations"]] == [True, False]
    assert (made["defaults"], made["tags"], made["temporary"]) == ({"onVariation": 0, "offVariation": 1}, [], False)
    changed = flag.update(
        replace("/clientSideAvailability", {"usingEnvironmentId": True, "usingMobileKey": True}),
        replace("/variations/0/value", True),
        replace("/variations/1/value", False),
        replace("/defaults", {"onVariation": 1, "offVariation": 1}),
        name="Less basic feature flag", description="d", tags=["update", "terraform"], temporary=True,
    )  # fmt: skip
    assert (changed["name"], changed["tags"], changed["temporary"]) == ("Less basic feature flag", ["update", "terraform"], True)
    assert changed["clientSideAvailability"] == {"usingEnvironmentId": True, "usingMobileKey": True}
    assert changed["defaults"] == {"onVariation": 1, "offVariation": 1}
    assert flag.update(deprecated=True)["deprecated"] is True
    assert tf("DELETE", flag.path).status_code == 204


def test_variations_are_added_changed_and_taken_away(tf: Browser) -> None:
    flag = Flag(tf, "multivariate-flag-1")
    properties = {"some.property": {"name": "Some Property", "value": ["value1", "value2"]}}
    first = {"name": "variation1", "description": "a description", "value": "string1"}
    made = flag.create([first, {"value": "string2"}, {"value": "another option"}], customProperties=properties)
    assert made["customProperties"] == properties
    assert made["variations"][0] | first == made["variations"][0]
    changed = flag.update(
        replace("/variations/0/value", "string1"),
        replace("/variations/1/value", "string2"),
        replace("/variations/1/description", "a new description"),
        replace("/variations/2/value", "another option"),
        {"op": "add", "path": "/variations/3", "value": {"value": "new"}},
        replace("/defaults", {"onVariation": 1, "offVariation": 0}),
    )
    assert [one["value"] for one in changed["variations"]] == ["string1", "string2", "another option", "new"]
    assert changed["variations"][1]["description"] == "a new description"
    assert (changed["variations"][0]["_id"], changed["customProperties"]) == (made["variations"][0]["_id"], {})
    patch(
        tf,
        f"{FLAGS}/{flag.key}",
        [
            replace("/environments/test/offVariation", 0),
            replace("/environments/production/offVariation", 0),
        ],
    )
    fewer = flag.update(remove("/variations/3"), replace("/variations/0/value", "string1"))
    assert len(fewer["variations"]) == 3


@pytest.mark.parametrize(
    "variations",
    [
        [{"value": 12.5}, {"value": 0}],
        [{"value": 86400000, "name": "big"}, {"value": 123}],
        [{"value": {"foo": "bar"}}, {"value": ["foo", "baz"]}, {"value": {"foo": {"nested": ["json"]}}}],
    ],
    ids=["numbers", "large numbers", "json"],
)
def test_values_of_any_sort_come_back(tf: Browser, variations: list[Any]) -> None:
    made = Flag(tf, "any").create(variations)
    assert [one["value"] for one in made["variations"]] == [one["value"] for one in variations]


def test_a_maintainer_is_a_member_or_a_team_and_nobody_else(tf: Browser) -> None:
    flag = Flag(tf, "maintained-flag")
    flag.create(TRUE_FALSE)
    [member] = tf("POST", f"{API}/members", [{"email": "new@example.com", "role": "admin"}]).json()["items"]
    assert tf("POST", f"{API}/teams", {"key": "team", "name": "Team"}).status_code == 201
    of_member = flag.update(replace("/maintainerId", member["_id"]))
    assert (of_member["maintainerId"], of_member.get("maintainerTeamKey")) == (member["_id"], None)
    of_team = flag.update(replace("/maintainerTeamKey", "team"), remove("/maintainerId"))
    assert (of_team.get("maintainerId"), of_team["maintainerTeamKey"]) == (None, "team")
    flag.update(replace("/maintainerId", member["_id"]), remove("/maintainerTeamKey"))
    assert tf("PATCH", flag.path, {"patch": [replace("/maintainerId", "507f191e810c19729de860ea")]}).status_code == 400
    assert tf("DELETE", f"{API}/members/{member['_id']}").status_code == 204
    assert "maintainerId" not in tf("GET", flag.path).json()


def test_archived_on_destroy_it_is_found_archived(tf: Browser) -> None:
    flag = Flag(tf, "kept")
    flag.create(TRUE_FALSE)
    patch(tf, flag.path, [replace("/archived", True)])
    assert tf("GET", flag.path).json()["archived"] is True


# A flag in an environment


class Targeting:
    """The resource: all of it in one PATCH at first, then what differs; what is destroyed goes back to what it was."""

    def __init__(self, tf: Browser, variations: list[Any]) -> None:
        self.tf, self.flag = tf, Flag(tf, "basic-flag")
        self.flag.create(variations)

    def _put(self, operations: list[dict[str, Any]]) -> Any:
        patch(self.tf, self.flag.path, operations)
        read = self.tf("GET", f"{self.flag.path}?env=test")
        assert read.status_code == 200
        return read.json()["environments"]["test"]

    def create(self, **about: Any) -> Any:
        empty: dict[str, Any] = {name: [] for name in ("rules", "prerequisites", "targets", "contextTargets")}
        return self.update(**{"on": False, "trackEvents": False, **empty, **about})

    def update(self, **about: Any) -> Any:
        return self._put([replace(f"/environments/test/{name}", value) for name, value in about.items()])

    def remove(self, name: str) -> Any:
        return self._put([remove(f"/environments/test/{name}")])

    def destroy(self) -> Any:
        flag = self.tf("GET", self.flag.path).json()
        empty: dict[str, Any] = {name: [] for name in ("rules", "prerequisites", "targets", "contextTargets")}
        misspelled = {"fallthough": {"variation": 0}}  # as in its source: the service takes it
        return self.update(
            on=False, trackEvents=False, offVariation=flag["defaults"]["offVariation"], **empty, **misspelled
        )  # fmt: skip


def test_targeting_is_put_changed_and_taken_back(tf: Browser) -> None:
    one = Targeting(tf, NUMBERS)
    made = one.create(fallthrough={"variation": 1}, offVariation=2, targets=[{"values": ["user1"], "variation": 0}])
    assert (made["on"], made["fallthrough"], made["offVariation"]) == (False, {"variation": 1}, 2)
    assert [(target["values"], target["variation"]) for target in made["targets"]] == [(["user1"], 0)]
    weights = {"variations": [{"variation": 0, "weight": 60000}, {"variation": 1, "weight": 40000}, {"variation": 2, "weight": 0}]}
    clause = {"attribute": "country", "op": "startsWith", "values": ["great", "amazing"], "negate": False, "contextKind": "user"}
    changed = one.update(
        on=True, trackEvents=True, targets=[{"values": ["user1", "user2"], "variation": 1}],
        rules=[
            {"clauses": [clause], "variation": 0},
            {"description": "h", "clauses": [clause], "rollout": {**weights, "bucketBy": "email", "contextKind": "account"}},
        ],
        fallthrough={"rollout": {**weights, "bucketBy": "email", "contextKind": "user"}}, offVariation=1,
    )  # fmt: skip
    assert (changed["on"], changed["trackEvents"], changed["offVariation"]) == (True, True, 1)
    assert changed["fallthrough"]["rollout"]["variations"][1] == {"variation": 1, "weight": 40000}
    assert [rule.get("variation") for rule in changed["rules"]] == [0, None]
    assert changed["rules"][1]["rollout"]["contextKind"] == "account"
    gone = one.destroy()
    assert (gone["on"], gone["targets"], gone["rules"], gone["offVariation"]) == (False, [], [], 2)
    assert "fallthough" not in gone


def test_what_is_served_where_it_is_off_can_be_nothing(tf: Browser) -> None:
    one = Targeting(tf, NUMBERS)
    one.create(fallthrough={"variation": 0})
    assert "offVariation" not in one.remove("offVariation")
    assert one.update(offVariation=2)["offVariation"] == 2


def test_prerequisites_contexts_and_values_that_are_no_texts(tf: Browser) -> None:
    Flag(tf, "bool-flag").create(TRUE_FALSE)
    one = Targeting(tf, NUMBERS)
    made = one.create(
        on=True, fallthrough={"variation": 1}, offVariation=0, prerequisites=[{"key": "bool-flag", "variation": 0}],
        contextTargets=[{"values": ["acme"], "variation": 1, "contextKind": "account"}],
        rules=[{"clauses": [{"attribute": "is_vip", "op": "in", "values": [True, 42, 84.68], "negate": False}], "variation": 0}],
    )  # fmt: skip
    assert made["prerequisites"] == [{"key": "bool-flag", "variation": 0}]
    assert [target["contextKind"] for target in made["contextTargets"]] == ["account"]
    assert made["rules"][0]["clauses"][0]["values"] == [True, 42, 84.68]
    assert one.update(prerequisites=[])["prerequisites"] == []


# Segments


def test_a_segment_is_made_and_changed(tf: Browser) -> None:
    body = {"name": "segment name", "key": "segmentKey1", "description": "d", "tags": ["a", "b"]}
    assert tf("POST", SEGMENTS, {**body, "unbounded": False, "unboundedContextKind": ""}).status_code == 201
    path = f"{SEGMENTS}/segmentKey1"
    made = patch(tf, path, [replace("/included", ["user1", "user2"]), replace("/excluded", ["user3"])])
    assert (made["included"], made["excluded"], made["unbounded"]) == (["user1", "user2"], ["user3"], False)
    clause = {"attribute": "test_att", "op": "in", "values": ["test"], "negate": False, "contextKind": "user"}
    rules = [{"clauses": [clause], "weight": 50000, "bucketBy": "bucket"}]
    whole = {"name": "segment name", "description": "d", "included": [], "excluded": [], "rules": rules}
    contexts = {"includedContexts": [{"values": ["account1"], "contextKind": "account"}], "excludedContexts": []}
    changed = patch(tf, path, [*(replace(f"/{name}", value) for name, value in {**whole, **contexts}.items()), remove("/tags")])
    assert (changed["tags"], changed["included"]) == ([], [])
    assert [target["values"] for target in changed["includedContexts"]] == [["account1"]]
    assert (changed["rules"][0]["weight"], changed["rules"][0]["bucketBy"]) == (50000, "bucket")
    assert tf("GET", path).json()["rules"] == changed["rules"]
    assert tf("DELETE", path).status_code == 204
    assert tf("GET", path).status_code == 404


@pytest.mark.parametrize("kind", ["device", "account"])
def test_a_segment_without_bounds_has_a_kind_of_context(tf: Browser, kind: str) -> None:
    body = {"name": "s", "key": "big", "description": "", "tags": [], "unbounded": True, "unboundedContextKind": kind}
    made = tf("POST", SEGMENTS, body)
    assert made.status_code == 201, made.text
    read = tf("GET", f"{SEGMENTS}/big").json()
    assert (read["unbounded"], read["unboundedContextKind"]) == (True, kind)


# Webhooks


def test_a_webhook_is_made_tagged_changed_and_its_statements_taken_away(ld: Browser) -> None:
    statements = [{"actions": ["*"], "effect": "allow", "resources": ["proj/*:env/production:flag/*"]}]
    made = ld("POST", f"{API}/webhooks", {"url": "http://webhooks.com", "on": True, "sign": False, "name": "example-webhook"})
    assert made.status_code == 200, made.text
    path = f"{API}/webhooks/{made.json()['_id']}"
    tagged = ld("PATCH", path, [replace("/tags", ["terraform"])])
    assert (tagged.status_code, tagged.json()["tags"]) == (200, ["terraform"])
    update = {"url": "http://webhooks.com/updatedUrl", "secret": "SuperSecret", "on": False, "name": "W", "tags": ["updated"]}
    changed = ld(
        "PATCH", path, [*(replace(f"/{name}", value) for name, value in update.items()), replace("/statements", statements)]
    )
    assert changed.status_code == 200, changed.text
    read = ld("GET", path).json()
    assert (read["url"], read["on"], read["name"], read["tags"]) == (update["url"], False, "W", ["updated"])
    assert [one["resources"] for one in read["statements"]] == [["proj/*:env/production:flag/*"]]
    gone = ld("PATCH", path, [remove("/statements")])
    assert (gone.status_code, gone.json().get("statements") or []) == (200, [])
    assert ld("DELETE", path).status_code == 204
    assert ld("GET", path).status_code == 404
