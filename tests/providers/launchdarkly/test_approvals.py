"""Approval settings: their defaults, what may be left out, and what may not stand together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import make, replace
from tests.providers.launchdarkly.test_patch import patch, refused

DEFAULTS = {
    "required": False,
    "bypassApprovalsForPendingChanges": False,
    "minNumApprovals": 1,
    "canReviewOwnRequest": False,
    "canApplyDeclinedChanges": True,
    "serviceKind": "launchdarkly",
    "serviceConfig": {},
    "requiredApprovalTags": [],
}
SERVICENOW = {"serviceKind": "servicenow", "serviceConfig": {"template": "t1", "detail_column": "justification"}}


def settle(ld: Browser, **settings: Any) -> dict[str, Any]:
    """As the Terraform provider sends them: a replace for each, there or not."""
    approvals: dict[str, Any] = patch(ld, *(replace(f"/approvalSettings/{name}", value) for name, value in settings.items()))[
        "approvalSettings"
    ]
    return approvals


def test_five_documented_members_and_three_others_can_be_replaced(ld: Browser) -> None:
    make(ld)
    wanted = {
        "canReviewOwnRequest": True, "canApplyDeclinedChanges": False, "minNumApprovals": 5, "required": False,
        "requiredApprovalTags": ["a", "b"], **SERVICENOW, "autoApplyApprovedChanges": True,
    }  # fmt: skip
    assert settle(ld, **wanted) == {**DEFAULTS, **wanted}


def test_an_empty_service_kind_is_launchdarklys_own(ld: Browser) -> None:
    make(ld)
    assert settle(ld, serviceKind="")["serviceKind"] == "launchdarkly"


def test_what_is_absent_can_be_replaced_and_appears(ld: Browser) -> None:
    assert "autoApplyApprovedChanges" not in make(ld)["approvalSettings"]
    assert settle(ld, autoApplyApprovedChanges=False) == {**DEFAULTS, "autoApplyApprovedChanges": False}
    id = "1ef45a85-218f-4428-a8b2-a97e5f56c258"
    assert settle(ld, serviceKindConfigurationId=id)["serviceKindConfigurationId"] == id


def test_removing_means_default_for_each_member_and_for_all(ld: Browser) -> None:
    make(ld)
    settle(ld, required=True, minNumApprovals=3, autoApplyApprovedChanges=True, canApplyDeclinedChanges=False)
    removed = patch(
        ld,
        {"op": "remove", "path": "/approvalSettings/required"},
        {"op": "remove", "path": "/approvalSettings/requiredApprovalTags"},
    )
    assert removed["approvalSettings"]["required"] is False
    assert removed["approvalSettings"]["minNumApprovals"] == 3
    twice = [{"op": "remove", "path": "/approvalSettings/autoApplyApprovedChanges"}] * 2
    assert "autoApplyApprovedChanges" not in patch(ld, *twice)["approvalSettings"]
    assert patch(ld, {"op": "remove", "path": "/approvalSettings"})["approvalSettings"] == DEFAULTS


def test_required_for_all_and_required_for_tags_exclude_each_other(ld: Browser) -> None:
    make(ld)
    both = [replace("/approvalSettings/required", True), replace("/approvalSettings/requiredApprovalTags", ["a"])]
    assert "required" in refused(ld, both)
    settle(ld, requiredApprovalTags=["a"])
    refused(ld, [replace("/approvalSettings/required", True)])
    assert settle(ld, requiredApprovalTags=[], required=True)["required"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minNumApprovals", 0), ("minNumApprovals", 6), ("minNumApprovals", "2"), ("required", "true"), ("required", None),
        ("serviceKind", 5), ("serviceConfig", []), ("requiredApprovalTags", "a"), ("requiredApprovalTags", ["a b"]),
        ("autoApplyApprovedChanges", 1), ("serviceKindConfigurationId", 5), ("canReviewOwnRequest", 0),
    ],
)  # fmt: skip
def test_bad_values_are_refused(ld: Browser, name: str, value: Any) -> None:
    make(ld)
    refused(ld, [replace(f"/approvalSettings/{name}", value)])


def test_settings_by_resource_have_the_same_defaults_and_rules(ld: Browser) -> None:
    make(ld)
    made = patch(ld, {"op": "add", "path": "/resourceApprovalSettings/segment", "value": {"minNumApprovals": 2}})
    assert made["resourceApprovalSettings"] == {"segment": {**DEFAULTS, "minNumApprovals": 2}}
    refused(ld, [replace("/resourceApprovalSettings/segment/minNumApprovals", 6)])
    refused(
        ld,
        [
            replace("/resourceApprovalSettings/segment/requiredApprovalTags", ["a"]),
            replace("/resourceApprovalSettings/segment/required", True),
        ],
    )
    assert patch(ld, {"op": "remove", "path": "/resourceApprovalSettings/segment"})["resourceApprovalSettings"] == {}


def test_the_two_kinds_of_settings_must_agree_on_their_service(ld: Browser) -> None:
    make(ld)
    patch(ld, {"op": "add", "path": "/resourceApprovalSettings/segment", "value": {}})
    alone = [replace(f"/approvalSettings/{name}", value) for name, value in SERVICENOW.items()]
    assert refused(ld, alone) == "approvalSettings and resourceApprovalSettings service properties must match"
    patch(ld, *alone, *(replace(f"/resourceApprovalSettings/segment/{name}", value) for name, value in SERVICENOW.items()))
