"""The account: members, teams, tokens that really are bound by their roles, Relay Proxy configurations, subscriptions, flag defaults."""

from __future__ import annotations

from typing import Any

import launchdarkly_api
import pytest
import requests

from mockenv.client import Mockenv, Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, make, replace
from tests.providers.launchdarkly.test_flags import FLAGS, SEMANTIC, changed, flag, semantic
from tests.providers.launchdarkly.test_keys import NOW

MEMBERS, TEAMS, ROLES, TOKENS = "/api/v2/members", "/api/v2/teams", "/api/v2/roles", "/api/v2/tokens"
RELAYS, DATADOG = "/api/v2/account/relay-auto-configs", "/api/v2/integrations/datadog"
DEFAULTS = f"{PROJECT}/flag-defaults"
Json = dict[str, Any]


def created(ld: Browser, path: str, body: Any) -> Json:
    reply = ld("POST", path, body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def bearer_of(ld: Browser, token: str) -> Browser:
    return Browser(ld.sandbox, {"Authorization": token})


def bound(ld: Browser, *statements: Json) -> Browser:
    """A client with a token of its own policy."""
    return bearer_of(ld, created(ld, TOKENS, {"name": "bound", "inlineRole": list(statements)})["token"])


def allow(resource: str, *actions: str) -> Json:
    return {"effect": "allow", "resources": [resource], "actions": list(actions) or ["*"]}


# Tokens and what they may do


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("writer", 201), ("admin", 201)])
def test_a_token_has_the_role_that_it_was_made_with(ld: Browser, role: str, status: int) -> None:
    one = bearer_of(ld, created(ld, TOKENS, {"name": "CI", "role": role})["token"])
    assert one("GET", PROJECT).status_code == 200
    assert one("POST", FLAGS, {"name": "x", "key": "x"}).status_code == status
    identity = one("GET", "/api/v2/caller-identity").json()
    assert (identity["tokenName"], identity["memberId"]) == ("CI", ld("GET", "/api/v2/caller-identity").json()["memberId"])


def test_a_policy_decides_action_by_action_and_a_refusal_leaves_nothing(ld: Browser) -> None:
    flag(ld)
    one = bound(ld, allow("proj/*:env/test:flag/*", "updateOn", "updateTargets"), allow("proj/*:env/*:flag/*", "createFlag"))
    assert semantic(one, {"kind": "turnFlagOn"}).status_code == 200
    assert semantic(one, {"kind": "turnFlagOn"}, environment="production").status_code == 403
    before = ld("GET", f"{FLAGS}/dark-mode").json()
    assert semantic(one, {"kind": "turnFlagOff"}, {"kind": "updateName", "value": "N"}).status_code == 403
    assert ld("GET", f"{FLAGS}/dark-mode").json() == before
    assert one("POST", FLAGS, {"name": "new", "key": "new"}).status_code == 201
    assert one("DELETE", f"{FLAGS}/new").status_code == 403
    assert one("PATCH", f"{ENVIRONMENTS}/test", [replace("/name", "x")]).status_code == 403


def test_a_denial_outweighs_what_is_allowed(ld: Browser) -> None:
    deny = {"effect": "deny", "resources": ["proj/*:env/production"], "actions": ["*"]}
    one = bound(ld, allow("proj/*:env/*"), deny)
    assert one("PATCH", f"{ENVIRONMENTS}/test", [replace("/name", "x")]).status_code == 200
    assert one("PATCH", f"{ENVIRONMENTS}/production", [replace("/name", "x")]).status_code == 403


def test_a_custom_role_binds_those_who_have_it_as_it_is_now(ld: Browser) -> None:
    created(ld, ROLES, {"name": "Deployers", "key": "deployers", "policy": [allow("proj/*:env/test")]})
    one = bearer_of(ld, created(ld, TOKENS, {"name": "t", "customRoleIds": ["deployers"]})["token"])
    assert one("PATCH", f"{ENVIRONMENTS}/test", [replace("/name", "x")]).status_code == 200
    assert one("PATCH", f"{ENVIRONMENTS}/production", [replace("/name", "x")]).status_code == 403
    after = ld("PATCH", f"{ROLES}/deployers", [replace("/policy", [allow("proj/*:env/production")])])
    assert after.json()["policy"][0]["resources"] == ["proj/*:env/production"]
    assert one("PATCH", f"{ENVIRONMENTS}/test", [replace("/name", "y")]).status_code == 403
    assert one("PATCH", f"{ENVIRONMENTS}/production", [replace("/name", "y")]).status_code == 200


def test_a_token_is_shown_whole_once_and_dies_when_it_is_reset_or_deleted(ld: Browser) -> None:
    made = created(ld, TOKENS, {"name": "CI", "role": "writer"})
    path = f"{TOKENS}/{made['_id']}"
    assert made["token"].startswith("api-")
    assert ld("GET", path).json()["token"] == made["token"][-4:]
    new = ld("POST", f"{path}/reset").json()["token"]
    assert [bearer_of(ld, token)("GET", PROJECT).status_code for token in (made["token"], new)] == [401, 200]
    assert ld("PATCH", path, [replace("/name", "Other"), replace("/role", "reader")]).json()["role"] == "reader"
    assert bearer_of(ld, new)("POST", FLAGS, {"name": "x", "key": "x"}).status_code == 403
    assert ld("DELETE", path).status_code == 204
    assert bearer_of(ld, new)("GET", PROJECT).status_code == 401
    assert ld("POST", TOKENS, {"role": "reader", "inlineRole": [allow("proj/*")]}).status_code == 400
    assert ld("POST", TOKENS, {"customRoleIds": ["nobody"]}).status_code == 400


@DATED_BY_THE_SANDBOX
def test_a_token_that_was_reset_works_until_its_expiry(ld: Browser, mockenv: Sandbox) -> None:
    made = ld("POST", "/api/v2/tokens", {"name": "ci", "role": "writer"}).json()
    first = made["token"]
    second = ld("POST", f"/api/v2/tokens/{made['_id']}/reset?expiry={NOW + 3_600_000}").json()["token"]
    third = ld("POST", f"/api/v2/tokens/{made['_id']}/reset?expiry={NOW + 7_200_000}").json()["token"]

    def works(token: str) -> bool:
        reply = Browser(mockenv, {"Authorization": token}, mockenv.server.url)("GET", "/api/v2/projects")
        assert reply.status_code in (200, 401)
        return reply.status_code == 200

    assert [works(token) for token in (first, second, third)] == [True, True, True]
    mockenv.advance("1h")
    assert [works(token) for token in (first, second, third)] == [False, True, True]
    mockenv.advance("1h")
    assert [works(token) for token in (first, second, third)] == [False, False, True]


def test_a_token_leads_to_the_sandbox_that_made_it_and_a_strict_server_knows_it(strict_server: Mockenv) -> None:
    with strict_server.sandbox(clock="manual") as sandbox:
        ld = Browser(sandbox, sandbox.headers("launchdarkly", "owner"))
        made = created(ld, TOKENS, {"name": "CI", "role": "writer"})
        body = {"name": "x", "key": "only-here"}
        headers = {"Authorization": made["token"]}
        assert requests.post(f"{strict_server.url}{FLAGS}", json=body, headers=headers, timeout=10).status_code == 201
        assert ld("GET", f"{FLAGS}/only-here").status_code == 200


# Members and teams


def test_members_are_invited_listed_changed_and_removed(ld: Browser) -> None:
    listed = ld("GET", MEMBERS).json()
    assert [one["role"] for one in listed["items"]] == ["owner", "writer", "reader"]
    made = created(ld, MEMBERS, [{"email": "a@example.com", "role": "writer"}, {"email": "b@example.com", "firstName": "B"}])[
        "items"
    ]
    assert [(one["role"], one["_pendingInvite"]) for one in made] == [("writer", True), ("reader", True)]
    assert ld("POST", MEMBERS, [{"email": "c@example.com"}, {"email": "a@example.com"}]).status_code == 409
    assert ld("GET", MEMBERS).json()["totalCount"] == 5
    for query, found in (
        ("filter=query:B@EX", 1),
        ("filter=role:writer", 2),
        ("filter=role:owner|reader", 3),
        ("limit=2&sort=-displayName", 2),
    ):
        assert len(ld("GET", f"{MEMBERS}?{query}").json()["items"]) == found, query
    path = f"{MEMBERS}/{made[1]['_id']}"
    created(ld, ROLES, {"name": "R", "key": "r", "policy": []})
    after = ld("PATCH", path, [replace("/role", "admin"), {"op": "add", "path": "/customRoles/0", "value": "r"}])
    assert (after.json()["role"], after.json()["customRoles"]) == ("admin", ["r"])
    assert ld("PATCH", path, [{"op": "add", "path": "/customRoles/0", "value": "nobody"}]).status_code == 400
    assert ld("PATCH", path, [replace("/email", "x@example.com")]).status_code == 400
    assert ld("DELETE", path).status_code == 204
    assert ld("DELETE", f"{MEMBERS}/{listed['items'][1]['_id']}").status_code == 204  # one that was there from the beginning
    assert ld("DELETE", f"{MEMBERS}/{ld('GET', '/api/v2/caller-identity').json()['memberId']}").status_code == 409


def test_a_flag_can_be_given_to_a_member_or_a_team_that_is_there(ld: Browser) -> None:
    flag(ld)
    [member] = created(ld, MEMBERS, [{"email": "a@example.com"}])["items"]
    created(ld, TEAMS, {"name": "T", "key": "t"})
    one = changed(ld, {"kind": "updateMaintainerMember", "value": member["_id"]}, environment=None)
    assert one["_maintainer"]["email"] == "a@example.com"
    two = changed(ld, {"kind": "updateMaintainerTeam", "value": "t"}, environment=None)
    assert (two["maintainerTeamKey"], "maintainerId" in two) == ("t", False)
    assert semantic(ld, {"kind": "updateMaintainerTeam", "value": "nobody"}, environment=None).status_code == 400


def test_teams_are_changed_by_semantic_patch(ld: Browser) -> None:
    members = [one["_id"] for one in ld("GET", MEMBERS).json()["items"]]
    created(ld, ROLES, {"name": "R", "key": "r", "policy": []})
    created(ld, TEAMS, {"name": "T", "key": "t", "memberIDs": members[:1], "customRoleKeys": ["r"]})
    assert ld("POST", TEAMS, {"name": "T", "key": "t"}).status_code == 409
    instructions = [
        {"kind": "updateName", "value": "N"},
        {"kind": "addMembers", "values": members[1:]},
        {"kind": "removeMembers", "values": members[:1]},
        {"kind": "removeCustomRoles", "values": ["r"]},
    ]
    after = ld(
        "PATCH", f"{TEAMS}/t?expand=members,roles,maintainers", {"instructions": instructions}, headers={"Content-Type": SEMANTIC}
    )
    assert after.status_code == 200, after.text
    shown = after.json()
    assert (shown["name"], shown["members"]["totalCount"], shown["roles"]["items"], shown["_version"]) == ("N", 2, [], 2)
    assert ld("GET", f"{MEMBERS}/{members[1]}").json()["teams"][0]["key"] == "t"
    assert [one["key"] for one in ld("GET", TEAMS).json()["items"]] == ["t"]
    for bad in ({"kind": "addMembers", "values": ["0" * 24]}, {"kind": "addCustomRoles", "values": ["nobody"]}, {"kind": "nope"}):
        assert ld("PATCH", f"{TEAMS}/t", {"instructions": [bad]}).status_code == 400
    assert ld("DELETE", f"{TEAMS}/t").status_code == 204
    assert ld("GET", f"{MEMBERS}/{members[1]}").json()["teams"] == []


# Relay Proxy configurations, subscriptions, flag defaults


def test_relay_proxy_configurations_show_their_key_once(ld: Browser) -> None:
    made = created(ld, RELAYS, {"name": "Relay", "policy": [allow("proj/*:env/*")]})
    path = f"{RELAYS}/{made['_id']}"
    assert made["fullKey"].endswith(made["displayKey"])
    assert "fullKey" not in ld("GET", path).json()
    assert ld("PATCH", path, [replace("/name", "N")]).json()["name"] == "N"
    assert ld("POST", f"{path}/reset").json()["fullKey"] != made["fullKey"]
    assert len(ld("GET", RELAYS).json()["items"]) == 1
    assert ld("DELETE", path).status_code == 204


def test_subscriptions_belong_to_their_integration(ld: Browser) -> None:
    made = created(ld, DATADOG, {"name": "D", "config": {"apiKey": "x"}, "on": True})
    assert made["kind"] == "datadog"
    assert ld("GET", f"/api/v2/integrations/slack/{made['_id']}").status_code == 404
    assert ld("GET", "/api/v2/integrations/slack").json()["items"] == []
    assert ld("PATCH", f"{DATADOG}/{made['_id']}", [replace("/on", False), replace("/config/apiKey", "y")]).json()["config"] == {
        "apiKey": "y"
    }
    assert ld("DELETE", f"{DATADOG}/{made['_id']}").status_code == 204


def test_new_flags_have_what_their_project_says(ld: Browser) -> None:
    assert ld("GET", DEFAULTS).json()["temporary"] is True
    told = {
        "tags": ["new"],
        "temporary": False,
        "booleanDefaults": {
            "trueDisplayName": "Yes", "falseDisplayName": "No", "trueDescription": "", "falseDescription": "d", "onVariation": 1, "offVariation": 0
        },
        "defaultClientSideAvailability": {"usingMobileKey": True, "usingEnvironmentId": False},
    }  # fmt: skip
    assert ld("PUT", DEFAULTS, told).status_code == 200
    made = flag(ld)
    assert (made["tags"], made["temporary"], made["defaults"]) == (["new"], False, {"onVariation": 1, "offVariation": 0})
    assert [(one["name"], one.get("description")) for one in made["variations"]] == [("Yes", None), ("No", "d")]
    assert made["clientSideAvailability"]["usingMobileKey"] is True
    assert ld("PATCH", DEFAULTS, [replace("/temporary", True)]).json()["temporary"] is True
    assert ld("PATCH", DEFAULTS, [replace("/booleanDefaults/onVariation", 2)]).status_code == 400
    assert flag(ld, "said", tags=[], temporary=False, variations=[{"value": 1}, {"value": 2}])["defaults"] == {
        "onVariation": 0,
        "offVariation": 1,
    }


def test_every_thing_of_the_account_is_told_in_the_log(ld: Browser) -> None:
    created(ld, ROLES, {"name": "R", "key": "r", "policy": []})
    created(ld, TOKENS, {"name": "T", "role": "reader"})
    created(ld, MEMBERS, [{"email": "a@example.com"}])
    created(ld, TEAMS, {"name": "Team", "key": "team"})
    created(ld, RELAYS, {"name": "Relay", "policy": []})
    created(ld, DATADOG, {"name": "D", "config": {}})
    make(ld)
    items = ld("GET", "/api/v2/auditlog?limit=20").json()["items"]
    assert [one["kind"] for one in items] == ["environment", "integration", "relay-proxy-config", "team", "member", "token", "role"]


def test_a_reader_may_look_and_not_touch(ld: Browser, reader: Browser) -> None:
    for path in (MEMBERS, TEAMS, ROLES, TOKENS, RELAYS, DATADOG, DEFAULTS):
        assert reader("GET", path).status_code == 200, path
    for path, body in (
        (TEAMS, {"name": "T", "key": "t"}),
        (ROLES, {"name": "R", "key": "r", "policy": []}),
        (MEMBERS, [{"email": "a@b.c"}]),
        (TOKENS, {}),
    ):
        assert reader("POST", path, body).status_code == 403, path


def test_the_official_client_reads_every_reply(api: launchdarkly_api.ApiClient) -> None:
    sorts = ("AccountMembersApi", "TeamsApi", "CustomRolesApi", "AccessTokensApi", "RelayProxyConfigurationsApi", "ProjectsApi")
    members, teams, roles, tokens, relays, projects = (getattr(launchdarkly_api, name)(api) for name in sorts)
    subscriptions: Any = launchdarkly_api.IntegrationAuditLogSubscriptionsApi(api)
    assert members.get_members().items[0].role == "owner"
    assert members.post_members([launchdarkly_api.NewMemberForm(email="a@example.com")]).items[0].email == "a@example.com"
    roles.post_custom_role(launchdarkly_api.CustomRolePost(name="R", key="r", policy=[]))
    assert roles.get_custom_roles().items[0].key == "r"
    teams.post_team(launchdarkly_api.TeamPostInput(name="T", key="t", customRoleKeys=["r"]))
    assert teams.get_teams().items[0].key == "t"
    assert teams.get_team("t", expand="roles").roles.items[0].key == "r"
    made = tokens.post_token(launchdarkly_api.AccessTokenPost(name="CI", role="reader"))
    assert tokens.get_token(made.id).name == "CI"
    relay = relays.post_relay_auto_config(launchdarkly_api.RelayAutoConfigPost(name="Relay", policy=[]))
    assert relays.get_relay_proxy_configs().items[0].id == relay.id
    one = subscriptions.create_subscription("datadog", launchdarkly_api.SubscriptionPost(name="D", config={"a": 1}))
    assert subscriptions.get_subscription_by_id("datadog", one.id).name == "D"
    assert projects.get_flag_defaults_by_project("projectKey").temporary is True
