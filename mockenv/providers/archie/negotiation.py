"""Which of GraphQL's two media types a client gets, and what follows for a refusal's status; knows no engine.

As gqlgen v0.17.84 has it, which the vendor's public sister service stands on: `Accept` is read from left to right, weights aside.
"""

from __future__ import annotations

from collections.abc import Collection

from mockenv.contract.document import JSON
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.archie.errors import PARSE_FAILED, VALIDATION_FAILED
from mockenv.providers.archie.options import option

GRAPHQL = "application/graphql-response+json"
PROTOCOL = (PARSE_FAILED, VALIDATION_FAILED)
"""gqlgen's errors of the protocol. All others are the user's, and those are told with a 200."""


def media_type(accept: str | None) -> str:
    """Whoever accepts neither gets GraphQL's own: so gqlgen has it."""
    if not accept:
        return JSON
    for part in accept.split(","):
        match part.partition(";")[0].strip().lower():
            case "*/*" | "application/*" | "application/json":
                return JSON
            case "application/graphql-response+json":
                return GRAPHQL
    return GRAPHQL


def request_status(call: Call, work: Work, codes: Collection[str]) -> int:
    """The status of a request that was not executed, by the codes of its errors."""
    if option(work, "request_error_status") == "200" or not any(code in PROTOCOL for code in codes):
        return 200
    return 400 if media_type(call.header("accept")) == GRAPHQL else 422
