"""JSON Patch as strangers write it, on one environment of LaunchDarkly: all of it or nothing, and never a crash."""

from __future__ import annotations

from typing import Any

import requests
from hypothesis import strategies as st

from fuzz.server import Served
from tests.providers.launchdarkly.test_patch_properties import OPERATIONS, READ_ONLY

ENVIRONMENT = "/api/v2/projects/projectKey/environments/production"

segments = st.sampled_from(
    ["name", "tags", "approvalSettings", "resourceApprovalSettings", "segment", "_links", "self", "0", "-", "~0", "~1", ""]
)
pointers = st.lists(segments | st.text(max_size=4), max_size=5).map(lambda parts: "".join(f"/{part}" for part in parts))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
wild = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": pointers},
    optional={"value": values, "from": pointers},
)
PATCHES = st.lists(OPERATIONS | wild, max_size=12)


def check(server: Served, patch: list[dict[str, Any]]) -> None:
    headers = {"Authorization": server.authorization("launchdarkly")}
    url = f"{server.url}{ENVIRONMENT}"
    before = requests.get(url, headers=headers, timeout=30).json()
    reply = requests.patch(url, json=patch, headers=headers, timeout=30)
    assert reply.status_code in (200, 400), f"{reply.status_code}: {reply.text}"
    after = requests.get(url, headers=headers, timeout=30).json()
    assert after == (reply.json() if reply.status_code == 200 else before), "neither all of it nor nothing"
    assert {name: after[name] for name in READ_ONLY} == {name: before[name] for name in READ_ONLY}
