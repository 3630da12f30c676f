"""Requests that reach another replica than the one that works on their sandbox: their clients see no difference, to the byte."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

import pytest
import requests
import trustme

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.edge.test_parking import until
from tests.fleet.conftest import Fleet, apart
from tests.postgres import Cluster
from tests.processes import PATIENCE, Served
from tests.store.clients import SITE
from tests.test_fleet import pid_of, replicas

TOKEN = "Authorization: Bearer x"


@pytest.fixture(scope="module")
def pair(fleet: Fleet) -> tuple[Sandbox, Sandbox]:
    return fleet.sandbox("pair")


def raw(server: Served, request: str, body: bytes = b"", *, until_end: bool = True) -> bytes:
    """All that comes until the end of the connection; a reset is told as one."""
    host, port = urlsplit(server.url).netloc.rsplit(":", 1)
    with closing(socket.create_connection((host, int(port)), timeout=PATIENCE)) as made:
        made.sendall(request.replace("\n", "\r\n").encode() + body)
        if until_end:
            made.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while some := made.recv(1 << 16):
                got += some
        except ConnectionResetError:
            got += b"(reset)"
        return got


def request(method: str, path: str, *lines: str, version: str = "1.1", name: str = "pair") -> str:
    return "\n".join((f"{method} /_sandbox/{name}{path} HTTP/{version}", "Host: fleet.example", TOKEN, *lines, "", ""))


def both(fleet: Fleet, text: str, body: bytes = b"") -> tuple[bytes, bytes]:
    return raw(fleet.home("pair"), text, body), raw(fleet.away("pair"), text, body)


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("text", "body"),
    [
        (request("GET", SITE, "Connection: close"), b""),
        (request("HEAD", SITE, "Connection: close"), b""),
        (request("GET", SITE, version="1.0"), b""),
        (request("GET", SITE, "Connection: keep-alive", version="1.0"), b""),
        (request("DELETE", "/api/v1/vector/nothing", "Connection: close"), b""),
        (request("OPTIONS", SITE, "Connection: close"), b""),
        (request("BREW", SITE, "Connection: close"), b""),
        (request("GET", f"{SITE}?x=%2F%ff", "Connection: close", "X-Mockenv-Handed-On: made-up - - - -"), b""),
        (request("POST", f"{SITE}/environments", "Content-Length: 4", "Connection: close"), b"{..}"),
        (request("POST", f"{SITE}/environments", "Transfer-Encoding: chunked", "Connection: close"), b"3\r\n{..\r\n1\r\n}\r\n0\r\n\r\n"),
        (request("POST", f"{SITE}/environments", "Content-Length: 2000000", "Connection: close"), b" " * 2_000_000),
        (request("POST", f"{SITE}/environments", "Content-Encoding: br", "Content-Length: 2", "Connection: close"), b"{}"),
        (request("GET", "/_mockenv/sandboxes/pair/snapshots/none", "Connection: close"), b""),
        (request("GET", SITE, "Connection: close", name="nobody"), b""),
        (request("GET", SITE) + request("GET", SITE) + request("GET", "/nothing", "Connection: close"), b""),
        (request("GET", SITE, "X-Mockenv-Fault: status=503", "Connection: close"), b""),
        (request("GET", SITE, "X-Mockenv-Fault: garbage"), b""),
        (request("GET", SITE, "X-Mockenv-Fault: truncate"), b""),
        (request("GET", SITE, "X-Mockenv-Fault: empty"), b""),
        (request("GET", SITE, "X-Mockenv-Fault: delay=50ms", "Connection: close"), b""),
    ],
)  # fmt: skip
def test_an_answer_is_the_same_by_way_of_another(fleet: Fleet, text: str, body: bytes) -> None:
    at_home, by_another = both(fleet, text, body)
    assert without_names(by_another) == without_names(at_home)
    assert at_home or "empty" in text or "delay" in text  # who stops sending while his answer is parked has left


def without_names(answer: bytes) -> bytes:
    """Without what is another for each request."""
    return re.sub(rb'(?i)(Date: |"request_?id": ?"|"trace_?id": ?")[^\r\n"]*', b"", answer)


@pytest.mark.usefixtures("pair")
def test_a_delayed_answer_comes_when_it_is_due(fleet: Fleet) -> None:
    text = request("GET", SITE, "X-Mockenv-Fault: delay=50ms", "Connection: close")
    at_home, by_another = (raw(one, text, until_end=False) for one in (fleet.home("pair"), fleet.away("pair")))
    assert at_home.startswith(b"HTTP/1.1 200 ")
    assert without_names(by_another) == without_names(at_home)


@pytest.mark.usefixtures("pair")
def test_a_reset_is_a_reset(fleet: Fleet) -> None:
    found = [raw(one, request("GET", SITE, "X-Mockenv-Fault: reset"), until_end=False) for one in fleet.servers]
    assert found == [b"(reset)"] * 3


def test_links_and_addresses_are_those_of_the_one_that_was_asked(fleet: Fleet) -> None:
    for server in fleet.servers:
        sandbox = server.mockenv.sandbox(name=f"asked-{urlsplit(server.url).port}")
        assert sandbox.url.startswith(server.url)
        assert all(one.mockenv.get(sandbox.name).url.startswith(one.url) for one in fleet.servers)


def test_a_sandbox_is_found_by_header_and_by_token_too(fleet: Fleet) -> None:
    at_home, by_another = fleet.sandbox("tokens")
    made = Browser(at_home, at_home.headers("vector"))("POST", f"{SITE}/environments", {"name": "only-here", "php_version": "8.3"})
    assert made.status_code == 201
    for headers in ({"X-Mockenv-Sandbox": "tokens", "Authorization": "Bearer x"}, at_home.headers("vector")):
        for server in fleet.servers:
            found = requests.get(f"{server.url}{SITE}/environments", headers=headers, timeout=PATIENCE)
            assert "only-here" in [one["name"] for one in found.json()["data"]]
    by_another.drop()
    gone = [requests.get(f"{one.url}{SITE}", headers=at_home.headers("vector"), timeout=PATIENCE) for one in fleet.servers]
    assert {one.status_code for one in gone} == {401}


def test_the_journal_has_a_request_as_its_client_sent_it(fleet: Fleet) -> None:
    fleet.sandbox("journal")
    text = request("GET", f"{SITE}?x=1", "X-Own: 1", "Connection: close", name="journal")
    raw(fleet.home("journal"), text)
    raw(fleet.away("journal"), text)
    [one, other] = fleet.servers[0].mockenv.get("journal").journal()
    assert other["request"]["headers"] == one["request"]["headers"]
    assert (other["path"], other["query"]) == (one["path"], one["query"])


def test_a_stream_tells_of_what_happens_there_and_is_not_held_up_by_anybody(fleet: Fleet) -> None:
    at_home, by_another = fleet.sandbox("stream")
    vector = Browser(by_another, by_another.headers("vector"))
    Timer(0.2, lambda: vector("POST", f"{SITE}/environments", {"name": "told", "php_version": "8.3"})).start()
    told = [one.event for one in by_another.stream(duration=1.0)]
    assert told[0] == "hello"
    assert {"resource", "request", "agenda"} <= set(told)
    vector.session.close()
    del at_home


def test_who_leaves_while_his_answer_is_parked_elsewhere_has_left_there_too(fleet: Fleet) -> None:
    at_home, _ = fleet.sandbox("left")
    text = request("GET", SITE, "X-Mockenv-Fault: hang", name="left")
    host, port = urlsplit(fleet.away("left").url).netloc.rsplit(":", 1)
    with closing(socket.create_connection((host, int(port)))) as made:
        made.sendall(text.replace("\n", "\r\n").encode())
        made.settimeout(0.2)
        with pytest.raises(TimeoutError):
            made.recv(1)
    until(lambda: len(at_home.journal()) == 1)


# What is of all sandboxes


def test_lists_and_counters_are_those_of_all_whoever_is_asked(fleet: Fleet) -> None:
    before = count_of(fleet.servers[0], 'mockenv_requests_total{provider="phase",operation="listApps",status="200"}')
    names = [server.mockenv.sandbox().name for server in fleet.servers]
    assert [fleet.home(name) for name in names] == fleet.servers  # the name is drawn so
    for name in names:
        asked = fleet.away(name)
        headers = asked.mockenv.get(name).headers("phase")
        assert requests.get(f"{asked.url}/v1/apps/", headers=headers, timeout=PATIENCE).status_code == 200
    lists = [[one["name"] for one in server.mockenv.sandboxes()] for server in fleet.servers]
    assert lists[0] == lists[1] == lists[2]
    assert lists[0][0] == "default"
    assert set(names) < set(lists[0])
    assert {one.mockenv.health()["sandboxes"] for one in fleet.servers} == {len(lists[0])}
    for server in fleet.servers:
        assert count_of(server, 'mockenv_requests_total{provider="phase",operation="listApps",status="200"}') == before + 3
        assert count_of(server, "mockenv_sandboxes") == len(lists[0])


def count_of(server: Served, name: str) -> int:
    text = requests.get(f"{server.url}/_mockenv/metrics", timeout=PATIENCE).text
    found = re.search(rf"^{re.escape(name)} (\d+)$", text, re.MULTILINE)
    return int(found[1]) if found else 0


def test_a_fork_is_made_where_it_belongs(fleet: Fleet) -> None:
    at_home, by_another = fleet.sandbox("original")
    Browser(at_home, at_home.headers("vector"))("POST", f"{SITE}/environments", {"name": "kept", "php_version": "8.3"})
    by_another.snapshot("then")
    away = fleet.away("original")
    name = next(one for one in (f"fork-{number}" for number in range(100)) if fleet.home(one) is away)
    for server in fleet.servers:
        fork = server.mockenv.get("original").fork("then", name)
        found = fork.resources(provider="vector", kind="environment")
        assert "kept" in [one["document"]["name"] for one in found]
    assert [one["name"] for one in at_home.snapshots()] == ["then"]
    with pytest.raises(Exception, match="has no snapshot 'never'"):
        by_another.fork("never", name)


def test_requests_that_belong_to_nobody_are_one_list_wherever_they_came_in(fleet: Fleet) -> None:
    for number, server in enumerate(fleet.servers):
        requests.get(f"{server.url}/nobodys-{number}", timeout=PATIENCE)
        requests.get(f"{server.url}/_sandbox/none-{number}{SITE}", headers={"Authorization": "Bearer x"}, timeout=PATIENCE)
    lists = [server.mockenv.unmatched() for server in fleet.servers]
    assert lists[0] == lists[1] == lists[2]
    assert {f"/nobodys-{number}" for number in range(3)} < {one["path"] for one in lists[0]}
    assert {f"none-{number}" for number in range(3)} < {one["sandbox"] for one in lists[0]}
    numbers = [one["number"] for one in lists[0]]
    assert numbers == sorted(set(numbers))
    assert fleet.servers[1].mockenv.call("DELETE", "unmatched")["removed"] == len(numbers)
    assert [list(server.mockenv.unmatched()) for server in fleet.servers] == [[], [], []]


def test_replicas_speak_tls_with_each_other_and_trust_the_certificate_that_they_share(postgres: Cluster, tmp_path: Path) -> None:
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    leaf.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    url = postgres.database()
    with replicas(url, 2, "--clock", "manual", "--tls", str(tmp_path / "both.pem")) as servers:
        until(lambda: len({pid_of(postgres, url, name) for name in apart(2)}) == 2)
        for name in apart(2):
            asked = [
                requests.request(
                    method, f"{one.url}/_mockenv/sandboxes{path}", json=body, verify=str(tmp_path / "ca.pem"), timeout=PATIENCE
                )
                for one in servers
                for method, path, body in (("POST", "", {"name": name}), ("GET", f"/{name}", None))
            ]
            assert [one.status_code for one in asked] == [201, 200, 422, 200]
