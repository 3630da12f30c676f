"""What somebody else does behind the clients' backs: they find it changed, made or gone, and are told of it or not."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.control.conftest import ENVIRONMENTS, SITES, Maker

RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "vector": ("vector/site/12345", {"partner_customer_id": "other"}),
    "phase": ("phase/app/72b9ddd5-8fce-49ab-89d9-c431d53a9552", {"name": "other"}),
    "launchdarkly": ("launchdarkly/project/my-project", {"name": "other"}),
    "archie": ("archie/environment/master-env-id", {"branchMode": "system"}),
}
"""Of each service one that the default fixture has, and something else than it is."""


def documents(sandbox: Sandbox) -> dict[str, Any]:
    return {one["name"]: one["document"] for one in sandbox.resources()}


def told(sandbox: Sandbox) -> list[str]:
    return [one["type"] for one in sandbox.events()]


@pytest.mark.parametrize("provider", RESOURCES)
@pytest.mark.parametrize("silent", [False, True])
def test_any_member_can_be_changed_with_an_event_or_without(mockenv: Sandbox, provider: str, silent: bool) -> None:
    resource, members = RESOURCES[provider]
    before = documents(mockenv)[resource]
    changed = mockenv.change(resource, members, silent=silent)
    assert documents(mockenv)[resource] == {**before, **members} == changed["document"]
    assert bool(told(mockenv)) != silent


def test_clients_and_receivers_learn_of_it_as_of_any_update(make: Maker, mockenv: Sandbox) -> None:
    resource = make()
    mockenv.advance("1h")
    make.http("POST", "/api/v1/vector/webhooks", {"url": "http://127.0.0.1:9/", "events": ["vector.environment.*"]})
    mockenv.change(resource, {"custom_domain": "drifted.example.com"})
    assert make.show(resource)["custom_domain"] == "drifted.example.com"
    assert [one["event"] for one in mockenv.deliveries()] == ["vector.environment.updated"]
    mockenv.change(resource, {"custom_domain": "again.example.com"}, silent=True)
    assert len(mockenv.deliveries()) == 1


def test_what_is_on_its_way_goes_on_unless_its_status_is_forced(make: Maker, mockenv: Sandbox) -> None:
    one, other = make("one"), make("other")
    mockenv.change(one, {"php_version": "8.1"})
    mockenv.set_status(other, "failed")
    assert [entry["resource"] for entry in mockenv.agenda()] == [one]
    mockenv.advance("1h")
    assert (make.show(one)["status"], make.show(one)["php_version"], make.show(other)["status"]) == ("active", "8.1", "failed")


@pytest.mark.parametrize("silent", [False, True])
def test_what_is_taken_away_is_gone_with_all_that_belongs_to_it(make: Maker, mockenv: Sandbox, silent: bool) -> None:
    resource = make()
    gone = mockenv.remove("vector/site/12345", silent=silent)
    assert gone["status"] == "gone"
    assert make.http("GET", f"{SITES}/12345").status_code == 404
    assert resource not in documents(mockenv)
    assert mockenv.agenda() == []
    assert ("vector.site.deleted" in told(mockenv)) != silent


@pytest.mark.parametrize("provider", RESOURCES)
def test_every_service_lets_go_of_what_it_has(mockenv: Sandbox, provider: str) -> None:
    resource, _ = RESOURCES[provider]
    mockenv.remove(resource)
    assert resource not in documents(mockenv)
    with pytest.raises(MockenvError, match="404: There is no"):
        mockenv.remove(resource)


def test_one_more_is_like_another_but_for_what_is_told(make: Maker, mockenv: Sandbox) -> None:
    like = make("made")
    mockenv.advance("1h")
    before = documents(mockenv)[like]
    made = mockenv.add("vector/environment/70000", {"name": "by-hand"}, like=like.rpartition("/")[2])
    assert made["document"] == {**before, "id": 70000, "name": "by-hand"}
    assert make.http("GET", f"{ENVIRONMENTS}/by-hand").json()["data"]["id"] == 70000
    assert told(mockenv)[-1] == "vector.environment.created"
    assert make("next") == "vector/environment/70001"  # the service's own numbers go on behind it
    count = len(mockenv.events())
    mockenv.add("vector/site/99999", {"partner_customer_id": "silent"}, silent=True)
    assert make.http("GET", f"{SITES}/99999").json()["data"]["partner_customer_id"] == "silent"
    assert len(mockenv.events()) == count


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"custom_domian": "x"}, "custom_domian: .*custom_domain"),
        ({"id": 5}, "id: is what the resource is found by: 67890"),
        ({"name": 5}, "name: 5 is not a text"),
        ({"is_production": "yes"}, "is_production: 'yes' is not true or false"),
        ({"status": "actve"}, "status: .*'active'"),
    ],
)
def test_what_a_document_cannot_be_is_refused_and_changes_nothing(
    make: Maker, mockenv: Sandbox, members: dict[str, Any], text: str
) -> None:
    resource = make()
    before = documents(mockenv)
    with pytest.raises(MockenvError, match=f"422: {text}"):
        mockenv.change(resource, members)
    with pytest.raises(MockenvError, match="422"):
        mockenv.add("vector/environment/70000", {**members, "id": 5} if "id" in members else members)
    assert documents(mockenv) == before


def test_a_name_that_is_taken_or_no_number_or_like_nothing_is_refused(
    mockenv_server: Mockenv, make: Maker, mockenv: Sandbox
) -> None:
    make()
    for resource, text in (
        ("vector/environment/67890", "409: .* is there already"),
        ("vector/environment/abc", "422: id: 'abc' is not a number"),
    ):
        with pytest.raises(MockenvError, match=text):
            mockenv.add(resource)
    with pytest.raises(MockenvError, match="404: There is no vector/environment/1 "):
        mockenv.add("vector/environment/2", like="1")
    with mockenv_server.sandbox(fixture="empty") as empty, pytest.raises(MockenvError, match="409: There is no vector/site"):
        empty.add("vector/site/1")
