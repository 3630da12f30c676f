"""Whatever is planted into a service that is otherwise like mockenv is found, and nothing is where nothing was planted."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.bootstrap import make_services
from mockenv.conformance.suites import suite_of
from mockenv.settings import Settings
from tests.conformance.conftest import Alter, Answer, Plant, Run, compared

APP = {"app": "72b9ddd5-8fce-49ab-89d9-c431d53a9552"}


def on(method: str, part: str, change: Any, status: int = 0) -> Alter:
    """Alters answers to requests of this method whose path holds that."""

    def alter(one: Answer) -> None:
        if one.method == method and part in one.path and (not status or one.status == status):
            change(one)

    return alter


def test_two_that_are_alike_do_not_drift(plant: Plant) -> None:
    outcome, _ = compared(plant(), "phase", APP)
    assert [one.text for one in outcome.drifts] == []
    assert (dict(outcome.skipped), list(outcome.left)) == ({}, [])


def test_another_seed_is_no_drift(plant: Plant) -> None:
    outcome, _ = compared(plant(seed=77), "phase", APP)
    assert [one.text for one in outcome.drifts] == []


def set_status(status: int) -> Any:
    return lambda one: setattr(one, "status", status)


def put(name: str, value: Any) -> Any:
    def change(one: Answer) -> None:
        one.body[name] = value

    return change


def rename(old: str, new: str) -> Any:
    return lambda one: one.body.update({new: one.body.pop(old)})


def each(change: Any) -> Any:
    def alter(one: Answer) -> None:
        for item in one.body if isinstance(one.body, list) else ():
            change(item)

    return alter


CREATE, GET = ("POST", "/v1/environments/"), ("GET", "/v1/environments/")
PLANTED = {
    "another status of a creation": (on(*CREATE, set_status(200), 201), "create-environment", "status", ""),
    "another status of a refusal": (on(*CREATE, set_status(409), 400), "name-taken", "status", ""),
    "another status of a deletion": (on("DELETE", "/v1/environments/", set_status(200)), "delete-environment", "status", ""),
    "a member is missing": (on(*CREATE, lambda one: one.body.pop("updatedAt"), 201), "create-environment", "extra", "/updatedAt"),
    "a member more": (on(*CREATE, put("slug", "x"), 201), "create-environment", "missing", "/slug"),
    "a renamed member": (on(*CREATE, rename("envType", "env_type"), 201), "create-environment", "missing", "/env_type"),
    "a number as a text": (on(*CREATE, put("index", "3"), 201), "create-environment", "type", "/index"),
    "null": (on(*CREATE, put("updatedAt", None), 201), "create-environment", "null", "/updatedAt"),
    "a date in another form": (on(*CREATE, put("createdAt", "2026-01-24T10:30:00.000001Z"), 201), "create-environment", "format", "/createdAt"),
    "an id in another form": (on(*CREATE, lambda one: one.body.update(id=one.body["id"].replace("-", "")), 201), "create-environment", "format", "/id"),
    "another word of an enumeration": (on(*CREATE, put("envType", "sandbox"), 201), "create-environment", "value", "/envType"),
    "a name that was changed": (on(*CREATE, put("name", "other"), 201), "create-environment", "value", "/name"),
    "another text of a refusal": (on(*CREATE, put("error", "Taken."), 400), "name-taken", "error", "/error"),
    "another body of a refusal": (on(*CREATE, lambda one: setattr(one, "body", {"detail": "no"}), 400), "name-missing", "error", "/detail"),
    "another header": (on(*GET, lambda one: one.headers.update(Allow="GET")), "list-environments", "header", "allow"),
    "a missing header": (on(*GET, lambda one: one.headers.pop("WWW-Authenticate"), 401), "without-a-token", "header", "www-authenticate"),
    "a member of what was there before": (on("GET", "/v1/apps/", put("owner", "x")), "get-app", "missing", "/owner"),
    "another body altogether": (on("GET", "/v1/apps/", lambda one: setattr(one, "body", b"<html>")), "get-app", "type", "/"),
    "a member that the things of a list lack": (on(*GET, each(lambda item: item.pop("envType")), 200), "list-environments", "extra", "/*/envType"),
    "the order of a list": (on("GET", "/v1/environments/?", lambda one: one.body.reverse(), 200), "list-with-the-new-ones", "order", "/"),
    "an item that is not listed": (on("GET", "/v1/environments/?", lambda one: one.body.pop(), 200), "list-with-the-new-ones", "items", "/"),
    "a list in an envelope": (on("GET", "/v1/environments/?", lambda one: setattr(one, "body", {"data": one.body}), 200), "list-environments", "type", "/"),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_drift_is_found_where_it_is(plant: Plant, planted: str) -> None:
    alter, step, kind, where = PLANTED[planted]
    outcome, _ = compared(plant(alter), "phase", APP)
    assert (step, kind, where) in {(one.step, one.kind, one.where) for one in outcome.drifts}, [one.text for one in outcome.drifts]


SITE = {"site": "12345"}
FEBRUARY = "vector.generation=2026-02"
LATER: dict[str, Any] = {"options": {"vector": {"generation": "2026-02"}}}


def in_data(change: Any) -> Any:
    """Alters what is in the envelope: the one thing, or each of several."""

    def alter(one: Answer) -> None:
        for item in one.body["data"] if isinstance(one.body["data"], list) else [one.body["data"]]:
            change(item)

    return alter


MADE, SECRETS, HOOK = ("POST", "/sites/12345/environments"), ("GET", "/secrets"), ("GET", "/webhooks/")
PLANTED_LATER = {
    "a deletion as in January": (on("DELETE", "/environments/", set_status(200), 202), "delete-environment", "status", ""),
    "the customer's old name": (on(*MADE, in_data(lambda one: one.update(partner_customer_id=one.pop("your_customer_id"))), 201), "create-environment", "missing", "/data/partner_customer_id"),
    "a number for an id": (on(*MADE, in_data(lambda one: one.update(vector_site_id=12345)), 201), "create-environment", "type", "/data/vector_site_id"),
    "a date with fractions": (on(*MADE, in_data(lambda one: one.update(created_at="2026-02-12T10:30:00.000000Z")), 201), "create-environment", "format", "/data/created_at"),
    "another message": (on(*MADE, put("message", "Environment created"), 201), "create-environment", "value", "/message"),
    "no reason for a failure": (on("GET", "/environments/", in_data(lambda one: one.pop("failure_reason", None)), 200), "environment-is-ready", "extra", "/data/failure_reason"),
    "a list of all environments": (on("GET", "/environments", set_status(200), 422), "list-environments-of-no-site", "status", ""),
    "no links": (on("GET", "/environments?", lambda one: one.body.pop("links", None), 200), "list-environments", "extra", "/links"),
    "a secret that is shown": (on(*SECRETS, in_data(lambda one: one.update(value="x")), 200), "list-secrets", "missing", "/data/secret/value"),
    "a webhook's secret that is shown again": (on(*HOOK, in_data(lambda one: one.update(secret="x")), 200), "get-webhook", "missing", "/data/secret"),
    "another text of a refusal": (on("POST", "/webhooks", put("message", "Invalid"), 422), "webhook-of-no-events", "error", "/message"),
    "another status of a refusal": (on("GET", "/deployments/", set_status(400), 404), "deployment-unknown", "status", ""),
}  # fmt: skip


def test_drifts_that_are_planted_into_the_later_generation_are_found_all_in_one_run(plant: Plant) -> None:
    def alter(one: Answer) -> None:
        for change, *_ in PLANTED_LATER.values():
            change(one)

    outcome, _ = compared(plant(alter, **LATER), "vector", SITE, options=(FEBRUARY,))
    found = {(one.step, one.kind, one.where) for one in outcome.drifts}
    assert [name for name, (_, *where) in PLANTED_LATER.items() if tuple(where) not in found] == []


SUITES: dict[str, tuple[dict[str, str], tuple[str, ...], dict[str, Any]]] = {
    "phase": (APP, (), {}),
    "vector": (SITE, (), {}),
    "vector-2026-02": (SITE, (FEBRUARY,), LATER),
    "launchdarkly": ({"project": "my-project"}, (), {}),
    "archie": ({"project": "f7e4a264-d659-4719-91e8-c2d74654e529"}, (), {}),
}


@pytest.mark.parametrize("suite", SUITES)
def test_every_suite_finds_nothing_between_two_that_are_alike_and_leaves_nothing(plant: Plant, suite: str) -> None:
    needs, options, world = SUITES[suite]
    service = plant(seed=5, **world)
    outcome, _ = compared(service, suite.partition("-")[0], needs, options=options)
    assert [f"{one.step}: {one.text}" for one in outcome.drifts] == []
    assert (dict(outcome.skipped), list(outcome.left)) == ({}, [])
    service.sandbox.advance_until_idle()
    assert [
        one["name"]
        for one in service.sandbox.resources()
        if "mockenv-conform" in str(one["document"]) and "audit" not in one["kind"]
    ] == []


def test_every_step_has_its_page() -> None:
    for one in (edition for each in make_services(Settings()) for edition in (each, *each.editions)):
        assert {step.source.partition("//")[0] for step in suite_of(one).steps} == {"https:"}


def test_the_option_says_which_suite_is_played(run: Run) -> None:
    asked = ("conform", "--upstream", "https://example.com", "--provider", "vector", "--show")
    assert "GET /api/v1/vector/sites/{site}/environments/{env}  environment-is-ready" in run(*asked).stdout
    assert "GET /api/v1/vector/environments/{env}  environment-is-ready" in run(*asked, "--option", FEBRUARY).stdout
