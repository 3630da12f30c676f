"""The control plane's bodies as strangers write them, from its own words: rules of faults, sandboxes, clocks, questions to the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import requests
from hypothesis import strategies as st

from fuzz.server import ADMIN, Served
from mockenv.kernel.faults.rules import EFFECTS, PLACES, SELECTORS

SANDBOX = "fuzz"
NAMES = (
    *"vector phase launchdarkly archie createSite createEnvironment graphql environmentTree vector.site.created * POST get".split(),
    *"site environment deployment configuring_database deploying master default docs empty realistic flaky-503 before after".split(),
    *"1s 0s -1s 1h30m 250ms 1e9s next idle real manual auto 2026-01-24T10:30:00Z 9999-12-31T23:59:59Z vector/site/12345".split(),
)
JSON_NAMES = st.sampled_from(NAMES) | st.text(max_size=4)
scalars = (
    st.none() | st.booleans() | st.integers(-2, 700) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | JSON_NAMES
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(JSON_NAMES | st.sampled_from(["uniform", "lognormal", "median", "sigma"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def members(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of these members, each with any value, and now and then one that does not exist."""
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=3), values, max_size=5)


SPAN: tuple[Any, ...] = ("0s", 0.01, "250ms", {"uniform": [0, "1ms"]}, {"lognormal": {"median": "1ms", "sigma": 5}})
EFFECT: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys((name for names in EFFECTS.values() for name in names), (True,)),
    "status": (503, 404, 201, 204, 304, 599),
    "message": ("no", "é"),
    "headers": ({"X-A": "b"}, {"Content-Length": "5"}, {"é": "é"}, {"X-A": "\u4e2d"}, {"Content-Type": ""}),
    "delay": SPAN,
    "slow": ("0s", "10m", 1e12),
    "drip": (True, 0, "1ms"),
    "rate_limit": (True, 0, {"retry_after": "1s"}, 1e15),
    "fail": ("no",),
    "rollback": ("ok", "fails", "keeps_record"),
    "duplicate": (True, 2, 100),
    "stale_timestamp": (True, "1h", 1e15),
}
PLACE: dict[str, tuple[Any, ...]] = {
    "provider": ("vector",),
    "times": (0, 1, 3),
    "after": (0, 1),
    "every": (1, 2),
    "probability": (0, 0.5, 1),
    "expires": ("1h", "0s", 1e12),
    "operation": ("createEnvironment", "createWebhook"),
    "method": ("POST", "post", "*"),
    "path": ("*", "/api/*", "["),
    "params": ({"site": "12345"}, {"site": "*"}, {}),
    "header": ({"authorization": "*"}, {"X-A": "["}),
    "phase": ("before", "after"),
    "force": (True, False),
    "resource": ("environment", "vector/environment", "site"),
    "step": ("finalizing", "configuring_database", "*"),
    "attempt": (1, 2),
    "event": ("*", "vector.environment.created", "vector.*"),
}


def sensible(known: dict[str, tuple[Any, ...]], names: Iterable[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of these members with values that they may have, now and then with any."""
    return st.lists(st.sampled_from(sorted(names)), max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: st.sampled_from(known[name]) | st.sampled_from(known[name]) | values for name in chosen}
        )
    )


def rule_of(sort: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda place, effect: {**place, "effect": effect},
        sensible(PLACE, {*SELECTORS, *PLACES[sort]}),
        sensible(EFFECT, EFFECTS[sort]),
    )


rules = st.sampled_from(sorted(EFFECTS)).flatmap(rule_of) | st.builds(
    lambda rule, effect: {**rule, "effect": effect},
    members(*SELECTORS, *(name for names in PLACES.values() for name in names)),
    members(*EFFECT) | values,
)
clocks = members("mode", "speed", "now")
specs = st.fixed_dictionaries(
    {},
    optional={
        "seed": values,
        "fixture": values | members("vector", "phase", "launchdarkly", "archie"),
        "scenario": values | members("fixture", "clock", "delays", "faults", "holds", "options", "seed"),
        "clock": clocks | values,
        "delays": values | members("vector", "archie", "phase"),
        "faults": st.lists(rules, max_size=2) | values,
        "holds": st.lists(JSON_NAMES, max_size=2) | values,
        "options": members("vector", "archie", "phase", "launchdarkly") | values,
    },
)
questions = st.builds(
    lambda match, count: {"match": match, **count},
    members("provider", "operation", "method", "path", "query", "status", "headers", "body"),
    members("exactly", "at_least", "at_most"),
)
CALLS = st.one_of(
    st.tuples(st.just("POST"), st.just(f"sandboxes/{SANDBOX}/faults"), rules),
    st.tuples(st.just("POST"), st.just(f"sandboxes/{SANDBOX}/faults"), rules),
    st.tuples(st.just("POST"), st.just("sandboxes"), specs),
    st.tuples(st.just("PUT"), st.just(f"sandboxes/{SANDBOX}/clock"), clocks),
    st.tuples(st.just("POST"), st.just(f"sandboxes/{SANDBOX}/clock/advance"), members("by", "until", "max")),
    st.tuples(st.just("POST"), st.just(f"sandboxes/{SANDBOX}/journal/verify"), questions),
    st.tuples(st.just("PUT"), st.just(f"sandboxes/{SANDBOX}/holds/deploying"), members("resource")),
    st.tuples(st.just("PATCH"), st.just(f"sandboxes/{SANDBOX}/resources/vector/site/12345"), members("status")),
)


def check(server: Served, call: tuple[str, str, Any]) -> None:
    """Done, or a problem that says in words what is wrong; and what was done breaks nothing when it comes to act."""
    method, path, body = call
    known = len(server.tracebacks())
    _control(server, "DELETE", f"sandboxes/{SANDBOX}")
    made = _control(server, "POST", "sandboxes", {"name": SANDBOX, "seed": 1, "clock": {"mode": "manual"}}).json()
    reply = _control(server, method, path, body)
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400:
        assert reply.json()["detail"], reply.text
        return
    world = reply.json()["name"] if path == "sandboxes" else SANDBOX
    tokens = (reply.json() if path == "sandboxes" else made)["tokens"]
    _live(server, world, tokens["vector"]["owner"])
    if world != SANDBOX:
        _control(server, "DELETE", f"sandboxes/{world}")
    assert len(server.tracebacks()) == known, server.tracebacks()[-1]


def _live(server: Served, world: str, token: str) -> None:
    """A webhook, an environment and an hour in that world: requests, steps and deliveries for rules to act on."""
    url, headers = f"{server.url}/_sandbox/{world}/api/v1/vector", {"Authorization": f"Bearer {token}"}
    hook = {"url": "http://127.0.0.1:1/", "events": ["vector.*"]}  # nobody listens there
    environment = {"name": "staging", "php_version": "8.3", "is_production": True}
    for path, body in (("webhooks", hook), ("sites/12345/environments", environment)):
        with suppress(requests.RequestException):  # reset, empty, garbage, hang, late: as a rule asked for
            requests.post(f"{url}/{path}", json=body, headers=headers, timeout=0.3)
    moved = _control(server, "POST", f"sandboxes/{world}/clock/advance", {"until": "idle", "max": "1h"})
    assert moved.status_code < 500, moved.text


def _control(server: Served, method: str, path: str, body: Any = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "application/json"}
    raw = None if body is None else json.dumps(body)
    return requests.request(method, f"{server.url}/_mockenv/{path}", data=raw, headers=headers, timeout=30)
