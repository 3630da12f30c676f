"""The audit log and LaunchDarkly's own webhooks: every change is told once, to whoever may want to know, on the sandbox's clock."""

from __future__ import annotations

import hmac
import json
from typing import Any

import launchdarkly_api
import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, make, replace
from tests.providers.launchdarkly.test_flags import FLAGS, changed, flag, ids
from tests.runtime.receiver import receiving

LOG, HOOKS = "/api/v2/auditlog", "/api/v2/webhooks"
Json = dict[str, Any]


def entries(ld: Browser, query: str = "limit=20") -> list[Json]:
    reply = ld("GET", f"{LOG}?{query}")
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


def actions(entry: Json) -> list[str]:
    return [access["action"] for access in entry["accesses"]]


def hook(ld: Browser, url: str = "http://127.0.0.1:9/hook", **more: Any) -> Json:
    reply = ld("POST", HOOKS, {"url": url, "sign": True, "on": True, **more})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_every_change_is_an_entry_newest_first(ld: Browser) -> None:
    made = flag(ld)
    make(ld)
    ld("PATCH", f"{ENVIRONMENTS}/staging", {"patch": [replace("/name", "S"), replace("/critical", True)], "comment": "why"})
    changed(ld, {"kind": "turnFlagOn"})
    changed(ld, {"kind": "addTargets", "values": ["u"], "variationId": ids(made)[0]}, {"kind": "updateName", "value": "N"})
    ld("POST", f"{ENVIRONMENTS}/test/apiKey")
    ld("PATCH", PROJECT, [replace("/name", "P")])
    ld("POST", "/api/v2/segments/projectKey/test", {"name": "Beta", "key": "beta"})
    ld("DELETE", f"{FLAGS}/dark-mode")
    ld("DELETE", f"{ENVIRONMENTS}/staging")
    told = [(entry["kind"], actions(entry)) for entry in entries(ld)]
    assert told == [
        ("environment", ["deleteEnvironment"]),
        ("flag", ["deleteFlag"]),
        ("segment", ["createSegment"]),
        ("project", ["updateProjectName"]),
        ("environment", ["updateApiKey"]),
        ("flag", ["updateName", "updateTargets"]),
        ("flag", ["updateOn"]),
        ("environment", ["updateName", "updateCritical"]),
        ("environment", ["createEnvironment"]),
        ("flag", ["createFlag"]),
    ]


def test_an_entry_says_what_who_when_and_why_and_alone_what_there_was(ld: Browser, mockenv: Sandbox) -> None:
    make(ld)
    mockenv.advance("1h")
    patch = [replace("/name", "S")]
    ld("PATCH", f"{ENVIRONMENTS}/staging", {"patch": patch, "comment": "on call"})
    entry = entries(ld)[0]
    assert (entry["name"], entry["comment"], entry["date"]) == ("S", "on call", 1_769_254_200_000)
    assert entry["accesses"] == [{"action": "updateName", "resource": "proj/projectKey:env/staging"}]
    assert (entry["member"]["email"], entry["titleVerb"]) == ("owner@example.com", "updated the environment")
    assert entry["_links"]["canonical"]["href"].endswith("/api/v2/projects/projectKey/environments/staging")
    assert "previousVersion" not in entry
    alone = ld("GET", f"{LOG}/{entry['_id']}").json()
    assert (alone["previousVersion"]["name"], alone["currentVersion"]["name"]) == ("Staging", "S")
    assert alone["delta"] == {"patch": patch, "comment": "on call"}
    assert ld("GET", f"{LOG}/{'0' * 24}").status_code == 404


def test_switching_a_flag_is_told_in_its_own_words(ld: Browser) -> None:
    flag(ld)
    changed(ld, {"kind": "turnFlagOn"})
    changed(ld, {"kind": "turnFlagOff"})
    assert [entry["titleVerb"] for entry in entries(ld)] == ["turned off the flag", "turned on the flag", "created the flag"]
    assert entries(ld)[0]["accesses"][0]["resource"] == "proj/projectKey:env/test:flag/dark-mode"


def test_what_is_refused_or_changes_nothing_is_no_entry(ld: Browser, reader: Browser) -> None:
    flag(ld)
    ld("POST", FLAGS, {"name": "x", "key": "dark-mode"})
    reader("DELETE", f"{FLAGS}/dark-mode")
    ld("PATCH", f"{FLAGS}/dark-mode", [replace("/temporary", True)])
    ld("PATCH", f"{FLAGS}/dark-mode?dryRun=true", [replace("/temporary", False)])
    ld("PATCH", PROJECT, [replace("/name", "Example Project")])
    assert len(entries(ld)) == 1


def test_the_log_is_narrowed_by_time_words_resources_and_policies(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    mockenv.advance("1s")
    make(ld)
    moment = entries(ld)[0]["date"]
    for query, kinds in (
        (f"before={moment}", ["flag"]),
        (f"after={moment - 1}", ["environment"]),
        ("q=DARK", ["flag"]),
        ("q=createenv", ["environment"]),
        ("spec=proj/*:env/*", ["environment"]),
        ("spec=proj/*:env/*:flag/*,proj/*", ["flag"]),
        ("limit=1", ["environment"]),
    ):
        assert [entry["kind"] for entry in entries(ld, query)] == kinds, query
    policy = [{"effect": "allow", "resources": ["proj/*:env/*:flag/*"], "actions": ["create*"]}]
    assert [entry["kind"] for entry in ld("POST", LOG, policy).json()["items"]] == ["flag"]
    assert ld("GET", f"{LOG}?limit=21").status_code == 400


# Webhooks


def test_a_webhook_is_told_of_a_change_with_the_entry_signed(ld: Browser, mockenv: Sandbox) -> None:
    with receiving() as receiver:
        secret = hook(ld, receiver.url)["secret"]
        mockenv.advance("1s")
        receiver.got.clear()  # of its own creation it was told, too
        flag(ld)
        mockenv.advance("1s")
        [told] = receiver.got
    assert hmac.new(secret.encode(), told.body, "sha256").hexdigest() == told.headers["X-LD-Signature"]
    assert json.loads(told.body) == entries(ld)[0]


def test_one_retry_follows_a_failure(ld: Browser, mockenv: Sandbox) -> None:
    hook(ld)  # nobody listens there
    flag(ld)
    mockenv.advance("1h")
    delivery = next(one for one in mockenv.deliveries() if json.loads(one["body"])["kind"] == "flag")
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", 2)


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ([], ["environment", "flag"]),
        ([{"effect": "allow", "resources": ["proj/*:env/*"], "actions": ["*"]}], ["environment"]),
        ([{"effect": "allow", "resources": ["proj/*:env/*:flag/*"], "actions": ["createFlag"]}], ["flag"]),
        ([{"effect": "allow", "notResources": ["proj/*:env/*"], "actions": ["*"]}], ["flag"]),
        ([{"effect": "allow", "resources": ["proj/*:env/*"], "notActions": ["createEnvironment"]}], []),
        (
            [
                {"effect": "allow", "resources": ["proj/*:env/*", "proj/*:env/*:flag/*"], "actions": ["*"]},
                {"effect": "deny", "resources": ["proj/*:env/staging"], "actions": ["*"]},
            ],
            ["flag"],
        ),
        ([{"effect": "allow", "resources": ["proj/*:env/*:flag/*;careful"], "actions": ["*"]}], ["flag"]),
        ([{"effect": "allow", "resources": ["proj/*:env/*:flag/*;other"], "actions": ["*"]}], []),
        ([{"effect": "allow", "resources": ["proj/other:env/*"], "actions": ["*"]}], []),
    ],
)  # fmt: skip
def test_a_webhook_with_a_policy_hears_of_what_it_allows(
    ld: Browser, mockenv: Sandbox, statements: list[Json], told: list[str]
) -> None:
    hook(ld, statements=statements)
    make(ld)
    flag(ld, tags=["careful"])
    kinds = [json.loads(one["body"])["kind"] for one in mockenv.deliveries()]
    assert [kind for kind in kinds if kind != "webhook"] == told


def test_a_webhook_that_is_off_or_gone_hears_nothing(ld: Browser, mockenv: Sandbox) -> None:
    one, other = hook(ld, on=False), hook(ld, statements=[{"effect": "allow", "resources": ["proj/*"], "actions": ["*"]}])
    ld("DELETE", f"{HOOKS}/{other['_id']}")
    flag(ld)
    assert list(mockenv.deliveries()) == []
    assert ld("PATCH", f"{HOOKS}/{one['_id']}", [replace("/on", True), replace("/name", "N")]).json()["name"] == "N"
    flag(ld, "again")
    assert [json.loads(each["body"])["kind"] for each in mockenv.deliveries()] == ["webhook", "flag"]


def test_a_webhooks_settings_are_changed_by_json_patch(ld: Browser) -> None:
    made = hook(ld, name="One", tags=["a"])
    path = f"{HOOKS}/{made['_id']}"
    after = ld(
        "PATCH",
        path,
        [
            replace("/url", "http://127.0.0.1:8/"),
            {"op": "remove", "path": "/secret"},
            {"op": "add", "path": "/tags/-", "value": "b"},
        ],
    )
    assert (after.json()["url"], "secret" in after.json(), after.json()["tags"]) == ("http://127.0.0.1:8/", False, ["a", "b"])
    assert "secret" not in hook(ld, sign=False)
    assert ld("GET", HOOKS).json()["items"][0]["_id"] == made["_id"]
    for bad in (
        [replace("/_id", "x")],
        [replace("/url", "ftp://x")],
        [replace("/on", 1)],
        [{"op": "add", "path": "/nope", "value": 1}],
    ):
        assert ld("PATCH", path, bad).status_code == 400
    assert ld("POST", HOOKS, {"url": "nope", "sign": True, "on": True}).status_code == 400
    assert ld("DELETE", path).status_code == 204
    assert ld("GET", path).status_code == 404


# What else belongs to the account


def test_who_asks_is_told(ld: Browser, reader: Browser) -> None:
    identities = [browser("GET", "/api/v2/caller-identity").json() for browser in (ld, reader)]
    assert [one["tokenName"] for one in identities] == ["owner token", "reader token"]
    assert identities[0]["memberId"] != identities[1]["memberId"]
    assert identities[0]["accountId"] == identities[1]["accountId"]


def test_repositories_of_code_references_are_kept(ld: Browser) -> None:
    path = "/api/v2/code-refs/repositories"
    assert ld("GET", path).json()["items"] == []
    assert ld("POST", path, {"name": "app", "type": "github"}).status_code == 200
    assert ld("POST", path, {"name": "app"}).status_code == 409
    assert ld("PATCH", f"{path}/app", [replace("/enabled", False)]).json()["enabled"] is False
    assert [one["name"] for one in ld("GET", path).json()["items"]] == ["app"]
    assert ld("DELETE", f"{path}/app").status_code == 204


def test_the_official_client_reads_every_reply(api: launchdarkly_api.ApiClient) -> None:
    hooks, log, refs, other = (
        getattr(launchdarkly_api, name)(api) for name in ("WebhooksApi", "AuditLogApi", "CodeReferencesApi", "OtherApi")
    )
    made: Any = hooks.post_webhook(launchdarkly_api.WebhookPost(url="http://127.0.0.1:9/", sign=True, on=True))
    assert hooks.get_webhook(made.id).url == "http://127.0.0.1:9/"
    assert hooks.get_all_webhooks().items[0].id == made.id
    assert hooks.patch_webhook(made.id, [launchdarkly_api.PatchOperation(op="replace", path="/on", value=False)]).on is False
    listed = log.get_audit_log_entries().items
    assert log.get_audit_log_entry(listed[0].id).kind == "webhook"
    assert refs.get_repositories().items == []
    assert other.get_caller_identity().auth_kind == "token"
    assert other.get_versions().latest_version == 20240415
