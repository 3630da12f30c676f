"""Test your client's timeouts

Three things can take too long: the connection's answer, the provisioning, and the step that never ends. The first is real time, as a client
feels it; the others are the sandbox's, and cost a test nothing.

Ready-made: the scenarios `answers-hang`, `happy-and-slow` and `stuck-forever`, see [faults](faults.md).
"""

from __future__ import annotations

import pytest
import requests

from mockenv.client import Sandbox
from mockenv.examples import VectorClient

SITES = "/api/v1/vector/sites"


def wait_until_ready(sandbox: Sandbox, client: VectorClient, id: int, deadline: float) -> str:
    """What your client does between two polls is `sleep`; here it is `sandbox.advance`."""
    for _ in range(int(deadline / 5)):
        if client.environment(12345, id)["status"] != "pending":
            return "ready"
        sandbox.advance(5)
    return "gave up"


def test_an_answer_that_never_comes(mockenv: Sandbox) -> None:
    """A `hang` leaves the connection open and says nothing. A client without a read timeout would wait for it still."""
    mockenv.fault({"hang": True}, operation="listSites")
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{mockenv.url}{SITES}", headers=mockenv.headers("vector"), timeout=0.2)


def test_an_answer_in_drops(mockenv: Sandbox) -> None:
    """Each piece comes in time, the whole does not: a read timeout does not see it, only a deadline for the whole would."""
    mockenv.fault({"drip": "1500ms"}, operation="listSites")
    assert requests.get(f"{mockenv.url}{SITES}", headers=mockenv.headers("vector"), timeout=1).ok


def test_a_timeout_is_not_a_no(mockenv: Sandbox) -> None:
    """`phase: after`: it was done, and only the answer was late. See [Never pay for a second environment](never-pay-twice.md)."""
    mockenv.fault({"delay": "10s"}, operation="createSite", phase="after", times=1)
    body = {"partner_customer_id": "cust_1", "dev_php_version": "8.3"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{mockenv.url}{SITES}", json=body, headers=mockenv.headers("vector"), timeout=0.2)
    assert len(mockenv.resources(provider="vector", kind="site", status="pending")) == 1


@pytest.mark.mockenv(scenario="happy-and-slow")
def test_provisioning_that_takes_its_time(mockenv: Sandbox) -> None:
    """Minutes, as at the real service. A deadline of thirty seconds is too short, ten minutes is not."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "production", production=True)["id"]
    assert wait_until_ready(mockenv, client, id, deadline=30) == "gave up"
    assert wait_until_ready(mockenv, client, id, deadline=600) == "ready"


@pytest.mark.mockenv(scenario="stuck-forever")
def test_provisioning_that_never_ends(mockenv: Sandbox) -> None:
    """Your client's own deadline is the only one there is."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    assert wait_until_ready(mockenv, client, id, deadline=600) == "gave up"
    assert client.environment(12345, id)["provisioning_step"] == "deploying_application"
