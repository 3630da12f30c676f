"""The requests that the vendor's Node client makes (its commit a9b2b09), as it makes them.

The package is on no registry, so it cannot be installed here. What matters of it: a JSON content type on every request, with a
body or without; PUT for suspend; `page` and `per_page`; ids as they come.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import active_environment, deploy
from tests.providers.vector.test_ssh_keys import ED25519

SITE = "/sites/12345"
ENVIRONMENT = f"{SITE}/environments/67890"
HOOK = {"url": "https://example.com/hook", "events": ["vector.site.created"]}


class Client:
    """Its `request`: the same three headers always, a body only where there is one, queries without what is undefined."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.base, self.session = f"{sandbox.url}/api/v1/vector", requests.Session()
        self.session.trust_env = False
        self.session.headers.update(sandbox.headers("vector"))
        self.session.headers.update(
            {"Content-Type": "application/json", "Accept": "application/json", "Accept-Language": "*", "User-Agent": "node"}
        )

    def __call__(self, method: str, path: str, body: Any = None, query: Any = None) -> requests.Response:
        return self.session.request(method, self.base + path, json=body, params=query, timeout=30)


@pytest.fixture
def client(mockenv: Sandbox) -> Client:
    return Client(mockenv)


# (its method, verb, path, body, query, status)
CALLS: list[tuple[str, str, str, Any, Any, int]] = [
    ("sites.list", "GET", "/sites", None, {"per_page": "25", "page": "1"}, 200),
    ("sites.list, nothing asked", "GET", "/sites", None, None, 200),
    ("sites.get", "GET", SITE, None, None, 200),
    ("sites.create", "POST", "/sites", {"partner_customer_id": "c", "dev_php_version": "8.3", "tags": ["a"]}, None, 201),
    ("sites.update", "PUT", SITE, {"tags": ["b"]}, None, 200),
    ("sites.clone", "POST", f"{SITE}/clone", {"partner_customer_id": "c", "tags": []}, None, 201),
    ("sites.suspend", "PUT", f"{SITE}/suspend", None, None, 200),
    ("sites.unsuspend", "PUT", f"{SITE}/unsuspend", None, None, 200),
    ("sites.resetSftpPassword", "POST", f"{SITE}/sftp/reset-password", None, None, 200),
    ("sites.resetDatabasePassword", "POST", f"{SITE}/database/reset-password", None, None, 200),
    ("sites.getLogs", "GET", f"{SITE}/logs", None, {"limit": "50", "environment": "staging"}, 200),
    ("sites.purgeCache", "POST", f"{SITE}/purge-cache", None, None, 200),
    ("sites.purgeCache of a tag", "POST", f"{SITE}/purge-cache", {"cache_tag": "images"}, None, 200),
    ("sites.ssl.getStatus", "GET", f"{ENVIRONMENT}/ssl", None, None, 200),
    ("sites.ssl.nudge", "POST", f"{ENVIRONMENT}/ssl/nudge", None, None, 200),
    ("sites.ssl.nudge with retry", "POST", f"{ENVIRONMENT}/ssl/nudge", {"retry": True}, None, 200),
    ("environments.list", "GET", f"{SITE}/environments", None, {"per_page": "15", "page": "1"}, 200),
    ("environments.get", "GET", ENVIRONMENT, None, None, 200),
    (
        "environments.create",
        "POST",
        f"{SITE}/environments",
        {"name": "qa", "custom_domain": None, "is_production": False, "php_version": "8.3", "tags": []},
        None,
        201,
    ),
    ("environments.update", "PUT", ENVIRONMENT, {"custom_domain": None, "tags": ["x"]}, None, 200),
    ("environments.resetDatabasePassword", "POST", f"{ENVIRONMENT}/database/reset-password", None, None, 200),
    ("environments.deployments.list", "GET", f"{ENVIRONMENT}/deployments", None, {"per_page": "5"}, 200),
    ("environments.rollback", "POST", f"{ENVIRONMENT}/rollback", None, None, 202),
    ("environments.deploy", "POST", f"{ENVIRONMENT}/deployments", None, None, 202),
    ("environments.delete", "DELETE", ENVIRONMENT, None, None, 200),
    ("sites.delete", "DELETE", SITE, None, None, 200),
    ("account.getSummary", "GET", "/account", None, None, 200),
    ("sites.sshKeys.list", "GET", f"{SITE}/ssh-keys", None, {"page": "1"}, 200),
    ("sites.sshKeys.add", "POST", f"{SITE}/ssh-keys", {"name": "k", "public_key": ED25519}, None, 201),
    ("environments.secrets.list", "GET", f"{ENVIRONMENT}/secrets", None, None, 200),
    ("environments.secrets.create", "POST", f"{ENVIRONMENT}/secrets", {"key": "A", "value": "v"}, None, 201),
    ("webhooks.list", "GET", "/webhooks", None, {"page": "1"}, 200),
    ("webhooks.create", "POST", "/webhooks", HOOK, None, 201),
    ("events.list", "GET", "/events", None, {"from": "2026-01-01", "event": "vector.site.created", "per_page": "5"}, 200),
    ("phpVersions.list", "GET", "/php-versions", None, None, 200),
]


@pytest.mark.parametrize(("what", "verb", "path", "body", "query", "status"), CALLS, ids=[call[0] for call in CALLS])
def test_it_gets_the_answer_it_expects(
    client: Client, vector: Browser, mockenv: Sandbox, what: str, verb: str, path: str, body: Any, query: Any, status: int
) -> None:
    if ENVIRONMENT in path:
        deploy(vector, mockenv, active_environment(vector, mockenv, custom_domain="www.example.com"))
    if what == "sites.unsuspend":
        vector("PUT", f"/api/v1/vector{SITE}/suspend")
    reply = client(verb, path, body, query)
    assert (reply.status_code, reply.json()["http_status"]) == (status, status), reply.text
    assert {"data", "message"} <= reply.json().keys()


def test_what_it_was_given_it_uses_as_the_next_id(client: Client, mockenv: Sandbox) -> None:
    site = client("POST", "/sites", {"partner_customer_id": "c", "dev_php_version": "8.3"}).json()["data"]["id"]
    body = {"name": "qa", "custom_domain": None, "php_version": "8.3"}
    environment = client("POST", f"/sites/{site}/environments", body).json()["data"]["id"]
    mockenv.advance_until_idle()
    path = f"/sites/{site}/environments/{environment}"
    first = client("POST", f"{path}/deployments").json()["data"]["id"]
    mockenv.advance_until_idle()
    assert client("GET", f"{path}/deployments/{first}").json()["data"]["status"] == "deployed"
    back = client("POST", f"{path}/rollback", {"target_deployment_id": first}).json()["data"]
    assert back["target_deployment_id"] == first
    hook = client("POST", "/webhooks", HOOK).json()["data"]["id"]
    assert client("PUT", f"/webhooks/{hook}", {"enabled": False}).json()["data"]["enabled"] is False
    assert client("DELETE", f"/webhooks/{hook}").status_code == 200


def test_its_errors_have_a_status_and_a_body_it_can_read(client: Client) -> None:
    refused = client("PUT", f"{SITE}/unsuspend")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["status"])
    assert client("GET", "/sites/1").json()["message"] == "Site not found"
    del client.session.headers["Authorization"]
    assert client("GET", "/sites").json()["message"] == "Unauthenticated"


def test_its_own_paths_lead_to_the_guides_operations(client: Client) -> None:
    """What it keeps under `/account/…`, where no reference has it, and the database transfers' other paths."""
    for path in ("/account/api-keys", "/account/ssh-keys", "/account/secrets"):
        assert client("GET", path).status_code == 200
    export = client("POST", f"{SITE}/db/export").json()["data"]["export_id"]
    assert client("GET", f"{SITE}/db/exports/{export}").json()["data"]["status"] == "pending"
    gone = client("GET", "/account/api-keys-of-others")
    assert (gone.status_code, gone.json()) == (404, {"data": {}, "message": "Not Found", "http_status": 404})
