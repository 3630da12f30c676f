"""Never pay for a second environment

Your client asks for an environment, and the connection breaks. Was it made? If the service was down, no; if only the answer was lost, yes,
and who simply asks again has two. From outside both look the same. `phase` is the difference: `before` nothing has happened, `after` it is
done and committed.

Ready-made: the scenario `answers-lost`, see [faults](faults.md).
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import FaultPhase, Sandbox
from mockenv.examples import VectorClient

SITE = {"partner_customer_id": "cust_1", "dev_php_version": "8.3"}


def create_site(client: VectorClient) -> Any:
    """The client under test: it looks before it asks a second time."""
    for _ in range(3):
        try:
            return client.call("POST", "/sites", SITE)
        except requests.ConnectionError:
            found = client.call("GET", f"/sites?partner_customer_id={SITE['partner_customer_id']}")
            if found:
                return found[0]
    raise ConnectionError("no answer in three tries")


@pytest.fixture
def client(mockenv: Sandbox) -> VectorClient:
    return VectorClient(mockenv.url, "any token will do")


@pytest.mark.parametrize("phase", ["before", "after"])
def test_one_site_whether_the_request_or_the_answer_was_lost(mockenv: Sandbox, client: VectorClient, phase: FaultPhase) -> None:
    """The test that matters: both cases, one outcome. The leak report of `drop` would show a second one, too."""
    mockenv.fault({"reset": True}, operation="createSite", phase=phase, times=1)
    made = create_site(client)
    assert [one["name"] for one in mockenv.resources(kind="site", status="pending")] == [f"vector/site/{made['id']}"]


def test_what_asking_again_would_have_cost(mockenv: Sandbox, client: VectorClient) -> None:
    """A retry that is blind, as many HTTP libraries offer it for a connection error: two sites for one customer."""
    mockenv.fault({"reset": True}, operation="createSite", phase="after", times=1)
    with pytest.raises(requests.ConnectionError):
        client.call("POST", "/sites", SITE)
    client.call("POST", "/sites", SITE)
    assert len(mockenv.resources(kind="site", status="pending")) == 2


def test_where_a_name_is_unique_the_second_request_is_refused(mockenv: Sandbox, client: VectorClient) -> None:
    """An environment's name is taken at once. The 422 after a lost answer is good news: look for the one that has it."""
    mockenv.fault({"reset": True}, operation="createEnvironment", phase="after", times=1)
    with pytest.raises(requests.ConnectionError):
        client.create_environment(12345, "staging")
    with pytest.raises(requests.HTTPError, match="422"):
        client.create_environment(12345, "staging")
    assert [one["name"] for one in client.call("GET", "/sites/12345/environments")] == ["staging"]


@pytest.mark.mockenv(scenario="answers-lost")
def test_the_ready_made_scenario(mockenv: Sandbox, client: VectorClient) -> None:
    """The first creation at each REST provider loses its answer."""
    create_site(client)
    assert len(mockenv.resources(kind="site", status="pending")) == 1
