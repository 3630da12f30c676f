"""Behind a proxy: links lead where the client came from, and nobody but a trusted proxy says where that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from hypothesis import given
from hypothesis import strategies as st

import mockenv
from mockenv.bootstrap import outside_of
from mockenv.client import Mockenv
from mockenv.edge.forwarding import Outside, Told, parse_base_url, parse_networks, told_by
from mockenv.errors import BadInput
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings, load_settings
from tests.edge.proxies import NGINX, PREFIX, nginx, small_proxy
from tests.processes import run, served

SITES = "/api/v1/vector/sites?per_page=1"
PROJECTS = "/api/v2/projects?limit=1"
PUBLIC = "https://mock.example/mock"
LD = {"Authorization": "api-any"}
TOKEN = {"Authorization": "Bearer any"}


@contextmanager
def running(**settings: Any) -> Iterator[Mockenv]:
    server = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning", **settings)).start()
    try:
        yield Mockenv(server.url)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def trusting() -> Iterator[Mockenv]:
    with running(trust_proxy=("loopback",), allow_host=("mock.example",)) as server:
        yield server


def via_nothing(server: str, folder: Path) -> AbstractContextManager[str]:
    return small_proxy(server, strips=False)


def via_small_proxy(server: str, folder: Path) -> AbstractContextManager[str]:
    return small_proxy(server)


PROXIES = [
    pytest.param(via_small_proxy, id="one of ours, by Forwarded"),
    pytest.param(via_nothing, id="one that does not strip"),
    pytest.param(nginx, id="nginx", marks=pytest.mark.skipif(not NGINX, reason="nginx is not installed")),
]


@pytest.fixture(params=PROXIES)
def outside(request: pytest.FixtureRequest, trusting: Mockenv, tmp_path: Path) -> Iterator[str]:
    """The URL at which a proxy has the server."""
    proxy: Callable[[str, Path], AbstractContextManager[str]] = request.param
    with proxy(trusting.url, tmp_path) as url:
        yield url


def seen(url: str) -> str:
    """The proxies say that they speak https to the outside."""
    return url.replace("http://", "https://")


def test_absolute_links_lead_through_the_proxy_and_arrive(outside: str) -> None:
    first = requests.get(f"{outside}/api/v1/vector/sites/12345/environments?per_page=1", headers=TOKEN, timeout=10)
    link = first.json()["links"]["first"]
    assert link.startswith(f"{seen(outside)}/api/v1/vector/sites/12345/environments?")
    assert requests.get(link.replace("https://", "http://"), headers=TOKEN, timeout=10).json()["data"] == first.json()["data"]


@pytest.mark.parametrize("world", ["", "/_sandbox/default"])
def test_links_within_the_host_keep_the_proxys_prefix_and_the_sandboxs(outside: str, world: str) -> None:
    listed = requests.get(f"{outside}{world}{PROJECTS}", headers=LD, timeout=10).json()
    project = listed["items"][0]["_links"]["self"]["href"]
    assert project == f"{PREFIX}{world}/api/v2/projects/{listed['items'][0]['key']}"
    host = outside.removesuffix(PREFIX)
    assert requests.get(f"{host}{project}", headers=LD, timeout=10).json()["key"] == listed["items"][0]["key"]
    index = requests.get(f"{outside}{world}/api/v2", headers=LD, timeout=10).json()
    assert index["links"]["projects"]["href"] == f"{PREFIX}{world}/api/v2/projects"


def test_what_the_control_plane_prints_follows(outside: str) -> None:
    control = Mockenv(outside)
    with control.sandbox(clock="manual") as sandbox:
        assert set(sandbox.about["base_urls"].values()) == {f"{seen(outside)}/_sandbox/{sandbox.name}"}
        assert sandbox.variables("launchdarkly")["LAUNCHDARKLY_API_HOST"] == f"{seen(outside)}/_sandbox/{sandbox.name}"
    assert control.document("vector")["servers"] == [{"url": seen(outside)}]
    text = requests.get(f"{outside}/_mockenv/documents/vector?format=yaml", timeout=10).text
    assert yaml.safe_load(text)["servers"] == [{"url": seen(outside)}]
    page = requests.get(f"{outside}/", timeout=10).text
    assert f"<code>{seen(outside)}</code>" in page
    assert f'href="{PREFIX}/_mockenv/health"' in page
    assert 'href="/_mockenv' not in page


def test_a_command_line_that_asks_through_the_proxy_prints_its_address(trusting: Mockenv) -> None:
    with small_proxy(trusting.url) as url:
        told = run("env", "vector", "--format", "json", "--url", url)
    assert f'"{seen(url)}/_sandbox/default"' in told.stdout


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "mock.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/mock"},
        {"Forwarded": "for=192.0.2.1;host=mock.example;proto=https"},
    ],
    ids=["X-Forwarded", "Forwarded"],
)
def test_from_somebody_who_is_not_trusted_nothing_is_taken(mockenv_server: Mockenv, headers: dict[str, str]) -> None:
    with running(trust_proxy=("192.0.2.0/24", "2001:db8::1")) as other:
        for server in (mockenv_server, other):
            reply = requests.get(f"{server.url}/_mockenv/documents/vector", headers=headers, timeout=10)
            assert reply.json()["servers"] == [{"url": server.url}]


def test_a_base_url_stands_for_all_whoever_asks_and_however() -> None:
    with running(base_url=PUBLIC, trust_proxy=("loopback",)) as server:
        for headers in ({}, {"X-Forwarded-Host": "localhost", "X-Forwarded-Prefix": "/other"}):
            assert server.document("phase")["servers"] == [{"url": PUBLIC}]
            reply = requests.get(f"{server.url}/_mockenv/documents/phase", headers=headers, timeout=10)
            assert reply.json()["servers"] == [{"url": PUBLIC}]
        with server.sandbox() as sandbox:
            assert sandbox.about["base_urls"]["vector"] == f"{PUBLIC}/_sandbox/{sandbox.name}"
            listed = requests.get(f"{server.url}/_sandbox/{sandbox.name}{PROJECTS}", headers=LD, timeout=10).json()
            assert listed["_links"]["self"]["href"].startswith(f"/mock/_sandbox/{sandbox.name}/api/v2/projects?")


def test_the_control_plane_knows_its_own_public_name_and_its_own_pages_but_no_others() -> None:
    with running(base_url=PUBLIC) as server:
        reset, json = f"{server.url}/_mockenv/sandboxes/default/reset", {"Content-Type": "application/json"}
        assert requests.post(reset, headers={**json, "Host": "mock.example"}, timeout=10).status_code == 200
        assert requests.post(reset, headers={**json, "Origin": "https://mock.example"}, timeout=10).status_code == 200
        assert requests.post(reset, headers={**json, "Host": "evil.example"}, timeout=10).status_code == 403
        assert requests.post(reset, headers={**json, "Origin": "https://evil.example"}, timeout=10).status_code == 403


def test_a_name_that_was_rebound_to_the_proxy_does_not_drive_the_control_plane(trusting: Mockenv) -> None:
    """The proxy's own request is for 127.0.0.1; what counts is what the browser asked for."""
    with small_proxy(trusting.url) as url:
        for host, status in (("evil.example", 403), ("localhost:1", 200)):
            assert requests.get(f"{url}/_mockenv/sandboxes", headers={"Host": host}, timeout=10).status_code == status


@pytest.mark.parametrize("below", ["/api", "/v1", "/mock"])
def test_a_path_that_a_service_has_is_not_taken_for_one_that_was_not_stripped(trusting: Mockenv, below: str) -> None:
    reply = requests.get(f"{trusting.url}{SITES}", headers={**TOKEN, "X-Forwarded-Prefix": below}, timeout=10)
    assert (reply.status_code, "sites" in reply.json()["links"]["first"]) == (200, True)
    unstripped = requests.get(f"{trusting.url}{below}{below}{SITES}", headers={**TOKEN, "X-Forwarded-Prefix": below}, timeout=10)
    assert unstripped.status_code == (404 if below == "/v1" else 200)  # /v1 is Phase's


@pytest.mark.parametrize("times", [2, 3, 1_000])
def test_a_link_that_was_put_behind_a_base_url_arrives_all_the_same(mockenv_server: Mockenv, times: int) -> None:
    with mockenv_server.sandbox() as sandbox:
        prefix = f"/_sandbox/{sandbox.name}"
        made = requests.get(f"{mockenv_server.url}{prefix * times}/api/v2/projects", headers=LD, timeout=10)
        assert made.json()["_links"]["self"]["href"].startswith(f"{prefix}/api/v2/projects?")
    with mockenv_server.sandbox() as one, mockenv_server.sandbox() as other:
        mixed = f"{mockenv_server.url}/_sandbox/{one.name}/_sandbox/{other.name}/api/v2/projects"
        assert requests.get(mixed, headers=LD, timeout=10).status_code == 404


def test_the_plain_wsgi_app_follows_its_mount_and_a_trusted_proxy() -> None:
    client = mockenv.create_app(clock="manual", trust_proxy=["127.0.0.1"]).test_client()
    found = client.get("/_mockenv/documents/vector", base_url="http://localhost/mounted").get_json()
    assert found["servers"] == [{"url": "http://localhost/mounted"}]
    headers = {"X-Forwarded-Host": "mock.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/mock/"}
    listed = client.get(SITES, headers={**TOKEN, **headers}).get_json()
    assert listed["links"]["first"].startswith(f"{PUBLIC}/api/v1/vector/sites?")


def test_the_start_line_says_where_it_is_reached() -> None:
    with served("--base-url", PUBLIC) as server:
        assert server.first_line.endswith(f"), reached as {PUBLIC}\n")


EVERYWHERE = {
    "vector": ("sites", "sites/12345", "sites/12345/environments?page=9", "webhooks", "nowhere"),
    "phase": ("apps/", "members/", "environments/?app_id=nobodys"),
    "launchdarkly": ("", "projects?expand=environments", "projects/projectKey/environments", "nowhere"),
}
ROOTS = {"vector": "/api/v1/vector/", "phase": "/v1/", "launchdarkly": "/api/v2/"}
OURS = ("/", "/_mockenv/documents/archie?format=yaml", "/_mockenv/sandboxes/default", "/_mockenv/sandboxes/default/variables/phase")
ASKED = [*((name, f"{ROOTS[name]}{path}") for name, paths in EVERYWHERE.items() for path in paths), *(("", path) for path in OURS)]


@pytest.mark.parametrize(("provider", "path"), ASKED)
def test_no_answer_has_a_link_that_leads_out_of_the_sandbox_or_past_the_proxy(trusting: Mockenv, provider: str, path: str) -> None:
    token = trusting.get().headers(provider) if provider else {}
    asked = {"X-Forwarded-Prefix": PREFIX, "X-Forwarded-Host": "mock.example", **token}
    reply = requests.get(f"{trusting.url}/_sandbox/default{path}", headers=asked, timeout=10)
    text = reply.text.replace("\\/", "/")
    absolute = re.findall(r"https?://(?:127\.0\.0\.1|localhost|mock\.example)[^\s\"'<>]*", text)
    within = re.findall(r"""(?:href"?[:=] ?)["'](/[^"']*)""", text)
    assert [one for one in absolute if not one.startswith(f"http://mock.example{PREFIX}/_sandbox/default")] == []
    assert [one for one in within if not one.startswith(f"{PREFIX}/_sandbox/default/")] == []
    assert absolute or within or path not in (OURS[0], OURS[2], "/api/v2/", "/api/v1/vector/sites")


# What the headers say

LOOPBACK = parse_networks(["loopback", "10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, Told()),
        ({"x-forwarded-proto": "HTTPS"}, Told("https")),
        ({"x-forwarded-proto": "gopher", "x-forwarded-host": "a b", "x-forwarded-prefix": "no"}, Told()),
        ({"x-forwarded-host": "mock.example:8443"}, Told(host="mock.example:8443")),
        ({"x-forwarded-host": "[2001:db8::1]:1"}, Told(host="[2001:db8::1]:1")),
        ({"x-forwarded-host": 'x"><script>'}, Told()),
        ({"x-forwarded-prefix": "//evil.example"}, Told()),
        ({"x-forwarded-prefix": "/"}, Told()),
        # one proxy, which appends to what the client sent: its own word is the last
        ({"x-forwarded-host": "forged, real", "x-forwarded-for": "192.0.2.1"}, Told(host="real")),
        ({"x-forwarded-host": "forged, real", "x-forwarded-for": "10.0.0.1, 192.0.2.1"}, Told(host="real")),
        # two that can be trusted: the outer one's
        ({"x-forwarded-host": "outer, inner", "x-forwarded-for": "192.0.2.1, 10.0.0.1"}, Told(host="outer")),
        ({"x-forwarded-host": "forged, outer, inner", "x-forwarded-for": "10.9.9.9, 192.0.2.1, 10.0.0.1"}, Told(host="outer")),
        # where only one of them says it
        ({"x-forwarded-host": "outer", "x-forwarded-for": "192.0.2.1, 10.0.0.1"}, Told(host="outer")),
        ({"x-forwarded-prefix": "/a,/b", "x-forwarded-for": "192.0.2.1, 10.0.0.1"}, Told(prefix="/a/b")),
        ({"x-forwarded-prefix": "/a,/b", "x-forwarded-for": "192.0.2.1"}, Told(prefix="/b")),
        ({"forwarded": "for=192.0.2.1;proto=https;host=mock.example"}, Told("https", "mock.example")),
        ({"forwarded": 'For="[2001:db8::1]:47"; Proto=HTTPS; Host="mock.example:8443"'}, Told("https", "mock.example:8443")),
        ({"forwarded": "host=forged, for=192.0.2.1;host=real"}, Told(host="real")),
        ({"forwarded": "host=forged, for=192.0.2.1;host=outer, for=10.0.0.1;host=inner"}, Told(host="outer")),
        ({"forwarded": 'for="[fd00::7]:80";host=inner'}, Told(host="inner")),
        ({"forwarded": 'host="a,b;c=d"'}, Told()),
        ({"forwarded": 'host="unended'}, Told()),
        ({"forwarded": "for=unknown;host=real, for=_hidden;host=inner"}, Told(host="inner")),
        # the two contradict each other: one was let through
        ({"forwarded": "host=forged;proto=http", "x-forwarded-host": "real", "x-forwarded-proto": "https"}, Told()),
        ({"forwarded": "host=real;proto=https", "x-forwarded-host": "real"}, Told("https", "real")),
    ],
)
def test_what_proxies_say_is_understood(headers: dict[str, str], told: Told) -> None:
    assert told_by(headers, LOOPBACK) == told


@pytest.mark.parametrize(
    ("headers", "base", "host"),
    [
        ({"host": "mock.example", "x-forwarded-port": "8443"}, "https://mock.example:8443", "mock.example:8443"),
        ({"host": "mock.example", "x-forwarded-port": "443"}, "https://mock.example", "mock.example"),
        ({"host": "mock.example", "x-forwarded-port": "80"}, "https://mock.example:80", "mock.example:80"),
        ({"host": "up:6368", "x-forwarded-host": "a", "x-forwarded-port": "81"}, "https://a:81", "a:81"),
        ({"host": "[::1]", "x-forwarded-port": "81"}, "https://[::1]:81", "[::1]:81"),
        ({"host": "mock.example:1", "x-forwarded-port": "2"}, "https://mock.example:1", "mock.example:1"),
        ({"x-forwarded-port": "nonsense"}, "https://here", None),
    ],
)
def test_a_port_that_is_told_beside_the_host_belongs_to_it(headers: dict[str, str], base: str, host: str | None) -> None:
    way = Outside(trusted=LOOPBACK).way("127.0.0.1", "https")
    assert way.base(headers, "here") == (base, "")
    assert headers.get("host") == host


@pytest.mark.parametrize(
    ("peer", "is_trusted"),
    [("127.0.0.2", True), ("::1", True), ("::ffff:10.1.2.3", True), ("fd00::1%eth0", True), ("192.0.2.1", False), (None, False)],
)
def test_a_peer_is_known_by_its_address(peer: str | None, is_trusted: bool) -> None:
    assert LOOPBACK.hold(peer) is is_trusted
    assert parse_networks(["*"]).hold(peer) is (peer is not None)
    assert not parse_networks([]).hold(peer)


words = st.text(st.sampled_from('ab.:[]/,;="\\ %_-1'), max_size=40)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("forwarded", "x-forwarded-host", "x-forwarded-prefix", "host"), words)))
def test_whatever_a_proxy_sends_the_base_is_a_url_or_what_the_client_sent(headers: dict[str, str]) -> None:
    sent = headers.get("host")
    origin, prefix = Outside(trusted=LOOPBACK).way("::1", "http").base(headers, "here:1")
    assert prefix == "" or parse_base_url(f"http://x{prefix}")[1] == prefix
    assert origin == f"http://{sent}" or parse_base_url(origin) == (origin.lower(), "")


def test_a_header_that_was_made_to_take_long_does_not() -> None:
    for text in ("a=" * 4_000 + '"', 'a="' + "\\" * 8_001, "," * 8_000 + '"', "x" * 8_000):
        assert told_by({"forwarded": text, "x-forwarded-prefix": "/a" * 4_000 + "?"}, LOOPBACK) == Told()


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        ({"base_url": "mock.example"}, "--base-url: 'mock.example' is no http or https URL"),
        ({"base_url": "ftp://mock.example"}, "is no http or https URL"),
        ({"base_url": "https://user@mock.example"}, "is no http or https URL"),
        ({"base_url": "https://mock.example/?a=b"}, "is no http or https URL"),
        ({"trust_proxy": ["loopbck"]}, "--trust-proxy: 'loopbck' is not known; did you mean 'loopback'?"),
        ({"trust_proxy": ["10.0.0.1/8"]}, "--trust-proxy: 10.0.0.1/8 has host bits set, and none of loopback, private, *"),
        ({"trust_proxy": ["nginx"]}, "'nginx' is no address, no network such as 10.0.0.0/8, and none of"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(flags: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        outside_of(load_settings(flags, {}))
    assert problem in str(refused.value)


def test_a_start_with_such_a_flag_ends_in_one_line() -> None:
    ended = run("serve", "--port", "0", "--trust-proxy", "loopbak")
    assert (ended.returncode, ended.stderr) == (1, "mockenv: --trust-proxy: 'loopbak' is not known; did you mean 'loopback'?\n")


def test_they_are_variables_and_keys_of_the_file_too() -> None:
    told = load_settings({}, {"MOCKENV_TRUST_PROXY": "10.0.0.0/8, loopback"}, {"base-url": PUBLIC})
    assert (told.trust_proxy, told.base_url) == (("10.0.0.0/8", "loopback"), PUBLIC)
