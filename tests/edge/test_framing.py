"""Where one request ends and the next begins: in every cut, behind offers to upgrade, and where a client lies about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.edge.conftest import SITE, Wire, request

Connect = Callable[[], Wire]
JSON = "Content-Type: application/json"
UPGRADE = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMA")
HEAD = "POST /api/v1/vector/sites HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"


def new(number: int) -> bytes:
    return b'{"partner_customer_id":"%d","dev_php_version":"8.3"}' % number


def made(sandbox: Sandbox) -> list[str]:
    sites = sandbox.resources(provider="vector", kind="site")
    return [one["document"]["partner_customer_id"] for one in sites if one["document"]["partner_customer_id"].isdigit()]


def test_three_requests_are_the_same_three_wherever_their_bytes_are_cut(connect: Connect, mockenv: Sandbox) -> None:
    base = f"/_sandbox/{mockenv.name}/api/v1/vector/sites"
    chunks = b"5\r\n" + new(2)[:5] + b"\r\n%x\r\n" % len(new(2)[5:]) + new(2)[5:] + b"\r\n0\r\n\r\n"
    raw = (
        request(f"POST {base}", JSON, body=new(1))
        + request(f"POST {base}", JSON, "Transfer-Encoding: chunked", body=chunks)
        + request(f"GET {base}/1?x=y HTTP/1.0", "Connection: keep-alive")
    )
    for at in range(1, len(raw)):
        wire = connect()
        wire.send(raw[:at])
        wire.send(raw[at:])
        assert [wire.answer().status for _ in range(3)] == [201, 201, 404]
        wire.close()
    assert made(mockenv) == ["1", "2"] * (len(raw) - 1)


def test_a_declined_upgrade_costs_neither_its_body_nor_what_follows(wire: Wire, mockenv: Sandbox) -> None:
    """Java's HttpClient and `curl --http2` send the offer with every first request."""
    base = f"/_sandbox/{mockenv.name}/api/v1/vector/sites"
    offers = [request(f"POST {base}", JSON, *UPGRADE, body=new(number)) for number in range(3)]
    wire.send(*offers, request(f"GET {base}", *UPGRADE), request(f"GET {base}"))
    assert [wire.answer().status for _ in range(5)] == [201, 201, 201, 200, 200]
    assert wire.ask(f"BREW {base}", *UPGRADE).status == 405
    for at in range(len(offers[0])):
        wire.send(offers[0][at : at + 1])
    assert wire.answer().status == 201
    assert made(mockenv) == ["0", "1", "2", "0"]


def test_who_offers_an_upgrade_and_expects_100_gets_it_once(wire: Wire, mockenv: Sandbox) -> None:
    wire.send(
        request(f"POST /_sandbox/{mockenv.name}/api/v1/vector/sites", JSON, *UPGRADE, "Expect: 100-continue", "Content-Length: 80")
    )
    assert wire.answer().status == 100
    wire.send(new(1) + b" " * (80 - len(new(1))))
    assert wire.answer().status == 201


def test_nobody_is_connected_through(wire: Wire) -> None:
    wire.send("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", request(f"GET {SITE}"))
    assert [wire.answer().status, wire.answer().status] == [404, 200]


@pytest.mark.parametrize(
    "lie",
    ["Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 5",
     "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: -5", "Content-Length: 0x5",
     "Content-Length: 5 5", "Content-Length : 5", "Content-Length: 99999999999999999999999", "Content-Length:", "Transfer-Encoding: chunked, identity",
     "Transfer-Encoding: xchunked", "Transfer-Encoding: identity", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: \x0bchunked",
     "Transfer-Encoding: chunked\0", "Transfer-Encoding : chunked", "X: a\0b", "X: a\rb", "X: y\r\n folded", "X: y\nX: z", "ü: y", " X: y"],
)  # fmt: skip
def test_a_head_that_can_be_read_in_two_ways_is_400_and_nothing_behind_it_is_served(
    wire: Wire, connect: Connect, mockenv: Sandbox, lie: str
) -> None:
    smuggled = request(f"POST /_sandbox/{mockenv.name}/api/v1/vector/sites", JSON, body=new(1))
    wire.send(f"{HEAD}{lie}\r\n\r\n0\r\n\r\n", smuggled)
    answer = wire.answer()
    assert (answer.status, answer.headers["connection"]) == (400, "close")
    assert wire.is_closed()
    assert made(mockenv) == []
    assert connect().ask(f"GET {SITE}").status == 200


@pytest.mark.parametrize("chunk", ["zz", "-1", "ffffffffffffffffff", "5 ", "0x5", "", "5\n"])
def test_a_chunk_whose_size_makes_no_sense_is_400(wire: Wire, connect: Connect, chunk: str) -> None:
    wire.send(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n{chunk}\r\nabcde\r\n0\r\n\r\n")
    assert wire.answer().status == 400
    assert wire.is_closed()
    assert connect().ask(f"GET {SITE}").status == 200


@pytest.mark.parametrize(
    "target", ["localhost:80", "api.example.com", "//", "http://", "http:///", "*", "/%", "/%00", "/\x7f", "?x", "/#x"]
)
def test_a_target_of_any_form_is_answered_and_the_server_goes_on(wire: Wire, connect: Connect, target: str) -> None:
    wire.send(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert wire.answer().status in (200, 400, 404)
    assert connect().ask(f"GET {SITE}").status == 200


def test_letters_beyond_ascii_in_a_header_are_taken_as_they_come(wire: Wire) -> None:
    wire.send(request(f"GET {SITE}").replace(b"\r\n\r\n", b"\r\nX: \xff\xfc \xc3\xbc\r\n\r\n"))
    assert wire.answer().status == 200


def test_a_half_closed_connection_is_answered_to_the_last_of_its_requests(connect: Connect, mockenv: Sandbox) -> None:
    """Also when the client reads later than it asks: the replies are more than the sockets hold."""
    vector = Browser(mockenv, {"Authorization": "Bearer x"})
    assert {vector("GET", "/api/v1/vector/sites").status_code for _ in range(150)} == {200}
    vector.session.close()
    har = f"GET /_mockenv/sandboxes/{mockenv.name}/journal?format=har"
    wire = connect()
    size = len(wire.ask(har).body)
    wire.send(request(har) * 60)
    wire.socket.shutdown(1)
    assert size * 60 > 10 << 20
    assert {(wire.answer().status, len(wire.answer().body)) for _ in range(30)} == {(200, size)}
    assert wire.is_closed()


def test_a_request_that_is_cut_off_is_not_served(wire: Wire, connect: Connect, mockenv: Sandbox) -> None:
    base = f"/_sandbox/{mockenv.name}/api/v1/vector/sites"
    wire.send(request(f"POST {base}", JSON, body=new(1)), request(f"POST {base}", JSON, body=new(2))[:-1])
    wire.socket.shutdown(1)
    assert wire.answer().status == 201
    assert wire.is_closed()
    assert connect().ask(f"GET {SITE}").status == 200
    assert made(mockenv) == ["1"]


def test_what_came_before_nonsense_is_answered_before_it_is_refused(wire: Wire) -> None:
    wire.send(request(f"GET {SITE}") * 50, b"nonsense\r\n\r\n", request(f"GET {SITE}"))
    assert [wire.answer().status for _ in range(51)] == [200] * 50 + [400]
    assert wire.is_closed()
