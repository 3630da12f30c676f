"""A suite is checked when it is read: what is wrong in it is told with its place and the nearest word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from mockenv.bootstrap import fixtures_folder, make_services
from mockenv.conformance.suite import make_suite, read_suite, suite_file
from mockenv.errors import BadInput
from mockenv.kernel.worlds.library import read_yaml
from mockenv.provider import Provider
from mockenv.recording.beside import beside
from mockenv.recording.sorts import FILE
from mockenv.settings import Settings
from tests.conformance.conftest import Run

GOOD: dict[str, Any] = {"name": "list", "operation": "listEnvironments", "source": "https://example.com/page"}


SERVICES = {one.name: one for one in make_services(Settings())}
EDITIONS = [edition for one in SERVICES.values() for edition in (one, *one.editions)]
SUITES = [suite_file(one) for one in EDITIONS]
HARVESTS = [path for one in EDITIONS if (path := beside(one, FILE)).is_file()]


def phase() -> Provider:
    return SERVICES["phase"]


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
    for provider in EDITIONS:
        for step in read_suite(provider).steps:
            if step.method == "POST" and step.undo:
                assert "mockenv-conform" in str(step.body) or "MOCKENV_CONFORM" in str(step.body), step.name


def schema(what: str) -> Any:
    """The one that is shipped, for editors."""
    return jsonschema_rs.validator_for(json.loads((fixtures_folder() / f"{what}.schema.json").read_text()))


def test_the_shipped_files_are_good_by_the_schemas_for_editors_and_by_validate(run: Run) -> None:
    for what, paths in (("suite", SUITES), ("harvest", HARVESTS)):
        for path in paths:
            assert [one.message for one in schema(what).iter_errors(read_yaml(path))] == [], path
    told = run("validate", *map(str, SUITES + HARVESTS)).stdout.splitlines()
    assert told == [*(f"{one}: a good suite" for one in SUITES), *(f"{one}: a good harvest" for one in HARVESTS)]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"operation": "listEnvironment"},
            "8:3: steps.0.operation: 'listEnvironment' is not known; did you mean 'listEnvironments'?",
        ),
        ({"boddy": {}}, "10:3: steps.0.boddy: 'boddy' is not known; did you mean 'body'?"),
        ({"auth": "bearer"}, "10:3: steps.0.auth: Must be one of: token, none, wrong."),
        ({"query": {"app_id": "{ap}"}}, "7:3: steps.0: variable: 'ap' is not known; did you mean 'app'?"),
    ],
)
def test_validate_tells_what_is_wrong_in_a_suite_in_a_line_with_its_place(
    tmp_path: Path, run: Run, change: dict[str, Any], line: str
) -> None:
    path = tmp_path / "mine.yaml"
    needs = {"app": {"why": "an app", "mockenv": "x"}}
    told = {"provider": "phase", "needs": needs, "steps": [{"name": "list", **GOOD, **change}]}
    path.write_text(yaml.safe_dump(told, sort_keys=False))
    said = run("validate", str(path))
    assert (said.returncode, said.stdout) == (1, f"{path}:{line}\n")
    if "query" not in change:  # variables, no schema knows
        assert not schema("suite").is_valid(told)


def test_validate_tells_what_is_wrong_in_a_harvest_and_whose_a_file_is(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "harvest.yaml"
    lists = [{"into": "sites", "operations": {"listSite": "data"}, "key": "id", "members": {}}]
    path.write_text(yaml.safe_dump({"provider": "vector", "lists": lists}))
    assert "lists.0.operations.listSite: 'listSite' is not known; did you mean 'listSites'?" in run("validate", str(path)).stdout
    path.write_text(yaml.safe_dump({"provider": "vectr", "lists": lists}))
    assert "provider: 'vectr' is not known; did you mean 'vector'?" in run("validate", str(path)).stdout
    path.write_text(yaml.safe_dump({"lists": lists}))
    assert "does not say whose it is" in run("validate", str(path)).stdout
