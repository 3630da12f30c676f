"""Why a request was answered as it was: the stage that answered, the document's word, the rules that nearly spoke of it."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.bootstrap import build
from mockenv.client import MockenvError, Sandbox
from mockenv.kernel.worlds.journal import STAGES
from mockenv.settings import Settings
from tests.control.conftest import ENVIRONMENTS, SITES, Maker


def why(sandbox: Sandbox) -> Any:
    """Of the newest request."""
    number = sandbox.journal(limit=1)[0]["number"]
    return sandbox.server.call("GET", f"sandboxes/{sandbox.name}/journal/entries/{number}")["why"]


def test_the_stages_that_are_told_are_those_of_the_pipeline() -> None:
    pipeline = build(Settings()).dispatcher._pipeline
    assert tuple(stage.__name__ for stage in pipeline.stages) == STAGES


@pytest.mark.parametrize(
    ("ask", "stage"),
    [
        ({"method": "GET", "path": SITES}, "behave"),
        ({"method": "GET", "path": SITES, "headers": {"Authorization": ""}}, "authenticate"),
        ({"method": "GET", "path": SITES, "headers": {"X-Mockenv-Fault": "status=503"}}, "fault_before"),
        ({"method": "POST", "path": SITES, "data": b" " * (2 << 20)}, "refuse_unread"),
    ],
)
def test_the_stage_that_answered_is_told(mockenv: Sandbox, make: Maker, ask: dict[str, Any], stage: str) -> None:
    make.http(**ask)
    assert why(mockenv)["stage"] == stage


def test_what_the_document_says_against_a_request_is_told_without_what_may_be_secret(mockenv: Sandbox, make: Maker) -> None:
    make.http("POST", ENVIRONMENTS, {"name": 5, "php_version": "8.3"})
    assert [one.split(":")[0] for one in why(mockenv)["against_document"]] == ["request name"]
    make.http("GET", f"{SITES}/12345/nothing")
    assert why(mockenv)["against_document"] == [f"the document has no GET {SITES}/12345/nothing"]
    make.http("GET", SITES)
    assert why(mockenv)["against_document"] == []


def test_rules_that_did_not_act_tell_what_kept_them(mockenv: Sandbox, make: Maker) -> None:
    mockenv.add_fault({"provider": "vector", "operation": "createSite", "method": "POST", "effect": {"status": 503}})
    mockenv.add_fault({"provider": "vector", "operation": "getSite", "params": {"site": "1"}, "effect": {"status": 503}})
    mockenv.add_fault({"provider": "vector", "operation": "listSites", "times": 1, "effect": {"status": 503}})
    make.http("GET", SITES)
    make.http("GET", SITES)
    near = {one["id"]: one["differs"] for one in why(mockenv)["near_faults"]}
    assert near["fault-3"] == ["it has acted 1 times, as often as it may"]
    assert near["fault-1"] == ["method is 'GET', not 'POST'", "operation is 'listSites', not 'createSite'"]
    assert near["fault-2"][0] == "operation is 'listSites', not 'getSite'"


def test_a_request_that_is_not_there_is_a_404(mockenv: Sandbox) -> None:
    for number in ("1", "x"):
        with pytest.raises(MockenvError, match="no request") as refused:
            mockenv.server.call("GET", f"sandboxes/{mockenv.name}/journal/entries/{number}")
        assert refused.value.status == 404


def test_what_follows_a_step_is_foretold_and_comes_to_pass(mockenv: Sandbox, make: Maker) -> None:
    resource = make()
    [entry] = mockenv.agenda()
    foretold = [(entry["step"], entry["due"]), *((one["step"], one["due"]) for one in entry["ahead"])]
    mockenv.advance_until(resource, "active")
    assert [(one["step"], one["at"]) for one in mockenv.fired(resource=resource)] == foretold


def test_a_step_that_failed_tells_what_was_taken_back(mockenv: Sandbox, make: Maker) -> None:
    """Vector takes nothing back: its README says so."""
    make()
    mockenv.fault({"fail": "no"}, step="configuring_database", times=1)
    mockenv.advance_until_idle()
    assert [(one["outcome"], one["undone"]) for one in mockenv.fired()] == [("done", []), ("failed", [])]


def test_lists_may_be_cut_and_left_without_documents(mockenv: Sandbox, make: Maker) -> None:
    made = [make(f"e{number}") for number in range(3)]
    path = f"sandboxes/{mockenv.name}"
    found = mockenv.server.call("GET", f"{path}/resources?kind=environment&provider=vector&limit=2&documents=false")
    assert [(one["name"], one["label"], "document" in one) for one in found["resources"]] == [
        (made[1], "e1", False),
        (made[2], "e2", False),
    ]
    assert found["left_out"] >= 1
    assert mockenv.server.call("GET", f"{path}/resources")["left_out"] == 0
    agenda = mockenv.server.call("GET", f"{path}/agenda?limit=1")
    assert (len(agenda["entries"]), agenda["matching"]) == (1, 3)
    lines = mockenv.server.call("GET", f"{path}/journal?format=lines")["entries"]
    assert [("request" in one, one["operation"]) for one in lines] == [(False, "createEnvironment")] * 3


def test_the_list_of_worlds_tells_what_is_pending_and_when_somebody_last_asked(mockenv: Sandbox, make: Maker) -> None:
    make()
    line = next(one for one in mockenv.server.sandboxes() if one["name"] == mockenv.name)
    assert (line["pending"], line["requests"], line["last_request"]) == (1, 1, "2026-01-24T10:30:00Z")


def test_the_catalogue_names_what_a_rule_may_speak_of(mockenv: Sandbox) -> None:
    catalogue = mockenv.server.call("GET", "catalogue")
    vector = catalogue["providers"]["vector"]
    assert "configuring_database" in vector["kinds"]["environment"]["steps"]
    assert ("createSite", "POST", SITES) in [(one["operation"], one["method"], one["path"]) for one in vector["operations"]]
    assert set(catalogue["effects"]) == {"request", "step", "delivery"}
    assert "docs" in catalogue["fixtures"]
    for event in vector["events"]:
        mockenv.add_fault({"provider": "vector", "event": event, "effect": {"drop": True}})
