"""Vector Pro's sites, over a real socket, against the contract."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser

SITES = "/api/v1/vector/sites"
MEMBERS = [
    "id", "partner_id", "partner_customer_id", "name", "status", "dev_php_version", "dev_domain", "sftp_username", "sftp_password",
    "sftp_host", "sftp_port", "db_username", "db_password", "db_host", "db_name", "db_port", "tags", "created_at", "updated_at",
]  # fmt: skip
CREDENTIALS = MEMBERS[6:16]


def make(vector: Browser, customer: str = "c", **more: Any) -> dict[str, Any]:
    reply = vector("POST", SITES, {"partner_customer_id": customer, "dev_php_version": "8.1", **more})
    assert reply.status_code == 201, reply.text
    data: dict[str, Any] = reply.json()["data"]
    return data


def show(vector: Browser, id: int | str) -> dict[str, Any]:
    data: dict[str, Any] = vector("GET", f"{SITES}/{id}").json()["data"]
    return data


def listed(vector: Browser, query: str = "") -> dict[str, Any]:
    reply = vector("GET", f"{SITES}{query}")
    assert reply.status_code == 200, reply.text
    page: dict[str, Any] = reply.json()
    return page


# One site


def test_the_ten_credentials_are_there_and_null_until_the_site_is_active(vector: Browser, mockenv: Sandbox) -> None:
    site = make(vector)
    assert list(site) == MEMBERS
    assert [site[name] for name in CREDENTIALS] == [None] * 10
    assert (site["name"], site["tags"]) == (None, [])
    mockenv.advance("999ms")
    assert show(vector, site["id"]) == site
    mockenv.advance("1ms")
    active = show(vector, site["id"])
    assert {name: active[name] for name in CREDENTIALS if name not in ("dev_domain", "sftp_password", "db_password")} == {
        "sftp_username": f"vector_{site['id']}",
        "sftp_host": "sftp.vector.app",
        "sftp_port": 22,
        "db_username": f"vector_{site['id']}",
        "db_host": "db.vector.app",
        "db_name": f"vector_{site['id']}",
        "db_port": 3306,
    }
    assert active["dev_domain"].endswith(".vectorpages.com")
    assert len({active["sftp_password"], active["db_password"]}) == 2
    assert (active["created_at"], active["updated_at"]) == ("2026-01-24T10:30:00.000000Z", "2026-01-24T10:30:01.000000Z")
    assert show(vector, site["id"]) == active  # a second look changes nothing


def test_events_tell_of_the_request_and_later_of_the_active_site(vector: Browser, mockenv: Sandbox) -> None:
    id = make(vector)["id"]
    mockenv.advance_until_idle()
    vector("PUT", f"{SITES}/{id}", {"tags": ["x"]})
    vector("DELETE", f"{SITES}/{id}")
    mockenv.advance_until_idle()
    assert [(one["type"], one["data"]["status"]) for one in mockenv.events()] == [
        ("vector.site.pending", "pending"),
        ("vector.site.created", "active"),
        ("vector.dev-site.created", "active"),
        ("vector.site.updated", "active"),
        ("vector.dev-site.terminated", "terminating"),
        ("vector.site.deleted", "terminating"),
    ]


def test_a_site_is_found_by_the_subdomain_of_its_development_domain(vector: Browser, mockenv: Sandbox) -> None:
    assert show(vector, "happy-panda")["id"] == 12345
    id = make(vector)["id"]
    mockenv.advance_until_idle()
    subdomain = show(vector, id)["dev_domain"].removesuffix(".vectorpages.com")
    assert show(vector, subdomain)["id"] == id
    assert vector("GET", f"{SITES}/happy-panda/environments").json()["meta"]["total"] == 0


def test_a_site_that_fails_says_why_and_can_be_deleted(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"fail": "no cluster"}, resource="site", step="provisioning", times=1)
    id = make(vector)["id"]
    mockenv.advance_until_idle()
    failed = show(vector, id)
    assert (failed["status"], failed["failure_reason"], failed["dev_domain"]) == ("failed", "no cluster", None)
    gone = vector("DELETE", f"{SITES}/{id}").json()["data"]
    assert (gone["status"], "failure_reason" in gone) == ("terminating", False)


# Changing


def test_only_what_is_given_changes_and_null_clears_the_tags(vector: Browser, mockenv: Sandbox) -> None:
    before = show(vector, 12345)
    mockenv.advance("5s")
    reply = vector("PUT", f"{SITES}/12345", {"partner_customer_id": "other"}).json()
    assert (reply["message"], reply["http_status"]) == ("Vector site updated successfully", 200)
    assert reply["data"] == {**before, "partner_customer_id": "other", "updated_at": "2026-01-24T10:30:05.000000Z"}
    assert vector("PUT", f"{SITES}/12345", {"tags": None}).json()["data"]["tags"] == []
    untouched = vector("PUT", f"{SITES}/12345", {"name": "x", "dev_php_version": "8.1", "nonsense": 1}).json()["data"]
    assert (untouched["name"], untouched["dev_php_version"]) == (before["name"], before["dev_php_version"])


@pytest.mark.parametrize("body", [{}, {"partner_customer_id": "cust_abc123"}, {"tags": ["client-a", "production"]}, {"name": "x"}])
def test_a_change_that_changes_nothing_leaves_no_trace(vector: Browser, mockenv: Sandbox, body: dict[str, Any]) -> None:
    before = show(vector, 12345)
    mockenv.advance("5s")
    reply = vector("PUT", f"{SITES}/12345", body)
    assert (reply.status_code, reply.json()["data"], mockenv.events()) == (200, before, [])


def test_a_slash_at_the_end_is_overlooked(vector: Browser) -> None:
    for path in (SITES, f"{SITES}/12345", f"{SITES}/12345/environments"):
        assert vector("GET", f"{path}/").json() == vector("GET", path).json()


# Deleting


def test_deleting_answers_terminating_then_it_is_gone_from_everywhere(vector: Browser, mockenv: Sandbox) -> None:
    reply = vector("DELETE", f"{SITES}/12345")
    body = reply.json()
    assert (reply.status_code, body["data"]["status"], body["message"]) == (200, "terminating", "Vector site deletion initiated")
    assert vector("DELETE", f"{SITES}/12345").status_code == 422
    assert listed(vector)["meta"]["total"] == 1
    mockenv.advance_until_idle()
    for path in (f"{SITES}/12345", f"{SITES}/happy-panda", f"{SITES}/12345/environments"):
        gone = vector("GET", path)
        assert (gone.status_code, gone.json()) == (404, {"data": {}, "message": "Site not found", "http_status": 404})
    assert listed(vector)["data"] == []
    assert make(vector)["id"] == 12346


def test_an_environment_blocks_the_deletion_until_it_is_gone(vector: Browser, mockenv: Sandbox) -> None:
    environments = f"{SITES}/12345/environments"
    vector("POST", environments, {"name": "a", "php_version": "8.3"})
    mockenv.advance_until_idle()
    for _ in ("active", "terminating"):
        refused = vector("DELETE", f"{SITES}/12345").json()
        text = "Cannot delete site that has active environments. Please terminate all environments first."
        assert (refused["errors"], refused["message"], refused["http_status"]) == ({"site": [text]}, "Validation failed", 422)
        vector("DELETE", f"{environments}/a")
    mockenv.advance_until_idle()
    assert vector("DELETE", f"{SITES}/12345").status_code == 200


def test_a_pending_site_cannot_be_deleted_and_the_text_names_both_states(vector: Browser) -> None:
    refused = vector("DELETE", f"{SITES}/{make(vector)['id']}").json()
    text = "Site cannot be deleted from current state 'pending'. Site must be 'active' or 'suspended' or 'failed' to be deleted."
    assert (refused["message"], refused["errors"], refused["data"]) == (text, {"status": [text]}, {})


# Lists


def test_pages_have_links_and_meta_that_end_in_null(vector: Browser) -> None:
    for number in range(4):
        make(vector, f"c{number}")
    walked, query = [], "?per_page=2"
    while query:
        page = listed(vector, query)
        walked += [one["id"] for one in page["data"]]
        query = (page["links"]["next"] or "").partition("sites")[2]
    assert walked == [12345, 12346, 12347, 12348, 12349]
    base = f"{vector.sandbox.url}{SITES}?per_page=2&page="
    first, middle, last = (listed(vector, f"?per_page=2&page={number}") for number in (1, 2, 3))
    assert first["links"] == {"first": f"{base}1", "last": f"{base}3", "prev": None, "next": f"{base}2"}
    assert middle["links"] == {"first": f"{base}1", "last": f"{base}3", "prev": f"{base}1", "next": f"{base}3"}
    assert last["links"] == {"first": f"{base}1", "last": f"{base}3", "prev": f"{base}2", "next": None}
    assert first["meta"] == {"current_page": 1, "from": 1, "to": 2, "total": 5, "per_page": 2, "last_page": 3}
    assert last["meta"] == {"current_page": 3, "from": 5, "to": 5, "total": 5, "per_page": 2, "last_page": 3}
    assert (first["message"], first["http_status"], next(iter(first))) == ("Sites retrieved successfully", 200, "data")


def test_beyond_the_last_page_there_is_an_empty_one(vector: Browser) -> None:
    for query, last in (("?page=9", 1), ("?page=999999999999&per_page=100", 1), ("?partner_customer_id=nobody", 1)):
        page = listed(vector, query)
        assert (page["data"], page["meta"]["from"], page["meta"]["to"], page["meta"]["last_page"]) == ([], None, None, last)
    assert listed(vector)["meta"]["per_page"] == 15


def test_filters_combine_and_total_counts_what_they_leave(vector: Browser) -> None:
    for customer, tags in (("a", ["x", "y"]), ("a", ["y"]), ("b", ["x", "y", "z"]), ("b", None)):
        make(vector, customer, tags=tags)

    def ids(query: str) -> list[int]:
        page = listed(vector, query)
        assert page["meta"]["total"] == len(page["data"])
        return [one["id"] for one in page["data"]]

    assert ids("?partner_customer_id=a") == [12346, 12347]
    assert ids("?tags[]=x") == [12346, 12348]
    assert ids("?tags[]=x&tags[]=y") == [12346, 12348]
    assert ids("?tags%5B%5D=y&partner_customer_id=a") == [12346, 12347]
    assert ids("?tags[]=x&tags[]=nobody") == []
    assert ids("?partner_customer_id=A") == []
    assert ids("?tags[0]=x&tags[1]=y") == ids("?tags=x&tags[5]=y") == [12346, 12348]  # as PHP reads it
    assert ids("?tags=y") == [12346, 12347, 12348]
    assert ids("?unknown=1&tags[]=&partner_customer_id=&page=&per_page=") == [12345, 12346, 12347, 12348, 12349]
    filtered = listed(vector, "?tags[]=y&per_page=1&page=2")
    assert (filtered["meta"]["total"], filtered["meta"]["last_page"], filtered["data"][0]["id"]) == (3, 3, 12347)
    assert filtered["links"]["next"].endswith("?tags%5B%5D=y&per_page=1&page=3")


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("?per_page=101", {"per_page": ["Maximum items per page is 100."]}),
        ("?per_page=0", {"per_page": ["The per page must be at least 1."]}),
        ("?page=0", {"page": ["The page must be at least 1."]}),
        ("?page=-1&per_page=1000", {"page": ["The page must be at least 1."], "per_page": ["Maximum items per page is 100."]}),
        ("?page=two", {"page": ["The page must be an integer."]}),
        ("?page=1.5", {"page": ["The page must be an integer."]}),
    ],
)
@pytest.mark.parametrize("collection", [SITES, f"{SITES}/12345/environments", "/api/v1/vector/webhooks"])
def test_a_page_that_cannot_be_is_422(vector: Browser, collection: str, query: str, errors: dict[str, Any]) -> None:
    reply = vector("GET", f"{collection}{query}")
    assert (reply.status_code, reply.json()) == (
        422,
        {"data": {}, "errors": errors, "message": "Validation failed", "http_status": 422},
    )


# Values


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            {},
            {
                "partner_customer_id": ["The partner customer id field is required."],
                "dev_php_version": ["The dev php version field is required."],
            },
        ),
        ({"partner_customer_id": "c", "dev_php_version": "7.4"}, {"dev_php_version": ["The selected dev php version is invalid."]}),
        ({"partner_customer_id": None, "dev_php_version": "8.1"}, {"partner_customer_id": ["The partner customer id field is required."]}),
        ({"partner_customer_id": "", "dev_php_version": "8.1"}, {"partner_customer_id": ["The partner customer id field is required."]}),
        ({"partner_customer_id": 5, "dev_php_version": "8.1"}, {"partner_customer_id": ["The partner customer id must be a string."]}),
        (
            {"partner_customer_id": "x" * 256, "dev_php_version": "8.1"},
            {"partner_customer_id": ["The partner customer id must not be greater than 255 characters."]},
        ),
        ({"partner_customer_id": "c", "dev_php_version": "8.1", "tags": "x"}, {"tags": ["The tags must be an array."]}),
        (
            {"partner_customer_id": "c", "dev_php_version": "8.1", "tags": ["a", "b", "a"]},
            {"tags": ["The tags field has a duplicate value."]},
        ),
        (
            {"partner_customer_id": "c", "dev_php_version": "8.1", "tags": ["a", "Client A"]},
            {"tags.1": ["The tags.1 must be lowercase letters, numbers, and hyphens only."]},
        ),
        ({"partner_customer_id": "c", "dev_php_version": "8.1", "tags": [1, "y"]}, {"tags.0": ["The tags.0 must be a string."]}),
        ([], {"body": ["The request body must be a JSON object."]}),
    ],
)  # fmt: skip
def test_bad_values_are_named_in_laravels_words(vector: Browser, body: Any, errors: dict[str, Any]) -> None:
    reply = vector("POST", SITES, body)
    assert (reply.status_code, reply.json()["errors"], reply.json()["message"]) == (422, errors, "Validation failed")


def test_unknown_members_are_ignored(vector: Browser) -> None:
    assert list(make(vector, nonsense=1, status="active", id=7)) == MEMBERS


def test_a_reader_may_look_but_not_touch(vector: Browser, reader: Browser) -> None:
    assert reader("GET", f"{SITES}/12345").status_code == 200
    assert reader("GET", SITES).status_code == 200
    for method, path in (("POST", SITES), ("PUT", f"{SITES}/12345"), ("DELETE", f"{SITES}/12345")):
        refused = reader(method, path, {})
        assert (refused.status_code, refused.json()) == (403, {"data": {}, "message": "Unauthorized", "http_status": 403})
    assert reader("PUT", f"{SITES}/1", {}).status_code == 404  # what is not there is not there for anybody
