"""No secret's value in any record: neither journal, HAR, events, resources, metrics nor log."""

from __future__ import annotations

import logging

import pytest

from mockenv.client import Mockenv
from tests.providers.phase.conftest import APP, ENVIRONMENTS, Phase

SECRETS = f"/v1/secrets/?app_id={APP}&env=development"
VALUE, OVERRIDE, COMMENT = "correct-horse-battery", "staple-of-my-own", "remark-in-confidence"


@pytest.mark.parametrize("prefix", ["", "/public", "/service", "/service/public"])
def test_values_are_in_no_record(phase: Phase, mockenv_server: Mockenv, prefix: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path = prefix + SECRETS
    entry = {"key": "A", "value": VALUE, "comment": COMMENT, "override": {"value": OVERRIDE, "isActive": True}}
    made = phase("POST", path, {"secrets": [entry]}).json()[0]
    assert phase("GET", path).json()[0]["value"] == VALUE
    phase("PUT", path, {"secrets": [{"id": made["id"], "value": VALUE}]})
    for method in ("POST", "PUT", "PATCH"):
        phase(method, path, {"secrets": [{"key": "", "value": VALUE}]})  # refused
        phase(method, path.replace("secrets/", "secrets"), {"secrets": [entry]})  # a slash forgotten
        phase(method, f"{prefix}/v1/secrets/", data=f"broken {VALUE}")
    records = [
        str(phase.sandbox.journal()),
        str(phase.sandbox.har()),
        str(phase.sandbox.events()),
        str(phase.sandbox.resources()),
        str(mockenv_server.spec_violations()),
        mockenv_server.metrics(),
        caplog.text,
    ]
    for record in records:
        for hidden in (VALUE, OVERRIDE, COMMENT):
            assert hidden not in record


def test_the_journal_shows_the_bodies_of_everything_else(phase: Phase) -> None:
    phase.make("canary")
    phase.add_secrets({"key": "A", "value": VALUE})
    phase("GET", ENVIRONMENTS)
    created, hidden, listed = phase.sandbox.journal()
    assert created["request"]["body"] == {"name": "canary"}
    assert created["reply"]["body"]["name"] == "canary"
    assert (hidden["request"]["body"], hidden["reply"]["body"]) == ("[redacted]", "[redacted]")
    assert [one["name"] for one in listed["reply"]["body"]][-1] == "canary"


def test_tokens_are_in_no_record(phase: Phase) -> None:
    made = phase("POST", "/v1/service-accounts/", {"name": "robot", "role_id": phase.role("Service")}).json()
    value = made["initialToken"]["bearerToken"].split(" ")[1]
    phase.bearing(f"Bearer {made['initialToken']['bearerToken']}", "GET", ENVIRONMENTS)
    for record in (phase.sandbox.journal(), phase.sandbox.har(), phase.sandbox.events(), phase.sandbox.resources()):
        assert value not in str(record)


def test_a_leak_report_names_what_was_made_and_not_deleted(mockenv_server: Mockenv) -> None:
    sandbox = mockenv_server.sandbox(clock="manual")
    phase = Phase(sandbox)
    kept = phase.make("canary")["id"]
    phase("DELETE", f"/v1/environments/{phase.make('gone')['id']}/")
    assert sandbox.drop() == [f"phase/environment/{kept}"]
