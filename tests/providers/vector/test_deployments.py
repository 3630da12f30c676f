"""Vector Pro's deployments and rollbacks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, NO_SUCH_DEPLOYMENT, active_environment, data, deploy, types

MEMBERS = ["id", "environment_id", "status", "target_deployment_id", "stdout", "stderr", "created_at", "updated_at"]


@pytest.fixture
def environment(vector: Browser, mockenv: Sandbox) -> str:
    return active_environment(vector, mockenv, is_production=True)


def test_a_deployment_is_accepted_and_goes_through_its_statuses(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    reply = vector("POST", f"{environment}/deployments")
    made = reply.json()["data"]
    assert (reply.status_code, reply.json()["message"], reply.json()["http_status"]) == (
        202,
        "Deployment created successfully",
        202,
    )
    assert list(made) == MEMBERS
    assert (len(made["id"]), made["environment_id"], made["target_deployment_id"]) == (26, 67890, None)
    seen = [(made["status"], made["stdout"], made["stderr"])]
    for _ in range(2):
        mockenv.advance("1s")
        now = data(vector, "GET", f"{environment}/deployments/{made['id']}")
        seen.append((now["status"], now["stdout"], now["stderr"]))
    assert seen == [
        ("pending", None, None),
        ("deploying", None, None),
        ("deployed", "Deployment completed successfully\nAssets synced to CDN\n", None),
    ]
    assert (now["created_at"], now["updated_at"]) == ("2026-01-24T10:30:05.000000Z", "2026-01-24T10:30:07.000000Z")


def test_its_events_carry_the_guides_payload(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    before = mockenv.events()[-1]["id"]
    good, bad = deploy(vector, mockenv, environment), deploy(vector, mockenv, environment, failing="Error: no such plugin")
    wanted = [
        ("started", good, {"status": "deploying"}),
        ("completed", good, {"status": "deployed"}),
        ("started", bad, {"status": "deploying"}),
        ("failed", bad, {"status": "failed", "stderr": "Error: no such plugin\n"}),
    ]
    assert [(one["type"], one["data"]) for one in mockenv.events(before)] == [
        (f"vector.deployment.{type}", {"id": of["id"], "environment_id": 67890, "site_id": 12345, **more})
        for type, of, more in wanted
    ]


@pytest.mark.parametrize("step", ["pending", "deploying"])
def test_a_deployment_that_fails_says_why_and_leaves_the_environment_alone(
    vector: Browser, mockenv: Sandbox, environment: str, step: str
) -> None:
    mockenv.fault({"fail": "Error: Plugin 'broken-plugin' has syntax errors"}, resource="deployment", step=step)
    id = data(vector, "POST", f"{environment}/deployments", status=202)["id"]
    mockenv.advance_until_idle()
    failed = data(vector, "GET", f"{environment}/deployments/{id}")
    assert (failed["status"], failed["stdout"]) == ("failed", None)
    assert failed["stderr"] == "Error: Plugin 'broken-plugin' has syntax errors\n"
    assert data(vector, "GET", environment)["status"] == "active"


def test_its_delays_are_settable(mockenv_server: Mockenv) -> None:
    delays = {"vector": {"deployment": {"pending": "10s", "deploying": "2m"}}}
    with mockenv_server.sandbox(clock="manual", delays=delays) as sandbox:
        slow = Browser(sandbox, sandbox.headers("vector"))
        environment = active_environment(slow, sandbox)
        id = data(slow, "POST", f"{environment}/deployments", status=202)["id"]
        sandbox.advance("129s")
        assert data(slow, "GET", f"{environment}/deployments/{id}")["status"] == "deploying"
        sandbox.advance("1s")
        assert data(slow, "GET", f"{environment}/deployments/{id}")["status"] == "deployed"


def test_the_list_is_newest_first_and_paginated(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    made = [deploy(vector, mockenv, environment)["id"] for _ in range(3)]
    first = vector("GET", f"{environment}/deployments?per_page=2").json()
    second = vector("GET", f"{environment}/deployments?per_page=2&page=2").json()
    assert [one["id"] for one in [*first["data"], *second["data"]]] == made[::-1]
    assert (first["meta"]["total"], first["meta"]["last_page"], second["links"]["next"]) == (3, 2, None)
    assert made == sorted(made)  # ULIDs sort by time


def test_one_at_a_time(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    deploy(vector, mockenv, environment)
    data(vector, "POST", f"{environment}/deployments", status=202)
    for path in ("deployments", "rollback"):
        refused = vector("POST", f"{environment}/{path}")
        assert (refused.status_code, refused.json()["errors"]) == (
            422,
            {"deployment": ["A deployment is already in progress for this environment."]},
        )
    mockenv.advance_until_idle()
    data(vector, "POST", f"{environment}/deployments", status=202)


def test_another_environment_of_the_site_may_deploy_at_the_same_time(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    other = active_environment(vector, mockenv, "qa")
    for path in (environment, other):
        data(vector, "POST", f"{path}/deployments", status=202)


def test_a_suspended_site_does_not_keep_its_environments_from_deploying(vector: Browser, environment: str) -> None:
    data(vector, "POST", f"{API}/sites/12345/suspend")
    data(vector, "POST", f"{environment}/deployments", status=202)


def test_a_rollback_is_one_more_deployment_with_its_target(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    first, second = deploy(vector, mockenv, environment), deploy(vector, mockenv, environment)
    reply = vector("POST", f"{environment}/rollback", {"target_deployment_id": first["id"]})
    made = reply.json()["data"]
    assert (reply.status_code, reply.json()["message"]) == (202, "Rollback initiated successfully")
    assert (made["status"], made["target_deployment_id"], made["stdout"]) == ("pending", first["id"], None)
    assert made["id"] not in (first["id"], second["id"])
    mockenv.advance_until_idle()
    listed = data(vector, "GET", f"{environment}/deployments")
    assert [(one["id"], one["status"]) for one in listed] == [(id, "deployed") for id in (made["id"], second["id"], first["id"])]
    assert listed[1:] == [second, first]  # history is kept as it was


@pytest.mark.parametrize("body", [b"", b"{}", b'{"target_deployment_id": null}', b'{"target_deployment_id": ""}'])
def test_without_a_target_it_is_the_newest_that_succeeded(vector: Browser, mockenv: Sandbox, environment: str, body: bytes) -> None:
    deploy(vector, mockenv, environment)
    good = deploy(vector, mockenv, environment)
    deploy(vector, mockenv, environment, failing="no")
    reply = vector("POST", f"{environment}/rollback", data=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["data"]["target_deployment_id"]) == (202, good["id"])


def test_a_target_must_be_a_success_of_the_same_environment(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    foreign = deploy(vector, mockenv, active_environment(vector, mockenv, "qa"))["id"]
    failed = deploy(vector, mockenv, environment, failing="no")["id"]
    deploy(vector, mockenv, environment)
    before = len(mockenv.events())
    for target in (foreign, failed, "01JFGXK7890ABCDEF1234567"):
        refused = vector("POST", f"{environment}/rollback", {"target_deployment_id": target})
        assert (refused.status_code, refused.json()) == (
            422,
            {
                "data": {},
                "errors": {"target_deployment_id": [NO_SUCH_DEPLOYMENT]},
                "message": "Validation failed",
                "http_status": 422,
            },
        )
    assert len(mockenv.events()) == before


def test_there_is_nothing_to_roll_back_to_before_the_first_success(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    deploy(vector, mockenv, environment, failing="no")
    assert "target_deployment_id" in vector("POST", f"{environment}/rollback").json()["errors"]


def test_a_deployment_is_found_under_its_own_environment_and_site_only(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    id = deploy(vector, mockenv, environment)["id"]
    other = active_environment(vector, mockenv, "qa")
    site = data(vector, "POST", f"{API}/sites", {"partner_customer_id": "c", "dev_php_version": "8.1"}, 201)["id"]
    for path, what in (
        (f"{other}/deployments/{id}", "Deployment not found"),
        (f"{environment}/deployments/nope", "Deployment not found"),
        (f"{API}/sites/{site}/environments/67890/deployments/{id}", "Environment not found"),
        (f"{API}/sites/1/environments/67890/deployments/{id}", "Site not found"),
    ):
        gone = vector("GET", path)
        assert (gone.status_code, gone.json()) == (404, {"data": {}, "message": what, "http_status": 404})
    assert vector("POST", f"{API}/sites/{site}/environments/67890/deployments").json()["message"] == "Environment not found"
    assert data(vector, "GET", f"{API}/sites/12345/environments/staging/deployments/{id}")["id"] == id  # by name


def test_deployments_go_with_their_environment_even_those_under_way(vector: Browser, mockenv: Sandbox, environment: str) -> None:
    deploy(vector, mockenv, environment)
    mockenv.hold("deploying")
    running = data(vector, "POST", f"{environment}/deployments", status=202)["id"]
    mockenv.advance("5s")
    data(vector, "DELETE", environment)
    mockenv.advance_until_idle()
    assert mockenv.resources(kind="deployment") == []
    assert mockenv.agenda() == []
    assert not mockenv.release("deploying")
    assert f"vector/deployment/{running}" not in [one["resource"] for one in mockenv.agenda()]
    ended = [one for one in mockenv.events() if one["type"] == "vector.deployment.failed"]
    assert [(one["data"]["id"], one["data"]["status"], one["data"]["stderr"]) for one in ended] == [
        (running, "failed", "The environment was deleted.\n")
    ]
    assert types(mockenv)[-2:] == ["vector.deployment.failed", "vector.environment.deleted"]


def test_deployments_go_with_a_site_that_takes_its_environments_along(vector: Browser, mockenv: Sandbox) -> None:
    data(vector, "DELETE", f"{API}/sites/12345")
    late = data(vector, "POST", f"{API}/sites/12345/environments", {"name": "late", "php_version": "8.3"}, 201)["id"]
    mockenv.set_status(f"vector/environment/{late}", "active")
    data(vector, "POST", f"{API}/sites/12345/environments/{late}/deployments", status=202)
    mockenv.advance_until_idle()
    assert mockenv.resources(provider="vector") == []
    assert "vector.deployment.completed" not in types(mockenv)
    assert types(mockenv).count("vector.deployment.failed") == 1


def test_a_source_that_was_sent_is_echoed(vector: Browser, environment: str) -> None:
    made = data(vector, "POST", f"{environment}/deployments", {"source": "development", "unknown": 1}, 202)
    assert made["source"] == "development"
    assert "unknown" not in made


@pytest.mark.mockenv(clock="auto")
def test_polling_a_deployment_moves_an_auto_clock(vector: Browser, mockenv: Sandbox) -> None:
    made = data(vector, "POST", f"{API}/sites/12345/environments", {"name": "qa", "php_version": "8.3"}, 201)
    environment = f"{API}/sites/12345/environments/{made['id']}"
    while data(vector, "GET", environment)["status"] == "pending":
        pass
    id = data(vector, "POST", f"{environment}/deployments", status=202)["id"]
    assert [data(vector, "GET", f"{environment}/deployments/{id}")["status"] for _ in range(2)] == ["deploying", "deployed"]


def test_a_reader_may_look_at_deployments_but_not_make_any(
    reader: Browser, vector: Browser, mockenv: Sandbox, environment: str
) -> None:
    id = deploy(vector, mockenv, environment)["id"]
    assert reader("GET", f"{environment}/deployments/{id}").status_code == 200
    for path in ("deployments", "rollback"):
        assert reader("POST", f"{environment}/{path}").status_code == 403


@given(st.lists(st.integers(min_value=1, max_value=4_000), min_size=1, max_size=6))
@settings(max_examples=15)
def test_a_jump_and_any_walk_end_in_the_same_world(mockenv_server: Mockenv, steps: list[int]) -> None:
    """A deployment, a failing one, a clone and a certificate, all under way at once."""
    worlds = []
    for spans in ([sum(steps)], steps):
        with mockenv_server.sandbox(clock="manual", seed=3, delays={"vector": {"uniform": ["100ms", "3s"]}}) as sandbox:
            vector = Browser(sandbox, sandbox.headers("vector"))
            one = active_environment(vector, sandbox, "one", custom_domain="www.example.com")
            two = active_environment(vector, sandbox, "two")
            sandbox.fault({"fail": "no"}, resource="deployment", step="deploying", after=1)
            for path in (f"{one}/deployments", f"{two}/deployments", f"{one}/ssl/nudge"):
                assert vector("POST", path).ok
            data(vector, "POST", f"{API}/sites/12345/clone", {"partner_customer_id": "c"}, 201)
            for milliseconds in spans:
                sandbox.advance(f"{milliseconds}ms")
            seen = [data(vector, "GET", path) for path in (f"{API}/sites/12345/logs", f"{API}/events", f"{one}/ssl")]
            worlds.append((sandbox.resources(), sandbox.events(), sandbox.agenda(), seen))
    assert worlds[0] == worlds[1]
