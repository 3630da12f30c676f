"""Vector Pro's SSH keys: the account's, which new sites begin with, and those on a site."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, data, types

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII1DJ//uS924orekw0P421R/6K2eT7EayMkGWJX4Uz2f john@macbook"
ECDSA = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBChkDiGVa9mwSMhcg6WZME1N5BzIyvS9g4HOrBsybIdz"
    "hdcWXU9NFzgana29zUilbOPgsttSyhdfbZpXD4kT3rA="
)
PRINTED = {
    ED25519: "SHA256:3OHg4f0ltgC18thn3g54pJbixQ/mEd8RHPC+nr1P1I4",
    ECDSA: "SHA256:ddLX8AAKj+5KgAJGImpCCGgzIcuRrsjwBpopKmMMGI0",
}
"""What `ssh-keygen -l` prints of them."""
UNREADABLE = {"public_key": ["Unable to parse SSH public key. Ensure it is in valid OpenSSH format."]}


def add(vector: Browser, key: str = ED25519, name: str = "John MacBook") -> dict[str, Any]:
    made: dict[str, Any] = data(vector, "POST", f"{API}/ssh-keys", {"name": name, "public_key": key}, 201)
    return made


def refused(vector: Browser, path: str, body: Any) -> Any:
    reply = vector("POST", path, body)
    assert (reply.status_code, reply.json()["message"]) == (422, "Validation failed"), reply.text
    return reply.json()["errors"]


def test_the_guides_own_calls_give_the_guides_own_key(vector: Browser) -> None:
    reply = vector("POST", f"{API}/ssh-keys", {"name": "John MacBook", "public_key": "ssh-rsa AAAAB3NzaC1yc2E..."})
    assert reply.status_code == 201
    key = reply.json()["data"]
    assert reply.json()["message"] == "SSH key created successfully"
    assert (list(key), key["id"], key["name"]) == (["id", "name", "fingerprint", "created_at"], 456, "John MacBook")
    attached = vector("POST", f"{SITE}/ssh-keys", {"ssh_key_id": 456})
    assert (attached.status_code, attached.json()["data"]) == (201, key)
    assert attached.json()["message"] == "SSH key added to site successfully"
    assert data(vector, "GET", f"{SITE}/ssh-keys") == data(vector, "GET", f"{API}/ssh-keys") == [key]
    removed = vector("DELETE", f"{SITE}/ssh-keys/456").json()
    assert (removed["data"], removed["message"]) == (key, "SSH key removed from site successfully")
    gone = vector("DELETE", f"{API}/ssh-keys/456").json()
    assert (gone["data"], gone["message"], gone["http_status"]) == (key, "SSH key deleted successfully", 200)


@pytest.mark.parametrize("key", PRINTED)
def test_a_fingerprint_is_the_one_that_ssh_prints(vector: Browser, key: str) -> None:
    made = add(vector, key)
    assert made["fingerprint"] == PRINTED[key]
    assert data(vector, "GET", f"{API}/ssh-keys/{made['id']}") == made


@pytest.mark.parametrize(
    "key",
    [
        "AAAAC3NzaC1lZDI1NTE5AAAAII1DJ//uS924orekw0P421R/6K2eT7EayMkGWJX4Uz2f",
        "ssh-dss AAAAB3NzaC1kc3M=",
        "ssh-rsa not!base64",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAII1DJ//uS924orekw0P421R/6K2eT7EayMkGWJX4Uz2f",
        "ssh-ed25519",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_is_no_public_key_is_refused_everywhere(vector: Browser, mockenv: Sandbox, key: str) -> None:
    for path in (f"{API}/ssh-keys", f"{SITE}/ssh-keys"):
        assert refused(vector, path, {"name": "k", "public_key": key}) == UNREADABLE
    assert mockenv.events() == []


def test_a_key_is_on_the_account_once_and_on_a_site_once(vector: Browser) -> None:
    key = add(vector)
    again = {"name": "another name", "public_key": ED25519}
    assert refused(vector, f"{API}/ssh-keys", again) == {
        "public_key": ["An SSH key with this fingerprint already exists for this account."]
    }
    data(vector, "POST", f"{SITE}/ssh-keys", {"ssh_key_id": key["id"]}, 201)
    there = ["This SSH key is already installed on this site."]
    assert refused(vector, f"{SITE}/ssh-keys", {"ssh_key_id": key["id"]}) == {"ssh_key_id": there}
    assert refused(vector, f"{SITE}/ssh-keys", again) == {"public_key": there}


def test_a_key_that_came_with_the_site_is_not_the_accounts(vector: Browser) -> None:
    made = data(vector, "POST", f"{SITE}/ssh-keys", {"name": "here only", "public_key": ECDSA}, 201)
    assert (data(vector, "GET", f"{API}/ssh-keys"), data(vector, "GET", f"{SITE}/ssh-keys")) == ([], [made])
    assert vector("GET", f"{API}/ssh-keys/{made['id']}").json()["message"] == "SSH key not found"


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "ssh_key_id"), ({"ssh_key_id": 1}, "ssh_key_id"), ({"public_key": ED25519}, "name"), ({"ssh_key_id": "x"}, "ssh_key_id")],
)
def test_a_site_wants_a_key_that_is_there(vector: Browser, body: dict[str, Any], field: str) -> None:
    assert list(refused(vector, f"{SITE}/ssh-keys", body)) == [field]


def test_new_sites_have_the_accounts_keys_and_keep_them(vector: Browser, mockenv: Sandbox) -> None:
    key = add(vector)
    new = data(vector, "POST", f"{API}/sites", {"partner_customer_id": "c", "dev_php_version": "8.3"}, 201)["id"]
    clone = data(vector, "POST", f"{SITE}/clone", {"partner_customer_id": "c"}, 201)["id"]
    vector("DELETE", f"{API}/ssh-keys/{key['id']}")
    for site, keys in ((new, [key]), (clone, [key]), (12345, [])):
        assert data(vector, "GET", f"{API}/sites/{site}/ssh-keys") == keys
    mockenv.advance_until_idle()
    assert vector("DELETE", f"{API}/sites/{new}").status_code == 200
    mockenv.advance_until_idle()
    assert [one["name"] for one in mockenv.resources(kind="site-ssh-key")] == [f"vector/site-ssh-key/{clone}/{key['id']}"]


def test_all_four_events_are_told(vector: Browser, mockenv: Sandbox) -> None:
    key = add(vector)
    data(vector, "POST", f"{SITE}/ssh-keys", {"ssh_key_id": key["id"]}, 201)
    vector("DELETE", f"{SITE}/ssh-keys/{key['id']}")
    vector("DELETE", f"{API}/ssh-keys/{key['id']}")
    assert types(mockenv) == [
        "vector.ssh-key.created",
        "vector.dev-site.ssh-key-added",
        "vector.dev-site.ssh-key-removed",
        "vector.ssh-key.deleted",
    ]
    added = mockenv.events()[1]
    assert (added["resource"], added["data"]["id"], added["data"]["ssh_key"]) == ("vector/site/12345", 12345, key)
    shown = data(vector, "GET", f"{API}/events?type=vector.ssh-key.created")
    assert [one["resource"] for one in shown] == [{"type": "ssh-key", "id": 456}]


def test_a_reader_sees_keys_and_touches_none(vector: Browser, reader: Browser) -> None:
    id = add(vector)["id"]
    assert reader("GET", f"{API}/ssh-keys/{id}").status_code == 200
    for method, path in (("POST", f"{API}/ssh-keys"), ("DELETE", f"{API}/ssh-keys/{id}"), ("POST", f"{SITE}/ssh-keys")):
        assert reader(method, path, {}).status_code == 403
    assert vector("DELETE", f"{SITE}/ssh-keys/{id}").json()["message"] == "SSH key not found on this site"
