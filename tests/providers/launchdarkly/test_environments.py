"""LaunchDarkly's environments: create, clone, delete, and what a body may hold."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, make, replace, show

EVERYTHING = {
    "color": "ff00ff", "defaultTtl": 50, "secureMode": True, "defaultTrackEvents": True, "confirmChanges": True,
    "requireComments": True, "tags": ["ops", "Web.2_x-y"], "critical": True,
}  # fmt: skip


def test_what_was_sent_is_what_is_read_back(ld: Browser) -> None:
    made = make(ld, "qa", **EVERYTHING)
    assert {name: made[name] for name in EVERYTHING} == EVERYTHING
    assert show(ld, "qa") == made


def test_unknown_members_and_approval_settings_are_ignored_on_create(ld: Browser) -> None:
    made = make(ld, approvalSettings={"required": True}, flavour="mint", _id="0" * 24, apiKey="sdk-mine")
    assert made["approvalSettings"]["required"] is False
    assert "flavour" not in made
    assert made["_id"] != "0" * 24
    assert made["apiKey"] != "sdk-mine"


@pytest.mark.parametrize("missing", ["name", "key", "color"])
def test_three_members_are_required(ld: Browser, missing: str) -> None:
    body = {"name": "A", "key": "a", "color": "aaaaaa"}
    del body[missing]
    refused = ld("POST", ENVIRONMENTS, body)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert missing in refused.json()["message"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 5), ("name", ""), ("name", None), ("key", "a b"), ("key", "-a"), ("key", "ä"), ("key", ""), ("key", "a\n"),
        ("color", "#ff00ff"), ("color", "ff00f"), ("color", "gggggg"), ("color", 417505), ("defaultTtl", "5"), ("defaultTtl", 5.5),
        ("defaultTtl", -1), ("defaultTtl", 61), ("defaultTtl", True), ("secureMode", 1), ("secureMode", "true"), ("critical", 0),
        ("tags", "ops"), ("tags", [5]), ("tags", ["a b"]), ("tags", ["x" * 65]), ("tags", [""]), ("source", "test"),
        ("source", {"key": 5}), ("source", {"key": "test", "version": "1"}),
    ],
)  # fmt: skip
def test_bad_values_are_refused_and_nothing_is_made(ld: Browser, name: str, value: Any) -> None:
    refused = ld("POST", ENVIRONMENTS, {"name": "A", "key": "a", "color": "aaaaaa", name: value})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request"), refused.text
    assert ld("GET", ENVIRONMENTS).json()["totalCount"] == 2


def test_a_whole_number_with_a_point_is_kept_as_a_whole_number(ld: Browser) -> None:
    reply = ld("POST", ENVIRONMENTS, data='{"name": "A", "key": "a", "color": "aaaaaa", "defaultTtl": 5.0}')
    assert '"defaultTtl":5,' in reply.text


def test_null_stands_for_no_tags_and_no_source(ld: Browser) -> None:
    assert make(ld, tags=None, source=None)["tags"] == []


def test_a_key_that_is_taken_is_a_conflict(ld: Browser) -> None:
    refused = ld("POST", ENVIRONMENTS, {"name": "A", "key": "test", "color": "aaaaaa"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    make(ld, "TEST")  # case counts


def test_a_key_can_be_used_again_with_new_ids(ld: Browser) -> None:
    first = make(ld, "again")
    assert ld("DELETE", f"{ENVIRONMENTS}/again").status_code == 204
    second = make(ld, "again")
    for name in ("_id", "apiKey", "mobileKey"):
        assert first[name] != second[name]
    assert [one["key"] for one in ld("GET", ENVIRONMENTS).json()["items"]] == ["test", "production", "again"]


def test_ids_made_together_share_a_prefix_and_count_up(ld: Browser) -> None:
    first, second = make(ld, "a")["_id"], make(ld, "b")["_id"]
    assert first[:18] == second[:18]
    assert int(second, 16) == int(first, 16) + 1


def test_the_same_key_in_two_projects_is_two_environments(ld: Browser) -> None:
    other = ld("GET", "/api/v2/projects/my-project/environments/test").json()
    assert ld("PATCH", f"{ENVIRONMENTS}/test", [replace("/name", "Mine")]).status_code == 200
    assert ld("GET", "/api/v2/projects/my-project/environments/test").json() == other
    assert show(ld, "test")["_id"] != other["_id"]


def test_delete_answers_204_with_nothing_and_then_404(ld: Browser) -> None:
    make(ld, critical=True)
    gone = ld("DELETE", f"{ENVIRONMENTS}/staging")
    assert (gone.status_code, gone.content, gone.headers.get("Content-Type")) == (204, b"", None)
    for method in ("GET", "DELETE"):
        refused = ld(method, f"{ENVIRONMENTS}/staging")
        assert (refused.status_code, refused.json()["message"]) == (404, "Unknown environment key staging")


def test_the_last_environment_stays(ld: Browser) -> None:
    assert ld("DELETE", f"{ENVIRONMENTS}/test").status_code == 204
    refused = ld("DELETE", f"{ENVIRONMENTS}/production")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    make(ld)
    assert ld("DELETE", f"{ENVIRONMENTS}/production").status_code == 204


def test_a_clone_takes_from_its_source_what_the_body_does_not_say(ld: Browser) -> None:
    make(ld, "origin", **EVERYTHING)
    ld("PATCH", f"{ENVIRONMENTS}/origin", [replace("/approvalSettings/minNumApprovals", 3)])
    clone = make(ld, "clone", color="000000", secureMode=False, source={"key": "origin"})
    expected = {**EVERYTHING, "color": "000000", "secureMode": False}
    assert {name: clone[name] for name in EVERYTHING} == expected
    assert clone["approvalSettings"]["minNumApprovals"] == 3
    assert clone["apiKey"] != show(ld, "origin")["apiKey"]


def test_a_clone_of_a_version_that_is_not_the_current_one_is_a_lock_error(ld: Browser) -> None:
    make(ld, "first", source={"key": "test", "version": 1})
    ld("PATCH", f"{ENVIRONMENTS}/test", [replace("/name", "Changed")])
    body = {"name": "B", "key": "b", "color": "bbbbbb", "source": {"key": "test", "version": 1}}
    refused = ld("POST", ENVIRONMENTS, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "optimistic_locking_error")
    make(ld, "second", source={"key": "test", "version": 2})


def test_a_clone_of_nothing_is_refused(ld: Browser) -> None:
    for source in ({"key": "nix"}, {"key": ""}):
        body = {"name": "B", "key": "b", "color": "bbbbbb", "source": source}
        assert ld("POST", ENVIRONMENTS, body).status_code == 400
    make(ld, source={})


def test_a_refused_create_takes_no_id_and_leaves_no_event(ld: Browser, mockenv: Sandbox) -> None:
    first = make(ld, "a")["_id"]
    events = mockenv.events()
    assert ld("POST", ENVIRONMENTS, {"name": "A", "key": "a", "color": "aaaaaa"}).status_code == 409
    assert mockenv.events() == events
    assert int(make(ld, "b")["_id"], 16) == int(first, 16) + 1


def test_events_tell_what_happened_without_the_keys(ld: Browser, mockenv: Sandbox) -> None:
    id = make(ld)["_id"]
    ld("PATCH", f"{ENVIRONMENTS}/staging", [replace("/name", "S")])
    ld("POST", f"{ENVIRONMENTS}/staging/apiKey")
    ld("DELETE", f"{ENVIRONMENTS}/staging")
    events = [one for one in mockenv.events() if one["resource"] == f"launchdarkly/environment/{id}"]
    assert [one["type"].rpartition(".")[2] for one in events] == ["created", "updated", "sdk-key-reset", "deleted"]
    assert "sdk-" not in str([one["data"] for one in events])


def test_a_reader_may_look_but_not_touch_and_a_writer_may_do_both(ld: Browser, writer: Browser, reader: Browser) -> None:
    body = {"name": "A", "key": "a", "color": "aaaaaa"}
    changes: list[tuple[str, str, Any]] = [
        ("POST", ENVIRONMENTS, body),
        ("PATCH", f"{ENVIRONMENTS}/test", []),
        ("POST", f"{ENVIRONMENTS}/test/apiKey", None),
        ("POST", f"{ENVIRONMENTS}/test/mobileKey", None),
        ("DELETE", f"{ENVIRONMENTS}/test", None),
        ("PATCH", PROJECT, []),
        ("POST", "/api/v2/projects", {"name": "P", "key": "p"}),
        ("DELETE", PROJECT, None),
    ]
    for method, path, sent in changes:
        refused = reader(method, path, sent)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), (method, path)
        assert refused.json()["message"] == "Forbidden. Access to the requested resource was denied."
    assert reader("GET", ENVIRONMENTS).json()["totalCount"] == 2
    for method, path, sent in changes:
        assert writer(method, path, sent).status_code in (200, 201, 204), (method, path)
