"""An OpenAPI document and its operations by id; knows nothing of who serves them.

Its operations are what a start needs. They are kept beside the content, which is read when somebody asks for a schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from mockenv.compiled import NotYAML, kept, parse
from mockenv.errors import CannotStart

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
JSON = "application/json"
SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


@dataclass(frozen=True)
class Parameter:
    """One query parameter. `schema` may be a reference; `kind` is the JSON type its text is turned into."""

    name: str
    schema: Mapping[str, Any]
    required: bool
    kind: str
    items: str = "string"
    """The type of each of an array's."""
    separator: str | None = None
    """What stands between an array's items; None where each has the parameter's name before it."""


@dataclass(frozen=True)
class Operation:
    """One operation of a document: where it is, what it takes, what it may answer."""

    id: str
    method: str
    path: str
    pointer: str
    """Where the operation stands in the document, as a JSON pointer."""
    body_types: tuple[str, ...]
    """Media types of the request body; empty where it takes none."""
    body_required: bool
    body_members: Mapping[str, frozenset[str]] | None
    """Members of a JSON body → the JSON types that each may have; None where the document does not bound them."""
    query: tuple[Parameter, ...]
    responses: Mapping[str, Any]
    """Status → what the document has there, or a reference to it."""
    secured: bool


@dataclass(frozen=True)
class Document:
    """A document that can be served. `name` is the provider's."""

    name: str
    read: Callable[[], Mapping[str, Any]]
    source: Path
    operations: Mapping[str, Operation] = field(default_factory=dict)

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """All of it as read, references included."""
        return self.read()

    @cached_property
    def version(self) -> str:
        return str(self.content["info"]["version"])

    def resolve(self, node: Any) -> Any:
        """Follow one `$ref` into this document."""
        return self.follow(node, "")[1]

    def follow(self, node: Any, pointer: str) -> tuple[str, Any]:
        """The same, with where that stands which it leads to: `pointer`, if it is no reference."""
        while isinstance(node, Mapping) and "$ref" in node:
            pointer = str(node["$ref"]).removeprefix("#")
            node = self._at(pointer)
        return pointer, node

    def _at(self, pointer: str) -> Any:
        target: Any = self.content
        for part in pointer.removeprefix("/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        return target


def load_document(name: str, path: Path) -> Document:
    """A document of YAML. Raises CannotStart where it is not one."""
    raw = _bytes(path)
    told = kept(raw, Path(__file__), lambda: compile_operations(raw, path))
    return Document(name, lambda: _parsed(raw, path), path, {one["id"]: _remembered(one) for one in told})


def compile_operations(raw: bytes, path: Path) -> bytes:
    """The operations of a document as JSON; of what they answer the statuses only. Raises CannotStart."""
    operations = make_document(path.stem, _parsed(raw, path), path).operations.values()
    return orjson.dumps([_without_responses(one) for one in operations], default=sorted)


def _without_responses(operation: Operation) -> Operation:
    return replace(operation, responses={key: {"$ref": f"#{operation.pointer}/responses/{key}"} for key in operation.responses})


def _remembered(told: dict[str, Any]) -> Operation:
    members = told["body_members"]
    return Operation(
        **{
            **told,
            "body_types": tuple(told["body_types"]),
            "body_members": members and {name: frozenset(types) for name, types in members.items()},
            "query": tuple(Parameter(**one) for one in told["query"]),
        }
    )


def read_content(path: Path) -> Any:
    """What a file of JSON or YAML holds. Raises CannotStart."""
    return _parsed(_bytes(path), path)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotStart(f"document {path}: cannot be read ({error.strerror})") from None


def _parsed(raw: bytes, path: Path) -> Any:
    try:
        return orjson.loads(raw) if path.suffix == ".json" else parse(raw)
    except (NotYAML, orjson.JSONDecodeError, TypeError) as error:
        raise CannotStart(f"document {path}: {' '.join(str(error).split())}") from None


def make_document(name: str, content: Mapping[str, Any], path: Path) -> Document:
    """A document of what was read from `path`. Raises CannotStart where its operations cannot be told apart."""
    document = Document(name, lambda: content, path)
    operations: dict[str, Operation] = {}
    for operation in _operations(document):
        if operation.id in operations:
            raise CannotStart(f"document {path}: operationId {operation.id!r} is used twice")
        operations[operation.id] = operation
    return replace(document, operations=operations)


def _operations(document: Document) -> Iterator[Operation]:
    for path, item in document.content.get("paths", {}).items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method not in item:
                continue
            if "operationId" not in item[method]:
                raise CannotStart(f"document {document.source}: {method.upper()} {path} has no operationId")
            yield _operation(document, path, method, item[method], shared)


def _operation(document: Document, path: str, method: str, node: Mapping[str, Any], shared: list[Any]) -> Operation:
    body = document.resolve(node.get("requestBody") or {})
    parameters = [document.resolve(parameter) for parameter in [*shared, *node.get("parameters", [])]]
    escaped = path.replace("~", "~0").replace("/", "~1")
    return Operation(
        id=node["operationId"],
        method=method.upper(),
        path=path,
        pointer=f"/paths/{escaped}/{method}",
        body_types=tuple(body.get("content", {})),
        body_required=bool(body.get("required")),
        body_members=_members(document, body),
        query=tuple(_parameter(document, one) for one in parameters if one["in"] == "query"),
        responses=node["responses"],
        secured=_is_secured(node.get("security", document.content.get("security"))),
    )


def _is_secured(told: Any) -> bool:
    """Whether it asks who calls: it does not where one of the ways is none at all."""
    return bool(told) and {} not in told


_UNBOUNDED = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf")


def _members(document: Document, body: Mapping[str, Any]) -> Mapping[str, frozenset[str]] | None:
    schema = document.resolve(body.get("content", {}).get(JSON, {}).get("schema") or {})
    if "properties" not in schema or any(word in schema for word in _UNBOUNDED):
        return None
    return {name: _types(document, one) for name, one in schema["properties"].items()}


def _types(document: Document, node: Any) -> frozenset[str]:
    schema = document.resolve(node)
    named = schema.get("type", ())
    own = frozenset((named,) if isinstance(named, str) else named)
    return own.union(*(_types(document, one) for one in schema.get("anyOf", ())))


def _parameter(document: Document, node: Mapping[str, Any]) -> Parameter:
    schema = document.resolve(node["schema"])
    kind = _type_of(schema)
    items = _type_of(document.resolve(schema.get("items") or {})) if kind == "array" else "string"
    separator = None if kind != "array" or node.get("explode", True) else SEPARATORS.get(node.get("style", "form"), ",")
    return Parameter(node["name"], node["schema"], bool(node.get("required")), kind, items, separator)


def _type_of(schema: Mapping[str, Any]) -> str:
    told = schema.get("type", "string")
    return told if isinstance(told, str) else next((one for one in told if one != "null"), "string")
