"""LaunchDarkly's JSON Patch on environments: the operations, all or nothing, and what no patch may do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, make, replace, show


def patch(ld: Browser, *operations: dict[str, Any], key: str = "staging") -> dict[str, Any]:
    reply = ld("PATCH", f"{ENVIRONMENTS}/{key}", list(operations))
    assert reply.status_code == 200, reply.text
    changed: dict[str, Any] = reply.json()
    assert show(ld, key) == changed
    return changed


def refused(ld: Browser, body: Any, key: str = "staging") -> str:
    """Refused with 400, and nothing is changed; the message."""
    before = show(ld, key)
    reply = ld("PATCH", f"{ENVIRONMENTS}/{key}", body)
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_request"), reply.text
    assert show(ld, key) == before
    message: str = reply.json()["message"]
    return message


def test_nine_members_change_in_one_call_and_key_and_keys_stay(ld: Browser) -> None:
    before = make(ld)
    wanted = {
        "name": "New", "color": "000000", "defaultTtl": 3, "secureMode": True, "defaultTrackEvents": True,
        "requireComments": True, "confirmChanges": True, "critical": True, "tags": ["b", "a"],
    }  # fmt: skip
    assert patch(ld, *(replace(f"/{name}", value) for name, value in wanted.items())) == {**before, **wanted}


def test_add_inserts_at_an_index_and_appends_at_the_dash(ld: Browser) -> None:
    make(ld, tags=["b"])
    operations = [{"op": "add", "path": "/tags/0", "value": "a"}, {"op": "add", "path": "/tags/-", "value": "d"}]
    assert patch(ld, *operations)["tags"] == ["a", "b", "d"]
    assert patch(ld, {"op": "add", "path": "/tags/2", "value": "c"})["tags"] == ["a", "b", "c", "d"]
    assert patch(ld, {"op": "remove", "path": "/tags/1"})["tags"] == ["a", "c", "d"]
    assert patch(ld, replace("/tags/0", "z"))["tags"] == ["z", "c", "d"]


def test_move_and_copy_work_too(ld: Browser) -> None:
    make(ld, tags=["a", "b", "c"])
    assert patch(ld, {"op": "move", "from": "/tags/2", "path": "/tags/0"})["tags"] == ["c", "a", "b"]
    assert patch(ld, {"op": "copy", "from": "/key", "path": "/name"})["name"] == "staging"


def test_a_test_that_holds_lets_the_rest_through_and_one_that_does_not_stops_all(ld: Browser) -> None:
    make(ld, tags=["a"])
    assert patch(ld, {"op": "test", "path": "/name", "value": "Staging"}, replace("/name", "B"))["name"] == "B"
    assert "test /name" in refused(ld, [replace("/color", "000000"), {"op": "test", "path": "/name", "value": "Staging"}])
    assert patch(ld, {"op": "test", "path": "/defaultTtl", "value": 0})["defaultTtl"] == 0
    refused(ld, [{"op": "test", "path": "/defaultTtl", "value": False}])
    refused(ld, [{"op": "test", "path": "/nix", "value": None}])
    assert patch(ld, {"op": "test", "path": "/key", "value": "staging"})["key"] == "staging"


def test_a_comment_may_come_along(ld: Browser) -> None:
    make(ld)
    reply = ld("PATCH", f"{ENVIRONMENTS}/staging", {"comment": "why not", "patch": [replace("/name", "B")]})
    assert (reply.status_code, reply.json()["name"]) == (200, "B")
    assert ld("PATCH", f"{ENVIRONMENTS}/staging", {"patch": []}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {}, {"instructions": [{"kind": "x"}]}, {"comment": 5, "patch": []}, {"patch": {}}, {"name": "B"}, "x", 5, [5], [[]],
        [{"op": "replace"}], [{"path": "/name"}], [{"op": "append", "path": "/name", "value": "x"}],
        [{"op": "REPLACE", "path": "/name", "value": "x"}], [{"op": "replace", "path": 5, "value": "x"}],
        [{"op": "replace", "path": "name", "value": "x"}], [{"op": "replace", "path": "/name"}], [{"op": "move", "path": "/name"}],
        [{"op": "move", "path": "/name", "from": 5}], [{"op": "copy", "path": "/tags/-", "from": "/nix"}],
        [{"op": "add", "path": "/name/~2", "value": "x"}], [{"op": "add", "path": "/tags/01", "value": "x"}],
        [{"op": "add", "path": "/tags/9", "value": "x"}], [{"op": "remove", "path": "/tags/0"}], [{"op": "remove", "path": ""}],
        [{"op": "replace", "path": "", "value": 5}], [{"op": "replace", "path": "", "value": {}}],
        [{"op": "add", "path": "", "value": []}, {"op": "add", "path": "/-", "value": 5}],
        [{"op": "move", "from": "/approvalSettings", "path": "/approvalSettings/serviceConfig/x"}],
    ],
)  # fmt: skip
def test_what_is_no_patch_or_does_not_apply_is_refused(ld: Browser, body: Any) -> None:
    make(ld)
    refused(ld, body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Invalid request body: it must be of type array"),
        ([{"op": "replace"}], "Invalid request body: 0.path is required; 0.value is required"),
        (
            {"patch": [{"op": "nix", "path": "/"}]},
            "Invalid request body: 0.op must be one of add or remove or replace or move or copy or test",
        ),
        ({"comment": 5, "patch": []}, "Invalid request body: it is not of the expected form"),
        ([{"op": "remove", "path": "/flavour"}], "Could not apply patch: remove /flavour: there is no such place in the resource"),
        ([{"op": "add", "path": "/flavour", "value": 1}], "Invalid request body: it has no member flavour"),
        (
            [replace("/approvalSettings/minNumApprovals", 6)],
            "Invalid request body: approvalSettings.minNumApprovals must not be greater than 5",
        ),
    ],
)
def test_a_refusal_names_what_is_wrong(ld: Browser, body: Any, message: str) -> None:
    make(ld)
    assert refused(ld, body) == message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key", "other"), ("_id", "0" * 24), ("apiKey", "sdk-6b5c4b8e-9f7e-4d2c-8b4a-5f605b0f6b1e"),
        ("mobileKey", "mob-6b5c4b8e-9f7e-4d2c-8b4a-5f605b0f6b1e"), ("_links", {}), ("_links/self/href", "/"),
        ("_access", {"denied": [], "allowed": []}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("op", ["replace", "add"])
def test_read_only_members_stay(ld: Browser, op: str, name: str, value: Any) -> None:
    make(ld)
    refused(ld, [replace("/name", "B"), {"op": op, "path": f"/{name}", "value": value}])


@pytest.mark.parametrize("name", ["key", "_id", "apiKey", "mobileKey", "_links", "name", "color"])
def test_what_must_be_there_cannot_be_removed(ld: Browser, name: str) -> None:
    make(ld)
    refused(ld, [{"op": "remove", "path": f"/{name}"}])


@pytest.mark.parametrize("path", ["/flavour", "/approvalSettings/flavour", "/version", "/project", "/oldKeys"])
def test_unknown_paths_are_refused(ld: Browser, path: str) -> None:
    make(ld)
    refused(ld, [{"op": "add", "path": path, "value": True}])
    refused(ld, [replace(path, True)])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/name", 5), ("/name", None), ("/name", ""), ("/color", "#000000"), ("/defaultTtl", "3"), ("/defaultTtl", 61),
        ("/defaultTtl", 1.5), ("/defaultTtl", None), ("/secureMode", 0), ("/critical", "true"), ("/tags", "a"), ("/tags", ["a b"]),
        ("/tags", [None]), ("/tags", {}), ("/approvalSettings", 5), ("/resourceApprovalSettings", []),
        ("/resourceApprovalSettings/segment", 5),
    ],
)  # fmt: skip
def test_every_value_is_checked_after_the_patch(ld: Browser, path: str, value: Any) -> None:
    make(ld)
    refused(ld, [{"op": "add", "path": path, "value": value}])


def test_a_removed_setting_goes_back_to_its_default(ld: Browser) -> None:
    make(ld, defaultTtl=50, secureMode=True, critical=True, tags=["a"])
    changed = patch(ld, *({"op": "remove", "path": f"/{name}"} for name in ("defaultTtl", "secureMode", "critical", "tags")))
    assert [changed[name] for name in ("defaultTtl", "secureMode", "critical", "tags")] == [0, False, False, []]


def test_null_clears_a_list_as_go_clients_write_an_empty_one(ld: Browser) -> None:
    make(ld, tags=["a"])
    assert patch(ld, replace("/tags", None))["tags"] == []


def test_a_whole_number_with_a_point_stays_a_whole_number(ld: Browser) -> None:
    make(ld)
    reply = ld(
        "PATCH",
        f"{ENVIRONMENTS}/staging",
        data='[{"op":"replace","path":"/defaultTtl","value":5.0},{"op":"replace","path":"/approvalSettings/minNumApprovals","value":2.0}]',
    )
    assert '"defaultTtl":5,' in reply.text
    assert '"minNumApprovals":2,' in reply.text


def test_copies_that_double_the_document_are_stopped(ld: Browser) -> None:
    make(ld)
    double = [
        {"op": "copy", "from": "/approvalSettings/serviceConfig", "path": f"/approvalSettings/serviceConfig/{number}"}
        for number in range(40)
    ]
    assert "larger" in refused(ld, double)


def test_nests_without_end_are_stopped(ld: Browser) -> None:
    make(ld)
    path, operations = "/approvalSettings/serviceConfig", []
    for _ in range(120):
        path += "/a"
        operations.append({"op": "add", "path": path, "value": {}})
    assert "Nested" in refused(ld, operations)


def test_a_patch_of_more_operations_than_anybody_writes_is_refused_before_the_first(ld: Browser) -> None:
    """It would hold up everybody for as long as it takes."""
    make(ld)
    operations = [{"op": "add", "path": "/tags/-", "value": f"t{number}"} for number in range(501)]
    assert refused(ld, operations) == "Could not apply patch: it has more than 500 operations"
    assert len(patch(ld, *operations[:500])["tags"]) == 500


def test_the_one_that_is_not_there_is_404_whatever_the_body(ld: Browser) -> None:
    for body in ("nonsense", 5):
        reply = ld("PATCH", f"{ENVIRONMENTS}/nix", body)
        assert (reply.status_code, reply.json()["message"]) == (404, "Unknown environment key nix")
