"""What somebody else does behind the clients' backs: they find it changed, made or gone, and are told of it or not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.conftest import Browser
from tests.control.conftest import ENVIRONMENTS, SITES, Maker
from tests.processes import run

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


LOG = "/api/v2/auditlog?limit=20"
FLAG = {"name": "drifting", "key": "drifting"}


def logged(sandbox: Sandbox) -> list[tuple[str, list[str]]]:
    """Of the newest entry first: what was done, and by which actions."""
    reply = Browser(sandbox, sandbox.headers("launchdarkly"))("GET", LOG).json()
    return [(one["titleVerb"], [access["action"] for access in one["accesses"]]) for one in reply["items"]]


@pytest.mark.parametrize("silent", [False, True])
def test_launchdarklys_audit_log_tells_what_somebody_else_has_done_unless_silently(mockenv: Sandbox, silent: bool) -> None:
    http = Browser(mockenv, mockenv.headers("launchdarkly"))
    assert http("POST", "/api/v2/projects", {"key": "drift", "name": "Drift"}).status_code == 201
    assert http("POST", "/api/v2/flags/drift", FLAG).status_code == 201
    before = logged(mockenv)
    environment = next(
        one for one in mockenv.resources(provider="launchdarkly", kind="environment") if one["document"]["project"] == "drift"
    )
    mockenv.change("launchdarkly/project/drift", {"name": "Drifted", "tags": ["by-hand"]}, silent=silent)
    mockenv.change(environment["name"], {"color": "ffffff"}, silent=silent)
    flag = next(
        one["name"] for one in mockenv.resources(provider="launchdarkly", kind="flag") if one["document"]["key"] == "drifting"
    )
    mockenv.change(flag, {"temporary": False}, silent=silent)
    mockenv.remove(flag, silent=silent)
    mockenv.remove(environment["name"], silent=silent)
    mockenv.remove("launchdarkly/project/drift", silent=silent)
    by_hand = [
        ("deleted the project", ["deleteProject"]),
        ("deleted the environment", ["deleteEnvironment"]),
        ("deleted the flag", ["deleteFlag"]),
        ("updated the flag", ["updateTemporary"]),
        ("updated the environment", ["updateColor"]),
        ("updated the project", ["updateProjectName", "updateTags"]),
    ]
    assert logged(mockenv) == ([] if silent else by_hand) + before
    entry = http("GET", LOG).json()["items"][0]
    assert http("GET", entry["_links"]["self"]["href"].removeprefix(f"/_sandbox/{mockenv.name}")).status_code == 200


def test_launchdarklys_webhooks_are_told_of_what_somebody_else_has_done(mockenv: Sandbox) -> None:
    http = Browser(mockenv, mockenv.headers("launchdarkly"))
    hook = {"url": "http://127.0.0.1:9/", "sign": False, "on": True}
    assert http("POST", "/api/v2/webhooks", hook).status_code == 200
    count = len(mockenv.deliveries())
    mockenv.change("launchdarkly/project/my-project", {"name": "other"})
    assert len(mockenv.deliveries()) == count + 1
    mockenv.change("launchdarkly/project/my-project", {"name": "another"}, silent=True)
    assert len(mockenv.deliveries()) == count + 1


def test_the_verbs_change_add_and_take_away(make: Maker, mockenv: Sandbox) -> None:
    there = ("--url", mockenv.server.url, "--sandbox", mockenv.name)
    resource = make("made")
    mockenv.advance("1h")
    changed = run("drift", "change", resource, "php_version=8.1", "is_production:=false", "status=suspended", *there)
    assert (changed.returncode, changed.stdout.splitlines()[1].split()) == (0, [resource, "made", "suspended"])
    assert (make.show(resource)["php_version"], make.show(resource)["status"]) == ("8.1", "suspended")
    added = run("drift", "add", "vector/environment/70000", "name=by-hand", "--like", "67890", "--silent", "--json", *there)
    assert json.loads(added.stdout)["document"]["name"] == "by-hand"
    assert run("drift", "remove", resource, *there).stdout.splitlines()[1].split()[-1] == "gone"
    assert told(mockenv)[-1] == "vector.environment.deleted"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("php_verson=8.1",), "did you mean 'php_version'"),
        (("php_version",), "'php_version' is neither MEMBER=TEXT nor MEMBER:=JSON"),
        (("is_production:=yes",), "what follows := is not JSON"),
        (("is_production=true",), "'true' is not true or false"),
    ],
)
def test_a_verb_says_what_is_wrong_with_a_member(make: Maker, mockenv: Sandbox, words: tuple[str, ...], text: str) -> None:
    refused = run("drift", "change", make(), *words, "--url", mockenv.server.url, "--sandbox", mockenv.name)
    assert refused.returncode == 2
    assert text in refused.stderr
