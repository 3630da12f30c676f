"""The control plane's bodies as strangers write them, from its own words: rules of faults, sandboxes, clocks, questions to the journal."""

from __future__ import annotations

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


effects = members(*(name for names in EFFECTS.values() for name in names))
rules = st.builds(
    lambda rule, effect: {**rule, "effect": effect},
    members(*SELECTORS, *(name for names in PLACES.values() for name in names)),
    effects | values,
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
    st.tuples(st.just("POST"), st.just("sandboxes"), specs),
    st.tuples(st.just("PUT"), st.just(f"sandboxes/{SANDBOX}/clock"), clocks),
    st.tuples(st.just("POST"), st.just(f"sandboxes/{SANDBOX}/clock/advance"), members("by", "until", "max")),
    st.tuples(st.just("POST"), st.just(f"sandboxes/{SANDBOX}/journal/verify"), questions),
    st.tuples(st.just("PUT"), st.just(f"sandboxes/{SANDBOX}/holds/deploying"), members("resource")),
    st.tuples(st.just("PATCH"), st.just(f"sandboxes/{SANDBOX}/resources/vector/site/12345"), members("status")),
)


def check(server: Served, call: tuple[str, str, Any]) -> None:
    """Done, or a problem that says in words what is wrong; and a world in which requests are still answered as documented."""
    method, path, body = call
    control = f"{server.url}/_mockenv"
    headers = {"Authorization": f"Bearer {ADMIN}"}
    requests.delete(f"{control}/sandboxes/{SANDBOX}", headers=headers, timeout=30)
    made = requests.post(
        f"{control}/sandboxes", json={"name": SANDBOX, "seed": 1, "clock": {"mode": "manual"}}, headers=headers, timeout=30
    ).json()
    reply = requests.request(method, f"{control}/{path}", json=body, headers=headers, timeout=30)
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400:
        assert reply.json()["detail"], reply.text
    elif path == "sandboxes":
        requests.delete(f"{control}/sandboxes/{reply.json()['name']}", headers=headers, timeout=30)
    provider = {"Authorization": f"Bearer {made['tokens']['vector']['owner']}"}
    _look(f"{server.url}/_sandbox/{SANDBOX}/api/v1/vector/sites/12345", provider)


def _look(url: str, headers: dict[str, str]) -> None:
    """A rule may well have the request fail: then it says so. What it may not is break the server."""
    try:
        reply = requests.get(url, headers=headers, timeout=0.3)
    except requests.RequestException:
        return  # reset, empty, garbage, hang, late: as asked for
    assert "mockenv: reply departs" not in reply.text, reply.text
