"""The run: requests to all services in one world of a known seed, and everything that came back, as text; judges nothing."""

from __future__ import annotations

from typing import Any

import requests

from mockenv.client import Mockenv, Sandbox

SEED = 20_260_124
DEAD = "http://127.0.0.1:9/hook"
"""Where nobody listens: what comes of an attempt there is the same on every machine."""
SITES, PROJECT, PHASE_APP = "/api/v1/vector/sites", "/api/v2/projects/projectKey", "72b9ddd5-8fce-49ab-89d9-c431d53a9552"
ARCHIE = "f7e4a264-d659-4719-91e8-c2d74654e529"
BRANCH = "mutation($input: BranchEnvironmentInput!) { branchEnvironment(input: $input) { success message environment { id name status } } }"
LIST = "query($p: String!) { projectEnvironments(projectId: $p) { success environments { id name status branchMode updatedAt } } }"

Step = tuple[str, str, str, Any]
"""(service, method, path, body); the service `clock` lets so much time pass."""

STEPS: tuple[Step, ...] = (
    ("vector", "POST", "/api/v1/vector/webhooks", {"url": DEAD, "events": ["vector.site.*", "vector.environment.*"]}),
    ("vector", "POST", SITES, {"partner_customer_id": "cust_golden", "dev_php_version": "8.3", "tags": ["a", "b"]}),
    ("vector", "POST", f"{SITES}/12345/environments", {"name": "golden", "php_version": "8.3", "tags": ["x"]}),
    ("vector", "POST", f"{SITES}/12345/environments", {"name": "golden", "php_version": "8.3"}),  # the name is taken
    ("vector", "POST", f"{SITES}/12345/environments", {"name": "live", "php_version": "8.2", "is_production": True}),
    ("vector", "POST", f"{SITES}/12345/environments", {"name": "Not A Name"}),
    ("vector", "GET", f"{SITES}/12345/environments?per_page=2", None),
    ("clock", "", "90s", None),
    ("vector", "GET", f"{SITES}/12345/environments", None),
    ("vector", "GET", f"{SITES}?tags=a", None),
    ("vector", "PUT", f"{SITES}/12345/environments/67890", {"custom_domain": "golden.example.com"}),
    ("vector", "POST", f"{SITES}/12345/environments/67890/database/reset-password", None),
    ("vector", "POST", f"{SITES}/12345/environments/67890/deployments", None),
    ("vector", "DELETE", f"{SITES}/12345/environments/67890", None),
    ("vector", "GET", "/api/v1/vector/nowhere", None),
    ("vector", "PATCH", SITES, None),
    ("clock", "", "1h", None),
    ("vector", "GET", f"{SITES}/12345/environments/67890", None),
    ("phase", "POST", f"/v1/environments/?app_id={PHASE_APP}", {"name": "golden"}),
    ("phase", "POST", f"/v1/environments/?app_id={PHASE_APP}", {"name": "not a name"}),
    ("phase", "GET", f"/v1/environments/?app_id={PHASE_APP}", None),
    ("phase", "POST", "/v1/apps/", {"name": "golden"}),
    ("phase", "GET", "/v1/members/", None),
    ("launchdarkly", "POST", f"{PROJECT}/environments", {"name": "Golden", "key": "golden", "color": "DADBEE"}),
    ("launchdarkly", "PATCH", f"{PROJECT}/environments/golden", [{"op": "replace", "path": "/name", "value": "Gold"}]),
    ("launchdarkly", "GET", f"{PROJECT}/environments?limit=2", None),
    ("launchdarkly", "POST", "/api/v2/flags/projectKey", {"name": "Golden", "key": "golden"}),
    ("launchdarkly", "GET", "/api/v2/flags/projectKey/golden", None),
    ("launchdarkly", "GET", "/api/v2/auditlog", None),
    (
        "archie",
        "POST",
        "/graphql",
        {
            "query": BRANCH,
            "variables": {"input": {"projectId": ARCHIE, "sourceEnvironment": "master", "name": "golden", "mode": "full"}},
        },
    ),
    ("clock", "", "20s", None),
    ("archie", "POST", "/graphql", {"query": LIST, "variables": {"p": ARCHIE}}),
    ("archie", "POST", "/graphql", {"query": "{ nothing }"}),
    ("clock", "", "3h", None),
)


def play(server: Mockenv) -> str:
    """All that was answered and all that there is at the end; the port, which is another in each run, is taken out."""
    clock: Any = {"mode": "manual", "dates": "sandbox"}
    with server.sandbox(name="golden", seed=SEED, fixture="docs", clock=clock) as sandbox, requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        told = [_ask(sandbox, session, step) for step in STEPS]
        told += [_shown(name, found) for name, found in _evidence(sandbox).items()]
    return "\n".join(told).replace(server.url, "http://mockenv").replace(server.url.removeprefix("http://"), "mockenv")


def _ask(sandbox: Sandbox, session: requests.Session, step: Step) -> str:
    service, method, path, body = step
    if service == "clock":
        return _shown(f"ADVANCE {path}", [list(one.values()) for one in map(dict, sandbox.advance(path).fired)])
    reply = session.request(method, f"{sandbox.url}{path}", json=body, headers=sandbox.headers(service), timeout=30)
    headers = "".join(f"{name}: {value}\n" for name, value in reply.headers.items())
    return f"{method} {path}\n{reply.status_code}\n{headers}{reply.text}\n"


def _evidence(sandbox: Sandbox) -> dict[str, list[Any]]:
    deliveries = list(sandbox.deliveries())
    for attempt in (one for delivery in deliveries for one in delivery["attempts"]):
        del attempt["milliseconds"]  # real ones
    return {
        "EVENTS": list(sandbox.events()),
        "FIRED": list(sandbox.fired()),
        "DELIVERIES": deliveries,
        "AGENDA": sandbox.agenda(),
        "RESOURCES": sandbox.resources(),
        "TOKENS": [sandbox.tokens],
    }


def _shown(name: str, ones: list[Any]) -> str:
    return "\n".join([name, *map(str, ones or ["nothing"]), ""])
