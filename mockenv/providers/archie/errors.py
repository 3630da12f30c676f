"""Archie Core's ways of saying no, over HTTP and in GraphQL, and all its texts; knows no operation and no engine.

No failing example is public: shapes and codes are guesses after the vendor's other server (gqlgen), switchable by options.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockenv.contract.validation import Finding
from mockenv.provider import Reply
from mockenv.toolbox import status_phrase

CREATED = "Environment created successfully"
DELETED = "Environment deleted successfully"
# The texts from here on are guesses: the vendor's pages show none of them.
STARTED = "Environment creation started"
TREE_FOUND = "Environment tree retrieved successfully"
LIST_FOUND = "Project environments retrieved successfully"
SETTINGS_FOUND = "Retrieved successfully"
VARIABLE_SET = "Environment variable set successfully"
VARIABLE_REMOVED = "Environment variable removed successfully"

UNAUTHENTICATED = "Authentication is required: send a valid token as Authorization: Bearer <token>."
MESSAGES = {
    401: UNAUTHENTICATED,
    404: "There is nothing here but /graphql.",
    405: "Only GET and POST are supported.",
    406: "GET requests only allow query operations",  # gqlgen's words
    413: "The request body is too large.",
    429: "Too many requests.",
    500: "Internal server error",
}
BAD_REQUEST = "BAD_REQUEST"
CODES = {
    400: BAD_REQUEST,
    401: "UNAUTHENTICATED",
    413: "PAYLOAD_TOO_LARGE",
    429: "RATE_LIMIT_EXCEEDED",
}
NOT_SUPPORTED = "transport not supported"
"""gqlgen's words for a POST of another media type than JSON, or of none."""
EMPTY_BODY = "json request body could not be decoded: EOF"
PROJECT_NEEDED = "The header X-Project-ID is required, 1 to 64 letters, digits, hyphens and underscores."
LONGEST = 500
"""Messages quote what came in; nobody needs a megabyte of it back."""
PARSE_FAILED, VALIDATION_FAILED = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
NO_OPERATION = "no operation provided"


class FieldError(Exception):
    """A field says no: among the `errors` with a code (the engine takes `extensions` from here), or in its payload.

    `option` names the switch that decides which of the two.
    """

    def __init__(self, message: str, code: str, option: str) -> None:
        self.extensions, self.option = {"code": code}, option
        super().__init__(shortened(message))


class Unsuccessful(FieldError):
    """A business rule says no: `success: false` and the message, unless told otherwise."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "OPERATION_FAILED", "business_refusal")


def project_not_found(project_id: str) -> FieldError:
    return FieldError(f"Project '{project_id}' was not found", "PROJECT_NOT_FOUND", "project_refusal")


def no_access(project_id: str) -> FieldError:
    return FieldError(f"You have no access to project '{project_id}'", "FORBIDDEN", "project_refusal")


def other_project(header: str, project_id: str) -> FieldError:
    return FieldError(f"X-Project-ID is '{header}', the operation speaks of '{project_id}'", "FORBIDDEN", "project_refusal")


def owner_only(what: str) -> FieldError:
    return FieldError(f"{what} requires the ProjectOwner role", "FORBIDDEN", "role_refusal")


def error(message: str, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


def failure(status: int, message: str | None = None) -> Reply:
    """A failure outside of GraphQL. There is no `data`: nothing was executed."""
    code = CODES.get(status) or re.sub(r"[^A-Z]+", "_", status_phrase(status).upper())
    text = message or MESSAGES.get(status) or status_phrase(status)
    return Reply(status, {"errors": [error(text, code)]})


def project_needed() -> Reply:
    """With the option that wants the header; the code is after the REST side's `/errors/missing-project-id`."""
    return request_error(400, [error(PROJECT_NEEDED, "MISSING_PROJECT_ID")])


def request_error(status: int, errors: Sequence[Mapping[str, Any]]) -> Reply:
    """A document that cannot be executed; gqlgen says `data: null` beside it."""
    return Reply(status, {"errors": list(errors), "data": None})


def unreadable_body(message: str) -> Reply:
    return request_error(400, [error(message, BAD_REQUEST)])


def explain(findings: Sequence[Finding]) -> Reply:
    """A body that is JSON but no GraphQL request."""
    first = findings[0]
    return unreadable_body(shortened(f"The request body is not a GraphQL request: {first.field or 'the body'}: {first.message}"))


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
