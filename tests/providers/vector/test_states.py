"""Every status against every operation, as the table says: it is the table that the operations ask."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockenv.bootstrap import document_of
from mockenv.client import Sandbox
from mockenv.providers.vector import Service
from mockenv.providers.vector.states import (
    DEPLOYMENT_STATES,
    ENVIRONMENT_STATES,
    IMPORT_STATES,
    SITE_STATES,
    TABLES,
    TARGET_STATES,
    Table,
)
from tests.conftest import Browser
from tests.providers.vector.steps import SITE, active_environment, data, deploy
from tests.providers.vector.test_ssh_keys import ECDSA, ED25519
from tests.providers.vector.test_waf import RULE

DOCUMENT = document_of(Service)
BODIES: dict[str, Any] = {
    "updateSite": {"tags": ["x"]},
    "cloneSite": {"partner_customer_id": "c"},
    "createEnvironment": {"name": "another", "php_version": "8.3"},
    "updateEnvironment": {"custom_domain": "www.example.org"},
    "addSiteSshKey": {"name": "another", "public_key": ED25519},
    **{f"add{one}": {"ip": "1.2.3.4"} for one in ("BlockedIp", "AllowedIp")},
    **{f"add{one}": {"domain": "example.com"} for one in ("BlockedReferrer", "AllowedReferrer")},
    "createRateLimit": RULE,
    "setSiteRateLimit": {"requests_per_second": 100},
    "createEnvironmentSecret": {"key": "ANOTHER", "value": "v"},
    "updateEnvironmentSecret": {"value": "another"},
}


def belongings(vector: Browser, *paths: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """One of each thing that lies in a site or an environment: parameter of its path → its id."""
    return {name: data(vector, "POST", path, body, 201)["id"] for name, path, body in paths}


OF_SITES = (
    ("ssh_key", f"{SITE}/ssh-keys", {"name": "k", "public_key": ECDSA}),
    ("rule", f"{SITE}/waf/rate-limits", RULE),
)
WAF_LISTS = {
    "BlockedIp": ("blocked-ips", {"ip": "1.1.1.1"}),
    "AllowedIp": ("allowed-ips", {"ip": "1.1.1.1"}),
    "BlockedReferrer": ("blocked-referrers", {"domain": "a.com"}),
    "AllowedReferrer": ("allowed-referrers", {"domain": "a.com"}),
}
OF_ENVIRONMENTS = (("secret", f"{SITE}/environments/67890/secrets", {"key": "A", "value": "v"}),)


def cells(*tables: Table) -> list[Any]:
    return [
        pytest.param(table, operation, status, id=f"{table.kind.rpartition('/')[2]}-{operation}-{status}")
        for table in tables
        for operation in table.operations
        for status in table.statuses
    ]


def send(vector: Browser, operation: str, known: dict[str, Any], body: Any = None) -> Any:
    found = DOCUMENT.operations[operation]
    path = re.sub(r"\{(\w+)\}", lambda match: str(known[match[1]]), found.path)
    if operation == "importDatabaseDirectly":
        return vector(found.method, path, data=b"--", headers={"Content-Type": "application/sql"})
    return vector(found.method, path, body or BODIES.get(operation))


def expect(vector: Browser, sandbox: Sandbox, table: Table, operation: str, status: str, known: dict[str, Any], body: Any) -> None:
    before, events = sandbox.resources(), sandbox.events()
    reply = send(vector, operation, known, body)
    rule = table.rules.get(operation)
    if rule is None or status in rule.allowed:
        assert reply.status_code in (200, 201, 202), reply.text
        return
    text = rule.text.format(status=status)
    assert (reply.status_code, reply.json()) == (
        422,
        {"data": {}, "errors": {rule.field: [text]}, "message": rule.message or text, "http_status": 422},
    )
    assert (sandbox.resources(), sandbox.events()) == (before, events)  # a refusal leaves no trace


@pytest.mark.parametrize(("table", "operation", "status"), cells(SITE_STATES))
def test_a_site_in_any_status_is_as_the_table_says(
    vector: Browser, mockenv: Sandbox, table: Table, operation: str, status: str
) -> None:
    known = {"site": 12345, **belongings(vector, *OF_SITES)}
    known["export_id"] = data(vector, "POST", f"{SITE}/database/export", status=202)["export_id"]
    if operation.startswith("remove") and operation.removeprefix("remove") in WAF_LISTS:
        slug, body = WAF_LISTS[operation.removeprefix("remove")]
        known |= belongings(vector, ("entry", f"{SITE}/waf/{slug}", body))
    mockenv.set_status("vector/site/12345", status)
    expect(vector, mockenv, table, operation, status, known, None)


@pytest.mark.parametrize(("table", "operation", "status"), cells(ENVIRONMENT_STATES))
def test_an_environment_in_any_status_is_as_the_table_says(
    vector: Browser, mockenv: Sandbox, table: Table, operation: str, status: str
) -> None:
    deploy(vector, mockenv, active_environment(vector, mockenv))  # so that there is something to roll back to
    known = {"site": 12345, "env": 67890, **belongings(vector, *OF_ENVIRONMENTS)}
    mockenv.set_status("vector/environment/67890", status)
    expect(vector, mockenv, table, operation, status, known, None)


@pytest.mark.parametrize(("table", "operation", "status"), cells(IMPORT_STATES))
def test_an_import_in_any_status_is_as_the_table_says(
    vector: Browser, mockenv: Sandbox, table: Table, operation: str, status: str
) -> None:
    id = data(vector, "POST", f"{SITE}/database/import", status=201)["import_id"]
    mockenv.set_status(f"vector/database-import/{id}", status)
    expect(vector, mockenv, table, operation, status, {"site": 12345, "import_id": id}, None)


@pytest.mark.parametrize(("table", "operation", "status"), cells(DEPLOYMENT_STATES, TARGET_STATES))
def test_a_deployment_in_any_status_is_as_the_table_says(
    vector: Browser, mockenv: Sandbox, table: Table, operation: str, status: str
) -> None:
    environment = active_environment(vector, mockenv)
    old, new = deploy(vector, mockenv, environment)["id"], deploy(vector, mockenv, environment)["id"]
    id = old if table is TARGET_STATES else new
    mockenv.set_status(f"vector/deployment/{id}", status)
    body = {"target_deployment_id": id} if table is TARGET_STATES else None
    expect(vector, mockenv, table, operation, status, {"site": 12345, "env": 67890, "deployment": id}, body)


def test_the_table_has_every_operation_that_speaks_of_such_a_thing() -> None:
    paths = {id: one.path for id, one in DOCUMENT.operations.items()}
    of_deployments = {id for id, path in paths.items() if "{deployment}" in path}
    of_environments = {id for id, path in paths.items() if "{env}" in path} - of_deployments
    of_imports = {id for id, path in paths.items() if "{import_id}" in path}
    of_sites = {id for id, path in paths.items() if "{site}" in path} - of_environments - of_deployments - of_imports
    assert set(SITE_STATES.operations) == of_sites
    assert set(ENVIRONMENT_STATES.operations) == of_environments
    assert set(IMPORT_STATES.operations) == of_imports
    assert of_deployments <= set(DEPLOYMENT_STATES.operations)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_the_table_speaks_of_operations_and_statuses_that_exist(table: Table) -> None:
    assert set(table.statuses) <= set(Service.statuses[table.kind])
    assert set(table.rules) <= set(table.operations) <= set(DOCUMENT.operations)
    for rule in table.rules.values():
        assert set(rule.allowed) < set(table.statuses)
