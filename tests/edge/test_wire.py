"""HTTP as clients really send it: whole, in pieces, in rows, too large, strange, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockenv.client import Mockenv, Sandbox
from tests.edge.conftest import SITE, Wire, request

NEW = b'{"partner_customer_id":"c","dev_php_version":"8.3"}'
JSON = "Content-Type: application/json"


def sites(sandbox: Sandbox) -> int:
    return len(sandbox.resources(kind="site"))


# Connections


def test_a_connection_is_kept_and_serves_one_request_after_the_other(wire: Wire) -> None:
    for _ in range(3):
        answer = wire.ask(f"GET {SITE}")
        assert (answer.version, answer.status, answer.json["data"]["id"]) == ("HTTP/1.1", 200, 12345)
        assert "connection" not in answer.headers


def test_a_client_that_says_close_is_closed(wire: Wire) -> None:
    assert wire.ask(f"GET {SITE}", "Connection: close").headers["connection"] == "close"
    assert wire.is_closed()


def test_http_1_0_is_closed_unless_it_asks_to_be_kept(wire: Wire, connect: Callable[[], Wire]) -> None:
    assert wire.ask(f"GET {SITE} HTTP/1.0").headers["connection"] == "close"
    assert wire.is_closed()
    kept = connect()
    for _ in range(2):
        assert kept.ask(f"GET {SITE} HTTP/1.0", "Connection: keep-alive").headers["connection"] == "keep-alive"


def test_http_1_0_needs_no_host(wire: Wire) -> None:
    wire.send(f"GET {SITE} HTTP/1.0\r\nAuthorization: Bearer x\r\n\r\n")
    assert wire.answer().status == 200


def test_pipelined_requests_are_answered_in_their_order(wire: Wire, mockenv: Sandbox) -> None:
    base = f"/_sandbox/{mockenv.name}/api/v1/vector"
    rows = [request(f"POST {base}/sites", JSON, body=NEW.replace(b'"c"', b'"%d"' % number)) for number in range(20)]
    wire.send(*rows, request(f"GET {base}/nowhere"), request(f"HEAD {base}/sites"), request(f"GET {base}/sites"))
    made = [wire.answer().json["data"] for _ in range(20)]
    assert [one["partner_customer_id"] for one in made] == [str(number) for number in range(20)]
    assert [one["id"] for one in made] == list(range(12346, 12366))
    assert [wire.answer().status, wire.answer("HEAD").status, wire.answer().status] == [404, 200, 200]


def test_a_request_may_come_in_pieces_of_one_byte(wire: Wire, mockenv: Sandbox) -> None:
    raw = request(f"POST /_sandbox/{mockenv.name}/api/v1/vector/sites", JSON, body=NEW)
    for at in range(len(raw)):
        wire.send(raw[at : at + 1])
    assert wire.answer().status == 201


def test_a_half_closed_connection_still_gets_its_answer(wire: Wire) -> None:
    wire.send(request(f"GET {SITE}"))
    wire.socket.shutdown(1)
    assert wire.answer().status == 200
    assert wire.is_closed()


# Methods


def test_head_has_the_headers_of_get_and_no_body(wire: Wire) -> None:
    got, head = wire.ask(f"GET {SITE}"), wire.ask(f"HEAD {SITE}")
    assert (head.status, head.body) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}
    assert head.headers["content-length"] == str(len(got.body))
    assert wire.ask(f"HEAD {SITE}/nowhere").status == 404
    assert wire.ask(f"GET {SITE}").status == 200


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "BREW", "get", "X-1", "PROPFIND", "QUERY"])
def test_any_method_that_the_path_does_not_take_is_405_in_the_dialect(wire: Wire, method: str) -> None:
    for _ in range(2):  # and the connection goes on
        answer = wire.ask(f"{method} {SITE}")
        route = SITE.lstrip("/")
        assert answer.json["message"] == (
            f"The {method} method is not supported for route {route}. Supported methods: DELETE, GET, HEAD, PUT."
        )
        assert (answer.status, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, PUT")
    assert wire.ask(f"GET {SITE}").status == 200


def test_a_strange_method_behind_another_request_repeats_nothing(wire: Wire, mockenv: Sandbox) -> None:
    base = f"/_sandbox/{mockenv.name}/api/v1/vector/sites"
    wire.send(request(f"POST {base}", JSON, body=NEW), request(f"BREW {base}"))
    assert wire.answer().status == 201
    wire.answer()
    assert wire.is_closed()
    assert sites(mockenv) == 2


def test_a_body_longer_than_it_says_repeats_nothing(wire: Wire, mockenv: Sandbox) -> None:
    base = f"/_sandbox/{mockenv.name}/api/v1/vector/sites"
    wire.send(request(f"POST {base}", JSON, body=NEW), b'{"trailing": "garbage"}')
    assert [wire.answer().status, wire.answer().status] == [201, 400]
    assert wire.is_closed()
    assert sites(mockenv) == 2


@pytest.mark.parametrize(
    "raw",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
     "GET /ü HTTP/1.1\r\n\r\n".encode(), b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"\x00" * 50,
     b"BREW / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"BREW BREW BREW\r\n\r\n",
     b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
)  # fmt: skip
def test_what_is_not_http_is_400_and_closed(wire: Wire, connect: Callable[[], Wire], raw: bytes) -> None:
    wire.send(raw)
    answer = wire.answer()
    assert (answer.status, answer.headers["connection"]) in ((400, "close"), (404, "close"))
    assert wire.is_closed()
    assert connect().ask(f"GET {SITE}").status == 200


def test_an_upgrade_that_is_not_offered_is_answered_as_a_plain_request(wire: Wire) -> None:
    for _ in range(2):
        assert wire.ask(f"GET {SITE}", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMA").status == 200


# Sizes


def test_a_head_that_is_too_large_is_431(wire: Wire, connect: Callable[[], Wire]) -> None:
    wire.send(f"GET {SITE} HTTP/1.1\r\nX: " + "x" * 70_000 + "\r\n\r\n")
    assert wire.answer().status == 431
    assert wire.is_closed()
    other = connect()
    other.send(f"GET {SITE}?" + "x" * 70_000)
    assert other.answer().status == 431
    assert connect().ask(f"GET {SITE}", *[f"X-{number}: {'x' * 100}" for number in range(500)]).status == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_more_than_a_mebibyte_is_413_in_the_dialect_and_the_connection_goes_on(wire: Wire, chunked: bool) -> None:
    for size, status in (((1 << 20) + 1, 413), (1 << 20, 400), (3 << 20, 413)):
        body = b"x" * size
        if chunked:
            half = (
                b"%x\r\n" % (size // 2)
                + body[: size // 2]
                + b"\r\n%x\r\n" % (size - size // 2)
                + body[size // 2 :]
                + b"\r\n0\r\n\r\n"
            )
            answer = wire.ask("POST /api/v1/vector/sites", JSON, "Transfer-Encoding: chunked", body=half)
        else:
            answer = wire.ask("POST /api/v1/vector/sites", JSON, body=body)
        assert answer.status == answer.json["http_status"] == status
        assert answer.json["data"] == {}
        if status == 413:
            assert answer.json["message"] == "The POST data is too large."


def test_a_large_body_for_the_control_plane_is_413_as_a_problem(wire: Wire) -> None:
    answer = wire.ask("POST /_mockenv/sandboxes", JSON, body=b"x" * (2 << 20))
    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")


# Bodies


def test_a_chunked_body_is_read_like_any_other(wire: Wire, mockenv: Sandbox) -> None:
    chunks = b"5\r\n" + NEW[:5] + b"\r\n" + b"%x;ext=1\r\n" % len(NEW[5:]) + NEW[5:] + b"\r\n0\r\nTrailer: x\r\n\r\n"
    answer = wire.ask(f"POST /_sandbox/{mockenv.name}/api/v1/vector/sites", JSON, "Transfer-Encoding: chunked", body=chunks)
    assert (answer.status, answer.json["data"]["partner_customer_id"]) == (201, "c")


def test_who_expects_100_continue_gets_it_and_then_the_answer(wire: Wire, mockenv: Sandbox) -> None:
    head = request(
        f"POST /_sandbox/{mockenv.name}/api/v1/vector/sites", JSON, f"Content-Length: {len(NEW)}", "Expect: 100-continue"
    )
    wire.send(head)
    assert wire.answer().status == 100
    wire.send(NEW)
    assert wire.answer().status == 201


def test_an_empty_body_with_a_json_content_type_is_an_empty_object(wire: Wire) -> None:
    answer = wire.ask("POST /api/v1/vector/sites", JSON)
    assert (answer.status, set(answer.json["errors"])) == (422, {"partner_customer_id", "dev_php_version"})
    answer = wire.ask(f"PUT {SITE}", JSON, "Content-Length: 0")
    assert answer.status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"NaN", 400), (b'{"a":1e999}', 400), (b'{"a":"\\ud800"}', 400), (b"\xff\xfe{}", 400), (b"[" * 100_000, 400), (b"null", 422),
     (b"[]", 422), (b"5", 422), (b'{"partner_customer_id":"a\\u0000b","dev_php_version":"8.3"}', 422), (b"1" * 5000, 400)],
)  # fmt: skip
def test_a_body_that_cannot_be_meant_is_a_clear_refusal(wire: Wire, body: bytes, status: int) -> None:
    answer = wire.ask("POST /api/v1/vector/sites", JSON, body=body)
    assert answer.status == answer.json["http_status"] == status


# Paths


@pytest.mark.parametrize(
    "path",
    ["/api/v1/vector/sites/12%2F345", "/api/v1/vector//sites", "/api/v1/vector/sites//12345", "/api/v1/vectorious", "/api/v1",
     "/api/v1/vector", "/api/v1/vector/", "/api/v1/vector/sites/../sites", f"{SITE}%00", f"{SITE}%0d%0aX:%20y",
     "/api/v1/vector/sites/%ff", "/api/v1/vector/sites/%C3%BC", f"{SITE};v=1", "/api/v1/vector/%zz"],
)  # fmt: skip
def test_a_path_that_is_not_there_is_404_in_the_dialect(wire: Wire, path: str) -> None:
    answer = wire.ask(f"GET {path}")
    assert (answer.status, answer.json["data"], answer.json["http_status"]) == (404, {}, 404)
    assert set(answer.json) == {"data", "message", "http_status"}
    assert wire.ask(f"GET {SITE}").status == 200


def test_a_path_is_decoded_before_it_is_matched(wire: Wire) -> None:
    """%2F is a slash, as it is to the router of the framework that the service is built with."""
    assert wire.ask("GET /api/v1/vector/%73ites%2F1%32345").status == 200


@pytest.mark.parametrize("path", ["/", "//", "//api/v1/vector/sites", "/nowhere", "/api/v1x", "*", "/_sandbox", "/_sandbox/x"])
def test_a_path_that_nobody_owns_is_ours(wire: Wire, path: str) -> None:
    answer = wire.ask(f"GET {path}")
    assert (answer.status, answer.headers["content-type"]) in (
        (404, "application/problem+json"),
        (200, "text/html; charset=utf-8"),
    )


def test_a_target_in_absolute_form_is_its_path(wire: Wire, mockenv_server: Mockenv) -> None:
    """RFC 9112 3.2.2: what a client sends that takes us for its proxy."""
    assert wire.ask(f"GET {mockenv_server.url}{SITE}?x=1").status == 200
    assert wire.ask("GET HTTP://api.example.com/api/v1/vector/nowhere").json["http_status"] == 404
    assert wire.ask("GET http://api.example.com").status == 200


# The sandbox in the path


def test_a_sandbox_that_is_named_is_never_replaced_by_the_default(wire: Wire) -> None:
    for path in ("/_sandbox/nobody", "/_sandbox/", "/_sandbox/a%20b"):
        answer = wire.ask(f"GET {path}{SITE}")
        assert (answer.status, answer.json["data"]) == (404, {})
        assert "does not exist" in answer.json["message"]
    for header in ("X-Mockenv-Sandbox: nobody", "X-Mockenv-Sandbox:"):
        assert wire.ask(f"GET {SITE}", header).status == 404


def test_links_lead_back_to_where_the_request_came_from(wire: Wire, mockenv: Sandbox) -> None:
    answer = wire.ask(f"GET /_sandbox/{mockenv.name}/api/v1/vector/sites?page=1")
    assert answer.json["links"]["first"] == f"http://localhost/_sandbox/{mockenv.name}/api/v1/vector/sites?page=1"
    assert wire.ask("GET /api/v1/vector/sites").json["links"]["first"] == "http://localhost/api/v1/vector/sites?page=1"


@pytest.mark.mockenv(clock={"mode": "manual", "dates": "sandbox"})
def test_the_date_is_the_sandboxs(wire: Wire, mockenv: Sandbox) -> None:
    mockenv.advance("1h")
    answer = wire.ask(f"GET /_sandbox/{mockenv.name}{SITE}")
    assert answer.headers["date"] == "Sat, 24 Jan 2026 11:30:00 GMT"
    assert "server" not in answer.headers
