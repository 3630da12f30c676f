"""LaunchDarkly's error envelope, its codes and its texts; knows no operation."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from mockenv.contract.validation import Finding
from mockenv.kernel.values.chance import Draw
from mockenv.provider import Call, Refused, Reply

CODES = {
    400: ("invalid_request", "Invalid request body"),
    401: ("unauthorized", "Invalid account ID header"),  # as struck live; the reference has "Invalid access token"
    403: ("forbidden", "Forbidden. Access to the requested resource was denied."),
    404: ("not_found", "Invalid resource identifier"),
    405: ("method_not_allowed", "Method not allowed"),
    409: ("optimistic_locking_error", "Conflict. Optimistic lock error. Try again later."),
    413: ("request_too_large", "Request body too large"),  # guess
    415: ("unsupported_media_type", "Request bodies must be application/json"),  # guess
    422: ("patch_failed", "Unprocessable entity. Could not apply patch."),
    429: ("rate_limited", "You've exceeded the API rate limit. Try again later."),
    500: ("internal_service_error", "Internal service error"),
}
PAGE_NOT_FOUND = b"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Page not found</title></head>
<body><h1>Page not found</h1></body></html>
"""
SHOWN_FINDINGS = 3


def failure(call: Call, status: int, message: str | None = None, code: str | None = None) -> Reply:
    """A failure in the envelope; a 401 is the one that was never seen with an id."""
    usual_code, usual_message = CODES.get(status) or _by_phrase(status)
    body = {"code": code or usual_code, "message": message or usual_message}
    if status != 401:
        body["id"] = _incident(call)
    return Reply(status, body)


def page_not_found() -> Reply:
    """What is no route is answered by the web application, to anybody, as a page for people."""
    return Reply(404, PAGE_NOT_FOUND, content_type="text/html; charset=utf-8")


def invalid(call: Call, problem: str) -> Refused:
    return Refused(failure(call, 400, problem))


def conflict(call: Call, problem: str) -> Refused:
    """What is there already, or has to stay. A stale version has another code: `failure(call, 409)`."""
    return Refused(failure(call, 409, problem, "conflict"))


def forbidden(call: Call) -> Refused:
    return Refused(failure(call, 403))


def unknown(call: Call, what: str, key: str) -> Refused:
    """`Unknown environment key qa`: the live service's own words."""
    return Refused(failure(call, 404, f"Unknown {what} key {key}"))


def explain(findings: Sequence[Finding]) -> str:
    """Findings in one line. The texts are guesses: no refused body was ever recorded."""
    texts = list(dict.fromkeys(_text(finding) for finding in findings))[:SHOWN_FINDINGS]
    what = "query parameter" if findings[0].location == "query" else "request body"
    return f"Invalid {what}: {'; '.join(texts)}"


def _text(finding: Finding) -> str:
    name = finding.field or "it"
    if finding.keyword in ("anyOf", "oneOf") or (finding.keyword == "pattern" and finding.location == "query"):
        return f"{name} is not of the expected form"
    return f"{name} {_GENERAL.get(finding.keyword, 'is invalid').format(expected=_plain(finding.expected))}"


def _plain(expected: object) -> object:
    return " or ".join(map(str, expected)) if isinstance(expected, list) else expected


def _incident(call: Call) -> str:
    """Follows from the request, as a refused one may leave nothing behind: the same one again has the same id."""
    request = f"{call.method} {call.path}?{call.query_string}\n{call.raw.decode('latin-1')}"
    return Draw(0, "launchdarkly/error", request).uuid("id")


def _by_phrase(status: int) -> tuple[str, str]:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    return phrase.lower().replace(" ", "_").replace("'", ""), phrase


_GENERAL = {
    "required": "is required",
    "type": "must be of type {expected}",
    "minimum": "must not be less than {expected}",
    "maximum": "must not be greater than {expected}",
    "minLength": "must not be empty",
    "maxLength": "must not be longer than {expected} characters",
    "pattern": "must match {expected}",
    "enum": "must be one of {expected}",
    "additionalProperties": "has no member {expected}",
    "nul": "must not hold NUL characters",
}
