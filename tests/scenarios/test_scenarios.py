"""Every shipped scenario tells a careful client from one that is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import requests

from mockenv.bootstrap import fixtures_folder
from mockenv.client import ClockMode, Mockenv, Sandbox
from tests.conftest import Browser
from tests.runtime.receiver import Receiver, receiving
from tests.scenarios.clients import (
    AnswerLost,
    CarefulClient,
    CarefulReceiver,
    Failed,
    NaiveClient,
    NaiveReceiver,
)

SITE = 12345
PROJECT = "f7e4a264-d659-4719-91e8-c2d74654e529"


class TooLong(Exception):
    """A day of the sandbox's time has passed: nobody waits that long on purpose."""


def sleeping(sandbox: Sandbox) -> Any:
    """The client's `sleep`: the sandbox's time passes, and nobody's real time."""
    slept = count(1)

    def sleep(seconds: float) -> None:
        if next(slept) > 100:
            sandbox.advance("24h")
            raise TooLong
        sandbox.advance(seconds)

    return sleep


def careful(sandbox: Sandbox, provider: str = "vector", **more: Any) -> CarefulClient:
    return CarefulClient(sandbox.url, sandbox.headers(provider), more.pop("sleep", sleeping(sandbox)), **more)


def naive(sandbox: Sandbox, provider: str = "vector", **more: Any) -> NaiveClient:
    return NaiveClient(sandbox.url, sandbox.headers(provider), sleeping(sandbox), **more)


def scenario(name: str) -> pytest.MarkDecorator:
    return pytest.mark.mockenv(scenario=name)


def test_every_shipped_scenario_is_tried_here(request: pytest.FixtureRequest) -> None:
    shipped = {path.stem for path in (fixtures_folder() / "scenarios").glob("*.yaml")}
    here = [item for item in request.session.items if item.path == request.path]
    tried = {mark.kwargs.get("scenario") for item in here for mark in item.iter_markers("mockenv")}
    assert shipped <= tried or len(here) == 1  # this test alone was asked for


@scenario("happy-and-slow")
def test_slow_is_no_reason_to_give_up(mockenv: Sandbox) -> None:
    assert careful(mockenv).make_environment(SITE, "one", production=True)["status"] == "active"
    with pytest.raises(TimeoutError, match="after 20 polls"):
        naive(mockenv, polls=20).make_environment(SITE, "two", production=True)


@scenario("cdn-fails")
def test_no_longer_pending_is_not_ready(mockenv: Sandbox) -> None:
    with pytest.raises(Failed, match="the CDN did not accept the domain"):
        careful(mockenv).make_environment(SITE, "one", production=True)
    assert naive(mockenv).make_environment(SITE, "two", production=True)["status"] == "failed"  # and it goes on with that
    assert naive(mockenv).make_environment(SITE, "three")["status"] == "active"  # which is all that was ever tried


@scenario("database-fails-once")
def test_what_failed_is_deleted_before_it_is_made_again(mockenv: Sandbox) -> None:
    client = naive(mockenv)
    assert client.make_environment(SITE, "one")["status"] == "failed"
    with pytest.raises(requests.HTTPError, match="422"):
        client.make_environment(SITE, "one")
    mockenv.reset()
    assert careful(mockenv).make_environment(SITE, "one")["status"] == "active"


@scenario("stuck-forever")
def test_a_client_has_a_deadline_of_its_own(mockenv: Sandbox) -> None:
    with pytest.raises(TimeoutError, match="not so after 600 s"):
        careful(mockenv, interval=30).make_environment(SITE, "one")
    with pytest.raises(TooLong):
        naive(mockenv).make_environment(SITE, "two")


@scenario("stuck-forever")
def test_a_branch_is_stuck_as_well(mockenv: Sandbox) -> None:
    id = naive(mockenv, "archie").branch(PROJECT, "staging")["environment"]["id"]
    assert not mockenv.advance_until(f"archie/environment/{id}", "active", max="24h").reached


@scenario("flaky-503")
def test_a_503_is_waited_out_for_as_long_as_it_says(mockenv: Sandbox) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        mockenv.advance(seconds)

    client = careful(mockenv, sleep=sleep)
    assert client.make_environment(SITE, "one")["status"] == "active"
    assert 1.0 in slept
    with pytest.raises(requests.HTTPError, match="503"):
        naive(mockenv).make_environment(SITE, "two")


@scenario("rate-limited")
def test_a_rate_limit_is_waited_out_and_not_run_against(mockenv: Sandbox) -> None:
    client = careful(mockenv)
    assert len({client.make_site("cust_many")["id"] for _ in range(11)}) == 11
    assert mockenv.clock()["now"] == "2026-01-24T10:30:20Z"
    mockenv.reset()
    hasty = naive(mockenv, blind=True)
    for _ in range(5):
        hasty.make_site("cust_many")
    with pytest.raises(requests.HTTPError, match="429"):
        hasty.make_site("cust_many")


@scenario("rate-limited")
@pytest.mark.parametrize(
    ("provider", "asked", "told"),
    [
        ("phase", "GET /v1/apps/", "Retry-After"),
        ("launchdarkly", "GET /api/v2/projects", "X-Ratelimit-Reset"),
        ("archie", "POST /graphql", "Retry-After"),
    ],
)
def test_the_other_providers_limit_too_until_the_window_is_over(mockenv: Sandbox, provider: str, asked: str, told: str) -> None:
    browser = Browser(mockenv, mockenv.headers(provider))
    method, path = asked.split()
    body = {"query": "{ __typename }"} if method == "POST" else None
    replies = [browser(method, path, body) for _ in range(6)]
    assert [one.status_code == 429 for one in replies] == [False] * 5 + [True]
    assert told in replies[-1].headers
    mockenv.advance("60s")
    assert browser(method, path, body).status_code != 429


@scenario("answers-lost")
def test_nobody_pays_for_two(mockenv: Sandbox) -> None:
    careful(mockenv).make_site("cust_careful")
    assert sites_of(mockenv, "cust_careful") == 1
    mockenv.reset()
    naive(mockenv, blind=True).make_site("cust_blind")
    assert sites_of(mockenv, "cust_blind") == 2
    mockenv.reset()
    with pytest.raises(requests.ConnectionError):
        naive(mockenv).make_site("cust_naive")
    assert sites_of(mockenv, "cust_naive") == 1  # of which it knows nothing


def sites_of(sandbox: Sandbox, customer: str) -> int:
    found = Browser(sandbox, sandbox.headers("vector"))("GET", f"/api/v1/vector/sites?partner_customer_id={customer}")
    return int(found.json()["meta"]["total"])


@scenario("answers-lost")
def test_the_other_providers_lose_their_first_answer_too(mockenv: Sandbox) -> None:
    flags = Browser(mockenv, mockenv.headers("launchdarkly"))
    with pytest.raises(requests.ConnectionError):
        flags("POST", "/api/v2/projects", {"name": "Lost", "key": "lost"})
    assert flags("POST", "/api/v2/projects", {"name": "Lost", "key": "lost"}).status_code == 409
    phase = Browser(mockenv, mockenv.headers("phase"))
    with pytest.raises(requests.ConnectionError):
        phase("POST", "/v1/apps/", {"name": "lost"})
    assert "lost" in [one["name"] for one in phase("GET", "/v1/apps/").json()["data"]]
    with pytest.raises(requests.ConnectionError):
        naive(mockenv, "archie").branch(PROJECT, "lost")
    assert not naive(mockenv, "archie").branch(PROJECT, "lost")["success"]  # the name is taken: by the one that was lost


@scenario("lists-lag")
def test_what_is_not_in_the_list_yet_is_there_all_the_same(mockenv: Sandbox) -> None:
    client, listing = naive(mockenv), f"/api/v1/vector/sites/{SITE}/environments"
    id = client.call("POST", listing, {"name": "one", "php_version": "8.3"})["id"]
    assert client.call("GET", listing) == []
    with pytest.raises(requests.HTTPError, match="422"):  # so it makes it again
        client.call("POST", listing, {"name": "one", "php_version": "8.3"})
    assert careful(mockenv).environment(SITE, id)["name"] == "one"
    mockenv.advance("10s")
    assert [one["id"] for one in client.call("GET", listing)] == [id]


@scenario("answers-hang")
def test_a_client_has_a_read_timeout(mockenv: Sandbox) -> None:
    client = careful(mockenv)
    assert all(client.call("GET", "/api/v1/vector/sites") for _ in range(4))
    mockenv.reset()
    hanging = naive(mockenv, timeout=0.5)  # it has none; the half second is this test's patience
    assert all(hanging.call("GET", "/api/v1/vector/sites") for _ in range(2))
    with pytest.raises(requests.ReadTimeout):
        hanging.call("GET", "/api/v1/vector/sites")


@scenario("branching-fails")
@pytest.mark.parametrize("clock", ["auto", "manual"])
def test_a_200_is_not_success(mockenv_server: Mockenv, clock: ClockMode) -> None:
    with mockenv_server.sandbox(scenario="branching-fails", clock=clock) as sandbox:
        made = naive(sandbox, "archie").branch(PROJECT, "naive")  # no word of complaint
        sandbox.advance("1m")
        names = [one["name"] for one in sandbox.resources(provider="archie", kind="environment")]
        assert len(names) == 1
        assert (made["environment"] is None) == (clock == "auto")
        if clock == "auto":
            with pytest.raises(Failed, match="creating_database_users: no database user could be created"):
                careful(sandbox, "archie").branch(PROJECT, "careful")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@scenario("webhooks-hostile")
def test_a_repetition_is_known_and_the_newest_is_not_the_last_to_come(mockenv: Sandbox, receiver: Receiver) -> None:
    client = careful(mockenv)
    client.call("POST", "/api/v1/vector/webhooks", {"url": receiver.url, "events": ["vector.cdn.*", "vector.environment.*"]})
    client.make_environment(SITE, "one", production=True)
    mockenv.advance("1h")
    told: tuple[NaiveReceiver, NaiveReceiver] = NaiveReceiver(), CarefulReceiver()
    for one in receiver.got:
        for each in told:
            each.take(one.headers["X-Vector-Delivery"], json.loads(one.body))
    assert (told[0].counted, told[0].latest) == (6, "vector.cdn.setup-completed")
    assert (told[1].counted, told[1].latest) == (3, "vector.environment.created")


@scenario("webhooks-hostile")
def test_every_fifth_webhook_is_ten_minutes_late(mockenv: Sandbox, receiver: Receiver) -> None:
    client = careful(mockenv)
    client.call("POST", "/api/v1/vector/webhooks", {"url": receiver.url, "events": ["vector.site.pending"]})
    for _ in range(5):
        client.make_site("cust_1")
    mockenv.advance("1h")
    assert [one["attempts"][0]["at"] for one in mockenv.deliveries()][-1] == "2026-01-24T10:40:00Z"


@scenario("contract")
def test_nothing_waits_and_nothing_goes_out(mockenv: Sandbox, receiver: Receiver) -> None:
    client = careful(mockenv)
    client.call("POST", "/api/v1/vector/webhooks", {"url": receiver.url, "events": ["vector.site.*", "vector.environment.*"]})
    made = client.call("POST", f"/api/v1/vector/sites/{SITE}/environments", {"name": "one", "php_version": "8.3"})
    shown = client.call("GET", f"/api/v1/vector/sites/{SITE}/environments/{made['id']}")
    assert shown["status"] == "active"
    assert {one["state"] for one in mockenv.deliveries()} == {"dropped"}
    assert receiver.got == []


@scenario("answers-lost")
def test_a_careful_client_says_when_it_does_not_know(mockenv: Sandbox) -> None:
    with pytest.raises(AnswerLost):
        careful(mockenv).call("POST", "/api/v1/vector/sites", {"partner_customer_id": "c", "dev_php_version": "8.3"})
