"""Failures of the control plane as RFC 9457 problems: every one says what to do; knows no operation."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from mockenv.contract.document import Document, Operation
from mockenv.contract.validation import Finding
from mockenv.errors import BadInput, NoSuchSandbox, StateError, UnknownName, problems_of
from mockenv.provider import Reply

PROBLEM = "application/problem+json"


def problem(status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> Reply:
    title = HTTPStatus(status).phrase
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    if errors:
        body["errors"] = list(errors)
    return Reply(status, body, content_type=PROBLEM)


def problem_of(error: Exception) -> Reply | None:
    """The reply for an exception of ours; None for one that is a defect."""
    if isinstance(error, NoSuchSandbox):
        return problem(404, f"{error} GET /_mockenv/sandboxes lists those that do.")
    if isinstance(error, BadInput):
        return problem(422, str(error), [{"field": one.key, "problem": one.problem} for one in problems_of(error)])
    if isinstance(error, StateError):
        return problem(error.status, f"{error.own_up()}.".capitalize())
    return None


def explain(findings: Sequence[Finding], document: Document, operation: Operation | None) -> Reply:
    """What the document finds wrong; an unknown member comes with the nearest that exists."""
    errors = [{"field": finding.field, "problem": _text(finding, document, operation)} for finding in findings]
    detail = "; ".join(f"{error['field']}: {error['problem']}" if error["field"] else error["problem"] for error in errors)
    return problem(422, detail, errors)


def _text(finding: Finding, document: Document, operation: Operation | None) -> str:
    if finding.keyword == "additionalProperties" and isinstance(finding.expected, list):
        known = _members(document, operation, finding.path)
        return "; ".join(_unknown(str(name), known) for name in finding.expected)
    if finding.keyword == "required":
        return "is required"
    if finding.keyword == "enum" and isinstance(finding.expected, list):
        return _unknown(finding.value, list(map(str, finding.expected)))
    if finding.keyword in ("oneOf", "anyOf") and isinstance(finding.expected, list):
        return _of_the_sort_meant(finding)
    return finding.message


def _of_the_sort_meant(finding: Finding) -> str:
    """Of several schemas the one for values of this type says what is wrong."""
    for errors in finding.expected:
        if all(error.kind.name != "type" for error in errors):
            error = errors[0]
            options = error.kind.as_dict().get("options") if error.kind.name == "enum" else None
            return _unknown(error.instance, list(map(str, options))) if options else str(error.message)
    return finding.message


def _unknown(name: object, known: Sequence[str]) -> str:
    return UnknownName("", "", name, known).problem


def _members(document: Document, operation: Operation | None, path: Sequence[str | int]) -> list[str]:
    """The members that the body's schema has at `path`."""
    if operation is None:
        return []
    node: Any = document.resolve({"$ref": f"#{operation.pointer}/requestBody"})
    node = document.resolve(node["content"]["application/json"]["schema"])
    for part in path:
        node = document.resolve(node["items"] if isinstance(part, int) else node.get("properties", {}).get(part, {}))
    return sorted(node.get("properties", {}))
