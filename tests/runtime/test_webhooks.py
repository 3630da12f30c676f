"""Webhooks that a receiver can trust: the right moment, the signed bytes, the published schedule."""

from __future__ import annotations

import hmac
import json
import threading
from hashlib import sha256
from typing import Any

import pytest
from standardwebhooks import Webhook

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.runtime.conftest import HOOKS, SITES, make_site, subscribe
from tests.runtime.receiver import Received, Receiver


def attempts(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [one for delivery in sandbox.deliveries() for one in delivery["attempts"]]


def settle(sandbox: Sandbox) -> None:
    """What is due now has been sent when this returns."""
    sandbox.advance(0)


def test_pending_is_told_at_the_request_and_created_when_active(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    subscribe(vector, receiver.url)
    make_site(vector)
    settle(sandbox)
    assert [json.loads(one.body)["event"] for one in receiver.got] == ["vector.site.pending"]
    sandbox.advance("1s")
    told = [json.loads(one.body) for one in receiver.got]
    assert [one["event"] for one in told] == ["vector.site.pending", "vector.site.created"]
    assert [one["occurred_at"] for one in told] == ["2026-01-24T10:30:00+00:00", "2026-01-24T10:30:01+00:00"]
    assert told[1]["data"]["status"] == "active"
    assert told[1]["data"]["dev_domain"].endswith(".vectorpages.com")


def test_the_signature_is_over_the_bytes_that_were_sent_and_logged(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    secret = subscribe(vector, receiver.url)["secret"]
    make_site(vector)
    settle(sandbox)
    request, [delivery] = receiver.got[0], sandbox.deliveries()
    stamp, signature = (part.partition("=")[2] for part in request.headers["X-Vector-Signature"].split(","))
    assert stamp == "1769250600"  # the sandbox's time
    assert hmac.new(secret.encode(), f"{stamp}.".encode() + request.body, sha256).hexdigest() == signature
    assert request.body == delivery["body"].encode()
    assert (request.headers["X-Vector-Event"], request.headers["X-Vector-Delivery"]) == ("vector.site.pending", delivery["id"])
    assert delivery["attempts"][0]["request_headers"]["X-Vector-Signature"] == request.headers["X-Vector-Signature"]


def test_five_attempts_at_the_published_times_with_one_id_and_fresh_signatures(
    vector: Browser, sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.answer = lambda request: 500
    hook = subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    moved = sandbox.advance_until_idle()
    assert [one["at"][11:19] for one in attempts(sandbox)] == ["10:30:00", "10:30:42", "10:33:12", "10:42:12", "11:12:12"]
    assert moved.now == "2026-01-24T11:12:12Z"
    assert len({one.headers["X-Vector-Delivery"] for one in receiver.got}) == 1
    assert len({one.headers["X-Vector-Signature"] for one in receiver.got}) == 5
    assert sandbox.deliveries()[0]["state"] == "failed"
    logs = vector("GET", f"{HOOKS}/{hook['id']}/logs").json()
    assert [(one["attempt"], one["status_code"]) for one in logs["data"]] == [(5, 500), (4, 500), (3, 500), (2, 500), (1, 500)]
    assert logs["message"] == "Webhook logs retrieved successfully"


def test_each_attempts_outcome_decides_the_next(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda request: 503 if len(receiver.got) < 3 else 200
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    sandbox.advance("1h")
    assert [one["status"] for one in attempts(sandbox)] == [503, 503, 200]
    assert sandbox.deliveries(state="delivered")


def test_advance_answers_after_the_attempts_that_were_due(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda request: 500
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    moved = sandbox.advance("1m")
    assert len(receiver.got) == 2
    assert [one["detail"] for one in moved.fired if one["kind"] == "delivery"][-1] == "vector.site.pending: attempt 2: 500"


@pytest.mark.parametrize("steps", [["50m"], ["10m"] * 5, ["41s", "1s", "8m", "42m"]])
def test_jumping_and_walking_make_the_same_attempts(impatient_server: Mockenv, receiver: Receiver, steps: list[str]) -> None:
    receiver.answer = lambda request: 500 if len(receiver.got) % 3 else 200
    with impatient_server.sandbox(clock="manual", seed=1) as sandbox:
        vector = Browser(sandbox, sandbox.headers("vector"))
        subscribe(vector, receiver.url)
        make_site(vector)
        for step in steps:
            sandbox.advance(step)
        made = [(one["at"], one["attempt"], one["status"], one["request_headers"]) for one in attempts(sandbox)]
        assert [one[:3] for one in made] == [
            ("2026-01-24T10:30:00Z", 1, 500),
            ("2026-01-24T10:30:42Z", 2, 200),
            ("2026-01-24T10:30:01Z", 1, 500),
            ("2026-01-24T10:30:43Z", 2, 500),
            ("2026-01-24T10:33:13Z", 3, 500),
            ("2026-01-24T10:42:13Z", 4, 200),
        ]


def test_one_resources_events_arrive_in_order(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    subscribe(vector, receiver.url)
    site = make_site(vector)
    for at in range(10):
        vector("PUT", f"{SITES}/{site}", {"tags": [f"t{at}"]})
    settle(sandbox)
    events = [json.loads(one.body)["event"] for one in receiver.got]
    assert events == ["vector.site.pending"] + ["vector.site.updated"] * 10
    assert [one.headers["X-Vector-Delivery"] for one in receiver.got] == [one["id"] for one in sandbox.deliveries()]


def test_a_refused_request_tells_nobody(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    subscribe(vector, receiver.url, "vector.*")
    assert vector("POST", SITES, {}).status_code == 422
    settle(sandbox)
    assert [json.loads(one.body)["event"] for one in receiver.got] == ["vector.webhook.created"]


def test_disabled_hooks_and_other_events_are_not_sent(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    subscribe(vector, receiver.url, "vector.environment.*")
    subscribe(vector, receiver.url, "vector.site.*", enabled=False)
    make_site(vector)
    sandbox.advance("1h")
    assert receiver.got == []


def test_a_filter_narrows_a_subscription(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    subscribe(vector, receiver.url, "vector.site.pending", x_mockenv_filter={"partner_customer_id": "cust_2"})
    make_site(vector)
    vector("POST", SITES, {"partner_customer_id": "cust_2", "dev_php_version": "8.3"})
    settle(sandbox)
    assert [json.loads(one.body)["data"]["partner_customer_id"] for one in receiver.got] == ["cust_2"]


def test_a_hook_that_is_disabled_or_deleted_meanwhile_gets_no_retries(
    vector: Browser, sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.answer = lambda request: 500
    first = subscribe(vector, receiver.url, "vector.site.pending")
    second = subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    settle(sandbox)
    vector("PUT", f"{HOOKS}/{first['id']}", {"enabled": False})
    vector("DELETE", f"{HOOKS}/{second['id']}")
    sandbox.advance("1h")
    assert len(receiver.got) == 2
    assert [one["state"] for one in sandbox.deliveries()] == ["cancelled"]


def test_after_a_rotation_retries_are_signed_with_the_new_secret(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda request: 500
    hook = subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    settle(sandbox)
    rotated = vector("POST", f"{HOOKS}/{hook['id']}/rotate-secret", headers={"Content-Type": "application/json"}).json()["data"][
        "secret"
    ]
    assert rotated != hook["secret"]
    sandbox.advance("42s")
    for secret, request in zip((hook["secret"], rotated), receiver.got, strict=True):
        stamp, signature = (part.partition("=")[2] for part in request.headers["X-Vector-Signature"].split(","))
        assert hmac.new(secret.encode(), f"{stamp}.".encode() + request.body, sha256).hexdigest() == signature
    assert "secret" not in vector("GET", f"{HOOKS}/{hook['id']}").json()["data"]


def test_standard_webhooks_verify_with_the_official_library(impatient_server: Mockenv, receiver: Receiver) -> None:
    """On a running clock, since the library compares with the machine's date."""
    with impatient_server.sandbox(clock="real") as sandbox:
        vector = Browser(sandbox, sandbox.headers("vector"))
        hook = subscribe(vector, receiver.url, "vector.site.pending", x_mockenv_signing="standard")
        make_site(vector)
        assert sandbox.deliveries(wait=10, state="delivered")
        request = receiver.got[0]
        verified = Webhook(hook["secret"]).verify(request.body, request.headers)
        assert verified == json.loads(request.body)


def test_a_receiver_may_call_back_in_the_middle(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    seen = []

    def call_back(request: Received) -> int:
        site = json.loads(request.body)["data"]["id"]
        seen.append(vector("GET", f"{SITES}/{site}").json()["data"]["status"])
        return 200

    receiver.answer = call_back
    subscribe(vector, receiver.url)
    make_site(vector)
    sandbox.advance("1s")
    assert seen == ["pending", "active"]


def test_a_second_advance_queues_behind_the_first(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    gate = threading.Event()
    receiver.answer = lambda request: 200 if gate.wait(10) else 500
    subscribe(vector, receiver.url, "vector.site.created")
    make_site(vector)
    moments: list[str] = []
    threads = [threading.Thread(target=lambda by=by: moments.append(sandbox.advance(by).now)) for by in ("10s", "1h")]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join(20)
    assert sandbox.clock()["now"] == "2026-01-24T11:30:10Z"
    assert len(moments) == 2


def test_pulling_instead_of_receiving(vector: Browser, sandbox: Sandbox) -> None:
    subscribe(vector, "http://127.0.0.1:9/nobody-listens", "vector.site.pending")
    found: list[dict[str, Any]] = []
    waiting = threading.Thread(target=lambda: found.extend(sandbox.deliveries(wait=20)))
    waiting.start()
    make_site(vector)
    waiting.join(20)
    assert json.loads(found[0]["body"])["event"] == "vector.site.pending"
    assert sandbox.deliveries(after=found[0]["ordinal"], wait=0.05) == []


def test_redelivering_makes_one_more_attempt_now(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    settle(sandbox)
    again = sandbox.redeliver(sandbox.deliveries()[0]["id"])
    assert [one["status"] for one in again["attempts"]] == [204, 204]
    assert len({one.headers["X-Vector-Delivery"] for one in receiver.got}) == 1


def test_flushing_makes_waiting_attempts_at_once(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda request: 500 if len(receiver.got) == 1 else 200
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    settle(sandbox)
    assert sandbox.flush_deliveries() == 1
    assert sandbox.deliveries()[0]["state"] == "delivered"
    assert sandbox.clock()["now"] == "2026-01-24T10:30:00Z"


def test_an_outcome_that_comes_after_a_reset_is_nobodys(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    gate = threading.Event()
    receiver.answer = lambda request: 200 if gate.wait(10) else 500
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    sandbox.events()  # what is due is on its way
    sandbox.reset()
    gate.set()
    make_site(vector)
    sandbox.advance("1h")
    assert sandbox.deliveries() == []
