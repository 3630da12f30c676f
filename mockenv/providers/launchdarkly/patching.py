"""JSON Patch (RFC 6902) on what a client sees of a resource; knows neither environments nor projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jsonpatch
import jsonpointer
import orjson

from mockenv.contract.jsonbody import BadJSON, parse_json
from mockenv.contract.validation import Finding
from mockenv.provider import Call
from mockenv.providers.launchdarkly.errors import explain, invalid
from mockenv.store.base import Document

MAX_BYTES = 64 << 10
"""A few `copy` operations double a document a few times: somebody has to say stop (a guess that the service does)."""

MAX_OPERATIONS = 500
"""Each is applied to the whole document, and nobody else is served meanwhile (a guess, too)."""


def operations_of(call: Call) -> list[Document]:
    """The body's operations: an array of them, or `{"comment", "patch"}`. The comment is for an audit log that is not here."""
    body = call.body()
    if isinstance(body, dict) and "patch" not in body:
        raise invalid(
            call, "Invalid request body: a semantic patch needs the content type parameter domain-model=launchdarkly.semanticpatch"
        )
    operations = list(body["patch"] if isinstance(body, dict) else body)
    if len(operations) > MAX_OPERATIONS:
        raise invalid(call, f"Could not apply patch: it has more than {MAX_OPERATIONS} operations")
    return operations


def narrowed(call: Call, findings: Sequence[Finding]) -> Sequence[Finding]:
    """What is wrong inside a patch, where the schema can only say that neither of the two forms fits."""
    if findings[0].keyword != "oneOf" or findings[0].path:
        return findings
    body = call.json()
    operations = body["patch"] if isinstance(body, dict) and "patch" in body else body
    return call.dialect.validators.component("JSONPatch", operations) or findings


def apply(
    call: Call,
    view: Document,
    operations: Sequence[Document],
    optional: Callable[[str], bool],
    settable: Callable[[str], bool] = lambda path: False,
) -> Document:
    """What the operations make of `view`, all or nothing. Raises Refused (400).

    `optional` says of which paths a `replace` or `remove` works although nothing is there, `settable` of which a `replace` does.
    """
    document: Any = view
    for operation in operations:
        path = operation["path"]
        if operation["op"] == "remove" and optional(path) and not _exists(document, path):
            continue
        if operation["op"] == "replace" and (optional(path) or settable(path)):
            operation = {**operation, "op": "add"}  # noqa: PLW2901  # the same operation, as the service reads it
        document = _apply_one(call, document, operation)
    if not isinstance(document, dict):
        raise invalid(call, "Could not apply patch: the resource must stay an object")
    return document


def require_kept(call: Call, before: Document, after: Document, names: Sequence[str]) -> None:
    """Members that no patch may change. Naming them with the value they have (in a `test`, say) is fine."""
    for name in names:
        if after.get(name) != before.get(name):
            raise invalid(call, f"Could not apply patch: {name} cannot be changed")


def require_valid(call: Call, schema: str, document: Document) -> None:
    """Every value against the document's own schema; paths that the resource does not have are refused here, too."""
    findings = call.dialect.validators.component(schema, document)
    if findings:
        raise invalid(call, explain(findings))


def with_defaults(document: Document, defaults: Mapping[str, Any]) -> Document:
    """What was removed goes back to its default; so does a list or an object that is null, as Go's clients write empty ones."""
    kept = {name: value for name, value in document.items() if value is not None or not isinstance(defaults.get(name), list | dict)}
    return {**defaults, **kept}


def _apply_one(call: Call, document: Any, operation: Document) -> Any:
    try:
        patched = jsonpatch.JsonPatch([operation]).apply(document)
        raw = orjson.dumps(patched)
        if len(raw) > MAX_BYTES:
            raise invalid(call, f"Could not apply patch: the resource would be larger than {MAX_BYTES} bytes")
        return parse_json(raw)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, BadJSON, TypeError) as error:
        raise invalid(call, f"Could not apply patch: {_plain(operation, error)}") from None


def _plain(operation: Document, error: Exception) -> str:
    """In our own words: the libraries' texts quote the resource, keys and all."""
    where = f"{operation['op']} {operation['path']}"[:200]
    if isinstance(error, jsonpatch.JsonPatchTestFailed):
        return f"{where}: the value is another one"
    if isinstance(error, BadJSON):
        return f"{where}: {error}"
    return f"{where}: there is no such place in the resource"


def _exists(document: Any, path: str) -> bool:
    try:
        jsonpointer.JsonPointer(path).resolve(document)
    except jsonpointer.JsonPointerException:
        return False
    return True
