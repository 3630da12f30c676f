"""Bodies that come compressed: read like any other, bounded, and refused in the service's words where they cannot be read."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockenv.client import Sandbox
from mockenv.edge.coding import MAX_MEMBERS, decode
from mockenv.edge.exchange import MAX_BODY_BYTES, TOO_LARGE, Request
from tests.conftest import Browser

MADE = {"name": "a", "php_version": "8.3"}
ENVIRONMENTS = "/api/v1/vector/sites/12345/environments"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "identity": bytes,
    "identity, gzip": gzip.compress,
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
    "gzip, ": lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:]) + bytes(7),
}


def decoded(body: bytes, coding: str) -> Request:
    request = Request("POST", "/", "", {"content-encoding": coding}, body, "")
    decode(request)
    return request


@pytest.fixture
def vector(mockenv: Sandbox) -> Browser:
    return Browser(mockenv, mockenv.headers("vector"))


def post(vector: Browser, body: bytes, coding: str, path: str = ENVIRONMENTS) -> Any:
    return vector("POST", path, data=body, headers={"Content-Type": "application/json", "Content-Encoding": coding})


@pytest.mark.parametrize("coding", CODINGS)
def test_a_compressed_body_is_what_it_was(mockenv: Sandbox, vector: Browser, coding: str) -> None:
    reply = post(vector, CODINGS[coding](json.dumps(MADE).encode()), coding)
    assert (reply.status_code, reply.json()["data"]["name"]) == (201, "a")
    [entry] = mockenv.journal(operation="createEnvironment")
    assert entry["request"]["body"] == MADE  # evidence can be read, and secrets in it can be found


@given(st.binary(max_size=3000), st.sampled_from(sorted(CODINGS)))
def test_whatever_is_packed_comes_out_as_it_went_in(body: bytes, coding: str) -> None:
    request = decoded(CODINGS[coding](body), coding)
    assert (request.body, request.unread) == (body, None)


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_bytes_that_are_no_such_thing_are_a_400_and_no_exception(body: bytes, coding: str) -> None:
    request = decoded(body, coding)
    assert request.unread is None or (request.unread.status, request.body) == (400, b"")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_of_what_is_cut_short_nothing_is_taken(vector: Browser, coding: str) -> None:
    reply = post(vector, CODINGS[coding](json.dumps(MADE).encode())[:-3], coding)
    assert (reply.status_code, reply.json()["http_status"]) == (400, 400)
    assert f"The body is not {coding}" in reply.json()["message"]


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "x", "gzip, gzip, gzip, gzip, gzip"])
@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("vector", ENVIRONMENTS),
        ("phase", "/v1/environments/"),
        ("launchdarkly", "/api/v2/projects"),
        ("archie", "/graphql"),
    ],
)
def test_another_coding_is_415_in_the_dialect_and_says_what_is_read(
    mockenv: Sandbox, provider: str, path: str, coding: str
) -> None:
    browser = Browser(mockenv, mockenv.headers(provider))
    path += (
        f"?app_id={mockenv.resources(provider='phase', kind='app')[0]['name'].rpartition('/')[2]}" if provider == "phase" else ""
    )
    reply = post(browser, b"{}", coding, path)
    assert reply.status_code == 415
    assert reply.headers["Accept-Encoding"] == "gzip, deflate"
    spoken = {"vector": "http_status", "phase": "error", "launchdarkly": "code", "archie": "errors"}[provider]
    assert spoken in reply.json()
    [entry] = mockenv.journal(limit=1)
    assert entry["status"] == 415


def test_who_is_nobody_is_told_that_first(mockenv: Sandbox) -> None:
    assert post(Browser(mockenv, {}), b"{}", "br").status_code == 401


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate", "deflate, gzip"])
def test_a_bomb_is_as_large_as_it_would_become(vector: Browser, coding: str) -> None:
    bomb = CODINGS[coding](b" " * (200 << 20))
    assert len(bomb) < MAX_BODY_BYTES
    reply = post(vector, bomb, coding)
    assert (reply.status_code, reply.json()["http_status"]) == (413, 413)


def test_a_body_may_become_just_as_large_as_one_may_be() -> None:
    assert len(decoded(gzip.compress(bytes(MAX_BODY_BYTES)), "gzip").body) == MAX_BODY_BYTES
    assert decoded(gzip.compress(bytes(MAX_BODY_BYTES + 1)), "gzip").unread is TOO_LARGE
    in_two = gzip.compress(bytes(MAX_BODY_BYTES)) + gzip.compress(b"x")
    assert decoded(in_two, "gzip").unread is TOO_LARGE


def test_a_gzip_file_of_thousands_of_members_is_not_taken_apart() -> None:
    unread = decoded(gzip.compress(b"") * (MAX_MEMBERS + 1), "gzip").unread
    assert unread is not None
    assert unread.status == 400


def test_the_control_plane_reads_and_refuses_likewise(mockenv: Sandbox) -> None:
    browser, path = Browser(mockenv, {}), "/_mockenv/sandboxes/" + mockenv.name + "/clock/advance"
    moved = post(browser, gzip.compress(b'{"by": "5s"}'), "gzip", path)
    assert (moved.status_code, moved.json()["now"]) == (200, "2026-01-24T10:30:05Z")
    refused = post(browser, b"{}", "br", path)
    assert (refused.status_code, refused.headers["Content-Type"]) == (415, "application/problem+json")
    assert refused.headers["Accept-Encoding"] == "gzip, deflate"
    assert "Content-Encoding: br" in refused.json()["detail"]


def test_without_a_body_a_coding_means_nothing(vector: Browser) -> None:
    assert vector("GET", ENVIRONMENTS, headers={"Content-Encoding": "br"}).status_code == 200
