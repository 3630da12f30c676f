"""The vendor's clients of five dates, its command line and its guide: every call of theirs has its operation, and is answered.

None of them is on a registry, so what they ask is kept as a list (`clients.yaml`, each with its commit or version) and asked by us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockenv.bootstrap import document_of
from mockenv.client import Mockenv, Sandbox
from mockenv.contract.routing import Routes
from mockenv.provider import Provider
from mockenv.providers.vector import Service
from tests.conftest import Browser
from tests.providers.vector.test_ssh_keys import ECDSA, ED25519
from tests.providers.vector.test_waf import RULE

API = "/api/v1/vector"
CLIENTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("clients.yaml").read_text())
JANUARY = Service(document_of(Service))
GENERATIONS = {"2026-01": JANUARY, "2026-02": JANUARY.editions[0]}
UNDOCUMENTED = {  # what a client asked for in its first week, and no page and no reference ever had
    "php-b21cd40": {
        *("resetSiteSftpPassword", "resetSiteDatabasePassword", "resetEnvironmentDatabasePassword"),
        *("rollbackDeployment", "addSiteSshKey", "setWafRateLimits"),
    }
}
COUNTS = {
    "node-100bbfc": 65,
    "node-a9b2b09": 74,
    "node-1b6cea1": 74,
    "php-b21cd40": 64,
    "php-1c8b484": 74,
    "cli-0.2.1": 80,
    "guide": 116,
}
SQL_IS_SENT_BY = ("cli-0.2.1", "guide")
"""The others send no file when they import directly, and are refused for it, as by the service."""


def calls(client: str) -> Iterator[tuple[str, str, str, str]]:
    """What makes it, the verb, the whole path, and the operation."""
    for name, call in CLIENTS[client]["calls"].items():
        verb, path, operation = call.split()
        yield name, verb, path if path.startswith("/api/") else API + path, operation


def test_the_list_has_every_call_that_was_counted() -> None:
    assert {client: len(found["calls"]) for client, found in CLIENTS.items()} == COUNTS


@pytest.mark.parametrize("client", CLIENTS)
def test_every_call_leads_to_its_operation(client: str) -> None:
    service = GENERATIONS[CLIENTS[client]["generation"]]
    routes = Routes(service.document, head_as_get=service.head_as_get)
    found = {}
    for name, verb, path, _ in calls(client):
        operation = routes.match(verb, service.normalise(path.replace("{}", "x"))).operation
        found[name] = operation.id if operation else "-"
    assert found == {name: operation for name, _, _, operation in calls(client)}
    assert {name for name, operation in found.items() if operation == "-"} == UNDOCUMENTED.get(client, set())


@pytest.mark.parametrize("client", CLIENTS)
def test_every_call_is_answered_where_what_it_speaks_of_is_there(mockenv_server: Mockenv, client: str) -> None:
    generation = CLIENTS[client]["generation"]
    with mockenv_server.sandbox(clock="manual", options={"vector": {"generation": generation}}) as sandbox:
        vector = Browser(sandbox, {**sandbox.headers("vector"), "Content-Type": "application/json"})
        known = furnished(vector, sandbox, generation)
        sandbox.snapshot("furnished")
        refused = {}
        for name, verb, path, operation in calls(client):
            if operation == "-":
                continue
            with_sql = client in SQL_IS_SENT_BY
            reply = play(vector, GENERATIONS[generation], verb, path, operation, known, with_sql=with_sql)
            if not reply.ok:
                refused[name] = (operation, reply.status_code, reply.json()["message"])
            if verb != "GET":
                sandbox.restore("furnished")
    without_file = {
        name: told for name, told in refused.items() if told == ("importDatabaseDirectly", 422, "Request body is empty")
    }
    assert refused == without_file
    assert not (without_file and client in SQL_IS_SENT_BY)


# The world that they find, and how each call is made in it


def furnished(vector: Browser, sandbox: Sandbox, generation: str) -> dict[str, str]:
    """One of everything; the id of each by the word that stands before it in a path."""
    is_later = generation == "2026-02"

    def make(path: str, body: Any, member: str = "id") -> str:
        reply = vector("POST", API + path, body)
        assert reply.ok, f"{path}: {reply.text}"
        return str(reply.json()["data"][member])

    environment = make("/sites/12345/environments", {"name": "qa", "php_version": "8.3", "custom_domain": "qa.example.com"})
    sandbox.advance_until_idle()
    within = "/environments/" + environment if is_later else f"/sites/12345/environments/{environment}"
    database = "/sites/12345/db" if is_later else "/sites/12345/database"
    known = {"sites": "12345", "environments": environment, "deployments": make(f"{within}/deployments", None)}
    known["secrets"] = make(f"{within}/secrets", {"key": "A", "value": "v"})
    known["global-secrets"] = known["account/secrets"] = make("/global-secrets", {"key": "A", "value": "v"})
    known["vector/secrets"] = known["secrets" if is_later else "global-secrets"]
    known["webhooks"] = make("/webhooks", {"url": "https://example.com", "events": ["site.*" if is_later else "vector.site.*"]})
    known["ssh-keys"] = make("/ssh-keys", {"name": "k", "public_key": ED25519})
    known["sites/ssh-keys"] = make("/sites/12345/ssh-keys", {"name": "k", "public_key": ECDSA})
    known["api-keys"] = make("/api-keys", {"name": "k"})
    known["rate-limits"] = make("/sites/12345/waf/rate-limits", RULE)
    for slug, body in (
        *((f"{which}-ips", {"ip": "1.2.3.4"}) for which in ("blocked", "allowed")[: 1 if is_later else 2]),
        *((f"{which}-referrers", {"domain": "a.com", "hostname": "a.com"}) for which in ("blocked", "allowed")),
    ):
        make(f"/sites/12345/waf/{slug}", body, next(iter(body)) if not is_later else list(body)[-1])
        known[slug] = next(iter(body.values()))
    known["exports"] = known["export"] = make(f"{database}/export", None, "id" if is_later else "export_id")
    imports = f"{database}/imports" if is_later else f"{database}/import"
    known["imports"] = known["import"] = make(imports, None, "id" if is_later else "import_id")
    if is_later:
        known["environments/imports"] = make(f"{within}/db/imports", None)
        known["promotes"] = make(f"{within}/db/promote", None)
    else:
        known["domains"] = make("/domains", {"domain": "example.com"})
    sandbox.advance_until_idle()
    return known


BODIES: dict[str, Any] = {
    "createSshKey": {"name": "another", "public_key": ECDSA},
    "addSiteSshKey": {"name": "another", "public_key": f"{ED25519.split()[0]} {ED25519.split()[1]}"},
    "createEnvironment": {"name": "another", "php_version": "8.3", "custom_domain": None},
    "rollbackEnvironment": {},
    "createEnvironmentDatabaseImport": {},
}


def play(vector: Browser, service: Provider, verb: str, path: str, operation: str, known: dict[str, str], *, with_sql: bool) -> Any:
    """As the client makes it, with the document's own example where it sends something."""
    path = re.sub(r"([\w-]+)/\{\}", lambda match: f"{match[1]}/{_id(known, path, match)}", path)
    if operation == "listEnvironments" and path == f"{API}/environments":
        path += "?site=12345"
    if operation.startswith("import"):
        sent = {"data": b"-- sql", "headers": {"Content-Type": "application/sql"}} if with_sql else {}
        return vector(verb, path, **sent)
    if operation.startswith("unsuspend"):
        vector(verb, path.replace("/unsuspend", "/suspend"))
    if operation == "deleteSite":
        within = f"/environments/{known['environments']}"
        assert vector("DELETE", API + (within if "domains" not in known else f"/sites/12345{within}")).ok
        vector.sandbox.advance_until_idle()
    return vector(verb, path, BODIES.get(operation, _example(service, operation) if verb in ("POST", "PUT") else None))


def _id(known: dict[str, str], path: str, match: re.Match[str]) -> str:
    """What lies in something else than usual is found by both words."""
    word, before = match[1], path[: match.start()]
    if word == "secrets" and before in (f"{API}/", f"{API}/account/"):
        word = f"{before.split('/')[-2]}/secrets"
    elif word == "ssh-keys" and "/sites/" in before:
        word = "sites/ssh-keys"
    elif word == "imports" and "/environments/" in before:
        word = "environments/imports"
    return known[word]


def _example(service: Provider, operation: str) -> Any:
    found = service.document.operations[operation]
    body = service.document.content["paths"][found.path][found.method.lower()].get("requestBody", {"content": {}})
    return body["content"].get("application/json", {}).get("example")
