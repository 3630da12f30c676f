"""A suite is checked when it is read: what is wrong in it is told with its place and the nearest word."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.bootstrap import make_services
from mockenv.conformance.suite import make_suite, read_suite
from mockenv.errors import BadInput
from mockenv.provider import Provider
from mockenv.settings import Settings

GOOD: dict[str, Any] = {"name": "list", "operation": "listEnvironments", "source": "https://example.com/page"}


def phase() -> Provider:
    return next(one for one in make_services(Settings()) if one.name == "phase")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"operation": "listEnvironment"}, "steps.0.operation: 'listEnvironment' is not known; did you mean 'listEnvironments'?"),
        ({"operation": "getEnvironment"}, "steps.0.params: lacks env_id"),
        ({"params": {"env": "x"}}, "steps.0.params.env: 'env' is not known"),
        ({"query": {"app_id": "{ap}"}}, "steps.0: variable: 'ap' is not known; did you mean 'app'?"),
        ({"boddy": {}}, "steps.0.boddy: 'boddy' is not known; did you mean 'body'?"),
        ({"auth": "bearer"}, "steps.0.auth: Must be one of: token, none, wrong."),
        ({"keep": {"env": "id"}}, "steps.0.keep.env.value: is no JSON pointer: it begins with a slash"),
        ({"name": "List It"}, "steps.0.name: is not small letters, digits, hyphens"),
        ({"source": ""}, "steps.0.source: Shorter than minimum length 1."),
        ({"operation": "", "path": "v1"}, "steps.0"),
        ({"undo": {"operation": "deleteEnvironment", "params": {"env_id": "{env}"}}}, "steps.0.undo: variable: 'env' is not known"),
    ],
)
def test_what_is_wrong_in_a_step_is_told_with_its_place(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput) as said:
        make_suite(phase(), {"needs": {"app": {"why": "an app", "mockenv": "x"}}, "steps": [{**GOOD, **change}]}, "suite.yaml")
    assert problem in str(said.value)


def test_a_name_that_is_there_twice_is_told() -> None:
    with pytest.raises(BadInput, match=r"steps\.1\.name: 'list' is there twice"):
        make_suite(phase(), {"steps": [GOOD, GOOD]}, "suite.yaml")


def test_whatever_a_shipped_suite_makes_is_named_and_undone() -> None:
    for provider in make_services(Settings()):
        for step in read_suite(provider).steps:
            if step.method == "POST" and step.undo:
                assert "mockenv-conform" in str(step.body) or "MOCKENV_CONFORM" in str(step.body), step.name
