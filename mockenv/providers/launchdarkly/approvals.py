"""The rules of approval settings: defaults, what a patch may leave out, and what may not stand together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockenv.providers.launchdarkly.patching import with_defaults
from mockenv.store.base import Document

MEMBERS = ("approvalSettings", "resourceApprovalSettings")
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


def is_optional(path: str) -> bool:
    """Whether a path in a patch names a single setting: one that is absent can be replaced and removed all the same."""
    match path.split("/"):
        case ["", "approvalSettings", name] | ["", "resourceApprovalSettings", _, name]:
            return name in (*DEFAULTS, *OPTIONAL)
    return False


def complete(environment: Document) -> Document:
    """An environment after a patch, what was removed of its approval settings at its default; wrong types are left alone."""
    return _each(with_defaults(environment, {"approvalSettings": {}, "resourceApprovalSettings": {}}), _complete)


def exact(environment: Document) -> Document:
    """Valid settings with 2.0 approvals made 2: whole numbers to JSON Schema, and none to a strict client."""
    return _each(environment, lambda settings: {**settings, "minNumApprovals": int(settings["minNumApprovals"])})


def objections(environment: Document) -> Iterator[str]:
    """What may not stand together, in the service's words where they are known (the second text is a guess)."""
    settings = environment["approvalSettings"]
    resources = environment["resourceApprovalSettings"].values()
    if any(other[name] != settings[name] for other in resources for name in SERVICE):
        yield MUST_MATCH
    if any(one["required"] and one["requiredApprovalTags"] for one in (settings, *resources)):
        yield ALL_OR_TAGGED


def _complete(settings: Document) -> Document:
    """No service kind means LaunchDarkly's own."""
    named = {name: value for name, value in settings.items() if (name, value) != ("serviceKind", "")}
    return with_defaults(named, DEFAULTS)


def _each(environment: Document, change: Callable[[Document], Document]) -> Document:
    """The environment with a change made to its own approval settings and to those of its resources."""
    own, resources = environment["approvalSettings"], environment["resourceApprovalSettings"]
    if isinstance(own, dict):
        own = change(own)
    if isinstance(resources, dict):
        resources = {kind: change(one) if isinstance(one, dict) else one for kind, one in resources.items()}
    return {**environment, "approvalSettings": own, "resourceApprovalSettings": resources}
