"""Feature flags: in every environment of their project, changed in three forms of patch, copied, and gone with what they hang on."""

from __future__ import annotations

from typing import Any

import launchdarkly_api
import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, make, replace

FLAGS = "/api/v2/flags/projectKey"
SEMANTIC = "application/json; domain-model=launchdarkly.semanticpatch"
Json = dict[str, Any]


def flag(ld: Browser, key: str = "dark-mode", query: str = "", **more: Any) -> Json:
    reply = ld("POST", f"{FLAGS}{query}", {"name": key.title(), "key": key, **more})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def shown(ld: Browser, key: str = "dark-mode", query: str = "") -> Json:
    reply = ld("GET", f"{FLAGS}/{key}{query}")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def semantic(ld: Browser, *instructions: Json, key: str = "dark-mode", environment: str | None = "test", query: str = "") -> Any:
    body = {"instructions": list(instructions), **({"environmentKey": environment} if environment else {})}
    return ld("PATCH", f"{FLAGS}/{key}{query}", body, headers={"Content-Type": SEMANTIC})


def changed(ld: Browser, *instructions: Json, **more: Any) -> Json:
    reply = semantic(ld, *instructions, **more)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def ids(one: Json) -> list[str]:
    return [variation["_id"] for variation in one["variations"]]


def keys(ld: Browser, query: str) -> list[str]:
    reply = ld("GET", f"{FLAGS}?{query}")
    assert reply.status_code == 200, reply.text
    return [one["key"] for one in reply.json()["items"]]


# Create, get, list


def test_a_new_flag_is_boolean_off_and_in_every_environment(ld: Browser) -> None:
    made = flag(ld)
    assert (made["kind"], [one["value"] for one in made["variations"]], made["temporary"]) == ("boolean", [True, False], True)
    assert (made["_version"], made["defaults"], made["archived"]) == (1, {"onVariation": 0, "offVariation": 1}, False)
    assert list(made["environments"]) == ["test", "production"]
    for one in made["environments"].values():
        assert (one["on"], one["version"], one["fallthrough"], one["offVariation"]) == (False, 1, {"variation": 0}, 1)
        assert one["rules"] == one["targets"] == one["contextTargets"] == one["prerequisites"] == []
    assert made["_maintainer"]["_id"] == made["maintainerId"]
    assert shown(ld) == made


def test_a_flag_has_what_its_body_says(ld: Browser) -> None:
    made = flag(
        ld,
        "color",
        variations=[{"value": "red", "name": "Red"}, {"value": {"a": [1]}, "description": "odd"}, {"value": None}],
        defaults={"onVariation": 2, "offVariation": 1},
        tags=["ui", "web"],
        temporary=False,
        description="which color",
        isFlagOn=True,
        clientSideAvailability={"usingEnvironmentId": True, "usingMobileKey": False},
        customProperties={"jira": {"name": "Jira", "value": ["A-1"]}},
    )
    assert (made["kind"], made["tags"], made["temporary"]) == ("multivariate", ["ui", "web"], False)
    assert [one["value"] for one in made["variations"]] == ["red", {"a": [1]}, None]
    assert made["includeInSnippet"] is True
    assert [one["on"] for one in made["environments"].values()] == [True, True]
    assert made["environments"]["test"]["fallthrough"] == {"variation": 2}
    assert made["customProperties"]["jira"]["value"] == ["A-1"]


def test_a_migration_flag_has_its_stages_for_variations(ld: Browser) -> None:
    made = flag(ld, "move", purpose="migration", migrationSettings={"stageCount": 6, "contextKind": "account"})
    assert [one["value"] for one in made["variations"]] == ["off", "dualwrite", "shadow", "live", "rampdown", "complete"]
    assert made["_purpose"] == "migration"
    assert "migrationSettings" not in made
    assert shown(ld, "move", "?expand=migrationSettings")["migrationSettings"] == {"stageCount": 6, "contextKind": "account"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"key": "x"}, 400),
        ({"name": "x", "key": "a b"}, 400),
        ({"name": "x", "key": "x", "variations": [{"value": 1}, {"value": 1}]}, 400),
        ({"name": "x", "key": "x", "defaults": {"onVariation": 2, "offVariation": 0}}, 400),
        ({"name": "x", "key": "x", "maintainerId": "0" * 24}, 400),
        ({"name": "x", "key": "x", "purpose": "migration"}, 400),
        ({"name": "x", "key": "x", "initialPrerequisites": [{"key": "nope", "variationId": "a"}]}, 400),
        ({"name": "x", "key": "dark-mode"}, 409),
    ],
)
def test_what_a_flag_may_not_be_is_refused_and_leaves_nothing(ld: Browser, body: Json, status: int) -> None:
    flag(ld)
    refused = ld("POST", FLAGS, body)
    assert (refused.status_code, keys(ld, "")) == (status, ["dark-mode"])


def test_one_and_true_are_two_values(ld: Browser) -> None:
    assert flag(ld, "odd", variations=[{"value": 1}, {"value": True}])["kind"] == "multivariate"


def test_a_reader_may_look_and_not_touch(ld: Browser, reader: Browser) -> None:
    flag(ld)
    assert reader("GET", f"{FLAGS}/dark-mode").status_code == 200
    assert reader("POST", FLAGS, {"name": "x", "key": "x"}).status_code == 403
    assert semantic(reader, {"kind": "turnFlagOn"}).status_code == 403
    assert reader("DELETE", f"{FLAGS}/dark-mode").status_code == 403


def test_a_list_shows_environments_only_as_far_as_they_are_named_and_targeting_only_without_summary(ld: Browser) -> None:
    flag(ld)
    [bare] = ld("GET", FLAGS).json()["items"]
    assert "environments" not in bare
    [brief] = ld("GET", f"{FLAGS}?env=test").json()["items"]
    assert (list(brief["environments"]), "rules" in brief["environments"]["test"]) == (["test"], False)
    assert brief["environments"]["test"]["_summary"]["variations"]["1"]["isOff"] is True
    [whole] = ld("GET", f"{FLAGS}?env=test&env=production&summary=0").json()["items"]
    assert [one["rules"] for one in whole["environments"].values()] == [[], []]
    assert list(shown(ld, query="?env=production")["environments"]) == ["production"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["alpha", "beta"]),
        ("limit=1&offset=1", ["beta"]),
        ("filter=query:ALP", ["alpha"]),
        ("filter=tags:ui", ["alpha", "beta"]),
        ("filter=tags:ui%2Bweb", ["beta"]),
        ("tag=web", ["beta"]),
        ("filter=type:permanent", ["beta"]),
        ("filter=state:archived", ["gamma"]),
        ("filter=state:live", ["alpha", "beta"]),
        ("filter=state:deprecated", []),
        ("archived=true", ["gamma"]),
        ("filter=archived:true", ["gamma"]),
        ("filter=sdkAvailability:client", ["alpha"]),
        ("filter=sdkAvailability:server", ["beta"]),
        ("filter=hasExperiment:true", []),
        ("filter=hasExperiment:false", ["alpha", "beta"]),
        ('filter=creationDate:{"before":1}', []),
        ('filter=evaluated:{"after":1},filterEnv:test', []),
        ("filter=maintainerId:nobody", []),
        ("sort=-key", ["beta", "alpha"]),
        ("sort=type,key", ["beta", "alpha"]),
        ("sort=-targetingModifiedDate&env=test", ["alpha", "beta"]),
    ],
)  # fmt: skip
def test_lists_are_filtered_and_sorted(ld: Browser, mockenv: Sandbox, query: str, found: list[str]) -> None:
    flag(ld, "alpha", tags=["ui"], clientSideAvailability={"usingEnvironmentId": True, "usingMobileKey": False})
    flag(ld, "beta", tags=["ui", "Web"], temporary=False)
    flag(ld, "gamma")
    changed(ld, {"kind": "archiveFlag"}, key="gamma", environment=None)
    mockenv.advance("1s")
    changed(ld, {"kind": "turnFlagOn"}, key="alpha")
    assert keys(ld, query) == found


@pytest.mark.parametrize("query", ["filter=nope:1", "filter=state:x", "sort=nope", "limit=0", 'filter=evaluated:{"after":1}'])
def test_unknown_filters_and_sorts_are_refused(ld: Browser, query: str) -> None:
    assert ld("GET", f"{FLAGS}?{query}").status_code == 400


def test_links_lead_through_the_pages(ld: Browser) -> None:
    for key in ("a", "b", "c"):
        flag(ld, key)
    first = ld("GET", f"{FLAGS}?limit=1&sort=key").json()
    assert (first["totalCount"], set(first["_links"])) == (3, {"self", "next", "last"})
    path = first["_links"]["next"]["href"].removeprefix(f"/_sandbox/{ld.sandbox.name}")
    assert [one["key"] for one in ld("GET", path).json()["items"]] == ["b"]


# Clones, environments, projects


def test_a_clone_has_its_sources_variations_and_targeting_everywhere(ld: Browser) -> None:
    source = flag(ld, variations=[{"value": 1}, {"value": 2}, {"value": 3}])
    changed(ld, {"kind": "turnFlagOn"}, {"kind": "addTargets", "values": ["u"], "variationId": ids(source)[2]})
    clone = flag(ld, "copy", "?clone=dark-mode", variations=[{"value": "ignored"}])
    assert [one["value"] for one in clone["variations"]] == [1, 2, 3]
    assert not set(ids(clone)) & set(ids(source))
    assert (clone["environments"]["test"]["on"], clone["environments"]["production"]["on"]) == (True, False)
    assert clone["environments"]["test"]["targets"] == [{"values": ["u"], "variation": 2, "contextKind": "user"}]
    assert ld("POST", f"{FLAGS}?clone=nope", {"name": "x", "key": "x"}).status_code == 404


def test_a_new_environment_has_every_flag_and_a_clone_its_sources_targeting(ld: Browser) -> None:
    flag(ld)
    changed(ld, {"kind": "turnFlagOn"})
    make(ld, "fresh")
    make(ld, "clone", source={"key": "test"})
    found = shown(ld)["environments"]
    assert {key: one["on"] for key, one in found.items()} == {"test": True, "production": False, "fresh": False, "clone": True}
    assert found["clone"]["salt"] != found["test"]["salt"]


def test_deleting_an_environment_or_a_project_takes_along_what_hangs_on_it(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    assert ld("DELETE", f"{ENVIRONMENTS}/test").status_code == 204
    assert list(shown(ld)["environments"]) == ["production"]
    assert ld("DELETE", PROJECT).status_code == 204
    assert [mockenv.resources(provider="launchdarkly", kind=kind) for kind in ("flag", "flag_configuration")] == [[], []]


def test_a_key_can_be_used_again_and_versions_count_on(ld: Browser) -> None:
    flag(ld)
    changed(ld, {"kind": "turnFlagOn"})
    assert ld("DELETE", f"{FLAGS}/dark-mode").status_code == 204
    assert ld("GET", f"{FLAGS}/dark-mode").json()["message"] == "Unknown flag key dark-mode"
    again = flag(ld)
    assert (again["environments"]["test"]["on"], again["environments"]["test"]["version"]) == (False, 4)


# JSON Patch and merge patch


def test_json_patch_changes_settings_and_targeting_and_counts_versions(ld: Browser) -> None:
    made = flag(ld)
    patch = [
        replace("/name", "New"),
        {"op": "add", "path": "/tags/-", "value": "ops"},
        replace("/environments/test/on", True),
        {"op": "add", "path": "/environments/test/targets/-", "value": {"variation": 0, "values": ["a"]}},
        {
            "op": "add",
            "path": "/environments/test/rules/-",
            "value": {"variation": 1, "clauses": [{"attribute": "country", "op": "in", "values": ["SE"]}]},
        },
    ]
    after = ld("PATCH", f"{FLAGS}/dark-mode", patch)
    assert after.status_code == 200, after.text
    one = after.json()["environments"]["test"]
    assert (after.json()["name"], after.json()["tags"], one["on"], one["version"]) == ("New", ["ops"], True, 2)
    assert one["targets"] == [{"values": ["a"], "variation": 0, "contextKind": "user"}]
    [rule] = one["rules"]
    assert rule["_id"]
    assert (rule["trackEvents"], rule["clauses"][0]["negate"], rule["clauses"][0]["contextKind"]) == (False, False, "user")
    assert after.json()["environments"]["production"] == made["environments"]["production"]
    assert after.json()["_version"] == 2


def test_an_added_target_joins_those_that_are_there(ld: Browser) -> None:
    flag(ld)
    add = [{"op": "add", "path": "/environments/test/targets/-", "value": {"variation": 0, "values": ["a"]}}]
    ld("PATCH", f"{FLAGS}/dark-mode", add)
    more = [{"op": "add", "path": "/environments/test/targets/0/values/-", "value": "b"}]
    assert ld("PATCH", f"{FLAGS}/dark-mode", {"patch": more, "comment": "x"}).json()["environments"]["test"]["targets"] == [
        {"values": ["a", "b"], "variation": 0, "contextKind": "user"}
    ]


def test_a_merge_patch_changes_what_it_names(ld: Browser) -> None:
    flag(ld, description="old", tags=["a"])
    after = ld(
        "PATCH", f"{FLAGS}/dark-mode", {"description": None, "temporary": False, "environments": {"test": {"on": True}}}
    ).json()
    assert (after["description"], after["temporary"], after["environments"]["test"]["on"], after["tags"]) == (
        "",
        False,
        True,
        ["a"],
    )


def test_what_terraform_sends_applies(ld: Browser) -> None:
    flag(ld)
    patch = [
        replace("/clientSideAvailability/usingEnvironmentId", True),
        replace("/defaults", {"onVariation": 1, "offVariation": 0}),
        replace("/environments/test/contextTargets", [{"values": ["o"], "variation": 1, "contextKind": "org"}]),
        replace("/environments/test/fallthrough", {"rollout": {"variations": [{"variation": 0, "weight": 60000}, {"variation": 1, "weight": 40000}], "bucketBy": "email"}}),
        replace("/environments/test/offVariation", 0),
        replace("/environments/test/trackEvents", True),
        replace("/archived", False),
        {"op": "remove", "path": "/maintainerId"},
    ]  # fmt: skip
    after = ld("PATCH", f"{FLAGS}/dark-mode", patch)
    assert after.status_code == 200, after.text
    one = after.json()["environments"]["test"]
    assert after.json()["includeInSnippet"] is True
    assert (one["contextTargets"][0]["contextKind"], one["offVariation"], one["trackEvents"]) == ("org", 0, True)
    assert one["_summary"]["variations"]["0"]["rollout"] == 60000
    assert "maintainerId" not in after.json()


@pytest.mark.parametrize(
    "patch",
    [
        [replace("/key", "other")],
        [replace("/_version", 9)],
        [replace("/environments/test/version", 9)],
        [replace("/environments/nope/on", True)],
        [replace("/environments/test/on", "yes")],
        [replace("/environments/test/offVariation", 7)],
        [replace("/environments/test/fallthrough", {"rollout": {"variations": [{"variation": 0, "weight": 1}]}})],
        [replace("/environments/test/rules", [{"variation": 0, "clauses": [{"attribute": "a", "op": "like", "values": []}]}])],
        [replace("/environments/test/prerequisites", [{"key": "nope", "variation": 0}])],
        [replace("/environments/test/targets", [{"variation": 0, "values": ["a"]}, {"variation": 1, "values": ["a"]}])],
        [{"op": "test", "path": "/name", "value": "other"}, replace("/name", "x")],
        [{"op": "remove", "path": "/variations/1"}],
        [replace("/maintainerId", "0" * 24)],
        {"instructions": [{"kind": "turnFlagOn"}], "environmentKey": "test"},
        {"environments": {"test": None}},
    ],
)  # fmt: skip
def test_a_patch_that_cannot_be_is_refused_and_changes_nothing(ld: Browser, patch: Any) -> None:
    before = flag(ld)
    refused = ld("PATCH", f"{FLAGS}/dark-mode", patch)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert shown(ld) == before


def test_a_patch_that_changes_nothing_counts_no_version(ld: Browser) -> None:
    before = flag(ld)
    assert ld("PATCH", f"{FLAGS}/dark-mode", [replace("/name", before["name"])]).json() == before


def test_a_dry_run_shows_and_keeps_nothing(ld: Browser) -> None:
    before = flag(ld)
    assert changed(ld, {"kind": "turnFlagOn"}, query="?dryRun=true")["environments"]["test"]["on"] is True
    assert shown(ld) == before


# Semantic patch


def test_instructions_about_targeting_do_what_they_say(ld: Browser) -> None:
    made = flag(ld, variations=[{"value": "a"}, {"value": "b"}, {"value": "c"}])
    flag(ld, "needed")
    a, b, c = ids(made)
    clause = {"contextKind": "org", "attribute": "country", "op": "in", "negate": False, "values": ["SE"]}
    one = changed(
        ld,
        {"kind": "turnFlagOn"},
        {"kind": "addRule", "variationId": b, "clauses": [clause], "description": "north"},
        {"kind": "addRule", "rolloutWeights": {a: 15000, b: 85000}, "rolloutContextKind": "org", "clauses": [clause]},
        {"kind": "updateFallthroughVariationOrRollout", "variationId": c},
        {"kind": "updateOffVariation", "variationId": a},
        {"kind": "addTargets", "values": ["u1", "u2"], "variationId": a},
        {"kind": "addTargets", "values": ["d1"], "contextKind": "device", "variationId": b},
        {"kind": "addUserTargets", "values": ["u3"], "variationId": b},
        {"kind": "addPrerequisite", "key": "needed", "variationId": ids(shown(ld, "needed"))[0]},
        {"kind": "updateTrackEvents", "trackEvents": True},
    )["environments"]["test"]
    assert (one["on"], one["fallthrough"], one["offVariation"], one["trackEvents"]) == (True, {"variation": 2}, 0, True)
    assert [rule.get("variation") for rule in one["rules"]] == [1, None]
    assert one["rules"][1]["rollout"]["contextKind"] == "org"
    assert [(target["variation"], target["values"]) for target in one["targets"]] == [(0, ["u1", "u2"]), (1, ["u3"])]
    assert one["contextTargets"] == [{"values": ["d1"], "variation": 1, "contextKind": "device"}]
    assert one["prerequisites"] == [{"key": "needed", "variation": 0}]
    first, second = (rule["_id"] for rule in one["rules"])
    clause_id = one["rules"][0]["clauses"][0]["_id"]
    two = changed(
        ld,
        {"kind": "reorderRules", "ruleIds": [second, first]},
        {"kind": "addValuesToClause", "ruleId": first, "clauseId": clause_id, "values": ["NO", "SE"]},
        {"kind": "addClauses", "ruleId": second, "clauses": [clause]},
        {"kind": "updateRuleVariationOrRollout", "ruleId": second, "variationId": c},
        {"kind": "updateRuleDescription", "ruleId": first, "description": "new"},
        {"kind": "updateRuleTrackEvents", "ruleId": first, "trackEvents": True},
        {"kind": "removeTargets", "values": ["u1"], "variationId": a},
        {"kind": "clearUserTargets", "variationId": b},
        {"kind": "removePrerequisite", "key": "needed"},
        {"kind": "removePrerequisite", "key": "never there"},
    )["environments"]["test"]
    assert [rule["_id"] for rule in two["rules"]] == [second, first]
    assert (two["rules"][0]["variation"], "rollout" in two["rules"][0], len(two["rules"][0]["clauses"])) == (2, False, 2)
    assert (two["rules"][1]["description"], two["rules"][1]["trackEvents"]) == ("new", True)
    assert two["rules"][1]["clauses"][0]["values"] == ["SE", "NO"]
    assert [target["values"] for target in two["targets"]] == [["u2"]]
    assert two["prerequisites"] == []
    three = changed(
        ld,
        {"kind": "removeValuesFromClause", "ruleId": first, "clauseId": clause_id, "values": ["SE"]},
        {"kind": "updateClause", "ruleId": first, "clauseId": clause_id, "clause": {**clause, "op": "contains", "values": ["x"]}},
        {"kind": "removeClauses", "ruleId": second, "clauseIds": [two["rules"][0]["clauses"][1]["_id"]]},
        {"kind": "addRule", "variationId": a, "clauses": [], "beforeRuleId": second},
        {"kind": "removeRule", "ruleId": "never there"},
        {
            "kind": "replaceTargets",
            "targets": [{"variationId": b, "values": ["x"]}, {"variationId": c, "contextKind": "org", "values": ["y"]}],
        },
        {"kind": "turnFlagOff"},
    )["environments"]["test"]
    assert [rule["_id"] for rule in three["rules"]][1:] == [second, first]
    assert three["rules"][2]["clauses"][0]["op"] == "contains"
    assert (three["on"], three["targets"][0]["values"], three["contextTargets"][0]["values"]) == (False, ["x"], ["y"])
    four = changed(
        ld, {"kind": "replaceRules", "rules": [{"variationId": a, "clauses": [clause]}]}, {"kind": "clearTargets", "variationId": b}
    )
    assert (len(four["environments"]["test"]["rules"]), four["environments"]["test"]["targets"]) == (1, [])


def test_instructions_about_settings_do_what_they_say(ld: Browser) -> None:
    flag(ld, tags=["a"])
    after = changed(
        ld,
        {"kind": "updateName", "value": "N"},
        {"kind": "updateDescription", "value": "D"},
        {"kind": "addTags", "values": ["b", "c"]},
        {"kind": "removeTags", "values": ["a"]},
        {"kind": "makeFlagPermanent"},
        {"kind": "turnOnClientSideAvailability", "value": "usingMobileKey"},
        {"kind": "addCustomProperties", "key": "k", "name": "K", "values": ["1", "2"]},
        {"kind": "removeCustomProperties", "key": "k", "values": ["1"]},
        {"kind": "removeMaintainer"},
        {"kind": "deprecateFlag"},
        environment=None,
    )
    assert (after["name"], after["description"], after["tags"], after["temporary"]) == ("N", "D", ["b", "c"], False)
    assert after["clientSideAvailability"] == {"usingMobileKey": True, "usingEnvironmentId": False}
    assert (after["customProperties"], after["deprecated"]) == ({"k": {"name": "K", "value": ["2"]}}, True)
    assert "maintainerId" not in after
    assert after["deprecatedDate"]
    again = changed(
        ld,
        {"kind": "restoreDeprecatedFlag"},
        {"kind": "makeFlagTemporary"},
        {"kind": "removeCustomProperties", "key": "k", "values": ["2"]},
        environment=None,
    )
    assert (again["deprecated"], "deprecatedDate" in again, again["temporary"], again["customProperties"]) == (
        False,
        False,
        True,
        {},
    )


def test_variations_come_change_and_go_and_what_is_served_stays(ld: Browser) -> None:
    made = flag(ld, variations=[{"value": 1}, {"value": 2}, {"value": 3}], defaults={"onVariation": 0, "offVariation": 2})
    one, two, three = ids(made)
    assert semantic(ld, {"kind": "removeVariation", "variationId": three}).status_code == 400
    after = changed(ld, {"kind": "removeVariation", "variationId": two}, {"kind": "addVariation", "value": 4, "name": "four"})
    assert [each["value"] for each in after["variations"]] == [1, 3, 4]
    assert (after["defaults"], after["environments"]["test"]["offVariation"]) == ({"onVariation": 0, "offVariation": 1}, 1)
    assert after["environments"]["test"]["version"] == 2
    again = changed(
        ld,
        {"kind": "updateVariation", "variationId": one, "value": 10, "name": "ten"},
        {"kind": "updateDefaultVariation", "OnVariationValue": 4, "offVariationValue": 10},
    )
    assert (again["variations"][0]["value"], again["defaults"]) == (10, {"onVariation": 2, "offVariation": 0})


def test_an_archived_flag_can_come_back_and_one_that_is_needed_can_neither_be_archived_nor_deleted(ld: Browser) -> None:
    needed, _ = flag(ld, "needed"), flag(ld)
    changed(ld, {"kind": "addPrerequisite", "key": "needed", "variationId": ids(needed)[0]})
    assert semantic(ld, {"kind": "archiveFlag"}, key="needed", environment=None).status_code == 409
    assert semantic(ld, {"kind": "deleteFlag"}, key="needed", environment=None).status_code == 409
    assert ld("DELETE", f"{FLAGS}/needed").status_code == 409
    after = changed(ld, {"kind": "archiveFlag"}, environment=None)
    assert (after["archived"], after["environments"]["test"]["archived"]) == (True, True)
    assert after["archivedDate"]
    back = changed(ld, {"kind": "restoreFlag"}, environment=None)
    assert (back["archived"], "archivedDate" in back) == (False, False)
    assert semantic(ld, {"kind": "deleteFlag"}, environment=None).status_code == 200
    assert keys(ld, "archived=false") == ["needed"]


@pytest.mark.parametrize(
    ("instruction", "says"),
    [
        ({"kind": "turnFlagOnn"}, "turnFlagOn"),
        ({"kind": "addTags"}, "values"),
        ({"kind": "updateFallthroughVariationOrRollout", "variationId": "x"}, "variation x"),
        ({"kind": "updateRuleDescription", "ruleId": "r", "description": "d"}, "rule r"),
        ({"kind": "updatePrerequisite", "key": "k", "variationId": "v"}, "prerequisite"),
        ({"kind": "updateName", "value": 5}, "name"),
        ({"kind": "turnOnClientSideAvailability", "value": "x"}, "usingMobileKey"),
        ({"kind": "addTargets", "values": 5, "variationId": "x"}, ""),
        ({"kind": "reorderRules", "ruleIds": ["x"]}, "every rule"),
        ({"kind": "addRule", "clauses": ["x"], "variationId": "x"}, ""),
    ],
)
def test_an_instruction_that_cannot_be_is_refused_with_all_that_came_with_it(ld: Browser, instruction: Json, says: str) -> None:
    before = flag(ld)
    refused = semantic(ld, {"kind": "turnFlagOn"}, instruction)
    assert refused.status_code == 400, refused.text
    assert says in refused.json()["message"]
    assert shown(ld) == before


def test_instructions_about_targeting_need_an_environment(ld: Browser) -> None:
    flag(ld)
    assert "environmentKey" in semantic(ld, {"kind": "turnFlagOn"}, environment=None).json()["message"]
    assert semantic(ld, {"kind": "turnFlagOn"}, environment="nope").status_code == 400


# Approvals, copies, statuses


def test_where_changes_need_an_approval_targeting_cannot_be_changed_directly(ld: Browser) -> None:
    flag(ld, tags=["careful"])
    ld("PATCH", f"{ENVIRONMENTS}/production", [replace("/approvalSettings/required", True)])
    ld("PATCH", f"{ENVIRONMENTS}/test", [replace("/approvalSettings/requiredApprovalTags", ["careful"])])
    for environment in ("test", "production"):
        refused = semantic(ld, {"kind": "turnFlagOn"}, environment=environment)
        assert (refused.status_code, refused.json()["message"]) == (405, "approval is required")
    assert semantic(ld, {"kind": "updateName", "value": "free"}, environment=None).status_code == 200


def test_targeting_is_copied_between_environments_as_far_as_asked_for(ld: Browser) -> None:
    made = flag(ld)
    changed(ld, {"kind": "turnFlagOn"}, {"kind": "addTargets", "values": ["u"], "variationId": ids(made)[0]})
    body = {"source": {"key": "test", "currentVersion": 2}, "target": {"key": "production"}, "excludedActions": ["updateOn"]}
    copied = ld("POST", f"{FLAGS}/dark-mode/copy", body)
    assert copied.status_code == 201, copied.text
    one = copied.json()["environments"]["production"]
    assert (one["on"], one["targets"][0]["values"], one["version"]) == (False, ["u"], 2)
    stale = ld("POST", f"{FLAGS}/dark-mode/copy", {**body, "target": {"key": "production", "currentVersion": 1}})
    assert (stale.status_code, stale.json()["code"]) == (409, "optimistic_locking_error")
    assert ld("POST", f"{FLAGS}/dark-mode/copy", {**body, "includedActions": []}).status_code == 400
    assert ld("POST", f"{FLAGS}/dark-mode/copy", {"source": {"key": "nope"}, "target": {"key": "test"}}).status_code == 404


def test_a_flag_is_new_for_a_week_and_then_inactive_until_somebody_asks_for_it(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    statuses, across = "/api/v2/flag-statuses/projectKey/test", "/api/v2/flag-status/projectKey/dark-mode"
    assert ld("GET", f"{statuses}/dark-mode").json()["name"] == "new"
    mockenv.advance("168h")
    assert [one["name"] for one in ld("GET", statuses).json()["items"]] == ["inactive"]
    assert set(ld("GET", across).json()["environments"]) == {"test", "production"}
    assert list(ld("GET", f"{across}?env=test").json()["environments"]) == ["test"]


# The official client


def test_the_official_client_reads_every_reply(api: launchdarkly_api.ApiClient) -> None:
    flags: Any = launchdarkly_api.FeatureFlagsApi(api)
    made = flags.post_feature_flag("projectKey", launchdarkly_api.FeatureFlagBody(name="Dark mode", key="dark-mode"))
    assert made.environments["test"].fallthrough.variation == 0
    patch = launchdarkly_api.PatchWithComment(
        patch=[launchdarkly_api.PatchOperation(op="replace", path="/environments/test/on", value=True)]
    )
    assert flags.patch_feature_flag("projectKey", "dark-mode", patch).environments["test"].on is True
    assert flags.get_feature_flags("projectKey", env="test", summary=False).items[0].environments["test"].rules == []
    copy = launchdarkly_api.FlagCopyConfigPost(
        source=launchdarkly_api.FlagCopyConfigEnvironment(key="test"),
        target=launchdarkly_api.FlagCopyConfigEnvironment(key="production"),
    )
    assert flags.copy_feature_flag("projectKey", "dark-mode", copy).environments["production"].on is True
    assert flags.get_feature_flag_status("projectKey", "test", "dark-mode").name == "new"
    assert flags.get_feature_flag_statuses("projectKey", "test").items[0].name == "new"
    assert flags.get_feature_flag_status_across_environments("projectKey", "dark-mode").key == "dark-mode"
    flags.delete_feature_flag("projectKey", "dark-mode")
    with pytest.raises(launchdarkly_api.exceptions.NotFoundException):
        flags.get_feature_flag("projectKey", "dark-mode")


def test_a_flag_that_comes_changes_and_goes_is_told_as_events(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    changed(ld, {"kind": "turnFlagOn"})
    ld("DELETE", f"{FLAGS}/dark-mode")
    told = [one["type"] for one in mockenv.events() if ".flag." in one["type"]]
    assert told == [f"launchdarkly.flag.{what}" for what in ("created", "updated", "deleted")]
