"""SDKs beside the REST side: what was made there is evaluated here, by the vendor's own SDKs, and changes arrive by themselves."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import ldclient
import pytest
import requests
from ldclient.config import Config

from mockenv.client import Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, replace
from tests.providers.launchdarkly.test_flags import FLAGS, changed, flag, ids

PATIENCE = 20.0
USER = ldclient.Context.builder("user-key-123abc").set("country", "SE").build()
Json = dict[str, Any]


def environment(ld: Browser, key: str = "test") -> Json:
    return dict(ld("GET", f"{ENVIRONMENTS}/{key}").json())


@contextmanager
def client(mockenv: Sandbox, key: str, **more: Any) -> Iterator[ldclient.LDClient]:
    """The official SDK, pointed at the sandbox; ready, unless its key is refused."""
    url = mockenv.url
    told = Config(key, base_uri=url, stream_uri=url, events_uri=url, diagnostic_opt_out=True, **more)
    with ldclient.LDClient(told, start_wait=PATIENCE) as found:
        yield found


class Changes:
    """Wakes up when the SDK hears that a flag has changed."""

    def __init__(self, sdk: ldclient.LDClient) -> None:
        self._heard = Event()
        sdk.flag_tracker.add_listener(lambda change: self._heard.set())

    def wait(self) -> None:
        assert self._heard.wait(PATIENCE)
        self._heard.clear()


def get(mockenv: Sandbox, path: str, key: str | None = None, **headers: str) -> requests.Response:
    headers |= {"Authorization": key} if key else {}
    return requests.get(f"{mockenv.url}{path}", headers=headers, timeout=PATIENCE)


def encoded(context: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(context).encode()).decode().rstrip("=")


@pytest.mark.parametrize("stream", [True, False], ids=["streaming", "polling"])
def test_the_official_sdk_evaluates_what_was_made_over_rest(ld: Browser, mockenv: Sandbox, stream: bool) -> None:
    made = flag(ld, variations=[{"value": "a"}, {"value": "b"}, {"value": "c"}])
    ld("POST", "/api/v2/segments/projectKey/test", {"name": "Beta", "key": "beta"})
    ld("PATCH", "/api/v2/segments/projectKey/test/beta", [{"op": "add", "path": "/included/-", "value": "in-beta"}])
    a, b, c = ids(made)
    north = {"contextKind": "user", "attribute": "country", "op": "in", "negate": False, "values": ["SE", "NO"]}
    beta = {"attribute": "", "op": "segmentMatch", "negate": False, "values": ["beta"]}
    changed(
        ld,
        {"kind": "turnFlagOn"},
        {"kind": "updateFallthroughVariationOrRollout", "variationId": c},
        {"kind": "addTargets", "values": ["targeted"], "variationId": b},
        {"kind": "addTargets", "values": ["org-1"], "contextKind": "org", "variationId": b},
        {"kind": "addRule", "variationId": a, "clauses": [north]},
        {"kind": "addRule", "variationId": b, "clauses": [beta]},
    )
    flag(ld, "off")
    with client(mockenv, environment(ld)["apiKey"], stream=stream, send_events=False) as sdk:
        assert sdk.is_initialized()
        served = {
            key: sdk.variation("dark-mode", ldclient.Context.create(key, kind), "?")
            for key, kind in (("targeted", "user"), ("org-1", "org"), ("in-beta", "user"), ("nobody", "user"))
        }
        assert served == {"targeted": "b", "org-1": "b", "in-beta": "b", "nobody": "c"}
        assert sdk.variation_detail("dark-mode", USER, "?").reason["kind"] == "RULE_MATCH"
        assert sdk.variation("off", USER, None) is False
        assert sdk.variation("never made", USER, "fallback") == "fallback"


def test_changes_arrive_at_a_streaming_sdk_by_themselves(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    with client(mockenv, environment(ld)["apiKey"], send_events=False) as sdk:
        changes = Changes(sdk)
        assert sdk.variation("dark-mode", USER, None) is False
        changed(ld, {"kind": "turnFlagOn"})
        changes.wait()
        assert sdk.variation("dark-mode", USER, None) is True
        changed(ld, {"kind": "archiveFlag"}, environment=None)
        changes.wait()
        assert sdk.variation("dark-mode", USER, "gone") == "gone"
        changed(ld, {"kind": "restoreFlag"}, environment=None)
        changes.wait()
        assert sdk.variation("dark-mode", USER, None) is True
        ld("DELETE", f"{FLAGS}/dark-mode")
        changes.wait()
        flag(ld, isFlagOn=True)
        changes.wait()
        assert sdk.variation("dark-mode", USER, None) is True


def test_an_environment_sees_its_own_targeting_alone(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    changed(ld, {"kind": "turnFlagOn"})
    on = [
        get(mockenv, "/sdk/latest-all", environment(ld, key)["apiKey"]).json()["flags"]["dark-mode"]["on"]
        for key in ("test", "production")
    ]
    assert on == [True, False]


def test_who_polls_is_told_in_a_word_that_nothing_has_changed(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    key = environment(ld)["apiKey"]
    first = get(mockenv, "/sdk/latest-all", key)
    again = get(mockenv, "/sdk/latest-all", key, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed(ld, {"kind": "turnFlagOn"})
    assert get(mockenv, "/sdk/latest-all", key, **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert get(mockenv, "/sdk/flags/dark-mode", key).json()["version"] == 2
    assert get(mockenv, "/sdk/flags/nope", key).status_code == 404


@pytest.mark.parametrize("path", ["/sdk/latest-all", "/all", "/sdk/flags/x", "/msdk/evalx/contexts/e30", "/meval/e30"])
def test_a_key_that_opens_nothing_is_a_401(ld: Browser, mockenv: Sandbox, path: str) -> None:
    found = environment(ld)
    wrong = found["apiKey" if path.startswith("/m") else "mobileKey"]
    for key in (None, "sdk-nope", mockenv.tokens["launchdarkly"]["owner"], wrong):
        assert get(mockenv, path, key).status_code == 401


@DATED_BY_THE_SANDBOX
def test_a_key_that_was_reset_works_until_its_expiry_and_then_its_stream_ends(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    old = environment(ld)["apiKey"]
    expiry = 1_769_250_660_000  # a minute after the sandbox's clock begins
    new = ld("POST", f"{ENVIRONMENTS}/test/apiKey?expiry={expiry}").json()["apiKey"]
    assert [get(mockenv, "/sdk/latest-all", key).status_code for key in (old, new)] == [200, 200]
    with requests.get(f"{mockenv.url}/all", headers={"Authorization": old}, stream=True, timeout=PATIENCE) as stream:
        lines = stream.iter_lines()
        assert next(lines) == b"event: put"
        mockenv.advance("59s")
        assert get(mockenv, "/sdk/latest-all", old).status_code == 200
        mockenv.advance("1s")
        assert [line for line in lines if line and not line.startswith(b"data")] == []  # to its end
    assert [get(mockenv, "/sdk/latest-all", key).status_code for key in (old, new)] == [401, 200]


def test_a_stream_ends_with_its_world(ld: Browser, mockenv: Sandbox) -> None:
    with requests.get(
        f"{mockenv.url}/all", headers={"Authorization": environment(ld)["apiKey"]}, stream=True, timeout=PATIENCE
    ) as stream:
        lines = stream.iter_lines()
        assert next(lines) == b"event: put"
        mockenv.reset()
        assert list(lines)[-1:] in ([], [b""])


def test_events_are_taken_journalled_and_tell_which_flags_are_in_use(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld)
    with client(mockenv, environment(ld)["apiKey"]) as sdk:
        sdk.variation("dark-mode", USER, None)
    assert mockenv.verify({"operation": "sdkTakeEvents"}, at_least=1)
    status = ld("GET", "/api/v2/flag-statuses/projectKey/test/dark-mode").json()
    assert (status["name"], status["lastRequested"]) == ("active", "2026-01-24T10:30:00.000Z")
    assert [one["key"] for one in ld("GET", f'{FLAGS}?filter=evaluated:{{"after":1}},filterEnv:test').json()["items"]] == [
        "dark-mode"
    ]
    mockenv.advance("168h")
    assert ld("GET", "/api/v2/flag-statuses/projectKey/test/dark-mode").json()["name"] == "inactive"


# Browsers and mobile apps


def test_a_browser_gets_evaluations_of_the_flags_that_it_may_see(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld, "shown", clientSideAvailability={"usingEnvironmentId": True, "usingMobileKey": False}, isFlagOn=True)
    flag(ld, "hidden")
    path = f"/sdk/evalx/{environment(ld)['_id']}/contexts/{encoded({'kind': 'user', 'key': 'u'})}"
    found = get(mockenv, path, Origin="http://localhost:5173")
    assert found.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert found.json() == {"shown": {"value": True, "variation": 0, "version": 1, "flagVersion": 1, "trackEvents": False}}
    assert get(mockenv, f"{path}?withReasons=true").json()["shown"]["reason"] == {"kind": "FALLTHROUGH"}
    assert get(mockenv, f"/sdk/goals/{environment(ld)['_id']}").json() == []
    assert get(mockenv, f"/sdk/evalx/{'0' * 24}/contexts/e30").status_code == 404
    for bad in ("%21%21", encoded({"kind": "user"}), base64.urlsafe_b64encode(b"[1]").decode()):
        assert get(mockenv, f"/sdk/evalx/{environment(ld)['_id']}/contexts/{bad}").status_code == 400


def test_a_browsers_page_may_ask_before_it_asks(ld: Browser, mockenv: Sandbox) -> None:
    headers = {
        "Origin": "http://localhost:5173",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-launchdarkly-user-agent",
    }
    asked = requests.options(f"{mockenv.url}/sdk/evalx/{environment(ld)['_id']}/contexts/e30", headers=headers, timeout=PATIENCE)
    assert (asked.status_code, asked.headers["Access-Control-Allow-Headers"]) == (204, "x-launchdarkly-user-agent")


def test_a_mobile_app_gets_its_own_flags_with_its_own_key(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld, "app", clientSideAvailability={"usingEnvironmentId": False, "usingMobileKey": True})
    key = environment(ld)["mobileKey"]
    path = f"/msdk/evalx/contexts/{encoded({'key': 'u'})}"
    assert list(get(mockenv, path, key).json()) == ["app"]
    ld("POST", f"{ENVIRONMENTS}/test/mobileKey")
    assert get(mockenv, path, key).status_code == 401


def test_in_secure_mode_the_context_must_be_signed(ld: Browser, mockenv: Sandbox) -> None:
    ld("PATCH", f"{ENVIRONMENTS}/test", [replace("/secureMode", True)])
    found = environment(ld)
    path = f"/sdk/evalx/{found['_id']}/contexts/{encoded({'kind': 'user', 'key': 'u'})}"
    signed = hmac.new(found["apiKey"].encode(), b"u", "sha256").hexdigest()
    assert [get(mockenv, path).status_code, get(mockenv, f"{path}?h={signed}").status_code] == [400, 200]


def test_a_browsers_stream_tells_evaluations_again_when_they_change(ld: Browser, mockenv: Sandbox) -> None:
    flag(ld, clientSideAvailability={"usingEnvironmentId": True, "usingMobileKey": False})
    path = f"{mockenv.url}/eval/{environment(ld)['_id']}/{encoded({'kind': 'user', 'key': 'u'})}"
    with requests.get(path, stream=True, timeout=PATIENCE) as stream:
        told = (json.loads(line[6:])["dark-mode"]["value"] for line in stream.iter_lines() if line.startswith(b"data: "))
        assert next(told) is False
        changed(ld, {"kind": "turnFlagOn"}, environment="production")  # another environment's
        changed(ld, {"kind": "turnFlagOn"})
        assert next(told) is True


@pytest.mark.parametrize(
    "path",
    [
        "/mobile",
        "/mobile/events/bulk",
        "/mobile/events/diagnostic",
        "/bulk",
        "/diagnostic",
        "/events/bulk/{id}",
        "/events/diagnostic/{id}",
    ],
)
def test_events_of_every_sort_of_sdk_are_taken(ld: Browser, mockenv: Sandbox, path: str) -> None:
    found = environment(ld)
    key = found["mobileKey" if path.startswith("/mobile") else "apiKey"]
    url = f"{mockenv.url}{path.format(id=found['_id'])}"
    assert requests.post(url, json=[{"kind": "identify"}], headers={"Authorization": key}, timeout=PATIENCE).status_code == 202


def report(mockenv: Sandbox, path: str, context: Json, key: str | None = None, **more: Any) -> requests.Response:
    """By REPORT, as SDKs do where a context shall not stand in an address."""
    headers = {"Authorization": key} if key else {}
    return requests.request("REPORT", mockenv.url + path, json=context, headers=headers, timeout=PATIENCE, **more)


def test_a_context_may_be_reported_instead_of_standing_in_the_address(ld: Browser, mockenv: Sandbox) -> None:
    seen = {"usingEnvironmentId": True, "usingMobileKey": True}
    ld("POST", FLAGS, {"name": "B", "key": "browser", "clientSideAvailability": seen, "isFlagOn": True})
    found, context = environment(ld), {"kind": "user", "key": "u"}
    told = report(mockenv, f"/sdk/evalx/{found['_id']}/context", context)
    assert (told.status_code, told.json()["browser"]["value"]) == (200, True)
    assert told.json() == get(mockenv, f"/sdk/evalx/{found['_id']}/contexts/{encoded(context)}").json()
    assert report(mockenv, "/msdk/evalx/context", context, found["mobileKey"]).json()["browser"]["value"] is True
    assert report(mockenv, "/msdk/evalx/context", context).status_code == 401
    assert report(mockenv, f"/sdk/evalx/{found['_id']}/context", {"kind": ""}).status_code == 400
    assert report(mockenv, f"/sdk/evalx/{'0' * 24}/context", context).status_code == 404
    for path, key in ((f"/eval/{found['_id']}", None), ("/meval", found["mobileKey"])):
        with report(mockenv, path, context, key, stream=True) as stream:
            values = (json.loads(line[6:])["browser"]["value"] for line in stream.iter_lines() if line.startswith(b"data: "))
            assert next(values) is True


def test_who_is_in_a_big_segment_decides_what_a_browser_gets(ld: Browser, mockenv: Sandbox) -> None:
    segments, found = "/api/v2/segments/projectKey/test", environment(ld)
    assert ld("POST", segments, {"name": "Big", "key": "big", "unbounded": True}).status_code == 201
    seen = {"usingEnvironmentId": True, "usingMobileKey": False}
    flag(ld, clientSideAvailability=seen)
    clause = {"attribute": "", "op": "segmentMatch", "values": ["big"], "negate": False}
    rule = {"variation": 0, "clauses": [clause]}
    off = {"variation": 1}
    changes = [
        replace(f"/environments/test/{name}", value) for name, value in (("rules", [rule]), ("fallthrough", off), ("on", True))
    ]
    assert ld("PATCH", f"{FLAGS}/dark-mode", changes).status_code == 200
    assert ld("POST", f"{segments}/big/contexts", {"included": {"add": ["in"]}, "excluded": {"add": ["out"]}}).status_code == 204

    def value(key: str) -> bool:
        told = report(mockenv, f"/sdk/evalx/{found['_id']}/context", {"kind": "user", "key": key})
        return bool(told.json()["dark-mode"]["value"])

    assert [value(key) for key in ("in", "out", "nobody")] == [True, False, False]


def test_a_browsers_page_may_report(ld: Browser, mockenv: Sandbox) -> None:
    url = f"{mockenv.url}/sdk/evalx/{environment(ld)['_id']}/context"
    headers = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "REPORT"}
    asked = requests.options(url, headers=headers, timeout=PATIENCE)
    assert (asked.status_code, "REPORT" in asked.headers["Access-Control-Allow-Methods"]) == (204, True)
