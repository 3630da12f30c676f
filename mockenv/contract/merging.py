"""Several documents as one, for tools that know a single address; knows what refers to what in OpenAPI, and no service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.contract.document import METHODS

COMPONENTS = "#/components/"
Node = dict[str, Any]


def merged(documents: Mapping[str, Any], head: Mapping[str, Any]) -> Node:
    """`head` with all paths; what has a name in a document has the document's own before it: operations, tags, components."""
    paths: Node = {}
    components: dict[str, Node] = {}
    tags: list[Node] = []
    for owner, document in documents.items():
        content = _renamed(document, owner)
        for path, item in content["paths"].items():
            paths[path] = {
                key: _standing_alone(part, owner, content.get("security", [])) if key in METHODS else part
                for key, part in item.items()
            }
        for section, known in content.get("components", {}).items():
            components.setdefault(section, {}).update(_owned(owner, known))
        tags += [{**tag, "name": _named(owner, tag["name"])} for tag in content.get("tags", [])]
    return {**head, "tags": tags, "paths": paths, "components": components}


def _standing_alone(operation: Node, owner: str, security: list[Node]) -> Node:
    """Beside other services' there is no common rule for who may call it."""
    rules = [_owned(owner, rule) for rule in operation.get("security", security)]
    return {**operation, "tags": [_named(owner, tag) for tag in operation.get("tags", [])], "security": rules}


def _renamed(node: Any, owner: str, key: str = "") -> Any:
    """References to components, and operations where they are named: by themselves and by links."""
    if isinstance(node, list):
        return [_renamed(one, owner) for one in node]
    if isinstance(node, dict):
        return {name: _renamed(part, owner, name) for name, part in node.items()}
    if key == "$ref" and str(node).startswith(COMPONENTS):
        section, name = str(node).removeprefix(COMPONENTS).split("/", 1)
        return f"{COMPONENTS}{section}/{_named(owner, name)}"
    return _named(owner, node) if key == "operationId" else node


def _owned(owner: str, members: Mapping[str, Any]) -> Node:
    return {_named(owner, name): value for name, value in members.items()}


def _named(owner: str, name: str) -> str:
    return f"{owner}_{name}"
