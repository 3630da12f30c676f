"""What faults and journal call a GraphQL request: the root fields that are executed, however the document is written."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.providers.archie.conftest import PROJECT, GraphQL, Json

LIST = f'projectEnvironments(projectId: "{PROJECT}") {{ environments {{ name }} }}'

RELAY = f"query List {{ ...List_query }} fragment List_query on Query {{ {LIST} }}"
CASES: dict[str, tuple[str, Json, str]] = {
    "fragment": (RELAY, {}, "projectEnvironments"),
    "inline": (f"{{ ... {{ ... on Query {{ {LIST} }} }} }}", {}, "projectEnvironments"),
    "skipped": (f"{{ __typename {LIST.replace(' {', ' @skip(if: true) {', 1)} }}", {}, "__typename"),
    "not included": (
        "query ($no: Boolean!) { __typename ... @include(if: $no) { fileProviders: projectEnvironments(projectId: \"x\") { success } } }",
        {"no": False},
        "__typename",
    ),
    "by default": (
        f"query ($no: Boolean = false) {{ __typename ...L @include(if: $no) }} fragment L on Query {{ {LIST} }}",
        {},
        "__typename",
    ),
    "nothing left": ("{ a: __typename @skip(if: true) }", {}, "graphql"),
    "variables that are no good": (f"query ($no: Boolean!) {{ ... @include(if: $no) {{ {LIST} }} }}", {"no": "x"}, "graphql"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_journal_names_the_fields_that_are_executed(archie: GraphQL, mockenv: Sandbox, case: str) -> None:
    query, variables, named = CASES[case]
    archie.post(query, variables)
    assert [one["operation"] for one in mockenv.journal()] == [named]


def test_a_rule_acts_on_a_field_inside_a_fragment_and_on_none_that_is_taken_out(archie: GraphQL, mockenv: Sandbox) -> None:
    mockenv.fault({"status": 503}, provider="archie", operation="projectEnvironments")
    assert archie.post(RELAY).status_code == 503
    assert archie.post(*CASES["not included"][:2]).status_code == 200
