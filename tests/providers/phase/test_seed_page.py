"""The vendor's page, request by request as it is printed, on a fresh server; only the host is replaced."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mockenv.serving import ThreadedServer
from mockenv.settings import Settings

HOST = "https://api.phase.dev"
LIST = """curl "https://api.phase.dev/v1/environments/?app_id=72b9ddd5-8fce-49ab-89d9-c431d53a9552" \\
-H "Authorization: Bearer {token}\""""
CREATE = """curl -X POST "https://api.phase.dev/v1/environments/?app_id=72b9ddd5-8fce-49ab-89d9-c431d53a9552" \\
-H "Authorization: Bearer {token}" \\
-H "Content-Type: application/json" \\
-d '{
"name": "canary"
}'"""
GET = """curl https://api.phase.dev/v1/environments/af6b7a8e-c268-48c2-967c-032e86e26110/ \\
-H "Authorization: Bearer {token}\""""
UPDATE = """curl -X PUT https://api.phase.dev/v1/environments/af6b7a8e-c268-48c2-967c-032e86e26110/ \\
-H "Authorization: Bearer {token}" \\
-H "Content-Type: application/json" \\
-d '{
"name": "dev-v2"
}'"""
DELETE = """curl -X DELETE https://api.phase.dev/v1/environments/af6b7a8e-c268-48c2-967c-032e86e26110/ \\
-H "Authorization: Bearer {token}\""""
MOMENT = "2024-06-01T12:00:00Z"
DEVELOPMENT = {
    "id": "af6b7a8e-c268-48c2-967c-032e86e26110",
    "name": "Development",
    "envType": "dev",
    "index": 0,
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
}
STAGING = {**DEVELOPMENT, "id": "b12c3d4e-5678-90ab-cdef-1234567890ab", "name": "Staging", "envType": "staging", "index": 1}
PRODUCTION = {**DEVELOPMENT, "id": "c23d4e5f-6789-01bc-def2-3456789012cd", "name": "Production", "envType": "prod", "index": 2}


@pytest.fixture
def server() -> Iterator[str]:
    running = ThreadedServer(Settings(port=0, clock="manual", check_replies="fail", log_level="warning")).start()
    try:
        yield running.url
    finally:
        running.stop()


def curl(server: str, command: str) -> requests.Response:
    """What curl would send."""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    method, url, headers, data = "GET", "", {}, None
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(words)
        else:
            url = word
    return requests.request(method, url.replace(HOST, server), headers=headers, data=data, timeout=30)


def test_the_pages_list_request_gives_the_pages_list(server: str) -> None:
    reply = curl(server, LIST)
    assert reply.status_code == 200
    assert reply.json() == [DEVELOPMENT, STAGING, PRODUCTION]


def test_the_pages_create_request_gives_the_pages_environment_but_for_id_and_dates(server: str) -> None:
    reply = curl(server, CREATE)
    made: dict[str, Any] = reply.json()
    assert reply.status_code == 201
    assert list(made) == list(DEVELOPMENT)
    assert {name: made[name] for name in ("name", "envType", "index")} == {"name": "canary", "envType": "custom", "index": 3}
    assert made["createdAt"] == made["updatedAt"] == "2026-01-24T10:30:00Z"


def test_the_pages_get_request_gives_the_pages_environment(server: str) -> None:
    reply = curl(server, GET)
    assert (reply.status_code, reply.json()) == (200, DEVELOPMENT)


def test_the_pages_update_request_renames_and_moves_the_date_alone(server: str) -> None:
    reply = curl(server, UPDATE)
    assert reply.status_code == 200
    assert reply.json() == {**DEVELOPMENT, "name": "dev-v2", "updatedAt": "2026-01-24T10:30:00Z"}


def test_the_pages_delete_request_answers_204_with_nothing(server: str) -> None:
    reply = curl(server, DELETE)
    assert (reply.status_code, reply.content) == (204, b"")
    assert "Content-Type" not in reply.headers
    assert curl(server, GET).status_code == 404


def test_all_five_requests_work_one_after_the_other_on_one_server(server: str) -> None:
    replies = [curl(server, one).status_code for one in (LIST, CREATE, GET, UPDATE, DELETE)]
    assert replies == [200, 201, 200, 200, 204]
