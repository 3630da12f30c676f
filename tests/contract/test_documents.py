"""The documents as other people's tools read them: validators, linters, generators."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from mockenv.bootstrap import fixtures_folder, openapi_folder
from mockenv.client import Sandbox
from tests.contract import nodejs

DOCUMENTS = sorted(openapi_folder().glob("*.yaml"))
SCHEMA = fixtures_folder() / "scenario.schema.json"
BY_NAME = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text())
    return document


def nodes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every mapping in a document, and where it stands."""
    if isinstance(value, dict):
        yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from nodes(part, (*path, key))


def parameters(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, node in nodes(document):
        if "in" in node and "name" in node and "schema" in node:
            yield "/".join(map(str, path)), node


@BY_NAME
def test_a_document_is_valid_openapi(path: Path) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(read(path)).iter_errors()] == []


@BY_NAME
def test_no_unquoted_comma_has_cut_a_text_in_two(path: Path) -> None:
    """In a flow mapping what stands behind a comma becomes a key without a value, and nobody says so."""

    def cut(node: yaml.Node) -> Iterator[str]:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        for key, value in pairs:
            if isinstance(value, yaml.ScalarNode) and value.value == "" and value.style is None:
                yield f"line {key.start_mark.line + 1}: {key.value}"
        for inner in (part for pair in pairs for part in pair) if pairs else node.value if isinstance(node.value, list) else ():
            yield from cut(inner)

    root = yaml.compose(path.read_text())
    assert root is not None
    assert list(cut(root)) == []


@BY_NAME
def test_no_document_has_a_merge_key(path: Path) -> None:
    """Generators differ on `<<`: some take it for a member of that name."""
    assert "<<:" not in path.read_text()


@BY_NAME
def test_no_construct_is_left_that_generators_are_known_to_refuse(path: Path) -> None:
    for place, node in nodes(read(path)):
        where = "/".join(map(str, place))
        if None in (node.get("enum") or ()):
            assert "null" in node.get("type", ()), f"{where}: an enum with null says that null is a type"
        if "properties" in node and isinstance(node["properties"], dict):
            assert False not in node["properties"].values(), f"{where}: a member that is `false`"
        assert node.get("type") != "null" or place[-2:-1] in (("anyOf",), ("oneOf",)), f"{where}: null alone"
        assert not (place[-2:-1] == ("links",) and "requestBody" in node), f"{where}: a link with a request body"


@BY_NAME
def test_every_parameter_has_an_example_that_its_schema_takes(path: Path) -> None:
    document = read(path)
    for where, parameter in parameters(document):
        examples = [one["value"] for one in parameter.get("examples", {}).values()]
        examples += [parameter["example"]] if "example" in parameter else []
        assert examples, f"{where} has no example"
        schema = {**parameter["schema"], "components": document.get("components", {})}
        assert all(jsonschema_rs.is_valid(schema, one) for one in examples), where


def test_redocly_finds_no_error(tmp_path: Path) -> None:
    folder = nodejs.packages()
    config = nodejs.HERE / "redocly.yaml"
    nodejs.run(nodejs.tool("redocly", folder), "lint", "--config", config, "--format", "summary", *DOCUMENTS, cwd=tmp_path)


def test_the_scenarios_schema_says_its_draft_and_ajv_takes_it_strictly(tmp_path: Path) -> None:
    schema = json.loads(SCHEMA.read_text())
    assert (schema["$schema"], bool(schema["$id"])) == ("https://json-schema.org/draft/2020-12/schema", True)
    folder, scenarios = nodejs.packages(), []
    for source in sorted((fixtures_folder() / "scenarios").glob("*.yaml")):
        scenarios.append(tmp_path / f"{source.stem}.json")
        scenarios[-1].write_text(json.dumps(read(source)))
    script = tmp_path / "scenario.mjs"
    shutil.copy(nodejs.HERE / script.name, script)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    nodejs.run("node", script, SCHEMA, *scenarios, cwd=tmp_path)


def test_openapi_typescript_types_every_document_and_a_typed_program_goes_round(mockenv: Sandbox, tmp_path: Path) -> None:
    folder = nodejs.packages()
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    for name in ("package.json", "roundtrip.ts"):
        shutil.copy(nodejs.HERE / name, tmp_path / name)
    for path in DOCUMENTS:
        # Else it holds whatever has a default for something that a request must have.
        options = ("--default-non-nullable=false", "-o", tmp_path / f"{path.stem}.d.ts")
        nodejs.run(nodejs.tool("openapi-typescript", folder), path, *options, cwd=tmp_path)
    flags = ("--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom")
    nodejs.run(nodejs.tool("tsc", folder), *flags, "roundtrip.ts", *(f"{path.stem}.d.ts" for path in DOCUMENTS), cwd=tmp_path)
    nodejs.run("node", "roundtrip.js", mockenv.url, mockenv.tokens["vector"]["owner"], cwd=tmp_path)


@BY_NAME
def test_a_document_has_no_more_aliases_than_javas_readers_of_yaml_allow(path: Path) -> None:
    """SnakeYAML, under openapi-generator and most of Java's tools, gives up at the fifty-first."""
    assert sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(path.read_text())) <= 50
