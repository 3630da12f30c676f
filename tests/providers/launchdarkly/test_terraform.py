"""What the acceptance tests of LaunchDarkly's Terraform provider assert against the live service, by the calls that it makes."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.providers.launchdarkly.conftest import replace
from tests.providers.launchdarkly.test_keys import NOW

PROJECTS = "/api/v2/projects"
ENVIRONMENTS = f"{PROJECTS}/tf/environments"
SECOND = 1000


@pytest.fixture
def tf(ld: Browser) -> Browser:
    """A project as the provider's tests begin with."""
    assert ld("POST", PROJECTS, {"name": "TF", "key": "tf"}).status_code == 201
    return ld


def create(tf: Browser, key: str = "staging", **more: Any) -> dict[str, Any]:
    """The provider creates, then patches what a create does not take."""
    reply = tf("POST", ENVIRONMENTS, {"name": key, "key": key, "color": "ff00ff", **more})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def update(tf: Browser, key: str = "staging", **settings: Any) -> dict[str, Any]:
    reply = tf("PATCH", f"{ENVIRONMENTS}/{key}", [replace(f"/{name}", value) for name, value in settings.items()])
    assert reply.status_code == 200, reply.text
    changed: dict[str, Any] = reply.json()
    assert tf("GET", f"{ENVIRONMENTS}/{key}").json() == changed
    return changed


def approve(tf: Browser, key: str = "staging", **settings: Any) -> dict[str, Any]:
    """Always eight replaces, an empty service kind for the one that the user left out."""
    whole = {
        "required": False, "canReviewOwnRequest": False, "minNumApprovals": 1, "canApplyDeclinedChanges": True,
        "requiredApprovalTags": [], "serviceKind": "", "serviceConfig": {}, "autoApplyApprovedChanges": False, **settings,
    }  # fmt: skip
    changed = update(tf, key, **{f"approvalSettings/{name}": value for name, value in whole.items()})
    approvals: dict[str, Any] = changed["approvalSettings"]
    return approvals


def withdraw(tf: Browser, key: str = "staging") -> dict[str, Any]:
    """Approvals off: two removes."""
    operations = [{"op": "remove", "path": f"/approvalSettings/{name}"} for name in ("required", "requiredApprovalTags")]
    reply = tf("PATCH", f"{ENVIRONMENTS}/{key}", operations)
    assert reply.status_code == 200, reply.text
    changed: dict[str, Any] = reply.json()
    return changed


FULL: dict[str, Any] = {
    "secureMode": True,
    "defaultTrackEvents": True,
    "defaultTtl": 50,
    "requireComments": True,
    "confirmChanges": True,
}
ZERO: dict[str, Any] = {"secureMode": False, "defaultTrackEvents": False, "requireComments": False, "confirmChanges": False}


def test_01_created_with_all_settings_it_reads_back_and_can_be_imported(tf: Browser) -> None:
    made = create(tf, **FULL, tags=["tagged", "terraform"])
    assert {**made, **FULL, "color": "ff00ff", "tags": ["tagged", "terraform"]} == made
    assert tf("GET", f"{ENVIRONMENTS}/staging").json() == made


def test_02_updated_in_one_patch_its_key_and_project_stay(tf: Browser) -> None:
    made = create(tf, **FULL)
    wanted: dict[str, Any] = {"name": "Changed", "color": "000000", "defaultTtl": 3, **ZERO}
    assert update(tf, **wanted) == {**made, **wanted}


def test_03_optional_attributes_taken_away_go_to_zero(tf: Browser) -> None:
    create(tf, **FULL, tags=["a"])
    changed = update(tf, **ZERO, defaultTtl=0, tags=None)
    assert [changed[name] for name in (*ZERO, "defaultTtl", "tags")] == [False] * 4 + [0, []]


def test_04_a_wrong_type_is_refused_and_the_right_one_applies(tf: Browser) -> None:
    body = {"name": "A", "key": "a", "color": "ff00ff", "secureMode": "maybe"}
    assert tf("POST", ENVIRONMENTS, body).status_code == 400
    assert create(tf, "a", secureMode=True)["secureMode"] is True


def test_05_approvals_right_after_create(tf: Browser) -> None:
    create(tf)
    approvals = approve(tf, canReviewOwnRequest=False, minNumApprovals=2, requiredApprovalTags=["approvals_required"])
    assert (approvals["minNumApprovals"], approvals["requiredApprovalTags"]) == (2, ["approvals_required"])
    assert (approvals["canReviewOwnRequest"], approvals["canApplyDeclinedChanges"]) == (False, True)


def test_06_from_tags_to_required_for_all(tf: Browser) -> None:
    create(tf)
    approve(tf, minNumApprovals=2, requiredApprovalTags=["approvals_required"])
    update(tf, name="Changed", color="AAAAAA")
    approvals = approve(tf, required=True, canReviewOwnRequest=True, canApplyDeclinedChanges=False)
    assert [approvals[name] for name in ("required", "canReviewOwnRequest", "minNumApprovals", "canApplyDeclinedChanges")] == [
        True, True, 1, False,
    ]  # fmt: skip
    assert approvals["requiredApprovalTags"] == []


def test_07_approvals_removed_while_the_rest_stays_then_set_from_nothing(tf: Browser) -> None:
    made = create(tf, tags=["a"])
    approve(tf, required=True, minNumApprovals=2)
    changed = withdraw(tf)
    assert (changed["approvalSettings"]["required"], changed["approvalSettings"]["requiredApprovalTags"]) == (False, [])
    assert (changed["tags"], changed["name"]) == (made["tags"], made["name"])
    again = approve(tf, required=True)
    assert (again["serviceKind"], again["autoApplyApprovedChanges"], again["required"]) == ("launchdarkly", False, True)


def test_08_segment_approvals_set_required_dropped(tf: Browser) -> None:
    """The provider does this at a beta endpoint that is not simulated; the settings are the environment's all the same."""
    create(tf)
    path = f"{ENVIRONMENTS}/staging"
    segment = {"requiredApprovalTags": ["a"], "minNumApprovals": 2}
    made = tf("PATCH", path, [{"op": "add", "path": "/resourceApprovalSettings/segment", "value": segment}]).json()
    assert made["resourceApprovalSettings"]["segment"]["minNumApprovals"] == 2
    required = [
        replace("/resourceApprovalSettings/segment/requiredApprovalTags", []),
        replace("/resourceApprovalSettings/segment/required", True),
    ]
    assert tf("PATCH", path, required).json()["resourceApprovalSettings"]["segment"]["required"] is True
    dropped = tf("PATCH", path, [{"op": "remove", "path": "/resourceApprovalSettings/segment"}])
    assert dropped.json()["resourceApprovalSettings"] == {}


def test_09_servicenow(tf: Browser) -> None:
    create(tf)
    service: dict[str, Any] = {"serviceKind": "servicenow", "serviceConfig": {"template": "t1", "detail_column": "justification"}}
    approvals = approve(tf, **service, requiredApprovalTags=["a", "b"], autoApplyApprovedChanges=True)
    assert (approvals["serviceKind"], approvals["serviceConfig"]["template"]) == ("servicenow", "t1")
    assert approvals["autoApplyApprovedChanges"] is True
    service["serviceConfig"] = {"template": "t2", "detail_column": "justification"}
    approvals = approve(tf, **service, required=True)
    assert (approvals["serviceConfig"]["template"], approvals["required"]) == ("t2", True)
    assert (approvals["autoApplyApprovedChanges"], approvals["requiredApprovalTags"]) == (False, [])


def test_10_critical_on_off_on_and_destroyed_while_critical(tf: Browser) -> None:
    assert create(tf, critical=True, tags=["a", "b"])["critical"] is True
    assert update(tf, critical=False)["critical"] is False
    assert approve(tf, required=True, minNumApprovals=3)["minNumApprovals"] == 3
    assert update(tf, critical=True)["critical"] is True
    assert withdraw(tf)["critical"] is True
    assert tf("DELETE", f"{ENVIRONMENTS}/staging").status_code == 204


def test_11_an_unknown_key_is_an_error_with_these_words(tf: Browser) -> None:
    refused = tf("GET", f"{ENVIRONMENTS}/bad-env-key")
    assert (refused.status_code, refused.json()["message"]) == (404, "Unknown environment key bad-env-key")


def test_12_an_environment_made_inline_is_readable(ld: Browser) -> None:
    inline = {"name": "Inline", "key": "inline", "color": "fff000", "tags": ["some", "tag"]}
    made = ld("POST", PROJECTS, {"name": "P", "key": "p", "environments": [inline]}).json()["environments"][0]
    read = ld("GET", f"{PROJECTS}/p/environments/inline").json()
    assert {**read, **inline, "defaultTtl": 0} == read
    assert read["mobileKey"] == made["mobileKey"]


def nested(ld: Browser, *environments: dict[str, Any]) -> dict[str, dict[str, Any]]:
    reply = ld("POST", PROJECTS, {"name": "TF", "key": "tf", "environments": list(environments)})
    assert reply.status_code == 201, reply.text
    return read_all(ld)


def read_all(ld: Browser) -> dict[str, dict[str, Any]]:
    """As the provider reads a project: expanded, then page by page."""
    page = ld("GET", f"{PROJECTS}/tf?expand=environments").json()["environments"]
    found = list(page["items"])
    while "next" in page["_links"]:
        page = ld("GET", page["_links"]["next"]["href"]).json()
        found += page["items"]
    return {one["key"]: one for one in found}


def inline(key: str, **more: Any) -> dict[str, Any]:
    return {"name": key, "key": key, "color": "000000", **more}


def test_13_a_project_with_one_nested_environment(ld: Browser) -> None:
    assert {key: (one["name"], one["color"]) for key, one in nested(ld, inline("alpha")).items()} == {"alpha": ("alpha", "000000")}


def test_14_a_nested_environment_is_renamed_and_recoloured(ld: Browser) -> None:
    nested(ld, inline("alpha"))
    update(ld, "alpha", name="Alpha", color="020202")
    assert (read_all(ld)["alpha"]["name"], read_all(ld)["alpha"]["color"]) == ("Alpha", "020202")


def test_15_nested_defaults_are_zero_and_false(ld: Browser) -> None:
    one = nested(ld, inline("alpha"))["alpha"]
    assert [one[name] for name in ("defaultTtl", *ZERO)] == [0, False, False, False, False]


def test_16_nested_settings_and_a_second_one_with_approvals(ld: Browser) -> None:
    nested(ld, inline("alpha"))
    on = {"defaultTtl": 30, **dict.fromkeys(ZERO, True), "tags": ["a", "b", "c"], "color": "AAAAAA"}
    update(ld, "alpha", **on)
    create(ld, "beta")
    approve(ld, "beta", required=True, minNumApprovals=2)
    found = read_all(ld)
    assert {**found["alpha"], **on} == found["alpha"]
    assert found["beta"]["approvalSettings"]["canApplyDeclinedChanges"] is True


def test_17_the_second_one_switches_to_tags(ld: Browser) -> None:
    nested(ld, inline("alpha"), inline("beta"))
    approve(ld, "beta", required=True, minNumApprovals=2)
    approve(ld, "beta", requiredApprovalTags=["tag"], canApplyDeclinedChanges=False)
    approvals = read_all(ld)["beta"]["approvalSettings"]
    assert [approvals[name] for name in ("required", "requiredApprovalTags", "minNumApprovals", "canApplyDeclinedChanges")] == [
        False, ["tag"], 1, False,
    ]  # fmt: skip


def test_18_one_taken_out_is_deleted_and_the_other_goes_back_to_zero(ld: Browser) -> None:
    nested(ld, inline("alpha", defaultTtl=30, secureMode=True, tags=["a"]), inline("beta"))
    assert ld("DELETE", f"{ENVIRONMENTS}/beta").status_code == 204
    update(ld, "alpha", defaultTtl=0, **ZERO, tags=None)
    found = read_all(ld)
    assert list(found) == ["alpha"]
    assert [found["alpha"][name] for name in ("defaultTtl", "secureMode", "tags")] == [0, False, []]


def test_19_three_with_different_approvals_live_side_by_side(ld: Browser) -> None:
    nested(ld, inline("a"), inline("b"), inline("c"))
    approve(ld, "a", required=True)
    approve(ld, "b", requiredApprovalTags=["x"], minNumApprovals=4)
    found = {key: one["approvalSettings"] for key, one in read_all(ld).items()}
    assert [(one["required"], one["requiredApprovalTags"], one["minNumApprovals"]) for one in found.values()] == [
        (True, [], 1), (False, ["x"], 4), (False, [], 1),
    ]  # fmt: skip


def test_20_all_of_25_nested_environments_are_read_back(ld: Browser) -> None:
    wanted = [f"env-{number}" for number in range(25)]
    assert list(nested(ld, *(inline(key) for key in wanted))) == wanted


def test_21_a_key_changes_by_making_the_new_one_before_the_old_one_goes(ld: Browser) -> None:
    nested(ld, inline("alpha"))
    assert ld("DELETE", f"{ENVIRONMENTS}/alpha").status_code == 409
    create(ld, "beta")
    assert ld("DELETE", f"{ENVIRONMENTS}/alpha").status_code == 204
    assert list(read_all(ld)) == ["beta"]


def test_22_destroying_the_project_is_enough(ld: Browser) -> None:
    nested(ld, inline("alpha"), inline("beta"))
    assert ld("DELETE", f"{PROJECTS}/tf").status_code == 204
    assert ld("GET", f"{ENVIRONMENTS}/alpha").status_code == 404


@pytest.mark.mockenv(options={"launchdarkly": {"rate_limits": "1/10s"}})
@DATED_BY_THE_SANDBOX
def test_a_429_says_in_milliseconds_until_when_to_wait_and_then_it_works(ld: Browser, mockenv: Sandbox) -> None:
    assert ld("GET", f"{PROJECTS}/projectKey").status_code == 200
    refused = ld("GET", f"{PROJECTS}/projectKey")
    wait = int(refused.headers["X-RateLimit-Reset"]) - NOW
    assert (refused.status_code, wait) == (429, 10 * SECOND)
    mockenv.advance(f"{wait}ms")
    assert ld("GET", f"{PROJECTS}/projectKey").status_code == 200
