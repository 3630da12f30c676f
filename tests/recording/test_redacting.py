"""No secret stands in a recording, and a flow can still be followed in it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockenv.bootstrap import make_services
from mockenv.recording.exchange import Answered, Asked, Body, Exchange, from_plain, to_plain
from mockenv.recording.file import dumped
from mockenv.recording.redacting import Redactor
from mockenv.recording.services import Services
from mockenv.settings import Settings

SECRET = "hunter2-hunter2"


@cache
def services() -> Services:
    return Services(make_services(Settings()))


def exchange(
    path: str = "/api/v2/projects",
    *,
    query: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    sent: Any = None,
    got: Any = None,
    got_headers: tuple[tuple[str, str], ...] = (),
    method: str = "POST",
) -> Exchange:
    def body(value: Any) -> Body | None:
        return value if value is None or isinstance(value, Body) else Body("body", value)

    return Exchange(1, Asked(method, path, query, headers, body(sent)), Answered(200, got_headers, body(got)))


def redacted(*exchanges: Exchange) -> list[dict[str, Any]]:
    redactor = Redactor(services())
    seen = [redactor.redact(one) for one in exchanges]
    return [to_plain(redactor.redact(one)) for one in seen]


@pytest.mark.parametrize(
    "one",
    [
        exchange(headers=(("authorization", f"Bearer {SECRET}"),)),
        exchange(headers=(("Authorization", f"Bearer ServiceAccount {SECRET}"),)),
        exchange(headers=(("authorization", SECRET),)),
        exchange(headers=(("cookie", f"session={SECRET}"),)),
        exchange(got_headers=(("Set-Cookie", f"session={SECRET}; Path=/"),)),
        exchange(headers=(("x-auth-token", SECRET),)),
        exchange(query=f"api_key={SECRET}&limit=2"),
        exchange(sent={"db_password": SECRET}),
        exchange(sent={"tokens": [SECRET]}),
        exchange(got={"deep": [{"apiKey": SECRET}]}),
        exchange(got={"variables": [{"key": "DB_PASSWORD", "value": SECRET}]}),
        exchange(got={"url": f"https://files.example.com/x?signature={SECRET}&n=1"}),
        exchange(got={"dsn": f"postgres://app:{SECRET}@db.example.com/app"}),
        exchange(got={"pem": f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----"}),
        exchange(sent=Body("text", f"grant_type=password&client_secret={SECRET}")),
        exchange(sent=Body("text", f'{{"password": "{SECRET}", broken')),
        exchange("/graphql", sent={"query": f'mutation {{ setPassword(password: "{SECRET}") {{ id }} }}'}),
        exchange("/v1/secrets/", sent={"secrets": [{"key": "DB", "value": SECRET}]}),
        exchange("/v1/secrets/", got=[{"id": "x", "comment": SECRET}]),
        exchange("/api/v1/vector/global-secrets", sent={"name": "DB", "value": SECRET}),
    ],
)
def test_a_secret_is_not_in_a_recording(one: Exchange) -> None:
    assert SECRET not in dumped(redacted(one))


def test_the_same_secret_has_the_same_word_wherever_it_stands() -> None:
    token = "0123456789abcdef" * 4
    made = exchange("/v1/service-accounts/", got={"token": token, "bearerToken": f"ServiceAccount {token}", "name": "bot"})
    used = exchange("/v1/apps/", headers=(("authorization", f"Bearer ServiceAccount {token}"),))
    first, second = redacted(made, used)
    assert first["reply"]["body"] == {"token": "REDACTED_1", "bearerToken": "ServiceAccount REDACTED_1", "name": "bot"}
    assert second["request"]["headers"]["authorization"] == "Bearer ServiceAccount REDACTED_1"


def test_what_turns_out_to_be_a_secret_is_out_of_what_was_seen_before() -> None:
    [before, _] = redacted(exchange(got={"note": f"see {SECRET}"}), exchange(got={"password": SECRET}))
    assert before["reply"]["body"] == {"note": "see REDACTED_1"}


def test_what_is_no_secret_stays() -> None:
    open_body = {
        "name": "token-service",
        "id": 7,
        "message": "Invalid token: expired",
        "query": "query ($token: String!) { me }",
        "tags": ["a"],
    }
    [told] = redacted(
        exchange("/api/v2/tokens", query="limit=2&sort=name", sent=open_body, headers=(("accept", "application/json"),))
    )
    assert told["request"] == {
        "method": "POST",
        "path": "/api/v2/tokens",
        "query": "limit=2&sort=name",
        "headers": {"accept": "application/json"},
        "body": open_body,
    }


def test_a_hidden_body_keeps_its_shape_its_ids_and_its_dates() -> None:
    shown = exchange("/v1/environments/", got={"id": "env-0001"})
    secret = {
        "id": "5b1c",
        "key": "DB",
        "value": SECRET,
        "version": 3,
        "createdAt": "2026-01-24T10:30:00Z",
        "environment": "env-0001",
        "folder": None,
    }
    [_, told] = redacted(shown, exchange("/v1/secrets/", got=[secret]))
    assert told["reply"]["body"] == [secret | {"key": "REDACTED_1", "value": "REDACTED_2"}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON)
def test_an_exchange_is_read_back_as_it_was_written(sent: Any, got: Any) -> None:
    one = exchange(sent=sent, got=got, headers=(("accept", "a"), ("x", "1"), ("x", "2")))
    assert from_plain(yaml.safe_load(dumped(to_plain(one))), "f", "", 1) == one


@given(JSON)
def test_redacting_twice_is_redacting_once(value: Any) -> None:
    redactor = Redactor(services())
    once = redactor.redact(exchange(got={"password": value, "other": value}))
    assert redactor.redact(once) == once
