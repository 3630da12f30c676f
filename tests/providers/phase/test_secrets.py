"""Secrets: their form, filters, batches and refusals, and what they do to their environment."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.providers.phase.conftest import APP, DEVELOPMENT, SEALED_APP, Phase, error

SECRETS = f"/v1/secrets/?app_id={APP}&env=development"
MEMBERS = [
    "id", "key", "value", "comment", "tags", "override", "type", "lifecycle", "path", "keyDigest", "version", "createdAt",
    "updatedAt", "environment", "folder",
]  # fmt: skip
NEEDS_ENVIRONMENT = "Environment context required. Supply `app_id` and `env` as query parameters."


def read(phase: Phase, query: str = "", role: str = "owner") -> list[dict[str, Any]]:
    reply = phase("GET", SECRETS + query, role=role)
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()
    return found


def test_a_secret_is_made_with_200_and_read_back_as_it_was_shown(phase: Phase) -> None:
    entry = {"key": "db_name", "value": "postgres", "comment": "primary", "tags": ["db"], "path": "/backend"}
    made = phase.add_secrets(entry)[0]
    assert list(made) == MEMBERS
    assert made == {
        **made,
        "key": "DB_NAME",
        "value": "postgres",
        "comment": "primary",
        "tags": ["db"],
        "override": None,
        "type": "secret",
        "path": "/backend",
        "version": 1,
        "environment": DEVELOPMENT,
    }
    assert made["folder"] is not None
    assert len(made["keyDigest"]) == 64
    assert read(phase) == [made]


def test_the_root_has_no_folder_and_equal_paths_share_theirs(phase: Phase) -> None:
    entries = [{"key": f"K{at}", "value": "", "path": path} for at, path in enumerate(["/", "a//b/", "/a/b", "a", ""])]
    made = phase.add_secrets(*entries)
    assert [one["path"] for one in made] == ["/", "/a/b", "/a/b", "/a", "/"]
    assert made[0]["folder"] is made[4]["folder"] is None
    assert made[1]["folder"] == made[2]["folder"] != made[3]["folder"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["A", "B", "C", "D"]),
        ("&path=/x", ["B", "C"]),
        ("&path=x/", ["B", "C"]),
        ("&path=//x", ["B", "C"]),
        ("&path=/", ["A", "D"]),
        ("&path=", ["A", "B", "C", "D"]),
        ("&key=b", ["B"]),
        ("&key=B&path=/", []),
        ("&key=zzz", []),
        ("&tags=one", ["A", "B"]),
        ("&tags=one,two", ["A", "B", "C"]),
        ("&tags=two&path=/x", ["B", "C"]),
        ("&tags=none", []),
        ("&dynamic=true&lease_ttl=60", ["A", "B", "C", "D"]),
    ],
)
def test_filters_narrow_what_is_read(phase: Phase, query: str, keys: list[str]) -> None:
    phase.add_secrets(
        {"key": "a", "value": "1", "tags": ["one"]},
        {"key": "b", "value": "2", "path": "/x", "tags": ["one", "two"]},
        {"key": "c", "value": "3", "path": "/x", "tags": ["two"]},
        {"key": "d", "value": "4"},
    )
    assert sorted(one["key"] for one in read(phase, query)) == keys


def test_environments_are_found_by_name_in_any_case_and_by_a_secrets_id(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1"}, {"key": "B", "value": "2"}, env="DEVELOPMENT")
    assert phase("GET", f"/v1/secrets/?secret_id={made[0]['id']}").json() == made
    assert phase("GET", "/v1/secrets/", headers={"Secret-Id": made[1]["id"]}).json() == made
    assert phase("GET", "/v1/secrets/", headers={"Environment": DEVELOPMENT}).json() == made


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("", 403, NEEDS_ENVIRONMENT),
        (f"?app_id={APP}", 403, NEEDS_ENVIRONMENT),
        ("?env=development", 403, NEEDS_ENVIRONMENT),
        (f"?app_id={APP}&env=zzz", 404, f"Environment 'zzz' not found in App {APP}"),
        (f"?app_id={SEALED_APP}&env=development", 400, "SSE is not enabled for this App"),
        (f"?app_id={APP}&env=development&dynamic=1&lease_ttl=x", 400, "lease_ttl must be a valid integer (seconds)"),
    ],
)
def test_what_keeps_one_from_reading_is_told(phase: Phase, query: str, status: int, text: str) -> None:
    assert error(phase("GET", f"/v1/secrets/{query}")) == (status, text)


def test_roles_may_lack_secrets(phase: Phase) -> None:
    policy = {"permissions": {}, "app_permissions": {"Secrets": ["read"]}}
    role = phase("POST", "/v1/roles/", {"name": "Reader", "permissions": policy}).json()["id"]
    phase("PUT", f"/v1/members/{phase.member('Developer')}/", {"role_id": role})
    assert read(phase, role="developer") == []
    for method, action in (("POST", "create"), ("PUT", "update"), ("DELETE", "delete")):
        reply = phase(method, SECRETS, data="{broken", role="developer")
        assert error(reply) == (403, f"You don't have permission to {action} secrets in this environment.")


NOT_A_LIST = "'secrets' must be a non-empty list."
GOOD = {"key": "A", "value": "1"}
BAD: list[tuple[Any, str]] = [
    ([], "Request body must be a JSON object."),
    ({}, NOT_A_LIST),
    ({"secrets": []}, NOT_A_LIST),
    ({"secrets": {}}, NOT_A_LIST),
    ({"secrets": ["x"]}, "Each entry in 'secrets' must be an object."),
    ({"secrets": [{"value": "1"}]}, "Each secret requires a non-empty 'key'."),
    ({"secrets": [{"key": " ", "value": "1"}]}, "Each secret requires a non-empty 'key'."),
    ({"secrets": [{"key": 5, "value": "1"}]}, "Each secret requires a non-empty 'key'."),
    ({"secrets": [{"key": "A"}]}, "Each secret requires a 'value' string."),
    ({"secrets": [GOOD, {"key": "B", "value": None}]}, "Each secret requires a 'value' string."),
    ({"secrets": [{**GOOD, "type": "zz"}]}, "Invalid 'type': 'zz'. Must be one of ['config', 'sealed', 'secret']."),
    ({"secrets": [{**GOOD, "override": None}]}, "'override' must be a JSON object."),
    ({"secrets": [{**GOOD, "override": {}}]}, "'override.value' must be a string."),
    ({"secrets": [{**GOOD, "override": {"value": "x"}}]}, "'override.isActive' must be a boolean."),
    ({"secrets": [{**GOOD, "override": {"value": "x", "isActive": 1}}]}, "'override.isActive' must be a boolean."),
]


@pytest.mark.parametrize(("body", "text"), BAD)
def test_a_bad_batch_is_refused_as_a_whole(phase: Phase, body: Any, text: str) -> None:
    before = phase("GET", f"/v1/environments/{DEVELOPMENT}/").json()
    reply = phase("POST", SECRETS, body)
    assert error(reply) == (400, text)
    assert reply.content.startswith(b'{"error": "')  # these are written with a space
    assert read(phase) == []
    assert phase("GET", f"/v1/environments/{DEVELOPMENT}/").json() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_bodies_are_read_whatever_their_type_and_told_in_other_words(phase: Phase, method: str) -> None:
    assert error(phase(method, SECRETS, data=b"")) == (400, "Request body is required.")
    for raw in (b"{", b"name=x", b'{"secrets": NaN}', b"\xff"):
        assert error(phase(method, SECRETS, data=raw)) == (400, "Request body must be valid JSON.")
    reply = phase("POST", SECRETS, data=b'{"secrets": [{"key": "A", "value": "1"}]}', headers={"Content-Type": "text/plain"})
    assert reply.status_code == 200


def test_a_key_is_unique_in_its_path_but_not_within_a_batch(phase: Phase) -> None:
    phase.add_secrets({"key": "A", "value": "1"}, {"key": "A", "value": "2", "path": "/x"})
    for entry in ({"key": "a", "value": "3"}, {"key": "A", "value": "3", "path": "x/"}):
        assert error(phase("POST", SECRETS, {"secrets": [{"key": "B", "value": ""}, entry]})) == (409, "Duplicate secret found")
    twice = [{"key": "T", "value": "1"}, {"key": "t", "value": "2"}]
    assert [one["key"] for one in phase.add_secrets(*twice)] == ["T", "T"]
    assert phase("GET", f"/v1/secrets/?app_id={APP}&env=staging&key=A").json() == []


def test_a_tag_that_is_too_long_is_noticed_when_the_secret_is_there_already(phase: Phase) -> None:
    entries = [{"key": "A", "value": "1"}, {"key": "B", "value": "2", "tags": ["t" * 65]}, {"key": "C", "value": "3"}]
    status, text = error(phase("POST", SECRETS, {"secrets": entries}))
    assert (status, text) == (400, f"Tag name exceeds 64 characters: '{'t' * 32}'…")
    assert [one["key"] for one in read(phase)] == ["A", "B"]


def test_an_update_changes_what_it_names_and_counts_the_version(phase: Phase, mockenv: Sandbox) -> None:
    made = phase.add_secrets({"key": "A", "value": "1", "comment": "c", "tags": ["t"], "path": "/x"})[0]
    mockenv.advance(1)
    changed = phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "value": "2"}]}).json()
    assert changed == [{**made, "value": "2", "version": 2, "updatedAt": "2026-01-24T10:30:01Z"}]
    entry = {"id": made["id"], "key": "b", "comment": "", "tags": [], "path": "/", "type": "config"}
    again = phase("PUT", SECRETS, {"secrets": [entry]}).json()[0]
    assert (again["key"], again["value"], again["comment"], again["tags"]) == ("B", "2", "", [])
    assert (again["path"], again["folder"], again["type"], again["version"]) == ("/", None, "config", 3)
    assert again["keyDigest"] != made["keyDigest"]
    assert read(phase, "&key=B") == [again]
    assert read(phase, "&path=/x") == read(phase, "&tags=t") == []


def test_an_update_of_what_is_not_there_is_refused_and_what_stands_before_it_is_done(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1"}, {"key": "B", "value": "2"})
    first, second = made[0]["id"], made[1]["id"]
    assert error(phase("PUT", SECRETS, {"secrets": [{"value": "2"}]})) == (400, "Secret ID not provided")
    assert error(phase("PUT", SECRETS, {"secrets": ["x"]})) == (400, "Secret ID not provided")
    batch = [{"id": first, "value": "9"}, {"id": "zzz"}]
    assert error(phase("PUT", SECRETS, {"secrets": batch})) == (404, "Secret not found: zzz")
    assert error(phase("PUT", SECRETS, {"secrets": [{"id": second, "key": "a"}]})) == (409, "Duplicate secret found")
    other = f"/v1/secrets/?app_id={APP}&env=staging"
    assert error(phase("PUT", other, {"secrets": [{"id": first}]})) == (404, f"Secret not found: {first}")
    assert phase("PUT", SECRETS, {"secrets": [{"id": first, "key": "a"}]}).status_code == 200
    assert [one["value"] for one in read(phase)] == ["9", "2"]


def test_a_sealed_secret_keeps_value_and_type(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1", "type": "sealed"})[0]
    changed = phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "value": "2"}]}).json()[0]
    assert (changed["value"], changed["version"]) == ("1", 2)
    text = "Sealed secrets cannot be unsealed. Delete and recreate the secret instead."
    assert error(phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "type": "secret"}]})) == (400, text)


def test_deletion_is_all_or_nothing_and_says_how_many(phase: Phase) -> None:
    first, second, third = (one["id"] for one in phase.add_secrets(*({"key": key, "value": ""} for key in "ABC")))
    wanted = "'secrets' must be a non-empty list of secret IDs."
    bad: list[dict[str, Any]] = [{}, {"secrets": []}, {"secrets": "x"}]
    for body in bad:
        assert error(phase("DELETE", SECRETS, body)) == (400, wanted)
    text = "Secret(s) not found in this environment: x, y"
    assert error(phase("DELETE", SECRETS, {"secrets": [first, "x", "y"]})) == (404, text)
    other = f"/v1/secrets/?app_id={APP}&env=staging"
    assert error(phase("DELETE", other, {"secrets": [first]}))[0] == 404
    assert phase("DELETE", SECRETS, {"secrets": [first]}).json() == {"message": "Deleted 1 secret"}
    assert phase("DELETE", SECRETS, {"secrets": [second, third]}).content == b'{"message":"Deleted 2 secrets"}'
    assert read(phase) == []


def test_an_override_is_its_users_own(phase: Phase) -> None:
    override = {"value": "mine", "isActive": True}
    made = phase.add_secrets({"key": "A", "value": "1", "override": override})[0]
    assert list(made["override"]) == ["id", "value", "isActive", "createdAt", "updatedAt"]
    assert (made["override"]["value"], made["override"]["isActive"]) == ("mine", True)
    assert read(phase, role="manager")[0]["override"] is None
    assert read(phase, role="service_account")[0]["override"] is None
    changed = phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "override": {"value": "x", "isActive": False}}]}).json()[0]
    assert changed["override"] == {**made["override"], "value": "x", "isActive": False}
    by_robot = phase.add_secrets({"key": "B", "value": "1", "override": override}, role="service_account")[0]
    assert by_robot["override"] is None


def test_references_are_followed_where_the_reader_may_go(phase: Phase) -> None:
    phase.add_secrets({"key": "HOST", "value": "h"}, {"key": "DEEP", "value": "d", "path": "/a/b"})
    phase.add_secrets({"key": "PORT", "value": "p"}, env="production")
    value = "${HOST} ${/a/b/DEEP} ${development./a/b/DEEP} ${Production.PORT} ${My App::production.PORT} ${NONE} ${zzz.X}"
    phase.add_secrets({"key": "URL", "value": value})
    assert read(phase, "&key=URL")[0]["value"] == "h d d p p ${NONE} ${zzz.X}"
    assert read(phase, "&key=URL", role="developer")[0]["value"] == value  # at the first where he may not go, following ends
    phase("PUT", f"/v1/environments/{DEVELOPMENT}/", {"name": "renamed"})
    shown = phase("GET", f"/v1/secrets/?app_id={APP}&env=renamed&key=URL").json()[0]["value"]
    assert "${development./a/b/DEEP}" in shown  # renaming an environment breaks references to its old name


def test_every_write_moves_the_environments_date_and_a_read_does_not(phase: Phase, mockenv: Sandbox) -> None:
    def updated() -> str:
        return str(phase("GET", f"/v1/environments/{DEVELOPMENT}/").json()["updatedAt"])

    mockenv.advance(1)
    id = phase.add_secrets({"key": "A", "value": "1"}, {"key": "B", "value": "1"})[0]["id"]
    assert updated() == "2026-01-24T10:30:01Z"
    mockenv.advance(1)
    read(phase)
    assert updated() == "2026-01-24T10:30:01Z"
    phase("PUT", SECRETS, {"secrets": [{"id": id}]})
    assert updated() == "2026-01-24T10:30:02Z"
    mockenv.advance(1)
    phase("DELETE", SECRETS, {"secrets": [id]})
    assert updated() == "2026-01-24T10:30:03Z"


def test_secrets_go_with_their_environment(phase: Phase) -> None:
    override = {"value": "mine", "isActive": True}
    id = phase.add_secrets({"key": "A", "value": "1", "path": "/x", "override": override})[0]["id"]
    phase("DELETE", f"/v1/environments/{DEVELOPMENT}/")
    assert error(phase("GET", SECRETS)) == (404, f"Environment 'development' not found in App {APP}")
    assert error(phase("GET", f"/v1/secrets/?secret_id={id}")) == (404, "Secret not found")
    phase.make("Development")
    assert read(phase) == []


@pytest.mark.mockenv(
    fixture={
        "phase": {
            "apps": [
                {
                    "id": "a",
                    "name": "a",
                    "environments": [{"name": "e", "secrets": [{"key": "x", "value": "1", "path": "/p", "tags": ["t"]}]}],
                }
            ]
        }
    }
)
def test_a_fixture_can_bring_secrets(phase: Phase) -> None:
    found = phase("GET", "/v1/secrets/?app_id=a&env=e&tags=t&path=p").json()
    assert [(one["key"], one["value"], one["path"]) for one in found] == [("X", "1", "/p")]
