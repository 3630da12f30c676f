"""An `auto` clock: whoever asks gets on, whatever it is that he waits for, and what nobody waits for stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from mockenv.client import ClockMode, ClockSpec, Mockenv, Sandbox
from tests.conftest import Browser
from tests.providers.archie.conftest import LIST, PROJECT, TREE, GraphQL
from tests.providers.phase import test_leases as leases
from tests.providers.phase.conftest import Phase

NOW = "2026-01-24T10:30:00Z"
AUTO = {"mode": "auto", "now": NOW}
SITES = "/api/v1/vector/sites"
ENVIRONMENTS = f"{SITES}/12345/environments"
LD_KEY = "/api/v2/projects/my-project/environments/test/apiKey"
LD_ENVIRONMENT = "/api/v2/projects/my-project/environments/test"
MILLISECONDS = 1_769_250_600_000
"""NOW, as LaunchDarkly writes it."""
MANY = 12
"""More polls than anything takes that is tried here."""
Made = Callable[..., Sandbox]


@pytest.fixture
def auto(mockenv_server: Mockenv) -> Iterator[Made]:
    made: list[Sandbox] = []

    def make(**more: Any) -> Sandbox:
        made.append(mockenv_server.sandbox(**{"clock": AUTO, **more}))
        return made[-1]

    yield make
    for sandbox in made:
        sandbox.drop()


def vector_of(sandbox: Sandbox) -> Browser:
    return Browser(sandbox, sandbox.headers("vector"))


def new_environment(vector: Browser, site: int = 12345, name: str = "staging") -> dict[str, Any]:
    reply = vector("POST", f"{SITES}/{site}/environments", {"name": name, "php_version": "8.3"})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()["data"]
    return made


def new_site(vector: Browser) -> int:
    made: int = vector("POST", SITES, {"partner_customer_id": "c", "dev_php_version": "8.3"}).json()["data"]["id"]
    return made


def polls_until(ask: Callable[[], bool]) -> int:
    """How many polls it takes."""
    for number in range(1, MANY + 1):
        if ask():
            return number
    raise AssertionError(f"not so after {MANY} polls")


# What is on its way


def test_each_look_at_a_list_sees_what_is_on_its_way_one_step_further_on(auto: Made) -> None:
    vector = vector_of(auto())
    new_environment(vector)
    seen = [vector("GET", ENVIRONMENTS).json()["data"][0]["provisioning_step"] for _ in range(5)]
    assert seen == ["configuring_database", "deploying_application", "finalizing", None, None]


@pytest.mark.parametrize("path", [SITES, f"{SITES}?partner_customer_id=c", "/api/v1/vector/account", "/api/v1/vector/events"])
def test_whoever_looks_where_a_new_site_will_be_gets_there(auto: Made, path: str) -> None:
    vector = vector_of(auto())
    vector("GET", path)
    site = new_site(vector)
    vector("GET", path)
    assert vector.sandbox.resources(kind="site", status="active")[-1]["id"] == str(site)


def test_a_list_does_not_wait_for_what_belongs_to_another(auto: Made) -> None:
    sandbox = auto()
    vector = vector_of(sandbox)
    site = new_site(vector)
    new_environment(vector, site)
    other = vector("POST", SITES, {"partner_customer_id": "d", "dev_php_version": "8.3"}).json()["data"]["id"]
    before = sandbox.clock()["now"]
    for path in (ENVIRONMENTS, f"{SITES}?partner_customer_id=zzz", "/api/v1/vector/webhooks", "/api/v1/vector/php-versions"):
        assert vector("GET", path).status_code == 200
    assert sandbox.clock()["now"] == before
    vector("GET", f"{SITES}/{other}/environments")
    assert sandbox.clock()["now"] > before


def test_a_search_for_what_is_not_so_yet_waits_for_what_will_be(auto: Made) -> None:
    vector = vector_of(auto())
    vector("POST", "/api/v1/vector/sites", {"partner_customer_id": "c", "dev_php_version": "8.3", "tags": ["new"]})
    path = "/api/v1/vector/events?type=vector.site.created"
    assert polls_until(lambda: bool(vector("GET", path).json()["data"])) == 1


def test_what_is_deleted_is_gone_for_whoever_looks_and_so_is_all_that_belongs_to_it(auto: Made) -> None:
    vector = vector_of(auto())
    for below in ("", "/environments", "/logs"):
        site = new_site(vector)
        vector("GET", f"{SITES}/{site}")
        assert vector("DELETE", f"{SITES}/{site}").status_code == 200
        assert vector("GET", f"{SITES}/{site}{below}").status_code == 404
    for below in ("", "/deployments", "/ssl"):
        made = new_environment(vector)
        path = f"{ENVIRONMENTS}/{made['id']}"
        polls_until(lambda path=path: vector("GET", path).json()["data"]["status"] == "active")  # type: ignore[misc]
        assert vector("DELETE", path).status_code == 200
        assert vector("GET", f"{path}{below}").status_code == 404


def test_a_list_of_deployments_and_a_sites_log_wait_for_a_deployment(auto: Made) -> None:
    for looked_at in (f"{ENVIRONMENTS}/staging/deployments", f"{SITES}/12345/logs"):
        vector = vector_of(auto())
        new_environment(vector)
        polls_until(lambda vector=vector: vector("GET", f"{ENVIRONMENTS}/staging").json()["data"]["status"] == "active")  # type: ignore[misc]
        vector("POST", f"{ENVIRONMENTS}/staging/deployments", {})
        assert polls_until(lambda vector=vector, path=looked_at: "completed" in vector("GET", path).text) == 2  # type: ignore[misc]


@pytest.mark.parametrize("query", [LIST, TREE])
def test_archies_lists_bring_a_branch_on(auto: Made, query: str) -> None:
    sandbox = auto(options={"archie": {"branch_reply": "immediate"}})
    archie = GraphQL(sandbox)
    id = archie.branch()["environment"]["id"]
    polls_until(lambda: bool(archie.ask(query, projectId=PROJECT)) and f"archie/environment/{id}" not in str(sandbox.agenda()))
    assert archie.environment("staging")["status"] == "active"


def test_what_is_held_or_stalled_moves_nothing(auto: Made) -> None:
    sandbox = auto(holds=["creating_infrastructure"])
    vector = vector_of(sandbox)
    new_environment(vector)
    seen = [vector("GET", ENVIRONMENTS).json()["data"][0]["provisioning_step"] for _ in range(3)]
    assert seen == ["creating_infrastructure"] * 3
    now = sandbox.clock()["now"]
    vector("GET", ENVIRONMENTS)
    assert sandbox.clock()["now"] == now
    sandbox.release("creating_infrastructure")
    assert vector("GET", ENVIRONMENTS).json()["data"][0]["provisioning_step"] == "deploying_application"


# Who asks again


def test_what_rests_stays_as_it_is_however_often_it_is_looked_at(auto: Made) -> None:
    sandbox = auto(options={"vector": {"rate_limits": "3/minute"}})
    vector = vector_of(sandbox)
    assert [vector("GET", f"{SITES}/12345").status_code for _ in range(3)] == [200] * 3
    assert sandbox.clock()["now"] == NOW


REQUESTS: dict[str, tuple[tuple[str, str, Any], ...]] = {
    "vector": (("GET", SITES, None), ("POST", SITES, {"partner_customer_id": "c", "dev_php_version": "8.3"})),
    "phase": (("GET", "/v1/apps/", None), ("POST", "/v1/apps/", {"name": "x"})),
    "launchdarkly": (("GET", "/api/v2/projects", None), ("POST", LD_KEY, None)),
    "archie": (("POST", "/graphql", {"query": "{__typename}"}),),
}


@pytest.mark.parametrize(("provider", "request_"), [(name, one) for name, some in REQUESTS.items() for one in some])
def test_a_client_over_its_rate_is_refused_once_and_comes_in_when_it_comes_again(
    auto: Made, provider: str, request_: tuple[str, str, Any]
) -> None:
    sandbox = auto(options={provider: {"rate_limits": "2/minute"}})
    client = Browser(sandbox, sandbox.headers(provider))
    for _ in range(2):
        client(*REQUESTS[provider][0])
    first = client(*request_)
    assert first.status_code == 429
    again = client(*request_)
    assert again.status_code < 400
    assert "Retry-After" not in again.headers
    assert sandbox.clock()["now"] == "2026-01-24T10:31:00Z"


def test_others_over_their_rate_are_refused_once_each(auto: Made) -> None:
    vector = vector_of(auto(options={"vector": {"rate_limits": "1/hour"}}))
    paths = [SITES, f"{SITES}/12345", ENVIRONMENTS]
    assert [vector("GET", path).status_code for path in paths] == [200, 429, 429]
    assert vector("GET", ENVIRONMENTS).status_code == 200


@pytest.mark.parametrize("effect", [{"status": 503}, {"rate_limit": 5}])
def test_a_rule_that_ends_ends_for_whoever_comes_again(auto: Made, effect: dict[str, Any]) -> None:
    sandbox = auto()
    vector = vector_of(sandbox)
    rule = sandbox.fault(effect, provider="vector", operation="createSite", expires="2h")
    body = {"partner_customer_id": "c", "dev_php_version": "8.3"}
    assert vector("POST", SITES, body).status_code >= 400
    assert vector("POST", SITES, body).status_code == 201
    assert sandbox.clock()["now"] == "2026-01-24T12:30:00Z"
    [left] = [one for one in sandbox.faults() if one["id"] == rule]
    assert left["hits"] == 1  # what was not answered so does not count


def test_a_rule_that_only_delays_ends_for_nobody_before_its_time(auto: Made) -> None:
    sandbox = auto()
    vector = vector_of(sandbox)
    sandbox.fault({"delay": "1ms"}, provider="vector", expires="2h")
    assert [vector("GET", f"{SITES}/12345").status_code for _ in range(3)] == [200] * 3
    assert sandbox.clock()["now"] == NOW


def test_what_may_not_be_yet_may_be_for_whoever_tries_again(auto: Made) -> None:
    vector = vector_of(auto())
    site = new_site(vector)
    suspend = f"{SITES}/{site}/suspend"
    assert vector("POST", suspend).status_code == 422
    assert vector("POST", suspend).status_code == 200


@pytest.mark.parametrize("provider", ["vector", "launchdarkly", "phase"])
def test_a_list_that_lags_catches_up(auto: Made, provider: str) -> None:
    sandbox = auto(options={provider: {"list_lag": "10m"}})
    client = Browser(sandbox, sandbox.headers(provider))
    path, body = {
        "vector": (ENVIRONMENTS, {"name": "brand-new", "php_version": "8.3"}),
        "launchdarkly": ("/api/v2/projects/my-project/environments", {"name": "n", "key": "brand-new", "color": "ffffff"}),
        "phase": ("/v1/apps/", {"name": "brand-new"}),
    }[provider]
    assert client("POST", path, body).status_code in (200, 201)
    assert polls_until(lambda: "brand-new" in client("GET", path).text) > 1
    assert sandbox.clock()["now"] >= "2026-01-24T10:40:00Z"


def test_a_lease_is_seen_before_it_is_over_and_is_over_for_whoever_looks_again(auto: Made) -> None:
    phase = Phase(auto(fixture=leases.WORLD))
    leases.lease(phase)
    assert [one["status"] for one in leases.shown(phase)] == ["active"]
    assert [one["status"] for one in leases.shown(phase)] == ["expired"]


def test_reading_that_makes_something_never_counts_as_asking_again(auto: Made) -> None:
    sandbox = auto(fixture=leases.WORLD)
    phase = Phase(sandbox)
    for _ in range(3):
        assert leases.lease(phase)["status"] == "active"
    assert sandbox.clock()["now"] == NOW


def token(phase: Phase, seconds: int) -> str:
    account = phase.service_account()
    reply = phase("POST", f"/v1/service-accounts/{account}/tokens/", {"name": "short", "expires_in": seconds})
    assert reply.status_code == 201, reply.text
    return f"Bearer {reply.json()['bearerToken']}"


def test_a_token_runs_out_for_whoever_asks_again(auto: Made) -> None:
    phase = Phase(auto())
    words = token(phase, 3_600)
    statuses = [phase.bearing(words, "GET", "/v1/apps/").status_code for _ in range(3)]
    assert statuses == [200, 401, 401]


def test_no_poll_waits_for_what_holds_longer_than_a_day(auto: Made) -> None:
    sandbox = auto()
    phase, vector = Phase(sandbox), vector_of(sandbox)
    words = token(phase, 30 * 86_400)
    assert [phase.bearing(words, "GET", "/v1/apps/").status_code for _ in range(3)] == [200] * 3
    vector("POST", "/api/v1/vector/api-keys", {"name": "k"})
    for _ in range(3):  # an account's events are there for ninety days
        vector("GET", "/api/v1/vector/events")
    assert sandbox.clock()["now"] == NOW


def test_an_old_key_runs_out_on_the_agenda_and_for_whoever_looks_again(auto: Made) -> None:
    sandbox = auto()
    client = Browser(sandbox, sandbox.headers("launchdarkly"))
    client("POST", LD_KEY, params={"expiry": MILLISECONDS + 60_000})
    assert [one["step"] for one in sandbox.agenda()] == ["old_sdk_key"]
    for _ in range(2):
        client("GET", LD_ENVIRONMENT)
    documents = [one["document"] for one in sandbox.resources(provider="launchdarkly", kind="environment")]
    assert ([one["oldKeys"] for one in documents if one["oldKeys"]], sandbox.agenda()) == ([], [])


def test_a_webhooks_log_waits_for_the_next_attempt(auto: Made) -> None:
    sandbox = auto()
    vector = vector_of(sandbox)
    hook = {"url": "http://127.0.0.1:9/", "events": ["vector.site.created"]}
    id = vector("POST", "/api/v1/vector/webhooks", hook).json()["data"]["id"]
    new_site(vector)
    vector("GET", SITES)

    def attempts() -> int:
        vector("GET", f"/api/v1/vector/webhooks/{id}/logs")
        return max((len(one["attempts"]) for one in sandbox.deliveries(wait=5)), default=0)

    polls_until(lambda: attempts() >= 3)


def test_another_token_another_question(auto: Made) -> None:
    sandbox = auto(fixture=leases.WORLD)
    phase = Phase(sandbox)
    leases.lease(phase)
    assert leases.shown(phase, "owner")[0]["status"] == leases.shown(phase, "manager")[0]["status"] == "active"


def test_after_a_reset_nobody_has_asked_yet(auto: Made) -> None:
    sandbox = auto(fixture=leases.WORLD)
    phase = Phase(sandbox)
    for _ in range(2):
        leases.lease(phase)
        assert leases.shown(phase)[0]["status"] == "active"
        sandbox.reset()


@pytest.mark.parametrize("mode", ["manual", "real"])
def test_no_other_clock_is_moved_by_asking(mockenv_server: Mockenv, mode: ClockMode) -> None:
    clock: ClockSpec = {"mode": mode, "now": NOW, "speed": 1e-6}
    with mockenv_server.sandbox(clock=clock, options={"vector": {"rate_limits": "2/minute"}}) as sandbox:
        vector = vector_of(sandbox)
        new_environment(vector)
        replies: list[requests.Response] = [vector("GET", ENVIRONMENTS) for _ in range(3)]
        assert [one.status_code for one in replies] == [200, 429, 429]
        assert sandbox.clock()["now"][:19] == NOW[:19]
