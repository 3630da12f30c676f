"""Values against the document's own schemas; finds and says, decides nothing and speaks no dialect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property, partial
from typing import Any, NamedTuple
from urllib.parse import quote

from mockenv.contract.document import JSON, Document, Operation, Parameter

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,3})?", re.ASCII)
INT64 = 2**63
"""What services take for an integer ends below it."""


class Finding(NamedTuple):
    """One thing that is wrong: where (`body` or `query`, then the path in it), by which keyword, and in plain words."""

    location: str
    path: tuple[str | int, ...]
    keyword: str
    message: str
    expected: Any = None
    value: Any = None

    @property
    def field(self) -> str:
        """The path with dots, as Laravel and others write it."""
        return ".".join(map(str, self.path))


class Validators:
    """Compiled schemas of one document, each made when first needed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._uri = f"urn:mockenv:{document.name}"
        self._at = cache(self._compile)
        self._body_at = cache(self._find_body)

    @cached_property
    def _validator(self) -> Callable[..., Any]:
        """Makes one of a schema. The whole document is there for references: read when something is first checked."""
        import jsonschema_rs  # a tenth of an idle server's memory, and many are never sent a body

        registry = jsonschema_rs.Registry([(self._uri, dict(self._document.content))], draft=jsonschema_rs.Draft202012)
        return partial(jsonschema_rs.Draft202012Validator, registry=registry)

    def body(self, operation: Operation, media: str, value: Any) -> list[Finding]:
        return self._check("body", self._body_at(operation.pointer, media), value)

    def query(self, operation: Operation, values: Mapping[str, list[str]]) -> tuple[dict[str, Any], list[Finding]]:
        """The declared parameters turned into their types, and what is wrong with them. Undeclared ones are ignored."""
        typed: dict[str, Any] = {}
        findings: list[Finding] = []
        for parameter in operation.query:
            texts = values.get(parameter.name)
            if texts is None:
                if parameter.required:
                    findings.append(Finding("query", (parameter.name,), "required", f"{parameter.name} is required"))
                continue
            typed[parameter.name] = _typed(parameter, texts)
            findings += self._check_schema("query", parameter, typed[parameter.name])
        return typed, findings

    def component(self, name: str, value: Any) -> list[Finding]:
        """A value against one of the document's named schemas: what a change has made of a resource, say."""
        return self.schema(f"/components/schemas/{name}", value)

    def schema(self, pointer: str, value: Any) -> list[Finding]:
        """A value against the schema that stands there in the document."""
        return self._check("body", pointer, value)

    def reply(self, operation: Operation, status: int, media: str, value: Any) -> list[str]:
        """How a reply departs from the document, in plain words."""
        key = documented(operation, status)
        node = operation.responses[key] if key else None
        if node is None:
            return [f"status {status} is not documented for {operation.id}"]
        content = self._document.resolve(node).get("content", {})
        if not content:
            return [] if value in (None, "") else [f"{operation.id} {status} has a body, the document has none"]
        if media not in content:
            return [f"{operation.id} {status} is {media or 'without a content type'}, the document says {', '.join(content)}"]
        if "schema" not in content[media] or (media != JSON and not media.endswith("+json")):
            return []
        pointer = self._schema_in(f"{operation.pointer}/responses/{key}", node, media)
        return [f"{finding.field or 'the body'}: {finding.message}" for finding in self._check("reply", pointer, value)]

    def _find_body(self, operation: str, media: str) -> str:
        """The pointer to a body's schema, from that to its operation."""
        node = self._document.resolve({"$ref": f"#{operation}"})["requestBody"]
        return self._schema_in(f"{operation}/requestBody", node, media)

    def _schema_in(self, pointer: str, node: Mapping[str, Any], media: str) -> str:
        start, _ = self._document.follow(node, pointer)
        return f"{start}/content/{media.replace('~', '~0').replace('/', '~1')}/schema"

    def _check_schema(self, location: str, parameter: Parameter, value: Any) -> list[Finding]:
        validator = self._inline(parameter)
        return [_finding(location, (parameter.name,), error) for error in validator.iter_errors(value)]

    def _inline(self, parameter: Parameter) -> Any:
        key = id(parameter.schema)
        known = self.__dict__.setdefault("_parameters", {})
        if key not in known:
            known[key] = self._validator(_absolute(parameter.schema, self._uri))
        return known[key]

    def _check(self, location: str, pointer: str, value: Any) -> list[Finding]:
        validator = self._at(pointer)
        if validator.is_valid(value):
            return []
        return _distinct(_finding(location, (), error) for error in validator.iter_errors(value))

    def _compile(self, pointer: str) -> Any:
        return self._validator({"$ref": f"{self._uri}#{quote(pointer, safe='/~')}"})


def documented(operation: Operation, status: int) -> str | None:
    """Under which key a status is documented: itself, its class (`4XX`) or `default`; None where it is not."""
    return next((key for key in (str(status), f"{status // 100}XX", "default") if key in operation.responses), None)


def _finding(location: str, prefix: tuple[str | int, ...], error: Any) -> Finding:
    details = error.kind.as_dict()
    keyword, path = _keyword(error), (*prefix, *error.instance_path)
    if keyword == "required":
        path = (*path, details["property"])
    expected = next(iter(details.values()), None) if details else None
    return Finding(location, path, keyword, error.message, expected, error.instance)


def _keyword(error: Any) -> str:
    """A text that holds NUL is told so, whatever pattern keeps it out: nobody sees it in the text."""
    keyword: str = error.kind.name
    return "nul" if keyword == "pattern" and "\0" in error.instance else keyword


def _absolute(schema: Any, uri: str) -> Any:
    """A schema on its own, its references into the document that it stood in."""
    if isinstance(schema, Mapping):
        return {
            name: f"{uri}{value}" if name == "$ref" and isinstance(value, str) else _absolute(value, uri)
            for name, value in schema.items()
        }
    return [_absolute(one, uri) for one in schema] if isinstance(schema, list) else schema


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    """One finding per place and keyword: references make some appear twice."""
    seen: dict[tuple[Any, ...], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.path, finding.keyword), finding)
    return list(seen.values())


def _typed(parameter: Parameter, texts: list[str]) -> Any:
    """Texts as the schema's type where they look like it, else as they came: the schema then says what is wrong."""
    if parameter.kind == "array":
        items = texts if parameter.separator is None else texts[-1].split(parameter.separator)
        return [_as(parameter.items, text) for text in items]
    return _as(parameter.kind, texts[-1])


def _as(kind: str, text: str) -> Any:
    if kind == "integer":
        return _integer(text)
    if kind == "number":
        return _number(text)
    if kind == "boolean":
        return {"true": True, "false": False, "1": True, "0": False}.get(text, text)
    return text


def _number(text: str) -> float | int | str:
    whole = _integer(text)
    if isinstance(whole, int):
        return whole
    return float(text) if _NUMBER.fullmatch(text) else text


def _integer(text: str) -> int | str:
    digits = text[1:] if text[:1] == "-" else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 19 and -INT64 <= int(text) < INT64 else text
