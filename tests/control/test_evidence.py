"""Journal, events, resources, documents, metrics."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import yaml

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.control.conftest import ENVIRONMENTS, SITES, Maker


def test_the_journal_has_requests_and_replies_without_their_secrets(mockenv: Sandbox, make: Maker) -> None:
    make("a")
    mockenv.advance_until_idle()
    make.http("GET", f"{ENVIRONMENTS}/a", headers={"Cookie": "session=s3cret"})
    entries = mockenv.journal()
    assert [(one["method"], one["operation"], one["status"]) for one in entries] == [
        ("POST", "createEnvironment", 201),
        ("GET", "getEnvironment", 200),
    ]
    assert entries[0]["request"]["body"] == {"name": "a", "php_version": "8.3"}
    headers, data = entries[1]["request"]["headers"], entries[1]["reply"]["body"]["data"]
    assert (headers["authorization"], headers["cookie"], data["db_password"]) == ("[redacted]",) * 3
    assert data["db_username"] == "env_67890"
    assert "s3cret" not in str(mockenv.har())


def test_the_journal_says_how_far_a_request_came(mockenv: Sandbox, make: Maker) -> None:
    mockenv.fault({"status": 503}, times=1)
    make.http("GET", SITES)
    make.http("GET", SITES)
    requests.get(f"{mockenv.url}{SITES}", timeout=10)
    assert [one["stage"] for one in mockenv.journal()] == ["fault_before", "behave", "authenticate"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"operation": "createEnvironment"}, 2),
        ({"status": 422}, 1),
        ({"status": "4xx"}, 2),
        ({"provider": "vector", "method": "GET"}, 1),
        ({"path": "/api/v1/vector/sites/*/environments"}, 2),
        ({"path": "*/sites/99"}, 1),
        ({"since": 2}, 1),
        ({"since": "2026-01-24T10:30:00Z"}, 3),
        ({"since": "2026-01-24T10:30:01Z"}, 0),
        ({"limit": 1}, 1),
        ({"provider": "phase"}, 0),
    ],
)
def test_the_journal_can_be_asked(mockenv: Sandbox, make: Maker, query: dict[str, Any], count: int) -> None:
    make("a")
    make.http("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"})
    make.http("GET", f"{SITES}/99")
    assert len(mockenv.journal(**query)) == count


def test_verify_counts_and_names_the_nearest_misses(mockenv: Sandbox, make: Maker) -> None:
    make("a")
    make("b")
    assert mockenv.verify({"operation": "createEnvironment"}, exactly=2)
    assert mockenv.verify({"operation": "createEnvironment", "body": {"name": "a"}}, exactly=1)
    assert mockenv.verify({"status": "2xx"}, at_least=1, at_most=2)
    missed = mockenv.verify({"operation": "createEnvironment", "body": {"name": "c"}}, at_least=1)
    assert (missed.ok, missed.count) == (False, 0)
    assert missed.nearest[0]["differs"] == ["body.name is 'b', not 'c'"]
    with pytest.raises(MockenvError, match="exactly"):
        mockenv.verify({"status": 200})


def test_verify_names_the_nearest_though_some_match_and_the_matches_where_too_many_do(mockenv: Sandbox, make: Maker) -> None:
    for path in (f"{SITES}/12345", f"{SITES}/12345", f"{SITES}/1"):
        make.http("GET", path)
    few = mockenv.verify({"operation": "getSite", "status": 200}, at_least=5)
    assert (few.count, few.nearest[0]["differs"]) == (2, ["status is 404, not 200"])
    many = mockenv.verify({"operation": "getSite", "status": 200}, at_most=1)
    assert [one["differs"] for one in many.nearest] == [[], []]


def test_the_journal_has_the_headers_that_went_out(mockenv: Sandbox, make: Maker) -> None:
    reply = make.http("GET", SITES)
    headers = mockenv.journal()[0]["reply"]["headers"]
    assert {name: reply.headers[name] for name in ("Content-Type", "Date", "Content-Length")} == headers


def test_the_har_export_has_what_the_format_demands(mockenv: Sandbox, make: Maker) -> None:
    make("a")
    log = mockenv.har()["log"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "mockenv")
    entry = log["entries"][0]
    assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= entry.keys()
    assert entry["request"]["url"].endswith(ENVIRONMENTS)
    assert {"method", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"} <= entry["request"].keys()
    assert entry["response"]["content"]["mimeType"] == "application/json"


def test_events_are_read_on_after_a_cursor(mockenv: Sandbox, make: Maker) -> None:
    make("a", is_production=True)
    mockenv.advance_until_idle()
    first, *rest = mockenv.events()
    assert mockenv.events(after=first["id"]) == rest
    assert [one["type"] for one in mockenv.events(type="vector.environment.created")] == ["vector.environment.created"]


def test_resources_are_seen_across_providers(mockenv: Sandbox, make: Maker) -> None:
    resource = make("a")
    found = {one["name"]: one for one in mockenv.resources()}
    assert found[resource]["status"] == "pending"
    assert found["vector/site/12345"]["document"]["partner_customer_id"] == "cust_abc123"
    assert [one["name"] for one in mockenv.resources(provider="vector", status="pending")] == [resource]


def test_documents_come_as_json_and_as_yaml(mockenv_server: Mockenv) -> None:
    document = mockenv_server.document("vector")
    assert document["paths"]["/api/v1/vector/sites"]["post"]["operationId"] == "createSite"
    text = requests.get(f"{mockenv_server.url}/_mockenv/documents/vector?format=yaml", timeout=5).text
    assert yaml.safe_load(text)["info"] == document["info"]
    with pytest.raises(MockenvError, match="did you mean 'vector'"):
        mockenv_server.document("vectr")


def test_a_document_names_the_server_that_was_asked_for_it(mockenv: Sandbox) -> None:
    document = requests.get(f"{mockenv.url}/_mockenv/documents/vector", timeout=5).json()
    assert document["servers"] == [{"url": mockenv.url}]


def test_routes_metrics_health_and_violations_are_there(mockenv_server: Mockenv, make: Maker) -> None:
    make()
    assert {"operation": "createSite", "method": "POST", "path": SITES} in mockenv_server.routes()["vector"]
    assert 'mockenv_requests_total{provider="vector",operation="createEnvironment",status="201"}' in mockenv_server.metrics()
    assert mockenv_server.health()["status"] == "ok"
    assert [one for one in mockenv_server.spec_violations() if one["kind"] == "reply"] == []
    assert mockenv_server.call("GET", "ready") == {"ready": True}


def test_the_page_at_the_root_names_what_is_served(mockenv_server: Mockenv) -> None:
    page = requests.get(mockenv_server.url, timeout=5)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/api/v1/vector" in page.text


def test_a_path_that_nobody_owns_gets_our_own_404(mockenv_server: Mockenv) -> None:
    reply = requests.get(f"{mockenv_server.url}/api/v3/else", timeout=5)
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "application/problem+json")
    assert "/api/v1/vector" in reply.json()["detail"]


def test_a_member_that_nobody_knows_is_taken_and_told_once(make: Maker, caplog: pytest.LogCaptureFixture) -> None:
    server, path = make.sandbox.server, f"{SITES}/12345"
    with caplog.at_level("WARNING", "mockenv.edge"):
        for _ in range(2):
            assert make.http("PUT", path, {"your_customer_id": "c", "tags": ["told-once"]}).status_code == 200
        make.http("PUT", path, {"tags": 1, "refused": 1})
    [told] = [one for one in server.spec_violations() if "your_customer_id" in one["problem"]]
    assert told == {
        "provider": "vector",
        "operation": "updateSite",
        "status": 200,
        "problem": "ignored member: your_customer_id",
        "kind": "ignored member",
    }
    assert [line for line in caplog.messages if "ignored member your_customer_id" in line] == [
        f"PUT {path}: ignored member your_customer_id: updateSite does not know it"
    ]
    assert not [one for one in server.spec_violations() if "refused" in one["problem"]]  # what is refused is not ignored
