"""The same faults in other shapes: other services, other statuses, other ways to the same mistake."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import requests

from tests.report.faulty import ENVIRONMENTS, HOOKS, PROJECTS, SITES, STAGING, Vector
from tests.runtime.receiver import receiving

ARCHIE = "f7e4a264-d659-4719-91e8-c2d74654e529"
BRANCH = "mutation($input: BranchEnvironmentInput!) { branchEnvironment(input: $input) { environment { id } } }"
LIST = "query($project: String!) { projectEnvironments(projectId: $project) { environments { id status } } }"


def _retry(client: Vector, effect: dict[str, Any], pauses: tuple[float, ...], times: int = 4) -> None:
    client.sandbox.fault(effect, provider="vector", times=times)
    for seconds in pauses:
        try:
            if client("GET", SITES).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        if seconds:
            client.pause(seconds)


def shortens_its_pauses(client: Vector) -> None:
    _retry(client, {"status": 503}, (8, 4, 2, 1))


def tries_a_lost_answer_again_and_again(client: Vector) -> None:
    _retry(client, {"reset": True}, (0, 0, 0, 0, 0), times=4)


def never_gives_up(client: Vector) -> None:
    _retry(client, {"status": 503}, tuple(1.5**at + at % 3 for at in range(16)), times=15)


def comes_a_little_early(client: Vector) -> None:
    client.sandbox.fault({"rate_limit": {"retry_after": 30}}, provider="vector", times=1)
    if client("GET", SITES).status_code == 429:
        client.pause(20)
        client("GET", SITES)


def cannot_read_a_date(client: Vector) -> None:
    when = formatdate(time.time() + 120, usegmt=True)
    client.sandbox.fault({"status": 503, "headers": {"Retry-After": when}}, provider="vector", times=1)
    if client("GET", SITES).status_code == 503:
        client.pause(5)
        client("GET", SITES)


def goes_on_with_the_next_ones(client: Vector) -> None:
    client.sandbox.fault({"rate_limit": {"retry_after": 60}}, provider="vector", times=4)
    for number in range(12345, 12349):
        client("GET", f"{SITES}/{number}")


def is_limited_on_a_clock_that_it_moves(client: Vector) -> None:
    client.sandbox.set_clock("auto")
    client.sandbox.fault({"rate_limit": {"retry_after": 30}}, provider="vector", expires="20s")
    while client("GET", SITES).status_code == 429:
        pass


def makes_another_one(client: Vector) -> None:
    client.sandbox.fault({"reset": True}, provider="vector", operation="createEnvironment", phase="after", times=1)
    for attempt in range(2):
        try:
            client("POST", ENVIRONMENTS, {**STAGING, "name": f"staging-{attempt}"})
            break
        except requests.ConnectionError:
            client.pause(1)
    client.tidy()


def branches_again(client: Vector) -> None:
    body = {
        "query": BRANCH,
        "variables": {"input": {"projectId": ARCHIE, "name": "x", "sourceEnvironment": "master", "mode": "full"}},
    }
    client.sandbox.fault({"status": 502}, provider="archie", phase="before", times=1)
    for _ in range(2):
        client.pause(1)
        if client("POST", "/graphql", body, "archie").status_code == 200:
            break


def subscribes_twice(client: Vector) -> None:
    client.sandbox.fault({"status": 504}, provider="vector", operation="createWebhook", phase="after", times=1)
    for _ in range(2):
        client("POST", HOOKS, {"url": "http://127.0.0.1:9/", "events": ["vector.site.pending"]})
        client.pause(2)
    for one in client("GET", HOOKS).json()["data"]:
        client("DELETE", f"{HOOKS}/{one['id']}")


def leaves_a_project(client: Vector) -> None:
    client("POST", PROJECTS, {"key": "left", "name": "left"}, "launchdarkly")


def deletes_too_early(client: Vector) -> None:
    number = client.make()
    client("DELETE", f"{ENVIRONMENTS}/{number}")


def deletes_one_of_two(client: Vector) -> None:
    first, _ = client.make("first"), client.make("second")
    client.sandbox.advance_until_idle()
    client("DELETE", f"{ENVIRONMENTS}/{first}")
    client.sandbox.advance_until_idle()


def polls_the_list(client: Vector) -> None:
    client.make()
    for _ in range(10):
        client("GET", ENVIRONMENTS)
    client.tidy()


def polls_by_graphql(client: Vector) -> None:
    for _ in range(10):
        client("POST", "/graphql", {"query": LIST, "variables": {"project": ARCHIE}}, "archie")


def polls_what_has_failed(client: Vector) -> None:
    client.sandbox.fault({"fail": "no"}, step="configuring_database")
    number = client.make()
    for _ in range(10):
        if client("GET", f"{ENVIRONMENTS}/{number}").json()["data"]["status"] == "active":
            break
        client.pause(3)
    client.tidy()


def polls_what_is_gone(client: Vector) -> None:
    number = client.make()
    client.sandbox.advance_until_idle()
    client("GET", f"{ENVIRONMENTS}/{number}")
    client("DELETE", f"{ENVIRONMENTS}/{number}")
    for _ in range(10):
        client("GET", f"{ENVIRONMENTS}/{number}")
        client.pause(3)


def knocks_with_a_token_that_is_none(client: Vector) -> None:
    for _ in range(2):
        client("GET", SITES, headers={"Authorization": "Basic bm9ib2R5"})


def mends_what_was_not_wrong(client: Vector) -> None:
    for name in ("one", "two"):
        client("POST", ENVIRONMENTS, {"name": name, "php_version": "4.0"})


def writes_in_camel_case(client: Vector) -> None:
    client("POST", ENVIRONMENTS, {**STAGING, "isProduction": False})
    client.tidy()


def misspells_within(client: Vector) -> None:
    environments = [{"key": "one", "name": "One", "color": "417505", "defaultTtll": 5}]
    client("POST", PROJECTS, {"key": "within", "name": "within", "environments": environments}, "launchdarkly")
    client("DELETE", f"{PROJECTS}/within", provider="launchdarkly")


def misspells_a_parameter(client: Vector) -> None:
    client("GET", f"{SITES}?per_pag=1")


def reads_two_pages(client: Vector) -> None:
    for name in ("a", "b", "c"):
        client("POST", PROJECTS, {"key": name, "name": name}, "launchdarkly")
    for offset in (0, 1):
        client("GET", f"{PROJECTS}?limit=1&offset={offset}", provider="launchdarkly")
    for name in ("a", "b", "c"):
        client("DELETE", f"{PROJECTS}/{name}", provider="launchdarkly")


def spells_its_token_in_the_path(client: Vector) -> None:
    client("GET", f"{SITES}/{client.sandbox.tokens['vector']['owner']}")


def has_a_secret_parameter(client: Vector) -> None:
    client("GET", f"{SITES}?accessToken=abc")


def makes_a_url_of_a_refusal(client: Vector) -> None:
    made = client("POST", ENVIRONMENTS, {"name": "staging", "php_version": "4.0"}).json()
    client("GET", f"{ENVIRONMENTS}/{(made.get('data') or {}).get('id')}")


def asks_in_a_template(client: Vector) -> None:
    client("GET", f"{SITES}/{{site}}/environments")


def gives_up_on_a_creation(client: Vector) -> None:
    client.sandbox.fault({"delay": "5s"}, provider="vector", phase="after", operation="createEnvironment", times=1)
    try:
        client.session.post(
            f"{client.sandbox.url}{ENVIRONMENTS}", json=STAGING, headers=client.sandbox.headers("vector"), timeout=0.2
        )
    except requests.ReadTimeout:
        client.session.close()
    client.sandbox.server.call("GET", "ready")


def believes_a_project(client: Vector) -> None:
    """The other service's webhooks."""
    client.sandbox.fault({"bad_signature": True}, provider="launchdarkly")
    with receiving() as receiver:
        body = {"url": receiver.url, "sign": True, "on": True, "name": "hook"}
        hook = client("POST", "/api/v2/webhooks", body, "launchdarkly").json()
        client("POST", PROJECTS, {"key": "told", "name": "told"}, "launchdarkly")
        client.sandbox.advance(0)
        client("DELETE", f"{PROJECTS}/told", provider="launchdarkly")
        client("DELETE", f"/api/v2/webhooks/{hook['_id']}", provider="launchdarkly")


SHAPES: dict[str, tuple[Callable[[Vector], None], ...]] = {
    "retry-without-backoff": (shortens_its_pauses, tries_a_lost_answer_again_and_again),
    "retries-without-end": (never_gives_up,),
    "retry-after-ignored": (
        comes_a_little_early,
        cannot_read_a_date,
        goes_on_with_the_next_ones,
        is_limited_on_a_clock_that_it_moves,
    ),
    "unsafe-retry": (makes_another_one, branches_again),
    "created-twice": (subscribes_twice,),
    "never-deleted": (leaves_a_project, deletes_too_early, deletes_one_of_two),
    "polls-too-fast": (polls_the_list, polls_by_graphql),
    "polls-after-the-end": (polls_what_has_failed, polls_what_is_gone),
    "refused-again": (knocks_with_a_token_that_is_none, mends_what_was_not_wrong),
    "undocumented-member": (writes_in_camel_case, misspells_within, misspells_a_parameter),
    "pages-never-followed": (reads_two_pages,),
    "secret-in-url": (spells_its_token_in_the_path, has_a_secret_parameter),
    "unfilled-path": (makes_a_url_of_a_refusal, asks_in_a_template),
    "answer-never-read": (gives_up_on_a_creation,),
    "webhook-trusted-blindly": (believes_a_project,),
}
