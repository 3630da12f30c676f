"""The webhook adversary: deliveries that are lost, doubled, late, out of order, badly signed or stale."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.runtime.conftest import SITES, make_site, subscribe
from tests.runtime.receiver import Received, Receiver


def signature_of(request: Received) -> tuple[int, str]:
    stamp, signature = (part.partition("=")[2] for part in request.headers["X-Vector-Signature"].split(","))
    return int(stamp), signature


def is_genuine(request: Received, secret: str) -> bool:
    stamp, signature = signature_of(request)
    return hmac.new(secret.encode(), f"{stamp}.".encode() + request.body, sha256).hexdigest() == signature


def test_a_dropped_delivery_never_comes_though_the_service_believes_it_did(
    vector: Browser, sandbox: Sandbox, receiver: Receiver
) -> None:
    sandbox.fault({"drop": True}, event="vector.site.pending", times=1)
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    make_site(vector)
    sandbox.advance("1h")
    assert len(receiver.got) == 1
    assert [one["state"] for one in sandbox.deliveries()] == ["dropped", "delivered"]


def test_a_duplicate_comes_as_often_as_asked_with_one_id(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault({"duplicate": 3}, provider="vector", event="vector.site.pending")
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    sandbox.advance(0)
    assert len(receiver.got) == 3
    assert len({one.headers["X-Vector-Delivery"] for one in receiver.got}) == 1


def test_a_reordered_delivery_is_overtaken_by_the_next(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault({"reorder": True}, event="vector.site.pending")
    subscribe(vector, receiver.url, "vector.site.pending", "vector.site.updated")
    site = make_site(vector)
    sandbox.advance(0)
    assert receiver.got == []
    vector("PUT", f"{SITES}/{site}", {"tags": ["x"]})
    sandbox.advance(0)
    assert [json.loads(one.body)["event"] for one in receiver.got] == ["vector.site.updated", "vector.site.pending"]


def test_a_reordered_delivery_that_nothing_overtakes_comes_late(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault({"reorder": True}, event="vector.site.pending")
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    sandbox.advance("59s")
    assert receiver.got == []
    sandbox.advance("1s")
    assert len(receiver.got) == 1


def test_a_late_delivery_is_late_on_the_sandboxs_clock(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault({"delay": "10m"}, event="vector.site.*")
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    sandbox.advance("9m")
    assert receiver.got == []
    sandbox.advance("1m")
    assert signature_of(receiver.got[0])[0] == 1769250600 + 600


def test_a_bad_signature_is_bad_and_the_retry_is_good(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault({"bad_signature": True}, event="vector.site.pending", times=1)
    secret = subscribe(vector, receiver.url, "vector.site.pending")["secret"]
    receiver.answer = lambda request: 200 if is_genuine(request, secret) else 401
    make_site(vector)
    sandbox.advance("42s")
    assert [is_genuine(one, secret) for one in receiver.got] == [False, True]
    assert sandbox.deliveries()[0]["state"] == "delivered"


def test_a_stale_timestamp_is_genuine_but_old(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault({"stale_timestamp": "10m"}, event="vector.site.pending")
    secret = subscribe(vector, receiver.url, "vector.site.pending")["secret"]
    make_site(vector)
    sandbox.advance(0)
    assert is_genuine(receiver.got[0], secret)
    assert signature_of(receiver.got[0])[0] == 1769250600 - 600


def test_a_delivery_may_be_late_by_a_range_or_a_distribution(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault({"delay": {"uniform": ["10m", "20m"]}}, event="vector.site.pending", times=1)
    sandbox.fault({"delay": {"lognormal": {"median": "15m", "sigma": 0}}}, event="vector.site.pending", after=1)
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    make_site(vector)
    sandbox.advance("599s")
    assert receiver.got == []
    sandbox.advance("601s")
    [first, second] = sandbox.deliveries()
    assert "2026-01-24T10:40:00Z" <= first["attempts"][0]["at"] <= "2026-01-24T10:50:00Z"
    assert second["attempts"][0]["at"] == "2026-01-24T10:45:00Z"


@pytest.mark.parametrize(
    ("effect", "word"), [({"drop": True}, "dropped"), ({"delay": "10m"}, "postponed"), ({"reorder": True}, "postponed")]
)
def test_an_advance_goes_on_past_an_attempt_that_is_not_made(
    vector: Browser, sandbox: Sandbox, receiver: Receiver, effect: dict[str, object], word: str
) -> None:
    sandbox.fault(effect, event="vector.site.created", times=1)
    subscribe(vector, receiver.url, "vector.site.created")
    site = make_site(vector)
    vector("POST", f"{SITES}/{site}/environments", {"name": "a", "php_version": "8.3"})
    told = [(one["at"][11:19], one["detail"]) for one in sandbox.advance("1h").fired]
    assert ("10:30:01", f"vector.site.created: {word}") in told
    assert ("10:30:04", "finalizing: done") in told
    assert [one["state"] for one in sandbox.deliveries()] == ["dropped" if word == "dropped" else "delivered"]
