"""Segments: groups of contexts in one environment, changed by semantic patch and JSON Patch, and what flags have to do with them."""

from __future__ import annotations

from typing import Any

import launchdarkly_api
import pytest

from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, make, replace
from tests.providers.launchdarkly.test_flags import SEMANTIC, changed, flag, ids

SEGMENTS = "/api/v2/segments/projectKey/test"
Json = dict[str, Any]


def segment(ld: Browser, key: str = "beta", **more: Any) -> Json:
    reply = ld("POST", SEGMENTS, {"name": key.title(), "key": key, **more})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def patched(ld: Browser, *instructions: Json, key: str = "beta") -> Json:
    reply = ld("PATCH", f"{SEGMENTS}/{key}", {"instructions": list(instructions)}, headers={"Content-Type": SEMANTIC})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def keys(ld: Browser, query: str) -> list[str]:
    reply = ld("GET", f"{SEGMENTS}?{query}")
    assert reply.status_code == 200, reply.text
    return [one["key"] for one in reply.json()["items"]]


def test_a_new_segment_is_empty_and_in_its_environment_alone(ld: Browser) -> None:
    made = segment(ld, description="testers", tags=["a"])
    assert (made["version"], made["deleted"], made["generation"], made["description"]) == (1, False, 1, "testers")
    assert made["included"] == made["excluded"] == made["includedContexts"] == made["rules"] == []
    shown = ld("GET", f"{SEGMENTS}/beta").json()
    assert (shown.pop("_flags"), shown) == ([], made)
    assert ld("GET", "/api/v2/segments/projectKey/production/beta").status_code == 404
    assert ld("POST", SEGMENTS, {"name": "x", "key": "beta"}).status_code == 409


def test_json_patch_changes_lists_and_rules(ld: Browser) -> None:
    segment(ld)
    patch = [
        {"op": "add", "path": "/included/-", "value": "a"},
        {"op": "add", "path": "/includedContexts/-", "value": {"contextKind": "org", "values": ["o"]}},
        {
            "op": "add",
            "path": "/rules/-",
            "value": {"clauses": [{"attribute": "country", "op": "in", "values": ["SE"]}], "weight": 50000},
        },
        replace("/name", "New"),
        {"op": "add", "path": "/description", "value": "d"},
    ]
    after = ld("PATCH", f"{SEGMENTS}/beta", patch)
    assert after.status_code == 200, after.text
    assert (after.json()["included"], after.json()["name"], after.json()["version"]) == (["a"], "New", 2)
    [rule] = after.json()["rules"]
    assert rule["_id"]
    assert rule["clauses"][0]["contextKind"] == "user"
    assert "description" not in ld("PATCH", f"{SEGMENTS}/beta", [{"op": "remove", "path": "/description"}]).json()


@pytest.mark.parametrize(
    "patch",
    [
        [replace("/key", "x")],
        [replace("/version", 9)],
        [replace("/included", [5])],
        [replace("/rules", [{"clauses": [{}]}])],
        [replace("/name", "")],
    ],
)
def test_a_patch_that_cannot_be_is_refused_and_changes_nothing(ld: Browser, patch: Any) -> None:
    before = segment(ld)
    assert ld("PATCH", f"{SEGMENTS}/beta", patch).status_code == 400
    assert ld("GET", f"{SEGMENTS}/beta").json()["version"] == before["version"]


def test_instructions_do_what_they_say(ld: Browser) -> None:
    segment(ld, tags=["a"])
    clause = {"contextKind": "user", "attribute": "country", "op": "in", "negate": False, "values": ["SE"]}
    one = patched(
        ld,
        {"kind": "updateName", "value": "N"},
        {"kind": "updateDescription", "value": "D"},
        {"kind": "addTags", "values": ["b"]},
        {"kind": "removeTags", "values": ["a"]},
        {"kind": "addIncludedTargets", "values": ["u1", "u2"]},
        {"kind": "addIncludedTargets", "contextKind": "org", "values": ["o1"]},
        {"kind": "addExcludedUsers", "values": ["u3"]},
        {"kind": "removeIncludedUsers", "values": ["u1"]},
        {"kind": "addRule", "clauses": [clause], "description": "north"},
    )
    assert (one["name"], one["description"], one["tags"], one["included"], one["excluded"]) == ("N", "D", ["b"], ["u2"], ["u3"])
    assert one["includedContexts"] == [{"contextKind": "org", "values": ["o1"]}]
    rule = one["rules"][0]
    two = patched(
        ld,
        {"kind": "addValuesToClause", "ruleId": rule["_id"], "clauseId": rule["clauses"][0]["_id"], "values": ["NO"]},
        {"kind": "updateRuleRolloutAndContextKind", "ruleId": rule["_id"], "weight": 1000, "contextKind": "org"},
        {"kind": "removeIncludedTargets", "contextKind": "org", "values": ["o1"]},
    )
    assert (two["rules"][0]["clauses"][0]["values"], two["rules"][0]["weight"], two["includedContexts"]) == (["SE", "NO"], 1000, [])
    assert patched(ld, {"kind": "removeRule", "ruleId": rule["_id"]})["rules"] == []
    for bad in (
        {"kind": "turnFlagOn"},
        {"kind": "addTags"},
        {"kind": "updateName", "value": 5},
        {"kind": "addIncludedUsers", "values": "x"},
    ):
        refused = ld("PATCH", f"{SEGMENTS}/beta", {"instructions": [bad]}, headers={"Content-Type": SEMANTIC})
        assert refused.status_code == 400, refused.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["alpha", "beta", "gamma"]),
        ('filter=query equals "ALP"', ["alpha"]),
        ('filter=tags anyOf ["x","z"]', ["alpha", "gamma"]),
        ('filter=tags anyOf ["x"],query equals "gam"', ["gamma"]),
        ('filter=query equals "alp"|query equals "bet"', ["alpha", "beta"]),
        ('filter=(query equals "alp"|query equals "gam"),tags anyOf ["z"]', ["gamma"]),
        ('filter=excludedKeys anyOf ["beta"]', ["alpha", "gamma"]),
        ('filter=includedKeys anyOf ["beta"]', ["beta"]),
        ("filter=unbounded equals true", []),
        ("filter=unbounded equals false", ["alpha", "beta", "gamma"]),
        ("sort=-name&limit=2", ["gamma", "beta"]),
    ],
)
def test_lists_are_filtered_and_sorted(ld: Browser, query: str, found: list[str]) -> None:
    segment(ld, "alpha", tags=["X"])
    segment(ld, "beta")
    segment(ld, "gamma", tags=["x", "z"])
    assert keys(ld, query) == found


@pytest.mark.parametrize("query", ["filter=query:x", "filter=(query equals x", "filter=nope equals x", "sort=nope"])
def test_what_is_no_filter_is_refused(ld: Browser, query: str) -> None:
    assert ld("GET", f"{SEGMENTS}?{query}").status_code == 400


def test_a_segment_knows_the_flags_that_refer_to_it_and_stays_while_they_do(ld: Browser) -> None:
    segment(ld)
    made = flag(ld)
    clause = {"attribute": "", "op": "segmentMatch", "negate": False, "values": ["beta"]}
    rule = changed(ld, {"kind": "addRule", "variationId": ids(made)[0], "clauses": [clause]})["environments"]["test"]["rules"][0]
    assert [one["key"] for one in ld("GET", f"{SEGMENTS}/beta").json()["_flags"]] == ["dark-mode"]
    assert ld("DELETE", f"{SEGMENTS}/beta").status_code == 409
    changed(ld, {"kind": "removeRule", "ruleId": rule["_id"]})
    assert ld("DELETE", f"{SEGMENTS}/beta").status_code == 204
    assert segment(ld)["version"] == 3


def test_a_cloned_environment_has_its_sources_segments_and_what_goes_takes_them_along(ld: Browser) -> None:
    segment(ld, tags=["a"])
    patched(ld, {"kind": "addIncludedUsers", "values": ["u"]})
    make(ld, "clone", source={"key": "test"})
    make(ld, "fresh")
    assert ld("GET", "/api/v2/segments/projectKey/clone/beta").json()["included"] == ["u"]
    assert ld("GET", "/api/v2/segments/projectKey/fresh").json()["items"] == []
    assert ld("DELETE", f"{ENVIRONMENTS}/test").status_code == 204
    assert ld("GET", SEGMENTS).status_code == 404


def test_a_reader_may_look_and_not_touch(ld: Browser, reader: Browser) -> None:
    segment(ld)
    assert reader("GET", f"{SEGMENTS}/beta").status_code == 200
    assert reader("POST", SEGMENTS, {"name": "x", "key": "x"}).status_code == 403
    assert reader("DELETE", f"{SEGMENTS}/beta").status_code == 403


def test_the_official_client_reads_every_reply(api: launchdarkly_api.ApiClient) -> None:
    segments: Any = launchdarkly_api.SegmentsApi(api)
    segments.post_segment("projectKey", "test", launchdarkly_api.SegmentBody(name="Beta", key="beta"))
    patch = launchdarkly_api.PatchWithComment(patch=[launchdarkly_api.PatchOperation(op="add", path="/included/-", value="u")])
    assert segments.patch_segment("projectKey", "test", "beta", patch).included == ["u"]
    assert segments.get_segments("projectKey", "test").items[0].key == "beta"
    assert segments.get_segment("projectKey", "test", "beta").flags == []
    segments.delete_segment("projectKey", "test", "beta")
