"""When branchEnvironment answers: on clocks that move by themselves, on one that stands, and where an option says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client

from mockenv.bootstrap import build
from mockenv.client import Sandbox
from mockenv.settings import Settings
from tests.providers.archie.conftest import ALL_FLAGS, PROJECT, GraphQL, Json

FAST = {"mode": "real", "speed": 1000}


class Asking(threading.Thread):
    """A client that waits for its answer while the test goes on."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._ask, self.answer = ask, None
        self.start()

    def run(self) -> None:
        self.answer = self._ask()

    def result(self) -> Any:
        self.join(20)
        assert not self.is_alive()
        return self.answer


def first_branching(sandbox: Sandbox) -> Json:
    """The environment whose branching has begun in another thread."""
    for _ in range(2_000):
        found = sandbox.resources(provider="archie", kind="environment", status="branching")
        if found:
            document: Json = found[0]["document"]
            return document
    raise AssertionError("nothing is being branched")


def held_branch(sandbox: Sandbox, name: str, step: str) -> str:
    """The id of the branch of this name, once a gate or a fault keeps it in this step."""
    for _ in range(2_000):
        kept = {
            one["resource"].rpartition("/")[2]
            for one in sandbox.agenda()
            if (one["step"], one["state"] == "pending") == (step, False)
        }
        found = sandbox.resources(provider="archie", kind="environment", status="branching")
        if ids := [one["id"] for one in found if one["id"] in kept and one["document"]["name"] == name]:
            return str(ids[0])
    raise AssertionError(f"{name} is not kept in {step}")


@pytest.mark.mockenv(clock=FAST)
def test_on_a_real_clock_the_answer_comes_with_the_active_environment(archie: GraphQL) -> None:
    made = archie.branch(**ALL_FLAGS)
    assert (made["message"], made["environment"]["status"]) == ("Environment created successfully", "active")
    assert archie.environment("staging") == made["environment"]


@pytest.mark.mockenv(clock=FAST)
def test_meanwhile_others_see_it_branching_and_find_its_name_taken(archie: GraphQL, member: GraphQL, mockenv: Sandbox) -> None:
    mockenv.hold("activating")
    asking = Asking(lambda: archie.branch(**ALL_FLAGS))
    id = first_branching(mockenv)["id"]
    assert member.environment("staging")["status"] == "branching"
    assert "already exists" in member.branch()["message"]
    assert "is branching" in member.branch("next", "staging")["message"]
    assert not mockenv.wait(f"archie/environment/{id}", "active", timeout=0.05)
    assert mockenv.release("activating") == 1
    assert asking.result()["environment"]["status"] == "active"
    assert mockenv.wait(f"archie/environment/{id}", "active")


@pytest.mark.mockenv(clock=FAST)
def test_of_two_that_want_one_name_exactly_one_wins(archie: GraphQL, member: GraphQL) -> None:
    both = [Asking(client.branch) for client in (archie, member)]
    answers = [one.result() for one in both]
    assert sorted(answer["success"] for answer in answers) == [False, True]
    assert len(archie.environments()) == 2


@pytest.mark.mockenv(clock=FAST)
def test_on_a_real_clock_a_failure_is_told_and_leaves_nothing(archie: GraphQL, mockenv: Sandbox) -> None:
    before = archie.world()
    mockenv.fault({"fail": "no room"}, provider="archie", step="copying_resources")
    answer = archie.branch(**ALL_FLAGS)
    assert (answer["success"], answer["environment"]) == (False, None)
    assert "copying_resources: no room" in answer["message"]
    assert archie.world() == before
    assert mockenv.drop() == []


@pytest.mark.mockenv(clock="auto")
def test_an_auto_clock_moves_to_the_end_of_the_branching(archie: GraphQL, mockenv: Sandbox) -> None:
    before = mockenv.clock()["now"]
    made = archie.branch()["environment"]
    assert (made["status"], mockenv.clock()["now"] > before, mockenv.agenda()) == ("active", True, [])


TWO = """
mutation ($one: BranchEnvironmentInput!, $two: BranchEnvironmentInput!, $three: BranchEnvironmentInput!) {
  first: branchEnvironment(input: $one) { success message environment { name createdAt updatedAt status } }
  again: branchEnvironment(input: $two) { success message environment { name } }
  second: branchEnvironment(input: $three) { success environment { name parentName createdAt updatedAt status } }
}"""


def three() -> Json:
    base = {"projectId": PROJECT, "mode": "full"}
    return {
        "one": {**base, "name": "one", "sourceEnvironment": "master"},
        "two": {**base, "name": "one", "sourceEnvironment": "master"},
        "three": {**base, "name": "two", "sourceEnvironment": "one"},
    }


@pytest.mark.mockenv(clock={"mode": "auto", "now": "2026-03-08T20:00:00Z"})
def test_mutations_of_one_document_wait_one_after_the_other(archie: GraphQL) -> None:
    answer = archie.ask(TWO, **three())
    assert answer["first"]["environment"] == {
        "name": "one",
        "createdAt": "2026-03-08T20:00:00Z",
        "updatedAt": "2026-03-08T20:00:05Z",
        "status": "active",
    }
    assert answer["again"] == {
        "success": False,
        "message": "Environment 'one' already exists in this project",
        "environment": None,
    }
    assert answer["second"]["environment"] == {
        "name": "two",
        "parentName": "one",
        "createdAt": "2026-03-08T20:00:05Z",
        "updatedAt": "2026-03-08T20:00:10Z",
        "status": "active",
    }


@pytest.mark.mockenv(clock=FAST)
def test_they_do_so_on_a_real_clock_as_well(archie: GraphQL) -> None:
    answer = archie.ask(TWO, **three())
    assert [answer[name]["success"] for name in ("first", "again", "second")] == [True, False, True]
    assert [one["status"] for one in archie.environments()] == ["active"] * 3


def test_what_one_mutation_has_done_stays_when_the_next_is_refused(archie: GraphQL, member: GraphQL) -> None:
    variables = three()
    variables["two"] = {**variables["two"], "name": "other", **ALL_FLAGS}
    reply = member.post(TWO, variables).json()
    assert (reply["data"], [error["path"] for error in reply["errors"]]) == (None, [["again"]])
    assert [one["name"] for one in archie.environments()] == ["master", "one"]


@pytest.mark.mockenv(options={"archie": {"branch_reply": "active"}})
def test_a_manual_clock_can_be_told_to_let_the_answer_wait_for_whoever_moves_it(archie: GraphQL, mockenv: Sandbox) -> None:
    asking = Asking(archie.branch)
    id = first_branching(mockenv)["id"]
    assert mockenv.advance_until(f"archie/environment/{id}", "active").reached
    assert asking.result()["environment"]["status"] == "active"


@pytest.mark.mockenv(options={"archie": {"branch_reply": "immediate"}}, clock="auto")
def test_immediate_answers_at_once_and_asking_for_the_list_moves_an_auto_clock(archie: GraphQL) -> None:
    assert archie.branch()["environment"]["status"] == "branching"
    seen = []
    while (status := archie.environment("staging")["status"]) == "branching":
        seen.append(status)
    assert status == "active"
    assert len(seen) == 4  # the fifth look finds it active: each moves one step
    assert "errors" not in archie.post("{ __typename }").json()


@pytest.mark.mockenv(options={"archie": {"branch_reply": "immediate"}}, clock="auto")
def test_only_a_query_for_data_is_polling(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.branch("one")
    now = mockenv.clock()["now"]
    for query in ("{ __typename }", "{ __schema { queryType { name } } }", "{ nope }", "{"):
        archie.post(query)
    archie.branch("two")
    assert mockenv.clock()["now"] == now


@pytest.mark.mockenv(clock="auto", holds=["creating_database_users", "activating"])
def test_on_an_auto_clock_the_answer_waits_for_what_is_held(archie: GraphQL, mockenv: Sandbox) -> None:
    asking = Asking(lambda: archie.ask(TWO, **three()))
    for name in ("one", "two"):
        for step in ("creating_database_users", "activating"):
            resource = f"archie/environment/{held_branch(mockenv, name, step)}"
            assert not mockenv.wait(resource, "active", timeout=0.05)
            assert mockenv.release(step) == 1
            mockenv.hold(step)
    answers = asking.result()
    assert [answers[name]["success"] for name in ("first", "again", "second")] == [True, False, True]


@pytest.mark.mockenv(clock="auto")
def test_on_an_auto_clock_the_answer_waits_for_what_is_stalled_until_somebody_ends_it(archie: GraphQL, mockenv: Sandbox) -> None:
    mockenv.fault({"stall": True}, provider="archie", step="cloning_database")
    asking = Asking(archie.branch)
    id = held_branch(mockenv, "staging", "cloning_database")
    mockenv.set_status(f"archie/environment/{id}", "error")
    assert asking.result() == {"success": False, "message": "Environment 'staging' is error", "environment": None}


@pytest.mark.mockenv(clock=FAST)
@pytest.mark.parametrize("status", ["active", "error", "archived"])
def test_a_status_forced_from_outside_ends_the_wait(archie: GraphQL, mockenv: Sandbox, status: str) -> None:
    mockenv.hold("cloning_database")
    asking = Asking(archie.branch)
    mockenv.set_status(f"archie/environment/{first_branching(mockenv)['id']}", status)
    answer = asking.result()
    assert answer["success"] == (status == "active")
    assert answer["message"] == ("Environment created successfully" if answer["success"] else f"Environment 'staging' is {status}")


@pytest.mark.mockenv(clock=FAST)
def test_a_reset_ends_the_wait(archie: GraphQL, mockenv: Sandbox) -> None:
    mockenv.hold("cloning_database")
    asking = Asking(lambda: archie.post(TWO, three()))
    first_branching(mockenv)
    mockenv.reset()
    reply = asking.result()
    assert (reply.status_code, "was reset or restored" in reply.json()["errors"][0]["message"]) == (404, True)
    assert [one["name"] for one in archie.environments()] == ["master"]


def test_dropping_the_sandbox_ends_the_wait_in_the_services_own_words(mockenv_server: Any) -> None:
    sandbox = mockenv_server.sandbox(clock=FAST, holds=["cloning_database"])
    archie = GraphQL(sandbox)
    input = {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": "full"}
    asking = Asking(lambda: archie.post(TWO, {**three(), "one": input}))
    first_branching(sandbox)
    sandbox.drop()
    reply = asking.result()
    assert (reply.status_code, list(reply.json())) == (404, ["errors"])


def test_without_the_event_loop_it_answers_at_once() -> None:
    server = build(Settings(clock="real", check_replies="fail", log_level="warning"))
    try:
        client, headers = Client(server.app), {"Authorization": "Bearer anything"}
        answer = client.post("/graphql", json={"query": TWO, "variables": three()}, headers=headers).json
        assert answer is not None
        assert answer["data"]["first"]["environment"]["status"] == "branching"
        assert [answer["data"][name]["success"] for name in ("again", "second")] == [False, False]
    finally:
        server.close()
