"""Phase's one envelope and the texts of its refusals (a Django REST application's); knows no operation."""

from __future__ import annotations

import json
from typing import Any

from mockenv.provider import Refused, Reply
from mockenv.toolbox import status_phrase

HTML = "text/html; charset=utf-8"
NOT_FOUND_PAGE = b"""
<!doctype html>
<html lang="en">
<head>
  <title>Not Found</title>
</head>
<body>
  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>
</body>
</html>
"""
MESSAGES = {
    401: "Token expired or deleted",
    403: "You do not have permission to perform this action.",
    404: "Not found.",
    413: "Request body is too large.",  # guess: the backend has no limit of its own
    429: "Request was throttled.",
    500: "Internal server error.",
}


def failure(status: int, message: str | None = None) -> Reply:
    """Always one key, `error`, and a text; 401 asks for a bearer token."""
    if status >= 500:
        return by_django(status, {"error": message or MESSAGES.get(status) or status_phrase(status)})
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return Reply(status, {"error": message or MESSAGES.get(status) or status_phrase(status)}, headers)


def refusal(status: int, message: str) -> Refused:
    return Refused(failure(status, message))


def by_django(status: int, body: Any) -> Reply:
    """What the service writes past its REST framework: ASCII, with a space behind colons and commas."""
    return Reply(status, json.dumps(body).encode())


def plain_refusal(status: int, message: str) -> Refused:
    """A refusal written so: most of the secrets' are."""
    return Refused(by_django(status, {"error": message}))


def not_found_page() -> Reply:
    """An unrouted path, a missing trailing slash included, gets the framework's page and no redirect."""
    return Reply(404, NOT_FOUND_PAGE, content_type=HTML)


def wrong_method(method: str) -> Reply:
    return failure(405, f'Method "{method}" not allowed.')


def throttled(seconds: int) -> Reply:
    unit = "second" if seconds == 1 else "seconds"
    reply = failure(429, f"Request was throttled. Expected available in {seconds} {unit}.")
    reply.headers["Retry-After"] = str(seconds)
    return reply
