"""Receivers that misbehave, and addresses that nothing is ever sent to."""

from __future__ import annotations

import asyncio
import json
import threading
from ipaddress import ip_address

import pytest

from mockenv.client import Mockenv, Sandbox
from mockenv.kernel.events.attempts import Attempt
from mockenv.kernel.time.clock import Wall
from mockenv.runtime.outbound import is_forbidden
from mockenv.runtime.resolver import Address
from mockenv.runtime.sender import Sender
from tests.conftest import Browser
from tests.runtime.conftest import SITES, make_site, subscribe
from tests.runtime.receiver import Receiver, receiving


def first_attempt(sandbox: Sandbox) -> dict[str, object]:
    sandbox.advance(0)
    attempt: dict[str, object] = sandbox.deliveries()[0]["attempts"][0]
    return attempt


def test_a_redirect_is_a_failure_and_is_not_followed(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.answer = lambda request: (307, {"Location": elsewhere.url}, b"")
        subscribe(vector, receiver.url, "vector.site.pending")
        make_site(vector)
        assert first_attempt(sandbox)["status"] == 307
        assert elsewhere.got == []
    assert sandbox.deliveries()[0]["state"] == "pending"


def test_a_closed_port_is_a_failure_with_its_reason(vector: Browser, sandbox: Sandbox) -> None:
    subscribe(vector, "http://127.0.0.1:9/", "vector.site.pending")
    make_site(vector)
    attempt = first_attempt(sandbox)
    assert attempt["status"] is None
    assert "ConnectError" in str(attempt["error"])


def test_a_receiver_that_never_answers_times_out(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda request: 200 if receiver.closing.wait(20) else 500
    subscribe(vector, receiver.url, "vector.site.pending")
    make_site(vector)
    assert first_attempt(sandbox)["error"] == "no answer within 1 s"


def test_of_a_huge_answer_only_the_beginning_is_kept(receiver: Receiver) -> None:
    receiver.answer = lambda request: (200, {}, b"x" * (20 << 20))

    async def send() -> tuple[int | None, int]:
        sender = Sender(Wall(), {})
        outcome = await sender.send(_attempt(receiver.url)._replace(timeout=60.0))
        await sender.close()
        return outcome.status, len(outcome.body)

    assert asyncio.run(send()) == (200, 4096)


def test_two_hundred_requests_go_on_beside_a_receiver_that_hangs(vector: Browser, sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda request: 200 if receiver.closing.wait(20) else 500
    subscribe(vector, receiver.url, "vector.site.*")
    for _ in range(20):
        make_site(vector)
    moving = threading.Thread(target=sandbox.advance, args=("2s",))
    moving.start()
    assert {vector("GET", SITES).status_code for _ in range(200)} == {200}
    moving.join(30)
    assert not moving.is_alive()


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "100.100.100.200", "2002:a9fe:a9fe::1"],
)  # fmt: skip
def test_link_local_metadata_and_nonsense_are_forbidden(address: str) -> None:
    assert is_forbidden(ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "172.17.0.1", "fd12::1", "93.184.215.14"])
def test_loopback_private_and_public_addresses_are_the_use(address: str) -> None:
    assert not is_forbidden(ip_address(address))


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "http://[::ffff:169.254.169.254]/", "http://0.0.0.0/", "http://2852039166/"]
)
def test_a_forbidden_address_gets_nothing(impatient_server: Mockenv, url: str) -> None:
    with impatient_server.sandbox(clock="manual") as sandbox:
        vector = Browser(sandbox, sandbox.headers("vector"))
        subscribe(vector, url.replace("http", "https"), "vector.site.pending")
        make_site(vector)
        attempt = first_attempt(sandbox)
        assert attempt["status"] is None
        assert "nothing is ever sent" in str(attempt["error"])


def _attempt(url: str) -> Attempt:
    return Attempt("d", 1, 1, 0, url, {}, b"{}", 5.0, "q")


def test_a_name_that_resolves_differently_the_second_time_is_resolved_once(receiver: Receiver) -> None:
    """DNS rebinding: what was checked is what is connected to."""
    answers: list[list[Address]] = [[ip_address("127.0.0.1")], [ip_address("169.254.169.254")]]

    async def resolve(host: str, port: int) -> list[Address]:
        return answers.pop(0)

    async def both() -> list[object]:
        sender = Sender(Wall(), {}, resolve=resolve)
        url = receiver.url.replace("127.0.0.1", "rebound.example")
        outcomes = [await sender.send(_attempt(url)) for _ in range(2)]
        await sender.close()
        return [outcome.status or outcome.error for outcome in outcomes]

    first, second = asyncio.run(both())
    assert first == 204
    assert "169.254.169.254" in str(second)
    assert receiver.got[0].headers["Host"].startswith("rebound.example:")
    assert len(receiver.got) == 1


def test_a_name_with_one_forbidden_address_among_others_is_refused(receiver: Receiver) -> None:
    async def resolve(host: str, port: int) -> list[Address]:
        return [ip_address("127.0.0.1"), ip_address("169.254.169.254")]

    outcome = asyncio.run(Sender(Wall(), {}, resolve=resolve).send(_attempt(receiver.url)))
    assert outcome.status is None
    assert receiver.got == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://", "http://127.0.0.1:99999/"]
)
def test_other_schemes_and_malformed_addresses_are_refused(url: str) -> None:
    outcome = asyncio.run(Sender(Wall(), {}).send(_attempt(url)))
    assert outcome.status is None
    assert outcome.error


def test_a_rewrite_changes_where_it_connects_and_not_the_host_it_names(receiver: Receiver) -> None:
    async def send() -> int | None:
        sender = Sender(Wall(), {"my-app.example": "127.0.0.1"})
        outcome = await sender.send(_attempt(receiver.url.replace("127.0.0.1", "my-app.example")))
        await sender.close()
        return outcome.status

    assert asyncio.run(send()) == 204
    assert receiver.got[0].headers["Host"].startswith("my-app.example:")
    assert json.loads(receiver.got[0].body) == {}
