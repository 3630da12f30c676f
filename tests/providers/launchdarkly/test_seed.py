"""The reference page's own request, the host replaced and nothing else, against a fresh server."""

from __future__ import annotations

import re
import subprocess

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser

CURL = """
curl -X POST https://app.launchdarkly.com/api/v2/projects/projectKey/environments \\
 -H "Authorization: <apiKey>" \\
 -H "Content-Type: application/json" \\
 -d '{
 "name": "My Environment",
 "key": "environment-key-123abc",
 "color": "DADBEE"
}'
"""
MEMBERS = [
    "_links", "_id", "key", "name", "apiKey", "mobileKey", "color", "defaultTtl", "secureMode", "defaultTrackEvents",
    "requireComments", "confirmChanges", "tags", "approvalSettings", "resourceApprovalSettings", "critical",
]  # fmt: skip


def send(mockenv: Sandbox) -> str:
    """The command as printed; the sandbox is chosen by the path, as the printed token names none."""
    command = CURL.strip().replace("https://app.launchdarkly.com", mockenv.url)
    done = subprocess.run(
        ["sh", "-c", f"{command} --silent --noproxy '*' --write-out '%{{http_code}}'"], capture_output=True, check=True
    )
    return done.stdout.decode()


def test_the_reference_pages_request_creates_an_environment(mockenv: Sandbox) -> None:
    assert send(mockenv).endswith("201")
    assert send(mockenv).endswith("409")


def test_the_reply_has_every_member_in_order_and_in_its_format(ld: Browser) -> None:
    body = {"name": "My Environment", "key": "environment-key-123abc", "color": "DADBEE"}
    reply = ld("POST", "/api/v2/projects/projectKey/environments", body)
    assert (reply.status_code, reply.headers["Content-Type"]) == (201, "application/json")
    made = reply.json()
    assert list(made) == MEMBERS
    id, path = made.pop("_id"), "/api/v2/projects/projectKey/environments/environment-key-123abc"
    assert re.fullmatch(r"[0-9a-f]{24}", id)
    assert re.fullmatch(r"sdk-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made.pop("apiKey"))
    assert re.fullmatch(r"mob-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made.pop("mobileKey"))
    assert made == {
        "_links": {
            "analytics": {"href": f"https://app.launchdarkly.com/snippet/events/v1/{id}.js", "type": "text/html"},
            "apiKey": {"href": f"{path}/apiKey", "type": "application/json"},
            "mobileKey": {"href": f"{path}/mobileKey", "type": "application/json"},
            "self": {"href": path, "type": "application/json"},
            "snippet": {"href": f"https://app.launchdarkly.com/snippet/features/{id}.js", "type": "text/html"},
        },
        "key": "environment-key-123abc",
        "name": "My Environment",
        "color": "DADBEE",
        "defaultTtl": 0,
        "secureMode": False,
        "defaultTrackEvents": False,
        "requireComments": False,
        "confirmChanges": False,
        "tags": [],
        "approvalSettings": {
            "required": False,
            "bypassApprovalsForPendingChanges": False,
            "minNumApprovals": 1,
            "canReviewOwnRequest": False,
            "canApplyDeclinedChanges": True,
            "serviceKind": "launchdarkly",
            "serviceConfig": {},
            "requiredApprovalTags": [],
        },
        "resourceApprovalSettings": {},
        "critical": False,
    }


@pytest.mark.mockenv(options={"launchdarkly": {"approvals": False}})
def test_without_approvals_both_members_are_absent_everywhere(ld: Browser) -> None:
    path = "/api/v2/projects/projectKey/environments"
    assert [name for name in ld("GET", f"{path}/test").json() if "pproval" in name] == []
    for operation in (
        {"op": "replace", "path": "/approvalSettings/required", "value": True},
        {"op": "add", "path": "/approvalSettings", "value": {"required": True}},
        {"op": "add", "path": "/resourceApprovalSettings", "value": {}},
    ):
        assert ld("PATCH", f"{path}/test", [operation]).status_code == 400


@pytest.mark.mockenv(options={"launchdarkly": {"access": True}})
def test_with_the_option_replies_say_what_the_token_may_do(ld: Browser, reader: Browser) -> None:
    path = "/api/v2/projects/projectKey"
    mine, theirs = ld("GET", f"{path}/environments/test").json(), reader("GET", f"{path}/environments/test").json()
    assert list(mine)[8:11] == ["secureMode", "_access", "defaultTrackEvents"]
    assert (mine["_access"]["denied"], theirs["_access"]["allowed"]) == ([], [])
    rule = theirs["_access"]["denied"][0]
    assert (rule["action"], rule["reason"]["effect"]) == ("createEnvironment", "deny")
    assert ld("GET", path).json()["_access"]["allowed"]
