"""Request heads as strangers write them: odd methods, targets and values of every header that anything here reads."""

from __future__ import annotations

import socket
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from hypothesis import strategies as st

from fuzz.server import Served

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "get")
PATHS = (
    *"/ /api/v1/vector/sites /api/v1/vector/sites/12345/environments /v1/environments/ /v1/secrets/ /health/ /public/v1/apps/".split(),
    *"/api/v2 /api/v2/ /api/v2/projects/projectKey/environments /graphql /_mockenv /_mockenv/health /_mockenv/sandboxes/default".split(),
    *"/_mockenv/sandboxes/default/journal /_sandbox/default/graphql /_sandbox//api/v2/ /_sandbox /nowhere *".split(),
)
HEADERS = {
    "Authorization": "Bearer|bearer x|Bearer  |Bearer User x|Bearer ServiceAccount é|api-1|sdk-1|x",
    "Origin": "http://[|http://127.0.0.1|null|//[::1|http://é",
    "Host": "[|localhost:²|[::1|127.0.0.1:99999|é|a b",
    "Content-Type": "application/json|application/json;charset=utf-16|multipart/form-data|multipart/form-data;boundary=|text/é|;",
    "Accept": "*/*|text/html;q=²|application/yaml|;;|application/json;q=",
    "Prefer": "code=503|code=²²²|code=999|code=|wait=1",
    "X-Mockenv-Fault": "status=²|status=503|status=-1|delay=²|delay=1e999|delay=-1s|phase=²|rate_limit=²|drip=x|reset=1|headers=x|,,|=",
    "X-Mockenv-Sandbox": "default|nobody|../x|é|",
    "X-HTTP-Method-Override": "PATCH|DELETE|GET|é",
    "X-Project-ID": "f7e4a264-d659-4719-91e8-c2d74654e529|x|é",
    "LD-API-Version": "beta|²",
    "Access-Control-Request-Method": "POST|é",
    "Sec-Fetch-Site": "same-site|é",
    "Expect": "100-continue|200-ok",
    "Connection": "close|keep-alive|upgrade|²",
    "Cookie": "a=b|é|;=",
}
texts = st.text("".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))), max_size=12)
headers = st.sampled_from(sorted(HEADERS)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name].split("|")) | texts)
)
queries = st.just("") | st.lists(
    st.sampled_from(["page", "limit", "filter", "app_id", "env", "tags[]", "timeout"]) | texts, max_size=3
).map(lambda names: "?" + "&".join(f"{name}=%{name[:2]}" for name in names).replace(" ", "+").replace("#", ""))
HEADS = st.tuples(
    st.sampled_from(METHODS),
    st.builds(str.__add__, st.sampled_from(PATHS), queries),
    st.lists(headers, max_size=4),
    st.sampled_from([b"", b"{}", b"[]", b'{"query": "{ __typename }"}', b"\xff", b"a=b"]),
)


def check(server: Served, head: tuple[str, str, list[tuple[str, str]], bytes]) -> None:
    """An answer, and not the server's own fault; where a fault was asked for, whatever it was."""
    method, target, fields, body = head
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in fields),
        "",
        "",
    ]
    known = len(server.tracebacks())
    status = _ask(server.url, "\r\n".join(lines).encode("latin-1") + body)
    if not any(name in ("X-Mockenv-Fault", "Prefer") for name, _ in fields):
        assert status is None or status < 500, status
    assert len(server.tracebacks()) == known, server.tracebacks()[-1]


def _ask(url: str, raw: bytes) -> int | None:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=2) as connection:
        connection.sendall(raw)
        reply = HTTPResponse(connection)
        try:
            reply.begin()
        except (HTTPException, OSError):
            return None
        return reply.status
