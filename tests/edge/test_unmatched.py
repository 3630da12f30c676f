"""Requests that belong to nobody leave a trace: what came, why it was turned away, and what was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mockenv.bootstrap import document_of, openapi_folder
from mockenv.client import Mockenv, MockenvError
from mockenv.contract.document import load_document
from mockenv.contract.nearest import NearestRoute
from mockenv.edge.limits import Patience
from mockenv.kernel.worlds.unmatched import KEPT, REASONS, Stranger, Unmatched
from mockenv.provider import Provider
from mockenv.providers import discover
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.edge.conftest import Wire
from tests.processes import run, served

SITES = "/api/v1/vector/sites"


@pytest.fixture
def server() -> Iterator[Mockenv]:
    """A server of this test's own: the ring is the whole server's."""
    running = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning"), Patience(request=0.1)).start()
    yield Mockenv(running.url)
    running.stop()


def ask(server: Mockenv, path: str, method: str = "GET", **headers: str) -> int:
    headers = {"Authorization": "Bearer x", **headers}
    return requests.request(method, f"{server.url}{path}", headers=headers, timeout=5).status_code


def last(server: Mockenv) -> dict[str, Any]:
    return server.unmatched()[-1]


@pytest.mark.parametrize(
    ("method", "path", "why", "status", "meant"),
    [
        ("GET", "/api/v1/vectr/sites", "no_route", 404, f"GET {SITES}"),
        ("GET", "/sites", "no_service", 404, f"GET {SITES}"),
        ("POST", "/graphq", "no_service", 404, "POST /graphql"),
        ("GET", f"{SITES}/12345/enviroments?page=secret", "no_route", 404, f"GET {SITES}/{{site_id}}/environments"),
        ("PATCH", "/api/v2/project/p/environment/e", "no_route", 404, "PATCH /api/v2/projects/{projectKey}/environments/{environmentKey}"),
        ("PUT", SITES, "wrong_method", 405, f"GET {SITES}"),
        ("GET", "/api/v2/metrics/projectKey", "absent", 404, None),
        ("GET", "/v1/teams/", "absent", 404, None),
        ("GET", "/_sandbox/nope/api/v1/vector/sites", "no_sandbox", 404, f"GET {SITES}"),
        ("GET", "/_sandbox/nope/_mockenv/health", "no_sandbox", 404, "GET /_mockenv/health"),
        ("GET", "/_mockenv/sandboxes/default/journl", "no_route", 404, "GET /_mockenv/sandboxes/{sandbox}/journal"),
        ("GET", "/entirely/else", "no_service", 404, None),
        ("GET", "/www/images/logo.svg", "no_service", 404, None),
    ],
)  # fmt: skip
def test_a_wrong_path_is_told_with_the_nearest_route(
    server: Mockenv, method: str, path: str, why: str, status: int, meant: str | None
) -> None:
    assert ask(server, path, method) == status
    one = last(server)
    found = one["nearest"] and f"{one['nearest']['method']} {one['nearest']['path']}"
    if found and meant:
        found = found.replace("{site}", "{site_id}")
    assert (one["why"], one["status"], found) == (why, status, meant)
    assert (one["method"], "secret" in json.dumps(one)) == (method, False)


def test_a_refused_host_and_a_foreign_page_are_told(server: Mockenv) -> None:
    assert ask(server, "/_mockenv/health", Host="evil.example") == 403
    assert (last(server)["why"], "evil.example" in last(server)["detail"]) == ("refused", True)
    assert ask(server, "/_mockenv/health", Origin="http://evil.example") == 403
    assert len(server.unmatched(why="refused")) == 2


@pytest.mark.parametrize(
    ("sent", "why", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "tls", 400),
        (b"\x00\x01\x02 this is no HTTP\r\n\r\n", "unreadable", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "too_large", 431),
        (b"GET /slow HTTP/1.1\r\nHost: x\r\n", "too_slow", 408),
    ],
)
def test_bytes_of_which_no_request_can_be_made_are_told(server: Mockenv, sent: bytes, why: str, status: int) -> None:
    wire = Wire(server.url)
    wire.send(sent)
    assert wire.answer().status == status
    wire.close()
    [one] = server.unmatched()
    assert (one["why"], one["status"]) == (why, status)
    assert f'mockenv_unmatched_total{{why="{why}"}} 1' in server.metrics()


def test_what_is_somebodys_is_not_nobodys(server: Mockenv) -> None:
    for path in ("/", "/_mockenv", "/_mockenv/health", SITES, f"{SITES}/1"):
        ask(server, path)
    with pytest.raises(MockenvError, match="does not exist"):
        server.get("nope")
    assert server.unmatched() == []


def test_a_request_whose_sandbox_was_dropped_while_it_waited_is_nobodys(server: Mockenv) -> None:
    with server.sandbox() as sandbox:
        token = sandbox.tokens["vector"]["owner"]
    assert ask(server, SITES, Authorization=f"Bearer {token}") == 401
    assert "sandbox of its token" in last(server)["detail"]


def test_the_list_can_be_narrowed_and_cleared_and_names_what_does_not_exist(server: Mockenv) -> None:
    for path in ("/a", "/b", "/_mockenv/c"):
        ask(server, path)
    assert [one["path"] for one in server.unmatched(why="no_service")] == ["/a", "/b"]
    assert [one["path"] for one in server.unmatched(after=1, limit=1)] == ["/_mockenv/c"]
    with pytest.raises(MockenvError, match="did you mean 'no_service'"):
        server.unmatched(why="no_servic")
    told = run("unmatched", "--url", server.url, "--limit", "1")
    assert (told.returncode, "/_mockenv/c" in told.stdout, told.stderr) == (0, True, "the newest 1 of 3; --limit shows more\n")
    assert (server.clear_unmatched(), server.unmatched(), server.unmatched().dropped) == (3, [], 0)


def test_the_log_has_a_line_for_each() -> None:
    with served("--log-format", "json") as server:
        ask(server.mockenv, "/api/v1/vectr/sites\n")
        assert server.process.stderr is not None
        line = json.loads(server.process.stderr.readline())
    assert (line["event"], line["why"], line["nearest"]["path"]) == ("unmatched", "no_route", SITES)


def test_the_ring_has_an_end_and_says_how_much_fell_out() -> None:
    ring = Unmatched(lambda: 0, lambda method, path: None, lambda line: None)
    for _ in range(KEPT + 5):
        ring.note(Stranger("no_route", 404, "GET", "/x" * 1_000))
    assert (len(ring.list()), ring.dropped(), ring.dropped(after=3), ring.dropped(after=5)) == (KEPT, 5, 2, 0)
    assert ring.counts["no_route"] == KEPT + 5
    assert len(ring.list()[0]["path"]) <= 300
    assert (ring.clear(), ring.dropped()) == (KEPT, 0)


def test_every_reason_is_in_the_document(server: Mockenv) -> None:
    document = server.document("control")
    assert document["components"]["schemas"]["Unmatched"]["properties"]["why"]["enum"] == list(REASONS)


def test_a_documented_route_is_nearest_to_itself() -> None:
    documents = [document_of(one) for one in discover()]
    find = NearestRoute(documents)
    for document in documents:
        for operation in document.operations.values():
            found = find(operation.method, operation.path)
            assert found is not None
            assert (found["method"], found["path"]) == (operation.method, operation.path)


@pytest.mark.parametrize(
    ("method", "path", "meant"),
    [
        ("POST", "/_mockenv/sandboxes/default/advance", "POST /_mockenv/sandboxes/{sandbox}/clock/advance"),
        ("POST", "/_mockenv/default/clock/advance", "POST /_mockenv/sandboxes/{sandbox}/clock/advance"),
        ("DELETE", "/_mockenv/sandboxes/a/fault/1", "DELETE /_mockenv/sandboxes/{sandbox}/faults/{id}"),
        ("GET", "/vector/sites", "GET /api/v1/vector/sites"),
    ],
)
def test_a_word_that_was_left_out_or_misspelt_is_missed_nowhere(method: str, path: str, meant: str) -> None:
    control = load_document("control", openapi_folder() / "control.yaml")
    found = NearestRoute([*(document_of(one) for one in discover()), control])(method, path)
    assert found is not None
    assert f"{found['method']} {found['path']}" == meant


def test_what_the_real_service_has_and_this_has_not_is_called_absent_in_the_answer_the_log_and_the_list() -> None:
    absent = {
        "/api/v2/metrics/projectKey": ("getMetrics", "LaunchDarkly", "x"),
        "/v1/teams/": ("listTeams", "Phase", "Bearer User x"),
        "/api/v1/vector/backups": ("createBackup", "Vector Pro", "Bearer x"),
    }
    with served() as process:
        for path, (name, title, token) in absent.items():
            method = "POST" if name.startswith("create") else "GET"
            reply = requests.request(method, f"{process.url}{path}", headers={"Authorization": token}, timeout=5)
            assert process.process.stderr is not None
            log = process.process.stderr.readline()
            assert (reply.status_code, reply.headers["X-Mockenv-Absent"]) == (404, name)
            assert reply.headers["Content-Type"].startswith("application/json")
            assert f"{title} has {name}, which is absent here" in log
            assert process.mockenv.unmatched(why="absent")[-1]["detail"] == f"{title} has {name}, which is absent here"
            assert requests.request(method, f"{process.url}{path}", timeout=5).status_code == 401  # who asks comes first
            lines = [process.process.stderr.readline() for _ in range(3)]
            assert [path in line for line in lines] == [True] * 3


@pytest.mark.parametrize("provider", discover())
def test_a_services_list_of_what_the_vendor_has_reads_and_names_each_once(provider: type[Provider]) -> None:
    listed = provider(document_of(provider)).vendor_operations.listed
    assert listed
    assert len({name for _, _, name in listed}) == len({(method, path) for method, path, _ in listed}) == len(listed)
