"""Small clients that do well what the faulty ones do badly: no rule may find an error in them."""

from __future__ import annotations

import requests

from tests.report.faulty import ENVIRONMENTS, PROJECTS, SITES, STAGING, Client, Vector

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


GOOD: tuple[Client, ...] = (
    obeys_retry_after,
    backs_off,
    looks_before_it_creates_again,
    waits_until_it_is_ready,
    reads_all_pages,
    mends_what_was_refused,
)
