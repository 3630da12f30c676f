"""The rules of approval settings: defaults, what a patch may leave out, and what may not stand together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockenv.store.base import Document

DEFAULTS: Mapping[str, Any] = {
    "required": False,
    "bypassApprovalsForPendingChanges": False,
    "minNumApprovals": 1,
    "canReviewOwnRequest": False,
    "canApplyDeclinedChanges": True,
    "serviceKind": "launchdarkly",
    "serviceConfig": {},
    "requiredApprovalTags": [],
}
OPTIONAL = ("autoApplyApprovedChanges", "serviceKindConfigurationId")
"""Not there until somebody sets them; a `replace` of them works all the same (Terraform's provider sends one)."""
SERVICE = ("serviceKind", "serviceConfig")

MUST_MATCH = "approvalSettings and resourceApprovalSettings service properties must match"
ALL_OR_TAGGED = "approvalSettings cannot have both required and requiredApprovalTags"


def complete(settings: Document) -> Document:
    """Settings after a patch: what was removed goes back to its default, and no service kind means LaunchDarkly's own."""
    kept = {
        name: settings[name]
        for name in settings
        if settings[name] is not None or name not in ("serviceConfig", "requiredApprovalTags")
    }
    if kept.get("serviceKind") == "":
        del kept["serviceKind"]
    return {**DEFAULTS, **kept}


def exact(settings: Document) -> Document:
    """2.0 approvals are 2."""
    return {**settings, "minNumApprovals": int(settings["minNumApprovals"])}


def objections(environment: Document) -> Iterator[str]:
    """What may not stand together, in the service's words where they are known (the second text is a guess)."""
    settings = environment["approvalSettings"]
    resources = environment["resourceApprovalSettings"].values()
    if any(other[name] != settings[name] for other in resources for name in SERVICE):
        yield MUST_MATCH
    if any(one["required"] and one["requiredApprovalTags"] for one in (settings, *resources)):
        yield ALL_OR_TAGGED
