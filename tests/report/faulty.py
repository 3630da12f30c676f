"""Small clients, each with one fault that is often met; what a fault is called is what its report should say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from mockenv.client import Sandbox
from tests.runtime.receiver import receiving

SITES = "/api/v1/vector/sites"
ENVIRONMENTS = f"{SITES}/12345/environments"
PROJECTS = "/api/v2/projects"
SITE = {"partner_customer_id": "cust_1", "dev_php_version": "8.3"}
STAGING = {"name": "staging", "php_version": "8.3"}
HOOKS = "/api/v1/vector/webhooks"
Client = Callable[["Vector"], None]


class Vector:
    """What all of them speak by: no retries and no pauses but their own, which pass on the sandbox's clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.session = sandbox, requests.Session()
        self.session.trust_env = False

    def __call__(self, method: str, path: str, json: Any = None, provider: str = "vector", **more: Any) -> requests.Response:
        headers = {**self.sandbox.headers(provider), **more.pop("headers", {})}
        return self.session.request(method, f"{self.sandbox.url}{path}", json=json, headers=headers, timeout=10, **more)

    def pause(self, seconds: float) -> None:
        self.sandbox.advance(seconds)

    def make(self, name: str = "staging") -> int:
        """An environment, as it should be made; its number."""
        return int(self("POST", ENVIRONMENTS, {**STAGING, "name": name}).json()["data"]["id"])

    def tidy(self) -> None:
        """All that is there goes, as the service wants it: when it has come to its end."""
        self.sandbox.advance_until_idle()
        for one in self("GET", ENVIRONMENTS).json()["data"]:
            if one["id"] >= 67890:
                self("DELETE", f"{ENVIRONMENTS}/{one['id']}")
        for one in self("GET", SITES).json()["data"]:
            if one["id"] != 12345:
                self("DELETE", f"{SITES}/{one['id']}")
        self.sandbox.advance_until_idle()


def ignores_retry_after(client: Vector) -> None:
    client.sandbox.fault({"rate_limit": {"retry_after": 30}}, provider="vector", times=1)
    while client("GET", SITES).status_code == 429:
        client.pause(2)


def retries_at_once(client: Vector) -> None:
    client.sandbox.fault({"status": 503}, provider="vector", times=3)
    while client("GET", SITES).status_code == 503:
        pass


def retries_at_one_pace(client: Vector) -> None:
    client.sandbox.fault({"status": 502}, provider="vector", times=4)
    while client("GET", SITES).status_code == 502:
        client.pause(1)


def sends_a_creation_again(client: Vector) -> None:
    client.sandbox.fault({"status": 500}, provider="vector", operation="createEnvironment", times=1)
    if client("POST", ENVIRONMENTS, STAGING).status_code == 500:
        client.pause(1)
        client("POST", ENVIRONMENTS, STAGING)
    client.tidy()


def makes_it_twice(client: Vector) -> None:
    client.sandbox.fault({"reset": True}, provider="vector", operation="createSite", phase="after", times=1)
    for seconds in (1, 2):
        try:
            client("POST", SITES, SITE)
            break
        except requests.ConnectionError:
            client.pause(seconds)
    client.tidy()


def leaves_it_behind(client: Vector) -> None:
    client.make()
    client.sandbox.advance_until_idle()


def polls_in_one_breath(client: Vector) -> None:
    number = client.make()
    for _ in range(20):
        client("GET", f"{ENVIRONMENTS}/{number}")
    client.tidy()


def polls_on(client: Vector) -> None:
    number = client.make()
    for _ in range(12):
        client("GET", f"{ENVIRONMENTS}/{number}")
        client.pause(2)
    client.tidy()


def tries_the_same_again(client: Vector) -> None:
    for seconds in (1, 2):
        if client("POST", ENVIRONMENTS, {"name": "staging", "php_version": "4.0"}).status_code == 422:
            client.pause(seconds)


def misspells_a_member(client: Vector) -> None:
    client("POST", ENVIRONMENTS, {**STAGING, "custom_domian": "example.com"})
    client.tidy()


def reads_one_page(client: Vector) -> None:
    client("GET", f"{PROJECTS}/projectKey/environments?limit=1", provider="launchdarkly")


def leaves_before_the_answer(client: Vector) -> None:
    client.sandbox.fault({"delay": "5s"}, provider="vector", times=1)
    try:
        client.session.get(f"{client.sandbox.url}{SITES}", headers=client.sandbox.headers("vector"), timeout=0.2)
    except requests.ReadTimeout:
        client.session.close()
    client.sandbox.server.call("GET", "ready")


def has_its_token_in_the_url(client: Vector) -> None:
    client("GET", f"{SITES}?api_key={client.sandbox.tokens['vector']['owner']}")


def sends_no_content_type(client: Vector) -> None:
    client("POST", ENVIRONMENTS, data=b'{"name": "staging", "php_version": "8.3"}', headers={"Content-Type": "text/json+x"})
    client("POST", ENVIRONMENTS, data=b'{"name": "staging", "php_version": "8.3"}')
    client.tidy()


def _told(client: Vector, effect: dict[str, Any]) -> None:
    """A receiver that believes all that it is told."""
    client.sandbox.fault(effect, provider="vector", event="vector.site.pending")
    with receiving() as receiver:
        hook = client("POST", HOOKS, {"url": receiver.url, "events": ["vector.site.pending"]}).json()["data"]
        client("POST", SITES, SITE)
        client.sandbox.advance(0)
        client("DELETE", f"{HOOKS}/{hook['id']}")
    client.tidy()


def believes_a_bad_signature(client: Vector) -> None:
    _told(client, {"bad_signature": True})


def does_twice_what_it_is_told_twice(client: Vector) -> None:
    _told(client, {"duplicate": 2})


def doubles_its_pauses(client: Vector) -> None:
    client.sandbox.fault({"status": 502}, provider="vector", times=4)
    for seconds in (1, 2, 4, 8, 16):
        if client("GET", SITES).status_code == 200:
            break
        client.pause(seconds)


def believes_an_old_date(client: Vector) -> None:
    _told(client, {"stale_timestamp": "1h"})


FAULTY: dict[str, tuple[Client, ...]] = {
    "retry-after-ignored": (ignores_retry_after,),
    "retry-without-backoff": (retries_at_once, retries_at_one_pace),
    "unsafe-retry": (sends_a_creation_again,),
    "created-twice": (makes_it_twice,),
    "never-deleted": (leaves_it_behind,),
    "polls-too-fast": (polls_in_one_breath,),
    "polls-after-the-end": (polls_on,),
    "refused-again": (tries_the_same_again,),
    "undocumented-member": (misspells_a_member,),
    "pages-never-followed": (reads_one_page,),
    "answer-never-read": (leaves_before_the_answer,),
    "secret-in-url": (has_its_token_in_the_url,),
    "departs-from-document": (sends_no_content_type,),
    "webhook-trusted-blindly": (believes_a_bad_signature,),
    "webhook-taken-twice": (does_twice_what_it_is_told_twice,),
    "retry-without-jitter": (doubles_its_pauses,),
    "webhook-replayed": (believes_an_old_date,),
}
