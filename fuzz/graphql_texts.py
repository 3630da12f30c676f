"""GraphQL as strangers write it: words of the language in any order, queries cut and mended, variables of any kind."""

from __future__ import annotations

from typing import Any

import requests
from hypothesis import strategies as st

from fuzz.server import Served

PROJECT = "f7e4a264-d659-4719-91e8-c2d74654e529"
WHOLE = (
    "query Tree($projectId: String!) { environmentTree(projectId: $projectId) { success tree { environment { name } children { environment { id } } } } }",
    "mutation ($input: BranchEnvironmentInput!) { a: branchEnvironment(input: $input) { success message environment { ...E } } } fragment E on Environment { id status }",
    f'{{ database(projectId: "{PROJECT}", environment: "master") {{ database {{ tables {{ name rowCount }} }} }} __typename }}',
    'query A { __schema { types { name fields { name args { name defaultValue } } } } } query B { __type(name: "Environment") { kind } }',
    f'mutation {{ setEnvironmentVariable(input: {{projectId: "{PROJECT}", environment: "master", key: "K", value: null}}) {{ success }} }}',
    f'mutation {{ deleteEnvironment(input: {{projectId: "{PROJECT}", environmentName: "staging"}}) {{ success message }} }}',
)
WORDS = (
    *'{ } ( ) [ ] : ! = | & $ @ ... , " """ # \n'.split(" "),
    *"query mutation subscription fragment on null true false schema type input extend directive implements repeatable".split(),
    *"environmentTree projectId environment branchEnvironment input name tree children __typename __schema __type success".split(),
    *'@skip @include @defer @stream @oneOf if: $x 1 -0 1e999 1.5 0x "a" "\\u0000" "\\uD800" "\\u{110000}" é \ufeff \0'.split(),
    f'"{PROJECT}"',
)

words = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=30).map(" ".join)
mended = st.builds(
    lambda text, at, until, put: text[:at] + put + text[until:],
    st.sampled_from(WHOLE),
    st.integers(0, 160),
    st.integers(0, 160),
    words | st.just(""),
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.just(PROJECT),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["projectId", "name", "mode", "sourceEnvironment"]) | st.text(max_size=3), inner)
    ),
    max_leaves=8,
)
variables = st.none() | st.dictionaries(st.sampled_from(["input", "projectId", "x"]) | st.text(max_size=3), values, max_size=4)
REQUESTS = st.fixed_dictionaries(
    {"query": words | mended | st.sampled_from(WHOLE) | st.text()},
    optional={"variables": variables, "operationName": st.none() | st.sampled_from(["A", "B", "Tree", ""]) | st.text(max_size=3)},
)


def check(server: Served, request: dict[str, Any]) -> None:
    """Data or errors, with a code each, and never the server's own fault."""
    headers = {"Authorization": server.authorization("archie")}
    reply = requests.post(f"{server.url}/graphql", json=request, headers=headers, timeout=30)
    assert reply.status_code in (200, 400, 422), f"{reply.status_code}: {reply.text}"
    body = reply.json()
    assert body.keys() <= {"data", "errors"}, body
    for error in body.get("errors", []):
        assert error["message"], error
        assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR", error
