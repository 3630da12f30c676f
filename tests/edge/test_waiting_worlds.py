"""Who waits belongs to the world that let it in, and to the journal even if it leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import pytest
import requests

from mockenv.client import FaultPhase, Sandbox
from tests.conftest import Browser
from tests.edge.conftest import SITE, Wire, request

ENVIRONMENT = {"name": "a", "php_version": "8.3"}
BRANCH = """mutation { branchEnvironment(input: {
  projectId: "f7e4a264-d659-4719-91e8-c2d74654e529", name: "staging", sourceEnvironment: "master", mode: "full"
}) { success message } }"""


class Asking(Thread):
    """A client that waits for its answer while the test goes on."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._ask, self.answer = ask, None
        self.start()

    def run(self) -> None:
        with suppress(requests.RequestException):
            self.answer = self._ask()

    def result(self) -> Any:
        self.join(20)
        assert not self.is_alive()
        return self.answer


def until(what: Callable[[], Any]) -> None:
    """Ask again and again: the server is another thread."""
    pause = Event()
    for _ in range(2000):
        if what():
            return
        pause.wait(0.005)
    raise AssertionError("it never came to that")


def end_by_reset(sandbox: Sandbox) -> None:
    sandbox.reset()


def end_by_restore(sandbox: Sandbox) -> None:
    sandbox.restore("before")


@pytest.fixture(params=[end_by_reset, end_by_restore])
def end(request: pytest.FixtureRequest, mockenv: Sandbox) -> Callable[[Sandbox], None]:
    mockenv.snapshot("before")
    found: Callable[[Sandbox], None] = request.param
    return found


def create(sandbox: Sandbox) -> Asking:
    vector = Browser(sandbox, sandbox.headers("vector"))
    return Asking(lambda: vector("POST", f"{SITE}/environments", ENVIRONMENT))


def branch(sandbox: Sandbox) -> Asking:
    archie = Browser(sandbox, sandbox.headers("archie"))
    return Asking(lambda: archie("POST", "/graphql", {"query": BRANCH}))


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_delayed_request_is_not_carried_out_in_the_next_world(
    mockenv: Sandbox, end: Callable[[Sandbox], None], phase: FaultPhase
) -> None:
    mockenv.fault({"delay": "600ms"}, phase=phase, times=1)
    asking = create(mockenv)
    until(lambda: mockenv.faults()[0]["hits"])
    end(mockenv)
    mockenv.clear_faults()
    reply = asking.result()
    assert (reply.status_code, "was reset or restored" in reply.json()["message"]) == (404, True)
    assert mockenv.resources(kind="environment", provider="vector") == []
    [entry] = mockenv.journal()
    assert (entry["status"], "reset, restored or dropped" in entry["note"]) == (404, True)
    assert mockenv.verify({"operation": "createEnvironment"}, exactly=0)


@pytest.mark.mockenv(options={"archie": {"branch_reply": "active"}})
def test_a_parked_mutation_is_answered_as_if_its_sandbox_were_gone(mockenv: Sandbox, end: Callable[[Sandbox], None]) -> None:
    asking = branch(mockenv)
    until(lambda: mockenv.resources(provider="archie", status="branching"))
    end(mockenv)
    reply = asking.result()
    assert (reply.status_code, "was reset or restored" in reply.text) == (404, True)
    assert [one["document"]["name"] for one in mockenv.resources(provider="archie", kind="environment")] == ["master"]
    assert mockenv.journal()[-1]["operation"] == "branchEnvironment"
    assert mockenv.verify({"provider": "archie"}, exactly=0)


def test_a_wait_is_not_answered_by_a_namesake_in_the_next_world(
    mockenv: Sandbox, end: Callable[[Sandbox], None], connect: Callable[[], Wire]
) -> None:
    create(mockenv).result()
    wire = connect()
    wire.send(request(f"GET /_mockenv/sandboxes/{mockenv.name}/wait?resource=vector/environment/67890&status=active"))
    connect().ask("GET /_mockenv/health")  # by now the wait is parked
    end(mockenv)
    create(mockenv).result()
    mockenv.advance_until_idle()
    answer = wire.answer()
    assert (answer.status, "was reset or restored" in answer.json["detail"]) == (404, True)


@pytest.mark.mockenv(options={"archie": {"branch_reply": "active"}})
def test_a_mutation_whose_client_leaves_is_journalled_beside_what_it_made(mockenv: Sandbox) -> None:
    headers = mockenv.headers("archie")
    with pytest.raises(requests.Timeout):
        requests.post(f"{mockenv.url}/graphql", json={"query": BRANCH}, headers=headers, timeout=0.3)
    until(mockenv.journal)
    [entry] = mockenv.journal(operation="branchEnvironment", status=0)
    assert "the client left before the answer was there" in entry["note"]
    assert mockenv.advance_until_idle().reached
    assert len(mockenv.resources(provider="archie", kind="environment", status="active")) == 2
    assert mockenv.verify({"operation": "branchEnvironment"}, exactly=1)


@pytest.mark.parametrize(("phase", "made", "note"), [("before", 0, "before it was carried out"), ("after", 1, "before the answer")])
def test_a_client_that_is_out_of_patience_is_journalled(mockenv: Sandbox, phase: FaultPhase, made: int, note: str) -> None:
    mockenv.fault({"delay": "1m"}, phase=phase)
    url, headers = f"{mockenv.url}{SITE}/environments", mockenv.headers("vector")
    with pytest.raises(requests.Timeout):
        requests.post(url, json=ENVIRONMENT, headers=headers, timeout=0.3)
    until(mockenv.journal)
    [entry] = mockenv.journal()
    assert (entry["operation"], entry["status"], entry["faults"]) == ("createEnvironment", 0, ["fault-1"])
    assert note in entry["note"]
    assert len(mockenv.resources(provider="vector", kind="environment")) == made
