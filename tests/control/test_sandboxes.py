"""Sandboxes: made, found, reset, dropped, and strangers to each other."""

from __future__ import annotations

import pytest
import requests

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.conftest import Browser
from tests.control.conftest import ENVIRONMENTS, SITES, Maker


def test_a_sandbox_is_made_with_what_a_client_needs(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox("made-here", seed=7, clock="manual") as sandbox:
        about = sandbox.about
        assert (about["name"], about["seed"], about["fixture"]) == ("made-here", 7, "docs")
        assert about["base_urls"]["vector"] == f"{mockenv_server.url}/_sandbox/made-here"
        assert set(about["tokens"]["vector"]) == {"owner", "reader"}
        assert about["clock"] == {"mode": "manual", "speed": 1.0, "now": "2026-01-24T10:30:00Z", "dates": "sandbox", "next": None}
        assert mockenv_server.get("made-here").about == about


def test_a_name_that_is_taken_or_malformed_is_refused(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox("taken"):
        for name in ("taken", "a b", "../x", "x" * 65):
            with pytest.raises(MockenvError) as refused:
                mockenv_server.sandbox(name)
            assert refused.value.status == 422


def test_an_unknown_member_is_refused_with_the_nearest_that_exists(mockenv_server: Mockenv) -> None:
    with pytest.raises(MockenvError, match="did you mean 'fixture'"):
        mockenv_server.call("POST", "sandboxes", {"fixtur": "docs"})
    with pytest.raises(MockenvError, match="did you mean 'docs'"):
        mockenv_server.sandbox(fixture="doc")
    with pytest.raises(MockenvError, match="did you mean 'configuring_cdn'"):
        mockenv_server.sandbox(delays={"vector": {"environment": {"configuring_cd": 3}}})


def test_a_fixture_is_a_name_or_an_object_never_a_path(mockenv_server: Mockenv) -> None:
    for path in ("fixtures/docs.yaml", "/etc/hostname", "../fixtures/docs"):
        with pytest.raises(MockenvError) as refused:
            mockenv_server.sandbox(fixture=path)
        assert refused.value.status == 422
    inline = {"vector": {"sites": [{"id": 5, "partner_customer_id": "c"}]}}
    with mockenv_server.sandbox(fixture=inline) as sandbox:
        assert [one["name"] for one in sandbox.resources(provider="vector")] == ["vector/site/5"]


def test_a_refused_sandbox_leaves_nothing(mockenv_server: Mockenv) -> None:
    before = mockenv_server.sandboxes()
    with pytest.raises(MockenvError, match=r"environments\.0\.site_id"):
        mockenv_server.sandbox("half", fixture={"vector": {"environments": [{"id": 1, "site_id": 9, "name": "a"}]}})
    assert [one["name"] for one in mockenv_server.sandboxes()] == [one["name"] for one in before]


def test_prefix_header_and_token_each_lead_to_the_sandbox(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    make("only-here")
    url, anyone = mockenv_server.url, {"Authorization": "Bearer anyone"}
    ways = [
        requests.get(f"{mockenv.url}{ENVIRONMENTS}", headers=anyone, timeout=5),
        requests.get(f"{url}{ENVIRONMENTS}", headers=anyone | {"X-Mockenv-Sandbox": mockenv.name}, timeout=5),
        requests.get(f"{url}{ENVIRONMENTS}", headers=mockenv.headers("vector"), timeout=5),
    ]
    assert [[one["name"] for one in way.json()["data"]] for way in ways] == [["only-here"]] * 3
    assert requests.get(f"{url}{ENVIRONMENTS}", headers=anyone, timeout=5).json()["data"] == []


def test_a_named_sandbox_that_does_not_exist_is_refused_in_the_providers_dialect(mockenv_server: Mockenv) -> None:
    url, anyone = mockenv_server.url, {"Authorization": "Bearer anyone"}
    for reply in (
        requests.get(f"{url}/_sandbox/nowhere{SITES}", headers=anyone, timeout=5),
        requests.get(f"{url}{SITES}", headers=anyone | {"X-Mockenv-Sandbox": "nowhere"}, timeout=5),
    ):
        assert (reply.status_code, reply.json()["http_status"], reply.json()["data"]) == (404, 404, {})
        assert "nowhere" in reply.json()["message"]


def test_under_the_prefix_of_a_sandbox_that_does_not_exist_there_is_nothing(mockenv_server: Mockenv) -> None:
    for path in ("/", "/_mockenv/health", "/zzz"):
        reply = requests.get(f"{mockenv_server.url}/_sandbox/nowhere{path}", timeout=5)
        assert (reply.status_code, "nowhere" in reply.json()["detail"]) == (404, True)


def test_the_token_of_a_dropped_sandbox_never_falls_back_to_the_default(mockenv_server: Mockenv) -> None:
    sandbox = mockenv_server.sandbox()
    headers = sandbox.headers("vector")
    sandbox.drop()
    reply = requests.get(f"{mockenv_server.url}{SITES}", headers=headers, timeout=5)
    assert (reply.status_code, reply.json()["message"]) == (401, "Unauthenticated")


def test_strict_knows_issued_tokens_of_that_sandbox_only(strict_server: Mockenv) -> None:
    with strict_server.sandbox() as mine, strict_server.sandbox() as other:
        assert Browser(mine, mine.headers("vector"))("GET", SITES).status_code == 200
        assert Browser(mine, other.headers("vector"))("GET", SITES).status_code == 401
        assert Browser(mine, {"Authorization": "Bearer stranger"})("GET", SITES).status_code == 401


def test_dropping_tells_what_was_made_and_never_deleted(mockenv_server: Mockenv) -> None:
    sandbox = mockenv_server.sandbox(clock="manual")
    make = Maker(sandbox)
    kept, dropped = make("kept"), make("dropped")
    sandbox.advance_until_idle()
    make.http("DELETE", f"{ENVIRONMENTS}/dropped")
    sandbox.advance_until_idle()
    assert dropped
    assert sandbox.drop() == [kept]
    with pytest.raises(MockenvError, match="does not exist"):
        sandbox.clock()


def test_reset_brings_back_the_beginning_and_keeps_the_tokens(mockenv: Sandbox, make: Maker) -> None:
    tokens = mockenv.tokens
    make()
    mockenv.advance("3s")
    mockenv.fault({"stall": True}, step="finalizing")
    mockenv.reset()
    assert (
        mockenv.resources(provider="vector", kind="environment"),
        mockenv.agenda(),
        mockenv.faults(),
        mockenv.events(),
        mockenv.journal(),
    ) == ([],) * 5
    assert mockenv.clock()["now"] == "2026-01-24T10:30:00Z"
    assert mockenv.tokens == tokens
    assert make() == "vector/environment/67890"


def test_the_default_sandbox_always_exists(mockenv_server: Mockenv) -> None:
    mockenv_server.get("default").drop()
    assert mockenv_server.get("default").clock()["mode"] == "real"


def test_the_same_seed_and_requests_give_the_same_world_whatever_runs_beside(mockenv_server: Mockenv) -> None:
    worlds = []
    for noise in (False, True):
        with mockenv_server.sandbox(seed=11, clock="manual") as sandbox, mockenv_server.sandbox(seed=99, clock="manual") as beside:
            make = Maker(sandbox)
            for name in ("a", "b"):
                make(name)
                if noise:
                    Maker(beside)(name)
                    assert make.http("POST", ENVIRONMENTS, {"name": name, "php_version": "8.3"}).status_code == 422
                    sandbox.snapshot("s")
            sandbox.advance_until_idle()
            worlds.append(sandbox.resources())
    assert worlds[0] == worlds[1]


def test_another_seed_gives_other_credentials(mockenv_server: Mockenv) -> None:
    passwords = set()
    for seed in (1, 2):
        with mockenv_server.sandbox(seed=seed, clock="manual") as sandbox:
            make = Maker(sandbox)
            made = make()
            sandbox.advance_until_idle()
            passwords.add(make.show(made)["db_password"])
    assert len(passwords) == 2


def test_a_thousand_sandboxes_live_side_by_side_and_go(mockenv_server: Mockenv) -> None:
    before = len(mockenv_server.sandboxes())
    made = [mockenv_server.sandbox(fixture="empty", clock="manual") for _ in range(1000)]
    assert len(mockenv_server.sandboxes()) == before + 1000
    assert all(sandbox.drop() == [] for sandbox in made)
    assert len(mockenv_server.sandboxes()) == before


def test_what_has_the_name_of_something_that_came_with_the_fixture_is_held_all_the_same(mockenv: Sandbox) -> None:
    launchdarkly = Browser(mockenv, mockenv.headers("launchdarkly"))
    project = "/api/v2/projects/projectKey"
    assert launchdarkly("DELETE", project).status_code == 204
    assert launchdarkly("POST", "/api/v2/projects", {"key": "projectKey", "name": "again"}).status_code == 201
    assert "launchdarkly/project/projectKey" in mockenv.drop()


def test_what_a_service_writes_down_and_nobody_can_delete_is_no_leak(mockenv: Sandbox) -> None:
    launchdarkly = Browser(mockenv, mockenv.headers("launchdarkly"))
    assert launchdarkly("POST", "/api/v2/projects", {"key": "passing", "name": "passing"}).status_code == 201
    assert launchdarkly("DELETE", "/api/v2/projects/passing").status_code == 204
    assert mockenv.resources(provider="launchdarkly", kind="audit_entry")
    assert mockenv.drop() == []


def test_who_does_not_want_to_hear_what_was_held_is_told_nothing(mockenv_server: Mockenv) -> None:
    url, minimal = f"{mockenv_server.sandbox('unheard').server.url}/_mockenv/sandboxes/unheard", {"Prefer": "return=minimal"}
    reply = requests.delete(url, headers=minimal, timeout=10)
    assert (reply.status_code, reply.text) == (204, "")
    assert requests.get(url, timeout=10).status_code == 404
