"""Faults on requests: exactly what was asked for, on a real socket, in the provider's own words."""

from __future__ import annotations

import socket
import threading
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser

SITES = "/api/v1/vector/sites"
ENVIRONMENTS = f"{SITES}/12345/environments"


@pytest.fixture
def vector(mockenv: Sandbox) -> Browser:
    return Browser(mockenv, mockenv.headers("vector"))


def raw(sandbox: Sandbox, path: str = SITES, headers: str = "", wait: float = 5.0) -> bytes:
    """What comes off the socket until the other side is done. Raises ConnectionResetError on an RST."""
    parts = urlsplit(sandbox.url)
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=wait) as connection:
        request = (
            f"GET {parts.path}{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nConnection: close\r\n{headers}\r\n"
        )
        connection.sendall(request.encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def test_a_header_that_is_told_takes_the_place_of_the_services_own_however_it_is_spelled(mockenv: Sandbox) -> None:
    told = {"date": "Thu, 01 Jan 2026 00:00:00 GMT", "CONTENT-TYPE": "text/html", "retry-after": "2"}
    mockenv.fault({"rate_limit": 30, "headers": told}, provider="vector")
    head = raw(mockenv).partition(b"\r\n\r\n")[0].decode().lower().split("\r\n")
    for name, value in told.items():
        assert [line for line in head if line.startswith(f"{name.lower()}:")] == [f"{name}: {value}".lower()]


def test_a_status_comes_in_the_providers_own_envelope(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault(
        {"status": 503, "headers": {"Retry-After": "2"}}, provider="vector", path="/api/v1/vector/sites/*/environments", times=1
    )
    failed = vector("GET", ENVIRONMENTS)
    assert (failed.status_code, failed.json()) == (503, {"data": {}, "message": "Service Unavailable", "http_status": 503})
    assert failed.headers["Retry-After"] == "2"
    assert vector("GET", ENVIRONMENTS).status_code == 200
    assert vector("GET", SITES).status_code == 200


@pytest.mark.parametrize("status", [400, 418, 429, 500, 504, 599])
def test_every_error_status_is_allowed_and_no_violation(vector: Browser, mockenv: Sandbox, status: int) -> None:
    mockenv.fault({"status": status}, operation="listSites")
    assert vector("GET", SITES).json()["http_status"] == status
    assert [one for one in mockenv.server.spec_violations() if one["kind"] == "reply"] == []


def test_a_success_that_the_document_does_not_have_wants_force(vector: Browser, mockenv: Sandbox) -> None:
    with pytest.raises(MockenvError, match="force"):
        mockenv.fault({"status": 202}, operation="createSite")
    mockenv.fault({"status": 202}, operation="createSite", force=True)
    assert vector("POST", SITES, {}).status_code == 202


def test_before_nothing_happens_and_after_it_has_happened(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"status": 500}, operation="createEnvironment", times=1)
    assert vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"}).status_code == 500
    assert vector("GET", ENVIRONMENTS).json()["data"] == []
    mockenv.fault({"reset": True}, operation="createEnvironment", phase="after", times=1)
    with pytest.raises(requests.ConnectionError):
        vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"})
    assert [one["name"] for one in vector("GET", ENVIRONMENTS).json()["data"]] == ["a"]
    again = vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"})
    assert again.status_code == 422  # what a client that repeats blindly gets to see


def test_reset_is_an_rst(mockenv: Sandbox) -> None:
    mockenv.fault({"reset": True})
    with pytest.raises(ConnectionResetError):
        raw(mockenv)


def test_empty_is_a_close_without_a_byte(mockenv: Sandbox) -> None:
    mockenv.fault({"empty": True})
    assert raw(mockenv) == b""


def test_truncate_stops_in_the_middle_of_the_announced_length(mockenv: Sandbox) -> None:
    whole = raw(mockenv)
    mockenv.fault({"truncate": True})
    cut = raw(mockenv)
    head, _, body = cut.partition(b"\r\n\r\n")
    announced = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert announced == len(whole.partition(b"\r\n\r\n")[2])
    assert 0 < len(body) < announced


def test_garbage_is_no_http(mockenv: Sandbox) -> None:
    mockenv.fault({"garbage": True})
    assert not raw(mockenv).startswith(b"HTTP")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{mockenv.url}{SITES}", headers={"Authorization": "Bearer x"}, trust_env=False)


def test_hang_answers_nothing_until_the_client_leaves(mockenv: Sandbox) -> None:
    mockenv.fault({"hang": True})
    with pytest.raises(TimeoutError):
        raw(mockenv, wait=0.3)


def test_drip_sends_all_of_it_slowly(mockenv: Sandbox) -> None:
    whole = raw(mockenv)
    mockenv.fault({"drip": "300ms"})
    assert raw(mockenv).partition(b"\r\n\r\n")[2] == whole.partition(b"\r\n\r\n")[2]


def test_a_delay_keeps_one_waiting_and_not_the_others(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"delay": "10s"}, operation="listSites")
    with pytest.raises(requests.ReadTimeout):
        vector.session.get(f"{mockenv.url}{SITES}", timeout=0.2)
    assert vector("GET", ENVIRONMENTS).status_code == 200


def test_a_client_that_gives_up_before_a_delayed_operation_has_done_nothing(vector: Browser, mockenv: Sandbox) -> None:
    body = {"name": "a", "php_version": "8.3"}
    mockenv.fault({"delay": "10s"}, operation="createEnvironment", times=1)
    with pytest.raises(requests.ReadTimeout):
        vector.session.post(f"{mockenv.url}{ENVIRONMENTS}", json=body, timeout=0.2)
    assert vector("GET", ENVIRONMENTS).json()["data"] == []
    mockenv.fault({"delay": "10s"}, operation="createEnvironment", phase="after", times=1)
    with pytest.raises(requests.ReadTimeout):
        vector.session.post(f"{mockenv.url}{ENVIRONMENTS}", json=body, timeout=0.2)
    assert len(vector("GET", ENVIRONMENTS).json()["data"]) == 1


def test_status_and_delay_combine_and_two_wire_effects_do_not(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"status": 503, "delay": {"uniform": ["1ms", "5ms"]}})
    assert vector("GET", SITES).status_code == 503
    with pytest.raises(MockenvError, match="one of"):
        mockenv.fault({"reset": True, "empty": True})


def test_a_rate_limit_is_the_providers_429_with_retry_after(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"rate_limit": {"retry_after": "1500ms"}})
    limited = vector("GET", SITES)
    assert (limited.status_code, limited.headers["Retry-After"], limited.json()["http_status"]) == (429, "2", 429)


@pytest.mark.parametrize(
    ("rule", "hit", "missed"),
    [
        ({"provider": "vector"}, ("GET", SITES), None),
        ({"provider": "phase"}, None, ("GET", SITES)),
        ({"operation": "getSite"}, ("GET", f"{SITES}/12345"), ("GET", SITES)),
        ({"method": "post"}, ("POST", SITES), ("GET", SITES)),
        ({"path": "/api/*/environments"}, ("GET", ENVIRONMENTS), ("GET", SITES)),
        ({"path": "*"}, ("GET", f"{SITES}/12345"), None),
        ({"path": "/api/v1/vector/site[s]"}, None, ("GET", SITES)),
        ({"params": {"site": "12345"}}, ("GET", f"{SITES}/12345"), ("GET", f"{SITES}/1")),
        ({"header": {"X-Client": "cli/*"}}, None, ("GET", SITES)),
    ],
)
def test_selectors_are_exact(vector: Browser, mockenv: Sandbox, rule: dict[str, Any], hit: Any, missed: Any) -> None:
    mockenv.fault({"status": 599}, **rule)
    if hit:
        assert vector(*hit).status_code == 599
    if missed:
        assert vector(*missed).status_code != 599
    assert mockenv.faults()[0]["hits"] == bool(hit)


def test_a_header_selects_by_its_value(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"status": 599}, header={"X-Client": "cli/*"})
    assert vector("GET", SITES, headers={"X-Client": "cli/2"}).status_code == 599
    assert vector("GET", SITES, headers={"X-Client": "sdk/2"}).status_code == 200


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ({"operation": "createSit", "effect": {"status": 500}}, "did you mean 'createSite'"),
        ({"effect": {"statuss": 500}}, "did you mean 'status'"),
        ({"operation": "createSite", "effect": {"stall": True}}, "not known"),
        ({"event": "vector.site.creatd", "effect": {"drop": True}}, "did you mean 'vector.site.created'"),
        ({"path": "/x", "effect": {"status": 99}}, "200 to 599"),
        ({"method": "GET", "phase": "later", "effect": {"status": 500}}, "phase"),
        ({"method": "GET", "effect": {"headers": {"a": "b\r\nc: d"}}}, "header names"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(mockenv: Sandbox, rule: dict[str, Any], hint: str) -> None:
    with pytest.raises(MockenvError, match=hint):
        mockenv.server.call("POST", f"sandboxes/{mockenv.name}/faults", rule)


def test_the_journal_names_the_rule(vector: Browser, mockenv: Sandbox) -> None:
    rule = mockenv.fault({"status": 503}, times=1)
    vector("GET", SITES)
    vector("GET", SITES)
    assert [(one["status"], one["faults"]) for one in mockenv.journal()] == [(503, [rule]), (200, [])]


def test_a_request_may_ask_for_its_own_fault(vector: Browser, mockenv: Sandbox) -> None:
    assert vector("GET", SITES, headers={"Prefer": "code=503"}).status_code == 503
    assert vector("GET", SITES, headers={"Prefer": "return=minimal"}).status_code == 200
    assert vector("GET", SITES, headers={"X-Mockenv-Fault": "status=504, delay=1ms"}).status_code == 504
    with pytest.raises(ConnectionResetError):
        raw(mockenv, headers="X-Mockenv-Fault: reset\r\n")
    nonsense = vector("GET", SITES, headers={"X-Mockenv-Fault": "statsu=503"})
    assert (nonsense.status_code, "did you mean 'status'" in nonsense.json()["message"]) == (400, True)


def test_a_request_may_not_ask_for_a_success_that_is_not_documented(vector: Browser) -> None:
    assert vector("GET", SITES, headers={"Prefer": "code=200"}).json()["message"] == "Sites retrieved successfully"
    for header in ({"Prefer": "code=201"}, {"X-Mockenv-Fault": "status=302"}):
        refused = vector("GET", SITES, headers=header)
        assert (refused.status_code, "force" in refused.json()["message"]) == (400, True)


@DATED_BY_THE_SANDBOX
def test_a_429_by_fault_is_the_one_that_the_service_sends(mockenv: Sandbox) -> None:
    mockenv.fault({"rate_limit": "30s"})
    phase = Browser(mockenv, mockenv.headers("phase"))("GET", "/v1/apps/")
    assert phase.json() == {"error": "Request was throttled. Expected available in 30 seconds."}
    flags = Browser(mockenv, mockenv.headers("launchdarkly"))("GET", "/api/v2/projects")
    assert flags.headers["X-Ratelimit-Reset"] == "1769250630000"
    vector = Browser(mockenv, mockenv.headers("vector"))("GET", SITES)
    assert (vector.headers["X-RateLimit-Remaining"], vector.headers["Retry-After"]) == ("0", "30")


def test_params_are_the_paths_and_the_querys(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"status": 503}, operation="listSites", params={"page": "2"})
    assert vector("GET", f"{SITES}?page=2").status_code == 503
    assert vector("GET", SITES).status_code == 200
    with pytest.raises(MockenvError, match="did you mean 'page'"):
        mockenv.fault({"status": 503}, operation="listSites", params={"pag": "2"})


def test_a_marked_name_asks_too_but_not_under_strict(vector: Browser, strict_server: Mockenv) -> None:
    body = {"name": "mockenv-fault-503", "php_version": "8.3"}
    assert vector("POST", ENVIRONMENTS, body).status_code == 503
    assert vector("POST", ENVIRONMENTS, {**body, "name": "mockenv-fault-after-504"}).status_code == 504
    assert [one["name"] for one in vector("GET", ENVIRONMENTS).json()["data"]] == ["mockenv-fault-after-504"]
    with strict_server.sandbox(clock="manual") as sandbox:
        assert Browser(sandbox, sandbox.headers("vector"))("POST", ENVIRONMENTS, body).status_code == 201


def test_other_dialects_are_spoken_too(mockenv: Sandbox) -> None:
    mockenv.fault({"status": 503, "message": "down"})
    phase = Browser(mockenv, mockenv.headers("phase"))("GET", "/v1/apps/")
    assert (phase.status_code, phase.json()) == (503, {"error": "down"})
    flags = Browser(mockenv, mockenv.headers("launchdarkly"))("GET", "/api/v2/projects")
    assert (flags.status_code, flags.json()["message"]) == (503, "down")
    graphql = Browser(mockenv, mockenv.headers("archie"))("POST", "/graphql", {"query": "{__typename}"})
    assert (graphql.status_code, graphql.json()["errors"][0]["message"]) == (503, "down")


def test_a_graphql_field_is_an_operation(mockenv: Sandbox) -> None:
    archie = Browser(mockenv, mockenv.headers("archie"))
    project = "f7e4a264-d659-4719-91e8-c2d74654e529"
    mockenv.fault({"status": 503}, provider="archie", operation="environmentTree")
    tree = {"query": f'{{environmentTree(projectId: "{project}") {{success}}}}'}
    listed = {"query": f'{{projectEnvironments(projectId: "{project}") {{success}}}}'}
    assert archie("POST", "/graphql", tree).status_code == 503
    assert archie("POST", "/graphql", listed).status_code == 200
    assert [one["operation"] for one in mockenv.journal()] == ["environmentTree", "projectEnvironments"]
    assert mockenv.verify({"operation": "projectEnvironments"}, exactly=1)


def test_the_control_plane_is_never_touched(mockenv: Sandbox) -> None:
    mockenv.fault({"reset": True})
    mockenv.fault({"status": 500}, path="*")
    assert mockenv.clock()["mode"] == "manual"
    assert [one["hits"] for one in mockenv.faults()] == [0, 0]


def test_hundreds_of_held_answers_do_not_hold_up_the_others(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"hang": True}, operation="getSite")
    parts = urlsplit(mockenv.url)
    request = f"GET {parts.path}{SITES}/12345 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n".encode()
    held = [socket.create_connection((parts.hostname, parts.port or 80)) for _ in range(300)]
    try:
        for connection in held:
            connection.sendall(request)
        assert {vector("GET", SITES).status_code for _ in range(50)} == {200}
    finally:
        for connection in held:
            connection.close()


def test_removal_acts_at_once(vector: Browser, mockenv: Sandbox) -> None:
    rule = mockenv.fault({"status": 500})
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(vector("GET", SITES).status_code)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    mockenv.remove_fault(rule)
    assert {vector("GET", SITES).status_code for _ in range(20)} == {200}
