"""Every step of every lifecycle there is, failed in turn: the table of steps makes the tests, so a new step has one at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockenv.bootstrap import document_of
from mockenv.client import Mockenv, Sandbox
from mockenv.providers import discover
from tests.conftest import Browser
from tests.providers.launchdarkly.test_expiring_targets import SEMANTIC
from tests.providers.phase.test_leases import DATABASE, WHERE, WORLD

ENVIRONMENTS = "/api/v1/vector/sites/12345/environments"
PROJECT = "f7e4a264-d659-4719-91e8-c2d74654e529"
BRANCH = """mutation($input: BranchEnvironmentInput!) {branchEnvironment(input: $input) {success environment {id status}}}"""

STEPS = [
    (lifecycle.kind, lifecycle.name, step.name)
    for provider in discover()
    for lifecycle in provider(document_of(provider)).lifecycles
    for step in lifecycle.steps
    if (lifecycle.name, step.name)
    != ("leasing", "issuing")  # fails within the request that begins it: tests/providers/phase/test_leases.py
]


def environment(sandbox: Sandbox) -> str:
    body = {"name": "a", "php_version": "8.3", "is_production": True, "custom_domain": "www.example.com"}
    made = Browser(sandbox, sandbox.headers("vector"))("POST", ENVIRONMENTS, body).json()["data"]
    return f"vector/environment/{made['id']}"


def site(sandbox: Sandbox) -> str:
    body = {"partner_customer_id": "c", "dev_php_version": "8.3"}
    made = Browser(sandbox, sandbox.headers("vector"))("POST", "/api/v1/vector/sites", body).json()["data"]
    return f"vector/site/{made['id']}"


def clone(sandbox: Sandbox) -> str:
    made = Browser(sandbox, sandbox.headers("vector"))("POST", "/api/v1/vector/sites/12345/clone", {"partner_customer_id": "c"})
    return f"vector/site/{made.json()['data']['id']}"


def ended(make: Callable[[Sandbox], str]) -> Callable[[Sandbox], str]:
    def begin(sandbox: Sandbox) -> str:
        resource = make(sandbox)
        sandbox.advance_until_idle()
        id = resource.rpartition("/")[2]
        path = f"{ENVIRONMENTS}/{id}" if "environment" in resource else f"/api/v1/vector/sites/{id}"
        assert Browser(sandbox, sandbox.headers("vector"))("DELETE", path).status_code == 200
        return resource

    return begin


def deployment(sandbox: Sandbox) -> str:
    path = f"{ENVIRONMENTS}/{environment(sandbox).rpartition('/')[2]}/deployments"
    sandbox.advance_until_idle()
    made = Browser(sandbox, sandbox.headers("vector"))("POST", path).json()["data"]
    return f"vector/deployment/{made['id']}"


def certificate(sandbox: Sandbox) -> str:
    id = environment(sandbox).rpartition("/")[2]
    sandbox.advance_until_idle()
    Browser(sandbox, sandbox.headers("vector"))("POST", f"{ENVIRONMENTS}/{id}/ssl/nudge", {})
    return f"vector/ssl/{id}"


def promotion(sandbox: Sandbox) -> str:
    vector = Browser(sandbox, sandbox.headers("vector"))
    id = vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3"}).json()["data"]["id"]
    sandbox.advance_until_idle()
    assert vector("PUT", f"{ENVIRONMENTS}/{id}", {"is_production": True}).status_code == 200
    return f"vector/environment/{id}"


def request(sandbox: Sandbox) -> str:
    id = environment(sandbox).rpartition("/")[2]
    sandbox.advance_until_idle()
    Browser(sandbox, sandbox.headers("vector"))("PUT", f"{ENVIRONMENTS}/{id}", {"custom_domain": "shop.example.com"})
    return f"vector/ssl/{id}"


def export(sandbox: Sandbox) -> str:
    made = Browser(sandbox, sandbox.headers("vector"))("POST", "/api/v1/vector/sites/12345/database/export").json()["data"]
    return f"vector/database-export/{made['export_id']}"


def imported(sandbox: Sandbox) -> str:
    vector, sessions = Browser(sandbox, sandbox.headers("vector")), "/api/v1/vector/sites/12345/database/import"
    id = vector("POST", sessions).json()["data"]["import_id"]
    assert vector("POST", f"{sessions}/{id}/run").status_code == 202
    return f"vector/database-import/{id}"


def promote_database(sandbox: Sandbox) -> str:
    id = environment(sandbox).rpartition("/")[2]
    sandbox.advance_until_idle()
    assert Browser(sandbox, sandbox.headers("vector"))("POST", f"/api/v1/vector/environments/{id}/db/promote").status_code == 202
    [made] = sandbox.resources(kind="database-promote")
    return str(made["name"])


def claim(sandbox: Sandbox) -> str:
    vector = Browser(sandbox, sandbox.headers("vector"))
    id = vector("POST", "/api/v1/vector/domains", {"domain": "example.com"}).json()["data"]["id"]
    assert vector("POST", f"/api/v1/vector/domains/{id}/verify").status_code == 200
    return f"vector/domain/{id}"


def backup(sandbox: Sandbox) -> str:
    vector = Browser(sandbox, sandbox.headers("vector"))
    made = vector("POST", "/api/v1/vector/backups", {"site_id": "12345", "type": "manual"})
    return f"vector/backup/{made.json()['data']['id']}"


def restore(sandbox: Sandbox) -> str:
    id = backup(sandbox).rpartition("/")[2]
    sandbox.advance_until_idle()
    made = Browser(sandbox, sandbox.headers("vector"))("POST", "/api/v1/vector/restores", {"backup_id": id})
    return f"vector/restore/{made.json()['data']['id']}"


def download(sandbox: Sandbox) -> str:
    id = backup(sandbox).rpartition("/")[2]
    sandbox.advance_until_idle()
    made = Browser(sandbox, sandbox.headers("vector"))("POST", f"/api/v1/vector/backups/{id}/downloads")
    return f"vector/backup-download/{made.json()['data']['id']}"


def domain_change(sandbox: Sandbox) -> str:
    id = environment(sandbox).rpartition("/")[2]
    sandbox.advance_until_idle()
    changed = {"custom_domain": "shop.example.com"}
    assert Browser(sandbox, sandbox.headers("vector"))("PUT", f"/api/v1/vector/environments/{id}", changed).status_code == 202
    return str(sandbox.resources(kind="domain-change")[-1]["name"])


def branch(sandbox: Sandbox) -> str:
    told = {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": "full", "copyGatewayRoutes": True}
    reply = Browser(sandbox, sandbox.headers("archie"))("POST", "/graphql", {"query": BRANCH, "variables": {"input": told}})
    return f"archie/environment/{reply.json()['data']['branchEnvironment']['environment']['id']}"


def lease(sandbox: Sandbox) -> str:
    path = f"/service/public/v1/secrets/dynamic/{WHERE}&lease=true&id={DATABASE}"
    [one] = Browser(sandbox, sandbox.headers("phase"))("GET", path).json()
    return f"phase/lease/{one['lease']['id']}"


def old_key(sandbox: Sandbox) -> str:
    path = "/api/v2/projects/my-project/environments/test/apiKey"
    made = Browser(sandbox, sandbox.headers("launchdarkly"))("POST", path, params={"expiry": 1_769_250_660_000})
    return f"launchdarkly/environment/{made.json()['_id']}"


def flag(sandbox: Sandbox) -> tuple[Browser, str]:
    """In the environment `test`: whoever asks, and the id of its first variation."""
    ld = Browser(sandbox, sandbox.headers("launchdarkly"))
    made = ld("POST", "/api/v2/flags/my-project", {"name": "Dark mode", "key": "dark-mode"})
    return ld, str(made.json()["variations"][0]["_id"])


def expiring(sandbox: Sandbox) -> str:
    ld, variation = flag(sandbox)
    target = {"variationId": variation, "contextKey": "ann", "contextKind": "user"}
    given = {"kind": "addTargets", "contextKind": "user", "variationId": variation, "values": ["ann"]}
    ld("PATCH", "/api/v2/flags/my-project/dark-mode", {"environmentKey": "test", "instructions": [given]}, headers=SEMANTIC)
    goes = {"instructions": [{"kind": "addExpiringTarget", "value": 1_769_250_660_000, **target}]}
    path = "/api/v2/flags/my-project/dark-mode/expiring-targets/test"
    assert ld("PATCH", path, goes, headers=SEMANTIC).status_code == 200
    return "launchdarkly/expiring_target"


def scheduled(sandbox: Sandbox) -> str:
    ld, _ = flag(sandbox)
    path = "/api/v2/projects/my-project/flags/dark-mode/environments/test/approval-requests"
    change = {"description": "On", "instructions": [{"kind": "turnFlagOn"}], "executionDate": 1_769_250_660_000}
    made = ld("POST", path, change).json()
    writer = Browser(sandbox, sandbox.headers("launchdarkly", "writer"))
    writer("POST", f"{path}/{made['_id']}/reviews", {"kind": "approve"})
    assert ld("POST", f"{path}/{made['_id']}/apply", {}).json()["status"] == "scheduled"
    return f"launchdarkly/approval_request/{made['_id']}"


BEGIN: dict[tuple[str, str], Callable[[Sandbox], str]] = {
    ("vector/environment", "provision"): environment,
    ("vector/environment", "terminate"): ended(environment),
    ("vector/site", "provision"): site,
    ("vector/site", "clone"): clone,
    ("vector/site", "terminate"): ended(site),
    ("vector/deployment", "deploy"): deployment,
    ("vector/environment", "promote"): promotion,
    ("vector/ssl", "request"): request,
    ("vector/ssl", "certify"): certificate,
    ("vector/database-export", "export"): export,
    ("vector/database-import", "import"): imported,
    ("vector/domain", "verify"): claim,
    ("vector/database-promote", "promote"): promote_database,
    ("vector/backup", "backup"): backup,
    ("vector/restore", "restore"): restore,
    ("vector/backup-download", "archive"): download,
    ("vector/domain-change", "change"): domain_change,
    ("launchdarkly/expiring_target", "expire"): expiring,
    ("launchdarkly/approval_request", "execute"): scheduled,
    ("archie/environment", "branch"): branch,
    ("phase/lease", "leasing"): lease,
    ("launchdarkly/environment", "old-key"): old_key,
}
WORLDS = {"phase/lease": WORLD}
"""For what the default fixture has nothing to begin it with."""
LATER = ("database-promote", "backup", "restore", "backup-download", "domain-change")
OPTIONS = {f"vector/{kind}": {"vector": {"generation": "2026-02"}} for kind in LATER}
"""For what only another generation of the service has."""


@pytest.mark.parametrize(("kind", "lifecycle", "step"), STEPS, ids=lambda part: part.replace("/", "-"))
def test_a_failed_step_ends_its_lifecycle_and_leaves_nothing_pending(
    mockenv_server: Mockenv, kind: str, lifecycle: str, step: str
) -> None:
    begin = BEGIN[kind, lifecycle]  # a lifecycle that is not there yet: say how it begins
    with mockenv_server.sandbox(clock="manual", fixture=WORLDS.get(kind), options=OPTIONS.get(kind)) as sandbox:
        sandbox.fault({"fail": "out of luck"}, provider=kind.partition("/")[0], resource=kind.partition("/")[2], step=step)
        resource = begin(sandbox)
        moved = sandbox.advance_until_idle()
        assert f"{step}: failed" in [one["detail"] for one in moved.fired if one["resource"].startswith(kind)]
        assert [one["hits"] for one in sandbox.faults()] == [1]
        assert sandbox.agenda() == []
        left = {one["name"]: one["status"] for one in sandbox.resources()}.get(resource, "gone")
        assert (
            left in ("failed", "error", "gone")
            or kind in ("vector/ssl", "vector/domain", "launchdarkly/environment")
            or lifecycle == "promote"
        )
