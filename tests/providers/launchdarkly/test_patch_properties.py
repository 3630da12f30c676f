"""Patches that nobody thought of: whatever comes, it is 200 or 400, whole or nothing, and what may not change does not."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, make, show

SETTINGS = (
    "required",
    "minNumApprovals",
    "serviceKind",
    "serviceConfig",
    "requiredApprovalTags",
    "autoApplyApprovedChanges",
    "nix",
)
PATHS = st.sampled_from(
    [
        "", "/", "/name", "/key", "/_id", "/apiKey", "/_links", "/_links/self", "/_access", "/color", "/defaultTtl", "/tags", "/tags/0",
        "/tags/-", "/tags/1", "/critical", "/nix", "/name/0", "/approvalSettings", "/resourceApprovalSettings", "/version", "name",
        "/resourceApprovalSettings/segment", "/resourceApprovalSettings/segment/serviceConfig", "/approvalSettings/serviceConfig/a",
        "/resourceApprovalSettings/segment/minNumApprovals", "/~0", "/~", "/tags/-1", "/tags/00", "/tags/99999999999999999999",
        *(f"/approvalSettings/{name}" for name in SETTINGS),
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 5, 6, 2.0, 1.5, -1, 10**25, "", "a", "a b", "ff00ff", "launchdarkly", "\0", "é"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", *SETTINGS]), inner, max_size=4),
    max_leaves=6,
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": PATHS},
    optional={"value": VALUES, "from": PATHS},
)
READ_ONLY = ("_links", "_id", "key", "apiKey", "mobileKey")


@settings(max_examples=150, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(OPERATIONS, max_size=5))
def test_any_patch_is_applied_whole_or_refused_whole(ld: Browser, operations: list[dict[str, Any]]) -> None:
    """The server checks each of its own replies here: one that departs from the document would be a 500."""
    if ld("GET", f"{ENVIRONMENTS}/staging").status_code == 404:
        make(ld)
    before = show(ld)
    reply = ld("PATCH", f"{ENVIRONMENTS}/staging", operations)
    assert reply.status_code in (200, 400), reply.text
    after = show(ld)
    assert after == (reply.json() if reply.status_code == 200 else before)
    assert {name: after[name] for name in READ_ONLY} == {name: before[name] for name in READ_ONLY}
    assert not (after["approvalSettings"]["required"] and after["approvalSettings"]["requiredApprovalTags"])
