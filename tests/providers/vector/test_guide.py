"""The requests of the vendor's own pages, as they are printed there (only the host is replaced), on a fresh server."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, Sandbox

PENDING = [
    "dev_domain", "sftp_username", "sftp_password", "sftp_host", "sftp_port", "db_username", "db_password", "db_host", "db_name",
    "db_port",
]  # fmt: skip
AUTH = ("Authorization: Bearer YOUR_API_TOKEN",)
AS_JSON = (*AUTH, "Content-Type: application/json", "Accept: application/json")


@pytest.fixture
def curl(mockenv: Sandbox) -> Any:
    """Sends what is printed; `{sandbox}` stands where the host was."""

    def send(method: str, path: str, headers: tuple[str, ...], data: str | None = None) -> requests.Response:
        told = dict(header.split(": ", 1) for header in headers)
        with requests.Session() as session:
            session.trust_env = False
            session.headers.clear()
            return session.request(method, mockenv.url + path, headers=told, data=data, timeout=30)

    return send


def test_creating_a_site(curl: Any, mockenv: Sandbox) -> None:
    body = """{
    "partner_customer_id": "cust_abc123",
    "dev_php_version": "8.3",
    "name": "Client Project Alpha",
    "tags": ["client-a", "production"]
  }"""
    reply = curl("POST", "/api/v1/vector/sites", AS_JSON, body)
    assert (reply.status_code, reply.json()) == (
        201,
        {
            "data": {
                "id": 12346,  # the page's 12345 is there already, so that its other requests work on a fresh server
                "partner_id": 1,
                "partner_customer_id": "cust_abc123",
                "name": "Client Project Alpha",
                "status": "pending",
                "dev_php_version": "8.3",
                **dict.fromkeys(PENDING),
                "tags": ["client-a", "production"],
                "created_at": "2026-01-24T10:30:00.000000Z",
                "updated_at": "2026-01-24T10:30:00.000000Z",
            },
            "message": "Site created successfully",
            "http_status": 201,
        },
    )
    mockenv.advance_until("vector/site/12346", "active")
    polled = curl("GET", "/api/v1/vector/sites/12346", (*AUTH, "Accept: application/json")).json()["data"]
    assert polled["status"] == "active"
    assert None not in [polled[name] for name in PENDING]


def test_the_sites_page_polls_lists_and_shows_the_site_of_its_example(curl: Any) -> None:
    accept = (*AUTH, "Accept: application/json")
    shown = curl("GET", "/api/v1/vector/sites/12345", accept)
    assert (shown.status_code, shown.json()["data"]["status"]) == (200, "active")
    assert None not in [shown.json()["data"][name] for name in PENDING]
    listed = curl("GET", "/api/v1/vector/sites?page=1&per_page=25", accept).json()
    assert listed["data"] == [shown.json()["data"]]
    assert (listed["meta"]["per_page"], listed["meta"]["total"]) == (25, 1)


def test_the_sites_page_makes_a_webhook(curl: Any) -> None:
    body = """{
    "url": "https://your-app.com/webhooks/vector",
    "events": ["vector.site.created"]
  }"""
    reply = curl("POST", "/api/v1/vector/webhooks", (*AUTH, "Content-Type: application/json"), body)
    assert reply.status_code == 201
    assert reply.json()["data"]["events"] == ["vector.site.created"]


def test_creating_an_environment_and_polling_it(curl: Any, mockenv: Sandbox) -> None:
    body = """{
    "name": "production",
    "php_version": "8.3",
    "is_production": true,
    "custom_domain": "www.example.com"
  }"""
    reply = curl("POST", "/api/v1/vector/sites/12345/environments", AS_JSON, body)
    assert (reply.status_code, reply.json()["data"]["id"], reply.json()["data"]["provisioning_step"]) == (
        201,
        67890,
        "creating_infrastructure",
    )
    mockenv.advance_until_idle()
    polled = curl("GET", "/api/v1/vector/sites/12345/environments/67890", AUTH).json()["data"]
    wanted = {"id": 67890, "status": "active", "db_username": "env_67890", "db_host": "db.vector.app", "db_name": "env_67890"}
    assert {name: polled[name] for name in wanted} == wanted
    assert polled["platform_domain"].endswith(".vectorpages.com")
    listed = curl("GET", "/api/v1/vector/sites/12345/environments", AUTH).json()
    assert (listed["message"], listed["data"]) == ("Environments retrieved successfully", [polled])


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "production", "php_version": "8.3", "is_production": true, "custom_domain": "www.example.com"}',
        '{"name": "staging", "php_version": "8.3", "is_production": false}',
    ],
)
def test_both_bodies_of_the_environments_page(curl: Any, mockenv: Sandbox, body: str) -> None:
    made = curl("POST", "/api/v1/vector/sites/12345/environments", AS_JSON, body).json()["data"]
    assert {name: made[name] for name in json.loads(body)} == json.loads(body)
    steps = [entry["step"] for entry in mockenv.agenda()]
    assert steps == ["creating_infrastructure"]


def test_the_default_sandbox_of_a_fresh_server_needs_no_set_up(strict_server: Mockenv) -> None:
    default = strict_server.get()
    with requests.Session() as session:
        session.trust_env = False
        reply = session.get(f"{strict_server.url}/api/v1/vector/sites/12345", headers=default.headers("vector"), timeout=30)
    assert reply.json()["data"]["dev_domain"] == "happy-panda.vectorpages.com"
