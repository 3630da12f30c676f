"""Small clients that do well what the faulty ones do badly: no rule may find an error in them."""

from __future__ import annotations

import hmac
import time
from email.utils import formatdate, parsedate_to_datetime
from hashlib import sha256

import requests

from tests.report.faulty import ENVIRONMENTS, HOOKS, PROJECTS, SITE, SITES, STAGING, Client, Vector
from tests.runtime.receiver import Received, receiving

PAUSES = (1, 2.3, 4.1, 8.8)


def obeys_retry_after(client: Vector) -> None:
    client.sandbox.fault({"rate_limit": {"retry_after": 30}}, provider="vector", times=2)
    while (reply := client("GET", SITES)).status_code == 429:
        client.pause(float(reply.headers["Retry-After"]))


def backs_off(client: Vector) -> None:
    client.sandbox.fault({"status": 502}, provider="vector", times=3)
    for seconds in PAUSES:
        if client("GET", SITES).status_code == 200:
            break
        client.pause(seconds)


def looks_before_it_creates_again(client: Vector) -> None:
    client.sandbox.fault({"reset": True}, provider="vector", operation="createEnvironment", phase="after", times=1)
    try:
        client("POST", ENVIRONMENTS, STAGING)
    except requests.ConnectionError:
        client.pause(1)
        if not [one for one in client("GET", ENVIRONMENTS).json()["data"] if one["name"] == "staging"]:
            client("POST", ENVIRONMENTS, STAGING)
    client.tidy()


def waits_until_it_is_ready(client: Vector) -> None:
    number = client.make()
    while client("GET", f"{ENVIRONMENTS}/{number}").json()["data"]["status"] != "active":
        client.pause(2)
    client("PUT", f"{ENVIRONMENTS}/{number}", {"custom_domain": "www.example.com"})
    client.tidy()


def reads_all_pages(client: Vector) -> None:
    path: str | None = f"{PROJECTS}/projectKey/environments?limit=1"
    while path:
        link = client("GET", path, provider="launchdarkly").json()["_links"].get("next", {}).get("href")
        path = link and link.removeprefix(f"/_sandbox/{client.sandbox.name}")


def mends_what_was_refused(client: Vector) -> None:
    body = {"name": "staging", "php_version": "4.0"}
    if client("POST", ENVIRONMENTS, body).status_code == 422:
        client("POST", ENVIRONMENTS, {**body, "php_version": "8.3"})
    client.tidy()


def comes_on_the_date_that_is_named(client: Vector) -> None:
    when = formatdate(time.time() + 120, usegmt=True)
    client.sandbox.fault({"status": 503, "headers": {"Retry-After": when}}, provider="vector", times=1)
    reply = client("GET", SITES)
    if reply.status_code == 503:
        moment, now = (parsedate_to_datetime(reply.headers[name]) for name in ("Retry-After", "Date"))
        client.pause((moment - now).total_seconds())
        client("GET", SITES)


def deletes_when_it_may(client: Vector) -> None:
    """What is on its way cannot be deleted yet: that is no mistake of the request's."""
    number = client.make()
    for seconds in PAUSES:
        if client("DELETE", f"{ENVIRONMENTS}/{number}").status_code == 200:
            break
        client.pause(seconds)
    client.sandbox.advance_until_idle()
    client("GET", f"{ENVIRONMENTS}/{number}")


def takes_a_new_token(client: Vector) -> None:
    if client("GET", SITES, headers={"Authorization": "Basic bm9ib2R5"}).status_code == 401:
        client("GET", SITES)


def makes_several(client: Vector) -> None:
    for name in ("one", "two", "three"):
        client.make(name)
    client.tidy()


def makes_and_takes_away_a_project(client: Vector) -> None:
    environments = [{"key": "one", "name": "One", "color": "417505"}]
    client("POST", PROJECTS, {"key": "kept", "name": "Kept", "environments": environments}, "launchdarkly")
    change = [{"op": "replace", "path": "/name", "value": "Renamed"}]
    client("PATCH", f"{PROJECTS}/kept", change, "launchdarkly")
    client("DELETE", f"{PROJECTS}/kept", provider="launchdarkly")


def asks_for_the_next_page_after_a_failure(client: Vector) -> None:
    path = f"{PROJECTS}/projectKey/environments"
    client("GET", f"{path}?limit=1", provider="launchdarkly")
    client.sandbox.fault({"status": 503}, provider="launchdarkly", times=1)
    for seconds in PAUSES:
        if client("GET", f"{path}?limit=1&offset=1", provider="launchdarkly").status_code == 200:
            break
        client.pause(seconds)


def verifies_what_it_is_told(client: Vector) -> None:
    """A receiver that refuses what is not genuine or not fresh. What comes twice it works off once, which nobody can see from here."""
    secret: list[bytes] = []

    def answer(request: Received) -> int:
        parts = dict(part.split("=", 1) for part in request.headers["X-Vector-Signature"].split(","))
        expected = hmac.new(secret[0], f"{parts['t']}.".encode() + request.body, sha256).hexdigest()
        is_fresh = abs(time.time() - int(parts["t"])) <= 300
        return 204 if is_fresh and hmac.compare_digest(expected, parts["v1"]) else 401

    for effect in ({"bad_signature": True}, {"stale_timestamp": "1h"}):
        client.sandbox.fault(effect, provider="vector", event="vector.site.pending", times=1)
    with receiving() as receiver:
        receiver.answer = answer
        hook = client("POST", HOOKS, {"url": receiver.url, "events": ["vector.site.pending"]}).json()["data"]
        secret.append(hook["secret"].encode())
        client("POST", SITES, SITE)
        client.sandbox.advance("1h")
        assert client.sandbox.deliveries()[0]["state"] == "delivered"
        client("DELETE", f"{HOOKS}/{hook['id']}")
    client.tidy()


GOOD: tuple[Client, ...] = (
    obeys_retry_after,
    backs_off,
    looks_before_it_creates_again,
    waits_until_it_is_ready,
    reads_all_pages,
    mends_what_was_refused,
    comes_on_the_date_that_is_named,
    deletes_when_it_may,
    takes_a_new_token,
    makes_several,
    makes_and_takes_away_a_project,
    asks_for_the_next_page_after_a_failure,
    verifies_what_it_is_told,
)
