"""Browser apps under test: preflights before all else, and headers on every answer that let a page of another origin read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from mockenv.client import Mockenv, MockenvError, Sandbox
from mockenv.errors import BadInput
from mockenv.kernel.values.origins import parse_origins
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings, load_settings
from tests.conftest import Browser
from tests.processes import run

APP, EVIL = "http://localhost:5173", "https://evil.example"
SITE = "/api/v1/vector/sites/12345"
ALLOWED, CREDENTIALS, EXPOSED = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,x-mockenv-sandbox",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Mockenv]:
    """One whose `--cors` names an origin."""
    running = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning", cors=APP)).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


@pytest.fixture
def sandbox(server: Mockenv) -> Iterator[Sandbox]:
    with server.sandbox(clock="manual") as made:
        yield made


@pytest.fixture
def vector(sandbox: Sandbox) -> Browser:
    return Browser(sandbox, {**sandbox.headers("vector"), "Origin": APP})


def ask(url: str, origin: str, **more: str) -> requests.Response:
    return requests.options(url, headers={"Origin": origin, **PREFLIGHT, **more}, timeout=30)


@pytest.mark.parametrize("path", [SITE, "/api/v1/vector/nowhere", "/v1/environments/", "/v1/nowhere", "/graphql"])
def test_a_preflight_is_answered_before_anybody_is_asked_who_he_is(sandbox: Sandbox, path: str) -> None:
    reply = ask(f"{sandbox.url}{path}", APP)
    assert reply.status_code == (200 if path.startswith("/v1") else 204)
    assert reply.content == b""
    assert (reply.headers[ALLOWED], reply.headers[CREDENTIALS]) == (APP, "true")
    assert reply.headers["Access-Control-Allow-Headers"] == PREFLIGHT["Access-Control-Request-Headers"]
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(reply.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"origin", "access-control-request-headers"} <= set(reply.headers["Vary"].lower().split(", "))


def test_a_preflight_meets_no_fault_and_uses_none_up(sandbox: Sandbox, vector: Browser) -> None:
    sandbox.fault({"status": 503}, provider="vector", times=1)
    assert ask(f"{sandbox.url}{SITE}", APP).status_code == 204
    assert vector("GET", SITE).status_code == 503


def test_a_preflight_is_in_the_journal_and_belongs_to_somebody(server: Mockenv, sandbox: Sandbox) -> None:
    server.clear_unmatched()
    ask(f"{sandbox.url}{SITE}", APP)
    assert [(one["method"], one["status"]) for one in sandbox.journal()] == [("OPTIONS", 204)]
    assert server.unmatched() == []


@pytest.mark.parametrize("path", [SITE, "/v1/environments/"])
def test_an_origin_that_is_not_named_gets_nothing_but_the_knowledge_that_it_depends(sandbox: Sandbox, path: str) -> None:
    reply = ask(f"{sandbox.url}{path}", EVIL)
    assert ALLOWED not in reply.headers
    assert "origin" in reply.headers["Vary"].lower()
    if path == SITE:
        assert reply.status_code == 401  # as without any of this


def test_answers_refusals_and_faults_can_be_read(sandbox: Sandbox, vector: Browser) -> None:
    sandbox.fault({"rate_limit": 30}, provider="vector", path="*/sites", method="GET")
    nobody = Browser(sandbox, {"Origin": APP})
    for reply, status in (
        (vector("GET", SITE), 200),
        (vector("GET", "/api/v1/vector/sites"), 429),
        (vector("GET", SITE, headers={"Prefer": "code=503"}), 503),
        (vector("GET", "/api/v1/vector/nowhere"), 404),
        (vector("PATCH", SITE), 405),
        (vector("POST", "/api/v1/vector/sites", {}), 422),
        (vector("POST", "/api/v1/vector/sites", data=b" " * (2 << 20)), 413),
        (vector("POST", "/api/v1/vector/sites", data=b"{}", headers={"Content-Encoding": "br"}), 415),
        (nobody("GET", SITE), 401),
    ):
        assert (reply.status_code, reply.headers.get(ALLOWED), reply.headers.get(CREDENTIALS)) == (status, APP, "true"), status
        assert "Origin" in reply.headers["Vary"]
    limited = vector("GET", "/api/v1/vector/sites")
    assert {"Retry-After", "Date"} <= set(limited.headers[EXPOSED].split(", "))


def test_a_sandbox_that_does_not_exist_is_refused_so_that_a_page_can_read_it(server: Mockenv) -> None:
    reply = requests.get(f"{server.url}/_sandbox/nobody{SITE}", headers={"Origin": APP}, timeout=30)
    assert (reply.status_code, reply.headers[ALLOWED]) == (404, APP)


def test_without_an_origin_an_answer_still_says_that_it_depends_on_one(vector: Browser) -> None:
    del vector.session.headers["Origin"]
    reply = vector("GET", SITE)
    assert (reply.headers["Vary"], ALLOWED in reply.headers) == ("Origin", False)


def test_a_sandbox_has_its_own_word(server: Mockenv) -> None:
    with (
        server.sandbox(options={"vector": {"cors": "*"}}) as anybodys,
        server.sandbox(options={"vector": {"cors": "off"}}) as nobodys,
    ):
        open_to_all = Browser(anybodys, {**anybodys.headers("vector"), "Origin": EVIL})("GET", SITE)
        assert (open_to_all.headers[ALLOWED], CREDENTIALS in open_to_all.headers) == ("*", False)
        assert ask(f"{anybodys.url}{SITE}", EVIL).headers[ALLOWED] == "*"
        closed = Browser(nobodys, {**nobodys.headers("vector"), "Origin": APP})("GET", SITE)
        assert (ALLOWED in closed.headers, "Vary" in closed.headers) == (False, False)
        assert ask(f"{nobodys.url}{SITE}", APP).status_code == 401


def test_a_preflight_cannot_name_a_sandbox_so_any_that_allows_it_will_do(server: Mockenv) -> None:
    page = "http://pages.example"
    assert ask(f"{server.url}{SITE}", page).status_code == 401
    with server.sandbox(options={"vector": {"cors": page}}) as sandbox:
        reply = ask(f"{server.url}{SITE}", page)
        assert (reply.status_code, reply.headers[ALLOWED]) == (204, page)
        headers = {**sandbox.headers("vector"), "Origin": page}
        assert requests.get(f"{server.url}{SITE}", headers=headers, timeout=30).headers[ALLOWED] == page  # by its token
        assert (
            ALLOWED
            not in requests.get(f"{server.url}{SITE}", headers={"Authorization": "Bearer x", "Origin": page}, timeout=30).headers
        )
    assert ask(f"{server.url}{SITE}", page).status_code == 401


def test_a_fault_may_say_something_else(sandbox: Sandbox, vector: Browser) -> None:
    sandbox.fault({"headers": {ALLOWED: EVIL}}, provider="vector")
    assert vector("GET", SITE).headers[ALLOWED] == EVIL


def test_a_page_on_the_network_may_ask_somebody_on_loopback(sandbox: Sandbox) -> None:
    reply = ask(f"{sandbox.url}{SITE}", APP, **{"Access-Control-Request-Private-Network": "true"})
    assert reply.headers["Access-Control-Allow-Private-Network"] == "true"


@pytest.mark.parametrize("path", ["/_mockenv/sandboxes", "/_mockenv/health", "/", "/nowhere", "/_sandbox/default/_mockenv/health"])
def test_what_is_ours_is_never_told_to_another_origin(server: Mockenv, path: str) -> None:
    for reply in (ask(f"{server.url}{path}", APP), requests.get(f"{server.url}{path}", headers={"Origin": APP}, timeout=30)):
        assert not [name for name in reply.headers if name.lower().startswith("access-control-")]


def test_by_default_archie_and_launchdarkly_are_open_to_pages_and_the_others_are_not(mockenv: Sandbox) -> None:
    seen = {}
    for provider, path in (("vector", SITE), ("phase", "/v1/apps/"), ("launchdarkly", "/api/v2/projects"), ("archie", "/graphql")):
        browser = Browser(mockenv, {**mockenv.headers(provider), "Origin": EVIL})
        seen[provider] = browser("GET", path).headers.get(ALLOWED)
    assert seen == {"vector": None, "phase": None, "launchdarkly": EVIL, "archie": "*"}
    reply = ask(f"{mockenv.url}/graphql", EVIL)
    assert (reply.status_code, reply.headers[ALLOWED], CREDENTIALS in reply.headers) == (204, "*", False)


def test_launchdarkly_has_rules_of_its_own_and_no_option_for_it(server: Mockenv) -> None:
    with pytest.raises(MockenvError, match=r"options\.launchdarkly\.cors"):
        server.sandbox(options={"launchdarkly": {"cors": "*"}})


@pytest.mark.parametrize(
    ("rule", "allowed", "others"),
    [
        ("*", ["https://a.example", "null"], []),
        ("off", [], ["https://a.example", "null"]),
        (APP, [APP, APP.upper()], ["http://localhost:5174", "https://localhost:5173", f"{APP}.evil.example", "http://localhost"]),
        ("http://localhost:*", ["http://localhost", "http://localhost:1"], ["http://localhost.evil.example", "http://localhost:1.evil.example"]),
        ("https://*.a.example", ["https://b.a.example", "https://c.b.a.example"], ["https://a.example", "https://ba.example", "http://b.a.example"]),
        ("https://a.example:443", ["https://a.example"], ["https://a.example:444"]),
        ("null, http://[::1]:80", ["null", "http://[::1]"], ["http://[::2]"]),
        ("capacitor://localhost http://a_b.example", ["capacitor://localhost", "http://a_b.example"], ["capacitor://x"]),
    ],
)  # fmt: skip
def test_a_rule_allows_these_and_no_others(rule: str, allowed: list[str], others: list[str]) -> None:
    origins = parse_origins(rule)
    assert [one for one in [*allowed, *others] if origins.allow(one)] == allowed


@pytest.mark.parametrize("rule", ["", "localhost:5173", "http://a.example/", "http://a.example/path", "http://u@a.example", "http://a:99999", "* http://a", "off *", "http://*", "http://a.*"])  # fmt: skip
def test_what_is_no_origin_is_refused(rule: str) -> None:
    with pytest.raises(BadInput, match="cors"):
        parse_origins(rule)


def test_the_flag_is_checked_at_the_start_and_is_a_variable_and_a_key_of_the_file() -> None:
    ended = run("serve", "--port", "0", "--cors", "localhost:5173")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "--cors: 'localhost:5173' is no origin" in ended.stderr
    assert load_settings({"cors": (APP, EVIL)}, {}).cors == f"{APP} {EVIL}"
    assert load_settings({}, {"MOCKENV_CORS": f"{APP}, {EVIL}"}).cors == f"{APP} {EVIL}"
    assert load_settings({}, {}, {"cors": [APP]}).cors == APP
