"""Approval requests: asked for, reviewed, applied; and the settings that say where they must be."""

from __future__ import annotations

from typing import Any

import launchdarkly_api
import pytest

from mockenv.client import Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, replace
from tests.providers.launchdarkly.test_flags import FLAGS, flag, semantic
from tests.providers.launchdarkly.test_keys import NOW

REQUESTS = "/api/v2/projects/projectKey/flags/dark-mode/environments/test/approval-requests"
ALL, SETTINGS = "/api/v2/approval-requests", "/api/v2/approval-requests/projects/projectKey/settings"
ON = {"description": "Turn it on", "instructions": [{"kind": "turnFlagOn"}]}
Json = dict[str, Any]


@pytest.fixture
def request_for_on(ld: Browser) -> str:
    """The path of a request to turn a flag on where that needs an approval."""
    flag(ld)
    ld("PATCH", f"{ENVIRONMENTS}/test", [replace("/approvalSettings/required", True)])
    made = ld("POST", REQUESTS, ON)
    assert made.status_code == 201, made.text
    assert (made.json()["status"], made.json()["reviewStatus"]) == ("pending", "pending")
    return f"{REQUESTS}/{made.json()['_id']}"


def is_on(ld: Browser) -> bool:
    return bool(ld("GET", f"{FLAGS}/dark-mode").json()["environments"]["test"]["on"])


def test_what_cannot_be_changed_directly_is_changed_once_somebody_else_agrees(
    ld: Browser, writer: Browser, request_for_on: str
) -> None:
    assert semantic(ld, {"kind": "turnFlagOn"}).status_code == 405
    assert ld("POST", f"{request_for_on}/apply", {}).status_code == 400
    assert ld("POST", f"{request_for_on}/reviews", {"kind": "approve"}).status_code == 403
    assert ld("POST", f"{request_for_on}/reviews", {"kind": "comment", "comment": "please"}).json()["reviewStatus"] == "pending"
    reviewed = writer("POST", f"{request_for_on}/reviews", {"kind": "approve", "comment": "fine"})
    assert (reviewed.json()["reviewStatus"], is_on(ld)) == ("approved", False)
    applied = ld("POST", f"{request_for_on}/apply", {"comment": "now"}).json()
    assert (applied["status"], is_on(ld)) == ("completed", True)
    assert applied["appliedByMemberId"]
    for path, body in (("apply", {}), ("reviews", {"kind": "approve"})):
        assert writer("POST", f"{request_for_on}/{path}", body).status_code == 400
    assert ld("GET", f"{FLAGS}/dark-mode").json()["environments"]["test"]["version"] == 2


def test_a_declined_request_is_applied_only_where_the_environment_lets_it_be(
    ld: Browser, writer: Browser, request_for_on: str
) -> None:
    ld("PATCH", f"{ENVIRONMENTS}/test", [replace("/approvalSettings/canReviewOwnRequest", True)])
    writer("POST", f"{request_for_on}/reviews", {"kind": "decline"})
    assert ld("POST", f"{request_for_on}/apply", {}).status_code == 400
    assert ld("POST", f"{request_for_on}/reviews", {"kind": "approve"}).json()["reviewStatus"] == "approved"
    ld("PATCH", f"{ENVIRONMENTS}/test", [replace("/approvalSettings/canApplyDeclinedChanges", False)])
    assert ld("POST", f"{request_for_on}/reviews", {"kind": "approve"}).json()["reviewStatus"] == "declined"
    assert writer("POST", f"{request_for_on}/reviews", {"kind": "approve"}).json()["reviewStatus"] == "approved"


def test_as_many_must_agree_as_the_environment_says(ld: Browser, writer: Browser, request_for_on: str) -> None:
    ld(
        "PATCH",
        f"{ENVIRONMENTS}/test",
        [replace("/approvalSettings/minNumApprovals", 2), replace("/approvalSettings/canReviewOwnRequest", True)],
    )
    assert [writer("POST", f"{request_for_on}/reviews", {"kind": "approve"}).json()["reviewStatus"] for _ in range(2)] == [
        "pending"
    ] * 2
    assert ld("POST", f"{request_for_on}/reviews", {"kind": "approve"}).json()["reviewStatus"] == "approved"


def test_other_instructions_want_other_reviews(ld: Browser, writer: Browser, request_for_on: str) -> None:
    writer("POST", f"{request_for_on}/reviews", {"kind": "approve"})
    changed = ld("PATCH", request_for_on, {"instructions": [{"kind": "turnFlagOff"}]}).json()
    assert (changed["reviewStatus"], changed["allReviews"], changed["_version"]) == ("pending", [], 2)


def test_a_request_that_could_not_be_carried_out_is_refused_at_once(ld: Browser, request_for_on: str) -> None:
    for bad in ({"kind": "nope"}, {"kind": "addTags"}, {"kind": "updateOffVariation", "variationId": "x"}):
        assert ld("POST", REQUESTS, {"description": "x", "instructions": [bad]}).status_code == 400
    assert len(ld("GET", REQUESTS).json()["items"]) == 1


def test_requests_are_found_by_their_flag_and_in_the_account(ld: Browser, reader: Browser, request_for_on: str) -> None:
    id = request_for_on.rpartition("/")[2]
    assert ld("GET", request_for_on).json() == ld("GET", f"{ALL}/{id}").json()
    assert ld("GET", ALL).json()["totalCount"] == 1
    assert ld("GET", request_for_on.replace("/test/", "/production/")).status_code == 404
    by_resource = ld("POST", ALL, {**ON, "resourceId": "proj/projectKey:env/production:flag/dark-mode"})
    assert by_resource.status_code == 201, by_resource.text
    assert ld("POST", ALL, {**ON, "resourceId": "proj/projectKey"}).status_code == 400
    assert reader("POST", REQUESTS, ON).status_code == 403
    assert ld("DELETE", f"{ALL}/{id}").status_code == 204
    assert ld("DELETE", f"{FLAGS}/dark-mode").status_code == 204
    assert ld("GET", ALL).json()["items"] == []


def test_settings_are_one_thing_at_the_beta_endpoint_and_at_the_environment(ld: Browser) -> None:
    body = {"environmentKey": "test", "resourceKind": "segment", "required": True, "minNumApprovals": 2}
    changed = ld("PATCH", SETTINGS, body)
    assert changed.status_code == 200, changed.text
    assert changed.json()["segment"]["environments"]["test"]["minNumApprovals"] == 2
    assert ld("GET", f"{ENVIRONMENTS}/test").json()["resourceApprovalSettings"]["segment"]["required"] is True
    assert list(ld("GET", f"{SETTINGS}?resourceKind=segment&environmentKey=test").json()["segment"]["environments"]) == ["test"]
    assert set(ld("GET", SETTINGS).json()) == {"flag", "segment", "aiconfig"}
    ld("PATCH", SETTINGS, {"environmentKey": "test", "resourceKind": "flag", "required": True})
    assert ld("GET", f"{ENVIRONMENTS}/test").json()["approvalSettings"]["required"] is True
    assert ld("PATCH", SETTINGS, {**body, "requiredApprovalTags": ["a"]}).status_code == 400
    assert ld("PATCH", SETTINGS, {**body, "environmentKey": "nope"}).status_code == 404
    assert ld("PATCH", SETTINGS, {**body, "minNumApprovals": 9}).status_code == 400


def test_where_segments_need_an_approval_they_cannot_be_changed(ld: Browser) -> None:
    ld("POST", "/api/v2/segments/projectKey/test", {"name": "Beta", "key": "beta"})
    ld("PATCH", SETTINGS, {"environmentKey": "test", "resourceKind": "segment", "required": True})
    refused = ld("PATCH", "/api/v2/segments/projectKey/test/beta", [replace("/name", "x")])
    assert (refused.status_code, refused.json()["message"]) == (403, "approval is required")


def test_the_official_client_reads_every_reply(api: launchdarkly_api.ApiClient, writer: Browser, request_for_on: str) -> None:
    approvals: Any = launchdarkly_api.ApprovalsApi(api)
    id = request_for_on.rpartition("/")[2]
    assert approvals.get_approvals_for_flag("projectKey", "dark-mode", "test").items[0].id == id
    assert approvals.get_approval_request(id).status == "pending"
    writer("POST", f"{request_for_on}/reviews", {"kind": "approve"})
    applied = approvals.post_approval_request_apply(id, launchdarkly_api.PostApprovalRequestApplyRequest(comment="x"))
    assert applied.status == "completed"


@DATED_BY_THE_SANDBOX
@pytest.mark.parametrize("hindered", [False, True])
def test_an_approved_change_waits_for_its_date(ld: Browser, writer: Browser, mockenv: Sandbox, hindered: bool) -> None:
    flag(ld)
    variation = ld("GET", f"{FLAGS}/dark-mode").json()["variations"][1]["_id"]
    instructions = [{"kind": "turnFlagOn"}, {"kind": "updateOffVariation", "variationId": variation}]
    made = ld("POST", REQUESTS, {"description": "d", "instructions": instructions, "executionDate": NOW + 3_600_000})
    path = f"{REQUESTS}/{made.json()['_id']}"
    writer("POST", f"{path}/reviews", {"kind": "approve"})
    applied = ld("POST", f"{path}/apply", {})
    assert (applied.status_code, applied.json()["status"], is_on(ld)) == (200, "scheduled", False)
    assert writer("POST", f"{path}/reviews", {"kind": "decline"}).status_code == 400
    if hindered:
        ld("PATCH", f"{FLAGS}/dark-mode", [replace("/environments/test/offVariation", 0)])
        ld("PATCH", f"{FLAGS}/dark-mode", [replace("/environments/production/offVariation", 0)])
        gone = semantic(
            ld, {"kind": "updateDefaultVariation", "offVariationValue": True, "onVariationValue": True}, environment=None
        )
        assert gone.status_code == 200, gone.text
        assert semantic(ld, {"kind": "removeVariation", "variationId": variation}, environment=None).status_code == 200
    mockenv.advance("59m")
    assert ld("GET", path).json()["status"] == "scheduled"
    mockenv.advance("1m")
    shown = ld("GET", path).json()
    assert (shown["status"], is_on(ld)) == (("failed", False) if hindered else ("completed", True))
    assert ("appliedDate" in shown) is not hindered


@DATED_BY_THE_SANDBOX
@pytest.mark.parametrize("gone", ["request", "flag", "environment"])
def test_a_scheduled_change_goes_with_what_it_belongs_to(ld: Browser, writer: Browser, mockenv: Sandbox, gone: str) -> None:
    flag(ld)
    made = ld("POST", REQUESTS, {**ON, "executionDate": NOW + 3_600_000}).json()
    path = f"{REQUESTS}/{made['_id']}"
    writer("POST", f"{path}/reviews", {"kind": "approve"})
    assert ld("POST", f"{path}/apply", {}).json()["status"] == "scheduled"
    assert len(mockenv.agenda()) == 1
    where = {"request": path, "flag": f"{FLAGS}/dark-mode", "environment": f"{ENVIRONMENTS}/test"}[gone]
    assert ld("DELETE", where).status_code == 204
    assert mockenv.agenda() == []
