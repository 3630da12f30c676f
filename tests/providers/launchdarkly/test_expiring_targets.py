"""Targets of LaunchDarkly's flags and segments that go by themselves, on the sandbox's clock; and who is in a big segment."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.providers.launchdarkly.conftest import replace

API = "/api/v2"
FLAG = f"{API}/flags/projectKey/dark-mode"
SEGMENTS = f"{API}/segments/projectKey/test"
NOW = 1_769_250_600_000
HOUR = 3_600_000
SEMANTIC = {"Content-Type": "application/json; domain-model=launchdarkly.semanticpatch"}
pytestmark = DATED_BY_THE_SANDBOX


@pytest.fixture
def variation(ld: Browser) -> str:
    """Of a flag that serves it to one user and one organization."""
    made = ld("POST", f"{API}/flags/projectKey", {"name": "Dark mode", "key": "dark-mode"})
    assert made.status_code == 201, made.text
    targets = [{"values": ["ann", "bob"], "variation": 0}, {"values": ["acme"], "variation": 0, "contextKind": "org"}]
    assert ld("PATCH", FLAG, [replace("/environments/test/targets", targets)]).status_code == 200
    return str(made.json()["variations"][0]["_id"])


def tell(ld: Browser, path: str, *instructions: dict[str, Any]) -> Any:
    reply = ld("PATCH", path, {"instructions": list(instructions)}, headers=SEMANTIC)
    assert reply.status_code == 200, reply.text
    return reply.json()


def of_context(kind: str, variation: str, key: str = "ann", context_kind: str = "user", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "variationId": variation, "contextKey": key, "contextKind": context_kind, **more}


def targeted(ld: Browser) -> list[str]:
    one = ld("GET", FLAG).json()["environments"]["test"]
    return [value for target in (*one["targets"], *one["contextTargets"]) for value in target["values"]]


def test_a_target_goes_when_its_date_has_come(ld: Browser, mockenv: Sandbox, variation: str) -> None:
    path = f"{FLAG}/expiring-targets/test"
    added = tell(ld, path, of_context("addExpiringTarget", variation, value=NOW + HOUR))
    assert (added["totalInstructions"], added["successfulInstructions"], added["failedInstructions"]) == (1, 1, 0)
    [item] = added["items"]
    assert item == {
        "_id": item["_id"],
        "_version": 1,
        "expirationDate": NOW + HOUR,
        "variationId": variation,
        "contextKind": "user",
        "contextKey": "ann",
        "_resourceId": {
            "kind": "flag",
            "projectKey": "projectKey",
            "environmentKey": "test",
            "key": "dark-mode",
            "flagKey": "dark-mode",
        },
    }
    assert ld("GET", path).json() == {"items": [item]}
    version = ld("GET", FLAG).json()["environments"]["test"]["version"]
    mockenv.advance("59m")
    assert targeted(ld) == ["ann", "bob", "acme"]
    mockenv.advance("1m")
    assert targeted(ld) == ["bob", "acme"]
    assert ld("GET", path).json() == {"items": []}
    assert ld("GET", FLAG).json()["environments"]["test"]["version"] == version + 1
    assert mockenv.events()[-1]["type"] == "launchdarkly.flag.updated"


def test_a_date_is_put_off_and_taken_away(ld: Browser, mockenv: Sandbox, variation: str) -> None:
    path = f"{FLAG}/expiring-targets/test"
    tell(ld, path, *(of_context("addExpiringTarget", variation, key, value=NOW + HOUR) for key in ("ann", "bob")))
    [later] = tell(ld, path, of_context("updateExpiringTarget", variation, value=NOW + 2 * HOUR, version=1))["items"]
    assert (later["_version"], later["expirationDate"]) == (2, NOW + 2 * HOUR)
    assert tell(ld, path, of_context("removeExpiringTarget", variation, "bob"))["items"] == []
    mockenv.advance("1h")
    assert targeted(ld) == ["ann", "bob", "acme"]
    mockenv.advance("1h")
    assert targeted(ld) == ["bob", "acme"]


def test_what_cannot_be_is_told_and_the_rest_is_done(ld: Browser, variation: str) -> None:
    path = f"{FLAG}/expiring-targets/test"
    told = tell(
        ld,
        path,
        of_context("addExpiringTarget", variation, "nobody", value=NOW + HOUR),
        of_context("addExpiringTarget", variation, "acme", "org", value=NOW + HOUR),
        of_context("addExpiringTarget", variation, "acme", "org", value=NOW + HOUR),
        of_context("addExpiringTarget", variation, value=NOW - HOUR),
        of_context("updateExpiringTarget", variation, "acme", "org", value=NOW + HOUR, version=7),
        of_context("removeExpiringTarget", variation),
    )
    assert (told["successfulInstructions"], told["failedInstructions"]) == (1, 5)
    assert [(one["instructionIndex"], one["message"]) for one in told["errors"]] == [
        (0, "the context is not targeted there"),
        (2, "the context is scheduled already"),
        (3, "the date is past"),
        (4, "the version is another one"),
        (5, "the context is not scheduled there"),
    ]
    unknown = ld("PATCH", path, {"instructions": [of_context("forget", variation)]}, headers=SEMANTIC)
    assert unknown.status_code == 400
    assert ld("GET", f"{API}/flags/projectKey/nobody/expiring-targets/test").status_code == 404


def test_users_have_words_of_their_own(ld: Browser, mockenv: Sandbox, variation: str) -> None:
    path = f"{FLAG}/expiring-user-targets/test"
    instruction = {"kind": "addExpireUserTargetDate", "userKey": "ann", "variationId": variation, "value": NOW + HOUR}
    [item] = tell(ld, path, instruction)["items"]
    assert (item["userKey"], "contextKey" in item) == ("ann", False)
    tell(ld, f"{FLAG}/expiring-targets/test", of_context("addExpiringTarget", variation, "acme", "org", value=NOW + HOUR))
    assert ld("GET", path).json()["items"] == [item]
    mockenv.advance("1h")
    assert targeted(ld) == ["bob"]


@pytest.mark.parametrize("gone", ["flag", "environment"])
def test_it_goes_with_what_it_belongs_to(ld: Browser, mockenv: Sandbox, variation: str, gone: str) -> None:
    tell(ld, f"{FLAG}/expiring-targets/test", of_context("addExpiringTarget", variation, value=NOW + HOUR))
    path = FLAG if gone == "flag" else f"{API}/projects/projectKey/environments/test"
    assert ld("DELETE", path).status_code == 204
    assert mockenv.agenda() == []
    assert [name for name in mockenv.resources() if "expiring" in str(name)] == []


def test_a_step_that_a_fault_keeps_from_ending_keeps_the_target(ld: Browser, mockenv: Sandbox, variation: str) -> None:
    tell(ld, f"{FLAG}/expiring-targets/test", of_context("addExpiringTarget", variation, value=NOW + HOUR))
    mockenv.fault({"fail": "no"}, provider="launchdarkly", resource="expiring_target", step="expiring_target")
    mockenv.advance("2h")
    assert targeted(ld) == ["ann", "bob", "acme"]


def test_a_segment_loses_who_was_in_it_for_a_time(ld: Browser, mockenv: Sandbox) -> None:
    assert ld("POST", SEGMENTS, {"name": "Beta", "key": "beta"}).status_code == 201
    contexts = [{"values": ["acme", "other"], "contextKind": "org"}]
    ld("PATCH", f"{SEGMENTS}/beta", [replace("/included", ["ann"]), replace("/excludedContexts", contexts)])
    base = f"{API}/segments/projectKey/beta"
    org = {"contextKind": "org", "contextKey": "acme", "targetType": "excluded", "value": NOW + HOUR}
    [item] = tell(ld, f"{base}/expiring-targets/test", {"kind": "addExpiringTarget", **org})["items"]
    assert (item["targetType"], item["_resourceId"]["kind"], "variationId" in item) == ("excluded", "segment", False)
    user = {"kind": "addExpireUserTargetDate", "userKey": "ann", "targetType": "included", "value": NOW + 2 * HOUR}
    tell(ld, f"{base}/expiring-user-targets/test", user)
    assert len(ld("GET", f"{base}/expiring-targets/test").json()["items"]) == 2
    mockenv.advance("1h")
    shown = ld("GET", f"{SEGMENTS}/beta").json()
    assert (shown["included"], shown["excludedContexts"]) == (["ann"], [{"contextKind": "org", "values": ["other"]}])
    mockenv.advance("1h")
    assert ld("GET", f"{SEGMENTS}/beta").json()["included"] == []


# Big segments


@pytest.mark.parametrize("word", ["contexts", "users"])
def test_a_big_segment_is_told_and_asked_context_by_context(ld: Browser, word: str) -> None:
    made = ld("POST", SEGMENTS, {"name": "Big", "key": "big", "unbounded": True, "unboundedContextKind": "device"}).json()
    assert (made["unbounded"], made["unboundedContextKind"], made["generation"]) == (True, "device", 1)
    path = f"{SEGMENTS}/big/{word}"

    def state(key: str) -> tuple[bool, bool]:
        shown = ld("GET", f"{path}/{key}").json()
        assert shown["userKey"] == key
        return shown["included"], shown["excluded"]

    assert ld("POST", path, {"included": {"add": ["a", "b"]}, "excluded": {"add": ["c"]}}).status_code == 204
    assert [state(key) for key in "abcd"] == [(True, False), (True, False), (False, True), (False, False)]
    assert ld("POST", path, {"included": {"remove": ["a"], "add": ["c"]}}).status_code == 204
    assert [state(key) for key in "abc"] == [(False, False), (True, False), (True, False)]
    assert ld("DELETE", f"{SEGMENTS}/big").status_code == 204
    again = ld("POST", SEGMENTS, {"name": "Big", "key": "big", "unbounded": True}).json()
    assert (again["unboundedContextKind"], again["generation"], state("b")) == ("user", 2, (False, False))


def test_a_standard_segment_is_not_asked_that_way(ld: Browser) -> None:
    assert ld("POST", SEGMENTS, {"name": "Beta", "key": "beta"}).status_code == 201
    assert ld("POST", f"{SEGMENTS}/beta/contexts", {"included": {"add": ["a"]}}).status_code == 400
    assert ld("GET", f"{SEGMENTS}/beta/contexts/a").status_code == 400
    assert ld("GET", f"{SEGMENTS}/nobody/contexts/a").status_code == 404
